//! Findings about time intervals.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::notifications::calendar::Calendar;
use crate::notifications::config::NotificationConfig;
use crate::notifications::interval_spans::second_of;
use crate::notifications::lint::LintOptions;
use crate::notifications::lint_finding::LintCode;
use crate::notifications::lint_finding::LintFinding;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::time_interval::TimeInterval;
use crate::utils::Pointer;
use crate::utils::civil::DAY;
use crate::utils::civil::date;
use crate::utils::civil::day_number;
use crate::utils::excerpt;

/// When a time interval holds. An interval whose time of the day the clock leaves out on its only day counts as one that sometimes does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Never,
    /// Not any more.
    Before,
    Sometimes,
    Always,
}

fn holds(interval: &TimeInterval, options: &LintOptions) -> Holds {
    let calendar = Calendar::new(interval);
    if calendar.always {
        return Holds::Always;
    }
    if calendar.seconds.is_empty() || calendar.next_match(day_number(-1, 1, 1)).is_none() {
        return Holds::Never;
    }
    // No clock is a whole day behind UTC.
    let year = options.now.map(|now| date(second_of(now).div_euclid(DAY) - 1).0);
    let is_over = year.is_some_and(|year| !interval.years.is_empty() && interval.years.iter().all(|range| range.end() < year));
    if is_over { Holds::Before } else { Holds::Sometimes }
}

/// Notes what is found in time intervals, and when each holds.
pub(crate) fn lint_time_intervals<'a>(
    config: &'a NotificationConfig,
    options: &LintOptions,
    known: &mut HashMap<&'a TimeIntervalName, Holds>,
    findings: &mut Vec<LintFinding>,
) {
    let mut used: HashSet<&TimeIntervalName> = HashSet::new();
    for (_, route) in config.route.walk() {
        used.extend(route.mute_time_intervals.iter().chain(&route.active_time_intervals));
    }
    for (at, named) in config.time_intervals.iter().enumerate() {
        let place = Pointer::root().key("time_intervals").index(at);
        let shown = excerpt(named.name.as_str());
        let mut note = |code, place, message: String, fix: &str| findings.push(LintFinding::new(code, place, message, fix));
        let each: Vec<Holds> = named.intervals.iter().map(|interval| holds(interval, options)).collect();
        let all = if each.contains(&Holds::Always) {
            Holds::Always
        } else if each.contains(&Holds::Sometimes) {
            Holds::Sometimes
        } else if each.contains(&Holds::Before) {
            Holds::Before
        } else {
            Holds::Never
        };
        let (never, over) = ("correct it, or take it out", "give it other years, or take it out");
        match all {
            Holds::Never => {
                note(LintCode::TimeIntervalNeverHolds, place.clone(), format!("the time interval `{shown}` never holds"), never)
            }
            Holds::Before => {
                note(LintCode::TimeIntervalOver, place.clone(), format!("the time interval `{shown}` will not hold again"), over)
            }
            Holds::Sometimes | Holds::Always => {
                for (number, holds) in each.into_iter().enumerate() {
                    let place = || place.clone().key("intervals").index(number);
                    match holds {
                        Holds::Never => {
                            let message = format!("interval {number} of the time interval `{shown}` never holds");
                            note(LintCode::TimeIntervalNeverHolds, place(), message, never);
                        }
                        Holds::Before => {
                            let message = format!("interval {number} of the time interval `{shown}` will not hold again");
                            note(LintCode::TimeIntervalOver, place(), message, over);
                        }
                        Holds::Sometimes | Holds::Always => {}
                    }
                }
            }
        }
        if !used.contains(&named.name) {
            let message = format!("no route names the time interval `{shown}`");
            note(LintCode::TimeIntervalNeverUsed, place, message, "take it out, or name it in a route");
        }
        // Of two with one name the first counts, as it does where names are looked up.
        known.entry(&named.name).or_insert(all);
    }
}
