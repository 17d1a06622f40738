//! The names by which parts of a configuration refer to each other.

use crate::utils::is_name;
use crate::utils::string_newtype;

string_newtype! {
    /// The name of a receiver, which routes refer to: 1 to 1,024 characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::ReceiverName;
    ///
    /// let name: ReceiverName = "db-crit".parse()?;
    /// assert_eq!(name.as_str(), "db-crit");
    /// # Ok::<(), alert_schemas::notifications::InvalidReceiverName>(())
    /// ```
    pub struct ReceiverName;
    error InvalidReceiverName in notifications, code "invalid_receiver_name", noun "the name of a receiver", expected "1 to 1024 characters",
    check is_name,
    schema { "minLength": 1, "maxLength": crate::utils::NAME_CHARACTERS, "examples": ["db-crit"] },
    strategy "[a-z][a-zé -]{0,16}"
}

string_newtype! {
    /// The name of a time interval, by which routes are muted or active: 1 to 1,024 characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::TimeIntervalName;
    ///
    /// let name: TimeIntervalName = "out of hours".parse()?;
    /// assert_eq!(name.as_str(), "out of hours");
    /// # Ok::<(), alert_schemas::notifications::InvalidTimeIntervalName>(())
    /// ```
    pub struct TimeIntervalName;
    error InvalidTimeIntervalName in notifications, code "invalid_time_interval_name", noun "the name of a time interval", expected "1 to 1024 characters",
    check is_name,
    schema { "minLength": 1, "maxLength": crate::utils::NAME_CHARACTERS, "examples": ["out of hours"] },
    strategy "[a-z][a-zé -]{0,16}"
}
