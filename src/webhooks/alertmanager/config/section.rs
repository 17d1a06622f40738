//! The macro behind every section of a configuration: one table of fields for Rust, YAML in both directions, and the list of known keys.

use crate::utils::Path;
use crate::utils::Report;
use crate::utils::SecretDisplay;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::global::ConfigGlobal;
use crate::webhooks::alertmanager::config::written::Written;

/// What the values of the section `global` are, where a check may ask for them.
pub(super) type Globals<'g> = Option<&'g ConfigGlobal>;

/// What an item of a list is that is null.
pub(super) enum NullItem<T> {
    /// An item like any other.
    Item(T),
    /// Nothing.
    LeftOut,
    /// A problem, with what is missing.
    Refused(&'static str),
}

/// A value of a configuration.
pub(super) trait ConfigValue: Sized {
    /// What null leaves in the field: yaml.v2 empties it, whatever its default.
    fn zero() -> Self;

    /// What a value is read onto where none is there.
    fn start() -> Self {
        Self::zero()
    }

    /// What a null in a list of these is.
    fn null_item() -> NullItem<Self> {
        NullItem::Item(Self::zero())
    }

    /// Reads a value that is not null onto this one. Whether it is right; what is wrong is noted.
    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool;

    /// Reads any value.
    fn read_any<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        if node.target().is_null() {
            *self = Self::zero();
            return true;
        }
        self.read(collector, decoder, globals, node)
    }

    /// The value on its way to YAML.
    fn written(&self, secrets: SecretDisplay) -> Written;

    /// Notes what is wrong although each leaf is right.
    fn check_at(&self, _globals: Globals<'_>, _path: &Path<'_>, _report: &mut Report) {}
}

/// A rule across fields that is broken.
struct Fault {
    /// The fields that it is about; the last one that is there is the place.
    fields: Vec<&'static str>,
    code: &'static str,
    message: String,
}

