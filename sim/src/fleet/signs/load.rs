//! What the signs of a block draw: [`crate::LoadParams`] in lanes.
//!
//! ```text
//! P = scale · (base + (night + (day − night)·bright)·rhythm·up + burst·sending) + 900 W·moving
//! ```
//!
//! Pages and flashes depend on time alone and come with the piece; vehicles before a radar are each
//! sign's own, a hash of its key and the slot of 3 s, as in the scalar load.

use super::elementary::{fused, least, most};
use super::lanes::{Lane, W};
use super::schedule::{KINDS, Piece};
use crate::chance::uniform;
use crate::load::traffic::{SLOT_SECS, Traffic, lit_chance, slot_of};
use crate::load::{LoadKind, MAST_SECS, MAST_WATTS};
use crate::site::SiteParams;
use crate::sky::local_days;
use signals::Seed;

const SLOTS_PER_HOUR: f64 = 1200.0;

/// Chances of a vehicle, good until the first sign's hour turns.
#[derive(Debug, Clone)]
struct Roads {
    keys: [u64; W],
    start_local_days: Lane,
    chance: Lane,
    until_slot: u64,
}

/// The equipment.
#[derive(Debug)]
pub(super) struct LoadLanes {
    kinds: [usize; W],
    base: Lane,
    night: Lane,
    day_more: Lane,
    burst: Lane,
    scale: Lane,
    /// When the mast goes up, s; long ago where it always was.
    mast: Lane,
    has_mast: bool,
    radar: [bool; W],
    roads: Option<Roads>,
    /// Power asked for, W.
    pub demand: Lane,
}

/// The place of a kind in a piece's list.
pub(super) fn place_of(kind: LoadKind) -> usize {
    LoadKind::ALL.iter().position(|other| *other == kind).unwrap_or(0)
}

impl LoadLanes {
    /// The equipment of these signs.
    pub fn new(signs: &[(&SiteParams, Seed)]) -> Self {
        let each = |of: &dyn Fn(&SiteParams) -> f64| -> Lane { std::array::from_fn(|k| of(signs[k].0)) };
        let radar = std::array::from_fn(|k| signs[k].0.load.kind == LoadKind::RadarTrailer);
        let roads = radar.contains(&true).then(|| Roads {
            keys: std::array::from_fn(|k| Traffic::new(signs[k].1).key()),
            start_local_days: each(&|params| local_days(params.start_unix_secs as f64, &params.place)),
            chance: [0.0; W],
            until_slot: 0,
        });
        Self {
            kinds: std::array::from_fn(|k| place_of(signs[k].0.load.kind)),
            base: each(&|params| params.load.base_watts),
            night: each(&|params| params.load.night_watts),
            day_more: each(&|params| params.load.day_watts - params.load.night_watts),
            burst: each(&|params| params.load.burst_watts),
            scale: each(&|params| params.load.scale_ratio),
            mast: each(&|params| params.load.mast_raised_secs.unwrap_or(-1e12)),
            has_mast: signs.iter().any(|(params, _)| params.load.mast_raised_secs.is_some()),
            radar,
            roads,
            demand: [0.0; W],
        }
    }

    /// Finds the power asked for over a piece.
    #[inline(always)]
    pub fn ask(&mut self, piece: &Piece, bright: &Lane) {
        let (mut rhythm, mut sending) = ([0.0; W], [0.0; W]);
        for k in 0..W {
            rhythm[k] = piece.rhythm[self.kinds[k] & (KINDS - 1)];
            sending[k] = piece.burst[self.kinds[k] & (KINDS - 1)];
        }
        if let Some(roads) = &mut self.roads {
            let lit = roads.lit_ratio(piece);
            for k in 0..W {
                rhythm[k] = if self.radar[k] { lit[k] } else { rhythm[k] };
            }
        }
        let (mut up, mut moving) = ([1.0; W], [0.0; W]);
        if self.has_mast {
            let per_sec = 1.0 / piece.secs;
            for k in 0..W {
                let is_up = self.mast[k] + MAST_SECS;
                let share = |from: f64, until: f64| {
                    most((least(piece.until_secs, until) - most(piece.from_secs, from)) * per_sec, 0.0)
                };
                moving[k] = share(self.mast[k], is_up);
                up[k] = share(is_up, f64::INFINITY);
            }
        }
        for k in 0..W {
            let display = fused(self.day_more[k], bright[k], self.night[k]) * rhythm[k];
            let watts = fused(self.burst[k], sending[k], fused(display, up[k], self.base[k]));
            self.demand[k] = fused(self.scale[k], watts, MAST_WATTS * moving[k]);
        }
    }
}

impl Roads {
    /// Share of a piece for which each sign is lit.
    #[inline(always)]
    fn lit_ratio(&mut self, piece: &Piece) -> Lane {
        let mut lit = [0.0; W];
        for slot in slot_of(piece.from_secs)..=slot_of(piece.until_secs) {
            let start = slot as f64 * SLOT_SECS;
            let shared = piece.until_secs.min(start + SLOT_SECS) - piece.from_secs.max(start);
            if shared <= 0.0 {
                continue;
            }
            if slot >= self.until_slot {
                self.look_up(slot);
            }
            for k in 0..W {
                lit[k] += if uniform(self.keys[k], slot) < self.chance[k] { shared } else { 0.0 };
            }
        }
        let per_sec = 1.0 / piece.secs;
        for k in 0..W {
            lit[k] *= per_sec;
        }
        lit
    }

    #[inline(never)]
    fn look_up(&mut self, slot: u64) {
        self.chance = self.start_local_days.map(|start| lit_chance(slot, start));
        let left = self.start_local_days.map(|start| {
            let hours = (start + slot as f64 * SLOT_SECS / 86_400.0).rem_euclid(1.0) * 24.0;
            (1.0 - hours.fract()) * SLOTS_PER_HOUR
        });
        // One slot short of the turn: there each slot is looked up by itself.
        self.until_slot = slot + (left.into_iter().fold(SLOTS_PER_HOUR, f64::min) as u64).max(2) - 1;
    }
}
