//! One verb of a format string: its flags, width and precision, and text that is written up to a limit.

/// Text that is written up to a limit of bytes; what does not fit is left out, and [`Bounded::finish`] says so.
#[derive(Debug)]
pub(super) struct Bounded {
    text: String,
    limit: usize,
    over: bool,
}

/// More was written than the limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OverLimit;

impl Bounded {
    pub(super) fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, over: false }
    }

    /// Whether something was left out: a writer may stop then.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// How many bytes still fit.
    pub(super) fn room(&self) -> usize {
        if self.over { 0 } else { self.limit - self.text.len() }
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.over |= text.len() > self.room();
        if !self.over {
            self.text.push_str(text);
        }
    }

    pub(super) fn push(&mut self, c: char) {
        self.push_str(c.encode_utf8(&mut [0; 4]));
    }

    /// Writes an ASCII character `count` times.
    fn repeat(&mut self, c: char, count: usize) {
        self.over |= count > self.room();
        if !self.over {
            self.text.extend(std::iter::repeat_n(c, count));
        }
    }

    pub(super) fn finish(self) -> Result<String, OverLimit> {
        if self.over { Err(OverLimit) } else { Ok(self.text) }
    }
}

/// What stands between the `%` and the letter of a verb.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spec {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    /// `-`: padding goes to the right.
    pub(super) minus: bool,
    /// `+`: a sign on every number, escapes in every quoted text.
    pub(super) plus: bool,
    /// `#`: the other form.
    pub(super) sharp: bool,
    /// ` `: room for a sign.
    pub(super) space: bool,
    /// `0`: padding with zeros.
    pub(super) zero: bool,
    /// `%#v`: Go syntax.
    pub(super) go_syntax: bool,
    /// `%+v`: the names of fields.
    pub(super) field_names: bool,
}

impl Spec {
    /// The flags as `%v` takes them: `#` and `+` say what is shown, not how numbers look.
    pub(super) fn for_values(self) -> Self {
        Self { go_syntax: self.sharp, field_names: self.plus, sharp: false, plus: false, ..self }
    }

    pub(super) fn without_zero(self) -> Self {
        Self { zero: false, ..self }
    }

    /// Writes padding of a number of characters.
    pub(super) fn padding(&self, out: &mut Bounded, count: usize) {
        // Zeros never go to the right.
        out.repeat(if self.zero && !self.minus { '0' } else { ' ' }, count);
    }

    /// Writes a text, padded to the width in characters.
    pub(super) fn pad(&self, out: &mut Bounded, text: &str) {
        let missing = self.width.map_or(0, |width| width.saturating_sub(text.chars().count()));
        if self.minus {
            out.push_str(text);
            self.padding(out, missing);
        } else {
            self.padding(out, missing);
            out.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padded(spec: Spec, text: &str) -> String {
        let mut out = Bounded::new(100);
        spec.pad(&mut out, text);
        out.finish().unwrap()
    }

    #[test]
    fn padding_counts_characters() {
        let spec = Spec { width: Some(4), ..Spec::default() };
        assert_eq!(padded(spec, "é"), "   é");
        assert_eq!(padded(Spec { minus: true, zero: true, ..spec }, "é"), "é   ");
        assert_eq!(padded(Spec { zero: true, ..spec }, "é"), "000é");
        assert_eq!(padded(spec, "longer"), "longer");
        assert_eq!(padded(Spec::default(), "a"), "a");
    }

    #[test]
    fn nothing_is_written_past_the_limit() {
        let mut out = Bounded::new(3);
        out.push_str("ab");
        out.push('c');
        assert!(!out.is_over());
        out.push_str("");
        assert!(!out.is_over());
        out.push('d');
        assert!(out.is_over());
        out.push_str("");
        assert_eq!(out.finish(), Err(OverLimit));

        let mut out = Bounded::new(3);
        out.repeat('0', usize::MAX);
        assert_eq!(out.finish(), Err(OverLimit));
    }
}
