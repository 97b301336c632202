//! Whatever a sign is made of, wherever it stands and whatever its weather: every number is one.

use proptest::prelude::*;
use signals::{AmpHours, Seed, Soc, Span};
use sim::{
    BatteryParams, ControllerParams, Conversion, Equalise, LoadKind, LoadParams, MeasuredYear, PanelParams,
    PanelWeathering, Place, SensorParams, Site, SiteParams, Snow,
};
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

/// A year no place has: light at midnight, frost in July, snow to the roof, hours without any light.
static WILD: LazyLock<Arc<MeasuredYear>> = LazyLock::new(|| {
    let mut text = String::from("month,day,hour,dry_bulb_c,ghi_wh_m2,dni_wh_m2,dhi_wh_m2,snow_depth_cm\n");
    let mut count = 0_u32;
    for (month, days) in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate() {
        for (day, hour) in (1..=days).flat_map(|day| (1..=24).map(move |hour| (day, hour))) {
            count = count.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (warmth, light) = (f64::from(count >> 24) / 2.0 - 64.0, f64::from((count >> 8) % 1500));
            let snow = (count >> 16) % 300;
            writeln!(text, "{},{day},{hour},{warmth},{light},900,{},{snow}", month + 1, light / 2.0)
                .expect("room in memory");
        }
    }
    Arc::new(MeasuredYear::parse(text.as_bytes(), -5.0).expect("a whole year"))
});

fn controller() -> impl Strategy<Value = ControllerParams> {
    let volts = (12.0..16.0, 0.0..=1.0, 0.0..=1.0, 8.0..14.0, 0.0..=1.0);
    let rest = (any::<bool>(), any::<bool>(), any::<bool>(), -0.1..=0.0, -50.0..50.0, 0.0..3600.0, 0.0..1.0);
    (volts, rest).prop_map(|((absorption, float, ceiling, reconnect, gap), rest)| {
        let (tracks, tails, equalises, compensation, offset, delay, own) = rest;
        let float_volts = 12.0 + (absorption - 12.0) * float;
        ControllerParams {
            conversion: if tracks { Conversion::Mppt } else { Conversion::Pwm },
            absorption_volts: absorption,
            float_volts,
            absorption_secs: delay * 5.0,
            tail_amps: tails.then_some(delay / 1000.0),
            equalise: equalises.then_some(Equalise { volts: absorption, secs: delay, every_days: 0.5 }),
            compensation_volts_per_kelvin: compensation,
            sensor_offset_kelvin: offset,
            ceiling_volts: float_volts + (18.0 - float_volts) * ceiling,
            disconnect_volts: 8.0 + (reconnect - 8.0) * gap,
            reconnect_volts: reconnect,
            switch_secs: delay,
            own_amps: own,
        }
    })
}

fn panel() -> impl Strategy<Value = PanelParams> {
    let snow = prop::sample::select(vec![Snow::Ignored, Snow::Sheds, Snow::Clings]);
    (0.0..3000.0, 0.0..=90.0, snow, any::<bool>(), 0.0..0.1).prop_map(|(watts, tilt, snow, frost, dirt)| {
        let weathering = PanelWeathering { snow, frost, dirt_ratio_per_day: dirt };
        PanelParams::twelve_volt(watts, tilt).weathered(weathering)
    })
}

fn load() -> impl Strategy<Value = LoadParams> {
    let kind = prop::sample::select(LoadKind::ALL.to_vec());
    (kind, 0.0..20.0, any::<bool>(), 0.0..90_000.0).prop_map(|(kind, scale, rises, at)| {
        let load = LoadParams::of(kind).scaled(scale);
        if rises { load.raised_at(at) } else { load }
    })
}

fn place() -> impl Strategy<Value = Place> {
    (-90.0..=90.0, -180.0..=180.0, -50.0..50.0, 0.1..=1.0).prop_map(
        |(latitude, longitude, warmth, clearness)| Place {
            latitude_degrees: latitude,
            longitude_degrees: longitude,
            month_mean_celsius: [warmth; 12],
            month_clearness_ratio: [clearness; 12],
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]
    #[test]
    fn no_sign_gives_a_number_that_is_none(
        seed: u64,
        lithium: bool,
        is_measured: bool,
        amp_hours in 5.0..1000.0,
        soc in 0.0..=1.0,
        parts in (panel(), controller(), load(), place()),
        start in 1_262_304_000_i64..4_102_444_800,
        dt in prop::sample::select(vec![0.25, 1.0, 7.3, 60.0, 600.0, 3600.0]),
    ) {
        let battery = if lithium { BatteryParams::lifepo4_4s } else { BatteryParams::agm_12v };
        let (panel, controller, load, place) = parts;
        let params = SiteParams {
            battery: battery(AmpHours::new(amp_hours)),
            panel, controller, load, place,
            start_unix_secs: start,
            initial_soc: Soc::clamped(soc),
            sensors: SensorParams::default(),
            dull: vec![(0.5, 0.8, 0.0)],
        };
        let site = if is_measured {
            Site::in_weather(&params, WILD.clone(), Seed(seed), &[])
        } else {
            Site::new(&params, Seed(seed), &[])
        };
        let mut site = site.expect("sound parameters");
        for _ in 0..1000 {
            let truth = site.step(Span::from_secs(dt));
            let numbers = [
                truth.soc.as_ratio(), truth.voltage.as_volts(), truth.current.as_amps(),
                truth.temperature.as_celsius(), truth.ambient.as_celsius(), truth.resistance.as_ohms(),
                truth.pv_voltage.as_volts(), truth.pv_power.as_watts(), truth.charger_current.as_amps(),
                truth.load_current.as_amps(), truth.load_demand.as_watts(), truth.sun_elevation_degrees,
            ];
            prop_assert!(numbers.iter().all(|number| number.is_finite()), "{truth:?}");
            prop_assert!((0.0..=1.0).contains(&truth.soc.as_ratio()));
            prop_assert!(truth.charger_current.as_amps() >= 0.0 && truth.pv_power.as_watts() >= 0.0);
            prop_assert!(truth.load_demand.as_watts() >= 0.0 && truth.pv_voltage.as_volts() >= 0.0);
        }
    }
}
