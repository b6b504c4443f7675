//! Linkages by a given model, with links, figures and bridging file worked out by hand.

use counterfoil_core::Silent;
use counterfoil_job::evaluate::{Against, BandQuality, Evaluation, Quality, evaluate};
use counterfoil_job::explain::{Outcome, RecordName, explain};
use counterfoil_job::verify::verify;

use crate::folder::{Folder, Run};

/// Weights of whole bits but for "else": a random pair matches as likely as not (0 bits); the
/// same name adds log2(0.8 / 0.1) = 3, the same date of birth log2(0.8 / 0.05) = 4; another name
/// log2(0.2 / 0.9) = −2.17, another date log2(0.2 / 0.95) = −2.25.
pub(crate) const MODEL: &str = r#"
version = 1
lambda = 0.5
[[block]]
on = ["sex"]
[[comparison]]
level = [
  { when = "exact(family_name)", m = 0.8, u = 0.1 },
  { when = "else", m = 0.2, u = 0.9 } ]
[[comparison]]
level = [
  { when = "exact(birth_date)", m = 0.8, u = 0.05 },
  { when = "else", m = 0.2, u = 0.95 } ]
"#;

const HEADER: &str = "id,name,born,sex\n";

fn data_set(name: &str) -> String {
    format!(
        "[[data_set]]\nname = \"{name}\"\nfiles = [\"{name}.csv\"]\nrecord_key = \"id\"\n[data_set.roles]\n\
         family_name = \"name\"\nbirth_date = \"born\"\nsex = \"sex\"\n"
    )
}

/// A job over data sets of this many names.
fn job(data_sets: &[&str], linkage: &str, outputs: &[&str]) -> String {
    let data_sets: String = data_sets.iter().map(|name| data_set(name)).collect();
    let outputs = outputs.iter().map(|kind| format!("[[output]]\nkind = \"{kind}\"\n")).collect::<Vec<_>>().concat();
    format!(
        "version = 1\nname = \"given\"\n[keys]\ndemo = true\n{data_sets}[linkage]\nmodel = \"model.toml\"\n{linkage}{outputs}"
    )
}

fn folder(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder.write("model.toml", MODEL);
    for (name, rows) in files {
        folder.write(&format!("{name}.csv"), &format!("{HEADER}{rows}"));
    }
    folder
}

fn evaluated(folder: &Folder, run: &Run, truth: &str) -> Evaluation {
    folder.write("truth.csv", truth);
    let has_flag = truth.lines().next().is_some_and(|header| header.ends_with("flag"));
    let by = if has_flag { vec!["flag".to_owned()] } else { Vec::new() };
    let against = Against { truth: folder.path().join("truth.csv"), people: None, by };
    evaluate(&run.folder, &against).expect("a run and its truth")
}

/// Links, true links, found matches.
fn counts(quality: &Quality) -> (u64, u64, u64) {
    (quality.links, quality.true_links, quality.found)
}

const ONE: &str =
    "a,Ash,1950-01-01,1\nb,Ash,1950-01-01,1\nc,Ash,1960-02-02,1\nd,Birch,1960-02-02,1\ne,Cedar,1970-03-03,1\n";

/// Of ten pairs five are expected to match; a and b weigh 7 bits, which is 128 to 1.
#[test]
fn a_given_threshold_is_kept_to_and_its_errors_are_those_of_the_pairs_above() {
    let folder = folder(&[("one", ONE)]);
    let found = 128.0 / 129.0;
    let cases = [
        ("probability = 0.8", 2.0, 1, (1.0 - found, 1.0 - found / 5.0), true),
        ("probability = 0.995", 7.636_624_62, 0, (0.0, 1.0), true),
        ("weight = 6.99", 6.99, 1, (1.0 - found, 1.0 - found / 5.0), true),
        ("weight = 50", 50.0, 0, (0.0, 1.0), true),
    ];
    for (at, (asked, bits, links, (false_links, missed), met)) in cases.into_iter().enumerate() {
        let linkage = format!("left = \"one\"\ndecide = {{ link = {{ {asked} }} }}\n");
        let run = folder.run(&job(&["one"], &linkage, &["links"]), &format!("out{at}"));
        let link = &run.manifest.scored.as_ref().expect("a model").link;
        assert_eq!((run.manifest.linkage.links, link.met), (links, met), "{asked}");
        for (is, should) in [(link.weight, bits), (link.false_links, false_links), (link.missed_links, missed)] {
            assert!((is - should).abs() < 1e-5, "{asked}: {is}, not {should}");
        }
    }
}

