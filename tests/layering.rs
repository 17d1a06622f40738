//! House rules that the compiler does not know: which module may use which, no clock or machine in the library, short
//! files with telling names. Each rule is a function over text, so that a planted breach shows that it can fail.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Each module and its floor. A module uses lower floors and itself, nothing else.
const FLOORS: &[(&str, u8)] = &[
    ("utils", 0),
    ("validations", 1),
    ("templates", 2),
    ("alerts", 3),
    ("metrics", 4),
    ("rules", 5),
    ("notifications", 5),
    ("correlation", 6),
    ("escalation", 6),
    ("incidents", 7),
    ("analytics", 8),
    ("compliance", 8),
    ("workflows", 8),
    ("webhooks", 8),
    ("ml_models", 9),
    ("schema", 10),
];

/// Paths that make an answer depend on more than its arguments.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::time::SystemTime",
    "std::time::Instant",
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "thread_rng",
    "Uuid::new_v4",
    "Uuid::now_v7",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
];

/// File names that name no concept.
const VAGUE: &[&str] = &["types", "models", "helpers", "common", "misc", "util"];

/// A file longer than this is not read in one sitting.
const LONGEST: usize = 800;

// ---------------------------------------------------------------- reading Rust

/// The text with comments, strings and characters blanked; lines and columns stay.
fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = blank_end(&chars, at);
        if end > at {
            out.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// Where the comment, string or character that starts at `at` ends; `at` itself if none starts there.
fn blank_end(chars: &[char], at: usize) -> usize {
    let find = |from: usize, stop: &dyn Fn(usize) -> bool| (from..chars.len()).find(|&i| stop(i)).unwrap_or(chars.len());
    let starts = |i: usize, what: &str| what.chars().enumerate().all(|(n, c)| chars.get(i + n) == Some(&c));
    let inside_word = at > 0 && is_word(chars[at - 1]);
    match chars[at] {
        '/' if starts(at, "//") => find(at, &|i| chars[i] == '\n'),
        '/' if starts(at, "/*") => {
            let (mut depth, mut i) = (0, at);
            while i < chars.len() {
                if starts(i, "/*") {
                    depth += 1;
                    i += 2;
                } else if starts(i, "*/") {
                    depth -= 1;
                    i += 2;
                    if depth == 0 {
                        break;
                    }
                } else {
                    i += 1;
                }
            }
            i.min(chars.len())
        }
        '"' => string_end(chars, at),
        'r' | 'b' | 'c' if !inside_word => {
            let prefix = find(at, &|i| !matches!(chars[i], 'r' | 'b' | 'c') || i > at + 1);
            let hashes = find(prefix, &|i| chars[i] != '#') - prefix;
            let raw = chars[at..prefix].contains(&'r');
            if chars.get(prefix + hashes) != Some(&'"') || (hashes > 0 && !raw) {
                at
            } else if raw {
                let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
                (find(prefix + hashes + 1, &|i| starts(i, &close)) + close.len()).min(chars.len())
            } else {
                string_end(chars, prefix)
            }
        }
        // a character, not a lifetime
        '\'' if chars.get(at + 1) == Some(&'\\') => (find(at + 3, &|i| chars[i] == '\'') + 1).min(chars.len()),
        '\'' if chars.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

fn string_end(chars: &[char], open: usize) -> usize {
    let mut i = open + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Code with every item under `#[cfg(test)]` blanked as well.
fn shipped(text: &str) -> String {
    let mut chars: Vec<char> = code(text).chars().collect();
    let marks: Vec<Vec<char>> = ["#[cfg(test)]", "#[cfg(all(test,"].iter().map(|m| m.chars().collect()).collect();
    let mut at = 0;
    while at < chars.len() {
        if !marks.iter().any(|mark| chars[at..].starts_with(mark)) {
            at += 1;
            continue;
        }
        // the item ends at its first `;` or at the brace that closes its first one
        let (mut depth, mut end) = (0, at);
        while end < chars.len() {
            match chars[end] {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth -= 1,
                _ => {}
            }
            end += 1;
            let last = chars[end - 1];
            if depth == 0 && (last == ';' || last == '}') || depth < 0 {
                break;
            }
        }
        for c in &mut chars[at..end] {
            if *c != '\n' {
                *c = ' ';
            }
        }
        at = end;
    }
    chars.into_iter().collect()
}

/// Start and text after each whole word `word` in `code`, with its line counted from 1.
fn after_word<'a>(code: &'a str, word: &str) -> Vec<(usize, &'a str)> {
    code.match_indices(word)
        .filter(|(at, _)| !code[..*at].ends_with(is_word) && !code[at + word.len()..].starts_with(is_word))
        .map(|(at, _)| (code[..at].matches('\n').count() + 1, &code[at + word.len()..]))
        .collect()
}

/// Every path that the `use` declarations name, groups written out, with its line.
fn use_paths(code: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (line, rest) in after_word(code, "use") {
        if let Some(end) = rest.find(';') {
            let tree: String = rest[..end].split_whitespace().collect::<Vec<_>>().join(" ").replace(" ::", "::").replace(":: ", "::");
            expand("", &tree, &mut |path| out.push((line, path)));
        }
    }
    out
}

fn expand(prefix: &str, tree: &str, found: &mut impl FnMut(String)) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree).trim();
        if !path.is_empty() {
            found(format!("{prefix}{path}"));
        }
        return;
    };
    let inner = tree[open + 1..].strip_suffix('}').unwrap_or(&tree[open + 1..]);
    let prefix = format!("{prefix}{}", tree[..open].trim());
    let (mut depth, mut start) = (0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, &inner[start..at], found);
                start = at + 1;
            }
            _ => {}
        }
    }
    expand(&prefix, &inner[start..], found);
}

