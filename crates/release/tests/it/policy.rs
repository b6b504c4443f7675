//! What an extract may carry.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, ListArray, RecordBatch, StringArray, StringViewArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::{ErrorKind, Tier};
use counterfoil_release::policy::{ColumnFacts, Plan, Reason, Suppression, Treatment, Wishes, apply};
use counterfoil_release::pseudonym::{PSEUDONYM_LENGTH, Pseudonymiser};
use proptest::prelude::*;

use crate::{names, texts};

/// Stands in for a keyed pseudonymiser: FNV-1a, twice, over purpose and value.
pub(crate) struct Sample;

impl Pseudonymiser for Sample {
    fn pseudonyms(&self, purpose: &str, values: &dyn Array) -> StringArray {
        let hash = |seed: u64, value: &str| {
            let bytes = purpose.bytes().chain([0]).chain(value.bytes());
            bytes.fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
        };
        let one = |value| format!("{:016x}{:016x}", hash(0xcbf2_9ce4_8422_2325, value), hash(7, value));
        values.as_string::<i32>().iter().map(|value| value.map(one)).collect()
    }
}

/// Answers with the values themselves.
struct Leaky;

impl Pseudonymiser for Leaky {
    fn pseudonyms(&self, _: &str, values: &dyn Array) -> StringArray {
        values.as_string::<i32>().clone()
    }
}

fn facts() -> Vec<ColumnFacts> {
    vec![
        ColumnFacts::person_key("TOKEN_PERSON_ID"),
        ColumnFacts::new("EPIKEY", Tier::Ps),
        ColumnFacts::new("NHSNO", Tier::Id),
        ColumnFacts::new("ADMIDATE", Tier::Qi),
        ColumnFacts::new("DIAG_01", Tier::An),
        ColumnFacts::new("S_INJURY_EXTERNAL", Tier::Se),
    ]
}

const COLUMNS: [&str; 7] =
    ["EPIKEY", "NHSNO", "TOKEN_PERSON_ID", "ADMIDATE", "DIAG_01", "S_INJURY_EXTERNAL", "SURPRISE"];

fn schema() -> SchemaRef {
    let fields = COLUMNS.map(|name| Field::new(name, DataType::Utf8, true));
    Arc::new(Schema::new(fields.to_vec()))
}