#[test]
fn a_threshold_that_is_no_number_is_refused() {
    let folder = folder(&[("one", ONE)]);
    for (asked, message) in [
        ("link = { weight = nan }", "linkage.decide.link: a match weight is a number of bits"),
        ("possible = { weight = inf }", "linkage.decide.possible: a match weight is a number of bits"),
        ("link = { probability = nan }", "linkage.decide.link: a probability or share is from 0 to 1"),
    ] {
        let job = job(&["one"], &format!("left = \"one\"\ndecide = {{ {asked} }}\n"), &["links"]);
        let faults = folder.try_run(&job, "out", 2).err().expect("the job should be refused");
        assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
    }
}

#[test]
fn fields_that_all_have_one_value_are_nothing_to_learn_from() {
    let folder = folder(&[("one", "a,Ash,1950-01-01,1\nb,Ash,1950-01-01,1\nc,Ash,1950-01-01,1\n")]);
    let job = job(&["one"], "left = \"one\"\nestimate = {}\n", &["links"]).replace("model = \"model.toml\"\n", "");
    let mut faults = folder.try_run(&job, "out", 2).err().expect("the job should be refused");
    let fault = faults.pop().expect("a fault");
    let message = "linkage.estimate: no field tells records apart: of `birth_date`, `family_name`, `sex` none has two \
                   different values";
    assert_eq!(fault.to_string(), message);
    assert!(faults.is_empty() && fault.hint.is_some());
}

/// Pairs below −5 bits are not kept, so that a threshold below is not what was asked for.
/// The same name adds 3 bits, and that a date of birth is missing takes one and a half.
#[test]
fn a_missing_value_weighs_what_the_model_says() {
    let folder = folder(&[("one", "a,Ash,1950-01-01,1\nb,Ash,,1\nc,Birch,1960-02-02,1\n")]);
    let second = "[[comparison]]\nlevel = [\n  { when = \"exact(birth_date)\"";
    assert!(MODEL.contains(second));
    let model = |missing: &str| MODEL.replace(second, &second.replace("]]\n", &format!("]]\nmissing = {missing}\n")));
    folder.write("model.toml", &model("-1.5"));
    let job = job(&["one"], "left = \"one\"\ndecide = { link = { weight = 1.0 } }\n", &["links"]);
    let run = folder.run(&job, "out");
    let weight = &run.table("links.parquet", &["left_key", "right_key", "match_weight"])[0];
    assert_eq!(weight[..2], ["a", "b"]);
    assert!((weight[2].parse::<f64>().expect("a weight") - 1.5).abs() < 1e-5, "{weight:?}");
    let rows = ["0", "1"].map(|row| RecordName::Row(row.to_owned()));
    let found = explain(&folder.path().join("out"), [&rows[0], &rows[1]], None, &Silent).expect("a pair");
    let steps: Vec<f64> = found.comparisons.iter().map(|step| step.weight).collect();
    assert!((steps[0] - 3.0).abs() < 1e-5 && (steps[1] + 1.5).abs() < 1e-5, "{steps:?}");

    folder.write("model.toml", &model("nan"));
    let faults = folder.try_run(&job, "refused", 2).err().expect("a weight is a number");
    assert!(faults[0].to_string().contains("`missing` is a number of bits"), "{faults:?}");
}

#[test]
fn a_threshold_below_the_floor_is_told_as_the_floor() {
    let folder = folder(&[("one", ONE)]);
    let run = folder.run(&job(&["one"], "left = \"one\"\ndecide = { link = { weight = -7 } }\n", &["links"]), "out");
    let link = &run.manifest.scored.as_ref().expect("a model").link;
    assert_eq!((link.weight, link.met), (-5.0, false));
    assert!(run.manifest.notes.iter().any(|note| note.starts_with("decide.link: no threshold")));
}

