//! Keys as the maps of this module keep them.

use crate::alerts::Fingerprint;
use crate::alerts::Identity;
use crate::alerts::Labels;

/// A key as it is kept: made from what is asked for, with a hash.
pub(crate) trait Key: Ord + Clone {
    /// What is asked for.
    type Wanted: ?Sized;

    /// 32 bits that spread the keys that occur by themselves; it need not withstand keys that were chosen to collide.
    fn tag(wanted: &Self::Wanted) -> u32;

    /// The tag of a key that is kept.
    fn own_tag(&self) -> u32;

    fn is(&self, wanted: &Self::Wanted) -> bool;

    fn of(wanted: &Self::Wanted) -> Self;
}

/// The upper half of a product spreads every bit of `number` over the result.
fn spread(number: u64) -> u32 {
    let product = (number ^ (number >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    u32::try_from(product >> 32).unwrap_or_default()
}

/// An identity in 16 bytes: the fingerprint of labels as it is, any other behind a pointer, with a hash of it in front.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PackedIdentity {
    number: u64,
    other: Option<Box<Identity>>,
}

impl PackedIdentity {
    #[inline]
    fn number(identity: &Identity) -> u64 {
        match identity {
            Identity::Labels(fingerprint) => fingerprint.get(),
            other => Self::number_of_other(other),
        }
    }

    /// Apart, so that the usual case stays short.
    #[inline(never)]
    fn number_of_other(identity: &Identity) -> u64 {
        match identity {
            Identity::Labels(fingerprint) => fingerprint.get(),
            Identity::Content(content) => content.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)),
            Identity::Dedup { source, key } => Fingerprint::of_sorted(std::iter::once((source.as_str(), key.as_str()))).get(),
        }
    }

    #[inline(never)]
    fn is_other(&self, identity: &Identity) -> bool {
        self.other.as_deref() == Some(identity)
    }

    pub(crate) fn unpack(&self) -> Identity {
        self.other.as_deref().cloned().unwrap_or(Identity::Labels(self.number.into()))
    }
}

impl Key for PackedIdentity {
    type Wanted = Identity;

    #[inline]
    fn tag(wanted: &Identity) -> u32 {
        spread(Self::number(wanted))
    }

    fn own_tag(&self) -> u32 {
        spread(self.number)
    }

    #[inline]
    fn is(&self, wanted: &Identity) -> bool {
        match wanted {
            Identity::Labels(fingerprint) => fingerprint.get() == self.number && self.other.is_none(),
            other => self.is_other(other),
        }
    }

    fn of(wanted: &Identity) -> Self {
        let other = (!matches!(wanted, Identity::Labels(_))).then(|| Box::new(wanted.clone()));
        Self { number: Self::number(wanted), other }
    }
}

impl Key for Labels {
    type Wanted = Labels;

    fn tag(wanted: &Labels) -> u32 {
        spread(Fingerprint::of(wanted).get())
    }

    fn own_tag(&self) -> u32 {
        Self::tag(self)
    }

    fn is(&self, wanted: &Labels) -> bool {
        self == wanted
    }

    fn of(wanted: &Labels) -> Self {
        wanted.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_identity_is_kept() {
        let content = format!("content:v1:{}", "ab".repeat(32));
        for text in ["dedup:pagerduty:a", "labels:dab43189276e5f48", &content] {
            let identity: Identity = text.parse().unwrap();
            let packed = PackedIdentity::of(&identity);
            assert_eq!(packed.unpack(), identity);
            assert!(packed.is(&identity));
            assert_eq!(packed.own_tag(), PackedIdentity::tag(&identity));
        }
        let labels = PackedIdentity::of(&Identity::Labels(7.into()));
        assert!(!labels.is(&content.parse().unwrap()));
        assert!(!PackedIdentity::of(&content.parse().unwrap()).is(&Identity::Labels(7.into())));
    }
}
