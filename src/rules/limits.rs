//! How large an expression may be.

/// How large an expression may be.
///
/// | limit | default | what it bounds |
/// |---|---|---|
/// | `bytes` | 1,048,576 | the text |
/// | `depth` | 256 | brackets and signs inside each other; a chain of operators is no depth |
/// | `nodes` | 100,000 | the nodes of the tree |
/// | `list_items` | 1,024 | the matchers of a selector, the labels of a list, the arguments of a call |
/// | `pattern_bytes` | 65,536 | the patterns of all matchers together, each counted as 64 bytes at least |
/// | `compiled_bytes` | 16 MiB | the compiled patterns of all matchers together, each counted as 8, 32, 128 or 512 KiB or 2 MiB |
///
/// Reading takes time and memory in proportion to the text. Nothing recurses, so the stack needed does not grow with `depth`.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, ExprLimits, ParseOptions};
///
/// let options = ParseOptions::default().with_limits(ExprLimits::default().with_depth(2));
/// assert!(Expr::parse("((1))", &options).is_ok());
/// let errors = Expr::parse("(((1)))", &options).unwrap_err();
/// assert_eq!(errors.first().code(), "expr_too_deep");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExprLimits {
    /// The bytes of the text. Default 1,048,576; no more than 1 GiB.
    pub bytes: usize,
    /// The brackets and signs inside each other. Default 256.
    pub depth: usize,
    /// The nodes of the tree. Default 100,000.
    pub nodes: usize,
    /// The items of a list. Default 1,024.
    pub list_items: usize,
    /// The bytes of all patterns, each counted as 64 at least. Default 65,536.
    pub pattern_bytes: usize,
    /// The bytes of all compiled patterns. Default 16 MiB.
    pub compiled_bytes: usize,
}

impl Default for ExprLimits {
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 256, nodes: 100_000, list_items: 1_024, pattern_bytes: 64 << 10, compiled_bytes: 16 << 20 }
    }
}

impl ExprLimits {
    /// The same limits with another length of the text.
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

    /// The same limits with another number of nodes.
    #[must_use]
    pub fn with_nodes(mut self, nodes: usize) -> Self {
        self.nodes = nodes;
        self
    }

    /// The same limits with another number of items of a list.
    #[must_use]
    pub fn with_list_items(mut self, list_items: usize) -> Self {
        self.list_items = list_items;
        self
    }

    /// The same limits with another length of all patterns.
    #[must_use]
    pub fn with_pattern_bytes(mut self, pattern_bytes: usize) -> Self {
        self.pattern_bytes = pattern_bytes;
        self
    }

    /// The same limits with another size of all compiled patterns.
    #[must_use]
    pub fn with_compiled_bytes(mut self, compiled_bytes: usize) -> Self {
        self.compiled_bytes = compiled_bytes;
        self
    }
}
