//! `balise rig`: hardware in the loop. A manifest says who is on the bench and what is done; the run leaves a sheet.
//!
//! ```text
//! manifest -> ports open -> steps, one after the other -> everything off -> sheet, verdict
//!                `-- with --emulate: pseudo-terminals with stand-ins on one circuit
//! ```
//!
//! Whatever happens (a step fails, a port is lost, Ctrl-C, a hang-up, a panic), the instruments are switched
//! off and asked whether they are; a sheet that cannot confirm it does not pass.

mod bench;
mod files;
mod keeper;
mod lateness;
mod line_test;
mod listener;
pub mod manifest;
mod pace;
mod page;
pub mod ruling;
pub mod sheet;
mod stand_in;
mod step;
mod trouble;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

use bench::Bench;
use listener::Tape;
use manifest::{Action, Manifest, Step};
use sheet::{Outcome, Reason, Row, Sheet, judged};
use step::Done;
use trouble::Trouble;

use crate::capture::{About, CaptureFile};
use crate::document;
use crate::failure::{Exit, Failure, environment};
use crate::files as file;
use crate::interrupt;
use crate::run::dated_folder;
use crate::speech;
use crate::words::Words;

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The manifest.
    pub manifest: String,
    /// Folder for what the run leaves; a dated one where absent.
    pub out: Option<PathBuf>,
    /// Pseudo-terminals in the place of the ports.
    pub emulate: bool,
    /// Write over an earlier run.
    pub force: bool,
    /// Nothing but JSON on standard output.
    pub json: bool,
}

/// Runs the bench and writes its sheet.
///
/// # Errors
/// Exit 3 for a manifest that is wrong or a folder that is taken, exit 4 for a port or an instrument that
/// cannot be used.
pub fn rig(options: &Options, words: Words) -> Result<Exit, Failure> {
    let source = file::read_text(&options.manifest, words)?;
    let mut manifest = manifest::parse(&source)
        .map_err(|complaints| document::failure(&options.manifest, &source, &complaints, words))?;
    let out = options.out.clone().unwrap_or_else(dated_folder);
    files::check(&out, options.force, words)?;
    let stage = options.emulate.then(|| stand_in::Stage::set(&mut manifest)).transpose();
    let stage = stage.map_err(|error| crate::port::failure(&error, words))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| environment(&error, words))?;
    let mut sheet = runtime.block_on(session(&manifest, options, &out, words))?;
    // A stand-in can be looked at, not only asked.
    sheet.off_confirmed &= stage.as_ref().is_none_or(stand_in::Stage::is_off);
    drop(stage);
    let paths = files::write(&out, &sheet, words)?;
    let text =
        if options.json { format!("{:#}\n", sheet.json()) } else { page::summary(&sheet, &paths, words) };
    speech::print(&text, words)?;
    Ok(sheet.exit())
}

async fn session(manifest: &Manifest, options: &Options, out: &Path, words: Words) -> Result<Sheet, Failure> {
    let refused = |error| environment(&error, words);
    let asked = interrupt::asked().map_err(refused)?;
    let mut hung_up = signal(SignalKind::hangup()).map_err(refused)?;
    let ended = async move {
        tokio::select! { _ = asked => {}, _ = hung_up.recv() => {} }
    };
    let mut ended = std::pin::pin!(ended);
    let started_wall = jiff::Timestamp::now().to_string();
    let started = Instant::now();
    let tape = tape(out, manifest, words)?;
    let bench = tokio::select! {
        biased;
        () = &mut ended => return Err(Failure::new(Exit::Interrupted, words.say("rig-interrupted"))),
        bench = Bench::open(manifest, &tape, words) => bench,
    };
    let mut bench = bench.map_err(|trouble| not_usable(&trouble, words))?;
    let roles = page::roles(manifest, &bench, options.emulate);
    let mut run = Run { manifest, started, rows: Vec::new(), unsure: BTreeSet::new(), down: false };
    let mut interrupted = false;
    for step in &manifest.steps {
        let row = match run.skip(step, interrupted) {
            Some(row) => row,
            None => tokio::select! {
                biased;
                () = &mut ended => {
                    interrupted = true;
                    run.skipped(step, "rig-skipped-interrupted")
                }
                row = run.done(&mut bench, step, words) => row,
            },
        };
        if !options.json {
            speech::tell(&page::progress(&row, words));
        }
        run.rows.push(row);
    }
    let off_confirmed = bench.farewell().iter().all(|farewell| farewell.off_confirmed);
    tape.borrow_mut().finish(words)?;
    Ok(Sheet {
        name: manifest.name.clone(),
        story: manifest.story.trim().to_owned(),
        roles,
        is_emulated: options.emulate,
        interrupted,
        off_confirmed,
        started: started_wall,
        took_secs: started.elapsed().as_secs_f64(),
        rows: run.rows,
    })
}

