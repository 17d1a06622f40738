//! How much a template may have, do and write.

use crate::templates::go::regex_calls::Patterns;

/// Limits on the text of a template and on what its rendering may cost.
///
/// | limit | default | counts |
/// |---|---|---|
/// | `source_bytes` | 1 MiB | bytes of the template's text |
/// | `nesting` | 100 | blocks, parentheses and chained declarations inside each other |
/// | `steps` | 1,000,000 | nodes visited, calls made, arguments and each 256 bytes of them, items and matches looked at |
/// | `output_bytes` | 4 MiB | bytes written |
/// | `value_bytes` | 64 MiB | bytes of all texts and lists made on the way, together |
/// | `call_depth` | 1,000 | `{{ template }}` calls inside each other |
///
/// A value of 0 counts as 1. Above a limit the answer is an error that names it.
///
/// # Examples
///
/// ```
/// use alert_schemas::templates::go::TemplateLimits;
///
/// let limits = TemplateLimits::default().with_output_bytes(2_000);
/// assert_eq!((limits.output_bytes, limits.steps), (2_000, 1_000_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateLimits {
    /// Bytes of the template's text. Default 1 MiB.
    pub source_bytes: usize,
    /// Blocks and parentheses inside each other. Default 100; more than 200 counts as 200.
    pub nesting: usize,
    /// Nodes visited, calls made, arguments and each 256 bytes of them, items and matches looked at. Default 1,000,000.
    pub steps: u64,
    /// Bytes written. Default 4 MiB.
    pub output_bytes: usize,
    /// Bytes of all texts and lists made on the way, together. Default 64 MiB.
    pub value_bytes: usize,
    /// `{{ template }}` calls inside each other. Default 1,000.
    pub call_depth: usize,
}

impl TemplateLimits {
    /// The defaults.
    pub(super) const DEFAULT: Self =
        Self { source_bytes: 1 << 20, nesting: 100, steps: 1_000_000, output_bytes: 4 << 20, value_bytes: 64 << 20, call_depth: 1_000 };

    /// The same limits with another number of bytes of text.
    #[must_use]
    pub fn with_source_bytes(mut self, source_bytes: usize) -> Self {
        self.source_bytes = source_bytes;
        self
    }

    /// The same limits with another depth of blocks and parentheses.
    #[must_use]
    pub fn with_nesting(mut self, nesting: usize) -> Self {
        self.nesting = nesting;
        self
    }

    /// The same limits with another number of steps.
    #[must_use]
    pub fn with_steps(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// The same limits with another number of bytes written.
    #[must_use]
    pub fn with_output_bytes(mut self, output_bytes: usize) -> Self {
        self.output_bytes = output_bytes;
        self
    }

    /// The same limits with another number of bytes of values.
    #[must_use]
    pub fn with_value_bytes(mut self, value_bytes: usize) -> Self {
        self.value_bytes = value_bytes;
        self
    }

    /// The same limits with another depth of calls.
    #[must_use]
    pub fn with_call_depth(mut self, call_depth: usize) -> Self {
        self.call_depth = call_depth;
        self
    }
}

impl Default for TemplateLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitReached {
    /// `steps`.
    Steps(u64),
    /// `value_bytes`.
    Values(usize),
}

/// What is left of the limits of one rendering.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    limits: TemplateLimits,
    steps: u64,
    values: usize,
    /// The patterns that were compiled last.
    pub(super) patterns: Patterns,
}

impl Budget {
    /// Everything is left.
    pub(crate) fn new(limits: TemplateLimits) -> Self {
        Self { limits, steps: limits.steps.max(1), values: limits.value_bytes.max(1), patterns: Patterns::default() }
    }

    /// Takes `steps` away: one for each piece of work whose time is bounded.
    pub(crate) fn step(&mut self, steps: u64) -> Result<(), LimitReached> {
        self.steps = self.steps.checked_sub(steps).ok_or(LimitReached::Steps(self.limits.steps))?;
        Ok(())
    }

    /// Takes the bytes of a text or list that was or will be made; call it before making a large one.
    pub(crate) fn bytes(&mut self, bytes: usize) -> Result<(), LimitReached> {
        self.values = self.values.checked_sub(bytes).ok_or(LimitReached::Values(self.limits.value_bytes))?;
        Ok(())
    }

    /// How many bytes of values may still be made.
    pub(crate) fn bytes_left(&self) -> usize {
        self.values
    }
}
