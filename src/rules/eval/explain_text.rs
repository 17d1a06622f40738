//! An explanation as text.

use std::fmt;

use crate::metrics::SampleTime;
use crate::metrics::SampleValue;
use crate::rules::ValueType;
use crate::rules::eval::explain::ExplainedElement;
use crate::rules::eval::explain::ExplainedNode;
use crate::rules::eval::explain::Explanation;

/// How many characters of the text of a part are shown.
const SHOWN: usize = 60;

/// How deep lines are indented at most, in steps.
const DEEPEST: usize = 20;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Lines { f, first: true };
        let mut next = vec![(0, 0)];
        while let Some((place, depth)) = next.pop() {
            let Some(node) = self.nodes.get(place) else { continue };
            let below = self.write_node(&mut lines, node, depth)?;
            // The last is taken first.
            next.extend(node.operands.iter().rev().filter(|operand| self.is_told(node, **operand)).map(|operand| (*operand, below)));
        }
        Ok(())
    }
}

impl Explanation {
    /// Writes the lines of a part; gives the depth of its operands.
    fn write_node(&self, lines: &mut Lines<'_, '_>, node: &ExplainedNode, depth: usize) -> Result<usize, fmt::Error> {
        let name = self.operand_text(node);
        match &node.elements[..] {
            // Parentheses are shown as what stands in them.
            _ if self.is_parentheses(node) => return Ok(depth),
            [element, ..] if element.comparison.is_some() => {
                for element in &node.elements {
                    lines.element(depth, self.at, element, &name)?;
                }
                lines.others(depth, node)?;
            }
            [element] if element.labels.is_empty() => lines.element(depth, self.at, element, &cut(&node.text))?,
            [element] if element.labels.name().is_some() && node.operands.is_empty() => lines.element(depth, self.at, element, "")?,
            _ if node.value_type == ValueType::String => lines.line(depth, format_args!("{}", cut(&node.text)))?,
            _ if node.value_type == ValueType::Matrix => lines.line(depth, format_args!("{}: a range", cut(&node.text)))?,
            [] => lines.line(depth, format_args!("{}: no series", cut(&node.text)))?,
            elements => {
                lines.line(depth, format_args!("{}: {} series", cut(&node.text), node.total))?;
                for element in elements {
                    lines.element(depth + 1, self.at, element, "")?;
                }
                lines.others(depth + 1, node)?;
            }
        }
        Ok(depth + 1)
    }

    /// The text of the operand whose elements a comparison names.
    fn operand_text(&self, node: &ExplainedNode) -> String {
        let swapped = node.elements.first().and_then(|element| element.comparison.as_ref()).is_some_and(|comparison| comparison.swapped);
        let operand = if swapped { node.operands.last() } else { node.operands.first() };
        operand.and_then(|place| self.nodes.get(*place)).map(|node| cut(&node.text)).unwrap_or_default()
    }

    /// Of what has one operand, only parentheses start with a bracket.
    fn is_parentheses(&self, node: &ExplainedNode) -> bool {
        let [operand] = node.operands[..] else { return false };
        node.text.starts_with('(') && self.nodes.get(operand).is_some_and(|operand| operand.span.start() > node.span.start())
    }

    /// Whether an operand has lines of its own: not a literal, and not a selector that a comparison has told already.
    fn is_told(&self, node: &ExplainedNode, operand: usize) -> bool {
        let Some(operand) = self.nodes.get(operand) else { return false };
        let literal = operand.operands.is_empty() && matches!(operand.value_type, ValueType::Scalar | ValueType::String);
        let told = node.elements.first().is_some_and(|element| element.comparison.is_some()) && operand.operands.is_empty();
        !literal && !told
    }
}

/// A text on one line, cut if it is long.
fn cut(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = words.char_indices().nth(SHOWN) {
        words.truncate(at);
        words.push('…');
    }
    words
}

struct Lines<'f, 'a> {
    f: &'f mut fmt::Formatter<'a>,
    first: bool,
}

impl Lines<'_, '_> {
    fn line(&mut self, depth: usize, line: fmt::Arguments<'_>) -> fmt::Result {
        if !self.first {
            self.f.write_str("\n")?;
        }
        self.first = false;
        write!(self.f, "{:indent$}{line}", "", indent = 2 * depth.min(DEEPEST))
    }

