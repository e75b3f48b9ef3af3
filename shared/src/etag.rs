//! The `ETag` of Next.js: a 52-bit FNV-1a hash of the text, and its length.
//!
//! Next.js sends the same `ETag` for the same text, so the caches of clients stay valid after a move from one to the
//! other: `generateETag` in <https://github.com/vercel/next.js/blob/canary/packages/next/src/server/lib/etag.ts>.

use bytes::Bytes;
use http::HeaderValue;

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// Returns the `ETag` of text in UTF-8. The hash runs over UTF-16 code units, as the strings of JavaScript do.
///
/// Each step depends on the multiplication of the step before, which takes about a millisecond for 1 MB.
pub(crate) fn of_text(utf8: &[u8]) -> HeaderValue {
    // ASCII has one unit for each byte, and most JSON is ASCII.
    if utf8.is_ascii() {
        return of_bytes(utf8);
    }
    match std::str::from_utf8(utf8) {
        Ok(text) => {
            let mut length = 0;
            let hash = text.encode_utf16().fold(OFFSET, |hash, unit| {
                length += 1;
                step(hash, unit)
            });
            quoted(hash, length)
        }
        // Bytes that are not UTF-8 still get an `ETag` of their own.
        Err(_) => of_bytes(utf8),
    }
}

/// Returns the `ETag` of bytes, each hashed as it is. Next.js hashes the JSON text of a `Buffer` here, which is four
/// times as long.
pub(crate) fn of_bytes(bytes: &[u8]) -> HeaderValue {
    // Four bytes at a time take half the instructions: where the size of a function counts, the compiler unrolls no
    // loop.
    let (fours, rest) = bytes.as_chunks();
    let hash = fours.iter().fold(OFFSET, |hash, &[a, b, c, d]| step(step(step(step(hash, a), b), c), d));
    let hash = rest.iter().fold(hash, |hash, byte| step(hash, *byte));
    quoted(hash, bytes.len() as u64)
}

fn step(hash: u64, unit: impl Into<u64>) -> u64 {
    (hash ^ unit.into()).wrapping_mul(PRIME)
}

fn quoted(hash: u64, length: u64) -> HeaderValue {
    // The upper twelve bits are folded into the lowest, so that the rest fits a JavaScript number.
    let folded = (hash & 0x000f_ffff_ffff_ffff) ^ (hash >> 52);

    // The text has two quotes, 11 digits of 52 bits, and at most 13 digits of a length.
    let mut text = Vec::with_capacity(26);
    text.push(b'"');
    push_base36(&mut text, folded);
    push_base36(&mut text, length);
    text.push(b'"');
    header(text)
}

#[expect(clippy::expect_used, reason = "quotes, digits and lower-case letters are what a header holds")]
fn header(text: Vec<u8>) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(text)).expect("visible ASCII")
}

fn push_base36(text: &mut Vec<u8>, mut number: u64) {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let start = text.len();
    loop {
        text.push(DIGITS[(number % 36) as usize]);
        number /= 36;
        if number == 0 {
            break;
        }
    }
    text[start..].reverse();
}

#[cfg(test)]
mod tests {
    use super::{of_bytes, of_text};

    #[test]
    fn etag_of_a_text_is_that_of_next() {
        for (text, etag) in [
            ("", r#""78p3gz236i0""#),
            ("{}", r#""bwc9mymkdm2""#),
            (r#"{"v":1}"#, r#""br1g6bz2627""#),
            ("v1", r#""15ox0oyamck2""#),
            ("☃", r#""fx1gq812zq1""#),
            ("🚀", r#""aoax5mpbly2""#),
            ("true", r#""ywwejgvrps4""#),
            (r#"{"t":"hé ☃ 🚀"}"#, r#""mf461uplz6f""#),
            ("plain words", r#""160xkpmvkarb""#),
            (&"a".repeat(1000), r#""99qwr3kntxrs""#),
        ] {
            assert_eq!(of_text(text.as_bytes()), etag, "{text}");
        }
    }

    #[test]
    fn bytes_are_hashed_as_they_are() {
        assert_eq!(of_bytes(b"v1"), of_text(b"v1"));
        assert_ne!(of_bytes("☃".as_bytes()), of_text("☃".as_bytes()));
        assert_ne!(of_bytes(&[1, 2, 3]), of_bytes(&[1, 2, 4]));
    }
}
