//! The limits, checked in one pass over the bytes before anything is decoded.

use crate::validations::limits::DecodeLimits;

/// A limit that a document exceeds, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excess {
    pub(crate) offset: usize,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// What a value, a list and an object that is not empty take in memory at most, by estimate.
const VALUE_BYTES: usize = 64;
const LIST_BYTES: usize = 128;
const OBJECT_BYTES: usize = 640;

/// Goes over the structure of a document, in time linear in its size and without allocating.
///
/// Only strings and brackets are looked at: whether the document is JSON is not decided here.
pub(crate) fn scan(bytes: &[u8], limits: &DecodeLimits) -> Result<(), Excess> {
    if bytes.len() > limits.bytes_limit() {
        return Err(Excess {
            offset: 0,
            code: "document_too_large",
            message: format!("the document has {} bytes: expected at most {}", bytes.len(), limits.bytes_limit()),
        });
    }
    let allowance = bytes.len().saturating_mul(8).saturating_add(limits.memory);
    let mut depth = 0_usize;
    let mut items = 1_usize;
    let mut memory = 0_usize;
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => {
                let start = rest.as_slice();
                let mut escaped = false;
                let closed = rest.position(|&byte| {
                    let ends = byte == b'"' && !escaped;
                    escaped = byte == b'\\' && !escaped;
                    ends
                });
                let length = closed.unwrap_or(start.len());
                if length > limits.string {
                    return Err(Excess {
                        offset: bytes.len() - start.len() - 1,
                        code: "string_too_long",
                        message: format!("the string has {length} bytes: expected at most {}", limits.string),
                    });
                }
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                items += 1;
                let empty = matches!(rest.as_slice().first(), Some(b'}' | b']'));
                memory += match byte {
                    _ if empty => VALUE_BYTES,
                    b'{' => OBJECT_BYTES,
                    _ => LIST_BYTES,
                };
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                continue;
            }
            b',' => {
                items += 1;
                memory += VALUE_BYTES;
            }
            _ => continue,
        }
        let offset = || bytes.len() - rest.as_slice().len() - 1;
        if depth > limits.depth_limit() {
            let message = format!("lists and objects stand in each other more than {} levels deep", limits.depth_limit());
            return Err(Excess { offset: offset(), code: "too_deep", message });
        }
        if items > limits.items {
            let message = format!("the document holds more than {} values", limits.items);
            return Err(Excess { offset: offset(), code: "too_many_values", message });
        }
        if memory > allowance {
            let message = format!("the document is made of so many small values that decoding it would take more than {allowance} bytes");
            return Err(Excess { offset: offset(), code: "document_too_dense", message });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, limits: &DecodeLimits) -> Option<(&'static str, usize)> {
        scan(text.as_bytes(), limits).err().map(|excess| (excess.code, excess.offset))
    }

    #[test]
    fn each_limit_is_told_with_its_place() {
        let limits = DecodeLimits::default().with_bytes(40).with_depth(2).with_items(6).with_string(5);
        assert_eq!(code(r#"{"a": [1, 2]}"#, &limits), None);
        assert_eq!(code(&" ".repeat(41), &limits), Some(("document_too_large", 0)));
        assert_eq!(code("[[[1]]]", &limits), Some(("too_deep", 2)));
        assert_eq!(code("[1,2,3,4,5,6,7]", &limits), Some(("too_many_values", 10)));
        assert_eq!(code(r#"["abcdef"]"#, &limits), Some(("string_too_long", 1)));
        assert_eq!(code(r#"["abc\"d"]"#, &limits), Some(("string_too_long", 1)));
        assert_eq!(code(r#"["ab\"d"]"#, &limits), None);
        assert_eq!(code(r#"["abcdefg"#, &limits), Some(("string_too_long", 1)));
    }

    #[test]
    fn brackets_inside_strings_do_not_count() {
        let limits = DecodeLimits::default().with_depth(1);
        assert_eq!(code(r#"["[[[[", "\\", "\"]]{{,,"]"#, &limits), None);
    }

    #[test]
    fn a_document_of_tiny_objects_is_refused_before_it_is_decoded() {
        let dense = format!("[{}]", vec![r#"{"":0}"#; 100_000].join(","));
        assert!(matches!(code(&dense, &DecodeLimits::default()), Some(("document_too_dense", _))));
        assert_eq!(code(&dense, &DecodeLimits::default().with_memory(1 << 30)), None);
    }
}
