//! Bytes as lower-case hexadecimal digits.

use std::fmt;

/// Writes two digits for each byte.
pub(crate) fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads exactly `N` bytes, two digits each; `None` for any other text, and for capitals.
pub(crate) fn read_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_so_many_lower_case_digits_are_read() {
        assert_eq!(read_hex::<3>("00a9ff"), Some([0, 0xa9, 0xff]));
        assert_eq!(read_hex::<0>(""), Some([]));
        for bad in ["", "00a9f", "00a9ff0", "00a9ff00", "00A9ff", "00a9fg", "+0a9ff", "00é9f"] {
            assert_eq!(read_hex::<3>(bad), None, "{bad}");
        }
    }
}
