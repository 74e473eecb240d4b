//! The model file: one container of named sections, used where it lies.
//!
//! ```text
//! "vanthu model 2\n\0"            16 bytes
//! checksum                        8 bytes, FNV-1a over the 64-bit little-endian words of all that follows
//! number of sections              4 bytes, then 4 bytes of zero
//! per section: name (8 bytes, zero-padded), offset (8 bytes, from the file's begin), length (8 bytes)
//! the sections, each beginning at a multiple of 8
//! ```
//!
//! All numbers are little-endian. Nothing is decoded at start: the sections are slices of the file, and the
//! file is a slice of the program, so a start costs no more than the pages that are really asked for. The same
//! input gives the same bytes: no time, no path, no random seed is written.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::{Error, Result};

const MAGIC: &[u8; 16] = b"vanthu model 2\n\0";
const HEAD: usize = 32;
const ROW: usize = 24;

/// A model file in memory.
#[derive(Debug, Clone)]
pub struct Container {
    bytes: Cow<'static, [u8]>,
    name: String,
}

impl Container {
    /// Takes the bytes of a model file called `name` in messages.
    ///
    /// # Errors
    /// When the bytes are no model file, of another version, cut short, or (if `verify`) damaged.
    pub fn new(bytes: impl Into<Cow<'static, [u8]>>, name: &str, verify: bool) -> Result<Self> {
        let bytes = bytes.into();
        let fail = |reason: &str| Error::Model {
            name: name.to_owned(),
            reason: reason.to_owned(),
        };
        if bytes.len() < HEAD || bytes[..12] != MAGIC[..12] {
            return Err(fail("is not a vanthu model file"));
        }
        if &bytes[..16] != MAGIC {
            return Err(fail(
                "is a model file of another version; train it again with this program",
            ));
        }
        let rows = u32_at(&bytes, 24) as usize;
        if rows > 64 || bytes.len() < HEAD + rows * ROW {
            return Err(fail("is cut short"));
        }
        for k in 0..rows {
            let row = HEAD + k * ROW;
            let (offset, length) = (u64_at(&bytes, row + 8), u64_at(&bytes, row + 16));
            if offset
                .checked_add(length)
                .is_none_or(|end| end > bytes.len() as u64)
            {
                return Err(fail("is cut short"));
            }
        }
        if verify && checksum(&bytes[24..]) != u64_at(&bytes, 16) {
            return Err(fail("is damaged: its checksum does not match"));
        }
        Ok(Self {
            bytes,
            name: name.to_owned(),
        })
    }

    /// All bytes of the file.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the section called `name` lies; an empty range when there is none.
    pub fn range(&self, name: &str) -> Range<usize> {
        let rows = u32_at(&self.bytes, 24) as usize;
        for k in 0..rows {
            let row = HEAD + k * ROW;
            let found = &self.bytes[row..row + 8];
            let end = found.iter().position(|&b| b == 0).unwrap_or(8);
            if &found[..end] == name.as_bytes() {
                let at = u64_at(&self.bytes, row + 8) as usize;
                return at..at + u64_at(&self.bytes, row + 16) as usize;
            }
        }
        0..0
    }

    /// The section called `name`, empty when there is none.
    pub fn section(&self, name: &str) -> &[u8] {
        &self.bytes[self.range(name)]
    }

    /// An error that names this file.
    pub fn error(&self, reason: &str) -> Error {
        Error::Model {
            name: self.name.clone(),
            reason: reason.to_owned(),
        }
    }

    /// Sixteen hexadecimal digits that tell this model from any other.
    pub fn id(&self) -> String {
        format!("{:016x}", u64_at(&self.bytes, 16))
    }
}

/// Puts sections together into the bytes of a model file.
pub fn write(sections: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend([0; 8]);
    out.extend((sections.len() as u32).to_le_bytes());
    out.extend([0; 4]);
    let mut at = HEAD + sections.len() * ROW;
    for (name, bytes) in sections {
        at = at.next_multiple_of(8);
        let mut padded = [0; 8];
        padded[..name.len()].copy_from_slice(name.as_bytes());
        out.extend(padded);
        out.extend((at as u64).to_le_bytes());
        out.extend((bytes.len() as u64).to_le_bytes());
        at += bytes.len();
    }
    for (_, bytes) in sections {
        out.resize(out.len().next_multiple_of(8), 0);
        out.extend(bytes);
    }
    let sum = checksum(&out[24..]);
    out[16..24].copy_from_slice(&sum.to_le_bytes());
    out
}

/// Gives the bytes of a model file the checksum they need, whatever they are.
#[cfg(any(test, fuzzing))]
pub(crate) fn sign(file: &mut [u8]) {
    if file.len() >= HEAD {
        let sum = checksum(&file[24..]);
        file[16..24].copy_from_slice(&sum.to_le_bytes());
    }
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        sum = (sum ^ u64_at(chunk, 0))
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(23);
    }
    for &b in chunks.remainder() {
        sum = (sum ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    sum
}

/// The 16-bit number at byte `at`.
#[inline]
pub fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// The 32-bit number at byte `at`.
#[inline]
pub fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The 32-bit float at byte `at`.
#[inline]
pub fn f32_at(bytes: &[u8], at: usize) -> f32 {
    f32::from_bits(u32_at(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let file = write(&[("one", vec![1, 2, 3]), ("two", vec![4; 17])]);
        let c = Container::new(file, "test", true).unwrap();
        assert_eq!(c.section("one"), [1, 2, 3]);
        assert_eq!(c.section("two"), [4; 17]);
        assert!(c.section("three").is_empty());
    }

    #[test]
    fn damage_is_told() {
        let file = write(&[("one", vec![1, 2, 3])]);
        let reason = |bytes: Vec<u8>| Container::new(bytes, "m", true).unwrap_err().to_string();
        assert_eq!(
            reason(b"PK".to_vec()),
            "model m: is not a vanthu model file"
        );
        assert_eq!(reason(file[..40].to_vec()), "model m: is cut short");
        let mut other = file.clone();
        other[13] = b'9';
        assert!(reason(other).contains("another version"));
        let mut bent = file.clone();
        *bent.last_mut().unwrap() ^= 1;
        assert_eq!(
            reason(bent),
            "model m: is damaged: its checksum does not match"
        );
    }
}
