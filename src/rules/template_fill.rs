//! Filling the placeholders of a template of rules.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::rules::template_parameter::ParameterName;
use crate::rules::template_parameter::ParameterValue;
use crate::rules::template_parameter::is_of_parameter_name;
use crate::utils::go;

/// The most bytes that a filled text may have; more is refused by what is made of it in any case.
const MOST_BYTES: usize = 1 << 20;

/// What a text becomes once it is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// An expression: texts stand quoted, or as a part of what stands in double quotes.
    Condition,
    /// A template of labels or annotations: a text never becomes a part of the template's own language.
    Template,
    /// A word, such as a duration.
    Plain,
}

/// Where a scan of an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoted {
    No,
    Double,
    /// Single or back quotes, which take no escapes that fit all texts; or a comment.
    Until(char),
}

/// A piece of a text with placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
}

/// Splits a text: `${name}` is a placeholder, `$${` stands for `${`, and everything else for itself.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.find("${").and_then(|at| rest.split_at_checked(at)) {
        let inside = from.strip_prefix("${").unwrap_or_default();
        rest = match (before.strip_suffix('$'), name_and_rest(inside)) {
            (None, Some((name, after))) => {
                pieces.extend([Piece::Text(before), Piece::Name(name)]);
                after
            }
            (escaped, _) => {
                pieces.extend([Piece::Text(escaped.unwrap_or(before)), Piece::Text("${")]);
                inside
            }
        };
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The name that a text starts with and what stands behind its `}`, if it starts so.
fn name_and_rest(text: &str) -> Option<(&str, &str)> {
    // No further than a name goes, so that a text of nothing but `${` is not read to its end at each of them.
    let end = text.find(|c: char| !is_of_parameter_name(c))?;
    let (name, after) = text.split_at_checked(end)?;
    Some((name, after.strip_prefix('}')?)).filter(|(name, _)| name.parse::<ParameterName>().is_ok())
}

/// The names of the placeholders of a text.
pub(crate) fn placeholders(text: &str) -> BTreeSet<&str> {
    let names = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Name(name) => Some(name),
        Piece::Text(_) => None,
    });
    names.collect()
}

/// Fills a text.
///
/// # Errors
///
/// What is wrong with a placeholder, in words.
pub(crate) fn fill(text: &str, place: Place, values: &BTreeMap<&str, ParameterValue>) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped, mut action) = (Quoted::No, false, false);
    for piece in pieces(text) {
        let name = match piece {
            Piece::Text(text) => {
                match place {
                    Place::Condition => scan(text, &mut quoted, &mut escaped),
                    Place::Template => scan_braces(&out, text, &mut action),
                    Place::Plain => {}
                }
                out.push_str(text);
                continue;
            }
            Piece::Name(name) => name,
        };
        let value = values.get(name).ok_or_else(|| format!("`${{{name}}}` is not declared as a parameter"))?;
        match (place, value) {
            (Place::Condition, _) if matches!(quoted, Quoted::Until(_)) => {
                return Err(format!(
                    "`${{{name}}}` stands in single quotes, back quotes or a comment: expected it in double quotes or outside"
                ));
            }
            (Place::Condition, ParameterValue::Word(word)) if quoted == Quoted::No && word.starts_with('-') => {
                // So that the sign does not bind to what stands before or after it.
                out.push_str(&format!("({word})"));
            }
            (_, ParameterValue::Word(word)) => out.push_str(word),
            (Place::Condition, ParameterValue::Text(text)) if quoted == Quoted::Double => {
                let literal = go::quote(text);
                out.push_str(literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default());
            }
            (Place::Condition, ParameterValue::Text(text)) => out.push_str(&go::quote(text)),
            (Place::Template, ParameterValue::Text(text)) if action => out.push_str(&go::quote(text)),
            (Place::Template, ParameterValue::Text(text)) => {
                // A brace at the edge must not meet one of the text around it.
                out.push_str(&text.replace('{', "{{\"{\"}}"));
            }
            (Place::Plain, ParameterValue::Text(text)) => out.push_str(text),
        }
        if out.len() > MOST_BYTES {
            return Err("the filled text has more than 1048576 bytes".to_owned());
        }
    }
    Ok(out)
}

/// Follows the quotes and comments of an expression.
fn scan(text: &str, quoted: &mut Quoted, escaped: &mut bool) {
    for c in text.chars() {
        match *quoted {
            _ if *escaped => *escaped = false,
            Quoted::No => {
                *quoted = match c {
                    '"' => Quoted::Double,
                    '\'' | '`' => Quoted::Until(c),
                    '#' => Quoted::Until('\n'),
                    _ => Quoted::No,
                }
            }
            Quoted::Double | Quoted::Until('\'') if c == '\\' => *escaped = true,
            Quoted::Double if c == '"' => *quoted = Quoted::No,
            Quoted::Until(end) if c == end => *quoted = Quoted::No,
            Quoted::Double | Quoted::Until(_) => {}
        }
    }
}

