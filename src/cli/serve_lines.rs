//! `vanthu serve-lines`: one JSON object a line in, one out, in order.
//!
//! The pipe is the protocol: a client that does not read holds the program back, and what has been answered is
//! flushed as soon as no further question waits.

use std::io::{self, BufRead, BufReader, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use vanthu::export::edit::EditLine;
use vanthu::export::json;
use vanthu::export::record::Record;
use vanthu::pipeline::Pipeline;

use super::Exit;
use super::args::ServeLines;

#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default)]
    file: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    id: Value,
    text: String,
    edits: Vec<EditLine>,
    record: OneOrSeveral,
}

#[derive(Serialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(Box<Record>),
    Several(Vec<Record>),
}

#[derive(Serialize)]
struct Refusal {
    id: Value,
    error: String,
}

pub fn run(args: &ServeLines) -> anyhow::Result<Exit> {
    let pipeline = Pipeline::new(args.engine.settings(true))?;
    // JSON needs up to six bytes for one of the text (\u0001), and something for the rest of the object.
    let limit = args.engine.max_bytes.saturating_mul(6).saturating_add(4096);
    serve(&pipeline, limit, io::stdin().lock(), io::stdout().lock())
}

fn serve(
    pipeline: &Pipeline,
    limit: u64,
    input: impl Read,
    mut output: impl Write,
) -> anyhow::Result<Exit> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut line = Vec::new();
    let mut exit = Exit::Done;
    loop {
        line.clear();
        let read = input.by_ref().take(limit).read_until(b'\n', &mut line)?;
        if read == 0 {
            output.flush()?;
            return Ok(exit);
        }
        let cut = read as u64 == limit && line.last() != Some(&b'\n');
        if cut {
            input.skip_until(b'\n')?;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = if cut {
            Err(refusal(
                Value::Null,
                format!("the line is longer than {limit} bytes"),
            ))
        } else {
            answer(pipeline, &line)
        };
        let text = match answer {
            Ok(answer) => json::line(&answer),
            Err(refusal) => {
                exit = Exit::Some;
                json::line(&refusal)
            }
        };
        output.write_all(text.as_bytes())?;
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
}

fn refusal(id: Value, error: String) -> Refusal {
    Refusal { id, error }
}

fn answer(pipeline: &Pipeline, line: &[u8]) -> Result<Answer, Refusal> {
    let question: Question = serde_json::from_slice(line).map_err(|e| {
        // The id may be there even where the rest is not what it should be.
        let value: Option<Value> = serde_json::from_slice(line).ok();
        let id = value.and_then(|v| v.get("id").cloned());
        refusal(id.unwrap_or_default(), e.to_string())
    })?;
    let name = question.file.as_deref().unwrap_or("-");
    match pipeline.process(name, question.text.as_bytes()) {
        Err(e) => Err(refusal(question.id, e.to_string())),
        Ok(mut outcome) => Ok(Answer {
            id: question.id,
            text: outcome.repaired.text.as_str().to_owned(),
            edits: outcome.edit_lines(),
            record: match outcome.records.len() {
                1 => OneOrSeveral::One(Box::new(outcome.records.remove(0))),
                _ => OneOrSeveral::Several(outcome.records),
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vanthu::pipeline::Settings;

    fn ask(limit: u64, input: &str) -> (Exit, Vec<Value>) {
        let pipeline = Pipeline::new(Settings::default()).expect("pipeline");
        let mut out = Vec::new();
        let exit = serve(&pipeline, limit, input.as_bytes(), &mut out).expect("served");
        let text = String::from_utf8(out).expect("utf-8");
        let json = |l: &str| serde_json::from_str(l).expect("json");
        (exit, text.lines().map(json).collect())
    }

    #[test]
    fn answers_come_in_order_and_a_bad_line_gives_one_error() {
        let (exit, answers) = ask(
            1 << 20,
            "{\"id\": 7, \"text\": \"một\\nhai\"}\n\nnonsense\n{\"id\": \"x\"}\n{\"id\": [1], \"text\": \"\"}",
        );
        assert_eq!(exit, Exit::Some);
        let ids: Vec<_> = answers.iter().map(|a| a["id"].to_string()).collect();
        assert_eq!(ids, ["7", "null", "\"x\"", "[1]"]);
        assert_eq!(
            answers[0]["text"].as_str().map(|t| t.lines().count()),
            Some(2)
        );
        assert_eq!(answers[0]["record"]["schema"], "vanthu.dispatch/1");
        assert!(answers[1]["error"].is_string());
        assert!(
            answers[2]["error"]
                .as_str()
                .is_some_and(|e| e.contains("text"))
        );
        assert!(answers[3]["error"].is_null());
    }

    #[test]
    fn a_line_without_end_costs_no_memory_and_no_other_line() {
        let long = format!(
            "{{\"id\":1,\"text\":\"{}\"}}\n{{\"id\":2,\"text\":\"a\"}}\n",
            "a".repeat(500)
        );
        let (_, answers) = ask(100, &long);
        assert_eq!(answers.len(), 2);
        assert!(
            answers[0]["error"]
                .as_str()
                .is_some_and(|e| e.contains("longer"))
        );
        assert_eq!(answers[1]["id"], 2);
    }
}
