//! The units of a bank: one that stands for all while they are alike, each by itself afterwards, and a
//! unit's cells by themselves once a fault sits in one of them.
//!
//! ```text
//! V_string = Σ share·V(member) + R_cable·I          Σ share = 1
//! ```
//!
//! A member is a battery of the bank's voltage and a string's capacity that counts for its share of the
//! string's voltage: a unit of `n` for the n-th part, a cell of a 12 V bank for a sixth of it (a fourth,
//! lithium). The weakest member ends the string, but for a bridged one, through which the others go on.

use super::harm::{Affliction, Harm};
use super::{Layout, share, spread};
use crate::battery::{Battery, BatteryParams, Condition, Defect, Extremes, Terminal};
use signals::fault::Place;
use signals::{AmpHours, Seed};

/// What an open string lets through, Ω.
const OPEN_OHMS: f64 = 1e9;

/// A battery that counts for a share of its string's voltage.
#[derive(Debug, Clone)]
struct Member {
    battery: Battery,
    share: f64,
    /// Which unit of the string, counted from 0; `None`: it stands for all.
    unit: Option<usize>,
    /// Which cell of the unit; `None`: it is the whole unit.
    cell: Option<usize>,
    defect: Defect,
}

/// Members in series.
#[derive(Debug, Clone)]
struct Chain {
    members: Vec<Member>,
    cable_ohms: f64,
    is_open: bool,
}

impl Chain {
    fn mean(&self, of: impl Fn(&Battery) -> f64) -> f64 {
        self.members.iter().map(|member| member.share * of(&member.battery)).sum()
    }

    fn terminal(&mut self, dt_secs: f64) -> Terminal {
        let mut sum = Terminal { open_volts: 0.0, charge_ohms: 0.0, discharge_ohms: 0.0 };
        for member in &mut self.members {
            let terminal = member.battery.terminal(dt_secs);
            sum.open_volts += member.share * terminal.open_volts;
            sum.charge_ohms += member.share * terminal.charge_ohms;
            sum.discharge_ohms += member.share * terminal.discharge_ohms;
        }
        let more = self.cable_ohms + if self.is_open { OPEN_OHMS } else { 0.0 };
        Terminal { charge_ohms: sum.charge_ohms + more, discharge_ohms: sum.discharge_ohms + more, ..sum }
    }

    /// Charge that can be drawn before a member is empty, Ah.
    fn drawable_amp_hours(&self) -> f64 {
        let sound = self.members.iter().filter(|member| !member.battery.is_bridged());
        let least = sound.map(|member| member.battery.charge_amp_hours()).fold(f64::INFINITY, f64::min);
        let all_bridged = least == f64::INFINITY;
        if self.is_open {
            0.0
        } else if all_bridged {
            self.mean(Battery::charge_amp_hours)
        } else {
            least
        }
    }
}

/// A bank's units.
#[derive(Debug)]
pub(crate) struct Units {
    layout: Layout,
    cells_of_block: u32,
    strings: Vec<Chain>,
    string_amps: Vec<f64>,
    terminals: Vec<Terminal>,
    /// How many strings each of `strings` stands for.
    each: f64,
    terminal_ohms: f64,
    amps: f64,
}

impl Units {
    /// A rested bank at this charge and temperature.
    pub fn new(params: &BatteryParams, soc: f64, celsius: f64, seed: Seed) -> Self {
        let layout = params.layout;
        let each = f64::from(layout.parallel);
        let rated = AmpHours::new(params.rated.as_amp_hours() / each);
        let battery = Battery::new(&BatteryParams { rated, ..*params }, soc, celsius);
        let alone = Member { battery, share: 1.0, unit: None, cell: None, defect: Defect::NONE };
        let mut units = Self {
            layout,
            cells_of_block: params.chemistry.cells(),
            strings: vec![Chain { members: vec![alone], cable_ohms: 0.0, is_open: false }],
            string_amps: vec![0.0],
            terminals: Vec::new(),
            each,
            terminal_ohms: 0.0,
            amps: 0.0,
        };
        if layout.capacity_spread_ratio > 0.0 || layout.resistance_spread_ratio > 0.0 {
            units.differ(&spread::draw(&layout, seed));
        }
        units
    }