/// A bench that cannot be opened: exit 4, with the fix.
fn not_usable(trouble: &Trouble, words: Words) -> Failure {
    let told = match trouble {
        Trouble::Line(told) => told.clone(),
        other => other.reason().told(words),
    };
    Failure::new(Exit::Environment, told)
}

fn tape(out: &Path, manifest: &Manifest, words: Words) -> Result<Tape, Failure> {
    let path = out.join(files::CAPTURE);
    std::fs::create_dir_all(out).map_err(|error| file::unwritable(out, &error, words))?;
    // Written over only where `--force` has allowed it.
    if path.exists() {
        std::fs::remove_file(&path).map_err(|error| file::unwritable(&path, &error, words))?;
    }
    let about = About::made_by("rig").with("bench", &manifest.name).started(hil::pace::wall_unix_nanos());
    let about = manifest
        .devices
        .iter()
        .fold(about, |about, device| about.of_device(&listener::source(device), device.kind));
    Ok(Rc::new(RefCell::new(CaptureFile::create(&path, &about, words)?)))
}

/// The run so far.
struct Run<'m> {
    manifest: &'m Manifest,
    started: Instant,
    rows: Vec<Row>,
    /// Devices whose sign or scale did not pass.
    unsure: BTreeSet<String>,
    /// An instrument failed, and is not used again.
    down: bool,
}

impl Run<'_> {
    /// The row of a step that is not tried, or nothing.
    fn skip(&self, step: &Step, interrupted: bool) -> Option<Row> {
        let drives = matches!(step.action, Action::KnownCurrent(_) | Action::Follow(_));
        let key = if interrupted {
            "rig-skipped-interrupted"
        } else if drives && self.down {
            "rig-skipped-instrument"
        } else if matches!(&step.action, Action::Follow(follow) if self.unsure.contains(&follow.device)) {
            "rig-skipped-sign"
        } else {
            return None;
        };
        Some(self.skipped(step, key))
    }

    fn skipped(&self, step: &Step, key: &'static str) -> Row {
        self.row(step, Outcome::Skipped, Some(Reason::plain(key)), self.started.elapsed().as_secs_f64())
    }

    async fn done(&mut self, bench: &mut Bench, step: &Step, words: Words) -> Row {
        let began = self.started.elapsed().as_secs_f64();
        let mut row = match step::run(bench, self.manifest, &step.action, words).await {
            Ok(Done { measurements, lateness, advice }) => {
                let (outcome, reason) = judged(&measurements);
                let reason = reason.or(advice.filter(|_| outcome != Outcome::Pass));
                Row { measurements, lateness, ..self.row(step, outcome, reason, began) }
            }
            Err(trouble) => {
                // Whatever it had switched on; the farewell will say whether it is off.
                let _ = bench.off().await;
                self.down |= trouble.ends_instrument();
                let row = self.row(step, trouble.outcome(), Some(trouble.reason()), began);
                Row { is_environment: trouble.is_environment(), ..row }
            }
        };
        row.took_secs = self.started.elapsed().as_secs_f64() - began;
        if let Action::KnownCurrent(known) = &step.action
            && row.outcome != Outcome::Pass
        {
            self.unsure.insert(known.device.clone());
        }
        row
    }

    fn row(&self, step: &Step, outcome: Outcome, reason: Option<Reason>, began_secs: f64) -> Row {
        Row {
            name: step.name.clone(),
            kind: step.action.kind(),
            outcome,
            reason,
            is_environment: false,
            measurements: Vec::new(),
            lateness: None,
            began_secs,
            took_secs: 0.0,
        }
    }
}