// ---------------------------------------------------------------- the rules

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// Breaches of the floors in one file; `path` is relative to `src`, with `/`.
fn layering_breaches(path: &str, text: &str) -> Vec<String> {
    let Some((own, below)) = path.split_once('/') else {
        return if path == "lib.rs" { Vec::new() } else { vec![format!("{path}: a module is a folder with a mod.rs")] };
    };
    let Some(own_floor) = floor(own) else {
        return vec![format!("{path}: module `{own}` has no floor in tests/layering.rs")];
    };
    let code = shipped(text);
    let mut breaches = Vec::new();
    let mut edge = |line: usize, rest: &str, written: &str| {
        let rest = rest.trim_start();
        let name: String = rest.chars().take_while(|&c| is_word(c)).collect();
        let problem = if name.is_empty() {
            format!("`{written}` without one module: write one `use` for each module")
        } else if rest[name.len()..].trim_start().starts_with('!') {
            return; // a macro lives at the root, whatever its floor
        } else {
            match floor(&name) {
                _ if name == own => return,
                Some(floor) if floor < own_floor => return,
                Some(floor) => format!("`{own}` (floor {own_floor}) uses `{name}` (floor {floor})"),
                None => format!("`{written}::{name}` is no module: name the module that owns it"),
            }
        };
        breaches.push(format!("{path}:{line}: {problem}"));
    };
    for root in ["crate", "alert_schemas"] {
        for (line, rest) in after_word(&code, root) {
            if let Some(rest) = rest.trim_start().strip_prefix("::") {
                edge(line, rest, root);
            } else if rest.trim_start().starts_with("as ") {
                edge(line, "", root);
            }
        }
    }
    // `super::` may climb out of the module as well: src/a/mod.rs stands one below the root, src/a/b.rs two
    let parts = below.split('/').filter(|part| *part != "mod.rs").count();
    let to_root = "super::".repeat(parts + 1);
    let squeezed: String = code.split(' ').collect();
    for (at, _) in squeezed.match_indices(&to_root) {
        let rest = &squeezed[at + to_root.len()..];
        let name: String = rest.chars().take_while(|&c| is_word(c)).collect();
        if floor(&name).is_some() && name != own {
            edge(squeezed[..at].matches('\n').count() + 1, rest, "super");
        }
    }
    breaches
}

