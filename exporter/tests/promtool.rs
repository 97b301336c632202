//! What Prometheus' own tool says of our page. Where it is not to be had the test says `skipped: …` and
//! shows nothing.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use exporter::rules::SignState;
use exporter::{BatteryId, Board, Buffer, Info, Row, catalogue};

fn promtool() -> Option<PathBuf> {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain([fetched])
        .map(|folder| folder.join("promtool"))
        .find(|tool| tool.is_file());
    if found.is_none() {
        skipped("skipped: promtool not found");
    }
    found
}

#[test]
fn the_page_passes_the_metric_lint() {
    let Some(tool) = promtool() else { return };
    let board = Board::new("0.1.0");
    let mut row = Row::default();
    for column in catalogue::COLUMNS {
        *(column.slot)(&mut row) = Some(0.5);
    }
    for name in ["main", "\"};\n# é\\", ""] {
        let id = BatteryId::new(name, name);
        board.describe(&id, Info::new("agm", name));
        board.publish(&id, &row);
        board.set_state(&id, Some(SignState::Parked));
    }
    board.set_reload(true);
    let some = Some(1.0);
    board.set_buffer(Buffer { oldest_unix_secs: some, delivered_unix_secs: some, ..Buffer::default() });
    let mut lint = Command::new(tool).args(["check", "metrics"]).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut lint.stdin.take().unwrap(), board.render().as_bytes()).unwrap();
    assert!(lint.wait().unwrap().success());
}

/// Says why a test shows nothing, past the test runner's capture.
fn skipped(reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{reason}");
}