/// a and b 7 bits; a and c, b and c 3 − 2.25; c and d 4 − 2.17; no other pair reaches half a bit.
#[test]
fn links_are_measured_by_weight() {
    let folder = folder(&[("one", ONE)]);
    let linkage = "left = \"one\"\ndecide = { link = { weight = 0.5 } }\n";
    let run = folder.run(&job(&["one"], linkage, &["links"]), "out");
    let truth = "key,person,flag\na,p1,x\nb,p1,\nc,p2,\nd,p2,x\ne,p1,\n";
    let found = evaluated(&folder, &run, truth);
    // a and b, c and d are matches that are found; a and e, b and e are missed.
    assert_eq!((found.matches, counts(&found.overall)), (4, (4, 2, 2)));
    assert_eq!((found.overall.precision, found.overall.recall, found.f1), (0.5, 0.5, 0.5));
    let band = |of: &BandQuality| (of.from, of.to, counts(&of.quality));
    let bands: Vec<_> = found.by_band.iter().map(band).collect();
    assert_eq!(bands, [(7, Some(8), (1, 1, 1)), (1, Some(2), (1, 1, 1)), (0, Some(1), (2, 0, 0))]);
    assert!(found.by_rank.is_empty() && found.by_step.is_empty(), "a model has no ranks");
    // Each link and match counts with its later record: d is of x; b, c and e are not.
    let groups: Vec<_> =
        found.by[0].groups.iter().map(|of| (of.group.as_str(), of.matches, counts(&of.quality))).collect();
    assert_eq!(groups, [("x", 1, (1, 1, 1)), ("none", 3, (3, 1, 1))]);
    // Odds of 8 · 16 to 1, twice of 8 · 0.2 / 0.95, and of 16 · 0.2 / 0.9; half of ten pairs match.
    let odds = [128.0, 1.6 / 0.95, 1.6 / 0.95, 3.2 / 0.9];
    let true_links: f64 = odds.iter().map(|odds| odds / (1.0 + odds)).sum();
    let estimated = found.estimated.expect("a model estimates");
    assert!((estimated.false_links - (1.0 - true_links / 4.0)).abs() < 1e-6);
    assert!((estimated.missed_links - (1.0 - true_links / 5.0)).abs() < 1e-6);
}

/// Two rules. By date of birth: a and b of 1950, c and d of 1960. By sex: all pairs, so that a and c, b
/// and c are left to it; of these and of c and d none is of one person but c and d.
#[test]
fn links_say_which_rule_found_them_first() {
    let folder = folder(&[("one", ONE)]);
    let of_sex = "[[block]]\non = [\"sex\"]\n";
    folder.write("model.toml", &MODEL.replace(of_sex, &format!("[[block]]\non = [\"birth_date\"]\n{of_sex}")));
    let linkage = "left = \"one\"\ndecide = { link = { weight = 1 }, possible = { weight = 0.5 } }\n";
    let run = folder.run(&job(&["one"], linkage, &["links"]), "out");
    let columns = ["left_key", "right_key", "block"];
    assert_eq!(run.table("links.parquet", &columns), [["a", "b", "0"], ["c", "d", "0"]]);
    assert_eq!(run.table("possible_links.parquet", &columns), [["a", "c", "1"], ["b", "c", "1"]]);
    let rows = ["0", "2"].map(|row| RecordName::Row(row.to_owned()));
    let of_pair = |pair: [&RecordName; 2]| explain(&run.folder, pair, None, &Silent).expect("a pair").block;
    assert_eq!(of_pair([&rows[0], &rows[1]]), Some(1));

    let linkage = "left = \"one\"\ndecide = { link = { weight = 0.5 } }\n";
    let run = folder.run(&job(&["one"], linkage, &["links"]), "more");
    let found = evaluated(&folder, &run, "key,person\na,p1\nb,p3\nc,p2\nd,p2\ne,p1\n");
    let blocks = found.by_block.iter().map(|of| (of.block, of.rule.as_str(), counts(&of.quality)));
    assert_eq!(blocks.collect::<Vec<_>>(), [(0, "birth_date", (2, 1, 1)), (1, "sex", (2, 0, 0))]);
}

/// Such a model is noted, and no job may fix m like this.
#[test]
fn a_pair_is_explained_whose_model_does_not_add_up() {
    let folder = folder(&[("one", ONE)]);
    let written = "{ when = \"else\", m = 0.2, u = 0.9 }";
    assert!(MODEL.contains(written));
    folder.write("model.toml", &MODEL.replace(written, "{ when = \"else\", m = 0.45, u = 0.9 }"));
    let run = folder.run(&job(&["one"], "left = \"one\"\ndecide = { link = { weight = 0.5 } }\n", &["links"]), "out");
    let rows = ["2", "3"].map(|row| RecordName::Row(row.to_owned()));
    let found = explain(&run.folder, [&rows[0], &rows[1]], None, &Silent).expect("a pair");
    // Another name, half as likely as by chance, and the same date.
    assert!((found.weight - 3.0).abs() < 1e-5 && found.outcome == Outcome::Link, "{found:?}");
}

