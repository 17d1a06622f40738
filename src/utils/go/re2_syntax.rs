//! RE2's syntax, read as Go's `regexp/syntax` reads it and written in the `regex` crate's notation.
//!
//! The two notations differ in what they refuse and in what the same text means, so no text is passed on: each element is
//! recognised here and written anew, without flags (`i`, `m`, `s`, `U` are resolved here), with characters as themselves or as
//! numbers, and with `{0,1}` for `?`, which could be read as "lazy" behind another repetition.
//!
//! ```text
//! pattern  := sequence ("|" sequence)*
//! sequence := (element repeat?)*
//! element  := "(" pattern ")" | "(?P<name>" pattern ")" | "(?<name>" pattern ")" | "(?" flags ":" pattern ")"
//!           | "." | "^" | "$" | class | \A \z \b \B | \d \s \w \D \S \W | \p… \P… | escape | character
//! repeat   := ("*" | "+" | "?" | "{" n "}" | "{" n ",}" | "{" n "," m "}") "?"?
//! flags    := [imsU]* ("-" [imsU]+)?           "(?" flags ")" sets them to the end of the group and is no element
//! quote    := "\Q" text ("\E" | end)           the characters of the text, each an element
//! ```

use std::fmt;
use std::fmt::Write;

use crate::utils::go::pattern_error::InvalidPatternKind;
use crate::utils::go::pattern_error::Problem;
use crate::utils::go::re2_class::ClassBudget;
use crate::utils::go::re2_class::ClassWriter;
use crate::utils::go::re2_class::bracketed;
use crate::utils::go::re2_class::escaped;
use crate::utils::go::re2_class::perl_class;
use crate::utils::go::re2_class::unicode_class;
use crate::utils::go::re2_cursor::Cursor;

/// The largest repeat count, and the largest product of nested ones.
const MAX_REPEAT: u32 = 1000;

/// How many groups may be open at once; Go's own limit on the height of a pattern.
const MAX_OPEN_GROUPS: usize = 1000;

/// The flags of RE2 that may be on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    /// `i`: letters match without regard to case.
    pub(super) fold_case: bool,
    /// `m`: `^` and `$` match at line breaks too.
    pub(super) multi_line: bool,
    /// `s`: `.` matches a line break too.
    pub(super) dot_all: bool,
    /// `U`: repetitions take as little as possible, and those with `?` as much.
    pub(super) swap_greed: bool,
}

impl Flags {
    /// The flag of this letter.
    fn get_mut(&mut self, letter: char) -> Option<&mut bool> {
        match letter {
            'i' => Some(&mut self.fold_case),
            'm' => Some(&mut self.multi_line),
            's' => Some(&mut self.dot_all),
            'U' => Some(&mut self.swap_greed),
            _ => None,
        }
    }
}

/// A pattern in the engine's notation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Translation {
    /// The text for the engine.
    pub(super) text: String,
    /// The names of the capturing groups, in order of their opening parentheses.
    pub(super) group_names: Vec<Option<Box<str>>>,
    /// Where a `\Q` without `\E` stands.
    pub(super) open_quote: Option<usize>,
}

/// How to translate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// What is on at the start.
    pub(super) flags: Flags,
    /// Whether groups capture. Each one that does costs the engine memory for each of its states.
    pub(super) capturing: bool,
    /// How many levels may stand in each other.
    pub(super) nesting: usize,
    /// How many ranges the classes may hold.
    pub(super) class_ranges: usize,
}

/// Translates `source`.
pub(super) fn translate(source: &str, rules: Rules) -> Result<Translation, Problem> {
    Translator {
        cursor: Cursor::new(source),
        flags: rules.flags,
        rules,
        open: Vec::new(),
        group: Group::default(),
        previous_repeat: None,
        out: Translation { text: String::with_capacity(source.len() * 2), group_names: Vec::new(), open_quote: None },
        budget: ClassBudget::default(),
    }
    .run()
}

/// What is known about an element once it is written.
#[derive(Debug, Clone, Copy, Default)]
struct Element {
    /// How many levels of repetition, sequence, alternation and capture it has.
    level: usize,
    /// How many copies of its innermost part its repeat counts make.
    copies: u32,
}

