//! Every built-in entry against the published tables.

use counterfoil_catalogue::{Catalogue, DataSet, FieldType, RoleColumns, SexMeaning, Tier};

fn entry(name: &str) -> &'static DataSet {
    Catalogue::built_in().data_set(name).expect("a built-in entry")
}

fn header(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|c| (*c).to_owned()).collect()
}

/// `CODE type tier` of a column, as the tables C1 to C12 of the data-set reference give it.
fn check(name: &str, expected: &[(&str, FieldType, &str)]) {
    for (column, kind, tier) in expected {
        let field = entry(name).field(column).unwrap_or_else(|| panic!("{name} lacks {column}"));
        assert_eq!((field.kind, field.tier.letters()), (*kind, *tier), "{name} {column}");
    }
}

/// Table A, row by row.
#[rustfmt::skip]
const TABLE_A: [&str; 41] = [
    "HES_APC", "HES_OP", "HES_AE", "HES_CC", "ECDS", "DEATHS", "DEATHS_SCC", "DID", "MHMDS", "MHLDDS", "MHSDS", "PROMS",
    "PDS", "DEMOG", "CSDS", "IAPT", "MSDS", "NDA", "BCIR", "GDPPR", "COVID_ETH", "CHESS", "SGSS", "PILLAR2", "PILLAR3",
    "VACC", "VACC_AR", "EPMA", "SSNAP", "NHSBSA", "CANREG", "SUS_PBR", "LL_APC", "LL_OP", "LL_CC", "SHMI", "GPWF",
    "ASCS", "SACE", "APMS", "MHCYP",
];

#[test]
fn entries_stand_in_the_order_of_the_products_list() {
    let codes: Vec<&str> = Catalogue::built_in().data_sets().iter().map(|d| d.code.as_str()).collect();
    assert_eq!(codes, TABLE_A);
}

/// Grain, record key and first month: table A. Since when there are deaths of Secondary Care
/// is not verified, and not asked.
#[test]
fn keys_and_coverage_are_those_of_table_a() {
    let expected = [
        ("hes-apc", "HES_APC", &["EPIKEY"][..], Some("1989-04"), None),
        ("hes-op", "HES_OP", &["ATTENDKEY"], Some("2003-04"), None),
        ("hes-ae", "HES_AE", &["AEKEY"], Some("2007-04"), Some("2020-03")),
        ("hes-cc", "HES_CC", &["SUSRECID", "CCPERNUM"], Some("2007-04"), None),
        ("ecds", "ECDS", &["ECDSKEY"], Some("2017-10"), None),
        ("deaths", "DEATHS", &["ledrid"], Some("1993"), None),
        ("deaths-scc", "DEATHS_SCC", &["RECORD_ID"], None, None),
        ("pds", "PDS", &["NHS_NUMBER"], Some("2004-06"), None),
    ];
    for (name, code, key, from, to) in expected {
        let entry = entry(name);
        let covers = entry.covers.as_ref().expect("covers");
        assert_eq!(entry.code, code);
        assert_eq!(entry.record_key.alternatives()[0], key, "{name}");
        assert!(from.is_none_or(|from| covers.from == from), "{name}");
        assert_eq!(covers.to.as_deref(), to, "{name}");
    }
}

#[test]
fn tiers_and_types_are_those_of_the_reference() {
    use FieldType::{Date, Integer, Month, Number, Text, Time};
    check(
        "hes-apc",
        &[
            ("NEWNHSNO", Text, "ID"),
            ("LOPATID", Text, "ID"),
            ("DOB", Date, "ID"),
            ("MYDOB", Month, "QI"),
            ("HOMEADD", Text, "ID"),
            ("ENCRYPTED_HESID", Text, "PS"),
            ("EPIKEY", Text, "PS"),
            ("SEX", Text, "QI"),
            ("STARTAGE", Integer, "QI"),
            ("STARTAGE_CALC", Number, "QI"),
            ("EPISTART", Date, "QI"),
            ("OPDATE_24", Date, "QI"),
            ("DISMETH", Text, "AN"),
            ("DIAG_4_20", Text, "AN"),
            ("LEGLCAT", Text, "SE"),
            ("EPIDUR", Integer, "AN"),
        ],
    );
    check("hes-op", &[("ATTENDKEY", Text, "PS"), ("APPTDATE", Date, "QI"), ("DIAG_3_12", Text, "AN")]);
    check("hes-ae", &[("ARRIVALTIME", Time, "QI"), ("DIAGA_12", Text, "AN"), ("INITDUR", Integer, "AN")]);
    check("hes-cc", &[("NEWNHSNOPS", Text, "PS"), ("CCSTARTDATE", Date, "QI"), ("HCDCODE20", Text, "AN")]);
    check(
        "ecds",
        &[
            ("NHS_NUMBER", Text, "ID"),
            ("WITHHELD_IDENTITY_REASON", Text, "SE"),
            ("DIAGNOSIS_CODE_12", Text, "AN"),
            ("CHIEF_COMPLAINT", Text, "AN"),
            ("INJURY_INTENT", Text, "SE"),
        ],
    );
    check(
        "deaths",
        &[
            ("dobyr", Integer, "ID"),
            ("snamd", Text, "ID"),
            ("REG_DATE", Date, "QI"),
            ("dor", Date, "QI"),
            ("codt_20", Text, "SE"),
            ("akfnamd3e", Text, "ID"),
            ("COR_INQ_DATES", Text, "SE"),
            ("LSOAR", Text, "QI"),
        ],
    );
    check("pds", &[("FAMILY_NAME", Text, "ID"), ("ADDRESS_LINE5", Text, "ID"), ("GP_PRACTICE_CODE", Text, "QI")]);
}

