//! Tenants: whose data it is.

use crate::utils::text::string_newtype;

fn is_tenant_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

string_newtype! {
    /// Whose data it is: every record names its tenant, and no function ever mixes two.
    ///
    /// Where nothing is said it is `default`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::TenantId;
    ///
    /// let tenant: TenantId = "acme-eu".parse()?;
    /// assert_eq!(tenant.as_str(), "acme-eu");
    /// assert_eq!(TenantId::default().as_str(), "default");
    /// assert_eq!(
    ///     TenantId::new("a b").unwrap_err().to_string(),
    ///     "`a b` is not a tenant id: expected 1 to 128 letters, digits, `_`, `.` or `-`",
    /// );
    /// # Ok::<(), alert_schemas::utils::InvalidTenantId>(())
    /// ```
    pub struct TenantId;
    error InvalidTenantId in utils, code "invalid_tenant_id", noun "a tenant id", expected "1 to 128 letters, digits, `_`, `.` or `-`",
    check is_tenant_id,
    schema {
        "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9_.-]+$",
        "not": { "pattern": "[\\r\\n]" }, "examples": ["default", "acme-eu"]
    },
    strategy "[A-Za-z0-9_.-]{1,20}"
}

impl Default for TenantId {
    fn default() -> Self {
        Self("default".into())
    }
}
