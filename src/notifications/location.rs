//! Time zones by name.

use std::fmt;
use std::str::FromStr;

#[cfg(feature = "tz")]
use chrono::Offset as _;
#[cfg(feature = "tz")]
use chrono::TimeZone as _;

use crate::utils::excerpt;
use crate::utils::nearest;
use crate::utils::text_leaf;

/// Names whose clock never changes, each with its hours east of UTC. (The signs of `Etc/GMT…` are those of POSIX.)
const FIXED: &[(&str, i8)] = &[
    ("UTC", 0),
    ("Etc/UTC", 0),
    ("UCT", 0),
    ("Etc/UCT", 0),
    ("GMT", 0),
    ("Etc/GMT", 0),
    ("GMT0", 0),
    ("GMT+0", 0),
    ("GMT-0", 0),
    ("Etc/GMT0", 0),
    ("Etc/GMT+0", 0),
    ("Etc/GMT-0", 0),
    ("Greenwich", 0),
    ("Etc/Greenwich", 0),
    ("Universal", 0),
    ("Etc/Universal", 0),
    ("Zulu", 0),
    ("Etc/Zulu", 0),
    ("Etc/GMT+1", -1),
    ("Etc/GMT+2", -2),
    ("Etc/GMT+3", -3),
    ("Etc/GMT+4", -4),
    ("Etc/GMT+5", -5),
    ("Etc/GMT+6", -6),
    ("Etc/GMT+7", -7),
    ("Etc/GMT+8", -8),
    ("Etc/GMT+9", -9),
    ("Etc/GMT+10", -10),
    ("Etc/GMT+11", -11),
    ("Etc/GMT+12", -12),
    ("Etc/GMT-1", 1),
    ("Etc/GMT-2", 2),
    ("Etc/GMT-3", 3),
    ("Etc/GMT-4", 4),
    ("Etc/GMT-5", 5),
    ("Etc/GMT-6", 6),
    ("Etc/GMT-7", 7),
    ("Etc/GMT-8", 8),
    ("Etc/GMT-9", 9),
    ("Etc/GMT-10", 10),
    ("Etc/GMT-11", 11),
    ("Etc/GMT-12", 12),
    ("Etc/GMT-13", 13),
    ("Etc/GMT-14", 14),
];

const LOCAL: &str = "Local";

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Zone {
    Fixed {
        name: &'static str,
        hours: i8,
    },
    Local,
    #[cfg(feature = "tz")]
    Named(chrono_tz::Tz),
}

/// The time zone in whose clock a time interval is read: a name of the IANA time zone database such as `Europe/Paris`, `UTC`, or `Local`.
///
/// Names are as they are spelled there, capitals included. The empty name is `UTC`, as Go reads it.
///
/// Without the feature `tz`, only names whose clock never changes are known: `UTC` and its other names, and the offsets `Etc/GMT+12` to
/// `Etc/GMT-14` (where `Etc/GMT-2` is two hours *east* of UTC). A region and a place (`Europe/Paris`) then is an [`InvalidLocation`] of
/// the kind [`InvalidLocationKind::NeedsTz`]; any other name is one of the kind [`InvalidLocationKind::Unknown`], zones such as `Japan` and `CET`
/// included.
///
/// # The local zone
///
/// Alertmanager takes `Local` for the zone of the machine it runs on. This library reads no machine, so that the zone is an argument:
/// [`TimeInterval::with_local`](crate::notifications::TimeInterval::with_local) puts it in the place of `Local`. Until that is done, `Local`
/// is UTC: the zone of the container images that Alertmanager is shipped in.
///
/// # Differences from Alertmanager 0.33
///
/// 4. **The zones are those of the crate `chrono-tz`**, not of the machine: its release of the database decides, and after the year 2099 a
///    clock stays as it was, without further changes to summer time. Files that stand beside the zones on a machine (`posixrules`,
///    `right/…`) are no names.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::Location;
///
/// let zone: Location = "Etc/GMT-2".parse()?;
/// assert_eq!(zone.name(), "Etc/GMT-2");
/// assert_eq!("".parse::<Location>()?, Location::UTC);
/// assert!("europe/paris".parse::<Location>().is_err());
/// # Ok::<(), alert_schemas::notifications::InvalidLocation>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Location(Zone);

