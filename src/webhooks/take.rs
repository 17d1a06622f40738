//! Values of a file on their way to our own types.

use std::fmt;

use crate::utils::Pointer;
use crate::utils::Report;

/// The value, or a problem with this code at its place.
pub(crate) fn take<T, E: fmt::Display>(value: Result<T, E>, at: &Pointer, code: &'static str, report: &mut Report) -> Option<T> {
    take_coded(value, at, |_| code, report)
}

/// The value, or a problem with the code that its error gives at its place.
pub(crate) fn take_coded<T, E: fmt::Display>(
    value: Result<T, E>,
    at: &Pointer,
    code: impl FnOnce(&E) -> &'static str,
    report: &mut Report,
) -> Option<T> {
    match value {
        Ok(value) => Some(value),
        Err(error) => {
            report.push(at.clone(), code(&error), error.to_string());
            None
        }
    }
}
