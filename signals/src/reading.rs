//! What a device claims, once its bytes are decoded.

use crate::{AmpHours, Amps, Celsius, Soc, Volts, Watts};

/// One reading: every field the supported devices can send, each present or not. Emulators encode
/// it, decoders make it. A missing or implausible value is `None`: data, not an error.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Battery voltage at the device's terminals.
    pub voltage: Option<Volts>,
    /// Battery current, positive while charging.
    pub current: Option<Amps>,
    /// Battery power, positive while charging.
    pub power: Option<Watts>,
    /// Battery temperature.
    pub temperature: Option<Celsius>,
    /// The device's own state of charge: one more sensor, never the truth.
    pub device_soc: Option<Soc>,
    /// Charge drawn since the device last believed the battery full (0 when full, else positive).
    pub consumed: Option<AmpHours>,
    /// The capacity the device believes in.
    pub capacity: Option<AmpHours>,
    /// Cell voltages, first cell first; empty when the device sends none.
    pub cells: Vec<Volts>,
    /// Panel voltage.
    pub pv_voltage: Option<Volts>,
    /// Panel current.
    pub pv_current: Option<Amps>,
    /// Panel power.
    pub pv_power: Option<Watts>,
    /// Current into the load, positive while the load draws.
    pub load_current: Option<Amps>,
    /// Net battery current is known: a charge controller sees only what it delivers itself.
    pub current_is_net: bool,
}
