//! Writes the JSON Schema of every exported type, and the error catalogue, into a folder.

mod shared;

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = "Writes the JSON Schema of every exported type, and the error catalogue, into a folder.

Usage: export_schemas [DIR] [--check] [--json]

DIR is `schemas` unless another is given. stdout has the paths written, one a line, with --json as {\"path\"}.
--check writes nothing: it lists on stderr every file that is missing, differs, or is no longer exported.
Exit code 0: written, or nothing differs, 1: something differs, 2: wrong call, or a file could not be written.

Example:
  $ cargo run --release --all-features --example export_schemas -- schemas --check
";

struct Options {
    folder: PathBuf,
    check: bool,
    json: bool,
}

fn main() -> ExitCode {
    shared::run(HELP, options(), export)
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let mut folder = None;
    let (mut check, mut json) = (false, false);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("check") => check = true,
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(None),
            Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(Some(Options { folder: folder.unwrap_or_else(|| "schemas".into()), check, json }))
}

fn export(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    let files = alert_schemas::schema::export();
    if !options.check {
        fs::create_dir_all(&options.folder).map_err(|error| named(&options.folder, error))?;
    }
    for (name, text) in &files {
        let path = options.folder.join(name);
        if options.check {
            check(&mut console, &path, text)?;
        } else {
            fs::write(&path, text).map_err(|error| named(&path, error))?;
            let path = path.display().to_string();
            console.row(&path, &[("path", Some(path.as_str().into()))])?;
        }
    }
    if options.check {
        for stray in strays(&options.folder, &files)? {
            console.refuse(&problem(&stray, "not_exported", "is not exported: expected it to be removed"))?;
        }
    }
    Ok(console)
}

fn check(console: &mut Console, path: &Path, text: &str) -> Result<(), Failure> {
    match fs::read_to_string(path) {
        Ok(committed) if committed == text => Ok(()),
        Ok(_) => {
            Ok(console.refuse(&problem(path, "differs", "differs from what the code exports: expected `export_schemas` to be run"))?)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(console.refuse(&problem(path, "missing", "is missing: expected `export_schemas` to be run"))?)
        }
        Err(error) => Err(named(path, error)),
    }
}

/// The JSON files of the folder that the export does not write.
fn strays(folder: &Path, files: &[(String, String)]) -> Result<Vec<PathBuf>, Failure> {
    let mut strays = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(strays),
        Err(error) => return Err(named(folder, error)),
    };
    for entry in entries {
        let path = entry?.path();
        let is_known = |path: &Path| files.iter().any(|(name, _)| path.file_name().is_some_and(|own| own == name.as_str()));
        if path.extension().is_some_and(|extension| extension == "json") && !is_known(&path) {
            strays.push(path);
        }
    }
    strays.sort();
    Ok(strays)
}

fn problem(path: &Path, code: &str, message: &str) -> Problem {
    Problem::of(&path.display().to_string(), code, message)
}

fn named(path: &Path, error: io::Error) -> Failure {
    Failure::of_file(&path.display().to_string(), error)
}
