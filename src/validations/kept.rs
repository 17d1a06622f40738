//! JSON values that are kept without being known.

use serde_json::Value;

use crate::utils::Path;
use crate::validations::tree::Json;
use crate::validations::walk::FromJson;
use crate::validations::walk::Walk;
use crate::validations::walk::unreadable;

/// Any JSON value whose numbers fit a double.
///
/// The JSON reader itself refuses other numbers, unless some crate of the build has turned on its feature `arbitrary_precision`: here they are
/// refused in any build, so that what one service keeps the next can read.
pub(crate) struct Kept(pub(crate) Value);

fn fits(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Value::Array(items) => items.iter().all(fits),
        Value::Object(members) => members.values().all(fits),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

impl<'de> serde::Deserialize<'de> for Kept {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if fits(&value) { Ok(Self(value)) } else { Err(serde::de::Error::custom("number out of range")) }
    }
}

impl FromJson for Kept {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        let read = serde_json::from_slice(json.text());
        read.map_err(|error| unreadable(json, path, walk, &error)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_a_double_wherever_they_stand() {
        for good in ["1e308", "[1,{\"a\":-1.5}]", "null", "123456789012345678901234567890", "\"1e400\""] {
            assert!(serde_json::from_str::<Kept>(good).is_ok(), "{good}");
        }
        for bad in ["1e400", "[1,{\"a\":-1e400}]"] {
            let error = serde_json::from_str::<Kept>(bad).map(|kept| kept.0).unwrap_err();
            assert!(error.to_string().starts_with("number out of range"), "{bad}: {error}");
        }
    }
}
