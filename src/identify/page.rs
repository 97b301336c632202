//! The report of an identification: one offline page with tables, and a figure for each file.

use std::path::Path;

use estimator::identify::Fit;
use serde_json::json;

use super::report::{Report, fit_cells, parameter_cells, refused_cells};
use crate::failure::Failure;
use crate::files;
use crate::report::{Curves, lines_figure, page};
use crate::words::Words;

/// Figures drawn at most.
const FIGURES_MAX: usize = 40;
const TEMPLATE: &str = include_str!("page.html");

/// Writes the page.
pub(super) fn write(path: &Path, report: &Report, words: Words) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| files::unwritable(path, &error, words);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let text = html(report, words).map_err(|error| unwritable(std::io::Error::other(error)))?;
    files::write_whole(path, text.as_bytes()).map_err(unwritable)
}

pub(super) fn html(report: &Report, words: Words) -> Result<String, crate::report::ReportError> {
    let found = &report.found;
    let figures: Vec<_> = found
        .fits
        .iter()
        .chain(&report.checked)
        .take(FIGURES_MAX)
        .filter_map(|fit| lines_figure(&fit.name, &curves(fit), words))
        .collect();
    let rows = |fits: &[Fit]| fits.iter().map(|fit| fit_cells(fit, words)).collect::<Vec<_>>();
    let context = json!({
        "lang": words.code(),
        "name": found.profile.name(),
        "source": found.profile.source(),
        "notes": report.notes(words),
        "parameters": found.parameters.iter().map(|it| parameter_cells(it, words)).collect::<Vec<_>>(),
        "refused": found.refused.iter().map(|it| refused_cells(it, words)).collect::<Vec<_>>(),
        "fits": rows(&found.fits),
        "checks": rows(&report.checked),
        "figures": figures,
        "command": report.command,
    });
    page("identify.html", TEMPLATE, context, words)
}

/// Measured and fitted voltage, and what is left, in millivolts.
fn curves(fit: &Fit) -> Vec<Curves> {
    let of = |value: fn(&estimator::identify::Point) -> f64| {
        fit.points.iter().map(|point| (point.secs, Some(value(point)))).collect::<Vec<_>>()
    };
    vec![
        Curves {
            title_key: "report-panel-voltage",
            tall: true,
            lines: vec![
                ("truth", "identify-curve-measured", of(|point| point.measured_volts)),
                ("estimate", "identify-curve-fitted", of(|point| point.fitted_volts)),
            ],
        },
        Curves {
            title_key: "identify-panel-residual",
            tall: false,
            lines: vec![(
                "device",
                "identify-curve-residual",
                of(|point| 1000.0 * (point.fitted_volts - point.measured_volts)),
            )],
        },
    ]
}
