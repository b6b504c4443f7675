//! `verify` accepts what was published and nothing else.

use std::fs;

use counterfoil_job::verify::verify;

use crate::folder::{Folder, Run};
use crate::products;

fn is_intact(run: &Run) -> bool {
    verify(&run.folder).is_ok_and(|verified| verified.problems.is_empty())
}

fn published() -> (Folder, Run) {
    let folder = Folder::new();
    let run = products::run(&folder, "", "out");
    (folder, run)
}

#[test]
fn a_run_is_as_it_was_published() {
    let (_folder, run) = published();
    let verified = verify(&run.folder).expect("the run can be read");
    assert_eq!(verified.problems, Vec::<String>::new());
    assert_eq!(verified.files, run.files().len());
}

#[test]
fn any_changed_byte_shows() {
    let (_folder, run) = published();
    for (name, bytes) in run.files() {
        let last = bytes.len() - 1;
        let mut places = vec![0, 1, last / 3, last / 2, 2 * last / 3, last - 1, last];
        places.dedup();
        for place in places {
            for change in [1, 0x80] {
                let mut changed = bytes.clone();
                changed[place] ^= change;
                fs::write(run.folder.join(&name), &changed).expect("the run directory is writable");
                assert!(!is_intact(&run), "`{name}`, byte {place}, changed by {change}");
            }
        }
        fs::write(run.folder.join(&name), &bytes).expect("the run directory is writable");
        assert!(is_intact(&run), "`{name}` is as it was");
    }
}

#[test]
fn any_byte_of_the_manifest_is_sealed() {
    let (_folder, run) = published();
    let file = run.folder.join("manifest.json");
    let bytes = fs::read(&file).expect("every run has a manifest");
    for place in (0..bytes.len()).step_by(37) {
        let mut changed = bytes.clone();
        changed[place] ^= 4;
        fs::write(&file, &changed).expect("the run directory is writable");
        assert!(!is_intact(&run), "byte {place}");
    }
}

#[test]
fn a_longer_or_shorter_file_shows() {
    let (_folder, run) = published();
    for (name, bytes) in run.files() {
        for changed in [bytes[..bytes.len() - 1].to_vec(), [bytes.as_slice(), b"\n"].concat(), Vec::new()] {
            fs::write(run.folder.join(&name), changed).expect("the run directory is writable");
            assert!(!is_intact(&run), "`{name}`");
        }
        fs::write(run.folder.join(&name), &bytes).expect("the run directory is writable");
    }
    assert!(is_intact(&run));
}

#[test]
fn an_added_or_missing_file_shows() {
    let (_folder, run) = published();
    for added in ["further.parquet", "extract/hospital/part-001.parquet", ".hidden", "extract/new/part-000.parquet"] {
        let file = run.folder.join(added);
        let is_new_folder = !file.parent().expect("a file lies in a folder").exists();
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the run directory is writable");
        fs::write(&file, b"").expect("the run directory is writable");
        assert!(!is_intact(&run), "`{added}` was added");
        fs::remove_file(&file).expect("the run directory is writable");
        if is_new_folder {
            fs::remove_dir(file.parent().expect("a file lies in a folder")).expect("the run directory is writable");
        }
    }
    for (name, bytes) in run.files() {
        let file = run.folder.join(&name);
        fs::remove_file(&file).expect("the run directory is writable");
        assert!(!is_intact(&run), "`{name}` is missing");
        fs::write(&file, bytes).expect("the run directory is writable");
    }
    assert!(is_intact(&run));
}
