//! Bodies as text: gzip (RFC 1952), then base64 (RFC 4648).

use std::cell::RefCell;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// Nothing optional, no time, system unknown.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

thread_local! {
    /// To make its tables anew for each document would cost more than to pack one.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(2), false));
}

/// Packs a body.
pub fn pack(json: &[u8]) -> String {
    base64(&gzip(json))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = HEADER.to_vec();
    DEFLATE.with_borrow_mut(|deflate| {
        deflate.reset();
        loop {
            out.reserve(bytes.len() / 2 + 64);
            let rest = &bytes[deflate.total_in() as usize..];
            let status = deflate.compress_vec(rest, &mut out, FlushCompress::Finish);
            if !matches!(status, Ok(Status::Ok | Status::BufError)) {
                break;
            }
        }
    });
    let mut crc = Crc::new();
    crc.update(bytes);
    out.extend(crc.sum().to_le_bytes());
    out.extend(crc.amount().to_le_bytes());
    out
}

/// RFC 4648, with padding.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for k in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * k)) as usize & 63];
            out.push(if k <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn one_body_after_the_other_is_unpacked() {
        for body in ["", "a", &"Số: 12/UBND-VP; ".repeat(9000), "b"] {
            let mut back = String::new();
            let packed = gzip(body.as_bytes());
            let read = flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut back);
            assert_eq!(read.map_err(|e| e.to_string()), Ok(body.len()));
            assert_eq!(back, body);
        }
    }
}
