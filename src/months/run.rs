//! A population lived, back-filled, replayed and scored, some signs at a time: what is scored is deleted before the
//! next signs begin, so that neither memory nor disk grows with the population.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use signals::Seed;

use super::backfill::backfill;
use super::grid::Grid;
use super::judged::{self, Judged};
use super::life::{Life, LifeError, live};
use super::population::Population;
use super::replay::replay;
use super::score::Score;
use super::story::Story;
use crate::due::Need;
use crate::interrupt::Scratch;
use crate::stack::{Archive, StackError, Tools};

/// Signs at a time: a year of each takes some 20 MB.
const CHUNK_SIGNS: usize = 20;

/// What is to be scored.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'p> {
    /// Who lives.
    pub population: &'p Population,
    /// One population for each.
    pub seeds: &'p [Seed],
    /// Part I of N of the signs, from 1.
    pub shard: Option<(u64, u64)>,
    /// The rules.
    pub rules: &'p [Judged],
    /// What the crew needs.
    pub needs: &'p [Need],
    /// Threads, and questions at once.
    pub jobs: usize,
}

/// How long the stages took, s.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Took {
    /// Plants, devices and estimators.
    pub live: f64,
    /// Blocks.
    pub backfill: f64,
    /// Questions.
    pub replay: f64,
    /// Rulings.
    pub score: f64,
}

/// The score could not be had.
#[derive(Debug, thiserror::Error)]
pub enum MonthsError {
    /// A sign could not live.
    #[error(transparent)]
    Life(#[from] LifeError),
    /// Prometheus or promtool could not be asked.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// No folder for files of the moment.
    #[error("no folder for files of the moment: {0}")]
    Scratch(std::io::Error),
    /// A thread ended in the middle of its work.
    #[error("a thread ended in the middle of its work")]
    Thread,
}

impl Population {
    /// The grid on which it is sampled.
    #[must_use]
    pub fn grid(&self) -> Grid {
        Grid::covering(self.start.as_second(), self.days, self.evaluate_secs as i64)
    }
}

/// The score of a plan. The same for any number of jobs.
///
/// # Errors
/// Where a sign's scenario is refused, or Prometheus cannot be asked.
pub fn score(plan: &Plan<'_>, tools: &Tools) -> Result<(Score, Took), MonthsError> {
    let alerts: Vec<String> = plan.rules.iter().map(|rule| rule.alert.clone()).collect();
    let empty = || Score::new(&alerts, plan.needs, &plan.population.rivalled);
    let metrics = judged::metrics(plan.rules);
    let (mut score, mut took) = (empty(), Took::default());
    let signs = signs(plan);
    for chunk in signs.chunks(CHUNK_SIGNS) {
        let clock = Instant::now();
        let lives = each(chunk, plan.jobs, |(seed, number)| lived(plan, *seed, *number, &metrics))?;
        let lives: Vec<Life> = lives.into_iter().collect::<Result<_, _>>()?;
        took.live += clock.elapsed().as_secs_f64();
        let fired = judge(plan, tools, &lives, &mut took)?;
        let clock = Instant::now();
        let grid = plan.population.grid();
        let parts = each(&lives, plan.jobs, |life| {
            let mut part = empty();
            part.add(life, &fired, plan.needs, &grid);
            part
        })?;
        parts.into_iter().for_each(|part| score.join(part));
        took.score += clock.elapsed().as_secs_f64();
    }
    Ok((score, took))
}

/// Every sign of every seed that is in the shard.
fn signs(plan: &Plan<'_>) -> Vec<(Seed, u64)> {
    let all = plan.seeds.iter().flat_map(|seed| (0..plan.population.signs).map(|number| (*seed, number)));
    let (part, of) = plan.shard.unwrap_or((1, 1));
    all.enumerate().filter(|(index, _)| *index as u64 % of == part - 1).map(|(_, sign)| sign).collect()
}

fn lived(plan: &Plan<'_>, seed: Seed, number: u64, metrics: &BTreeSet<String>) -> Result<Life, LifeError> {
    let story = Story::draw(plan.population, seed, number);
    let own = seed.part(&format!("sign {number}"));
    live(story, own, &plan.population.grid(), metrics)
}

fn judge(
    plan: &Plan<'_>,
    tools: &Tools,
    lives: &[Life],
    took: &mut Took,
) -> Result<Vec<super::replay::Fired>, MonthsError> {
    let clock = Instant::now();
    let dir = Scratch::new().map_err(MonthsError::Scratch)?;
    let (data, texts) = (dir.path().join("data"), dir.path().join("texts"));
    let promtool: &Path = tools.promtool.as_deref().ok_or(StackError::Missing { tool: "promtool" })?;
    let grid = plan.population.grid();
    let series: Vec<_> = lives.iter().flat_map(|life| life.series.iter()).collect();
    backfill(promtool, &texts, &data, &grid, &series, plan.jobs)?;
    took.backfill += clock.elapsed().as_secs_f64();
    let clock = Instant::now();
    let look_back = Duration::from_secs(grid.look_back_secs().unsigned_abs());
    let archive = Archive::start(dir.path(), &data, tools, look_back)?;
    let fired = replay(&archive, plan.rules, &grid, plan.jobs)?;
    took.replay += clock.elapsed().as_secs_f64();
    Ok(fired)
}

/// Does something for each of a list on `jobs` threads; the list's order is kept.
fn each<T: Sync, R: Send>(
    list: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Result<Vec<R>, MonthsError> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(list.iter().map(|_| None).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, list.len().max(1)) {
            scope.spawn(|| {
                while let Some((index, one)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    list.get(index).map(|one| (index, one))
                } {
                    let result = work(one);
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(result);
                }
            });
        }
    });
    let done = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.into_iter().collect::<Option<Vec<R>>>().ok_or(MonthsError::Thread)
}
