//! The closed family of SQL that Splink's library writes, as templates.
//!
//! In a template `{x}` stands for one record's value, `{l}` and `{r}` for the left and the right
//! record's, `{d}` for a value as a date and `{n}` for a number. Reading, an expression is held against each
//! template; writing, the first one of the dialect is filled in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Dialect;
use super::sql::{Naming, Side, Sql, parse};

/// How something is written.
pub(super) struct Template {
    /// The derivation or measure.
    pub(super) name: &'static str,
    /// The dialect that writes it so; none if it is only read.
    pub(super) written: Option<Dialect>,
    pub(super) sql: &'static str,
}

const fn both(name: &'static str, sql: &'static str) -> [Template; 2] {
    [duckdb(name, sql), spark(name, sql)]
}

const fn duckdb(name: &'static str, sql: &'static str) -> Template {
    Template { name, written: Some(Dialect::DuckDb), sql }
}

const fn spark(name: &'static str, sql: &'static str) -> Template {
    Template { name, written: Some(Dialect::Spark), sql }
}

const fn only_read(name: &'static str, sql: &'static str) -> Template {
    Template { name, written: None, sql }
}

/// What makes no difference to a standardised value.
const WRAPPERS: &[&str] = &[
    "lower({x})",
    "upper({x})",
    "trim({x})",
    "nullif({x}, '')",
    // A whole postcode, as Splink looks for it to treat others as missing.
    "regexp_extract({x}, '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9][A-Za-z]{2}$', 0)",
    "date({x})",
    "try_strptime({x}, {any})",
    "strptime({x}, {any})",
    "to_date({x}, {any})",
    "try_to_timestamp({x}, {any})",
    "to_timestamp({x}, {any})",
];

/// Derivations of one value. Postcode parts are those of Splink's `PostcodeComparison`, user and domain those of
/// its `EmailComparison`.
pub(super) const DERIVED: &[&[Template]] = &[
    &both("initial", "LEFT({x}, 1)"),
    &both("prefix", "SUBSTRING({x}, 1, {n})"),
    &[only_read("prefix", "substr({x}, 1, {n})"), only_read("prefix", "left({x}, {n})")],
    &both("suffix", "RIGHT({x}, {n})"),
    &both("soundex", "SOUNDEX({x})"),
    &both("year", "YEAR({d})"),
    &both("month", "MONTH({d})"),
    &both("day", "DAY({d})"),
    &[duckdb("year_month", "STRFTIME({d}, '%Y-%m')"), spark("year_month", "DATE_FORMAT({d}, 'yyyy-MM')")],
    &[duckdb("month_day", "STRFTIME({d}, '%m-%d')"), spark("month_day", "DATE_FORMAT({d}, 'MM-dd')")],
    &both("sector", "NULLIF(regexp_extract({x}, '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]', 0), '')"),
    &both("district", "NULLIF(regexp_extract({x}, '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?', 0), '')"),
    &both("area", "NULLIF(regexp_extract({x}, '^[A-Za-z]{1,2}', 0), '')"),
    &both("email_user", "NULLIF(regexp_extract({x}, '^[^@]+', 0), '')"),
    &both("email_domain", "NULLIF(regexp_extract({x}, '@([^@]+)$', 1), '')"),
];

/// A distance in km, by the spherical law of cosines (`DistanceInKMLevel`).
const KM: &str = "CAST(ACOS(CASE WHEN (SIN(RADIANS({lat_l})) * SIN(RADIANS({lat_r})) + COS(RADIANS({lat_l})) * \
COS(RADIANS({lat_r})) * COS(RADIANS({long_r} - {long_l}))) > 1 THEN 1 WHEN (SIN(RADIANS({lat_l})) * \
SIN(RADIANS({lat_r})) + COS(RADIANS({lat_l})) * COS(RADIANS({lat_r})) * COS(RADIANS({long_r} - {long_l}))) < -1 \
THEN -1 ELSE (SIN(RADIANS({lat_l})) * SIN(RADIANS({lat_r})) + COS(RADIANS({lat_l})) * COS(RADIANS({lat_r})) * \
COS(RADIANS({long_r} - {long_l}))) END) * 6371 AS FLOAT)";

/// The name of templates that give seconds between two times.
pub(super) const SECONDS: &str = "seconds";