    /// Gives each unit its own ratios of capacity and resistance, at the charge it has.
    fn differ(&mut self, ratios: &[Vec<(f64, f64)>]) {
        self.split();
        for (string, ratios) in self.strings.iter_mut().zip(ratios) {
            for (member, (capacity, resistance)) in string.members.iter_mut().zip(ratios) {
                member.battery.vary(*capacity, *resistance);
            }
        }
    }

    /// One unit loses capacity, with the charge in it, and gains resistance.
    pub fn weaken(&mut self, string: usize, unit: usize, capacity_ratio: f64, resistance_ratio: f64) {
        self.split();
        if let Some(string) = self.strings.get_mut(string) {
            let members = string.members.iter_mut().filter(|member| member.is_of(unit, None));
            members.for_each(|member| member.battery.weaken(capacity_ratio, resistance_ratio));
        }
    }

    /// From now on the bank has these defects and no others.
    pub fn afflict(&mut self, afflictions: &[Affliction]) {
        afflictions.iter().for_each(|affliction| self.make_room(affliction));
        let mut defects: Vec<Vec<Defect>> =
            self.strings.iter().map(|string| vec![Defect::NONE; string.members.len()]).collect();
        for string in &mut self.strings {
            (string.cable_ohms, string.is_open) = (0.0, false);
        }
        for affliction in afflictions {
            let all = matches!(affliction.harm, Harm::Defect(_));
            let wanted = index(affliction.place.string).or(if all { None } else { Some(0) });
            for (k, string) in self.strings.iter_mut().enumerate() {
                if wanted.is_none_or(|wanted| wanted == k) {
                    string.suffer(affliction, &mut defects[k], f64::from(self.cells_of_block));
                }
            }
        }
        for (string, defects) in self.strings.iter_mut().zip(defects) {
            for (member, defect) in string.members.iter_mut().zip(defects) {
                if member.defect != defect {
                    member.defect = defect;
                    member.battery.afflict(defect);
                }
            }
        }
    }

    /// Moves one cell ahead of the others by this share of its capacity.
    pub fn unbalance(&mut self, place: &Place, ratio: f64) {
        self.split_to_cell(place);
        let (unit, cell) = (index(place.unit).unwrap_or(0), index(place.cell).unwrap_or(0));
        if let Some(string) = self.strings.get_mut(index(place.string).unwrap_or(0)) {
            let members = string.members.iter_mut().filter(|member| member.is_of(unit, Some(cell)));
            members.for_each(|member| member.battery.shift_charge(ratio));
        }
    }

    /// The battery's terminal has this much resistance of its own, Ω.
    pub fn corrode(&mut self, ohms: f64) {
        self.terminal_ohms = ohms;
    }

    /// No string carries anything.
    pub fn is_open(&self) -> bool {
        self.strings.iter().all(|string| string.is_open)
    }

    /// Splits as far as an affliction asks for.
    fn make_room(&mut self, Affliction { place, harm }: &Affliction) {
        match harm {
            Harm::Bridge(_) => self.split_to_cell(place),
            Harm::Cable(_) | Harm::Open => self.split(),
            Harm::Defect(_) if place.string.is_some() || place.unit.is_some() => self.split(),
            Harm::Defect(_) => {}
        }
    }

    fn split_to_cell(&mut self, place: &Place) {
        self.split();
        let cells = (self.cells_of_block / self.layout.series).max(1) as usize;
        if let Some(string) = self.strings.get_mut(index(place.string).unwrap_or(0)) {
            string.split_unit(index(place.unit).unwrap_or(0), cells);
        }
    }

    /// From one that stands for all to each by itself.
    fn split(&mut self) {
        let lumped = self.strings.len() == 1 && self.strings[0].members.iter().all(|it| it.unit.is_none());
        let (series, parallel) = (self.layout.series as usize, self.layout.parallel as usize);
        if lumped {
            let mut string = self.strings[0].clone();
            let alone = string.members[0].clone();
            let member = |unit| Member { unit: Some(unit), share: 1.0 / series as f64, ..alone.clone() };
            string.members = (0..series).map(member).collect();
            self.strings = vec![string; parallel];
            self.string_amps = vec![self.string_amps[0]; parallel];
            self.each = 1.0;
        }
    }

