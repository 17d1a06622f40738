//! `fmt.Sprint`, `Sprintln` and `Sprintf` of Go over the values of templates.
//!
//! Two things differ. Where Go shows an address (`%p`, and a sample inside a list) this shows [`ADDRESS`], since an address is
//! another one in each run. And a time under a verb for numbers is a bad verb, since Go would show its private fields.

use crate::templates::collection::List;
use crate::templates::collection::ListKind;
use crate::templates::collection::Map;
use crate::templates::collection::MapKind;
use crate::templates::collection::Struct;
use crate::templates::go::fmt_format::Piece;
use crate::templates::go::fmt_format::Pieces;
use crate::templates::go::fmt_number::Integer;
use crate::templates::go::fmt_number::write_float;
use crate::templates::go::fmt_number::write_integer;
use crate::templates::go::fmt_number::write_unicode;
use crate::templates::go::fmt_spec::Bounded;
use crate::templates::go::fmt_spec::OverLimit;
use crate::templates::go::fmt_spec::Spec;
use crate::templates::go::fmt_text::quoted_char;
use crate::templates::go::fmt_text::write_hex;
use crate::templates::go::fmt_text::write_quoted;
use crate::templates::go::fmt_text::write_text;
use crate::templates::go::function::CallError;
use crate::templates::go::limits::Budget;
use crate::templates::go::time_format::duration_text;
use crate::templates::go::time_format::time_go_syntax;
use crate::templates::go::time_format::time_text;
use crate::templates::sample::QuerySample;
use crate::templates::value::Value;
use crate::utils::go::is_printable;

/// What is shown for an address.
const ADDRESS: u64 = 0x00c0_0000_0000;

/// Prints values one after the other, with a space between two that are no texts: Go's `Sprint`.
pub(crate) fn sprint(args: &[Value], budget: &mut Budget) -> Result<String, CallError> {
    print(budget, |printer| {
        let mut text_before = true;
        for (index, value) in args.iter().enumerate() {
            let is_text = matches!(value, Value::String(_));
            if index > 0 && !is_text && !text_before {
                printer.out.push(' ');
            }
            printer.argument(&Spec::default(), 'v', value)?;
            text_before = is_text;
        }
        Ok(())
    })
}

/// Prints values with spaces between them and a line break behind them: Go's `Sprintln`.
pub(crate) fn sprintln(args: &[Value], budget: &mut Budget) -> Result<String, CallError> {
    print(budget, |printer| {
        for (index, value) in args.iter().enumerate() {
            if index > 0 {
                printer.out.push(' ');
            }
            printer.argument(&Spec::default(), 'v', value)?;
        }
        printer.out.push('\n');
        Ok(())
    })
}

/// Prints values as a format says: Go's `Sprintf`.
pub(crate) fn sprintf(format: &str, args: &[Value], budget: &mut Budget) -> Result<String, CallError> {
    print(budget, |printer| {
        let mut pieces = Pieces::new(format, args);
        for piece in pieces.by_ref() {
            match piece {
                Piece::Text(text) => printer.out.push_str(text),
                Piece::Problem(text) => printer.out.push_str(text),
                Piece::VerbProblem(verb, what) => {
                    printer.out.push_str("%!");
                    printer.out.push(verb);
                    printer.out.push_str(what);
                }
                Piece::Verb(spec, verb, value) => printer.argument(&spec, verb, value)?,
            }
            if printer.out.is_over() {
                return Ok(());
            }
        }
        let extra = pieces.unused();
        if extra.is_empty() {
            return Ok(());
        }
        printer.out.push_str("%!(EXTRA ");
        for (index, value) in extra.iter().enumerate() {
            if index > 0 {
                printer.out.push_str(", ");
            }
            if !matches!(value, Value::Nil) {
                printer.out.push_str(value.go_type());
                printer.out.push('=');
            }
            printer.argument(&Spec::default(), 'v', value)?;
        }
        printer.out.push(')');
        Ok(())
    })
}

/// Prints what a whole action gives: as `Sprint`, but a sample without the `&` of a pointer.
pub(crate) fn print_action(value: &Value, budget: &mut Budget) -> Result<String, CallError> {
    match value {
        Value::Sample(sample) => print(budget, |printer| printer.sample(&Spec::default(), 'v', sample)),
        _ => sprint(std::slice::from_ref(value), budget),
    }
}

