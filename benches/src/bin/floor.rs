//! `floor DATA [THREADS]`: prints what the floor of `DATA` costs, as one line of JSON.
//!
//! `DATA` is a folder as `benches/ranks/gen.py` writes it. Times are in seconds; `floor` is
//! `decode` and `hash` together.

use std::path::Path;
use std::process::ExitCode;

use counterfoil_benches::clock::Spent;
use counterfoil_benches::floor::{Floor, measure};
use serde_json::{Value, json};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the measurement is the result of the command")]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let data = arguments.next();
    let threads = arguments.next().map_or(Ok(2), |text| text.parse());
    let (Some(data), Ok(threads)) = (data, threads) else {
        eprintln!("usage: floor DATA [THREADS]");
        return ExitCode::from(2);
    };
    match measure(Path::new(&data), threads) {
        Ok(floor) => {
            println!("{}", report(&floor, threads));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the floor cannot be measured: {error}");
            ExitCode::from(2)
        }
    }
}

fn report(floor: &Floor, threads: usize) -> Value {
    json!({
        "task": "floor",
        "threads": threads,
        "rows": floor.rows,
        "distinct_nhs_numbers": floor.distinct_numbers,
        "decode": spent(floor.decode),
        "distinct": spent(floor.distinct),
        "hash": spent(floor.hash),
        "floor": spent(floor.total()),
    })
}

fn spent(spent: Spent) -> Value {
    json!({ "wall": seconds(spent.wall), "cpu": seconds(spent.cpu) })
}

fn seconds(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