const LEFT: &str = "l0,Ash,1950-01-01,1\nl1,Ash,1960-02-02,1\n";
const RIGHT: &str = "r0,Ash,1950-01-01,1\nr1,Ash,1960-02-02,1\n";
const TRUTH: &str = "source,key,person\nleft,l0,p1\nleft,l1,p2\nright,r0,p1\nright,r1,p1\n";

/// Every pair shares the name; those of one date weigh 7 bits, the others 0.75.
#[test]
fn what_a_match_is_follows_from_how_links_are_chosen() {
    let folder = folder(&[("left", LEFT), ("right", RIGHT)]);
    let evaluation = |linkage: &str, out: &str| {
        let run = folder.run(&job(&["left", "right"], &format!("left = \"left\"\n{linkage}"), &["links"]), out);
        evaluated(&folder, &run, TRUTH)
    };
    let weight = "link = { weight = 0.5 }";
    // Pairs of records: l0 is of p1 as both right ones are; l1 is of nobody there.
    let all = evaluation(&format!("right = \"right\"\ndecide = {{ {weight} }}\n"), "all");
    assert_eq!((all.matches, counts(&all.overall)), (2, (4, 2, 2)));
    // One to one: l0 with r0, l1 with r1; one person is on both sides.
    for resolve in ["one-to-one", "greedy"] {
        let one =
            evaluation(&format!("right = \"right\"\ndecide = {{ {weight}, resolve = \"{resolve}\" }}\n"), resolve);
        assert_eq!((one.matches, counts(&one.overall)), (1, (2, 1, 1)), "{resolve}");
    }
    // Many to one: both right records are of a person on the left.
    let many =
        evaluation(&format!("right = \"right\"\ndecide = {{ {weight}, resolve = \"best-per-right\" }}\n"), "many");
    assert_eq!((many.matches, counts(&many.overall)), (2, (2, 1, 1)));
}

/// Two deaths are two persons, whatever joins them: l0 with r0 and l1 with r1 weigh 7 bits, and any
/// other pair, with which all would be one person, 0.75.
#[test]
fn no_person_has_two_records_of_a_data_set_with_one_of_each() {
    let folder = folder(&[("left", LEFT), ("right", RIGHT)]);
    let two = "left = \"left\"\nright = \"right\"\n";
    let any = "left = [\"left\", \"right\"]\ntype = \"link_and_dedupe\"\n";
    // Without it four links between two files, and six among all.
    for (at, (sides, decide, links, refused)) in [
        (two, "", 4, 0),
        // Between two sides rivals lose so much that there is nothing left to refuse.
        (two, ", one_record_of = [\"right\"]", 2, 0),
        (two, ", one_record_of = [\"left\", \"right\"]", 2, 0),
        (any, "", 6, 0),
        (any, ", one_record_of = [\"right\"]", 2, 4),
        (any, ", one_record_of = [\"right\"], resolve = \"complete-linkage\"", 2, 0),
    ]
    .into_iter()
    .enumerate()
    {
        let linkage = format!("{sides}decide = {{ link = {{ weight = 0.5 }}{decide} }}\n");
        let run = folder.run(&job(&["left", "right"], &linkage, &["links"]), &format!("out{at}"));
        let scored = run.manifest.scored.as_ref().expect("a model");
        assert_eq!((run.manifest.linkage.links, scored.refused), (links, refused), "{linkage}");
        if refused > 0 {
            let pair = ["left:0", "right:1"].map(|row| RecordName::Row(row.to_owned()));
            let why_not = explain(&run.folder, [&pair[0], &pair[1]], None, &Silent).expect("a pair").why_not;
            assert!(why_not[0].starts_with("it was refused as a conflict: one person would have two records of `"));
        }
    }
}

