//! Several instruments on one line, as on RS485: each has values and blocks of its own, all hear every question, and
//! who is called answers.

use hil::DeviceKind;

use super::driver::{Block, Driver};

/// The instruments of one line. There is at least one.
#[derive(Debug)]
pub struct Shared {
    drivers: Vec<Seated>,
    speaker: DeviceKind,
}

/// An instrument and the block it gives next.
#[derive(Debug)]
struct Seated {
    driver: Driver,
    next: Option<Block>,
    ended: bool,
}

impl Shared {
    /// These instruments; `first` is one of them.
    #[must_use]
    pub fn new(first: Driver, others: Vec<Driver>) -> Self {
        let speaker = first.kind();
        let seated = |driver| Seated { driver, next: None, ended: false };
        Self { drivers: [first].into_iter().chain(others).map(seated).collect(), speaker }
    }

    /// The kind that spoke last.
    #[must_use]
    pub const fn speaker(&self) -> DeviceKind {
        self.speaker
    }

    /// All its instruments.
    pub fn drivers(&mut self) -> impl Iterator<Item = &mut Driver> {
        self.drivers.iter_mut().map(|seated| &mut seated.driver)
    }

    /// Everybody hears the question; the answers are appended to `out`, in practice of one at most.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        for seated in &mut self.drivers {
            let before = out.len();
            seated.driver.answer(heard, out);
            if out.len() > before {
                self.speaker = seated.driver.kind();
            }
        }
    }

    /// The block that falls due first; `None` once every story has ended.
    pub fn next_block(&mut self) -> Option<Block> {
        for seated in self.drivers.iter_mut().filter(|seated| seated.next.is_none() && !seated.ended) {
            // Nobody hears the block of an instrument that is asked; it moves its values on.
            seated.next = seated.driver.next_block(&mut Vec::new());
            seated.ended = seated.next.is_none();
        }
        let waiting = self.drivers.iter_mut().filter(|seated| seated.next.is_some());
        waiting.min_by_key(|seated| seated.next.map(|block| block.due))?.next.take()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use hil::bus::{Master, Seat};
    use hil::device::ResponderSettings;
    use hil::wire::Decoder;
    use signals::{Amps, Reading, SimTime, Span, Volts};

    fn held(kind: DeviceKind, address: u8, volts: f64, every_secs: f64) -> Driver {
        let sensed =
            Reading { voltage: Some(Volts::new(volts)), current: Some(Amps::new(1.0)), ..Reading::default() };
        let mut driver = Driver::held(kind, sensed, Span::from_secs(every_secs));
        let settings =
            ResponderSettings { address: Some(address), shares_line: true, ..ResponderSettings::default() };
        driver.answer_as(settings);
        driver
    }

    #[test]
    fn blocks_come_in_the_order_of_their_instants() {
        let (first, second) =
            (held(DeviceKind::Epever, 1, 12.0, 3.0), held(DeviceKind::Epever, 2, 13.0, 2.0));
        let mut line = Shared::new(first, vec![second]);
        let due: Vec<f64> = (0..5).map(|_| line.next_block().unwrap().due.as_secs()).collect();
        assert_eq!(due, [2.0, 3.0, 4.0, 6.0, 6.0]);
    }

    #[test]
    fn the_bus_master_reads_each_of_three_devices_of_two_kinds_on_one_line() {
        let kinds = [
            (DeviceKind::Renogy, 1, 12.1),
            (DeviceKind::Renogy, 2, 12.2),
            (DeviceKind::RenogyBattery, 0x30, 12.3),
        ];
        let mut drivers = kinds.map(|(kind, address, volts)| held(kind, address, volts, 1.0)).into_iter();
        let mut line = Shared::new(drivers.next().unwrap(), drivers.collect());
        line.next_block();
        line.next_block();
        line.next_block();
        let seats = kinds.map(|(kind, address, _)| Seat {
            kind,
            address: Some(address),
            every: Span::from_secs(1.0),
        });
        let mut now = SimTime::ZERO;
        let mut master = Master::new(now, &seats, Span::from_millis(500)).unwrap();
        let mut seen = [None; 3];
        while now < SimTime::from_secs(20.0) {
            master.handle_timeout(now);
            if let Some(question) = master.poll_transmit(now) {
                let mut answer = Vec::new();
                line.answer(&question, &mut answer);
                master.receive(now, &answer);
            }
            while let Some(answer) = master.poll_answer() {
                let kind = kinds[answer.seat].0;
                let mut decoder = Decoder::new(kind);
                decoder.push(&answer.bytes);
                while let Some(frame) = decoder.poll() {
                    seen[answer.seat] = frame.reading().voltage.map(Volts::as_volts).or(seen[answer.seat]);
                }
            }
            now = master.next_timeout().unwrap().max(now);
        }
        assert_eq!(seen, [Some(12.1), Some(12.2), Some(12.3)]);
        assert_eq!((0..3).map(|seat| master.stats(seat).timeouts_total).sum::<u64>(), 0);
    }
}
