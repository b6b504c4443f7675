//! Settings files as Splink itself writes them; `fixtures/splink/make.py` says what was asked of
//! it, and what each of its classes stands for is worked out here by hand.

use std::collections::BTreeMap;

use counterfoil_core::scored::LinkType;
use counterfoil_job::model::splink::{Dialect, SplinkModel, read, write};
use counterfoil_job::scored::condition::{DERIVATIONS, Direction, MEASURES};
use counterfoil_job::scored::spec::{
    BlockSpec, ComparisonSpec, ConditionSpec, InteractionSpec, LevelSpec, ModelSpec, NearSpec, ShareSpec, Term,
    TermFrequencySpec,
};

/// Each comparison of the library fixtures: name, null level and levels. `~` is the edit
/// distance of dates of birth: Damerau–Levenshtein in Splink 4, Levenshtein in 5.
const LIBRARY: &str = "\
sex: null(sex) | exact(sex) | else
given_name: null(given_name) | exact(given_name) | jaro_winkler(given_name) >= 0.92 | jaro_winkler(given_name) >= 0.8 | else
nhs_number: null(nhs_number) | exact(nhs_number) | levenshtein(nhs_number) <= 1 | levenshtein(nhs_number) <= 2 | else
hospital_number: null(hospital_number) | exact(hospital_number) | damerau_levenshtein(hospital_number) <= 1 | else
town: null(town) | exact(town) | jaccard(town) >= 0.9 | jaccard(town) >= 0.7 | else
street: null(street) | exact(street) | jaro(street) >= 0.9 | else
house: null(house) | exact(house) | levenshtein(house) <= 1 | levenshtein(house) <= 2 | else
past_names: null(past_names) | shared(past_names) >= 2 | shared(past_names) >= 1 | else
aliases: null(aliases) | shared(aliases) >= 1 | best_jaro_winkler(aliases) >= 0.9 | else
admitted: null(admitted) | exact(admitted) | days(admitted) <= 10 | months(admitted) <= 1 | years(admitted) <= 1 | else
discharged: null(discharged) | exact(discharged) | days(discharged) <= 3 | else
lat_long: null(lat_long) | km(lat_long) <= 1 | km(lat_long) <= 10 | else
birth_date: null(birth_date) | exact(birth_date) | ~(birth_date) <= 1 | months(birth_date) <= 1 | years(birth_date) <= 1 | years(birth_date) <= 10 | else
birth_day: null(birth_day) | exact(birth_day) | ~(birth_day) <= 1 | months(birth_day) <= 1 | years(birth_day) <= 1 | years(birth_day) <= 10 | else
postcode: null(postcode) | exact(postcode) | exact(sector(postcode)) | exact(district(postcode)) | exact(area(postcode)) | else
home: null(home) | exact(home) | exact(sector(home)) | km(home_latitude_home_longitude) <= 5 | else
email: null(email) | exact(email) | exact(email_user(email)) | jaro_winkler(email) >= 0.88 | jaro_winkler(email_user(email)) >= 0.88 | else
family_name: null(family_name) | exact(family_name) | jaro_winkler(family_name) >= 0.92 | jaro_winkler(family_name) >= 0.88 | jaro_winkler(family_name) >= 0.7 | else
birth_name: null(birth_name) | exact(birth_name) | jaro_winkler(birth_name) >= 0.92 | jaro_winkler(birth_name) >= 0.88 | shared(birth_name_dm) >= 1 | jaro_winkler(birth_name) >= 0.7 | else
forename_surname: null(forename) and null(surname) | exact(forename) and exact(surname) | exact(forename, surname) and exact(surname, forename) | jaro_winkler(forename) >= 0.92 and jaro_winkler(surname) >= 0.92 | jaro_winkler(forename) >= 0.88 and jaro_winkler(surname) >= 0.88 | exact(surname) | exact(forename) | else
first_last: null(first) and null(last) | exact(first_last) | exact(first, last) and exact(last, first) | jaro_winkler(first) >= 0.92 and jaro_winkler(last) >= 0.92 | jaro_winkler(first) >= 0.88 and jaro_winkler(last) >= 0.88 | exact(last) | exact(first) | else
levels: null(a) and null(b) | exact(a) and exact(b) | exact(prefix(a, 3)) or (exact(a, b) and exact(b, a)) | not exact(c) and not null(c) | exact(a, b) | difference(age) <= 2 | percent(income) <= 10 | exact(a) | exact(b) | km(lat_long) <= 10 | else
";

