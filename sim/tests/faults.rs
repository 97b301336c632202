//! Each fault of the catalogue, told by what a crew could observe of it.

use signals::fault::{Part, Place};
use signals::{AmpHours, FaultEvent, FaultKind, Reading, Seed, SimTime, Soc, Span, Truth};
use sim::{
    BatteryParams, ControllerParams, Layout, LoadKind, LoadParams, PanelParams, ParamsError, SensorParams,
    Site, SiteParams,
};

const SEPTEMBER: i64 = 1_788_238_800; // 2026-09-01T05:00:00Z, midnight in Montreal

fn sign(battery: BatteryParams) -> SiteParams {
    SiteParams {
        controller: ControllerParams::pwm_for(battery.chemistry),
        battery,
        panel: PanelParams::twelve_volt(240.0, 60.0),
        load: LoadParams::of(LoadKind::ArrowBoard),
        place: sim::Place::montreal(),
        start_unix_secs: SEPTEMBER,
        initial_soc: Soc::clamped(0.7),
        sensors: SensorParams::default(),
        dull: vec![(0.0, 40.0, 0.8)],
    }
}

fn agm() -> SiteParams {
    sign(BatteryParams::agm_12v(AmpHours::new(200.0)))
}

fn two_by_two() -> SiteParams {
    let layout = Layout { series: 2, parallel: 2, ..Layout::default() };
    sign(BatteryParams { layout, ..BatteryParams::flooded_12v(AmpHours::new(200.0)) })
}

fn lithium() -> SiteParams {
    sign(BatteryParams::lifepo4_4s(AmpHours::new(200.0)))
}

fn day(days: f64) -> SimTime {
    SimTime::from_secs(days * 86_400.0)
}

/// From the first midnight on.
fn fault(kind: FaultKind, severity: f64) -> FaultEvent {
    FaultEvent::new(kind, severity, day(0.0), day(400.0))
}

fn at(string: u32, unit: u32, cell: u32) -> Place {
    let cell = (cell > 0).then_some(cell);
    Place { string: Some(string), unit: Some(unit), cell }
}

/// What was so and what was read, each ten minutes.
struct Story(Vec<(Truth, Reading)>);

fn story(params: &SiteParams, faults: &[FaultEvent], days: f64) -> Story {
    let mut site = Site::new(params, Seed(5), faults).expect("sound parameters");
    let steps = (days * 144.0) as usize;
    let tell = |_| {
        let truth = (0..60).map(|_| site.step(Span::from_secs(10.0))).last().expect("sixty");
        (truth, site.observe(&truth))
    };
    Story((0..steps).map(tell).collect())
}

impl Story {
    fn truths(&self) -> impl Iterator<Item = &Truth> {
        self.0.iter().map(|(truth, _)| truth)
    }

    fn mean(&self, of: impl Fn(&Truth) -> f64) -> f64 {
        self.truths().map(of).sum::<f64>() / self.0.len() as f64
    }

    fn most(&self, of: impl Fn(&Truth) -> f64) -> f64 {
        self.truths().map(of).fold(f64::NEG_INFINITY, f64::max)
    }

    fn last(&self) -> &Truth {
        &self.0.last().expect("not empty").0
    }

    fn dark_ratio(&self) -> f64 {
        self.mean(|truth| f64::from(u8::from(truth.unpowered)))
    }

    fn at_night(&self) -> Self {
        Self(self.0.iter().filter(|(truth, _)| truth.sun_elevation_degrees < -8.0).cloned().collect())
    }
}

fn volts(truth: &Truth) -> f64 {
    truth.voltage.as_volts()
}

fn amps(truth: &Truth) -> f64 {
    truth.current.as_amps()
}

fn soc(truth: &Truth) -> f64 {
    truth.soc.as_ratio()
}

fn pv_watts(truth: &Truth) -> f64 {
    truth.pv_power.as_watts()
}

