//! Axes and thinning: from long series to as few points as the eye can tell apart.
//!
//! A curve is cut into as many buckets as it gets pixels; of each bucket its lowest and highest point
//! stay, in order of time. A spike of one sample is still seen, which averaging would hide.

/// A range that is drawn, and where values lie in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    /// The value at the start: left or bottom.
    pub(crate) low: f64,
    /// The value at the end: right or top; above `low`.
    pub(crate) high: f64,
}

impl Axis {
    /// An axis with round ends that holds every value; `None` without a finite value.
    pub(crate) fn around(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (low, high) = extent(values)?;
        let slack = (0.01 * low.abs().max(high.abs())).max(1e-3);
        let (low, high) = if high - low < slack { (low - slack, high + slack) } else { (low, high) };
        let step = round_step((high - low) / 4.0);
        Some(Self { low: (low / step).floor() * step, high: (high / step).ceil() * step })
    }

    /// The same with zero in the middle.
    pub(crate) fn around_zero(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (low, high) = extent(values)?;
        let most = low.abs().max(high.abs());
        Self::around([-most, most].into_iter())
    }

    /// From the first to the last instant, without rounding; `None` where no time passes.
    pub(crate) fn of_times(times: impl Iterator<Item = f64>) -> Option<Self> {
        let (low, high) = extent(times)?;
        (high > low).then_some(Self { low, high })
    }

    /// Where `value` lies: 0 at the start, 1 at the end, beyond them outside.
    pub(crate) fn place(self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// Round values on the axis, about `wanted` of them, with the decimals they need.
    pub(crate) fn ticks(self, wanted: u32) -> (Vec<f64>, usize) {
        let step = round_step((self.high - self.low) / f64::from(wanted));
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        (self.ticks_every(step), decimals)
    }

    /// The multiples of `step` on the axis.
    pub(crate) fn ticks_every(self, step: f64) -> Vec<f64> {
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last).map(|count| count as f64 * step).collect()
    }
}

/// The next step of 1, 2 or 5 times a power of ten.
pub(crate) fn round_step(rough: f64) -> f64 {
    let decade = 10_f64.powf(rough.log10().floor());
    let share = rough / decade;
    let round = [1.0, 2.0, 5.0].into_iter().find(|round| share <= round * 1.000_001);
    decade * round.unwrap_or(10.0)
}

fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

/// A stretch of a curve without a gap.
pub(crate) type Stretch<T> = Vec<(f64, T)>;

/// The curve with at most two points in each of `buckets` spans of time; a gap wider than one bucket
/// splits it.
pub(crate) fn thin(
    points: impl Iterator<Item = (f64, Option<f64>)>,
    time: Axis,
    buckets: u32,
) -> Vec<Stretch<f64>> {
    let known = points.map(|(at, value)| (at, value.filter(|value| value.is_finite())));
    let stretches = in_buckets(known, time, buckets);
    stretches
        .iter()
        .map(|stretch| stretch.iter().flat_map(|bucket| lowest_and_highest(bucket)).collect())
        .collect()
}

/// The band between two curves, one pair of edges a bucket: never narrower than what it stands for.
pub(crate) fn thin_band(
    points: impl Iterator<Item = (f64, Option<(f64, f64)>)>,
    time: Axis,
    buckets: u32,
) -> Vec<Stretch<(f64, f64)>> {
    let finite = |(low, high): &(f64, f64)| low.is_finite() && high.is_finite();
    let known = points.map(|(at, edges)| (at, edges.filter(finite)));
    let stretches = in_buckets(known, time, buckets);
    stretches.iter().map(|stretch| stretch.iter().filter_map(|bucket| widest(bucket)).collect()).collect()
}