fn batch(rows: usize) -> RecordBatch {
    let column = |name: &str| {
        let values = (0..rows).map(|row| Some(format!("{name}-{row}")));
        Arc::new(values.collect::<StringArray>()) as ArrayRef
    };
    RecordBatch::try_new(schema(), COLUMNS.map(column).to_vec()).expect("columns fit")
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// `columns` and `allowed` are the wishes; `due` is the treatment by column, by initial.
fn check(columns: Option<&[&str]>, allowed: &[&str], due: &str) -> Plan {
    let (columns, allowed) = (columns.map(owned), owned(allowed));
    let wishes = Wishes { columns: columns.as_deref(), allowed_sensitive: &allowed };
    let plan = Plan::new("output.extract", &schema(), &facts(), wishes).expect("no faults");
    let initial = |(_, treatment)| match treatment {
        Treatment::Drop => 'D',
        Treatment::Pseudonymise => 'P',
        Treatment::Keep => 'K',
    };
    assert_eq!(plan.treatments().map(initial).collect::<String>(), due);
    plan
}

#[test]
fn tiers_decide() {
    let plan = check(None, &[], "PDPKKDD");
    let suppression = |column: &str, reason| Suppression { column: column.to_owned(), reason };
    let due = [
        suppression("NHSNO", Reason::DirectIdentifier),
        suppression("S_INJURY_EXTERNAL", Reason::SensitiveNotNamed),
        suppression("SURPRISE", Reason::NotInCatalogue),
    ];
    assert_eq!(plan.suppressions(), due);
    assert_eq!(plan.pseudonym_column(), Some("TOKEN_PERSON_ID"));
}

#[test]
fn a_list_of_columns_leaves_the_rest_behind_but_for_the_person_key() {
    let plan = check(Some(&["diag_01"]), &[], "DDPDKDD");
    assert_eq!(plan.suppressions()[0].reason, Reason::NotListed);
    check(Some(&["epikey"]), &[], "PDPDDDD");
    check(Some(&[]), &[], "DDPDDDD");
}

#[test]
fn sensitive_content_is_named_and_allowed_or_stays() {
    check(None, &["S_INJURY_EXTERNAL"], "PDPKKDD");
    check(Some(&["S_INJURY_EXTERNAL"]), &["s_injury_external"], "DDPDDKD");
}

#[test]
fn wishes_that_cannot_be_met_are_all_listed() {
    let columns = owned(&["NHSNO", "S_INJURY_EXTERNAL", "SURPRISE", "DIAG_1"]);
    let wishes = Wishes { columns: Some(&columns), allowed_sensitive: &[] };
    let faults = Plan::new("output.extract", &schema(), &facts(), wishes).expect_err("four faults");
    let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let due = [
        "there is no column `DIAG_1`",
        "column `NHSNO` is a direct identifier and never leaves",
        "column `S_INJURY_EXTERNAL` is sensitive and the agreement does not allow it",
        "column `SURPRISE` is of no known tier, so that nothing says it may leave",
    ];
    assert_eq!(messages, due);
    assert!(faults.iter().all(|fault| fault.kind == ErrorKind::BadSpec));
}

/// `AEPATGROUP` of HES A&E: 20 is assault and 30 deliberate self-harm, both of tier SE.
#[test]
fn sensitive_codes_of_a_kept_column_are_named_and_allowed_or_become_null() {
    let facts = [ColumnFacts::new("AEPATGROUP", Tier::An).with_sensitive_codes(["20".to_owned(), "30".to_owned()])];
    let text = Arc::new(StringArray::from(vec![Some("10"), Some("20 "), None, Some("30")]));
    let number = Arc::new(Int64Array::from(vec![Some(10), Some(20), None, Some(30)]));
    for column in [text as ArrayRef, number as ArrayRef] {
        let batch = RecordBatch::try_from_iter_with_nullable([("AEPATGROUP", column, true)]).expect("one column");
        let nulls = |columns: Option<&[String]>, allowed: &[String]| {
            let wishes = Wishes { columns, allowed_sensitive: allowed };
            let plan = Plan::new("x", batch.schema_ref(), &facts, wishes).expect("no faults");
            let out = apply(&batch, &plan, &Sample).expect("the batch fits");
            assert!(out.column(0).is_valid(0), "10 is not sensitive");
            (out.column(0).null_count(), plan.suppressions().len())
        };
        let named = owned(&["AEPATGROUP"]);
        assert_eq!(nulls(None, &[]), (3, 1));
        assert_eq!(nulls(Some(&named), &[]), (3, 1));
        assert_eq!(nulls(None, &named), (3, 1));
        assert_eq!(nulls(Some(&named), &named), (1, 0));
    }
}

#[test]
fn of_two_entries_the_stricter_holds() {
    let facts = [ColumnFacts::new("NHSNO", Tier::An), ColumnFacts::new("nhsno", Tier::Id)];
    let plan = Plan::new("x", &schema(), &facts, Wishes::default()).expect("no faults");
    assert!(plan.treatments().all(|(_, treatment)| treatment == Treatment::Drop));
}

#[test]
fn a_wide_text_or_dictionary_column_leaves_as_plain_text() {
    let dictionary: DictionaryArray<Int32Type> = [Some("M"), None, Some("M")].into_iter().collect();
    let batch = RecordBatch::try_from_iter([
        ("ADMIDATE", Arc::new(StringViewArray::from(vec![Some("a"), None, Some("c")])) as ArrayRef),
        ("DIAG_01", Arc::new(dictionary) as ArrayRef),
    ])
    .expect("columns fit");
    let plan = Plan::new("x", batch.schema_ref(), &facts(), Wishes::default()).expect("no faults");
    let out = apply(&batch, &plan, &Sample).expect("the batch fits");
    assert_eq!(out.schema_ref(), plan.schema());
    assert_eq!(texts(&out, "ADMIDATE"), [Some("a"), None, Some("c")]);
    assert_eq!(texts(&out, "DIAG_01"), [Some("M"), None, Some("M")]);
}

#[test]
fn a_key_is_one_key_whatever_its_type_and_padding() {
    let numbers = Arc::new(Int64Array::from(vec![Some(42), None, Some(7)])) as ArrayRef;
    let padded = Arc::new(StringArray::from(vec![Some(" 42 "), Some("  "), Some("7")])) as ArrayRef;
    let [a, b] = [numbers, padded].map(|column| {
        let batch = RecordBatch::try_from_iter([("TOKEN_PERSON_ID", column)]).expect("one column");
        let plan = Plan::new("x", batch.schema_ref(), &facts(), Wishes::default()).expect("fine");
        apply(&batch, &plan, &Sample).expect("the batch fits")
    });
    assert_eq!(a, b);
    assert_eq!(texts(&a, "TOKEN_PERSON_ID")[1], None, "no key is nobody's");
}

#[test]
fn person_and_record_keys_have_purposes_of_their_own() {
    let same = || Arc::new(StringArray::from(vec!["42"])) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("TOKEN_PERSON_ID", same()), ("EPIKEY", same())]).expect("columns fit");
    let plan = Plan::new("x", batch.schema_ref(), &facts(), Wishes::default()).expect("no faults");
    let out = apply(&batch, &plan, &Sample).expect("the batch fits");
    assert_ne!(texts(&out, "TOKEN_PERSON_ID"), texts(&out, "EPIKEY"));
}

