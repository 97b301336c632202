//! The bench, all ports open: who is there, and what one step after the other is done with.

use tokio::time::Instant;

use hil::bench::safety::Limits;
use hil::link::serial::Serial;
use signals::{Amps, Celsius, Reading, Span};
use std::time::Duration;

use super::keeper::{Farewell, Keeper, Measured};
use super::listener::{Listener, Tape};
use super::manifest::{Instrument, Line, Manifest};
use super::trouble::Trouble;
use crate::words::Words;

/// An instrument that is on is measured this often while something else is waited for.
const MEASURE_EVERY: Duration = Duration::from_millis(200);

/// Everything on the bench.
#[derive(Debug)]
pub struct Bench {
    /// Devices under test.
    pub devices: Vec<Listener>,
    /// Charges the battery.
    pub supply: Option<Keeper>,
    /// Draws from it.
    pub load: Option<Keeper>,
    /// An adapter whose transmitter leads to its own receiver.
    pub loopback: Option<Serial>,
    /// Two adapters, crossed.
    pub null_modem: Option<(Serial, Serial)>,
}

/// A device's reading, and what the instrument measured about that moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// What the device says.
    pub reading: Reading,
    /// What the instrument says.
    pub measured: Measured,
}

impl Bench {
    /// Opens every port of the manifest; the first that cannot be used ends it, with nothing switched on.
    ///
    /// # Errors
    /// What is wrong with that port or instrument.
    pub async fn open(manifest: &Manifest, tape: &Tape, words: Words) -> Result<Self, Trouble> {
        let started = Instant::now();
        let mut devices = Vec::new();
        for device in &manifest.devices {
            devices.push(Listener::open(device, started, tape.clone(), words).await?);
        }
        let loopback = match &manifest.loopback {
            Some(line) => Some(open(line, words).await?),
            None => None,
        };
        let null_modem = match &manifest.null_modem {
            Some((line, other)) => {
                let other = Line { port: other.clone(), baud_rate: line.baud_rate };
                Some((open(line, words).await?, open(&other, words).await?))
            }
            None => None,
        };
        // Last: what can push a current is touched when everything else is known to be there.
        let supply = keeper("supply", manifest.supply.as_ref(), words).await?;
        let load = keeper("load", manifest.load.as_ref(), words).await?;
        Ok(Self { devices, supply, load, loopback, null_modem })
    }

    /// Switches everything off and says how it was left.
    #[must_use]
    pub fn farewell(self) -> Vec<Farewell> {
        [self.supply, self.load].into_iter().flatten().map(Keeper::farewell).collect()
    }

    /// The device that steps call so.
    ///
    /// # Errors
    /// Where nobody is called so; the manifest has been checked for that.
    pub fn device(&mut self, name: &str) -> Result<&mut Listener, Trouble> {
        let silent = Trouble::Silent { name: name.to_owned() };
        self.devices.iter_mut().find(|device| device.name() == name).ok_or(silent)
    }

    /// A fresh reading of a device, and its temperature told to whoever must know it.
    ///
    /// # Errors
    /// Where it says nothing for as long as its patience, or its port fails.
    pub async fn reading(&mut self, name: &str) -> Result<Reading, Trouble> {
        let device = self.device(name)?;
        let patience = device.patience();
        device.forget().await;
        let read = tokio::time::timeout(patience, device.next()).await;
        let reading = read.map_err(|_| Trouble::Silent { name: name.to_owned() })??;
        self.warm(reading.temperature);
        Ok(reading)
    }

    /// Tells the instruments how warm the battery is.
    pub fn warm(&self, temperature: Option<Celsius>) {
        for keeper in [&self.supply, &self.load].into_iter().flatten() {
            keeper.warm(temperature);
        }
    }

    /// Both instruments off.
    ///
    /// # Errors
    /// The first that does not say that it is.
    pub async fn off(&self) -> Result<(), Trouble> {
        let mut outcome = Ok(());
        for keeper in [&self.supply, &self.load].into_iter().flatten() {
            outcome = outcome.and(keeper.off().await);
        }
        outcome
    }

    /// The supply where `amps` charges, else the load; with the limits of the manifest.
    ///
    /// # Errors
    /// Where it is refused.
    pub async fn drive(&self, manifest: &Manifest, amps: Amps) -> Result<&Keeper, Trouble> {
        let charges = amps.as_amps() > 0.0;
        let (role, keeper, instrument) = if charges {
            ("supply", &self.supply, &manifest.supply)
        } else {
            ("load", &self.load, &manifest.load)
        };
        let (Some(keeper), Some(instrument)) = (keeper, instrument) else {
            return Err(Trouble::KeeperGone { role });
        };
        let volts = Some(instrument.rules.volts_set_max).filter(|_| charges);
        keeper.limit(Limits { volts, amps: Amps::new(amps.as_amps().abs()) }).await?;
        keeper.on().await?;
        Ok(keeper)
    }
}

/// Lets the instrument be for so long, watched.
///
/// # Errors
/// Where it is switched off meanwhile.
pub async fn settle(keeper: &Keeper, length: Span) -> Result<(), Trouble> {
    let until = Instant::now() + Duration::from_nanos(length.as_nanos().max(0) as u64);
    loop {
        keeper.measure().await?;
        if Instant::now() >= until {
            return Ok(());
        }
        tokio::time::sleep_until(until.min(Instant::now() + MEASURE_EVERY)).await;
    }
}

/// A reading that was begun after now, and the mean of what the instrument measured before and after it.
///
/// # Errors
/// Where the device says nothing, or the instrument is switched off meanwhile.
pub async fn pair(device: &mut Listener, keeper: &Keeper) -> Result<Pair, Trouble> {
    let deadline = Instant::now() + device.patience();
    let mut before = keeper.measure().await?;
    loop {
        let look = Instant::now() + MEASURE_EVERY;
        match tokio::time::timeout_at(look, device.next()).await {
            Ok(reading) => {
                let reading = reading?;
                keeper.warm(reading.temperature);
                let after = keeper.measure().await?;
                return Ok(Pair { reading, measured: middle(before, after) });
            }
            Err(_) if Instant::now() >= deadline => {
                return Err(Trouble::Silent { name: device.name().to_owned() });
            }
            Err(_) => before = keeper.measure().await?,
        }
    }
}

fn middle(one: Measured, other: Measured) -> Measured {
    Measured { volts: (one.volts + other.volts) * 0.5, amps: (one.amps + other.amps) * 0.5 }
}

async fn open(line: &Line, words: Words) -> Result<Serial, Trouble> {
    let opened = Serial::open(line.port.clone(), line.baud_rate).await;
    opened.map_err(|error| Trouble::of_line(&error, words))
}

async fn keeper(
    role: &'static str,
    instrument: Option<&Instrument>,
    words: Words,
) -> Result<Option<Keeper>, Trouble> {
    match instrument {
        Some(instrument) => Keeper::start(role, instrument, words).await.map(Some),
        None => Ok(None),
    }
}
