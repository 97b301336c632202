//! How sure a share is that was counted: Wilson's interval at 95 %.
//!
//! ```text
//! (k + z²/2 ± z·√(k(n−k)/n + z²/4)) / (n + z²),   z = 1.96
//! ```
//!
//! Reference: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209–212.

const Z: f64 = 1.96;

/// The interval of `k` of `n`; nothing where nothing was counted.
#[must_use]
pub fn wilson(k: usize, n: usize) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (k, n) = (k as f64, n as f64);
    let middle = k + Z * Z / 2.0;
    let half = Z * (k * (n - k) / n + Z * Z / 4.0).sqrt();
    let bound = |sum: f64| (sum / (n + Z * Z)).clamp(0.0, 1.0);
    Some((bound(middle - half), bound(middle + half)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_twenty_is_not_certainty() {
        let (low, high) = wilson(20, 20).unwrap_or_default();
        assert!((low - 0.8389).abs() < 1e-3 && (high - 1.0).abs() < 1e-9, "{low} {high}");
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn half_lies_in_the_middle() {
        let (low, high) = wilson(50, 100).unwrap_or_default();
        assert!((low - 0.4038).abs() < 1e-3 && (low + high - 1.0).abs() < 1e-12, "{low} {high}");
    }
}
