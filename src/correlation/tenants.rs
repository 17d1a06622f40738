//! One value for each tenant, found fast where one tenant comes after itself.

use std::collections::BTreeMap;

use crate::utils::TenantId;

/// A map from tenants, for input that comes in stretches of the same tenant: the one asked for last costs one comparison.
#[derive(Debug, Clone)]
pub(crate) struct Tenants<T> {
    list: Vec<(TenantId, T)>,
    places: BTreeMap<TenantId, usize>,
    last: usize,
}

impl<T> Default for Tenants<T> {
    fn default() -> Self {
        Self { list: Vec::new(), places: BTreeMap::new(), last: 0 }
    }
}

impl<T: Default> Tenants<T> {
    /// The value of `tenant`; the default one if it has none yet. Never `None`.
    #[inline]
    pub(crate) fn of(&mut self, tenant: &TenantId) -> Option<&mut T> {
        let place = self.place_of(tenant);
        self.at(place)
    }

    /// Where the value of `tenant` is, until one is removed.
    #[inline]
    pub(crate) fn place_of(&mut self, tenant: &TenantId) -> usize {
        if self.list.get(self.last).is_none_or(|(own, _)| !same(own.as_str(), tenant.as_str())) {
            self.last = self.look_up(tenant);
        }
        self.last
    }

    /// The value in a place.
    #[inline]
    pub(crate) fn at(&mut self, place: usize) -> Option<&mut T> {
        self.list.get_mut(place).map(|(_, value)| value)
    }

    #[cold]
    fn look_up(&mut self, tenant: &TenantId) -> usize {
        if let Some(place) = self.places.get(tenant) {
            return *place;
        }
        self.list.push((tenant.clone(), T::default()));
        self.places.insert(tenant.clone(), self.list.len() - 1);
        self.list.len() - 1
    }

    pub(crate) fn get(&self, tenant: &TenantId) -> Option<&T> {
        self.list.get(*self.places.get(tenant)?).map(|(_, value)| value)
    }

    /// Takes the value of a tenant out.
    pub(crate) fn remove(&mut self, tenant: &TenantId) -> Option<T> {
        let place = self.places.remove(tenant)?;
        let (_, value) = self.list.swap_remove(place);
        if let Some((moved, _)) = self.list.get(place) {
            self.places.insert(moved.clone(), place);
        }
        Some(value)
    }

    /// The tenants with their values, sorted.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&TenantId, &T)> {
        self.places.iter().filter_map(|(tenant, place)| self.list.get(*place).map(|(_, value)| (tenant, value)))
    }

    /// The tenants with their values in no particular order, given away.
    pub(crate) fn into_entries(self) -> Vec<(TenantId, T)> {
        self.list
    }
}

/// Whether two texts are equal: for short ones without the call that `==` is, which takes longer than all the rest of finding a tenant.
#[inline]
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Two chunks that may overlap are the whole text.
    match a.len() {
        length if length != b.len() => false,
        4..8 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_are_compared_to_the_last_byte() {
        let text = "abcdefghijklmnopqrstuvwxyz";
        for length in 0..=text.len() {
            let own = &text[..length];
            assert!(same(own, own) && same(own, "") != (length > 0));
            for changed in 0..length {
                let mut other = own.to_owned();
                other.replace_range(changed..=changed, "-");
                assert!(!same(own, &other), "{own} {other}");
            }
        }
    }

    #[test]
    fn each_tenant_keeps_its_own_value() {
        let mut tenants: Tenants<u32> = Tenants::default();
        let tenant = |name: &str| name.parse::<TenantId>().unwrap();
        for (name, value) in [("b", 2), ("a", 1), ("c", 3)] {
            *tenants.of(&tenant(name)).unwrap() = value;
        }
        assert_eq!(tenants.iter().map(|(name, value)| (name.as_str(), *value)).collect::<Vec<_>>(), [("a", 1), ("b", 2), ("c", 3)]);
        assert_eq!((tenants.remove(&tenant("b")), tenants.remove(&tenant("b"))), (Some(2), None));
        assert_eq!((tenants.get(&tenant("c")), tenants.get(&tenant("b"))), (Some(&3), None));
        *tenants.of(&tenant("c")).unwrap() += 1;
        assert_eq!(tenants.of(&tenant("b")), Some(&mut 0));
        assert_eq!(tenants.into_entries().len(), 3);
    }
}
