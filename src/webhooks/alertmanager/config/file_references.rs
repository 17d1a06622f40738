//! The files that a configuration names, and back from a place in its tree to one in its text.

use crate::utils::Pointer;
use crate::utils::Position;
use crate::utils::SecretDisplay;
use crate::validations::yaml::NodeKind;
use crate::validations::yaml::Yaml;
use crate::webhooks::alertmanager::config::file::ConfigFile;
use crate::webhooks::alertmanager::config::file::ConfigFileOptions;
use crate::webhooks::alertmanager::config::written::Written;

/// What a file is for.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, FileKind};
///
/// let mut file = ConfigFile::new("everyone");
/// file.templates.push("mail.tmpl".to_owned().into());
/// assert_eq!(file.files()[0].kind, FileKind::Template);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// A template; its path may be a pattern such as `templates/*.tmpl`.
    Template,
    /// A secret: a token, a password, a key, a certificate, an address.
    Secret,
}

/// A file that a configuration names.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, FileReference};
///
/// let mut file = ConfigFile::new("everyone");
/// file.global.slack_api_url_file = "/etc/slack".to_owned();
/// let files: Vec<FileReference> = file.files();
/// assert_eq!((files[0].path.as_str(), files[0].pointer.as_str()), ("/etc/slack", "/global/slack_api_url_file"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileReference {
    /// The path as it is written; a relative one starts from the folder of the configuration.
    pub path: String,
    /// What it is for.
    pub kind: FileKind,
    /// Where in the tree of the configuration it is named.
    pub pointer: Pointer,
}

impl ConfigFile {
    /// The files that the configuration names, in its order: those of secrets and those of templates. An empty path is none.
    ///
    /// Files that Alertmanager writes (`event_recorder`) are not among them.
    #[must_use]
    pub fn files(&self) -> Vec<FileReference> {
        let mut files = Vec::new();
        let sections = [
            ("global", self.global_written()),
            ("receivers", self.receivers_written(SecretDisplay::Hidden)),
            ("tracing", self.tracing_written()),
            ("event_recorder", self.event_recorder_written()),
        ];
        for (name, section) in &sections {
            collect(section, &Pointer::root().key(name), &mut files);
        }
        for (at, template) in self.templates.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
            let pointer = Pointer::root().key("templates").index(at);
            files.push(FileReference { path: template.value.clone(), kind: FileKind::Template, pointer });
        }
        files
    }

    /// Line and column of the value at a place of the tree of a configuration; `None` where the text has none there, or is no YAML.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
    ///
    /// let text = "route:\n  receiver: everyone\n";
    /// let place = ConfigFile::position_of(text, &"/route/receiver".parse()?, &ConfigFileOptions::default());
    /// assert_eq!(place.map(|place| (place.line, place.column)), Some((2, 13)));
    /// # Ok::<(), alert_schemas::utils::InvalidPointer>(())
    /// ```
    #[must_use]
    pub fn position_of(text: impl AsRef<[u8]>, pointer: &Pointer, options: &ConfigFileOptions) -> Option<Position> {
        let yaml = Yaml::read_first(text.as_ref(), &options.limits).ok()?;
        let mut node = yaml.root()?;
        for step in pointer.steps() {
            let target = node.target();
            node = match target.kind() {
                NodeKind::Sequence => target.items().nth(step.parse().ok()?)?,
                _ => target.get(&step)?,
            };
        }
        Some(node.position())
    }
}

/// Collects the files that are named in a tree: under keys that end in `_file`, and in lists under `files`.
fn collect(written: &Written, pointer: &Pointer, files: &mut Vec<FileReference>) {
    let mut note = |text: &Written, pointer: Pointer| {
        if let Written::Text(path) = text
            && !path.is_empty()
        {
            files.push(FileReference { path: path.clone(), kind: FileKind::Secret, pointer });
        }
    };
    match written {
        Written::List(items) => items.iter().enumerate().for_each(|(at, item)| collect(item, &pointer.clone().index(at), files)),
        Written::Map(fields) => {
            for (name, value) in fields {
                let place = pointer.clone().key(name);
                match value {
                    Written::Text(_) if name.ends_with("_file") => note(value, place),
                    Written::List(items) if name == "files" => {
                        items.iter().enumerate().for_each(|(at, item)| note(item, place.clone().index(at)));
                    }
                    _ => {}
                }
            }
            for (name, value) in fields.iter().filter(|(_, value)| matches!(value, Written::List(_) | Written::Map(_))) {
                collect(value, &pointer.clone().key(name), files);
            }
        }
        _ => {}
    }
}
