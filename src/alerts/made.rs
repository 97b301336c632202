//! `balise rules`: everything that is made from the parameter file, into one folder.

use std::path::Path;

use exporter::rules::{Language, Scaling};
use fluent_templates::fluent_bundle::FluentValue;

use super::{Alerts, page, parse, template};
use crate::document;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::speech;
use crate::words::Words;

/// What is made from the alerts, each with its path below the folder.
#[must_use]
pub fn files(alerts: &Alerts, scaling: &Scaling) -> [(&'static str, String); 4] {
    [
        ("prometheus/rules/balise.yml", alerts.rule_file(scaling)),
        ("alertmanager/balise.tmpl", template(alerts)),
        ("runbook/fr.md", page(alerts, Language::French)),
        ("runbook/en.md", page(alerts, Language::English)),
    ]
}

/// The alerts of the parameter file at `path`, or those that ship.
///
/// # Errors
/// Exit 3 where the file is not sound.
pub fn load(path: Option<&str>, words: Words) -> Result<Alerts, Failure> {
    let Some(path) = path else { return Ok(super::standard().clone()) };
    let source = files::read_text(path, words)?;
    parse(&source).map_err(|complaints| document::failure(path, &source, &complaints, words))
}

/// Makes everything from the parameter file at `path`, or from the one that ships.
///
/// # Errors
/// Exit 3 where the file is not sound or the folder cannot be written.
pub fn make(path: Option<&str>, out: &Path, scaling: &Scaling, words: Words) -> Result<Exit, Failure> {
    let alerts = load(path, words)?;
    for (name, text) in files(&alerts, scaling) {
        let path = out.join(name);
        let written =
            path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| files::unwritable(&path, &error, words))?;
        speech::tell(
            &words.tell("rules-written", &[("path", FluentValue::from(path.display().to_string()))]),
        );
    }
    Ok(Exit::Ok)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    /// `BALISE_RENEW=1` makes them so.
    #[test]
    fn the_committed_files_are_those_the_parameters_make() {
        for (name, made) in files(crate::alerts::standard(), &Scaling::real()) {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("compose").join(name);
            if std::env::var_os("BALISE_RENEW").is_some() {
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(&file, &made).unwrap();
            }
            let committed = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(
                committed == made,
                "compose/{name} is not current: balise rules compose/alerts.toml --out compose"
            );
        }
    }
}
