//! Whole signs side by side: weather, panel, controller, load, battery and sensors of thousands of sites.
//!
//! ```text
//! SignStart ─► Signs ─slices_mut─► Slice::run(step, steps, every) ──Seen──► Sink
//!              blocks of 16 signs, one array per quantity; signs that lanes cannot express run as a Site
//! ```
//!
//! The physics, the moments and the drawn weather are those of [`crate::Site`] for the same parameters and
//! seed; `tests/signs.rs` runs both and says how far apart they come. What lanes cannot express is run by the
//! scalar site behind the same sink, bit-equal to one that runs alone: measured weather, weathering panels,
//! measured batteries, stratification, sulfation and ageing, banks whose units differ, late sensors, and
//! faults beyond those in [`Trouble`].
//!
//! A sign's numbers depend on nothing but itself: any slicing, order and number of threads give the same bits.
//! Memory grows with the number of signs and not with time.
//!
//! ```
//! use signals::{AmpHours, Seed, Soc, Span};
//! use sim::fleet::signs::{SignStart, Signs};
//! use sim::{BatteryParams, ControllerParams, LoadParams, PanelParams, Place, SensorParams, SiteParams};
//!
//! let battery = BatteryParams::agm_12v(AmpHours::new(450.0));
//! let params = SiteParams {
//!     controller: ControllerParams::pwm_for(battery.chemistry),
//!     battery,
//!     panel: PanelParams::twelve_volt(240.0, 60.0),
//!     load: LoadParams::message_board(),
//!     place: Place::montreal(),
//!     start_unix_secs: 1_768_194_000,
//!     initial_soc: Soc::clamped(0.8),
//!     sensors: SensorParams::default(),
//!     dull: Vec::new(),
//! };
//! let starts: Vec<SignStart> = (0..100).map(|seed| SignStart::new(params.clone(), Seed(seed))).collect();
//! let mut signs = Signs::new(&starts)?;
//! for mut slice in signs.slices_mut(2) {
//!     slice.run(Span::from_secs(60.0), 1440, 60, &mut ());
//! }
//! assert!(signs.soc(99) > 0.5);
//! # Ok::<(), sim::ParamsError>(())
//! ```

#![expect(
    clippy::needless_range_loop,
    reason = "a lane is a place in many arrays at once, and closures of \
    iterators are compiled apart from the instructions that were chosen"
)]

mod alone;
mod bank;
mod block;
mod controller;
mod elementary;
mod flow;
mod kind;
mod lanes;
mod load;
mod panel;
mod schedule;
mod sensors;
mod sink;
mod sky;
mod slice;
mod trouble;

pub use sink::{Observed, Seen, Sink, Stage};
pub use slice::Slice;
pub use trouble::{Cell, Trouble};

use crate::battery::{HOLD_SECS, ParameterSet};
use crate::check::{Checks, ParamsError};
use crate::panel::PanelWeathering;
use crate::site::SiteParams;
use crate::sky::MeasuredYear;
use alone::Alone;
use block::Block;
use kind::{Kind, KindKey};
use lanes::W;
use schedule::KINDS;
use signals::{FaultEvent, Seed, Span};
use slice::{AnyBlock, each_block};
use std::sync::Arc;

/// One sign at the start of its run.
#[derive(Debug, Clone, PartialEq)]
pub struct SignStart {
    /// What it is made of; many signs may share it.
    pub params: Arc<SiteParams>,
    /// Its own chance.
    pub seed: Seed,
    /// What goes wrong.
    pub faults: Vec<FaultEvent>,
    /// Measured weather instead of drawn.
    pub weather: Option<Arc<MeasuredYear>>,
    /// Its battery's cells: none for one that stands for all, else six (lead) or four (lithium).
    pub cells: Vec<Cell>,
}

impl SignStart {
    /// A sign without faults, its battery's cells alike.
    #[must_use]
    pub fn new(params: impl Into<Arc<SiteParams>>, seed: Seed) -> Self {
        Self { params: params.into(), seed, faults: Vec::new(), weather: None, cells: Vec::new() }
    }

    /// The same sign with its cells kept apart.
    #[must_use]
    pub fn split(self) -> Self {
        let cells = vec![Cell::SOUND; cells_of(&self.params)];
        Self { cells, ..self }
    }

    fn check(&self) -> Result<(), ParamsError> {
        self.params.check(&self.faults)?;
        let mut checks = Checks::default();
        if !self.cells.is_empty() {
            let whole = cells_of(&self.params) as f64;
            checks.within("sign.cells", self.cells.len() as f64, whole..=whole);
        }
        self.cells.iter().for_each(|cell| cell.check(&mut checks));
        checks.finish()
    }

