//! Ages of two times, and years of birth that ages tell.

use counterfoil_core::Silent;
use counterfoil_job::explain::{RecordName, explain};

use crate::folder::{Folder, Run};

const LATER: i32 = 10;

const PEOPLE: u64 = 240;

/// splitmix64.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A name of three consonants, the same for the same number.
fn word(at: u64) -> String {
    let letter = |number: u64| char::from(b'a' + (number % 26) as u8);
    [letter(at * 7 + 1), 'o', letter(at * 11 + 4), 'e', letter(at * 3)].iter().collect()
}

/// People of sixty ages, forty given and sixty family names and twelve places, all independent of each
/// other. A right row has what a left one has, ten years later; three people in ten have moved.
fn censuses() -> Folder {
    let row = |person: u64, later: bool| {
        let one_of = |of: u64, place: u64| mixed(person * 16 + place) % of;
        let place = if later && person % 10 < 3 { 4 } else { 3 };
        let names = [word(one_of(40, 1)), word(50 + one_of(60, 2)), word(120 + one_of(12, place))].join(",");
        let age = 3 + one_of(60, 5) as i32 + if later { LATER } else { 0 };
        format!("{person},{names},{age}\n")
    };
    let file = |later: bool| (0..PEOPLE).map(|person| row(person, later)).collect::<String>();
    let folder = Folder::new();
    for (name, later) in [("before", false), ("after", true)] {
        folder.write(&format!("{name}.csv"), &format!("id,given,family,place,age\n{}", file(later)));
    }
    folder
}

fn job(linkage: &str) -> String {
    let data_set = |name: &str| {
        format!(
            "[[data_set]]\nname = \"{name}\"\nfiles = [\"{name}.csv\"]\nrecord_key = \"id\"\n[data_set.roles]\n\
             given_name = \"given\"\nfamily_name = \"family\"\ncity = {{ column = \"place\", type = \"text\" }}\n\
             age = {{ column = \"age\", type = \"number\" }}\n"
        )
    };
    format!(
        "version = 1\nname = \"ages\"\n[keys]\ndemo = true\n{}{}[linkage]\nleft = \"before\"\nright = \"after\"\n{linkage}\n\
         [[output]]\nkind = \"links\"\n",
        data_set("before"),
        data_set("after")
    )
}

fn gap(run: &Run) -> Option<i32> {
    run.manifest.scored.as_ref().expect("a model").gap.get("age").copied()
}

/// Left and right key, and weight.
fn links(run: &Run) -> Vec<(String, String, String)> {
    let rows = run.table("links.parquet", &["left_key", "right_key", "match_weight"]);
    rows.into_iter().map(|row| <[String; 3]>::try_from(row).expect("three columns").into()).collect()
}

fn true_links(run: &Run) -> (usize, usize) {
    let links = links(run);
    (links.iter().filter(|(left, right, _)| left == right).count(), links.len())
}

#[test]
fn what_lies_between_two_censuses_is_found_told_and_kept() {
    let folder = censuses();
    for mode in ["trusted", "token"] {
        let run = folder.run(&job(&format!("mode = \"{mode}\"\nestimate = {{}}")), mode);
        assert_eq!(gap(&run), Some(LATER), "{mode}");
        let told = |note: &String| note.contains("`age` in `after` is taken to be 10 higher than in `before`");
        assert!(run.manifest.notes.iter().any(told), "{:?}", run.manifest.notes);
        let (right, all) = true_links(&run);
        assert!(right >= 228 && all - right <= 6, "{mode}: {right} of {all}");
        // The model keeps it: a job that is given the model, and `explain`, weigh as the run did.
        let model = std::fs::read_to_string(run.folder.join("model.toml")).expect("a model");
        assert!(model.contains("[gap]\nage = 10\n"), "{model}");
        let (left, right, weight) = &links(&run)[0];
        let named = |side: &str, key: &String| RecordName::Key(format!("{side}:{key}"));
        let pair = [named("before", left), named("after", right)];
        let explained = explain(&run.folder, [&pair[0], &pair[1]], None, &Silent).expect("a pair");
        let rivals = explained.rivals.unwrap_or_default();
        let exact = explained.comparisons.iter().find(|step| step.comparison == "age").expect("it is compared");
        assert_eq!(exact.level.as_deref(), Some("exact(age)"), "{mode}");
        assert_eq!(explained.weight.to_string(), *weight, "{mode}, with {rivals} of rivals");
        folder.write("model.toml", &model);
        let again = folder.run(&job(&format!("mode = \"{mode}\"\nmodel = \"model.toml\"")), &format!("{mode}-again"));
        assert_eq!(gap(&again), Some(LATER));
    }
}

#[test]
fn a_job_says_what_lies_between() {
    let folder = censuses();
    let with = |gap: i32, out: &str| {
        folder.run(&job(&format!("mode = \"trusted\"\nestimate = {{ gap = {{ age = {gap} }} }}")), out)
    };
    let same = with(0, "same");
    assert_eq!(gap(&same), None);
    let told = with(10, "told");
    assert_eq!(
        (gap(&told), true_links(&told)),
        (Some(10), true_links(&folder.run(&job("mode = \"trusted\"\nestimate = {}"), "found")))
    );
    assert!(true_links(&told).0 > true_links(&same).0);
}

