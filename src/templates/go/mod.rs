//! Go's `text/template` language, as far as rule annotations and Alertmanager's templates use it.
//!
//! | I want to … | look at |
//! |---|---|
//! | parse a template | [`Template::parse`], [`TemplateOptions`] |
//! | use templates of other files | [`Template::parse_with`] |
//! | render it | [`Template::render`] |
//! | find what would fail before it is rendered | [`Template::check`] |
//! | know which labels, functions and templates it uses | [`Template::references`] |
//! | limit its size and cost | [`TemplateLimits`] |
//!
//! # The language
//!
//! All of it: actions, pipelines, variables, fields and methods, `if`, `else if`, `with`, `else with`, `range` over lists, maps and whole
//! numbers with `break`, `continue` and `else`, `define`, `template`, `block`, comments, trim markers, constants of every notation, and
//! Go's own functions. Output and messages are those of Go 1.27.
//!
//! # Differences from Go
//!
//! 1. Texts are UTF-8. A byte that is not (`"\xff"`, half a character cut out by `slice`) becomes `�`.
//! 2. Complex constants (`1i`) are read, but rendering them is an error.
//! 3. A byte of a text (`index "a" 0`) and other numbers have the type `int`, which `%T` and messages show.
//! 4. `.Month` and `.Weekday` of a time are texts. Of the methods of times and durations only the usual ones are there.
//! 5. The limits of [`TemplateLimits`].
//! 6. No value is a function, so `call` always fails.
//! 7. `sortByLabel` gives a sorted list and leaves its argument as it is. Go's sorts the argument itself, so that a variable is sorted, too.

mod ast;
mod builtins;
mod check;
mod compare;
mod eval;
mod evaluated;
mod exec;
mod fmt;
mod fmt_format;
mod fmt_number;
mod fmt_spec;
mod fmt_text;
mod function;
mod functions;
mod functions_alertmanager;
mod functions_prometheus;
mod humanize;
mod json_text;
mod letters;
mod lexer;
mod limits;
mod methods;
mod number;
mod options;
mod parser;
mod parser_pipeline;
mod reference;
mod regex_calls;
mod template;
mod time_format;
mod visit;
mod web_text;

pub use self::limits::TemplateLimits;
pub use self::options::FunctionSet;
pub use self::options::MissingKey;
pub use self::options::TemplateOptions;
pub use self::reference::Reference;
pub use self::reference::ReferenceKind;
pub use self::template::Template;

pub(crate) use self::web_text::query_escape;
