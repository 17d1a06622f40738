//! Values that keep their place, as values of a section.

use crate::utils::Path;
use crate::utils::Report;
use crate::utils::SecretDisplay;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::written::Written;
use crate::webhooks::placed::Placed;
use crate::webhooks::placed_map::PlacedMap;
use crate::webhooks::placed_map::PlacedMapReader;

impl<T: ConfigValue> ConfigValue for Placed<T> {
    fn zero() -> Self {
        Self::new(T::zero())
    }

    fn start() -> Self {
        Self::new(T::start())
    }

    fn null_item() -> NullItem<Self> {
        match T::null_item() {
            NullItem::Item(value) => NullItem::Item(Self::new(value)),
            NullItem::LeftOut => NullItem::LeftOut,
            NullItem::Refused(what) => NullItem::Refused(what),
        }
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        self.position = Some(node.position());
        self.value.read(collector, decoder, globals, node)
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        self.value.written(secrets)
    }

    fn check_at(&self, globals: Globals<'_>, path: &Path<'_>, report: &mut Report) {
        self.value.check_at(globals, path, report);
    }
}

impl ConfigValue for PlacedMap {
    fn zero() -> Self {
        Self::new()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let (mut map, mut is_right) = (PlacedMapReader::default(), true);
        let read = decoder.mapping(node, &mut |decoder, entry| {
            let Some(text) = collector.text(decoder, entry.value) else {
                is_right = false;
                return;
            };
            let name = Placed::at(entry.key.into_owned(), entry.key_node.position());
            map.insert(name, text);
        });
        *self = map.finish();
        read == Ok(Some(())) && is_right
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Map(self.iter().map(|(name, text)| (name.value.clone(), Written::Text(text.value.clone()))).collect())
    }
}