/// Lets `write` print, charges what it wrote, and fails if that is more than is left.
fn print(budget: &mut Budget, write: impl FnOnce(&mut Printer<'_>) -> Result<(), CallError>) -> Result<String, CallError> {
    let left = budget.bytes_left();
    let mut printer = Printer { out: Bounded::new(left), budget, bad_verb: false };
    write(&mut printer)?;
    match printer.out.finish() {
        Ok(text) => {
            budget.bytes(text.len())?;
            Ok(text)
        }
        Err(OverLimit) => {
            budget.bytes(left.saturating_add(1))?;
            Err(CallError::from("the text is too long"))
        }
    }
}

/// Prints values by a verb.
///
/// Values lie at most [`Value::MAX_DEPTH`] inside each other, so recursion is bounded.
struct Printer<'b> {
    out: Bounded,
    budget: &'b mut Budget,
    /// A value is shown because its verb does not fit: methods do not count then.
    bad_verb: bool,
}

impl Printer<'_> {
    /// One argument of a call.
    fn argument(&mut self, spec: &Spec, verb: char, value: &Value) -> Result<(), CallError> {
        match (verb, value) {
            ('v' | 'T', Value::Nil) => spec.pad(&mut self.out, "<nil>"),
            ('T', _) => write_text(&mut self.out, spec, value.go_type()),
            (_, Value::Nil) => self.bad_nil(verb),
            ('p', Value::List(_) | Value::Map(_) | Value::Sample(_)) => self.address(spec),
            // Go asks for methods before it looks inside, and `%w` is for errors.
            ('w', Value::List(_) | Value::Map(_) | Value::Struct(_) | Value::Sample(_) | Value::Time(_) | Value::Duration(_)) => {
                return self.bad(spec, verb, value);
            }
            (_, Value::Sample(sample)) => {
                self.out.push('&');
                return self.sample(spec, verb, sample);
            }
            _ => return self.value(spec, verb, value),
        }
        Ok(())
    }

    /// One value, alone or inside another.
    fn value(&mut self, spec: &Spec, verb: char, value: &Value) -> Result<(), CallError> {
        self.budget.step(1)?;
        if self.out.is_over() {
            return Ok(());
        }
        if let Some(text) = self.method(spec, verb, value) {
            return self.text(spec, verb, &text, value);
        }
        match value {
            Value::Nil if spec.go_syntax => self.out.push_str("interface {}(nil)"),
            Value::Nil => self.out.push_str("<nil>"),
            Value::Bool(flag) if matches!(verb, 't' | 'v') => spec.pad(&mut self.out, if *flag { "true" } else { "false" }),
            Value::Int(number) | Value::Duration(number) => return self.integer(spec, verb, *number, value),
            Value::Float(number) if matches!(verb, 'b' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'x' | 'X' | 'v') => {
                write_float(&mut self.out, spec, verb, *number);
            }
            Value::String(text) => return self.text(spec, verb, text, value),
            Value::List(list) => return self.list(spec, verb, list),
            Value::Map(map) => return self.map(spec, verb, map),
            Value::Struct(fields) => return self.fields(spec, verb, value.go_type(), fields),
            Value::Sample(_) if matches!(verb, 'b' | 'o' | 'd' | 'x' | 'X') => {
                write_integer(&mut self.out, spec, verb, Integer::from(ADDRESS));
            }
            Value::Sample(_) if spec.go_syntax => {
                self.out.push_str("(*template.sample)(");
                self.address(&Spec { sharp: false, ..*spec });
                self.out.push(')');
            }
            Value::Sample(_) if matches!(verb, 'v' | 'p') => self.address(spec),
            Value::Time(at) if spec.go_syntax => write_text(&mut self.out, spec, &time_go_syntax(at)),
            Value::Time(at) if verb == 'v' => self.out.push_str(&time_text(at)),
            Value::Bool(_) | Value::Float(_) | Value::Sample(_) | Value::Time(_) => return self.bad(spec, verb, value),
        }
        Ok(())
    }

    /// What a type of Go with a method `String` prints as.
    fn method(&self, spec: &Spec, verb: char, value: &Value) -> Option<String> {
        if self.bad_verb || spec.go_syntax || !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return None;
        }
        match value {
            Value::Time(at) => Some(time_text(at)),
            Value::Duration(nanos) => Some(duration_text(*nanos)),
            Value::Map(map) if map.kind() == MapKind::KeyValues => Some(key_values(map)),
            Value::List(list) if list.kind() == ListKind::Pairs => Some(pairs(list)),
            _ => None,
        }
    }

    fn text(&mut self, spec: &Spec, verb: char, text: &str, value: &Value) -> Result<(), CallError> {
        match verb {
            'v' if spec.go_syntax => write_quoted(&mut self.out, spec, text),
            'v' | 's' => write_text(&mut self.out, spec, text),
            'q' => write_quoted(&mut self.out, spec, text),
            'x' | 'X' => write_hex(&mut self.out, spec, text.as_bytes(), verb == 'X'),
            _ => return self.bad(spec, verb, value),
        }
        Ok(())
    }

    fn integer(&mut self, spec: &Spec, verb: char, number: i64, value: &Value) -> Result<(), CallError> {
        // A negative number is a code point beyond all others, as Go's conversion makes it.
        let code = number.cast_unsigned();
        let character = u32::try_from(code).ok().and_then(char::from_u32);
        match verb {
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => write_integer(&mut self.out, spec, verb, Integer::from(number)),
            'c' => spec.pad(&mut self.out, character.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut [0; 4])),
            'q' => spec.pad(&mut self.out, &quoted_char(character.unwrap_or(char::REPLACEMENT_CHARACTER), spec.plus)),
            'U' => write_unicode(&mut self.out, spec, code, character.filter(|c| is_printable(*c))),
            _ => return self.bad(spec, verb, value),
        }
        Ok(())
    }

    fn list(&mut self, spec: &Spec, verb: char, list: &List) -> Result<(), CallError> {
        let (open, separator, close) = if spec.go_syntax {
            self.out.push_str(list.kind().go_type());
            ("{", ", ", "}")
        } else {
            ("[", " ", "]")
        };
        self.out.push_str(open);
        for (index, item) in list.items().iter().enumerate() {
            if index > 0 {
                self.out.push_str(separator);
            }
            self.value(spec, verb, item)?;
        }
        self.out.push_str(close);
        Ok(())
    }

    fn map(&mut self, spec: &Spec, verb: char, map: &Map) -> Result<(), CallError> {
        let (separator, close) = if spec.go_syntax {
            self.out.push_str(map.kind().go_type());
            self.out.push('{');
            (", ", "}")
        } else {
            self.out.push_str("map[");
            (" ", "]")
        };
        for (index, (key, item)) in map.entries().iter().enumerate() {
            if index > 0 {
                self.out.push_str(separator);
            }
            self.value(spec, verb, &Value::String(key.clone()))?;
            self.out.push(':');
            self.value(spec, verb, item)?;
        }
        self.out.push_str(close);
        Ok(())
    }

    fn fields(&mut self, spec: &Spec, verb: char, go_type: &str, fields: &Struct) -> Result<(), CallError> {
        if spec.go_syntax {
            self.out.push_str(go_type);
        }
        self.out.push('{');
        for (index, field) in fields.fields().iter().enumerate() {
            self.field(spec, verb, index, field.name(), field.value())?;
        }
        self.out.push('}');
        Ok(())
    }

    /// A sample, as the struct that it is.
    fn sample(&mut self, spec: &Spec, verb: char, sample: &QuerySample) -> Result<(), CallError> {
        if spec.go_syntax {
            self.out.push_str("template.sample");
        }
        self.out.push('{');
        self.field(spec, verb, 0, "Labels", sample.labels())?;
        self.field(spec, verb, 1, "Value", &Value::Float(sample.value()))?;
        self.out.push('}');
        Ok(())
    }

    fn field(&mut self, spec: &Spec, verb: char, index: usize, name: &str, value: &Value) -> Result<(), CallError> {
        if index > 0 {
            self.out.push_str(if spec.go_syntax { ", " } else { " " });
        }
        if spec.field_names || spec.go_syntax {
            self.out.push_str(name);
            self.out.push(':');
        }
        self.value(spec, verb, value)
    }

    fn address(&mut self, spec: &Spec) {
        let spec = Spec { sharp: !spec.sharp, ..*spec };
        write_integer(&mut self.out, &spec, 'x', Integer::from(ADDRESS));
    }

    /// `%!d(string=text)`: the verb does not fit the value.
    fn bad(&mut self, spec: &Spec, verb: char, value: &Value) -> Result<(), CallError> {
        self.out.push_str("%!");
        self.out.push(verb);
        self.out.push('(');
        self.out.push_str(value.go_type());
        self.out.push('=');
        self.bad_verb = true;
        let printed = match value {
            Value::Sample(sample) => {
                self.out.push('&');
                self.sample(spec, 'v', sample)
            }
            _ => self.value(spec, 'v', value),
        };
        self.bad_verb = false;
        self.out.push(')');
        printed
    }

    fn bad_nil(&mut self, verb: char) {
        self.out.push_str("%!");
        self.out.push(verb);
        self.out.push_str("(<nil>)");
    }
}

