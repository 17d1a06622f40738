//! Pending, firing, resolved: what alerting rules remember, as Prometheus 3.5 does it.
//!
//! | I want to … | look at |
//! |---|---|
//! | take one rule from one evaluation to the next | [`RuleState::step`] |
//! | evaluate a whole group over samples | [`GroupState::step`], [`MemoryRuleStore`], [`RuleStore`] |
//! | evaluate groups over recorded samples, with an outage if wanted | [`Replay`] |
//! | go on after a restart | [`GroupState::restarted`], [`GroupState::restore`] |
//! | set delays, grace periods and external labels | [`FiringOptions`] |
//! | know what changed and why | [`FiringTransition`], [`FiringReason`] |
//!
//! A step is a function of values: the same state, evaluation and time give the same result, and a state that is stored and read back goes on as if
//! nothing had happened. It never fails; what is wrong with a rule stands in its outcome.
//!
//! ```text
//!            held for `for`                 gone for `keep_firing_for`
//!   pending ----------------> firing ----------------------------------> resolved
//!      |                        ^                                          |  |
//!      | gone                   |   seen again, `for` is 0                 |  | after 15 m
//!      v                        +------------------------------------------+  v
//!   (none) <------------------------------------------------------------- (none)
//! ```
//!
//! A resolved alert that is seen again under a `for` that is not 0 is pending anew.
//!
//! # What differs from Prometheus
//!
//! 1. Alerts come in the order of their labels; Prometheus' order is random.
//! 2. Labels are compared themselves; Prometheus compares their hashes.
//! 3. An element whose labels are more or longer than labels may be here (512, of 1,024 and 65,536 characters) is an error of the rule.
//! 4. What Prometheus would not do by itself has to be asked for: [`NoDataBehavior`](crate::rules::NoDataBehavior),
//!    [`ErrorBehavior`](crate::rules::ErrorBehavior), and rules that are not enabled.

mod context;
mod group;
mod instance;
mod memory;
mod options;
mod outcome;
mod posted;
mod render;
mod replay;
mod restore;
mod rule_state;
mod series;
mod step;
mod transition;

pub use self::context::FiringContext;
pub use self::group::GroupState;
pub use self::group::GroupStep;
pub use self::group::RuleStore;
pub use self::instance::AlertInstance;
pub use self::instance::FiringState;
pub use self::instance::InvalidFiringState;
pub use self::memory::MemoryRuleStore;
pub use self::options::FiringOptions;
pub use self::outcome::Evaluation;
pub use self::outcome::RuleError;
pub use self::outcome::RuleOutcome;
pub use self::outcome::RuleStep;
pub use self::outcome::WrittenSample;
pub use self::replay::Replay;
pub use self::rule_state::RuleState;
pub use self::transition::FiringReason;
pub use self::transition::FiringTransition;
pub use self::transition::InvalidFiringReason;
