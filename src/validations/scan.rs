//! The limits, checked in one pass over the bytes before anything is decoded.

use crate::validations::limits::DEPTHS;
use crate::validations::limits::DecodeLimits;

/// A limit that a document exceeds, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excess {
    pub(crate) offset: usize,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// How much a document within the limits holds, as far as that is known before it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Extent {
    /// How many values and member names there are at most; what is empty counts twice.
    pub(crate) nodes: usize,
    /// How many objects that are not empty stand directly in the outermost list.
    pub(crate) objects: usize,
    /// The bytes of the longest string, as it is written.
    pub(crate) longest_string: usize,
}

// What the parts of a document take in memory at most, by estimate. What is behind it: a list that grows takes three times the size of its values for a
// moment; an object keeps its members in blocks of eleven, which are half full when the names came sorted; and each value and each name has a place of
// twelve bytes in the tree.

/// The size of a value: 32 bytes, and more where some crate of the build has turned on serde_json's `preserve_order`.
const VALUE: usize = size_of::<serde_json::Value>();
/// A list that is not empty.
const LIST: usize = 4 * VALUE;
/// A further item of a list.
const ITEM: usize = 3 * VALUE + 16;
/// An object that is not empty: its first block.
const OBJECT: usize = BLOCK as usize * (VALUE + 24) + 24;
/// A member of an object that fits in the first block.
const MEMBER: usize = 32;
/// How many members fit in one block.
const BLOCK: u32 = 11;
/// The member that makes three blocks of the first.
const SPLIT: usize = 2 * OBJECT + 128;
/// A member behind that one. With `preserve_order` objects are lists that grow.
const FURTHER_MEMBER: usize = if VALUE > 32 { 3 * VALUE + 136 } else { OBJECT / 6 + 30 };

/// Goes over the structure of a document, in time linear in its size and without allocating.
///
/// Only strings and brackets are looked at: whether the document is JSON is not decided here.
pub(crate) fn scan(bytes: &[u8], limits: &DecodeLimits) -> Result<Extent, Excess> {
    if bytes.len() > limits.bytes_limit() {
        return Err(Excess {
            offset: 0,
            code: "document_too_large",
            message: format!("the document has {} bytes: expected at most {}", bytes.len(), limits.bytes_limit()),
        });
    }
    let allowance = bytes.len().saturating_mul(8).saturating_add(limits.memory);
    // The lists and objects that are open: of an object, how many members it has so far.
    let mut open = [None::<u32>; DEPTHS];
    let mut depth = 0_usize;
    let mut items = 1_usize;
    let mut memory = 0_usize;
    let mut names = 0_usize;
    let mut extent = Extent::default();
    let mut rest = bytes;
    while let [byte, behind @ ..] = rest {
        let here = rest;
        let offset = || bytes.len() - here.len();
        rest = behind;
        match byte {
            b'"' => {
                let length = string_length(rest);
                if length > limits.string {
                    return Err(Excess {
                        offset: offset(),
                        code: "string_too_long",
                        message: format!("the string has {length} bytes: expected at most {}", limits.string),
                    });
                }
                extent.longest_string = extent.longest_string.max(length);
                rest = rest.get(length + 1..).unwrap_or_default();
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                items += 1;
                if depth > limits.depth_limit() {
                    let message = format!("lists and objects stand in each other more than {} levels deep", limits.depth_limit());
                    return Err(Excess { offset: offset(), code: "too_deep", message });
                }
                if let Some(open) = open.get_mut(depth) {
                    *open = (*byte == b'{').then_some(1);
                }
                match (byte, rest.first()) {
                    (_, Some(b'}' | b']')) => {}
                    (b'{', _) => {
                        extent.objects += usize::from(depth == 2);
                        memory += OBJECT + MEMBER;
                    }
                    _ => memory += LIST,
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                continue;
            }
            b',' => {
                items += 1;
                memory += match open.get_mut(depth) {
                    Some(Some(members)) => {
                        *members += 1;
                        match *members {
                            ..=BLOCK => MEMBER,
                            _ if *members == BLOCK + 1 => SPLIT,
                            _ => FURTHER_MEMBER,
                        }
                    }
                    _ => ITEM,
                };
            }
            b':' => {
                names += 1;
                continue;
            }
            _ => continue,
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
    // No value or name takes less than two bytes, with what separates it from the next.
    extent.nodes = (items + names).min(bytes.len() / 2 + 1);
    Ok(extent)
}

/// How many bytes the string has that starts here, up to its closing quote or to the end of the document.
pub(crate) fn string_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(step) = bytes.get(length..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))) {
        length += step;
        if bytes.get(length) == Some(&b'"') {
            return length;
        }
        length += 2;
    }
    bytes.len()
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

    #[test]
    fn what_a_document_holds_is_counted() {
        let text = r#"[{"a": [1, "xyz"]}, {}, {"b": {"c": 0}}, 7, "\"\\"]"#;
        let extent = scan(text.as_bytes(), &DecodeLimits::default()).unwrap();
        assert_eq!(extent, Extent { nodes: 15, objects: 2, longest_string: 4 });
        assert_eq!(scan(b",,,,::::", &DecodeLimits::default()).unwrap().nodes, 5);
    }

    #[test]
    fn each_part_of_a_document_has_its_price() {
        // The least allowance that lets a document pass.
        let price = |text: &str| {
            let passes = |memory: usize| code(text, &DecodeLimits::default().with_memory(memory)).is_none();
            let allowed = 8 * text.len();
            (0..4_000).find(|memory| passes(*memory)).map(|memory| if memory == 0 { 0 } else { memory + allowed })
        };
        let members = |count: usize| format!("{{{}}}", vec!["\"\":0"; count].join(","));
        assert_eq!(price("[]"), Some(0));
        assert_eq!(price("[1]"), Some(LIST));
        assert_eq!(price("[1,1]"), Some(LIST + ITEM));
        assert_eq!(price("[[],[]]"), Some(LIST + ITEM));
        assert_eq!(price(&members(1)), Some(OBJECT + MEMBER));
        assert_eq!(price(&members(11)), Some(OBJECT + 11 * MEMBER));
        assert_eq!(price(&members(12)), Some(OBJECT + 11 * MEMBER + SPLIT));
        assert_eq!(price(&members(14)), Some(OBJECT + 11 * MEMBER + SPLIT + 2 * FURTHER_MEMBER));
        assert_eq!(price("[{\"a\":[1,2]},3]"), Some(LIST + OBJECT + MEMBER + LIST + ITEM + ITEM));
    }
}