/// Places where a file of the library asks the clock, the machine or chance, or prints.
fn purity_breaches(path: &str, text: &str) -> Vec<String> {
    let code = shipped(text);
    let inside = |path: &str, word: &str| {
        path.match_indices(word)
            .any(|(at, _)| !path[..at].ends_with(is_word) && (word.ends_with('!') || !path[at + word.len()..].starts_with(is_word)))
    };
    let lines = code.lines().enumerate().map(|(n, line)| (n + 1, line.replace(" ::", "::").replace(":: ", "::")));
    let mut breaches: Vec<String> = lines
        .chain(use_paths(&code))
        .flat_map(|(line, written)| IMPURE.iter().filter(move |word| inside(&written, word)).map(move |word| (line, word)))
        .map(|(line, word)| format!("{path}:{line}: `{word}`: time, chance, files and output belong to the caller"))
        .collect();
    breaches.sort();
    breaches.dedup();
    breaches
}

/// A file that is too long, or whose name says nothing.
fn shape_breaches(path: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST {
        breaches.push(format!("{path}: {lines} lines, more than {LONGEST}: split it by concept"));
    }
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if VAGUE.contains(&stem) {
        breaches.push(format!("{path}: `{stem}` names no concept"));
    }
    breaches
}

// ---------------------------------------------------------------- the library obeys

/// Every Rust file under `src`: path relative to it, and text.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                out.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 1, "no source found under {}", root.display());
    let relative = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    paths.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
}

#[track_caller]
fn assert_all(rule: fn(&str, &str) -> Vec<String>) {
    let breaches: Vec<String> = sources().iter().flat_map(|(path, text)| rule(path, text)).collect();
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn modules_use_lower_floors_only() {
    assert_all(layering_breaches);
}

#[test]
fn the_library_asks_neither_clock_nor_machine() {
    assert_all(purity_breaches);
}

#[test]
fn files_are_short_and_named_for_a_concept() {
    assert_all(shape_breaches);
}

#[test]
fn each_module_is_a_folder_with_documentation() {
    let sources = sources();
    for (path, _) in &sources {
        if let Some((module, _)) = path.split_once('/') {
            let head = format!("{module}/mod.rs");
            let text = sources.iter().find(|(path, _)| *path == head).map(|(_, text)| text.trim_start());
            assert!(text.is_some_and(|text| text.starts_with("//!")), "src/{head} is missing or does not open with documentation");
        }
    }
}

// ---------------------------------------------------------------- the rules can fail

#[track_caller]
fn layering(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(layering_breaches(path, text), expected, "in {text:?}");
}

#[test]
fn a_planted_edge_is_found() {
    let up = "alerts/merge.rs:2: `alerts` (floor 3) uses `correlation` (floor 6)";
    layering("alerts/merge.rs", "\nuse crate::correlation::Deduplicator;\n", &[up]);
    layering("alerts/merge.rs", "\nfn f() { crate::correlation::step(1) }", &[up]);
    layering("alerts/merge.rs", "\nfn f() { crate ::\n correlation::step(1) }", &[up]);
    layering("alerts/merge.rs", "\nuse alert_schemas::correlation::Deduplicator;", &[up]);
    layering("alerts/merge.rs", "\nuse super::super::correlation::Deduplicator;", &[up]);
    layering(
        "alerts/mod.rs",
        "use super::correlation::Deduplicator;",
        &["alerts/mod.rs:1: `alerts` (floor 3) uses `correlation` (floor 6)"],
    );
    layering(
        "escalation/mod.rs",
        "use crate::correlation::X;",
        &["escalation/mod.rs:1: `escalation` (floor 6) uses `correlation` (floor 6)"],
    );
    layering(
        "utils/text.rs",
        "macro_rules! m { () => { $crate::alerts::X } }",
        &["utils/text.rs:1: `utils` (floor 0) uses `alerts` (floor 3)"],
    );
}

#[test]
fn a_lower_floor_is_not_an_edge() {
    layering(
        "alerts/merge.rs",
        "use crate::utils::{Report, Timestamp};\nuse crate::alerts::label::Labels;\nuse super::super::utils::Report;",
        &[],
    );
    layering("lib.rs", "pub use crate::schema::bundle;", &[]);
    layering("utils/id.rs", "crate::string_newtype! { pub struct A; }\npub(crate) fn f() {}", &[]);
}

#[test]
fn comments_strings_and_tests_are_not_edges() {
    layering(
        "utils/text.rs",
        r##"
        //! [`crate::alerts`]
        /// See [`crate::alerts::Alert`]. /* crate::alerts */
        /* crate::alerts /* crate::alerts */ crate::alerts */
        const A: &str = "crate::alerts \" crate::alerts";
        const B: &str = r#"crate::alerts " crate::alerts"#;
        const C: &[u8] = b"crate::alerts";
        const D: char = '"';
        const E: char = '\'';
        fn f<'a>(x: &'a str) -> &'a str { x }
        #[cfg(test)]
        mod tests {
            use crate::alerts::Alert;
            fn g() { if true {} }
        }
        #[cfg(test)]
        use crate::alerts::Alert;
        #[cfg(all(test, feature = "proptest"))]
        fn h() { crate::alerts::x() }
        "##,
        &[],
    );
    layering(
        "utils/text.rs",
        "#[cfg(test)]\nmod tests { fn a() {} }\nconst Q: char = '\"';\nuse crate::alerts::Alert; // \"",
        &["utils/text.rs:4: `utils` (floor 0) uses `alerts` (floor 3)"],
    );
}

