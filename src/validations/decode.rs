//! The front door: bytes in, a checked value or every problem out.

use std::fmt;

use serde::Deserializer as _;
use serde::de::DeserializeOwned;
use serde::de::SeqAccess;
use serde::de::Visitor;

use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Position;
use crate::utils::Report;
use crate::utils::Violation;
use crate::validations::check::Check;
use crate::validations::limits::DecodeLimits;
use crate::validations::scan::Extent;
use crate::validations::scan::scan;
use crate::validations::tree::Json;
use crate::validations::tree::Kind;
use crate::validations::tree::LONG_STRING;
use crate::validations::tree::Tree;
use crate::validations::walk::FromJson;
use crate::validations::walk::Places;
use crate::validations::walk::Walk;

/// Decodes one document: serde's fast path first, and only if something is wrong the walk that tells all of it.
pub(crate) fn decode<T: DeserializeOwned + FromJson + Check>(bytes: &[u8], limits: &DecodeLimits) -> Result<T, Report> {
    let extent = within(bytes, limits)?;
    let quick = if extent.longest_string <= LONG_STRING { decode_quickly(bytes) } else { None };
    match quick {
        Some(value) => Ok(value),
        None => walk(bytes, extent),
    }
}

/// The first reading: serde and the check, which say whether the document is right but not all that is wrong.
pub(crate) fn decode_quickly<T: DeserializeOwned + Check>(bytes: &[u8]) -> Option<T> {
    let value = serde_json::from_slice::<T>(bytes).ok()?;
    let mut report = Report::new();
    value.check_at(&Path::ROOT, &mut report);
    report.is_empty().then_some(value)
}

/// The second reading alone.
pub(crate) fn decode_slowly<T: FromJson>(bytes: &[u8]) -> Result<T, Report> {
    walk(bytes, Extent::default())
}

/// The second reading. `#[cold]`: a good document hardly ever comes here.
#[cold]
fn walk<T: FromJson>(bytes: &[u8], extent: Extent) -> Result<T, Report> {
    let tree = read_tree(bytes, extent)?;
    let mut walk = Walk::default();
    match T::from_json(tree.root(), &Path::ROOT, &mut walk) {
        Some(value) => walk.into_report(&mut Places::new(bytes)).into_result(value),
        None => Err(walk.into_report(&mut Places::new(bytes))),
    }
}

/// Reads a document as a tree, within the limits, for a reader that looks at its shape first.
pub(crate) fn with_tree<T>(
    bytes: &[u8],
    limits: &DecodeLimits,
    read: impl FnOnce(Json<'_>, &mut Places<'_>) -> Result<T, Report>,
) -> Result<T, Report> {
    let extent = within(bytes, limits)?;
    let tree = read_tree(bytes, extent)?;
    read(tree.root(), &mut Places::new(bytes))
}

fn within(bytes: &[u8], limits: &DecodeLimits) -> Result<Extent, Report> {
    scan(bytes, limits).map_err(|excess| one_problem(bytes, excess.offset, excess.code, excess.message))
}

fn read_tree(bytes: &[u8], extent: Extent) -> Result<Tree<'_>, Report> {
    Tree::read_sized(bytes, extent.nodes).map_err(|error| one_problem(bytes, error.offset, "invalid_json", error.message))
}

fn one_problem(bytes: &[u8], offset: usize, code: &'static str, message: String) -> Report {
    let mut report = Report::new();
    report.add(Violation::new(Pointer::root(), code, message).at(Position::of(bytes, offset)));
    report
}

/// What was read of a list: the good items, and the bad ones with all their problems.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::DecodeLimits;
/// use alert_schemas::Alert;
///
/// let body = br#"[
///     {"message": "disk full", "severity": "high", "starts_at": "2025-01-06T09:00:00Z"},
///     {"message": 7, "severity": "high", "starts_at": "2025-01-06T09:00:00Z"}
/// ]"#;
/// let batch = Alert::decode_list(body, &DecodeLimits::default())?;
/// assert_eq!(batch.good.len(), 1);
/// assert_eq!(batch.refused.len(), 1);
/// assert_eq!(batch.refused[0].index, 1);
/// assert_eq!(
///     batch.refused[0].report.to_string(),
///     "/1/message (line 3, column 17): expected a string, found a number",
/// );
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Batch<T> {
    /// The items that are right, each with its place in the list, from 0.
    pub good: Vec<(usize, T)>,
    /// The items that are wrong; at most [`Report::KEPT`] are kept, with at most as many problems beyond the first of each.
    pub refused: Vec<Refused>,
    /// How many more items are wrong, only counted.
    pub more_refused: usize,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self { good: Vec::new(), refused: Vec::new(), more_refused: 0 }
    }
}

