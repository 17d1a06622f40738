//! The two languages that are read.

crate::utils::vocabulary! {
    /// The language that an expression is read in.
    ///
    /// | dialect | reads |
    /// |---|---|
    /// | `promql` | PromQL exactly as Prometheus 3.5 |
    /// | `condition` | the same, and three things that PromQL refuses: `&&` and `\|\|` for `and` and `or`; sizes such as `2GiB` and `500MB`; functions of our own |
    ///
    /// A text that is PromQL gives the same tree in both.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::{Dialect, Expr, ParseOptions};
    ///
    /// let text = "up == 0 || free_bytes < 500MB";
    /// assert!(Expr::parse(text, &ParseOptions::default().with_dialect(Dialect::Condition)).is_ok());
    /// assert!(Expr::parse(text, &ParseOptions::default().with_dialect(Dialect::Promql)).is_err());
    /// assert_eq!("promql".parse(), Ok(Dialect::Promql));
    /// ```
    [#[non_exhaustive]]
    pub enum Dialect;
    error InvalidDialect in rules, code "invalid_dialect", noun "a dialect";
    /// PromQL of Prometheus 3.5.
    Promql = "promql",
    /// PromQL with our additions.
    Condition = "condition",
}

impl Default for Dialect {
    /// [`Dialect::Promql`].
    fn default() -> Self {
        Self::Promql
    }
}
