//! Records and tables: what leaves the program.

pub mod csv;
pub mod edit;
pub mod json;
pub mod record;
