//! One text of several columns.

use arrow_array::builder::StringBuilder;
use arrow_array::{Array, StringArray};

use super::column::{for_each, key_text};
use super::field::is_missing;

/// What the columns of a text hold, put together in their order with a blank between, such as
/// given and family names that make a full name. Blank parts and the texts of `missing` are left
/// out; null where nothing is left.
#[must_use]
pub fn joined(columns: &[&dyn Array], missing: &[String]) -> StringArray {
    let mut texts = vec![String::new(); columns.first().map_or(0, |column| column.len())];
    let mut buffer = String::new();
    for column in columns {
        for_each(*column, |row, raw| {
            let part = if is_missing(raw, missing) { None } else { key_text(raw, &mut buffer) };
            if let (Some(part), Some(text)) = (part, texts.get_mut(row)) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(part);
            }
        });
    }
    let mut made = StringBuilder::with_capacity(texts.len(), texts.iter().map(String::len).sum());
    texts.iter().for_each(|text| made.append_option(Some(text).filter(|text| !text.is_empty())));
    made.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_in_order_and_missing_ones_leave_no_gap() {
        let given = StringArray::from(vec![Some(" Ann "), None, Some("Bob"), Some(""), Some("?")]);
        let family = StringArray::from(vec![Some("van der Lee"), Some("Fox"), None, Some(" "), Some("Roe")]);
        let joined = joined(&[&given, &family], &["?".to_owned()]);
        let texts: Vec<Option<&str>> = joined.iter().collect();
        assert_eq!(texts, [Some("Ann van der Lee"), Some("Fox"), Some("Bob"), None, Some("Roe")]);
    }
}
