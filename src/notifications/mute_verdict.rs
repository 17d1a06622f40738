//! Whether a route is muted by the calendar, by what, and until when.

use std::fmt;

use crate::notifications::interval_spans::END;
use crate::notifications::interval_spans::Span;
use crate::notifications::interval_spans::Spans;
use crate::notifications::interval_spans::Union;
use crate::notifications::interval_spans::second_of;
use crate::notifications::interval_spans::start_of;
use crate::notifications::named_time_interval::NamedTimeInterval;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::route::Route;
use crate::utils::Timestamp;
use crate::validations::record;

/// How often the reasons may change without a change of the verdict.
const MOST_CHANGES: usize = 10_000;

record! {
    /// Whether a route is muted by time intervals at an instant, by which, and until when.
    ///
    /// It is muted if one of its mute intervals holds, or if it has active intervals and none of them holds. All reasons are told.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::notifications::{MuteVerdict, NamedTimeInterval, TimeInterval};
    ///
    /// let mut weekend = TimeInterval::new();
    /// weekend.weekdays = vec!["saturday".parse()?, "sunday".parse()?];
    /// let weekends = NamedTimeInterval::new("weekends".parse()?, vec![weekend]);
    ///
    /// let saturday: Timestamp = "2025-01-04T12:00:00Z".parse()?;
    /// let verdict = MuteVerdict::at(saturday, &[], &[&weekends]);
    /// assert!(verdict.is_muted());
    /// assert_eq!(verdict.to_string(), "muted by `weekends` until 2025-01-06T00:00:00Z");
    /// let verdict = MuteVerdict::at(saturday, &[&weekends], &[]);
    /// assert_eq!(verdict.to_string(), "not muted until 2025-01-06T00:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct MuteVerdict: closed in notifications;
    example r#"{"muted_by": ["weekends"], "until": "2025-01-06T00:00:00Z"}"#;
    beyond {}
    /// The mute intervals that hold, in the order in which the route names them.
    list(Route::MAX_TIME_INTERVALS) muted_by: TimeIntervalName as "muted_by",
    /// The active intervals of the route, if it has some and none of them holds.
    list(Route::MAX_TIME_INTERVALS) outside_of: TimeIntervalName as "outside_of",
    /// When the route becomes muted if it is not, or ceases to be if it is. Absent where that is not known to happen.
    optional until: Timestamp as "until",
}

impl MuteVerdict {
    /// The verdict at an instant for a route with these active and mute intervals; an empty list of active ones means always active.
    ///
    /// `until` is looked for until the end of the year 9999, and given up where two reasons have followed each other without a gap 10,000 times, or
    /// one of the lists has not changed through 100,000 stretches of single intervals.
    #[must_use]
    pub fn at(at: Timestamp, active: &[&NamedTimeInterval], mute: &[&NamedTimeInterval]) -> Self {
        let muted_by = mute.iter().filter(|named| named.contains(at)).map(|named| named.name.clone()).collect();
        let is_active = active.iter().any(|named| named.contains(at));
        let outside_of = active.iter().filter(|_| !is_active).map(|named| named.name.clone()).collect();
        Self { muted_by, outside_of, until: until(second_of(at), active, mute).map(start_of) }
    }

    /// Whether the route is muted.
    #[must_use]
    pub fn is_muted(&self) -> bool {
        !self.muted_by.is_empty() || !self.outside_of.is_empty()
    }
}

/// The first second after `at` in which the route is muted if it is not, or is not if it is.
fn until(at: i64, active: &[&NamedTimeInterval], mute: &[&NamedTimeInterval]) -> Option<i64> {
    let union = |list: &[&NamedTimeInterval]| Union::new(list.iter().flat_map(|named| &named.intervals));
    let (active_union, mute_union) = (union(active), union(mute));
    let (mut active_spans, mut mute_spans) = (Ahead::new(&active_union, at), Ahead::new(&mute_union, at));
    let mut first = None;
    let mut at = at;
    for _ in 0..MOST_CHANGES {
        let (active_holds, active_change) = if active.is_empty() { (true, END) } else { active_spans.at(at)? };
        let (mute_holds, mute_change) = mute_spans.at(at)?;
        let muted = !active_holds || mute_holds;
        if *first.get_or_insert(muted) != muted {
            return Some(at);
        }
        // While one reason stays, what the other does changes nothing.
        at = match (!active_holds, mute_holds) {
            (false, false) => active_change.min(mute_change),
            (true, false) => active_change,
            (false, true) => mute_change,
            (true, true) => active_change.max(mute_change),
        };
        if at >= END {
            return None;
        }
    }
    None
}

/// The stretches of a union, asked for ever later seconds.
struct Ahead<'a> {
    union: &'a Union,
    spans: Spans<'a>,
    span: Option<Span>,
}

impl<'a> Ahead<'a> {
    /// From this many seconds on, a new search is cheaper than going through the stretches between.
    const FAR: i64 = 30 * 86_400;

    fn new(union: &'a Union, at: i64) -> Self {
        let mut spans = union.spans(at);
        let span = spans.next();
        Self { union, spans, span }
    }

    /// Whether the union holds at `at`, and until when that stays so; `None` where the search gave up.
    fn at(&mut self, at: i64) -> Option<(bool, i64)> {
        if self.span.is_some_and(|span| at - span.end > Self::FAR) {
            *self = Self::new(self.union, at);
        }
        while let Some(span) = self.span {
            if at < span.start {
                return Some((false, span.start));
            }
            if at < span.end {
                // Where the search gave up, the end is none.
                return span.whole.then_some((true, span.end));
            }
            self.span = self.spans.next();
        }
        Some((false, END))
    }
}

impl fmt::Display for MuteVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |f: &mut fmt::Formatter<'_>, names: &[TimeIntervalName]| {
            for (at, name) in names.iter().enumerate() {
                write!(f, "{}`{name}`", if at == 0 { " " } else { ", " })?;
            }
            Ok(())
        };
        f.write_str(if self.is_muted() { "muted" } else { "not muted" })?;
        if !self.muted_by.is_empty() {
            f.write_str(" by")?;
            names(f, &self.muted_by)?;
        }
        if !self.outside_of.is_empty() {
            f.write_str(if self.muted_by.is_empty() { " outside of" } else { " and outside of" })?;
            names(f, &self.outside_of)?;
        }
        match self.until {
            Some(until) => write!(f, " until {until}"),
            None => Ok(()),
        }
    }
}
