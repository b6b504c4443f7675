//! The repository as the checks see it: paths, and the text of the files that people write.
//!
//! It is read once for all checks. Only what the root is meant to hold is visited, so a data
//! file that lies about in a checkout is neither read nor judged.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// Folders of the root that belong to the project, as `docs/ARCHITECTURE.md` lists them.
const FOLDERS: [&str; 6] = [".cargo", ".ci", "benches", "crates", "docs", "fixtures"];

/// Endings of files that hold text written by people (or raw results kept as text).
const TEXT: [&str; 10] = ["rs", "md", "toml", "lock", "json", "yml", "sh", "py", "sql", "txt"];

/// One text file.
pub(crate) struct File {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn has_ending(&self, ending: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == ending)
    }

    /// The folder name of the crate that the file belongs to: `token`, `benches`.
    pub(crate) fn crate_name(&self) -> Option<&str> {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.next(),
            Some("benches") => Some("benches"),
            _ => None,
        }
    }

    /// Whether line `line` (0-based) carries the marker that excuses it from `check`, or the
    /// line above does. A marker without a reason excuses nothing.
    pub(crate) fn excuses(&self, check: &str, line: usize) -> bool {
        let marker = format!("tidy: allow({check}, ");
        let mut lines = self.text.lines().skip(line.saturating_sub(1));
        let pair = [lines.next(), if line == 0 { None } else { lines.next() }];
        pair.into_iter().flatten().any(|text| text.contains(&marker))
    }
}

/// Everything the checks may ask about.
pub(crate) struct Tree {
    /// Text files, sorted by path.
    pub(crate) files: Vec<File>,
    /// Every file and folder, from the root, with `/`.
    paths: BTreeSet<String>,
}

impl Tree {
    /// Reads the repository at `root`.
    pub(crate) fn load(root: &Path) -> io::Result<Tree> {
        let mut tree = Tree { files: Vec::new(), paths: BTreeSet::new() };
        for entry in std::fs::read_dir(root)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".git" {
                // A file in a worktree, where it says on which path the repository lies.
                continue;
            }
            if !entry.file_type()?.is_dir() {
                tree.add(&entry.path(), name)?;
            } else if FOLDERS.contains(&name.as_str()) {
                tree.descend(&entry.path(), name)?;
            }
        }
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// A tree that holds only what a test plants.
    #[cfg(test)]
    pub(crate) fn of(planted: &[(&str, &str)]) -> Tree {
        let mut tree = Tree { files: Vec::new(), paths: BTreeSet::new() };
        for (path, text) in planted {
            let folders = path.match_indices('/').map(|(end, _)| path[..end].to_owned());
            tree.paths.extend(folders);
            tree.paths.insert((*path).to_owned());
            tree.files.push(File { path: (*path).to_owned(), text: (*text).to_owned() });
        }
        tree
    }

    /// The text file at exactly this path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is a file or folder at this path from the root.
    pub(crate) fn exists(&self, path: &str) -> bool {
        self.paths.contains(path.trim_end_matches('/'))
    }

    /// Each crate's folder name and its `Cargo.toml`, `benches` included.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().filter_map(|file| match file.path.split('/').collect::<Vec<_>>().as_slice() {
            ["crates", name, "Cargo.toml"] => Some((*name, file)),
            ["benches", "Cargo.toml"] => Some(("benches", file)),
            _ => None,
        })
    }

    fn descend(&mut self, folder: &Path, path: String) -> io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let below = format!("{path}/{name}");
            if !entry.file_type()?.is_dir() {
                self.add(&entry.path(), below)?;
            } else if name != "target" {
                self.descend(&entry.path(), below)?;
            }
        }
        self.paths.insert(path);
        Ok(())
    }

    fn add(&mut self, file: &Path, path: String) -> io::Result<()> {
        let text = match file.extension() {
            Some(extension) => TEXT.iter().any(|ending| extension == *ending),
            None => true,
        };
        // A file of another encoding is not one that people here wrote; its path still counts.
        if text && let Ok(text) = String::from_utf8(std::fs::read(file)?) {
            self.files.push(File { path: path.clone(), text });
        }
        self.paths.insert(path);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{File, Tree};

    fn file(text: &str) -> File {
        File { path: "a.md".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_marker_excuses_its_line_and_the_next() {
        let file = file("x // tidy: allow(terms, a foreign name)\ny\nz\n");
        assert!(file.excuses("terms", 0));
        assert!(file.excuses("terms", 1));
        assert!(!file.excuses("terms", 2));
        assert!(!file.excuses("effects", 0));
    }

    #[test]
    fn a_marker_without_a_reason_excuses_nothing() {
        assert!(!file("x // tidy: allow(terms)\n").excuses("terms", 0));
    }

    #[test]
    fn this_repository_is_found() {
        let tree = Tree::load(crate::root()).expect("the repository can be read");
        assert!(tree.exists("docs/ARCHITECTURE.md"));
        assert!(tree.exists("crates/xtask/"));
        assert!(!tree.exists(".git"));
        assert!(tree.file("crates/xtask/src/main.rs").is_some());
        assert!(tree.manifests().any(|(name, _)| name == "core"));
        assert!(tree.manifests().any(|(name, _)| name == "benches"));
    }
}
