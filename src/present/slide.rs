//! A slide as the template lays it out: a section, a title that says what the figures say, blocks, sources.
//!
//! Nothing here knows what the figures are of.

use serde::Serialize;

use super::curve::Curve;
use super::dots::Dots;

/// One slide.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Slide {
    /// How it is laid out: empty, `cover` or `answer`.
    pub class: &'static str,
    /// Which part of the deck it belongs to.
    pub section: String,
    /// One sentence: what to take away.
    pub title: String,
    /// What has to be known to read it.
    pub lead: String,
    /// Its body.
    pub blocks: Vec<Block>,
    /// The folders its figures came from.
    pub sources: Vec<String>,
}

/// A part of a slide's body.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Block {
    /// A few large figures.
    Figures {
        /// From left to right.
        figures: Vec<Figure>,
    },
    /// Dots with intervals.
    Dots(Dots),
    /// Reliability curves.
    Curve(Curve),
    /// A table.
    Table(Table),
    /// Points, one below the other.
    Points {
        /// What each says.
        points: Vec<Point>,
    },
    /// What the chain of the method looks like.
    Chain {
        /// What the laboratory's chain is fed with.
        measured: String,
        /// What the simulator's chain is fed with.
        simulated: String,
    },
    /// A sentence in small letters.
    Note {
        /// What it says.
        text: String,
    },
}

/// A large figure.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figure {
    /// As large as the slide lets it be.
    pub value: String,
    /// What it is.
    pub label: String,
    /// The folder it came from.
    pub source: String,
    /// `bad` where it falls short.
    pub class: &'static str,
}

/// A table; the first column is left-aligned, the others hold figures.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Table {
    /// Names of the columns.
    pub head: Vec<String>,
    /// As many cells each as the head has.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// `n` for a figure, `bad` and `good` for a verdict, `small` for a name.
    pub class: &'static str,
}

impl Cell {
    /// A name.
    pub fn name(text: impl Into<String>) -> Self {
        Self { text: text.into(), class: "" }
    }

    /// A figure.
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), class: "n" }
    }

    /// A figure that falls short, or not.
    pub fn judged(text: impl Into<String>, is_bad: bool) -> Self {
        Self { text: text.into(), class: if is_bad { "n bad" } else { "n" } }
    }
}

/// As few parts as hold `most` each, all about as long: no part of one beside full ones.
pub fn evenly<T>(all: &[T], most: usize) -> impl Iterator<Item = &[T]> {
    let parts = all.len().div_ceil(most).max(1);
    all.chunks(all.len().div_ceil(parts).max(1))
}

/// A point of a list: what is said, and what it rests on.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Point {
    /// What to take away.
    pub head: String,
    /// What it rests on.
    pub text: String,
    /// The folders.
    pub source: String,
    /// `bad` where it is a loss.
    pub class: &'static str,
}

/// Points with one head become one: what each folder says, in the order of the folders named below it.
pub fn joined(points: Vec<Point>) -> Vec<Point> {
    let mut all: Vec<Point> = Vec::new();
    for point in points {
        match all.iter_mut().find(|earlier| earlier.head == point.head) {
            Some(earlier) => {
                if earlier.text != point.text {
                    earlier.text = format!("{} {}", earlier.text, point.text);
                }
                earlier.source = format!("{}, {}", earlier.source, point.source);
            }
            None => all.push(point),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_folders_that_say_the_same_are_one_point_with_both_names() {
        let point = |head: &str, text: &str, source: &str| Point {
            head: head.into(),
            text: text.into(),
            source: source.into(),
            class: "",
        };
        let all =
            vec![point("a", "1.", "x"), point("b", "2.", "x"), point("a", "1.", "y"), point("a", "3.", "z")];
        let all = joined(all);
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].text.as_str(), all[0].source.as_str()), ("1. 3.", "x, y, z"));
    }

    #[test]
    fn nine_points_are_five_and_four_and_none_are_none() {
        let lengths = |count: usize| evenly(&vec![0; count], 8).map(<[i32]>::len).collect::<Vec<_>>();
        assert_eq!(lengths(9), [5, 4]);
        assert_eq!(lengths(8), [8]);
        assert_eq!(lengths(0), [0; 0]);
    }
}
