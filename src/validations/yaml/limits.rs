//! How much a YAML document may ask of the reader.

/// What the reader accepts at most, so that no input costs memory or time out of proportion.
///
/// | limit | default | code when exceeded |
/// |---|---|---|
/// | `bytes` | 16 MiB | `document_too_large` |
/// | `depth` | 100 lists and mappings in each other | `too_deep` |
/// | `nodes` | 500,000 values in all documents together | `too_many_values` |
///
/// Aliases are not expanded when a document is read, so they cost nothing there. What follows them is bounded as Go's yaml.v3 does: when
/// nearly all of what was visited came out of aliases, the code is `yaml_too_many_aliases`.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::yaml::{Yaml, YamlLimits};
///
/// let limits = YamlLimits::default().with_depth(2);
/// assert!(Yaml::read(b"[[1]]", &limits).is_ok());
/// let error = Yaml::read(b"[[[1]]]", &limits).unwrap_err();
/// assert_eq!(error.code(), "too_deep");
/// assert_eq!(error.to_string(), "line 1, column 3: lists and mappings stand in each other too deep, expected at most 2 levels");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct YamlLimits {
    /// The size of the input in bytes. Default 16 MiB; never more than 1 GiB.
    pub bytes: usize,
    /// How deep lists and mappings may stand in each other. Default 100; never more than 10,000, where Go's reader ends.
    pub depth: usize,
    /// How many values all documents of the input may hold, keys and empty values counted. Default 500,000.
    pub nodes: usize,
}

impl Default for YamlLimits {
    fn default() -> Self {
        Self { bytes: 16 << 20, depth: 100, nodes: 500_000 }
    }
}

impl YamlLimits {
    /// The same limits with another size of the input.
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
    pub fn with_nodes(mut self, nodes: usize) -> Self {
        self.nodes = nodes;
        self
    }

    pub(super) fn bytes_limit(&self) -> usize {
        self.bytes.min(1 << 30)
    }

    pub(super) fn depth_limit(&self) -> usize {
        self.depth.min(10_000)
    }

    pub(super) fn nodes_limit(&self) -> usize {
        self.nodes.min(u32::MAX as usize / 2)
    }
}
