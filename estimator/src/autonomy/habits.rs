//! What the battery's own days teach: what the sign draws by night and by day, and what the panel really brings.
//!
//! ```text
//! by day    I = g·k̄·P − b·L − (1 − b)·Lₙ + noise   P clear-sky light in the panel's plane, k̄ the month's usual clearness
//! by night  I = −Lₙ(hour)                         b how bright the sign is: 0 at −6° of sun, 1 at 6°
//! ```
//!
//! `g·k̄` (A per W/m², with dirt, shade and wiring in it) and `L` (A) are two states of a small Kalman filter: in the dim hours
//! `P` is small and the current tells the load, in the bright ones it tells the panel. Where a controller holds the panel
//! back the current is a lower bound and counts only when it surprises upwards, and then for the panel alone. No panel draws:
//! the load is never less than what leaves the battery. What the panel itself is worth, a dull week
//! and a small panel told apart, each whole day tells (`panel`). A sign that has gone dark draws nothing: that is no habit.
//! All of it is about a hundred numbers. Hours are UTC.
//!
//! Reference: R. E. Kalman (1960); exponential weights where a mean drifts.

use signals::{Stream, standard_normal};

use super::panel::{Panel, PanelDay};

/// Hours of the day.
const HOURS: usize = 24;
/// A hundredth of the capacity in A is more than most signs draw; a six-hundredth is believable.
const LOAD_PER_AMP_HOUR: f64 = 1.0 / 600.0;
/// A panel of 0.5 W an A·h, 0.061 A/W in full light.
const PANEL_AMPS_PER_WATT_M2_PER_AMP_HOUR: f64 = 0.5 * 0.061 / 1000.0;
/// How far both may be off before anything is seen, natural.
const PRIOR_RATIO: f64 = 1.0;
/// Spread of an hour's clearness about the usual, ratio, made larger as neighbouring hours agree.
const CLEARNESS_SPREAD: f64 = 0.9;
/// Wander of panel and load, ratio per square root of an hour of day.
const WANDER: f64 = 0.01;
/// Weight of one more night hour.
const NIGHT_WEIGHT: f64 = 0.15;
/// Weight of one more day's temperature.
const ANOMALY_WEIGHT: f64 = 0.02;
/// A day needs so much clear light that was not held back to tell its clearness, share of the day.
const TELLING_RATIO: f64 = 0.35;
/// A panel held back for more of the light than this could have brought more.
const HELD_RATIO: f64 = 0.1;
/// A day that was held back is told by its other hours where they had this share of its light; hours of one day differ by
/// so much, ratio.
const FREE_RATIO: f64 = 0.25;
const FREE_SPREAD: f64 = 0.25;
/// By night a sign that draws less than this share of its habit has gone dark.
const DARK_RATIO: f64 = 0.15;
/// Hours of night that make a habit, and hours of darkness that make another.
const HABIT_HOURS: f64 = 12.0;
const DARK_HOURS_MAX: f64 = 80.0;
/// Between this far below the horizon and as far above it a sign dims, °.
const DIM_DEGREES: f64 = 6.0;
/// What one week differs from the one before in load, ratio.
const WEEK_SPREAD: f64 = 0.08;

/// One hour as it was: means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourSeen {
    /// Hour of the UTC day, 0 to 23.
    pub hour_of_day: usize,
    /// Days since 1970 of the middle of the sign's night that ends it: what belongs to one day.
    pub day: i64,
    /// Battery current, positive while charging.
    pub net_amps: Option<f64>,
    /// Current into the load, where the device tells.
    pub load_amps: Option<f64>,
    /// Clear-sky light in the panel's plane, W/m².
    pub clear_watts_m2: f64,
    /// Sun elevation, degrees.
    pub sun_degrees: f64,
    /// A controller may have held the panel back.
    pub is_held: bool,
    /// Battery over usual outside temperature, K.
    pub anomaly_kelvin: Option<f64>,
    /// Usual clearness of the season.
    pub usual_clearness: f64,
    /// Clearness of the season's days in eighths, rising.
    pub season: [f64; 8],
    /// It freezes in this season.
    pub frost: bool,
}

impl HourSeen {
    /// From night, 0, to day, 1, as a sign dims about sunrise and sunset.
    fn brightness(&self) -> f64 {
        ((self.sun_degrees + DIM_DEGREES) / (2.0 * DIM_DEGREES)).clamp(0.0, 1.0)
    }
}

