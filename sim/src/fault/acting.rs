//! What the faults that act now amount to. Several of one kind add up as the thing itself would: the deepest
//! snow counts, currents add, resistances add.

use crate::bank::{Affliction, Harm};
use crate::battery::Defect;
use signals::fault::Place;
use signals::{FaultEvent, FaultKind};

/// All parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Acting {
    pub panel: PanelFault,
    pub wiring: WiringFault,
    pub controller: ControllerFault,
    pub load: LoadFault,
    pub battery: Vec<Affliction>,
    pub bms: BmsFault,
    pub sensors: SensorsFault,
}

/// What reaches the panel, and what of it reaches the controller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PanelFault {
    /// Share of the light that snow, frost and dirt let through.
    pub light_ratio: f64,
    /// Share of the sun's beam that falls on it.
    pub beam_ratio: f64,
    /// Share of the panels that are connected.
    pub connected_ratio: f64,
    /// What a dark panel draws, A.
    pub leak_amps: f64,
}

impl Default for PanelFault {
    fn default() -> Self {
        Self { light_ratio: 1.0, beam_ratio: 1.0, connected_ratio: 1.0, leak_amps: 0.0 }
    }
}

/// Terminals and fuses.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct WiringFault {
    /// At the battery's terminal, Ω.
    pub terminal_ohms: f64,
    /// The battery is off, or gone.
    pub battery_open: bool,
    /// The controller's charge goes nowhere.
    pub charger_open: bool,
    /// The sign gets nothing.
    pub load_open: bool,
}

/// What the controller does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct ControllerFault {
    /// It does not charge.
    pub off: bool,
    /// It passes all it has up to this voltage.
    pub held_volts: Option<f64>,
    /// Its voltages are off by this, V.
    pub shift_volts: f64,
    /// It takes the battery for 25 °C warm.
    pub blind: bool,
    /// Its sensor is this much warmer than the battery, K.
    pub offset_kelvin: f64,
    /// The low-voltage disconnect never opens.
    pub welded: bool,
    /// The low-voltage disconnect has neither hysteresis nor delay.
    pub chatters: bool,
}

/// What the sign does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct LoadFault {
    /// Drawn by what nobody knows of, and by a stalled mast, A.
    pub parasitic_amps: f64,
    /// Drawn by the sign beyond its due, W.
    pub extra_watts: f64,
    /// The display does not dim.
    pub undimmed: bool,
}

/// What a lithium pack's management system does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct BmsFault {
    /// No charge flows in.
    pub blocks_charge: bool,
    /// No charge flows out.
    pub blocks_discharge: bool,
}

/// What the sensors do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct SensorsFault {
    pub voltage: SensorFault,
    pub current: SensorFault,
    pub temperature: SensorFault,
    /// Battery current and load current change places.
    pub swapped: bool,
    /// Every reading is this old, s.
    pub latency_secs: f64,
}

/// What one channel does wrong, in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SensorFault {
    pub offset: f64,
    pub gain: f64,
    pub drift_per_kelvin: f64,
    pub noise: f64,
    pub step: f64,
    pub band: f64,
    pub limit: f64,
    pub spike: f64,
    pub stuck: bool,
    pub reversed: bool,
    /// It reads this and nothing else.
    pub fixed: Option<f64>,
}

impl SensorFault {
    /// None.
    pub const NONE: Self = Self {
        offset: 0.0,
        gain: 0.0,
        drift_per_kelvin: 0.0,
        noise: 0.0,
        step: 0.0,
        band: 0.0,
        limit: f64::INFINITY,
        spike: 0.0,
        stuck: false,
        reversed: false,
        fixed: None,
    };
}

impl Default for SensorFault {
    fn default() -> Self {
        Self::NONE
    }
}

/// What a digital thermometer reports with its wire broken, and with its wires touching, °C.
const OPEN_CELSIUS: f64 = -127.0;
const SHORTED_CELSIUS: f64 = 125.0;

impl Acting {
    /// Adds a fault of this severity.
    pub fn add(&mut self, event: &FaultEvent, severity: f64) {
        let place = event.place;
        self.add_to_battery(event.kind, place, severity);
        self.add_to_wiring(event.kind, place, severity);
        self.add_to_controller(event.kind, severity);
        self.add_to_panel(event.kind, severity);
        self.add_to_load(event.kind, severity);
        self.sensors.add(event.kind, severity);
    }

    fn harm(&mut self, place: Place, harm: Harm) {
        self.battery.push(Affliction { place, harm });
    }

