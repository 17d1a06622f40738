//! Silences from the wire and to it.

use crate::alerts::Annotations;
use crate::alerts::LabelName;
use crate::alerts::LabelSyntax;
use crate::alerts::LabelValue;
use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::alerts::Matchers;
use crate::notifications::Silence;
use crate::notifications::SilenceId;
use crate::notifications::SilenceState;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::utils::excerpt;
use crate::validations::Converted;
use crate::validations::Limit;
use crate::validations::Loss;
use crate::validations::UnknownFields;
use crate::validations::fit;
use crate::webhooks::alertmanager::convert::Reception;
use crate::webhooks::alertmanager::label_set::LabelSet;
use crate::webhooks::alertmanager::silence::GettableSilence;
use crate::webhooks::alertmanager::silence::PostableSilence;
use crate::webhooks::alertmanager::silence::SilenceMatcher;
use crate::webhooks::alertmanager::silence::SilenceStatus;
use crate::webhooks::alertmanager::tally::Tally;
use crate::webhooks::alertmanager::wire_time::WireTime;
use crate::webhooks::alertmanager::wire_time::api_text;

/// A conversion under way.
#[derive(Default)]
struct Reading {
    report: Report,
    losses: Vec<Loss>,
}

impl Reading {
    fn lose(&mut self, path: Pointer, code: &'static str, message: impl Into<String>) {
        self.losses.push(Loss::new(path, code, message));
    }

    /// An absent id is the nil id.
    fn id(&mut self, text: Option<&str>) -> SilenceId {
        match text.filter(|text| !text.is_empty()).map(str::parse) {
            None => SilenceId::default(),
            Some(Ok(id)) => id,
            Some(Err(error)) => {
                self.report.push(Pointer::root().key("id"), error.code(), error.to_string());
                SilenceId::default()
            }
        }
    }

    fn matchers(&mut self, wire: &[SilenceMatcher]) -> Matchers {
        let mut list = Vec::with_capacity(wire.len());
        let root = || Pointer::root().key("matchers");
        let mut unknown = Tally::default();
        for (index, one) in wire.iter().enumerate() {
            let at = root().index(index);
            for (name, _) in one.unknown.iter() {
                unknown.count(&mut self.losses, || unknown_loss(at.clone().key(name)));
            }
            if !LabelSyntax::Utf8.allows(&one.name) {
                self.report.push(at.key("name"), "invalid_label_name", "a label name is not empty");
                continue;
            }
            match Matcher::new(one.name.as_str(), one.op(), one.value.as_str()) {
                Ok(matcher) => list.push(matcher),
                Err(error) => self.report.push(at.key("value"), error.code(), error.to_string()),
            }
        }
        unknown.tell_rest(&mut self.losses, root(), "field_not_carried", more_unknown);
        Matchers::new(list).unwrap_or_else(|error| {
            self.report.push(root(), error.code(), error.to_string());
            Matchers::default()
        })
    }

    /// A time; `None` for Go's zero time, and for one that is none.
    fn time(&mut self, field: &str, text: &str) -> Option<Timestamp> {
        match WireTime::read(text) {
            Ok(time) => {
                let at = time.instant()?;
                if at.to_string() != text && api_text(at) != text {
                    self.lose(Pointer::root().key(field), "spelling_changed", format!("`{}` is written as {at}", excerpt(text)));
                }
                Some(at)
            }
            Err(error) => {
                self.report.push(Pointer::root().key(field), error.code(), error.to_string());
                None
            }
        }
    }

    fn text<const MAX: usize>(&mut self, field: &str, text: &str) -> Text<MAX> {
        let fitted = fit(text, Limit::Characters(MAX));
        self.losses.extend(fitted.loss(Pointer::root().key(field)));
        Text::new(fitted.text).unwrap_or_default()
    }