/// `a=b, c=d`, the alert's name first: Alertmanager's `KV`.
fn key_values(map: &Map) -> String {
    let named = map.entries().iter().filter(|(key, _)| ***key == *"alertname");
    let others = map.entries().iter().filter(|(key, _)| ***key != *"alertname");
    let parts: Vec<_> = named.chain(others).map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect();
    parts.join(", ")
}

/// `a=b, c=d`: Alertmanager's `Pairs`.
fn pairs(list: &List) -> String {
    let text = |pair: &Value, name| pair.entry(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let parts: Vec<_> = list.items().iter().map(|pair| format!("{}={}", text(pair, "Name"), text(pair, "Value"))).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::go::TemplateLimits;
    use crate::templates::go::limits::LimitReached;
    use crate::templates::time::TemplateTime;
    use crate::utils::Timestamp;
    use std::sync::Arc;

    fn budget() -> Budget {
        Budget::new(TemplateLimits::default())
    }

    fn formatted(format: &str, args: &[Value]) -> String {
        sprintf(format, args, &mut budget()).unwrap()
    }

    /// Each row is what Go gives for one value.
    fn check(value: &Value, rows: &[(&str, &str)]) {
        for (format, expected) in rows {
            assert_eq!(formatted(format, std::slice::from_ref(value)), *expected, "{format}");
        }
    }

    #[test]
    fn integers() {
        check(
            &Value::from(65),
            &[
                ("%d", "65"),
                ("%5d|", "   65|"),
                ("%-5d|", "65   |"),
                ("%05d", "00065"),
                ("%+d", "+65"),
                ("% d", " 65"),
                ("%x", "41"),
                ("%#X", "0X41"),
                ("%o", "101"),
                ("%#o", "0101"),
                ("%O", "0o101"),
                ("%b", "1000001"),
                ("%#b", "0b1000001"),
                ("%.4d", "0065"),
                ("%8.4d", "    0065"),
                ("%c", "A"),
                ("%q", "'A'"),
                ("%U", "U+0041"),
                ("%#U", "U+0041 'A'"),
                ("%t", "%!t(int=65)"),
                ("%s", "%!s(int=65)"),
            ],
        );
        check(&Value::from(-7), &[("%05d", "-0007")]);
        check(&Value::from(-255), &[("%x", "-ff")]);
        check(&Value::from(-1), &[("%c", "\u{fffd}")]);
        check(&Value::from(0), &[("%+.0d|", "|")]);
        check(&Value::from(39), &[("%q", "'\\''")]);
        check(&Value::from(9786), &[("%+q", "'\\u263a'")]);
    }

    #[test]
    fn numbers() {
        check(
            &Value::from(85.25),
            &[
                ("%v", "85.25"),
                ("%f", "85.250000"),
                ("%.2f", "85.25"),
                ("%8.2f|", "   85.25|"),
                ("%-8.2f|", "85.25   |"),
                ("%08.2f", "00085.25"),
                ("%+.1f", "+85.2"),
                ("% .1f", " 85.2"),
                ("%e", "8.525000e+01"),
                ("%E", "8.525000E+01"),
                ("%g", "85.25"),
                ("%.3g", "85.2"),
                ("%#g", "85.2500"),
                ("%G", "85.25"),
                ("%x", "0x1.55p+06"),
                ("%X", "0X1.55P+06"),
                ("%.2x", "0x1.55p+06"),
                ("%b", "5998935441145856p-46"),
                ("%d", "%!d(float64=85.25)"),
                ("%F", "85.250000"),
                ("%.0f", "85"),
                ("%#.0f", "85."),
            ],
        );
        let infinity = Value::from(f64::INFINITY);
        let args = [infinity.clone(), infinity.clone(), infinity.clone(), infinity];
        assert_eq!(formatted("%v %08.2f|% f|%+e", &args), "+Inf     +Inf| Inf|+Inf");
        check(&Value::from(f64::NAN), &[("%v", "NaN"), ("%+05f", " +NaN"), ("%x", "NaN")]);
    }

    #[test]
    fn texts() {
        check(
            &Value::from("é\""),
            &[
                ("%v", "é\""),
                ("%s", "é\""),
                ("%q", "\"é\\\"\""),
                ("%#q", "`é\"`"),
                ("%+q", "\"\\u00e9\\\"\""),
                ("%x", "c3a922"),
                ("% X", "C3 A9 22"),
                ("%#x", "0xc3a922"),
                ("%# x", "0xc3 0xa9 0x22"),
                ("%5s|", "   é\"|"),
                ("%-5s|", "é\"   |"),
                ("%.1s", "é"),
                ("%05s", "000é\""),
                ("%#v", "\"é\\\"\""),
                ("%d", "%!d(string=é\")"),
                ("%T", "string"),
                ("%.0q", "\"\""),
            ],
        );
    }

    #[test]
    fn lists_and_maps() {
        let list = Value::list([Value::from(1), Value::from("a"), Value::Nil]).unwrap();
        check(
            &list,
            &[
                ("%v", "[1 a <nil>]"),
                ("%#v", r#"[]interface {}{1, "a", interface {}(nil)}"#),
                ("%T", "[]interface {}"),
                ("%d", "[1 %!d(string=a) <nil>]"),
                ("%03v", "[001 00a <nil>]"),
                ("%w", "%!w([]interface {}=[1 a <nil>])"),
            ],
        );
        check(
            &Value::string_map([("b", "2"), ("a", "1")]),
            &[
                ("%v", "map[a:1 b:2]"),
                ("%+v", "map[a:1 b:2]"),
                ("%#v", r#"map[string]string{"a":"1", "b":"2"}"#),
                ("%d", "map[%!d(string=a):%!d(string=1) %!d(string=b):%!d(string=2)]"),
                ("%x", "map[61:31 62:32]"),
                ("%3s", "map[  a:  1   b:  2]"),
                ("%p", "0xc000000000"),
            ],
        );
        check(&Value::Nil, &[("%v", "<nil>"), ("%.2T", "<nil>"), ("%d", "%!d(<nil>)")]);
        check(&Value::from(true), &[("%v", "true"), ("%6t|", "  true|"), ("%d", "%!d(bool=true)"), ("%p", "%!p(bool=true)")]);
    }

    #[test]
    fn structs_and_samples() {
        let pair = Struct::new("template.Pair", [("Name", Value::from("a")), ("Value", Value::from("b"))]).unwrap();
        check(
            &Value::Struct(Arc::new(pair)),
            &[("%v", "{a b}"), ("%+v", "{Name:a Value:b}"), ("%#v", r#"template.Pair{Name:"a", Value:"b"}"#)],
        );
        let sample = Value::Sample(Arc::new(QuerySample::new([("job", "node")], 0.5)));
        check(
            &sample,
            &[
                ("%v", "&{map[job:node] 0.5}"),
                ("%+v", "&{Labels:map[job:node] Value:0.5}"),
                ("%#v", r#"&template.sample{Labels:map[string]string{"job":"node"}, Value:0.5}"#),
                ("%s", "&{map[job:node] %!s(float64=0.5)}"),
            ],
        );
        assert_eq!(print_action(&sample, &mut budget()), Ok("{map[job:node] 0.5}".to_owned()));
        check(
            &Value::query_result([QuerySample::new([("a", "b")], 1.0)]),
            &[("%v", "[0xc000000000]"), ("%#v", "template.queryResult{(*template.sample)(0xc000000000)}")],
        );
    }

    #[test]
    fn times() {
        check(
            &Value::Duration(90_000_000_000),
            &[
                ("%v", "1m30s"),
                ("%d", "90000000000"),
                ("%8s|", "   1m30s|"),
                ("%q", "\"1m30s\""),
                ("%#v", "90000000000"),
                ("%t", "%!t(time.Duration=90000000000)"),
                ("%x", "316d333073"),
            ],
        );
        let at: Timestamp = "2025-01-06T09:00:00.25Z".parse().unwrap();
        check(
            &Value::Time(TemplateTime::from(at).in_zone(3_600, "CET")),
            &[
                ("%v", "2025-01-06 10:00:00.25 +0100 CET"),
                ("%.10s", "2025-01-06"),
                ("%#v", r#"time.Date(2025, time.January, 6, 10, 0, 0, 250000000, time.Location("CET"))"#),
                ("%d", "%!d(time.Time=2025-01-06 10:00:00.25 +0100 CET)"),
            ],
        );
    }

    #[test]
    fn types_of_alertmanager_print_themselves() {
        let labels = Value::key_values([("zone", "a"), ("alertname", "Down"), ("job", "node")]);
        check(
            &labels,
            &[("%v", "alertname=Down, job=node, zone=a"), ("%#v", r#"template.KV{"alertname":"Down", "job":"node", "zone":"a"}"#)],
        );
        let pair = Struct::new("template.Pair", [("Name", Value::from("a")), ("Value", Value::from("b"))]).unwrap();
        let pair = Value::Struct(Arc::new(pair));
        let pairs = List::new(ListKind::Pairs, vec![pair.clone(), pair]).unwrap();
        check(&Value::List(Arc::new(pairs)), &[("%s", "a=b, a=b"), ("%q", "\"a=b, a=b\"")]);
    }

    #[test]
    fn widths_indexes_and_mistakes() {
        let args = [Value::from(5), Value::from(2), Value::from("a")];
        for (format, expected) in [
            ("%[3]s %[1]d", "a 5"),
            ("%*d|%s", "    2|a"),
            ("%[2]*[1]d|", " 5|"),
            ("%-*d|%s", "2    |a"),
            ("%.*d%s", "00002a"),
            ("%d%%%d%s", "5%2a"),
            ("%d", "5%!(EXTRA int=2, string=a)"),
            ("%d%d%s%d", "52a%!d(MISSING)"),
            ("%d%d%s%", "52a%!(NOVERB)"),
            ("%[4]d", "%!d(BADINDEX)"),
            ("%[x]d", "%!d(BADINDEX)"),
            ("%[1]5d", "%!d(BADINDEX)"),
            ("%[3]*d", "%!(BADWIDTH)%!d(MISSING)"),
            ("%d%.[3]*d", "5%!(BADPREC)%!d(MISSING)"),
            ("%!%d%s", "%!!(int=5)2a"),
            ("%d%d%é", "52%!é(string=a)"),
            ("%99999999d", "%!(NOVERB)%!(EXTRA int=5, int=2, string=a)"),
        ] {
            assert_eq!(formatted(format, &args), expected, "{format}");
        }
        assert_eq!(formatted("no verb", &[Value::Nil]), "no verb%!(EXTRA <nil>)");
    }

    #[test]
    fn spaces_between_arguments() {
        let args = [Value::from(1), Value::from(2), Value::from("a"), Value::from("b"), Value::Nil, Value::from(true)];
        assert_eq!(sprint(&args, &mut budget()).as_deref(), Ok("1 2ab<nil> true"));
        assert_eq!(sprintln(&args, &mut budget()).as_deref(), Ok("1 2 a b <nil> true\n"));
    }

    #[test]
    fn texts_that_are_too_long_are_not_made() {
        let limit = 10_000;
        let reached = Err(CallError::Limit(LimitReached::Values(limit)));
        for format in
            ["%1000000d", "%.1000000f", "%.1000000e", "%#.1000000g", "%.1000000x", "%1000000s", "%.1000000U", "%1000000v%1000000v"]
        {
            let mut budget = Budget::new(TemplateLimits::default().with_value_bytes(limit));
            assert_eq!(sprintf(format, &[Value::from(1), Value::from(1)], &mut budget), reached, "{format}");
            let mut budget = Budget::new(TemplateLimits::default().with_value_bytes(limit));
            let result = sprintf(format, &[Value::from(1.0), Value::from(1.0)], &mut budget);
            assert!(result == reached || format.ends_with(['U', 'd', 's']), "{format}");
        }
    }
}
