//! Where the programs of others are: those unpacked by `tools/fetch`, then those on `PATH`.
//!
//! A program that is not found is `None`; whoever needs it says `skipped` and counts nothing as passed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The programs found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tools {
    /// The server.
    pub prometheus: Option<PathBuf>,
    /// Prometheus' checker of rules and configurations.
    pub promtool: Option<PathBuf>,
    /// What delivers alerts.
    pub alertmanager: Option<PathBuf>,
    /// Alertmanager's checker.
    pub amtool: Option<PathBuf>,
}

/// Where `tools/fetch` puts what it unpacks, below the repository.
const FETCHED: &str = ".tools/bin";

impl Tools {
    /// Looks in `.tools/bin` of the current folder, of each folder above the running program, then on
    /// `PATH`, where Debian calls Alertmanager `prometheus-alertmanager`.
    #[must_use]
    pub fn find() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let here = std::env::current_dir().ok();
        let program = std::env::current_exe().ok();
        let above = program.iter().flat_map(|program| program.ancestors().skip(1));
        let fetched = here.as_deref().into_iter().chain(above).map(|folder| folder.join(FETCHED));
        Self::within(&fetched.chain(std::env::split_paths(&path)).collect::<Vec<_>>())
    }

    /// Looks in these folders only, the first that has a program wins.
    #[must_use]
    pub fn within(folders: &[PathBuf]) -> Self {
        let find = |names: &[&str]| {
            let of_folder =
                |folder: &PathBuf| names.iter().map(|name| folder.join(name)).find(|tool| is_program(tool));
            folders.iter().find_map(of_folder)
        };
        Self {
            prometheus: find(&["prometheus"]),
            promtool: find(&["promtool"]),
            alertmanager: find(&["alertmanager", "prometheus-alertmanager"]),
            amtool: find(&["amtool"]),
        }
    }

    /// Each program by name.
    #[must_use]
    pub fn by_name(&self) -> [(&'static str, Option<&Path>); 4] {
        [
            ("prometheus", self.prometheus.as_deref()),
            ("promtool", self.promtool.as_deref()),
            ("alertmanager", self.alertmanager.as_deref()),
            ("amtool", self.amtool.as_deref()),
        ]
    }
}

/// For `doctor`: each program's name, where it is and the version it says it has.
#[must_use]
pub fn report(tools: &Tools) -> Vec<(&'static str, Option<PathBuf>, Option<String>)> {
    let told = |(name, path): (&'static str, Option<&Path>)| {
        (name, path.map(Path::to_path_buf), path.and_then(version))
    };
    tools.by_name().into_iter().map(told).collect()
}

/// `2.42.0+ds` of `prometheus, version 2.42.0+ds (branch: …`.
fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let after = said.lines().next()?.split_once("version ")?.1;
    Some(after.split_whitespace().next()?.to_owned())
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn program(folder: &Path, name: &str, mode: u32) -> std::io::Result<()> {
        fs::write(folder.join(name), format!("#!/bin/sh\necho '{name}, version 1.2.3+x (branch: y)'\n"))?;
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(mode))
    }

    #[test]
    fn debians_name_is_known_and_the_first_folder_wins() -> std::io::Result<()> {
        let (first, second) = (tempfile::tempdir()?, tempfile::tempdir()?);
        program(first.path(), "prometheus", 0o755)?;
        program(second.path(), "prometheus", 0o755)?;
        program(second.path(), "prometheus-alertmanager", 0o755)?;
        program(first.path(), "amtool", 0o644)?;
        let tools = Tools::within(&[first.path().to_owned(), second.path().to_owned()]);
        assert_eq!(tools.prometheus, Some(first.path().join("prometheus")));
        assert_eq!(tools.alertmanager, Some(second.path().join("prometheus-alertmanager")));
        assert_eq!((tools.promtool, tools.amtool), (None, None));
        Ok(())
    }

    #[test]
    fn the_report_names_every_program_and_the_versions_of_those_found() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        program(folder.path(), "promtool", 0o755)?;
        let report = report(&Tools::within(&[folder.path().to_owned()]));
        let versions: Vec<_> = report.iter().map(|(name, _, version)| (*name, version.as_deref())).collect();
        let expected =
            [("prometheus", None), ("promtool", Some("1.2.3+x")), ("alertmanager", None), ("amtool", None)];
        assert_eq!(versions, expected);
        Ok(())
    }
}
