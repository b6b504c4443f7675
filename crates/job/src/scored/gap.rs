//! Ages of two times: by how much the numbers of one side are higher because they were taken later.
//!
//! Between two sides a `number` may be a person's age in each, ten years apart. What lies between
//! is told by rows that agree in enough else to be mostly of one person; the numbers of the side
//! that has the lower ones are then raised, once, before anything is derived of them or becomes a
//! token, so that all that follows takes the two for numbers of one time.

use std::collections::BTreeMap;

use counterfoil_catalogue::RoleColumns;
use counterfoil_core::scored::LinkType;
use counterfoil_core::{Fault, FieldKind};
use counterfoil_token::values::Gap;
use hashbrown::{HashMap, HashSet};

use super::Scored;
use super::duplicates::scattered;
use super::read::Rows;
use crate::check::{Job, ModelFrom};
use crate::figure::grouped;
use crate::source::Source;

/// By field, how much higher the right side's numbers are than the left side's; none is 0.
pub(crate) type Gaps = BTreeMap<String, i32>;

/// Fields that rows are put together by, at most: those that tell most.
const FIELDS: usize = 6;
/// And at most so many of them at a time.
const TOGETHER: usize = 4;
/// Pairs of rows that agree in some fields, at most: more are mostly of strangers.
const MOST_PAIRS: usize = 16;
/// Rows of a side that are looked at for each field that leads, about.
const ROWS: u32 = 50_000;

impl ModelFrom {
    /// The gaps that the job or the model names.
    pub(crate) fn gaps(&self) -> &Gaps {
        match self {
            ModelFrom::Estimate(spec) => &spec.gap,
            ModelFrom::Given(spec) => &spec.gap,
        }
    }
}

/// What keeps gaps from being used. `place` is where they stand.
pub(crate) fn faults(
    gaps: &Gaps,
    place: &str,
    kind: impl Fn(&str) -> Option<FieldKind>,
    has_sides: bool,
) -> Vec<Fault> {
    let fault = |field: &String| {
        let message = match kind(field) {
            None => format!("there is no field `{field}`"),
            Some(FieldKind::Number) => return None,
            Some(other) => format!("`{field}` is of kind {}, and a gap is one of numbers", other.name()),
        };
        Some(
            Fault::spec(format!("{place}.{field}"), message).hint("name a `number` that every data set has, as an age"),
        )
    };
    let mut faults: Vec<Fault> = gaps.keys().filter_map(fault).collect();
    if !gaps.is_empty() && !has_sides {
        let fault = Fault::spec(place, "a gap is between two sides, and the job has one");
        faults.push(fault.hint("leave it out, or name the data set of the later numbers as `right`"));
    }
    faults
}

/// Brings numbers of two times to one: by the gaps of the job or of its model, else by those that the
/// rows tell. Gives those that are not 0, and says in `notes` what was found.
pub(crate) fn settle(job: &Job, scored: &Scored, rows: &mut Rows, notes: &mut Vec<String>) -> Gaps {
    let mut gaps = scored.from.gaps().clone();
    if matches!(scored.from, ModelFrom::Estimate(_)) && scored.link_type == LinkType::LinkOnly && has_sides(job) {
        for at in open_fields(job, &gaps) {
            match found(rows, &others(job), at) {
                Some(found) if found.gap.by != 0 => {
                    notes.push(note(job, scored, at, &found));
                    gaps.insert(job.linkage.fields[at].name.clone(), found.gap.by);
                }
                None if is_by_birth(job, at) => notes.push(forget(job, rows, at)),
                _ => {}
            }
        }
    }
    gaps.retain(|_, by| *by != 0);
    for (name, by) in &gaps {
        if let Some(at) = job.linkage.fields.iter().position(|field| field.name == *name) {
            raise(rows, at, *by);
            notes.extend((!meet(rows, at)).then(|| {
                format!("with a gap of {by} no `{name}` of the one side occurs on the other: is `gap` what was meant?")
            }));
        }
    }
    gaps
}

