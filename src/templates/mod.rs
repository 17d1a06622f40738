//! Templates: texts with holes, what fills the holes, and the languages they are written in.
//!
//! | I want to … | look at |
//! |---|---|
//! | check and render a label or annotation of an alerting rule | [`AnnotationTemplate`], [`AlertData`] |
//! | render a notification template of Alertmanager | [`go::Template`], [`MessageData`] |
//! | fill templates from data of my own | [`TemplateData`], [`Value`] |
//! | know why a template is refused, and where | [`TemplateError`] |

mod alert_data;
mod annotation;
mod collection;
mod data;
mod error;
mod error_codes;
pub mod go;
mod message_data;
mod sample;
mod time;
mod value;

pub use self::alert_data::AlertData;
pub use self::annotation::AnnotationTemplate;
pub use self::collection::List;
pub use self::collection::ListKind;
pub use self::collection::Map;
pub use self::collection::MapKind;
pub use self::collection::Struct;
pub use self::collection::StructField;
pub use self::collection::ValueTooDeep;
pub use self::data::TemplateData;
pub use self::error::TemplateError;
pub use self::error::TemplateErrorKind;
pub use self::message_data::MessageAlert;
pub use self::message_data::MessageData;
pub use self::sample::QuerySample;
pub use self::time::TemplateTime;
pub use self::value::Value;

pub(crate) use self::error_codes::CODES;