/// What is to be expected: one draw of the habits, or their means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// Battery-side current by light in the panel's plane, A per W/m².
    pub panel_amps_per_watt_m2: f64,
    /// Load in daylight, A.
    pub day_amps: f64,
    /// Factor on the load by night.
    pub night_factor: f64,
}

/// What the panel brought on a day while nothing held it back, A·h, and the clear-sky light then, W·h/m².
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brought {
    amp_hours: f64,
    watt_hours_m2: f64,
}

impl Brought {
    /// Share of a clear sky's light, if the panel has this gain.
    #[must_use]
    pub fn clearness(&self, panel_amps_per_watt_m2: f64) -> f64 {
        self.amp_hours / (panel_amps_per_watt_m2 * self.watt_hours_m2)
    }
}

/// What was learned so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    /// What the panel is worth.
    panel: Panel,
    /// What it brings on the mean of the month's clearness, beside the load.
    mean_gain: f64,
    day_load: f64,
    /// Covariance: gain, both, load.
    covariance: [f64; 3],
    night: [f64; HOURS],
    night_seen: [f64; HOURS],
    night_mean: f64,
    night_variance: f64,
    nights_seen: f64,
    /// Hours of night in a row in which the sign drew nothing.
    dark_hours: f64,
    /// The present day: its number, what was brought, the hours and the clear light meanwhile; the same while held; learned already.
    day: f64,
    brought: f64,
    hours: f64,
    light: f64,
    held_brought: f64,
    held_light: f64,
    is_learned: f64,
    anomaly_kelvin: f64,
    anomaly_seen: f64,
}

/// Why saved habits are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are no saved habits of this version")]
pub struct HabitsError;

const HEADER: &str = "balise_habits 2";

impl Habits {
    /// Habits of a sign nobody has seen yet, on a battery of this label.
    #[must_use]
    pub fn unseen(capacity_amp_hours: f64) -> Self {
        let panel = PANEL_AMPS_PER_WATT_M2_PER_AMP_HOUR * capacity_amp_hours;
        let load = LOAD_PER_AMP_HOUR * capacity_amp_hours;
        Self {
            panel: Panel::unseen(panel),
            mean_gain: panel,
            day_load: load,
            covariance: [(PRIOR_RATIO * panel).powi(2), 0.0, (PRIOR_RATIO * load).powi(2)],
            night: [load; HOURS],
            night_seen: [0.0; HOURS],
            night_mean: load,
            night_variance: (PRIOR_RATIO * load).powi(2),
            nights_seen: 0.0,
            dark_hours: 0.0,
            day: f64::NAN,
            brought: 0.0,
            hours: 0.0,
            light: 0.0,
            held_brought: 0.0,
            held_light: 0.0,
            is_learned: 1.0,
            anomaly_kelvin: 0.0,
            anomaly_seen: 0.0,
        }
    }

    /// Takes in an hour.
    pub fn learn(&mut self, seen: &HourSeen) {
        if let Some(anomaly) = seen.anomaly_kelvin {
            self.anomaly_seen += 1.0;
            let weight = (ANOMALY_WEIGHT / 24.0).max(1.0 / (self.anomaly_seen + 24.0));
            self.anomaly_kelvin += weight * (anomaly - self.anomaly_kelvin);
        }
        if seen.sun_degrees < 0.0 && self.is_learned == 0.0 {
            self.learn_panel(seen);
        }
        if seen.sun_degrees < -6.0 {
            self.learn_night(seen);
        } else if seen.sun_degrees > 0.0 {
            self.learn_day(seen);
        }
    }

    fn learn_night(&mut self, seen: &HourSeen) {
        let Some(load) = seen.load_amps.or(seen.net_amps.map(|amps| -amps)) else { return };
        let load = load.max(0.0);
        let habit = self.night_amps(seen.hour_of_day);
        let is_dark = self.nights_seen >= HABIT_HOURS && load < DARK_RATIO * habit;
        self.dark_hours = if is_dark { self.dark_hours + 1.0 } else { 0.0 };
        if self.is_dark() {
            return;
        }
        self.nights_seen += 1.0;
        let weight = NIGHT_WEIGHT.max(1.0 / self.nights_seen);
        let off = load - self.night_mean;
        self.night_mean += weight * off;
        // One hour says nothing of the spread: the prior fades as hours come in.
        self.night_variance += weight.min(0.5) * (off * off - self.night_variance);
        if let (Some(mean), Some(count)) =
            (self.night.get_mut(seen.hour_of_day), self.night_seen.get_mut(seen.hour_of_day))
        {
            *count += 1.0;
            *mean += NIGHT_WEIGHT.max(1.0 / *count) * (load - *mean);
        }
    }

