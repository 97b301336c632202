//! Every fault there is: its name in scenario files, whose it is, its severity, the place it may name.
//!
//! Names are `thing-state`. Ranges are what a plant can bear, not what is likely. Sensor defects beyond these
//! (lost, doubled or late packets, a device back at its defaults) are the line's and the instrument's.
//!
//! Reference: what maintenance guides of batteries, controllers and sensors name; severities are scenario choices.

use super::{Growth, Part, Scope, Severity};
use Growth::{FromOne, FromZero, Inverse, Sudden};
use Part::{Battery, Bms, Controller, Device, Line, Load, Panel, Sensor, Wiring};
use Scope::{Cell, Site, String, Unit};

const NONE: Option<Severity> = None;

const fn of(key: &'static str, low: f64, high: f64, growth: Growth) -> Option<Severity> {
    Some(Severity { key, low, high, growth })
}

/// A share that is lost or covered.
const fn share(key: &'static str) -> Option<Severity> {
    of(key, 0.0, 1.0, FromZero)
}

/// An error of either sign.
const fn error(key: &'static str, most: f64) -> Option<Severity> {
    of(key, -most, most, FromZero)
}

macro_rules! catalogue {
    ($($(#[doc = $doc:literal])+ $kind:ident $name:literal $part:ident $scope:ident $severity:expr;)+) => {
        /// What goes wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum FaultKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl FaultKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The name scenario files and reports use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// What it is, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$kind => concat!($($doc),+),)+ }
            }

            /// Whose it is.
            #[must_use]
            pub const fn part(self) -> Part {
                match self { $(Self::$kind => $part,)+ }
            }

            /// The places in a bank it may name.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self { $(Self::$kind => $scope,)+ }
            }

            /// The number that says how bad it is, if there is one.
            #[must_use]
            pub const fn severity(self) -> Option<Severity> {
                match self { $(Self::$kind => $severity,)+ }
            }
        }
    };
}

