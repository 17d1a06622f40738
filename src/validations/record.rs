//! The macro behind every record: one table of fields for Rust, JSON, the walk, the check, JSON Schema and `Arbitrary`.

/// Writes a record with public fields from one table of its fields.
///
/// Each field is `kind name: Type as "json_name"`, where the kind is
///
/// | kind | Rust type | absent in JSON | written |
/// |---|---|---|---|
/// | `required` | `T` | an error | always |
/// | `optional` | `Option<T>` | `None` (`null` is an error) | if there |
/// | `defaulted` | `T` | `T::default()` | if it is not the default |
/// | `written` | `T` | `T::default()` | always |
/// | `nullable` | `Nullable<T>` | `Absent` | if not absent |
/// | `list(max)` | `Vec<T>` of at most `max` | empty | if not empty |
/// | `listed(max)` | `Vec<T>` of at most `max` | an error | always |
///
/// A `defaulted` or `written` field may name its default, where that is not the default of its type: `written enabled: bool as "enabled" = true`.
///
/// An `open` record keeps unknown members in `unknown` and writes them back; a `closed` one refuses them with a suggestion.
/// Beyond the table, `rules` are the rules across fields; `example` is a valid document; `complete` derives what a decoded record was not given; `settle` makes an
/// arbitrary record keep the rules.
macro_rules! record {
    (
        $(#[doc = $doc:expr])*
        pub struct $name:ident: $openness:ident in $($module:ident)::+;
        example $example:literal;
        beyond { $(rules $rules:expr;)? $(complete $complete:expr;)? $(settle $settle:expr;)? }
        $( $(#[doc = $field_doc:expr])* $kind:ident $(($max:expr))? $field:ident: $type:ty as $json:literal $(= $default:expr)?, )*
    ) => {
        $crate::validations::record! { @struct $openness
            [$(#[doc = $doc])*] $name [$( $(#[doc = $field_doc])* $kind $field: $type, )*]
        }

        impl $name {
            /// Decodes a JSON document and checks it: every problem at once, each with its path, line and column.
            ///
            /// # Errors
            ///
            /// A [`Report`](crate::Report) of all problems of shape and value.
            ///
            #[doc = concat!("```\nuse alert_schemas::", $(stringify!($module), "::",)+ stringify!($name), ";")]
            #[doc = "use alert_schemas::validations::DecodeLimits;\n"]
            #[doc = concat!("let text = r##\"", $example, "\"##;")]
            #[doc = concat!("let value = ", stringify!($name), "::decode(text.as_bytes(), &DecodeLimits::default())?;")]
            #[doc = concat!("assert!(", stringify!($name), "::decode(b\"[]\", &DecodeLimits::default()).is_err());")]
            /// # assert_eq!(value.check(), Ok(()));
            /// # Ok::<(), alert_schemas::Report>(())
            /// ```
            pub fn decode(bytes: &[u8], limits: &$crate::validations::DecodeLimits) -> Result<Self, $crate::utils::Report> {
                $crate::validations::decode(bytes, limits)
            }

            /// Decodes a JSON list of which each item stands alone: a bad item does not lose the others.
            ///
            /// # Errors
            ///
            /// A [`Report`](crate::Report) if the document is no list, no JSON, or exceeds a limit.
            ///
            #[doc = concat!("```\nuse alert_schemas::", $(stringify!($module), "::",)+ stringify!($name), ";")]
            #[doc = "use alert_schemas::validations::DecodeLimits;\n"]
            #[doc = concat!("let text = r##\"[", $example, ", 7]\"##;")]
            #[doc = concat!("let batch = ", stringify!($name), "::decode_list(text.as_bytes(), &DecodeLimits::default())?;")]
            /// assert_eq!((batch.good.len(), batch.refused.len()), (1, 1));
            /// # Ok::<(), alert_schemas::Report>(())
            /// ```
            pub fn decode_list(
                bytes: &[u8],
                limits: &$crate::validations::DecodeLimits,
            ) -> Result<$crate::validations::Batch<Self>, $crate::utils::Report> {
                $crate::validations::decode_list(bytes, limits)
            }

            /// Checks what the types of the fields can't hold: counts, and rules across fields.
            ///
            /// # Errors
            ///
            /// A [`Report`](crate::Report) of all problems.
            ///
            #[doc = concat!("```\nuse alert_schemas::", $(stringify!($module), "::",)+ stringify!($name), ";")]
            #[doc = "use alert_schemas::validations::DecodeLimits;\n"]
            #[doc = concat!("let text = r##\"", $example, "\"##;")]
            #[doc = concat!("let value = ", stringify!($name), "::decode(text.as_bytes(), &DecodeLimits::default())?;")]
            /// assert_eq!(value.check(), Ok(()));
            /// # Ok::<(), alert_schemas::Report>(())
            /// ```
            pub fn check(&self) -> Result<(), $crate::utils::Report> {
                let mut report = $crate::utils::Report::new();
                $crate::validations::Check::check_at(self, &$crate::utils::Path::ROOT, &mut report);
                report.into_result(())
            }
        }

        impl validator::Validate for $name {
            /// The verdict of `check`, for web frameworks: each problem under its JSON Pointer.
            fn validate(&self) -> Result<(), validator::ValidationErrors> {
                self.check().map_err($crate::validations::validation_errors)
            }
        }

        impl $crate::validations::Check for $name {
            fn check_own(&self, _path: &$crate::utils::Path<'_>, _report: &mut $crate::utils::Report) {
                $( $($crate::validations::at_most(&self.$field, $max, _path, $json, _report);)? )*
                $( $crate::validations::apply($rules, self, _path, _report); )?
            }

            fn check_at(&self, path: &$crate::utils::Path<'_>, report: &mut $crate::utils::Report) {
                $( $crate::validations::Check::check_at(&self.$field, &path.key($json), report); )*
                $crate::validations::Check::check_own(self, path, report);
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $( $crate::validations::record! { @write $kind map $json &self.$field, $type $(, $default)? } )*
                $crate::validations::record! { @write_unknown $openness map self }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct RecordVisitor;
                impl<'de> serde::de::Visitor<'de> for RecordVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    $crate::utils::unshown! { texts }
                    $crate::utils::unshown! { numbers }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        use serde::de::Error as _;
                        $( let mut $field: Option<$crate::validations::record!(@value $kind $type)> = None; )*
                        let mut _unknown = $crate::validations::UnknownFields::new();
                        while let Some($crate::validations::Key(name)) = map.next_key()? {
                            match &*name {
                                $( $json => {
                                    if $field.is_some() {
                                        return Err(A::Error::duplicate_field($json));
                                    }
                                    $field = Some(map.next_value()?);
                                } )*
                                _ => $crate::validations::record! { @unknown $openness map name _unknown [$($json),*] A },
                            }
                        }
                        let value = $crate::validations::record! { @construct $openness $name _unknown
                            [$( $field: $crate::validations::record!(@absent $kind $field $json A $(, $default)?), )*]
                        };
                        $( let value = ($complete)(value); )?
                        Ok(value)
                    }
                }
                $crate::utils::read_unshown(deserializer, D::deserialize_map, RecordVisitor)
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
                $( let mut $field: Option<$crate::validations::record!(@value $kind $type)> = None; )*
                $( let mut $field = ($field.take(), false); )*
                let mut _unknown = $crate::validations::UnknownFields::new();
                for member in json.members() {
                    let name = match member.key.string() {
                        Ok(name) => name,
                        Err(error) => {
                            $crate::validations::unreadable(member.key, path, walk, &error);
                            continue;
                        }
                    };
                    match &*name {
                        $( $json => {
                            if $field.1 {
                                $crate::validations::duplicate(member.key, path, walk, $json);
                            } else {
                                $field = ($crate::validations::FromJson::from_json(member.value, &path.key($json), walk), true);
                            }
                        } )*
                        _ => $crate::validations::record! { @walk_unknown $openness member name path walk _unknown [$($json),*] },
                    }
                }
                $( $crate::validations::record! { @walk_absent $kind $field $json json path walk } )*
                if walk.count() > problems {
                    return None;
                }
                let value = $crate::validations::record! { @construct $openness $name _unknown
                    [$( $field: $crate::validations::record!(@walked $kind $field $(, $default)?), )*]
                };
                $( let value = ($complete)(value); )?
                let mut report = $crate::utils::Report::new();
                $crate::validations::Check::check_own(&value, path, &mut report);
                walk.include(json, report);
                (walk.count() == problems).then_some(value)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                #[allow(unused_mut, reason = "a record without rules adds none")]
                let mut record = $crate::validations::RecordSchema::new(stringify!($name), concat!($($doc, "\n"),*), $example)
                $( .field(
                    $json,
                    stringify!($kind),
                    generator.subschema_for::<$crate::validations::record!(@value $kind $type)>(),
                    concat!($($field_doc, "\n"),*),
                    $crate::validations::record!(@max $($max)?),
                ) )*;
                $( for rule in $rules { record = record.rule(rule.code, rule.rule); } )?
                record.finish(stringify!($openness) == "open")
            }
        }

        #[cfg(feature = "proptest")]
        impl proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::strategy::Strategy as _;
                $crate::validations::record!(@nest_strategy [$( [$kind $type [$($max)?]] )*])
                    .prop_map(|$crate::validations::record!(@nest_pattern [$($field)*])| {
                        let value = $crate::validations::record! { @construct $openness $name
                            ($crate::validations::UnknownFields::new()) [$( $field: $field, )*]
                        };
                        $( let value = ($settle)(value); )?
                        value
                    })
                    .boxed()
            }
        }
    };

    // The struct itself; an open one has one field more.
    (@struct open [$($doc:tt)*] $name:ident [$( $(#[doc = $field_doc:expr])* $kind:ident $field:ident: $type:ty, )*]) => {
        $($doc)*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $crate::validations::record!(@type $kind $type), )*
            /// Members that this version does not know, kept and written back.
            pub unknown: $crate::validations::UnknownFields,
        }
    };
    (@struct closed [$($doc:tt)*] $name:ident [$( $(#[doc = $field_doc:expr])* $kind:ident $field:ident: $type:ty, )*]) => {
        $($doc)*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $crate::validations::record!(@type $kind $type), )*
        }
    };

    (@type optional $type:ty) => { Option<$type> };
    (@type nullable $type:ty) => { $crate::validations::Nullable<$type> };
    (@type list $type:ty) => { Vec<$type> };
    (@type listed $type:ty) => { Vec<$type> };
    (@type $kind:ident $type:ty) => { $type };

    // What stands in JSON where the member is there.
    (@value list $type:ty) => { Vec<$type> };
    (@value listed $type:ty) => { Vec<$type> };
    (@value nullable $type:ty) => { $crate::validations::Nullable<$type> };
    (@value $kind:ident $type:ty) => { $type };

    (@max $max:expr) => { Some($max) };
    (@max) => { None };

    (@write optional $map:ident $json:literal $value:expr, $type:ty) => {
        if let Some(value) = $value { $map.serialize_entry($json, value)?; }
    };
    (@write defaulted $map:ident $json:literal $value:expr, $type:ty) => {
        if *$value != <$type>::default() { $map.serialize_entry($json, $value)?; }
    };
    (@write defaulted $map:ident $json:literal $value:expr, $type:ty, $default:expr) => {
        if *$value != $default { $map.serialize_entry($json, $value)?; }
    };
    (@write nullable $map:ident $json:literal $value:expr, $type:ty) => {
        if !$value.is_absent() { $map.serialize_entry($json, $value)?; }
    };
    (@write list $map:ident $json:literal $value:expr, $type:ty) => {
        if !$value.is_empty() { $map.serialize_entry($json, $value)?; }
    };
    (@write $kind:ident $map:ident $json:literal $value:expr, $type:ty $(, $default:expr)?) => {
        $map.serialize_entry($json, $value)?;
    };
    (@write_unknown open $map:ident $self:ident) => {
        for (name, value) in &$self.unknown { $map.serialize_entry(name, value)?; }
    };
    (@write_unknown closed $map:ident $self:ident) => {};

    (@unknown open $map:ident $name:ident $unknown:ident [$($json:literal),*] $access:ident) => {{
        let $crate::validations::Kept(value) = $map.next_value()?;
        if !$unknown.keep(&$name, value) {
            return Err($access::Error::custom(format_args!("duplicate field `{}`", $crate::utils::excerpt(&$name))));
        }
    }};
    (@unknown closed $map:ident $name:ident $unknown:ident [$($json:literal),*] $access:ident) => {{
        return Err($access::Error::unknown_field(&$name, &[$($json),*]));
    }};
    (@walk_unknown open $member:ident $name:ident $path:ident $walk:ident $unknown:ident [$($json:literal),*]) => {{
        let read = $crate::validations::FromJson::from_json($member.value, &$path.key(&$name), $walk);
        if let Some($crate::validations::Kept(value)) = read && !$unknown.keep(&$name, value) {
            $crate::validations::duplicate($member.key, $path, $walk, &$name);
        }
    }};
    (@walk_unknown closed $member:ident $name:ident $path:ident $walk:ident $unknown:ident [$($json:literal),*]) => {{
        $walk.problem($member.key, &$path.key(&$name), "unknown_field", || {
            $crate::validations::unknown_field(&$name, &[$($json),*])
        });
    }};

    (@construct open $name:ident $unknown:tt [$($fields:tt)*]) => { $name { $($fields)* unknown: $unknown } };
    (@construct closed $name:ident $unknown:tt [$($fields:tt)*]) => { $name { $($fields)* } };

    (@absent required $field:ident $json:literal $access:ident) => {
        match $field { Some(value) => value, None => return Err($access::Error::missing_field($json)) }
    };
    (@absent listed $field:ident $json:literal $access:ident) => {
        match $field { Some(value) => value, None => return Err($access::Error::missing_field($json)) }
    };
    (@absent optional $field:ident $json:literal $access:ident) => { $field };
    (@absent $kind:ident $field:ident $json:literal $access:ident) => { $field.unwrap_or_default() };
    (@absent $kind:ident $field:ident $json:literal $access:ident, $default:expr) => { $field.unwrap_or($default) };

    (@walk_absent required $field:ident $json:literal $at:ident $path:ident $walk:ident) => {
        if !$field.1 { $crate::validations::missing($at, $path, $walk, $json); }
    };
    (@walk_absent listed $field:ident $json:literal $at:ident $path:ident $walk:ident) => {
        if !$field.1 { $crate::validations::missing($at, $path, $walk, $json); }
    };
    (@walk_absent $kind:ident $field:ident $json:literal $at:ident $path:ident $walk:ident) => {};

    (@walked required $field:ident) => { $field.0? };
    (@walked listed $field:ident) => { $field.0? };
    (@walked optional $field:ident) => { $field.0 };
    (@walked $kind:ident $field:ident) => { $field.0.unwrap_or_default() };
    (@walked $kind:ident $field:ident, $default:expr) => { $field.0.unwrap_or($default) };

    (@nest_strategy []) => { proptest::strategy::Just(()) };
    (@nest_strategy [[$kind:ident $type:ty [$($max:expr)?]] $($rest:tt)*]) => {
        ($crate::validations::record!(@strategy $kind $type [$($max)?]), $crate::validations::record!(@nest_strategy [$($rest)*]))
    };
    (@strategy optional $type:ty []) => { proptest::option::of(proptest::arbitrary::any::<$type>()) };
    (@strategy nullable $type:ty []) => { proptest::arbitrary::any::<$crate::validations::Nullable<$type>>() };
    (@strategy list $type:ty [$max:expr]) => { proptest::collection::vec(proptest::arbitrary::any::<$type>(), 0..=$max.min(3)) };
    (@strategy listed $type:ty [$max:expr]) => { proptest::collection::vec(proptest::arbitrary::any::<$type>(), 0..=$max.min(3)) };
    (@strategy $kind:ident $type:ty []) => { proptest::arbitrary::any::<$type>() };
    (@nest_pattern []) => { () };
    (@nest_pattern [$field:ident $($rest:ident)*]) => { ($field, $crate::validations::record!(@nest_pattern [$($rest)*])) };
}
pub(crate) use record;

use crate::utils::Path;
use crate::utils::excerpt;
use crate::utils::nearest;
use crate::validations::tree::Json;
use crate::validations::walk::Walk;

/// Notes that a required member is absent; the place is the object.
pub(crate) fn missing(object: Json<'_>, path: &Path<'_>, walk: &mut Walk, name: &'static str) {
    walk.problem(object, &path.key(name), "missing_field", || format!("`{name}` is required"));
}

/// What to say about a member that a closed record does not have.
pub(crate) fn unknown_field(name: &str, known: &[&str]) -> String {
    let shown = excerpt(name);
    match nearest(name, known) {
        Some(word) => format!("`{shown}` is not known here; did you mean `{word}`?"),
        None => format!("`{shown}` is not known here: expected one of `{}`", known.join("`, `")),
    }
}
