//! Any instrument, so that a caller need not care which one it drives.

use super::{Bmv, BmvSettings, Mppt, MpptSettings, Responder, ResponderSettings, Upset};
use crate::DeviceKind;
use signals::fault::Part;
use signals::{FaultEvent, FaultKind, Reading, SimTime, Soc};

/// How each kind of instrument is set up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct InstrumentSettings {
    /// For a battery monitor.
    pub bmv: BmvSettings,
    /// For a charge controller.
    pub mppt: MpptSettings,
    /// For one that speaks only when asked.
    pub responder: ResponderSettings,
}

/// One emulated instrument and the faults that will befall it.
#[derive(Debug, Clone)]
pub struct Instrument {
    device: Device,
    faults: Vec<FaultEvent>,
    /// Those of them that strike once, at their start, and have not yet.
    to_strike: Vec<FaultEvent>,
    /// How far its state of charge has jumped in all, where someone holds it at a value.
    jumped_ratio: f64,
}

#[derive(Debug, Clone)]
enum Device {
    Bmv(Bmv),
    Mppt(Mppt),
    Responder(Box<Responder>),
}

impl Instrument {
    /// A new instrument of this kind.
    #[must_use]
    pub fn new(kind: DeviceKind, settings: &InstrumentSettings) -> Self {
        let device = match kind {
            DeviceKind::VedirectBmv => Device::Bmv(Bmv::new(settings.bmv)),
            DeviceKind::VedirectMppt => Device::Mppt(Mppt::new(settings.mppt)),
            polled => Device::Responder(Box::new(Responder::new(polled, settings.responder, settings.bmv))),
        };
        Self { device, faults: Vec::new(), to_strike: Vec::new(), jumped_ratio: 0.0 }
    }

    /// What kind of device it is.
    #[must_use]
    pub fn kind(&self) -> DeviceKind {
        match &self.device {
            Device::Bmv(_) => DeviceKind::VedirectBmv,
            Device::Mppt(_) => DeviceKind::VedirectMppt,
            Device::Responder(responder) => responder.kind(),
        }
    }

    /// Takes note of a fault that is to come; kinds that are not the instrument's own are ignored.
    pub fn plan_fault(&mut self, fault: &FaultEvent) {
        match fault.kind {
            FaultKind::DeviceFalseFull | FaultKind::DeviceSocJump => self.to_strike.push(*fault),
            FaultKind::BmsColdBlock => self.faults.push(*fault),
            kind if kind.part() == Part::Device => self.faults.push(*fault),
            _ => {}
        }
    }

    /// What the instrument's sensors see at `now`; `current` held since the call before.
    pub fn observe(&mut self, now: SimTime, sensed: &Reading) {
        let acts = |kind| self.faults.iter().any(|fault| fault.kind == kind && fault.acts_at(now));
        let (blind, cold) = (acts(FaultKind::DeviceTemperatureLost), acts(FaultKind::BmsColdBlock));
        let upsets = self.upsets(now);
        let changed = (blind || self.jumped_ratio != 0.0).then(|| self.seen(sensed, blind));
        let sensed = changed.as_ref().unwrap_or(sensed);
        match &mut self.device {
            Device::Bmv(bmv) => {
                bmv.observe(now, sensed);
                upsets.iter().for_each(|upset| bmv.upset(*upset));
            }
            Device::Mppt(mppt) => mppt.observe(now, sensed),
            Device::Responder(responder) => {
                responder.block_charge(cold);
                responder.observe(now, sensed, &upsets);
            }
        }
    }

    /// What it makes of what its sensors see: no temperature where it is `blind` to it, and a held state of charge
    /// with the jumps it has made.
    fn seen(&self, sensed: &Reading, blind: bool) -> Reading {
        Reading {
            temperature: sensed.temperature.filter(|_| !blind),
            device_soc: sensed.device_soc.map(|soc| Soc::clamped(soc.as_ratio() + self.jumped_ratio)),
            ..sensed.clone()
        }
    }

    /// What befalls its counter now, once each.
    fn upsets(&mut self, now: SimTime) -> Vec<Upset> {
        let struck = self.to_strike.extract_if(.., |fault| fault.from <= now);
        let upset = |fault: FaultEvent| match fault.kind {
            FaultKind::DeviceSocJump => Upset::Jump(fault.severity),
            _ => Upset::Full,
        };
        let upsets: Vec<Upset> = struck.map(upset).collect();
        for upset in &upsets {
            match upset {
                Upset::Jump(ratio) => self.jumped_ratio += ratio,
                Upset::Full => self.jumped_ratio = 0.0,
            }
        }
        upsets
    }

    /// Appends what the instrument sends in one second: of its own accord, or, where it speaks only when
    /// asked, in answer to one round of the usual questions.
    pub fn write_block(&mut self, out: &mut Vec<u8>) {
        match &mut self.device {
            Device::Bmv(bmv) => bmv.write_block(out),
            Device::Mppt(mppt) => mppt.write_block(out),
            Device::Responder(responder) => responder.write_round(out),
        }
    }

