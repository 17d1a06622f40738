//! Values of any shape.

use serde_json::Map;
use serde_json::Value;

use crate::utils::SecretDisplay;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::validations::yaml::NodeKind;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::written::Written;

/// How many lists and mappings may stand in each other.
const DEPTH: usize = 100;

/// A value of any shape, with at most 100 lists and mappings in each other: the payload of a webhook, a detail, a field of an issue.
///
/// Numbers that JSON does not have (`.inf`, `.nan`) are kept as their text.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::AnyValue;
///
/// let value = AnyValue::new(serde_json::json!({"team": ["db", 1]}))?;
/// assert_eq!(value.get()["team"][1], 1);
/// # Ok::<(), alert_schemas::webhooks::alertmanager::config::AnyValueTooDeep>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnyValue(Value);

/// A value has more lists and mappings in each other than it may.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{AnyValue, AnyValueTooDeep};
///
/// let deep = (0..200).fold(serde_json::Value::Null, |inner, _| serde_json::Value::Array(vec![inner]));
/// assert_eq!(AnyValue::new(deep), Err(AnyValueTooDeep));
/// assert_eq!(AnyValueTooDeep.to_string(), "too many lists and mappings in each other: expected at most 100");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it says nothing but that it happened")]
pub struct AnyValueTooDeep;

impl std::fmt::Display for AnyValueTooDeep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "too many lists and mappings in each other: expected at most {DEPTH}")
    }
}

impl std::error::Error for AnyValueTooDeep {}

impl AnyValue {
    /// Takes a value that is not too deep.
    ///
    /// # Errors
    ///
    /// [`AnyValueTooDeep`] if it has more than 100 lists and mappings in each other.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::AnyValue;
    ///
    /// assert!(AnyValue::new(serde_json::json!(["a"])).is_ok());
    /// ```
    pub fn new(value: Value) -> Result<Self, AnyValueTooDeep> {
        if is_deep(&value, DEPTH) { Err(AnyValueTooDeep) } else { Ok(Self(value)) }
    }

    /// The value.
    #[must_use]
    pub fn get(&self) -> &Value {
        &self.0
    }
}

/// Whether more than `left` lists and mappings stand in each other. It goes no deeper than that itself.
fn is_deep(value: &Value, left: usize) -> bool {
    match (value, left.checked_sub(1)) {
        (Value::Array(_) | Value::Object(_), None) => true,
        (Value::Array(items), Some(left)) => items.iter().any(|item| is_deep(item, left)),
        (Value::Object(members), Some(left)) => members.values().any(|item| is_deep(item, left)),
        _ => false,
    }
}

/// A whole number above those of 64 bits with a sign, which our decoder has; one that begins with 0 is not decimal.
fn beyond_signed(text: &str) -> Option<u64> {
    let plain = text.replace('_', "");
    let (digits, radix) = match plain.strip_prefix('0') {
        None => (plain.as_str(), 10),
        Some(rest) => match (rest.strip_prefix(['x', 'X']), rest.strip_prefix(['b', 'B'])) {
            (Some(digits), _) => (digits, 16),
            (_, Some(digits)) => (digits, 2),
            _ => (rest.strip_prefix(['o', 'O']).unwrap_or(rest), 8),
        },
    };
    u64::from_str_radix(digits, radix).ok().filter(|number| i64::try_from(*number).is_err())
}

fn read<'y>(collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>, left: usize) -> Option<Value> {
    let target = node.target();
    let Some(inner) = left.checked_sub(1) else {
        collector.problem("too_deep", AnyValueTooDeep.to_string(), node);
        return None;
    };
    let mut is_right = true;
    match target.kind() {
        NodeKind::Sequence => {
            let mut items = Vec::new();
            is_right &= collector.list(decoder, node, &mut |collector, decoder, item| match read(collector, decoder, item, inner) {
                Some(value) => items.push(value),
                None => is_right = false,
            });
            is_right.then_some(Value::Array(items))
        }
        NodeKind::Mapping => {
            let mut members = Map::new();
            let answer = decoder.mapping(node, &mut |decoder, entry| match read(collector, decoder, entry.value, inner) {
                Some(value) => drop(members.insert(entry.key.into_owned(), value)),
                None => is_right = false,
            });
            (is_right && answer.is_ok()).then_some(Value::Object(members))
        }
        _ if target.is_null() => Some(Value::Null),
        _ => {
            let text = target.as_str().unwrap_or_default();
            match target.tag() {
                "!!bool" => decoder.boolean(node).ok()?.map(Value::Bool),
                "!!int" => match beyond_signed(text) {
                    Some(number) => Some(number.into()),
                    None => decoder.integer(node).ok()?.map(Value::from),
                },
                "!!float" => {
                    let number = decoder.float(node).ok()??;
                    Some(serde_json::Number::from_f64(number).map_or_else(|| Value::String(text.to_owned()), Value::Number))
                }
                _ => decoder.text(node).ok()?.map(|text| Value::String(text.into_owned())),
            }
        }
    }
}

fn written(value: &Value) -> Written {
    match value {
        Value::Null => Written::Null,
        Value::Bool(value) => Written::Bool(*value),
        Value::Number(number) => Written::Number(number.to_string()),
        Value::String(text) => Written::Text(text.clone()),
        Value::Array(items) => Written::List(items.iter().map(written).collect()),
        Value::Object(members) => Written::Map(members.iter().map(|(name, value)| (name.clone(), written(value))).collect()),
    }
}

impl ConfigValue for AnyValue {
    fn zero() -> Self {
        Self::default()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let Some(value) = read(collector, decoder, node, DEPTH + 1) else { return false };
        self.0 = value;
        true
    }

    fn written(&self, _: SecretDisplay) -> Written {
        written(&self.0)
    }
}
