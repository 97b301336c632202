//! How many signs go side by side.

/// Lanes of a block: two vectors of AVX-512, four of AVX2, and a block's arrays within the first cache.
pub(super) const W: usize = 16;

/// One number of each lane.
pub(super) type Lane = [f64; W];

/// A yes as a number, which selects as fast as any mask.
pub(super) const YES: f64 = 1.0;
/// A no.
pub(super) const NO: f64 = 0.0;

/// Whether a lane says yes.
#[inline(always)]
pub(super) fn is(flag: f64) -> bool {
    flag > 0.5
}

/// A yes or a no as a number.
#[inline(always)]
pub(super) fn flag(is: bool) -> f64 {
    if is { YES } else { NO }
}

/// One of two numbers, by masks: a choice that the compiler can neither turn into a branch nor into one
/// about which address to load, either of which would keep the loop out of the vectors.
#[inline(always)]
pub(super) fn pick(first: bool, a: f64, b: f64) -> f64 {
    let mask = 0_u64.wrapping_sub(u64::from(first));
    f64::from_bits((a.to_bits() & mask) | (b.to_bits() & !mask))
}