/// Whether a field is an age that dates of birth tell on one side, and not on the other.
fn is_by_birth(job: &Job, field: usize) -> bool {
    let name = &job.linkage.fields[field].name;
    let is = |source: &Source| matches!(source.role(name), Ok(Some(RoleColumns::AgeByBirth { .. })));
    job.sources.iter().any(is) && !job.sources.iter().all(is)
}

/// Takes an age off all rows: told in many years it is as far from the one that a date of birth tells as
/// chance has it, and to compare the two would only blur what else is compared.
fn forget(job: &Job, rows: &mut Rows, field: usize) -> String {
    rows.fields[field].fill(0);
    let name = &job.linkage.fields[field].name;
    format!(
        "`{name}` is not compared: of rows that agree in other fields nothing tells how long after the dates of \
         birth the ages were told; `gap` in `[linkage.estimate]` can say it"
    )
}

/// Whether any number of the one side is one of the other's, or a side has none.
fn meet(rows: &Rows, field: usize) -> bool {
    let [start, middle, end] = rows.starts[..] else { return true };
    let of = |side: std::ops::Range<u32>| -> HashSet<u32> {
        let numbers = &rows.fields[field][side.start as usize..side.end as usize];
        numbers.iter().copied().filter(|number| *number != 0).collect()
    };
    let (left, right) = (of(start..middle), of(middle..end));
    left.is_empty() || right.is_empty() || !left.is_disjoint(&right)
}

fn has_sides(job: &Job) -> bool {
    !job.linkage.right.is_empty()
}

/// Numbers of which nothing is said.
fn open_fields(job: &Job, gaps: &Gaps) -> Vec<usize> {
    let fields = job.linkage.fields.iter().enumerate();
    let open = fields.filter(|(_, field)| field.kind == FieldKind::Number && !gaps.contains_key(&field.name));
    open.map(|(at, _)| at).collect()
}

/// Fields of one value a row that are no numbers: others may have a gap too.
fn others(job: &Job) -> Vec<usize> {
    let fields = job.linkage.fields.iter().enumerate();
    let others = fields.filter(|(_, field)| field.kind != FieldKind::Number && !field.several);
    others.map(|(at, _)| at).collect()
}

/// Raises the numbers of the side that has the lower ones.
fn raise(rows: &mut Rows, field: usize, by: i32) {
    let [start, middle, end] = rows.starts[..] else { return };
    let lower = if by > 0 { start..middle } else { middle..end };
    let dictionary = &mut rows.dictionaries[rows.domain_of[field]];
    let mut raised: HashMap<u32, u32> = HashMap::new();
    for number in &mut rows.fields[field][lower.start as usize..lower.end as usize] {
        if *number != 0 {
            *number = *raised.entry(*number).or_insert_with(|| dictionary.raised(*number, by.abs()));
        }
    }
}

/// A gap, and the fields in which the rows agree that tell it.
struct Found {
    gap: Gap,
    agreeing: Vec<usize>,
}

/// What lies between the two sides' numbers of a field, 0 where they are of one time: of all sets of
/// other fields, as the one has it in which it stands out most.
fn found(rows: &Rows, others: &[usize], field: usize) -> Option<Found> {
    let telling = telling(rows, others);
    let ages = rows.dictionaries[rows.domain_of[field]].ages();
    let mut best: Option<Found> = None;
    for (at, lead) in telling.iter().enumerate() {
        let sample = Sample::led_by(rows, *lead);
        for more in sets(&telling[at + 1..], TOGETHER - 1) {
            let agreeing: Vec<usize> = std::iter::once(*lead).chain(more).collect();
            let pairs = sample.pairs(rows, &agreeing, field);
            let is_better = |gap: &Gap| best.as_ref().is_none_or(|best| gap.deviations > best.gap.deviations);
            if let Some(gap) = ages.gap(&pairs).filter(is_better) {
                best = Some(Found { gap, agreeing });
            }
        }
    }
    best
}

/// All sets of at most so many, the empty one first.
fn sets(of: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut sets = vec![Vec::new()];
    for one in of {
        let with: Vec<Vec<usize>> = sets
            .iter()
            .filter(|set| set.len() < most)
            .map(|set: &Vec<usize>| set.iter().copied().chain([*one]).collect())
            .collect();
        sets.extend(with);
    }
    sets
}

