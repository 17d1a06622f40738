//! Every code that the crate can report stands in the catalogue, and nothing else does.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use alert_schemas::schema::error_codes;
use regex::Regex;

/// Every file under `src` without comments and test modules, and without the rows of the catalogue itself.
fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(path.display().to_string(), shipped(&fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn shipped(text: &str) -> String {
    let end = Regex::new(r"(?m)^#\[cfg\((?:all\()?test[^\n]*\]\n(?:#[^\n]*\n)*mod ").unwrap();
    let code = end.find(text).map_or(text, |found| &text[..found.start()]);
    let lines: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let rows = Regex::new(r#"(?:ErrorCode::new|\brow)\(\s*"[a-z0-9_]+","#).unwrap();
    rows.replace_all(&lines.join("\n"), "row(").into_owned()
}

/// What stands between the bracket that `text` starts with and the one that closes it.
fn bracketed(text: &str) -> &str {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '{' | '[' if !quoted => depth += 1,
            ')' | '}' | ']' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return &text[1..at];
                }
            }
            _ => {}
        }
    }
    text
}

/// The arguments of a call, split at the commas that stand in no bracket.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let mut list = vec![String::new()];
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '{' | '[' if !quoted => depth += 1,
            ')' | '}' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                list.push(String::new());
                continue;
            }
            _ => {}
        }
        list.last_mut().unwrap().push(c);
    }
    list.iter().map(|argument| argument.trim().to_owned()).collect()
}

/// The codes that a piece of source names, by the ways in which this crate does so.
fn codes_in(source: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    // Tables, macros and constants.
    let named = Regex::new(r#"\b(?:code:?|CODE: &'static str =|CODE: &str =)\s+"([a-z0-9_]+)""#).unwrap();
    codes.extend(named.captures_iter(source).map(|found| found[1].to_owned()));
    // Arguments of what takes a code.
    let literal = Regex::new(r#"^"([a-z0-9]+(?:_[a-z0-9]+)+)"$"#).unwrap();
    let calls = Regex::new(r"(?:\.(?:problem|note|push)|\b(?:Violation::new|Loss::new|one_problem|problem|note|lost|loss))\(").unwrap();
    for call in calls.find_iter(source) {
        // What a conversion loses is noted by field; all such losses share one code.
        if source[..call.start()].ends_with("losses") {
            continue;
        }
        let list = arguments(bracketed(&source[call.end() - 1..]));
        if list.len() > 1 {
            codes.extend(list.iter().filter_map(|argument| Some(literal.captures(argument)?[1].to_owned())));
        }
    }
    // What a function called `code` gives.
    let functions = Regex::new(r"\bfn code\([^)]*\)[^{;]*\{").unwrap();
    let inside = Regex::new(r#""([a-z0-9]+(?:_[a-z0-9]+)+)""#).unwrap();
    for function in functions.find_iter(source) {
        let body = bracketed(&source[function.end() - 1..]);
        codes.extend(inside.captures_iter(body).map(|found| found[1].to_owned()));
    }
    codes
}

#[test]
fn every_code_that_the_source_names_is_in_the_catalogue() {
    let catalogue: BTreeSet<String> = error_codes().into_iter().map(|row| row.code.to_owned()).collect();
    let mut absent = Vec::new();
    let mut named = BTreeSet::new();
    for (path, source) in sources() {
        for code in codes_in(&source) {
            if !catalogue.contains(&code) {
                absent.push(format!("{path}: {code}"));
            }
            named.insert(code);
        }
    }
    assert!(absent.is_empty(), "codes without a row in the catalogue:\n{}", absent.join("\n"));
    assert!(named.len() > 30, "only {} codes were found: this test reads the source wrongly", named.len());
}

#[test]
fn every_row_of_the_catalogue_is_a_code_that_the_source_names() {
    let all: String = sources().into_values().collect();
    let unused: Vec<_> = error_codes().into_iter().filter(|row| !all.contains(&format!("\"{}\"", row.code))).map(|row| row.code).collect();
    assert!(unused.is_empty(), "rows that nothing reports: {unused:?}");
}

#[test]
fn rows_read_as_sentences() {
    for row in error_codes() {
        for text in [row.meaning, row.fix] {
            assert!(text.starts_with(|c: char| c.is_uppercase() || c == '`') && text.ends_with('.'), "{}: {text}", row.code);
        }
    }
}

#[test]
fn a_code_is_found_however_it_is_named() {
    let source = r#"
        error X in y, code "from_a_macro", noun
        pub const CODE: &'static str = "from_a_constant";
        Rule { code: "from_a_rule", field: "no_code" }
        report.push(root().key("no_code"), "from_a_call", format!("a, {b}", b = "no_code"));
        names.push("no_code");
        losses.note(lost, "no_code", "is not carried");
        fn code(&self) -> &'static str { match self { A => "from_a_function", B => error.code() } }
    "#;
    let found: Vec<String> = codes_in(source).into_iter().collect();
    assert_eq!(found, ["from_a_call", "from_a_constant", "from_a_function", "from_a_macro", "from_a_rule"]);
}
