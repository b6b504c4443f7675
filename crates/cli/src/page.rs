//! A result as people read it: headings, aligned columns, wrapped prose.
//!
//! The text is the same whether a terminal or a file takes it: no colours, and lines that
//! are wrapped at a fixed width.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};

/// Prose is wrapped at so many characters: two columns of a usual terminal's 100 stay free.
const WIDTH: usize = 98;
const INDENT: &str = "  ";

/// Text under way.
#[derive(Debug, Default)]
pub(crate) struct Page(String);

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    /// Aligned left.
    Text(&'static str),
    /// Aligned left and wrapped at so many characters.
    Prose(&'static str, usize),
    /// Aligned right, as numbers are.
    Number(&'static str),
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Column::Text(name) | Column::Prose(name, _) | Column::Number(name) => name,
        }
    }

    fn cell(self, text: String) -> Cell {
        match self {
            Column::Text(_) => Cell::new(text),
            Column::Prose(_, width) => Cell::new(wrapped(&text, width).join("\n")),
            Column::Number(_) => Cell::new(text).set_alignment(CellAlignment::Right),
        }
    }
}

impl Page {
    /// A page that begins with this line.
    pub(crate) fn titled(line: impl AsRef<str>) -> Page {
        let mut page = Page::default();
        page.line(line);
        page
    }

    /// A line as it stands.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        self.0.push_str(line.as_ref().trim_end());
        self.0.push('\n');
    }

    /// A heading, after an empty line.
    pub(crate) fn heading(&mut self, line: impl AsRef<str>) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.line(line);
    }

    /// Rows under a line of column names, indented.
    pub(crate) fn table(&mut self, columns: &[Column], rows: impl IntoIterator<Item = Vec<String>>) {
        let names = columns.iter().map(|column| column.name().to_owned());
        let rows: Vec<Vec<String>> = std::iter::once(names.collect()).chain(rows).collect();
        self.aligned(columns, rows);
    }

    /// Names and what is to be said of them, indented and wrapped; empty ones are left out.
    pub(crate) fn facts<'a>(&mut self, facts: impl IntoIterator<Item = (&'a str, String)>) {
        let facts: Vec<_> = facts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let widest = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let width = WIDTH.saturating_sub(widest + 2 * INDENT.len());
        let rows = facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]);
        self.aligned(&[Column::Text(""), Column::Prose("", width)], rows.collect());
    }

    /// Paragraphs, each with a dash before it, indented and wrapped.
    pub(crate) fn points<T: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = T>) {
        for text in texts {
            for (i, line) in wrapped(text.as_ref(), WIDTH - 4).into_iter().enumerate() {
                self.line(format!("{INDENT}{} {line}", if i == 0 { "-" } else { " " }));
            }
        }
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn aligned(&mut self, columns: &[Column], rows: Vec<Vec<String>>) {
        let mut table = Table::new();
        table.load_style(NOTHING);
        for row in rows {
            table.add_row(row.into_iter().zip(columns).map(|(text, column)| column.cell(text)));
        }
        for column in table.column_iter_mut() {
            column.set_padding((INDENT.len() as u16, 0));
        }
        for line in table.lines() {
            self.line(line);
        }
    }
}

/// The text in lines of at most `width` characters, broken at blanks, but for those inside a figure,
/// such as `18 204` and `0.4 %`; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    lines
}

/// Words, of which a figure is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let goes_on = word.starts_with(|first: char| first.is_ascii_digit() || first == '%');
        match words.last_mut() {
            Some(before) if goes_on && before.ends_with(|last: char| last.is_ascii_digit()) => {
                before.push(' ');
                before.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_end_where_their_text_does() {
        let mut page = Page::titled("Links");
        let rows = [["1", "sex"], ["10", ""]].map(|row| row.map(str::to_owned).to_vec());
        page.table(&[Column::Number("rank"), Column::Text("rule")], rows);
        page.facts([("family", "HES".to_owned()), ("volume", String::new())]);
        page.points(["a note"]);
        assert_eq!(page.finish(), "Links\n  rank  rule\n     1  sex\n    10\n  family  HES\n  - a note\n");
    }

    #[test]
    fn prose_is_broken_at_blanks() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensibly long", 7), ["incomprehensibly", "long"]);
        assert_eq!(wrapped("about 33 838 pairs, 0.1 % of all", 10), ["about", "33 838", "pairs,", "0.1 % of", "all"]);
    }
}
