//! Rule files as JSON, with Prometheus' names and nothing for what is absent.

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;

use crate::webhooks::prometheus::rule_file::RuleFile;
use crate::webhooks::prometheus::rule_file::RuleFileGroup;
use crate::webhooks::prometheus::rule_file::RuleFileRule;

/// Writes a member if there is a value.
fn entry<M: SerializeMap>(map: &mut M, name: &str, value: Option<&impl Serialize>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

impl Serialize for RuleFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("groups", &self.groups)?;
        map.end()
    }
}

impl Serialize for RuleFileGroup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        entry(&mut map, "interval", self.interval.as_ref())?;
        entry(&mut map, "query_offset", self.query_offset.as_ref())?;
        entry(&mut map, "limit", self.limit.as_ref())?;
        entry(&mut map, "labels", Some(&self.labels).filter(|labels| !labels.is_empty()))?;
        map.serialize_entry("rules", &self.rules)?;
        map.end()
    }
}

impl Serialize for RuleFileRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "record", self.record.as_ref())?;
        entry(&mut map, "alert", self.alert.as_ref())?;
        entry(&mut map, "expr", self.expr.as_ref())?;
        entry(&mut map, "for", self.for_.as_ref())?;
        entry(&mut map, "keep_firing_for", self.keep_firing_for.as_ref())?;
        entry(&mut map, "labels", Some(&self.labels).filter(|labels| !labels.is_empty()))?;
        entry(&mut map, "annotations", Some(&self.annotations).filter(|annotations| !annotations.is_empty()))?;
        map.end()
    }
}