#[test]
fn a_data_set_with_one_record_of_each_person_has_to_be_linked() {
    let folder = folder(&[("left", LEFT), ("right", RIGHT)]);
    let linkage = "left = \"left\"\nright = \"right\"\ndecide = { one_record_of = [\"deaths\"] }\n";
    let faults = folder.try_run(&job(&["left", "right"], linkage, &["links"]), "out", 2).err().expect("a fault");
    let message = "linkage.decide.one_record_of: there is no data set `deaths` in the linkage; it has `left`, `right`";
    assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
}

#[test]
fn pairs_that_are_not_looked_for_are_not_missed() {
    let folder = folder(&[("left", LEFT), ("right", RIGHT)]);
    let evaluation = |kind: &str| {
        let linkage =
            format!("left = [\"left\", \"right\"]\ntype = \"{kind}\"\ndecide = {{ link = {{ weight = 0.5 }} }}\n");
        let run = folder.run(&job(&["left", "right"], &linkage, &["links"]), kind);
        evaluated(&folder, &run, TRUTH)
    };
    // p1 has l0, r0 and r1: two pairs across, one within.
    let found = |kind: &str| {
        let found = evaluation(kind);
        (found.matches, counts(&found.overall))
    };
    assert_eq!(found("link_only"), (2, (4, 2, 2)));
    assert_eq!(found("dedupe_only"), (1, (2, 1, 1)));
    assert_eq!(found("link_and_dedupe"), (3, (6, 3, 3)));
}

#[test]
fn a_bridging_file_has_probabilities_and_is_told_from_a_ranked_one() {
    let folder = folder(&[("left", LEFT), ("right", RIGHT)]);
    let linkage = "left = \"left\"\nright = \"right\"\n\
                   decide = { link = { weight = 5.0 }, possible = { weight = 0.5 } }\n";
    let run = folder.run(&job(&["left", "right"], linkage, &["bridge", "links", "persons"]), "out");
    let pairs =
        run.table("bridge.parquet", &["left_pseudonym", "right_pseudonym", "match_probability", "file_version"]);
    assert_eq!(pairs.len(), 2, "l0 with r0, l1 with r1");
    // 7 bits are odds of 128 to 1.
    assert!(pairs.iter().all(|pair| pair[2] == (128.0 / 129.0).to_string() && pair[3] == "given"), "{pairs:?}");
    assert!(pairs.iter().all(|pair| pair[0].len() == 32 && pair[1].len() == 32 && pair[0] != pair[1]));
    assert_eq!(run.table("possible_links.parquet", &["left_key", "right_key"]), [["l0", "r1"], ["l1", "r0"]]);
    assert_eq!(verify(&run.folder).expect("a run").problems, [""; 0]);
}

/// a and b are one person, c and d another; e has no partner and stays.
#[test]
fn an_extract_has_the_rows_of_linked_persons() {
    let folder = folder(&[("one", ONE)]);
    let tiers = "sex = \"sex\"\n[data_set.tiers]\nsex = \"AN\"\nname = \"ID\"\n";
    let outputs = "[[output]]\nkind = \"persons\"\n[[output]]\nkind = \"extract\"\ndata_set = \"one\"\n";
    let job = job(&["one"], "left = \"one\"\ndecide = { link = { weight = 1.0 } }\n", &[]) + outputs;
    let run = folder.run(&job.replacen("sex = \"sex\"\n", tiers, 1), "out");
    assert_eq!(run.columns("extract/one/part-000.parquet"), ["PERSON_PSEUDONYM", "id", "sex"]);
    let rows = run.table("extract/one/part-000.parquet", &["PERSON_PSEUDONYM", "sex"]);
    assert_eq!(rows.len(), 4);
    assert!(rows[0] == rows[1] && rows[2] == rows[3] && rows[1] < rows[2], "two rows each, in the persons' order");
    let persons = run.table("persons.parquet", &["person"]);
    assert!(
        persons[0] == persons[1] && persons[2] == persons[3] && persons[0] != persons[2] && persons[4] != persons[0]
    );
    let stays = &run.manifest.suppressed["one"];
    assert!(
        stays.iter().any(|(column, _)| column == "name") && stays.iter().any(|(column, _)| column == "born"),
        "{stays:?}"
    );
    assert_eq!(verify(&run.folder).expect("a run").problems, [""; 0]);
}

