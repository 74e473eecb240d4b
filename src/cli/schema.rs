//! `vanthu schema`: the contracts as JSON Schema, made from the very types that are written.

use vanthu::batch::summary::Summary;
use vanthu::export::edit::EditLine;
use vanthu::export::record;
use vanthu::review::decisions::Decisions;

use super::args::{Contract, Schema};
use super::{Exit, stream};

pub fn run(args: &Schema) -> anyhow::Result<Exit> {
    let schema = match args.of {
        Contract::Record => record::json_schema(),
        Contract::Edit => schemars::schema_for!(EditLine),
        Contract::Summary => schemars::schema_for!(Summary),
        Contract::Decisions => schemars::schema_for!(Decisions),
    };
    stream::write(&(serde_json::to_string_pretty(&schema)? + "\n"))?;
    Ok(Exit::Done)
}