#[test]
fn a_gap_that_leaves_no_number_in_common_is_told() {
    let folder = censuses();
    let notes = |gap: i32, out: &str| {
        let run = folder.run(&job(&format!("mode = \"token\"\nestimate = {{ gap = {{ age = {gap} }} }}")), out);
        run.manifest.notes.join("\n")
    };
    let told = "with a gap of 1000 no `age` of the one side occurs on the other";
    assert!(notes(1000, "far").contains(told));
    assert!(!notes(10, "near").contains("no `age` of the one side"));
}

/// The ages of one row each, compared for equality; 0.8 over 0.1 adds 3 bits to a prior of 0.
fn weight_of(ages: (&str, &str), gap: &str, mode: &str) -> Vec<String> {
    let folder = Folder::new();
    for (name, age) in [("before", ages.0), ("after", ages.1)] {
        folder.write(&format!("{name}.csv"), &format!("id,given,family,place,age\n1,Ann,Ash,York,{age}\n"));
    }
    let model = format!(
        "version = 1\nlambda = 0.5\n{gap}\n[[block]]\non = [\"given_name\"]\n[[comparison]]\nlevel = [\n\
         {{ when = \"exact(age)\", m = 0.8, u = 0.1 }},\n{{ when = \"shared(runs(age, 3)) >= 1\", m = 0.1, u = 0.05 }},\n\
         {{ when = \"else\", m = 0.1, u = 0.85 }} ]\n"
    );
    folder.write("model.toml", &model);
    let run = folder.run(
        &job(&format!("mode = \"{mode}\"\nmodel = \"model.toml\"\ndecide = {{ link = {{ weight = -5.0 }} }}")),
        "out",
    );
    links(&run).into_iter().map(|(.., weight)| weight).collect()
}

#[test]
fn the_lower_numbers_are_raised_before_they_are_compared() {
    for mode in ["trusted", "token"] {
        let cases = [
            (("31", "41"), "[gap]\nage = 10", "3"),
            (("41", "31"), "[gap]\nage = -10", "3"),
            (("0.5", "10.5"), "[gap]\nage = 10", "3"),
            (("31", "31"), "", "3"),
            // Two years apart once they are of one time: 0.1 over 0.05. Then three.
            (("31", "43"), "[gap]\nage = 10", "1"),
            (("31", "44"), "[gap]\nage = 10", "-3.087462425231934"),
            // A child of three was not yet born ten years before.
            (("31", "3"), "[gap]\nage = 10", "-3.087462425231934"),
        ];
        for (ages, gap, weight) in cases {
            let found = weight_of(ages, gap, mode);
            let is_near =
                |found: &String| (found.parse::<f64>().unwrap() - weight.parse::<f64>().unwrap()).abs() < 1e-5;
            assert!(found.len() == 1 && is_near(&found[0]), "{ages:?} {gap} {mode}: {found:?}, not {weight}");
        }
    }
}

