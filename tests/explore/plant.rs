//! Damage planted by a seed into a recorded log: what, where, and which row of the original each row was.

use std::io::Read;

/// A log as text cells.
#[derive(Clone)]
pub struct Log {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// One damage, in rows of the damaged log from 0.
#[derive(Debug, Clone)]
pub struct Planted {
    pub kind: &'static str,
    pub column: Option<String>,
    pub first: usize,
    pub last: usize,
}

/// The damaged log.
pub struct Damaged {
    pub text: String,
    pub planted: Vec<Planted>,
    /// The row of the original that each row was.
    pub original: Vec<usize>,
}

pub const KINDS: [&str; 10] = [
    "missing",
    "gap",
    "duplicate",
    "clock-jump",
    "stuck",
    "spike",
    "suspect-unit",
    "suspect-sign",
    "impossible",
    "truncated-row",
];

/// Xorshift: the same damage everywhere for one seed.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            chance.next();
        }
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() >> 11) as usize % count.max(1)
    }

    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high + 1 - low)
    }

    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn sign(&mut self) -> f64 {
        if self.below(2) == 0 { 1.0 } else { -1.0 }
    }
}

impl Log {
    pub fn read(path: &str) -> Option<Self> {
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(std::fs::File::open(path).ok()?).read_to_string(&mut text).ok()?;
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        Some(Self { header: lines.next()?, rows: lines.collect() })
    }

