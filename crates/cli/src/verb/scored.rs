//! The summary of a linkage by a model: blocking, model, dependence, decision, persons.

use counterfoil_core::scored::Weight;
use counterfoil_job::manifest::Manifest;
use counterfoil_job::scored::spec::{DependenceSpec, MovedSpec};
use counterfoil_job::scored::{
    BlockReport, ClustersReport, ComparisonReport, DependenceNote, ErrorsAt, Held, LevelReport, OneRecordReport,
    ScoredReport, ThresholdReport,
};

use crate::figure::{bits, counted, grouped, percent, probability, share};
use crate::page::{Column, Page};

/// Thresholds whose errors are shown, in whole bits: probabilities of 0.03, 0.5, 0.94, 0.998 and so on.
const THRESHOLDS: [i32; 7] = [-5, 0, 4, 8, 12, 16, 20];
/// Numbers of records that have a line of their own.
const LINES: usize = 10;

pub(crate) fn write(page: &mut Page, manifest: &Manifest, scored: &ScoredReport) {
    page.heading("Blocking");
    blocking(page, scored);
    page.heading("Model");
    model(page, scored);
    page.heading("Dependence");
    dependence(page, manifest, scored);
    page.heading("Decision");
    decision(page, manifest, scored);
    page.heading("Persons");
    persons(page, scored);
}

fn blocking(page: &mut Page, scored: &ScoredReport) {
    let columns = [
        Column::Prose("rule", 44),
        Column::Number("pairs"),
        Column::Number("first found"),
        Column::Number("largest block"),
        Column::Number("skipped pairs"),
    ];
    let row = |block: &BlockReport| {
        let figures = [block.pairs, block.first, block.largest, block.skipped_pairs].map(grouped);
        [vec![block.rule.clone()], figures.to_vec()].concat()
    };
    page.table(&columns, scored.blocks.iter().map(row));
    let skipped: u64 = scored.blocks.iter().map(|block| block.skipped_blocks).sum();
    // Where all are compared, blocking misses none.
    let found = scored.pairs_completeness.filter(|_| scored.pairs_compared < scored.all_pairs);
    let recapture = scored.pairs_completeness_recaptured.filter(|_| scored.pairs_compared < scored.all_pairs);
    let of_all = 1.0 - scored.pairs_compared as f64 / scored.all_pairs.max(1) as f64;
    page.line("");
    page.facts([
        ("equal rows", equal_rows(scored.equal_rows)),
        ("compared", format!("{} of {}", counted(scored.pairs_compared, "pair"), grouped(scored.all_pairs))),
        ("left out by blocking", percent(of_all)),
        (
            "matches found by blocking",
            found.map(|share| estimated(share, &scored.pairs_completeness_by)).unwrap_or_default(),
        ),
        ("by capture–recapture", recapture.map(recaptured).unwrap_or_default()),
        ("skipped", if skipped == 0 { String::new() } else { format!("{} above the cap", counted(skipped, "block")) }),
    ]);
}

/// Rows that are looked at with another; nothing where there are none.
pub(super) fn equal_rows(rows: u64) -> String {
    if rows == 0 {
        String::new()
    } else {
        format!("{} say what another says, and are looked at with it", counted(rows, "row"))
    }
}

fn recaptured(share: f64) -> String {
    format!("{} of all, mostly on the high side", percent(share))
}

/// Told by the model, or by pairs that agree in one of some fields.
fn estimated(share: f64, fields: &[String]) -> String {
    let how = if fields.is_empty() {
        "estimated".to_owned()
    } else {
        format!("told by pairs alike in {}", alternatives(fields))
    };
    format!("{} of all, {how}", percent(share))
}

/// `a`, `b` or `c`, each in backticks.
fn alternatives(names: &[String]) -> String {
    let mut quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let last = quoted.pop().unwrap_or_default();
    if quoted.is_empty() { last } else { format!("{} or {last}", quoted.join(", ")) }
}

/// `a`, `b` and `c`, each in backticks.
fn all_of(names: &[String]) -> String {
    alternatives(names).replace(" or ", " and ")
}

/// Columns of a table of levels, with those for relatives where these are reckoned with.
pub(super) fn level_columns(has_relatives: bool) -> Vec<Column> {
    let mut columns = vec![
        Column::Text("comparison"),
        Column::Prose("level", 40),
        Column::Number("m"),
        Column::Number("u"),
        Column::Number("bits"),
    ];
    if has_relatives {
        columns.extend([Column::Number("relatives"), Column::Number("bits")]);
    }
    columns
}

