//! What a job says of m and u: how it is kept to, worked out by hand, and what is refused.

use counterfoil_job::scored::{ComparisonReport, Held};

use crate::folder::{Folder, Run};
use crate::scored_labels::{self, ROWS};

const KNOWN: &str = "truth_column = \"who\"";

/// The job over rows of which two of three pairs of one person share the name, whose comparison of
/// names says this of the level of equal names, and this of the others.
fn job(estimate: &str, equal: &str, others: &str) -> String {
    let levels = |equal: &str, others: &str| {
        format!("level = [ {{ when = \"exact(family_name)\"{equal} }}, {{ when = \"else\"{others} }} ]")
    };
    let plain = scored_labels::job(estimate);
    assert!(plain.contains(&levels("", "")));
    let held = plain.replacen(&levels("", ""), &format!("name = \"name\"\n{}", levels(equal, others)), 1);
    held + "[[output]]\nkind = \"links\"\n"
}

fn run(job: &str) -> (Folder, Run) {
    let folder = Folder::new();
    folder.write("one.csv", ROWS);
    let run = folder.run(job, "out");
    (folder, run)
}

fn names(run: &Run) -> ComparisonReport {
    run.manifest.scored.as_ref().expect("a model").comparisons[0].clone()
}

/// Two of three matches, and 1.6 of the prior's two, so 3.6 of 5; of the 45 pairs of rows two have one
/// name, both of them matches, so that u is at its least.
#[test]
fn by_hand() {
    let cases = [
        ("", "", 0.72, None),
        (", m = 0.9", "", 0.9, Some(Held::Fixed)),
        (", m = { most = 0.6 }", "", 0.6, Some(Held::Most)),
        (", m = { least = 0.6 }", "", 0.72, None),
        (", m = { least = 0.75, most = 0.8 }", "", 0.75, Some(Held::Least)),
        ("", ", m = { most = 0.1 }", 0.9, None),
        // 4.5 of five more.
        (", m = { prior = 0.9, pairs = 5 }", "", 0.81, None),
        (", m = { prior = 0.9, pairs = 5, most = 0.8 }", "", 0.8, Some(Held::Most)),
    ];
    for (equal, others, m, held) in cases {
        let (_folder, run) = run(&job(KNOWN, equal, others));
        let found = names(&run);
        let (first, last) = (&found.levels[0], &found.levels[1]);
        assert!((first.m - m).abs() < 1e-9 && (last.m - (1.0 - m)).abs() < 1e-9, "{equal}{others}: {first:?}");
        assert_eq!(first.m_held, held, "{equal}{others}");
        assert_eq!(last.m_held, (!others.is_empty()).then_some(Held::Most));
        assert_eq!((first.u_held, last.u_held), (None, None));
    }
}

#[test]
fn u_is_kept_to_as_well() {
    for (said, u, held) in [("0.02", 0.02, Held::Fixed), ("{ least = 0.03 }", 0.03, Held::Least)] {
        let (_folder, run) = run(&job(KNOWN, &format!(", u = {said}"), ""));
        let found = names(&run);
        assert!((found.levels[0].u - u).abs() < 1e-9 && (found.levels[1].u - (1.0 - u)).abs() < 1e-9, "{found:?}");
        assert_eq!((found.levels[0].u_held, found.levels[0].m_held), (Some(held), None));
        assert!((found.levels[0].weight - (0.72_f64 / u).log2()).abs() < 1e-5);
    }
}