impl Element {
    /// A character, a class or an assertion.
    const LEAF: Self = Self { level: 0, copies: 1 };

    /// The larger of both, part by part.
    fn or(self, other: Self) -> Self {
        Self { level: self.level.max(other.level), copies: self.copies.max(other.copies) }
    }
}

/// A group that is being read; the outermost one is the pattern.
#[derive(Debug, Default)]
struct Group {
    /// Where its `(` stands.
    start: usize,
    capturing: bool,
    /// What is on outside it.
    outer_flags: Flags,
    /// The alternatives that are complete, as the larger of them.
    alternatives: Option<Element>,
    /// The elements of the present alternative but the last, and how many they are.
    elements: Element,
    count: usize,
    /// The last element, which a repetition would apply to.
    last: Option<Element>,
}

impl Group {
    fn push(&mut self, element: Element) {
        if let Some(last) = self.last.replace(element) {
            self.elements = self.elements.or(last);
        }
        self.count += 1;
    }

    fn end_alternative(&mut self) {
        let mut sequence = self.elements.or(self.last.take().unwrap_or_default());
        sequence.level += usize::from(self.count > 1);
        self.alternatives = Some(self.alternatives.map_or(sequence, |earlier| earlier.or(sequence)));
        self.elements = Element::default();
        self.count = 0;
    }

    /// The group as an element of the group around it.
    fn close(mut self) -> Element {
        // However many alternatives there are, they are one level.
        let alternation = self.alternatives.is_some();
        self.end_alternative();
        let mut whole = self.alternatives.unwrap_or_default();
        whole.level += usize::from(alternation) + usize::from(self.capturing);
        whole.copies = whole.copies.max(1);
        whole
    }
}

struct Translator<'t> {
    cursor: Cursor<'t>,
    flags: Flags,
    /// The groups around the present one, outermost first.
    open: Vec<Group>,
    group: Group,
    /// Where the repetition stands that was read just before, if nothing came between.
    previous_repeat: Option<usize>,
    out: Translation,
    budget: ClassBudget,
    rules: Rules,
}

