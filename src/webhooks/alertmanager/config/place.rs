//! Where in a file stands what a place in its tree, or in that of our own configuration, says.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::utils::Pointer;
use crate::utils::Position;
use crate::validations::yaml::Node;
use crate::validations::yaml::Yaml;
use crate::webhooks::alertmanager::config::file::ConfigFile;
use crate::webhooks::alertmanager::config::file::ConfigFileOptions;
use crate::webhooks::alertmanager::config::inhibit_rule::ConfigInhibitRule;
use crate::webhooks::alertmanager::config::route::ConfigRoute;
use crate::webhooks::alertmanager::config::time_interval::ConfigTimeInterval;
use crate::webhooks::placed::Placed;
use crate::webhooks::placed_map::PlacedMap;

impl ConfigFile {
    /// Line and column of the values at places of the tree of a configuration, such as those of [`ConfigFile::files`]; `None` where the text has none there, and
    /// for all if it is no YAML. The text is read once.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
    ///
    /// let text = "route:\n  receiver: everyone\n";
    /// let places = ConfigFile::positions_of(text, &["/route/receiver".parse()?, "/global".parse()?], &ConfigFileOptions::default());
    /// assert_eq!(places[0].map(|place| (place.line, place.column)), Some((2, 13)));
    /// assert_eq!(places[1], None);
    /// # Ok::<(), alert_schemas::utils::InvalidPointer>(())
    /// ```
    #[must_use]
    pub fn positions_of(text: impl AsRef<[u8]>, pointers: &[Pointer], options: &ConfigFileOptions) -> Vec<Option<Position>> {
        let Ok(yaml) = Yaml::read_first(text.as_ref(), &options.limits_here()) else { return vec![None; pointers.len()] };
        let mut known = Children::new();
        let mut find = |pointer: &Pointer| {
            let mut steps = pointer.steps();
            let found = steps.try_fold(yaml.root()?, |node, step| child(&mut known, node.target(), &step));
            found.map(Node::position)
        };
        pointers.iter().map(&mut find).collect()
    }

    /// Line and column of what stands at a place of the [`NotificationConfig`](crate::notifications::NotificationConfig) that [`ConfigFile::to_config`] makes: where
    /// a [`LintFinding`](crate::notifications::LintFinding) is to be shown.
    ///
    /// What has no place of its own in the file, such as a field that is not written, has that of the route, rule, receiver or interval it belongs to; matchers have
    /// that of the first one that is written, whichever of the three ways it is written in. `None` if there is nothing there, or the file was made in a program.
    ///
    /// ```
    /// use alert_schemas::TenantId;
    /// use alert_schemas::notifications::lint;
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
    ///
    /// let text = "route:\n  receiver: ops\n  routes:\n    - matchers: [team=db]\n    - match: { team: db }\nreceivers: [{ name: ops }]\n";
    /// let file = ConfigFile::read(text, &ConfigFileOptions::default())?;
    /// let findings = lint(&file.to_config(&TenantId::default())?.value);
    /// let place = file.place_of(&findings[0].pointer).unwrap();
    /// assert_eq!((findings[0].code.as_str(), place.line, place.column), ("route_shadowed", 5, 7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn place_of(&self, pointer: &Pointer) -> Option<Position> {
        let steps: Vec<String> = pointer.steps().collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let (section, rest) = steps.split_first()?;
        if *section == "route" {
            return route_place(&self.route, rest);
        }
        let (at, rest) = rest.split_first()?;
        let at: usize = at.parse().ok()?;
        match *section {
            "receivers" => {
                // Items without a name are left out.
                let receiver = self.receivers.iter().filter(|receiver| !receiver.name.is_empty()).nth(at)?;
                receiver.position
            }
            "inhibition_rules" => {
                let rule = self.inhibit_rules.get(at)?;
                rule_place(rule, rest).or(rule.position)
            }
            "time_intervals" => {
                let all = self.mute_time_intervals.iter().chain(&self.time_intervals);
                let interval = all.filter(|interval| !interval.name.is_empty()).nth(at)?;
                interval_place(interval, rest).or(interval.position)
            }
            _ => None,
        }
    }
}

/// What stands in lists and mappings, by the steps that lead there.
type Children<'y> = HashMap<u32, HashMap<Cow<'y, str>, Node<'y>>>;

/// The value that a step leads to. A list or mapping is looked through once, however many places stand in it.
fn child<'y>(known: &mut Children<'y>, node: Node<'y>, step: &str) -> Option<Node<'y>> {
    let children = known.entry(node.id()).or_insert_with(|| {
        let mut children: HashMap<Cow<'y, str>, Node<'y>> = HashMap::new();
        for (at, item) in node.items().enumerate() {
            children.insert(at.to_string().into(), item);
        }
        for (key, value) in node.entries() {
            children.entry(key.target().as_str().unwrap_or_default().into()).or_insert(value);
        }
        children
    });
    children.get(step).copied()
}