    /// The sign has gone dark lately; after long, drawing nothing is what it does.
    fn is_dark(&self) -> bool {
        (1.0..DARK_HOURS_MAX).contains(&self.dark_hours)
    }

    fn learn_day(&mut self, seen: &HourSeen) {
        if self.day != seen.day as f64 {
            self.day = seen.day as f64;
            (self.brought, self.hours, self.light) = (0.0, 0.0, 0.0);
            (self.held_brought, self.held_light, self.is_learned) = (0.0, 0.0, 0.0);
        }
        let light = seen.clear_watts_m2;
        let (bright, dim) = (seen.brightness(), self.dim_amps(seen));
        if !self.is_dark() {
            self.wander();
            if let Some(load) = seen.load_amps {
                self.correct([0.0, bright], load - dim, (0.1 * load + 0.01).powi(2));
            }
        }
        let Some(net) = seen.net_amps else { return };
        if !self.is_dark() {
            self.learn_net(seen, net, bright, dim);
        }
        let load = if self.is_dark() { 0.0 } else { dim + bright * self.day_load };
        if seen.is_held {
            self.held_brought += (net + load).max(0.0);
            self.held_light += light;
        } else {
            self.brought += (net + load).max(0.0);
            self.light += light;
        }
        self.hours += 1.0;
    }

    /// What the net current of an hour of day says of panel and load.
    fn learn_net(&mut self, seen: &HourSeen, net: f64, bright: f64, dim: f64) {
        let light = seen.usual_clearness * seen.clear_watts_m2;
        let spread = CLEARNESS_SPREAD * self.mean_gain * seen.clear_watts_m2;
        let unsteady = 0.1 * self.day_load + 0.02;
        let surprise = net + dim - (light * self.mean_gain - bright * self.day_load);
        if !seen.is_held {
            self.correct([light, -bright], net + dim, spread.powi(2) + unsteady.powi(2));
        } else if surprise > 0.0 {
            // Held back, it says at least: of the panel, for what the load draws does not depend on it.
            let load = dim + bright * self.day_load;
            self.correct([light, 0.0], net + load, spread.powi(2) + unsteady.powi(2));
        }
        // No panel draws: whatever leaves the battery goes into the load.
        if -net > dim + bright * self.day_load {
            self.correct([0.0, bright], -net - dim, unsteady.powi(2));
        }
    }

    /// The part of an hour's load that a dimmed sign draws, A.
    fn dim_amps(&self, seen: &HourSeen) -> f64 {
        (1.0 - seen.brightness()) * self.night_mean
    }

    /// The day is over: what it says of the panel.
    fn learn_panel(&mut self, seen: &HourSeen) {
        self.is_learned = 1.0;
        let light = self.light + self.held_light;
        if light <= 0.0 {
            return;
        }
        let day = PanelDay {
            brought: (self.brought + self.held_brought) / light,
            stddev: self.covariance[2].sqrt() * self.hours / light,
            at_least: self.held_light > HELD_RATIO * light,
            season: &seen.season,
            frost: seen.frost,
        };
        let is_told = day.at_least && self.light > FREE_RATIO * light;
        let free = self.brought / self.light.max(f64::MIN_POSITIVE);
        // The hours before the controller held back tell both ways what the whole day tells one way.
        self.panel.learn(&if is_told {
            PanelDay { brought: free, stddev: day.stddev.hypot(FREE_SPREAD * free), at_least: false, ..day }
        } else {
            day
        });
    }

    fn brought_today(&self) -> Option<Brought> {
        let tells = self.light > TELLING_RATIO * (self.light + self.held_light);
        tells.then_some(Brought { amp_hours: self.brought, watt_hours_m2: self.light })
    }

    fn wander(&mut self) {
        self.covariance[0] += (WANDER * self.mean_gain).powi(2);
        self.covariance[2] += (WANDER * self.day_load).powi(2);
    }

