//! One possible future of a sign, hour by hour from now: an ensemble of these carries the weather to come.

use crate::{Amps, Celsius};

/// A possible future; the first hour begins now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlook {
    /// Its hours, one after the other.
    pub hours: Vec<OutlookHour>,
}

/// One hour of it: means over the hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutlookHour {
    /// What the panel could deliver at the battery's terminals, whether or not the battery takes it: A·h in the hour.
    pub charge: Amps,
    /// What the sign draws as long as it is connected; positive.
    pub load: Amps,
    /// Of the battery.
    pub temperature: Celsius,
    /// The sun is down for most of the hour.
    pub is_night: bool,
}
