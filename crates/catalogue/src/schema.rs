//! JSON Schemas of what a user may write, for editors and for checks outside this program.

use schemars::schema_for;

use crate::entry::Entry;
use crate::recipe::Recipe;
use crate::service::Service;

/// The JSON Schema of a data-set entry, as `counterfoil schema data-set` prints it.
#[must_use]
pub fn data_set_schema() -> String {
    pretty(&schema_for!(Entry))
}

/// The JSON Schema of a linkage recipe.
#[must_use]
pub fn recipe_schema() -> String {
    pretty(&schema_for!(Recipe))
}

/// The JSON Schema of a service.
#[must_use]
pub fn service_schema() -> String {
    pretty(&schema_for!(Service))
}

fn pretty(schema: &schemars::Schema) -> String {
    serde_json::to_string_pretty(schema).expect("a schema has text keys only")
}
