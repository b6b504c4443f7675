//! The command line: verbs, options, and the help that people read.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Links health data sets through keyed tokens and cuts pseudonymised extracts from them
#[derive(Debug, Parser)]
#[command(name = "counterfoil", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Print the result as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  counterfoil catalogue show hes-apc      what is known of a data set
  counterfoil key new keys/project.key    a root key of your own
  counterfoil check job.toml              every fault of a job, before a row is read
  counterfoil run job.toml                the job
  counterfoil verify runs/hes-deaths      whether its outputs are as they were written
  counterfoil link people.csv             duplicates in a file, without a job

Exit codes: 0 done; 1 done, but a declared gate failed; 2 not done, nothing left behind.
Results go to stdout, progress and messages to stderr.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a root key, or show what may be known of one
    #[command(
        subcommand,
        after_help = "Example:\n  counterfoil key new keys/project.key --purpose \"HES linked to deaths\""
    )]
    Key(KeyVerb),
    /// List the data sets, recipes and services, or show one
    Catalogue(CatalogueArguments),
    /// Check a job file and its inputs, and list every fault at once
    #[command(after_help = "Example:\n  counterfoil check job.toml")]
    Check(JobArguments),
    /// Say what a job would read, compare and need
    #[command(after_help = "\
Examples:
  counterfoil plan job.toml
  counterfoil plan job.toml --threads 8

Of a job that links by a model, the linkage fields are read to count the pairs of each blocking
rule. Nothing is written.")]
    Plan(PlanArguments),
    /// Run a job and publish its run directory, whole or not at all
    #[command(after_help = "\
Examples:
  counterfoil run job.toml
  counterfoil run job.toml --out results/first --threads 4 --memory 2GiB
  counterfoil run people.toml --splink people.json

After an interruption, run the same job again: what the first attempt left is cleared away.")]
    Run(RunArguments),
    /// Link two files, or deduplicate one, without a job file
    #[command(after_help = "\
Examples:
  counterfoil link people.csv                              one file, deduplicated
  counterfoil link cohort.csv register.parquet --out runs/cohort
  counterfoil link people.csv --save-job people.toml       and keep the job that it amounted to

What the columns hold is guessed from their names and contents, and printed; blocking rules,
comparisons, model and threshold are chosen from the data. Record ids and columns that tell the
true person are never compared.")]
    Link(LinkArguments),
    /// Check that a run directory is as it was published
    #[command(after_help = "Example:\n  counterfoil verify runs/hes-deaths\n\nExit code 1 if it is not.")]
    Verify(VerifyArguments),
    /// Measure precision and recall of a run against known truth
    #[command(after_help = "\
Examples:
  counterfoil evaluate runs/hes-deaths --truth synth/truth.parquet
  counterfoil evaluate runs/hes-deaths --truth synth/truth.parquet --by errors
  counterfoil evaluate runs/hes-deaths --truth truth.csv --min-precision 0.99 --min-recall 0.9

The truth is a table with `person`, and `row` or `key`, and `source` if it covers several data
sets; where rows are about two persons, `about` says which one (mother or baby, as the job's
`person`). The people have `person`, and any of `birth_date`, `death_date`, `sex`, `ethnicity`,
`deprivation_decile`, `region`; figures are then given for each subgroup. A cell of the column of
`--by` may list several values joined by commas without a space, as `errors` of synthetic data
does: the record counts for each of them. Shares have their 95 % interval beside them (Wilson).
Exit code 1 if a gate fails.")]
    Evaluate(EvaluateArguments),
    /// Say why a pair of records scored what it did: levels and weights, never a value
    #[command(after_help = "\
Examples:
  counterfoil explain runs/people 17 1204
  counterfoil explain runs/patients clinic:17 register:4
  counterfoil explain runs/patients --record-keys C-0017 register:R-88
  counterfoil explain /results/first 17 1204 --job jobs/people.toml

A row is its number in its data set's files in path order, from 0, as `links.parquet` has it;
DATA-SET:ROW where the run has several data sets. A record key is what the column `record_key` of
the job holds, of several columns all joined by `|`; DATA-SET:KEY where records of two data sets
have the same. The run's inputs are read again and must not have changed.")]
    Explain(ExplainArguments),
    /// Print a JSON Schema
    #[command(after_help = "Example:\n  counterfoil schema job > job.schema.json")]
    Schema(SchemaArguments),
    /// Make a synthetic population with known truth
    #[command(after_help = "\