fn faults(text: &str) -> String {
    let folder = censuses();
    folder.write("job.toml", text);
    folder.load().err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_gap_is_of_a_number_and_between_two_sides() {
    let with = |gap: &str| job(&format!("mode = \"trusted\"\nestimate = {{ gap = {{ {gap} }} }}"));
    assert_eq!(faults(&with("age = 10")), "");
    let told = faults(&with("city = 1, ages = 10"));
    assert!(told.contains("`city` is of kind text, and a gap is one of numbers"), "{told}");
    assert!(told.contains("there is no field `ages`"), "{told}");
    let idle = job(
        "mode = \"trusted\"\n[linkage.estimate]\ngap = { age = 10 }\n[[linkage.estimate.comparison]]\nis = \"text\"\nof = [\"city\"]",
    );
    assert!(faults(&idle).contains("`age` is neither compared nor blocked on, so that a gap changes nothing"));
    let blocked = idle.replace("gap =", "block = [ { on = [\"age\"] } ]\ngap =");
    assert_eq!(faults(&blocked), "");
    let one_side = with("age = 10").replace("right = \"after\"\n", "");
    assert!(faults(&one_side).contains("a gap is between two sides, and the job has one"));
}

/// One file of two censuses, by an age and the year that it was told in.
fn by_age(role: &str, rows: &str, linkage: &str) -> (Folder, String) {
    let folder = Folder::new();
    folder.write("people.csv", &format!("id,name,age,census_year\n{rows}"));
    folder.write(
        "model.toml",
        "version = 1\nlambda = 0.5\n[[block]]\non = [\"family_name\"]\n[[comparison]]\nlevel = [\n\
         { when = \"exact(born)\", m = 0.8, u = 0.1 },\n{ when = \"else\", m = 0.2, u = 0.9 } ]\n",
    );
    let job = format!(
        "version = 1\nname = \"people\"\n[keys]\ndemo = true\n[[data_set]]\nname = \"people\"\nfiles = [\"people.csv\"]\n\
         record_key = \"id\"\n[data_set.roles]\nfamily_name = \"name\"\nborn = {role}\n[linkage]\nleft = \"people\"\n\
         {linkage}\n[[output]]\nkind = \"links\"\n"
    );
    (folder, job)
}

const MODEL: &str = "mode = \"trusted\"\nmodel = \"model.toml\"\ndecide = { link = { weight = 1.0 } }";

#[test]
fn an_age_and_its_year_make_a_year_of_birth() {
    let rows = "a,Ash,31,1901\nb,Ash,41,1911\nc,Ash,31,1911\nd,Ash,131,1901\ne,Ash,,1901\nf,Ash,40,\n";
    let (folder, job) = by_age("{ age = \"age\", year = \"census_year\", type = \"date\" }", rows, MODEL);
    let run = folder.run(&job, "out");
    assert_eq!(links(&run).len(), 1, "a and b were born in 1870");
    let field = run.manifest.standardising[0].fields.iter().find(|field| field.name == "born").expect("it is read");
    assert_eq!((field.valid, field.null.values().sum::<u64>(), field.rejected.values().sum::<u64>()), (3, 2, 1));
    // With one year for all it is the age that is compared: a and c.
    let (folder, job) = by_age("{ age = \"age\", at = 1901, type = \"date\" }", rows, MODEL);
    let found = links(&folder.run(&job, "out"));
    assert_eq!(found.iter().map(|(left, right, _)| (&**left, &**right)).collect::<Vec<_>>(), [("a", "c")]);
}

#[test]
fn what_an_age_goes_with_is_checked() {
    let told = |role: &str, linkage: &str| {
        let (folder, job) = by_age(role, "a,Ash,31,1901\nb,Ash,41,1911\n", linkage);
        folder.write("job.toml", &job);
        folder.load().err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let alone = told("{ age = \"age\", type = \"date\" }", MODEL);
    assert!(alone.contains("`age` goes with either `year`, a column, or `at`, a year"), "{alone}");
    let untyped = told("{ age = \"age\", at = 1901 }", MODEL);
    assert!(untyped.contains("type"), "{untyped}");
    let ranks =
        told("{ age = \"age\", at = 1901, type = \"date\" }", "[[linkage.rank]]\nrank = 1\nagree = [\"born\"]\n");
    assert!(ranks.contains("a rank compares dates, and an age tells only the year"), "{ranks}");
}

/// The people of two censuses, of whom the earlier one has dates of birth. Of those of the later one the
/// ages are told as if `told` years had passed since.
fn births(told: impl Fn(u64) -> i32) -> (Folder, String) {
    let folder = censuses();
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a census");
    let with = |text: &str, header: &str, last: &dyn Fn(u64, i32) -> String| -> String {
        let rows = text.lines().skip(1).zip(0_u64..).map(|(line, person)| {
            let (rest, age) = line.rsplit_once(',').expect("an age");
            format!("{rest},{}\n", last(person, age.parse().expect("a number")))
        });
        format!("{header}\n{}", rows.collect::<String>())
    };
    let born = with(&text("before.csv"), "id,given,family,place,dob", &|_, age| format!("{}-03-04", 1881 - age));
    let ages =
        with(&text("after.csv"), "id,given,family,place,age", &|person, age| (age - LATER + told(person)).to_string());
    folder.write("before.csv", &born);
    folder.write("after.csv", &ages);
    let job = job("mode = \"trusted\"\nestimate = {}").replacen(
        "{ column = \"age\", type = \"number\" }",
        "{ born = \"dob\", at = 1881, type = \"number\" }",
        1,
    );
    (folder, job)
}

#[test]
fn dates_of_birth_tell_the_ages_of_the_other_side() {
    let (folder, job) = births(|_| 20);
    let run = folder.run(&job, "out");
    assert_eq!(gap(&run), Some(20));
    let (right, all) = true_links(&run);
    assert!(right >= 228 && all - right <= 6, "{right} of {all}");
    // Told in forty years that no row says, they tell nothing.
    let (folder, job) = births(|person| (mixed(person) % 40) as i32);
    let run = folder.run(&job, "out");
    assert_eq!(gap(&run), None);
    assert!(
        run.manifest.notes.iter().any(|note| note.starts_with("`age` is not compared: ")),
        "{:?}",
        run.manifest.notes
    );
}

#[test]
fn what_a_birth_goes_with_is_checked() {
    let told = |role: &str| {
        let (folder, job) = births(|_| 20);
        folder.write("job.toml", &job.replace("{ born = \"dob\", at = 1881, type = \"number\" }", role));
        folder.load().err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let due = "`born` gives an age: it stands with `at`, a year, and with `type = \"number\"`";
    for role in ["{ born = \"dob\", type = \"number\" }", "{ born = \"dob\", at = 1881, type = \"date\" }"] {
        assert!(told(role).contains(due), "{role}: {}", told(role));
    }
}
