//! The pattern that tries a line: a pseudo-random binary sequence of 2¹⁵ − 1 bits.
//!
//! ```text
//! b[k] = b[k−15] ⊕ b[k−14]          x¹⁵ + x¹⁴ + 1, first bit in the highest place of a byte
//! ```
//!
//! It holds every run of up to 15 equal bits, so a line that cannot carry some byte shows it. The standard
//! inverts the sequence on its way out; a serial line's own levels do that, so it is not done here.
//!
//! Reference: ITU-T O.150 (05/96), clause 5.3.

/// Bits until it begins again.
pub const PERIOD_BITS: usize = (1 << 15) - 1;

/// The sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prbs {
    register: u16,
}

impl Default for Prbs {
    fn default() -> Self {
        Self { register: 0x7FFF }
    }
}

impl Prbs {
    /// The next eight bits.
    pub fn next_byte(&mut self) -> u8 {
        (0..8).fold(0, |byte, _| byte << 1 | self.next_bit())
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next_byte()).collect()
    }

    fn next_bit(&mut self) -> u8 {
        let bit = (self.register >> 14 ^ self.register >> 13) & 1;
        self.register = (self.register << 1 | bit) & 0x7FFF;
        bit as u8
    }
}

/// Bits that differ; of bytes that never came, all eight.
#[must_use]
pub fn bit_errors(sent: &[u8], received: &[u8]) -> u64 {
    let differing = sent.iter().zip(received).map(|(sent, got)| u64::from((sent ^ got).count_ones()));
    differing.sum::<u64>() + 8 * sent.len().abs_diff(received.len()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_again_after_its_period_and_not_before() {
        let mut prbs = Prbs::default();
        let bits: Vec<u8> = (0..2 * PERIOD_BITS).map(|_| prbs.next_bit()).collect();
        assert_eq!(bits[..PERIOD_BITS], bits[PERIOD_BITS..]);
        assert_eq!(bits[..PERIOD_BITS].iter().filter(|bit| **bit == 1).count(), 1 << 14);
        let period = (1..=PERIOD_BITS).find(|shift| bits[*shift..*shift + 64] == bits[..64]);
        assert_eq!(period, Some(PERIOD_BITS));
    }

    #[test]
    fn every_byte_value_passes() {
        let bytes = Prbs::default().take(PERIOD_BITS);
        assert_eq!(bytes.iter().collect::<std::collections::BTreeSet<_>>().len(), 256);
    }

    #[test]
    fn a_missing_byte_counts_eight_bits() {
        assert_eq!(bit_errors(&[0xFF, 0x00], &[0xFE]), 9);
    }
}
