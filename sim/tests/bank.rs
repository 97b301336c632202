//! Banks of units: alike they are one battery, unlike they share by Kirchhoff's laws.

use signals::{AmpHours, Amps, Celsius, Seed, Soc, Span};
use sim::{Bank, BatteryParams, Layout, ParamsError};

const AIR: Celsius = Celsius::new(10.0);

fn bank(layout: Layout) -> Bank {
    let params = BatteryParams { layout, ..BatteryParams::agm_12v(AmpHours::new(400.0)) };
    Bank::new(&params, Soc::clamped(0.7), AIR, Seed(3)).expect("sound parameters")
}

fn layout(series: u32, parallel: u32) -> Layout {
    Layout { series, parallel, ..Layout::default() }
}

/// A day of draw, charge and rest, in steps of a minute; looks at the bank after each.
fn day(bank: &mut Bank, mut look: impl FnMut(&Bank, f64)) {
    for minute in 0..1440 {
        let amps = [-10.0, 25.0, 0.0, -40.0][minute / 60 % 4];
        bank.step(Amps::new(amps), Span::from_secs(60.0), AIR);
        look(bank, amps);
    }
}

#[test]
fn equal_units_behave_as_one() {
    let mut whole = bank(Layout::default());
    let mut lumped = bank(layout(2, 4));
    let mut parts = bank(layout(2, 4));
    parts.weaken(0, 0, 1.0, 1.0); // splits, and changes nothing
    day(&mut whole, |_, _| {});
    day(&mut lumped, |_, _| {});
    day(&mut parts, |_, _| {});
    assert_eq!((lumped.string_currents().len(), parts.string_currents().len()), (1, 4));
    for bank in [lumped, parts] {
        assert!((bank.voltage().as_volts() - whole.voltage().as_volts()).abs() < 1e-9);
        assert!((bank.soc().as_ratio() - whole.soc().as_ratio()).abs() < 1e-9);
        assert!((bank.temperature().as_celsius() - whole.temperature().as_celsius()).abs() < 1e-9);
        assert!((bank.capacity().as_amp_hours() - 400.0).abs() < 1e-9);
    }
}

#[test]
fn a_weak_unit_takes_less_current_and_its_bank_gives_less_charge() {
    let mut bank = bank(layout(2, 4));
    bank.weaken(1, 0, 0.5, 3.0);
    bank.step(Amps::new(-20.0), Span::from_secs(1800.0), AIR);
    let amps: Vec<f64> = bank.string_currents().into_iter().map(Amps::as_amps).collect();
    assert!(amps[1] > amps[0] && amps[1] < 0.0, "{amps:?}");
    assert!((amps[0] - amps[3]).abs() < 1e-9);
    assert!(bank.capacity().as_amp_hours() < 400.0);
}

#[test]
fn kirchhoff_holds_through_a_day_of_unlike_units() {
    let mut spread =
        bank(Layout { capacity_spread_ratio: 0.05, resistance_spread_ratio: 0.2, ..layout(2, 4) });
    spread.weaken(2, 1, 0.7, 2.0);
    day(&mut spread, |bank, amps| {
        let sum: f64 = bank.string_currents().into_iter().map(Amps::as_amps).sum();
        assert!((sum - amps).abs() < 1e-9, "{sum} {amps}");
        let volts: Vec<f64> = bank.string_voltages().into_iter().map(|volts| volts.as_volts()).collect();
        let (low, high) =
            (volts.iter().copied().fold(99.0, f64::min), volts.iter().copied().fold(0.0, f64::max));
        assert!(high - low < 2e-3, "{volts:?}");
    });
}

#[test]
fn a_seed_draws_the_same_units_again_and_another_seed_others() {
    let spread = Layout { capacity_spread_ratio: 0.05, ..layout(2, 2) };
    let params = BatteryParams { layout: spread, ..BatteryParams::agm_12v(AmpHours::new(400.0)) };
    let capacity = |seed| Bank::new(&params, Soc::clamped(0.7), AIR, Seed(seed)).map(|bank| bank.capacity());
    assert_eq!(capacity(1), capacity(1));
    assert_ne!(capacity(1), capacity(2));
}

#[test]
fn a_bank_of_no_strings_is_refused() {
    let params = BatteryParams { layout: layout(1, 0), ..BatteryParams::agm_12v(AmpHours::new(400.0)) };
    let refused = Bank::new(&params, Soc::clamped(0.7), AIR, Seed(1)).map(|_| ());
    assert!(matches!(refused, Err(ParamsError::OutOfRange { offenders }) if offenders.len() == 1));
}
