//! A page of tables: one offline file, and the same as plain text.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::html::{page, typeset};
use super::reliability::{self, Reliability};
use super::{ReportError, write_whole};
use crate::words::Words;

/// A page of tables.
#[derive(Debug, Clone, Default)]
pub struct Sheets {
    /// What the page is called.
    pub title: String,
    /// What kind of page it is.
    pub kind: String,
    /// What was done, in sentences.
    pub story: Vec<String>,
    /// The tables.
    pub sheets: Vec<Sheet>,
    /// Drawings before the tables, each one SVG element of our own making.
    pub drawings: Vec<String>,
    /// Reliability curves above them, with their title and the name of their axis.
    pub curves: Option<Curves>,
}

/// A figure of reliability curves.
#[derive(Debug, Clone, Default)]
pub struct Curves {
    /// What it shows.
    pub title: String,
    /// What runs along it.
    pub axis: String,
    /// A panel each.
    pub kinds: Vec<Reliability>,
}

/// One table.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// What it shows.
    pub title: String,
    /// What has to be known to read it.
    pub notes: Vec<String>,
    /// Names of the columns; the first is that of the rows' names.
    pub head: Vec<String>,
    /// The rows, as many cells each as the head has.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Whether it speaks against us.
    pub is_bad: bool,
}

impl Cell {
    /// A cell that speaks for nobody.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_bad: false }
    }
}

impl Sheets {
    /// The tables as text, columns aligned.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.story.join("\n") + "\n";
        for sheet in &self.sheets {
            text += &format!("\n{}\n", sheet.title);
            for note in &sheet.notes {
                text += &format!("{note}\n");
            }
            text += &sheet.text();
        }
        text
    }
}

impl Sheet {
    fn text(&self) -> String {
        let cells = |row: &Vec<Cell>| {
            row.iter()
                .map(|cell| if cell.is_bad { format!("{}*", cell.text) } else { cell.text.clone() })
                .collect()
        };
        let lines: Vec<Vec<String>> =
            std::iter::once(self.head.clone()).chain(self.rows.iter().map(cells)).collect();
        let width = |column: usize| {
            lines
                .iter()
                .filter_map(|line| line.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        lines.iter().map(|line| aligned(line, &widths)).collect()
    }
}

/// The first column to the left, the others to the right.
fn aligned(line: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (column, (cell, width)) in line.iter().zip(widths).enumerate() {
        text += &if column == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
    }
    text.trim_end().to_owned() + "\n"
}

/// Writes `report.html` and `results.json` under `dir`.
///
/// # Errors
/// Where `dir` cannot be written, or already holds one of the files.
pub fn write_sheets(
    dir: &Path,
    sheets: &Sheets,
    results: &serde_json::Value,
    words: Words,
) -> Result<Vec<PathBuf>, ReportError> {
    let encode = |source| ReportError::Json { file: "results.json", source };
    let files = [
        ("report.html", html(sheets, words)?),
        ("results.json", serde_json::to_string_pretty(results).map_err(encode)? + "\n"),
    ];
    if let Some((name, _)) = files.iter().find(|(name, _)| dir.join(name).exists()) {
        return Err(ReportError::AlreadyThere { path: dir.join(name) });
    }
    std::fs::create_dir_all(dir).map_err(|source| ReportError::Write { path: dir.to_owned(), source })?;
    files.iter().map(|(name, text)| write_whole(&dir.join(name), text)).collect()
}

/// The page alone.
///
/// # Errors
/// Where the template cannot be filled.
pub(crate) fn html(sheets: &Sheets, words: Words) -> Result<String, ReportError> {
    let cell = |cell: &Cell| {
        let class = if cell.is_bad { "outcome failed" } else { "" };
        json!({ "text": typeset_number(&cell.text), "class": class })
    };
    let sheet = |sheet: &Sheet| {
        let rows: Vec<Vec<_>> = sheet.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        json!({ "title": sheet.title, "notes": sheet.notes, "head": sheet.head, "rows": rows })
    };
    let context = json!({
        "lang": words.code(),
        "title": sheets.title,
        "kind": sheets.kind,
        "story": sheets.story,
        "drawings": sheets.drawings,
        "figure": sheets
            .curves
            .as_ref()
            .and_then(|curves| reliability::figure(&curves.title, &curves.axis, &curves.kinds, words))
            .and_then(|figure| serde_json::to_value(figure).ok()),
        "sheets": sheets.sheets.iter().map(sheet).collect::<Vec<_>>(),
    });
    page("sheets.html", include_str!("sheets.html"), context, words)
}

/// A true minus before a number, and nowhere else: file names keep their hyphens.
fn typeset_number(text: &str) -> String {
    let is_number = text.starts_with('-') && text[1..].starts_with(|first: char| first.is_ascii_digit());
    if is_number { typeset(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheets() -> Sheets {
        let row = |name: &str, value: &str, is_bad| {
            vec![Cell::plain(name), Cell { text: value.to_owned(), is_bad }]
        };
        Sheets {
            title: "a <b>".to_owned(),
            kind: "kind".to_owned(),
            story: vec!["told".to_owned()],
            sheets: vec![Sheet {
                title: "table".to_owned(),
                notes: vec!["a note".to_owned()],
                head: vec!["name".to_owned(), "error".to_owned()],
                rows: vec![row("file-1.csv", "-1.5", false), row("<i>", "20", true)],
            }],
            drawings: Vec::new(),
            curves: None,
        }
    }

    #[test]
    fn the_text_is_aligned_and_stars_what_speaks_against_us() {
        let text = sheets().text();
        assert!(text.contains("name        error\nfile-1.csv   -1.5\n<i>           20*\n"), "{text}");
    }

    #[test]
    fn the_page_escapes_names_and_marks_what_speaks_against_us() -> Result<(), ReportError> {
        let page = html(&sheets(), Words::French)?;
        assert!(page.contains("a &lt;b&gt;") && page.contains("&lt;i&gt;") && !page.contains("<i>"));
        assert!(page.contains("\u{2212}1.5") && page.contains("file-1.csv"));
        assert!(page.contains("class=\"n outcome failed\""));
        Ok(())
    }
}