    fn annotations(&mut self, wire: Option<&LabelSet>) -> Annotations {
        let mut annotations = Annotations::new();
        let root = || Pointer::root().key("annotations");
        if wire.is_some_and(LabelSet::is_empty) {
            self.lose(root(), "spelling_changed", "no annotations are left out");
        }
        let (mut lost, mut nulls) = (0, Tally::default());
        for (name, text) in wire.into_iter().flat_map(LabelSet::iter) {
            if text.is_none() {
                nulls.count(&mut self.losses, || Loss::new(root().key(name), "null_value", "null was read as an empty text"));
            }
            let read = name.parse::<LabelName>().ok().zip(LabelValue::new(text.as_deref().unwrap_or_default()).ok());
            if read.is_none_or(|(name, value)| annotations.insert(name, value).is_err()) {
                lost += 1;
            }
        }
        nulls.tell_rest(&mut self.losses, root(), "null_value", |rest| format!("null was read as an empty text {rest} times more"));
        if lost > 0 {
            self.lose(root(), "field_not_carried", format!("{lost} annotations are too long, too many, or have no name"));
        }
        annotations
    }

    fn unknown(&mut self, unknown: &UnknownFields) {
        let mut tally = Tally::default();
        for (name, _) in unknown.iter() {
            tally.count(&mut self.losses, || unknown_loss(Pointer::root().key(name)));
        }
        tally.tell_rest(&mut self.losses, Pointer::root(), "field_not_carried", more_unknown);
    }

    /// The silence, if it keeps the rules; they are told as the wire spells its fields.
    fn finish(mut self, silence: Silence) -> Result<Converted<Silence>, Report> {
        if self.report.is_empty() {
            for violation in silence.check().err().into_iter().flatten() {
                let field = match violation.path.as_str() {
                    "/starts_at" => "startsAt",
                    "/ends_at" => "endsAt",
                    _ => "matchers",
                };
                let (code, message) = match &*violation.code {
                    "ends_before_start" => {
                        (violation.code, format!("`endsAt` {} is before `startsAt` {}", silence.ends_at, silence.starts_at))
                    }
                    "empty_matcher_set" => ("too_few_matchers".into(), "a silence needs a matcher".to_owned()),
                    "silences_everything" => {
                        (violation.code, "every matcher also matches an absent label: expected one that does not".to_owned())
                    }
                    // The fields as the wire spells them.
                    _ => (violation.code, violation.message.replace("`starts_at`", "`startsAt`").replace("`ends_at`", "`endsAt`")),
                };
                self.report.push(Pointer::root().key(field), code, message);
            }
        }
        self.report.into_result(Converted::with(silence, self.losses))
    }
}

fn unknown_loss(at: Pointer) -> Loss {
    Loss::new(at, "field_not_carried", "a field that we do not know is not carried")
}

fn more_unknown(rest: usize) -> String {
    format!("{rest} more fields that we do not know are not carried")
}

fn wire_matchers(set: &Matchers) -> Vec<SilenceMatcher> {
    let wire = |matcher: &Matcher| SilenceMatcher {
        name: matcher.name().to_owned(),
        value: matcher.value().to_owned(),
        is_regex: matcher.op().is_regex(),
        is_equal: Some(matches!(matcher.op(), MatchOp::Equal | MatchOp::Regex)),
        unknown: UnknownFields::new(),
    };
    set.iter().map(wire).collect()
}

fn wire_annotations(silence: &Silence) -> Option<LabelSet> {
    let texts = silence.annotations.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Some(LabelSet::from_pairs(texts)).filter(|texts| !texts.is_empty())
}

/// What no form of Alertmanager has a place for.
fn tenant_loss(silence: &Silence) -> Option<Loss> {
    let is_lost = silence.tenant != TenantId::default();
    is_lost.then(|| Loss::new(Pointer::root().key("tenant"), "field_not_carried", "Alertmanager knows no tenant"))
}