#[test]
fn a_hard_short_takes_two_volts_off_the_block_and_absorption_never_ends() {
    let (sound, shorted) = (story(&agm(), &[], 6.0), story(&agm(), &[fault(FaultKind::CellShort, 0.1)], 6.0));
    let lost = sound.at_night().mean(volts) - shorted.at_night().mean(volts);
    assert!((1.6..2.7).contains(&lost), "{lost} V");
    assert!(shorted.most(volts) < sound.most(volts) + 0.3);
    let late = |story: &Story| {
        let days = &story.0[4 * 144..];
        days.iter().map(|(truth, _)| truth.charger_current.as_amps()).sum::<f64>() / days.len() as f64
    };
    assert!(late(&shorted) > 1.05 * late(&sound), "the good cells gas: {} {}", late(&shorted), late(&sound));
}

#[test]
fn a_soft_short_drains_a_bank_at_rest() {
    let mut parked = agm();
    (parked.load, parked.panel) = (parked.load.scaled(0.0), PanelParams::twelve_volt(0.0, 60.0));
    let loss = |faults: &[FaultEvent]| 0.7 - soc(story(&parked, faults, 10.0).last());
    let more = loss(&[fault(FaultKind::CellShort, 20.0)]) - loss(&[]);
    // 2.1 V over 20 Ω is 105 mA in one cell of six: a sixth of 25 Ah of the mean.
    assert!((0.018..0.024).contains(&more), "{more}");
}

#[test]
fn an_open_cell_leaves_the_sign_with_what_the_panel_gives() {
    let open = story(&agm(), &[fault(FaultKind::CellOpen, 1.0)], 3.0);
    assert_eq!(open.at_night().dark_ratio(), 1.0);
    assert!(open.at_night().most(volts) < 1.0);
    assert!(open.most(volts) > 13.0, "by day the panel's voltage shows");
    assert!(open.most(|truth| amps(truth).abs()) == 0.0);
    let flickering = story(&agm(), &[fault(FaultKind::CellOpen, 0.2)], 3.0);
    assert!((0.1..0.3).contains(&flickering.at_night().dark_ratio()));
}

#[test]
fn worn_units_hold_less_and_resist_more() {
    let sound = story(&agm(), &[], 2.0);
    for (kind, resists) in [
        (FaultKind::Sulfated, 2.9),
        (FaultKind::CapacityLost, 1.0),
        (FaultKind::DriedOut, 1.9),
        (FaultKind::UnitSwapped, 1.6),
    ] {
        let worn = story(&agm(), &[fault(kind, 0.3)], 2.0);
        let ratio = worn.last().capacity.as_amp_hours() / sound.last().capacity.as_amp_hours();
        assert!((ratio - 0.7).abs() < 1e-9, "{kind:?} {ratio}");
        let ohms =
            worn.mean(|truth| truth.resistance.as_ohms()) / sound.mean(|truth| truth.resistance.as_ohms());
        assert!((resists - 0.1..resists * 1.25).contains(&ohms), "{kind:?} {ohms}");
    }
}

#[test]
fn capacity_goes_slowly_where_it_ramps() {
    let slow = FaultEvent::new(FaultKind::CapacityLost, 0.4, day(1.0), day(400.0))
        .ramping(Span::from_secs(8.0 * 86_400.0));
    let story = story(&agm(), &[slow], 6.0);
    let left = story.last().soh;
    assert!((left - (1.0 - 0.4 * 5.0 / 8.0)).abs() < 0.003, "{left}");
    let steps = story.0.windows(2).map(|two| (two[1].0.soh - two[0].0.soh).abs());
    assert!(steps.fold(0.0, f64::max) < 0.01);
}

#[test]
fn layers_lift_the_voltage_and_ice_the_resistance() {
    let flooded = sign(BatteryParams::flooded_12v(AmpHours::new(200.0)));
    let sound = story(&flooded, &[], 1.0);
    let layered = story(&flooded, &[fault(FaultKind::AcidLayered, 1.0)], 1.0);
    let lift = layered.at_night().mean(volts) - sound.at_night().mean(volts);
    assert!((0.02..0.06).contains(&lift), "{lift}");
    let frozen = story(&flooded, &[fault(FaultKind::AcidFrozen, 0.4)], 1.0);
    assert!(frozen.last().resistance.as_ohms() > 3.0 * sound.last().resistance.as_ohms());
}

