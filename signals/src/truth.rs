//! What is really so: known to the simulator and to the scorer, never to the monitor.

use crate::{AmpHours, Amps, Celsius, Ohms, SimTime, Soc, Volts, Watts};

/// The state of one sign at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// The instant.
    pub at: SimTime,
    /// Charge held over present capacity.
    pub soc: Soc,
    /// Present capacity at 25 °C.
    pub capacity: AmpHours,
    /// Present over rated capacity.
    pub soh: f64,
    /// Ohmic resistance now, at the battery's present temperature and charge.
    pub resistance: Ohms,
    /// Battery terminal voltage.
    pub voltage: Volts,
    /// Battery current, positive while charging.
    pub current: Amps,
    /// Battery temperature.
    pub temperature: Celsius,
    /// Outside air temperature.
    pub ambient: Celsius,
    /// Sun elevation above the horizon, degrees.
    pub sun_elevation_degrees: f64,
    /// Light that falls on the panel's plane, W/m².
    pub light_watts_m2: f64,
    /// The part of it that reaches cells whose current has a way to the battery, W/m²: what snow, dirt, shade, a lost
    /// panel, a blown fuse and a dead controller leave. The rest is not the sky's doing.
    pub light_taken_watts_m2: f64,
    /// Panel voltage at the controller's input.
    pub pv_voltage: Volts,
    /// Power the panel delivers into the controller.
    pub pv_power: Watts,
    /// Current the controller delivers to battery and load together.
    pub charger_current: Amps,
    /// Power the sign asks for.
    pub load_demand: Watts,
    /// Current the sign draws.
    pub load_current: Amps,
    /// A display that should be lit has no power now.
    pub unpowered: bool,
}
