//! The columns of EPW and CSV, and how a line becomes an hour.
//!
//! EPW: eight header lines, the first with latitude, longitude and time zone, then 35 columns by
//! position. CSV: column names in the first line, any order, others ignored; wind and snow may be
//! absent. Where a file from before 1999 has the EPW's columns without its header, name them as CSV.

use super::super::calendar::MONTH_DAYS;
use super::{HOURS_COMMON, Hour, MeasuredYear, Station, WeatherError};

const EPW_HEADER_LINES: usize = 8;

/// One quantity in both formats.
struct Column {
    csv: &'static str,
    epw_index: usize,
    low: f64,
    high: f64,
    /// From here on an EPW marks the value as missing.
    missing_from: f64,
    /// Without it there is no weather.
    is_needed: bool,
}

const fn column(csv: &'static str, epw_index: usize, low: f64, high: f64, missing_from: f64) -> Column {
    Column { csv, epw_index, low, high, missing_from, is_needed: true }
}

const fn extra(csv: &'static str, epw_index: usize, low: f64, high: f64, missing_from: f64) -> Column {
    Column { csv, epw_index, low, high, missing_from, is_needed: false }
}

/// Month, day and hour, then what an [`Hour`] holds, in its order.
const COLUMNS: [Column; 9] = [
    column("month", 1, 1.0, 12.0, f64::INFINITY),
    column("day", 2, 1.0, 31.0, f64::INFINITY),
    column("hour", 3, 1.0, 24.0, f64::INFINITY),
    column("dry_bulb_c", 6, -70.0, 70.0, 99.9),
    column("ghi_wh_m2", 13, 0.0, 1500.0, 9999.0),
    column("dni_wh_m2", 14, 0.0, 1500.0, 9999.0),
    column("dhi_wh_m2", 15, 0.0, 1500.0, 9999.0),
    extra("wind_speed_m_s", 21, 0.0, 100.0, 999.0),
    extra("snow_depth_cm", 30, 0.0, 1000.0, 999.0),
];

/// Reads a whole file.
pub(super) fn parse(text: &str, utc_offset_hours: f64) -> Result<MeasuredYear, WeatherError> {
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    if first.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("LOCATION,")) {
        let (station, offset) = location(first)?;
        let places = COLUMNS.map(|column| Some(column.epw_index));
        MeasuredYear::new(hours(text, EPW_HEADER_LINES, &places)?, Some(station), offset)
    } else {
        let places = named(first)?;
        MeasuredYear::new(hours(text, 1, &places)?, None, utc_offset_hours)
    }
}

/// Place and time zone of an EPW's first line.
fn location(line: &str) -> Result<(Station, f64), WeatherError> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let number = |index: usize, limit: f64| {
        let value: Option<f64> = fields.get(index).and_then(|field| field.parse().ok());
        value.filter(|value| value.abs() <= limit)
    };
    let read = || Some((number(6, 90.0)?, number(7, 180.0)?, number(8, 14.0)?));
    let needs = "latitude, longitude and time zone in columns 7 to 9";
    let (latitude_degrees, longitude_degrees, offset) =
        read().ok_or(WeatherError::BadHeader { line: 1, needs })?;
    Ok((Station { latitude_degrees, longitude_degrees }, offset))
}

/// Where CSV has each column.
fn named(line: &str) -> Result<[Option<usize>; 9], WeatherError> {
    let mut places = [None; 9];
    for (place, column) in places.iter_mut().zip(&COLUMNS) {
        *place = line.split(',').position(|name| name.trim().trim_matches('"') == column.csv);
        if place.is_none() && column.is_needed {
            return Err(WeatherError::UnknownFormat { missing: column.csv });
        }
    }
    Ok(places)
}

/// Every hour past the header.
fn hours(text: &str, header: usize, places: &[Option<usize>; 9]) -> Result<Vec<Hour>, WeatherError> {
    let mut hours = Vec::with_capacity(HOURS_COMMON);
    let mut due = (1, 1, 1);
    for (index, line) in text.lines().enumerate().skip(header) {
        if line.trim().is_empty() {
            continue;
        }
        let values = values(line, index + 1, places)?;
        let found = (values[0] as u32, values[1] as u32, values[2] as u32);
        if found != due && found == (2, 29, 1) && due == (3, 1, 1) {
            due = found;
        }
        if found != due {
            return Err(WeatherError::HourMissing { line: index + 1, found, expected: due });
        }
        due = next(due);
        hours.push(Hour {
            air_celsius: values[3],
            global_watts_m2: values[4],
            direct_watts_m2: values[5],
            diffuse_watts_m2: values[6].min(values[4]),
            wind_metres_per_sec: values[7],
            snow_centimetres: values[8],
        });
    }
    Ok(hours)
}

/// The hour after this one; a common year's, with 29 February only where the file goes there.
fn next((month, day, hour): (u32, u32, u32)) -> (u32, u32, u32) {
    if hour < 24 {
        (month, day, hour + 1)
    } else if day < MONTH_DAYS[(month - 1) as usize % 12] {
        (month, day + 1, 1)
    } else {
        (month % 12 + 1, 1, 1)
    }
}

/// The numbers of a line, in the order of [`COLUMNS`].
fn values(line: &str, number: usize, places: &[Option<usize>; 9]) -> Result<[f64; 9], WeatherError> {
    let fields: Vec<&str> = line.split(',').collect();
    let mut values = [0.0; 9];
    for ((value, place), column) in values.iter_mut().zip(places).zip(&COLUMNS) {
        let text = place.and_then(|place| fields.get(place)).map_or("", |field| field.trim());
        *value = column.value(text, number)?;
    }
    Ok(values)
}