/// The library fixtures: each dialect as each version writes it.
const LIBRARIES: [(&str, &str); 4] = [
    ("levenshtein", include_str!("../../../../fixtures/splink/library-duckdb-5.json")),
    ("levenshtein", include_str!("../../../../fixtures/splink/library-spark-5.json")),
    ("damerau_levenshtein", include_str!("../../../../fixtures/splink/library-duckdb-4.json")),
    ("damerau_levenshtein", include_str!("../../../../fixtures/splink/library-spark-4.json")),
];

fn line(comparison: &ComparisonSpec) -> String {
    let levels = comparison.levels.iter().map(|level| level.when.to_string());
    let all: Vec<String> = comparison.null.iter().map(ToString::to_string).chain(levels).collect();
    format!("{}: {}", comparison.name.as_deref().unwrap_or_default(), all.join(" | "))
}

#[test]
fn every_class_of_the_library_is_read_in_both_dialects_and_versions() {
    for (distance, json) in LIBRARIES {
        let model = read(json).unwrap().model;
        let lines: Vec<String> = model.comparisons.iter().map(line).collect();
        let expected = LIBRARY.replace('~', distance);
        assert_eq!(lines, expected.lines().collect::<Vec<_>>());
    }
}

#[test]
fn settings_around_the_comparisons_are_read() {
    for (_, json) in LIBRARIES {
        let SplinkModel { model, link_type, unique_id, notes } = read(json).unwrap();
        assert_eq!((link_type, unique_id.as_str(), model.lambda), (LinkType::LinkAndDedupe, "id", 0.001));
        let rules: Vec<Vec<String>> =
            model.blocks.iter().map(|block| block.on.iter().map(ToString::to_string).collect()).collect();
        let expected: [&[&str]; 7] = [
            &["given_name"],
            &["family_name", "prefix(given_name, 2)"],
            &["forename = surname", "surname = forename"],
            &["any(past_names)"],
            &["prefix(postcode, 4)", "year(birth_date)"],
            &["a"],
            &["b"],
        ];
        assert_eq!(rules, expected);
        assert_eq!(
            notes,
            [
                "Blocking rule 6 is parted at its `OR`, so that later rules have other numbers.",
                "Splink's `jaccard` compares sets of letters, this one sets of pairs of letters: choose the threshold anew.",
                "The field `lat_long` has to hold both: `columns = [\"lat\", \"long\"], type = \"location\"`.",
                "The field `home_latitude_home_longitude` has to hold both: `columns = [\"home_latitude\", \"home_longitude\"], type = \"location\"`.",
                "The field `lat_long` has to hold `latitude,longitude` as one text (there `lat_long`).",
                "Splink asks for less than the percentage, this for at most as much.",
            ]
        );
        let adjusted: Vec<_> = model
            .comparisons
            .iter()
            .flat_map(|comparison| &comparison.levels)
            .filter_map(|level| {
                level.term_frequency.as_ref().map(|tf| (level.when.to_string(), tf.of.to_string(), tf.weight))
            })
            .collect();
        let exact = |field: &str| (format!("exact({field})"), field.to_owned(), 1.0);
        let fields = [
            "sex", "given_name", "email", "family_name", "birth_name", "surname", "forename", "first_last", "last",
            "first",
        ];
        assert_eq!(adjusted, fields.map(exact));
    }
}