impl<T> Batch<T> {
    /// How many items there were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.good.len() + self.refused.len() + self.more_refused
    }

    /// Whether there was no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The right items alone.
    pub fn into_good(self) -> impl Iterator<Item = T> {
        self.good.into_iter().map(|(_, item)| item)
    }
}

/// An item of a list that was refused, and why.
///
/// ```
/// use alert_schemas::Alert;
/// use alert_schemas::validations::{DecodeLimits, Refused};
///
/// let batch = Alert::decode_list(b"[null]", &DecodeLimits::default())?;
/// let refused: &Refused = &batch.refused[0];
/// assert_eq!(refused.report.to_string(), "/0 (line 1, column 2): expected an object, found null");
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Everything that is wrong with it, with paths from the whole document.
    pub report: Report,
}

impl Refused {
    /// An item that something behind the decoder refuses.
    #[must_use]
    pub fn new(index: usize, report: Report) -> Self {
        Self { index, report }
    }
}

/// Decodes a list of which each item stands alone: one bad item does not lose the others.
pub(crate) fn decode_list<T: DeserializeOwned + FromJson + Check>(bytes: &[u8], limits: &DecodeLimits) -> Result<Batch<T>, Report> {
    let extent = within(bytes, limits)?;
    let quick = if extent.longest_string <= LONG_STRING { read_quickly(bytes, extent.objects) } else { None };
    if let Some(good) = quick {
        return Ok(Batch { good, refused: Vec::new(), more_refused: 0 });
    }
    let tree = read_tree(bytes, extent)?;
    let root = tree.root();
    if root.kind() != Kind::List {
        let mut walk = Walk::default();
        walk.wrong_type(root, &Path::ROOT, "a list");
        return Err(walk.into_report(&mut Places::new(bytes)));
    }
    Ok(read_items(root, &Path::ROOT, bytes))
}

/// The items of a list with their places, if all of them are right. There are `objects` of them: a list that grows takes three times what it holds.
fn read_quickly<T: DeserializeOwned + Check>(bytes: &[u8], objects: usize) -> Option<Vec<(usize, T)>> {
    struct Items<T>(Vec<(usize, T)>);
    impl<'de, T: DeserializeOwned> Visitor<'de> for Items<T> {
        type Value = Vec<(usize, T)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
            while let Some(item) = list.next_element()? {
                self.0.push((self.0.len(), item));
            }
            Ok(self.0)
        }
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let items = reader.deserialize_seq(Items::<T>(Vec::with_capacity(objects))).ok()?;
    reader.end().ok()?;
    let mut report = Report::new();
    for (index, item) in &items {
        item.check_at(&Path::ROOT.index(*index), &mut report);
    }
    report.is_empty().then_some(items)
}

/// Reads the items of a list one by one.
pub(crate) fn read_items<T: FromJson>(list: Json<'_>, path: &Path<'_>, bytes: &[u8]) -> Batch<T> {
    let mut batch = Batch { good: Vec::with_capacity(list.objects()), refused: Vec::new(), more_refused: 0 };
    // A thousand bad items of a thousand problems each must not give a million.
    let mut left = Report::KEPT;
    let mut places = Places::new(bytes);
    for (index, item) in list.items().enumerate() {
        let mut walk = Walk::default();
        let value = T::from_json(item, &path.index(index), &mut walk);
        match (value, walk.count()) {
            (Some(value), 0) => batch.good.push((index, value)),
            // A million bad items must not give a million reports.
            _ if batch.refused.len() >= Report::KEPT => batch.more_refused += 1,
            _ => {
                let report = walk.into_report(&mut places).shortened(&mut left);
                batch.refused.push(Refused { index, report });
            }
        }
    }
    batch
}
