//! Where a test finds a real program.

use std::env;
use std::path::PathBuf;

/// A program of `$ALERT_SCHEMAS_SERVERS/usr/bin`.
pub(crate) fn reference_program(name: &str) -> PathBuf {
    let servers = env::var_os("ALERT_SCHEMAS_SERVERS");
    let servers = servers.expect("ALERT_SCHEMAS_SERVERS names the folder that .ci/reference-servers has filled");
    PathBuf::from(servers).join("usr/bin").join(name)
}
