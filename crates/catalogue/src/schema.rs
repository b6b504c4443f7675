//! JSON Schemas of what a user may write, for editors and for checks outside this program.

use schemars::schema_for;

use crate::data_set::DataSet;
use crate::recipe::Recipe;

/// The JSON Schema of a data-set entry, as `counterfoil schema data-set` prints it.
#[must_use]
pub fn data_set_schema() -> String {
    pretty(&schema_for!(DataSet))
}

/// The JSON Schema of a linkage recipe.
#[must_use]
pub fn recipe_schema() -> String {
    pretty(&schema_for!(Recipe))
}

fn pretty(schema: &schemars::Schema) -> String {
    serde_json::to_string_pretty(schema).expect("a schema has text keys only")
}
