//! Key files and small text files.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use counterfoil_store::{read_text, secret};
use insta::assert_snapshot;

use crate::reading::line;

#[test]
fn a_new_key_is_private_and_never_overwritten() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("key");
    secret::create(&path, b"bytes").expect("creates");
    assert_eq!(fs::metadata(&path).expect("file").permissions().mode() & 0o777, 0o600);
    assert_eq!(secret::read(&path).expect("reads").as_slice(), b"bytes");
    assert_snapshot!(line(folder.path(), &secret::create(&path, b"other").expect_err("exists")), @"BASE/key: the key file already exists (a key is never overwritten: choose another name, or move the old file away yourself)");
    assert_eq!(secret::read(&path).expect("reads").as_slice(), b"bytes");
}

#[test]
fn each_danger_has_its_own_words() {
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name);
    let refused = |name: &str| line(folder.path(), &secret::read(&path(name)).expect_err("refused"));
    secret::create(&path("key"), b"bytes").expect("creates");
    secret::create(&path("open"), b"bytes").expect("creates");
    secret::create(&path("large"), &vec![0; (64 << 10) + 1]).expect("creates");
    secret::create(&path("largest"), &vec![0; 64 << 10]).expect("creates");
    std::os::unix::fs::symlink(path("key"), path("link")).expect("link");
    fs::create_dir(path("folder")).expect("folder");

    assert_snapshot!(refused("missing"), @"BASE/missing: the key file does not exist (make one with `counterfoil key new FILE`, or check the path)");
    assert_snapshot!(refused("link"), @"BASE/link: the key file is a symbolic link (name the key file itself, not a link to it)");
    assert_snapshot!(refused("folder"), @"BASE/folder: the key file is not a regular file (name a file made by `counterfoil key new`)");
    assert_snapshot!(refused("large"), @"BASE/large: the key file is larger than 64 KiB (this is not a key file; check the path)");
    assert_eq!(secret::read(&path("largest")).expect("reads").len(), 64 << 10);
    for mode in [0o640, 0o604, 0o610, 0o602, 0o777] {
        fs::set_permissions(path("open"), fs::Permissions::from_mode(mode)).expect("mode");
        assert!(refused("open").contains(&format!("mode {mode:04o}")));
    }
    assert_snapshot!(refused("open"), @"BASE/open: the key file is open to other users (mode 0777) (run `chmod 600 BASE/open`, and make a new key if others may have read this one)");
}

#[test]
fn small_text_files() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("job.toml");
    fs::write(&path, "\u{feff}version = 1").expect("write");
    assert_eq!(read_text(&path).expect("reads"), "version = 1");
    fs::write(&path, b"name = \"Zo\xeb\"").expect("write");
    assert_snapshot!(line(folder.path(), &read_text(&path).expect_err("encoding")), @"BASE/job.toml: is not UTF-8 text (save the file as UTF-8)");
    assert_snapshot!(line(folder.path(), &read_text(folder.path()).expect_err("a folder")), @"BASE: is not a file (name the file itself)");
    assert_snapshot!(line(folder.path(), &read_text(&folder.path().join("no.toml")).expect_err("missing")), @"BASE/no.toml: cannot open: no such file or folder (check the path: in a job file it starts at the file's folder, on the command line at the current one)");
}
