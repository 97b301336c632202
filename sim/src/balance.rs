//! The balance of currents at the battery's terminals over one step.
//!
//! ```text
//! I = I_charger − P_load/V − I_own − I_parasitic,    V = open + R_step·I        (V at the step's end)
//! I_charger = clamp(I that holds the target, 0, I_panel(V + 0.3 V))
//! ```
//!
//! Solved by two fixed-point rounds from the last voltage: a round shrinks the error by R_step·P/V²,
//! a thousandfold for any sound battery. Amps, volts, watts; battery current positive while charging.

use crate::battery::Terminal;
use crate::panel::LitPanel;

/// Diode and cable between panel and battery, V.
const PANEL_DROP_VOLTS: f64 = 0.3;
/// A draw of constant power or current gives in below this, V.
const DRAW_VOLTS_MIN: f64 = 9.0;
const ROUNDS: usize = 2;

/// What the currents have to agree with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    /// The battery over this step.
    pub terminal: Terminal,
    /// Its latest voltage, V.
    pub volts: f64,
    /// What the controller holds, V.
    pub target_volts: Option<f64>,
    /// The panel in its light.
    pub panel: LitPanel,
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

/// Who gives and takes what, before the battery's limits on discharge.
fn share(given: &Circumstances, volts: f64, load_amps: f64) -> Flow {
    let weak = (volts / DRAW_VOLTS_MIN).clamp(0.0, 1.0);
    let draw = load_amps + (given.own_amps + given.parasitic_amps) * weak;
    let panel_on_volts = volts.max(0.0) + PANEL_DROP_VOLTS;
    let available = given.panel.current_amps(panel_on_volts);
    let taken =
        given.target_volts.map_or(0.0, |target| given.terminal.amps(target).min(given.charge_amps_max));
    let wanted = if given.target_volts.is_some() { taken + draw } else { 0.0 };
    let charger_amps = wanted.clamp(0.0, available);
    let duty = if available > 0.0 { charger_amps / available } else { 0.0 };
    let open = given.panel.open_circuit_volts;
    Flow {
        battery_amps: charger_amps - draw,
        volts,
        charger_amps,
        available_amps: available,
        held: wanted < available,
        load_amps,
        demand_watts: given.demand_watts,
        load_is_on: given.load_is_on,
        panel_volts: duty * panel_on_volts + (1.0 - duty) * open,
        panel_watts: charger_amps * panel_on_volts,
    }
}

/// An empty battery gives no more than it holds.
fn limit(given: &Circumstances, flow: Flow) -> Flow {
    let battery_amps = flow.battery_amps.max(-given.discharge_amps_max);
    Flow { battery_amps, volts: given.terminal.volts(battery_amps), ..flow }
}