#[test]
fn what_the_pseudonymiser_must_not_answer_does_not_leave() {
    let plan = check(None, &[], "PDPKKDD");
    let fault = apply(&batch(3), &plan, &Leaky).expect_err("values are no pseudonyms");
    assert!(fault.message.contains("column `EPIKEY`: not a pseudonym"), "{fault}");
    assert!(!fault.message.contains("EPIKEY-"), "{fault}");
}

#[test]
fn a_batch_of_another_source_is_refused() {
    let plan = check(None, &[], "PDPKKDD");
    let other = batch(1).project(&[1, 0, 2, 3, 4, 5, 6]).expect("columns exist");
    apply(&other, &plan, &Sample).expect_err("the columns stand in another order");
}

#[test]
fn metadata_stays_behind() {
    let field = Field::new("DIAG_01", DataType::Utf8, true)
        .with_metadata(HashMap::from([("first".to_owned(), "I219".to_owned())]));
    let schema = Schema::new(vec![field]).with_metadata(HashMap::from([("pandas".to_owned(), "{}".to_owned())]));
    let column = Arc::new(StringArray::from(vec!["I219"])) as ArrayRef;
    let batch = RecordBatch::try_new(Arc::new(schema), vec![column]).expect("columns fit");
    let plan = Plan::new("x", batch.schema_ref(), &facts(), Wishes::default()).expect("no faults");
    let out = apply(&batch, &plan, &Sample).expect("the batch fits");
    assert!(out.schema().metadata().is_empty() && out.schema().field(0).metadata().is_empty());
}

#[test]
fn types_that_cannot_be_treated_are_faults_of_the_plan() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]);
    let schema = Arc::new(Schema::new(vec![
        Field::new("EPIKEY", DataType::Date32, true),
        Field::new("DIAG_01", list.data_type().clone(), true),
        Field::new("NHSNO", list.data_type().clone(), true),
    ]));
    let faults = Plan::new("x", &schema, &facts(), Wishes::default()).expect_err("two faults");
    assert_eq!(faults.len(), 2, "the identifier stays behind, whatever its type");
    assert!(faults[0].message.contains("only text and whole numbers"), "{}", faults[0]);
    assert!(faults[1].message.contains("nested columns are not delivered"), "{}", faults[1]);
}

fn any_tier() -> impl Strategy<Value = Option<Tier>> {
    prop::option::of(prop::sample::select(Tier::ALL.to_vec()))
}

proptest! {
    /// Whatever the tiers and wishes: no value of a column that stays behind, and no value
    /// of a key, is anywhere in what leaves.
    #[test]
    fn dropped_columns_never_appear(
        tiers in prop::array::uniform7(any_tier()),
        listed in prop::option::of(prop::sample::subsequence(COLUMNS.to_vec(), 0..=7)),
        allowed in prop::sample::subsequence(COLUMNS.to_vec(), 0..=7),
        rows in 0_usize..5,
    ) {
        let entry = |(name, tier): (&str, Option<Tier>)| Some(ColumnFacts::new(name, tier?));
        let facts: Vec<_> = COLUMNS.into_iter().zip(tiers).filter_map(entry).collect();
        let (listed, allowed) = (listed.map(|names| owned(&names)), owned(&allowed));
        let wishes = Wishes { columns: listed.as_deref(), allowed_sensitive: &allowed };
        let Ok(plan) = Plan::new("x", &schema(), &facts, wishes) else {
            // Only wishes that may not be met are faults here.
            prop_assert!(listed.is_some());
            return Ok(());
        };
        let out = apply(&batch(rows), &plan, &Sample).expect("the batch fits");
        let kept = names(&out);
        for (column, tier) in COLUMNS.into_iter().zip(tiers) {
            let named = listed.as_ref().map(|listed| listed.iter().any(|name| name == column));
            let may_leave = match tier {
                None | Some(Tier::Id) => false,
                Some(Tier::Se) => named == Some(true) && allowed.iter().any(|name| name == column),
                Some(Tier::Ps | Tier::Qi | Tier::An) => named != Some(false),
            };
            prop_assert_eq!(kept.iter().any(|name| name == column), may_leave, "{}", column);
            let is_clear = may_leave && tier != Some(Tier::Ps);
            let shown = kept.iter().flat_map(|name| texts(&out, name)).flatten();
            let clear = shown.filter(|value| value.starts_with(&format!("{column}-"))).count();
            prop_assert_eq!(clear, if is_clear { rows } else { 0 }, "{}", column);
            if may_leave && !is_clear {
                prop_assert!(texts(&out, column).iter().flatten().all(|p| p.len() == PSEUDONYM_LENGTH));
            }
        }
        prop_assert_eq!(plan.suppressions().len() + kept.len(), COLUMNS.len());
        prop_assert_eq!(out.num_rows(), rows);
    }
}
