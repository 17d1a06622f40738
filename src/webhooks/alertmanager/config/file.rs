//! A configuration and what stands in it.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::utils::SecretDisplay;
use crate::utils::excerpt;
use crate::utils::nearest;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::validations::yaml::NodeKind;
use crate::validations::yaml::Yaml;
use crate::validations::yaml::YamlLimits;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::collector::Referred;
use crate::webhooks::alertmanager::config::event_recorder::ConfigEventRecorder;
use crate::webhooks::alertmanager::config::global::ConfigGlobal;
use crate::webhooks::alertmanager::config::inhibit_rule::ConfigInhibitRule;
use crate::webhooks::alertmanager::config::matcher_lines::put;
use crate::webhooks::alertmanager::config::matcher_lines::read_texts;
use crate::webhooks::alertmanager::config::problem::ConfigErrors;
use crate::webhooks::alertmanager::config::receiver::ConfigReceiver;
use crate::webhooks::alertmanager::config::receiver::read_global;
use crate::webhooks::alertmanager::config::receiver::read_receiver;
use crate::webhooks::alertmanager::config::route::ConfigRoute;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::time_interval::ConfigTimeInterval;
use crate::webhooks::alertmanager::config::tracing::ConfigTracing;
use crate::webhooks::alertmanager::config::written::Written;
use crate::webhooks::file_problems::source;
use crate::webhooks::placed::Placed;

/// How a configuration is read.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::yaml::YamlLimits;
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
///
/// let options = ConfigFileOptions::default().with_limits(YamlLimits::default().with_bytes(10));
/// let errors = ConfigFile::read("route: { receiver: a }", &options).unwrap_err();
/// assert_eq!(errors.first().code, "document_too_large");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConfigFileOptions {
    /// How much the file may ask for. A depth above [`ConfigFile::MAX_DEPTH`] counts as that.
    pub limits: YamlLimits,
}

impl ConfigFileOptions {
    /// The same options with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: YamlLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The limits that hold for a configuration.
    pub(super) fn limits_here(&self) -> YamlLimits {
        limits_of(&self.limits)
    }
}

/// The limits that hold for a configuration or a section of it.
pub(super) fn limits_of(limits: &YamlLimits) -> YamlLimits {
    limits.clone().with_depth(limits.depth.min(ConfigFile::MAX_DEPTH))
}

/// A configuration of Alertmanager.
///
/// It holds what was written, each route, rule and interval with its place; comments, layout and what is the default anyway are not kept.
/// [`ConfigFile::to_yaml`] writes it.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::SecretDisplay;
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
///
/// let file = ConfigFile::read(
///     "
/// global: { slack_api_url: 'https://hooks.slack.com/services/T0/B0/x' }
/// route:
///   receiver: everyone
///   group_by: [alertname]
///   routes:
///     - matchers: [team = db]
///       receiver: db
/// receivers:
///   - name: everyone
///   - name: db
///     slack_configs: [{ channel: '#db' }]
/// ",
///     &ConfigFileOptions::default(),
/// )?;
/// assert_eq!(file.receivers[1].slack_configs[0].channel, "#db");
/// assert!(file.to_yaml(SecretDisplay::Hidden).starts_with("global:\n  slack_api_url: \"<secret>\"\nroute:\n  receiver: everyone\n"));
/// assert_eq!(ConfigFile::read(file.to_yaml(SecretDisplay::Exposed), &ConfigFileOptions::default())?, file);
/// # Ok::<(), alert_schemas::webhooks::alertmanager::config::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ConfigFile {
    /// What all receivers share.
    pub global: ConfigGlobal,
    /// The root of the routing tree.
    pub route: Placed<ConfigRoute>,
    /// The inhibition rules.
    pub inhibit_rules: Vec<Placed<ConfigInhibitRule>>,
    /// The receivers.
    pub receivers: Vec<Placed<ConfigReceiver>>,
    /// Files of templates; each may be a pattern such as `templates/*.tmpl`.
    pub templates: Vec<Placed<String>>,
    /// Time intervals under the older key.
    pub mute_time_intervals: Vec<Placed<ConfigTimeInterval>>,
    /// Time intervals.
    pub time_intervals: Vec<Placed<ConfigTimeInterval>>,
    /// Where traces are sent.
    pub tracing: Option<ConfigTracing>,
    /// Where events are written.
    pub event_recorder: ConfigEventRecorder,
}