    /// One scalar measurement `h·(panel, load)`.
    fn correct(&mut self, h: [f64; 2], measured: f64, noise_variance: f64) {
        let [panel, both, load] = self.covariance;
        let cross = [panel * h[0] + both * h[1], both * h[0] + load * h[1]];
        let variance = cross[0] * h[0] + cross[1] * h[1] + noise_variance.max(1e-12);
        let off = measured - h[0] * self.mean_gain - h[1] * self.day_load;
        self.mean_gain = (self.mean_gain + cross[0] / variance * off).max(1e-6);
        self.day_load = (self.day_load + cross[1] / variance * off).max(0.0);
        self.covariance = [
            (panel - cross[0] * cross[0] / variance).max(1e-16),
            both - cross[0] * cross[1] / variance,
            (load - cross[1] * cross[1] / variance).max(1e-12),
        ];
    }

    /// What the panel brought on this day (or the one before), where it could be told.
    #[must_use]
    pub fn brought(&self, day: i64) -> Option<Brought> {
        let is_fresh = (day as f64 - self.day) <= 1.0;
        self.brought_today().filter(|_| is_fresh)
    }

    /// How much warmer than usual outside air the battery has been, K.
    #[must_use]
    pub const fn anomaly_kelvin(&self) -> f64 {
        self.anomaly_kelvin
    }

    /// What to expect, on average.
    #[must_use]
    pub fn usual(&self) -> Usual {
        Usual { panel_amps_per_watt_m2: self.panel.mean(), day_amps: self.day_load, night_factor: 1.0 }
    }

    /// What to expect, once drawn.
    #[must_use]
    pub fn draw(&self, chance: &mut Stream) -> Usual {
        let panel_amps_per_watt_m2 = self.panel.draw(chance);
        let [day, night, week] = std::array::from_fn(|_| standard_normal(chance));
        let spread =
            self.night_variance.sqrt() / self.night_mean.max(1e-3) / self.nights_seen.clamp(1.0, 6.0).sqrt();
        let week = (WEEK_SPREAD * week).exp();
        Usual {
            panel_amps_per_watt_m2,
            day_amps: week * (self.day_load + self.covariance[2].sqrt() * day).max(0.1 * self.day_load),
            night_factor: week * (spread.min(1.0) * night).exp(),
        }
    }

    /// Load at night at this hour of the UTC day, A.
    #[must_use]
    pub fn night_amps(&self, hour_of_day: usize) -> f64 {
        let count = self.night_seen.get(hour_of_day).copied().unwrap_or(0.0);
        let mean = self.night.get(hour_of_day).copied().unwrap_or(self.night_mean);
        // An hour seen twice is half believed.
        (count * mean + 2.0 * self.night_mean) / (count + 2.0)
    }

    /// Mean load over a day with so much daylight, A.
    #[must_use]
    pub fn mean_load_amps(&self, daylight_ratio: f64) -> f64 {
        daylight_ratio * self.day_load + (1.0 - daylight_ratio) * self.night_mean
    }

    fn each(&mut self) -> Vec<&mut f64> {
        let mut all: Vec<&mut f64> = self.panel.each().collect();
        all.extend([&mut self.mean_gain, &mut self.day_load]);
        all.extend(&mut self.covariance);
        all.extend(&mut self.night);
        all.extend(&mut self.night_seen);
        all.extend([
            &mut self.night_mean,
            &mut self.night_variance,
            &mut self.nights_seen,
            &mut self.dark_hours,
            &mut self.day,
            &mut self.brought,
            &mut self.hours,
            &mut self.light,
            &mut self.held_brought,
            &mut self.held_light,
            &mut self.is_learned,
            &mut self.anomaly_kelvin,
            &mut self.anomaly_seen,
        ]);
        all
    }

    /// All of it as versioned text, every number to the bit.
    #[must_use]
    pub fn save(&self) -> String {
        let mut copy = self.clone();
        let numbers: Vec<String> =
            copy.each().iter().map(|number| format!("{:016x}", number.to_bits())).collect();
        format!("{HEADER}\n{}\n", numbers.join(" "))
    }

    /// Habits as they were saved.
    ///
    /// # Errors
    /// Where the text is torn or foreign.
    pub fn restore(text: &str) -> Result<Self, HabitsError> {
        let body = text.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix('\n')).ok_or(HabitsError)?;
        let body = body.strip_suffix('\n').ok_or(HabitsError)?;
        let bits = body.split(' ').map(|word| u64::from_str_radix(word, 16).map_err(|_| HabitsError));
        let numbers = bits.collect::<Result<Vec<u64>, _>>()?;
        let mut habits = Self::unseen(100.0);
        let mut slots = habits.each();
        if slots.len() != numbers.len() {
            return Err(HabitsError);
        }
        for (slot, bits) in slots.iter_mut().zip(numbers) {
            **slot = f64::from_bits(bits);
        }
        let sound =
            habits.panel.mean().is_finite() && habits.day_load.is_finite() && habits.night_mean.is_finite();
        if sound { Ok(habits) } else { Err(HabitsError) }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use signals::{Seed, uniform};