#[test]
fn a_dry_hot_bank_runs_away_and_a_sound_one_does_not() {
    let hottest =
        |faults: &[FaultEvent]| story(&agm(), faults, 12.0).most(|truth| truth.temperature.as_celsius());
    let faults = [fault(FaultKind::ThermalRunaway, 100.0), fault(FaultKind::BoxBlocked, 0.7)];
    assert!(hottest(&faults) > hottest(&[]) + 10.0);
}

#[test]
fn without_its_battery_a_sign_is_dark_at_night_and_the_bus_is_dead() {
    for kind in [FaultKind::BatteryStolen, FaultKind::BatteryFuseBlown] {
        let gone = story(&agm(), &[FaultEvent::new(kind, 0.0, day(2.0), day(400.0))], 4.0);
        assert_eq!(gone.last().voltage.as_volts(), 0.0);
        assert!(gone.last().unpowered && gone.0[200].0.voltage.as_volts() > 12.0);
    }
    let loose = story(&agm(), &[fault(FaultKind::ConnectionLoose, 0.1)], 6.0);
    assert!((0.05..0.15).contains(&loose.at_night().dark_ratio()));
}

#[test]
fn a_management_system_stuck_open_stops_charge_or_the_sign() {
    let no_charge = story(&lithium(), &[fault(FaultKind::BmsBlocksCharge, 0.0)], 2.0);
    assert!(no_charge.most(amps) <= 0.0);
    assert_eq!(
        story(&lithium(), &[fault(FaultKind::BmsBlocksDischarge, 0.0)], 1.0).at_night().dark_ratio(),
        1.0
    );
}

#[test]
fn a_cell_ahead_of_the_others_ends_the_charge_early() {
    let ahead = [fault(FaultKind::BmsUnbalanced, 0.2).at(at(1, 1, 2))];
    let fullest = |faults: &[FaultEvent]| story(&lithium(), faults, 20.0).most(soc);
    let (sound, unbalanced) = (fullest(&[]), fullest(&ahead));
    assert!(sound > 0.99 && unbalanced < 0.95, "{sound} {unbalanced}");
}

#[test]
fn corrosion_shows_with_the_current_and_not_at_rest() {
    let corroded = [fault(FaultKind::TerminalCorroded, 0.05)];
    let (sound, corroded) = (story(&agm(), &[], 1.0), story(&agm(), &corroded, 1.0));
    let pairs = sound.0.iter().zip(&corroded.0).take(30);
    for ((sound, _), (corroded, _)) in pairs {
        let drop = volts(sound) - volts(corroded);
        assert!((drop + 0.05 * amps(corroded)).abs() < 0.01, "{drop} {}", amps(corroded));
    }
}

#[test]
fn a_blown_string_fuse_halves_what_is_there_at_the_same_voltage() {
    let night = |faults: &[FaultEvent]| {
        let mut parked = two_by_two();
        parked.panel = PanelParams::twelve_volt(0.0, 60.0);
        let end = story(&parked, faults, 4.0);
        (volts(&end.0[3].0), end.0[3].0.resistance.as_ohms(), soc(end.last()))
    };
    let place = Place { string: Some(2), ..Place::default() };
    let ((v, r, _), (v_blown, r_blown, _)) =
        (night(&[]), night(&[fault(FaultKind::StringFuseBlown, 0.0).at(place)]));
    assert!((v - v_blown).abs() < 0.1 && (r_blown / r - 2.0).abs() < 0.05, "{v} {v_blown} {r} {r_blown}");
    let (_, r_cable, _) = night(&[fault(FaultKind::StringResists, 0.1).at(place)]);
    assert!(r < r_cable && r_cable < r_blown);
}

#[test]
fn one_weak_unit_of_a_bank_is_told_from_its_neighbours() {
    let weak = [fault(FaultKind::CapacityLost, 0.6).at(at(1, 2, 0))];
    let (sound, weak) = (story(&two_by_two(), &[], 1.0), story(&two_by_two(), &weak, 1.0));
    // Two of four units carry half the capacity each string has: one at 40 % leaves 85 % of the mean.
    let ratio = weak.last().capacity.as_amp_hours() / sound.last().capacity.as_amp_hours();
    assert!((ratio - 0.85).abs() < 1e-9, "{ratio}");
}

