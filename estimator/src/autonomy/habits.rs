//! What the battery's own days teach: what the sign draws by night and by day, and what the panel really brings.
//!
//! ```text
//! by day    I = g·k̄·P − L + noise        P clear-sky light in the panel's plane, k̄ the month's usual clearness
//! by night  I = −Lₙ(hour)
//! ```
//!
//! `g` (A per W/m², with dirt, shade and wiring in it) and `L` (A) are two states of a small Kalman filter: in the dim hours
//! `P` is small and the current tells the load, in the bright ones it tells the panel. Where a controller holds the panel
//! back the current is a lower bound and counts only when it surprises upwards. All of it is 64 numbers. Hours are UTC.
//!
//! Reference: R. E. Kalman (1960); exponential weights where a mean drifts.

use signals::{Stream, standard_normal};

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

/// What was learned so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    panel: f64,
    day_load: f64,
    /// Covariance: panel, both, load.
    covariance: [f64; 3],
    night: [f64; HOURS],
    night_seen: [f64; HOURS],
    night_mean: f64,
    night_variance: f64,
    nights_seen: f64,
    /// The present day: its number, what was brought and what a clear sky would have, told and in all.
    day: f64,
    brought: f64,
    promised: f64,
    promised_in_all: f64,
    /// Clearness of the last day that told one, and its number.
    clearness: f64,
    clearness_day: f64,
    anomaly_kelvin: f64,
    anomaly_seen: f64,
}

/// Why saved habits are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are no saved habits of this version")]
pub struct HabitsError;

const HEADER: &str = "balise_habits 1";