#[test]
fn what_a_trained_model_learnt_is_read() {
    for json in [
        include_str!("../../../../fixtures/splink/trained-4.json"),
        include_str!("../../../../fixtures/splink/trained-5.json"),
    ] {
        let SplinkModel { model, link_type, notes, .. } = read(json).unwrap();
        assert_eq!(link_type, LinkType::DedupeOnly);
        let saved: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(Some(model.lambda), saved["probability_two_random_records_match"].as_f64());
        for (comparison, saved) in model.comparisons.iter().zip(saved["comparisons"].as_array().unwrap()) {
            // The first saved level is the null level.
            for (level, saved) in comparison.levels.iter().zip(&saved["comparison_levels"].as_array().unwrap()[1..]) {
                assert_eq!((level.m(), level.u()), (saved["m_probability"].as_f64(), saved["u_probability"].as_f64()));
                assert_eq!(level.unobserved, level.m.is_none());
            }
        }
        // No two of the made-up family names differ by two letters.
        assert_eq!(
            notes,
            [
                "Splink has seen no pair at `levenshtein(family_name) <= 2` of `comparisons.family_name` and saved no m: give it one."
            ]
        );
    }
}

#[test]
fn everything_beyond_the_family_is_refused_at_once_and_by_name() {
    let faults = read(include_str!("../../../../fixtures/splink/refused-5.json")).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
    blocking_rules_to_generate_predictions[1]: rule `l.a = r.a and len(l.a) > 3`: only equality can be blocked on
    blocking_rules_to_generate_predictions[2]: rule `l.a < r.a`: only equality can be blocked on
    comparisons.refused.comparison_levels[1]: condition `NULLIF(regexp_extract("a_l", '^[A-Z]+$', 0), '') IS NULL OR NULLIF(regexp_extract("a_r", '^[A-Z]+$', 0), '') IS NULL`: `REGEXP_EXTRACT` derives nothing that can be derived here
    comparisons.refused.comparison_levels[2]: condition `"a_l" = 'x' AND "a_r" = 'x'`: it does not compare a value of one record with a value of the other
    comparisons.refused.comparison_levels[3]: condition `LEAST(ARRAY_LENGTH("past_names_l"), ARRAY_LENGTH("past_names_r")) <> 0 AND ARRAY_LENGTH(ARRAY_INTERSECT("past_names_l", "past_names_r")) = LEAST(ARRAY_LENGTH("past_names_l"), ARRAY_LENGTH("past_names_…`: it does not compare a value of one record with a value of the other
    comparisons.refused.comparison_levels[4]: condition `ABS(EPOCH(try_strptime("at_l", '%Y-%m-%dT%H:%M:%SZ')) - EPOCH(try_strptime("at_r", '%Y-%m-%dT%H:%M:%SZ'))) <= 3600`: times of day are not compared here
    comparisons.refused.comparison_levels[5]: condition `"past_names_l"[1] = "past_names_r"[1]`: an element of an array is no field
    comparisons.refused.comparison_levels[6]: condition `array_cosine_similarity("vector_l", "vector_r") >= 0.9`: `ARRAY_COSINE_SIMILARITY` is not measured here
    comparisons.refused.comparison_levels[7]: condition `list_min( list_transform( flatten( list_transform( "aliases_l", x -> list_transform( "aliases_r", y -> [x, y] ) ) ), pair -> levenshtein( pair[1], pair[2] ) ) ) <= 1`: `LIST_MIN` is not measured here
    comparisons.refused.comparison_levels[8]: condition `len(a_l) < 3`: `LEN` is not measured here
    comparisons.refused.comparison_levels[9]: condition `a_l is null`: a value is asked for in one record only
    "##);
}

/// Writes a model and reads it back.
fn again(model: &SplinkModel, dialect: Dialect) -> SplinkModel {
    let json = write(model, dialect).unwrap_or_else(|faults| panic!("{faults:?}"));
    SplinkModel { notes: model.notes.clone(), ..read(&json).unwrap_or_else(|faults| panic!("{faults:?}")) }
}

#[test]
fn a_model_that_was_read_is_written_and_read_back_the_same() {
    let trained = include_str!("../../../../fixtures/splink/trained-5.json");
    for json in LIBRARIES.iter().map(|(_, json)| *json).chain([trained]) {
        let model = read(json).unwrap();
        for dialect in [Dialect::DuckDb, Dialect::Spark] {
            assert_eq!(again(&model, dialect), model);
        }
    }
}

