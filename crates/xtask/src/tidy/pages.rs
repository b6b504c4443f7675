//! The pages under `docs/catalogue` say what the entries say.

use super::tree::Tree;
use crate::pages::{FOLDER, pages};

pub(crate) const NAME: &str = "pages";

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let due = pages();
    let hint = "run `cargo xtask catalogue`";
    let mut problems = Vec::new();
    for (path, text) in &due {
        match tree.file(path) {
            None => problems.push(format!("`{path}` is missing: {hint}")),
            Some(file) if file.text != *text => problems.push(format!("`{path}` is not current: {hint}")),
            Some(_) => {}
        }
    }
    let folder = format!("{FOLDER}/");
    let pages = tree.files.iter().filter(|file| file.path.starts_with(&folder));
    let strays = pages.filter(|file| !due.iter().any(|(path, _)| *path == file.path));
    problems.extend(strays.map(|file| format!("`{}` is of no entry: {hint}", file.path)));
    problems
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::pages::pages;
    use crate::tidy::assert_repository_passes;
    use crate::tidy::tree::Tree;

    #[test]
    fn the_pages_are_current() {
        assert_repository_passes(problems);
    }

    #[test]
    fn a_page_that_is_missing_old_or_of_nothing_is_found() {
        let due = pages();
        let mut planted: Vec<(&str, &str)> = due.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(problems(&Tree::of(&planted)), Vec::<String>::new());
        let missing = planted.remove(0).0;
        planted[0].1 = "an old text";
        planted.push(("docs/catalogue/gone.md", ""));
        let due = [
            format!("`{missing}` is missing: run `cargo xtask catalogue`"),
            format!("`{}` is not current: run `cargo xtask catalogue`", planted[0].0),
            "`docs/catalogue/gone.md` is of no entry: run `cargo xtask catalogue`".to_owned(),
        ];
        assert_eq!(problems(&Tree::of(&planted)), due);
    }
}