impl Translator<'_> {
    fn run(mut self) -> Result<Translation, Problem> {
        loop {
            let start = self.cursor.offset();
            let Some(c) = self.cursor.next() else { break };
            let mut repeat = None;
            match c {
                '(' => self.open_group(start)?,
                ')' => self.close_group(start)?,
                '|' => self.next_alternative(),
                '^' => self.push_text(if self.flags.multi_line { "(?m:^)" } else { r"\A" }),
                '$' => self.push_text(if self.flags.multi_line { "(?m:$)" } else { r"\z" }),
                '.' => self.push_text(if self.flags.dot_all { "(?s:.)" } else { r"[^\n]" }),
                '[' => {
                    let class = bracketed(&mut self.cursor, start, self.flags.fold_case, &mut self.budget, self.rules.class_ranges)?;
                    self.push_text(&class);
                }
                '*' => repeat = Some(Repeat { min: 0, max: None }),
                '+' => repeat = Some(Repeat { min: 1, max: None }),
                '?' => repeat = Some(Repeat { min: 0, max: Some(1) }),
                '{' => {
                    repeat = self.counts(start)?;
                    if repeat.is_none() {
                        self.literal('{');
                    }
                }
                '\\' => self.escape(start)?,
                _ => self.literal(c),
            }
            match repeat {
                None => self.previous_repeat = None,
                Some(repeat) => self.repeat(start, repeat, c == '{')?,
            }
        }
        if !self.open.is_empty() {
            let start = self.group.start;
            return Err(Problem::new(InvalidPatternKind::MissingParen, start..start + 1));
        }
        let whole = std::mem::take(&mut self.group).close();
        self.check_level(whole, 0)?;
        Ok(self.out)
    }

    /// Writes an element that is complete in itself.
    fn push_text(&mut self, text: &str) {
        self.out.text.push_str(text);
        self.group.push(Element::LEAF);
    }

    fn literal(&mut self, c: char) {
        let text = &mut self.out.text;
        // Writing to a `String` always succeeds.
        let _: fmt::Result = match c {
            'a'..='z' | 'A'..='Z' if self.flags.fold_case => {
                let (upper, lower) = (c.to_ascii_uppercase(), c.to_ascii_lowercase());
                // The Kelvin sign folds to `k`, the long s to `s`.
                let third = match lower {
                    'k' => r"\x{212a}",
                    's' => r"\x{17f}",
                    _ => "",
                };
                write!(text, "[{upper}{lower}{third}]")
            }
            'a'..='z' | 'A'..='Z' | '0'..='9' => text.write_char(c),
            '\0'..='\x7f' => write!(text, r"\x{{{:x}}}", u32::from(c)),
            _ if self.flags.fold_case => write!(text, "(?i:{c})"),
            _ => text.write_char(c),
        };
        self.group.push(Element::LEAF);
    }

    /// Reads what follows a `\` at `start`, outside a class.
    fn escape(&mut self, start: usize) -> Result<(), Problem> {
        let assertion = match self.cursor.peek() {
            Some('A') => r"\A",
            Some('z') => r"\z",
            Some('b') => r"(?-u:\b)",
            Some('B') => r"(?-u:\B)",
            Some('Q') => {
                self.quoted(start);
                return Ok(());
            }
            _ => return self.escaped_class_or_character(start),
        };
        self.cursor.skip(1);
        self.push_text(assertion);
        Ok(())
    }

    fn escaped_class_or_character(&mut self, start: usize) -> Result<(), Problem> {
        let mut class = ClassWriter::new(self.flags.fold_case);
        // The readers of classes start at the `\`.
        let behind = self.cursor.clone();
        self.cursor = Cursor::at(&behind, start);
        if unicode_class(&mut self.cursor, &mut class)? || perl_class(&mut self.cursor, &mut class) {
            let text = class.finish(false, start..self.cursor.offset(), &mut self.budget, self.rules.class_ranges)?;
            self.push_text(&text);
            return Ok(());
        }
        self.cursor = behind;
        match char::from_u32(escaped(&mut self.cursor, start)?) {
            Some(c) => self.literal(c),
            // A surrogate is in no text.
            None => self.push_text(r"[^\x{0}-\x{10ffff}]"),
        }
        Ok(())
    }

    /// Reads `Q…\E`: every character is literal.
    fn quoted(&mut self, start: usize) {
        self.cursor.skip(1);
        let rest = self.cursor.rest();
        let text = match rest.split_once(r"\E") {
            Some((text, _)) => text,
            None => {
                self.out.open_quote = Some(start);
                rest
            }
        };
        text.chars().for_each(|c| self.literal(c));
        self.cursor.skip(text.len() + r"\E".len());
    }

    /// Reads what follows a `(`.
    fn open_group(&mut self, start: usize) -> Result<(), Problem> {
        let outer_flags = self.flags;
        // Go looks one character past the `<`, so at the very end these are no group names.
        let named = |prefix| self.cursor.after(prefix).filter(|rest| !rest.is_empty());
        let capturing = if let Some(rest) = named("?P<").or_else(|| named("?<")) {
            let name = self.group_name(start, rest)?;
            self.out.group_names.push(Some(name.into()));
            true
        } else if self.cursor.eat("?") {
            if !self.flags_and_colon(start)? {
                return Ok(());
            }
            false
        } else {
            self.out.group_names.push(None);
            true
        };
        if self.open.len() >= MAX_OPEN_GROUPS {
            return Err(Problem::over(InvalidPatternKind::NestingTooDeep, MAX_OPEN_GROUPS, start..self.cursor.offset()));
        }
        let capturing = capturing && self.rules.capturing;
        self.out.text.push_str(if capturing { "(" } else { "(?:" });
        let group = Group { start, capturing, outer_flags, ..Group::default() };
        self.open.push(std::mem::replace(&mut self.group, group));
        Ok(())
    }

    /// Reads to the `>` of a group's name, of which `rest` is the start.
    fn group_name<'r>(&mut self, start: usize, rest: &'r str) -> Result<&'r str, Problem> {
        let from = self.cursor.end() - rest.len();
        let Some((name, _)) = rest.split_once('>') else {
            return Err(Problem::new(InvalidPatternKind::GroupName, start..self.cursor.end()));
        };
        let behind = from + name.len() + 1;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(Problem::new(InvalidPatternKind::GroupName, start..behind));
        }
        self.cursor.skip(behind - self.cursor.offset());
        Ok(name)
    }

    /// Reads flags to the `:` of a group (true) or the `)` that makes them hold to the end of this one (false).
    fn flags_and_colon(&mut self, start: usize) -> Result<bool, Problem> {
        let mut flags = self.flags;
        let mut value = true;
        let mut flag_seen = false;
        loop {
            match self.cursor.next() {
                Some('-') if value => {
                    value = false;
                    flag_seen = false;
                }
                // A minus needs a flag behind it.
                Some(end @ (':' | ')')) if value || flag_seen => {
                    self.flags = flags;
                    return Ok(end == ':');
                }
                Some(letter) => {
                    let Some(flag) = flags.get_mut(letter) else { break };
                    *flag = value;
                    flag_seen = true;
                }
                None => break,
            }
        }
        Err(Problem::new(InvalidPatternKind::GroupSyntax, start..self.cursor.offset()))
    }

    fn close_group(&mut self, start: usize) -> Result<(), Problem> {
        let Some(outer) = self.open.pop() else {
            return Err(Problem::new(InvalidPatternKind::UnexpectedParen, start..start + 1));
        };
        let group = std::mem::replace(&mut self.group, outer);
        self.flags = group.outer_flags;
        self.out.text.push(')');
        let opened = group.start;
        let element = group.close();
        self.check_level(element, opened)?;
        self.group.push(element);
        Ok(())
    }

    fn next_alternative(&mut self) {
        self.group.end_alternative();
        self.out.text.push('|');
    }

    /// Reads what follows a `{` at `start`, if it is a repeat count; leading zeros and blanks make it characters.
    fn counts(&mut self, start: usize) -> Result<Option<Repeat>, Problem> {
        let mut ahead = self.cursor.clone();
        let Some(min) = number(&mut ahead) else { return Ok(None) };
        let max = if ahead.eat(",") {
            match ahead.peek() {
                Some('}') => None,
                _ => match number(&mut ahead) {
                    None => return Ok(None),
                    max => max,
                },
            }
        } else {
            Some(min)
        };
        if !ahead.eat("}") {
            return Ok(None);
        }
        self.cursor = ahead;
        if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || max < min) {
            return Err(Problem::new(InvalidPatternKind::RepeatCount, start..self.cursor.offset()));
        }
        Ok(Some(Repeat { min, max }))
    }

    /// Applies a repetition, which starts at `start`, to the last element.
    fn repeat(&mut self, start: usize, repeat: Repeat, counted: bool) -> Result<(), Problem> {
        let lazy = self.cursor.eat("?") != self.flags.swap_greed;
        let span = start..self.cursor.offset();
        if let Some(previous) = self.previous_repeat {
            return Err(Problem::new(InvalidPatternKind::NestedRepeat, previous..span.end));
        }
        let Some(element) = &mut self.group.last else {
            return Err(Problem::new(InvalidPatternKind::MissingRepeatArgument, span));
        };
        if counted {
            element.copies = match repeat.max.unwrap_or(repeat.min) {
                // What is repeated zero times is not looked at; what has no count is one copy.
                0 if repeat.max.is_some() => 1,
                0 => element.copies,
                count => element.copies.saturating_mul(count),
            };
            let checked = repeat.min >= 2 || repeat.max.is_some_and(|max| max >= 2);
            if checked && element.copies > MAX_REPEAT {
                return Err(Problem::new(InvalidPatternKind::RepeatCount, span));
            }
        }
        element.level += 1;
        let element = *element;
        self.check_level(element, start)?;
        // Writing to a `String` always succeeds.
        let text = &mut self.out.text;
        let _: fmt::Result = match (repeat.min, repeat.max) {
            (0, None) => text.write_char('*'),
            (1, None) => text.write_char('+'),
            (min, None) => write!(text, "{{{min},}}"),
            (min, Some(max)) => write!(text, "{{{min},{max}}}"),
        };
        if lazy {
            text.push('?');
        }
        self.previous_repeat = Some(start);
        Ok(())
    }

    fn check_level(&self, element: Element, start: usize) -> Result<(), Problem> {
        if element.level > self.rules.nesting {
            return Err(Problem::over(InvalidPatternKind::NestingTooDeep, self.rules.nesting, start..self.cursor.offset()));
        }
        Ok(())
    }
}

