//! Matchers in JSON: their text, in the UTF-8 syntax.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Visitor;

use crate::alerts::matcher::Matcher;
use crate::alerts::matcher::Stored;
use crate::alerts::matcher_error::InvalidMatcher;
use crate::alerts::matchers::Matchers;
use crate::alerts::matchers::StoredList;
use crate::utils::Leaf;
use crate::utils::LeafKind;

impl Leaf for Matcher {
    const CODE: &'static str = "invalid_matcher";
    const KIND: LeafKind = LeafKind::Text;
}

impl Leaf for Matchers {
    const CODE: &'static str = "invalid_matchers";
    const KIND: LeafKind = LeafKind::Text;
}

// Not the shared macro of text leaves: it writes `Display`, which for an empty label name does not read back.
impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Stored(self))
    }
}

impl Serialize for Matchers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&StoredList(self))
    }
}

struct TextVisitor<T>(&'static str, PhantomData<T>);

impl<T: FromStr<Err = InvalidMatcher>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor("a matcher such as `team=\"payments\"`", PhantomData))
    }
}

impl<'de> Deserialize<'de> for Matchers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor("a list of matchers such as `{team=\"payments\",env!=\"dev\"}`", PhantomData))
    }
}

impl TryFrom<&str> for Matcher {
    type Error = InvalidMatcher;

    fn try_from(text: &str) -> Result<Self, InvalidMatcher> {
        text.parse()
    }
}

impl TryFrom<&str> for Matchers {
    type Error = InvalidMatcher;

    fn try_from(text: &str) -> Result<Self, InvalidMatcher> {
        text.parse()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Matcher {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Matcher".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "Matcher",
            "description": "A condition on one label: its name, an operator (`=`, `!=`, `=~`, `!~`) and a value in double quotes, in Alertmanager's UTF-8 syntax. A missing label has the empty value; a pattern must match the whole value.",
            "type": "string",
            "maxLength": Matchers::MAX_BYTES,
            "examples": ["severity=\"critical\"", "instance=~\"web-[0-9]+\""],
            "x-rules": [
                { "code": "invalid_matcher", "rule": "It is one matcher in Alertmanager's UTF-8 syntax, without braces around it." },
                { "code": "invalid_matcher", "rule": "The value of `=~` and `!~` is a valid RE2 pattern." },
                {
                    "code": "invalid_matcher",
                    "rule": format!("It has at most {} bytes as given and as it is printed, the operator counting as two.", Matcher::MAX_BYTES)
                },
            ],
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Matchers {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Matchers".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "Matchers",
            "description": "A list of matchers in Alertmanager's UTF-8 syntax, with commas between them and with or without braces around them. Labels match if every matcher does; the empty list matches everything.",
            "type": "string",
            "maxLength": Matchers::MAX_BYTES,
            "examples": ["{team=\"payments\",severity=~\"critical|high\"}", "{}"],
            "x-rules": [
                { "code": "invalid_matchers", "rule": "It is a list of matchers in Alertmanager's UTF-8 syntax." },
                { "code": "invalid_matchers", "rule": "The value of `=~` and `!~` is a valid RE2 pattern." },
                { "code": "invalid_matchers", "rule": format!("There are at most {} matchers.", Matchers::MAX_MATCHERS) },
                {
                    "code": "invalid_matchers",
                    "rule": format!("It has at most {} bytes as given and as it is printed.", Matchers::MAX_BYTES)
                },
                {
                    "code": "invalid_matchers",
                    "rule": format!("Its patterns take at most {} bytes once compiled.", Matchers::MAX_PATTERN_BYTES)
                },
            ],
        })
    }
}

#[cfg(any(test, feature = "proptest"))]
mod arbitrary {
    use proptest::prelude::*;

    use crate::alerts::matcher::MatchOp;
    use crate::alerts::matcher::Matcher;
    use crate::alerts::matchers::Matchers;

    impl Arbitrary for Matcher {
        type Parameters = ();
        type Strategy = BoxedStrategy<Self>;

        fn arbitrary_with((): ()) -> Self::Strategy {
            let name = prop_oneof![4 => "[a-zA-Z_][a-zA-Z0-9_]{0,12}", 2 => "\\PC{1,12}", 1 => any::<String>()];
            let value = prop_oneof![2 => "[a-z0-9.-]{0,12}", 2 => "([a-z]{1,4}\\|)?[a-z]{1,4}(\\.\\*|\\.\\+)?", 1 => any::<String>()];
            (name, proptest::sample::select(MatchOp::ALL), value)
                .prop_filter_map("a pattern that is not valid", |(name, op, value)| Matcher::new(name, op, value).ok())
                .boxed()
        }
    }

    impl Arbitrary for Matchers {
        type Parameters = ();
        type Strategy = BoxedStrategy<Self>;

        fn arbitrary_with((): ()) -> Self::Strategy {
            proptest::collection::vec(any::<Matcher>(), 0..5)
                .prop_filter_map("a list that is too long", |list| Matchers::new(list).ok())
                .boxed()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_is_text() {
        let matcher = Matcher::equal("disk usage", "high").unwrap();
        assert_eq!(serde_json::to_string(&matcher).unwrap(), r#""\"disk usage\"=\"high\"""#);
        let list: Matchers = serde_json::from_str(r#""zone=eu, tier!=\"1\"""#).unwrap();
        assert_eq!(serde_json::to_string(&list).unwrap(), r#""{zone=\"eu\",tier!=\"1\"}""#);
        assert_eq!(Matchers::try_from("{}"), Ok(Matchers::default()));
        assert_eq!(Matcher::try_from("a=b"), Matcher::equal("a", "b"));
    }

    #[test]
    fn json_of_an_empty_name_reads_back() {
        let matcher = Matcher::equal("", "x").unwrap();
        assert_eq!(serde_json::to_value(&matcher).unwrap(), r#"""="x""#);
        assert_eq!(serde_json::to_value(Matchers::from(matcher)).unwrap(), r#"{""="x"}"#);
    }

    #[test]
    fn err_json() {
        let error = serde_json::from_str::<Matcher>(r#""zone""#).unwrap_err();
        assert!(error.to_string().starts_with("unexpected end of input, expected an operator"), "{error}");
        let error = serde_json::from_str::<Matcher>("7").unwrap_err();
        assert!(error.to_string().starts_with("invalid type: integer `7`, expected a matcher such as `team=\"payments\"`"), "{error}");
        let error = serde_json::from_str::<Matchers>("[]").unwrap_err();
        assert!(error.to_string().starts_with("invalid type: sequence, expected a list of matchers such as"), "{error}");
    }

    #[cfg(feature = "schema")]
    #[test]
    fn schema_examples_are_valid() {
        for example in schemars::schema_for!(Matcher).get("examples").unwrap().as_array().unwrap() {
            assert!(serde_json::from_value::<Matcher>(example.clone()).is_ok(), "{example}");
        }
        for example in schemars::schema_for!(Matchers).get("examples").unwrap().as_array().unwrap() {
            assert!(serde_json::from_value::<Matchers>(example.clone()).is_ok(), "{example}");
        }
    }

    proptest! {
        #[test]
        fn json_reads_back(matcher in any::<Matcher>(), list in any::<Matchers>()) {
            let json = serde_json::to_string(&matcher).unwrap();
            prop_assert_eq!(serde_json::from_str::<Matcher>(&json).unwrap(), matcher);
            let json = serde_json::to_string(&list).unwrap();
            prop_assert_eq!(serde_json::from_str::<Matchers>(&json).unwrap(), list);
        }
    }
}
