//! One module a verb: from arguments to an answer.

mod catalogue;
mod check;
mod data_set;
mod evaluate;
mod key;
mod link;
mod links;
mod plan;
mod recipe;
mod run;
mod schema;
mod service;
mod synth;
mod verify;

use crate::answer::{Answer, Failure};
use crate::arguments::Verb;

/// Does what the verb says.
pub(crate) fn answer(verb: &Verb) -> Result<Answer, Failure> {
    match verb {
        Verb::Key(verb) => key::answer(verb),
        Verb::Catalogue(arguments) => catalogue::answer(arguments),
        Verb::Check(arguments) => check::answer(&arguments.job),
        Verb::Plan(arguments) => plan::answer(arguments),
        Verb::Run(arguments) => run::answer(arguments),
        Verb::Link(arguments) => link::answer(arguments),
        Verb::Verify(arguments) => verify::answer(&arguments.run),
        Verb::Evaluate(arguments) => evaluate::answer(arguments),
        Verb::Schema(arguments) => Ok(schema::answer(arguments.of)),
        Verb::Synth(arguments) => synth::answer(arguments),
    }
}
