//! The macro behind the ranges of a time interval, and what their texts share.

use crate::utils::excerpt;
use crate::utils::nearest;

/// Writes a range of calendar units that parses or fails: `5`, `monday`, `1:5`, `monday:friday`.
///
/// `member` reads one side, in lower case; `check` says what is wrong about the two sides; `print` writes one.
macro_rules! calendar_range {
    (
        $(#[doc = $doc:expr])*
        pub struct $name:ident of $number:ty;
        error $error:ident, code $code:literal, noun $noun:literal, example $example:literal,
        member $member:expr,
        check $check:expr,
        print $print:expr,
        schema { $($schema:tt)* },
        strategy $strategy:expr
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            begin: $number,
            end: $number,
        }

        impl $name {
            #[doc = concat!("The range from `begin` to `end`, both included.\n\n# Errors\n\n[`", stringify!($error), "`] (code `", $code, "`)")]
            /// where a side is out of range, or the range is backwards.
            ///
            #[doc = concat!("```\nuse alert_schemas::notifications::", stringify!($name), ";\n")]
            #[doc = concat!("assert!(", stringify!($name), "::new(1, 5).is_ok());\nassert!(", stringify!($name), "::new(5, 1).is_err());\n```")]
            pub fn new(begin: $number, end: $number) -> Result<Self, $error> {
                let range = Self { begin, end };
                match ($check)(begin.into(), end.into()) {
                    Ok(()) => Ok(range),
                    Err(why) => Err($error { found: range.to_string(), why }),
                }
            }

            /// Its first unit.
            #[must_use]
            pub fn begin(self) -> $number {
                self.begin
            }

            /// Its last unit, included.
            #[must_use]
            pub fn end(self) -> $number {
                self.end
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                let read = || {
                    let (begin, end) = $crate::notifications::calendar_range::sides(text, $member)?;
                    ($check)(begin, end)?;
                    let number = |side: i64| <$number>::try_from(side).map_err(|_| "it is out of range".to_owned());
                    Ok(Self { begin: number(begin)?, end: number(end)? })
                };
                read().map_err(|why| $error { found: $crate::utils::excerpt(text), why })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let print: fn(i64, &mut std::fmt::Formatter<'_>) -> std::fmt::Result = $print;
                print(self.begin.into(), f)?;
                if self.begin != self.end {
                    f.write_str(":")?;
                    print(self.end.into(), f)?;
                }
                Ok(())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        $crate::utils::text_leaf! {
            $name, error $error, code $code, expected concat!($noun, " such as `", $example, "`"),
            schema { $($schema)* },
            docs concat!($($doc, "\n"),*)
        }

        #[cfg(feature = "proptest")]
        impl proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::strategy::Strategy as _;
                // A range that is refused gives way to a single unit, which never is.
                $strategy
                    .prop_map(|(a, b): ($number, $number)| Self::new(a, b).or_else(|_| Self::new(b, a)).unwrap_or(Self { begin: a, end: a }))
                    .boxed()
            }
        }

        #[doc = concat!("Why a text is not ", $noun, ".")]
        ///
        #[doc = concat!("```\nuse alert_schemas::notifications::{", stringify!($name), ", ", stringify!($error), "};\n")]
        #[doc = concat!("let error: ", stringify!($error), " = \"someday\".parse::<", stringify!($name), ">().unwrap_err();")]
        #[doc = concat!("assert_eq!(error.code(), \"", $code, "\");\n```")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $error {
            found: String,
            why: String,
        }

        impl $error {
            /// The stable code of this problem, as listed in the error catalogue.
            pub const CODE: &'static str = $code;

            /// The stable code of this problem, as listed in the error catalogue.
            #[must_use]
            pub fn code(&self) -> &'static str {
                Self::CODE
            }
        }

        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!("`{}` is not ", $noun, ": {}; expected such as `", $example, "`"), self.found, self.why)
            }
        }

        impl std::error::Error for $error {}

        $crate::utils::umbrella!($error);
    };
}
pub(crate) use calendar_range;

/// Both sides of a range; a text without `:` is both.
pub(crate) fn sides(text: &str, member: impl Fn(&str) -> Result<i64, String>) -> Result<(i64, i64), String> {
    // Alertmanager folds case before it looks for names.
    let folded = text.to_ascii_lowercase();
    match folded.split_once(':') {
        None => member(&folded).map(|side| (side, side)),
        Some((_, end)) if end.contains(':') => Err("it has more than one `:`".to_owned()),
        Some((begin, end)) => Ok((member(begin)?, member(end)?)),
    }
}

/// A number as Go's `strconv.Atoi` reads it: a sign, digits, 64 bits.
pub(crate) fn number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| format!("`{}` is no whole number", excerpt(text)))
}

/// The place of a name in a list, from `first` on.
pub(crate) fn named(text: &str, names: &[&str], first: i64, noun: &str) -> Result<i64, String> {
    match (first..).zip(names).find(|(_, name)| **name == text) {
        Some((place, _)) => Ok(place),
        None => {
            let hint = match nearest(text, names) {
                Some(name) => Some(name),
                // The usual short forms, `mon` and `jan`.
                None => names.iter().copied().find(|name| text.len() >= 3 && name.starts_with(text)),
            };
            let hint = hint.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default();
            Err(format!("`{}` is no {noun}{hint}", excerpt(text)))
        }
    }
}

/// The name at a place of a list.
pub(crate) fn name_at(names: &[&'static str], place: i64) -> &'static str {
    usize::try_from(place).ok().and_then(|place| names.get(place)).copied().unwrap_or("?")
}

/// A pattern for any of `names`, whatever the case of their letters.
#[cfg(feature = "schema")]
pub(crate) fn any_case(names: &[&str]) -> String {
    let one = |name: &&str| name.chars().map(|c| format!("[{}{c}]", c.to_ascii_uppercase())).collect::<String>();
    names.iter().map(one).collect::<Vec<_>>().join("|")
}

/// The pattern of a range whose sides match `member`.
#[cfg(feature = "schema")]
pub(crate) fn range_pattern(member: &str) -> String {
    format!("^(?:{member})(?::(?:{member}))?$")
}
