//! Thresholds with hysteresis: fire beyond one level, clear at another.

use std::cmp::Ordering;

use crate::metrics::level::Level;
use crate::metrics::sample::Sample;
use crate::metrics::sample::SampleTime;
use crate::metrics::sample::SampleValue;
use crate::utils::AlertDuration;
use crate::utils::vocabulary;
use crate::validations::Rule;
use crate::validations::record;

vocabulary! {
    /// On which side of its level a threshold fires.
    ///
    /// ```
    /// use alert_schemas::metrics::ThresholdSide;
    ///
    /// assert_eq!("above".parse(), Ok(ThresholdSide::Above));
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "a level has two sides")]]
    pub enum ThresholdSide;
    error InvalidThresholdSide in metrics, code "invalid_threshold_side", noun "a side of a threshold";
    /// It fires where values are greater.
    Above = "above",
    /// It fires where values are less.
    Below = "below",
}

record! {
    /// A level beyond which values are trouble, and another at which they are well again.
    ///
    /// With the side `above` it fires once values have been greater than `fire` for the duration `for`, and clears once they have been at or below
    /// `clear` for `clear_for`; `below` is the mirror image. Between the two levels nothing changes, so that a value that trembles around one
    /// level gives one alert and not many.
    ///
    /// NaN is beyond no level, and so counts as well. Where a series ends, nothing is held any longer: it clears at once. Samples that are not
    /// later than one that was seen change nothing.
    ///
    /// # Validity
    ///
    /// `clear` is not beyond `fire`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::metrics::{Sample, Threshold, ThresholdEvent, ThresholdState};
    ///
    /// let mut threshold = Threshold::above(80);
    /// threshold.clear = Some(70.into());
    /// threshold.hold = AlertDuration::minutes(1);
    ///
    /// let mut state = ThresholdState::default();
    /// let mut events = Vec::new();
    /// for (minute, value) in [85.0, 86.0, 75.0, 81.0, 69.0].into_iter().enumerate() {
    ///     let step = threshold.step(&state, &Sample::new(60_000 * minute as i64, value));
    ///     events.extend(step.event.map(|event| (minute, event)));
    ///     state = step.state;
    /// }
    /// assert_eq!(events, [(1, ThresholdEvent::Fired), (4, ThresholdEvent::Cleared)]);
    /// ```
    pub struct Threshold: closed in metrics;
    example r#"{"side": "above", "fire": 80.0, "clear": 70.0, "for": "5m", "clear_for": "2m"}"#;
    beyond { rules RULES; settle Threshold::settled; }
    /// On which side of `fire` the trouble is.
    required side: ThresholdSide as "side",
    /// The level beyond which it fires.
    required fire: Level as "fire",
    /// The level at which it clears; that of `fire` if it is absent.
    optional clear: Level as "clear",
    /// How long values must stay beyond `fire` before it fires.
    defaulted hold: AlertDuration as "for",
    /// How long values must stay well before it clears.
    defaulted clear_for: AlertDuration as "clear_for",
}

const RULES: &[Rule<Threshold>] = &[Rule {
    code: "clear_beyond_fire",
    field: "clear",
    rule: "`clear` is not greater than `fire` on the side `above`, and not less on the side `below`.",
    broken: |threshold| {
        let clear = threshold.clear.filter(|clear| threshold.side.beyond(clear.get(), threshold.fire))?;
        let (side, fire) = (threshold.side, threshold.fire);
        Some(format!("`clear` {clear} is {side} `fire` {fire}: expected a level that is well"))
    },
}];

impl ThresholdSide {
    /// Whether a value is on this side of a level; NaN never is.
    fn beyond(self, value: f64, level: Level) -> bool {
        match self {
            Self::Above => value > level.get(),
            Self::Below => value < level.get(),
        }
    }
}

vocabulary! {
    /// Where a threshold is between well and firing.
    ///
    /// ```
    /// use alert_schemas::metrics::ThresholdPhase;
    ///
    /// assert!(ThresholdPhase::Clearing.is_firing() && !ThresholdPhase::Pending.is_firing());
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "closed by nature: well or not, and on the way from one to the other")]]
    pub enum ThresholdPhase;
    error InvalidThresholdPhase in metrics, code "invalid_threshold_phase", noun "a phase of a threshold";
    /// All is well.
    Quiet = "quiet",
    /// Values are beyond the level, but not yet for long enough.
    Pending = "pending",
    /// It fires.
    Firing = "firing",
    /// It fires, and values are well, but not yet for long enough.
    Clearing = "clearing",
}

