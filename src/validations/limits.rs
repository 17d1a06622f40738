//! How much a document may ask of the decoder.

/// One more than the levels of lists and objects at which the JSON reader itself ends.
pub(crate) const DEPTHS: usize = 128;

/// What a decoder accepts at most, so that no input costs memory or time out of proportion.
///
/// | limit | default | code when exceeded |
/// |---|---|---|
/// | `bytes` | 16 MiB | `document_too_large` |
/// | `depth` | 64 levels of lists and objects (127 at most) | `too_deep` |
/// | `items` | 1,000,000 values | `too_many_values` |
/// | `string` | 1 MiB in a string as written | `string_too_long` |
/// | `memory` | 12 MiB beyond eight times the document's size | `document_too_dense` |
///
/// The last one is about documents that are made of very many very small values: a list of `{"":0}` takes fifty times its size once
/// decoded. It is an estimate made before anything is decoded: for a list that is not empty 128 bytes and 112 for each further item, for an object
/// that is not empty 640 and 32 for each of its first eleven members, 1,408 for the twelfth and 136 for each one behind it (and more in a build where some
/// crate has turned on serde_json's `preserve_order`, which makes values larger). No list of alerts that a person would read comes near it.
///
/// # Examples
///
/// ```
/// use alert_schemas::Alert;
/// use alert_schemas::validations::DecodeLimits;
///
/// let strict = DecodeLimits::default().with_bytes(20);
/// let report = Alert::decode(b"{\"message\": \"disk full on db-1\"}", &strict).unwrap_err();
/// assert_eq!(report.to_string(), "the document (line 1, column 1): the document has 32 bytes: expected at most 20");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeLimits {
    /// The size of the document in bytes. Default 16 MiB; never more than 4 GiB − 1.
    pub bytes: usize,
    /// How deep lists and objects may stand in each other. Default 64; never more than 127, where the JSON reader itself ends.
    pub depth: usize,
    /// How many values the document may hold in all, each list and object counted once more than its content. Default 1,000,000.
    pub items: usize,
    /// How many bytes a string may have as it is written in the document. Default 1 MiB.
    pub string: usize,
    /// How many bytes the decoded values may take, by estimate, beyond eight times the size of the document. Default 12 MiB.
    pub memory: usize,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self { bytes: 16 << 20, depth: 64, items: 1_000_000, string: 1 << 20, memory: 12 << 20 }
    }
}

impl DecodeLimits {
    /// The same limits with another size of the document.
    #[must_use]
    pub fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// The same limits with another depth.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// The same limits with another number of values.
    #[must_use]
    pub fn with_items(mut self, items: usize) -> Self {
        self.items = items;
        self
    }

    /// The same limits with another length of a string.
    #[must_use]
    pub fn with_string(mut self, string: usize) -> Self {
        self.string = string;
        self
    }

    /// The same limits with another allowance of memory.
    #[must_use]
    pub fn with_memory(mut self, memory: usize) -> Self {
        self.memory = memory;
        self
    }

    pub(crate) fn bytes_limit(&self) -> usize {
        self.bytes.min(u32::MAX as usize)
    }

    pub(crate) fn depth_limit(&self) -> usize {
        self.depth.min(DEPTHS - 1)
    }
}
