//! What it costs to route one alert through a thousand routes, against the plain scan over the same matchers, in one run.
//!
//! Both find the same routes in the same order, which is checked. The fastest of several turns counts. With `ALERT_SCHEMAS_SERVERS`, as
//! `.ci/reference-servers` fills it, the last column says what one call of `amtool config routes test` needs for the same routes, starting it and
//! reading the file included.
//!
//! ```text
//! cargo bench --all-features --bench routing
//! ```

mod shared;

use std::env;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::ptr;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::Labels;
use alert_schemas::notifications::Route;
use alert_schemas::notifications::RouteMatch;
use alert_schemas::notifications::RoutingTree;
use serde_json::Value;
use serde_json::json;

use crate::shared::nanos;

const TURN: Duration = Duration::from_millis(5);
const ALERTS: usize = 100;

/// What Alertmanager does: every route in its order, each matcher of it until one does not match.
fn scan<'a>(route: &'a Route, labels: &Labels, found: &mut Vec<&'a Route>) -> bool {
    if !route.matchers.matches(labels) {
        return false;
    }
    let before = found.len();
    for child in &route.routes {
        if scan(child, labels, found) && !child.continue_matching {
            break;
        }
    }
    if found.len() == before {
        found.push(route);
    }
    true
}

/// The places of a route and of those above it.
fn path(above: &Route, wanted: &Route) -> Option<Vec<usize>> {
    if ptr::eq(above, wanted) {
        return Some(Vec::new());
    }
    above.routes.iter().enumerate().find_map(|(place, route)| Some([vec![place], path(route, wanted)?].concat()))
}

fn route(matchers: &str) -> Route {
    Route::builder().matchers(matchers).build().unwrap_or_else(|report| panic!("{report:#}"))
}

fn root(routes: impl IntoIterator<Item = Route>) -> Route {
    let root = Route::builder().receiver("everyone");
    routes.into_iter().fold(root, |root, route| root.route(route)).build().unwrap_or_else(|report| panic!("{report:#}"))
}

/// Trees of a thousand routes, as people write them.
fn trees() -> Vec<(&'static str, Route)> {
    let teams = (0..1_000).map(|number| route(&format!("team=team-{number}")));
    let continued = (0..1_000).map(|number| {
        let mut route = route(&format!("service=\"service-{}\",severity=~\"critical|high\"", number / 2));
        route.continue_matching = true;
        route
    });
    let nested = (0..100).map(|team| {
        let mut outer = route(&format!("team=team-{team}"));
        let below = (0..9).map(|number| route(&format!("alertname=~\"(Disk|Cpu|Mem){number}.*\",severity!=\"info\"")));
        below.for_each(|route| outer.routes.push(route).expect("room for it"));
        outer
    });
    // No value to look up: each route has to be tried, but each pattern of a value only once.
    let patterns = (0..1_000).map(|number| route(&format!("instance=~\"(web|cache)-{}[0-9]?.*\",env!=\"dev\"", number % 50)));
    vec![
        ("1,000 teams", root(teams)),
        ("1,000 services and a pattern, continue", root(continued)),
        ("100 teams with 9 patterns each", root(nested)),
        ("1,000 routes of 50 patterns", root(patterns)),
    ]
}

fn alerts() -> Vec<Labels> {
    let alert = |number: usize| {
        let severity = ["critical", "high", "warning", "info"][number % 4];
        Labels::from_pairs([
            ("alertname", format!("Disk{}Full", number % 12)),
            ("cluster", "eu-1".to_owned()),
            ("env", "prod".to_owned()),
            ("instance", format!("db-{number}.example.org:9100")),
            ("job", "node".to_owned()),
            ("namespace", "storage".to_owned()),
            ("service", format!("service-{}", number * 7 % 500)),
            ("severity", severity.to_owned()),
            ("team", format!("team-{}", number * 11 % 1_000)),
        ])
    };
    (0..ALERTS).map(|number| alert(number).expect("labels")).collect()
}

/// What a file says of a route.
fn written(route: &Route) -> Value {
    let mut written = json!({"matchers": route.matchers.iter().map(ToString::to_string).collect::<Vec<_>>()});
    written["routes"] = route.routes.iter().map(self::written).collect();
    written["continue"] = route.continue_matching.into();
    if let Some(receiver) = &route.receiver {
        written["receiver"] = receiver.as_str().into();
    }
    written
}

/// Milliseconds of one call of amtool, the fastest of five.
fn amtool(root: &Route, labels: &Labels) -> Option<f64> {
    let program = PathBuf::from(env::var_os("ALERT_SCHEMAS_SERVERS")?).join("usr/bin/amtool");
    let config = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-routes.yml");
    fs::write(&config, json!({"route": written(root), "receivers": [{"name": "everyone"}]}).to_string()).ok()?;
    let call = || {
        let mut command = Command::new(&program);
        command.args(["config", "routes", "test"]).arg(format!("--config.file={}", config.display()));
        command.args(labels.iter().map(|(name, value)| format!("{name}={value}")));
        let begin = Instant::now();
        let output = command.output().ok()?;
        let millis = begin.elapsed().as_secs_f64() * 1e3;
        output.status.success().then_some(millis)
    };
    (0..5).filter_map(|_| call()).min_by(f64::total_cmp)
}

fn main() {
    let alerts = alerts();
    println!(
        "{:<42} {:>8} {:>10} {:>10} {:>7} {:>11} {:>10}",
        "routes", "matched", "tree ns", "scan ns", "ratio", "compile µs", "amtool ms"
    );
    for (name, root) in trees() {
        let tree = RoutingTree::new(&root).unwrap_or_else(|report| panic!("{report:#}"));
        let mut matched = 0;
        for labels in &alerts {
            let mut found = Vec::new();
            scan(&root, labels, &mut found);
            matched += found.len();
            let paths: Vec<_> = found.iter().map(|route| path(&root, route).expect("a route of the tree")).collect();
            assert_eq!(tree.matches(labels).iter().map(RouteMatch::path).collect::<Vec<_>>(), paths, "{name}: {labels}");
        }
        let compiled = nanos(TURN, || {
            for labels in &alerts {
                black_box(tree.matches(black_box(labels)));
            }
        }) / ALERTS as f64;
        let scanned = nanos(TURN, || {
            for labels in &alerts {
                let mut found = Vec::new();
                scan(black_box(&root), black_box(labels), &mut found);
                black_box(found);
            }
        }) / ALERTS as f64;
        let compiling = nanos(TURN, || drop(black_box(RoutingTree::new(black_box(&root))))) / 1e3;
        let amtool =
            alerts.first().and_then(|labels| amtool(&root, labels)).map_or_else(|| "-".to_owned(), |millis| format!("{millis:.1}"));
        let (matched, ratio) = (matched as f64 / ALERTS as f64, scanned / compiled);
        println!("{name:<42} {matched:>8.1} {compiled:>10.0} {scanned:>10.0} {ratio:>6.1}x {compiling:>11.0} {amtool:>10}");
    }
}