impl Location {
    /// Coordinated Universal Time, the default of time intervals.
    pub const UTC: Self = Self(Zone::Fixed { name: "UTC", hours: 0 });

    /// The zone of the machine, which only a caller knows.
    pub const LOCAL: Self = Self(Zone::Local);

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Zone::Fixed { name, .. } => name,
            Zone::Local => LOCAL,
            #[cfg(feature = "tz")]
            Zone::Named(zone) => zone.name(),
        }
    }

    /// Whether it is [`Location::LOCAL`].
    #[must_use]
    pub fn is_local(self) -> bool {
        self.0 == Zone::Local
    }

    /// Seconds that its clock is ahead of UTC at an instant, in seconds since the Unix epoch.
    pub(crate) fn offset_at(self, seconds: i64) -> i64 {
        #[cfg(not(feature = "tz"))]
        let _ = seconds;
        match self.0 {
            Zone::Fixed { hours, .. } => i64::from(hours) * 3_600,
            Zone::Local => 0,
            #[cfg(feature = "tz")]
            Zone::Named(zone) => match chrono::DateTime::from_timestamp(seconds, 0) {
                Some(at) => zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into(),
                None => 0,
            },
        }
    }

    /// Whether its clock never changes.
    pub(crate) fn is_fixed(self) -> bool {
        matches!(self.0, Zone::Fixed { .. } | Zone::Local)
    }

    #[cfg(feature = "tz")]
    fn named(text: &str) -> Result<Self, InvalidLocation> {
        text.parse::<chrono_tz::Tz>().map(|zone| Self(Zone::Named(zone))).map_err(|_| {
            let hint = hint(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
            InvalidLocation { found: excerpt(text), hint, kind: InvalidLocationKind::Unknown }
        })
    }

    #[cfg(not(feature = "tz"))]
    fn named(text: &str) -> Result<Self, InvalidLocation> {
        let hint = hint(text, FIXED.iter().map(|(name, _)| *name));
        // A region and a place: what only the database knows.
        let kind = if text.contains('/') && hint.is_none() { InvalidLocationKind::NeedsTz } else { InvalidLocationKind::Unknown };
        Err(InvalidLocation { found: excerpt(text), hint, kind })
    }
}

/// The name that was probably meant. Capitals count in a name, but not here.
fn hint(text: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let names: Vec<(String, &'static str)> = names.map(|name| (name.to_ascii_lowercase(), name)).collect();
    let words: Vec<&str> = names.iter().map(|(word, _)| word.as_str()).collect();
    let near = nearest(text, &words)?;
    names.iter().find(|(word, _)| word == near).map(|(_, name)| *name)
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

impl FromStr for Location {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        match text {
            "" => Ok(Self::UTC),
            LOCAL => Ok(Self::LOCAL),
            _ => match FIXED.iter().find(|(name, _)| *name == text) {
                Some(&(name, hours)) => Ok(Self(Zone::Fixed { name, hours })),
                None => Self::named(text),
            },
        }
    }
}

text_leaf! {
    Location, error InvalidLocation, code "invalid_location",
    expected "a time zone such as `Europe/Paris`",
    schema {
        "pattern": "^(?:[A-Za-z][A-Za-z0-9+_/-]{0,63})?$", "not": { "pattern": "[\\r\\n]" },
        "examples": ["Europe/Paris", "UTC", "Local"],
        "x-rules": [{ "code": "invalid_location", "rule": "It is `Local`, empty for `UTC`, or a name of the IANA time zone database." }]
    },
    docs "The time zone in whose clock a time interval is read: a name of the IANA time zone database such as `Europe/Paris`, `UTC`, or `Local`.\n\nThe empty name is `UTC`."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Location {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        let fixed = (0..FIXED.len()).prop_map(|at| FIXED.get(at).map_or(Self::UTC, |&(name, hours)| Self(Zone::Fixed { name, hours })));
        let simple = proptest::prop_oneof![4 => fixed, 1 => proptest::strategy::Just(Self::LOCAL)];
        #[cfg(feature = "tz")]
        return proptest::prop_oneof![
            1 => simple,
            2 => (0..chrono_tz::TZ_VARIANTS.len()).prop_map(|at| {
                chrono_tz::TZ_VARIANTS.get(at).and_then(|zone| zone.name().parse().ok()).unwrap_or(Self::UTC)
            }),
        ]
        .boxed();
        #[cfg(not(feature = "tz"))]
        simple.boxed()
    }
}

/// What is wrong about a name of a time zone.
///
/// ```
/// use alert_schemas::notifications::{InvalidLocationKind, Location};
///
/// assert_eq!("Mars".parse::<Location>().unwrap_err().kind(), InvalidLocationKind::Unknown);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidLocationKind {
    /// There is no such zone, or, without the feature `tz`, none that this build knows.
    Unknown,
    /// It is a region and a place, as only the feature `tz` knows them, and this build is without it.
    NeedsTz,
}

