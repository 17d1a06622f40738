//! The files that a configuration names.

use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::SecretDisplay;
use crate::webhooks::alertmanager::config::file::ConfigFile;
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
            collect(section, &Path::ROOT.key(name), &mut files);
        }
        for (at, template) in self.templates.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
            let pointer = Pointer::root().key("templates").index(at);
            files.push(FileReference { path: template.value.clone(), kind: FileKind::Template, pointer });
        }
        files
    }
}

/// Fields in which people choose names, so that none of them says that a file is meant.
const CHOSEN: &[&str] =
    &["attributes", "claims", "custom_fields", "details", "endpoint_params", "fields", "labels", "payload", "proxy_connect_header"];

/// Fields in which people choose the names of headers, which may be sections themselves.
const HEADERS: &[&str] = &["headers", "http_headers"];

/// Collects the files that are named in a tree, in its order: under keys that end in `_file`, and in lists under `files`.
fn collect(written: &Written, place: &Path<'_>, files: &mut Vec<FileReference>) {
    match written {
        Written::List(items) => items.iter().enumerate().for_each(|(at, item)| collect(item, &place.index(at), files)),
        Written::Map(fields) => {
            for (name, value) in fields {
                let place = place.key(name);
                match value {
                    Written::Text(_) if name.ends_with("_file") => note(value, &place, files),
                    Written::List(items) if name == "files" => {
                        items.iter().enumerate().for_each(|(at, item)| note(item, &place.index(at), files));
                    }
                    Written::Map(headers) if HEADERS.contains(&name.as_str()) => {
                        headers.iter().for_each(|(name, header)| collect(header, &place.key(name), files));
                    }
                    _ if CHOSEN.contains(&name.as_str()) => {}
                    _ => collect(value, &place, files),
                }
            }
        }
        _ => {}
    }
}

fn note(text: &Written, place: &Path<'_>, files: &mut Vec<FileReference>) {
    if let Written::Text(path) = text
        && !path.is_empty()
    {
        files.push(FileReference { path: path.clone(), kind: FileKind::Secret, pointer: place.pointer() });
    }
}
