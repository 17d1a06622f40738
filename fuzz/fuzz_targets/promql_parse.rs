//! What is read is printed as a text that reads back as the same tree, and its tree in JSON is the same in both ways to write it.

#![no_main]

use alert_schemas::rules::Dialect;
use alert_schemas::rules::Expr;
use alert_schemas::rules::NodeKind;
use alert_schemas::rules::ParseOptions;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// The tree with the matchers of each selector sorted.
fn sorted(mut tree: Value) -> Value {
    let mut rest = vec![&mut tree];
    while let Some(value) = rest.pop() {
        if let Some(matchers) = value.get_mut("matchers").and_then(Value::as_array_mut) {
            matchers.sort_by_key(Value::to_string);
        }
        match value {
            Value::Object(map) => rest.extend(map.values_mut()),
            Value::Array(list) => rest.extend(list),
            _ => {}
        }
    }
    tree
}

fuzz_target!(|text: &str| {
    let options = ParseOptions::default().with_experimental_functions(true).with_duration_expressions(true);
    for options in [options, options.with_dialect(Dialect::Condition)] {
        let Ok(expr) = Expr::parse(text, &options) else { continue };
        let line = expr.to_string();
        let again = Expr::parse(&line, &options).unwrap_or_else(|errors| panic!("{text:?} prints {line}: {errors}"));
        assert_eq!(again.to_string(), line, "{text:?}");
        assert_eq!(again.value_type(), expr.value_type());
        assert_eq!(again.nodes().len(), expr.nodes().len(), "{text:?} prints {line}");
        // Computed durations are not in the JSON.
        for (again, node) in again.nodes().iter().zip(expr.nodes()) {
            if let (NodeKind::Duration(again), NodeKind::Duration(node)) = (&again.kind, &node.kind) {
                assert_eq!(again, node, "{text:?} prints {line}");
            }
        }

        let tree = expr.to_parse_query();
        assert_eq!(again.to_parse_query().map(sorted), tree.clone().map(sorted), "{text:?} prints {line}");
        let mut json = String::new();
        expr.write_parse_query(&mut json).expect("a String takes all");
        if let (Some(tree), Ok(written)) = (tree, json.parse::<Value>()) {
            assert_eq!(written, tree, "{text:?}");
        }

        // The lines are the line, split.
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let whole = expr.pretty().with_columns(usize::MAX).to_string();
        assert_eq!(letters(&format!("{expr:#}")), letters(&whole));
        assert_eq!(letters(&expr.pretty().with_columns(0).to_string()), letters(&whole));
    }
});