impl Column {
    fn value(&self, text: &str, line: usize) -> Result<f64, WeatherError> {
        let field = self.csv;
        let value = if text.is_empty() { f64::INFINITY } else { self.number(text, line)? };
        if value >= self.missing_from {
            return if self.is_needed { Err(WeatherError::Missing { line, field }) } else { Ok(0.0) };
        }
        if (self.low..=self.high).contains(&value) {
            return Ok(value);
        }
        Err(WeatherError::OutOfRange { line, field, value, low: self.low, high: self.high })
    }

    fn number(&self, text: &str, line: usize) -> Result<f64, WeatherError> {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| WeatherError::NotANumber {
            line,
            field: self.csv,
            text: text.chars().take(20).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An EPW with no light at 0 °C, and its lines changed by `edit`.
    fn epw(edit: impl Fn(&mut Vec<String>)) -> Result<MeasuredYear, WeatherError> {
        let mut lines = vec!["LOCATION,Mirabel,PQ,CAN,CWEC,716278,45.68,-74.03,-5.0,82.0".to_owned()];
        lines.extend((1..EPW_HEADER_LINES).map(|line| format!("HEADER {line}")));
        let mut hour = (1, 1, 1);
        for _ in 0..HOURS_COMMON {
            let (month, day, of_day) = hour;
            lines.push(format!(
                "1977,{month},{day},{of_day},60,?9?9,0.0,-5.0,70,100000,0,0,300,0,0,0,0,0,0,0,260,7.2,10,10,9.7,\
                 77777,9,999999999,0,0.0100,5,88,0.0,0.0,0.0"
            ));
            hour = next(hour);
        }
        edit(&mut lines);
        MeasuredYear::parse(lines.join("\n").as_bytes(), 3.0)
    }

    #[test]
    fn a_sound_file_is_read_with_its_place_and_time() {
        let year = epw(|_| ()).expect("sound");
        assert_eq!(year.hours().len(), HOURS_COMMON);
        assert_eq!(year.station().map(|station| station.latitude_degrees), Some(45.68));
        assert_eq!(year.local_hours(0.0), -5.0);
        assert_eq!((year.hours()[0].snow_centimetres, year.hours()[0].wind_metres_per_sec), (5.0, 7.2));
    }

    #[test]
    fn a_missing_hour_is_named_with_the_one_that_should_be_there() {
        let error = epw(|lines| drop(lines.remove(8 + 30))).err();
        let expected = WeatherError::HourMissing { line: 39, found: (1, 2, 8), expected: (1, 2, 7) };
        assert_eq!(error, Some(expected));
    }

    #[test]
    fn a_year_cut_short_is_told_by_its_hours() {
        let error = epw(|lines| lines.truncate(8 + 8000)).err();
        assert_eq!(error, Some(WeatherError::WrongLength { found: 8000 }));
        assert_eq!(epw(|lines| lines.truncate(8)).err(), Some(WeatherError::WrongLength { found: 0 }));
    }

    #[test]
    fn a_leap_year_is_a_year() {
        let leap = |lines: &mut Vec<String>| {
            let added: Vec<String> =
                (1..=24).map(|hour| lines[8].replacen("1,1,1", &format!("2,29,{hour}"), 1)).collect();
            lines.splice(8 + 59 * 24..8 + 59 * 24, added);
        };
        assert_eq!(epw(leap).map(|year| year.hours().len()), Ok(8784));
    }

    #[test]
    fn bad_fields_are_named_with_line_and_range() {
        let swap = |from: &'static str, to: &'static str| {
            epw(move |lines| lines[8 + 2] = lines[8 + 2].replace(from, to))
                .err()
                .map(|error| error.to_string())
        };
        assert_eq!(swap(",?9?9,0.0,", ",?9?9,99.9,").as_deref(), Some("line 11: `dry_bulb_c` is missing"));
        assert_eq!(
            swap(",?9?9,0.0,", ",?9?9,-80,").as_deref(),
            Some("line 11: `dry_bulb_c` is -80, not within -70 to 70")
        );
        assert_eq!(
            swap(",?9?9,0.0,", ",?9?9,NaN,").as_deref(),
            Some("line 11: `dry_bulb_c` is \"NaN\", which is no number")
        );
        assert_eq!(swap(",300,0,0,0,", ",300,9999,0,0,").as_deref(), Some("line 11: `ghi_wh_m2` is missing"));
        assert_eq!(swap("0.0100,5,88", "0.0100,999,88"), None);
    }

    #[test]
    fn what_is_no_weather_is_told_so() {
        let parse = |bytes: &[u8]| MeasuredYear::parse(bytes, -5.0).err();
        assert_eq!(parse(b""), Some(WeatherError::UnknownFormat { missing: "month" }));
        assert_eq!(parse(b"month,day,hour\n"), Some(WeatherError::UnknownFormat { missing: "dry_bulb_c" }));
        assert_eq!(parse(&[0x1F, 0x8B]), Some(WeatherError::NotText { at_byte: 1 }));
        assert!(matches!(
            parse(b"LOCATION,a,b,c,d,e,95,0,0,0\n"),
            Some(WeatherError::BadHeader { line: 1, .. })
        ));
    }
}
