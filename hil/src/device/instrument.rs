//! Any instrument, so that a caller need not care which one it drives.

use super::{Bmv, BmvSettings, Mppt, MpptSettings, Responder, ResponderSettings};
use crate::DeviceKind;
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
    /// Starts of false fulls that have not happened yet.
    false_fulls: Vec<SimTime>,
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
        Self { device, false_fulls: Vec::new() }
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
        if fault.kind == FaultKind::DeviceFalseFull {
            self.false_fulls.push(fault.from);
        }
    }

    /// What the instrument's sensors see at `now`; `current` held since the call before.
    pub fn observe(&mut self, now: SimTime, sensed: &Reading) {
        match &mut self.device {
            Device::Bmv(bmv) => {
                bmv.observe(now, sensed);
                let planned = self.false_fulls.len();
                self.false_fulls.retain(|from| now < *from);
                if self.false_fulls.len() < planned {
                    bmv.declare_full();
                }
            }
            Device::Mppt(mppt) => mppt.observe(now, sensed),
            Device::Responder(responder) => {
                let planned = self.false_fulls.len();
                self.false_fulls.retain(|from| now < *from);
                responder.observe(now, sensed, self.false_fulls.len() < planned);
            }
        }
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
    use signals::Amps;

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
}