/// The fields in which two rows agree least often by chance, the most telling first.
fn telling(rows: &Rows, others: &[usize]) -> Vec<usize> {
    let mut telling: Vec<(f64, usize)> = others.iter().map(|field| (by_chance(rows, *field), *field)).collect();
    telling.retain(|(chance, _)| *chance > 0.0 && *chance < 1.0);
    telling.sort_by(|one, other| one.0.total_cmp(&other.0));
    telling.into_iter().take(FIELDS).map(|(_, field)| field).collect()
}

/// How often a row of either side have the same value, of those that have one.
fn by_chance(rows: &Rows, field: usize) -> f64 {
    let mut counts: HashMap<u32, (f64, f64)> = HashMap::new();
    let (mut lefts, mut rights) = (0.0, 0.0);
    for (row, number) in (0..).zip(&rows.fields[field]).filter(|(_, number)| **number != 0) {
        let count = counts.entry(*number).or_default();
        if row < rows.starts[1] {
            (count.0, lefts) = (count.0 + 1.0, lefts + 1.0);
        } else {
            (count.1, rights) = (count.1 + 1.0, rights + 1.0);
        }
    }
    // Whole numbers, whose sum is the same in any order.
    counts.values().map(|(left, right)| left * right).sum::<f64>() / f64::max(lefts * rights, 1.0)
}

/// Rows in whose order those with the same value of a field are all there or all left out.
struct Sample {
    rows: Vec<u32>,
}

impl Sample {
    fn led_by(rows: &Rows, lead: usize) -> Sample {
        let drawn_to = u32::MAX / rows.len().div_ceil(2 * ROWS).max(1);
        let is_drawn = |(_, number): &(u32, &u32)| **number != 0 && scattered(**number) <= drawn_to;
        Sample { rows: (0..).zip(&rows.fields[lead]).filter(is_drawn).map(|(row, _)| row).collect() }
    }

    /// The numbers of a field in pairs of rows of either side that have the same values in others,
    /// where these are few.
    fn pairs(&self, rows: &Rows, agreeing: &[usize], field: usize) -> Vec<(u32, u32)> {
        let mut groups: HashMap<Vec<u32>, [Vec<u32>; 2]> = HashMap::new();
        let mut key = Vec::new();
        for row in self.rows.iter().filter(|row| rows.fields[field][**row as usize] != 0) {
            key.clear();
            key.extend(agreeing.iter().map(|field| rows.fields[*field][*row as usize]));
            if !key.contains(&0) {
                let side = usize::from(*row >= rows.starts[1]);
                groups.entry_ref(key.as_slice()).or_default()[side].push(rows.fields[field][*row as usize]);
            }
        }
        let few = groups.values().filter(|[left, right]| left.len() * right.len() <= MOST_PAIRS);
        few.flat_map(|[left, right]| left.iter().flat_map(|a| right.iter().map(|b| (*a, *b)))).collect()
    }
}

/// What was found, for people. No value is told, only what lies between.
fn note(job: &Job, scored: &Scored, field: usize, found: &Found) -> String {
    let side = |group: usize| {
        let names = scored.groups[group].iter().map(|source| format!("`{}`", job.sources[*source].name));
        names.collect::<Vec<_>>().join(", ")
    };
    let name = |at: &usize| format!("`{}`", job.linkage.fields[*at].name);
    let (higher, lower) = if found.gap.by > 0 { (1, 0) } else { (0, 1) };
    let agreeing = found.agreeing.iter().map(name).collect::<Vec<_>>().join(", ");
    let Gap { by, pairs, of, .. } = found.gap;
    format!(
        "{} in {} is taken to be {} higher than in {}, as in {} of {} pairs that agree in {agreeing}: \
         `gap` in `[linkage.estimate]` says otherwise",
        name(&field),
        side(higher),
        by.abs(),
        side(lower),
        grouped(pairs),
        grouped(of),
    )
}
