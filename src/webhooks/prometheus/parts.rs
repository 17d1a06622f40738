//! Rule files inside other documents.

use crate::validations::yaml::Node;
use crate::validations::yaml::NodeKind;
use crate::validations::yaml::Yaml;
use crate::webhooks::file_problems::source;
use crate::webhooks::prometheus::error::RuleFileErrors;
use crate::webhooks::prometheus::options::RuleFileOptions;
use crate::webhooks::prometheus::read::Reader;
use crate::webhooks::prometheus::rule_file::RuleFile;

/// A rule file that was found in a text of several documents or inside an object such as a PrometheusRule of Kubernetes.
///
/// See [`RuleFile::read_parts`].
///
/// ```
/// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileOptions, RuleFilePart};
///
/// let parts: Vec<RuleFilePart> = RuleFile::read_parts("groups: [{name: a}]\n", &RuleFileOptions::default())?;
/// assert_eq!((parts[0].document, parts[0].index, parts[0].file.is_ok()), (0, 0, true));
/// # Ok::<(), alert_schemas::webhooks::prometheus::RuleFileErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleFilePart {
    /// The number of the document in the text, from 0.
    pub document: usize,
    /// The number of the rule file in the document, from 0.
    pub index: usize,
    /// What was read, or everything that is wrong with it.
    pub file: Result<RuleFile, RuleFileErrors>,
}

impl RuleFile {
    /// Opens every document of a text, and every object of a document that holds groups of rules.
    ///
    /// | a document with | is read as |
    /// |---|---|
    /// | `groups` at its top, and no other document beside it | the rule file that it is |
    /// | `groups` at its top, among other documents | one rule file: its `groups` alone; none if they are null or an empty list |
    /// | `kind: PrometheusRule` | one rule file: `groups` under `spec`, and what else the object has is left alone |
    /// | mappings anywhere else whose `groups` is a list of mappings with a `name` or `rules` | one rule file each: their `groups` alone |
    /// | anything else, or no groups at all | none |
    ///
    /// # Errors
    ///
    /// [`RuleFileErrors`] where the text is no YAML. What is wrong with one part stands in that part.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileOptions};
    ///
    /// let text = "
    /// kind: PrometheusRule
    /// spec:
    ///   groups: [{name: a, rules: [{alert: Down, expr: up == 0}]}]
    /// ---
    /// groups: [{name: b, rules: [{alert: Down}]}]
    /// ";
    /// let parts = RuleFile::read_parts(text, &RuleFileOptions::default())?;
    /// assert_eq!(parts.len(), 2);
    /// assert_eq!(parts[0].file.as_ref().map(|file| file.rule_count()), Ok(1));
    /// assert_eq!(parts[1].file.as_ref().unwrap_err().first().code, "rule_without_expr");
    /// # Ok::<(), alert_schemas::webhooks::prometheus::RuleFileErrors>(())
    /// ```
    pub fn read_parts(text: impl AsRef<[u8]>, options: &RuleFileOptions) -> Result<Vec<RuleFilePart>, RuleFileErrors> {
        let bytes = text.as_ref();
        let yaml = Yaml::read(bytes, &options.limits).map_err(|error| RuleFileErrors::from_yaml(&error, &source(bytes, &error)))?;
        let source = yaml.text().into();
        let mut parts = Vec::new();
        for (document, root) in yaml.documents().enumerate() {
            if yaml.documents().len() == 1 && root.get("groups").is_some() {
                let mut reader = Reader::new(&source, options);
                reader.read_file(root);
                parts.push(RuleFilePart { document, index: 0, file: reader.finish() });
                continue;
            }
            for (index, groups) in nested_groups(root).into_iter().enumerate() {
                let mut reader = Reader::new(&source, options);
                reader.read_groups(groups);
                parts.push(RuleFilePart { document, index, file: reader.finish() });
            }
        }
        Ok(parts)
    }
}

/// The lists of groups in a document that is no rule file itself.
fn nested_groups(root: Node<'_>) -> Vec<Node<'_>> {
    let is_rule_object = root.get("kind").and_then(Node::as_str) == Some("PrometheusRule");
    if let Some(groups) = root.get("spec").and_then(|spec| spec.get("groups")).filter(|_| is_rule_object) {
        return vec![groups];
    }
    if let Some(groups) = root.get("groups") {
        return if groups.is_null() || is_empty_list(groups) { Vec::new() } else { vec![groups] };
    }
    let mut found = Vec::new();
    // The next value is at the end.
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match node.get("groups").filter(|groups| holds_groups(*groups)) {
            Some(groups) => found.push(groups),
            None => {
                let from = open.len();
                open.extend(node.items());
                open.extend(node.entries().map(|(_, value)| value));
                if let Some(added) = open.get_mut(from..) {
                    added.reverse();
                }
            }
        }
    }
    found
}

fn is_empty_list(node: Node<'_>) -> bool {
    node.kind() == NodeKind::Sequence && node.items().len() == 0
}

fn holds_groups(node: Node<'_>) -> bool {
    let is_group = |item: Node<'_>| {
        item.target().kind() == NodeKind::Mapping && (item.target().get("rules").is_some() || item.target().get("name").is_some())
    };
    node.items().next().is_some_and(is_group)
}
