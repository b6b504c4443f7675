//! Numbers as people read them.

use std::time::Duration;

pub(crate) use counterfoil_job::figure::grouped;

/// The least share that is told as a figure, in per cent.
const LEAST_PERCENT: f64 = 0.000_01;

/// A number of things: `1 row`, `18 204 rows`. For nouns whose plural ends in `s`.
pub(crate) fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A part of a whole with one decimal: `12.5 %`; empty where there is no whole.
pub(crate) fn share(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

/// A share of 0 to 1 as a percentage: `0.4 %`; two figures of a small one: `0.0012 %`. Below one in ten
/// million no estimate tells one share from another.
pub(crate) fn percent(share: f64) -> String {
    // Minus nothing is nothing: so an empty sum says it.
    let percent = 100.0 * share + 0.0;
    if percent > 0.0 && percent < LEAST_PERCENT {
        return format!("under {LEAST_PERCENT} %");
    }
    if percent == 0.0 || percent >= 0.1 { format!("{percent:.1} %") } else { format!("{} %", small(percent)) }
}

/// A probability: `0.9312`, and two figures of a small one: `0.000012`.
pub(crate) fn probability(probability: f64) -> String {
    if probability == 0.0 || probability >= 0.001 { format!("{probability:.4}") } else { small(probability) }
}

/// Two figures of a number below 1; below a millionth as a power of ten.
fn small(number: f64) -> String {
    if number < 1e-6 {
        return format!("{number:.1e}");
    }
    let decimals = (1 - number.log10().floor() as i32).max(0) as usize;
    format!("{number:.decimals$}")
}

/// A weight in bits, with its sign: `+8.24`, `-3.10`.
pub(crate) fn bits(bits: f64) -> String {
    // What rounds to nothing has no sign.
    if bits.abs() < 0.005 { "0.00".to_owned() } else { format!("{bits:+.2}") }
}

/// A size: `512 B`, `84.2 kB`, `1.5 GB`; units of a thousand.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// A time: `0.31 s`, `12.4 s`, `3 min 5 s`, `2 h 10 min`.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.2} s", duration.as_secs_f64()),
        10..60 => format!("{:.1} s", duration.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// How many a second: `3 120 000`.
pub(crate) fn rate(amount: u64, duration: Duration) -> String {
    grouped((amount as f64 / duration.as_secs_f64().max(1e-9)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_weights_have_figures_that_say_something() {
        assert_eq!([percent(0.125), percent(0.0), percent(0.000_012_3)], ["12.5 %", "0.0 %", "0.0012 %"]);
        assert_eq!([percent(-0.0), percent(1.9e-12), percent(1.2e-7)], ["0.0 %", "under 0.00001 %", "0.000012 %"]);
        let shown = [0.931_24, 0.001, 0.000_123_4, 2.5e-9, 0.0].map(probability);
        assert_eq!(shown, ["0.9312", "0.0010", "0.00012", "2.5e-9", "0.0000"]);
        assert_eq!([bits(8.237), bits(-3.1), bits(-0.001)], ["+8.24", "-3.10", "0.00"]);
    }

    #[test]
    fn units_follow_the_size() {
        assert_eq!([size(1), size(84_200), size(1_500_000_000)], ["1 B", "84.2 kB", "1.5 GB"]);
        let seconds = |s: f64| time(Duration::from_secs_f64(s));
        assert_eq!([seconds(0.314), seconds(12.43), seconds(185.0)], ["0.31 s", "12.4 s", "3 min 5 s"]);
        assert_eq!(seconds(7_800.0), "2 h 10 min");
        assert_eq!([share(1, 8), share(0, 0)], ["12.5 %", ""]);
        assert_eq!([counted(1, "fault"), counted(1_200, "row")], ["1 fault", "1 200 rows"]);
    }
}