/// A settings file with one comparison of these conditions, before `ELSE`.
fn settings(null: &[&str], conditions: &[&str], rules: &[&str]) -> String {
    let level = |sql: &str, is_null: bool| serde_json::json!({ "sql_condition": sql, "is_null_level": is_null });
    let levels: Vec<_> = null
        .iter()
        .map(|sql| level(sql, true))
        .chain(conditions.iter().map(|sql| level(sql, false)))
        .chain([level("else", false)])
        .collect();
    serde_json::json!({
        "link_type": "dedupe_only",
        "comparisons": [{ "output_column_name": "c", "comparison_levels": levels }],
        "blocking_rules_to_generate_predictions": rules,
    })
    .to_string()
}

/// What a condition is read as, where `a` and `b` are never missing, or why it is refused.
fn condition(sql: &str) -> String {
    let null = "a_l IS NULL OR a_r IS NULL OR b_l IS NULL OR b_r IS NULL";
    match read(&settings(&[null], &[sql], &[])) {
        Ok(read) => read.model.comparisons[0].levels[0].when.to_string(),
        Err(faults) => faults[0].message.rsplit("`: ").next().unwrap_or_default().to_owned(),
    }
}

#[test]
fn conditions_written_by_hand_are_read_whatever_their_spelling() {
    for (sql, expected) in [
        ("a_l = a_r", "exact(a)"),
        ("a_r = a_l", "exact(a)"),
        ("(((\"a_l\" == `a_r`)))", "exact(a)"),
        ("a_r = b_l", "exact(b, a)"),
        ("a_l <> a_r", "not exact(a)"),
        ("not not a_l = a_r", "not not exact(a)"),
        ("upper(trim(a_l)) = UPPER(TRIM(a_r))", "exact(a)"),
        ("a_l::varchar = CAST(a_r AS VARCHAR)", "exact(a)"),
        ("substr(a_l, 1, 4) = left(a_r, 4)", "exact(prefix(a, 4))"),
        ("left(a_l, 1) = left(a_r, 1)", "exact(initial(a))"),
        ("extract(year from a_l) = year(a_r)", "exact(year(a))"),
        ("strftime(a_l, '%m-%d') = strftime(a_r, '%m-%d')", "exact(month_day(a))"),
        ("soundex(lower(a_l)) = soundex(lower(a_r))", "exact(soundex(a))"),
        ("jaro_winkler_similarity(a_l, b_r) >= .9", "jaro_winkler(a, b) >= 0.9"),
        ("jaro_sim(a_r, b_l) >= 0.9", "jaro(b, a) >= 0.9"),
        ("0.9 <= jaro_sim(a_l, a_r)", "jaro(a) >= 0.9"),
        // Where a whole number is passed, the next one is reached.
        ("levenshtein(a_l, a_r) < 3", "levenshtein(a) <= 2"),
        ("len(list_intersect(a_l, a_r)) > 1", "shared(a) >= 2"),
        ("abs(date_diff('day', a_l, a_r)) <= 30", "days(a) <= 30"),
        ("abs(epoch(a_l) - epoch(a_r)) <= 30 * 86400", "days(a) <= 30"),
        ("a_l = a_r AND b_l = b_r OR a_l = b_r", "(exact(a) and exact(b)) or exact(a, b)"),
        ("c_l is not null and a_l = a_r and c_r is not null", "not null(c) and exact(a)"),
        ("d_l is null or a_l = a_r or d_r is null", "null(d) or exact(a)"),
        ("a_l = 3", "it does not compare a value of one record with a value of the other"),
        ("a_l = b_l", "it does not compare a value of one record with a value of the other"),
        ("surname = surname", "it does not compare a value of one record with a value of the other"),
        ("a_l < a_r", "`the value` is not measured here"),
        ("levenshtein(a_l, a_r) >= 2", "the threshold is held the wrong way round"),
        ("levenshtein(a_l, a_r) < 0", "it never holds"),
        ("levenshtein(a_l, a_r) <= length(a_l)", "the threshold is not a number"),
        ("levenshtein(a_l, a_r)", "`LEVENSHTEIN` is no condition of Splink's library"),
        ("substr(a_l, 2, 3) = substr(a_r, 2, 3)", "`SUBSTR` derives nothing that can be derived here"),
        ("soundex(left(a_l, 3)) = soundex(left(a_r, 3))", "something is derived from what is derived itself"),
        (
            "\"first name_l\" = \"first name_r\"",
            "`first name` cannot be the name of a field: rename the column, with letters, digits and `_`",
        ),
        ("c_l is null and c_r is null", "a value is asked for in one record only"),
        ("a_l = a_r;", "`;` is not understood there"),
    ] {
        assert_eq!(condition(sql), expected, "{sql}");
    }
}

