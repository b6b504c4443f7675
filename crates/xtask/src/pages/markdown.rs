//! The few forms of Markdown that the pages need.

use counterfoil_catalogue::Catalogue;

/// A page under way, line by line.
pub(super) struct Markdown(Vec<String>);

impl Markdown {
    /// A page that begins with its origin and its title.
    pub(super) fn titled(title: &str) -> Markdown {
        Markdown(vec![super::ORIGIN.to_owned(), format!("# {title}")])
    }

    /// A paragraph.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.0.extend([String::new(), text.to_owned()]);
    }

    /// A heading of the second level.
    pub(super) fn heading(&mut self, text: &str) {
        self.paragraph(&format!("## {text}"));
    }

    /// A heading of the third level.
    pub(super) fn subheading(&mut self, text: &str) {
        self.paragraph(&format!("### {text}"));
    }

    /// A table; cells are Markdown, in which bars are made harmless.
    pub(super) fn table<const N: usize>(&mut self, head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        let line = |cells: [String; N]| format!("| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
        self.0.extend([String::new(), line(head.map(str::to_owned)), format!("|{}", "---|".repeat(N))]);
        self.0.extend(rows.into_iter().map(line));
    }

    /// A list.
    pub(super) fn points<T: AsRef<str>>(&mut self, points: impl IntoIterator<Item = T>) {
        self.0.push(String::new());
        self.0.extend(points.into_iter().map(|point| format!("- {}", point.as_ref())));
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.0.join("\n") + "\n"
    }
}

/// A name as code.
pub(super) fn code(name: &str) -> String {
    format!("`{name}`")
}

/// Names as code, separated by commas, each a link if it is that of a page.
pub(super) fn links(catalogue: &Catalogue, names: &[String]) -> String {
    names.iter().map(|name| link(catalogue, name)).collect::<Vec<_>>().join(", ")
}

/// A name as code, as a link if it is that of a page.
pub(super) fn link(catalogue: &Catalogue, name: &str) -> String {
    let page = name.split('/').next().unwrap_or(name);
    let has_page = catalogue.data_set(page).is_some() || catalogue.service(page).is_some();
    if has_page { format!("[`{name}`]({page}.md)") } else { code(name) }
}

/// Text of an entry in which nothing is taken for Markdown but code in backticks. An
/// underscore within a name is no emphasis and stays as it is.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        in_code ^= c == '`';
        let within_name = out.ends_with(char::is_alphanumeric) && rest.peek().is_some_and(|c| c.is_alphanumeric());
        if !in_code && (matches!(c, '*' | '<' | '[') || c == '_' && !within_name) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Markdown, plain};

    #[test]
    fn text_of_entries_is_not_taken_for_markdown() {
        assert_eq!(plain("A_B _C `D_` <5 *"), "A_B \\_C `D_` \\<5 \\*");
        let mut page = Markdown::titled("T");
        page.table(["a", "b"], [["x|y".to_owned(), String::new()]]);
        assert!(page.finish().ends_with("| a | b |\n|---|---|\n| x\\|y |  |\n"));
    }
}
