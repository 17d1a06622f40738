//! A parsed template with the templates it defines.

use std::fmt;
use std::sync::Arc;

use crate::templates::data::TemplateData;
use crate::templates::error::TemplateError;
use crate::templates::error::TemplateErrorKind as Kind;
use crate::templates::go::ast::List;
use crate::templates::go::ast::Source;
use crate::templates::go::ast::Tree;
use crate::templates::go::check;
use crate::templates::go::exec;
use crate::templates::go::options::TemplateOptions;
use crate::templates::go::parser;
use crate::templates::go::parser::Trees;
use crate::templates::go::reference;
use crate::templates::go::reference::Reference;

/// The most blocks and parentheses inside each other, whatever the limits say: reading them takes stack.
const MOST_NESTING: usize = 200;

/// A template in Go's `text/template` language: parsed, and checked as Go checks it when it parses.
///
/// Parsing finds what Go's parser finds, and `promtool check rules` with it: syntax, functions that do not exist, variables that are
/// not declared, two templates of one name. [`check`](Self::check) goes further; the rest shows when a template is rendered.
///
/// Cloning is cheap. Equality compares text and options.
///
/// # Examples
///
/// ```
/// use alert_schemas::templates::AlertData;
/// use alert_schemas::templates::go::{Template, TemplateOptions};
///
/// let text = "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory";
/// let template = Template::parse(text, &TemplateOptions::prometheus())?;
/// let data = AlertData::new([("instance", "web-01")], 0.925);
/// assert_eq!(template.render(&data)?, "web-01 uses 92.5% of its memory");
/// # Ok::<(), alert_schemas::templates::TemplateError>(())
/// ```
#[derive(Clone)]
pub struct Template {
    source: Arc<Source>,
    options: Arc<TemplateOptions>,
    trees: Arc<Trees>,
}

impl Template {
    /// Parses a text.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] with the first problem and its place, as Go stops at the first; also if the text is longer or deeper than
    /// the limits.
    ///
    /// ```
    /// use alert_schemas::templates::go::{Template, TemplateOptions};
    ///
    /// let error = Template::parse("{{ $value | humanise }}", &TemplateOptions::prometheus()).unwrap_err();
    /// assert_eq!(error.to_string(), "function \"humanise\" not defined at line 1, column 13: did you mean `humanize`?");
    /// assert_eq!(error.go_text(), "template: :1: function \"humanise\" not defined");
    /// ```
    pub fn parse(text: &str, options: &TemplateOptions) -> Result<Self, TemplateError> {
        Self::parse_with(text, options, &[])
    }

    /// Parses a text that may call the templates which others define, as Alertmanager does with its template files.
    ///
    /// Of two templates of one name the later one counts, and this text's own last; one that is empty replaces none.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    ///
    /// ```
    /// use alert_schemas::templates::{Value, go::{Template, TemplateOptions}};
    ///
    /// let options = TemplateOptions::alertmanager();
    /// let file = Template::parse(r#"{{ define "title" }}[{{ .Status | toUpper }}]{{ end }}"#, &options.clone().with_name("a.tmpl"))?;
    /// let template = Template::parse_with(r#"{{ template "title" . }} disk"#, &options, &[&file])?;
    /// assert_eq!(template.render(&Value::string_map([("Status", "firing")]))?, "[FIRING] disk");
    /// # Ok::<(), alert_schemas::templates::TemplateError>(())
    /// ```
    pub fn parse_with(text: &str, options: &TemplateOptions, others: &[&Template]) -> Result<Self, TemplateError> {
        let most = options.limits.source_bytes.max(1);
        if text.len() > most {
            let message = format!("the template has {} bytes: expected at most {most}", text.len());
            let go_text = format!("template: {}: {message}", options.name);
            return Err(TemplateError::new(Kind::TooLong, message, go_text, "", 0..0));
        }
        let whole = if options.preamble.is_empty() { Box::from(text) } else { [&*options.preamble, text].concat().into() };
        let source = Arc::new(Source { name: Box::from(&*options.name), text: whole, preamble: options.preamble.len() });
        let nesting = options.limits.nesting.min(MOST_NESTING);
        let own = parser::parse(&source, options.functions, nesting).map_err(|error| *error)?;
        let mut trees = Trees::new();
        for (name, tree) in others.iter().flat_map(|other| other.trees.iter()).chain(&own) {
            if !tree.is_empty() || !trees.contains_key(name) {
                trees.insert(Arc::clone(name), Arc::clone(tree));
            }
        }
        Ok(Self { source, options: Arc::new(options.clone()), trees: Arc::new(trees) })
    }

    /// The template of the empty text.
    pub(crate) fn empty(options: &TemplateOptions) -> Self {
        let text = Box::from(&*options.preamble);
        let source = Arc::new(Source { name: Box::from(&*options.name), text, preamble: options.preamble.len() });
        let name: Arc<str> = Arc::from(&*options.name);
        let root = List::default();
        let tree = Tree { name: Arc::clone(&name), source: Arc::clone(&source), root, defined_at: None };
        let trees = Trees::from([(name, Arc::new(tree))]);
        Self { source, options: Arc::new(options.clone()), trees: Arc::new(trees) }
    }

