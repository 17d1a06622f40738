//! Silences as they are stored.

use crate::notifications::silence::Silence;
use crate::utils::SilenceId;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::validations::Rule;
use crate::validations::out_of_order;
use crate::validations::record;

/// The most silences of all tenants together.
const MOST_SILENCES: usize = 1 << 24;

record! {
    /// Silences of any number of tenants, to be stored and read back, or sent to another server that merges them.
    ///
    /// Equal sets have equal JSON: silences are sorted. 100,000 silences are a document of about 30 MB, so that
    /// [`DecodeLimits`](crate::validations::DecodeLimits) must be raised for it.
    ///
    /// # Validity
    ///
    /// Silences are sorted by the bytes of their tenant, then by id, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, Silences, StoredSilences};
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut before = Silences::new();
    /// before.set(Silence::new("team=db".parse()?, now, now + AlertDuration::hours(1)), now)?;
    /// let stored = serde_json::to_vec(&before.state())?;
    ///
    /// let state = StoredSilences::decode(&stored, &DecodeLimits::default())?;
    /// assert_eq!(Silences::from_state(state)?.state(), before.state());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct StoredSilences: closed in notifications;
    example r#"{"version": 1, "silences": [{"tenant": "acme", "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "matcher_sets": ["{instance=\"db-1\"}"], "starts_at": "2025-01-06T09:00:00Z", "ends_at": "2025-01-06T11:00:00Z", "updated_at": "2025-01-06T08:55:00Z", "created_by": "ada", "comment": "maintenance"}]}"#;
    beyond { rules RULES; settle StoredSilences::settled; }
    /// The version of this form.
    required version: StateVersion as "version",
    /// The silences; at most 16,777,216.
    list(MOST_SILENCES) silences: Silence as "silences",
}

fn key(silence: &Silence) -> (&TenantId, SilenceId) {
    (&silence.tenant, silence.id)
}

const RULES: &[Rule<StoredSilences>] = &[Rule {
    code: "not_in_order",
    field: "silences",
    rule: "`silences` are sorted by the bytes of their tenant, then by id, each once.",
    broken: |state| {
        let at = out_of_order(&state.silences, key)?;
        Some(format!("silence {at} does not come after the one before it: expected them sorted by tenant and id, each once"))
    },
}];

impl StoredSilences {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.silences.sort_by(|a, b| key(a).cmp(&key(b)));
        self.silences.dedup_by(|a, b| key(a) == key(b));
        self
    }
}