    fn fits_lanes(&self) -> bool {
        let SiteParams { battery, panel, .. } = &*self.params;
        let spread = battery.layout.capacity_spread_ratio + battery.layout.resistance_spread_ratio;
        let slow = battery.effects.stratification || battery.effects.sulfation || battery.effects.ageing;
        let faults = self.faults.iter().all(trouble::fits_lanes);
        let plain = panel.weathering == PanelWeathering::NONE && spread == 0.0 && !slow;
        let lagging = self.params.sensors.latency_secs > 0.0;
        let typical = battery.set == ParameterSet::Typical;
        plain && typical && faults && !lagging && self.weather.is_none()
    }
}

/// Cells in series of a 12 V battery.
fn cells_of(params: &SiteParams) -> usize {
    if params.battery.chemistry.is_lead_acid() { 6 } else { 4 }
}

/// A sign on its way into a block: its place in the fleet's list, what it is, its place in the list of starts.
type Member<'a> = (usize, &'a SignStart, usize);

/// Where a sign is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Lane { block: usize, lane: usize },
    Alone(usize),
}

/// Signs under way.
#[derive(Debug)]
pub struct Signs {
    /// Instants at which runs start, each once.
    starts: Vec<f64>,
    kinds: [bool; KINDS],
    hold_nanos: i64,
    params: Vec<Arc<SiteParams>>,
    places: Vec<Place>,
    blocks: Vec<AnyBlock>,
    alone: Vec<Alone>,
}

impl Signs {
    /// Signs at the start of their runs; all are checked here, once.
    ///
    /// # Errors
    /// Names every parameter of the first bad sign that is outside its range.
    pub fn new(starts: &[SignStart]) -> Result<Self, ParamsError> {
        starts.iter().try_for_each(SignStart::check)?;
        let mut signs = Self {
            starts: Vec::new(),
            kinds: [false; KINDS],
            hold_nanos: HOLD_SECS as i64 * 1_000_000_000,
            params: starts.iter().map(|start| Arc::clone(&start.params)).collect(),
            places: vec![Place::Alone(0); starts.len()],
            blocks: Vec::new(),
            alone: Vec::new(),
        };
        let mut groups: Vec<(KindKey, Vec<Member<'_>>)> = Vec::new();
        for (sign, start) in starts.iter().enumerate() {
            if !start.fits_lanes() {
                signs.places[sign] = Place::Alone(signs.alone.len());
                signs.alone.push(Alone::new(sign, start)?);
                continue;
            }
            let begins = signs.start(start.params.start_unix_secs as f64);
            signs.kinds[load::place_of(start.params.load.kind)] = true;
            let key = KindKey::of(&start.params, start.cells.len());
            let member = (sign, start, begins);
            match groups.iter_mut().find(|group| group.0 == key) {
                Some(group) => group.1.push(member),
                None => groups.push((key, vec![member])),
            }
        }
        groups.iter().for_each(|(_, members)| signs.add(members));
        Ok(signs)
    }

    /// The same signs with coefficients held, and steps cut, each so many seconds (a divisor of a minute) instead of
    /// each 10, the scalar site's: for steps of a minute over years. Lanes then see the mean of a longer piece
    /// of the load's rhythm and switch later by as much: the mean charge of a month moves by half a thousandth over many
    /// signs, by a point for the one that moves most (`tests/signs.rs`).
    ///
    /// # Errors
    /// Where no whole number of holds makes a minute.
    pub fn holding(self, hold: Span) -> Result<Self, ParamsError> {
        let mut checks = Checks::default();
        let minute = 60 * 1_000_000_000;
        let nanos = hold.as_nanos();
        let longest = if nanos > 0 && minute % nanos == 0 { 60.0 } else { 0.0 };
        checks.within("signs.hold_secs, a divisor of a minute,", hold.as_secs(), 1e-9..=longest);
        checks.finish()?;
        Ok(Self { hold_nanos: nanos, ..self })
    }

    /// The place of a start in the list.
    fn start(&mut self, unix_secs: f64) -> usize {
        self.starts.iter().position(|start| *start == unix_secs).unwrap_or_else(|| {
            self.starts.push(unix_secs);
            self.starts.len() - 1
        })
    }

    /// Adds signs of one kind.
    fn add(&mut self, members: &[Member<'_>]) {
        let Some((_, first, _)) = members.first() else { return };
        let kind = Arc::new(Kind::new(&first.params));
        let mut moments = vec![Vec::new(); self.starts.len()];
        slice::look_up(&mut moments, &self.starts, 0..2);
        for group in members.chunks(W) {
            for (lane, (sign, ..)) in group.iter().enumerate() {
                self.places[*sign] = Place::Lane { block: self.blocks.len(), lane };
            }
            let kind = Arc::clone(&kind);
            self.blocks.push(match first.cells.len() {
                4 => AnyBlock::Four(Box::new(Block::new(kind, group, &moments))),
                6 => AnyBlock::Six(Box::new(Block::new(kind, group, &moments))),
                _ => AnyBlock::Lumped(Box::new(Block::new(kind, group, &moments))),
            });
        }
    }

    /// How many signs there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// There are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many signs run as scalar sites.
    #[must_use]
    pub const fn alone(&self) -> usize {
        self.alone.len()
    }

    /// All signs as one slice.
    pub fn whole(&mut self) -> Slice<'_> {
        let Self { starts, kinds, hold_nanos, blocks, alone, .. } = self;
        Slice { starts, kinds: *kinds, hold_nanos: *hold_nanos, blocks, alone }
    }

    /// The signs in at most `count` slices of about the same size, which may be stepped apart.
    pub fn slices_mut(&mut self, count: usize) -> impl Iterator<Item = Slice<'_>> {
        let count = count.max(1);
        let Self { starts, kinds, hold_nanos, blocks, alone, .. } = self;
        let (starts, kinds, hold_nanos) = (&starts[..], *kinds, *hold_nanos);
        let (mut blocks, mut alone) = (&mut blocks[..], &mut alone[..]);
        (0..count).filter_map(move |k| {
            let left = count - k;
            let (here, lone_here) = (blocks.len().div_ceil(left), alone.len().div_ceil(left));
            let (some, rest) = std::mem::take(&mut blocks).split_at_mut(here);
            let (lone, others) = std::mem::take(&mut alone).split_at_mut(lone_here);
            (blocks, alone) = (rest, others);
            let slice = Slice { starts, kinds, hold_nanos, blocks: some, alone: lone };
            (slice.signs() > 0).then_some(slice)
        })
    }