/// Of the ten pairs six have nothing in common and weigh −4.42 bits, two have the name (0.75), one the
/// date (1.83) and one both (7): at 2 bits one link is left, of odds 128 to 1, and of five matches.
#[test]
fn errors_are_told_for_every_whole_number_of_bits_with_other_links() {
    let folder = folder(&[("one", ONE)]);
    let run = folder.run(&job(&["one"], "left = \"one\"\n", &["links"]), "out");
    let thresholds = &run.manifest.scored.as_ref().expect("a model").thresholds;
    let links: Vec<(i32, u64)> = thresholds.iter().map(|at| (at.weight, at.links)).collect();
    assert_eq!(links, [(-5, 10), (-4, 4), (1, 2), (2, 1)]);
    // Weights count in steps of a sixteenth of a bit.
    let both = thresholds[3];
    assert!((both.false_links - 1.0 / 129.0).abs() < 1e-3, "{both:?}");
    assert!((both.missed_links - (1.0 - 128.0 / 129.0 / 5.0)).abs() < 1e-3, "{both:?}");
}

/// From half a bit on a, b and c are linked with each other by name (3 + log2(0.2 / 0.95) = 0.752 bits and
/// more) and c with d by date: of four records 2, 2, 3 and 1 links, which lack 4 of the 3 · 2 that a
/// star has; without the last d stands alone.
#[test]
fn the_shape_of_a_person_is_that_of_its_links() {
    let folder = folder(&[("one", ONE)]);
    let linkage = "left = \"one\"\ndecide = { link = { weight = 0.5 } }\n";
    let run = folder.run(&job(&["one"], linkage, &["persons", "clusters"]), "out");
    let columns = ["records", "links", "weakest", "density", "bridges", "max_degree", "centralisation"];
    let [row] = &run.table("clusters.parquet", &columns)[..] else { panic!("one person has two records or more") };
    let numbers: Vec<f64> = row.iter().map(|text| text.parse().expect("a number")).collect();
    let due = [4.0, 4.0, 3.0 + (0.2_f64 / 0.95).log2(), 4.0 / 6.0, 1.0, 3.0, 4.0 / 6.0];
    assert!(numbers.iter().zip(due).all(|(is, due)| (is - due).abs() < 1e-5), "{numbers:?}");
    let ids = |table: &str| run.table(table, &["person"]);
    assert_eq!(ids("clusters.parquet")[0], ids("persons.parquet")[0]);
    let shape = run.manifest.scored.as_ref().and_then(|scored| scored.clusters).expect("it was asked for");
    assert_eq!((shape.persons, shape.complete, shape.with_bridges), (1, 0, 1));
    assert!((shape.density - 4.0 / 6.0).abs() < 1e-12);
    assert_eq!(verify(&run.folder).expect("a run").problems, [""; 0]);
}

/// The model with a rarer date, and weights by the frequency of the name, of which people have two
/// rows.
fn by_frequency() -> String {
    let frequency = "u = 0.1, term_frequency = { of = \"family_name\", own = 2.0 } }";
    MODEL.replacen("u = 0.1 }", frequency, 1).replace("u = 0.05", "u = 0.0001")
}

/// Of equal records, which one of 17 others in ten thousand times ten would be by chance, one counts:
/// three of the name Ash and two of Birch, of five. Of these one is the person's own, as 2 · 5 / 17
/// is less, so that Ash is 2/5 and Birch 1/5 of others; the name adds log2(0.1 / 0.4) = −2 and −1
/// to its 3 bits, and the same date adds log2(0.8 / 0.0001).
#[test]
fn repeated_records_do_not_make_a_name_common() {
    let rows = (0..10).map(|row| (row, "Ash,1950-01-01,1")).chain((10..12).map(|row| (row, "Birch,1960-02-02,1")));
    let left = rows.fold(String::new(), |rows, (row, record)| rows + &format!("l{row},{record}\n"));
    let right =
        "r0,Ash,1950-01-01,1\nr1,Birch,1960-02-02,1\nr2,Ash,1985-01-01,1\nr3,Ash,1986-01-01,1\nr4,Birch,1987-01-01,1\n";
    let folder = folder(&[("left", &left), ("right", right)]);
    folder.write("model.toml", &by_frequency());
    let linkage = "left = \"left\"\nright = \"right\"\nmode = \"trusted\"\ndecide = { link = { weight = 10.0 } }\n";
    let run = folder.run(&job(&["left", "right"], linkage, &["links"]), "out");
    let links = run.table("links.parquet", &["left_key", "right_key", "match_weight"]);
    assert_eq!(links.len(), 12, "ten rows of one person and two of the other");
    let date = (0.8_f64 / 0.0001).log2();
    for link in &links {
        let wanted = if link[1] == "r0" { 3.0 - 2.0 + date } else { 3.0 - 1.0 + date };
        let found: f64 = link[2].parse().expect("bits");
        assert!((found - wanted).abs() < 1e-5, "{link:?} is not {wanted}");
    }
}