    /// Takes the coefficients to hold for the next ten seconds.
    pub fn refresh(&mut self) {
        self.batteries_mut().for_each(Battery::refresh);
    }

    fn batteries_mut(&mut self) -> impl Iterator<Item = &mut Battery> {
        self.strings.iter_mut().flat_map(|string| &mut string.members).map(|member| &mut member.battery)
    }

    fn batteries(&self) -> impl Iterator<Item = &Battery> {
        self.strings.iter().flat_map(|string| &string.members).map(|member| &member.battery)
    }

    /// Terminal voltage against current for a step of this length.
    pub fn terminal(&mut self, dt_secs: f64) -> Terminal {
        self.find_terminals(dt_secs);
        let bank = match self.terminals[..] {
            [alone] => Terminal {
                charge_ohms: alone.charge_ohms / self.each,
                discharge_ohms: alone.discharge_ohms / self.each,
                ..alone
            },
            _ => share::together(&self.terminals),
        };
        Terminal {
            charge_ohms: bank.charge_ohms + self.terminal_ohms,
            discharge_ohms: bank.discharge_ohms + self.terminal_ohms,
            ..bank
        }
    }

    fn find_terminals(&mut self, dt_secs: f64) {
        self.terminals.clear();
        self.terminals.extend(self.strings.iter_mut().map(|string| string.terminal(dt_secs)));
    }

    /// The bank after a step at a constant current in air of this temperature.
    pub fn step(&mut self, amps: f64, dt_secs: f64, ambient_celsius: f64) {
        self.amps = amps;
        if let [_] = self.strings[..] {
            self.string_amps[0] = amps / self.each;
        } else {
            self.find_terminals(dt_secs);
            let volts = share::common_volts(&self.terminals, amps);
            for (share, terminal) in self.string_amps.iter_mut().zip(&self.terminals) {
                *share = terminal.amps(volts);
            }
        }
        for (string, amps) in self.strings.iter_mut().zip(&self.string_amps) {
            for member in &mut string.members {
                member.battery.step(*amps, dt_secs, ambient_celsius);
            }
        }
    }

    /// Charge held over present capacity.
    pub fn soc(&self) -> f64 {
        self.sum(Battery::charge_amp_hours) / self.sum(Battery::capacity_amp_hours)
    }

    /// Charge that can be drawn before some member of each string is empty, Ah.
    pub fn drawable_amp_hours(&self) -> f64 {
        self.strings.iter().map(Chain::drawable_amp_hours).sum::<f64>() * self.each
    }

    /// Capacity now at 25 °C, Ah.
    pub fn capacity_amp_hours(&self) -> f64 {
        self.sum(Battery::capacity_amp_hours) * self.each
    }

    /// Capacity now over capacity on the label.
    pub fn health(&self) -> f64 {
        self.mean(Battery::health)
    }

    /// Mean temperature, °C.
    pub fn celsius(&self) -> f64 {
        self.mean(Battery::celsius)
    }

    /// Terminal voltage at the end of the latest step, V.
    pub fn volts(&self) -> f64 {
        let at_posts = match &self.strings[..] {
            [alone] => alone.mean(Battery::volts) + alone.cable_ohms * self.string_amps[0],
            strings => {
                let whole = strings.iter().zip(&self.string_amps).filter(|(string, _)| !string.is_open);
                let (count, sum) = whole.fold((0.0, 0.0), |(count, sum), (string, amps)| {
                    (count + 1.0, sum + string.mean(Battery::volts) + string.cable_ohms * amps)
                });
                if count > 0.0 { sum / count } else { self.mean(Battery::volts) }
            }
        };
        at_posts + self.terminal_ohms * self.amps
    }