const KEYS: &[&str] =
    &["global", "route", "inhibit_rules", "receivers", "templates", "mute_time_intervals", "time_intervals", "tracing", "event_recorder"];

/// How many names that nobody has get a suggestion: each costs a look at all names.
const SUGGESTIONS: usize = 20;

/// The sections of a document that come after others, whatever their order in the text.
#[derive(Default)]
struct Later<'y> {
    receivers: Option<Node<'y>>,
    route: Option<Node<'y>>,
    mute_time_intervals: Option<Node<'y>>,
    time_intervals: Option<Node<'y>>,
}

impl<'y> Later<'y> {
    /// Whether a list of names is wrong itself, so that no name of it is known.
    fn is_wrong(section: Option<Node<'y>>) -> bool {
        section.is_some_and(|node| !node.target().is_null() && node.target().kind() != NodeKind::Sequence)
    }
}

impl ConfigFile {
    /// How deep lists and mappings may stand in each other, whatever the limits say.
    pub const MAX_DEPTH: usize = 200;

    /// The most memory that the compiled patterns of all matchers may take, in bytes: 128 MiB, see
    /// [`Matchers::MAX_PATTERN_BYTES`](crate::alerts::Matchers::MAX_PATTERN_BYTES) for how they count. A pattern that is refused counts as 2 MiB.
    pub const MAX_PATTERN_BYTES: usize = 128 << 20;

    /// A configuration in which all alerts go to one receiver, which tells nobody yet.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::ConfigFile;
    ///
    /// assert!(ConfigFile::new("everyone").check().is_ok());
    /// ```
    #[must_use]
    pub fn new(receiver: impl Into<String>) -> Self {
        let receiver = receiver.into();
        Self {
            route: Placed::new(ConfigRoute::new(receiver.clone())),
            receivers: vec![Placed::new(ConfigReceiver::new(receiver))],
            ..Self::default()
        }
    }

    /// Reads a configuration as Alertmanager does: the first document of the text.
    ///
    /// Whether files of secrets and templates are there is not looked at; [`ConfigFile::templates`] names the latter.
    ///
    /// # Errors
    ///
    /// [`ConfigErrors`] with every problem. Where the text is no YAML, the one place at which it ceases to be.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
    ///
    /// let errors = ConfigFile::read("route: { receiver: dba }\nreceivers: [{ name: db }]", &ConfigFileOptions::default()).unwrap_err();
    /// assert_eq!(errors.to_string(), "line 1, column 20: there is no receiver `dba`; did you mean `db`?");
    /// ```
    pub fn read(text: impl AsRef<[u8]>, options: &ConfigFileOptions) -> Result<Self, ConfigErrors> {
        let bytes = text.as_ref();
        let yaml =
            Yaml::read_first(bytes, &options.limits_here()).map_err(|error| ConfigErrors::from_yaml(&error, &source(bytes, &error)))?;
        let (mut collector, mut decoder) = (Collector::new(&yaml), GoDecoder::version_2());
        let mut file = Self::default();
        file.read_document(&mut collector, &mut decoder, yaml.root());
        match collector.finish(&mut decoder) {
            None => Ok(file),
            Some(errors) => Err(errors),
        }
    }

