//! Whole lives: cycles until a fifth of the capacity is gone, against a data sheet's order of magnitude.

use super::super::{Battery, BatteryParams, HOLD_SECS};
use super::Effects;
use signals::AmpHours;

fn ageing(params: BatteryParams) -> Battery {
    let effects = Effects { ageing: true, ..Effects::default() };
    Battery::new(&BatteryParams { effects, ..params }, 1.0, 25.0)
}

/// A discharge to this depth at C/10, then a charge at C/10 up to a voltage until a tail or 20 hours.
fn cycle(bank: &mut Battery, depth: f64, volts: f64) {
    let rated = 100.0;
    while bank.soc() > 1.0 - depth {
        hold(bank, -0.1 * rated);
    }
    for _ in 0..20 * 360 {
        let amps = bank.terminal(HOLD_SECS).amps(volts).min(0.1 * rated);
        hold(bank, amps);
        if bank.soc() > 0.995 {
            break;
        }
    }
}

fn hold(bank: &mut Battery, amps: f64) {
    bank.refresh();
    bank.step(amps, HOLD_SECS, 25.0);
}

#[test]
fn an_agm_bank_lives_through_as_many_half_cycles_as_its_sheet_says_and_more_shallow_ones() {
    let lived = |depth: f64| {
        let mut bank = ageing(BatteryParams::agm_12v(AmpHours::new(100.0)));
        let mut count = 0;
        while bank.health() > 0.8 && count < 4000 {
            cycle(&mut bank, depth, 14.4);
            count += 1;
        }
        println!("{depth}: {count} cycles, {:?}", bank.condition());
        f64::from(count)
    };
    let (half, third) = (lived(0.5), lived(0.3));
    assert!((450.0..800.0).contains(&half), "the sheet says 600");
    assert!(third > 1.3 * half, "the sheet says 1500");
}

#[test]
fn a_lithium_pack_keeps_nine_tenths_over_five_hundred_cycles() {
    let mut pack = ageing(BatteryParams::lifepo4_4s(AmpHours::new(100.0)));
    (0..500).for_each(|_| cycle(&mut pack, 0.8, 14.2));
    println!("{:?}", pack.condition());
    assert!((0.88..0.97).contains(&pack.health()), "{}", pack.health());
}
