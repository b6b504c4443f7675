//! A story for each verb.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};

use insta::assert_snapshot;

use crate::project::{Project, without_time};

#[test]
fn every_verb_has_help_with_an_example() {
    let project = Project::new();
    let verbs: [&[&str]; 12] = [
        &["key"],
        &["key", "new"],
        &["key", "show"],
        &["catalogue"],
        &["catalogue", "show"],
        &["check"],
        &["plan"],
        &["run"],
        &["verify"],
        &["evaluate"],
        &["schema"],
        &["synth"],
    ];
    for verb in verbs {
        let help = project.done(&[verb, &["--help"]].concat());
        assert!(help.contains("Example"), "no example in the help of {verb:?}");
        assert!(help.contains("--json"), "no --json in the help of {verb:?}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "a wide line in the help of {verb:?}");
    }
}

#[test]
fn help() {
    let project = Project::new();
    assert_snapshot!(project.done(&["--help"]), @r"
    Links health data sets through keyed tokens and cuts pseudonymised extracts from them

    Usage: counterfoil [OPTIONS] <COMMAND>

    Commands:
      key        Make a root key, or show what may be known of one
      catalogue  List the data sets, recipes and services, or show one
      check      Check a job file and its inputs, and list every fault at once
      plan       Say what a job would read, compare and need
      run        Run a job and publish its run directory, whole or not at all
      link       Link two files, or deduplicate one, without a job file
      verify     Check that a run directory is as it was published
      evaluate   Measure precision and recall of a run against known truth
      explain    Say why a pair of records scored what it did: levels and weights, never a value
      schema     Print a JSON Schema
      synth      Make a synthetic population with known truth
      help       Print this message or the help of the given subcommand(s)

    Options:
          --json     Print the result as JSON
      -h, --help     Print help
      -V, --version  Print version

    Examples:
      counterfoil catalogue show hes-apc      what is known of a data set
      counterfoil key new keys/project.key    a root key of your own
      counterfoil check job.toml              every fault of a job, before a row is read
      counterfoil run job.toml                the job
      counterfoil verify runs/hes-deaths      whether its outputs are as they were written
      counterfoil link people.csv             duplicates in a file, without a job

    Exit codes: 0 done; 1 done, but a declared gate failed; 2 not done, nothing left behind.
    Results go to stdout, progress and messages to stderr.
    ");
    assert_snapshot!(project.done(&["run", "--help"]), @r"
    Run a job and publish its run directory, whole or not at all

    Usage: counterfoil run [OPTIONS] <JOB>

    Arguments:
      <JOB>  The job file

    Options:
          --json           Print the result as JSON
          --out <DIR>      The run directory to make [default: runs/NAME, after the job's name]
          --threads <N>    Threads [default: one for each core]
          --memory <SIZE>  Memory that the run may use at most, such as 600MB or 2GiB
          --splink <FILE>  Write the model of the linkage to this new file too, as settings that Splink
                           4 and 5 read
      -h, --help           Print help

    Examples:
      counterfoil run job.toml
      counterfoil run job.toml --out results/first --threads 4 --memory 2GiB
      counterfoil run people.toml --splink people.json

    After an interruption, run the same job again: what the first attempt left is cleared away.
    ");
    assert_snapshot!(project.done(&["evaluate", "--help"]), @r"
    Measure precision and recall of a run against known truth

    Usage: counterfoil evaluate [OPTIONS] --truth <FILE> <RUN>

    Arguments:
      <RUN>  The run directory

    Options:
          --json                   Print the result as JSON
          --truth <FILE>           The table of true persons
          --people <FILE>          The table of the people, for subgroups [default: people.parquet
                                   beside the truth]
          --by <COLUMN>            A column of the truth to break figures down by; may be given several
                                   times
          --min-precision <SHARE>  Fail if precision is below this, 0 to 1
          --min-recall <SHARE>     Fail if recall is below this, 0 to 1
      -h, --help                   Print help

    Examples:
      counterfoil evaluate runs/hes-deaths --truth synth/truth.parquet
      counterfoil evaluate runs/hes-deaths --truth synth/truth.parquet --by errors
      counterfoil evaluate runs/hes-deaths --truth truth.csv --min-precision 0.99 --min-recall 0.9

    The truth is a table with `person`, and `row` or `key`, and `source` if it covers several data
    sets; where rows are about two persons, `about` says which one (mother or baby, as the job's
    `person`). The people have `person`, and any of `birth_date`, `death_date`, `sex`, `ethnicity`,
    `deprivation_decile`, `region`; figures are then given for each subgroup. A cell of the column of
    `--by` may list several values joined by commas without a space, as `errors` of synthetic data
    does: the record counts for each of them. Shares have their 95 % interval beside them (Wilson).
    Exit code 1 if a gate fails.
    ");
}

#[test]
fn usage_errors_exit_with_2() {
    let project = Project::new();
    for arguments in [&[][..], &["link"], &["run"], &["run", "job.toml", "--memory", "lots"], &["schema", "page"]] {
        project.refused(arguments);
    }
    assert_snapshot!(project.refused(&["run", "job.toml", "--memory", "lots"]), @r"
    error: invalid value 'lots' for '--memory <SIZE>': write a number and a unit, such as `600MB` or `2GiB`

    For more information, try '--help'.
    ");
}

#[test]
fn a_key_is_made_once_and_never_shown() {
    let project = Project::new();
    let made = project.say(&["key", "new", "project.key", "--purpose", "hospital and deaths"]);
    assert_eq!(made.code, 0);
    let file = fs::read_to_string(project.path("project.key")).expect("a key file");
    let permissions = fs::metadata(project.path("project.key")).expect("a key file").permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    let key = file.lines().find_map(|line| line.strip_prefix("key = ")).expect("a key");
    let shown = project.done(&["key", "show", "project.key"]);
    let json = project.done(&["key", "show", "project.key", "--json"]);
    assert!([&made.stdout, &made.stderr, &shown, &json].iter().all(|text| !text.contains(&key[..8])));
    let id = shown.lines().find_map(|line| line.strip_prefix("  id       ")).expect("an id");
    assert_snapshot!(shown.replace(id, "[id]"), @r"
    root key `project.key`
      id       [id]
      purpose  hospital and deaths
    ");
    assert_snapshot!(json.replace(id, "[id]"), @r#"
    {
      "file": "project.key",
      "id": "[id]",
      "purpose": "hospital and deaths"
    }
    "#);
    assert_snapshot!(made.stdout.replace(id, "[id]"), @r"
    made the root key `project.key`
      id       [id]
      purpose  hospital and deaths
    ");
    assert_snapshot!(made.stderr, @"keep a copy where only you can reach it: nobody can make the same tokens or pseudonyms without this key");
    assert_snapshot!(project.refused(&["key", "new", "project.key"]), @r"
    error: `project.key`: the key file already exists
    hint: a key is never overwritten: choose another name, or move the old file away yourself
    1 fault; nothing was written
    ");
}

#[test]
fn a_sound_job_is_checked_planned_run_verified_and_evaluated() {
    let project = Project::new();
    assert_snapshot!(project.done(&["check", "job.toml"]), @r"
    `two-files` is in order: 2 data sets, 2 ranks, 1 output

    Notes
      - keys: the built-in demo key is public and protects nothing
    ");
    assert_snapshot!(project.done(&["plan", "job.toml", "--threads", "2"]), @r"
    `two-files` would

    Read
      data set  side   files   size     rows
      hospital  left       1  262 B  about 5
      deaths    right      1  172 B  about 3

    Compare
      data set  linkage field  columns
      hospital  nhs_number     NHS_NO
                birth_date     DOB
                sex            GENDER
                postcode       HOME_POSTCODE
      deaths    nhs_number     NHS_NO
                birth_date     DOB
                sex            GENDER
                postcode       HOME_POSTCODE

    Look up pairs by
      - nhs_number, birth_date
      - birth_date, sex, postcode

    Need
      memory  at most 176.2 MB with 2 threads; the right side is held
      time    less than a second

    Write
      - links.parquet

    Notes
      - keys: the built-in demo key is public and protects nothing
    ");
    let run = project.say(&["run", "job.toml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_snapshot!(sizes_left_out(&run.stdout), @r"
    `two-files`: 2 links between `hospital` and `deaths`

    Identifiers
      data set  rows  field       valid           missing  refused
      hospital     5  nhs_number      4   80.0 %        1        0
                      birth_date      5  100.0 %        0        0
                      sex             5  100.0 %        0        0
                      postcode        5  100.0 %        0        0
      deaths       3  nhs_number      2   66.7 %        1        0
                      birth_date      3  100.0 %        0        0
                      sex             3  100.0 %        0        0
                      postcode        3  100.0 %        0        0

    Links
      rank  links    share  agreement
         1      1   50.0 %  nhs_number, birth_date
         2      1   50.0 %  birth_date, sex, postcode; nhs_number not contradicting
       all      2  100.0 %

      candidate pairs  2
      ties             none

    Outputs in `runs/two-files`
      file             rows    size
      links.parquet 2
      rejects.parquet 0
      manifest.json

    Notes
      - keys: the built-in demo key is public and protects nothing
    ");
    assert_snapshot!(without_time(&run.stderr), @"8 rows in [time]");
    assert_snapshot!(project.done(&["verify", "runs/two-files"]), @"`runs/two-files` is as it was published (3 files)");
    assert_snapshot!(project.done(&["evaluate", "runs/two-files", "--truth", "truth.csv"]), @r"
    `runs/two-files` against `truth.csv`

      rank  links  true links  precision           95 %  recall           95 %
         1      1           1     1.0000  0.2065–1.0000  0.3333  0.0615–0.7923
         2      1           1     1.0000  0.2065–1.0000  0.3333  0.0615–0.7923
       all      2           2     1.0000  0.3424–1.0000  0.6667  0.2077–0.9385

      F1       0.8000
      matches  3 could have been found: persons on both sides
    ");
}

#[test]
fn quality_is_broken_down_by_subgroups() {
    let project = Project::new();
    project.done(&["run", "job.toml", "--out", "out"]);
    project.write("people.csv", "person,sex,region\np1,1,North\np2,2,North\np4,2,South\n");
    let evaluate = ["evaluate", "out", "--truth", "truth.csv", "--people", "people.csv", "--by", "source"];
    assert_snapshot!(project.done(&evaluate), @r"
    `out` against `truth.csv`

      rank  links  true links  precision           95 %  recall           95 %
         1      1           1     1.0000  0.2065–1.0000  0.3333  0.0615–0.7923
         2      1           1     1.0000  0.2065–1.0000  0.3333  0.0615–0.7923
       all      2           2     1.0000  0.3424–1.0000  0.6667  0.2077–0.9385

      F1       0.8000
      matches  3 could have been found: persons on both sides

    By sex
         matches  links  true links  precision           95 %  recall           95 %      F1
      1        1      1           1     1.0000  0.2065–1.0000  1.0000  0.2065–1.0000  1.0000
      2        2      1           1     1.0000  0.2065–1.0000  0.5000  0.0945–0.9055  0.6667

    By region
             matches  links  true links  precision           95 %  recall           95 %      F1
      North        2      1           1     1.0000  0.2065–1.0000  0.5000  0.0945–0.9055  0.6667
      South        1      1           1     1.0000  0.2065–1.0000  1.0000  0.2065–1.0000  1.0000

    By source
              matches  links  true links  precision           95 %  recall           95 %      F1
      deaths        3      2           2     1.0000  0.3424–1.0000  0.6667  0.2077–0.9385  0.8000
    ");
    let json = project.done(&[&evaluate[..], &["--json"]].concat());
    for part in ["\"by\": \"region\"", "\"group\": \"South\"", "\"recall_interval\": [", "\"step\": \"1\""] {
        assert!(json.contains(part), "`{part}` is not in the JSON");
    }
}

/// Sizes of Parquet files follow the library's version.
fn sizes_left_out(summary: &str) -> String {
    let line = |line: &str| match line.split_once(".parquet ") {
        Some((name, rest)) => format!("{name}.parquet {}", rest.split_whitespace().next().unwrap_or_default()),
        None => line.to_owned(),
    };
    summary.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_failed_gate_exits_with_1() {
    let project = Project::new();
    project.done(&["run", "job.toml", "--out", "out"]);
    let evaluate = ["evaluate", "out", "--truth", "truth.csv", "--min-precision", "1", "--min-recall", "0.9"];
    let said = project.say(&evaluate);
    assert_eq!(said.code, 1);
    assert_snapshot!(said.stderr, @"gate failed: recall is 0.6667, below 0.9");
    let said = project.say(&["evaluate", "out", "--truth", "truth.csv", "--min-recall", "0.5"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
}

#[test]
fn one_changed_byte_of_any_file_of_a_run_is_found() {
    let project = Project::new();
    project.done(&["run", "job.toml", "--out", "out"]);
    for name in ["links.parquet", "rejects.parquet", "manifest.json"] {
        let path = project.path("out").join(name);
        let sound = fs::read(&path).expect("an output");
        let mut damaged = sound.clone();
        damaged[sound.len() / 2] ^= 1;
        fs::write(&path, damaged).expect("a writable output");
        let said = project.say(&["verify", "out"]);
        assert_eq!(said.code, 1, "a changed `{name}` passes");
        assert!(said.stdout.contains(name) && said.stderr.starts_with("verification failed"));
        fs::write(&path, sound).expect("a writable output");
    }
    project.write("out/added.txt", "");
    let said = project.say(&["verify", "out"]);
    assert_eq!(said.code, 1);
    assert_snapshot!(said.stdout, @r"
    `out` is not as it was published
      - added.txt: was added
    ");
    assert_snapshot!(said.stderr, @"verification failed: 1 problem");
}

#[test]
fn results_are_json_if_asked_for() {
    let project = Project::new();
    assert_snapshot!(project.done(&["check", "job.toml", "--json"]), @r#"
    {
      "faults": [],
      "job": "two-files",
      "notes": [
        "keys: the built-in demo key is public and protects nothing"
      ]
    }
    "#);
    let run = project.done(&["run", "job.toml", "--out", "out", "--json"]);
    for part in ["\"out\": \"out\"", "\"links\": 2", "\"seal\": "] {
        assert!(run.contains(part), "`{part}` is not in the JSON");
    }
    assert_snapshot!(project.done(&["verify", "out", "--json"]), @r#"
    {
      "files": 3,
      "problems": [],
      "run": "out",
      "sound": true
    }
    "#);
    assert!(project.done(&["plan", "job.toml", "--json"]).contains("\"indexed\": \"right\""));
    project.change("job.toml", "right = \"deaths\"", "right = \"dates\"");
    let said = project.say(&["check", "job.toml", "--json"]);
    assert_eq!(said.code, 2);
    assert_snapshot!(said.stdout, @r#"
    {
      "faults": [
        {
          "hint": "name a `[[data_set]]` of the job",
          "kind": "bad-spec",
          "message": "there is no data set `dates`; the job has `hospital`, `deaths`",
          "place": "linkage.right"
        }
      ]
    }
    "#);
}

#[test]
fn schemas_describe_what_people_write() {
    let project = Project::new();
    for (of, title) in [
        ("job", "Counterfoil job"),
        ("agreement", "Counterfoil agreement"),
        ("data-set", "Counterfoil data set"),
        ("recipe", "Counterfoil linkage recipe"),
    ] {
        assert!(project.done(&["schema", of]).contains(&format!("\"title\": \"{title}\"")), "`{of}`");
    }
}

#[test]
fn a_synthetic_population_is_made_and_linked() {
    let project = Project::new();
    let synth = project.say(&["synth", "--people", "400", "--seed", "7", "--out", "synth"]);
    assert_eq!(synth.code, 0, "{}", synth.stderr);
    assert!(synth.stdout.starts_with("400 synthetic people (seed 7) in `synth`; nobody in it is real\n"));
    assert!(project.path("synth/truth.parquet").exists());
    project.write("hes.toml", SYNTHETIC_JOB);
    let run = project.done(&["run", "hes.toml"]);
    for part in ["Deaths delivered", "rank", "extract/deaths/", "demo key is public and protects nothing"] {
        assert!(run.contains(part), "`{part}` is not in the summary");
    }
    project.done(&["verify", "runs/hes-deaths"]);
    // As the help has it: the errors of a record are a list, and it counts for each.
    let by_errors = project.done(&["evaluate", "runs/hes-deaths", "--truth", "synth/truth.parquet", "--by", "errors"]);
    let (_, groups) = by_errors.split_once("By errors; a record may be in several\n").expect("a table by errors");
    assert!(groups.lines().any(|line| line.trim_start().starts_with("none ")) && !groups.contains(','), "{groups}");
    assert_snapshot!(project.refused(&["synth", "--people", "0", "--seed", "1", "--out", "x", "--fields", "HAIR"]), @r"
    error: `--people`: must be between 1 and 80000000
    hint: there are no more NHS numbers outside the blocks that are issued
    error: `--fields`: no synthetic data set that was asked for has a column `HAIR`
    hint: write `all`, `linkage`, or columns as `counterfoil catalogue show` lists them
    2 faults; nothing was written
    ");
    let said = project.refused(&["synth", "--people", "9", "--seed", "1", "--out", "x", "--data-sets", "hes-apc,x"]);
    assert!(said.contains("`--data-sets`: no synthetic data set `x`; there are `hes-apc`, "), "{said}");
}

#[test]
fn error_rates_come_from_a_file_and_lie_beside_the_data() {
    let project = Project::new();
    project.write("rates.toml", "[deaths]\nsex_wrong = 0.25\n");
    project.done(&["synth", "--people", "300", "--seed", "7", "--out", "a", "--errors", "rates.toml"]);
    // The rates as used are a file of rates themselves: they give the same data.
    project.done(&["synth", "--people", "300", "--seed", "7", "--out", "b", "--errors", "a/errors.toml"]);
    project.done(&["synth", "--people", "300", "--seed", "7", "--out", "c"]);
    let read = |path: &str| fs::read(project.path(path)).expect("a file");
    assert!(String::from_utf8_lossy(&read("a/errors.toml")).contains("\nsex_wrong = 0.25\n"));
    assert_eq!(read("a/deaths/part-000.parquet"), read("b/deaths/part-000.parquet"));
    assert_ne!(read("a/deaths/part-000.parquet"), read("c/deaths/part-000.parquet"));
    project.write("wrong.toml", "[hes]\n[deaths]\nsex_wrong = 2\n[multipliers.sex]\nage = { young = 1 }\n");
    let said = project.refused(&["synth", "--people", "0", "--seed", "7", "--out", "d", "--errors", "wrong.toml"]);
    for fault in [
        "`--people`: must be between",
        "`wrong.toml, hes`: no data set of that name has error rates; there are `hes-apc`, ",
        "`wrong.toml, deaths.sex_wrong`: a rate and its share `always` lie between 0 and 1",
        "`wrong.toml, multipliers.sex.age.young`: no such ages; they go from 0 to 120",
        "4 faults; nothing was written",
    ] {
        assert!(said.contains(fault), "`{fault}` is not in\n{said}");
    }
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_failure() {
    let project = Project::new();
    let mut command = project.command(&["schema", "job"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    drop(child.stdout.take());
    let Output { status, stderr, .. } = child.wait_with_output().expect("the binary ends");
    assert_eq!((status.code(), stderr.as_slice()), (Some(0), &b""[..]));
}

pub(crate) const SYNTHETIC_JOB: &str = r#"version = 1
name = "hes-deaths"
[keys]
demo = true
[[data_set]]
name = "apc"
is = "hes-apc"
files = ["synth/hes_apc/*.parquet"]
[[data_set]]
name = "deaths"
is = "deaths"
files = ["synth/deaths"]
[linkage]
left = "apc"
right = "deaths"
recipe = "hes-deaths"
[[output]]
kind = "links"
[[output]]
kind = "extract"
data_set = "deaths"
"#;