/// Section C7, in its order.
#[test]
fn the_secondary_care_cut_has_the_delivered_columns_in_order() {
    let mut expected = vec!["RECORD_ID", "ENCRYPTED_HESID", "DOD", "DOR", "CAUSE_OF_DEATH"]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    expected.extend((1..=15).map(|n| format!("CAUSE_OF_DEATH_NEONATAL_{n}")));
    expected.extend((1..=15).map(|n| format!("CAUSE_OF_DEATH_NON_NEONATAL_{n}")));
    expected.extend(
        [
            "COMMUNAL_ESTABLISHMENT",
            "NHS_INDICATOR",
            "DEATH_RECORD_USED",
            "MATCH_RANK",
            "SUBSEQUENT_ACTIVITY",
            "SEX",
            "AGE_AT_DEATH",
            "RESPCT",
            "RESSTHA",
        ]
        .map(str::to_owned),
    );
    let found: Vec<String> = entry("deaths-scc").columns().into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, expected);
    let used: Vec<&str> =
        entry("deaths-scc").field("death_record_used").expect("a field").codes.keys().map(String::as_str).collect();
    assert_eq!(used, ["HES1", "HES2", "MIX1", "ONS1", "ONS2"]);
}

/// Section B6: 1800 and 1801 from 2012/13, 1600 and 1582 before; 3000 and 4000 for times.
#[test]
fn hes_sentinels_reach_every_date_and_time() {
    let dates = ["1582-10-15", "1600-01-01", "1800-01-01", "1801-01-01"];
    for name in ["hes-apc", "hes-op", "hes-ae", "hes-cc"] {
        for (column, field) in entry(name).columns() {
            let missing: Vec<&str> = field.missing.keys().map(String::as_str).collect();
            match field.kind {
                FieldType::Date => assert_eq!(missing, dates, "{name} {column}"),
                FieldType::Time => assert_eq!(missing, ["3000", "4000"], "{name} {column}"),
                _ => {}
            }
        }
    }
    assert!(entry("deaths").field("REG_DATE").expect("a field").missing.is_empty());
    assert!(entry("hes-apc").field("DIAG_4_07").expect("a field").missing.contains_key("R69X"));
}

/// Section B6: ages 7001 to 7007 are codes of infants.
#[test]
fn infant_ages_are_codes() {
    let codes = &entry("hes-apc").field("STARTAGE").expect("a field").codes;
    assert_eq!(codes["7001"], "under 1 day");
    assert_eq!(codes["7007"], "273 days to under 1 year");
    assert_eq!(codes.keys().filter(|code| code.starts_with("700")).count(), 7);
}

/// Section B6, sex; section F, 4: 0, 9, X and 3 are missing. That deaths have a code 3 is not
/// verified, and not asked.
#[test]
fn sex_codes_are_those_of_the_reference() {
    use SexMeaning::{Female, Male, NotKnown};
    let expected = [
        ("hes-apc", &[("0", NotKnown), ("1", Male), ("2", Female), ("3", NotKnown), ("9", NotKnown)][..]),
        ("ecds", &[("1", Male), ("2", Female), ("9", NotKnown), ("X", NotKnown)]),
        ("deaths", &[("1", Male), ("2", Female)]),
        ("pds", &[("0", NotKnown), ("1", Male), ("2", Female), ("9", NotKnown)]),
    ];
    for (name, codes) in expected {
        let RoleColumns::One(column) =
            entry(name).role("sex", &header(&["SEX", "STATED_GENDER", "GENDER"])).expect("a sex role")
        else {
            panic!("sex is one column");
        };
        let found: Vec<(&str, SexMeaning)> =
            entry(name).field(&column).expect("a field").sex_codes.iter().map(|(c, m)| (c.as_str(), *m)).collect();
        let verified: Vec<_> = found.into_iter().filter(|code| name != "deaths" || code.0 != "3").collect();
        assert_eq!(verified, codes, "{name}");
    }
}

#[test]
fn what_only_an_unverified_fact_supports_is_marked() {
    for column in ["NHS_NUMBER", "PERSON_BIRTH_DATE", "POSTCODE", "LOCAL_PATIENT_IDENTIFIER", "ETHNIC_CATEGORY"] {
        assert!(entry("ecds").field(column).expect("a field").unverified, "{column}");
    }
    assert!(!entry("ecds").field("STATED_GENDER").expect("a field").unverified);
    assert!(!entry("hes-apc").fields.iter().any(|field| field.unverified));
}