    fn others(&mut self, depth: usize, node: &ExplainedNode) -> fmt::Result {
        match node.total.saturating_sub(node.elements.len()) {
            0 => Ok(()),
            rest => self.line(depth, format_args!("and {rest} more")),
        }
    }

    /// A line for an element; `name` says what it is where its labels do not.
    fn element(&mut self, depth: usize, at: SampleTime, element: &ExplainedElement, name: &str) -> fmt::Result {
        let labels = &element.labels;
        let (before, name) = match (labels.is_empty(), labels.name()) {
            (true, _) if !name.is_empty() => (String::new(), name.to_owned()),
            (false, None) if !name.is_empty() => (format!("{labels}: "), name.to_owned()),
            _ => (String::new(), labels.to_string()),
        };
        let value = SampleValue::Float(element.value);
        let since = since(at, element);
        let Some(comparison) = &element.comparison else {
            return self.line(depth, format_args!("{before}{name} = {value}{since}"));
        };
        let (op, holds, other) = (comparison.op, comparison.holds, SampleValue::Float(comparison.other));
        let (own, other) = match &comparison.other_labels {
            Some(labels) if !labels.is_empty() => (format!("{name} = {value}"), format!("{labels} = {other}")),
            // A literal, which is its own name.
            _ if name == value.to_string() => (name, other.to_string()),
            _ => (format!("{name} = {value}"), other.to_string()),
        };
        match comparison.swapped {
            true => self.line(depth, format_args!("{before}{other} {op} {own}: {holds}{since}")),
            false => self.line(depth, format_args!("{before}{own} {op} {other}: {holds}{since}")),
        }
    }
}

/// Since when an element has been there.
fn since(at: SampleTime, element: &ExplainedElement) -> String {
    let Some(since) = element.since else { return String::new() };
    let (now, text) = (at.to_string(), since.to_string());
    let (Some((today, _)), Some((day, clock))) = (now.split_once('T'), text.split_once('T')) else { return String::new() };
    let clock = clock.trim_end_matches('Z');
    let clock = clock.strip_suffix(":00").unwrap_or(clock);
    let day = if day == today { String::new() } else { format!("{day} ") };
    format!(", since {day}{clock}{}", if element.or_earlier { " or earlier" } else { "" })
}

#[cfg(test)]
mod tests {
    use crate::metrics::MemoryStore;
    use crate::metrics::SampleTime;
    use crate::metrics::load::Load;
    use crate::metrics::load::LoadOptions;
    use crate::rules::Expr;
    use crate::rules::ParseOptions;
    use crate::rules::eval::Evaluator;
    use crate::rules::eval::ExplainOptions;
    use crate::utils::AlertDuration;

