//! JSON Pointers: where in a document something is.

use std::fmt;
use std::str::FromStr;

use crate::utils::leaf::excerpt;
use crate::utils::leaf::text_leaf;

/// The place of a value inside a JSON document (RFC 6901).
///
/// The empty text is the whole document; each step adds `/` and a member name or list index, in which `~` is written `~0`
/// and `/` is written `~1`.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::Pointer;
///
/// let place = Pointer::root().key("labels").key("a/b");
/// assert_eq!(place.as_str(), "/labels/a~1b");
/// assert_eq!(place.steps().collect::<Vec<_>>(), ["labels", "a/b"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer(String);

impl Pointer {
    /// The place of the whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The place of the member `name` of the object at this place.
    #[must_use]
    pub fn key(mut self, name: &str) -> Self {
        push_escaped(&mut self.0, name);
        self
    }

    /// The place of the item `index` (from 0) of the list at this place.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        use fmt::Write as _;
        // Writing to a String does not fail.
        let _ = write!(self.0, "/{index}");
        self
    }

    /// The place `inner` inside the value at this place.
    #[must_use]
    pub fn join(mut self, inner: &Pointer) -> Self {
        self.0.push_str(&inner.0);
        self
    }

    /// The pointer as RFC 6901 writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the whole document.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The steps from the document down to this place, unescaped.
    pub fn steps(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
    }
}

fn push_escaped(out: &mut String, name: &str) {
    // A name may be as long as the document: no more room than it needs.
    let escapes = name.bytes().filter(|byte| matches!(byte, b'~' | b'/')).count();
    out.reserve_exact(1 + name.len() + escapes);
    out.push('/');
    for c in name.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            other => out.push(other),
        }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Pointer {
    type Err = InvalidPointer;

    /// Reads a pointer as RFC 6901 writes it.
    ///
    /// # Errors
    ///
    /// [`InvalidPointer`] if the text is not empty and does not start with `/`, or if a `~` is not followed by `0` or `1`.
    fn from_str(text: &str) -> Result<Self, InvalidPointer> {
        let starts_well = text.is_empty() || text.starts_with('/');
        let escapes_well = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        if starts_well && escapes_well { Ok(Self(text.to_owned())) } else { Err(InvalidPointer { found: excerpt(text) }) }
    }
}

impl AsRef<str> for Pointer {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<&str> for Pointer {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

text_leaf! {
    Pointer, error InvalidPointer, code "invalid_pointer", expected "a JSON Pointer",
    schema { "pattern": "^(?:/(?:[^~/]|~[01])*)*$", "not": { "pattern": "^[^/]" }, "examples": ["/labels/team", ""] },
    docs "The place of a value inside a JSON document (RFC 6901)."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Pointer {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        proptest::collection::vec(crate::utils::matching("[a-z~/é]{0,6}"), 0..4)
            .prop_map(|steps| steps.iter().fold(Self::root(), |place, step| place.key(step)))
            .boxed()
    }
}

/// Why a text is not a JSON Pointer.
///
/// ```
/// use alert_schemas::utils::{InvalidPointer, Pointer};
///
/// let error: InvalidPointer = "labels".parse::<Pointer>().unwrap_err();
/// assert_eq!(error.to_string(), "`labels` is not a JSON Pointer: expected `/` before each step, and `~` only in `~0` and `~1`");
/// assert_eq!(error.code(), "invalid_pointer");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a JSON Pointer: expected `/` before each step, and `~` only in `~0` and `~1`")]
pub struct InvalidPointer {
    found: String,
}

impl InvalidPointer {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_pointer";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidPointer);

/// A place that is being walked, kept on the stack; it becomes a [`Pointer`] only when there is a problem to tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    pub(crate) const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    pub(crate) fn key(&'a self, name: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Key(name) }
    }

    pub(crate) fn index(&'a self, index: usize) -> Path<'a> {
        Path { parent: Some(self), step: Step::Index(index) }
    }

    pub(crate) fn pointer(&self) -> Pointer {
        let above = self.parent.map_or_else(Pointer::root, Path::pointer);
        match self.step {
            Step::Root => above,
            Step::Key(name) => above.key(name),
            Step::Index(index) => above.index(index),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_reads_back_as_it_was_built() {
        let built = Pointer::root().key("a~b").index(3).key("").key("x/y");
        assert_eq!(built.as_str(), "/a~0b/3//x~1y");
        assert_eq!(built.as_str().parse::<Pointer>().as_ref(), Ok(&built));
        assert_eq!(built.steps().collect::<Vec<_>>(), ["a~b", "3", "", "x/y"]);
    }

    #[test]
    fn bad_pointers_are_refused() {
        for bad in ["a", "/~", "/~2", "/a~"] {
            assert!(bad.parse::<Pointer>().is_err(), "{bad}");
        }
        assert!("".parse::<Pointer>().is_ok_and(|p| p.is_root()));
    }

    #[test]
    fn a_path_becomes_the_same_pointer() {
        let labels = Path::ROOT.key("labels");
        let first = labels.index(0);
        assert_eq!(first.pointer(), Pointer::root().key("labels").index(0));
    }

    #[test]
    fn joining_keeps_the_order() {
        let inner: Pointer = "/b/0".parse().unwrap();
        assert_eq!(Pointer::root().key("a").join(&inner).as_str(), "/a/b/0");
    }
}