/// Why a text is not a time zone.
///
/// ```
/// use alert_schemas::notifications::{InvalidLocation, Location};
///
/// let error: InvalidLocation = "utc".parse::<Location>().unwrap_err();
/// assert_eq!(error.to_string(), "`utc` is not a time zone: expected a name of the IANA database such as `Europe/Paris`; did you mean `UTC`?");
/// assert_eq!(error.code(), "invalid_location");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidLocation {
    found: String,
    hint: Option<&'static str>,
    kind: InvalidLocationKind,
}

impl InvalidLocation {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_location";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> InvalidLocationKind {
        self.kind
    }
}

impl fmt::Display for InvalidLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            InvalidLocationKind::Unknown => {
                write!(f, "`{}` is not a time zone: expected a name of the IANA database such as `Europe/Paris`", self.found)?;
                match self.hint {
                    Some(name) => write!(f, "; did you mean `{name}`?"),
                    None => Ok(()),
                }
            }
            InvalidLocationKind::NeedsTz => write!(
                f,
                "`{}` needs the feature `tz`: this build only knows `UTC`, `Local` and fixed offsets from `Etc/GMT+12` to `Etc/GMT-14`",
                self.found
            ),
        }
    }
}

impl std::error::Error for InvalidLocation {}

crate::utils::umbrella!(InvalidLocation);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_names_are_known_with_and_without_the_database() {
        for (name, hours) in FIXED {
            let zone: Location = name.parse().unwrap();
            assert_eq!((zone.name(), zone.offset_at(0)), (*name, i64::from(*hours) * 3_600));
            #[cfg(feature = "tz")]
            assert_eq!(Location(Zone::Named(name.parse().unwrap())).offset_at(1_700_000_000), i64::from(*hours) * 3_600, "{name}");
        }
        for bad in ["utc", "+02:00", " UTC", "Etc/GMT+13", "../UTC", "/etc/localtime", "local"] {
            assert!(bad.parse::<Location>().is_err(), "{bad}");
        }
        for (bad, hint) in [("utc", "UTC"), ("etc/utc", "Etc/UTC"), ("Etc/GMT+13", "Etc/GMT+1"), ("etc/gmt+77", "Etc/GMT+7")] {
            let error = bad.parse::<Location>().unwrap_err();
            assert_eq!((error.kind(), error.hint), (InvalidLocationKind::Unknown, Some(hint)), "{bad}");
        }
    }

    #[cfg(feature = "tz")]
    #[test]
    fn every_name_of_the_database_reads_back_and_fits_the_pattern() {
        let pattern = regex::Regex::new("^(?:[A-Za-z][A-Za-z0-9+_/-]{0,63})?$").unwrap();
        for zone in chrono_tz::TZ_VARIANTS {
            assert_eq!(zone.name().parse::<Location>().unwrap().name(), zone.name());
            assert!(pattern.is_match(zone.name()), "{zone}");
        }
        let hint = "europe/pari".parse::<Location>().unwrap_err().to_string();
        assert!(hint.ends_with("did you mean `Europe/Paris`?"), "{hint}");
    }

    #[cfg(not(feature = "tz"))]
    #[test]
    fn places_need_the_database() {
        let error = "Europe/Paris".parse::<Location>().unwrap_err();
        assert_eq!(error.kind(), InvalidLocationKind::NeedsTz);
        assert!(error.to_string().contains("needs the feature `tz`"));
        assert_eq!("Japan".parse::<Location>().unwrap_err().kind(), InvalidLocationKind::Unknown);
    }
}
