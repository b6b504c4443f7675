//! A folder with a job and its inputs, and the binary run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Persons with a hospital record. NHS numbers are of the block that is never issued.
pub(crate) const HOSPITAL: &str = "\
RECORD,NHS_NO,DOB,GENDER,HOME_POSTCODE
h-hollyhock-1,9990000018,1931-04-17,1,LS29 8QT
h-hollyhock-2,9990000026,1946-11-02,2,YO61 3RW
h-hollyhock-3,9990000034,1958-07-30,1,HX7 6DB
h-hollyhock-4,,1962-02-11,2,TQ13 9XT
h-hollyhock-5,9990000050,1970-09-23,1,SY8 2JN
";

/// Registered deaths: the first by number, the fourth without one, one of nobody's.
pub(crate) const DEATHS: &str = "\
CERTIFICATE,NHS_NO,DOB,GENDER,HOME_POSTCODE
d-larkspur-1,9990000018,1931-04-17,1,LS29 8QT
d-larkspur-2,,1962-02-11,2,TQ13 9XT
d-larkspur-3,9990000069,1980-12-25,2,PE28 4GH
";

/// A true person for each record above.
pub(crate) const TRUTH: &str = "\
source,key,person
hospital,h-hollyhock-1,p1
hospital,h-hollyhock-2,p2
hospital,h-hollyhock-3,p3
hospital,h-hollyhock-4,p4
hospital,h-hollyhock-5,p5
deaths,d-larkspur-1,p1
deaths,d-larkspur-2,p4
deaths,d-larkspur-3,p2
";

pub(crate) const JOB: &str = r#"version = 1
name = "two-files"

[keys]
demo = true

[[data_set]]
name = "hospital"
files = ["hospital.csv"]
record_key = "RECORD"
[data_set.roles]
nhs_number = "NHS_NO"
birth_date = "DOB"
sex = "GENDER"
postcode = "HOME_POSTCODE"

[[data_set]]
name = "deaths"
files = ["deaths.csv"]
record_key = "CERTIFICATE"
[data_set.roles]
nhs_number = "NHS_NO"
birth_date = "DOB"
sex = "GENDER"
postcode = "HOME_POSTCODE"

[linkage]
left = "hospital"
right = "deaths"

[[linkage.rank]]
rank = 1
agree = ["nhs_number", "birth_date"]

[[linkage.rank]]
rank = 2
agree = ["birth_date", "sex", "postcode"]
not_contradict = ["nhs_number"]
"#;

/// A folder with a job and its inputs.
pub(crate) struct Project {
    pub(crate) folder: TempDir,
}

/// What a command said, with the folder's own path left out.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn new() -> Project {
        let project = Project { folder: TempDir::new().expect("a temporary folder") };
        project.write("job.toml", JOB);
        project.write("hospital.csv", HOSPITAL);
        project.write("deaths.csv", DEATHS);
        project.write("truth.csv", TRUTH);
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("a writable temporary folder");
    }

    /// Rewrites a part of a file that must be there.
    pub(crate) fn change(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).expect("a text file");
        assert!(text.contains(from), "`{from}` is not in `{name}`");
        self.write(name, text.replacen(from, to, 1));
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("counterfoil"));
        command.args(arguments).current_dir(self.folder.path()).env_remove("COLUMNS").stdin(Stdio::null());
        command
    }

    pub(crate) fn say(&self, arguments: &[&str]) -> Said {
        say_of(&mut self.command(arguments))
    }

    /// What a command prints that does all it is asked.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let said = self.say(arguments);
        assert_eq!(said.code, 0, "{arguments:?} failed: {}", said.stderr);
        said.stdout
    }

    /// The message of a command that is refused: exit code 2, nothing on stdout, no file
    /// made, changed or removed, and no value of any input shown.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let before = self.content();
        let said = self.say(arguments);
        assert_eq!(said.code, 2, "{arguments:?} was not refused: {}{}", said.stdout, said.stderr);
        assert_eq!(said.stdout, "", "a refusal belongs on stderr");
        assert_eq!(self.content(), before, "{arguments:?} left something behind");
        assert_shows_no_value(&said.stderr);
        said.stderr
    }

    /// Every file and folder below, with the files' bytes.
    pub(crate) fn content(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a readable folder") {
                let path = entry.expect("a readable entry").path();
                let bytes = if path.is_dir() { None } else { fs::read(&path).ok() };
                if bytes.is_none() {
                    folders.push(path.clone());
                }
                found.insert(path, bytes);
            }
        }
        found
    }
}

/// What a command says.
pub(crate) fn say_of(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Said { code: status.code().expect("no signal ends it"), stdout: text(stdout), stderr: text(stderr) }
}

/// Every cell of the inputs that is long enough to be told from other text.
pub(crate) fn assert_shows_no_value(text: &str) {
    let lines = HOSPITAL.lines().skip(1).chain(DEATHS.lines().skip(1));
    for cell in lines.flat_map(|line| line.split(',')).filter(|cell| cell.len() > 4) {
        assert!(!text.contains(cell), "a message shows a cell value");
    }
}

/// Time and rate of a run differ from one to the next.
pub(crate) fn without_time(stderr: &str) -> String {
    let line = |line: &str| match line.split_once(" in ") {
        Some((rows, _)) if rows.ends_with(" rows") => format!("{rows} in [time]"),
        _ => line.to_owned(),
    };
    stderr.lines().map(line).collect::<Vec<_>>().join("\n")
}
