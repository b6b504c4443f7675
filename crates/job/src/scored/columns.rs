//! From a layout and the rows' numbers to the columns and measures that a model is run on.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use counterfoil_core::scored::{ListColumn, Measured, ValueColumns};
use counterfoil_token::similarity::TextMeasure;
use counterfoil_token::tokeniser::Tokeniser;
use counterfoil_token::values::{Asked, Derivation, Dictionary, Measure, Measures, Numbers, Overlap, TokenNumbers};

use super::condition::{Derived, Direction, MEASURES};
use super::layout::{Layout, MeasureUse};
use super::read::{self, Rows};
use super::spec::Term;
use super::words::{ANY, is_word};

/// Fills every column that the layout asks for. The columns of the fields themselves are taken
/// out of `rows`, and so are the dictionaries: with a tokeniser all values become tokens first,
/// and no clear one is left when this returns.
pub(crate) fn fill(layout: &Layout, rows: &mut Rows, tokeniser: Option<&Tokeniser>) -> (ValueColumns, Measures) {
    let lists = list_columns(layout, rows);
    let domains = Domains::of(layout, rows, lists, tokeniser);
    let measures = domains.measures(layout);
    let derived: Vec<Option<Vec<u32>>> = layout.terms.iter().map(|term| domains.spread(layout, rows, term)).collect();
    let lists = layout.lists.iter().filter_map(|term| {
        if let Some(at) = list_field(layout, term) {
            return Some(domains.elements[domains.of_field[at]].spread_lists(&domains.lists[at]));
        }
        let numbers = domains.numbers(layout, term)?;
        Some(numbers.spread_lists(&rows.fields[position(layout, &term.field)?]))
    });
    let lists = lists.collect();
    let columns =
        layout.terms.iter().zip(derived).map(|(term, derived)| match (derived, position(layout, &term.field)) {
            (Some(column), _) => column,
            // Each field's own values stand in the layout once.
            (None, Some(at)) if term.derived.is_none() => std::mem::take(&mut rows.fields[at]),
            (None, _) => vec![0; rows.len() as usize],
        });
    let columns = columns.collect();
    (ValueColumns { columns, lists, starts: rows.starts.clone() }, measures)
}

/// By field the numbers of its rows' lists, where something asks for each of several values. A
/// field with one value a record has lists of one. Empty for other fields.
fn list_columns(layout: &Layout, rows: &mut Rows) -> Vec<Vec<u32>> {
    let asked = layout.terms.iter().chain(&layout.lists).filter_map(|term| list_field(layout, term));
    let mut columns = vec![Vec::new(); rows.fields.len()];
    for at in asked {
        let lists = &mut rows.lists[rows.domain_of[at]];
        let of_one = |number: &u32| read::of_one(lists, *number);
        let column = &rows.fields[at];
        columns[at] = if layout.fields[at].several { column.clone() } else { column.iter().map(of_one).collect() };
    }
    columns
}

/// The field of which a term asks for each value.
fn list_field(layout: &Layout, term: &Term) -> Option<usize> {
    let asks = term.derived.as_ref().is_some_and(|derived| derived.name == ANY);
    if asks { position(layout, &term.field) } else { None }
}

/// What stands behind the numbers of each field.
struct Domains {
    of_field: Vec<usize>,
    values: Vec<Values>,
    /// By domain, the values of each list.
    elements: Vec<Arc<Numbers>>,
    /// By field, as [`list_columns`] has them.
    lists: Vec<Vec<u32>>,
}

/// What stands behind the numbers of a domain.
enum Values {
    /// Clear values.
    Clear(Clear),
    /// Tokens, of which only the numbers are left.
    Tokens(TokenNumbers),
}

/// The clear values of a domain.
struct Clear {
    values: Arc<Dictionary>,
    /// Their words, once they are asked for.
    words: OnceCell<Arc<Dictionary>>,
}

impl Clear {
    fn words(&self) -> &Arc<Dictionary> {
        self.words.get_or_init(|| Arc::new(self.values.words()))
    }

    /// The values that a term's column has the numbers of, if it has those of any that are measured.
    fn values_of(&self, term: &Term) -> Option<Cow<'_, Arc<Dictionary>>> {
        match term.derived.as_ref().and_then(derivation) {
            None => Some(Cow::Borrowed(&self.values)),
            Some(word) if word.is_word() => Some(Cow::Borrowed(self.words())),
            Some(other) => self.values.derive(other).dictionary.map(|values| Cow::Owned(Arc::new(values))),
        }
    }
}

