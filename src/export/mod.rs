//! Records and tables: what leaves the program.

pub mod csv;
pub mod edit;
pub mod exchange;
pub mod ics;
pub mod json;
pub mod record;
pub mod review;
pub mod xlsx;