/// The first place of matchers, in whichever way they are written.
fn matchers_place(lines: &[Placed<String>], maps: [&PlacedMap; 2]) -> Option<Position> {
    let of_maps = maps.into_iter().flat_map(|map| map.iter().filter_map(|(name, _)| name.position));
    lines.iter().filter_map(|line| line.position).chain(of_maps).min_by_key(|place| (place.line, place.column))
}

fn item_place(list: &[Placed<String>], rest: &[&str]) -> Option<Position> {
    let at: usize = rest.first().map_or(Ok(0), |step| step.parse()).ok()?;
    list.get(at)?.position
}

fn route_place(route: &Placed<ConfigRoute>, mut steps: &[&str]) -> Option<Position> {
    let mut route = route;
    while let ["routes", at, rest @ ..] = steps {
        route = route.routes.get(at.parse::<usize>().ok()?)?;
        steps = rest;
    }
    let own = match steps {
        ["receiver", ..] => route.receiver.position,
        ["matchers", ..] => matchers_place(&route.matchers, [&route.match_equal, &route.match_regex]),
        ["continue", ..] => route.continue_matching.position,
        ["group_by", ..] => route.group_by.as_ref().and_then(|labels| labels.position),
        ["group_wait", ..] => route.group_wait.as_ref().and_then(|wait| wait.position),
        ["group_interval", ..] => route.group_interval.as_ref().and_then(|interval| interval.position),
        ["repeat_interval", ..] => route.repeat_interval.as_ref().and_then(|interval| interval.position),
        ["mute_time_intervals", rest @ ..] => item_place(&route.mute_time_intervals, rest),
        ["active_time_intervals", rest @ ..] => item_place(&route.active_time_intervals, rest),
        _ => None,
    };
    own.or(route.position)
}

fn rule_place(rule: &ConfigInhibitRule, steps: &[&str]) -> Option<Position> {
    match steps {
        ["name", ..] => rule.name.position,
        ["source_matchers", ..] => matchers_place(&rule.source_matchers, [&rule.source_match, &rule.source_match_regex]),
        ["target_matchers", ..] => matchers_place(&rule.target_matchers, [&rule.target_match, &rule.target_match_regex]),
        ["equal", rest @ ..] => item_place(&rule.equal, rest),
        _ => None,
    }
}

fn interval_place(interval: &ConfigTimeInterval, steps: &[&str]) -> Option<Position> {
    match steps {
        ["name", ..] => interval.name.position,
        ["intervals", at, ..] => interval.intervals.get(at.parse::<usize>().ok()?)?.position,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::webhooks::alertmanager::config::ConfigFileOptions;

    use super::*;

    #[test]
    fn places_are_those_of_the_file() {
        let text = "route:
  receiver: ops
  repeat_interval: 7m
  routes:
    - match_re: { team: db }
      continue: true
      routes:
        - mute_time_intervals: [n, w]
    - {}
receivers:
  - name: ops
inhibit_rules:
  - source_matchers: [a=1]
    target_match: { b: c }
    equal: [x, y]
mute_time_intervals:
  - name: n
time_intervals:
  - name: w
    time_intervals:
      - weekdays: [monday]
";
        let file = ConfigFile::read(text, &ConfigFileOptions::default()).unwrap();
        let place = |pointer: &str| file.place_of(&pointer.parse().unwrap()).map(|place| (place.line, place.column));
        for (pointer, expected) in [
            ("/route", Some((2, 3))),
            ("/route/receiver", Some((2, 13))),
            ("/route/repeat_interval", Some((3, 20))),
            ("/route/group_interval", Some((2, 3))),
            ("/route/routes/0", Some((5, 7))),
            ("/route/routes/0/matchers", Some((5, 19))),
            ("/route/routes/0/continue", Some((6, 17))),
            ("/route/routes/0/routes/0/mute_time_intervals/1", Some((8, 36))),
            ("/route/routes/1/matchers", Some((9, 7))),
            ("/route/routes/2", None),
            ("/receivers/0", Some((11, 5))),
            ("/inhibition_rules/0", Some((13, 5))),
            ("/inhibition_rules/0/target_matchers", Some((14, 21))),
            ("/inhibition_rules/0/equal/1", Some((15, 16))),
            ("/time_intervals/0", Some((17, 5))),
            ("/time_intervals/1/intervals/0", Some((21, 9))),
            ("/time_intervals/2", None),
            ("/receivers", None),
            ("", None),
        ] {
            assert_eq!(place(pointer), expected, "{pointer}");
        }
        assert_eq!(ConfigFile::default().place_of(&"/route".parse().unwrap()), None);
    }
}