/// Follows the braces of a template, where `text` comes behind `before`: whether it ends inside of an action.
fn scan_braces(before: &str, text: &str, action: &mut bool) {
    // A pair may be half of what stands before.
    let mut last = before.bytes().next_back();
    for byte in text.bytes() {
        match (last, byte) {
            (Some(b'{'), b'{') => *action = true,
            (Some(b'}'), b'}') => *action = false,
            _ => {}
        }
        last = Some(byte);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::templates::AlertData;
    use crate::templates::AnnotationTemplate;

    use super::*;

    fn filled(text: &str, place: Place) -> Result<String, String> {
        let values = BTreeMap::from([
            ("n", ParameterValue::Word("-1.5".to_owned())),
            ("d", ParameterValue::Word("5m".to_owned())),
            ("t", ParameterValue::Text("a \"b\"{{".to_owned())),
        ]);
        fill(text, place, &values)
    }

    #[test]
    fn placeholders_are_filled_by_where_they_stand() {
        for (text, expected) in [
            ("up > ${n}", "up > (-1.5)"),
            ("rate(m[${d}])", "rate(m[5m])"),
            ("up{job=${t}}", r#"up{job="a \"b\"{{"}"#),
            (r#"up{job="x-${t}"}"#, r#"up{job="x-a \"b\"{{"}"#),
            (r#"up{job="\"${t}"}"#, r#"up{job="\"a \"b\"{{"}"#),
            ("label_replace(up, \"a\", \"$${1}${2}\", \"b\", \"\")", "label_replace(up, \"a\", \"${1}${2}\", \"b\", \"\")"),
        ] {
            assert_eq!(filled(text, Place::Condition).unwrap(), expected, "{text}");
        }
        assert_eq!(filled("${d}", Place::Plain).unwrap(), "5m");
        assert_eq!(filled("{{ $value }} of ${t}", Place::Template).unwrap(), r#"{{ $value }} of a "b"{{"{"}}{{"{"}}"#);
        assert_eq!(
            filled("{{ if eq $labels.a ${t} }}x{{ end }}", Place::Template).unwrap(),
            r#"{{ if eq $labels.a "a \"b\"{{" }}x{{ end }}"#
        );
    }

    #[test]
    fn what_cannot_be_filled_is_told() {
        assert_eq!(filled("up > ${m}", Place::Condition).unwrap_err(), "`${m}` is not declared as a parameter");
        for text in ["up{job='${t}'}", "up{job=`${t}`}", "up # ${t}"] {
            assert!(filled(text, Place::Condition).unwrap_err().contains("expected it in double quotes or outside"), "{text}");
        }
        let values = BTreeMap::from([("t", ParameterValue::Text("x".repeat(1_024)))]);
        assert!(fill(&"${t}".repeat(2_000), Place::Plain, &values).unwrap_err().contains("1048576 bytes"));
    }

    #[test]
    fn only_a_whole_name_in_braces_is_a_placeholder() {
        for (text, names) in
            [("${a}${b_1}", vec!["a", "b_1"]), ("$${a} ${${a} ${", vec!["a"]), ("${} ${A} ${1} ${a ${a-b} ${a", vec![]), ("${é}", vec![])]
        {
            assert_eq!(placeholders(text).into_iter().collect::<Vec<_>>(), names, "{text}");
        }
        let longest = "x".repeat(64);
        assert_eq!(placeholders(&format!("${{{longest}}} ${{{longest}x}}")), BTreeSet::from([&*longest]));
    }

    proptest! {
        #[test]
        fn an_action_is_what_is_opened_last(pieces in proptest::collection::vec("[{}a]{0,3}", 0..8)) {
            let (mut out, mut action) = (String::new(), false);
            for piece in pieces {
                scan_braces(&out, &piece, &mut action);
                out.push_str(&piece);
                let (open, close) = (out.rfind("{{"), out.rfind("}}"));
                prop_assert_eq!(action, open.is_some_and(|open| close.is_none_or(|close| close < open)));
            }
        }

        #[test]
        fn a_text_never_becomes_template_language(text in "[ -~{}]{0,12}", before in "[a-z{]?", after in "[a-z}]?") {
            let values = BTreeMap::from([("t", ParameterValue::Text(text.clone()))]);
            let template = fill(&format!("{before}${{t}}{after}"), Place::Template, &values).unwrap();
            let rendered = template.parse::<AnnotationTemplate>().unwrap().render(&AlertData::new([("", ""); 0], 0.0)).unwrap();
            prop_assert_eq!(rendered, format!("{before}{text}{after}"));
        }

        #[test]
        fn a_text_in_a_condition_is_that_text(text in any::<String>()) {
            let values = BTreeMap::from([("t", ParameterValue::Text(text.clone()))]);
            for template in ["${t}", "\"${t}\""] {
                let literal = fill(template, Place::Condition, &values).unwrap();
                prop_assert_eq!(go::unquote(&literal).unwrap(), text.as_str());
            }
        }
    }
}
