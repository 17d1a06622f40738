//! A real `promtool` for a test: it reads rules and renders their templates.

#[path = "program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::process::Command;

use alert_schemas::utils::go;
use serde_json::Value;
use serde_json::json;

use self::program::reference_program;

/// The `promtool` of `$ALERT_SCHEMAS_SERVERS/usr/bin`, with a folder for its files that goes away in the end.
pub(crate) struct Promtool {
    program: PathBuf,
    folder: PathBuf,
    /// Its version, as it tells it.
    pub(crate) version: String,
}

/// Series and values of one `promtool test rules` file.
pub(crate) struct Series<'s> {
    /// `name{label="value"}` and the number at the first instant.
    pub(crate) series: &'s [(String, String)],
    /// The labels that the server adds.
    pub(crate) external_labels: &'s [(&'s str, &'s str)],
    /// Where the server is reached.
    pub(crate) external_url: &'s str,
}

impl Promtool {
    pub(crate) fn find(name: &str) -> Self {
        let program = reference_program("promtool");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("real-promtool-{name}-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let output = Command::new(&program).arg("--version").output().expect("promtool runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split_whitespace().nth(2).unwrap_or("of no known version").to_owned();
        Self { program, folder, version }
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(&self.program).args(arguments).current_dir(&self.folder).output().expect("promtool runs");
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    fn write(&self, name: &str, content: &Value) {
        fs::write(self.folder.join(name), content.to_string()).expect("a file");
    }

    /// What `check rules --lint=none` says of each of these files: the number of rules of one that is accepted. One process checks them all.
    #[allow(dead_code, reason = "not every test that uses promtool checks files")]
    pub(crate) fn check_files(&self, files: &[String]) -> Vec<Option<usize>> {
        let names: Vec<String> = (0..files.len()).map(|index| format!("f{index}.yml")).collect();
        for (name, text) in names.iter().zip(files) {
            fs::write(self.folder.join(name), text).expect("a file");
        }
        let mut arguments = vec!["check", "rules", "--lint=none"];
        arguments.extend(names.iter().map(String::as_str));
        let output = self.run(&arguments);
        let found = |name: &str| {
            let (_, after) = output.split_once(&format!("Checking {name}\n"))?;
            let answer = after.split("Checking ").next()?;
            answer.trim_start().strip_prefix("SUCCESS: ")?.split(' ').next()?.parse().ok()
        };
        assert!(
            names.iter().all(|name| output.contains(&format!("Checking {name}\n"))),
            "promtool did not answer for every file: {output}"
        );
        names.iter().map(|name| found(name)).collect()
    }

    /// The errors of templates by their index, each as the annotation of a rule of its own named `A<index>`.
    pub(crate) fn template_errors(&self, templates: &[String]) -> BTreeMap<usize, String> {
        let rule = |(index, text): (usize, &String)| json!({"alert": format!("A{index}"), "expr": "m", "annotations": {"t": text}});
        let rules: Vec<Value> = templates.iter().enumerate().map(rule).collect();
        self.write("check.json", &json!({"groups": [{"name": "g", "rules": rules}]}));
        let output = self.run(&["check", "rules", "--lint=none", "check.json"]);
        let mut errors: BTreeMap<usize, String> = BTreeMap::new();
        let mut last = None;
        for line in output.lines() {
            let found = line.strip_prefix("check.json: group \"g\", rule ").and_then(|rest| {
                let (number, rest) = rest.split_once(", ")?;
                let (_, error) = rest.split_once("annotation \"t\": ")?;
                Some((number.parse::<usize>().ok()?.checked_sub(1)?, error.to_owned()))
            });
            match (found, last) {
                (Some((index, error)), _) => {
                    errors.insert(index, error);
                    last = Some(index);
                }
                // A message may go over several lines.
                (None, Some(index)) => {
                    let error = errors.entry(index).or_default();
                    error.push('\n');
                    error.push_str(line);
                }
                (None, None) => {}
            }
        }
        let all_read = output.contains(&format!("SUCCESS: {} rules", templates.len())) || !errors.is_empty();
        assert!(all_read, "promtool: {output}");
        errors
    }

    /// What the templates give as annotations of one alert, whose name is `A` and whose expression is `m`.
    pub(crate) fn render(&self, templates: &[String], data: &Series<'_>) -> Vec<String> {
        let annotations: BTreeMap<String, &String> =
            templates.iter().enumerate().map(|(index, text)| (format!("t{index}"), text)).collect();
        let rule = json!({"alert": "A", "expr": "m", "annotations": annotations});
        self.write("rules.json", &json!({"groups": [{"name": "g", "rules": [rule]}]}));
        let series: Vec<Value> = data.series.iter().map(|(series, value)| json!({"series": series, "values": value})).collect();
        let labels: BTreeMap<_, _> = data.external_labels.iter().copied().collect();
        self.write(
            "test.json",
            &json!({
                "rule_files": ["rules.json"],
                "evaluation_interval": "1m",
                "tests": [{
                    "interval": "1m",
                    "external_labels": labels,
                    "external_url": data.external_url,
                    "input_series": series,
                    // No alert is expected, so that promtool shows the one that there is.
                    "alert_rule_test": [{"eval_time": "0m", "alertname": "A", "exp_alerts": []}],
                }],
            }),
        );
        let output = self.run(&["test", "rules", "test.json"]);
        let start = output.find("Annotations:{").unwrap_or_else(|| panic!("promtool shows no alert: {output}"));
        let shown = read_pairs(&output[start + "Annotations:{".len()..]);
        (0..templates.len()).map(|index| shown.get(&format!("t{index}")).expect("an annotation").clone()).collect()
    }
}

impl Drop for Promtool {
    fn drop(&mut self) {
        let _: std::io::Result<()> = fs::remove_dir_all(&self.folder);
    }
}

/// Reads `name="value", …}`.
fn read_pairs(text: &str) -> BTreeMap<String, String> {
    let mut pairs = BTreeMap::new();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once('=').expect("a name");
        let mut escaped = false;
        let end = after.char_indices().skip(1).find(|&(_, c)| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let (literal, behind) = after.split_at(end.expect("a closing quote").0 + 1);
        pairs.insert(name.to_owned(), go::unquote(literal).unwrap_or_else(|error| format!("{literal}: {error}")));
        match behind.strip_prefix(", ") {
            Some(more) => rest = more,
            None => return pairs,
        }
    }
}