/// Gaps split the series into stretches, and each stretch falls into buckets, none of them empty.
fn in_buckets<T: Copy>(
    points: impl Iterator<Item = (f64, Option<T>)>,
    time: Axis,
    buckets: u32,
) -> Vec<Vec<Stretch<T>>> {
    let mut stretches: Vec<Vec<Stretch<T>>> = Vec::new();
    let mut latest = None;
    let mut gap = true;
    for (at, value) in points {
        let Some(value) = value else {
            gap = true;
            continue;
        };
        let bucket = (time.place(at) * f64::from(buckets)) as i64;
        let far = latest.is_none_or(|latest| bucket - latest > 1);
        if gap && far {
            stretches.push(Vec::new());
        }
        if let Some(stretch) = stretches.last_mut() {
            match stretch.last_mut() {
                Some(current) if latest == Some(bucket) => current.push((at, value)),
                _ => stretch.push(vec![(at, value)]),
            }
        }
        (latest, gap) = (Some(bucket), false);
    }
    stretches
}

fn lowest_and_highest(bucket: &[(f64, f64)]) -> Stretch<f64> {
    let by_value = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
    let (Some(lowest), Some(highest)) = (bucket.iter().min_by(by_value), bucket.iter().max_by(by_value))
    else {
        return Vec::new();
    };
    match lowest.0.total_cmp(&highest.0) {
        std::cmp::Ordering::Less => vec![*lowest, *highest],
        std::cmp::Ordering::Equal => vec![*lowest],
        std::cmp::Ordering::Greater => vec![*highest, *lowest],
    }
}

fn widest(bucket: &[(f64, (f64, f64))]) -> Option<(f64, (f64, f64))> {
    let first = bucket.first()?;
    let edges =
        bucket.iter().fold(first.1, |edges, (_, (low, high))| (edges.0.min(*low), edges.1.max(*high)));
    Some((first.0, edges))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Axis = Axis { low: 0.0, high: 86_400.0 };

    #[test]
    fn an_axis_ends_on_round_numbers() {
        let axis = Axis::around([11.83, 14.37].into_iter());
        assert_eq!(axis, Some(Axis { low: 11.0, high: 15.0 }));
        assert_eq!(Axis::around([f64::NAN].into_iter()), None);
        assert!(Axis::around([5.0].into_iter()).is_some_and(|axis| axis.low < 5.0 && axis.high > 5.0));
        let (ticks, decimals) = Axis { low: -0.4, high: 0.4 }.ticks(4);
        assert_eq!((ticks, decimals), (vec![-0.4, -0.2, 0.0, 0.2, 0.4], 1));
    }

    #[test]
    fn a_spike_of_one_sample_survives_thinning() {
        let spiky = (0..86_400).map(|sec| (f64::from(sec), Some(if sec == 40_000 { -9.0 } else { 0.0 })));
        let thinned = thin(spiky, DAY, 720);
        assert!(thinned.iter().flatten().count() <= 1440);
        assert!(thinned.iter().flatten().any(|(at, value)| (*at, *value) == (40_000.0, -9.0)));
    }

    #[test]
    fn a_wide_gap_splits_the_curve_and_a_lost_sample_does_not() {
        let with_gap = |from: i32, until: i32| {
            let silent = move |sec: i32| (from..until).contains(&sec);
            let points = (0..86_400).map(move |sec| (f64::from(sec), (!silent(sec)).then_some(1.0)));
            thin(points, DAY, 720).len()
        };
        assert_eq!(with_gap(100, 101), 1);
        assert_eq!(with_gap(20_000, 40_000), 2);
    }

    #[test]
    fn a_thinned_band_holds_the_whole_band() {
        let edges = |sec: u32| ((f64::from(sec) / 50.0).sin() - 1.0, (f64::from(sec) / 70.0).sin() + 1.0);
        let band = thin_band((0..86_400).map(|sec| (f64::from(sec), Some(edges(sec)))), DAY, 100);
        let (low, high) = band[0]
            .iter()
            .fold((0.0_f64, 0.0_f64), |(low, high), (_, edge)| (low.min(edge.0), high.max(edge.1)));
        assert!(low < -1.999 && high > 1.999);
    }
}
