//! Exponential and logarithm as plain arithmetic, so that a loop over lanes becomes vector instructions.
//!
//! ```text
//! exp(x) = 2ⁿ·p(x − n·ln 2),  n = round(x/ln 2)         p of degree 11
//! ln(x)  = e·ln 2 + 2·artanh((m − 1)/(m + 1)),  x = m·2ᵉ, m within √½..√2
//! ```
//!
//! Within 1e-14 (relative; what the series leaves out at r = −½·ln 2 is 9e-15) of the standard library's for
//! arguments of −700 to 700, and 1e-14 (absolute, or relative past e) for positive normal numbers. Every
//! fused product is spelled out: all instruction sets give the same bits.
//!
//! Reference: J.-M. Muller, *Elementary Functions* (2016), ch. 11 (range reduction after Cody and Waite).

use std::f64::consts::LOG2_E;

/// 1.5·2⁵²: adding it rounds to a whole number and leaves that number in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const EXPONENT_MAX: f64 = 700.0;
/// The bits of √½.
const ROOT_HALF_BITS: u64 = 0x3FE6_A09E_667F_3BCD;
const MANTISSA_BITS: u64 = 0x000F_FFFF_FFFF_FFFF;
/// 2⁵² and its bits.
const WHOLE: f64 = 4_503_599_627_370_496.0;
const WHOLE_BITS: u64 = 0x4330_0000_0000_0000;

/// The smaller; of a comparison that fails, the second.
#[inline(always)]
pub(super) fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The larger; of a comparison that fails, the second.
#[inline(always)]
pub(super) fn most(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// `x` held between two ends.
#[inline(always)]
pub(super) fn within(x: f64, low: f64, high: f64) -> f64 {
    least(most(x, low), high)
}

/// `a·b + c` rounded once.
#[inline(always)]
pub(super) fn fused(a: f64, b: f64, c: f64) -> f64 {
    f64::mul_add(a, b, c)
}

/// e to the power of `x`.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let x = within(x, -EXPONENT_MAX, EXPONENT_MAX);
    let shifted = fused(x, LOG2_E, ROUNDER);
    let whole = shifted - ROUNDER;
    let r = fused(whole, -LN_2_LOW, fused(whole, -LN_2_HIGH, x));
    let (r2, a) = (r * r, 1.0 + r);
    let r4 = r2 * r2;
    let b = fused(r, 1.0 / 6.0, 0.5);
    let c = fused(r, 1.0 / 120.0, 1.0 / 24.0);
    let d = fused(r, 1.0 / 5040.0, 1.0 / 720.0);
    let e = fused(r, 1.0 / 362_880.0, 1.0 / 40_320.0);
    let f = fused(r, 1.0 / 39_916_800.0, 1.0 / 3_628_800.0);
    let (low, middle, high) = (fused(b, r2, a), fused(d, r2, c), fused(f, r2, e));
    let part = fused(fused(high, r4, middle), r4, low);
    f64::from_bits(part.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// e to the power of `x` within 1e-8 of itself, and the nearer the smaller `x` is: enough for currents.
#[inline(always)]
pub(super) fn exp_near(x: f64) -> f64 {
    let x = within(x, -EXPONENT_MAX, EXPONENT_MAX);
    let shifted = fused(x, LOG2_E, ROUNDER);
    let r = fused(shifted - ROUNDER, -std::f64::consts::LN_2, x);
    let r2 = r * r;
    let b = fused(r, 1.0 / 6.0, 0.5);
    let c = fused(r, 1.0 / 120.0, 1.0 / 24.0);
    let d = fused(r, 1.0 / 5040.0, 1.0 / 720.0);
    let part = fused(fused(fused(d, r2, c), r2, b), r2, 1.0 + r);
    f64::from_bits(part.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// The natural logarithm of a positive number.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    let above = x.to_bits().wrapping_sub(ROOT_HALF_BITS);
    let biased = above.wrapping_add(1024 << 52) >> 52;
    let exponent = f64::from_bits(biased | WHOLE_BITS) - (WHOLE + 1024.0);
    let m = f64::from_bits((above & MANTISSA_BITS).wrapping_add(ROOT_HALF_BITS));
    let f = (m - 1.0) / (m + 1.0);
    let s = f * f;
    let s2 = s * s;
    let s4 = s2 * s2;
    let a = fused(s, 1.0 / 3.0, 1.0);
    let b = fused(s, 1.0 / 7.0, 1.0 / 5.0);
    let c = fused(s, 1.0 / 11.0, 1.0 / 9.0);
    let d = fused(s, 1.0 / 15.0, 1.0 / 13.0);
    let tail = fused(s4, 1.0 / 17.0, fused(d, s2, c));
    let series = fused(tail, s4, fused(b, s2, a));
    fused(exponent, LN_2_LOW, fused(exponent, LN_2_HIGH, 2.0 * f * series))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_keep_to_the_standard_library() {
        for k in -70_000..=70_000 {
            let x = f64::from(k) * 0.009_99;
            let error = (exp(x) / x.exp() - 1.0).abs();
            assert!(error < 1e-14, "exp({x}): {error:e}");
            let error = (exp_near(x) / x.exp() - 1.0).abs();
            assert!(error < 1e-8, "exp_near({x}): {error:e}");
            let error = (ln(x.exp()) - x).abs();
            assert!(error < 1e-14 * x.abs().max(1.0), "ln(e^{x}): {error:e}");
        }
        assert_eq!((exp(0.0), ln(1.0)), (1.0, 0.0));
    }
}
