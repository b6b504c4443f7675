//! `counterfoil schema`: what editors and other programs check files against.

use counterfoil_catalogue::{data_set_schema, recipe_schema, service_schema};
use counterfoil_job::spec::{agreement_schema, job_schema, model_schema};
use serde_json::Value;

use crate::answer::Answer;
use crate::arguments::SchemaOf;

pub(crate) fn answer(of: SchemaOf) -> Answer {
    let text = match of {
        SchemaOf::Job => job_schema(),
        SchemaOf::Agreement => agreement_schema(),
        SchemaOf::Model => model_schema(),
        SchemaOf::DataSet => data_set_schema(),
        SchemaOf::Recipe => recipe_schema(),
        SchemaOf::Service => service_schema(),
    };
    // A schema is JSON already.
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer::new(text, json)
}
