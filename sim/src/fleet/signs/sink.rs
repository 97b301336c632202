//! Who looks at signs, and what there is to see.

use crate::controller;
use signals::{SimTime, Span};

/// What a charge controller is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// No light.
    #[default]
    Night,
    /// All the panel gives goes in.
    Bulk,
    /// Holding the absorption voltage.
    Absorption,
    /// Holding the equalising voltage.
    Equalise,
    /// Holding the float voltage.
    Float,
}

impl Stage {
    /// What a table calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Night => "night",
            Self::Bulk => "bulk",
            Self::Absorption => "absorption",
            Self::Equalise => "equalise",
            Self::Float => "float",
        }
    }
}

impl From<controller::Stage> for Stage {
    fn from(stage: controller::Stage) -> Self {
        match stage {
            controller::Stage::Night => Self::Night,
            controller::Stage::Bulk => Self::Bulk,
            controller::Stage::Absorption => Self::Absorption,
            controller::Stage::Equalise => Self::Equalise,
            controller::Stage::Float => Self::Float,
        }
    }
}

/// Some signs at the end of a look, which is some steps long. One place for each sign in every list.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The step of the run that ends here, counted from 0.
    pub step: usize,
    /// The instant.
    pub at: SimTime,
    /// The time since the last look: what means are over.
    pub span: Span,
    /// Which signs, as places in the list that the fleet was made from.
    pub signs: &'a [usize],
    /// State of charge now.
    pub soc: &'a [f64],
    /// Battery voltage now, V.
    pub volts: &'a [f64],
    /// Mean battery current, A, positive while charging.
    pub amps: &'a [f64],
    /// Battery temperature now, °C.
    pub celsius: &'a [f64],
    /// Air temperature now, °C.
    pub air_celsius: &'a [f64],
    /// Mean power out of the panel, W.
    pub pv_watts: &'a [f64],
    /// Mean power into the sign, W.
    pub load_watts: &'a [f64],
    /// Mean current into the sign, A.
    pub load_amps: &'a [f64],
    /// Time without power, s.
    pub unpowered_secs: &'a [f64],
    /// What the controllers do.
    pub stage: &'a [Stage],
    /// What the sensors say, where the sink asks.
    pub observed: Option<Observed<'a>>,
}

/// What the sensors of some signs say: of means where the truth is a mean.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// Battery voltage, V.
    pub volts: &'a [f64],
    /// Battery current, A, positive while charging.
    pub amps: &'a [f64],
    /// Battery temperature, °C.
    pub celsius: &'a [f64],
    /// Panel voltage, V.
    pub pv_volts: &'a [f64],
    /// Panel current, A.
    pub pv_amps: &'a [f64],
    /// Load current, A.
    pub load_amps: &'a [f64],
}

/// Looks at signs.
///
/// The looks at one sign come in order; those at different signs are interleaved as the engine likes.
pub trait Sink {
    /// Whether sensors are read at all.
    const OBSERVES: bool = false;

    /// Some signs at the end of a look.
    fn see(&mut self, seen: &Seen<'_>);
}

/// Nobody looks.
impl Sink for () {
    #[inline(always)]
    fn see(&mut self, _seen: &Seen<'_>) {}
}