    /// The text that was parsed, without the preamble.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.source.visible_text()
    }

    /// The options it was parsed with.
    #[must_use]
    pub fn options(&self) -> &TemplateOptions {
        &self.options
    }

    /// The names of the templates that can be called, sorted, its own included.
    ///
    /// ```
    /// use alert_schemas::templates::go::{Template, TemplateOptions};
    ///
    /// let template = Template::parse(r#"{{ define "a" }}x{{ end }}"#, &TemplateOptions::default().with_name("main"))?;
    /// assert_eq!(template.defined(), ["a", "main"]);
    /// # Ok::<(), alert_schemas::templates::TemplateError>(())
    /// ```
    #[must_use]
    pub fn defined(&self) -> Vec<&str> {
        self.trees.keys().map(|name| &**name).collect()
    }

    /// Renders the template.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] where Go stops with an error, too, or at a limit. What was written until then is dropped, as Prometheus and
    /// Alertmanager drop it.
    ///
    /// ```
    /// use alert_schemas::templates::{AlertData, go::{Template, TemplateOptions}};
    ///
    /// let template = Template::parse("{{ $value.unit }}", &TemplateOptions::prometheus())?;
    /// let error = template.render(&AlertData::new([("job", "node")], 1.0)).unwrap_err();
    /// assert_eq!(error.to_string(), "can't evaluate field unit in type float64 at line 1, column 4");
    /// # Ok::<(), alert_schemas::templates::TemplateError>(())
    /// ```
    pub fn render(&self, data: &dyn TemplateData) -> Result<String, TemplateError> {
        self.render_named(&self.options.name, data)
    }

    /// Renders one of the [`defined`](Self::defined) templates.
    ///
    /// # Errors
    ///
    /// As [`render`](Self::render), and if there is no template of this name.
    ///
    /// ```
    /// use alert_schemas::templates::{Value, go::{Template, TemplateOptions}};
    ///
    /// let template = Template::parse(r#"{{ define "a" }}<{{ . }}>{{ end }}"#, &TemplateOptions::default())?;
    /// assert_eq!(template.render_named("a", &Value::from(7))?, "<7>");
    /// assert_eq!(template.render_named("b", &Value::Nil).unwrap_err().code(), "template_undefined_template");
    /// # Ok::<(), alert_schemas::templates::TemplateError>(())
    /// ```
    pub fn render_named(&self, name: &str, data: &dyn TemplateData) -> Result<String, TemplateError> {
        exec::render(&self.trees, name, &self.options, data).map_err(|error| *error)
    }

    /// Looks for what would fail when it is rendered, beyond what parsing finds: the number of arguments of functions, constants of
    /// the wrong type, templates that are not defined, variables that are assigned but never declared, fields that the data does not
    /// have.
    ///
    /// Go, and with it `promtool check rules`, finds none of these before a template is rendered: a template with findings is still
    /// valid. Each finding is sure to fail if it is reached, but may stand in a branch that never is.
    ///
    /// Fields are checked where the dot is known: with Prometheus' functions, at the top of the template.
    ///
    /// ```
    /// use alert_schemas::templates::go::{Template, TemplateOptions};
    ///
    /// let template = Template::parse("{{ humanize }} {{ .Lables.job }}", &TemplateOptions::prometheus())?;
    /// let found: Vec<String> = template.check().iter().map(ToString::to_string).collect();
    /// assert_eq!(found, [
    ///     "wrong number of args for humanize: want 1 got 0 at line 1, column 4",
    ///     "can't evaluate field Lables at line 1, column 19: did you mean `Labels`?",
    /// ]);
    /// # Ok::<(), alert_schemas::templates::TemplateError>(())
    /// ```
    #[must_use]
    pub fn check(&self) -> Vec<TemplateError> {
        check::check(self)
    }

    /// What the text refers to: labels, variables, fields, functions, templates, each with its place, in their order.
    ///
    /// ```
    /// use alert_schemas::templates::go::{ReferenceKind, Template, TemplateOptions};
    ///
    /// let template = Template::parse("{{ $labels.job }} {{ $value | humanize }}", &TemplateOptions::prometheus())?;
    /// let labels: Vec<_> = template.references().into_iter().filter(|found| found.kind() == ReferenceKind::Label).collect();
    /// assert_eq!((labels[0].name(), labels[0].span()), ("job", 3..14));
    /// # Ok::<(), alert_schemas::templates::TemplateError>(())
    /// ```
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        reference::references(self)
    }

    pub(super) fn trees(&self) -> &Trees {
        &self.trees
    }

    /// The trees that this text itself defines.
    pub(super) fn own_trees(&self) -> impl Iterator<Item = &Tree> {
        self.trees.values().map(|tree| &**tree).filter(|tree| Arc::ptr_eq(&tree.source, &self.source))
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        let same_others = || {
            self.trees.len() == other.trees.len()
                && self
                    .trees
                    .iter()
                    .zip(other.trees.iter())
                    .all(|((name, tree), (other_name, other_tree))| name == other_name && tree.source.text == other_tree.source.text)
        };
        self.source.text == other.source.text && self.options == other.options && same_others()
    }
}

impl Eq for Template {}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("text", &self.as_str()).field("defined", &self.defined()).finish_non_exhaustive()
    }
}
