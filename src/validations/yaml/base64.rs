//! Reading what `!!binary` holds.

/// The bytes of a text in base64 (RFC 4648, section 4), padded; line breaks count for nothing.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padding) = (0_u32, 0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')) {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if count % 4 >= 2 => {
                padding += 1;
                count += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(digit);
        count += 1;
        // The second digit ends the first byte, the third the second, the fourth the third.
        let shift = match count % 4 {
            2 => 4,
            3 => 2,
            0 => 0,
            _ => continue,
        };
        bytes.extend(u8::try_from(bits >> shift & 0xFF));
    }
    (count % 4 == 0 && padding <= 2).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn whole_groups_only() {
        assert_eq!(decode("dXA=").as_deref(), Some(&b"up"[..]));
        assert_eq!(decode("dX\nA=").as_deref(), Some(&b"up"[..]));
        assert_eq!(decode("dXBz").as_deref(), Some(&b"ups"[..]));
        assert_eq!(decode("").as_deref(), Some(&b""[..]));
        for bad in ["dXA", "d===", "dX=A", "dXA=dXA=", "=", "d XA="] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
