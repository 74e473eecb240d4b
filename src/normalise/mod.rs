//! From text as it was read to the tokens that the models know.

pub mod token;
