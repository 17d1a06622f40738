//! Character classes of RE2: what they hold, written so that the `regex` crate reads the same.

use std::fmt;
use std::fmt::Write;
use std::ops::Range;

use crate::utils::go::pattern_error::InvalidPatternKind;
use crate::utils::go::pattern_error::Problem;
use crate::utils::go::re2_cursor::Cursor;

/// The largest code point.
const LAST: u32 = 0x0010_ffff;

/// Code points that case folding can change lie between these, as Go knows them.
const FOLDED: (u32, u32) = (0x41, 0x1e943);

/// How many ranges a Unicode class counts for; the largest, `\p{L}`, has about 660.
const PROPERTY_RANGES: usize = 700;

/// How many code points one pattern may have in classes that are folded. The engine looks at each of them.
const MAX_FOLDED: u32 = 8_000_000;

/// Ranges of ASCII, first and last character.
type Table = &'static [(u8, u8)];

const DIGIT: Table = &[(b'0', b'9')];
const SPACE: Table = &[(b'\t', b'\n'), (b'\x0c', b'\r'), (b' ', b' ')];
const WORD: Table = &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')];

/// The POSIX classes by name.
const POSIX: [(&str, Table); 14] = [
    ("alnum", &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')]),
    ("alpha", &[(b'A', b'Z'), (b'a', b'z')]),
    ("ascii", &[(0, 0x7f)]),
    ("blank", &[(b'\t', b'\t'), (b' ', b' ')]),
    ("cntrl", &[(0, 0x1f), (0x7f, 0x7f)]),
    ("digit", DIGIT),
    ("graph", &[(b'!', b'~')]),
    ("lower", &[(b'a', b'z')]),
    ("print", &[(b' ', b'~')]),
    ("punct", &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')]),
    ("space", &[(b'\t', b'\r'), (b' ', b' ')]),
    ("upper", &[(b'A', b'Z')]),
    ("word", WORD),
    ("xdigit", &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')]),
];

/// The general categories that every Go from 1.22 on knows.
const CATEGORIES: &str = "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs";

/// The scripts that every Go from 1.22 on knows.
const SCRIPTS: &str = "\
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi \
    Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform \
    Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic \
    Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew \
    Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi \
    Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian \
    Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive \
    Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu \
    Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian \
    Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician \
    Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo \
    Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan \
    Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square";

/// How much the classes of one pattern have cost so far.
#[derive(Debug, Default)]
pub(super) struct ClassBudget {
    ranges: usize,
    folded: u32,
    /// That `:]` was looked for in vain. It need not be looked for again further on, which would take quadratic time.
    no_posix_end: bool,
}

/// A class being written in the `regex` crate's notation. Every character is written as its number, so nothing in it has a
/// second meaning there (`&&`, `--`, `~~`, `[`).
#[derive(Debug, Default)]
pub(super) struct ClassWriter {
    text: String,
    ranges: usize,
    code_points: u32,
    fold_case: bool,
    /// Whether a part is left to the engine's case folding. ASCII is folded here, since folding costs the engine a step for
    /// each code point of the class.
    engine_folds: bool,
}

impl ClassWriter {
    pub(super) fn new(fold_case: bool) -> Self {
        Self { fold_case, ..Self::default() }
    }

    fn write(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a `String` always succeeds.
        let _: fmt::Result = self.text.write_fmt(text);
    }

    /// Adds the code points from `first` to `last`.
    fn range(&mut self, first: u32, last: u32) {
        if self.fold_case {
            if last <= 0x7f {
                self.fold_ascii(first, last);
            } else if first <= FOLDED.1 && (first > FOLDED.0 || last < FOLDED.1) {
                // Elsewhere nothing folds, or all that folds is in the range already.
                self.engine_folds = true;
            }
        }
        self.plain_range(first, last);
    }

    /// Adds the letters of other case for a range within ASCII, and what folds to `k` and `s` from outside: the Kelvin sign and
    /// the long s.
    fn fold_ascii(&mut self, first: u32, last: u32) {
        let overlap = |low: u8, high: u8| (first.max(low.into()), last.min(high.into()));
        let (lower_first, lower_last) = overlap(b'a', b'z');
        let (upper_first, upper_last) = overlap(b'A', b'Z');
        if lower_first <= lower_last {
            self.plain_range(lower_first - 0x20, lower_last - 0x20);
        }
        if upper_first <= upper_last {
            self.plain_range(upper_first + 0x20, upper_last + 0x20);
        }
        let holds = |upper: u8, lower: u8| [upper, lower].into_iter().any(|letter| (first..=last).contains(&letter.into()));
        if holds(b'K', b'k') {
            self.plain_range(0x212a, 0x212a);
        }
        if holds(b'S', b's') {
            self.plain_range(0x017f, 0x017f);
        }
    }

    /// Adds a range as it is. Surrogates are left out: no text holds one.
    fn plain_range(&mut self, first: u32, last: u32) {
        for (first, last) in [(first, last.min(0xd7ff)), (first.max(0xe000), last)] {
            if first > last {
                continue;
            }
            self.ranges += 1;
            self.code_points = self.code_points.saturating_add(last - first + 1);
            if first == last {
                self.write(format_args!("\\x{{{first:x}}}"));
            } else {
                self.write(format_args!("\\x{{{first:x}}}-\\x{{{last:x}}}"));
            }
        }
    }

    /// Adds a table of ASCII, or everything that it does not hold: under case folding the table is folded first, and what is
    /// left out is then closed under folding too.
    fn table(&mut self, table: Table, negated: bool) {
        if !negated {
            return table.iter().for_each(|&(first, last)| self.range(first.into(), last.into()));
        }
        let mut inner = ClassWriter::new(self.fold_case);
        inner.table(table, false);
        self.ranges += inner.ranges + 1;
        self.code_points = self.code_points.saturating_add(LAST);
        self.write(format_args!("[^{}]", inner.text));
    }

    /// Adds a general category, a script, or `Any`.
    fn property(&mut self, name: &str, negated: bool) -> Option<()> {
        let known = |names: &str| names.split_ascii_whitespace().any(|known| known == name);
        let letter = if negated { 'P' } else { 'p' };
        match name {
            // All of it, or nothing to add.
            "Any" if negated => return Some(()),
            "Any" => self.plain_range(0, LAST),
            // Surrogates: no text holds one.
            "Cs" if negated => self.plain_range(0, LAST),
            "Cs" => return Some(()),
            _ if known(CATEGORIES) => self.write(format_args!("\\{letter}{{gc={name}}}")),
            _ if known(SCRIPTS) => self.write(format_args!("\\{letter}{{sc={name}}}")),
            _ => return None,
        }
        self.ranges += PROPERTY_RANGES;
        self.code_points = self.code_points.saturating_add(if negated { LAST } else { LAST / 8 });
        self.engine_folds |= self.fold_case;
        Some(())
    }

    /// The class in brackets, charged to `budget`.
    pub(super) fn finish(self, negated: bool, span: Range<usize>, budget: &mut ClassBudget, max_ranges: usize) -> Result<String, Problem> {
        self.charge(span, budget, max_ranges)?;
        Ok(match (self.text.is_empty(), negated) {
            // The engine has no notation for "nothing" but the complement of everything.
            (true, false) => "[^\\x{0}-\\x{10ffff}]".to_owned(),
            (true, true) => "[\\x{0}-\\x{10ffff}]".to_owned(),
            (false, _) => {
                let caret = if negated { "^" } else { "" };
                let (open, close) = if self.engine_folds { ("(?i:", ")") } else { ("", "") };
                format!("{open}[{caret}{}]{close}", self.text)
            }
        })
    }

    fn charge(&self, span: Range<usize>, budget: &mut ClassBudget, max_ranges: usize) -> Result<(), Problem> {
        let ranges = budget.ranges.saturating_add(self.ranges);
        let folded = budget.folded.saturating_add(if self.engine_folds { self.code_points } else { 0 });
        if ranges > max_ranges || folded > MAX_FOLDED {
            return Err(Problem::over(InvalidPatternKind::ClassesTooLarge, max_ranges, span));
        }
        budget.ranges = ranges;
        budget.folded = folded;
        Ok(())
    }
}

/// Reads `\d`, `\D`, `\s`, `\S`, `\w` or `\W`, which are ASCII; `\s` is without the vertical tab.
pub(super) fn perl_class(cursor: &mut Cursor<'_>, class: &mut ClassWriter) -> bool {
    let (table, negated) = match cursor.after("\\").and_then(|rest| rest.chars().next()) {
        Some('d') => (DIGIT, false),
        Some('D') => (DIGIT, true),
        Some('s') => (SPACE, false),
        Some('S') => (SPACE, true),
        Some('w') => (WORD, false),
        Some('W') => (WORD, true),
        _ => return false,
    };
    cursor.skip(2);
    class.table(table, negated);
    true
}

/// Reads `\pN`, `\p{Greek}`, `\p{^Greek}` or `\PN`.
pub(super) fn unicode_class(cursor: &mut Cursor<'_>, class: &mut ClassWriter) -> Result<bool, Problem> {
    let start = cursor.offset();
    let mut negated = match cursor.after("\\").and_then(|rest| rest.chars().next()) {
        Some('p') => false,
        Some('P') => true,
        _ => return Ok(false),
    };
    cursor.skip(2);
    let name = if cursor.rest().starts_with('{') {
        let Some((name, _)) = cursor.after("{").and_then(|rest| rest.split_once('}')) else {
            return Err(Problem::new(InvalidPatternKind::UnicodeName, start..cursor.end()));
        };
        cursor.skip(name.len() + 2);
        name
    } else {
        let rest = cursor.rest();
        let length = rest.chars().next().map_or(0, char::len_utf8);
        cursor.skip(length);
        rest.get(..length).unwrap_or_default()
    };
    let name = match name.strip_prefix('^') {
        Some(name) => {
            negated = !negated;
            name
        }
        None => name,
    };
    match class.property(name, negated) {
        Some(()) => Ok(true),
        None => Err(Problem::new(InvalidPatternKind::UnicodeName, start..cursor.offset())),
    }
}

/// Reads `[:alpha:]` or `[:^alpha:]`. Without a closing `:]` anywhere behind it, the `[` is a character like any other.
fn posix_class(cursor: &mut Cursor<'_>, class: &mut ClassWriter, budget: &mut ClassBudget) -> Result<bool, Problem> {
    let start = cursor.offset();
    let Some(rest) = cursor.after("[:").filter(|_| !budget.no_posix_end) else {
        return Ok(false);
    };
    let Some((name, _)) = rest.split_once(":]") else {
        budget.no_posix_end = true;
        return Ok(false);
    };
    cursor.skip(name.len() + 4);
    let (plain, negated) = name.strip_prefix('^').map_or((name, false), |plain| (plain, true));
    let Some((_, table)) = POSIX.iter().find(|(known, _)| *known == plain) else {
        return Err(Problem::new(InvalidPatternKind::ClassName, start..cursor.offset()));
    };
    class.table(table, negated);
    Ok(true)
}

/// Reads a class whose `[` at `open` is behind the cursor, and returns what the engine reads for it.
///
/// ```text
/// class := "[" "^"? item+ "]"            the first item may be "]"
/// item  := "[:" "^"? name ":]" | \d \s \w \D \S \W | \p… | char ("-" char)?
/// char  := escape | any character        "-" before "]" is a character
/// ```
pub(super) fn bracketed(
    cursor: &mut Cursor<'_>,
    open: usize,
    fold_case: bool,
    budget: &mut ClassBudget,
    max_ranges: usize,
) -> Result<String, Problem> {
    let negated = cursor.eat("^");
    let mut class = ClassWriter::new(fold_case);
    let mut first = true;
    while first || !cursor.eat("]") {
        first = false;
        // A class of many Unicode classes must not grow until its end is found.
        if budget.ranges.saturating_add(class.ranges) > max_ranges {
            return Err(Problem::over(InvalidPatternKind::ClassesTooLarge, max_ranges, open..cursor.offset()));
        }
        if posix_class(cursor, &mut class, budget)? || unicode_class(cursor, &mut class)? || perl_class(cursor, &mut class) {
            continue;
        }
        let start = cursor.offset();
        let from = class_character(cursor, open)?;
        let to = match cursor.after("-") {
            Some(rest) if !rest.is_empty() && !rest.starts_with(']') => {
                cursor.skip(1);
                class_character(cursor, open)?
            }
            _ => from,
        };
        if to < from {
            return Err(Problem::new(InvalidPatternKind::ClassRange, start..cursor.offset()));
        }
        class.range(from, to);
    }
    class.finish(negated, open..cursor.offset(), budget, max_ranges)
}

/// Reads one end of a range.
fn class_character(cursor: &mut Cursor<'_>, open: usize) -> Result<u32, Problem> {
    let start = cursor.offset();
    match cursor.next() {
        None => Err(Problem::new(InvalidPatternKind::MissingBracket, open..cursor.end())),
        Some('\\') => escaped(cursor, start),
        Some(c) => Ok(c.into()),
    }
}

/// Reads what follows a `\` at `start` and stands for one code point, which may be a surrogate.
pub(super) fn escaped(cursor: &mut Cursor<'_>, start: usize) -> Result<u32, Problem> {
    let Some(c) = cursor.next() else {
        return Err(Problem::new(InvalidPatternKind::TrailingBackslash, start..cursor.offset()));
    };
    let code = match c {
        'a' => Some(0x07),
        'f' => Some(0x0c),
        'n' => Some(0x0a),
        'r' => Some(0x0d),
        't' => Some(0x09),
        'v' => Some(0x0b),
        'x' => hexadecimal(cursor),
        '0'..='7' => octal(cursor, c),
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c.into()),
        _ => None,
    };
    code.ok_or_else(|| Problem::new(InvalidPatternKind::Escape, start..cursor.offset()))
}

/// Up to three octal digits, the first of which is read; a lone digit but 0 would be a back-reference.
fn octal(cursor: &mut Cursor<'_>, first: char) -> Option<u32> {
    let digit = |cursor: &Cursor<'_>| cursor.peek().and_then(|c| c.to_digit(8));
    let mut code = first.to_digit(8)?;
    if code != 0 && digit(cursor).is_none() {
        return None;
    }
    for _ in 0..2 {
        let Some(value) = digit(cursor) else { break };
        cursor.skip(1);
        code = code * 8 + value;
    }
    Some(code)
}

/// Two hexadecimal digits, or any number of them in braces, behind `\x`.
fn hexadecimal(cursor: &mut Cursor<'_>) -> Option<u32> {
    if !cursor.eat("{") {
        let high = cursor.next()?.to_digit(16);
        let low = cursor.next()?.to_digit(16)?;
        return Some(high? * 16 + low);
    }
    let mut code = cursor.next()?.to_digit(16)?;
    loop {
        match cursor.next()? {
            '}' => return Some(code),
            c => code = code * 16 + c.to_digit(16)?,
        }
        if code > LAST {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(source: &str, fold_case: bool) -> Result<String, InvalidPatternKind> {
        let mut cursor = Cursor::new(source);
        cursor.skip(1);
        bracketed(&mut cursor, 0, fold_case, &mut ClassBudget::default(), 10_000).map_err(|problem| problem.kind)
    }

    #[test]
    fn ok_classes() {
        for (source, expected) in [
            ("[ab]", r"[\x{61}\x{62}]"),
            ("[^a-c]", r"[^\x{61}-\x{63}]"),
            ("[]a]", r"[\x{5d}\x{61}]"),
            ("[^]]", r"[^\x{5d}]"),
            ("[a-]", r"[\x{61}\x{2d}]"),
            ("[-a]", r"[\x{2d}\x{61}]"),
            ("[--a]", r"[\x{2d}-\x{61}]"),
            ("[[a]", r"[\x{5b}\x{61}]"),
            ("[[:a]", r"[\x{5b}\x{3a}\x{61}]"),
            ("[a&&b]", r"[\x{61}\x{26}\x{26}\x{62}]"),
            (r"[\d-z]", r"[\x{30}-\x{39}\x{2d}\x{7a}]"),
            (r"[\W]", r"[[^\x{30}-\x{39}\x{41}-\x{5a}\x{5f}\x{61}-\x{7a}]]"),
            ("[[:^digit:]_]", r"[[^\x{30}-\x{39}]\x{5f}]"),
            (r"[\pL\P{Greek}\p{^N}]", r"[\p{gc=L}\P{sc=Greek}\P{gc=N}]"),
            (r"[\x{d800}]", r"[^\x{0}-\x{10ffff}]"),
            (r"[^\x{d800}-\x{dfff}]", r"[\x{0}-\x{10ffff}]"),
            (r"[\x{d7ff}-\x{e000}]", r"[\x{d7ff}\x{e000}]"),
            (r"[\p{Cs}a]", r"[\x{61}]"),
            (r"[\P{Any}]", r"[^\x{0}-\x{10ffff}]"),
            (r"[\101\0\x41\x{1F525}\]]", r"[\x{41}\x{0}\x{41}\x{1f525}\x{5d}]"),
        ] {
            assert_eq!(p(source, false).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn ok_folded_classes() {
        for (source, expected) in [
            ("[a-c]", r"[\x{41}-\x{43}\x{61}-\x{63}]"),
            ("[Y-b]", r"[\x{41}-\x{42}\x{79}-\x{7a}\x{59}-\x{62}]"),
            ("[k]", r"[\x{4b}\x{212a}\x{6b}]"),
            ("[S]", r"[\x{73}\x{17f}\x{53}]"),
            ("[0-9]", r"[\x{30}-\x{39}]"),
            ("[é]", r"(?i:[\x{e9}])"),
            (r"[\x{0}-\x{10ffff}]", r"[\x{0}-\x{d7ff}\x{e000}-\x{10ffff}]"),
            (r"[\x{20000}]", r"[\x{20000}]"),
            (r"[^\s\S]", r"[^\x{9}-\x{a}\x{c}-\x{d}\x{20}[^\x{9}-\x{a}\x{c}-\x{d}\x{20}]]"),
            (r"[\p{Lu}]", r"(?i:[\p{gc=Lu}])"),
        ] {
            assert_eq!(p(source, true).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn err_classes() {
        for (source, expected) in [
            ("[", InvalidPatternKind::MissingBracket),
            ("[]", InvalidPatternKind::MissingBracket),
            ("[^]", InvalidPatternKind::MissingBracket),
            ("[a-", InvalidPatternKind::MissingBracket),
            ("[z-a]", InvalidPatternKind::ClassRange),
            ("[a--b]", InvalidPatternKind::ClassRange),
            (r"[a-\d]", InvalidPatternKind::Escape),
            (r"[\b]", InvalidPatternKind::Escape),
            (r"[\8]", InvalidPatternKind::Escape),
            (r"[\x{110000}]", InvalidPatternKind::Escape),
            (r"[\x{}]", InvalidPatternKind::Escape),
            ("[\\", InvalidPatternKind::TrailingBackslash),
            ("[[:alpha]:]]", InvalidPatternKind::ClassName),
            ("[[:ALPHA:]]", InvalidPatternKind::ClassName),
            (r"[\p{greek}]", InvalidPatternKind::UnicodeName),
            (r"[\p{}]", InvalidPatternKind::UnicodeName),
            (r"[\p]", InvalidPatternKind::UnicodeName),
            (r"[\p{Greek]", InvalidPatternKind::UnicodeName),
        ] {
            assert_eq!(p(source, false), Err(expected), "{source}");
        }
    }

    #[test]
    fn the_engine_knows_every_name() {
        for name in CATEGORIES.split(' ').chain(SCRIPTS.split_ascii_whitespace()) {
            let mut class = ClassWriter::new(false);
            assert_eq!(class.property(name, false), Some(()), "{name}");
            let text = class.finish(false, 0..0, &mut ClassBudget::default(), 10_000).unwrap();
            assert!(regex::Regex::new(&text).is_ok(), "{text}");
        }
        assert_eq!(SCRIPTS.split_ascii_whitespace().count(), 163);
    }

    #[test]
    fn classes_are_charged() {
        let unicode = format!("[{}]", r"\pL".repeat(15));
        assert_eq!(p(&unicode, false), Err(InvalidPatternKind::ClassesTooLarge));
        assert!(p(r"[\pL\pN\pS]", false).is_ok());

        let mut budget = ClassBudget::default();
        let fold = |budget: &mut ClassBudget| {
            let mut cursor = Cursor::new(r"B-\x{10ffff}]");
            bracketed(&mut cursor, 0, true, budget, 10_000).map_err(|problem| problem.kind)
        };
        for _ in 0..7 {
            assert!(fold(&mut budget).is_ok());
        }
        assert_eq!(fold(&mut budget), Err(InvalidPatternKind::ClassesTooLarge));
    }
}
