//! What is really true of one solar-powered roadside sign: battery, sun, weather, controller, load.
//!
//! ```text
//! sky -> panel -> controller -> battery <- load          Site::step  -> Truth
//!                                  sensors               Site::observe -> Reading
//! ```
//!
//! [`Site`] joins the parts and is the only way in. Battery current is **positive while charging**.
//! Nothing here touches a clock, a file, a port, a thread or entropy: the same parameters, seed and
//! steps give bit-equal truths.
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
