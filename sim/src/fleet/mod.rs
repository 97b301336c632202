//! Many cells at once: two RC branches and a lump of heat each, as fast as the machine multiplies.
//!
//! ```text
//!  Drive ──amps──► Slice::hold / ramp / hold_refreshed ──volts, soc, °C──► Sink
//!                  blocks of W cells, one array per quantity; time runs inside a block
//! ```
//!
//! All cells of a [`Fleet`] obey one [`CellLaw`] of closed forms; each has its own capacity, resistance,
//! air and current. The step is exact for coefficients that stand still; a step longer than
//! 10 s is cut into equal parts. Charge is a compensated sum in f64: a small current for a month adds up
//! to the last digits. A cell's numbers depend on itself and on one choice for the whole fleet (a shorter polynomial
//! where no branch settles by more than a quarter in a step), so that [`Fleet::slices_mut`] gives bit-equal
//! results however many threads a caller spreads the slices over.
//!
//! Instructions are chosen at run time (AVX-512, AVX2, NEON, or plain). Every fused product is spelled
//! out, so that they all give the same bits; without hardware for it (x86 before 2013) it is slow.
//!
//! ```
//! use signals::{AmpHours, Celsius, Soc, Span};
//! use sim::fleet::{CellLaw, CellStart, Fleet, Own};
//!
//! let cell = CellStart {
//!     soc: Soc::clamped(0.5),
//!     temperature: Celsius::new(-20.0),
//!     air: Celsius::new(-25.0),
//!     capacity: AmpHours::new(100.0),
//!     resistance_ratio: 1.0,
//! };
//! let mut fleet: Fleet = Fleet::new(&CellLaw::block_12v(), &[cell; 100])?;
//! let amps = vec![-5.0; 100];
//! for mut slice in fleet.slices_mut(2) {
//!     slice.hold(Span::from_secs(1.0), 3600, &Own { amps: &amps }, &mut ());
//! }
//! assert!((fleet.soc(99) - 0.45).abs() < 1e-12);
//! # Ok::<(), sim::ParamsError>(())
//! ```

mod block;
mod drive;
mod fit;
mod growth;
mod heat;
mod held;
mod kernel;
mod law;
mod settling;
pub mod signs;
mod slice;

pub use drive::{Drive, Own, Seen, Shared, Sink};
pub use heat::{Case, HeatPath};
pub use law::{Branch, CellLaw, CellStart, RestCurve};
pub use signs::Signs;
pub use slice::Slice;

use crate::check::ParamsError;
use block::Block;
use signals::Celsius;
use slice::Reach;

/// Cells under one law, in blocks of `W`: 64 keep a core's vectors busy, 1 is for a cell alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Fleet<const W: usize = 64> {
    law: CellLaw,
    reach: Reach,
    blocks: Vec<Block<W>>,
    cells: usize,
}

impl<const W: usize> Fleet<W> {
    /// The fleet at rest; the law and every cell are checked here, once.
    pub fn new(law: &CellLaw, cells: &[CellStart]) -> Result<Self, ParamsError> {
        law::check(law, cells)?;
        let blocks = cells.chunks(W).map(|group| Block::new(law, group)).collect();
        Ok(Self { law: *law, reach: Reach::new(law, cells), blocks, cells: cells.len() })
    }

    /// How many cells there are.
    pub const fn cells(&self) -> usize {
        self.cells
    }

    /// The whole fleet as one slice.
    pub fn whole(&mut self) -> Slice<'_, W> {
        Slice::new(&self.law, self.reach, &mut self.blocks, 0, self.cells)
    }

    /// The fleet in at most `count` slices of about the same size, which may be stepped apart.
    pub fn slices_mut(&mut self, count: usize) -> impl Iterator<Item = Slice<'_, W>> {
        let blocks_each = self.blocks.len().div_ceil(count.max(1)).max(1);
        let (law, reach, cells) = (&self.law, self.reach, self.cells);
        self.blocks.chunks_mut(blocks_each).enumerate().map(move |(k, blocks)| {
            let first = k * blocks_each * W;
            let count = (blocks.len() * W).min(cells - first);
            Slice::new(law, reach, blocks, first, count)
        })
    }

    /// Terminal voltage of a cell at the end of its last step, V.
    pub fn volts(&self, cell: usize) -> f64 {
        self.blocks[cell / W].volts[cell % W]
    }

    /// State of charge of a cell: the counter, which may run beyond 0 and 1.
    pub fn soc(&self, cell: usize) -> f64 {
        self.blocks[cell / W].soc[cell % W]
    }

    /// Temperature of a cell.
    pub fn temperature(&self, cell: usize) -> Celsius {
        Celsius::new(self.blocks[cell / W].celsius[cell % W])
    }
}
