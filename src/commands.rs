//! The commands: the arguments, the help and the run of each in one file. `run` is a function from the arguments, the ports that
//! it needs and a console to an exit code. If required input is missing, the command names it and exits with 3. Commands prompt
//! only at a terminal.

pub mod advise;
pub mod agents;
pub mod ask;
mod claim;
pub mod completions;
pub mod doctor;
pub mod env;
pub mod login;
pub mod logout;
pub mod man;
pub mod mcp;
pub mod open_link;
pub mod paths;
pub mod profile;
pub mod refresh;
pub mod reset;
pub mod rotate;
pub mod run;
pub mod scan;
mod selection;
pub mod send_to;
pub mod status;
pub mod switch;
pub mod token;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use strum::VariantArray;

/// Builds a parser that accepts the names of `values` and returns the matching value.
fn one_of_values<T>(values: &'static [T], name: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    let names = values.iter().map(|value| name(*value));
    PossibleValuesParser::new(names)
        .try_map(move |given| values.iter().copied().find(|value| name(*value) == given).ok_or("not one of the possible values"))
}

/// Builds a parser that accepts the name of every variant.
fn one_of_variants<T>() -> impl TypedValueParser<Value = T>
where
    T: VariantArray + Copy + Into<&'static str> + Send + Sync,
{
    one_of_values(T::VARIANTS, T::into)
}
