//! The measured weather a scenario names, read from its file: EPW or CSV, plain or gzipped.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use fluent_templates::fluent_bundle::FluentValue;
use sim::{MeasuredYear, WeatherError};

use crate::failure::Failure;
use crate::files;
use crate::scenario::Scenario;
use crate::words::Words;

/// A year of hours longer than this is none.
const BYTES_MAX: u64 = 16 << 20;

/// Reads the weather that `scenario`, found at `scenario_path`, names; nothing where it names none.
///
/// # Errors
/// Exit 3 where the file cannot be read, or is no whole year of hours.
pub fn read(scenario: &mut Scenario, scenario_path: &str, words: Words) -> Result<(), Failure> {
    let Some(weather) = &scenario.plant.weather else { return Ok(()) };
    let folder = Path::new(scenario_path).parent().unwrap_or_else(|| Path::new(""));
    let path = folder.join(&weather.file).display().to_string();
    let bytes = bytes(&path).map_err(|error| files::unreadable(&path, &error, words))?;
    let year = MeasuredYear::parse(&bytes, weather.utc_offset_hours)
        .map_err(|error| files::not_understood(&path, "weather", &reason(&error, words), words))?;
    scenario.weather = Some(Arc::new(year));
    Ok(())
}

/// What is wrong, in the reader's language.
fn reason(error: &WeatherError, words: Words) -> String {
    let (key, blanks) = match error {
        WeatherError::NotText { at_byte } => ("weather-no-text", vec![("byte", at_byte.to_string())]),
        WeatherError::UnknownFormat { missing } => {
            ("weather-unknown", vec![("field", (*missing).to_owned())])
        }
        WeatherError::BadHeader { line, .. } => ("weather-bad-header", vec![("line", line.to_string())]),
        WeatherError::Missing { line, field } => ("weather-missing", at(*line, field)),
        WeatherError::NotANumber { line, field, text } => {
            ("weather-not-a-number", [at(*line, field), vec![("value", text.clone())]].concat())
        }
        WeatherError::OutOfRange { line, field, value, low, high } => {
            let range =
                vec![("value", value.to_string()), ("low", low.to_string()), ("high", high.to_string())];
            ("weather-out-of-range", [at(*line, field), range].concat())
        }
        WeatherError::HourMissing { line, found, expected } => {
            let blanks =
                vec![("line", line.to_string()), ("found", hour(*found)), ("expected", hour(*expected))];
            ("weather-hour-missing", blanks)
        }
        WeatherError::WrongLength { found } => ("weather-wrong-length", vec![("hours", found.to_string())]),
        WeatherError::BadOffset { hours } => ("weather-bad-offset", vec![("hours", hours.to_string())]),
    };
    let blanks: Vec<(&str, FluentValue<'_>)> =
        blanks.into_iter().map(|(name, value)| (name, FluentValue::from(value))).collect();
    words.tell(key, &blanks)
}

fn at(line: usize, field: &str) -> Vec<(&'static str, String)> {
    vec![("line", line.to_string()), ("field", field.to_owned())]
}

fn hour((month, day, hour): (u32, u32, u32)) -> String {
    format!("{month:02}-{day:02} {hour:02} h")
}

fn bytes(path: &str) -> std::io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let source: Box<dyn Read> =
        if path.ends_with(".gz") { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut bytes = Vec::new();
    source.take(BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use std::fs;

    const STORY: &str = "balise_scenario = 1\nname = \"a\"\nstart = \"2026-01-12T05:00:00Z\"\nduration_days = 1\n\
        [plant.weather]\nfile = \"year.csv\"\n[plant.battery]\nchemistry = \"agm\"\ncapacity_amp_hours = 100\n";

    /// What reading says of a year of this many days, each hour at −8 °C without light.
    fn told(days: u32) -> Result<bool, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut text = String::from("month,day,hour,dry_bulb_c,ghi_wh_m2,dni_wh_m2,dhi_wh_m2\n");
        let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31_u32];
        let dates = (1..).zip(months).flat_map(|(month, length)| (1..=length).map(move |day| (month, day)));
        for (month, day) in dates.take(days as usize) {
            (1..=24).for_each(|hour| text += &format!("{month},{day},{hour},-8,0,0,0\n"));
        }
        fs::write(folder.path().join("year.csv"), text).expect("a file");
        let path = folder.path().join("story.toml").display().to_string();
        let mut scenario = scenario::parse(STORY).expect("sound");
        let read = read(&mut scenario, &path, Words::English);
        read.map(|()| scenario.weather.is_some()).map_err(|failure| failure.message)
    }

    #[test]
    fn the_file_is_found_beside_the_scenario_and_read() {
        assert_eq!(told(365), Ok(true));
    }

    #[test]
    fn a_year_cut_short_is_refused_with_its_length() {
        let message = told(300).err().unwrap_or_default();
        assert!(message.contains("year.csv: 7200 hours, where a year has 8760"), "{message}");
    }

    #[test]
    fn a_missing_hour_is_told_in_the_readers_language() {
        let error = WeatherError::HourMissing { line: 9, found: (1, 2, 8), expected: (1, 2, 7) };
        assert_eq!(reason(&error, Words::French), "ligne 9 : 01-02 08 h, là où 01-02 07 h devrait suivre");
        assert_eq!(reason(&error, Words::English), "line 9: 01-02 08 h, where 01-02 07 h should follow");
    }
}