impl ThresholdPhase {
    /// Whether it has fired and not cleared.
    #[must_use]
    pub const fn is_firing(self) -> bool {
        matches!(self, Self::Firing | Self::Clearing)
    }
}

record! {
    /// What a threshold remembers from one sample to the next.
    ///
    /// # Validity
    ///
    /// `since` is there in each phase but `quiet`, `fired_at` in `firing` and `clearing`; nothing is later than `newest`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::metrics::{Sample, Threshold, ThresholdPhase, ThresholdState};
    ///
    /// let step = Threshold::above(80).step(&ThresholdState::default(), &Sample::new(0, 85.2));
    /// let state: ThresholdState = step.state;
    /// assert_eq!((state.phase, state.fired_at), (ThresholdPhase::Firing, state.newest));
    /// ```
    pub struct ThresholdState: closed in metrics;
    example r#"{"phase": "pending", "since": "2025-01-06T09:00:00Z", "newest": "2025-01-06T09:01:00Z"}"#;
    beyond { rules STATE_RULES; settle ThresholdState::settled; }
    /// Where it is.
    required phase: ThresholdPhase as "phase",
    /// The first sample of this phase.
    optional since: SampleTime as "since",
    /// When it fired.
    optional fired_at: SampleTime as "fired_at",
    /// The newest sample that was seen.
    optional newest: SampleTime as "newest",
}

const STATE_RULES: &[Rule<ThresholdState>] = &[
    Rule {
        code: "threshold_state_mixed",
        field: "phase",
        rule: "`since` is there in each phase but `quiet`, `fired_at` in `firing` and `clearing` and no other.",
        broken: |state| {
            let fits =
                state.since.is_some() == (state.phase != ThresholdPhase::Quiet) && state.fired_at.is_some() == state.phase.is_firing();
            (!fits).then(|| format!("the phase `{}` does not go with the times that are there", state.phase))
        },
    },
    Rule {
        code: "threshold_state_later",
        field: "newest",
        rule: "`since` and `fired_at` are not later than `newest`.",
        broken: |state| {
            let later = [state.since, state.fired_at].into_iter().flatten().any(|at| Some(at) > state.newest);
            later.then(|| "a time is later than the newest sample".to_owned())
        },
    },
];

impl Default for ThresholdState {
    /// Nothing was seen yet.
    fn default() -> Self {
        Self { phase: ThresholdPhase::Quiet, since: None, fired_at: None, newest: None }
    }
}

impl ThresholdState {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        let some = |at: Option<SampleTime>| Some(at.unwrap_or_default());
        self.since = if self.phase == ThresholdPhase::Quiet { None } else { some(self.since) };
        self.fired_at = if self.phase.is_firing() { some(self.fired_at) } else { None };
        self.newest = self.newest.max(self.since).max(self.fired_at);
        self
    }
}

vocabulary! {
    /// What a sample did to a threshold.
    ///
    /// ```
    /// use alert_schemas::metrics::ThresholdEvent;
    ///
    /// assert_eq!(ThresholdEvent::Fired.as_str(), "fired");
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "it starts or it ends")]]
    pub enum ThresholdEvent;
    error InvalidThresholdEvent in metrics, code "invalid_threshold_event", noun "an event of a threshold";
    /// It started to fire.
    Fired = "fired",
    /// It stopped firing.
    Cleared = "cleared",
}

/// The answer of a threshold to one sample.
///
/// ```
/// use alert_schemas::metrics::{Sample, Threshold, ThresholdEvent, ThresholdState, ThresholdStep};
///
/// let step: ThresholdStep = Threshold::below(10).step(&ThresholdState::default(), &Sample::new(0, 3.0));
/// assert_eq!(step.event, Some(ThresholdEvent::Fired));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ThresholdStep {
    /// What to remember for the next sample.
    pub state: ThresholdState,
    /// What the sample did, if it did something that others should know.
    pub event: Option<ThresholdEvent>,
}

