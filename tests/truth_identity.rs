//! Fingerprints, hashes, durations, label names and truncation against what the original Go code answered, row by row.

mod util;

use alert_schemas::AlertDuration;
use alert_schemas::Fingerprint;
use alert_schemas::Labels;
use alert_schemas::alerts::LabelSyntax;
use alert_schemas::alerts::NotificationHash;
use alert_schemas::validations::Limit;
use alert_schemas::validations::fit;
use serde_json::Value;

use crate::util::Tally;

/// Fingerprint, the hash of the notification log where the row has it, and the printed form where the row is a set of labels (one table also
/// hashes an empty name, which no set of labels has).
fn fingerprint_row(tally: &mut Tally, row: &Value) {
    let members = row["labels"].as_object().expect("labels");
    let pairs = || members.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("a text")));
    let labels = Labels::from_pairs(pairs()).ok();
    assert!(labels.is_some() || members.contains_key(""), "{row}");
    let hash = row["alertmanager_nflog_xxh64_decimal"].as_str();
    let mut found =
        vec![Some(Fingerprint::of_pairs(pairs()).to_string()), hash.map(|_| NotificationHash::of_pairs(pairs()).get().to_string())];
    let mut expected = vec![row["fingerprint"].as_str().map(str::to_owned), hash.map(str::to_owned)];
    if let Some(labels) = labels {
        found.extend([Some(Fingerprint::of(&labels).to_string()), Some(labels.to_string())]);
        expected.extend([row["fingerprint"].as_str().map(str::to_owned), row["string"].as_str().map(str::to_owned)]);
        if let Some(answered) = row["api_fingerprint"].as_str() {
            found.push(Some(Fingerprint::of(&labels.without_empty()).to_string()));
            expected.push(Some(answered.to_owned()));
        }
    }
    tally.compare(&row["labels"], found, expected);
}

#[test]
fn fingerprints() {
    let Some(rows) = util::vector("prometheus_fingerprints") else { return };
    let mut tally = Tally::new("vectors/prometheus_fingerprints");
    rows.as_array().unwrap().iter().for_each(|row| fingerprint_row(&mut tally, row));
    tally.finish();

    let Some(rows) = util::rows("fingerprints", "corpus/alertmanager/fingerprints/vectors.jsonl") else { return };
    let mut tally = Tally::new("fingerprints");
    rows.iter().for_each(|row| fingerprint_row(&mut tally, row));
    tally.finish();
}

/// The nanoseconds and canonical form of a duration, `None` where it is refused.
fn duration(text: &str) -> Option<(u64, String)> {
    text.parse::<AlertDuration>().ok().map(|duration| (duration.as_millis() * 1_000_000, duration.to_string()))
}

#[test]
fn durations() {
    let Some(rows) = util::vector("prometheus_durations") else { return };
    let mut tally = Tally::new("vectors/prometheus_durations");
    for row in rows.as_array().unwrap() {
        let input = row["input"].as_str().unwrap();
        let expected = row["nanos"].as_u64().map(|nanos| (nanos, row["format"].as_str().unwrap().to_owned()));
        tally.compare(&input, duration(input), expected);
    }
    tally.finish();

    let Some(rows) = util::rows("durations", "corpus/alertmanager/misc/durations.jsonl") else { return };
    let mut tally = Tally::new("durations");
    for row in rows {
        let input = row["input"].as_str().unwrap();
        let expected = row["ns"].as_u64().map(|nanos| (nanos, row["string"].as_str().unwrap().to_owned()));
        tally.compare(&input, duration(input), expected);
    }
    tally.finish();
}

#[test]
fn label_names() {
    let Some(rows) = util::rows("label_names", "corpus/alertmanager/misc/label_names.jsonl") else { return };
    let mut tally = Tally::new("label_names");
    for row in rows {
        let input = row["input"].as_str().unwrap();
        let found = (LabelSyntax::Legacy.allows(input), LabelSyntax::Utf8.allows(input));
        tally.compare(&input, found, (row["legacy_valid"] == true, row["utf8_valid"] == true));
    }
    tally.finish();
}

/// Rows in which the original panics when cutting bytes are compared for characters alone.
#[test]
fn truncation() {
    let Some(rows) = util::vector("alertmanager_truncation") else { return };
    let mut tally = Tally::new("vectors/alertmanager_truncation");
    for row in rows.as_array().unwrap() {
        let (input, most) = (row["input"].as_str().unwrap(), usize::try_from(row["n"].as_u64().unwrap()).unwrap());
        let cut = |limit| {
            let fitted = fit(input, limit);
            (fitted.text.into_owned(), fitted.lost_characters > 0)
        };
        let expected = |text: &str, cut: &str| (row[text].as_str().unwrap_or_default().to_owned(), row[cut] == true);
        let mut found = vec![cut(Limit::Characters(most))];
        let mut wanted = vec![expected("runes", "runes_truncated")];
        if row["bytes_panics_in_go"].as_str().is_none_or(str::is_empty) {
            found.push(cut(Limit::Bytes(most)));
            wanted.push(expected("bytes", "bytes_truncated"));
        } else {
            assert!(Limit::Bytes(most).holds(&fit(input, Limit::Bytes(most)).text), "{input}");
        }
        tally.compare(&(input, most), found, wanted);
    }
    tally.finish();
}