fn model(page: &mut Page, scored: &ScoredReport) {
    let columns = level_columns(scored.relatives.is_some());
    page.table(&columns, scored.comparisons.iter().flat_map(levels));
    let marked = scored.comparisons.iter().flat_map(|comparison| &comparison.levels);
    let (mut guessed, mut held, mut by_frequency, mut less) = (false, false, false, false);
    marked.for_each(|level| {
        guessed |= level.unobserved;
        held |= level.m_held.or(level.u_held).is_some();
        by_frequency |= level.by_frequency;
        less |= is_less(level);
    });
    if guessed {
        page.line("  * no pair was seen at this level, so that m is a guess");
    }
    if held {
        page.line("  = fixed by the job, or at a bound that it states");
    }
    if by_frequency {
        page.line("  ~ more for a rare value, less for a common one");
    }
    if less {
        page.line("  < less than the next looser level: few pairs, levels in no order, or a model that does not fit");
    }
    let estimation = scored.estimation.as_ref();
    page.line("");
    page.facts([
        ("λ", format!("{}: one pair in {}", probability(scored.lambda), grouped((1.0 / scored.lambda) as u64))),
        ("relatives", scored.relatives.map(probability).unwrap_or_default()),
        ("expected matches", grouped(scored.expected_matches.round() as u64)),
        ("estimation", estimation.map_or_else(|| "none: the model was given".to_owned(), |how| how.outcome.clone())),
        ("estimated from", estimation.map(|how| counted(how.pairs_counted, "pair")).unwrap_or_default()),
    ]);
}

/// Whether a level for which pairs speak weighs less than the next looser one.
fn is_less(level: &LevelReport) -> bool {
    level.out_of_order && !level.unobserved
}

/// A row for each level, the comparison named in the first, and one for a missing value that says
/// something.
fn levels(comparison: &ComparisonReport) -> Vec<Vec<String>> {
    let row = |(at, level): (usize, &LevelReport)| {
        let name = if at == 0 { comparison.name.clone() } else { String::new() };
        let guessed = if level.unobserved { "*" } else { "" };
        let held = |held: Option<Held>| if held.is_some() { "=" } else { "" };
        let m = format!("{}{guessed}{}", probability(level.m), held(level.m_held));
        let u = format!("{}{}", probability(level.u), held(level.u_held));
        let (frequency, less) = (if level.by_frequency { "~" } else { "" }, if is_less(level) { "<" } else { "" });
        let weight = format!("{}{frequency}{less}", bits(level.weight));
        let mut row = vec![name, level.label.clone(), m, u, weight];
        if let Some((share, weight)) = level.relatives {
            row.extend([probability(share), bits(weight)]);
        }
        row
    };
    let has_relatives = comparison.levels.iter().any(|level| level.relatives.is_some());
    let missing = |weight| {
        let alone = ["", "a value is missing", "", "", &bits(weight)];
        let beside = ["", &bits(weight)];
        let cells = alone.into_iter().chain(beside.into_iter().filter(|_| has_relatives));
        cells.map(str::to_owned).collect()
    };
    let levels = comparison.levels.iter().enumerate().map(row);
    levels.chain(comparison.missing.map(missing)).collect()
}

fn dependence(page: &mut Page, manifest: &Manifest, scored: &ScoredReport) {
    let is_looked_at = manifest.job.linkage.estimate.as_ref().is_some_and(|estimate| {
        estimate.dependence != DependenceSpec::Off && estimate.labels.is_none() && estimate.truth_column.is_none()
    });
    if !is_looked_at {
        page.line("  not looked at");
        return;
    }
    let together = |(first, second): &(String, String)| format!("`{first}` and `{second}` are weighed together");
    page.points(scored.together.iter().map(together));
    page.points(scored.further.map(exclusive));
    page.points(scored.moved.as_ref().map(moved));
    let is_learnt = scored.estimation.as_ref().is_some_and(|how| how.converged);
    if !scored.dependence.is_empty() {
        page.points(scored.dependence.iter().map(in_words));
    } else if is_learnt {
        page.points(["the model fits: no two comparisons go together otherwise than it expects"]);
    } else {
        page.points(["nothing can be said of it, since the model was not learnt to the end"]);
    }
}

/// How many matches have moved.
fn moved(moved: &MovedSpec) -> String {
    let share = percent(moved.share);
    format!("{share} of matches have moved, and differ in {} together", all_of(&moved.comparisons))
}

/// How much errors of matches exclude each other.
fn exclusive(further: f64) -> String {
    let times = grouped((1.0 / further).round() as u64);
    format!(
        "errors of matches exclude each other: one in a comparison makes one in any other {times} times less likely"
    )
}

fn in_words(note: &DependenceNote) -> String {
    let how = if note.observed > note.expected { "more often" } else { "less often" };
    let (first, second) = &note.comparisons;
    format!(
        "among {}, levels of `{first}` and `{second}` go together {how} than the model expects: {}, not {}; \
         the weight of a pair with both is {} bits off",
        note.among,
        counted(note.observed.round() as u64, "pair"),
        grouped(note.expected.round() as u64),
        bits(note.bits),
    )
}