/// Measures of two values. `seconds` become days, months or years.
pub(super) const MEASURED: &[&[Template]] = &[
    &[
        duckdb("jaro_winkler", "jaro_winkler_similarity({l}, {r})"),
        spark("jaro_winkler", "jaro_winkler({l}, {r})"),
        duckdb("jaro", "jaro_similarity({l}, {r})"),
        spark("jaro", "jaro_sim({l}, {r})"),
    ],
    &both("levenshtein", "levenshtein({l}, {r})"),
    &both("damerau_levenshtein", "damerau_levenshtein({l}, {r})"),
    &both("jaccard", "jaccard({l}, {r})"),
    &[
        duckdb("shared", "array_length(list_intersect({l}, {r}))"),
        spark("shared", "SIZE(ARRAY_INTERSECT({l}, {r}))"),
        only_read("shared", "len(list_intersect({l}, {r}))"),
        duckdb(
            "best_jaro_winkler",
            "list_max(list_transform(flatten(list_transform({l}, x -> list_transform({r}, y -> [x, y]))), \
             pair -> jaro_winkler_similarity(pair[1], pair[2])))",
        ),
        spark(
            "best_jaro_winkler",
            "array_max(transform(flatten(transform({l}, x -> transform({r}, y -> [x, y]))), \
             pair -> jaro_winkler(pair[0], pair[1])))",
        ),
    ],
    &[
        duckdb(SECONDS, "ABS(EPOCH({d_l}) - EPOCH({d_r}))"),
        only_read(SECONDS, "abs(unix_timestamp({l}) - unix_timestamp({r}))"),
        spark("days", "ABS(DATEDIFF({l}, {r}))"),
        only_read("days", "abs(date_diff('day', {l}, {r}))"),
        only_read("days", "abs(datediff('day', {l}, {r}))"),
    ],
    &both("percent", "(ABS({l} - {r}) / (CASE WHEN {r} > {l} THEN {r} ELSE {l} END))"),
    &both("difference", "ABS({l} - {r})"),
    &both("km", KM),
];

/// What the holes of a template stand for.
pub(super) type Filled<'s> = BTreeMap<String, &'s Sql>;

/// The templates as expressions, each kind in its order.
pub(super) struct Shapes {
    pub(super) wrappers: Vec<Sql>,
    pub(super) derived: Vec<(&'static str, Sql)>,
    pub(super) measured: Vec<(&'static str, Sql)>,
}

pub(super) static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let named = |templates: &[&[Template]]| {
        let all = templates.iter().flat_map(|templates| templates.iter());
        all.filter_map(|template| Some((template.name, shape(template.sql)?))).collect()
    };
    let wrappers = WRAPPERS.iter().filter_map(|wrapper| shape(wrapper)).collect();
    Shapes { wrappers, derived: named(DERIVED), measured: named(MEASURED) }
});

/// Holds an expression against a template. Holes for values take what is of one record
/// only: `{…l}` of `left`, `{…r}` of the other, others of any.
pub(super) fn held_against<'s>(shape: &Sql, sql: &'s Sql, left: Side) -> Option<Filled<'s>> {
    let mut filled = Filled::new();
    fits(shape, sql, left, &mut filled).then_some(filled)
}

/// A template as an expression: dates are read as any value.
fn shape(template: &str) -> Option<Sql> {
    let text = template.replace("{d}", "{x}").replace("{d_l}", "{l}").replace("{d_r}", "{r}");
    parse(&text, Naming::Suffix).ok()
}

fn fits<'s>(template: &Sql, sql: &'s Sql, left: Side, filled: &mut Filled<'s>) -> bool {
    match template {
        Sql::Hole(name) => takes(name, sql, left) && **filled.entry(name.clone()).or_insert(sql) == *sql,
        Sql::Of(operator, parts) => sql.parts(operator).is_some_and(|others| {
            parts.len() == others.len() && parts.iter().zip(others).all(|(part, other)| fits(part, other, left, filled))
        }),
        Sql::Name(name) => matches!(sql, Sql::Name(other) if name.eq_ignore_ascii_case(other)),
        _ => template == sql,
    }
}

fn takes(hole: &str, sql: &Sql, left: Side) -> bool {
    match hole {
        "n" => matches!(sql, Sql::Number(_)),
        "any" => true,
        "x" => sql.side().is_some(),
        _ if hole.ends_with('l') => sql.side() == Some(left),
        _ => sql.side() == Some(left.other()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read_and_fits_itself_filled_in() {
        let templates = DERIVED.iter().chain(MEASURED).flat_map(|templates| templates.iter());
        for Template { name, sql, .. } in templates {
            let filled = ["x", "l", "d", "d_l", "lat_l", "long_l"]
                .iter()
                .fold((*sql).to_owned(), |sql, hole| sql.replace(&format!("{{{hole}}}"), &format!("{}_l", &hole[..1])))
                .replace("{r}", "l_r")
                .replace("{d_r}", "d_r")
                .replace("{lat_r}", "l_r")
                .replace("{long_r}", "l_r")
                .replace("{n}", "3");
            let parsed = parse(&filled, Naming::Suffix);
            let fits = parsed
                .as_ref()
                .is_ok_and(|sql_read| held_against(&shape(sql).unwrap(), sql_read, Side::Left).is_some());
            assert!(fits, "{name}: {filled}: {parsed:?}");
        }
    }

    #[test]
    fn wrappers_can_be_read() {
        assert_eq!(SHAPES.wrappers.len(), WRAPPERS.len());
    }

    #[test]
    fn a_hole_takes_one_thing_of_one_record() {
        let fits = |text: &str, side| {
            let sql = parse(text, Naming::Suffix).unwrap();
            held_against(&shape("{l} + {r} * {l}").unwrap(), &sql, side).is_some()
        };
        assert!(fits("a_l + b_r * a_l", Side::Left));
        assert!(fits("a_r + b_l * a_r", Side::Right));
        assert!(!fits("a_l + b_r * c_l", Side::Left));
        assert!(!fits("a_l + b_l * a_l", Side::Left));
        assert!(!fits("a_l + (b_l + b_r) * a_l", Side::Left));
    }
}