#[test]
fn controllers_that_do_not_charge_leave_the_panel_idle() {
    for kind in [FaultKind::ControllerStuckOff, FaultKind::ChargerFuseBlown] {
        let stuck = story(&agm(), &[fault(kind, 0.0)], 2.0);
        assert!(stuck.most(amps) <= 0.0 && stuck.most(pv_watts) == 0.0);
        assert!(stuck.most(|truth| truth.pv_voltage.as_volts()) > 18.0);
    }
}

#[test]
fn a_controller_stuck_on_overcharges() {
    let stuck = story(&agm(), &[fault(FaultKind::ControllerStuckOn, 18.0)], 8.0);
    assert!((15.6..18.1).contains(&stuck.most(volts)), "{}", stuck.most(volts));
}

#[test]
fn wrong_settings_show_in_the_voltage_held() {
    let top = |faults: &[FaultEvent]| story(&agm(), faults, 8.0).most(volts);
    let sound = top(&[]);
    let lower = sound - top(&[fault(FaultKind::ControllerMissetting, -0.6)]);
    assert!((0.5..0.7).contains(&lower), "{lower}");
    assert!(top(&[fault(FaultKind::ControllerSensorMisplaced, 15.0)]) < sound - 0.3);
    assert!(top(&[fault(FaultKind::ControllerSensorLost, 0.0)]) < sound);
}

#[test]
fn a_welded_switch_empties_the_bank_and_one_without_hysteresis_chatters() {
    let mut empty = agm();
    (empty.initial_soc, empty.panel) = (Soc::clamped(0.12), PanelParams::twelve_volt(0.0, 60.0));
    let end = |faults: &[FaultEvent]| story(&empty, faults, 5.0);
    let (sound, welded) = (end(&[]), end(&[fault(FaultKind::DisconnectWelded, 0.0)]));
    assert!(soc(welded.last()) < soc(sound.last()) - 0.005, "{} {}", soc(welded.last()), soc(sound.last()));
    let turns =
        |story: &Story| story.0.windows(2).filter(|two| two[0].0.unpowered != two[1].0.unpowered).count();
    assert!(turns(&end(&[fault(FaultKind::DisconnectChatters, 0.0)])) > turns(&sound) + 10);
}

#[test]
fn a_blown_fuse_darkens_a_sign_with_a_full_battery() {
    let blown = story(&agm(), &[fault(FaultKind::LoadFuseBlown, 0.0)], 3.0);
    assert_eq!(blown.dark_ratio(), 1.0);
    assert!(soc(blown.last()) > 0.7);
}

#[test]
fn what_covers_or_takes_the_panel_costs_its_share() {
    let hungry = SiteParams { initial_soc: Soc::clamped(0.1), ..agm() };
    let watts = |kind, severity| story(&hungry, &[fault(kind, severity)], 1.0).mean(pv_watts);
    let sound = story(&hungry, &[], 1.0).mean(pv_watts);
    for kind in [FaultKind::PanelSnow, FaultKind::PanelFrosted, FaultKind::PanelDirty, FaultKind::PanelsLost]
    {
        let ratio = watts(kind, 0.5) / sound;
        assert!((0.45..0.55).contains(&ratio), "{kind:?} {ratio}");
    }
    for kind in [FaultKind::PanelDisconnected, FaultKind::PanelStolen, FaultKind::PanelDiodeOpen] {
        assert_eq!(watts(kind, 0.0), 0.0);
    }
    let (turned, shaded) = (watts(FaultKind::PanelTurned, 0.0), watts(FaultKind::PanelShaded, 0.5));
    assert!(turned > 0.02 * sound && turned < shaded && shaded < sound, "{turned} {shaded} {sound}");
}

#[test]
fn a_shadow_of_the_morning_leaves_the_afternoon_alone() {
    let shade = fault(FaultKind::PanelShaded, 1.0).daily(6.0, 11.0);
    let (sound, shaded) = (story(&agm(), &[], 1.0), story(&agm(), &[shade], 1.0));
    let between = |story: &Story, from: usize, until: usize| {
        story.0[from * 6..until * 6].iter().map(|(truth, _)| pv_watts(truth)).sum::<f64>()
    };
    assert!(between(&shaded, 8, 10) < 0.6 * between(&sound, 8, 10));
    assert!(between(&shaded, 13, 15) > 0.97 * between(&sound, 13, 15));
}

