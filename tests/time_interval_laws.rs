//! What holds of every time interval: the search against looking at every minute, and what bad input costs.

#![cfg(all(feature = "proptest", feature = "tz"))]

use std::time::Instant;

use alert_schemas::AlertDuration;
use alert_schemas::TimeRange;
use alert_schemas::Timestamp;
use alert_schemas::notifications::ClockRange;
use alert_schemas::notifications::ClockTime;
use alert_schemas::notifications::DayOfMonthRange;
use alert_schemas::notifications::Location;
use alert_schemas::notifications::MonthRange;
use alert_schemas::notifications::MuteVerdict;
use alert_schemas::notifications::NamedTimeInterval;
use alert_schemas::notifications::TimeCoverage;
use alert_schemas::notifications::TimeInterval;
use alert_schemas::notifications::WeekdayRange;
use alert_schemas::notifications::YearRange;
use alert_schemas::validations::DecodeLimits;
use proptest::prelude::*;
use serde_json::json;

fn t(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Instants around changes of clocks, ends of months and years, and anywhere.
fn instant() -> impl Strategy<Value = Timestamp> {
    let around = prop_oneof![
        Just("2024-03-31T01:00:00Z"), // Europe, forward
        Just("2024-10-27T01:00:00Z"), // Europe, back
        Just("2024-11-03T06:00:00Z"), // New York, back
        Just("2024-10-05T15:30:00Z"), // Lord Howe, forward by half an hour
        Just("2011-12-30T10:00:00Z"), // Samoa leaves out a day
        Just("1994-12-31T10:00:00Z"), // Kiribati too
        Just("2018-11-04T02:00:00Z"), // São Paulo, forward at midnight
        Just("2006-10-29T02:31:00Z"), // St. John's, back one minute after midnight
        Just("1844-12-31T12:00:00Z"), // Manila leaves out a day
        Just("1867-10-18T12:00:00Z"), // Alaska has one twice
        Just("2024-02-29T00:00:00Z"),
        Just("2024-12-31T23:59:59.5Z"),
        Just("2099-12-31T00:00:00Z"),
        Just("2100-02-28T12:00:00Z"),
        Just("0001-01-01T00:00:00Z"),
        Just("9999-12-31T23:59:59.999999999Z"),
    ];
    let near = (around, 0_u32..4 * 86_400_000).prop_map(|(at, shift)| (t(at) + AlertDuration::millis(shift)).minus(AlertDuration::days(2)));
    prop_oneof![6 => near, 1 => any::<Timestamp>()]
}

/// Zones whose clocks do odd things, more often than others.
fn zone() -> impl Strategy<Value = Option<Location>> {
    let odd = prop_oneof![
        Just("Europe/Paris"),
        Just("America/New_York"),
        Just("Australia/Lord_Howe"),
        Just("Pacific/Apia"),
        Just("Pacific/Kiritimati"),
        Just("America/Sao_Paulo"),
        Just("America/St_Johns"),
        Just("Asia/Manila"),
        Just("America/Sitka"),
        Just("Africa/Casablanca"),
        Just("Asia/Kolkata"),
    ];
    prop_oneof![4 => odd.prop_map(|name| Some(name.parse().unwrap())), 1 => any::<Option<Location>>()]
}

fn interval() -> impl Strategy<Value = TimeInterval> {
    (any::<TimeInterval>(), zone(), any::<[bool; 5]>()).prop_map(|(mut interval, zone, kept)| {
        interval.location = zone;
        // With every field there, next to nothing would hold.
        if kept[0] {
            interval.weekdays.clear();
        }
        if kept[1] {
            interval.days_of_month.clear();
        }
        if kept[2] {
            interval.months.clear();
        }
        if kept[3] || kept[4] {
            interval.years.clear();
        }
        interval
    })
}

/// Arbitrary instants between two, and the last before the second.
fn between(from: Timestamp, to: Timestamp, shares: &[u32]) -> Vec<Timestamp> {
    let (first, last) = (from.unix_millis(), to.unix_millis());
    let length = i128::from(last - first);
    let inside = |share: &u32| first + i64::try_from(length * i128::from(*share) / i128::from(u32::MAX)).unwrap();
    let edge = [first, last - 1, first + 1, first + 60_000, last - 60_000];
    let all = shares.iter().map(inside).chain(edge).filter(|at| (first..last).contains(at));
    all.filter_map(Timestamp::from_unix_millis).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_next_change_is_one_and_the_first(interval in interval(), after in instant(), shares in prop::collection::vec(any::<u32>(), 60)) {
        let holds = interval.contains(after);
        let change = interval.next_change(after);
        if let Some(change) = change {
            prop_assert!(change > after);
            prop_assert_ne!(interval.contains(change), holds, "at {}", change);
        }
        for at in between(after, change.unwrap_or_else(Timestamp::max), &shares) {
            if at >= after {
                prop_assert_eq!(interval.contains(at), holds, "at {} before {:?}", at, change);
            }
        }
    }
}

/// Within this, no search of a few intervals gives up.
const SOON: AlertDuration = AlertDuration::days(700);

proptest! {
    // A verdict looks for its end through the years; few cases take seconds.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_verdict_tells_every_reason_and_its_end(
        lists in prop::collection::vec(prop::collection::vec(interval(), 0..3), 4), at in instant(), shares in prop::collection::vec(any::<u32>(), 40),
        counts in (0_usize..3, 0_usize..3),
    ) {
        let named: Vec<_> = lists.into_iter().enumerate().map(|(index, list)| NamedTimeInterval::new(format!("i{index}").parse().unwrap(), list)).collect();
        let active: Vec<_> = named.iter().take(counts.0).collect();
        let mute: Vec<_> = named.iter().skip(2).take(counts.1).collect();
        let muted = |at: Timestamp| {
            (!active.is_empty() && !active.iter().any(|named| named.contains(at))) || mute.iter().any(|named| named.contains(at))
        };
        let verdict = MuteVerdict::at(at, &active, &mute);
        prop_assert_eq!(verdict.is_muted(), muted(at));
        prop_assert_eq!(verdict.muted_by.len(), mute.iter().filter(|named| named.contains(at)).count());
        prop_assert!(verdict.outside_of.is_empty() || verdict.outside_of.len() == active.len());
        if let Some(until) = verdict.until {
            prop_assert!(until > at);
            prop_assert_ne!(muted(until), muted(at));
        }
        for between in between(at, verdict.until.unwrap_or(at + SOON), &shares) {
            if between >= at {
                prop_assert_eq!(muted(between), muted(at), "at {} before {:?}", between, verdict.until);
            }
        }
    }
}

