//! The macro behind values of one of several kinds.

/// Writes an enum whose JSON is an object with one member, the name of the kind: one table for Rust, JSON, the walk, the check, JSON Schema and `Arbitrary`.
macro_rules! choice {
    (
        $(#[doc = $doc:expr])*
        [$($attribute:tt)*]
        pub enum $name:ident;
        noun $noun:literal;
        example $example:literal;
        $( $(#[doc = $value_doc:expr])* $value:ident($type:ty) = $word:literal, )*
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        $($attribute)*
        pub enum $name {
            $( $(#[doc = $value_doc])* $value($type), )*
        }

        impl $name {
            /// The word of every kind, in the order of the table above.
            pub const KINDS: &'static [&'static str] = &[$($word),*];

            /// The word of its kind, which is the name of the one member in JSON.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $( Self::$value(_) => $word, )*
                }
            }
        }

        $(
            impl From<$type> for $name {
                fn from(value: $type) -> Self {
                    Self::$value(value)
                }
            }
        )*

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(Some(1))?;
                match self {
                    $( Self::$value(value) => map.serialize_entry($word, value)?, )*
                }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ChoiceVisitor;
                impl<'de> serde::de::Visitor<'de> for ChoiceVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object with one member, the kind of ", $noun))
                    }

                    $crate::utils::unshown! { texts }
                    $crate::utils::unshown! { numbers }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        use serde::de::Error as _;
                        let mut choice = None;
                        while let Some($crate::validations::Key(name)) = map.next_key()? {
                            if choice.is_some() {
                                let shown = $crate::utils::excerpt(&name);
                                return Err(A::Error::custom(format_args!(concat!("`{}` is one too many: ", $noun, " is of one kind"), shown)));
                            }
                            choice = Some(match &*name {
                                $( $word => $name::$value(map.next_value()?), )*
                                _ => return Err(A::Error::unknown_field(&name, $name::KINDS)),
                            });
                        }
                        choice.ok_or_else(|| A::Error::custom(concat!($noun, " has a kind, found none")))
                    }
                }
                $crate::utils::read_unshown(deserializer, D::deserialize_map, ChoiceVisitor)
            }
        }

        impl $crate::validations::FromJson for $name {
            fn from_json(
                json: $crate::validations::Json<'_>,
                path: &$crate::utils::Path<'_>,
                walk: &mut $crate::validations::Walk,
            ) -> Option<Self> {
                if json.kind() != $crate::validations::Kind::Object {
                    walk.wrong_type(json, path, "an object");
                    return None;
                }
                let problems = walk.count();
                let mut choice = None;
                let mut seen = std::collections::BTreeSet::new();
                for member in json.members() {
                    let name = match member.key.string() {
                        Ok(name) => name,
                        Err(error) => {
                            $crate::validations::unreadable(member.key, path, walk, &error);
                            continue;
                        }
                    };
                    let at = path.key(&name);
                    if seen.contains(&name) {
                        $crate::validations::duplicate(member.key, path, walk, &name);
                        continue;
                    }
                    if !seen.is_empty() && Self::KINDS.contains(&&*name) {
                        walk.problem(member.key, &at, "two_kinds", || format!(concat!("`{}` is one too many: ", $noun, " is of one kind"), name));
                    }
                    match &*name {
                        $( $word => choice = <$type as $crate::validations::FromJson>::from_json(member.value, &at, walk).map(Self::$value), )*
                        _ => walk.problem(member.key, &at, "unknown_field", || $crate::validations::unknown_field(&name, Self::KINDS)),
                    }
                    seen.insert(name);
                }
                if seen.is_empty() && walk.count() == problems {
                    walk.problem(json, path, "missing_field", || concat!($noun, " has a kind, found none").to_owned());
                }
                if walk.count() == problems { choice } else { None }
            }
        }

        impl $crate::validations::Check for $name {
            fn check_at(&self, path: &$crate::utils::Path<'_>, report: &mut $crate::utils::Report) {
                match self {
                    $( Self::$value(value) => $crate::validations::Check::check_at(value, &path.key($word), report), )*
                }
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let example: serde_json::Value = serde_json::from_str($example).unwrap_or_default();
                schemars::json_schema!({
                    "title": stringify!($name),
                    "description": $crate::utils::schema_text(concat!($($doc, "\n"),*)),
                    "type": "object",
                    "properties": { $($word: generator.subschema_for::<$type>()),* },
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": false,
                    "examples": [example]
                })
            }
        }

        #[cfg(feature = "proptest")]
        impl proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::strategy::Strategy as _;
                proptest::prop_oneof![$(proptest::arbitrary::any::<$type>().prop_map(Self::$value)),*].boxed()
            }
        }
    };
}
pub(crate) use choice;
