//! The HEX side of a VE.Direct device: what it answers, and what it tells unasked.
//!
//! Once a host has asked something in HEX, registers that have changed are told with the next block (command A),
//! inside its TEXT, between two of its lines: a reader must lose neither. A device that nobody asks sends TEXT alone.

use crate::wire::vedirect::{HexSetting, hex_answer, hex_async};
use signals::Reading;

/// A device's HEX talk.
#[derive(Debug, Clone)]
pub(super) struct HexTalk {
    is_charger: bool,
    /// Registers that are told when they change.
    watched: &'static [u16],
    heard: Vec<u8>,
    has_host: bool,
    told: Vec<Option<Vec<u8>>>,
    blocks: usize,
}

impl HexTalk {
    pub(super) fn new(is_charger: bool, watched: &'static [u16]) -> Self {
        Self {
            is_charger,
            watched,
            heard: Vec::new(),
            has_host: false,
            told: vec![None; watched.len()],
            blocks: 0,
        }
    }

    /// Hears a host and appends the answers; a Set changes the `settings`.
    pub(super) fn answer(
        &mut self,
        heard: &[u8],
        shown: &Reading,
        settings: &mut [HexSetting],
        out: &mut Vec<u8>,
    ) {
        let before = out.len();
        self.heard.extend_from_slice(heard);
        hex_answer(&mut self.heard, shown, self.is_charger, settings, out);
        self.has_host |= out.len() > before;
    }

    /// Puts what has changed into the block that `out` ends with, which begins at `start`.
    pub(super) fn weave(&mut self, shown: &Reading, start: usize, out: &mut Vec<u8>) {
        if !self.has_host {
            return;
        }
        let mut news = Vec::new();
        for (register, told) in self.watched.iter().zip(&mut self.told) {
            let frame = hex_async(*register, shown, self.is_charger);
            if frame != *told {
                news.extend(frame.iter().flatten());
                *told = frame;
            }
        }
        let block = out.get(start..).unwrap_or_default();
        let lines: Vec<usize> = block
            .windows(2)
            .enumerate()
            .skip(1)
            .filter(|(_, pair)| *pair == b"\r\n")
            .map(|(at, _)| at)
            .collect();
        self.blocks = self.blocks.wrapping_add(1);
        if let Some(at) = lines.get(self.blocks % lines.len().max(1)) {
            out.splice(start + at..start + at, news);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DeviceKind;
    use crate::device::{Instrument, InstrumentSettings};
    use crate::wire::vedirect::{hex_get, hex_set};
    use crate::wire::{Decoder, FrameKind};
    use signals::{Amps, Reading, SimTime, Volts};

    fn sensed(second: u32) -> Reading {
        Reading {
            voltage: Some(Volts::new(12.0 + 0.1 * f64::from(second))),
            current: Some(Amps::new(-2.0)),
            ..Reading::default()
        }
    }

    #[test]
    fn registers_that_change_are_told_inside_the_text_once_a_host_has_asked() {
        for kind in [DeviceKind::VedirectBmv, DeviceKind::VedirectMppt] {
            let mut device = Instrument::new(kind, &InstrumentSettings::default());
            let mut decoder = Decoder::new(kind);
            for second in 0..40_u32 {
                device.observe(SimTime::from_secs(second.into()), &sensed(second));
                let mut block = Vec::new();
                if second == 20 {
                    assert_eq!(decoder.good_total(FrameKind::Hex), 0, "{kind}: nobody has asked");
                    device.answer(&hex_get(0x0100), &mut block);
                }
                device.write_block(&mut block);
                decoder.push(&block);
                while decoder.poll().is_some() {}
            }
            let (text, hex) = (decoder.good_total(FrameKind::Text), decoder.good_total(FrameKind::Hex));
            assert!(text >= 40 && hex >= 21, "{kind}: {text} blocks, {hex} frames");
            assert_eq!(decoder.stats().frames_bad_total + decoder.stats().bytes_dropped_total, 0, "{kind}");
        }
    }

    #[test]
    fn a_capacity_that_is_set_is_the_one_the_counter_counts_with() {
        let mut device = Instrument::new(DeviceKind::VedirectBmv, &InstrumentSettings::default());
        let mut answer = Vec::new();
        device.answer(&hex_set(0x1000, 50), &mut answer);
        device.observe(SimTime::ZERO, &sensed(0));
        device.observe(SimTime::from_secs(18_000.0), &sensed(0));
        let soc = device.device_soc().map(|soc| (soc.as_ratio() * 1000.0).round());
        assert_eq!(soc, Some(800.0), "ten of fifty amp-hours are drawn");
    }
}