impl PostableSilence {
    /// The silence that is posted, for [`Silences::set`](crate::notifications::Silences::set), with what could not be carried over.
    ///
    /// A start that is Go's zero time is the reception, since a new silence begins no earlier. An author of more than 1,024 characters and a comment of more
    /// than 16,384 are cut. Whether an end in the past is taken, `set` decides.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all that Alertmanager would refuse in it, whenever it is posted: an id that is no UUID, a matcher without a name or with a bad pattern,
    /// no matcher, only matchers that also match an absent label, a bad time, an end before the start; and more than our limits.
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::webhooks::alertmanager::{PostableSilence, Reception};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut post: PostableSilence = serde_json::from_str(
    ///     r#"{"matchers":[{"name":"team","value":"db|web","isRegex":true}],"startsAt":"2025-01-06T09:00:00Z","endsAt":"2025-01-06T10:00:00Z",
    ///         "createdBy":"ada","comment":"maintenance"}"#,
    /// )?;
    /// let silence = post.to_silence(&Reception::at(now))?.value;
    /// assert_eq!(silence.matcher_sets[0].to_string(), r#"{team=~"db|web"}"#);
    ///
    /// post.matchers.clear();
    /// assert_eq!(post.to_silence(&Reception::at(now)).unwrap_err().to_string(), "/matchers: a silence needs a matcher");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_silence(&self, reception: &Reception) -> Result<Converted<Silence>, Report> {
        let mut reading = Reading::default();
        let id = reading.id(self.id.as_deref());
        let matchers = reading.matchers(&self.matchers);
        let starts_at = reading.time("startsAt", &self.starts_at).unwrap_or(reception.now);
        let ends_at = reading.time("endsAt", &self.ends_at).unwrap_or_else(Timestamp::min);
        let mut silence = Silence::new(matchers, starts_at, ends_at);
        silence.tenant = reception.tenant.clone();
        silence.id = id;
        silence.updated_at = reception.now;
        silence.created_by = reading.text("createdBy", &self.created_by);
        silence.comment = reading.text("comment", &self.comment);
        silence.annotations = reading.annotations(self.annotations.as_ref());
        reading.unknown(&self.unknown);
        reading.finish(silence)
    }

    /// The posts that make this silence in Alertmanager, with what they can't carry: one for each matcher set, since its API knows one list.
    ///
    /// They have no id, so that each is new there, under an id that Alertmanager chooses: to change what it knows, set `id` to that id. When it was last changed
    /// is not posted either.
    ///
    /// ```
    /// use alert_schemas::notifications::Silence;
    /// use alert_schemas::webhooks::alertmanager::PostableSilence;
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut silence = Silence::new("team=db".parse()?, now, now + AlertDuration::hours(1));
    /// silence.matcher_sets.push("team=web".parse()?);
    /// let posts = PostableSilence::from_silence(&silence);
    /// assert_eq!((posts.value.len(), posts.value[1].matchers[0].value.as_str()), (2, "web"));
    /// assert_eq!(posts.losses[0].to_string(), "/matcher_sets: one silence with 2 matcher sets is posted as 2 silences");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_silence(silence: &Silence) -> Converted<Vec<Self>> {
        let mut losses: Vec<Loss> = tenant_loss(silence).into_iter().collect();
        let count = silence.matcher_sets.len();
        if count > 1 {
            let message = format!("one silence with {count} matcher sets is posted as {count} silences");
            losses.push(Loss::new(Pointer::root().key("matcher_sets"), "silence_split", message));
        }
        let post = |set| Self {
            id: None,
            matchers: wire_matchers(set),
            starts_at: silence.starts_at.to_string(),
            ends_at: silence.ends_at.to_string(),
            created_by: silence.created_by.to_string(),
            comment: silence.comment.to_string(),
            annotations: wire_annotations(silence),
            unknown: UnknownFields::new(),
        };
        Converted::with(silence.matcher_sets.iter().map(post).collect(), losses)
    }
}

