//! What was found of one sensor: one fault at a time, the first that speaks, until that one takes it back.

use signals::{SensorFault, SensorFinding, SimTime, Span};

/// A finding as plain numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Found {
    /// Code of the fault, 0 for none.
    pub code: f64,
    /// How long ago it began, s.
    pub age_secs: f64,
    /// By how much the sensor is off.
    pub amount: f64,
}

impl Found {
    /// Lets time pass.
    pub fn age(&mut self, dt_secs: f64) {
        if self.code != 0.0 {
            self.age_secs += dt_secs;
        }
    }

    /// A detector speaks: its fault is there since so many seconds, or is not.
    pub fn tell(&mut self, fault: SensorFault, since_secs: Option<f64>, amount: f64) {
        match since_secs {
            Some(age_secs) if self.gives_way(fault) => {
                *self = Self { code: f64::from(fault.code()), age_secs, amount }
            }
            Some(_) if self.is(fault) => self.amount = amount,
            None if self.is(fault) => *self = Self::default(),
            _ => {}
        }
    }

    /// Nothing is found, or nothing that matters beside this.
    fn gives_way(&self, fault: SensorFault) -> bool {
        self.code == 0.0 || (self.is(SensorFault::DeadBand) && fault != SensorFault::DeadBand)
    }

    pub fn fault(&self) -> Option<SensorFault> {
        SensorFault::of_code(self.code as u8)
    }

    pub fn is(&self, fault: SensorFault) -> bool {
        self.fault() == Some(fault)
    }

    /// What it tells is not what is so; a dead band hides less than the sensor's zero is doubted anyway.
    pub fn lies(&self) -> bool {
        !matches!(self.fault(), None | Some(SensorFault::DeadBand))
    }

    pub fn told(&self, now: SimTime) -> Option<SensorFinding> {
        let since = now + Span::from_secs(-self.age_secs);
        self.fault().map(|fault| SensorFinding { fault, since, amount: self.amount })
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        show("found_code", &mut self.code);
        show("found_age_secs", &mut self.age_secs);
        show("found_amount", &mut self.amount);
    }
}