impl Values {
    /// What is derived of the values, by number.
    fn derived(&self, derivation: Derivation) -> Option<Cow<'_, Numbers>> {
        match self {
            Values::Clear(clear) => derived_numbers(&clear.values, derivation).map(Cow::Owned),
            Values::Tokens(tokens) => tokens.derived(derivation).map(Cow::Borrowed),
        }
    }

    /// What is derived of their words, by number of the word.
    fn derived_of_words(&self, derivation: Derivation) -> Option<Cow<'_, Numbers>> {
        match self {
            Values::Clear(clear) => derived_numbers(clear.words(), derivation).map(Cow::Owned),
            Values::Tokens(tokens) => tokens.words()?.derived(derivation).map(Cow::Borrowed),
        }
    }
}

impl Domains {
    /// Takes the dictionaries. Where they become tokens, values and lists are numbered anew.
    fn of(layout: &Layout, rows: &mut Rows, mut columns: Vec<Vec<u32>>, tokeniser: Option<&Tokeniser>) -> Domains {
        let of_field = rows.domain_of.clone();
        let (mut values, mut elements) = (Vec::new(), Vec::new());
        let dictionaries = std::mem::take(&mut rows.dictionaries).into_iter();
        for (domain, (dictionary, lists)) in dictionaries.zip(std::mem::take(&mut rows.lists)).enumerate() {
            let Some(tokeniser) = tokeniser else {
                values.push(Values::Clear(Clear { values: Arc::new(dictionary), words: OnceCell::new() }));
                elements.push(Arc::new(lists.elements()));
                continue;
            };
            let is_here = |field: &str| position(layout, field).map(|at| of_field[at]) == Some(domain);
            let asked = asked(layout, &dictionary, is_here);
            let tokens = dictionary.into_tokens(tokeniser, &asked);
            let (of_lists, of_elements) = lists.into_tokens(&tokens);
            let renumber = |column: &mut Vec<u32>| column.iter_mut().for_each(|list| *list = of_lists[*list as usize]);
            for at in (0..of_field.len()).filter(|at| of_field[*at] == domain) {
                renumber(&mut columns[at]);
                if layout.fields[at].several {
                    renumber(&mut rows.fields[at]);
                } else {
                    tokens.renumber(&mut rows.fields[at]);
                }
            }
            values.push(Values::Tokens(tokens));
            elements.push(Arc::new(of_elements));
        }
        Domains { of_field, values, elements, lists: columns }
    }

    fn values(&self, layout: &Layout, field: &str) -> Option<&Values> {
        position(layout, field).map(|at| &self.values[self.of_field[at]])
    }

    /// What a term derives, by number of the value.
    fn numbers(&self, layout: &Layout, term: &Term) -> Option<Cow<'_, Numbers>> {
        let derived = term.derived.as_ref()?;
        let values = self.values(layout, &term.field)?;
        let Some(word) = &derived.word else { return values.derived(derivation(derived)?) };
        let of_words = values.derived_of_words(derivation(derived)?)?;
        Some(Cow::Owned(values.derived(Derivation::parse(word)?)?.then(&of_words)))
    }

    /// A derived column; `None` for a field's own.
    fn spread(&self, layout: &Layout, rows: &Rows, term: &Term) -> Option<Vec<u32>> {
        if let Some(at) = list_field(layout, term) {
            return Some(self.lists[at].clone());
        }
        let numbers = self.numbers(layout, term)?;
        Some(numbers.spread(&rows.fields[position(layout, &term.field)?]))
    }

    fn measures(&self, layout: &Layout) -> Measures {
        let mut measures = Measures::default();
        for used in &layout.measures {
            let term = &layout.terms[used.left];
            let measured = Measured { left: used.left, right: used.right, asks_equal: counts_several(used) };
            if let Some(at) = list_field(layout, term) {
                self.measure_lists(&mut measures, measured, self.of_field[at], used);
                continue;
            }
            match (&used.of, self.values(layout, &term.field)) {
                (Some(of), Some(values)) => {
                    let derive = if is_word(term) { Values::derived_of_words } else { Values::derived };
                    let numbers = derivation(of).and_then(|of| derive(values, of)).map(Cow::into_owned);
                    let nothing = || Numbers::Many(ListColumn { starts: vec![0], values: Vec::new() });
                    let numbers = Arc::new(numbers.unwrap_or_else(nothing));
                    measures.add_overlap(measured, &numbers, overlap(used), thresholds(used));
                }
                (None, Some(Values::Clear(clear))) => {
                    if let Some(values) = clear.values_of(term) {
                        measures.add(measured, &values, measure(MEASURES[used.measure].0), thresholds(used));
                    }
                }
                // Measures of clear text over tokens are refused when the job is checked.
                (_, None) | (None, Some(Values::Tokens(_))) => {}
            }
        }
        measures
    }
}