    /// Hears what a host says and appends the answers.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        match &mut self.device {
            Device::Bmv(bmv) => bmv.answer(heard, out),
            Device::Mppt(mppt) => mppt.answer(heard, out),
            Device::Responder(responder) => responder.answer(heard, out),
        }
    }

    /// How it answers from now on, where it speaks only when asked.
    pub fn answer_as(&mut self, settings: ResponderSettings) {
        if let Device::Responder(responder) = &mut self.device {
            responder.answer_as(settings);
        }
    }

    /// The line has been quiet for longer than a frame has pauses: half a question is none.
    pub fn forget_question(&mut self) {
        if let Device::Responder(responder) = &mut self.device {
            responder.forget_question();
        }
    }

    /// The state of charge the instrument believes in, if it has an opinion.
    #[must_use]
    pub fn device_soc(&self) -> Option<Soc> {
        match &self.device {
            Device::Bmv(bmv) => bmv.device_soc(),
            Device::Mppt(_) => None,
            Device::Responder(responder) => responder.device_soc(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::{Amps, Celsius, Volts};

    #[test]
    fn a_false_full_acts_once_when_its_start_has_passed() {
        let mut instrument = Instrument::new(DeviceKind::VedirectBmv, &InstrumentSettings::default());
        let at = SimTime::from_secs;
        let fault = |kind| FaultEvent::new(kind, 0.0, at(5400.0), at(1e9));
        instrument.plan_fault(&fault(FaultKind::DeviceFalseFull));
        instrument.plan_fault(&fault(FaultKind::CablePulled));
        let drawing = Reading { current: Some(Amps::new(-10.0)), ..Reading::default() };
        let mut soc_at = |secs: f64| {
            instrument.observe(SimTime::from_secs(secs), &drawing);
            instrument.device_soc().map(|soc| (soc.as_ratio() * 1000.0).round())
        };
        assert_eq!([soc_at(0.0), soc_at(3600.0)], [Some(1000.0), Some(900.0)]);
        assert_eq!([soc_at(5400.0), soc_at(9000.0)], [Some(1000.0), Some(900.0)]);
    }

    /// What an instrument of this kind believes and shows after a minute and a half under a fault: what was told
    /// before it is no longer joined with news.
    fn under(kind: DeviceKind, fault: FaultKind, severity: f64, soc: Option<Soc>) -> (Option<f64>, Reading) {
        let mut instrument = Instrument::new(kind, &InstrumentSettings::default());
        let at = SimTime::from_secs;
        instrument.plan_fault(&FaultEvent::new(fault, severity, at(1.0), at(999.0)));
        let sensed = Reading {
            voltage: Some(Volts::new(12.6)),
            current: Some(Amps::new(0.0)),
            temperature: Some(Celsius::new(20.0)),
            device_soc: soc,
            ..Reading::default()
        };
        let mut decoder = crate::wire::Decoder::new(kind);
        let mut gather = crate::Gather::new(kind);
        let mut reading = Reading::default();
        for second in 0..90_u8 {
            instrument.observe(at(second.into()), &sensed);
            let mut bytes = Vec::new();
            instrument.write_block(&mut bytes);
            decoder.push(&bytes);
            while let Some(frame) = decoder.poll() {
                let told = gather.take(at(second.into()), &frame);
                reading = told.filter(|told| told.voltage.is_some()).unwrap_or(reading);
            }
        }
        (instrument.device_soc().map(Soc::as_ratio), reading)
    }

    #[test]
    fn a_jump_moves_the_counter_and_no_farther_than_full_or_empty() {
        let near = |got: Option<f64>, expected: f64| {
            assert!(got.is_some_and(|got| (got - expected).abs() < 1e-9), "{got:?} {expected}");
        };
        for kind in [DeviceKind::VedirectBmv, DeviceKind::Jbd, DeviceKind::Junctek] {
            near(under(kind, FaultKind::DeviceSocJump, -0.3, None).0, 0.7);
            near(under(kind, FaultKind::DeviceSocJump, 0.3, None).0, 1.0);
            near(under(kind, FaultKind::DeviceSocJump, -1.0, None).0, 0.0);
            let held = under(kind, FaultKind::DeviceSocJump, -0.3, Some(Soc::clamped(0.8)));
            near(held.0.filter(|_| kind == DeviceKind::VedirectBmv).or(Some(0.5)), 0.5);
        }
    }

    #[test]
    fn a_lost_temperature_is_told_as_unknown_by_whoever_told_one() {
        for kind in DeviceKind::ALL {
            let told = under(kind, FaultKind::CablePulled, 0.0, None).1;
            let lost = under(kind, FaultKind::DeviceTemperatureLost, 0.0, None).1;
            assert_eq!(told.voltage, lost.voltage, "{kind}");
            assert!(lost.temperature.is_none_or(|value| value.as_celsius() <= -40.0), "{kind}: {lost:?}");
        }
    }
}
