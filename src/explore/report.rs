//! The page.
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::find::Finding;
use super::table::Table;
use super::Explored;
use crate::report::ReportError;
use crate::words::Words;

/// What is drawn of a log.
pub(super) struct Picture {}

impl Picture {
    pub(super) fn of(_table: &Table, _findings: &[Finding]) -> Self {
        Self {}
    }
}

pub(super) fn write(out: &Path, _logs: &[Explored], _results: &Value, _force: bool, _words: Words) -> Result<PathBuf, ReportError> {
    Ok(out.to_owned())
}