    const SERIES: &str = "
        load 1m
          cpu{host=\"a\"} 90x90
          cpu{host=\"b\"} 10x80 95x9
          cpu{host=\"c\"} 10x90
          limit{team=\"x\"} 80x90
    ";

    fn store() -> MemoryStore {
        Load::parse(SERIES, &LoadOptions::default()).unwrap().store().unwrap()
    }

    /// The explanation after an hour and a half.
    #[track_caller]
    fn explained(text: &str) -> String {
        let expr = Expr::parse(text, &ParseOptions::default()).unwrap();
        Evaluator::new(&store()).explain_at(&expr, SampleTime::from_millis(90 * 60_000)).unwrap().to_string()
    }

    #[test]
    fn a_comparison_tells_every_verdict_and_since_when() {
        let lines = [
            r#"cpu{host="a"} = 90 > 80: true, since 00:30 or earlier"#,
            r#"cpu{host="b"} = 95 > 80: true, since 01:21"#,
            r#"cpu{host="c"} = 10 > 80: false"#,
        ];
        assert_eq!(explained("cpu > 80"), lines.join("\n"));
        assert_eq!(explained("(cpu > bool 80)"), lines.join("\n"));
    }

    #[test]
    fn both_sides_of_a_comparison_are_told() {
        let lines = [
            r#"cpu{host="a"} = 90 > limit{team="x"} = 80: true, since 00:30 or earlier"#,
            r#"cpu{host="b"} = 95 > limit{team="x"} = 80: true, since 01:21"#,
            r#"cpu{host="c"} = 10 > limit{team="x"} = 80: false"#,
        ];
        assert_eq!(explained("cpu > on () group_left () limit"), lines.join("\n"));
        assert_eq!(explained("100 < cpu{host=\"a\"}"), r#"100 < cpu{host="a"} = 90: false"#);
        assert_eq!(explained("3 > bool 2"), "3 > 2: true, since 00:30 or earlier");
    }

    #[test]
    fn what_a_number_is_made_of_stands_below_it() {
        let lines = [
            r#"max(cpu) - 5 = 90 > 80: true, since 00:30 or earlier"#,
            r#"  max(cpu) - 5 = 90"#,
            r#"    max(cpu) = 95"#,
            r#"      cpu: 3 series"#,
            r#"        cpu{host="a"} = 90"#,
            r#"        cpu{host="b"} = 95"#,
            r#"        cpu{host="c"} = 10"#,
        ];
        assert_eq!(explained("max(cpu) - 5 > 80"), lines.join("\n"));
        assert_eq!(explained("missing > 1"), "missing > 1: no series\n  missing: no series");
        assert_eq!(explained("cpu[5m]"), "cpu[5m]: a range");
        assert_eq!(explained("'a text'"), "'a text'");
        assert_eq!(explained("1 + 1"), "1 + 1 = 2");
    }

    #[test]
    fn there_is_an_end_to_what_is_told() {
        let options = ExplainOptions::default().with_max_elements(1).with_max_nodes(2).with_history(AlertDuration::ZERO);
        let expr = Expr::parse("sum by (host) (-cpu)", &ParseOptions::default()).unwrap();
        let store = store();
        let explanation = Evaluator::new(&store).explain_with(&expr, SampleTime::from_millis(0), &options).unwrap();
        let lines = [
            r#"sum by (host) (-cpu): 3 series"#,
            r#"  {host="a"} = -90, since 00:00 or earlier"#,
            r#"  and 2 more"#,
            r#"  -cpu: 3 series"#,
            r#"    {host="a"} = -90"#,
            r#"    and 2 more"#,
        ];
        assert_eq!(explanation.to_string(), lines.join("\n"));
        // What holds is told before what does not.
        let options = ExplainOptions::default().with_max_elements(1).with_history(AlertDuration::ZERO);
        let low = Expr::parse("cpu < 20", &ParseOptions::default()).unwrap();
        let explanation = Evaluator::new(&store).explain_with(&low, SampleTime::from_millis(90 * 60_000), &options).unwrap();
        let lines = [r#"cpu{host="c"} = 10 < 20: true, since 01:30 or earlier"#, r#"and 2 more"#];
        assert_eq!(explanation.to_string(), lines.join("\n"));
        let none = ExplainOptions::default().with_step(AlertDuration::ZERO);
        let explanation = Evaluator::new(&store).explain_with(&expr, SampleTime::from_millis(0), &none).unwrap();
        assert_eq!(explanation.results()[0].since, None);
        // A chain is deep; neither its text nor its JSON is.
        let chain = Expr::parse(&vec!["cpu"; 500].join(" + "), &ParseOptions::default()).unwrap();
        let explanation = Evaluator::new(&store).explain_at(&chain, SampleTime::from_millis(0)).unwrap();
        assert_eq!(explanation.nodes.len(), 100);
        assert!(explanation.to_string().len() < 100_000);
        assert!(serde_json::to_string(&explanation).is_ok());
    }

    #[test]
    fn the_day_is_told_where_it_is_another() {
        let expr = Expr::parse("vector(1) > 0", &ParseOptions::default()).unwrap();
        let at: SampleTime = "2025-01-06T00:10:30Z".parse().unwrap();
        let explanation = Evaluator::new(&MemoryStore::new()).explain_at(&expr, at).unwrap();
        assert_eq!(explanation.to_string(), "vector(1) = 1 > 0: true, since 2025-01-05 23:10:30 or earlier\n  vector(1) = 1");
    }
}
