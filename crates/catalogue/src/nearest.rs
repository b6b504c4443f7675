//! "Did you mean": the known name that a misspelt one is closest to.
//!
//! Every message about an unknown name offers one, so the measure lives in one place.

/// The candidate closest to `name` in single-character edits (Levenshtein, 1966), reading
/// capitals as small letters and `_` as `-`, if it is close enough to be a slip: at most one
/// edit in three characters. Of equally close candidates the first.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = plain(name);
    let within = (name.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edits(&name, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= within)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn plain(name: &str) -> Vec<char> {
    let small = name.trim().chars().flat_map(char::to_lowercase);
    small.map(|c| if c == '_' || c == ' ' { '-' } else { c }).collect()
}

fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Names in backticks, separated by commas, for messages.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognised_and_a_different_word_is_not() {
        let known = ["hes-apc", "hes-op", "deaths", "deaths-scc"];
        assert_eq!(nearest("hes-acp", known), Some("hes-apc"));
        assert_eq!(nearest("HES_APC", known), Some("hes-apc"));
        assert_eq!(nearest("death", known), Some("deaths"));
        assert_eq!(nearest("maternity", known), None);
    }
}
