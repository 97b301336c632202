//! A sign's week in a table, an hour a line: `cargo run --release -p sim --example hours -- NAME [SEED]`.
//!
//! The stories are those of the scenario files, shortened to what the plant needs.

use signals::{AmpHours, FaultEvent, FaultKind, Seed, SimTime, Soc, Span};
use sim::{
    BatteryParams, ControllerParams, LoadKind, LoadParams, PanelParams, PanelWeathering, Place, SensorParams,
    Site, SiteParams, Snow,
};

struct Story {
    name: &'static str,
    seed: u64,
    start_unix_secs: i64,
    days: u32,
    place: Place,
    battery: BatteryParams,
    present: f64,
    soc: f64,
    panel: (f64, f64),
    load_scale: f64,
    dull: Vec<(f64, f64, f64)>,
    snow: Option<(f64, f64, f64)>,
    kind: LoadKind,
    tracks: bool,
    weathering: PanelWeathering,
}

fn stories() -> Vec<Story> {
    let agm = |amp_hours: f64| BatteryParams::agm_12v(AmpHours::new(amp_hours));
    let january = Story {
        name: "false-full",
        seed: 3,
        start_unix_secs: 1_768_798_800,
        days: 5,
        place: Place::montreal(),
        battery: agm(450.0),
        present: 1.0,
        soc: 0.58,
        panel: (200.0, 60.0),
        load_scale: 1.0,
        dull: Vec::new(),
        snow: None,
        kind: LoadKind::MessageBoard,
        tracks: false,
        weathering: PanelWeathering::NONE,
    };
    let demo = |name, amp_hours: f64, soc, load_scale, snow| Story {
        name,
        seed: 1,
        start_unix_secs: 1_768_194_000,
        days: 7,
        battery: agm(amp_hours),
        present: 0.9,
        soc,
        panel: (amp_hours * 0.6 + 60.0, 60.0),
        load_scale,
        snow,
        dull: Vec::new(),
        ..january
    };
    vec![
        demo("demo-healthy", 300.0, 0.70, 0.8, None),
        demo("demo-large", 600.0, 0.70, 0.8, None),
        demo("demo-snow", 300.0, 0.68, 0.7, Some((24.0, 108.0, 0.98))),
        Story {
            name: "mild-week",
            seed: 11,
            start_unix_secs: 1_789_963_200,
            days: 7,
            panel: (240.0, 45.0),
            soc: 0.90,
            dull: Vec::new(),
            ..january
        },
        Story {
            name: "dull-january",
            seed: 7,
            start_unix_secs: 1_768_194_000,
            days: 10,
            battery: agm(300.0),
            present: 0.92,
            soc: 0.80,
            panel: (400.0, 60.0),
            dull: vec![(0.0, 5.0, 0.15)],
            snow: Some((6.0, 130.0, 0.98)),
            ..january
        },
        Story {
            name: "cable-pulled",
            seed: 5,
            start_unix_secs: 1_780_891_200,
            days: 3,
            place: Place::quebec(),
            battery: BatteryParams::lifepo4_4s(AmpHours::new(200.0)),
            soc: 0.85,
            panel: (240.0, 45.0),
            dull: Vec::new(),
            ..january
        },
        Story {
            name: "radar-snow",
            seed: 2,
            start_unix_secs: 1_768_194_000,
            days: 14,
            place: Place::val_dor(),
            battery: agm(200.0),
            panel: (80.0, 60.0),
            soc: 0.85,
            dull: Vec::new(),
            kind: LoadKind::RadarTrailer,
            tracks: true,
            weathering: PanelWeathering { snow: Snow::Sheds, frost: true, dirt_ratio_per_day: 0.002 },
            ..january
        },
        january,
    ]
}

fn site(story: &Story, seed: u64) -> Result<Site, sim::ParamsError> {
    let battery = BatteryParams { present_capacity_ratio: story.present, ..story.battery };
    let controller = ControllerParams::pwm_for(battery.chemistry);
    let params = SiteParams {
        battery,
        panel: PanelParams::twelve_volt(story.panel.0, story.panel.1).weathered(story.weathering),
        controller: if story.tracks { controller.tracking() } else { controller },
        load: LoadParams::of(story.kind).scaled(story.load_scale),
        place: story.place,
        start_unix_secs: story.start_unix_secs,
        initial_soc: Soc::clamped(story.soc),
        sensors: SensorParams::default(),
        dull: story.dull.clone(),
    };
    let hours = |hours: f64| SimTime::from_secs(hours * 3600.0);
    let snow = story.snow.map(|(from, until, cover_ratio)| {
        FaultEvent::new(FaultKind::PanelSnow, cover_ratio, hours(from), hours(until))
    });
    Site::new(&params, Seed(seed), snow.as_slice())
}

/// Means of an hour, or of as long as one likes.
#[derive(Default)]
struct Sums {
    count: f64,
    volts: f64,
    amps: f64,
    pv_watts: f64,
    load_watts: f64,
    dark_secs: f64,
}

fn hours(story: &Story, seed: u64, every: u32) -> Result<(), sim::ParamsError> {
    let mut site = site(story, seed)?;
    println!(
        "{} (seed {seed})\n hour   soc      V      A    PV W  load W   T bat   T air  dark s",
        story.name
    );
    let mut sums = Sums::default();
    for second in 1..=story.days * 86_400 {
        let truth = site.step(Span::from_secs(1.0));
        sums.count += 1.0;
        sums.volts += truth.voltage.as_volts();
        sums.amps += truth.current.as_amps();
        sums.pv_watts += truth.pv_power.as_watts();
        sums.load_watts += truth.load_demand.as_watts();
        sums.dark_secs += f64::from(u8::from(truth.unpowered));
        if second % (every * 3600) == 0 {
            println!(
                "{:5} {:5.3} {:6.2} {:6.2} {:7.1} {:7.1} {:7.1} {:7.1} {:7}",
                second / 3600,
                truth.soc.as_ratio(),
                sums.volts / sums.count,
                sums.amps / sums.count,
                sums.pv_watts / sums.count,
                sums.load_watts / sums.count,
                truth.temperature.as_celsius(),
                truth.ambient.as_celsius(),
                sums.dark_secs
            );
            sums = Sums::default();
        }
    }
    Ok(())
}

fn main() -> Result<(), sim::ParamsError> {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_default();
    let seed = words.next().and_then(|word| word.parse().ok());
    let every = words.next().and_then(|word| word.parse().ok()).unwrap_or(1);
    for story in stories().iter().filter(|story| name.is_empty() || story.name == name) {
        hours(story, seed.unwrap_or(story.seed), every)?;
    }
    Ok(())
}
