//! Time for work that can wait, so that the thread that reads every port is never taken up by it.
//!
//! ```text
//! a piece of work took d  ->  nothing more of its kind for 4·d: at most a fifth of the thread
//! ```
//!
//! A look ahead takes some milliseconds, and each battery is due for one when its hour begins: ten thousand at once
//! held up every frame for half a minute.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// How many times as long as it took other work comes first.
const REST: u32 = 4;

/// When there is time again.
#[derive(Debug, Default)]
pub struct Leisure {
    from: Cell<Option<Instant>>,
}

impl Leisure {
    /// Does the work if there is time for it; whoever was turned away comes again.
    pub fn spend(&self, work: impl FnOnce()) {
        let began = Instant::now();
        if self.from.get().is_some_and(|from| began < from) {
            return;
        }
        work();
        let took: Duration = began.elapsed();
        self.from.set(Some(Instant::now() + took * REST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_followed_by_a_rest_and_what_comes_in_it_is_turned_away() {
        let (leisure, done) = (Leisure::default(), Cell::new(0));
        let work = || leisure.spend(|| done.set(done.get() + 1));
        let hour = Duration::from_secs(3600);
        leisure.from.set(Some(Instant::now() + hour));
        work();
        assert_eq!(done.get(), 0);
        leisure.from.set(Instant::now().checked_sub(hour));
        work();
        assert_eq!(done.get(), 1);
        assert!(leisure.from.get().is_some_and(|from| from + hour > Instant::now()), "the rest is told anew");
    }
}
