//! Hand-written configurations, and what happens under them.

use alert_schemas::Labels;
use alert_schemas::alerts::Matchers;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;

use crate::scenario::Act;
use crate::scenario::AlertPost;
use crate::scenario::CHANGE;
use crate::scenario::SECOND;
use crate::scenario::Scenario;
use crate::scenario::THIRD;

const FAR: i64 = 3_600_000;
const LONG_AGO: i64 = -3_600_000;

fn alert(pairs: &[(&str, &str)], starts: i64) -> AlertPost {
    AlertPost::new(Labels::from_pairs(pairs.iter().copied()).expect("labels"), starts).noting("summary", "it broke")
}

fn silence(matchers: &str, starts: i64, ends: i64) -> (i64, Act) {
    (-1_400, Act::Silence(matchers.parse::<Matchers>().expect("matchers"), starts, ends))
}

fn scenario(name: &str, yaml: &str, acts: Vec<(i64, Act)>) -> Scenario {
    let config = ConfigFile::read(yaml, &ConfigFileOptions::default()).unwrap_or_else(|errors| panic!("{name}: {errors}"));
    Scenario::new(name, config, acts)
}

/// What a small team has: critical alerts quiet warnings of the same cluster, and maintenance is silenced.
fn usual() -> Scenario {
    let yaml = "
route:
  receiver: everyone
  group_by: [alertname, cluster]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 5s
  routes:
    - matchers: [team = db]
      receiver: db
      routes:
        - matchers: [severity = critical]
          receiver: db-pager
          group_by: [cluster]
          continue: true
        - matchers: ['severity =~ \"critical|high\"']
    - matchers: ['team != \"\"']
      receiver: web
      repeat_interval: 1250ms
inhibit_rules:
  - source_matchers: [severity = critical]
    target_matchers: ['severity =~ \"warning|info\"']
    equal: [cluster]
receivers:
  - name: everyone
    webhook_configs: [{url: 'http://h/'}]
  - name: db
    webhook_configs: [{url: 'http://h/'}, {url: 'http://h/', send_resolved: false}]
  - name: db-pager
    webhook_configs: [{url: 'http://h/', max_alerts: 2}]
  - name: web
    webhook_configs: [{url: 'http://h/'}]
";
    let db = |name: &str, severity: &str, instance: &str| {
        alert(&[("alertname", name), ("team", "db"), ("severity", severity), ("cluster", "eu"), ("instance", instance), ("job", "pg")], 0)
    };
    let web = |instance: &str, cluster: &str| {
        alert(&[("alertname", "Slow"), ("team", "web"), ("severity", "warning"), ("cluster", cluster), ("instance", instance)], 0)
    };
    let first = vec![
        db("Down", "critical", "db-2"),
        db("Down", "critical", "db-1"),
        db("Full", "critical", "db-10").until(3_000 + CHANGE),
        db("Slow", "warning", "db-1"),
        db("Slow", "info", "db-2"),
        db("Slow", "high", "db-3").until(1_000 + CHANGE),
        web("w-1", "eu"),
        web("w-1", "us"),
        web("w-2", "us"),
        alert(&[("alertname", "Watchdog")], 0),
    ];
    let ended = [db("Down", "critical", "db-1"), db("Down", "critical", "db-2")].map(|alert| alert.until(SECOND)).to_vec();
    let acts = vec![
        silence("instance = w-2", -2_000, FAR),
        silence("{instance =~ \"db-1|db-3\", severity = critical}", -2_000, 3_000 + CHANGE),
        silence("alertname = Watchdog", 2_000 + CHANGE, FAR),
        (0, Act::Alerts(first)),
        (SECOND, Act::Alerts(ended)),
        (4_000 + CHANGE, Act::Unsilence(0)),
    ];
    scenario("usual", yaml, acts)
}

