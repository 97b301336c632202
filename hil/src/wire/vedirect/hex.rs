//! The HEX frame being received. What its registers mean is told elsewhere: the digits are handed on.

/// Most characters a frame may have between `:` and LF; the longest known record has 78.
const DIGITS_MAX: usize = 128;

/// The digits since the last `:`.
#[derive(Debug, Clone)]
pub(super) struct Hex {
    digits: Vec<u8>,
}

/// How a frame goes on after one more byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HexStep {
    /// Wait for more.
    More,
    /// Whole, and its checksum fits.
    Good,
    /// Whole, and its checksum does not fit.
    Bad,
    /// Broken off: the byte is no part of it.
    Broken,
}

impl Hex {
    pub(super) fn new() -> Self {
        Self { digits: Vec::with_capacity(DIGITS_MAX) }
    }

    /// Starts over after a `:`.
    pub(super) fn open(&mut self) {
        self.digits.clear();
    }

    /// Bytes on the line so far, with the `:`.
    pub(super) fn len(&self) -> usize {
        self.digits.len() + 1
    }

    /// Takes the next byte. A frame that a pulled cable cut off ends at the first byte that is no
    /// digit, so that the text behind it is not lost.
    pub(super) fn step(&mut self, byte: u8) -> HexStep {
        match byte {
            b'\n' if self.fits() => HexStep::Good,
            b'\n' => HexStep::Bad,
            b'0'..=b'9' | b'A'..=b'F' if self.digits.len() < DIGITS_MAX => {
                self.digits.push(byte);
                HexStep::More
            }
            _ => HexStep::Broken,
        }
    }

    /// `command`, `data` and `checksum` as sent.
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.digits).unwrap_or_default()
    }

    /// Command digit plus data bytes plus checksum byte is 0x55 modulo 256.
    fn fits(&self) -> bool {
        digits_fit(&self.digits)
    }
}

fn digits_fit(digits: &[u8]) -> bool {
    let Some((command, pairs)) = digits.split_first() else { return false };
    if pairs.len() < 2 || pairs.len() % 2 != 0 {
        return false;
    }
    pairs.chunks_exact(2).fold(digit(*command), |sum, pair| byte(pair).wrapping_add(sum)) == 0x55
}

fn byte(pair: &[u8]) -> u8 {
    pair.iter().fold(0_u8, |byte, half| (byte << 4) | digit(*half))
}

/// Command and data bytes of a whole frame's digits; `None` where its checksum does not fit.
pub(super) fn bytes(digits: &str) -> Option<(u8, Vec<u8>)> {
    let digits = digits.as_bytes();
    let (command, pairs) = digits.split_first().filter(|_| digits_fit(digits))?;
    let data = pairs.get(..pairs.len() - 2)?;
    Some((digit(*command), data.chunks_exact(2).map(byte).collect()))
}

/// The parts of a good frame's digits, each under a name.
pub(super) fn fields(digits: &str) -> Option<[(&'static str, &str); 3]> {
    let (command, rest) = digits.split_at_checked(1)?;
    let (data, checksum) = rest.split_at_checked(rest.len().checked_sub(2)?)?;
    Some([("command", command), ("data", data), ("checksum", checksum)])
}

fn digit(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'F' => character - b'A' + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: HexStep) {
        let mut hex = Hex::new();
        hex.open();
        let last = line.bytes().map(|byte| hex.step(byte)).last();
        assert_eq!(last, Some(expected), "{line:?}");
    }

    #[test]
    fn frames_of_real_devices_fit() {
        check("4AAAAFD\n", HexStep::Good);
        check("ADBED00CD0AAC\n", HexStep::Good);
        check("70A010048513232313241505446550000000000000000000000000063\n", HexStep::Good);
    }

    #[test]
    fn a_lost_digit_or_a_cut_frame_does_not() {
        check("A200100220000009\n", HexStep::Bad);
        check("4AAAAFC\n", HexStep::Bad);
        check("\n", HexStep::Bad);
        check("4AAAA\r", HexStep::Broken);
    }
}