#[test]
fn a_strict_threshold_of_a_similarity_is_the_next_number() {
    // Of numbers above 0.9, the nearest: what `> 0.9` says.
    let above = 0.900_000_000_000_000_1;
    assert!(above > 0.9);
    assert_eq!(condition("jaro_winkler(a_l, a_r) > 0.9"), format!("jaro_winkler(a) >= {above}"));
}

#[test]
fn a_negation_does_not_hold_where_a_value_is_missing() {
    // In SQL, NOT of a comparison with null is null; a and b are never missing here, c may be.
    assert_eq!(condition("NOT (a_l = b_r)"), "not exact(a, b)");
    assert_eq!(condition("NOT (c_l = c_r)"), "not exact(c) and not null(c)");
    assert_eq!(condition("NOT (a_l = c_r OR c_l = a_r)"), "not (exact(a, c) or exact(c, a)) and not null(c)");
    assert_eq!(condition("NOT COALESCE(c_l = c_r, FALSE)"), "not exact(c)");
}

#[test]
fn null_levels_come_first_and_else_comes_last() {
    let null = |nulls: &[&str]| read(&settings(nulls, &["a_l = a_r"], &[])).unwrap().model.comparisons[0].null.clone();
    let text = |nulls: &[&str]| null(nulls).unwrap().to_string();
    assert_eq!(text(&["a_l IS NULL OR a_r IS NULL", "b_l IS NULL OR b_r IS NULL"]), "null(a) or null(b)");
    // Without a null level nothing is null: missing values are "else".
    assert_eq!(text(&[]), "not else");
    let late = settings(&[], &["a_l = a_r"], &[]).replace("\"is_null_level\":false", "\"is_null_level\":true");
    let faults = read(&late).unwrap_err();
    assert!(faults.iter().any(|fault| fault.message == "the last level has to be `ELSE`"), "{faults:?}");
}

/// Splink 4 and 5 hold a fuzzy level's frequency against the u of the exact level, as is done here,
/// unless they are told to take the level's own.
#[test]
fn frequencies_on_a_fuzzy_level_are_told_where_they_come_out_otherwise() {
    let notes = |own: bool| {
        let fuzzy = serde_json::json!({
            "sql_condition": "levenshtein(\"a_l\", \"a_r\") <= 1", "tf_adjustment_column": "a",
            "disable_tf_exact_match_detection": own
        });
        let exact = serde_json::json!({
            "sql_condition": "a_l = a_r", "tf_adjustment_column": "a", "disable_tf_exact_match_detection": true
        });
        let mut settings: serde_json::Value = serde_json::from_str(&settings(&[], &[], &[])).unwrap();
        let levels = settings["comparisons"][0]["comparison_levels"].as_array_mut().unwrap();
        levels.splice(0..0, [exact, fuzzy]);
        read(&settings.to_string()).unwrap().notes
    };
    assert_eq!(notes(false), [""; 0]);
    assert!(notes(true)[0].contains("from the level's own u; this from that of the exact level"), "{:?}", notes(true));
}

