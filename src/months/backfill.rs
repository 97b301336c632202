//! Months of series into the blocks of a Prometheus that was not there: OpenMetrics text, `promtool tsdb
//! create-blocks-from openmetrics`.
//!
//! ```text
//! series ── cut at block bounds ──> one text a block ── promtool, a few at once ──> blocks
//! ```
//!
//! promtool reads its whole file once a block, so each file holds the samples of one block alone; and it makes
//! blocks of 2 h · 3ⁿ, aligned to 1970, the largest not above `--max-block-duration`: 486 h for 720 h.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::grid::{Grid, Series};
use crate::stack::{Runnable, StackError, that_dies_with_us};

const PROMTOOL: &str = "promtool";
/// The block that promtool makes of `--max-block-duration=720h`.
const BLOCK_SECS: i64 = 486 * 3600;

/// Writes `series` into `data`, a storage folder; texts of the moment go to `scratch`.
///
/// # Errors
/// Where a file cannot be written, promtool does not start or refuses.
pub fn backfill(
    promtool: &Path,
    scratch: &Path,
    data: &Path,
    grid: &Grid,
    series: &[&Series],
    jobs: usize,
) -> Result<(), StackError> {
    for folder in [scratch, data] {
        std::fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
    }
    let blocks = blocks(grid);
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), StackError> {
        while let Some(steps) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let path = scratch.join(format!("{}.om", steps.start));
            std::fs::write(&path, text(grid, series, steps.clone()))
                .map_err(|source| unwritable(&path, source))?;
            create_blocks(promtool, scratch, &path, data)?;
            std::fs::remove_file(&path).map_err(|source| unwritable(&path, source))?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
        let died = || StackError::Answer { tool: PROMTOOL, said: "a worker died".to_owned() };
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| died())?)
    })
}

/// The steps of each block.
fn blocks(grid: &Grid) -> Vec<std::ops::Range<usize>> {
    let mut blocks = Vec::new();
    let mut from = 0;
    while from < grid.steps {
        let end_unix_secs = (grid.unix_secs(from).div_euclid(BLOCK_SECS) + 1) * BLOCK_SECS;
        let whole = end_unix_secs - grid.start_unix_secs;
        let until = usize::try_from((whole + grid.step_secs - 1) / grid.step_secs).unwrap_or(grid.steps);
        blocks.push(from..until.min(grid.steps));
        from = until;
    }
    blocks
}

/// The samples of some steps as OpenMetrics.
fn text(grid: &Grid, series: &[&Series], steps: std::ops::Range<usize>) -> String {
    let mut text = String::with_capacity(series.len() * steps.len() * 64);
    for one in series {
        let labels: Vec<String> =
            one.labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let name = format!("{}{{{}}}", one.metric, labels.join(","));
        for step in steps.clone() {
            let value = one.values.get(step).copied().unwrap_or(f64::NAN);
            if value.is_finite() {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{name} {value} {}", grid.unix_secs(step));
            }
        }
    }
    text + "# EOF\n"
}

fn create_blocks(promtool: &Path, scratch: &Path, text: &Path, data: &Path) -> Result<(), StackError> {
    let output = that_dies_with_us(&Runnable::plain(promtool))
        .args(["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=720h", "-q"])
        .args([text, data])
        .env("TMPDIR", scratch)
        .output()
        .map_err(|source| StackError::Spawn { tool: PROMTOOL, source })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Err(StackError::Answer { tool: PROMTOOL, said })
}

fn unwritable(path: &Path, source: std::io::Error) -> StackError {
    StackError::Write { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_the_samples_of_one_block() {
        let grid = Grid::covering(1_750_000_000, 60.0, 300);
        let blocks = blocks(&grid);
        assert_eq!(blocks.iter().map(ExactSizeIterator::len).sum::<usize>(), grid.steps);
        for steps in blocks {
            let block = |step| grid.unix_secs(step).div_euclid(BLOCK_SECS);
            assert_eq!(block(steps.start), block(steps.end - 1));
        }
    }

    #[test]
    fn what_is_absent_leaves_no_sample() {
        let grid = Grid { start_unix_secs: 600, step_secs: 300, steps: 3 };
        let one = Series {
            metric: "balise_a".to_owned(),
            labels: vec![("site".to_owned(), "S".to_owned()), ("battery".to_owned(), "B".to_owned())],
            values: vec![0.5, f64::NAN, 2.0],
        };
        let expected =
            "balise_a{site=\"S\",battery=\"B\"} 0.5 600\nbalise_a{site=\"S\",battery=\"B\"} 2 1200\n# EOF\n";
        assert_eq!(text(&grid, &[&one], 0..3), expected);
    }
}