impl GettableSilence {
    /// The silence that the API answered, with what could not be carried over.
    ///
    /// Its state is that of its times, which the clock of the server had when it answered; it is not kept.
    ///
    /// # Errors
    ///
    /// A [`Report`] of what no silence of Alertmanager is like, as for [`PostableSilence::to_silence`], and a state that is none (code `invalid_state`).
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::notifications::SilenceState;
    /// use alert_schemas::webhooks::alertmanager::{GettableSilence, Reception};
    ///
    /// let now: Timestamp = "2025-01-06T09:30:00Z".parse()?;
    /// let answer: GettableSilence = serde_json::from_str(
    ///     r#"{"id":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6","status":{"state":"active"},"updatedAt":"2025-01-06T09:00:00.000Z",
    ///         "matchers":[{"name":"team","value":"db","isRegex":false,"isEqual":true}],"startsAt":"2025-01-06T09:00:00.000Z",
    ///         "endsAt":"2025-01-06T11:00:00.000Z","createdBy":"ada","comment":"maintenance"}"#,
    /// )?;
    /// let silence = answer.to_silence(&Reception::at(now))?;
    /// assert!(silence.is_exact());
    /// assert_eq!(silence.value.state_at(now), SilenceState::Active);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_silence(&self, reception: &Reception) -> Result<Converted<Silence>, Report> {
        let mut reading = Reading::default();
        let id = reading.id(Some(&self.id));
        if self.status.state.parse::<SilenceState>().is_err() {
            let message =
                format!("`{}` is not a state of a silence: expected `pending`, `active` or `expired`", excerpt(&self.status.state));
            reading.report.push(Pointer::root().key("status").key("state"), "invalid_state", message);
        }
        let matchers = reading.matchers(&self.matchers);
        let mut time = |field: &str, text: &str| reading.time(field, text).unwrap_or_else(Timestamp::min);
        let (starts_at, ends_at) = (time("startsAt", &self.starts_at), time("endsAt", &self.ends_at));
        let mut silence = Silence::new(matchers, starts_at, ends_at);
        silence.updated_at = time("updatedAt", &self.updated_at);
        silence.tenant = reception.tenant.clone();
        silence.id = id;
        silence.created_by = reading.text("createdBy", &self.created_by);
        silence.comment = reading.text("comment", &self.comment);
        silence.annotations = reading.annotations(self.annotations.as_ref());
        reading.unknown(&self.status.unknown);
        reading.unknown(&self.unknown);
        reading.finish(silence)
    }

    /// The silence as Alertmanager's API answers it at `now`, with what it can't carry.
    ///
    /// Times are cut to the millisecond, as the API writes them. Of several matcher sets only the first is told, as the API knows one list.
    ///
    /// ```
    /// use alert_schemas::notifications::Silence;
    /// use alert_schemas::webhooks::alertmanager::GettableSilence;
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let silence = Silence::new("team=db".parse()?, now, now + AlertDuration::hours(1)).with_derived_id();
    /// let answer = GettableSilence::from_silence(&silence, now);
    /// assert!(answer.is_exact());
    /// assert_eq!((answer.value.status.state.as_str(), answer.value.ends_at.as_str()), ("active", "2025-01-06T10:00:00.000Z"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_silence(silence: &Silence, now: Timestamp) -> Converted<Self> {
        let mut losses: Vec<Loss> = tenant_loss(silence).into_iter().collect();
        let more = silence.matcher_sets.len().saturating_sub(1);
        if more > 0 {
            let message = format!("{more} more matcher sets are not told: the API knows one list");
            losses.push(Loss::new(Pointer::root().key("matcher_sets"), "silence_sets_not_carried", message));
        }
        let fraction = |at: Timestamp| api_text(at).parse() != Ok(at);
        for (field, at) in [("starts_at", silence.starts_at), ("ends_at", silence.ends_at), ("updated_at", silence.updated_at)] {
            if fraction(at) {
                losses.push(Loss::new(Pointer::root().key(field), "field_not_carried", "the API writes milliseconds"));
            }
        }
        let answer = Self {
            id: silence.id.to_string(),
            status: SilenceStatus { state: silence.state_at(now).to_string(), unknown: UnknownFields::new() },
            updated_at: api_text(silence.updated_at),
            matchers: silence.matcher_sets.first().map(wire_matchers).unwrap_or_default(),
            starts_at: api_text(silence.starts_at),
            ends_at: api_text(silence.ends_at),
            created_by: silence.created_by.to_string(),
            comment: silence.comment.to_string(),
            annotations: wire_annotations(silence),
            unknown: UnknownFields::new(),
        };
        Converted::with(answer, losses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(change: &[(&str, serde_json::Value)]) -> Result<Converted<Silence>, String> {
        let mut json = serde_json::json!({
            "matchers": [{"name": "team", "value": "db", "isRegex": false}], "startsAt": "2025-01-06T09:00:00Z",
            "endsAt": "2025-01-06T11:00:00Z", "createdBy": "ada", "comment": "maintenance"
        });
        for (member, value) in change {
            json[*member] = value.clone();
        }
        let post: PostableSilence = serde_json::from_value(json).unwrap();
        post.to_silence(&Reception::at("2025-01-06T09:30:00Z".parse().unwrap())).map_err(|report| report.to_string())
    }

    #[test]
    fn what_is_wrong_is_told_as_the_wire_spells_it() {
        let refused = |member: &str, value: serde_json::Value| post(&[(member, value)]).unwrap_err();
        assert_eq!(refused("id", "7".into()), "/id: `7` is not an id: expected a UUID such as `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`");
        assert_eq!(
            refused("endsAt", "2025-01-06T08:00:00Z".into()),
            "/endsAt: `endsAt` 2025-01-06T08:00:00Z is before `startsAt` 2025-01-06T09:00:00Z"
        );
        assert_eq!(refused("startsAt", "x".into()), "/startsAt: `x` is not a time: expected RFC 3339 such as `2025-01-06T09:00:00Z`");
        let matcher = |name: &str, value: &str| serde_json::json!([{"name": name, "value": value, "isRegex": true}]);
        assert_eq!(refused("matchers", matcher("", "x")), "/matchers/0/name: a label name is not empty");
        assert_eq!(
            refused("matchers", matcher("a", ".*")),
            "/matchers: every matcher also matches an absent label: expected one that does not"
        );
        assert!(refused("matchers", matcher("a", "(")).starts_with("/matchers/0/value: "));
        let zero = post(&[("endsAt", "0001-01-01T00:00:00Z".into())]).unwrap_err();
        assert!(zero.contains("/endsAt: `endsAt` is Go's zero time"), "{zero}");
    }

    #[test]
    fn what_is_lost_is_told() {
        let losses = |change: &[(&str, serde_json::Value)]| -> Vec<String> {
            post(change).unwrap().losses.iter().map(|loss| format!("{} {}", loss.path, loss.code)).collect()
        };
        let none: [&str; 0] = [];
        assert_eq!(losses(&[]), none);
        assert_eq!(losses(&[("startsAt", "2025-01-06T10:00:00+01:00".into())]), ["/startsAt spelling_changed"]);
        assert_eq!(losses(&[("createdBy", "x".repeat(1_025).into())]), ["/createdBy text_shortened"]);
        assert_eq!(
            losses(&[("x", 7.into()), ("annotations", serde_json::json!({"a": null, "": "b"}))]),
            ["/annotations/a null_value", "/annotations field_not_carried", "/x field_not_carried",]
        );
        let zero = post(&[("startsAt", "0001-01-01T00:00:00Z".into())]).unwrap().value;
        assert_eq!(zero.starts_at.to_string(), "2025-01-06T09:30:00Z");
    }
}
