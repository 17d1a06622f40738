//! What every other module stands on: ids, time, strict text, reports, and Go's ways of writing things.
//!
//! | I want to … | look at |
//! |---|---|
//! | name a tenant, an alert, a rule | [`TenantId`], [`AlertId`], [`RuleId`] |
//! | read and write time | [`Timestamp`], [`AlertDuration`], [`TimeRange`] |
//! | say everything that is wrong at once | [`Report`], [`Violation`], [`Pointer`] |
//! | limit a text | [`Text`] |
//! | count without losing digits in JavaScript | [`Count`] |
//! | read the four variables of a service | [`Settings`] |
//! | quote, print and match as Go does | [`go`] |

mod any_error;
mod caret;
pub(crate) mod civil;
mod count;
mod duration;
mod error;
pub mod go;
mod hex;
mod id;
mod leaf;
mod name;
mod pointer;
mod report;
mod secret;
mod settings;
mod state_version;
mod suggest;
mod tenant;
mod text;
mod time_range;
mod timestamp;
mod unshown;
mod vocabulary;

pub use self::any_error::Error;
pub use self::count::Count;
pub use self::count::InvalidCount;
pub use self::duration::AlertDuration;
pub use self::duration::InvalidDuration;
pub use self::error::ErrorCode;
pub use self::id::AlertId;
pub use self::id::InvalidAlertId;
pub use self::id::InvalidRuleId;
pub use self::id::InvalidSilenceId;
pub use self::id::RuleId;
pub use self::id::SilenceId;
pub use self::pointer::InvalidPointer;
pub use self::pointer::Pointer;
pub use self::report::Position;
pub use self::report::Report;
pub use self::report::Violation;
pub use self::secret::Secret;
pub use self::secret::SecretDisplay;
pub use self::settings::Settings;
pub use self::state_version::InvalidStateVersion;
pub use self::state_version::StateVersion;
pub use self::tenant::InvalidTenantId;
pub use self::tenant::TenantId;
pub use self::text::Text;
pub use self::text::TextTooLong;
pub use self::time_range::InvalidTimeRange;
pub use self::time_range::TimeRange;
pub use self::timestamp::InvalidTimestamp;
pub use self::timestamp::Timestamp;

pub(crate) use self::any_error::umbrella;
pub(crate) use self::caret::write_caret;
pub(crate) use self::error::CODES;
pub(crate) use self::hex::read_hex;
pub(crate) use self::hex::write_hex;
pub(crate) use self::leaf::Leaf;
pub(crate) use self::leaf::LeafKind;
pub(crate) use self::leaf::excerpt;
pub(crate) use self::leaf::text_leaf;
#[cfg(feature = "schema")]
pub(crate) use self::name::NAME_CHARACTERS;
pub(crate) use self::name::is_at_most;
pub(crate) use self::name::is_line;
pub(crate) use self::name::is_name;
pub(crate) use self::pointer::Path;
pub(crate) use self::suggest::nearest;
#[cfg(feature = "proptest")]
pub(crate) use self::text::matching;
pub(crate) use self::text::string_newtype;
#[cfg(any(test, feature = "schema"))]
pub(crate) use self::timestamp::TIMESTAMP_PATTERN;
pub(crate) use self::unshown::read_unshown;
pub(crate) use self::unshown::unshown;
pub(crate) use self::vocabulary::vocabulary;

/// The part of a doc comment that people of other languages read: the text before the first heading, without Rust's links.
#[cfg(feature = "schema")]
pub(crate) fn schema_text(docs: &str) -> String {
    let mut text = String::new();
    let prose = docs.lines().map(str::trim).take_while(|line| !line.starts_with('#') && !line.starts_with("```"));
    for line in prose {
        if line.is_empty() {
            text = text.trim_end().to_owned();
            if !text.is_empty() {
                text.push_str("\n\n");
            }
        } else {
            text.push_str(line);
            text.push(' ');
        }
    }
    // [`Name`](path) and [`Name`] become `Name`, [words](path) become words.
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim_end();
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        let Some((words, tail)) = after.split_once(']') else {
            rest = after;
            break;
        };
        plain.push_str(words);
        rest = match tail.strip_prefix('(') {
            Some(target) => target.split_once(')').map_or("", |(_, tail)| tail),
            None => tail,
        };
    }
    plain.push_str(rest);
    plain
}

#[cfg(all(test, feature = "schema"))]
mod tests {
    use super::schema_text;

    #[test]
    fn descriptions_are_the_prose_without_links() {
        let docs = " An [`Alert`], or [two](crate::alerts).\n Same line.\n\n Next [`part`](a::b).\n\n # Examples\n hidden\n";
        assert_eq!(schema_text(docs), "An `Alert`, or two. Same line.\n\nNext `part`.");
        assert_eq!(schema_text(" open [bracket"), "open bracket");
        assert_eq!(schema_text(""), "");
    }
}
