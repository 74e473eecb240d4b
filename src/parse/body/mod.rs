//! The body: preamble, sections, references, tasks, events, contacts, footnotes, execution clause.

use super::Page;
use super::dispatch::Dispatch;

/// Reads the body of `page` into `dispatch`, whose header and footer fields are already there.
pub fn read(_page: &Page<'_>, _dispatch: &mut Dispatch) {}