impl Habits {
    /// Habits of a sign nobody has seen yet, on a battery of this label.
    #[must_use]
    pub fn unseen(capacity_amp_hours: f64) -> Self {
        let panel = PANEL_AMPS_PER_WATT_M2_PER_AMP_HOUR * capacity_amp_hours;
        let load = LOAD_PER_AMP_HOUR * capacity_amp_hours;
        Self {
            panel,
            day_load: load,
            covariance: [(PRIOR_RATIO * panel).powi(2), 0.0, (PRIOR_RATIO * load).powi(2)],
            night: [load; HOURS],
            night_seen: [0.0; HOURS],
            night_mean: load,
            night_variance: (PRIOR_RATIO * load).powi(2),
            nights_seen: 0.0,
            day: f64::NAN,
            brought: 0.0,
            promised: 0.0,
            promised_in_all: 0.0,
            clearness: f64::NAN,
            clearness_day: f64::NAN,
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
        if seen.sun_degrees < -6.0 {
            self.learn_night(seen);
        } else if seen.sun_degrees > 0.0 {
            self.learn_day(seen);
        }
    }

    fn learn_night(&mut self, seen: &HourSeen) {
        let Some(load) = seen.load_amps.or(seen.net_amps.map(|amps| -amps)) else { return };
        let load = load.max(0.0);
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

    fn learn_day(&mut self, seen: &HourSeen) {
        if self.day != seen.day as f64 {
            self.day = seen.day as f64;
            (self.brought, self.promised, self.promised_in_all) = (0.0, 0.0, 0.0);
        }
        self.wander();
        if let Some(load) = seen.load_amps {
            self.correct([0.0, 1.0], load, (0.1 * load + 0.01).powi(2));
        }
        let Some(net) = seen.net_amps else { return };
        let light = seen.clear_watts_m2;
        let expected = [seen.usual_clearness * light, -1.0];
        let surprise = net - (expected[0] * self.panel - self.day_load);
        if !seen.is_held || surprise > 0.0 {
            let spread = CLEARNESS_SPREAD * self.panel * light;
            self.correct(expected, net, spread.powi(2) + (0.1 * self.day_load + 0.02).powi(2));
        }
        self.promised_in_all += self.panel * light;
        if !seen.is_held {
            self.promised += self.panel * light;
            self.brought += (net + self.day_load).max(0.0);
        }
        let tells = self.promised > TELLING_RATIO * self.promised_in_all;
        self.clearness = if tells { self.brought / self.promised } else { f64::NAN };
        self.clearness_day = self.day;
    }

    fn wander(&mut self) {
        self.covariance[0] += (WANDER * self.panel).powi(2);
        self.covariance[2] += (WANDER * self.day_load).powi(2);
    }

    /// One scalar measurement `h·(panel, load)`.
    fn correct(&mut self, h: [f64; 2], measured: f64, noise_variance: f64) {
        let [panel, both, load] = self.covariance;
        let cross = [panel * h[0] + both * h[1], both * h[0] + load * h[1]];
        let variance = cross[0] * h[0] + cross[1] * h[1] + noise_variance.max(1e-12);
        let off = measured - h[0] * self.panel - h[1] * self.day_load;
        self.panel = (self.panel + cross[0] / variance * off).max(1e-6);
        self.day_load = (self.day_load + cross[1] / variance * off).max(0.0);
        self.covariance = [
            (panel - cross[0] * cross[0] / variance).max(1e-16),
            both - cross[0] * cross[1] / variance,
            (load - cross[1] * cross[1] / variance).max(1e-12),
        ];
    }

    /// Share of a clear sky's light that the panel brought on this day (or the one before), where it could be told.
    #[must_use]
    pub fn clearness(&self, day: i64) -> Option<f64> {
        let is_fresh = (day as f64 - self.clearness_day) <= 1.0;
        Some(self.clearness).filter(|it| it.is_finite() && is_fresh)
    }

    /// How much warmer than usual outside air the battery has been, K.
    #[must_use]
    pub const fn anomaly_kelvin(&self) -> f64 {
        self.anomaly_kelvin
    }

    /// What to expect, on average.
    #[must_use]
    pub const fn usual(&self) -> Usual {
        Usual { panel_amps_per_watt_m2: self.panel, day_amps: self.day_load, night_factor: 1.0 }
    }

    /// What to expect, once drawn.
    #[must_use]
    pub fn draw(&self, chance: &mut Stream) -> Usual {
        let [panel, both, load] = self.covariance;
        let (first, second) = (standard_normal(chance), standard_normal(chance));
        let root = panel.sqrt();
        let tied = both / root.max(1e-12);
        let night = standard_normal(chance);
        let spread =
            self.night_variance.sqrt() / self.night_mean.max(1e-3) / self.nights_seen.clamp(1.0, 6.0).sqrt();
        // A panel that brings less than a tenth of what is believed would be another fault than doubt.
        Usual {
            panel_amps_per_watt_m2: (self.panel + root * first).max(0.1 * self.panel),
            day_amps: (self.day_load + tied * first + (load - tied * tied).max(0.0).sqrt() * second)
                .max(0.1 * self.day_load),
            night_factor: (spread.min(1.0) * night).exp(),
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
        let mut all = vec![&mut self.panel, &mut self.day_load];
        all.extend(&mut self.covariance);
        all.extend(&mut self.night);
        all.extend(&mut self.night_seen);
        all.extend([
            &mut self.night_mean,
            &mut self.night_variance,
            &mut self.nights_seen,
            &mut self.day,
            &mut self.brought,
            &mut self.promised,
            &mut self.promised_in_all,
            &mut self.clearness,
            &mut self.clearness_day,
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
        let sound = habits.panel.is_finite() && habits.day_load.is_finite() && habits.night_mean.is_finite();
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
                let is_night = sun_degrees < -6.0;
                let net = if is_night { -0.5 } else { 0.012 * clearness * light - 1.6 };
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
        assert!(text.len() < 2048);
        for torn in ["", "balise_habits 2\n", &text[..text.len() - 20], "balise_habits 1\nzz\n"] {
            assert_eq!(Habits::restore(torn).err(), Some(HabitsError), "{torn}");
        }
        assert!(size_of::<Habits>() <= 1024);
    }

    #[test]
    fn a_clear_day_and_a_dull_one_are_told_apart() {
        let habits = lived(10);
        assert!(habits.clearness(9).is_some() && habits.clearness(11).is_none());
    }
}