#[test]
fn hidden_draws_add_to_what_the_battery_gives_at_night() {
    let night = |faults: &[FaultEvent]| -story(&agm(), faults, 1.0).at_night().mean(amps);
    let sound = night(&[]);
    let more = |kind, severity| night(&[fault(kind, severity)]) - sound;
    assert!((more(FaultKind::ParasiticLoad, 0.5) - 0.5).abs() < 0.02);
    assert!((more(FaultKind::PanelDiodeShorted, 0.3) - 0.3).abs() < 0.02);
    assert!((more(FaultKind::FirmwareBusy, 6.0) - 0.48).abs() < 0.03);
    assert!((more(FaultKind::DisplayUndimmed, 0.0) - 9.0 / 12.5).abs() < 0.05);
    let mut masted = agm();
    masted.load = masted.load.raised_at(3600.0);
    let stalled = story(&masted, &[fault(FaultKind::MastStalled, 90.0)], 0.02);
    assert!(amps(stalled.last()) < -85.0);
}

/// What a channel reads beside what is so, each ten minutes of a night and a day.
fn errors(kind: FaultKind, severity: f64, channel: fn(&(Truth, Reading)) -> (f64, f64)) -> Vec<(f64, f64)> {
    story(&agm(), &[fault(kind, severity)], 1.0).0.iter().map(channel).collect()
}

fn current((truth, reading): &(Truth, Reading)) -> (f64, f64) {
    (amps(truth), reading.current.expect("read").as_amps())
}

fn voltage((truth, reading): &(Truth, Reading)) -> (f64, f64) {
    (volts(truth), reading.voltage.expect("read").as_volts())
}

fn temperature((truth, reading): &(Truth, Reading)) -> (f64, f64) {
    (truth.temperature.as_celsius(), reading.temperature.expect("read").as_celsius())
}

fn mean_error(pairs: &[(f64, f64)]) -> f64 {
    pairs.iter().map(|(so, read)| read - so).sum::<f64>() / pairs.len() as f64
}

#[test]
fn sensors_err_as_the_catalogue_says() {
    let close = |found: f64, told: f64, within: f64| assert!((found - told).abs() < within, "{found} {told}");
    close(mean_error(&errors(FaultKind::VoltageOffset, 0.15, voltage)), 0.15, 0.03);
    close(mean_error(&errors(FaultKind::VoltageGain, 0.01, voltage)), 0.13, 0.03);
    close(mean_error(&errors(FaultKind::CurrentOffset, -0.5, current)), -0.5, 0.03);
    close(mean_error(&errors(FaultKind::TemperatureOffset, 3.0, temperature)), 3.0, 1.6);
    let reversed = errors(FaultKind::CurrentReversed, 0.0, current);
    assert!(reversed.iter().all(|(so, read)| (so + read).abs() < 0.1));
    assert!(errors(FaultKind::CurrentClipped, 1.0, current).iter().all(|(_, read)| read.abs() <= 1.0));
    let blind = errors(FaultKind::CurrentDeadBand, 0.8, current);
    assert!(blind.iter().all(|(_, read)| *read == 0.0 || read.abs() > 0.79));
    let coarse = errors(FaultKind::VoltageCoarse, 0.1, voltage);
    assert!(coarse.iter().all(|(_, read)| (read * 10.0 - (read * 10.0).round()).abs() < 1e-6));
    assert!(errors(FaultKind::TemperatureOpen, 0.0, temperature).iter().all(|(_, read)| *read == -127.0));
    assert!(errors(FaultKind::TemperatureShorted, 0.0, temperature).iter().all(|(_, read)| *read == 125.0));
}