    fn read_document<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, root: Option<Node<'y>>) {
        let Some(root) = root.filter(|root| !root.target().is_null()) else {
            collector.problem_of_all("config_without_route", "there is no `route`: every configuration has a routing tree");
            return;
        };
        // Receivers inherit from `global`, which may stand behind them.
        let mut later = Later::default();
        let is_mapping = collector.mapping(decoder, root, KEYS, &mut |collector, decoder, entry| {
            let value = entry.value;
            match &*entry.key {
                "global" => self.global = read_global(collector, decoder, value),
                "route" => {
                    later.route = Some(value);
                    // One that is merged in replaces this one, whose names count no more.
                    collector.references.clear();
                    self.route.read_any(collector, decoder, None, value);
                }
                "inhibit_rules" => drop(self.inhibit_rules.read_any(collector, decoder, None, value)),
                "receivers" => later.receivers = Some(value),
                "templates" => self.templates = read_templates(collector, decoder, value),
                "mute_time_intervals" => {
                    later.mute_time_intervals = Some(value);
                    self.mute_time_intervals.read_any(collector, decoder, None, value);
                }
                "time_intervals" => {
                    later.time_intervals = Some(value);
                    self.time_intervals.read_any(collector, decoder, None, value);
                }
                "tracing" => drop(self.tracing.read_any(collector, decoder, None, value)),
                "event_recorder" => drop(self.event_recorder.read_any(collector, decoder, None, value)),
                _ => {}
            }
        });
        if !is_mapping {
            return;
        }
        if let Some(receivers) = later.receivers {
            self.read_receivers(collector, decoder, receivers);
        }
        match later.route.filter(|route| !route.target().is_null()) {
            Some(route) => self.route.check_as_root(collector, route),
            None => collector.problem("config_without_route", "there is no `route`: every configuration has a routing tree", root),
        }
        self.check_names(collector, &later);
    }

    fn read_receivers<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) {
        collector.list(decoder, node, &mut |collector, decoder, item| {
            // Alertmanager takes null for a receiver without a name.
            let receiver =
                if item.target().is_null() { Some(ConfigReceiver::zero()) } else { read_receiver(collector, decoder, item, &self.global) };
            // One that is no mapping keeps its place, too.
            self.receivers.push(Placed::at(receiver.unwrap_or_default(), item.position()));
        });
    }

    /// Names are unique, and routes refer to those that are there.
    fn check_names<'y>(&self, collector: &mut Collector<'y>, later: &Later<'y>) {
        let receivers = names_of(later.receivers, self.receivers.iter().map(|it| it.name.as_str()));
        let receivers = unique(collector, &receivers, ("config_receiver_repeated", "receiver"));
        let mut intervals = names_of(later.mute_time_intervals, self.mute_time_intervals.iter().map(|it| it.name.as_str()));
        intervals.extend(names_of(later.time_intervals, self.time_intervals.iter().map(|it| it.name.as_str())));
        // Whichever section stands first, the second of two equal names is told.
        intervals.sort_by_key(|(_, node)| node.position());
        let intervals = unique(collector, &intervals, ("config_time_interval_repeated", "time interval"));
        let no_receivers = Later::is_wrong(later.receivers);
        let no_intervals = Later::is_wrong(later.mute_time_intervals) || Later::is_wrong(later.time_intervals);
        let mut suggestions = 0;
        let mut told = HashSet::new();
        for reference in std::mem::take(&mut collector.references) {
            let (names, is_wrong, code, noun) = match reference.to {
                Referred::Receiver => (&receivers, no_receivers, "config_unknown_receiver", "receiver"),
                Referred::TimeInterval => (&intervals, no_intervals, "config_unknown_time_interval", "time interval"),
            };
            if is_wrong {
                continue;
            }
            // An alias is told once.
            if names.contains_key(reference.name.as_str()) || !told.insert(reference.node.id()) {
                continue;
            }
            suggestions += 1;
            let words: Vec<&str> = if suggestions <= SUGGESTIONS { names.keys().copied().collect() } else { Vec::new() };
            let hint =
                nearest(&reference.name, &sorted(words)).map(|word| format!("; did you mean `{}`?", excerpt(word))).unwrap_or_default();
            collector.problem(code, format!("there is no {noun} `{}`{hint}", excerpt(&reference.name)), reference.node);
        }
    }

    /// Checks a configuration that was made or changed in a program: the same problems as when it is written and read. Their places are in
    /// what [`ConfigFile::to_yaml`] writes.
    ///
    /// # Errors
    ///
    /// [`ConfigErrors`] with every problem.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::ConfigFile;
    ///
    /// let mut file = ConfigFile::new("everyone");
    /// file.route.receiver = "someone".to_owned().into();
    /// assert_eq!(file.check().unwrap_err().first().code, "config_unknown_receiver");
    /// ```
    pub fn check(&self) -> Result<(), ConfigErrors> {
        Self::read(self.to_yaml(SecretDisplay::Exposed), &ConfigFileOptions::default()).map(drop)
    }

    /// Writes the configuration as YAML, in the layout that Alertmanager's documentation has. With its secrets it reads back equal.
    ///
    /// ```
    /// use alert_schemas::utils::SecretDisplay;
    /// use alert_schemas::webhooks::alertmanager::config::ConfigFile;
    ///
    /// let yaml = ConfigFile::new("everyone").to_yaml(SecretDisplay::Hidden);
    /// assert_eq!(yaml, "route:\n  receiver: everyone\nreceivers:\n  - name: everyone\n");
    /// ```
    #[must_use]
    pub fn to_yaml(&self, secrets: SecretDisplay) -> String {
        let mut fields = Vec::new();
        if self.global != ConfigGlobal::default() {
            fields.push(("global".to_owned(), self.global.written(secrets)));
        }
        fields.push(("route".to_owned(), self.route.written(secrets)));
        put(&mut fields, secrets, "inhibit_rules", &self.inhibit_rules);
        if !self.receivers.is_empty() {
            fields.push(("receivers".to_owned(), self.receivers_written(secrets)));
        }
        put(&mut fields, secrets, "templates", &self.templates);
        put(&mut fields, secrets, "mute_time_intervals", &self.mute_time_intervals);
        put(&mut fields, secrets, "time_intervals", &self.time_intervals);
        put(&mut fields, secrets, "tracing", &self.tracing);
        put(&mut fields, secrets, "event_recorder", &self.event_recorder);
        Written::Map(fields).to_yaml()
    }
}

