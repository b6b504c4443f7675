//! `counterfoil verify`: whether a run directory is as it was published.

use std::path::Path;

use counterfoil_job::verify::verify;
use serde_json::json;

use crate::answer::{Answer, Failure, shown};
use crate::figure::counted;
use crate::page::Page;

pub(crate) fn answer(run: &Path) -> Result<Answer, Failure> {
    let found = verify(run)?;
    let files = counted(found.files as u64, "file");
    let sound = found.problems.is_empty();
    let mut page = Page::titled(if sound {
        format!("`{}` is as it was published ({files})", shown(run))
    } else {
        format!("`{}` is not as it was published", shown(run))
    });
    page.points(&found.problems);
    let json = json!({ "run": shown(run), "sound": sound, "files": found.files, "problems": found.problems });
    let answer = Answer::new(page.finish(), json).gate(!sound);
    let problems = counted(found.problems.len() as u64, "problem");
    Ok(if sound { answer } else { answer.remark(format!("verification failed: {problems}")) })
}