#[test]
fn repeated_fields_stand_for_their_columns() {
    let apc = entry("hes-apc");
    let diagnoses =
        apc.columns().into_iter().filter(|(name, _)| name.starts_with("DIAG_4_") && name != "DIAG_4_CONCAT");
    let names: Vec<String> = diagnoses.map(|(name, _)| name).collect();
    assert_eq!((names.len(), names[0].as_str(), names[19].as_str()), (20, "DIAG_4_01", "DIAG_4_20"));
    assert!(apc.field("DIAG_4_21").is_none());
    assert!(apc.field("DIAG_4_1").is_none());
    assert_eq!(apc.field("diag_4_03").expect("case does not matter").tier, Tier::Analytic);
}

#[test]
fn deaths_resolve_in_both_layouts() {
    let deaths = entry("deaths");
    let upper = header(&["DEC_CONF_NHS_NUMBER_CLEAN", "DEC_SEX", "REG_DATE_OF_DEATH", "REG_DATE", "S_COD_CODE_2"]);
    let raw = header(&["nhsno1", "sex", "doddy", "dodmt", "dodyr", "dor", "icd10f_1", "icd10f_2"]);
    let one = |name: &str| RoleColumns::One(name.to_owned());
    assert_eq!(deaths.role("nhs_number", &upper), Ok(one("DEC_CONF_NHS_NUMBER_CLEAN")));
    assert_eq!(deaths.role("nhs_number", &raw), Ok(one("nhsno1")));
    assert_eq!(deaths.role("sex", &upper), Ok(one("DEC_SEX")));
    assert_eq!(deaths.role("sex", &raw), Ok(one("sex")));
    assert_eq!(deaths.role("death_date", &upper), Ok(one("REG_DATE_OF_DEATH")));
    let parts = RoleColumns::DateParts { year: "dodyr".to_owned(), month: "dodmt".to_owned(), day: "doddy".to_owned() };
    assert_eq!(deaths.role("death_date", &raw), Ok(parts));
    assert_eq!(deaths.role("registration_date", &raw), Ok(one("dor")));
    assert_eq!(deaths.role("cause_mention", &upper), Ok(RoleColumns::Many(header(&["S_COD_CODE_2"]))));
    assert_eq!(deaths.role("cause_mention", &raw), Ok(RoleColumns::Many(header(&["icd10f_1", "icd10f_2"]))));
    assert_eq!(deaths.record_key(&header(&["LEDRID"])), Ok(header(&["LEDRID"])));
}

#[test]
fn person_keys_are_taken_in_order_of_preference() {
    let apc = entry("hes-apc");
    assert_eq!(apc.person_key(&header(&["ENCRYPTED_HESID", "token_person_id"])).as_deref(), Some("token_person_id"));
    assert_eq!(apc.person_key(&header(&["EXTRACT_HESID"])).as_deref(), Some("EXTRACT_HESID"));
    assert_eq!(apc.person_key(&header(&["EPIKEY"])), None);
}

#[test]
fn a_local_patient_id_needs_its_provider() {
    let apc = entry("hes-apc");
    let both = apc.role("local_patient_id", &header(&["LOPATID", "PROCODET"])).expect("both are there");
    assert_eq!(both.names(), ["LOPATID", "PROCODET"]);
    let fault = apc.role("local_patient_id", &header(&["LOPATID"])).expect_err("no provider");
    insta::assert_snapshot!(fault, @"data_set.hes-apc.roles.local_patient_id: the file lacks the columns for it: `LOPATID` and `PROCODET`");
}

#[test]
fn critical_care_points_to_admitted_patient_care() {
    let cc = entry("hes-cc");
    assert_eq!(cc.link.via.as_deref(), Some("hes-apc"));
    assert_eq!(cc.link.on[0].column, "SUSRECID");
    assert_eq!(cc.link.on[0].equals, "EPIKEY");
    assert!(cc.link.by.is_empty());
    let fault = cc.role("nhs_number", &header(&["NEWNHSNOPS"])).expect_err("pseudonymised copies are no identifiers");
    insta::assert_snapshot!(fault, @"data_set.hes-cc.roles.nhs_number: `hes-cc` has no role `nhs_number`; its roles are `activity_date`, `discharge_date`, `episode_end`");
}

/// Section 1.4 of the methodology: a "dead" discharge method; the discharge date, else the
/// end of the episode.
#[test]
fn admitted_patient_care_says_who_died() {
    let dead = entry("hes-apc").dead.as_ref().expect("it says so");
    assert_eq!((dead.column.as_str(), dead.codes.as_slice()), ("DISMETH", &["4".to_owned()][..]));
    assert_eq!(dead.optional_codes, ["5"]);
    assert_eq!(dead.dates, ["DISDATE", "EPIEND"]);
}
