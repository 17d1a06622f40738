//! The walk over a positioned document: the second reading, which names every problem with its place.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use serde::de::DeserializeOwned;

use crate::utils::Leaf;
use crate::utils::LeafKind;
use crate::utils::Path;
use crate::utils::Position;
use crate::utils::Report;
use crate::utils::Violation;
use crate::utils::excerpt;
use crate::validations::tree::Json;
use crate::validations::tree::Kind;

/// The problems met on the way, each with the byte it stands at.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    found: Vec<(usize, Violation)>,
    more: usize,
}

impl Walk {
    /// Notes a problem of the value `json`; its path and message are only made if it is kept.
    pub(crate) fn problem(&mut self, json: Json<'_>, path: &Path<'_>, code: &'static str, message: impl FnOnce() -> String) {
        if self.found.len() < Report::KEPT {
            self.found.push((json.offset(), Violation::new(path.pointer(), code, message())));
        } else {
            self.more += 1;
        }
    }

    /// Notes that a value is of another kind than expected.
    pub(crate) fn wrong_type(&mut self, json: Json<'_>, path: &Path<'_>, expected: &str) {
        self.problem(json, path, "wrong_type", || format!("expected {expected}, found {}", json.kind().noun()));
    }

    /// How many problems there are so far.
    pub(crate) fn count(&self) -> usize {
        self.found.len() + self.more
    }

    /// Takes the problems that a record found in its value; each is placed at the nearest value that the document has.
    pub(crate) fn include(&mut self, json: Json<'_>, report: Report) {
        for violation in report {
            let step = violation.path.steps().last();
            let place = json
                .members()
                .find(|member| member.key.string().is_ok_and(|name| Some(&*name) == step.as_deref()))
                .map_or(json, |member| member.value);
            if self.found.len() < Report::KEPT {
                self.found.push((place.offset(), violation));
            } else {
                self.more += 1;
            }
        }
    }

    /// Takes the problems that something behind the decoder found in the value `json` at `path`; their paths are inside it.
    pub(crate) fn locate(&mut self, json: Json<'_>, path: &Path<'_>, report: Report) {
        self.more += report.more();
        let mut places = vec![json; report.violations().len()];
        let steps = report.violations().iter().map(|violation| violation.path.steps().collect());
        place_all(json, steps.enumerate().collect(), &mut places);
        for (mut violation, place) in report.into_iter().zip(places) {
            violation.path = path.pointer().join(&violation.path);
            if self.found.len() < Report::KEPT {
                self.found.push((place.offset(), violation));
            } else {
                self.more += 1;
            }
        }
    }

    /// The report, in the order of the text, with lines and columns.
    pub(crate) fn into_report(mut self, places: &mut Places<'_>) -> Report {
        self.found.sort_by(|(a, first), (b, second)| (a, &first.path, &first.code).cmp(&(b, &second.path, &second.code)));
        let mut report = Report::new();
        for (offset, violation) in self.found {
            report.add(violation.at(places.position(offset)));
        }
        report.count_more(self.more);
        report
    }
}

/// Finds the nearest value that the document has for each of several paths inside `json`, given as the steps that are left and the index in `places`;
/// each object and list on the way is gone over once, whatever the number of paths.
fn place_all<'t>(json: Json<'t>, paths: Vec<(usize, VecDeque<String>)>, places: &mut [Json<'t>]) {
    let mut inside: BTreeMap<String, Vec<(usize, VecDeque<String>)>> = BTreeMap::new();
    for (index, mut steps) in paths {
        if let Some(place) = places.get_mut(index) {
            *place = json;
        }
        if let Some(step) = steps.pop_front() {
            inside.entry(step).or_default().push((index, steps));
        }
    }
    if inside.is_empty() {
        return;
    }
    for member in json.members() {
        if let Some(paths) = member.key.string().ok().and_then(|name| inside.remove(&*name)) {
            place_all(member.value, paths, places);
        }
    }
    for (index, item) in json.items().enumerate() {
        if let Some(paths) = inside.remove(&index.to_string()) {
            place_all(item, paths, places);
        }
    }
}

