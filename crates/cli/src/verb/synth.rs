//! `counterfoil synth`: a synthetic population.

use std::path::Path;
use std::time::Instant;

use counterfoil_core::Fault;
use counterfoil_store::read_text;
use counterfoil_synth::{ErrorRates, FieldChoice, SynthReport, SynthSpec, generate};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Failure, shown};
use crate::arguments::SynthArguments;
use crate::figure::{counted, grouped, rate, time};
use crate::page::{Column, Page};
use crate::progress;

pub(crate) fn answer(arguments: &SynthArguments) -> Result<Answer, Failure> {
    let mut spec = SynthSpec::new(arguments.people, arguments.seed);
    if let Some(names) = &arguments.data_sets {
        spec.data_sets.clone_from(names);
    }
    spec.fields = fields(&arguments.fields);
    let rates = arguments.errors.as_deref().map(error_rates).transpose();
    let mut faults = spec.check().map_err(as_options).err().unwrap_or_default();
    match rates {
        Ok(rates) => spec.errors = rates.unwrap_or_default(),
        Err(of_file) => faults.extend(of_file),
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let since = Instant::now();
    let report = generate(&spec, &arguments.out, &*progress::observer())?;
    let took = since.elapsed();
    let rows: u64 = report.rows.iter().map(|(_, rows)| rows).sum();
    let answer = Answer::new(text(arguments, &report), as_json(arguments, &report));
    Ok(answer.remark(format!("{} in {}, {} rows/s", counted(rows, "row"), time(took), rate(rows, took))))
}

/// Which columns the option asks for.
fn fields(asked: &[String]) -> FieldChoice {
    match asked {
        [all] if all == "all" => FieldChoice::All,
        [linkage] if linkage == "linkage" => FieldChoice::Linkage,
        names => FieldChoice::Named(names.iter().cloned().collect()),
    }
}

/// The defaults, changed by a file.
fn error_rates(file: &Path) -> Result<ErrorRates, Vec<Fault>> {
    let text = read_text(file).map_err(|fault| vec![fault])?;
    ErrorRates::from_toml(&shown(file), &text)
}

/// Faults of the spec, placed at the options that they come from.
fn as_options(faults: Vec<Fault>) -> Vec<Fault> {
    let option = |fault: Fault| Fault { place: format!("--{}", fault.place.replace('_', "-")), ..fault };
    faults.into_iter().map(option).collect()
}

fn text(arguments: &SynthArguments, report: &SynthReport) -> String {
    let mut page = Page::titled(format!(
        "{} (seed {}) in `{}`; nobody in it is real",
        counted(arguments.people, "synthetic person").replace("persons", "people"),
        arguments.seed,
        shown(&arguments.out)
    ));
    page.line("");
    let rows = report.rows.iter().map(|(name, rows)| vec![name.clone(), grouped(*rows)]);
    page.table(&[Column::Text("data set"), Column::Number("rows")], rows);
    page.line("");
    page.facts([
        (
            "deaths",
            format!(
                "{} registered, {} of people with a hospital record",
                grouped(report.deaths),
                grouped(report.linked)
            ),
        ),
        ("truth", shown(&arguments.out.join("truth.parquet"))),
    ]);
    page.finish()
}

fn as_json(arguments: &SynthArguments, report: &SynthReport) -> Value {
    let rows: Map<String, Value> = report.rows.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect();
    json!({
        "out": shown(&arguments.out),
        "people": arguments.people,
        "seed": arguments.seed,
        "rows": rows,
        "deaths": report.deaths,
        "linked": report.linked,
    })
}