/// The sections on their way to YAML.
impl ConfigFile {
    pub(super) fn global_written(&self) -> Written {
        self.global.written(SecretDisplay::Hidden)
    }

    pub(super) fn receivers_written(&self, secrets: SecretDisplay) -> Written {
        // What was null is written as null, since a mapping has to have a name.
        let item = |it: &ConfigReceiver| if *it == ConfigReceiver::zero() { Written::Null } else { it.written(secrets) };
        Written::List(self.receivers.iter().map(|it| item(it)).collect())
    }

    pub(super) fn tracing_written(&self) -> Written {
        self.tracing.written(SecretDisplay::Hidden)
    }

    pub(super) fn event_recorder_written(&self) -> Written {
        self.event_recorder.written(SecretDisplay::Hidden)
    }
}

/// Reads the paths of templates, and notes those that are no pattern as Go's `path/filepath.Match` reads them.
fn read_templates<'y>(collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) -> Vec<Placed<String>> {
    let mut paths = Vec::new();
    for (path, item) in read_texts(collector, decoder, node) {
        if !is_path_pattern(&path) {
            let message = format!("`{}` is no pattern of paths: a `[` is not closed, or an escape has no character", excerpt(&path));
            collector.problem("config_template_pattern", message, item);
        }
        paths.push(path);
    }
    paths
}

/// Whether a text is a pattern of paths: `[` opens a class of characters or ranges that `]` closes, `\\` takes the next character as it is.
fn is_path_pattern(text: &str) -> bool {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.next().is_none() => return false,
            '[' => {
                if rest.peek() == Some(&'^') {
                    rest.next();
                }
                let mut count = 0;
                while count == 0 || rest.peek() != Some(&']') {
                    if !is_class_member(&mut rest) {
                        return false;
                    }
                    if rest.peek() == Some(&'-') {
                        rest.next();
                        if !is_class_member(&mut rest) {
                            return false;
                        }
                    }
                    count += 1;
                }
                rest.next();
            }
            _ => {}
        }
    }
    true
}

/// Takes a character of a class; more has to follow it.
fn is_class_member(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let is_good = match rest.next() {
        None | Some('-' | ']') => false,
        Some('\\') => rest.next().is_some(),
        Some(_) => true,
    };
    is_good && rest.peek().is_some()
}

fn sorted(mut words: Vec<&str>) -> Vec<&str> {
    words.sort_unstable();
    words
}

/// The names in a list, each with its place.
fn names_of<'y, 'n>(list: Option<Node<'y>>, names: impl Iterator<Item = &'n str>) -> Vec<(&'n str, Node<'y>)> {
    let items = list.into_iter().flat_map(|list| list.target().items());
    items.zip(names).map(|(item, name)| (name, item.target().get("name").unwrap_or(item))).collect()
}

/// The names, and notes those that are there a second time.
fn unique<'y, 'n>(
    collector: &mut Collector<'y>,
    names: &[(&'n str, Node<'y>)],
    (code, noun): (&'static str, &str),
) -> HashMap<&'n str, Node<'y>> {
    let mut first: HashMap<&'n str, Node<'y>> = HashMap::new();
    for (name, node) in names {
        match first.get(name) {
            // A name that is not there was told as such, but for null.
            Some(_) if name.is_empty() && !node.is_null() => {}
            Some(earlier) => {
                let message = format!("there is another {noun} with the name `{}`, at {}", excerpt(name), earlier.position());
                collector.problem(code, message, *node);
            }
            None => drop(first.insert(*name, *node)),
        }
    }
    first
}
