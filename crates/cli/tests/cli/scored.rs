//! A linkage by a model as people run it.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt16Type, UInt64Type};
use counterfoil_core::scored::Weight;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::people::{job, project, records, table};
use crate::project::Project;

/// Digits in groups of three, as figures are printed.
fn figure(number: &Value) -> String {
    let digits = number.as_u64().expect("a count").to_string();
    if digits.len() > 3 { format!("{} {}", &digits[..digits.len() - 3], &digits[digits.len() - 3..]) } else { digits }
}

#[test]
fn a_run_says_what_was_blocked_learnt_and_decided() {
    let project = project();
    let text = project.done(&["run", "job.toml"]);
    let heading = |name: &str| text.find(&format!("\n{name}\n")).unwrap_or_else(|| panic!("no `{name}` in:\n{text}"));
    let headings = ["Identifiers", "Blocking", "Model", "Dependence", "Decision", "Persons"].map(heading);
    assert!(headings.is_sorted(), "{text}");
    assert!(!text.contains("\nLinks\n") && !text.contains("rank"), "a model has no ranks:\n{text}");
    let json: Value =
        serde_json::from_str(&project.done(&["run", "job.toml", "--out", "again", "--json"])).expect("JSON");
    let (scored, links) = (&json["manifest"]["scored"], &json["manifest"]["linkage"]["links"]);
    assert!(text.contains(&format!("{} links from +", figure(links))), "{text}");
    for block in scored["blocks"].as_array().expect("blocks") {
        let line = text[headings[1]..]
            .lines()
            .find(|line| line.trim_start().starts_with(block["rule"].as_str().expect("a rule")));
        let figures = ["pairs", "first", "largest", "skipped_pairs"].map(|name| figure(&block[name])).join(" ");
        let line = line.expect("a line for the rule").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.ends_with(&figures), "{line}");
    }
    let levels = scored["comparisons"].as_array().expect("comparisons").iter();
    let levels: Vec<&Value> = levels.flat_map(|of| of["levels"].as_array().expect("levels")).collect();
    assert_eq!(levels.len(), 14, "3 levels of four comparisons, 2 of sex");
    let guessed = levels.iter().filter(|level| level["unobserved"] == true).count();
    assert!(guessed > 0, "the data has no match with two unlike names");
    assert_eq!(text.matches('*').count(), guessed + 1, "each is marked, and the mark explained:\n{text}");
    // Every record is of one person.
    let counted = scored["persons_by_records"].as_array().expect("sizes");
    let counted: u64 = counted.iter().map(|of| of[0].as_u64().unwrap_or(0) * of[1].as_u64().unwrap_or(0)).sum();
    let alone = scored["rows"].as_u64().expect("rows") - counted;
    assert!(text.lines().any(|line| line.trim_start().starts_with(&format!("1  {alone:>7}"))), "{text}");
}

#[test]
fn a_given_model_needs_no_estimation() {
    let project = project();
    project.done(&["run", "job.toml", "--out", "first"]);
    let from = job("trusted");
    let start = from.find("[linkage.estimate]").expect("an estimate");
    let end = from.find("[[output]]").expect("an output");
    project.write("again.toml", format!("{}model = \"first/model.toml\"\n{}", &from[..start], &from[end..]));
    let text = project.done(&["run", "again.toml", "--out", "second"]);
    assert!(text.contains("none: the model was given"), "{text}");
    assert!(text.contains("Dependence\n  not looked at"), "{text}");
}

/// The links of a run: rows and weight.
pub(crate) fn links(project: &Project, run: &str) -> Vec<(u64, u64, f64)> {
    let mut links = Vec::new();
    for batch in link_batches(project, run) {
        let rows = |name: &str| batch.column_by_name(name).expect(name).as_primitive::<UInt64Type>().values().to_vec();
        let weights = batch.column_by_name("match_weight").expect("weights").as_primitive::<Float64Type>();
        let pairs = rows("left_row").into_iter().zip(rows("right_row"));
        links.extend(pairs.zip(weights.values()).map(|((left, right), weight)| (left, right, *weight)));
    }
    links
}

/// By link of a run the rule that found it first.
fn blocks(project: &Project, run: &str) -> Vec<u16> {
    let of_batch = |batch: RecordBatch| {
        batch.column_by_name("block").expect("blocks").as_primitive::<UInt16Type>().values().to_vec()
    };
    link_batches(project, run).into_iter().flat_map(of_batch).collect()
}

