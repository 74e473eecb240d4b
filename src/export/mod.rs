//! Records and tables: what leaves the program.

pub mod record;
