//! The inner loop of a ranked linkage: a batch of the larger side against the index of the
//! smaller one, by the eight ranks of `hes-deaths`.
//!
//! One million indexed records, so that the index does not fit in any cache, and one
//! streamed row in twenty that is of an indexed person.

use std::hint::black_box;

use counterfoil_benches::sample::{Draw, birth_days};
use counterfoil_catalogue::{Catalogue, RoleSpec, compile_ranks};
use counterfoil_core::{Code, CodedBatch, LinkageField, RankTable};
use counterfoil_pairs::{RankIndex, Records};
use counterfoil_token::dates::DateCodes;
use counterfoil_token::key::{Ids, RootKey};
use counterfoil_token::tokeniser::Tokeniser;
use divan::Bencher;
use divan::counter::ItemsCount;

const INDEXED: usize = 1_000_000;
const ROWS: usize = 16_384;

fn main() {
    divan::main();
}

#[divan::bench]
fn probe_one_batch(bencher: Bencher) {
    let (table, dates) = (eight_ranks(), date_codes());
    let mut draw = Draw::new(1);
    let people = people(INDEXED, &dates, &mut draw);
    let batch = streamed(&people, &dates, &mut draw);
    let mut records = Records::new(4);
    for person in &people {
        records.push(person, 0);
    }
    let index = RankIndex::build(&table, &records);
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut hits = 0;
        index.probe(black_box(&batch), &dates, |hit| hits += u64::from(hit.rank));
        hits
    });
}

/// The rank table of the recipe; its fields are NHS number, birth date, sex and postcode.
fn eight_ranks() -> RankTable {
    let recipe = Catalogue::built_in().recipe("hes-deaths").expect("a recipe of the catalogue");
    let field = |name: String| {
        let kind = RoleSpec::Column(String::new()).kind(&name).expect("a standard role");
        LinkageField { name, kind, several: false }
    };
    let fields: Vec<_> = recipe.linkage_fields().into_iter().map(field).collect();
    compile_ranks(&recipe.ranks, &fields, recipe.options.settle().partial_date.into()).expect("a valid rank table")
}

fn date_codes() -> DateCodes {
    let keys = RootKey::demo().project(&Ids { project: "bench", release: "bench" });
    DateCodes::new(&Tokeniser::new(&keys.token_key()), true)
}

/// Codes in the order of the fields. Those of numbers and postcodes are as uniform as parts
/// of tokens are; there is a postcode for twenty people.
fn people(count: usize, dates: &DateCodes, draw: &mut Draw) -> Vec<[Code; 4]> {
    let postcodes: Vec<Code> = (0..count.div_ceil(20)).map(|_| code(draw)).collect();
    let days = birth_days(count, draw);
    days.into_iter()
        .map(|day| {
            let postcode = postcodes[draw.below(postcodes.len() as u64) as usize];
            [code(draw), dates.code(day), Code(1 + draw.below(2)), postcode]
        })
        .collect()
}

fn code(draw: &mut Draw) -> Code {
    Code(1 + draw.below(u64::MAX))
}

/// A batch of strangers, but for one row in twenty.
fn streamed(known: &[[Code; 4]], dates: &DateCodes, draw: &mut Draw) -> CodedBatch {
    let mut rows = people(ROWS, dates, draw);
    for row in rows.iter_mut().step_by(20) {
        *row = known[draw.below(known.len() as u64) as usize];
    }
    let column = |field: usize| rows.iter().map(|row| row[field]).collect();
    CodedBatch { rows: ROWS, fields: (0..4).map(column).collect(), ..CodedBatch::default() }
}
