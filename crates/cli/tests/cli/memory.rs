//! `--memory` is a promise: a run that may use so much uses no more, or is not begun, or ends
//! with a clear word.

use std::fmt::Write;

use insta::assert_snapshot;

use crate::compat::rows;
use crate::project::Project;

/// Persons on both sides, each of whom the other side has once: the most candidate pairs that
/// the plan reckons with.
const PERSONS: usize = 60_000;

const JOB: &str = r#"version = 1
name = "memory"
[keys]
demo = true
[[data_set]]
name = "cohort"
files = ["cohort.csv"]
record_key = "id"
person_key = "id"
roles = { identity = { column = "number", type = "identifier" } }
tiers = { TIERS }
[[data_set]]
name = "register"
files = ["register.csv"]
record_key = "id"
roles = { identity = { column = "number", type = "identifier" } }
[linkage]
left = "cohort"
right = "register"
[[linkage.rank]]
rank = 1
agree = ["identity"]
"#;

/// Columns of an extract that is sorted in two parts, by what is kept of a part in memory.
const NOTES: usize = 52;

/// A project whose job makes all that a job without a recipe can make.
fn project(persons: usize) -> Project {
    let project = Project::new();
    let notes: Vec<String> = (0..NOTES).map(|note| format!("note{note}")).collect();
    for (file, side) in [("cohort.csv", "cohort-person"), ("register.csv", "register-entry")] {
        let mut text = format!("id,number,{}\n", notes.join(","));
        for person in 0..persons {
            let notes = ["x"; NOTES].join(",");
            writeln!(text, "{side}-{person:09},{person},{notes}").expect("text can be written");
        }
        project.write(file, text);
    }
    let tiers: Vec<String> = notes.iter().map(|note| format!("{note} = \"AN\"")).collect();
    let job = JOB.replace("TIERS", &tiers.join(", "));
    let outputs = ["links", "bridge", "persons", "extract\"\ndata_set = \"cohort"];
    let outputs = outputs.map(|kind| format!("[[output]]\nkind = \"{kind}\"\n")).concat();
    project.write("job.toml", format!("{job}{outputs}"));
    project
}

/// The bytes that a run of the job is planned to need at most.
fn planned(project: &Project, threads: &str) -> u64 {
    let json = project.done(&["plan", "job.toml", "--threads", threads, "--json"]);
    let memory = json.lines().find_map(|line| line.trim().strip_prefix("\"memory\": ")).expect("a plan says it");
    memory.trim_end_matches(',').parse().expect("a number of bytes")
}

/// The most bytes of memory that the process had so far, if it is still there.
#[cfg(target_os = "linux")]
fn peak_so_far(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? << 10)
}

/// The plan is an upper bound, and not one that any job would meet: so small a job as this one
/// needs more than a quarter of it on one thread. Three have one and a half chunks of text to
/// share, and are planned with three.
#[cfg(target_os = "linux")]
#[test]
fn a_run_needs_no_more_than_its_plan_and_gives_the_same_bytes_under_it() {
    use std::process::Stdio;
    use std::time::Duration;

    let project = project(PERSONS);
    project.done(&["run", "job.toml", "--out", "free", "--threads", "2"]);
    for (threads, share) in [("1", 4), ("3", 8)] {
        let planned = planned(&project, threads);
        let budget = planned.to_string();
        let out = format!("out{threads}");
        let mut command =
            project.command(&["run", "job.toml", "--out", &out, "--threads", threads, "--memory", &budget]);
        let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
        let mut peak = 0;
        while run.try_wait().expect("our own child").is_none() {
            peak = peak_so_far(run.id()).unwrap_or(peak);
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(run.wait().expect("our own child").success(), "the budget is what the plan asks for");
        assert!(peak <= planned, "{threads} threads: {peak} bytes, planned {planned}");
        assert!(peak > planned / share, "{threads} threads: {peak} bytes, planned {planned}");
        let bytes = |folder: &str, file: &str| std::fs::read(project.path(folder).join(file)).expect("an output");
        for file in ["links.parquet", "bridge.parquet", "persons.parquet", EXTRACT, "manifest.json"] {
            assert!(bytes("free", file) == bytes(&out, file), "{file}");
        }
    }
    let extract = rows(&project.path("free"), EXTRACT, |_| false);
    assert_eq!((extract.len(), extract[0].len()), (PERSONS + 1, NOTES + 1), "a header, and everybody");
    assert!(extract[1..].is_sorted_by_key(|row| &row[0]), "its parts, one after the other, are in pseudonym order");
}

const EXTRACT: &str = "extract/cohort/part-000.parquet";

#[test]
fn a_run_that_may_need_more_is_not_begun() {
    let project = project(10);
    let planned = planned(&project, "2");
    let below = (planned - 1).to_string();
    let stderr = project.refused(&["run", "job.toml", "--threads", "2", "--memory", &below]);
    assert_snapshot!(stderr, @r"
    error: `--memory`: the job may need 169 MiB and may use 168 MiB
    hint: memory follows the smaller side, the threads, and the columns of extracts: split it, or use fewer
    1 fault; nothing was written
    ");
    // Fewer threads need less.
    project.done(&["run", "job.toml", "--threads", "1", "--memory", &below]);
}

/// Everybody has one number, so that each meets all others: far more pairs than the one a
/// person that is planned for.
#[test]
fn a_run_that_finds_too_many_pairs_ends_and_leaves_nothing() {
    let project = project(0);
    for (file, side) in [("cohort.csv", "cohort-person"), ("register.csv", "register-entry")] {
        let header = project.path(file);
        let header = std::fs::read_to_string(header).expect("a header");
        let blank = ",".repeat(NOTES - 1);
        let rows = (0..400).fold(header, |all, person| all + &format!("{side}-{person:09},7,{blank}\n"));
        project.write(file, rows);
    }
    let planned = planned(&project, "2").to_string();
    let run = ["run", "job.toml", "--out", "out", "--threads", "2"];
    let stderr = project.refused(&[&run[..], &["--memory", &planned]].concat());
    assert_snapshot!(stderr, @r"
    error: `--memory`: there are more candidate pairs than fit into the memory that the run may use
    hint: allow more, or ask for more agreement in the ranks: each person meets many others
    1 fault; nothing was written
    ");
    // So many more fit: 160 000 pairs of 650 bytes each.
    project.done(&[&run[..], &["--memory", "2GiB"]].concat());
}

/// Records that are attached are each of some person: the plan has a pair for every one, though
/// it is the few persons that stand in memory.
#[test]
fn many_records_of_few_persons_fit_into_what_is_planned_for_them() {
    let project = project(50);
    let mut text = "id,number\n".to_owned();
    for record in 0..5_000 {
        writeln!(text, "entry-{record},{}", record % 50).expect("text can be written");
    }
    project.write("register.csv", text);
    let job = JOB.replace("tiers = { TIERS }\n", "");
    let attached = "right = \"register\"\n[linkage.options]\nresolution = \"best-per-right\"\n";
    project.write("job.toml", job.replace("right = \"register\"\n", attached));
    let planned = planned(&project, "2").to_string();
    let found = project.done(&["run", "job.toml", "--threads", "2", "--memory", &planned]);
    assert!(found.starts_with("`memory`: 5 000 links"), "{found}");
}