fn link_batches(project: &Project, run: &str) -> Vec<RecordBatch> {
    let bytes = std::fs::read(project.path(&format!("{run}/links.parquet"))).expect("links");
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).expect("Parquet").build();
    reader.expect("a reader").map(|batch| batch.expect("a batch")).collect()
}

/// What a job says of m or u is marked where the summary shows it, and so is a level that then weighs
/// less than the next looser one.
#[test]
fn what_a_job_says_of_a_level_is_marked() {
    let project = project();
    let level = "{ when = \"exact(sex)\" }";
    let job = job("trusted");
    assert!(job.contains(level));
    project.write("job.toml", job.replace(level, "{ when = \"exact(sex)\", m = 0.75, u = { least = 0.9 } }"));
    let text = project.done(&["run", "job.toml"]);
    let line = text.lines().find(|line| line.contains("exact(sex)")).expect("a level");
    let words: Vec<&str> = line.split_whitespace().collect();
    // log2(0.75 / 0.9) is −0.263, and of another sex it is log2(0.25 / 0.1) = 1.32.
    assert_eq!(words[..5], ["sex", "exact(sex)", "0.7500=", "0.9000=", "-0.26<"], "{line}");
    assert!(text.contains("  < less than the next looser level: "), "{text}");
    assert!(text.contains("  = fixed by the job, or at a bound that it states\n"), "{text}");
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Explains every link of a run: the weight is that of `links.parquet` to the last bit, and the
/// steps add up to it.
fn every_link_is_explained(project: &Project, run: &str) {
    let links = links(project, run);
    assert!(links.len() > 20, "{} links say little", links.len());
    for (at, ((left, right, weight), block)) in links.into_iter().zip(blocks(project, run)).enumerate() {
        // Which row is named first does not matter.
        let [one, other] = if at % 2 == 0 { [left, right] } else { [right, left] }.map(|row| row.to_string());
        let said = parsed(&project.done(&["explain", run, &one, &other, "--json"]));
        let of = &said["explanation"];
        // In whole units of 2⁻²⁰ bit, which weights are in: the reader of JSON here may be off by
        // the last binary digit.
        let whole = |bits: f64| (bits * f64::from(1 << 20)).round() as i64;
        let units = |value: &Value| value.as_f64().map_or(0, whole);
        assert_eq!(units(&of["weight"]), whole(weight), "{said:#}");
        assert_eq!((&of["outcome"], &of["block"]), (&json!("link"), &json!(block)));
        let all = |list: &str, name: &str| {
            of[list].as_array().expect("a list").iter().map(|of| units(&of[name])).sum::<i64>()
        };
        let steps = all("comparisons", "weight") + all("comparisons", "frequency") + all("together", "weight");
        let sum = units(&of["prior"]) + steps;
        assert_eq!(units(&of["against_random"]), sum);
        let related = (!of["against_relatives"].is_null()).then(|| Weight(units(&of["against_relatives"])));
        let least = related.map_or(sum, |related| Weight(sum).against_either(related).0);
        let is_definite = of["definite"].as_array().is_some_and(|held| !held.is_empty());
        assert_eq!(whole(weight), if is_definite { least.max(whole(100.0)) } else { least });
        assert!(of["blocks"].as_array().expect("rules").iter().any(|rule| rule[1] == true));
    }
}

#[test]
fn every_link_is_explained_to_the_last_bit() {
    let project = project();
    project.write("people.csv", table(&records()[..64]));
    project.done(&["run", "job.toml"]);
    every_link_is_explained(&project, "runs/people");
    let token = job("token").replace(
        "dependence = \"check\"",
        "dependence = \"model\"\ndefinite = [\"exact(given_name) and exact(family_name) and exact(postcode)\"]",
    );
    project.write("job.toml", token);
    project.done(&["run", "job.toml", "--out", "token"]);
    every_link_is_explained(&project, "token");
}

/// A model by which agreement in date of birth and postcode says less the more people share the postcode.
#[test]
fn what_a_common_value_adds_is_explained_too() {
    let project = project();
    project.write("people.csv", table(&records()[..64]));
    project.done(&["run", "job.toml", "--out", "first"]);
    let learnt = std::fs::read_to_string(project.path("first/model.toml")).expect("a model");
    assert!(!learnt.contains("[[interaction]]"));
    let bits = "[[0.5, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]";
    let common = "{ of = \"postcode\", from = [0.0, 0.04], bits = [0.75, -1.5] }";
    project.write(
        "model.toml",
        format!("{learnt}\n[[interaction]]\nfirst = \"birth_date\"\nsecond = \"postcode\"\nbits = {bits}\ncommonness = {common}\n"),
    );
    let from = job("trusted");
    let (start, end) =
        (from.find("[linkage.estimate]").expect("an estimate"), from.find("[[output]]").expect("an output"));
    project.write("job.toml", format!("{}model = \"model.toml\"\n{}", &from[..start], &from[end..]));
    project.done(&["run", "job.toml", "--out", "second"]);
    every_link_is_explained(&project, "second");
    let together = |left: u64, right: u64| {
        let said = parsed(&project.done(&["explain", "second", &left.to_string(), &right.to_string(), "--json"]));
        said["explanation"]["together"][0]["weight"].as_f64().expect("bits")
    };
    let found: Vec<f64> = links(&project, "second").iter().map(|(left, right, _)| together(*left, *right)).collect();
    // Rare and common postcodes, and pairs that differ in one of the two.
    for wanted in [1.25, -1.0, 0.0] {
        assert!(found.iter().any(|bits| (bits - wanted).abs() < 1e-6), "{wanted} of {found:?}");
    }
}

#[test]
fn a_job_that_leaves_all_to_be_chosen_is_explained_too() {
    let project = project();
    project.write("people.csv", table(&records()[..64]));
    let from = job("trusted");
    let (start, end) =
        (from.find("[linkage.estimate]").expect("an estimate"), from.find("[[output]]").expect("an output"));
    project.write("job.toml", format!("{}estimate = {{}}\n{}", &from[..start], &from[end..]));
    project.done(&["run", "job.toml"]);
    every_link_is_explained(&project, "runs/people");
}

#[test]
fn pairs_that_are_no_links_are_told_why() {
    let project = project();
    let job = job("trusted").replace(
        "[[output]]\nkind = \"links\"",
        "[linkage.decide]\none_value_of = [\"sex\"]\n[[output]]\nkind = \"links\"",
    );
    project.write(
        "job.toml",
        job.replace("dependence =", "veto = [\"exact(given_name) and not(exact(family_name))\"]\ndependence ="),
    );
    // Rows 0 and 1 are alike but for the sex, 2 shares nothing, 3 is vetoed, 4 has the postcode only.
    let odd = "\
a,Zuletta,Quarrendon,1951-03-12,LS1 4AP,1,x\n\
b,Zuletta,Quarrendon,1951-03-12,LS1 4AP,2,x\n\
c,Ferdinand,Oxenham,1990-08-30,YO9 9JJ,2,y\n\
d,Zuletta,Marchbanks,1951-03-12,LS1 4AP,1,z\n\
e,Barnabas,Thistlewood,1969-12-01,LS1 4AP,1,w\n";
    let people = table(&records());
    let (header, rows) = people.split_once('\n').expect("a header");
    project.write("people.csv", format!("{header}\n{odd}{rows}"));
    project.done(&["run", "job.toml"]);
    let why = |left: &str, right: &str| {
        let said = parsed(&project.done(&["explain", "runs/people", left, right, "--json"]))["explanation"].clone();
        assert_eq!(said["outcome"], "no-link", "{said:#}");
        said["why_not"]
            .as_array()
            .expect("reasons")
            .iter()
            .map(|why| why.as_str().expect("text").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(why("0", "1"), ["it was refused as a conflict: one person would have two values of `sex`"]);
    let blocked = "no blocking rule finds it, so it was never compared";
    let light = "it weighs less than a link has to";
    assert_eq!(why("2", "0"), [blocked, light]);
    assert_eq!(why("0", "4"), [light]);
    let vetoed = why("0", "3");
    assert!(vetoed[0].starts_with("it is vetoed, whatever it weighs: "), "{vetoed:?}");
    let text = project.done(&["explain", "runs/people", "people:0", "people:1"]);
    assert!(text.starts_with("`people:0` and `people:1`: no link, +"), "{text}");
    for value in ["Zuletta", "Quarrendon", "1951", "LS1"] {
        assert!(!text.contains(value), "a value is shown:\n{text}");
    }
}

#[test]
fn what_cannot_be_explained_is_refused() {
    let project = project();
    project.done(&["run", "job.toml"]);
    project.write("ranked.toml", crate::project::JOB);
    project.done(&["run", "ranked.toml", "--out", "ranked"]);
    let says = |arguments: &[&str], what: &str| {
        let stderr = project.refused(&[&["explain"], arguments].concat());
        assert!(stderr.contains(what) && stderr.contains("hint: "), "{stderr}");
    };
    says(&["ranked", "hospital:0", "deaths:0"], "the run linked by ranks");
    says(&["runs/people", "1", "1"], "it is the first record again");
    says(&["runs/people", "1", "630"], "`people` has 630 rows, and no row 630");
    says(&["runs/people", "clinic:1", "2"], "no data set of the name before the `:`; it has `people`");
    says(&["runs/people", "record-00007", "2"], "`first record`: it is no row");
    says(&["runs", "1", "2"], "has no manifest");
    let people = table(&records());
    project.write("people.csv", people.replace("record-00007", "record-70007"));
    says(&["runs/people", "1", "2"], "`people.csv` is not what the run read");
    std::fs::rename(project.path("people.csv"), project.path("moved.csv")).expect("our own file");
    says(&["runs/people", "1", "2"], "are neither below the current folder nor where the run is");
    // Elsewhere the job's folder leads to them.
    std::fs::create_dir(project.path("other")).expect("our own folder");
    project.write("other/people.csv", people);
    project.done(&["explain", "runs/people", "1", "2", "--job", "other"]);
    project.write("runs/people/model.toml", "");
    says(&["runs/people", "1", "2", "--job", "other"], "is not as it was published");
}

/// A job of two data sets; `keys` is what it says of the record key of the second.
fn two_data_sets(keys: &str) -> String {
    let job = job("trusted");
    let (start, end) = (job.find("[data_set.roles]").expect("roles"), job.find("[linkage]").expect("a linkage"));
    let register = format!("[[data_set]]\nname = \"register\"\nfiles = [\"register.csv\"]\n{keys}\n");
    let right = "left = \"people\"\nright = \"register\"";
    let linkage = job[end..].replace("left = \"people\"", right).replace("[[output]]\nkind = \"persons\"\n", "");
    format!("{}{register}{}{linkage}", &job[..end], &job[start..end])
}

fn by_keys<'k>(one: &'k str, other: &'k str) -> [&'k str; 5] {
    ["explain", "runs/people", "--record-keys", one, other]
}

#[test]
fn a_pair_may_be_named_by_record_keys() {
    let project = project();
    let people = table(&records());
    // The first record of the register has the key of the third person, and all else of the first.
    project.write("register.csv", people.replacen("record-00000", "record-00002", 1));
    project.write("job.toml", two_data_sets("record_key = \"id\""));
    project.done(&["run", "job.toml"]);
    let rows = project.done(&["explain", "runs/people", "people:0", "register:5"]);
    assert!(rows.starts_with("`people:0` and `register:5`: "), "{rows}");
    assert_eq!(project.done(&by_keys("record-00000", "register:record-00005")), rows);
    assert_eq!(project.done(&by_keys("register:record-00005", "people:record-00000")), rows);
    let says = |[one, other]: [&str; 2], what: &str| {
        let stderr = project.refused(&by_keys(one, other));
        assert!(stderr.contains(what) && stderr.contains("hint: "), "{stderr}");
        assert!(!stderr.contains("record-0") && !stderr.contains("clinic"), "a record key is shown:\n{stderr}");
    };
    says(
        ["people:record-00000", "record-00002"],
        "`second record`: 3 records have this record key: `people:2`, `register:0`, `register:2`",
    );
    says(
        ["people:record-00000", "register:record-00000"],
        "`second record`: no record of `register` has this record key",
    );
    says(
        ["clinic:record-00001", "register:record-00005"],
        "`first record`: no record of `people`, `register` has this",
    );
    says(["people:record-00000", "people:record-00000"], "it is the first record again");
    let stderr = project.refused(&[&by_keys("record-0", "register:record-0")[..], &["record-05"]].concat());
    assert!(stderr.contains("3 words, where two records are named") && !stderr.contains("record-0"), "{stderr}");
    says(["people:", ""], "`first record`: no record of `people` has this record key");
    project.write("job.toml", two_data_sets(""));
    project.done(&["run", "job.toml", "--out", "runs/unkeyed"]);
    let stderr =
        project.refused(&["explain", "runs/unkeyed", "--record-keys", "record-00000", "register:record-00005"]);
    assert!(stderr.contains("`second record`: no `record_key` is declared of `register`"), "{stderr}");
}

#[test]
fn past_names_are_looked_for_among_present_ones() {
    let project = project();
    // Ash was Birch and Cedar: a is b by the one and c by the other, and d never was anybody else.
    project.write("people.csv", "id,last,before\na,Ash,Birch|Cedar\nb,Birch,\nc,Cedar,Dale\nd,Elm,\n");
    let model = "version = 1\nlambda = 0.5\n[[block]]\non = [\"any(former) = family_name\"]\n[[comparison]]\n\
                 level = [ { when = \"exact(family_name)\", m = 0.5, u = 0.5 }, { when = \"else\", m = 0.5, u = 0.5 } ]\n";
    project.write("model.toml", model);
    let job = job("trusted");
    let (roles, linkage) = (job.find("given_name =").expect("roles"), job.find("[linkage]").expect("a linkage"));
    let roles_now = "family_name = \"last\"\nformer = { column = \"before\", type = \"name\", several = \"|\" }\n";
    let by_model = "[linkage]\nleft = \"people\"\nmode = \"trusted\"\nmodel = \"model.toml\"\n\
                    decide = { link = { weight = -1.0 } }\n[[output]]\nkind = \"links\"\n";
    assert!(roles < linkage);
    project.write("job.toml", format!("{}{roles_now}{by_model}", &job[..roles]));
    let text = project.done(&["plan", "job.toml"]);
    assert!(text.contains("any(former) = family_name"), "{text}");
    project.done(&["run", "job.toml"]);
    assert_eq!(links(&project, "runs/people"), [(0, 1, 0.0), (0, 2, 0.0)]);
    let text = project.done(&["explain", "runs/people", "--record-keys", "c", "a"]);
    assert!(text.contains("0  first  any(former) = family_name"), "{text}");
    // The model goes on to Splink, which has the like.
    project.done(&["run", "job.toml", "--out", "again", "--splink", "people.json"]);
    let settings =
        parsed(&String::from_utf8(std::fs::read(project.path("people.json")).expect("settings")).expect("text"));
    let rule = &settings["blocking_rules_to_generate_predictions"][0];
    assert_eq!(rule["blocking_rule"], "l.\"former\" = r.\"family_name\"");
    assert_eq!(rule["arrays_to_explode"], serde_json::json!(["former"]));
}

#[test]
fn check_and_plan_say_what_would_be_compared() {
    let project = project();
    let people =
        "a,Ann,Ash,1950-01-01,LS1 4AP,1,p\nb,Ann,Ash,1950-01-01,LS1 4AP,1,p\nc,Ann,Birch,1950-01-01,LS1 4AP,2,q\n";
    project.write("people.csv", table(&[]) + people);
    let text = project.done(&["check", "job.toml"]);
    assert!(text.starts_with("`people` is in order: 1 data set, 5 comparisons, 3 blocking rules, 2 outputs"), "{text}");
    let text = project.done(&["plan", "job.toml"]);
    let line = |start: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{text}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // a and b share all; c shares forename, date and postcode with both.
    assert_eq!(line("family_name, birth_date"), "family_name, birth_date 1 2 0");
    assert_eq!(line("given_name, birth_date"), "given_name, birth_date 3 3 0");
    assert_eq!(line("pairs "), "pairs at most 3 of 3: the linkage fields were read to count them");
    assert!(!text.contains("Look up pairs by"), "{text}");
    let said = parsed(&project.done(&["plan", "job.toml", "--json"]));
    assert_eq!(said["plan"]["model"]["blocks"][2]["pairs"], 3);
    let from = job("trusted");
    let (start, end) =
        (from.find("[linkage.estimate]").expect("an estimate"), from.find("[[output]]").expect("an output"));
    project.write("job.toml", format!("{}estimate = {{}}\n{}", &from[..start], &from[end..]));
    assert!(project.done(&["check", "job.toml"]).contains("comparisons and blocking rules chosen from the data"));
    project.write("people.csv", table(&records()));
    assert!(project.done(&["plan", "job.toml"]).contains("\nFind pairs by, chosen from the data\n"));
}

#[test]
fn a_run_is_measured_by_weight() {
    let project = project();
    project.done(&["run", "job.toml"]);
    let records = records();
    let rows = records.iter().enumerate().map(|(row, record)| format!("{row},p{}\n", record.person));
    project.write("truth.csv", "row,person\n".to_owned() + &rows.collect::<String>());
    let text = project.done(&["evaluate", "runs/people", "--truth", "truth.csv"]);
    let first = text.lines().nth(2).unwrap_or_default().split_whitespace().next();
    assert_eq!(first, Some("bits"), "{text}");
    assert!(text.contains("pairs of records of one person") && text.contains("; the run estimated "), "{text}");
    assert!(!text.contains("rank"), "{text}");
}

#[test]
fn a_model_has_a_schema() {
    let schema = parsed(&project().done(&["schema", "model"]));
    assert_eq!(schema["title"], "Counterfoil model");
    assert!(schema["properties"]["lambda"].is_object(), "{schema:#}");
}

#[test]
fn a_model_goes_to_splink_and_comes_back() {
    let project = project();
    project.write("job.toml", job("trusted").replace("dependence =", "definite = [\"exact(postcode)\"]\ndependence ="));
    let stderr = project.refused(&["run", "job.toml", "--splink", "people.json"]);
    let told = "Splink cannot express the model; definite: Splink has no pairs that are matches whatever they weigh";
    assert!(stderr.contains(told), "{stderr}");
    let plain = job("trusted").replace("dependence =", "relatives = false\ndependence =");
    project.write("job.toml", &plain);
    project.done(&["run", "job.toml", "--splink", "people.json"]);
    let settings = parsed(&std::fs::read_to_string(project.path("people.json")).expect("settings"));
    assert_eq!((&settings["link_type"], &settings["unique_id_column_name"]), (&"dedupe_only".into(), &"id".into()));
    assert_eq!(settings["comparisons"].as_array().map(Vec::len), Some(5));
    let stderr = project.refused(&["run", "job.toml", "--out", "again", "--splink", "people.json"]);
    assert!(stderr.contains("the file already exists"), "{stderr}");
    // The same links come of the settings, but for what rounding of the file's numbers does, and
    // for rows of one's own, which count towards a value's frequency there.
    let text = std::fs::read_to_string(project.path("runs/people/model.toml")).expect("a model");
    assert!(text.contains("\nown = "), "{text}");
    let lines = text.lines().filter(|line| !line.starts_with("own = "));
    project.write("own-model.toml", lines.collect::<Vec<_>>().join("\n"));
    let (start, end) =
        (plain.find("[linkage.estimate]").expect("an estimate"), plain.find("[[output]]").expect("an output"));
    let threshold = "[linkage.decide]\nlink = { weight = 10.0 }\n";
    let given =
        |model: &str, more: &str| format!("{}model = \"{model}\"\n{more}{threshold}{}", &plain[..start], &plain[end..]);
    project.write("own.toml", given("own-model.toml", ""));
    project.write("splink.toml", given("people.json", ""));
    project.done(&["run", "own.toml", "--out", "own"]);
    project.done(&["run", "splink.toml", "--out", "splink"]);
    let (own, splink) = (links(&project, "own"), links(&project, "splink"));
    assert_eq!(own.len(), splink.len());
    for (own, splink) in own.iter().zip(&splink) {
        assert!((own.0, own.1) == (splink.0, splink.1) && (own.2 - splink.2).abs() < 1e-3, "{own:?} {splink:?}");
    }
    // What the settings say beyond the model reaches the notes.
    let text = std::fs::read_to_string(project.path("people.json")).expect("settings");
    project.write("people.json", text.replacen('{', "{\n  \"a_setting\": 1,", 1));
    project.write("splink.toml", given("people.json", "type = \"link_and_dedupe\"\n"));
    let text = project.done(&["check", "splink.toml"]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("people.json: The setting `a_setting` has no meaning here."), "{text}");
    let told = "people.json: the settings are for `dedupe_only`, and the job looks for pairs as `link_and_dedupe`";
    assert!(text.contains(told), "{text}");
    project.write("ranked.toml", crate::project::JOB);
    let stderr = project.refused(&["run", "ranked.toml", "--out", "ranked", "--splink", "ranked.json"]);
    assert!(stderr.contains("the job links by ranks"), "{stderr}");
}
