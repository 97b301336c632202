//! Does the device tell the serial number it should? Until it does, its bytes are held back.
//!
//! A VE.Direct charge controller tells its own serial number (`SER#`) in each TEXT block; the others tell
//! none in what we ask them. The first number heard is remembered unless one was asked for. From then on a
//! port that was opened anew, or was quiet for a while (the cable may have been moved at the device's end,
//! where USB sees nothing), must tell the number again before its bytes pass.

use crate::DeviceKind;
use crate::wire::{Decoder, Frame};
use signals::{SimTime, Span};

/// Quiet for longer than this, the device must tell its number again. A talker sends once a second.
const QUIET: Span = Span::from_millis(3_000);
/// Most bytes held back: several blocks.
const HELD_MAX: usize = 4096;

/// Another device answers, or one that does not say who it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Impostor {
    /// Another device.
    #[error("the device is {told}, not {expected}")]
    Another {
        /// The number it should tell.
        expected: String,
        /// The number it tells.
        told: String,
    },
    /// It tells no number, and ours does.
    #[error("the device does not tell the serial number {expected}")]
    Silent {
        /// The number it should tell.
        expected: String,
    },
}

/// The check on one device.
#[derive(Debug, Clone)]
pub struct Proof {
    decoder: Decoder,
    expected: Option<String>,
    is_proven: bool,
    heard: Option<SimTime>,
    held: Vec<u8>,
}

impl Proof {
    /// For a device of this kind, which must tell `expected` where that is given.
    #[must_use]
    pub fn new(kind: DeviceKind, expected: Option<String>) -> Self {
        Self { decoder: Decoder::new(kind), expected, is_proven: false, heard: None, held: Vec::new() }
    }

    /// The number the device tells, or must tell.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// The port was opened anew: whoever is there must prove itself.
    pub fn reopened(&mut self) {
        self.decoder.reset();
        self.held.clear();
        (self.is_proven, self.heard) = (false, None);
    }

    /// Takes what the line delivered; gives what may pass, which may be nothing yet.
    ///
    /// # Errors
    /// [`Impostor`] where another device speaks. Nothing of it has passed.
    pub fn hear(&mut self, now: SimTime, bytes: &[u8]) -> Result<Vec<u8>, Impostor> {
        if self.heard.is_some_and(|heard| now - heard > QUIET) {
            self.is_proven = false;
        }
        self.heard = Some(now);
        self.decoder.push(bytes);
        while let Some(frame) = self.decoder.poll() {
            let Some(told) = own_serial(&frame) else { continue };
            let expected = self.expected.get_or_insert_with(|| told.to_owned());
            if expected != told {
                let (expected, told) = (expected.clone(), told.to_owned());
                self.reopened();
                return Err(Impostor::Another { expected, told });
            }
            self.is_proven = true;
        }
        let Some(expected) = self.expected.as_ref().filter(|_| !self.is_proven) else {
            return Ok([std::mem::take(&mut self.held).as_slice(), bytes].concat());
        };
        self.held.extend_from_slice(bytes);
        if self.held.len() > HELD_MAX {
            let expected = expected.clone();
            self.reopened();
            return Err(Impostor::Silent { expected });
        }
        Ok(Vec::new())
    }
}

/// The serial number a frame tells.
#[must_use]
pub fn own_serial<'a>(frame: &Frame<'a>) -> Option<&'a str> {
    frame.fields().find(|(name, value)| *name == "SER#" && !value.is_empty()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TEXT block; `serial` as the controller tells it.
    fn block(serial: Option<&str>) -> Vec<u8> {
        let serial = serial.map(|serial| format!("\r\nSER#\t{serial}")).unwrap_or_default();
        let mut bytes = format!("\r\nPID\t0xA053{serial}\r\nV\t12800\r\nI\t100\r\nChecksum\t").into_bytes();
        let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        bytes.push(0_u8.wrapping_sub(sum));
        bytes
    }

    fn proof() -> Proof {
        Proof::new(DeviceKind::VedirectMppt, None)
    }

    fn at(secs: f64) -> SimTime {
        SimTime::from_secs(secs)
    }

    #[test]
    fn a_device_without_a_number_passes_at_once() {
        let bytes = block(None);
        assert_eq!(proof().hear(at(0.0), &bytes), Ok(bytes));
    }

    #[test]
    fn no_byte_of_another_device_passes_in_any_chopping() {
        let (ours, theirs) = (block(Some("HQ1")), block(Some("HQ2")));
        for cut in 0..theirs.len() {
            let mut proof = proof();
            assert_eq!(proof.hear(at(0.0), &ours), Ok(ours.clone()));
            proof.reopened();
            let (start, rest) = theirs.split_at(cut);
            assert_eq!(proof.hear(at(1.0), start), Ok(Vec::new()), "{cut}");
            let refusal = proof.hear(at(1.0), rest);
            assert!(matches!(refusal, Err(Impostor::Another { .. })), "{cut}: {refusal:?}");
        }
    }

    #[test]
    fn what_was_held_back_passes_once_the_number_is_told() {
        let ours = block(Some("HQ1"));
        let mut proof = Proof::new(DeviceKind::VedirectMppt, Some("HQ1".to_owned()));
        let (start, rest) = ours.split_at(20);
        assert_eq!(proof.hear(at(0.0), start), Ok(Vec::new()));
        assert_eq!(proof.hear(at(0.1), rest), Ok(ours));
    }

    #[test]
    fn a_cable_moved_at_the_devices_end_is_noticed() {
        let mut proof = proof();
        assert!(proof.hear(at(0.0), &block(Some("HQ1"))).is_ok());
        let (start, rest) = (block(Some("HQ2"))[..30].to_vec(), block(Some("HQ2"))[30..].to_vec());
        assert_eq!(proof.hear(at(5.0), &start), Ok(Vec::new()), "held back after a pause");
        assert!(proof.hear(at(5.0), &rest).is_err());
    }

    #[test]
    fn a_device_that_never_tells_the_number_is_refused() {
        let mut proof = Proof::new(DeviceKind::VedirectMppt, Some("HQ1".to_owned()));
        let refused = (0..200).find_map(|second| proof.hear(at(f64::from(second)), &block(None)).err());
        assert_eq!(refused, Some(Impostor::Silent { expected: "HQ1".to_owned() }));
    }
}