impl Threshold {
    /// Fires at once above this level, and clears at once at or below it.
    #[must_use]
    pub fn above(fire: impl Into<Level>) -> Self {
        Self { side: ThresholdSide::Above, fire: fire.into(), clear: None, hold: AlertDuration::ZERO, clear_for: AlertDuration::ZERO }
    }

    /// Fires at once below this level, and clears at once at or above it.
    #[must_use]
    pub fn below(fire: impl Into<Level>) -> Self {
        Self { side: ThresholdSide::Below, ..Self::above(fire) }
    }

    /// What the sample does: a function of its arguments alone, so that the same samples give the same answers anywhere.
    ///
    /// Gaps between samples are not looked at: the time from one to the next counts as if values had stayed as they were. A threshold that is
    /// not valid answers, too, with `clear` taken as it is.
    ///
    /// ```
    /// use alert_schemas::metrics::{Sample, Threshold, ThresholdEvent, ThresholdState};
    ///
    /// let threshold = Threshold::above(80);
    /// let fired = threshold.step(&ThresholdState::default(), &Sample::new(0, 85.2));
    /// let ended = threshold.step(&fired.state, &Sample::stale(60_000));
    /// assert_eq!((fired.event, ended.event), (Some(ThresholdEvent::Fired), Some(ThresholdEvent::Cleared)));
    /// ```
    #[must_use]
    pub fn step(&self, state: &ThresholdState, sample: &Sample) -> ThresholdStep {
        let at = sample.at;
        if state.newest.is_some_and(|newest| at <= newest) {
            return ThresholdStep { state: state.clone(), event: None };
        }
        let (value, ended) = match sample.value {
            SampleValue::Float(value) => (value, false),
            SampleValue::Stale => (f64::NAN, true),
        };
        let firing = state.phase.is_firing();
        let beyond = self.side.beyond(value, if firing { self.clear.unwrap_or(self.fire) } else { self.fire });
        let wait = if firing { self.clear_for } else { self.hold };
        let waiting = if firing { ThresholdPhase::Clearing } else { ThresholdPhase::Pending };

        let mut next = ThresholdState { newest: Some(at), ..state.clone() };
        let mut event = None;
        if beyond == firing {
            // As before: what was on its way is so no longer.
            match (firing, state.phase) {
                (true, ThresholdPhase::Clearing) => (next.phase, next.since) = (ThresholdPhase::Firing, Some(at)),
                (false, _) => (next.phase, next.since) = (ThresholdPhase::Quiet, None),
                (true, _) => {}
            }
            return ThresholdStep { state: next, event };
        }
        let since = if state.phase == waiting { state.since.unwrap_or(at) } else { at };
        let waited = at.millis().saturating_sub(since.millis()).unsigned_abs();
        if ended || waited >= wait.as_millis() {
            (next.phase, next.since, next.fired_at, event) = match firing {
                true => (ThresholdPhase::Quiet, None, None, Some(ThresholdEvent::Cleared)),
                false => (ThresholdPhase::Firing, Some(at), Some(at), Some(ThresholdEvent::Fired)),
            };
        } else {
            (next.phase, next.since) = (waiting, Some(since));
        }
        ThresholdStep { state: next, event }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        let wrong = if self.side == ThresholdSide::Above { Ordering::Greater } else { Ordering::Less };
        if let Some(clear) = &mut self.clear
            && clear.order(self.fire) == wrong
        {
            std::mem::swap(clear, &mut self.fire);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each sample's phase, with `!` where it fires and `.` where it clears; one sample a minute, NaN as itself, infinity as the mark.
    fn walk(threshold: &Threshold, values: &[f64]) -> String {
        let mut state = ThresholdState::default();
        let mut out = Vec::new();
        for (minute, value) in (0_i64..).zip(values) {
            let value = if value.is_infinite() { SampleValue::Stale } else { SampleValue::Float(*value) };
            let step = threshold.step(&state, &Sample::new(minute * 60_000, value));
            state = step.state;
            assert_eq!(state.check(), Ok(()));
            let mark = match step.event {
                Some(ThresholdEvent::Fired) => "!",
                Some(ThresholdEvent::Cleared) => ".",
                None => "",
            };
            out.push(format!("{}{mark}", state.phase));
        }
        out.join(" ")
    }

    #[test]
    fn it_fires_beyond_and_clears_at_the_level() {
        assert_eq!(walk(&Threshold::above(80), &[80.0, 80.5, 80.5, 80.0]), "quiet firing! firing quiet.");
        assert_eq!(walk(&Threshold::below(10), &[10.0, 9.5, 9.0, 10.0]), "quiet firing! firing quiet.");
    }

    #[test]
    fn between_the_levels_nothing_changes() {
        let threshold = Threshold { clear: Some(70.into()), ..Threshold::above(80) };
        assert_eq!(walk(&threshold, &[75.0, 81.0, 75.0, 71.0, 81.0, 70.0, 75.0]), "quiet firing! firing firing firing quiet. quiet");
        let threshold = Threshold { clear: Some(20.into()), ..Threshold::below(10) };
        assert_eq!(walk(&threshold, &[15.0, 9.0, 15.0, 20.0]), "quiet firing! firing quiet.");
    }

    #[test]
    fn both_ways_take_their_time() {
        let threshold = Threshold { hold: AlertDuration::minutes(2), clear_for: AlertDuration::minutes(1), ..Threshold::above(80) };
        let values = [81.0, 79.0, 81.0, 81.0, 81.0, 79.0, 81.0, 79.0, 79.0];
        assert_eq!(walk(&threshold, &values), "pending quiet pending pending firing! clearing firing clearing quiet.");
        // While it waits, the level is the one that fires, even where there is another to clear.
        let threshold = Threshold { clear: Some(70.into()), ..threshold };
        assert_eq!(walk(&threshold, &[81.0, 75.0, 81.0]), "pending quiet pending");
    }

    #[test]
    fn an_ended_series_holds_nothing_and_nan_is_beyond_nothing() {
        let threshold = Threshold { hold: AlertDuration::minutes(1), clear_for: AlertDuration::minutes(9), ..Threshold::above(80) };
        let mark = f64::INFINITY;
        assert_eq!(walk(&threshold, &[81.0, mark, 81.0, 81.0, mark, mark]), "pending quiet pending firing! quiet. quiet");
        assert_eq!(walk(&Threshold::above(80), &[f64::NAN, 81.0, f64::NAN]), "quiet firing! quiet.");
    }

    #[test]
    fn late_samples_change_nothing() {
        let threshold = Threshold::above(80);
        let fired = threshold.step(&ThresholdState::default(), &Sample::new(60_000, 81.0)).state;
        for at in [0, 60_000] {
            let step = threshold.step(&fired, &Sample::new(at, 1.0));
            assert_eq!((step.state, step.event), (fired.clone(), None));
        }
    }

    #[test]
    fn a_level_to_clear_is_well() {
        let threshold = Threshold { clear: Some(81.into()), ..Threshold::above(80) };
        let report = threshold.check().unwrap_err();
        assert_eq!(report.violations()[0].code, "clear_beyond_fire");
        assert_eq!(report.violations()[0].message, "`clear` 81 is above `fire` 80: expected a level that is well");
        assert!(Threshold { clear: Some(80.into()), ..Threshold::above(80) }.check().is_ok());
        assert!(Threshold { clear: Some(79.into()), ..Threshold::below(80) }.check().is_err());
    }
}

#[cfg(all(test, feature = "proptest"))]
mod laws {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn events_alternate_and_any_state_has_an_answer(
            threshold in any::<Threshold>(),
            start in any::<ThresholdState>(),
            samples in proptest::collection::vec(any::<Sample>(), 0..20),
        ) {
            let (mut state, mut firing) = (start.clone(), start.phase.is_firing());
            for sample in &samples {
                let step = threshold.step(&state, sample);
                prop_assert_eq!(step.state.check(), Ok(()));
                prop_assert_eq!(step.event.is_some(), step.state.phase.is_firing() != firing);
                // What was seen once changes nothing the second time.
                prop_assert_eq!(threshold.step(&step.state, sample).state, step.state.clone());
                firing = step.state.phase.is_firing();
                state = step.state;
            }
        }
    }
}