/// How often an element is repeated; without `max`, as often as there is.
#[derive(Debug, Clone, Copy)]
struct Repeat {
    min: u32,
    max: Option<u32>,
}

/// Reads a decimal number without leading zeros; one too large to matter is cut.
fn number(cursor: &mut Cursor<'_>) -> Option<u32> {
    let digits = cursor.rest().bytes().take_while(u8::is_ascii_digit).count();
    let text = cursor.rest().get(..digits)?;
    if text.is_empty() || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    cursor.skip(digits);
    Some(text.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(nesting: usize) -> Rules {
        Rules { flags: Flags::default(), capturing: true, nesting, class_ranges: 10_000 }
    }

    fn p(source: &str) -> Result<String, (InvalidPatternKind, std::ops::Range<usize>)> {
        match translate(source, rules(100)) {
            Ok(translation) => Ok(translation.text),
            Err(problem) => Err((problem.kind, problem.span)),
        }
    }

    #[test]
    fn ok_elements() {
        for (source, expected) in [
            ("", ""),
            ("aB9é", "aB9é"),
            ("a-b c#", r"a\x{2d}b\x{20}c\x{23}"),
            (".", r"[^\n]"),
            ("(?s).", "(?s:.)"),
            ("^$", r"\A\z"),
            ("(?m)^$", "(?m:^)(?m:$)"),
            (r"\A\z\b\B", r"\A\z(?-u:\b)(?-u:\B)"),
            (r"\d\W", r"[\x{30}-\x{39}][[^\x{30}-\x{39}\x{41}-\x{5a}\x{5f}\x{61}-\x{7a}]]"),
            (r"\pL\p{^Greek}", r"[\p{gc=L}][\P{sc=Greek}]"),
            (r"\.\n\x41\x{1F525}\101\_", r"\x{2e}\x{a}A🔥A\x{5f}"),
            (r"\x{d800}", r"[^\x{0}-\x{10ffff}]"),
            (r"\Qa.b\E.", r"a\x{2e}b[^\n]"),
            (r"a\Q(", r"a\x{28}"),
            (r"\Q\E", ""),
            ("]}", r"\x{5d}\x{7d}"),
            ("x{a}{,3}{01}{1, 2}{", r"x\x{7b}a\x{7d}\x{7b}\x{2c}3\x{7d}\x{7b}01\x{7d}\x{7b}1\x{2c}\x{20}2\x{7d}\x{7b}"),
        ] {
            assert_eq!(p(source).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn ok_groups_and_flags() {
        for (source, expected) in [
            ("(a|b)(?:c)", "(a|b)(?:c)"),
            ("(?P<a>x)(?<a>y)(?P<1>z)", "(x)(y)(z)"),
            ("(?i)kSa-é", r"[Kk\x{212a}][Ss\x{17f}][Aa]\x{2d}(?i:é)"),
            ("a(?i)b|c", "a[Bb]|[Cc]"),
            ("(?i:a)a", "(?:[Aa])a"),
            ("((?i)a)a", "([Aa])a"),
            ("(?i-i:a)", "(?:a)"),
            ("(?)(?s-s).", r"[^\n]"),
            ("()|", "()|"),
        ] {
            assert_eq!(p(source).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn ok_repetitions() {
        for (source, expected) in [
            ("a*b+c?", "a*b+c{0,1}"),
            ("a*?b+?c??", "a*?b+?c{0,1}?"),
            ("(?U)a*b+?", "a*?b+"),
            ("a{2}b{2,}c{2,3}?d{0}", "a{2,2}b{2,}c{2,3}?d{0,0}"),
            ("a{1000}", "a{1000,1000}"),
            ("(a{10}){100}", "(a{10,10}){100,100}"),
            ("((a{1000}){0}b){2}", "((a{1000,1000}){0,0}b){2,2}"),
            ("((a{1000})*){1}", "((a{1000,1000})*){1,1}"),
            ("^*$+", r"\A*\z+"),
            // What writes nothing does not come between an element and its repetition, but does between two repetitions.
            ("a(?i)*", "a*"),
            ("a*(?i)?", "a*{0,1}"),
            (r"a+\Q\E+", "a++"),
        ] {
            assert_eq!(p(source).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn err_groups() {
        use InvalidPatternKind as Kind;
        for (source, kind, span) in [
            ("a(b(c)", Kind::MissingParen, 1..2),
            ("a(", Kind::MissingParen, 1..2),
            ("(?:", Kind::MissingParen, 0..1),
            ("a)b", Kind::UnexpectedParen, 1..2),
            ("(?=a)", Kind::GroupSyntax, 0..3),
            ("(?<=a)b", Kind::GroupName, 0..7),
            ("(?<=a>)b", Kind::GroupName, 0..6),
            ("(?<", Kind::GroupSyntax, 0..3),
            ("(?P<", Kind::GroupSyntax, 0..3),
            ("(?P<a", Kind::GroupName, 0..5),
            ("(?P<>a)", Kind::GroupName, 0..5),
            ("(?P<é>a)", Kind::GroupName, 0..7),
            ("(?P=a)", Kind::GroupSyntax, 0..3),
            ("(?x)a", Kind::GroupSyntax, 0..3),
            ("(?i", Kind::GroupSyntax, 0..3),
            ("(?-)", Kind::GroupSyntax, 0..4),
            ("(?i-)", Kind::GroupSyntax, 0..5),
            ("(?--i)", Kind::GroupSyntax, 0..4),
        ] {
            assert_eq!(p(source), Err((kind, span)), "{source}");
        }
    }

    #[test]
    fn err_repetitions() {
        use InvalidPatternKind as Kind;
        for (source, kind, span) in [
            ("*", Kind::MissingRepeatArgument, 0..1),
            ("(+?)", Kind::MissingRepeatArgument, 1..3),
            ("a|{2}", Kind::MissingRepeatArgument, 2..5),
            ("(?i)*", Kind::MissingRepeatArgument, 4..5),
            ("a**", Kind::NestedRepeat, 1..3),
            ("a*??", Kind::NestedRepeat, 1..4),
            ("a{2}{3}", Kind::NestedRepeat, 1..7),
            ("**", Kind::MissingRepeatArgument, 0..1),
            ("a{1001}", Kind::RepeatCount, 1..7),
            ("a{2,1}", Kind::RepeatCount, 1..6),
            ("a{99999999999}", Kind::RepeatCount, 1..14),
            ("(a{100}){100}", Kind::RepeatCount, 8..13),
            ("((a{1000}){1000}){1000}", Kind::RepeatCount, 10..16),
            ("(?:a{501}b){2,}", Kind::RepeatCount, 11..15),
        ] {
            assert_eq!(p(source), Err((kind, span)), "{source}");
        }
    }

    #[test]
    fn err_escapes() {
        use InvalidPatternKind as Kind;
        for (source, kind, span) in [
            ("a\\", Kind::TrailingBackslash, 1..2),
            (r"\u0041", Kind::Escape, 0..2),
            (r"\1", Kind::Escape, 0..2),
            (r"\Z", Kind::Escape, 0..2),
            (r"\C", Kind::Escape, 0..2),
            (r"\E", Kind::Escape, 0..2),
            (r"\é", Kind::Escape, 0..3),
            (r"\xg1", Kind::Escape, 0..4),
            (r"\x{1F525", Kind::Escape, 0..8),
            (r"\p{Foo}a", Kind::UnicodeName, 0..7),
            (r"\pé", Kind::UnicodeName, 0..4),
            (r"\p{Greek", Kind::UnicodeName, 0..8),
        ] {
            assert_eq!(p(source), Err((kind, span)), "{source}");
        }
    }

    #[test]
    fn levels() {
        let nests = |source: &str, nesting| translate(source, rules(nesting)).is_ok();
        for (source, levels) in [
            ("ab", 1),
            ("(a)", 1),
            ("(ab)", 2),
            ("(?:ab)", 1),
            ("a|b", 1),
            ("a|b|c", 1),
            ("ab|c", 2),
            ("(ab|c)*", 4),
            ("(?:(?:(?:a)))*", 1),
        ] {
            assert!(nests(source, levels) && !nests(source, levels - 1), "{source}");
        }
        let deep = format!("{}{}", "(?:".repeat(1001), ")".repeat(1001));
        assert_eq!(translate(&deep, rules(1000)).unwrap_err().kind, InvalidPatternKind::NestingTooDeep);
    }
}