    fn add_to_battery(&mut self, kind: FaultKind, place: Place, severity: f64) {
        let defect = match kind {
            FaultKind::Sulfated => Defect::sulfated(severity),
            FaultKind::CapacityLost => Defect::lost(severity),
            FaultKind::DriedOut => Defect::dried_out(severity),
            FaultKind::AcidLayered => Defect::layered(severity),
            FaultKind::AcidFrozen => Defect::frozen(severity),
            FaultKind::ThermalRunaway => Defect::gassing(severity),
            FaultKind::BoxBlocked => Defect::boxed_in(severity),
            FaultKind::UnitSwapped => Defect::old(severity),
            FaultKind::CellShort => return self.harm(place, Harm::Bridge(severity)),
            FaultKind::CellOpen => return self.harm(place, Harm::Open),
            FaultKind::BmsBlocksCharge | FaultKind::BmsColdBlock => return self.bms.blocks_charge = true,
            FaultKind::BmsBlocksDischarge => return self.bms.blocks_discharge = true,
            FaultKind::BatteryStolen => return self.wiring.battery_open = true,
            _ => return,
        };
        self.harm(place, Harm::Defect(defect));
    }

    fn add_to_wiring(&mut self, kind: FaultKind, place: Place, severity: f64) {
        match kind {
            FaultKind::TerminalCorroded => self.wiring.terminal_ohms += severity,
            FaultKind::ConnectionLoose | FaultKind::BatteryFuseBlown => self.wiring.battery_open = true,
            FaultKind::StringResists => self.harm(place, Harm::Cable(severity)),
            FaultKind::StringFuseBlown => self.harm(place, Harm::Open),
            FaultKind::ChargerFuseBlown => self.wiring.charger_open = true,
            FaultKind::LoadFuseBlown => self.wiring.load_open = true,
            _ => {}
        }
    }

    fn add_to_controller(&mut self, kind: FaultKind, severity: f64) {
        let controller = &mut self.controller;
        match kind {
            FaultKind::ControllerStuckOff => controller.off = true,
            FaultKind::ControllerStuckOn => controller.held_volts = Some(severity),
            FaultKind::ControllerMissetting => controller.shift_volts += severity,
            FaultKind::ControllerSensorLost => controller.blind = true,
            FaultKind::ControllerSensorMisplaced => controller.offset_kelvin += severity,
            FaultKind::DisconnectWelded => controller.welded = true,
            FaultKind::DisconnectChatters => controller.chatters = true,
            _ => {}
        }
    }

    fn add_to_panel(&mut self, kind: FaultKind, severity: f64) {
        let panel = &mut self.panel;
        match kind {
            FaultKind::PanelSnow | FaultKind::PanelFrosted | FaultKind::PanelDirty => {
                panel.light_ratio = panel.light_ratio.min(1.0 - severity);
            }
            FaultKind::PanelShaded => panel.beam_ratio = panel.beam_ratio.min(1.0 - severity),
            FaultKind::PanelTurned => panel.beam_ratio = 0.0,
            FaultKind::PanelsLost => panel.connected_ratio *= 1.0 - severity,
            FaultKind::PanelDisconnected | FaultKind::PanelStolen | FaultKind::PanelDiodeOpen => {
                panel.connected_ratio = 0.0;
            }
            FaultKind::PanelDiodeShorted => panel.leak_amps += severity,
            _ => {}
        }
    }

    fn add_to_load(&mut self, kind: FaultKind, severity: f64) {
        match kind {
            FaultKind::ParasiticLoad | FaultKind::MastStalled => self.load.parasitic_amps += severity,
            FaultKind::FirmwareBusy => self.load.extra_watts += severity,
            FaultKind::DisplayUndimmed => self.load.undimmed = true,
            _ => {}
        }
    }
}

impl SensorsFault {
    fn add(&mut self, kind: FaultKind, severity: f64) {
        let Self { voltage, current, temperature, .. } = self;
        match kind {
            FaultKind::VoltageOffset => voltage.offset += severity,
            FaultKind::VoltageGain => voltage.gain += severity,
            FaultKind::VoltageNoise => voltage.noise = voltage.noise.hypot(severity),
            FaultKind::VoltageCoarse => voltage.step = voltage.step.max(severity),
            FaultKind::VoltageStuck => voltage.stuck = true,
            FaultKind::VoltageSpikes => voltage.spike = voltage.spike.max(severity),
            FaultKind::CurrentOffset => current.offset += severity,
            FaultKind::CurrentGain => current.gain += severity,
            FaultKind::CurrentDrift => current.drift_per_kelvin += severity,
            FaultKind::CurrentNoise => current.noise = current.noise.hypot(severity),
            FaultKind::CurrentCoarse => current.step = current.step.max(severity),
            FaultKind::CurrentDeadBand => current.band = current.band.max(severity),
            FaultKind::CurrentStuck => current.stuck = true,
            FaultKind::CurrentSpikes => current.spike = current.spike.max(severity),
            FaultKind::CurrentClipped => current.limit = current.limit.min(severity),
            FaultKind::CurrentReversed => current.reversed = true,
            FaultKind::ChannelsSwapped => self.swapped = true,
            FaultKind::TemperatureOffset => temperature.offset += severity,
            FaultKind::TemperatureStuck => temperature.stuck = true,
            FaultKind::TemperatureOpen => temperature.fixed = Some(OPEN_CELSIUS),
            FaultKind::TemperatureShorted => temperature.fixed = Some(SHORTED_CELSIUS),
            FaultKind::SensorsLate => self.latency_secs = self.latency_secs.max(severity),
            _ => {}
        }
    }
}
