//! A table for the terminal, with what was aimed at beside what was reached.

use std::fmt;

pub struct Table {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(title: &str, head: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            head: head.iter().map(ToString::to_string).collect(),
            rows: Vec::new(),
        }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    fn width(&self, column: usize) -> usize {
        let lines = std::iter::once(&self.head).chain(&self.rows);
        lines.filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        for line in std::iter::once(&self.head).chain(&self.rows) {
            for (column, cell) in line.iter().enumerate() {
                let width = self.width(column);
                // The first column names the row; figures align to the right.
                if column == 0 { write!(f, "  {cell:<width$}")? } else { write!(f, "  {cell:>width$}")? }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Kilobytes as browsers and budgets count them.
pub fn kilobytes(bytes: usize) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{} kB", tenths / 10, tenths % 10)
}

/// The budget, and whether it holds.
pub fn budget(reached: usize, aim: Option<usize>) -> String {
    match aim {
        None => String::new(),
        Some(aim) if reached <= aim => format!("{} ok", kilobytes(aim)),
        Some(aim) => format!("{} MISSED", kilobytes(aim)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_align() {
        let mut table = Table::new("Sizes", &["page", "bytes"]);
        table.row(vec!["home".to_owned(), kilobytes(1_234)]);
        table.row(vec!["a".to_owned(), kilobytes(123_456)]);
        assert_eq!(table.to_string(), "Sizes\n  page     bytes\n  home    1.2 kB\n  a     123.5 kB\n");
    }

    #[test]
    fn a_missed_budget_is_told() {
        assert_eq!(budget(61_000, Some(60_000)), "60.0 kB MISSED");
        assert_eq!(budget(60_000, Some(60_000)), "60.0 kB ok");
    }
}
