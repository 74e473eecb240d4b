//! The errors a caller can meet. Each names the thing and the reason in one line.

use std::path::PathBuf;

/// What went wrong, in words for the person who gave the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{path}: {reason}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        reason: std::io::Error,
    },
    /// The bytes are of no format that can be read.
    #[error("{file}: {reason}")]
    Format {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A program that is needed to read the file is missing, or took too long.
    #[error("{file}: {reason}")]
    Tool {
        /// The file's name.
        file: String,
        /// What is missing, and the package that holds it.
        reason: String,
    },
    /// The model cannot be used.
    #[error("model {name}: {reason}")]
    Model {
        /// The model's file, or `built-in`.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A line of a list cannot be used.
    #[error("{file}:{line}: {reason}")]
    List {
        /// The list's file.
        file: String,
        /// The line, 1-based.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// Result of the library's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;