    /// The members that end charge and discharge, each told as a block.
    pub fn extremes(&self) -> Extremes {
        let none = Extremes {
            volts_max: f64::NEG_INFINITY,
            volts_min: f64::INFINITY,
            soc_max: f64::NEG_INFINITY,
            soc_min: f64::INFINITY,
        };
        self.batteries().fold(none, |so_far, battery| {
            let (volts, soc) = (battery.volts(), battery.soc());
            Extremes {
                volts_max: so_far.volts_max.max(volts),
                volts_min: so_far.volts_min.min(volts),
                soc_max: so_far.soc_max.max(soc),
                soc_min: so_far.soc_min.min(soc),
            }
        })
    }

    /// Ohmic resistance of the bank and its connections now, Ω.
    pub fn ohmic_ohms(&self) -> f64 {
        let ohms = |string: &Chain| string.mean(Battery::ohmic_ohms) + string.cable_ohms;
        let bank = match &self.strings[..] {
            [alone] => ohms(alone) / self.each,
            strings => {
                let whole = strings.iter().filter(|string| !string.is_open);
                1.0 / whole.map(|string| 1.0 / ohms(string)).sum::<f64>().max(1.0 / OPEN_OHMS)
            }
        };
        bank + self.terminal_ohms
    }

    /// The worst of any unit.
    pub fn condition(&self) -> Condition {
        self.batteries().map(Battery::condition).fold(Condition::SOUND, Condition::or_worse)
    }

    /// Current of each string that is kept by itself, A.
    pub fn string_amps(&self) -> Vec<f64> {
        self.string_amps.clone()
    }

    /// Voltage of each string that is kept by itself, V.
    pub fn string_volts(&self) -> Vec<f64> {
        self.strings.iter().map(|string| string.mean(Battery::volts)).collect()
    }

    /// Over the strings, a string counting as the mean of its members.
    fn sum(&self, of: impl Fn(&Battery) -> f64) -> f64 {
        self.strings.iter().map(|string| string.mean(&of)).sum()
    }

    fn mean(&self, of: impl Fn(&Battery) -> f64) -> f64 {
        self.sum(of) / self.strings.len() as f64
    }
}

impl Member {
    /// It is this unit or part of it, and this cell where one is named.
    fn is_of(&self, unit: usize, cell: Option<usize>) -> bool {
        self.unit.is_none_or(|it| it == unit) && cell.is_none_or(|cell| self.cell.is_none_or(|it| it == cell))
    }
}

impl Chain {
    /// From a unit to its cells.
    fn split_unit(&mut self, unit: usize, cells: usize) {
        let Some(at) = self.members.iter().position(|it| it.unit == Some(unit) && it.cell.is_none()) else {
            return;
        };
        let whole = self.members[at].clone();
        let share = whole.share / cells as f64;
        let cell = |cell| Member { cell: Some(cell), share, ..whole.clone() };
        self.members.splice(at..=at, (0..cells).map(cell));
    }

    /// Takes in one harm; what it does to members is added to `defects`.
    fn suffer(&mut self, Affliction { place, harm }: &Affliction, defects: &mut [Defect], cells: f64) {
        let (unit, cell) = (index(place.unit), index(place.cell));
        match *harm {
            Harm::Cable(ohms) => self.cable_ohms += ohms,
            Harm::Open => self.is_open = true,
            Harm::Bridge(ohms) => {
                self.add(defects, unit.or(Some(0)), cell.or(Some(0)), Defect::bridged(ohms, cells));
            }
            Harm::Defect(defect) => self.add(defects, unit, cell, defect),
        }
    }

    /// Adds a defect to the members of a unit or cell; to all where none is named.
    fn add(&self, defects: &mut [Defect], unit: Option<usize>, cell: Option<usize>, defect: Defect) {
        for (member, sum) in self.members.iter().zip(defects) {
            if unit.is_none_or(|unit| member.is_of(unit, cell)) {
                *sum = sum.and(defect);
            }
        }
    }
}

/// From a crew's count to ours.
fn index(counted: Option<u32>) -> Option<usize> {
    counted.map(|counted| counted.saturating_sub(1) as usize)
}
