//! Files that no job is guessed for, and what to do about each.

use counterfoil_core::Fault;

use super::Looked;

/// Each record of a file is the record that it is.
pub(super) fn refuse_itself(files: &[&str]) -> Result<(), Vec<Fault>> {
    match files {
        [one, other] if one == other => {
            let fault = Fault::spec(*one, "is named twice, and each of its records would be linked to itself");
            Err(vec![fault.hint("name it once to find the records of it that are of one person")])
        }
        _ => Ok(()),
    }
}

/// A file of one column whose name is several with one mark between them is parted by a mark that was
/// not recognised.
pub(super) fn refuse_unparted(looked: &[Looked]) -> Result<(), Vec<Fault>> {
    let fault =
        |file: &Looked| {
            let [guess] = &file.guesses[..] else { return None };
            let mark = mark_between(&guess.column)?;
            let mark = mark.escape_default();
            let message = format!("is one column whose name seems to be several, with `{mark}` between them");
            let fault = Fault::environment(&file.file, message);
            Some(fault.hint(
                "known are comma, semicolon, tab and `|`: save it with one, or name its `delimiter` in a job file",
            ))
        };
    let faults: Vec<Fault> = looked.iter().filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The mark that stands between three words and more, and is none that names of columns are written with.
fn mark_between(name: &str) -> Option<char> {
    let is_odd = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !"_-./()[]#'\"".contains(c);
    let mark = name.chars().find(|c| is_odd(*c))?;
    let parts: Vec<&str> = name.split(mark).collect();
    (parts.len() >= 3 && parts.iter().all(|part| part.contains(char::is_alphanumeric))).then_some(mark)
}

/// An empty file, or a single record, says nothing of what its columns hold.
pub(super) fn refuse_too_few(looked: &[Looked]) -> Result<(), Vec<Fault>> {
    let least = if looked.len() == 1 { 2 } else { 1 };
    let too_few = |file: &&Looked| file.rows < least;
    let fault = |file: &Looked| {
        let (message, hint) = match file.rows {
            0 => ("has no rows", "was it exported completely? a file has a header and a row for each record"),
            _ => ("has one row, of which there can be no duplicate", "name the file to link it to as well"),
        };
        Fault::environment(&file.file, message).hint(hint)
    };
    let faults: Vec<Fault> = looked.iter().filter(too_few).map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// A record in the place of a header is not shown. What could be written before it is said in full, for the
/// names that fields have can be read off the contents, and are understood when they stand there.
pub(super) fn refuse_headless(looked: &[Looked]) -> Result<(), Vec<Fault>> {
    let fault = |file: &Looked| {
        let names = file.names_to_write.as_ref()?;
        let fault = Fault::environment(&file.file, "has no header: where names of columns stand there are values");
        let line = names.join(",");
        Some(fault.hint(format!(
            "write a line of names before the first record; by what the columns hold it could be `{line}`: say better \
             what they are where you know it"
        )))
    };
    let faults: Vec<Fault> = looked.iter().filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