proptest! {
    // Unions that hold on for a century are among them.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_search_finds_what_looking_at_every_minute_does(interval in interval(), after in instant()) {
        // Whole minutes, so that zones with odd seconds (long ago) are left to the test above.
        let start = Timestamp::from_unix_millis(after.unix_millis().div_euclid(60_000) * 60_000).unwrap_or(after).max(t("1975-01-01T00:00:00Z"));
        let last = start + AlertDuration::days(3);
        let mut minutes = (1..3 * 1_440_u32).map(|minute| start + AlertDuration::minutes(minute));
        let expected = minutes.find(|at| interval.contains(*at) != interval.contains(start));
        let found = interval.next_change(start);
        match expected {
            Some(expected) => prop_assert_eq!(found, Some(expected)),
            None => prop_assert!(found.is_none_or(|at| at >= last)),
        }
    }

    #[test]
    fn coverage_says_what_contains_says(
        intervals in prop::collection::vec(interval(), 0..4), start in instant(), hours in 0_u32..3_000, shares in prop::collection::vec(any::<u32>(), 100),
    ) {
        let range = TimeRange::new(start, start + AlertDuration::hours(hours)).unwrap();
        let named = NamedTimeInterval::new("x".parse().unwrap(), intervals);
        let coverage = named.coverage(range);
        prop_assert!(coverage.is_complete());
        for pair in coverage.spans.windows(2) {
            prop_assert!(pair[0].end() < pair[1].start());
        }
        for at in between(range.start(), range.end(), &shares) {
            let union = named.intervals.iter().any(|interval| interval.contains(at));
            prop_assert_eq!(named.contains(at), union);
            prop_assert_eq!(coverage.contains(at), union && range.contains(at), "at {}", at);
        }
        for span in &coverage.spans {
            prop_assert!(span.start() < span.end() && named.contains(span.start()));
            prop_assert!(span.end() == range.end() || !named.contains(span.end()));
        }
    }

    #[test]
    fn the_next_change_of_several_is_one_and_the_first(
        intervals in prop::collection::vec(interval(), 0..4), after in instant(), shares in prop::collection::vec(any::<u32>(), 60),
    ) {
        let named = NamedTimeInterval::new("x".parse().unwrap(), intervals);
        let (holds, change) = (named.contains(after), named.next_change(after));
        if let Some(change) = change {
            prop_assert!(change > after);
            prop_assert_ne!(named.contains(change), holds, "at {}", change);
        }
        for at in between(after, change.unwrap_or(after + SOON), &shares) {
            if at >= after {
                prop_assert_eq!(named.contains(at), holds, "at {} before {:?}", at, change);
            }
        }
    }

    #[test]
    fn what_is_printed_reads_back(
        weekdays in any::<WeekdayRange>(), days in any::<DayOfMonthRange>(), months in any::<MonthRange>(), years in any::<YearRange>(),
        clock in any::<ClockTime>(), zone in any::<Location>(), interval in any::<TimeInterval>(),
    ) {
        prop_assert_eq!(weekdays.to_string().parse(), Ok(weekdays));
        prop_assert_eq!(days.to_string().parse(), Ok(days));
        prop_assert_eq!(months.to_string().parse(), Ok(months));
        prop_assert_eq!(years.to_string().parse(), Ok(years));
        prop_assert_eq!(clock.to_string().parse(), Ok(clock));
        prop_assert_eq!(zone.to_string().parse(), Ok(zone));
        let text = serde_json::to_vec(&interval).unwrap();
        prop_assert_eq!(TimeInterval::decode(&text, &DecodeLimits::default()), Ok(interval));
    }
}