    /// A sign that draws 1.6 A by day and 0.5 A by night under a panel of 0.012 A per W/m², for so many days.
    fn lived(days: i64) -> Habits {
        let mut habits = Habits::unseen(200.0);
        let mut chance = Seed(4).stream("sky");
        for day in 0..days {
            let clearness = 0.1 + 0.9 * uniform(&mut chance);
            for hour in 0..24 {
                let sun_degrees = 30.0 * (std::f64::consts::TAU * (hour as f64 - 6.0) / 24.0).sin();
                let light = (900.0 * (sun_degrees / 30.0)).max(0.0);
                let bright = ((sun_degrees + 6.0) / 12.0).clamp(0.0, 1.0);
                let net = 0.012 * clearness * light - 0.5 - bright * 1.1;
                habits.learn(&HourSeen {
                    hour_of_day: hour,
                    day,
                    net_amps: Some(net),
                    load_amps: None,
                    clear_watts_m2: light,
                    sun_degrees,
                    is_held: false,
                    anomaly_kelvin: Some(2.0),
                    usual_clearness: 0.55,
                    season: std::array::from_fn(|k| 0.1 + 0.9 * (k as f64 + 0.5) / 8.0),
                    frost: false,
                });
            }
        }
        habits
    }

    #[test]
    fn panel_and_load_are_told_apart_from_the_net_current_alone() {
        let usual = lived(20).usual();
        assert!((usual.panel_amps_per_watt_m2 - 0.012).abs() < 0.003, "{usual:?}");
        assert!((usual.day_amps - 1.6).abs() < 0.4, "{usual:?}");
        assert!((lived(20).night_amps(0) - 0.5).abs() < 0.05);
    }

    #[test]
    fn a_panel_under_snow_or_held_back_hides_no_load() {
        for (is_held, brings) in [(false, 0.0), (true, 1.6)] {
            let mut habits = lived(3);
            for hour in 0..400 {
                habits.learn(&HourSeen { net_amps: Some(brings - 1.6), is_held, ..noon(hour) });
            }
            assert!((habits.usual().day_amps - 1.6).abs() < 0.35, "{is_held} {:?}", habits.usual());
        }
    }

    /// An hour of noon.
    fn noon(hour: i64) -> HourSeen {
        HourSeen {
            hour_of_day: 12,
            day: 3 + hour / 8,
            net_amps: None,
            load_amps: None,
            clear_watts_m2: 800.0,
            sun_degrees: 25.0,
            is_held: false,
            anomaly_kelvin: None,
            usual_clearness: 0.55,
            season: std::array::from_fn(|k| 0.1 + 0.9 * (k as f64 + 0.5) / 8.0),
            frost: true,
        }
    }

    #[test]
    fn what_nobody_has_seen_is_drawn_wider() {
        let spread = |habits: &Habits| {
            let mut chance = Seed(1).stream("a");
            let drawn: Vec<f64> = (0..500).map(|_| habits.draw(&mut chance).panel_amps_per_watt_m2).collect();
            let mean = drawn.iter().sum::<f64>() / 500.0;
            (drawn.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / 500.0).sqrt() / mean
        };
        assert!(spread(&Habits::unseen(200.0)) > 2.0 * spread(&lived(20)));
    }

    #[test]
    fn habits_survive_a_restart_to_the_bit_and_a_torn_text_is_refused() {
        let (habits, text) = (lived(3), lived(3).save());
        assert_eq!(Habits::restore(&text).unwrap().save(), habits.save());
        assert!(text.len() < 3072);
        for torn in ["", "balise_habits 1\n", &text[..text.len() - 20], "balise_habits 2\nzz\n"] {
            assert_eq!(Habits::restore(torn).err(), Some(HabitsError), "{torn}");
        }
        assert!(size_of::<Habits>() <= 1024);
    }

    #[test]
    fn a_clear_day_and_a_dull_one_are_told_apart() {
        let habits = lived(10);
        assert!(habits.brought(9).is_some() && habits.brought(11).is_none());
    }
}
