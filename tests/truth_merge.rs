//! Merging two receptions, against the table of Alertmanager's own test.
//!
//! A row holds two alerts and their merger. Times are Go expressions around `now`; a row with another expression is unreadable.

mod util;

use alert_schemas::Alert;
use alert_schemas::AlertSeverity;
use alert_schemas::Timestamp;
use alert_schemas::alerts::EndCause;
use serde_json::Value;

use crate::util::Tally;
use crate::util::go_time;

fn alert(value: &Value, now: Timestamp) -> Option<Alert> {
    let times = &value["Alert"];
    let mut alert = Alert::builder("a", AlertSeverity::Info, go_time(&times["StartsAt"], now)?).name("a").build().ok()?;
    alert.ends_at = Some(go_time(&times["EndsAt"], now)?);
    alert.end_cause = Some(if value["Timeout"] == true { EndCause::Timeout } else { EndCause::Signal });
    alert.updated_at = Some(go_time(&value["UpdatedAt"], now)?);
    Some(alert)
}

#[test]
fn merging() {
    let Some(tables) = util::rows("alert_alert", "corpus/alertmanager/go_tables/alert_alert.jsonl") else { return };
    let mut tally = Tally::new("alert_alert (TestAlertMerge)");
    let now: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    for row in tables.iter().filter(|table| table["func"] == "TestAlertMerge").flat_map(|table| table["value"].as_array().unwrap()) {
        let (Some(a), Some(b), Some(expected)) = (alert(&row["A"], now), alert(&row["B"], now), alert(&row["Res"], now)) else {
            tally.unreadable();
            continue;
        };
        let view = |alert: &Alert| (alert.starts_at, alert.ends_at, alert.updated_at);
        let (merged, other_way) = (a.merge(&b, now), b.merge(&a, now));
        assert_eq!(merged, other_way);
        tally.compare(row, view(&merged), view(&expected));
    }
    tally.finish();
}
