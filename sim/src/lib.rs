//! What is really true of one solar-powered roadside sign: battery, sun, weather, controller, load.
//!
//! ```text
//! sky -> panel -> controller -> battery <- load          Site::step  -> Truth
//!                                  sensors               Site::observe -> Reading
//! ```
//!
//! [`Site`] joins the parts and steps one sign; [`fleet`] steps thousands side by side; [`Bank`] and [`Sky`] are parts
//! for the bench. Battery current is **positive while charging**; volts, amps, °C, ratios from 0 to 1; types carry the
//! unit where crates meet. Nothing here touches a clock, a file, a port, a thread or entropy: the same
//! parameters, seed and steps give bit-equal truths, and a bad parameter or fault is refused by name
//! ([`ParamsError`]) before anything is stepped.
//!
//! | part | equations from | says what it does not claim in |
//! | --- | --- | --- |
//! | battery: rest voltage, ohmic and two RC, gassing, self-discharge, cold, hysteresis | Plett; Schiffer et al. 2007; Victron and Polaris sheets | [`BatteryParams`], by parameter set |
//! | slow changes: ice, layers, sulfate, wear | Schiffer et al. 2007; Naumann et al. 2018, 2020; Rolls | [`Effects`] |
//! | bank: strings, units and cells that differ | Kirchhoff | [`Bank`] |
//! | sky: sun, clouds that last, air, snow, dirt; drawn or measured | Grena 2012; Haurwitz; Erbs; Hay and Davies; Marion | [`Sky`], [`MeasuredYear`] |
//! | panel and controller: PWM, MPPT, stages, compensation, disconnect | Morningstar manuals; typical 36-cell sheets | [`PanelParams`], [`ControllerParams`] |
//! | load: six kinds of equipment | believable means, listed | [`LoadKind`] |
//! | faults | the catalogue [`signals::FaultKind`] | each kind |
//! | sensors | data sheets' classes | [`SensorParams`] |
//!
//! Three programs to begin with: `cargo run --release -p sim --example winter_week`, `shorted_cell`, and `overlay`,
//! which lays the battery over measured records.
//!
//! ```
//! use signals::{AmpHours, Seed, Soc, Span};
//! use sim::{BatteryParams, ControllerParams, LoadParams, PanelParams, Place, SensorParams, Site, SiteParams};
//!
//! let battery = BatteryParams::agm_12v(AmpHours::new(450.0));
//! let params = SiteParams {
//!     controller: ControllerParams::pwm_for(battery.chemistry),
//!     battery,
//!     panel: PanelParams::twelve_volt(240.0, 60.0),
//!     load: LoadParams::message_board(),
//!     place: Place::montreal(),
//!     start_unix_secs: 1_768_194_000,
//!     initial_soc: Soc::clamped(0.8),
//!     sensors: SensorParams::default(),
//!     dull: vec![(0.0, 5.0, 0.15)],
//! };
//! let mut site = Site::new(&params, Seed(7), &[])?;
//! let truth = site.step(Span::from_secs(1.0));
//! assert!(truth.current.as_amps() < 0.0, "at night the board draws on the battery");
//! # Ok::<(), sim::ParamsError>(())
//! ```

mod balance;
mod bank;
mod battery;
mod chance;
mod check;
mod controller;
mod fault;
pub mod fleet;
mod load;
mod panel;
mod place;
mod sensor;
mod site;
mod sky;

pub use bank::{Bank, Layout};
pub use battery::{BatteryParams, Chemistry, Condition, Effects, ParameterSet};
pub use check::{Missing, Offender, ParamsError};
pub use controller::{ControllerParams, Conversion, Equalise};
pub use fault::Lack;
pub use load::{LoadKind, LoadParams};
pub use panel::{PanelParams, PanelWeathering, Snow};
pub use place::Place;
pub use sensor::{Channel, SensorParams};
pub use site::{Site, SiteParams};
pub use sky::{Hour, MeasuredYear, Sky, Station, Weather, WeatherError};
