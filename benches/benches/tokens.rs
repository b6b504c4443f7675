//! NHS numbers to codes: our batches of hashes against BLAKE3 one number at a time.
//!
//! The bar of the workload `tokenise` is 1.25 times BLAKE3 alone on the same inputs.

use counterfoil_benches::sample::{Draw, nhs_numbers};
use counterfoil_core::Code;
use counterfoil_token::key::{Ids, RootKey};
use counterfoil_token::tokeniser::Tokeniser;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

/// As many numbers as a decoded batch has rows.
const ROWS: usize = 16_384;

fn main() {
    divan::main();
}

fn tokeniser() -> Tokeniser {
    let keys = RootKey::demo().project(&Ids { project: "bench", release: "bench" });
    Tokeniser::new(&keys.token_key())
}

#[divan::bench]
fn code_batch(bencher: Bencher) {
    let (tokeniser, numbers) = (tokeniser(), nhs_numbers(ROWS, &mut Draw::new(1)));
    let mut codes = vec![Code::NULL; ROWS];
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut batch = tokeniser.batch("nhs_number");
        for (row, number) in numbers.iter().enumerate() {
            batch.push(black_box(number.as_bytes()), row, &mut codes);
        }
        batch.flush(&mut codes);
        black_box(codes.last().copied())
    });
}

#[divan::bench]
fn blake3_one_by_one(bencher: Bencher) {
    let (key, numbers) = ([7; 32], nhs_numbers(ROWS, &mut Draw::new(1)));
    let mut codes = vec![0; ROWS];
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        for (code, number) in codes.iter_mut().zip(&numbers) {
            let hash = blake3::keyed_hash(&key, black_box(number.as_bytes()));
            *code = hash.as_bytes()[0];
        }
        black_box(codes.last().copied())
    });
}
