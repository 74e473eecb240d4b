//! The commands: arguments as typed, settings as built, one file a command.

pub mod parse;
