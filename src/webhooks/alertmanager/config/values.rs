//! The values that sections of a configuration are made of.

use std::collections::BTreeMap;

use crate::utils::AlertDuration;
use crate::utils::Path;
use crate::utils::Report;
use crate::utils::Secret;
use crate::utils::SecretDisplay;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::validations::yaml::Yaml;
use crate::validations::yaml::YamlLimits;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::file::limits_of;
use crate::webhooks::alertmanager::config::problem::ConfigErrors;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::written::Written;
use crate::webhooks::file_problems::source;

/// Reads one section from a text of its own.
pub(super) fn read_alone<T: ConfigValue>(text: &[u8], limits: &YamlLimits) -> Result<T, ConfigErrors> {
    let yaml = Yaml::read_first(text, &limits_of(limits)).map_err(|error| ConfigErrors::from_yaml(&error, &source(text, &error)))?;
    let (mut collector, mut decoder, mut value) = (Collector::new(&yaml), GoDecoder::version_2(), T::start());
    if let Some(root) = yaml.root() {
        value.read(&mut collector, &mut decoder, None, root);
    }
    match collector.finish(&mut decoder) {
        None => Ok(value),
        Some(errors) => Err(errors),
    }
}

impl ConfigValue for bool {
    fn zero() -> Self {
        false
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let Some(value) = collector.boolean(decoder, node) else { return false };
        *self = value.value;
        true
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Bool(*self)
    }
}

impl ConfigValue for String {
    fn zero() -> Self {
        Self::new()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let Some(text) = collector.text(decoder, node) else { return false };
        *self = text.value;
        true
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Text(self.clone())
    }
}

impl ConfigValue for Secret {
    fn zero() -> Self {
        Self::default()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        collector.hide(node);
        let Some(text) = collector.text(decoder, node) else { return false };
        *self = Self::new(text.value);
        true
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        Written::Text(secrets.show(self).to_owned())
    }
}

impl ConfigValue for i64 {
    fn zero() -> Self {
        0
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let Some(number) = collector.integer(decoder, node) else { return false };
        *self = number.value;
        true
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Number(self.to_string())
    }
}

impl ConfigValue for u64 {
    fn zero() -> Self {
        0
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let Some(number) = collector.integer(decoder, node) else { return false };
        match Self::try_from(number.value) {
            Ok(number) => *self = number,
            Err(_) => {
                collector.problem("yaml_wrong_type", format!("found the number `{}`, expected none below 0", number.value), node);
                return false;
            }
        }
        true
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Number(self.to_string())
    }
}

impl ConfigValue for AlertDuration {
    fn zero() -> Self {
        Self::ZERO
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        read_text(self, "invalid_duration", collector, decoder, node)
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Text(self.to_string())
    }
}

/// Reads a leaf that is a text, and notes why a text is none.
pub(super) fn read_text<'y, T: std::str::FromStr<Err: std::fmt::Display>>(
    leaf: &mut T,
    code: &'static str,
    collector: &mut Collector<'y>,
    decoder: &mut GoDecoder,
    node: Node<'y>,
) -> bool {
    let Some(text) = collector.text(decoder, node) else { return false };
    match text.value.parse() {
        Ok(value) => {
            *leaf = value;
            true
        }
        Err(error) => {
            collector.problem(code, error.to_string(), node);
            false
        }
    }
}

impl<T: ConfigValue> ConfigValue for Option<T> {
    fn zero() -> Self {
        None
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        let mut value = T::start();
        let is_right = value.read(collector, decoder, globals, node);
        *self = Some(value);
        is_right
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        self.as_ref().map_or(Written::Null, |value| value.written(secrets))
    }

    fn check_at(&self, globals: Globals<'_>, path: &Path<'_>, report: &mut Report) {
        if let Some(value) = self {
            value.check_at(globals, path, report);
        }
    }
}

impl<T: ConfigValue> ConfigValue for Vec<T> {
    fn zero() -> Self {
        Self::new()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        let mut is_right = true;
        self.clear();
        let is_list = collector.list(decoder, node, &mut |collector, decoder, item| {
            if item.target().is_null() {
                match T::null_item() {
                    NullItem::Item(value) => self.push(value),
                    NullItem::LeftOut => {}
                    NullItem::Refused(what) => {
                        collector.problem("config_null_item", format!("found nothing, expected {what}"), item);
                        is_right = false;
                    }
                }
                return;
            }
            let mut value = T::start();
            is_right &= value.read(collector, decoder, globals, item);
            self.push(value);
        });
        is_list && is_right
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        Written::List(self.iter().map(|value| value.written(secrets)).collect())
    }

    fn check_at(&self, globals: Globals<'_>, path: &Path<'_>, report: &mut Report) {
        for (at, value) in self.iter().enumerate() {
            value.check_at(globals, &path.index(at), report);
        }
    }
}

impl<T: ConfigValue> ConfigValue for BTreeMap<String, T> {
    fn zero() -> Self {
        Self::new()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        let mut is_right = true;
        self.clear();
        let read = decoder.mapping(node, &mut |decoder, entry| {
            let mut value = T::start();
            is_right &= value.read_any(collector, decoder, globals, entry.value);
            if self.insert(entry.key.clone().into_owned(), value).is_some() {
                collector.problem("yaml_duplicate_key", "the key stands here a second time, since it is merged in", entry.key_node);
                is_right = false;
            }
        });
        read == Ok(Some(())) && is_right
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        Written::Map(self.iter().map(|(name, value)| (name.clone(), value.written(secrets))).collect())
    }

    fn check_at(&self, globals: Globals<'_>, path: &Path<'_>, report: &mut Report) {
        for (name, value) in self {
            value.check_at(globals, &path.key(name), report);
        }
    }
}