fn interval_of(value: &serde_json::Value) -> TimeInterval {
    TimeInterval::decode(value.to_string().as_bytes(), &DecodeLimits::default()).unwrap()
}

#[test]
fn a_time_that_comes_twice_holds_twice_and_one_that_never_comes_does_not() {
    let night = interval_of(&json!({"times": [{"start_time": "02:00", "end_time": "03:00"}], "location": "Europe/Paris"}));
    let coverage = |day: &str| night.coverage(day.parse().unwrap()).spans.iter().map(|span| span.to_string()).collect::<Vec<_>>();
    assert_eq!(coverage("2024-10-26T12:00:00Z/2024-10-27T12:00:00Z"), ["2024-10-27T00:00:00Z/2024-10-27T02:00:00Z"]);
    assert_eq!(coverage("2024-03-30T12:00:00Z/2024-03-31T12:00:00Z"), Vec::<String>::new());
    assert_eq!(night.next_change(t("2024-03-30T12:00:00Z")), Some(t("2024-04-01T00:00:00Z")));
}

#[test]
fn the_local_zone_is_an_argument() {
    let local = interval_of(&json!({"weekdays": ["monday"], "location": "Local"}));
    let late = t("2025-01-05T23:30:00Z");
    assert!(!local.contains(late));
    let named = NamedTimeInterval::new("x".parse().unwrap(), vec![local]).with_local("Europe/Paris".parse().unwrap());
    assert!(named.contains(late));
    assert_eq!(serde_json::to_value(&named.intervals[0]).unwrap()["location"], "Europe/Paris");
}

