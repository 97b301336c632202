//! The balance of currents at the battery's terminals over one step.
//!
//! ```text
//! I = I_charger − P_load/V − I_own − I_parasitic,    V = open + R_step·I        (V at the step's end)
//! I_charger = clamp(I that holds the target, 0, I_available)
//! PWM:  I_available = I_panel(V + 0.3 V)
//! MPPT: I_available = (0.96·P_panel(V_p) − 0.3 W)/V,    V_p = max(V of most power, V + 0.3 V)
//! ```
//!
//! Solved by two fixed-point rounds from the last voltage: a round shrinks the error by R_step·P/V²,
//! a thousandfold for any sound battery. Amps, volts, watts; battery current positive while charging.
//!
//! Reference: conversion of 94 to 97 % less a constant 0.3 W, as data sheets of small trackers have it.
//! Such a tracker steps down only: below the battery's voltage a panel gives nothing.

use crate::battery::Terminal;
use crate::controller::Conversion;
use crate::panel::LitPanel;

/// Diode and cable between panel and battery, V.
pub(crate) const PANEL_DROP_VOLTS: f64 = 0.3;
/// A draw of constant power or current gives in below this, V.
pub(crate) const DRAW_VOLTS_MIN: f64 = 9.0;
pub(crate) const ROUNDS: usize = 2;
/// Less is rounding, A.
const BALANCED_AMPS: f64 = 1e-9;
/// A tracker's conversion, and what it spends while it works.
pub(crate) const TRACKER_RATIO: f64 = 0.96;
pub(crate) const TRACKER_WATTS: f64 = 0.3;

/// What the currents have to agree with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    /// The battery over this step.
    pub terminal: Terminal,
    /// It is connected.
    pub battery_is_on: bool,
    /// Its latest voltage, V.
    pub volts: f64,
    /// What the controller holds, V.
    pub target_volts: Option<f64>,
    /// The panel in its light.
    pub panel: LitPanel,
    /// How the controller takes the panel's power.
    pub conversion: Conversion,
    /// Power the sign asks for, W.
    pub demand_watts: f64,
    /// The sign is connected.
    pub load_is_on: bool,
    /// Draw of the controller, A.
    pub own_amps: f64,
    /// Draw of loads nobody knows of, A.
    pub parasitic_amps: f64,
    /// Most the battery may take, A.
    pub charge_amps_max: f64,
    /// Most the battery can give, A.
    pub discharge_amps_max: f64,
}

/// The currents that do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flow {
    /// Into the battery, A.
    pub battery_amps: f64,
    /// Its voltage at the step's end, V.
    pub volts: f64,
    /// Out of the controller, A.
    pub charger_amps: f64,
    /// What the panel could have given, A.
    pub available_amps: f64,
    /// The target was held with current to spare.
    pub held: bool,
    /// Into the sign, A.
    pub load_amps: f64,
    /// Power the sign asks for, W.
    pub demand_watts: f64,
    /// The sign has power.
    pub load_is_on: bool,
    /// At the controller's input, averaged over its pulses, V.
    pub panel_volts: f64,
    /// Into the controller, W.
    pub panel_watts: f64,
}

/// Finds the currents.
pub(crate) fn balance(given: &Circumstances) -> Flow {
    if !given.battery_is_on {
        return without_battery(given);
    }
    let mut flow = round(given, given.volts);
    for _ in 1..ROUNDS {
        flow = round(given, flow.volts);
    }
    flow
}

/// Currents at a guessed voltage, and the voltage they make.
fn round(given: &Circumstances, volts: f64) -> Flow {
    let load_amps = if given.load_is_on { given.demand_watts / volts.max(DRAW_VOLTS_MIN) } else { 0.0 };
    let flow = share(given, volts, load_amps);
    if load_amps > 0.0 && flow.battery_amps < -given.discharge_amps_max {
        // The battery cannot carry the sign: it goes dark, and what is left goes to the rest.
        let dark = share(given, volts, 0.0);
        return limit(given, Flow { load_is_on: false, ..dark });
    }
    limit(given, flow)
}