/// Three people of one name and sex in the left file, of whom l0 and l1 have one date of birth.
const TWO_LIKE_ONE: &str = "l0,Ash,1950-01-01,1\nl1,Ash,1950-01-01,1\nl2,Birch,1960-02-02,2\n";
/// Their one match each, but for l1.
const ONE_EACH: &str = "r0,Ash,1950-01-01,1\nr1,Birch,1960-02-02,2\n";

/// l0 and r0, l1 and r0, l2 and r1 weigh 7 bits each, odds of 128 to 1. Where the left file has one row
/// a person, r0 has at most one match. With M matches of two right rows, one is vacant with
/// v = 1 − M / 2, so that l0 and l1 have 128 / (v + 256) each and l2 has 128 / (v + 128); M is nearly
/// 1 + 1, and v the least there is, 0.01.
#[test]
fn rivals_share_what_a_row_can_match() {
    let folder = folder(&[("left", TWO_LIKE_ONE), ("right", ONE_EACH)]);
    let run = |free: &str, out: &str| {
        let decide = format!("decide = {{ link = {{ weight = -1.0 }}, possible = {{ weight = -3.0 }}{free} }}\n");
        let linkage = format!("left = \"left\"\nright = \"right\"\n{decide}");
        let run = folder.run(&job(&["left", "right"], &linkage, &["links"]), out);
        let columns = ["left_key", "right_key", "match_probability"];
        (run.table("links.parquet", &columns), run.table("possible_links.parquet", &columns))
    };
    let near = |cells: &[String], keys: [&str; 2], wanted: f64| {
        let found: f64 = cells[2].parse().expect("a probability");
        assert!(cells[..2] == keys && (found - wanted).abs() < 1e-4, "{cells:?} is not {wanted}");
    };
    let (links, possible) = run(", one_record_of = [\"left\"]", "rivals");
    assert_eq!((links.len(), possible.len()), (2, 1), "{links:?} {possible:?}");
    near(&links[0], ["l0", "r0"], 128.0 / 256.01);
    near(&links[1], ["l2", "r1"], 128.0 / 128.01);
    // As likely as the link that has r0, and kept for a second look.
    near(&possible[0], ["l1", "r0"], 128.0 / 256.01);

    // l0 and r0 weigh 7 bits, and odds of 128 to 128.01 are next to none.
    let explained = |run: &str, rows: [&str; 2]| {
        let pair = rows.map(|row| RecordName::Row(row.to_owned()));
        explain(&folder.path().join(run), [&pair[0], &pair[1]], None, &Silent).expect("a pair")
    };
    let found = explained("rivals", ["left:0", "right:0"]);
    assert_eq!(found.outcome, Outcome::Link);
    assert!(found.weight.abs() < 0.001 && (found.rivals.expect("rivals") + 7.0).abs() < 0.001, "{found:?}");
    let found = explained("rivals", ["left:1", "right:0"]);
    assert!(found.outcome == Outcome::Possible && found.why_not[0].starts_with("other candidates"), "{found:?}");
    let found = explained("rivals", ["left:0", "right:1"]);
    assert_eq!((found.outcome, found.rivals), (Outcome::NoLink, None));
    // What became of a pair depends on its rivals, so that a run without a list of links tells nothing.
    let linkage = "left = \"left\"\nright = \"right\"\ndecide = { one_record_of = [\"left\"] }\n";
    folder.run(&job(&["left", "right"], linkage, &["persons"]), "unlisted");
    assert_eq!(explained("unlisted", ["left:0", "right:0"]).outcome, Outcome::NotTold);

    // A given model's weights stay what they are where the job names no such data set.
    let (links, possible) = run("", "alone");
    assert_eq!((links.len(), possible.len()), (3, 0));
    links.iter().for_each(|link| near(link, [&link[0], &link[1]], 128.0 / 129.0));
}
