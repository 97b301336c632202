//! A measured year of weather, hour by hour, read from bytes and checked: EPW (EnergyPlus, also the
//! Canadian CWEC years) or CSV with named columns.
//!
//! ```text
//! bytes -> lines -> Hour × 8760 (or 8784)        hour h covers [h − 1, h), local standard time
//! ```
//!
//! Light in Wh/m² over the hour (as a mean, W/m²), temperature in °C at the hour's end, snow on the
//! ground in cm, wind in m/s. Hours must follow each other without a gap from 1 January to 31
//! December; a field that is missing or outside its range is an error that names line and field.
//! Where a file marks wind or snow as missing they are taken for none; light and temperature must be
//! there.
//!
//! References: EnergyPlus *Auxiliary Programs*, "Weather File (EPW) Data Dictionary" (columns, ranges,
//! marks for missing values).

mod columns;
mod error;

use super::calendar;
pub use error::WeatherError;

/// Hours of a common year, and of a leap year.
const HOURS_COMMON: usize = 8760;
const HOURS_LEAP: usize = 8784;
/// The hours before 1 March, which both kinds of year share but for 29 February.
const HOURS_TO_MARCH: usize = 59 * 24;

/// One hour as measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hour {
    /// Air temperature at the hour's end, °C.
    pub air_celsius: f64,
    /// Light on the horizontal, mean, W/m².
    pub global_watts_m2: f64,
    /// Light straight from the sun on a plane facing it, mean, W/m².
    pub direct_watts_m2: f64,
    /// Light from the rest of the sky on the horizontal, mean, W/m².
    pub diffuse_watts_m2: f64,
    /// Wind, m/s.
    pub wind_metres_per_sec: f64,
    /// Snow on the ground, cm.
    pub snow_centimetres: f64,
}

/// Where a year was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Station {
    /// Degrees north.
    pub latitude_degrees: f64,
    /// Degrees east.
    pub longitude_degrees: f64,
}

/// A measured year.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredYear {
    hours: Vec<Hour>,
    station: Option<Station>,
    utc_offset_hours: f64,
}

impl MeasuredYear {
    /// Reads EPW or CSV, whichever the first line shows it to be. CSV has no place and no time zone of
    /// its own: `utc_offset_hours` (−5 for Quebec) is its local standard time; an EPW brings its own.
    ///
    /// ```
    /// let mut text = String::from("month,day,hour,dry_bulb_c,ghi_wh_m2,dni_wh_m2,dhi_wh_m2\n");
    /// for (month, days) in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate() {
    ///     for day in 1..=days {
    ///         for hour in 1..=24 {
    ///             text += &format!("{},{day},{hour},-5.0,0,0,0\n", month + 1);
    ///         }
    ///     }
    /// }
    /// let year = sim::MeasuredYear::parse(text.as_bytes(), -5.0)?;
    /// assert_eq!(year.hours().len(), 8760);
    ///
    /// let short = &text[..text.len() - 20];
    /// assert!(sim::MeasuredYear::parse(short.as_bytes(), -5.0).is_err());
    /// # Ok::<(), sim::WeatherError>(())
    /// ```
    ///
    /// # Errors
    /// Names the line and the field of the first thing wrong.
    pub fn parse(bytes: &[u8], utc_offset_hours: f64) -> Result<Self, WeatherError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| WeatherError::NotText { at_byte: error.valid_up_to() })?;
        columns::parse(text, utc_offset_hours)
    }

    /// Puts checked hours together.
    fn new(hours: Vec<Hour>, station: Option<Station>, utc_offset_hours: f64) -> Result<Self, WeatherError> {
        if hours.len() != HOURS_COMMON && hours.len() != HOURS_LEAP {
            return Err(WeatherError::WrongLength { found: hours.len() });
        }
        if !(-14.0..=14.0).contains(&utc_offset_hours) {
            return Err(WeatherError::BadOffset { hours: utc_offset_hours });
        }
        Ok(Self { hours, station, utc_offset_hours })
    }

    /// Every hour, the first of January first.
    #[must_use]
    pub fn hours(&self) -> &[Hour] {
        &self.hours
    }

    /// Where it was measured, if the file says so.
    #[must_use]
    pub const fn station(&self) -> Option<Station> {
        self.station
    }

    /// Hours since 1970 in the file's local standard time.
    pub(super) fn local_hours(&self, unix_secs: f64) -> f64 {
        unix_secs / 3600.0 + self.utc_offset_hours
    }

    /// The instant at which a local hour begins.
    pub(super) fn unix_secs(&self, local_hours: f64) -> f64 {
        (local_hours - self.utc_offset_hours) * 3600.0
    }

    /// The hour that begins `local_hours` (whole) after 1970, of whatever year: 29 February is the 28th
    /// again where the file has none, and left out where the run's year has none.
    pub(super) fn hour(&self, local_hours: f64) -> &Hour {
        let (day, is_leap) = calendar::day_of_year((local_hours / 24.0).floor() as i64);
        let hour = local_hours.rem_euclid(24.0) as usize;
        let mut index = day * 24 + hour;
        let measured_leap = self.hours.len() == HOURS_LEAP;
        if is_leap && !measured_leap && index >= HOURS_TO_MARCH {
            index -= 24;
        } else if !is_leap && measured_leap && index >= HOURS_TO_MARCH {
            index += 24;
        }
        &self.hours[index.min(self.hours.len() - 1)]
    }
}
