//! A run that is killed: what stays, who may go on, and that nothing of it shows in the end.
//!
//! A run does not take up where another stopped. It begins again, clears away what the first
//! attempt of the same job left beside the run directory, and publishes the whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::project::Project;
use crate::stories::SYNTHETIC_JOB;

/// What a run has written when it is somewhere in the middle, in the order of its stages:
/// it has begun, it links, it writes extracts.
const STAGES: [&str; 3] = ["job.fingerprint", "rejects.parquet", ".spill"];

/// A job that takes long enough to be met in the middle, with an extract that spills.
fn project() -> Project {
    let project = Project::new();
    project.done(&["synth", "--people", "2500", "--seed", "5", "--out", "synth"]);
    let extract = "\n[[output]]\nkind = \"extract\"\ndata_set = \"apc\"\n";
    project.write("job.toml", format!("{SYNTHETIC_JOB}{extract}"));
    project
}

/// Kills a run, with a signal that no program can catch, as soon as `made` is there.
fn kill_when(project: &Project, made: &str) {
    let made = project.path("out.partial").join(made);
    // Where the machine is so busy that the run ends before anybody looks, try again.
    for _ in 0..10 {
        let mut command = project.command(&["run", "job.toml", "--out", "out", "--threads", "1"]);
        let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
        let since = Instant::now();
        while !made.exists() && run.try_wait().expect("our own child").is_none() {
            assert!(since.elapsed() < Duration::from_secs(100), "`{}` never appears", made.display());
            std::thread::sleep(Duration::from_micros(200));
        }
        run.kill().expect("our own child");
        let ended = run.wait().expect("our own child");
        if !ended.success() {
            return;
        }
        fs::remove_dir_all(project.path("out")).expect("what the run published");
    }
    panic!("the run is always over before it can be killed");
}

/// The files below a folder of the project, by path within it.
fn files(project: &Project, folder: &str) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let root = project.path(folder);
    let below = |(path, bytes): (PathBuf, Option<Vec<u8>>)| Some((path.strip_prefix(&root).ok()?.to_owned(), bytes));
    project.content().into_iter().filter_map(below).collect()
}

#[test]
fn a_killed_run_is_begun_again_and_gives_the_same_bytes() {
    let project = project();
    project.done(&["run", "job.toml", "--out", "whole"]);
    let whole = files(&project, "whole");
    assert!(whole.contains_key(Path::new("manifest.json")));
    let before = project.content();
    for made in STAGES {
        kill_when(&project, made);
        assert!(!project.path("out").exists(), "killed at `{made}`, the run directory does not appear");
        assert!(project.path("out.partial/job.fingerprint").exists(), "killed at `{made}`");
        project.done(&["run", "job.toml", "--out", "out"]);
        assert!(files(&project, "out") == whole, "begun again after `{made}`, the bytes are the same");
        project.done(&["verify", "out"]);
        fs::remove_dir_all(project.path("out")).expect("what the run published");
        let after = project.content();
        let left: Vec<_> = after.keys().filter(|path| !before.contains_key(*path)).collect();
        assert!(left.is_empty(), "killed at `{made}`, {left:?} is left of the first attempt");
    }
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_whole_too() {
    let project = project();
    project.done(&["run", "job.toml", "--out", "whole"]);
    for made in STAGES.into_iter().rev().chain(STAGES) {
        kill_when(&project, made);
    }
    project.done(&["run", "job.toml", "--out", "out"]);
    assert!(files(&project, "out") == files(&project, "whole"));
    assert!(!project.path("out.partial").exists());
}

#[test]
fn another_job_does_not_take_the_place_of_a_killed_run() {
    let project = project();
    kill_when(&project, "rejects.parquet");
    let job = fs::read_to_string(project.path("job.toml")).expect("the job");
    // Another release is another job, though all else is the same.
    project.write("other.toml", job.replace("demo = true", "demo = true\nrelease = \"second\""));
    // `refused` sees to it that what the killed run left is as it was.
    assert_snapshot!(project.refused(&["run", "other.toml", "--out", "out"]), @r"
    error: `out.partial`: exists and was not left by an interrupted run of this job
    hint: remove it if nobody needs it, or choose another folder with `--out`
    1 fault; nothing was written
    ");
    project.done(&["run", "other.toml", "--out", "elsewhere"]);
    // Nor does the same job with inputs that have changed meanwhile.
    let deaths = fs::read_dir(project.path("synth/deaths")).expect("a folder of files");
    let deaths = deaths.map(|entry| entry.expect("a readable entry").path()).next().expect("one file");
    fs::copy(&deaths, deaths.with_file_name("part-more.parquet")).expect("a writable folder");
    let stderr = project.refused(&["run", "job.toml", "--out", "out"]);
    assert!(stderr.contains("was not left by an interrupted run of this job"), "{stderr}");
    fs::remove_file(deaths.with_file_name("part-more.parquet")).expect("our own copy");
    project.done(&["run", "job.toml", "--out", "out"]);
    assert!(!project.path("out.partial").exists());
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let project = Project::new();
    fs::create_dir(project.path("out.partial")).expect("a writable folder");
    project.write("out.partial/job.fingerprint", "another job's");
    assert_snapshot!(project.refused(&["run", "job.toml", "--out", "out"]), @r"
    error: `out.partial`: exists and was not left by an interrupted run of this job
    hint: remove it if nobody needs it, or choose another folder with `--out`
    1 fault; nothing was written
    ");
}
