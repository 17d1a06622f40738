//! Numbers with a fraction.

use crate::utils::SecretDisplay;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::written::Written;

/// Any number of 64 bits. One that is not a number equals itself, so that what is written and read back is equal.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::AnyFloat;
///
/// assert_eq!(AnyFloat::new(0.5).get(), 0.5);
/// assert_eq!(AnyFloat::new(f64::NAN), AnyFloat::new(f64::NAN));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyFloat(f64);

impl AnyFloat {
    /// This number.
    #[must_use]
    pub fn new(number: f64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for AnyFloat {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || (self.0.is_nan() && other.0.is_nan())
    }
}

impl Eq for AnyFloat {}

impl ConfigValue for AnyFloat {
    fn zero() -> Self {
        Self(0.0)
    }

    fn read<'y>(&mut self, _: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let Ok(Some(number)) = decoder.float(node) else { return false };
        self.0 = number;
        true
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Number(match self.0 {
            number if number.is_nan() => ".nan".to_owned(),
            number if number.is_infinite() => (if number > 0.0 { ".inf" } else { "-.inf" }).to_owned(),
            number => format_float(number, FloatFormat::General(None)),
        })
    }
}