impl Domains {
    /// Adds a measure of the several values of two fields of a domain.
    fn measure_lists(&self, measures: &mut Measures, measured: Measured, domain: usize, used: &MeasureUse) {
        let elements = &self.elements[domain];
        match (measure(MEASURES[used.measure].0), &self.values[domain]) {
            (Measure::InCommon, _) => measures.add_in_common(measured, elements, thresholds(used)),
            (measure, Values::Clear(clear)) => {
                measures.add_closest(measured, &clear.values, elements, measure, thresholds(used))
            }
            // Measures of clear text over tokens are refused when the job is checked.
            (_, Values::Tokens(_)) => return,
        };
    }
}

/// Every derivation of clear values that a layout asks for, of the fields of a domain.
fn asked(layout: &Layout, dictionary: &Dictionary, is_here: impl Fn(&str) -> bool) -> Asked {
    let mut asked = Asked::default();
    for term in layout.terms.iter().chain(&layout.lists).filter(|term| is_here(&term.field)) {
        let Some(derived) = &term.derived else { continue };
        match &derived.word {
            None => asked.of_values.extend(derivation(derived)),
            Some(word) => {
                asked.of_values.extend(Derivation::parse(word));
                asked.of_words.extend(derivation(derived));
            }
        }
    }
    for used in layout.measures.iter().filter(|used| is_here(&layout.terms[used.left].field)) {
        let of = if is_word(&layout.terms[used.left]) { &mut asked.of_words } else { &mut asked.of_values };
        of.extend(used.of.as_ref().and_then(derivation));
    }
    for derivations in [&mut asked.of_values, &mut asked.of_words] {
        derivations.sort_unstable();
        derivations.dedup();
        derivations.retain(|derivation| derivation.suits(dictionary.kind()) && derivation.has_tokens());
    }
    asked
}

fn derived_numbers(dictionary: &Dictionary, derivation: Derivation) -> Option<Numbers> {
    derivation.suits(dictionary.kind()).then(|| dictionary.derive(derivation).numbers)
}

pub(crate) fn position(layout: &Layout, field: &str) -> Option<usize> {
    layout.fields.iter().position(|known| known.name == field)
}

/// What a term derives of clear values, by number of the value.
pub(crate) fn numbers(layout: &Layout, rows: &Rows, term: &Term) -> Option<Numbers> {
    let at = position(layout, &term.field)?;
    let (values, derived) = (&rows.dictionaries[rows.domain_of[at]], term.derived.as_ref()?);
    let Some(word) = &derived.word else { return derived_numbers(values, derivation(derived)?) };
    let of_words = derived_numbers(&values.words(), derivation(derived)?)?;
    Some(derived_numbers(values, Derivation::parse(word)?)?.then(&of_words))
}

/// The derivation of a name, if it is one of a value or of a word.
pub(super) fn derivation(derived: &Derived) -> Option<Derivation> {
    match derived.number {
        None => Derivation::parse(&derived.name),
        Some(number) => Derivation::parse(&format!("{}({number})", derived.name)),
    }
}

/// The tightest first.
fn thresholds(used: &MeasureUse) -> Vec<f64> {
    let (name, direction, _) = MEASURES[used.measure];
    debug_assert!(used.thresholds.windows(2).all(|two| (two[0] < two[1]) == (direction == Direction::AtLeast)));
    let scale = if name == "percent" { 0.01 } else { 1.0 };
    used.thresholds.iter().rev().map(|threshold| threshold * scale).collect()
}

/// Whether a measure counts what two values have in common, and is held against more than one:
/// equal values may have fewer.
fn counts_several(used: &MeasureUse) -> bool {
    let counts = matches!(measure(MEASURES[used.measure].0), Measure::InCommon | Measure::DateParts);
    counts && used.thresholds.iter().any(|least| *least > 1.0)
}

/// How a measure of derived values counts those that two have in common.
fn overlap(used: &MeasureUse) -> Overlap {
    match measure(MEASURES[used.measure].0) {
        Measure::Jaccard(_) => Overlap::Jaccard,
        Measure::Cosine(_) => Overlap::Cosine,
        _ => Overlap::Count,
    }
}

/// The measure of a name. Which names there are is checked before.
pub(super) fn measure(name: &str) -> Measure {
    match name {
        "jaro" => Measure::Text(TextMeasure::Jaro),
        "jaro_winkler" | "best_jaro_winkler" => Measure::Text(TextMeasure::JaroWinkler),
        "levenshtein" => Measure::Text(TextMeasure::Levenshtein),
        "osa" => Measure::Text(TextMeasure::Osa),
        "damerau_levenshtein" => Measure::Text(TextMeasure::DamerauLevenshtein),
        "jaccard" => Measure::Jaccard(2),
        "cosine" => Measure::Cosine(2),
        "days" => Measure::Days,
        "months" => Measure::Months,
        "years" => Measure::Years,
        "date_parts" => Measure::DateParts,
        "difference" => Measure::Difference,
        "percent" => Measure::RelativeDifference,
        "km" => Measure::Kilometres,
        _ => Measure::InCommon,
    }
}
