//! Parts of a British postcode as a dictionary holds it: `LS1 4AP`. What is no British
//! postcode has no blank, and no parts.

/// Outward code.
pub(super) fn district(value: &[u8]) -> Option<&[u8]> {
    let (district, inward) = value.split_last_chunk::<4>()?;
    (inward[0] == b' ').then_some(district)
}

/// Outward code and the digit after it.
pub(super) fn sector(value: &[u8]) -> Option<&[u8]> {
    district(value).map(|district| &value[..district.len() + 2])
}

/// The one or two letters that name the area.
///
/// Letters may have been folded to the digits that they are mistaken for. The first character
/// is always a letter. A 0 in the second place is an O if a digit follows, because no district
/// number of two digits begins with 0; no area has I for its second letter.
pub(super) fn area(value: &[u8]) -> Option<Vec<u8>> {
    let district = district(value)?;
    let mut area = vec![unfolded(*district.first()?)];
    match district[1..] {
        [second, ..] if second.is_ascii_alphabetic() => area.push(second),
        [b'0', third, ..] if third.is_ascii_digit() => area.push(b'O'),
        _ => {}
    }
    Some(area)
}

fn unfolded(letter: u8) -> u8 {
    match letter {
        b'0' => b'O',
        b'1' => b'I',
        other => other,
    }
}