#[test]
fn rules_written_by_hand_are_read() {
    let rules = |sql: &str| match read(&settings(&[], &["a_l = a_r"], &[sql])) {
        Ok(read) => read
            .model
            .blocks
            .iter()
            .map(|block| block.on.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            .collect(),
        Err(faults) => vec![faults[0].message.rsplit("`: ").next().unwrap_or_default().to_owned()],
    };
    assert_eq!(rules("l.a=r.a and r.b = l.a"), ["a, a = b"]);
    assert_eq!(rules("L.\"a\" = R.\"a\""), ["a"]);
    assert_eq!(rules("substr(l.a, 1, 2) = substr(r.a, 1, 2) OR (l.b = r.b AND l.c = r.c)"), ["prefix(a, 2)", "b, c"]);
    assert_eq!(rules("1=1"), [""]);
    assert_eq!(rules("a_l = a_r"), ["it does not compare a value of one record with a value of the other"]);
    assert_eq!(rules("levenshtein(l.a, r.a) <= 1"), ["only equality can be blocked on"]);
}

#[test]
fn files_that_are_no_settings_are_refused() {
    for json in ["", "[]", "{}", "{\"link_type\": 3}"] {
        let faults = read(json).unwrap_err();
        assert!(faults[0].message.starts_with("not a Splink settings file"), "{json}: {faults:?}");
    }
    let faults = read("{\"link_type\": \"both\"}").unwrap_err();
    assert_eq!(faults[0].message, "`link_type` has to be `link_only`, `dedupe_only` or `link_and_dedupe`");
}

/// A model of one comparison with this level.
fn model_of(when: ConditionSpec) -> SplinkModel {
    let level = |when, label: &str, m, u| LevelSpec {
        label: Some(label.to_owned()),
        m: Some(ShareSpec::Is(m)),
        u: Some(ShareSpec::Is(u)),
        ..LevelSpec::of(when)
    };
    let comparison = ComparisonSpec {
        name: Some("c".to_owned()),
        null: Some(ConditionSpec::Null(Term::field("a"))),
        levels: vec![level(when, "close", 0.9, 0.1), level(ConditionSpec::Else, "else", 0.1, 0.9)],
        ..ComparisonSpec::default()
    };
    let model = ModelSpec {
        version: 1,
        lambda: 0.25,
        relatives: None,
        gap: BTreeMap::new(),
        blocks: Vec::new(),
        comparisons: vec![comparison],
        interactions: Vec::new(),
        further: None,
        moved: None,
        twins: None,
        definite: Vec::new(),
        veto: Vec::new(),
    };
    SplinkModel { model, link_type: LinkType::LinkOnly, unique_id: "id".to_owned(), notes: Vec::new() }
}

/// Whether a level comes back the same from both dialects, and if it cannot be written, why.
fn comes_back(when: ConditionSpec) -> Result<(), String> {
    let model = model_of(when);
    for dialect in [Dialect::DuckDb, Dialect::Spark] {
        write(&model, dialect).map_err(|faults| faults[0].message.clone())?;
        assert_eq!(again(&model, dialect), model);
    }
    Ok(())
}

#[test]
fn every_derivation_comes_back_or_is_refused() {
    let beyond = [
        "first_word",
        "last_word",
        "after_first_word",
        "sorted_words",
        "double_metaphone",
        "nickname",
        "adjacent_years",
        "adjacent_months",
        "month_day_swapped",
        "any",
        "deletions",
        "letters",
        "positions",
        "qgrams",
        "runs",
        "phonetics",
    ];
    for (name, takes_number, _) in DERIVATIONS {
        let term = Term::derived(name, takes_number.then_some(3), "a");
        let expected = if beyond.contains(name) { Err(format!("Splink has no `{term}`")) } else { Ok(()) };
        assert_eq!(comes_back(ConditionSpec::Exact(term.clone(), term)), expected, "{name}");
    }
    let of_word = Term::of_word("prefix", Some(3), "last_word", "a");
    let refused = Err("Splink has no `prefix(last_word(a), 3)`".to_owned());
    assert_eq!(comes_back(ConditionSpec::Exact(of_word.clone(), of_word)), refused);
}

#[test]
fn every_measure_comes_back_or_is_refused() {
    for (measure, (name, direction, _)) in MEASURES.iter().enumerate() {
        let beyond = ["osa", "cosine", "date_parts"].contains(name);
        let thresholds: &[f64] = if *direction == Direction::AtLeast { &[1.0, 0.88] } else { &[1.0, 12.0, 7.0] };
        for threshold in thresholds {
            let terms =
                [("a", "a"), ("a", "b"), ("b", "a")].map(|(left, right)| (Term::field(left), Term::field(right)));
            for (left, right) in terms {
                let expected = if beyond { Err(format!("Splink has no `{name}`")) } else { Ok(()) };
                let when = ConditionSpec::Measured { measure, left, right, threshold: *threshold };
                assert_eq!(comes_back(when), expected, "{name}");
            }
        }
    }
}

#[test]
fn values_in_common_are_those_of_an_array() {
    let shared = |text: &str| write(&model_of(text.parse().unwrap()), Dialect::DuckDb).unwrap();
    assert_eq!(shared("shared(any(a)) >= 2"), shared("shared(a) >= 2"));
}

#[test]
fn conditions_of_conditions_come_back() {
    for text in [
        "exact(a) and exact(b)",
        "(exact(a) and exact(b)) or (exact(a, b) and exact(b, a))",
        "null(b) or jaro(a) >= 0.9",
        "not exact(a)",
        "not exact(b)",
        "not null(b) and not exact(b)",
        "not (exact(a) or not exact(b))",
        "(exact(a) or (exact(b) or exact(c))) and null(d)",
        "km(place) <= 5 or exact(a)",
        "jaro_winkler(prefix(a, 3), prefix(b, 3)) >= 0.9",
    ] {
        assert_eq!(comes_back(text.parse().unwrap()), Ok(()), "{text}");
    }
}

#[test]
fn what_splink_cannot_express_is_refused_by_name_all_at_once() {
    let mut beyond = model_of("exact(nickname(a))".parse().unwrap());
    let model = &mut beyond.model;
    model.interactions.push(InteractionSpec {
        first: "c".to_owned(),
        second: "c".to_owned(),
        bits: Vec::new(),
        related: Vec::new(),
        commonness: None,
    });
    model.relatives = Some(0.001);
    model.definite.push("exact(a)".parse().unwrap());
    model.veto.push("not exact(a)".parse().unwrap());
    let block =
        |on: &[&str]| BlockSpec { on: on.iter().map(|key| key.parse().unwrap()).collect(), near: None, cap: None };
    model.blocks = vec![
        BlockSpec { cap: Some(9), ..block(&["a"]) },
        BlockSpec { near: Some(NearSpec { by: Term::field("a"), window: 3 }), ..block(&[]) },
        block(&["deletions(a)"]),
        block(&["any(a)", "a"]),
    ];
    let of = "prefix(a, 3)".parse().unwrap();
    model.comparisons[0].levels[1].term_frequency =
        Some(TermFrequencySpec { of, weight: 1.0, least: None, own: None, table: None });
    let faults = write(&beyond, Dialect::DuckDb).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "interaction: Splink has no weights that two comparisons have together",
            "relatives: Splink has no third kind of pairs, relatives, beside matches and others",
            "definite: Splink has no pairs that are matches whatever they weigh",
            "veto: Splink has no pairs that are no matches whatever they weigh",
            "block[1]: Splink has no cap on a block's pairs (`cap`)",
            "block[2]: Splink has no sorted neighbourhood (`near`)",
            "block[3]: Splink has no `deletions(a)`",
            "block[4]: `a` and `any(a)` cannot be in one rule of Splink",
            "comparison[1].level[1]: Splink has no `nickname(a)`",
            "comparison[1].level[2]: Splink adjusts for frequencies of columns only, not of `prefix(a, 3)`",
        ]
    );
    let mut by_table = model_of("exact(a)".parse().unwrap());
    let (of, table) = (Term::field("a"), Some("names.csv".to_owned()));
    by_table.model.comparisons[0].levels[0].term_frequency =
        Some(TermFrequencySpec { of, weight: 1.0, least: None, own: None, table });
    let told: Vec<String> = write(&by_table, Dialect::DuckDb).unwrap_err().iter().map(ToString::to_string).collect();
    let message = "Splink's settings name no table of frequencies: it is registered beside them";
    assert_eq!(told, [format!("comparison[1].level[1]: {message}")]);
}