#[test]
fn a_stuck_sensor_never_moves_and_a_late_one_follows() {
    let stuck = FaultEvent::new(FaultKind::VoltageStuck, 0.0, SimTime::from_secs(7200.0), day(9.0));
    let story = story(&agm(), &[stuck], 1.0);
    let after: Vec<f64> = story.0[12..].iter().map(|pair| voltage(pair).1).collect();
    assert!(after.iter().all(|read| *read == after[0]));
    let late = errors(FaultKind::SensorsLate, 1200.0, voltage);
    let (mut now, mut then) = (0.0, 0.0);
    for three in late.windows(3) {
        now += (three[2].1 - three[2].0).abs();
        then += (three[2].1 - three[0].0).abs();
    }
    assert!(then < 0.5 * now, "{then} {now}");
}

#[test]
fn a_bad_fault_is_refused_with_its_name_and_reason() {
    let refusal = |params: &SiteParams, fault: FaultEvent| {
        Site::new(params, Seed(1), &[fault]).map(drop).map_err(|error| error.to_string())
    };
    let refused = |params: &SiteParams, fault: FaultEvent, words: &str| {
        let message = refusal(params, fault).expect_err("refused");
        assert!(message.contains(words), "{message}");
    };
    refused(&agm(), fault(FaultKind::BmsBlocksCharge, 0.0), "bms-blocks-charge needs a management system");
    refused(&lithium(), fault(FaultKind::Sulfated, 0.2), "sulfated needs lead and acid");
    refused(&agm(), fault(FaultKind::StringFuseBlown, 0.0), "a second string");
    refused(&agm(), fault(FaultKind::MastStalled, 90.0), "a mast");
    refused(&agm(), fault(FaultKind::CellShort, 1.0).at(at(1, 1, 7)), "a cell of that number");
    refused(&two_by_two(), fault(FaultKind::CellShort, 1.0).at(at(1, 2, 4)), "a cell of that number");
    refused(&two_by_two(), fault(FaultKind::Sulfated, 0.3).at(at(3, 1, 0)), "a string of that number");
    refused(&agm(), fault(FaultKind::CellShort, -1.0), "fault.cell-short.bridge_ohms is -1");
    assert_eq!(refusal(&two_by_two(), fault(FaultKind::CellShort, 1.0).at(at(2, 2, 3))), Ok(()));
}

/// Strong, or as the kind has it.
fn at_worst(kind: FaultKind) -> FaultEvent {
    let severity = kind
        .severity()
        .map_or(0.0, |it| if matches!(it.key, "bridge_ohms" | "limit_amps") { it.low } else { it.high });
    fault(kind, severity)
}

#[test]
fn no_fault_at_its_worst_makes_anything_unreal() {
    let mut masted = two_by_two();
    masted.load = masted.load.raised_at(3600.0);
    for params in [masted, agm(), lithium()] {
        for kind in FaultKind::ALL {
            if let Err(ParamsError::MissingPart { .. }) = Site::new(&params, Seed(1), &[at_worst(*kind)]) {
                continue;
            }
            let story = story(&params, &[at_worst(*kind)], 3.0);
            for truth in story.truths() {
                let bounded =
                    volts(truth).abs() < 60.0 && amps(truth).abs() < 3000.0 && soc(truth).is_finite();
                assert!(bounded && truth.temperature.as_celsius().abs() < 2000.0, "{kind:?}: {truth:?}");
            }
        }
    }
}

#[test]
fn every_fault_of_the_plant_changes_the_truth_and_every_one_of_a_sensor_the_readings_alone() {
    let mut masted = two_by_two();
    masted.load = masted.load.raised_at(3600.0);
    let empty =
        SiteParams { initial_soc: Soc::clamped(0.08), panel: PanelParams::twelve_volt(1.0, 60.0), ..agm() };
    for kind in FaultKind::ALL.iter().filter(|kind| !matches!(kind.part(), Part::Device | Part::Line)) {
        let params = match kind {
            FaultKind::DisconnectWelded | FaultKind::DisconnectChatters => &empty,
            kind if kind.part() == Part::Bms => &lithium(),
            _ => &masted,
        };
        let (sound, faulty) = (story(params, &[], 3.0), story(params, &[at_worst(*kind)], 3.0));
        let truths_differ = !sound.truths().eq(faulty.truths());
        assert_eq!(truths_differ, kind.part() != Part::Sensor, "{kind:?}");
        assert!(sound.0.iter().zip(&faulty.0).any(|(a, b)| a.1 != b.1), "{kind:?}");
    }
}