/// A panel alone may carry the sign at the voltage its controller holds; it rarely does, and then the sign is
/// dark, and at night so is everything.
fn without_battery(given: &Circumstances) -> Flow {
    let held = given.target_volts.unwrap_or(0.0).min(given.panel.open_circuit_volts);
    let alone = Circumstances {
        terminal: Terminal { open_volts: held, charge_ohms: 1.0, discharge_ohms: 1.0 },
        charge_amps_max: 0.0,
        ..*given
    };
    let load_amps = if given.load_is_on { given.demand_watts / held.max(DRAW_VOLTS_MIN) } else { 0.0 };
    let carries = |flow: &Flow| held > DRAW_VOLTS_MIN && flow.battery_amps >= -BALANCED_AMPS;
    let lit = share(&alone, held, load_amps);
    if carries(&lit) {
        return Flow { battery_amps: 0.0, ..lit };
    }
    let dark = Flow { load_amps: 0.0, load_is_on: false, ..share(&alone, held, 0.0) };
    if carries(&dark) {
        return Flow { battery_amps: 0.0, ..dark };
    }
    Flow { battery_amps: 0.0, volts: 0.0, charger_amps: 0.0, panel_watts: 0.0, held: false, ..dark }
}

/// Who gives and takes what, before the battery's limits on discharge.
fn share(given: &Circumstances, volts: f64, load_amps: f64) -> Flow {
    let weak = (volts / DRAW_VOLTS_MIN).clamp(0.0, 1.0);
    let draw = load_amps + (given.own_amps + given.parasitic_amps) * weak;
    let on_volts = volts.max(0.0) + PANEL_DROP_VOLTS;
    let offer = match given.conversion {
        Conversion::Pwm => Offer { panel_volts: on_volts, amps: given.panel.current_amps(on_volts) },
        Conversion::Mppt => tracked(&given.panel, volts, on_volts),
    };
    let available = offer.amps;
    let taken =
        given.target_volts.map_or(0.0, |target| given.terminal.amps(target).min(given.charge_amps_max));
    let wanted = if given.target_volts.is_some() { taken + draw } else { 0.0 };
    let charger_amps = wanted.clamp(0.0, available);
    let (panel_volts, panel_watts) = input(given, &offer, charger_amps, volts);
    Flow {
        battery_amps: charger_amps - draw,
        volts,
        charger_amps,
        available_amps: available,
        held: wanted < available,
        load_amps,
        demand_watts: given.demand_watts,
        load_is_on: given.load_is_on,
        panel_volts,
        panel_watts,
    }
}

/// What the panel could give through the controller.
#[derive(Debug, Clone, Copy)]
struct Offer {
    /// Panel voltage, V.
    panel_volts: f64,
    /// Current out of the controller, A.
    amps: f64,
}

/// The offer of a controller that tracks the panel's peak.
fn tracked(panel: &LitPanel, volts: f64, on_volts: f64) -> Offer {
    let panel_volts = panel.peak_volts().max(on_volts);
    let watts = panel_volts * panel.current_amps(panel_volts);
    let amps = (TRACKER_RATIO * watts - TRACKER_WATTS).max(0.0) / volts.max(DRAW_VOLTS_MIN);
    Offer { panel_volts, amps }
}

/// Voltage and power at the controller's input, for a current out of it.
fn input(given: &Circumstances, offer: &Offer, charger_amps: f64, volts: f64) -> (f64, f64) {
    let open = given.panel.open_circuit_volts;
    match given.conversion {
        Conversion::Pwm => {
            let duty = if offer.amps > 0.0 { charger_amps / offer.amps } else { 0.0 };
            (duty * offer.panel_volts + (1.0 - duty) * open, charger_amps * offer.panel_volts)
        }
        Conversion::Mppt if charger_amps > 0.0 => {
            let watts = (charger_amps * volts.max(DRAW_VOLTS_MIN) + TRACKER_WATTS) / TRACKER_RATIO;
            let idling = charger_amps < offer.amps;
            let at =
                if idling { given.panel.idling_volts(watts, offer.panel_volts) } else { offer.panel_volts };
            (at, watts)
        }
        Conversion::Mppt => (open, 0.0),
    }
}

/// An empty battery gives no more than it holds.
fn limit(given: &Circumstances, flow: Flow) -> Flow {
    let battery_amps = flow.battery_amps.max(-given.discharge_amps_max);
    Flow { battery_amps, volts: given.terminal.volts(battery_amps), ..flow }
}
