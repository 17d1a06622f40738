//! Closed vocabularies: enums that JSON writes as one lower-case word.

/// Writes an enum whose values are lower-case words: one table for Rust, JSON, JSON Schema and `Arbitrary`.
///
/// The attributes in brackets are the enum's own (`#[non_exhaustive]`, or the reason why it is closed).
macro_rules! vocabulary {
    (
        $(#[doc = $doc:expr])*
        [$($attribute:tt)*]
        pub enum $name:ident;
        error $error:ident in $($module:ident)::+, code $code:literal, noun $noun:literal
        $(, derives [$($derive:ident),*])?;
        $( $(#[doc = $value_doc:expr])* $value:ident = $word:literal, )*
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash $($(, $derive)*)?)]
        $($attribute)*
        pub enum $name {
            $( $(#[doc = $value_doc])* $value, )*
        }

        impl $name {
            /// Every value, in the order of the table above.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The word that JSON carries.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                match text {
                    $($word => Ok(Self::$value),)*
                    _ => Err($error { found: $crate::utils::excerpt(text) }),
                }
            }
        }

        $crate::utils::text_leaf! {
            $name, error $error, code $code, expected concat!($noun $(, " `", $word, "`")*),
            schema {
                "enum": [$($word),*],
                "x-enum-descriptions": [$($crate::utils::schema_text(concat!($($value_doc, "\n"),*))),*]
            },
            docs concat!($($doc, "\n"),*)
        }

        #[cfg(feature = "proptest")]
        impl proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::strategy::Strategy as _;
                proptest::sample::select(Self::ALL).boxed()
            }
        }

        #[doc = concat!("Why a text is not ", $noun, ".")]
        ///
        #[doc = concat!("```\nuse alert_schemas::", $(stringify!($module), "::",)+ "{", stringify!($name), ", ", stringify!($error), "};\n")]
        #[doc = concat!("\nlet error: ", stringify!($error), " = \"?\".parse::<", stringify!($name), ">().unwrap_err();\n")]
        #[doc = concat!("assert_eq!(error.code(), \"", $code, "\");\n```")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $error {
            found: String,
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
                write!(f, concat!("`{}` is not ", $noun, ": expected one of", $(" `", $word, "`"),*), self.found)?;
                match $crate::utils::nearest(&self.found, &[$($word),*]) {
                    Some(word) => write!(f, "; did you mean `{word}`?"),
                    None => Ok(()),
                }
            }
        }

        impl std::error::Error for $error {}

        $crate::utils::umbrella!($error);
    };
}
pub(crate) use vocabulary;