/// Ten rows say nothing of m: all that is known is what the job says.
#[test]
fn an_estimate_keeps_to_what_is_said_and_the_model_carries_it() {
    let said = ", m = 0.93, u = { least = 0.05, most = 0.06 }";
    let decide = "[linkage.decide]\nlink = { weight = 0.0 }\n[[output]]";
    let job = job("dependence = \"off\"", said, "").replace("[[output]]", decide);
    let (folder, run) = run(&job);
    let found = names(&run);
    assert_eq!((found.levels[0].m, found.levels[0].unobserved), (0.93, false));
    assert!((0.05..=0.06).contains(&found.levels[0].u), "{found:?}");
    let model = std::fs::read_to_string(run.folder.join("model.toml")).expect("a model");
    assert!(model.contains("m = 0.93\n") && !model.contains("least"), "{model}");
    // The model gives the same links and weights.
    let estimate = job.find("[linkage.estimate]").expect("a part of the job");
    let decide = job.find("[linkage.decide]").expect("a part of the job");
    let given = format!("{}model = \"out/model.toml\"\n{}", &job[..estimate], &job[decide..]);
    let again = folder.run(&given, "again");
    let columns = ["left_row", "right_row", "match_weight", "pattern"];
    let links = run.table("links.parquet", &columns);
    assert!(!links.is_empty());
    assert_eq!(again.table("links.parquet", &columns), links);
    assert_eq!((names(&again).levels[0].m_held, names(&again).levels[0].m), (None, 0.93));
}

#[test]
fn what_cannot_be_kept_to_is_told_at_once() {
    let told = |equal: &str, others: &str| {
        let folder = Folder::new();
        folder.write("one.csv", ROWS);
        let faults = folder.try_run(&job("", equal, others), "out", 2).err().expect("the job should be refused");
        assert!(faults.iter().all(|fault| fault.hint.is_some()), "{faults:?}");
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let place = "linkage.estimate.comparison[1]";
    let cases: [(&str, &str, &[&str]); 9] = [
        (", m = 1.0", "", &[".level[1].m: a probability that is fixed is above 0 and below 1"]),
        (
            ", m = { least = 0.9, most = 0.2 }",
            ", u = { most = 1.5 }",
            &[".level[1].m: `least` is above `most`", ".level[2].u: `least`, `most` and `prior` are from 0 to 1"],
        ),
        (", m = {}", "", &[".level[1].m: nothing is said of it"]),
        (", m = { most = 0.0 }", "", &[".level[1].m: no pair would have another level, or none this one"]),
        (", m = { prior = 0.9 }", "", &[".level[1].m: `prior` and `pairs` belong together"]),
        (", m = { prior = 0.9, pairs = -1 }", "", &[".level[1].m: `pairs` is a number above 0"]),
        (", m = 0.9", ", m = 0.2", &[": m of all levels is fixed and adds up to 1.100000, not to 1"]),
        (
            ", u = { least = 0.6 }",
            ", u = { least = 0.6 }",
            &[": the least u of all levels adds up to 1.200000, more than 1"],
        ),
        (
            ", u = { most = 0.1 }",
            ", u = { most = 0.6 }",
            &[": the most that u may be at all levels adds up to 0.700000, less than 1"],
        ),
    ];
    for (equal, others, wanted) in cases {
        let wanted: Vec<String> = wanted.iter().map(|message| format!("{place}{message}")).collect();
        assert_eq!(told(equal, others), wanted);
    }
    let unknown = told(", m = { lest = 0.9 }", "");
    assert!(
        unknown[0].contains("unknown field `lest`, expected one of `least`, `most`, `prior`, `pairs`"),
        "{unknown:?}"
    );
    let word = told(", m = \"often\"", "");
    assert!(word[0].contains("a probability, or a table of `least`, `most`, `prior` and `pairs`"), "{word:?}");
}

#[test]
fn a_model_has_numbers() {
    let folder = Folder::new();
    folder.write("one.csv", ROWS);
    let levels = "level = [ { when = \"exact(birth_date)\", m = { least = 0.5 }, u = 0.1 }, { when = \"else\", m = 0.1, u = 0.9 } ]";
    folder.write(
        "model.toml",
        &format!("version = 1\nlambda = 0.1\n[[block]]\non = [\"sex\"]\n[[comparison]]\n{levels}\n"),
    );
    let job = job("", "", "");
    let estimate = job.find("[linkage.estimate]").expect("a part of the job");
    let faults = folder.try_run(&format!("{}model = \"model.toml\"\n", &job[..estimate]), "out", 2).err();
    let faults = faults.expect("the model should be refused");
    let message = "model.toml, comparison `birth_date`, level `exact(birth_date)`: m and u of a model are numbers";
    assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
}
