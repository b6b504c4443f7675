//! Every data set and linkage recipe that Counterfoil knows, as data.
//!
//! A data set is a TOML file under `data/data-sets`: its grain, keys, fields with type, tier
//! and codes, and its roles (which column is the NHS number, the birth date …). A recipe is
//! one under `data/recipes`: what each side must offer, the match ranks, and a named choice
//! for every point that the published method leaves open. Both are compiled in. A further
//! data set is one more file and no more code; a user's own definition is read by the same
//! code and held to the same checks.
//!
//! What this crate never does: open files. TOML comes in as text.
//!
//! ```
//! use counterfoil_catalogue::{Catalogue, RoleColumns};
//!
//! let apc = Catalogue::built_in().data_set("hes-apc").expect("a built-in entry");
//! let header = ["EPIKEY".to_owned(), "NEWNHSNO".to_owned(), "DOB".to_owned()];
//! let role = apc.role("nhs_number", &header).expect("the column is there");
//! assert_eq!(role, RoleColumns::One("NEWNHSNO".to_owned()));
//! ```

mod built_in;
mod catalogue;
mod check;
mod data_set;
pub mod describe;
mod entry;
mod field;
mod lines;
mod nearest;
mod options;
mod parse;
mod parts;
mod rank;
mod recipe;
mod resolve;
mod role;
mod schema;
mod service;

pub use catalogue::Catalogue;
pub use data_set::DataSet;
pub use entry::{Entry, TableEntry};
pub use field::{Field, FieldType, Repeat, SexMeaning, Tier};
pub use nearest::nearest;
pub use options::{
    ActivityGuard, ActivityGuardSpec, Contradiction, GuardOff, GuardScope, GuardTable, GuardWhen, LinkageOptions,
    PartialDateName, PostcodeFold, Resolution, SettledOptions, StepOne, TieName, WithoutPersonKey,
};
pub use parts::{Covers, Dead, JoinColumns, Keys, Latest, LinkPolicy, Person, PersonKeyScheme};
pub use rank::{RankSpec, compile_ranks, linkage_fields, named_lists};
pub use recipe::{Products, Recipe, SideNeeds};
pub use role::{ROLES, RoleChoice, RoleColumns, RoleSpec, RoleTable, Several, Told};
pub use schema::{data_set_schema, recipe_schema, service_schema};
pub use service::{Available, Service};
