//! The catalogue as people see it: listed, narrowed down, shown, and with entries of their own.

use insta::assert_snapshot;
use serde_json::Value;

use crate::project::Project;

/// Names of the data sets, recipes or services that a listing has.
fn names(project: &Project, of: &str, arguments: &[&str]) -> Vec<String> {
    let text = project.done(&[&["catalogue", "--json"], arguments].concat());
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let entries = json[of].as_array().expect("a list").iter();
    entries.map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn everything_is_listed() {
    let project = Project::new();
    assert_eq!(names(&project, "data_sets", &[]).len(), 41);
    assert_eq!(names(&project, "services", &[]).len(), 11);
    assert!(names(&project, "recipes", &[]).contains(&"hes-deaths".to_owned()));
    let text = project.done(&["catalogue"]);
    for name in names(&project, "data_sets", &[]) {
        assert!(text.lines().any(|line| line.split_whitespace().next() == Some(&name)), "{name} is not in the table");
    }
}

#[test]
fn a_listing_is_narrowed_down() {
    let project = Project::new();
    assert_snapshot!(project.done(&["catalogue", "--family", "hes", "--role", "death_date"]), @r"
    Data sets
      name        family  title                         one row is           linked by
      deaths-scc  HES     Civil Registrations: Deaths,  person with a        through hes-apc
                          Secondary Care Cut            hospital record who
                                                        died

    Recipes
      name        title
      hes-deaths  Hospital Episode Statistics linked to civil registrations of deaths
    ");
    let of = |arguments: &[&str]| names(&project, "data_sets", arguments);
    let extract_only = of(&["--extract-only"]);
    let is_table = |name: &&String| name.contains('/');
    let data_sets: Vec<&String> = extract_only.iter().filter(|name| !is_table(name)).collect();
    assert_eq!(data_sets, ["shmi", "gpwf", "ascs", "sace", "apms", "mhcyp"]);
    // Tables without persons, of data sets that have some.
    for table in ["msds/anonymous", "mhsds/anonymous-assessment"] {
        assert!(extract_only.iter().any(|name| name == table), "{table} is not in {extract_only:?}");
    }
    let of_maternity = of(&["--extract-only", "--family", "msds"]);
    assert_eq!(of_maternity, ["msds/anonymous"]);
    assert_eq!(of(&["--linkable"]).len(), 41 - 6);
    let over = ["hes-apc", "hes-op", "hes-ae", "hes-cc", "ecds", "deaths", "deaths-scc"];
    assert_eq!(of(&["--service", "hes-deaths"]), over);
    assert_eq!(names(&project, "services", &["--service", "hes-deaths"]), ["hes-deaths"]);
    assert_eq!(names(&project, "recipes", &["--service", "hes-deaths"]), ["hes-deaths"]);
    // A column of a further table, and a role of a further person, are found too.
    assert!(of(&["--search", "UniqWardStayID"]).contains(&"mhsds".to_owned()));
    assert!(of(&["--family", "MSDS", "--role", "sex"]).contains(&"msds".to_owned()));
    assert_snapshot!(project.done(&["catalogue", "--search", "no such words"]), @"nothing in the catalogue fits");
}

#[test]
fn a_recipe_is_shown_with_the_service_of_its_name() {
    assert_snapshot!(Project::new().done(&["catalogue", "show", "hes-deaths"]), @r"
    hes-deaths: HES linked to civil registrations of deaths

      what       Hospital records with the registered death of the same person, and the secondary care
                 cut of the deaths: one row a person, with how the link was made and which record of
                 the death was used.
      code       HES_DEATHS
      made from  hes-apc, hes-op, hes-ae, hes-cc, ecds, deaths, deaths-scc
      recipe     hes-deaths
      needs      A join on the person token by the eight match ranks; MATCH_RANK, DEATH_RECORD_USED
                 and SUBSEQUENT_ACTIVITY on each death.
      available  yes
      how        `run` with the recipe `hes-deaths` and the outputs `links`, `bridge` and `extract` of
                 both sides.
      source     DARS products list; NHSD-mort for the columns

    hes-deaths: Hospital Episode Statistics linked to civil registrations of deaths

      left    family HES or ECDS; roles nhs_number, birth_date, sex, postcode; should have a person
              key
      right   family DEATHS; roles nhs_number, birth_date, sex, postcode, death_date
      source  HES-ONS linked mortality data: the eight-rank cascade published for HES-ONS, CPRD-ONS
              deaths, HES-DID and PROMs-HES

    Ranks, best first
      rank  agreement
         1  nhs_number, birth_date, sex, postcode
         2  nhs_number, birth_date, sex
         3  nhs_number, sex, postcode, birth_date in part
         4  nhs_number, sex, birth_date in part
         5  nhs_number, postcode
         6  birth_date, sex, postcode; nhs_number not contradicting; excluding
            birth_date:first-of-january, postcode:communal
         7  birth_date, sex, postcode; nhs_number not contradicting; excluding
            birth_date:first-of-january
         8  nhs_number

    Options, each to be set otherwise under `[linkage.options]`
      activity_guard            days 3, scope person, when before-choice
      contradiction             matching-record
      partial_date              two-of-three-or-swapped
      postcode_fold             letter-o
      resolution                rank-by-rank
      step_1                    undivided
      subsequent_activity_days  0
      ties                      break
      without_person_key        row

    Notes
      - A rank is tried only when every value it needs is present and valid.
      - `not_contradict`: both sides hold a valid NHS number and they differ is a contradiction; a
        missing or invalid number is none. The source's own definition is not published.
      - Ranks 6 and 7 differ in the communal-establishment postcodes, which rank 7 allows. The list
        itself is not published, so the job gives it as the list `communal`.
      - The activity guard and SUBSEQUENT_ACTIVITY need the left side's role `activity_date`.
      - Rank 0 is kept for deaths known from hospital records alone.
    ");
}

#[test]
fn data_sets_and_their_tables_are_shown() {
    let project = Project::new();
    let apc = project.done(&["catalogue", "show", "hes-apc"]);
    for part in ["record key", "EPIKEY", "LOPATID with PROCODET", "DIAG_4_01 … DIAG_4_20", "1800-01-01", "hes-proms"]
    {
        assert!(apc.contains(part), "`{part}` is not shown");
    }
    assert!(project.done(&["catalogue", "show", "hes-apc", "--json"]).contains("\"EPIKEY\""));
    let msds = project.done(&["catalogue", "show", "msds"]);
    for part in ["Roles of the mother", "Roles of the baby", "Person_ID_Baby (person-id)", "msds/labour"] {
        assert!(msds.contains(part), "`{part}` is not shown");
    }
    assert_snapshot!(project.done(&["catalogue", "show", "mhsds/referral"]), @r"
    mhsds/referral: Mental Health Services Data Set: referrals

      one row is   one referral, by month
      record key   UniqServReqID with UniqMonthID
      person key   Person_ID (person-id)
      family       MHSDS
      code         MHS101Referral
      covers       from 2016-01
      volume       4.2 M in 2019, 5.6 M in 2024
      event dates  ReferralRequestReceivedDate, ServDischDate
      latest row   of each UniqServReqID: the highest UniqMonthID
      linked by    through mhsds
      linked to    hes-apc, hes-op, hes-ae, deaths
      source       SDE-DD, MHmonthly, DARS-cat; volumes from BHF-cov; names of tables that SDE-DD has
                   by number only as in public code over the data set

    Roles
      activity_date   ReferralRequestReceivedDate
      discharge_date  ServDischDate

    Fields (ID direct identifier, PS pseudonym or key, QI quasi-identifier, SE sensitive, AN analytic)
      column                       type     tier  form  what it is
      Person_ID                    text     PS          Person pseudonym from Person_ID, per agreement
      OrgIDProv                    text     QI          Provider
      UniqMonthID                  integer  AN          Month of the submission
      RecordNumber                 text     PS          Record number within the submission
      UniqSubmissionID             text     PS          Submission
      UniqServReqID                text     PS          Referral
      ServiceRequestId             text     PS          Referral, the provider's own id
      ReferralRequestReceivedDate  date     QI          Referral received
      ServDischDate                date     QI          Discharged from the service
      SourceOfReferralMH           text     AN          Source of referral
      PrimReasonReferralMH         text     AN          Primary reason for referral
      ClinRespPriorityType         text     AN          Priority of clinical response
      ReasonOAT                    text     AN          Reason for an out-of-area referral
      OrgIDReferring               text     QI          Referring organisation

    Codes, other names and remarks
      Person_ID             also called PERSON_ID_DEID
      UniqMonthID           Months counted from April 1900
      ServiceRequestId      Means something only with OrgIDProv
      ClinRespPriorityType  1 · 2 · 3 · 4

    Notes
      - An open referral is in every month's submission.
    ");
    let ascs = project.done(&["catalogue", "show", "ascs"]);
    for part in ["not linked", "by area", "†"] {
        assert!(ascs.contains(part), "`{part}` is not shown");
    }
}

#[test]
fn codes_and_other_spellings_lead_to_the_one_entry_that_has_them() {
    let project = Project::new();
    let show = |name: &str| project.done(&["catalogue", "show", name]);
    assert_eq!(show("HES_APC"), show("hes-apc"));
    assert_eq!(show("DEATHS_SCC"), show("deaths-scc"));
    assert_eq!(show("Hes_Deaths"), show("hes-deaths"), "a service and its recipe");
    assert_eq!(show("MHSDS/referral"), show("mhsds/referral"));
    // Two entries of one's own that share a code.
    std::fs::create_dir(project.path("entries")).expect("a folder can be made");
    for name in ["one", "two"] {
        let entry =
            format!("version = 1\nname = \"{name}\"\ncode = \"BOTH\"\ntitle = \"One of two\"\nextends = \"hes-apc\"\n");
        project.write(&format!("entries/{name}.toml"), entry);
    }
    assert_snapshot!(project.refused(&["catalogue", "show", "both", "--with", "entries"]), @r"
    error: `catalogue`: `both` may be `one`, `two`
    hint: write the name of one of them
    ");
}

#[test]
fn misspelt_names_are_offered_the_nearest() {
    let project = Project::new();
    assert_snapshot!(project.refused(&["catalogue", "show", "hes-apx"]), @r"
    error: `catalogue`: there is no data set, recipe or service `hes-apx`
    hint: did you mean `hes-apc`?
    ");
    assert_snapshot!(project.refused(&["catalogue", "show", "mhsds/referal"]), @r"
    error: `catalogue`: `mhsds` has no table `referal`
    hint: did you mean `mhsds/referral`?
    ");
    assert_snapshot!(project.refused(&["catalogue", "--family", "HEZ"]), @r"
    error: `--family`: unknown family `HEZ`; known are `BCIR`, `CANREG`, `CHESS`, `COVID_ETH`, `CSDS`, `DEATHS`, `DEMOG`, `DID`, `ECDS`, `EPMA`, `GDPPR`, `HES`, `IAPT`, `MHLDDS`, `MHMDS`, `MHSDS`, `MSDS`, `NDA`, `NHSBSA`, `PDS`, `PILLAR2`, `PILLAR3`, `PROMS`, `SGSS`, `SSNAP`, `SUS_PBR`, `VACC`
    hint: did you mean `HES`?
    ");
    assert_snapshot!(project.refused(&["catalogue", "--service", "hes-death"]), @r"
    error: `--service`: unknown service `hes-death`; known are `hes-deaths`, `hes-did`, `hes-mh`, `hes-proms`, `la-hes`, `tabulation`, `standard-extract`, `bespoke-extract`, `bespoke-linkage`, `tracking`, `dae`
    hint: did you mean `hes-deaths`?
    ");
}

const CLINIC: &str = r#"
version = 1
name = "clinic"
code = "CLINIC"
title = "A clinic's list"
grain = "visit"
record_key = ["VISIT"]
source = "the clinic"
[link]
person = true
by = ["nhs_number"]
to = ["hes-apc"]
[roles]
nhs_number = "NHS"
[[field]]
name = "VISIT"
type = "text"
tier = "PS"
title = "Visit"
[[field]]
name = "NHS"
type = "text"
tier = "ID"
title = "NHS number"
"#;

#[test]
fn entries_of_ones_own_are_listed_shown_and_checked() {
    let project = Project::new();
    std::fs::create_dir(project.path("mine")).expect("a writable folder");
    project.write("mine/clinic.toml", CLINIC);
    project.write(
        "mine/ecds.toml",
        "version = 1\nname = \"ecds\"\ncode = \"ECDS\"\ntitle = \"Our emergency records\"\nextends = \"ecds\"\n",
    );
    assert_snapshot!(project.done(&["catalogue", "--with", "mine", "--search", "our emergency"]), @r"
    Data sets
      name  family  title                  one row is            linked by
      ecds  ECDS    Our emergency records  emergency attendance  nhs_number, birth_date,
                                                                 sex, postcode

    Your own entries
      name                               file
      clinic  added                      mine/clinic.toml
      ecds    goes before the program's  mine/ecds.toml
    ");
    assert_snapshot!(project.done(&["catalogue", "show", "clinic", "--with", "mine"]), @r"
    clinic: A clinic's list

      one row is  one visit
      record key  VISIT
      code        CLINIC
      linked by   nhs_number
      linked to   hes-apc
      source      the clinic

    Roles
      nhs_number  NHS

    Fields (ID direct identifier, PS pseudonym or key, QI quasi-identifier, SE sensitive, AN analytic)
      column  type  tier  form  what it is
      VISIT   text  PS          Visit
      NHS     text  ID          NHS number
    ");
    project.write("mine/clinic.toml", CLINIC.replace("hes-apc", "hes-acp").replace("tier = \"ID\"", "tier = \"QI\""));
    assert_snapshot!(project.refused(&["catalogue", "show", "clinic", "--with", "mine"]), @r"
    error: `mine/clinic.toml, line 14, roles.nhs_number`: field `NHS` identifies a person, so its tier must be ID
    hint: `counterfoil schema data-set` prints the shape of an entry
    error: `mine/clinic.toml, line 12, link.to`: unknown data set `hes-acp`
    hint: did you mean `hes-apc`?
    ");
    project.write("mine/clinic.toml", CLINIC.replace("hes-apc", "hes-acp"));
    assert_snapshot!(project.refused(&["catalogue", "--with", "mine"]), @r"
    error: `mine/clinic.toml, line 12, link.to`: unknown data set `hes-acp`
    hint: did you mean `hes-apc`?
    ");
}