/// Lines and columns of bytes: of ever later ones in one pass over the text for all of them, of an earlier one from the start again.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    bytes: &'a [u8],
    done: usize,
    line: usize,
    column: usize,
}

impl<'a> Places<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, done: 0, line: 1, column: 1 }
    }

    fn position(&mut self, offset: usize) -> Position {
        if offset < self.done {
            *self = Self::new(self.bytes);
        }
        let stretch = self.bytes.get(self.done..offset).unwrap_or_default();
        let mut last_line = stretch;
        if let Some(newline) = stretch.iter().rposition(|&byte| byte == b'\n') {
            self.line += stretch.iter().filter(|&&byte| byte == b'\n').count();
            self.column = 1;
            last_line = stretch.get(newline + 1..).unwrap_or_default();
        }
        self.column += last_line.iter().filter(|&&byte| (byte & 0xC0) != 0x80).count();
        self.done = self.done.max(offset);
        Position::new(self.line, self.column)
    }
}

/// A value that can be read from a positioned document, noting every problem on the way.
///
/// `None` means that at least one problem was noted. The verdict is that of `Deserialize` followed by `check`; a test of every exported type
/// asserts it.
pub(crate) trait FromJson: Sized {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self>;
}

impl<T: Leaf + DeserializeOwned> FromJson for T {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        let expected = match (T::KIND, json.kind()) {
            (LeafKind::Text, Kind::Text) | (LeafKind::Number, Kind::Number) | (LeafKind::Boolean, Kind::Boolean) => None,
            (LeafKind::Text, _) => Some("a string"),
            (LeafKind::Number, _) => Some("a number"),
            (LeafKind::Boolean, _) => Some("a boolean"),
        };
        if let Some(expected) = expected {
            walk.wrong_type(json, path, expected);
            return None;
        }
        match serde_json::from_slice(json.text()) {
            Ok(value) => Some(value),
            Err(error) if error.is_data() => {
                walk.problem(json, path, T::CODE, || without_position(&error));
                None
            }
            Err(error) => {
                unreadable(json, path, walk, &error);
                None
            }
        }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        if json.kind() != Kind::List {
            walk.wrong_type(json, path, "a list");
            return None;
        }
        let mut items = Some(Vec::new());
        for (index, item) in json.items().enumerate() {
            match T::from_json(item, &path.index(index), walk) {
                Some(value) => {
                    if let Some(items) = &mut items {
                        items.push(value);
                    }
                }
                None => items = None,
            }
        }
        items
    }
}

/// Notes a string or number that the JSON reader itself refuses.
pub(crate) fn unreadable(json: Json<'_>, path: &Path<'_>, walk: &mut Walk, error: &serde_json::Error) {
    if std::str::from_utf8(json.text()).is_err() {
        let start = json.text().get(..512).unwrap_or(json.text());
        let shown = excerpt(&String::from_utf8_lossy(start));
        walk.problem(json, path, "invalid_utf8", || format!("the string `{shown}` has bytes that are not UTF-8: expected UTF-8"));
    } else {
        walk.problem(json, path, "invalid_json", || without_position(error));
    }
}

/// The message of a JSON error without its place in the piece that was read.
pub(crate) fn without_position(error: &serde_json::Error) -> String {
    let mut message = error.to_string();
    if let Some(at) = message.rfind(" at line ") {
        message.truncate(at);
    }
    message
}

/// Notes that the member `name` stands there a second time.
pub(crate) fn duplicate(key: Json<'_>, path: &Path<'_>, walk: &mut Walk, name: &str) {
    walk.problem(key, &path.key(name), "duplicate_key", || format!("`{}` stands there twice: expected each name once", excerpt(name)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_that_a_count_from_the_start_gives() {
        let text = "ab\nçd\n\n  é x\ny";
        let mut places = Places::new(text.as_bytes());
        for offset in 0..=text.len() {
            assert_eq!(places.position(offset), Position::of(text, offset), "{offset}");
        }
        let mut places = Places::new(text.as_bytes());
        for offset in [2, 2, 5, 11, 15, 3, 8] {
            assert_eq!(places.position(offset), Position::of(text, offset), "{offset}");
        }
    }
}
