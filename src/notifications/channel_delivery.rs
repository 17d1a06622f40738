//! What all channels have: how long, how often and how fast they send.

use crate::notifications::retry_policy::RetryPolicy;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::validations::RateLimit;
use crate::validations::Rule;
use crate::validations::record;

/// How long a request may take at most.
const LONGEST_TIMEOUT: AlertDuration = AlertDuration::minutes(10);
/// How many connections there may be at once at most.
const LARGEST_POOL: u32 = 1_000;

record! {
    /// How long, how often and how fast a channel sends.
    ///
    /// # Validity
    ///
    /// `timeout` is above 0 and at most 10 minutes, `pool_size` is 1 to 1,000.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::notifications::DeliverySettings;
    ///
    /// let delivery = DeliverySettings::default();
    /// assert_eq!((delivery.timeout, delivery.pool_size.get()), (AlertDuration::seconds(30), 4));
    /// ```
    pub struct DeliverySettings: closed in notifications;
    example r#"{"timeout": "30s", "pool_size": 4, "rate_limit": {"events": 30, "per": "1m"}}"#;
    beyond { rules DELIVERY_RULES; settle DeliverySettings::settled; }
    /// How long one request may take: above 0, at most 10 minutes. Default 30 s.
    written timeout: AlertDuration as "timeout" = AlertDuration::seconds(30),
    /// When a request that failed is tried again. Absent: as Alertmanager 0.33 does for the kind of channel.
    optional retry: RetryPolicy as "retry",
    /// How many connections there are at once at most: 1 to 1,000. Default 4.
    defaulted pool_size: Count as "pool_size" = Count::from(4_u32),
    /// How many messages may be sent in how long. Default: any number.
    optional rate_limit: RateLimit as "rate_limit",
}

const DELIVERY_RULES: &[Rule<DeliverySettings>] = &[
    Rule {
        code: "channel_timeout_out_of_range",
        field: "timeout",
        rule: "`timeout` is above 0 and at most 10 minutes.",
        broken: |delivery| {
            let timeout = delivery.timeout;
            (timeout.is_zero() || timeout > LONGEST_TIMEOUT)
                .then(|| format!("a request may take {timeout}: expected above 0 and at most {LONGEST_TIMEOUT}"))
        },
    },
    Rule {
        code: "channel_pool_out_of_range",
        field: "pool_size",
        rule: "`pool_size` is 1 to 1,000.",
        broken: |delivery| {
            let size = delivery.pool_size.get();
            (!(1..=u64::from(LARGEST_POOL)).contains(&size)).then(|| format!("a pool of {size} connections: expected 1 to {LARGEST_POOL}"))
        },
    },
];

impl Default for DeliverySettings {
    fn default() -> Self {
        Self { timeout: AlertDuration::seconds(30), retry: None, pool_size: Count::from(4_u32), rate_limit: None }
    }
}

impl DeliverySettings {
    #[cfg(feature = "proptest")]
    fn settled(mut self) -> Self {
        self.timeout = self.timeout.clamp(AlertDuration::millis(1), LONGEST_TIMEOUT);
        self.pool_size = Count::from(u32::try_from(self.pool_size.get() % u64::from(LARGEST_POOL)).unwrap_or_default() + 1);
        self
    }
}