/// Names and values that keys have to quote, all ways to group, and alerts that go many ways.
fn odd_names() -> Scenario {
    let yaml = r#"
route:
  receiver: db.crit
  group_wait: 1s
  group_interval: 3s
  repeat_interval: 1h
  routes:
    - matchers: ['"z.é" = "x\"y"']
      receiver: all of them
      group_by: ['...']
      continue: true
    - matchers: ['zone=~"ä.*"', '"z.é" != "a\\b"']
      receiver: ünï
      group_by: ['z.é', absent]
      continue: true
      routes:
        - matchers: ['zone = "ä 1"']
          group_by: []
          continue: true
        - matchers: ['path =~ ".*\\.d"']
          receiver: db.crit
    - match: {zone: ''}
      match_re: {path: '/.+'}
      receiver: all of them
      group_by: [path]
receivers:
  - name: db.crit
    webhook_configs: [{url: 'http://h/', max_alerts: 1}, {url: 'http://h/', max_alerts: 1, send_resolved: false}]
  - name: all of them
    webhook_configs: [{url: 'http://h/'}]
  - name: ünï
    webhook_configs: [{url: 'http://h/'}]
"#;
    let first = vec![
        alert(&[("alertname", "A"), ("z.é", "x\"y"), ("zone", "ä 1"), ("path", "/etc/a.d")], 0),
        alert(&[("alertname", "A"), ("z.é", "x\"y"), ("zone", "ä 2"), ("path", "/etc/a.d")], 0).until(2_000 + CHANGE),
        alert(&[("alertname", "A"), ("z.é", "a\\b"), ("zone", "ä 1")], 0),
        alert(&[("alertname", "B"), ("z.é", "a\nb"), ("zone", "ä 1")], 0),
        alert(&[("alertname", "B"), ("z.é", "\u{a0}\u{7f}🔥"), ("zone", "ä 3")], 0),
        alert(&[("alertname", "C"), ("path", "/var/log")], 0),
        alert(&[("alertname", "C"), ("path", "/var/log"), ("instance", "10")], 0),
        alert(&[("alertname", "C"), ("path", "/var/log"), ("instance", "9"), ("job", "b")], 0),
        alert(&[("alertname", "C"), ("path", "/var/log"), ("instance", "9"), ("job", "a")], 0),
        alert(&[("alertname", "D")], 0),
        alert(&[("zone", "ä 9"), ("path", "/tmp")], 0),
        alert(&[("alertname", "E")], 0).until(FAR),
    ];
    let later = vec![alert(&[("alertname", "F")], SECOND), alert(&[("alertname", "C"), ("path", "/var/log"), ("job", "c")], SECOND)];
    let acts = vec![silence("{\"z.é\" =~ \".*🔥\"}", -2_000, 4_000 + CHANGE), (0, Act::Alerts(first)), (SECOND, Act::Alerts(later))];
    scenario("odd names", yaml, acts)
}

/// Time intervals, which routes below do not inherit, beside silences.
fn muted() -> Scenario {
    let yaml = "
route:
  receiver: everyone
  group_by: [team]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 5s
  routes:
    - matchers: [team = muted]
      mute_time_intervals: [never, always]
      routes:
        - matchers: [severity = critical]
    - matchers: [team = inactive]
      active_time_intervals: [never, long ago]
      mute_time_intervals: [always]
    - matchers: [team = active]
      active_time_intervals: [never, always]
      mute_time_intervals: [never]
    - matchers: [team = quiet]
      active_time_intervals: [always]
      mute_time_intervals: [always, both]
      continue: true
    - matchers: [team = quiet]
      receiver: other
inhibit_rules:
  - source_matchers: [team = muted]
    target_matchers: [team = inactive]
receivers:
  - name: everyone
    webhook_configs: [{url: 'http://h/'}]
  - name: other
    webhook_configs: [{url: 'http://h/'}]
time_intervals:
  - name: always
    time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]
  - name: never
    time_intervals: [{years: ['1990:1999']}]
  - name: long ago
    time_intervals: [{months: ['1:12'], years: ['1971']}]
mute_time_intervals:
  - name: both
    time_intervals: [{years: ['1990']}, {weekdays: ['sunday:saturday'], days_of_month: ['1:31'], location: UTC}]
";
    let teams = ["muted", "inactive", "active", "quiet", "nobody"];
    let first = teams.iter().flat_map(|team| {
        let of = |severity: &str| alert(&[("alertname", "A"), ("team", team), ("severity", severity)], 0);
        [of("critical"), of("warning").until(3_000 + CHANGE)]
    });
    let acts = vec![silence("{team =~ \"quiet|active\", severity = warning}", -2_000, FAR), (0, Act::Alerts(first.collect()))];
    scenario("muted", yaml, acts)
}

