//! Correlation: which receptions are the same alert, and which alerts belong together.
//!
//! | I want to … | look at |
//! |---|---|
//! | know what is new, changed, repeated, over, or back | [`Deduplicator`], [`DedupVerdict`], [`Observation`] |
//! | hash alerts once, on many threads | [`Sighting`] |
//! | group alerts by labels and time | [`WindowGrouper`], [`AlertGroup`] |
//! | bound what is remembered | [`DedupOptions`], [`WindowOptions`] |
//! | store the state and go on from it | [`DedupState`], [`WindowState`] |
//!
//! Both are folds over plain values, `(state, input, now) -> (state', output)`. What they know is a set of intervals joined wherever no gap is longer
//! than a window: a join-semilattice, so that it is the same for any order, any sharding, and any number of deliveries of the same input. Shard
//! by [`AlertKey`](crate::alerts::AlertKey) (deduplication) or tenant and group labels (grouping), on whatever engine is there.

mod account;
mod alert_group;
mod counters;
mod dedup;
mod dedup_state;
mod error;
mod key;
mod known;
mod options;
mod placement;
mod recent;
mod sessions;
mod sighting;
mod tenants;
mod verdict;
mod window;
mod window_state;

pub use self::alert_group::AlertGroup;
pub use self::counters::DedupCounters;
pub use self::dedup::Deduplicator;
pub use self::dedup_state::DedupEntry;
pub use self::dedup_state::DedupFacts;
pub use self::dedup_state::DedupMemory;
pub use self::dedup_state::DedupState;
pub use self::dedup_state::DedupTenant;
pub use self::options::DedupOptions;
pub use self::options::WindowOptions;
pub use self::placement::Placement;
pub use self::sessions::Session;
pub use self::sighting::Sighting;
pub use self::verdict::DedupVerdict;
pub use self::verdict::InvalidDedupVerdict;
pub use self::verdict::Observation;
pub use self::window::GroupByDiffers;
pub use self::window::WindowGrouper;
pub use self::window_state::WindowCounters;
pub use self::window_state::WindowEntry;
pub use self::window_state::WindowRun;
pub use self::window_state::WindowState;
pub use self::window_state::WindowTenant;
pub use crate::utils::InvalidStateVersion;
pub use crate::utils::StateVersion;

pub(crate) use self::error::CODES;
