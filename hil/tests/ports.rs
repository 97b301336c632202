//! Ports that live, in virtual time: twins that change names and places, and cables pulled at random.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use hil::DeviceKind;
use hil::port::{BoundBy, Keeper, Listed, PortState, Proof, UsbId, UsbPort, Wanted};
use rand::RngExt;
use signals::{Seed, SimTime, Span};

const TWINS: usize = 8;
const RENUMBERINGS: usize = 200;

/// What tells the twins apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Each adapter has a serial number, and is plugged in anywhere.
    UsbSerial,
    /// No serial number, or the same one on all; each stays where it is plugged in.
    Place(Option<&'static str>),
    /// Neither number nor place: only the devices tell who they are.
    DeviceSerial,
}

fn shuffled(chance: &mut impl RngExt, mut items: Vec<usize>) -> Vec<usize> {
    for last in (1..items.len()).rev() {
        items.swap(last, chance.random_range(0..=last));
    }
    items
}

fn node(number: usize) -> PathBuf {
    format!("/dev/ttyUSB{number}").into()
}

/// The list while twin `twin` has node `nodes[twin]`; those of `away` are unplugged.
fn listed(mark: Mark, nodes: &[usize], places: &[usize], away: &[bool]) -> Vec<Listed> {
    let plugged = (0..TWINS).filter(|twin| !away[*twin]);
    plugged
        .map(|twin| {
            let serial = match mark {
                Mark::UsbSerial => Some(format!("TWIN{twin}")),
                Mark::Place(serial) => serial.map(str::to_owned),
                Mark::DeviceSerial => None,
            };
            let id = UsbId { vendor: 0x0403, product: 0x6001 };
            let usb = UsbPort { id, serial, product: None, interface: 0 };
            let place = format!("usb-0:{}:1.0", places[twin]);
            let has_marks = mark != Mark::DeviceSerial;
            Listed {
                node: node(nodes[twin]),
                usb: has_marks.then_some(usb),
                place: has_marks.then_some(place),
                links: Vec::new(),
            }
        })
        .collect()
}

/// A TEXT block in which a controller tells its number; its voltage tells it too.
fn block(twin: usize) -> Vec<u8> {
    let volts = 12_000 + twin;
    let mut bytes =
        format!("\r\nPID\t0xA053\r\nSER#\tHQ{twin}\r\nV\t{volts}\r\nI\t100\r\nChecksum\t").into_bytes();
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.push(0_u8.wrapping_sub(sum));
    bytes
}

/// The twin whose voltage stands in these bytes.
fn speaker(bytes: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(bytes);
    let volts = text.split("\r\nV\t").nth(1)?.split('\r').next()?.parse::<usize>().ok()?;
    Some(volts - 12_000)
}

/// Samples under the right and the wrong name, and refusals, over all renumberings.
fn renumber(mark: Mark, expected: BoundBy) -> (u64, u64, u64) {
    let mut chance = Seed(5).stream("renumberings");
    let mut now = SimTime::ZERO;
    let (mut nodes, mut places): (Vec<usize>, Vec<usize>) = ((0..TWINS).collect(), (0..TWINS).collect());
    let mut keepers: Vec<Keeper> =
        (0..TWINS).map(|twin| Keeper::new(now, Wanted::named(node(twin)))).collect();
    let mut proofs: Vec<Proof> = (0..TWINS).map(|_| Proof::new(DeviceKind::VedirectMppt, None)).collect();
    let (mut right, mut wrong, mut refused) = (0, 0, 0);
    for cycle in 0..RENUMBERINGS {
        // Some come back later than others, and another may have their name meanwhile.
        let mut away = vec![false; TWINS];
        if cycle > 0 {
            nodes = shuffled(&mut chance, nodes);
            if mark == Mark::UsbSerial {
                places = shuffled(&mut chance, places);
            }
            for twin in &mut away {
                *twin = chance.random_bool(0.3);
            }
        }
        let all_back = now + Span::from_secs(5.0);
        let end = now + Span::from_secs(15.0);
        while now < end {
            if now >= all_back {
                away.fill(false);
            }
            let mut ports = listed(mark, &nodes, &places, &away);
            let owners: BTreeMap<PathBuf, usize> = (0..TWINS).map(|twin| (node(nodes[twin]), twin)).collect();
            for seat in 0..TWINS {
                let keeper = &mut keepers[seat];
                keeper.handle_timeout(now);
                let Some(found) = keeper.poll_open(now, &mut ports) else { continue };
                if !keeper.opened(now, &found, &mut ports) {
                    continue;
                }
                assert!(
                    cycle > 0 || mark == Mark::DeviceSerial || {
                        keeper.bond().known().unwrap().bound_by() == expected
                    }
                );
                proofs[seat].reopened();
                // It speaks three times, then this opening has shown what it can.
                for second in 0..3 {
                    let twin = owners[&found.node];
                    let at = now + Span::from_secs(f64::from(second));
                    match proofs[seat].hear(at, &block(twin)) {
                        Ok(bytes) if speaker(&bytes) == Some(seat) => right += 1,
                        Ok(bytes) => wrong += u64::from(!bytes.is_empty()),
                        Err(_) => {
                            refused += 1;
                            break;
                        }
                    }
                }
                if mark == Mark::DeviceSerial && owners[&found.node] != seat {
                    keeper.lost(now);
                    keeper.closed(now);
                }
            }
            now += Span::from_millis(50);
        }
        for keeper in &mut keepers {
            if keeper.state().is_open() {
                keeper.lost(now);
                keeper.closed(now);
            }
        }
    }
    (right, wrong, refused)
}