/// Alerts that began long ago, each coming alone: nobody waits for more.
fn old() -> Scenario {
    let yaml = "
route:
  receiver: everyone
  group_by: [alertname]
  group_wait: 2s
  group_interval: 3s
  repeat_interval: 1h
inhibit_rules:
  - source_matchers: [severity = critical]
    target_matchers: [severity = warning]
    equal: [zone]
receivers:
  - name: everyone
    webhook_configs: [{url: 'http://h/'}]
";
    let one =
        |name: &str, severity: &str, zone: &str, starts| alert(&[("alertname", name), ("severity", severity), ("zone", zone)], starts);
    let acts = vec![
        silence("zone = c", -2_000, FAR),
        (-1_000, Act::Alerts(vec![one("Down", "critical", "a", LONG_AGO)])),
        (
            0,
            Act::Alerts(vec![
                one("Down", "info", "a", 0),
                one("New", "info", "b", 0),
                one("New", "warning", "a", 0),
                one("New", "info", "c", 0),
            ]),
        ),
        // It joins a group that waits, and nobody waits any longer.
        (500, Act::Alerts(vec![one("New", "critical", "b", LONG_AGO)])),
        (SECOND, Act::Alerts(vec![one("Late", "warning", "a", LONG_AGO)])),
        (3_500, Act::Alerts(vec![one("Later", "warning", "d", LONG_AGO).until(4_000 + CHANGE)])),
    ];
    scenario("old", yaml, acts)
}

/// Sources that are targets, too, and more than one of them for the same values.
fn two_sided() -> Scenario {
    let yaml = "
route:
  receiver: everyone
  group_by: ['...']
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
inhibit_rules:
  - source_matchers: ['severity =~ \"critical|high\"']
    target_matchers: ['severity =~ \"high|warning\"']
    equal: [zone]
  - source_matchers: [alertname = Down]
    target_matchers: ['alertname != Down']
    equal: [zone, absent]
receivers:
  - name: everyone
    webhook_configs: [{url: 'http://h/'}]
";
    let one = |name: &str, severity: &str, zone: &str| alert(&[("alertname", name), ("severity", severity), ("zone", zone)], 0);
    let first = vec![
        // The server remembers the last of the first two, which does not count for the high one.
        one("A", "critical", "a"),
        one("B", "high", "a"),
        one("C", "warning", "a"),
        one("A", "critical", "b"),
        one("B", "critical", "b").until(FAR),
        one("C", "high", "b"),
        one("D", "warning", "b"),
        one("Down", "info", "b").until(2_000 + CHANGE),
        one("Down", "info", "c").until(4_000 + CHANGE),
        one("D", "warning", "c"),
        one("Down", "warning", ""),
        one("E", "info", ""),
    ];
    // The one that is remembered ends; another one fires on.
    let ended = vec![one("B", "critical", "b").until(SECOND)];
    scenario("two-sided", yaml, vec![(0, Act::Alerts(first)), (SECOND, Act::Alerts(ended))])
}

/// Alerts that come, end, and come again, in groups that become empty.
fn again() -> Scenario {
    let yaml = "
global:
  resolve_timeout: 3650ms
route:
  receiver: told of all
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 5s
  routes:
    - matchers: [team = db]
      receiver: told of fires
      continue: true
    - matchers: ['team =~ \".+\"']
      receiver: nobody
      continue: true
    - matchers: ['alertname =~ \".*\"']
      repeat_interval: 1250ms
      group_interval: 3s
receivers:
  - name: told of all
    webhook_configs: [{url: 'http://h/'}]
  - name: told of fires
    webhook_configs: [{url: 'http://h/', send_resolved: false}]
  - name: nobody
";
    let one = |name: &str, team: &str, starts| alert(&[("alertname", name), ("team", team)], starts);
    let first = vec![
        one("Ends", "db", 0).until(1_000 + CHANGE),
        one("Ends", "web", 0).until(3_000 + CHANGE),
        one("Alone", "db", 0).until(1_000 + CHANGE),
        one("Over", "db", -100).until(-50),
        one("Times out", "db", 0),
        one("Is repeated", "db", 0),
        one("Stays", "db", 0).until(FAR),
        one("Short", "db", 0).until(CHANGE),
    ];
    let second = vec![
        one("Is repeated", "db", 0).noting("summary", "still"),
        one("Ends", "db", SECOND),
        one("Over", "db", SECOND),
        one("Stays", "db", 0).until(SECOND),
    ];
    let third = vec![one("Alone", "db", THIRD), one("Stays", "db", 0), one("Ends", "db", SECOND).until(THIRD), one("New", "web", THIRD)];
    let acts = vec![(0, Act::Alerts(first)), (SECOND, Act::Alerts(second)), (THIRD, Act::Alerts(third))];
    scenario("again", yaml, acts)
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![usual(), odd_names(), muted(), old(), two_sided(), again()]
}
