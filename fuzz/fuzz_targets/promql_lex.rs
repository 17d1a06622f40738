//! Any text is answered with a tree or with errors at places of it, and PromQL reads as the same in both dialects.

#![no_main]

use alert_schemas::rules::Dialect;
use alert_schemas::rules::Expr;
use alert_schemas::rules::ParseOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let promql = ParseOptions::default();
    let condition = promql.with_dialect(Dialect::Condition);
    let read = Expr::parse(text, &promql);
    match &read {
        Ok(expr) => {
            assert_eq!(expr.source_text(), text);
            for node in expr.nodes() {
                assert!(text.get(node.span.range()).is_some_and(|part| !part.is_empty()), "{node:?}");
            }
            let other = Expr::parse(text, &condition).expect("PromQL is a condition");
            assert!(other == *expr && other.is_promql(), "{text:?}");
        }
        Err(errors) => {
            for error in errors.iter() {
                assert!(text.get(error.span()).is_some(), "{error:?}");
                assert!(!error.to_string().contains('\n') && error.code().starts_with("expr_"), "{error:?}");
                assert!(format!("{error:#}").len() < 4_096, "{error:?}");
            }
        }
    }
    // What is experimental is refused for that reason alone.
    let experimental = Expr::parse(text, &promql.with_experimental_functions(true).with_duration_expressions(true));
    if let (Err(errors), Ok(expr)) = (read, experimental) {
        assert!(errors.iter().all(|error| error.code() == "expr_experimental"), "{errors} {expr}");
    }
});