catalogue! {
    /// A cell bridged by this resistance: hard below 1 Ω, a soft short (high self-discharge) above 10 Ω.
    CellShort "cell-short" Battery Cell of("bridge_ohms", 0.02, 10_000.0, Inverse);
    /// A cell that opens now and then, for this share of the time: its string carries nothing meanwhile.
    CellOpen "cell-open" Battery Cell share("open_ratio");
    /// Hard sulfate on a unit's plates: this share of capacity lost, and resistance up (threefold at 0.3).
    Sulfated "sulfated" Battery Unit of("capacity_loss_ratio", 0.0, 0.9, FromZero);
    /// A unit that lost this share of its capacity and little else.
    CapacityLost "capacity-lost" Battery Unit of("capacity_loss_ratio", 0.0, 0.9, FromZero);
    /// A unit that dried out: this share of capacity lost, resistance and gassing up.
    DriedOut "dried-out" Battery Unit of("capacity_loss_ratio", 0.0, 0.9, FromZero);
    /// Acid in layers, Schiffer's f_st: the rest voltage reads high, charge is out of reach.
    AcidLayered "acid-layered" Battery Unit of("layering_ratio", 0.0, 3.0, FromZero);
    /// This share of a unit's acid is ice, whatever the weather.
    AcidFrozen "acid-frozen" Battery Unit share("ice_ratio");
    /// Gassing this many times the sound battery's, all of it heat: hot and heavily charged, it runs away.
    ThermalRunaway "thermal-runaway" Battery Unit of("gassing_ratio", 1.0, 500.0, FromOne);
    /// The box gives off this much less heat.
    BoxBlocked "box-blocked" Battery Site of("cooling_loss_ratio", 0.0, 0.95, FromZero);
    /// An old unit in the place of a good one: this share of capacity lost, resistance up with it.
    UnitSwapped "unit-swapped" Battery Unit of("capacity_loss_ratio", 0.0, 0.9, Sudden);
    /// The battery is gone.
    BatteryStolen "battery-stolen" Battery Site NONE;

    /// The management system of a lithium pack lets no charge in.
    BmsBlocksCharge "bms-blocks-charge" Bms Site NONE;
    /// It lets no charge out.
    BmsBlocksDischarge "bms-blocks-discharge" Bms Site NONE;
    /// It takes the pack for frozen: it lets no charge in, and says so.
    BmsColdBlock "bms-cold-block" Bms Site NONE;
    /// It has not balanced: one cell is this much of its capacity ahead (or behind).
    BmsUnbalanced "bms-unbalanced" Bms Cell of("imbalance_ratio", -0.5, 0.5, Sudden);

    /// Corrosion at the battery's terminal adds this resistance.
    TerminalCorroded "terminal-corroded" Wiring Site of("extra_ohms", 0.0, 1.0, FromZero);
    /// A connection that is open for this share of the time: the battery is off meanwhile.
    ConnectionLoose "connection-loose" Wiring Site share("open_ratio");
    /// One string has this much more resistance in its cable than the others.
    StringResists "string-resists" Wiring String of("extra_ohms", 0.0, 1.0, FromZero);
    /// The fuse of one string is blown.
    StringFuseBlown "string-fuse-blown" Wiring String NONE;
    /// The battery's main fuse is blown.
    BatteryFuseBlown "battery-fuse-blown" Wiring Site NONE;
    /// The fuse between controller and battery is blown.
    ChargerFuseBlown "charger-fuse-blown" Wiring Site NONE;
    /// The sign's fuse is blown.
    LoadFuseBlown "load-fuse-blown" Wiring Site NONE;

    /// The controller does not charge.
    ControllerStuckOff "controller-stuck-off" Controller Site NONE;
    /// The controller passes all it has, up to this voltage.
    ControllerStuckOn "controller-stuck-on" Controller Site of("held_volts", 15.0, 22.0, Sudden);
    /// The controller is set for another battery: its voltages are off by this much.
    ControllerMissetting "controller-missetting" Controller Site of("shift_volts", -3.0, 3.0, Sudden);
    /// The controller has lost its temperature sensor and takes the battery for 25 °C warm.
    ControllerSensorLost "controller-sensor-lost" Controller Site NONE;
    /// The controller's temperature sensor sits where it is this much warmer than the battery.
    ControllerSensorMisplaced "controller-sensor-misplaced" Controller Site of("offset_kelvin", -40.0, 40.0, FromZero);
    /// The low-voltage disconnect never opens.
    DisconnectWelded "disconnect-welded" Controller Site NONE;
    /// The low-voltage disconnect has lost its hysteresis and its delay.
    DisconnectChatters "disconnect-chatters" Controller Site NONE;

    /// Snow on the panel stops this share of the light.
    PanelSnow "panel-snow" Panel Site share("cover_ratio");
    /// Frost on the panel stops this share of the light.
    PanelFrosted "panel-frosted" Panel Site share("cover_ratio");
    /// Dirt on the panel stops this share of the light.
    PanelDirty "panel-dirty" Panel Site share("cover_ratio");
    /// Something stands between panel and sun: this share of the beam is lost, the sky's light is not.
    PanelShaded "panel-shaded" Panel Site share("beam_loss_ratio");
    /// The panel is turned away from the sun and sees the sky alone.
    PanelTurned "panel-turned" Panel Site NONE;
    /// This share of the panels is out (one of four: 0.25).
    PanelsLost "panels-lost" Panel Site share("lost_ratio");
    /// The panel's plug is out.
    PanelDisconnected "panel-disconnected" Panel Site NONE;
    /// The panel is gone.
    PanelStolen "panel-stolen" Panel Site NONE;
    /// The series diode is open: nothing comes through.
    PanelDiodeOpen "panel-diode-open" Panel Site NONE;
    /// The series diode conducts both ways: the dark panel draws this current.
    PanelDiodeShorted "panel-diode-shorted" Panel Site of("leak_amps", 0.0, 10.0, FromZero);

    /// A load nobody knows of draws this current.
    ParasiticLoad "parasitic-load" Load Site of("current_amps", 0.0, 1000.0, FromZero);
    /// The display does not dim.
    DisplayUndimmed "display-undimmed" Load Site NONE;
    /// The sign's controller or modem never rests: this much more power.
    FirmwareBusy "firmware-busy" Load Site of("extra_watts", 0.0, 1000.0, FromZero);
    /// The mast's motor is stalled and draws this current.
    MastStalled "mast-stalled" Load Site of("current_amps", 0.0, 1000.0, Sudden);

    /// The voltage reads this much too high.
    VoltageOffset "voltage-offset" Sensor Site error("offset_volts", 100.0);
    /// The voltage reads too high by this share.
    VoltageGain "voltage-gain" Sensor Site error("gain_error_ratio", 0.5);
    /// The voltage reading is this noisy (standard deviation).
    VoltageNoise "voltage-noise" Sensor Site of("noise_volts", 0.0, 10.0, FromZero);
    /// The voltage reads in steps of this size.
    VoltageCoarse "voltage-coarse" Sensor Site of("step_volts", 0.0, 5.0, Sudden);
    /// The voltage reading does not move.
    VoltageStuck "voltage-stuck" Sensor Site NONE;
    /// One voltage reading in a hundred jumps by up to this much.
    VoltageSpikes "voltage-spikes" Sensor Site of("spike_volts", 0.0, 100.0, Sudden);
    /// The shunt reads this much too high (charging) at any current.
    CurrentOffset "current-offset" Sensor Site error("offset_amps", 1000.0);
    /// The current reads too high by this share.
    CurrentGain "current-gain" Sensor Site error("gain_error_ratio", 0.9);
    /// The current reads too high by this much for each kelvin above 25 °C.
    CurrentDrift "current-drift" Sensor Site error("drift_amps_per_kelvin", 1.0);
    /// The current reading is this noisy (standard deviation).
    CurrentNoise "current-noise" Sensor Site of("noise_amps", 0.0, 100.0, FromZero);
    /// The current reads in steps of this size.
    CurrentCoarse "current-coarse" Sensor Site of("step_amps", 0.0, 50.0, Sudden);
    /// Smaller currents than this read 0.
    CurrentDeadBand "current-dead-band" Sensor Site of("band_amps", 0.0, 50.0, Sudden);
    /// The current reading does not move.
    CurrentStuck "current-stuck" Sensor Site NONE;
    /// One current reading in a hundred jumps by up to this much.
    CurrentSpikes "current-spikes" Sensor Site of("spike_amps", 0.0, 1000.0, Sudden);
    /// The current reads no more than this, either way.
    CurrentClipped "current-clipped" Sensor Site of("limit_amps", 0.0, 1000.0, Sudden);
    /// The shunt is wired the wrong way round.
    CurrentReversed "current-reversed" Sensor Site NONE;
    /// Battery current and load current are swapped.
    ChannelsSwapped "channels-swapped" Sensor Site NONE;
    /// The temperature reads this much too high.
    TemperatureOffset "temperature-offset" Sensor Site error("offset_kelvin", 100.0);
    /// The temperature reading does not move.
    TemperatureStuck "temperature-stuck" Sensor Site NONE;
    /// The temperature sensor's wire is broken: −127 °C.
    TemperatureOpen "temperature-open" Sensor Site NONE;
    /// The temperature sensor's wires touch: 125 °C.
    TemperatureShorted "temperature-shorted" Sensor Site NONE;
    /// Every reading is this old.
    SensorsLate "sensors-late" Sensor Site of("latency_seconds", 0.0, 3600.0, Sudden);

    /// The instrument wrongly believes the battery full, once, at the fault's start.
    DeviceFalseFull "device-false-full" Device Site NONE;
    /// The instrument's own state of charge jumps by this, once, at the fault's start.
    DeviceSocJump "device-soc-jump" Device Site of("soc_jump_ratio", -1.0, 1.0, Sudden);
    /// The instrument knows no temperature and says so, in its kind's way.
    DeviceTemperatureLost "device-temperature-lost" Device Site NONE;

    /// The serial cable is out.
    CablePulled "cable-pulled" Line Site NONE;
    /// Bytes on the line are corrupted, each with this chance: flipped, dropped, inserted or doubled.
    LineNoise "line-noise" Line Site share("byte_error_ratio");
    /// Bytes have one bit turned over, each with this chance.
    LineFlips "line-flips" Line Site share("byte_error_ratio");
    /// Bytes are lost, each with this chance.
    LineDrops "line-drops" Line Site share("byte_error_ratio");
    /// Bytes that nobody sent come in between, before each with this chance.
    LineInserts "line-inserts" Line Site share("byte_error_ratio");
    /// Bytes come twice, each with this chance.
    LineDoubles "line-doubles" Line Site share("byte_error_ratio");
    /// A block or answer is hit, with this chance, by a burst: 2 to 16 bytes in a row are noise.
    LineBursts "line-bursts" Line Site share("burst_ratio");
    /// A block or answer breaks off at any byte, with this chance.
    LineCuts "line-cuts" Line Site share("cut_ratio");
    /// Everything comes this much later.
    LineLate "line-late" Line Site of("delay_seconds", 0.0, 600.0, Sudden);
    /// The line holds what is sent and gives it all at once each time this long has passed.
    LineStalls "line-stalls" Line Site of("stall_seconds", 0.01, 3600.0, Sudden);
    /// What the host asks comes back to it ahead of the answer.
    LineEchoes "line-echoes" Line Site NONE;
    /// The end of what was sent before comes again ahead of a block or answer, with this chance.
    LineStale "line-stale" Line Site share("stale_ratio");
    /// A frame's checksum is wrong, with this chance.
    FrameWrongSum "frame-wrong-sum" Line Site share("frame_error_ratio");
    /// A frame's length is wrong, with this chance: its length word, or a byte too many where it has none.
    FrameWrongLength "frame-wrong-length" Line Site share("frame_error_ratio");
    /// A block or answer is not sent at all, with this chance.
    FrameMissing "frame-missing" Line Site share("missing_ratio");
}

impl FaultKind {
    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// What a reader calls its part.
    #[must_use]
    pub const fn part_name(self) -> &'static str {
        match self.part() {
            Battery => "battery",
            Bms => "management system",
            Wiring => "wiring",
            Controller => "controller",
            Panel => "panel",
            Load => "load",
            Sensor => "sensor",
            Device => "instrument",
            Line => "line",
        }
    }

    /// It may be told to act between certain hours of the day alone: a shadow comes and goes.
    #[must_use]
    pub const fn has_hours(self) -> bool {
        matches!(self.part(), Panel | Load)
    }
}
