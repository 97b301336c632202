//! How a value is shown: Grafana's unit, and the factor from the catalogue's base unit to it.

use crate::catalogue::{self, Unit};

/// A unit of Grafana's with the factor that leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Grafana's name of the unit.
    pub unit: &'static str,
    /// PromQL's operation on the base unit: ` / 3600`, or nothing.
    pub operation: &'static str,
    /// Decimals; Grafana's own choice where `None`.
    pub decimals: Option<u32>,
}

impl Shown {
    /// A number without a unit.
    pub const COUNT: Self = Self::plain("none", Some(0));
    /// A number without a unit that need not be whole.
    pub const NUMBER: Self = Self::plain("none", Some(2));
    /// Seconds, shown as minutes, hours or days.
    pub const SECONDS: Self = Self::plain("s", None);
    /// 0 to 1, shown as 0 % to 100 %.
    pub const RATIO: Self = Self::plain("percentunit", Some(0));
    /// Differences of ratios.
    pub const POINTS: Self = Self::plain("percentunit", Some(1));
    /// W.
    pub const WATTS: Self = Self::plain("watt", None);
    /// J, shown as Wh.
    pub const WATT_HOURS: Self = Self { unit: "watth", operation: " / 3600", decimals: None };
    /// Octets per second.
    pub const BYTES_PER_SECOND: Self = Self::plain("Bps", None);
    /// Events per second.
    pub const PER_SECOND: Self = Self::plain("cps", None);

    const fn plain(unit: &'static str, decimals: Option<u32>) -> Self {
        Self { unit, operation: "", decimals }
    }

    /// How a metric of the catalogue is shown.
    #[must_use]
    pub fn of(metric: &str) -> Self {
        let unit = catalogue::all().find(|known| known.name == metric).map_or(Unit::None, |known| known.unit);
        match unit {
            Unit::Volts => Self::plain("volt", Some(2)),
            Unit::Amperes => Self::plain("amp", Some(2)),
            Unit::Celsius => Self::plain("celsius", Some(1)),
            Unit::Ratio => Self::RATIO,
            Unit::Coulombs => Self { unit: "amph", operation: " / 3600", decimals: Some(1) },
            Unit::Ohms => Self { unit: "mohm", operation: " * 1000", decimals: Some(2) },
            Unit::Watts => Self::WATTS,
            Unit::Seconds => Self::SECONDS,
            Unit::Bytes => Self::plain("decbytes", None),
            Unit::None => Self::COUNT,
        }
    }

    /// `expr` in this unit.
    #[must_use]
    pub fn scale(&self, expr: &str) -> String {
        format!("{expr}{}", self.operation)
    }
}
