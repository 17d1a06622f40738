//! Format strings: text, and verbs with their flags, widths, precisions and argument indexes.

use crate::templates::go::fmt_spec::Spec;
use crate::templates::value::Value;

/// A width, a precision or an index above this is none.
const LARGEST: usize = 1_000_000;

/// A part of a format string.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'f, 'a> {
    /// Text that is printed as it is.
    Text(&'f str),
    /// What is printed where a width, a precision or a verb is wrong or missing.
    Problem(&'static str),
    /// A verb for which there is no value, and why.
    VerbProblem(char, &'static str),
    /// A verb and the value it prints.
    Verb(Spec, char, &'a Value),
}

/// The pieces of a format string, in order. Whatever the text, there is an answer to it, as in Go.
#[derive(Debug)]
pub(super) struct Pieces<'f, 'a> {
    rest: &'f str,
    /// How many bytes stand behind the last `]`: no index is looked for there.
    behind_brackets: usize,
    args: &'a [Value],
    next: usize,
    /// An argument was named by its index: then none counts as left over.
    reordered: bool,
    /// What a verb gives beside its value, in the order in which it is printed.
    pending: Vec<Piece<'f, 'a>>,
}

impl<'f, 'a> Pieces<'f, 'a> {
    pub(super) fn new(format: &'f str, args: &'a [Value]) -> Self {
        let behind_brackets = format.rsplit_once(']').map_or(format.len(), |(_, behind)| behind.len());
        Self { rest: format, behind_brackets, args, next: 0, reordered: false, pending: Vec::new() }
    }

    /// The arguments that no verb took.
    pub(super) fn unused(&self) -> &'a [Value] {
        if self.reordered { &[] } else { self.args.get(self.next..).unwrap_or_default() }
    }

    fn eat(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// `[3]`: the next argument is the third. Says whether there was an index; `good` becomes false if it is a wrong one.
    fn index(&mut self, good: &mut bool) -> bool {
        if !self.rest.starts_with('[') {
            return false;
        }
        self.reordered = true;
        let bracket = if self.rest.len() < 3 || self.rest.len() <= self.behind_brackets { None } else { self.rest.split_once(']') };
        let Some((inside, behind)) = bracket else {
            *good = false;
            self.rest = self.rest.get(1..).unwrap_or_default();
            return false;
        };
        self.rest = behind;
        let digits = inside.get(1..).unwrap_or_default();
        match whole_number(digits) {
            Some(number) if (1..=self.args.len()).contains(&number) => {
                self.next = number - 1;
                true
            }
            // A number that names no argument still was an index.
            found => {
                *good = false;
                found.is_some()
            }
        }
    }

    /// The digits of a width or a precision.
    fn number(&mut self) -> Option<usize> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = self.rest.split_at_checked(digits)?;
        if number.is_empty() {
            return None;
        }
        self.rest = behind;
        let value = limited(number);
        if value.is_none() {
            // Go gives up on the format here.
            self.rest = "";
        }
        value
    }

    /// A width or a precision that is an argument.
    fn number_argument(&mut self) -> Option<i64> {
        let value = self.args.get(self.next)?;
        self.next += 1;
        match value {
            Value::Int(number) | Value::Duration(number) => Some(*number).filter(|number| number.unsigned_abs() <= LARGEST as u64),
            _ => None,
        }
    }

    /// Reads what stands behind a `%`.
    fn verb(&mut self) {
        let mut spec = Spec::default();
        let mut good = true;
        loop {
            match self.rest.bytes().next() {
                Some(b'#') => spec.sharp = true,
                Some(b'0') => spec.zero = true,
                Some(b'+') => spec.plus = true,
                Some(b'-') => spec.minus = true,
                Some(b' ') => spec.space = true,
                _ => break,
            }
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        let mut after_index = self.index(&mut good);
        if self.eat('*') {
            match self.number_argument() {
                Some(width) => {
                    spec.width = usize::try_from(width.unsigned_abs()).ok();
                    if width < 0 {
                        spec.minus = true;
                        spec.zero = false;
                    }
                }
                None => self.pending.push(Piece::Problem("%!(BADWIDTH)")),
            }
            after_index = false;
        } else {
            spec.width = self.number();
            if after_index && spec.width.is_some() {
                good = false;
            }
        }
        if self.rest.len() > 1 && self.eat('.') {
            if after_index {
                good = false;
            }
            after_index = self.index(&mut good);
            if self.eat('*') {
                match self.number_argument() {
                    Some(precision) if precision >= 0 => spec.precision = usize::try_from(precision).ok(),
                    _ => self.pending.push(Piece::Problem("%!(BADPREC)")),
                }
                after_index = false;
            } else {
                spec.precision = Some(self.number().unwrap_or(0));
            }
        }
        if !after_index {
            self.index(&mut good);
        }
        let mut characters = self.rest.chars();
        let Some(verb) = characters.next() else {
            self.pending.push(Piece::Problem("%!(NOVERB)"));
            return;
        };
        self.rest = characters.as_str();
        let piece = match (verb, good, self.args.get(self.next)) {
            ('%', _, _) => Piece::Text("%"),
            (_, false, _) => Piece::VerbProblem(verb, "(BADINDEX)"),
            (_, true, None) => Piece::VerbProblem(verb, "(MISSING)"),
            (_, true, Some(value)) => {
                self.next += 1;
                Piece::Verb(if matches!(verb, 'v' | 'w') { spec.for_values() } else { spec }, verb, value)
            }
        };
        self.pending.push(piece);
    }
}

impl<'f, 'a> Iterator for Pieces<'f, 'a> {
    type Item = Piece<'f, 'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.pending.is_empty() {
            if self.rest.is_empty() {
                return None;
            }
            match self.rest.split_once('%') {
                None => return Some(Piece::Text(std::mem::take(&mut self.rest))),
                Some((text, behind)) => {
                    self.rest = behind;
                    self.verb();
                    if !text.is_empty() {
                        self.pending.insert(0, Piece::Text(text));
                    }
                }
            }
        }
        // At most four pieces wait.
        if self.pending.is_empty() { None } else { Some(self.pending.remove(0)) }
    }
}

/// A number that is digits from end to end.
fn whole_number(text: &str) -> Option<usize> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    limited(text)
}

/// Go looks at a number before it takes the next digit, so that a last digit may make it larger.
fn limited(digits: &str) -> Option<usize> {
    let mut number: usize = 0;
    for digit in digits.bytes() {
        if number > LARGEST {
            return None;
        }
        number = number * 10 + usize::from(digit - b'0');
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_limit() {
        assert_eq!(whole_number("12"), Some(12));
        assert_eq!(whole_number("1000000"), Some(1_000_000));
        assert_eq!(whole_number("9999999"), Some(9_999_999));
        assert_eq!(whole_number("99999999"), None);
        assert_eq!(whole_number(""), None);
        assert_eq!(whole_number("1a"), None);
        assert_eq!(limited(&"9".repeat(10_000)), None);
    }

    #[test]
    fn indexes_that_are_never_closed_take_no_time() {
        let format = "%[".repeat(1 << 20);
        assert_eq!(Pieces::new(&format, &[]).count(), 1 << 20);
    }

    #[test]
    fn what_is_left_over() {
        let args = [Value::from(1), Value::from(2), Value::from(3)];
        let left = |format: &str| {
            let mut pieces = Pieces::new(format, &args);
            pieces.by_ref().for_each(drop);
            pieces.unused().len()
        };
        assert_eq!(left("%d%%"), 2);
        assert_eq!(left("%*d"), 1);
        assert_eq!(left("%[1]d"), 0);
        assert_eq!(left("%[9]d"), 0);
    }
}