#[test]
fn an_unclear_path_is_refused() {
    let grouped = "webhooks/mod.rs:1: `crate` without one module: write one `use` for each module";
    layering("webhooks/mod.rs", "use crate::{alerts::Alert, utils::Report};", &[grouped]);
    layering("webhooks/mod.rs", "use crate::*;", &[grouped]);
    layering("webhooks/mod.rs", "use crate as root;", &[grouped]);
    layering("webhooks/mod.rs", "use crate::Alert;", &["webhooks/mod.rs:1: `crate::Alert` is no module: name the module that owns it"]);
    layering("gadgets/mod.rs", "", &["gadgets/mod.rs: module `gadgets` has no floor in tests/layering.rs"]);
    layering("gadgets.rs", "", &["gadgets.rs: a module is a folder with a mod.rs"]);
}

#[test]
fn a_planted_clock_is_found() {
    let found =
        |text: &str| purity_breaches("utils/x.rs", text).iter().map(|b| b.split('`').nth(1).unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(found("fn f() { let t = Utc::now(); }"), ["Utc::now"]);
    assert_eq!(found("use std::time::{Duration, Instant};"), ["std::time::Instant"]);
    assert_eq!(found("use std::{collections::{BTreeMap, BTreeSet}, fs::File, env};"), ["std::env", "std::fs"]);
    assert_eq!(found("fn f() { println!(\"x\"); eprintln!(); }"), ["eprintln!", "println!"]);
    assert_eq!(found("let a = uuid::Uuid::new_v4(); let b = Uuid::now_v7();"), ["Uuid::new_v4", "Uuid::now_v7"]);
    assert_eq!(found("let r = rand::thread_rng();"), ["thread_rng"]);
    assert!(found("/// ```\n/// println!(\"{}\", Utc::now());\n/// ```\nfn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }").is_empty());
    assert!(
        found("enum Selector { Instant, Range }\nfn print(x: Instant) -> Instant { fingerprint!(x); env!(\"CARGO_PKG_NAME\") }").is_empty()
    );
}

#[test]
fn a_long_or_vague_file_is_found() {
    assert_eq!(shape_breaches("alerts/alert.rs", &"\n".repeat(801)), ["alerts/alert.rs: 801 lines, more than 800: split it by concept"]);
    assert_eq!(shape_breaches("alerts/alert.rs", &"\n".repeat(800)), [""; 0]);
    assert_eq!(shape_breaches("alerts/types.rs", ""), ["alerts/types.rs: `types` names no concept"]);
}