#[test]
fn of_two_hundred_renumberings_of_eight_twins_no_sample_is_filed_under_the_wrong_name() {
    for (mark, expected) in [
        (Mark::UsbSerial, BoundBy::UsbSerial),
        (Mark::Place(None), BoundBy::Place),
        (Mark::Place(Some("0001")), BoundBy::Place),
        (Mark::DeviceSerial, BoundBy::Name),
    ] {
        let (right, wrong, refused) = renumber(mark, expected);
        println!(
            "{mark:?}: {right} samples under the right name, {wrong} under a wrong one, {refused} impostors"
        );
        assert_eq!(wrong, 0, "{mark:?}");
        // Without any mark a device is read only while it has its old name.
        let least = if mark == Mark::DeviceSerial { 400 } else { TWINS * RENUMBERINGS * 3 } as u64;
        assert!(right >= least, "{mark:?}: {right}");
        assert_eq!(refused > 0, mark == Mark::DeviceSerial, "{mark:?}: {refused}");
    }
}

#[test]
fn of_a_thousand_pulled_cables_each_is_back_within_five_seconds_of_its_return() {
    let mut chance = Seed(6).stream("pulled cables");
    let mut now = SimTime::ZERO;
    let mut keeper = Keeper::new(now, Wanted::named(node(0)));
    let mut slowest = Span::ZERO;
    let at = |number: usize| {
        let nodes: Vec<usize> = (0..TWINS).map(|twin| (twin + number) % TWINS).collect();
        listed(Mark::UsbSerial, &nodes, &nodes, &[false, true, true, true, true, true, true, true])
    };
    let mut tries = 0_u64;
    for cycle in 0..=1_000 {
        let returns = now + Span::from_secs(if cycle == 0 { 0.0 } else { chance.random_range(0.0..120.0) });
        let number = if cycle == 0 { 0 } else { chance.random_range(0..TWINS) };
        while !keeper.state().is_open() {
            now = keeper.next_timeout().unwrap().max(now);
            keeper.handle_timeout(now);
            let mut ports = if now >= returns { at(number) } else { Vec::new() };
            tries += 1;
            if let Some(found) = keeper.poll_open(now, &mut ports) {
                assert!(keeper.opened(now, &found, &mut ports));
                slowest = slowest.max(now - returns);
            }
        }
        assert_eq!(keeper.state() == PortState::Open, cycle == 0);
        now += Span::from_secs(chance.random_range(0.0..30.0));
        keeper.lost(now);
        keeper.closed(now);
    }
    println!("1000 cycles, slowest return {:.3} s, {tries} tries", slowest.as_secs());
    assert!(slowest <= Span::from_secs(5.0), "{slowest:?}");
    assert_eq!(keeper.stats().losses_total, 1_001);
}