    /// State of charge of a sign's battery.
    #[must_use]
    pub fn soc(&self, sign: usize) -> f64 {
        match self.places[sign] {
            Place::Lane { block, lane } => each_block!(&self.blocks[block], it => it.bank.soc()[lane]),
            Place::Alone(place) => self.alone[place].site.truth().soc.as_ratio(),
        }
    }

    /// Voltage of a sign's battery, V.
    #[must_use]
    pub fn volts(&self, sign: usize) -> f64 {
        match self.places[sign] {
            Place::Lane { block, lane } => each_block!(&self.blocks[block], it => it.bank.volts[lane]),
            Place::Alone(place) => self.alone[place].site.truth().voltage.as_volts(),
        }
    }

    /// Voltage of each cell that is kept apart, V; the whole battery's where none is.
    #[must_use]
    pub fn cell_volts(&self, sign: usize) -> Vec<f64> {
        match self.places[sign] {
            Place::Lane { block, lane } => {
                each_block!(&self.blocks[block], it => it.bank.cell_volts(lane).to_vec())
            }
            Place::Alone(_) => vec![self.volts(sign)],
        }
    }

    /// State of charge of each cell that is kept apart; the whole battery's where none is.
    #[must_use]
    pub fn cell_soc(&self, sign: usize) -> Vec<f64> {
        match self.places[sign] {
            Place::Lane { block, lane } => {
                each_block!(&self.blocks[block], it => it.bank.cell_soc(lane).to_vec())
            }
            Place::Alone(_) => vec![self.soc(sign)],
        }
    }

    /// From now on this sign is in such trouble; one that runs as a scalar site takes no notice, and the
    /// answer is no.
    ///
    /// # Errors
    /// Names every number outside its range.
    pub fn set_trouble(&mut self, sign: usize, trouble: Trouble) -> Result<bool, ParamsError> {
        let mut checks = Checks::default();
        trouble.check(&mut checks);
        checks.finish()?;
        let Some(Place::Lane { block, lane }) = self.places.get(sign).copied() else { return Ok(false) };
        each_block!(&mut self.blocks[block], it => it.set_trouble(lane, trouble));
        Ok(true)
    }

    /// From now on this cell of a sign whose cells are kept apart is so; where there is no such cell, the
    /// answer is no. A loss of capacity takes its charge along.
    ///
    /// # Errors
    /// Names every number outside its range.
    pub fn set_cell(&mut self, sign: usize, cell: usize, now: Cell) -> Result<bool, ParamsError> {
        let mut checks = Checks::default();
        now.check(&mut checks);
        checks.finish()?;
        let Some(Place::Lane { block, lane }) = self.places.get(sign).copied() else { return Ok(false) };
        let params = &self.params[sign];
        match &mut self.blocks[block] {
            AnyBlock::Four(it) if cell < 4 => it.set_cell(params, lane, cell, now),
            AnyBlock::Six(it) if cell < 6 => it.set_cell(params, lane, cell, now),
            _ => return Ok(false),
        }
        Ok(true)
    }
}