/// The rules across the fields of one section that are broken.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn note(&mut self, fields: &[&'static str], code: &'static str, message: impl Into<String>) {
        self.0.push(Fault { fields: fields.to_vec(), code, message: message.into() });
    }

    /// At most one of these fields is set.
    pub(super) fn at_most_one(&mut self, fields: &[(&'static str, bool)]) {
        if fields.iter().filter(|(_, is_set)| *is_set).count() > 1 {
            let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
            self.note(&names, "config_exclusive_fields", format!("at most one of `{}` may be set", names.join("`, `")));
        }
    }

    /// At least one of these fields is set.
    pub(super) fn at_least_one(&mut self, fields: &[(&'static str, bool)]) {
        if !fields.iter().any(|(_, is_set)| *is_set) {
            let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
            let message = match names.as_slice() {
                [name] => format!("`{name}` is required"),
                _ => format!("one of `{}` is required", names.join("`, `")),
            };
            self.note(&names, "missing_field", message);
        }
    }

    /// Exactly one of these fields is set.
    pub(super) fn exactly_one(&mut self, fields: &[(&'static str, bool)]) {
        self.at_least_one(fields);
        self.at_most_one(fields);
    }

    /// A field is set here or in the section `global`, where `global` is its name; where globals are not looked at, all is well.
    pub(super) fn inherited(&mut self, fields: &[(&'static str, bool)], global: &'static str, is_global_set: Option<bool>) {
        if is_global_set == Some(false) && !fields.iter().any(|(_, is_set)| *is_set) {
            let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
            let message = format!("`{}` is required here, or `{global}` in `global`", names.join("` or `"));
            self.note(&names, "missing_field", message);
        }
    }

    pub(super) fn report(self, path: &Path<'_>, report: &mut Report) {
        for fault in self.0 {
            match fault.fields.last() {
                Some(field) => report.note(&path.key(field), fault.code, || fault.message),
                None => report.note(path, fault.code, || fault.message),
            }
        }
    }
}

/// Where the fields of a section stand.
pub(super) struct Places<'y> {
    section: Node<'y>,
    fields: Vec<(&'static str, Node<'y>, bool)>,
}

impl<'y> Places<'y> {
    pub(super) fn new(section: Node<'y>) -> Self {
        Self { section, fields: Vec::new() }
    }

    pub(super) fn note(&mut self, field: &'static str, node: Node<'y>, is_right: bool) {
        self.fields.push((field, node, is_right));
    }

    /// Tells the faults, those left out that follow from a value that is wrong itself. Whether the section is right.
    pub(super) fn tell(&self, faults: Faults, collector: &mut Collector<'y>) -> bool {
        let mut is_right = self.fields.iter().all(|(_, _, is_right)| *is_right);
        for fault in faults.0 {
            let involved = |field: &&(&'static str, Node<'y>, bool)| fault.fields.contains(&field.0);
            if self.fields.iter().filter(involved).any(|(_, _, is_right)| !is_right) {
                continue;
            }
            let place = fault.fields.iter().rev().find_map(|name| self.fields.iter().find(|(field, _, _)| field == name));
            let node = match (fault.code, place) {
                ("missing_field", _) | (_, None) => self.section,
                (_, Some((_, node, _))) => *node,
            };
            collector.problem(fault.code, fault.message, node);
            is_right = false;
        }
        is_right
    }
}

/// Writes a section: a struct with public fields, each `name: Type as "key"`, with its default behind `=` where that is not the empty one.
///
/// `rules` are the rules across fields; `null_item` says what a null in a list of these is. `example` sets a field and shows the YAML.
macro_rules! section {
    (
        $(#[doc = $doc:expr])*
        pub struct $name:ident;
        example $set:literal => $yaml:literal;
        bad $bad:literal => $code:literal;
        $(null_item $null:expr;)?
        rules $rules:expr;
        $( $(#[doc = $field_doc:expr])* $field:ident: $type:ty as $key:literal $(= $default:expr)?, )*
    ) => {
        $(#[doc = $doc])*
        ///
        /// # Examples
        ///
        #[doc = concat!(
            "```\nuse alert_schemas::utils::SecretDisplay;\nuse alert_schemas::webhooks::alertmanager::config::", stringify!($name), ";\n\n",
            "let mut section = ", stringify!($name), "::default();\nsection.", $set, ";\n",
            "assert_eq!(section.to_yaml(SecretDisplay::Hidden), \"", $yaml, "\\n\");\n```"
        )]
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $type, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $crate::webhooks::alertmanager::config::section::section!(@default $type $(, $default)?), )* }
            }
        }

        impl $name {
            /// Every key that the section may have.
            pub const KEYS: &'static [&'static str] = &[$($key),*];

            /// Reads the section alone from a YAML text. What it would inherit from `global` is not asked for.
            ///
            /// # Errors
            ///
            /// [`ConfigErrors`](crate::webhooks::alertmanager::config::ConfigErrors) of everything that is wrong.
            ///
            #[doc = concat!(
                "```\nuse alert_schemas::validations::yaml::YamlLimits;\n",
                "use alert_schemas::webhooks::alertmanager::config::", stringify!($name), ";\n\n",
                "let errors = ", stringify!($name), "::read(\"", $bad, "\\n\", &YamlLimits::default()).unwrap_err();\n",
                "assert_eq!(errors.first().code, \"", $code, "\");\n```"
            )]
            pub fn read(
                text: impl AsRef<[u8]>,
                limits: &$crate::validations::yaml::YamlLimits,
            ) -> Result<Self, $crate::webhooks::alertmanager::config::problem::ConfigErrors> {
                $crate::webhooks::alertmanager::config::values::read_alone(text.as_ref(), limits)
            }

            /// Writes the section as YAML: the fields that differ from their defaults. It reads back equal, if secrets are exposed.
            #[must_use]
            pub fn to_yaml(&self, secrets: $crate::utils::SecretDisplay) -> String {
                $crate::webhooks::alertmanager::config::section::ConfigValue::written(self, secrets).to_yaml()
            }

            /// Checks the rules across fields that Alertmanager checks, without what is inherited from `global`.
            ///
            /// # Errors
            ///
            /// A [`Report`](crate::Report) of all problems.
            ///
            #[doc = concat!(
                "```\nuse alert_schemas::utils::SecretDisplay;\nuse alert_schemas::validations::yaml::YamlLimits;\n",
                "use alert_schemas::webhooks::alertmanager::config::", stringify!($name), ";\n\n",
                "let mut section = ", stringify!($name), "::default();\nsection.", $set, ";\n",
                "let read = ", stringify!($name), "::read(section.to_yaml(SecretDisplay::Exposed), &YamlLimits::default());\n",
                "assert_eq!(section.check().is_ok(), read.is_ok());\n```"
            )]
            pub fn check(&self) -> Result<(), $crate::utils::Report> {
                let mut report = $crate::utils::Report::new();
                $crate::webhooks::alertmanager::config::section::ConfigValue::check_at(self, None, &$crate::utils::Path::ROOT, &mut report);
                report.into_result(())
            }
        }

        impl $crate::webhooks::alertmanager::config::section::ConfigValue for $name {
            fn zero() -> Self {
                Self { $( $field: <$type as $crate::webhooks::alertmanager::config::section::ConfigValue>::zero(), )* }
            }

            fn start() -> Self {
                Self::default()
            }

            $(
                fn null_item() -> $crate::webhooks::alertmanager::config::section::NullItem<Self> {
                    $null
                }
            )?

            fn read<'y>(
                &mut self,
                collector: &mut $crate::webhooks::alertmanager::config::collector::Collector<'y>,
                decoder: &mut $crate::validations::yaml::GoDecoder,
                globals: $crate::webhooks::alertmanager::config::section::Globals<'_>,
                node: $crate::validations::yaml::Node<'y>,
            ) -> bool {
                let mut places = $crate::webhooks::alertmanager::config::section::Places::new(node);
                let is_mapping = collector.mapping(decoder, node, Self::KEYS, &mut |collector, decoder, entry| match &*entry.key {
                    $( $key => {
                        let is_right = $crate::webhooks::alertmanager::config::section::ConfigValue::read_any(
                            &mut self.$field, collector, decoder, globals, entry.value,
                        );
                        places.note($key, entry.value, is_right);
                    } )*
                    _ => {}
                });
                if !is_mapping {
                    return false;
                }
                let mut faults = $crate::webhooks::alertmanager::config::section::Faults::default();
                ($rules)(self, globals, &mut faults);
                places.tell(faults, collector)
            }

            fn written(&self, secrets: $crate::utils::SecretDisplay) -> $crate::webhooks::alertmanager::config::written::Written {
                let default = Self::default();
                let mut fields = Vec::new();
                $( if self.$field != default.$field {
                    fields.push(($key.to_owned(), $crate::webhooks::alertmanager::config::section::ConfigValue::written(&self.$field, secrets)));
                } )*
                $crate::webhooks::alertmanager::config::written::Written::Map(fields)
            }

            fn check_at(
                &self,
                globals: $crate::webhooks::alertmanager::config::section::Globals<'_>,
                path: &$crate::utils::Path<'_>,
                report: &mut $crate::utils::Report,
            ) {
                $( $crate::webhooks::alertmanager::config::section::ConfigValue::check_at(&self.$field, globals, &path.key($key), report); )*
                let mut faults = $crate::webhooks::alertmanager::config::section::Faults::default();
                ($rules)(self, globals, &mut faults);
                faults.report(path, report);
            }
        }
    };
    (@default $type:ty) => { <$type as $crate::webhooks::alertmanager::config::section::ConfigValue>::zero() };
    (@default $type:ty, $default:expr) => { $default };
}
pub(super) use section;
