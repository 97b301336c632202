//! Chance with a name: one printed [`Seed`] per run, split into independent streams by name, so that
//! a new source of noise never shifts the draws of an old one.
//!
//! The generator is ChaCha with 12 rounds (portable by specification); names are hashed with FNV-1a
//! written out below, since the standard hasher promises nothing between releases.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random numbers with a name.
pub type Stream = ChaCha12Rng;

/// The one number that makes a run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// The stream called `name`; the same seed and name give the same numbers on any machine.
    #[must_use]
    pub fn stream(self, name: &str) -> Stream {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&self.0.to_le_bytes());
        key[8..16].copy_from_slice(&fnv1a(name.as_bytes()).to_le_bytes());
        Stream::from_seed(key)
    }

    /// The seed of a part (a site, a battery) that draws streams of its own.
    #[must_use]
    pub fn part(self, name: &str) -> Self {
        Self(fnv1a(name.as_bytes()) ^ self.0.rotate_left(31).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

/// The next number of `stream`, uniform in 0 to 1 with 1 left out: 53 bits.
pub fn uniform(stream: &mut Stream) -> f64 {
    (stream.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// The next number of `stream`, standard normal (Box and Muller 1958).
pub fn standard_normal(stream: &mut Stream) -> f64 {
    let radius = (-2.0 * (1.0 - uniform(stream)).ln()).sqrt();
    radius * (std::f64::consts::TAU * uniform(stream)).cos()
}

/// FNV-1a, 64 bits: offset basis and prime as published by Fowler, Noll and Vo.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fixes_its_stream_and_no_other() {
        let draw = |seed: u64, name: &str| Seed(seed).stream(name).next_u64();
        assert_eq!(draw(7, "sky"), draw(7, "sky"));
        assert_ne!(draw(7, "sky"), draw(7, "sensor.current"));
        assert_ne!(draw(7, "sky"), draw(8, "sky"));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b"a"), 0xAF63_DC4C_8601_EC8C);
    }
}
