//! Chance by counter: a number that belongs to a key and a count alone, whoever asks, in whatever order.
//!
//! Reference: the finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014) over both.

/// A number in [0, 1).
#[inline(always)]
pub(crate) fn uniform(key: u64, counter: u64) -> f64 {
    let mut bits = key.wrapping_add(counter.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
