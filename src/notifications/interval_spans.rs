//! The stretches in which time intervals hold, found without looking at every minute.
//!
//! Between two changes of a zone's clock, wall time runs as UTC does. So the search goes in windows of at most a day in which the offset is
//! one and the same, and takes from each what the calendar holds; where no day of a window is in the calendar it jumps to shortly before the
//! next that is, and where whole years hold, to shortly before the last of them ends.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::HashMap;

use crate::notifications::calendar::Calendar;
use crate::notifications::time_interval::TimeInterval;
use crate::utils::Timestamp;
use crate::utils::civil::DAY;
use crate::utils::civil::date;
use crate::utils::civil::day_number;

/// The second after the last that a [`Timestamp`] can be in.
pub(crate) const END: i64 = 253_402_300_800;

/// How many stretches of single intervals one search looks at.
const MOST_PIECES: usize = 100_000;

/// The second that an instant is in.
pub(crate) fn second_of(at: Timestamp) -> i64 {
    i64::try_from(at.unix_nanos().div_euclid(1_000_000_000)).unwrap_or(0)
}

/// The start of a second; the latest instant where it is beyond.
pub(crate) fn start_of(second: i64) -> Timestamp {
    Timestamp::from_unix_nanos(i128::from(second) * 1_000_000_000).unwrap_or_else(Timestamp::max)
}

impl Calendar {
    /// Whether it holds in this second.
    fn holds(&self, at: i64) -> bool {
        let wall = at + self.location.offset_at(at);
        let (day, second) = (wall.div_euclid(DAY), wall.rem_euclid(DAY));
        self.matches(day) && self.seconds.iter().any(|(start, end)| (*start..*end).contains(&second))
    }

    /// The end of the window from `at` in which the clock is ahead of UTC by `offset`: at most a day.
    ///
    /// Two changes within a day that undo each other are not seen; there are none in the database of time zones.
    fn window(&self, at: i64, offset: i64) -> i64 {
        let (mut same, mut other) = (at, at + DAY);
        if self.location.is_fixed() || self.location.offset_at(other) == offset {
            return other;
        }
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            if self.location.offset_at(middle) == offset { same = middle } else { other = middle }
        }
        other
    }

    /// The first stretch from `from` on in which it holds, or the start of a longer one.
    fn piece(&self, from: i64) -> Option<(i64, i64)> {
        if self.always {
            return (from < END).then_some((from, END));
        }
        if !self.possible {
            return None;
        }
        let mut at = from;
        while at < END {
            let offset = self.location.offset_at(at);
            let day = (at + offset).div_euclid(DAY);
            // The clock may be put back into the day before, and no clock is a whole day off UTC.
            if self.whole_years && self.matches(day) && self.matches(day - 1) {
                let last = self.last_year(date(day).0).unwrap_or(0);
                let stop = (day_number(last + 1, 1, 1) - 3) * DAY;
                if stop > at {
                    return Some((at, stop.min(END)));
                }
            }
            let window = self.window(at, offset);
            let last_day = (window - 1 + offset).div_euclid(DAY);
            let mut matched = false;
            for day in (day..=last_day).filter(|day| self.matches(*day)) {
                matched = true;
                let midnight = day * DAY - offset;
                let next = self.seconds.partition_point(|(_, end)| midnight + end <= at);
                let found = self.seconds.get(next).map(|(start, end)| ((midnight + start).max(at), (midnight + end).min(window).min(END)));
                if let Some((start, end)) = found.filter(|(start, end)| start < end) {
                    return Some((start, end));
                }
            }
            let undisturbed = window == at + DAY;
            at = window;
            if undisturbed && !matched {
                at = at.max((self.next_match(last_day + 1)? - 2) * DAY);
            }
        }
        None
    }
}

/// Several intervals as one: it holds when any of them does.
#[derive(Debug, Clone)]
pub(crate) struct Union {
    calendars: Vec<Calendar>,
}

impl Union {
    pub(crate) fn new<'a>(intervals: impl IntoIterator<Item = &'a TimeInterval>) -> Self {
        // Those that only differ in the times of the day are one: a day of a thousand short times is looked at once.
        let mut places = HashMap::new();
        let mut groups: Vec<(Calendar, Vec<(i64, i64)>)> = Vec::new();
        for mut calendar in intervals.into_iter().map(Calendar::new) {
            let seconds = calendar.take_seconds();
            let place = *places.entry(calendar.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, others)) => others.extend(seconds),
                None => groups.push((calendar, seconds)),
            }
        }
        let calendars = groups.into_iter().map(|(calendar, seconds)| calendar.with_seconds(seconds)).collect();
        Self { calendars }
    }

    pub(crate) fn holds(&self, at: i64) -> bool {
        self.calendars.iter().any(|calendar| calendar.holds(at))
    }

    /// The first second after `at` in which the answer of [`Union::holds`] is another.
    pub(crate) fn next_change(&self, at: i64) -> Option<i64> {
        if self.holds(at) {
            let span = self.spans(at).next()?;
            (span.whole && span.end < END).then_some(span.end)
        } else {
            self.calendars.iter().filter_map(|calendar| calendar.piece(at + 1)).map(|(start, _)| start).min()
        }
    }

    /// The stretches in which it holds, from `from` on.
    pub(crate) fn spans(&self, from: i64) -> Spans<'_> {
        let mut spans = Spans { union: self, heap: BinaryHeap::new(), left: MOST_PIECES };
        for at in 0..self.calendars.len() {
            spans.push(at, from);
        }
        spans
    }
}

/// A stretch in which a union holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// Whether it does not hold at `end`; false where the search gave up.
    pub(crate) whole: bool,
}

/// The stretches of a union, one after the other.
#[derive(Debug)]
pub(crate) struct Spans<'a> {
    union: &'a Union,
    /// The next stretch of each calendar, the earliest on top.
    heap: BinaryHeap<Reverse<(i64, i64, usize)>>,
    left: usize,
}

impl Spans<'_> {
    fn push(&mut self, at: usize, from: i64) {
        if let Some((start, end)) = self.union.calendars.get(at).and_then(|calendar| calendar.piece(from)) {
            self.heap.push(Reverse((start, end, at)));
        }
    }
}

impl Iterator for Spans<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let Reverse((start, mut end, at)) = self.heap.pop()?;
        self.push(at, end);
        while let Some(&Reverse((next, until, at))) = self.heap.peek()
            && next <= end
        {
            if self.left == 0 {
                self.heap.clear();
                return Some(Span { start, end, whole: false });
            }
            self.left -= 1;
            self.heap.pop();
            end = end.max(until);
            // What lies inside the stretch says nothing new.
            self.push(at, end);
        }
        Some(Span { start, end, whole: true })
    }
}