Examples:
  counterfoil synth --people 20000 --seed 1 --out synth
  counterfoil synth --people 1000000 --seed 1 --out synth --data-sets hes-apc,deaths,pds
  counterfoil synth --people 20000 --seed 1 --out synth --fields linkage
  counterfoil synth --people 20000 --seed 1 --out synth --errors errors.toml

A file of error rates lists what differs from the defaults, for example

  [common]                     # every data set that does not say otherwise
  birth_date_swapped = 0.01    # one row in a hundred has day and month swapped
  [deaths]
  nhs_number_missing = { rate = 0.1, always = 0.5 }   # half of them in all rows of a person
  [multipliers.nhs_number]
  ethnicity = { N = 2.0 }      # also: deprivation = { 1 = 1.5 }, age = { \"85+\" = 1.2 }

Beside the data lie truth.parquet (whose each row is, and what is wrong with it; a maternity row
has an entry for the mother and one for the baby, told apart by `about`), people.parquet,
errors.toml (all rates, as used) and README.md, which describes every file and lists the columns
that are not filled.")]
    Synth(SynthArguments),
}

impl Verb {
    /// Whether it is meant to write something, or is about a job that would.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Verb::Key(KeyVerb::New { .. })
            | Verb::Check(_)
            | Verb::Plan(_)
            | Verb::Run(_)
            | Verb::Link(_)
            | Verb::Synth(_) => true,
            Verb::Key(KeyVerb::Show { .. })
            | Verb::Catalogue(_)
            | Verb::Verify(_)
            | Verb::Evaluate(_)
            | Verb::Explain(_)
            | Verb::Schema(_) => false,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyVerb {
    /// Make a random root key; a file that exists is never overwritten
    #[command(after_help = "Example:\n  counterfoil key new keys/project.key --purpose \"HES linked to deaths\"")]
    New {
        /// The file to make, readable by you alone
        file: PathBuf,
        /// What the key is for, in a line
        #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
        purpose: String,
    },
    /// Show a root key's id and purpose, never the key
    #[command(after_help = "Example:\n  counterfoil key show keys/project.key")]
    Show {
        /// The key file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  counterfoil catalogue
  counterfoil catalogue --family HES --role nhs_number
  counterfoil catalogue --service hes-deaths
  counterfoil catalogue --extract-only
  counterfoil catalogue --with my-entries
  counterfoil catalogue show hes-apc"
)]
pub(crate) struct CatalogueArguments {
    #[command(subcommand)]
    pub(crate) verb: Option<CatalogueVerb>,
    /// Only entries of this family, such as HES
    #[arg(long)]
    pub(crate) family: Option<String>,
    /// Only entries with this role, such as `nhs_number`
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// Only data sets whose persons can be linked, and recipes
    #[arg(long, conflicts_with = "extract_only")]
    pub(crate) linkable: bool,
    /// Only data sets that have no person link, and tables without one of those that have it
    #[arg(long)]
    pub(crate) extract_only: bool,
    /// Only what this service is made from, such as `hes-deaths`
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Only entries that have this text in a name, title, note or column
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// A folder of data-set entries of your own, which go before those of the same name
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) with: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogueVerb {
    /// Show a data set or a table of one (grain, keys, roles, fields, tiers, codes, links), a
    /// recipe or a service
    #[command(after_help = "\
Examples:
  counterfoil catalogue show hes-apc
  counterfoil catalogue show mhsds/referral
  counterfoil catalogue show hes-deaths
  counterfoil catalogue show my-clinic --with my-entries")]
    Show {
        /// Name of the data set, recipe or service, or its code such as `HES_APC`; of a further
        /// table `DATA-SET/TABLE`
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct JobArguments {
    /// The job file
    pub(crate) job: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// The job file
    pub(crate) job: PathBuf,
    /// Threads of the run, which its memory follows [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The job file
    pub(crate) job: PathBuf,
    /// The run directory to make [default: runs/NAME, after the job's name]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Memory that the run may use at most, such as 600MB or 2GiB
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    pub(crate) memory: Option<u64>,
    /// Write the model of the linkage to this new file too, as settings that Splink 4 and 5 read
    #[arg(long, value_name = "FILE")]
    pub(crate) splink: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LinkArguments {
    /// A file of records: Parquet, CSV or Arrow IPC
    pub(crate) left: PathBuf,
    /// The file to link to it [default: the first is deduplicated]
    pub(crate) right: Option<PathBuf>,
    /// The run directory to make [default: runs/NAME, after the files]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write the job file that it amounts to
    #[arg(long, value_name = "FILE")]
    pub(crate) save_job: Option<PathBuf>,
    /// Compare keyed tokens only, no clear text
    #[arg(long)]
    pub(crate) tokens: bool,
    /// The root key that person ids and tokens are made under [default: the built-in public one]
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Memory that the run may use at most, such as 600MB or 2GiB
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    pub(crate) memory: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The run directory
    pub(crate) run: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateArguments {
    /// The run directory
    pub(crate) run: PathBuf,
    /// The table of true persons
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: PathBuf,
    /// The table of the people, for subgroups [default: people.parquet beside the truth]
    #[arg(long, value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,
    /// A column of the truth to break figures down by; may be given several times
    #[arg(long, value_name = "COLUMN")]
    pub(crate) by: Vec<String>,
    /// Fail if precision is below this, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = portion)]
    pub(crate) min_precision: Option<f64>,
    /// Fail if recall is below this, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = portion)]
    pub(crate) min_recall: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The run directory, of a linkage by a model
    pub(crate) run: PathBuf,
    /// One record: its row, or with `--record-keys` its record key
    #[arg(value_name = "RECORD")]
    pub(crate) left: Private,
    /// The other record
    #[arg(value_name = "RECORD")]
    pub(crate) right: Private,
    /// What is left of a record key with blanks in it that is not in quotes: refused unseen.
    #[arg(hide = true)]
    pub(crate) rest: Vec<Private>,
    /// The records are named by their record keys, as `left_key` and `right_key` of `links.parquet`
    /// have them
    #[arg(long)]
    pub(crate) record_keys: bool,
    /// The job file that the run was made with, or its folder [default: the current folder, else
    /// one above the run]
    #[arg(long, value_name = "FILE")]
    pub(crate) job: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// What it describes
    pub(crate) of: SchemaOf,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A job file
    Job,
    /// The agreement that a job runs under
    Agreement,
    /// A probabilistic model: `model.toml` of a run
    Model,
    /// A catalogue entry of a data set
    DataSet,
    /// A linkage recipe
    Recipe,
    /// A service over data sets
    Service,
}

#[derive(Debug, Args)]
pub(crate) struct SynthArguments {
    /// People in the population
    #[arg(long, value_name = "N")]
    pub(crate) people: u64,
    /// Another seed is another population
    #[arg(long, value_name = "S")]
    pub(crate) seed: u64,
    /// The folder to make
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Data sets, separated by commas [default: all there are]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) data_sets: Option<Vec<String>>,
    /// Columns: `all`, `linkage` (keys and what linkages use), or names separated by commas
    #[arg(long, value_name = "LIST", default_value = "all", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
    /// Error rates that differ from the defaults
    #[arg(long, value_name = "FILE")]
    pub(crate) errors: Option<PathBuf>,
}

/// An amount of memory: a number with or without `B`, `kB`, `MB`, `GB` (a thousand to the
/// next) or `K`, `M`, `G`, `KiB`, `MiB`, `GiB` (1 024 to the next).
fn memory(text: &str) -> Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1_u64,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        _ => return Err("write a number and a unit, such as `600MB` or `2GiB`".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| "write a number and a unit, such as `600MB` or `2GiB`".to_owned())?;
    Ok((number * unit as f64) as u64)
}

/// A text that may be somebody's, and is not shown.
#[derive(Clone)]
pub(crate) struct Private(pub(crate) String);

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl From<String> for Private {
    fn from(text: String) -> Private {
        Private(text)
    }
}

fn portion(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "write a number from 0 to 1, such as `0.95`".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn amounts_of_memory_have_units() {
        let check = |text: &str, bytes: u64| assert_eq!(memory(text), Ok(bytes));
        check("1024", 1_024);
        check("600MB", 600_000_000);
        check("2GiB", 2_147_483_648);
        check("1.5 G", 1_610_612_736);
        assert!(memory("much").is_err() && memory("2 fathoms").is_err() && memory("-1").is_err());
    }
}