fn decision(page: &mut Page, manifest: &Manifest, scored: &ScoredReport) {
    let met = if scored.link.met { "" } else { "no threshold does what was asked; this is the nearest" };
    let possible = scored
        .possible
        .as_ref()
        .map(|from| format!("{}{}", counted(scored.possible_links, "possible link"), threshold(from)));
    let refused = |refused: u64| {
        let of = counted(refused, "link");
        format!("{of} refused, since a person would have had two of what it has one of")
    };
    page.points(scored.one_record_of.iter().map(one_record_of));
    page.facts([
        ("links", format!("{}{}", counted(manifest.linkage.links, "link"), threshold(&scored.link))),
        ("asked for", met.to_owned()),
        ("false links", format!("{} of links, estimated", percent(scored.link.false_links))),
        ("missed links", format!("{} of matches, estimated", percent(scored.link.missed_links))),
        ("possible", possible.unwrap_or_default()),
        (
            "pairs above",
            if scored.pairs_above == manifest.linkage.links { String::new() } else { grouped(scored.pairs_above) },
        ),
        ("conflicts", if scored.refused == 0 { String::new() } else { refused(scored.refused) }),
        ("ties", if scored.ties == 0 { "none".to_owned() } else { grouped(scored.ties) }),
    ]);
    thresholds(page, &scored.thresholds);
}

/// What is expected of a few thresholds, from one that lets through what hardly is a match on.
fn thresholds(page: &mut Page, all: &[ErrorsAt]) {
    let at_most = |bits: &i32| all.iter().rfind(|at| at.weight <= *bits);
    let mut shown: Vec<&ErrorsAt> = THRESHOLDS.iter().filter_map(at_most).collect();
    shown.dedup();
    if shown.len() < 2 {
        return;
    }
    page.line("");
    let columns = ["from bits", "probability", "pairs", "false, estimated", "missed, estimated"];
    let row = |at: &&ErrorsAt| {
        vec![
            bits(at.weight.into()),
            probability(Weight::from_bits(at.weight.into()).probability()),
            grouped(at.links),
            percent(at.false_links),
            percent(at.missed_links),
        ]
    };
    page.table(&columns.map(Column::Number), shown.iter().map(row));
}

/// That a side has one record a person, and how that is known.
fn one_record_of(side: &OneRecordReport) -> String {
    let names = side.data_sets.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let known = match side.repeated {
        Some(share) => format!("hardly a row ({}) seems to repeat a person", percent(share)),
        None => "as the job says".to_owned(),
    };
    format!("{names} has one record a person ({known}), so a record has at most one match there")
}

/// More than any pair weighs: the threshold where no pair is likely enough.
const MOST_BITS: f64 = 1e6;

fn threshold(of: &ThresholdReport) -> String {
    if of.weight > MOST_BITS {
        return "; no pair is likely enough".to_owned();
    }
    format!(" from {} bits, probability {} on", bits(of.weight), probability(of.probability))
}

fn persons(page: &mut Page, scored: &ScoredReport) {
    let together: u64 = scored.persons_by_records.iter().map(|(records, persons)| records * persons).sum();
    let alone = scored.rows.saturating_sub(together);
    let all: u64 = alone + scored.persons_by_records.iter().map(|(_, persons)| persons).sum::<u64>();
    let sizes: Vec<(u64, u64)> = std::iter::once((1, alone)).chain(scored.persons_by_records.iter().copied()).collect();
    let (own, more) = sizes.split_at(sizes.len().min(LINES));
    let line = |name: String, persons: u64| vec![name, grouped(persons), share(persons, all)];
    let mut rows: Vec<Vec<String>> = own.iter().map(|(records, persons)| line(grouped(*records), *persons)).collect();
    if let (Some((least, _)), Some((most, _))) = (more.first(), more.last()) {
        let persons = more.iter().map(|(_, persons)| persons).sum();
        rows.push(line(format!("{} to {}", grouped(*least), grouped(*most)), persons));
    }
    rows.push(line("all".to_owned(), all));
    page.table(&[Column::Number("records"), Column::Number("persons"), Column::Number("share")], rows);
    if let Some(clusters) = scored.clusters.as_ref().filter(|clusters| clusters.persons > 0) {
        page.line("");
        page.facts(shape(clusters));
    }
}

/// What persons of three records or more look like; of two there is nothing to tell.
fn shape(clusters: &ClustersReport) -> [(&'static str, String); 4] {
    [
        ("of three records or more", counted(clusters.persons, "person")),
        ("all of whose records are linked", share(clusters.complete, clusters.persons)),
        ("that fall apart without one link", share(clusters.with_bridges, clusters.persons)),
        ("links, of those there could be", percent(clusters.density)),
    ]
}