#[test]
fn years_without_end_and_days_that_never_come_are_searched() {
    let started = Instant::now();
    let now = t("2025-01-06T09:00:00Z");
    for (value, expected) in [
        (json!({"years": ["0:99999999"]}), None),
        (json!({"years": ["-9223372036854775808:9223372036854775807"], "location": "Europe/Paris"}), None),
        (json!({"years": ["2020:8999"], "location": "Europe/Paris"}), Some("8999-12-31T23:00:00Z")),
        (json!({"years": ["9999"], "location": "Asia/Tokyo"}), Some("9998-12-31T15:00:00Z")),
        (json!({"years": ["10000"]}), None),
        (json!({"days_of_month": ["30"], "months": ["february"]}), None),
        (
            json!({"months": ["february"], "days_of_month": ["29"], "weekdays": ["sunday"], "years": ["2101:9999"]}),
            Some("2128-02-29T00:00:00Z"),
        ),
        // The hour that summer time leaves out, on the days on which it begins.
        (
            json!({"months": ["march"], "days_of_month": ["25:31"], "weekdays": ["sunday"], "times": [{"start_time": "02:00", "end_time": "03:00"}], "location": "Europe/Paris"}),
            Some("2100-03-28T01:00:00Z"),
        ),
    ] {
        assert_eq!(interval_of(&value).next_change(now), expected.map(t), "{value}");
    }
    println!("next changes: {:?}", started.elapsed());
}

#[test]
fn ten_thousand_intervals_are_searched() {
    let started = Instant::now();
    let clock = |minute: u16| ClockTime::from_minute_of_day(minute).unwrap();
    let intervals: Vec<TimeInterval> = (0..10_000_u16)
        .map(|at| {
            let mut interval = TimeInterval::new();
            interval.times = vec![ClockRange::new(clock(at % 720 * 2), clock(at % 720 * 2 + 1))];
            interval.days_of_month = vec![DayOfMonthRange::new(1, i8::try_from(at / 720 + 10).unwrap()).unwrap()];
            interval.location = Some(if at % 2 == 0 { "Europe/Paris" } else { "Pacific/Apia" }.parse().unwrap());
            interval
        })
        .collect();
    let named = NamedTimeInterval::new("many".parse().unwrap(), intervals);
    assert_eq!(named.check(), Ok(()));
    let now = t("2025-01-06T09:00:00Z");
    let change = named.next_change(now);
    assert!(change.is_some_and(|change| change > now && named.contains(change) != named.contains(now)));
    let verdict = MuteVerdict::at(now, &[&named], &[&named]);
    assert!(verdict.is_muted() && verdict.until.is_none());
    let coverage = named.coverage("2025-01-01T00:00:00Z/9999-01-01T00:00:00Z".parse().unwrap());
    assert!(coverage.spans.len() <= TimeCoverage::MAX_SPANS && !coverage.is_complete() && coverage.complete_until > now);
    println!("10,000 intervals: {:?}", started.elapsed());
    let mut more = named;
    more.intervals.push(TimeInterval::new());
    assert_eq!(more.check().unwrap_err().violations()[0].code, "too_many_items");
}

#[test]
fn times_that_fill_the_day_together_always_hold() {
    let half =
        |start: &str, end: &str| interval_of(&json!({"times": [{"start_time": start, "end_time": end}], "location": "Europe/Paris"}));
    let named = NamedTimeInterval::new("x".parse().unwrap(), vec![half("00:00", "12:00"), half("12:00", "24:00")]);
    assert_eq!(named.next_change(t("2025-01-06T09:00:00Z")), None);
    assert!(named.coverage("2025-01-01T00:00:00Z/9999-01-01T00:00:00Z".parse().unwrap()).is_complete());
}

#[test]
fn a_union_that_never_ends_is_given_up() {
    let started = Instant::now();
    let days = |days: &[&str]| interval_of(&json!({ "weekdays": days }));
    let named = NamedTimeInterval::new("x".parse().unwrap(), vec![days(&["sunday:wednesday"]), days(&["thursday:saturday"])]);
    let now = t("2025-01-06T09:00:00Z");
    assert_eq!(named.next_change(now), None);
    let coverage = named.coverage("2025-01-01T00:00:00Z/9999-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(coverage.spans.len(), 1);
    assert!(
        !coverage.is_complete()
            && coverage.complete_until == coverage.spans[0].end()
            && coverage.complete_until > t("2200-01-01T00:00:00Z")
    );
    println!("a union without an end: {:?}", started.elapsed());
}