    pub fn text(&self) -> String {
        let mut text = self.header.join(",") + "\n";
        for row in &self.rows {
            text += &row.join(",");
            text.push('\n');
        }
        text
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    fn value(&self, row: usize, column: usize) -> f64 {
        self.rows[row][column].parse().unwrap_or(f64::NAN)
    }

    fn column(&self, column: usize) -> Vec<f64> {
        (0..self.rows.len()).map(|row| self.value(row, column)).collect()
    }
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

fn write(value: f64) -> String {
    format!("{}", (value * 10_000.0).round() / 10_000.0)
}

/// Plants damage: `each` of every kind, fewer kinds where the log is short, each in a slot of its own.
pub fn plant(log: &Log, seed: u64, each: usize) -> Damaged {
    let mut chance = Chance::new(seed);
    let rows = log.rows.len();
    let mut jobs: Vec<&'static str> =
        KINDS.iter().flat_map(|kind| std::iter::repeat_n(*kind, each)).collect();
    for at in (1..jobs.len()).rev() {
        jobs.swap(at, chance.below(at + 1));
    }
    // A slot has room for the longest damage and for sound rows around it.
    jobs.truncate(rows / 70);
    let slot = rows / jobs.len().max(1);
    let mut damaged = log.clone();
    let mut edits: Vec<Edit> = Vec::new();
    for (index, kind) in jobs.iter().enumerate() {
        let within = (index * slot + 12, ((index + 1) * slot).saturating_sub(12));
        if let Some(edit) = one(log, &mut damaged, kind, within, &mut chance) {
            edits.push(edit);
        }
    }
    finish(&damaged, edits)
}

struct Edit {
    planted: Planted,
    remove: Option<(usize, usize)>,
    /// Rows written again right after the last.
    repeat: Option<(usize, usize)>,
    cut: bool,
}

impl Edit {
    fn cells(kind: &'static str, column: &str, first: usize, last: usize) -> Self {
        let planted = Planted { kind, column: Some(column.to_owned()), first, last };
        Self { planted, remove: None, repeat: None, cut: false }
    }

    fn rows(kind: &'static str, first: usize, last: usize) -> Self {
        let planted = Planted { kind, column: None, first, last };
        Self { planted, remove: None, repeat: None, cut: false }
    }
}

fn one(
    log: &Log,
    damaged: &mut Log,
    kind: &'static str,
    (from, until): (usize, usize),
    chance: &mut Chance,
) -> Option<Edit> {
    let room = until.checked_sub(from)?;
    let long = |chance: &mut Chance| chance.between(15, 45.min(room.saturating_sub(2)).max(15));
    let pick = |chance: &mut Chance, length: usize| from + chance.below(room.saturating_sub(length).max(1));
    let measured: Vec<&str> = ["voltage_v", "current_a", "temperature_c"]
        .into_iter()
        .filter(|name| log.place(name).is_some())
        .collect();
    match kind {
        "missing" => {
            let length = chance.between(2, 20);
            let first = pick(chance, length);
            let name = measured[chance.below(measured.len())];
            let column = log.place(name)?;
            for row in first..first + length {
                damaged.rows[row][column] = String::new();
            }
            Some(Edit::cells(kind, name, first, first + length - 1))
        }
        "gap" => {
            let length = chance.between(5, 30);
            let first = pick(chance, length);
            Some(Edit { remove: Some((first, first + length)), ..Edit::rows(kind, first - 1, first) })
        }
        "duplicate" => {
            let length = chance.between(1, 4);
            let first = pick(chance, length);
            Some(Edit {
                repeat: Some((first, first + length)),
                ..Edit::rows(kind, first + length, first + 2 * length - 1)
            })
        }
        "clock-jump" => {
            let length = long(chance);
            let first = pick(chance, length);
            let column = log.place("time_s")?;
            let shift = chance.sign() * (3600.0 + 1800.0 * chance.below(5) as f64 + 0.5);
            for row in first..first + length {
                damaged.rows[row][column] = write(log.value(row, column) + shift);
            }
            Some(Edit::rows(kind, first, first + length - 1))
        }
        "stuck" => {
            // Only where the sensor would have moved is it damage.
            for _ in 0..60 {
                let length = long(chance).max(20).min(room);
                let first = pick(chance, length);
                let name = measured[chance.below(measured.len())];
                let column = log.place(name)?;
                let moves = (first + 1..first + length)
                    .filter(|row| log.value(*row, column) != log.value(row - 1, column))
                    .count();
                if moves * 2 >= length {
                    for row in first..first + length {
                        damaged.rows[row][column] = log.rows[first][column].clone();
                    }
                    return Some(Edit::cells(kind, name, first, first + length - 1));
                }
            }
            None
        }
        "spike" => {
            let first = pick(chance, 1);
            let name = measured[chance.below(measured.len())];
            let column = log.place(name)?;
            let values = log.column(column);
            let sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
            let least = match name {
                "voltage_v" => {
                    (0.15 * quantile(&sizes, 0.5)).max(quantile(&values, 0.95) - quantile(&values, 0.05))
                }
                "current_a" => quantile(&sizes, 0.99).max(quantile(&values, 0.98) - quantile(&values, 0.02)),
                _ => 8.0,
            };
            let height = least * (1.0 + 1.5 * chance.unit());
            let mut value = log.value(first, column) + chance.sign() * height;
            if name == "voltage_v" && value <= 0.0 {
                value = log.value(first, column) + height;
            }
            damaged.rows[first][column] = write(value);
            Some(Edit::cells(kind, name, first, first))
        }
        "suspect-unit" => {
            for _ in 0..60 {
                let length = long(chance);
                let first = pick(chance, length);
                let name = measured[chance.below(measured.len())];
                let column = log.place(name)?;
                let values = log.column(column);
                let sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
                let flows =
                    (first..first + length).filter(|row| sizes[*row] > 0.1 * quantile(&sizes, 0.95)).count();
                if name == "current_a" && flows * 2 < length {
                    continue;
                }
                for row in first..first + length {
                    let value = log.value(row, column);
                    let other = if name == "temperature_c" { value * 1.8 + 32.0 } else { value * 1000.0 };
                    damaged.rows[row][column] = write(other);
                }
                return Some(Edit::cells(kind, name, first, first + length - 1));
            }
            None
        }
        "suspect-sign" => {
            let column = log.place("current_a")?;
            let sizes: Vec<f64> = log.column(column).iter().map(|value| value.abs()).collect();
            // A current next to nothing has no sign to speak of.
            let large = 0.3 * quantile(&sizes, 0.95);
            for _ in 0..60 {
                let length = long(chance);
                let first = pick(chance, length);
                let flows = (first..first + length).filter(|row| sizes[*row] > large).count();
                if flows * 2 >= length {
                    for row in first..first + length {
                        damaged.rows[row][column] = write(-log.value(row, column));
                    }
                    return Some(Edit::cells(kind, "current_a", first, first + length - 1));
                }
            }
            None
        }
        "impossible" => {
            let length = chance.between(1, 4);
            let first = pick(chance, length);
            let name = measured[chance.below(measured.len())];
            let value = match name {
                "voltage_v" => ["-1", "0", "65535"][chance.below(3)],
                "current_a" => ["32767", "-99999"][chance.below(2)],
                _ => ["-127", "999", "-273.1"][chance.below(3)],
            };
            let column = log.place(name)?;
            for row in first..first + length {
                damaged.rows[row][column] = value.to_owned();
            }
            Some(Edit::cells(kind, name, first, first + length - 1))
        }
        _ => {
            let first = pick(chance, 1);
            Some(Edit { cut: true, ..Edit::rows(kind, first, first) })
        }
    }
}

/// Removes, repeats and cuts rows, from the front, and renumbers what was planted.
fn finish(damaged: &Log, edits: Vec<Edit>) -> Damaged {
    let mut text = damaged.header.join(",") + "\n";
    let (mut original, mut planted) = (Vec::new(), Vec::new());
    let mut edits = edits.into_iter().peekable();
    let mut row = 0;
    let mut shift = 0_isize;
    let mut current: Option<Edit> = None;
    while row < damaged.rows.len() {
        if current.is_none() {
            current =
                edits.next_if(|edit| edit.remove.map_or(edit.planted.first, |(first, _)| first) <= row + 1);
        }
        let line = damaged.rows[row].join(",");
        let mut emit = |line: &str, row: usize| {
            text.push_str(line);
            text.push('\n');
            original.push(row);
        };
        match &current {
            Some(edit) if edit.remove.is_some_and(|(first, _)| first == row) => {
                let (first, until) = edit.remove.unwrap_or_default();
                planted.push(moved(&edit.planted, shift));
                shift -= (until - first) as isize;
                row = until;
                current = None;
                continue;
            }
            Some(edit) if edit.repeat.is_some_and(|(_, until)| until == row + 1) => {
                let (first, until) = edit.repeat.unwrap_or_default();
                emit(&line, row);
                for again in first..until {
                    emit(&damaged.rows[again].join(","), again);
                }
                planted.push(moved(&edit.planted, shift));
                shift += (until - first) as isize;
                current = None;
            }
            Some(edit) if edit.cut && edit.planted.first == row => {
                let cut = line.rfind(',').map_or(line.len() / 2, |at| at.saturating_sub(2));
                emit(&line[..cut], row);
                planted.push(moved(&edit.planted, shift));
                current = None;
            }
            Some(edit)
                if edit.remove.is_none()
                    && edit.repeat.is_none()
                    && !edit.cut
                    && edit.planted.last == row =>
            {
                emit(&line, row);
                planted.push(moved(&edit.planted, shift));
                current = None;
            }
            _ => emit(&line, row),
        }
        row += 1;
    }
    Damaged { text, planted, original }
}

fn moved(planted: &Planted, shift: isize) -> Planted {
    let by = |row: usize| row.saturating_add_signed(shift);
    Planted { first: by(planted.first), last: by(planted.last), ..planted.clone() }
}
