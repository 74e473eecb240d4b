//! The records of the seeds validate against the schema that `vanthu schema` prints.

use std::path::PathBuf;

/// The material the project began with; it is not part of the project.
fn shared() -> PathBuf {
    std::env::var_os("VANTHU_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    )
}

#[expect(clippy::print_stderr, reason = "a test that is passed over says so")]
#[test]
fn records_of_the_seeds_validate() {
    let folder = shared().join("seeds.gold");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: {} is absent", folder.display());
        return;
    };
    let schema =
        serde_json::to_value(vanthu::export::record::json_schema()).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let mut seen = 0;
    for path in entries.flatten().map(|e| e.path()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !name.ends_with(".json") || name.ends_with(".gold.json") || name.contains("schema") {
            continue;
        }
        let record: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&path).expect("readable")).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&record)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}:\n{}", errors.join("\n"));
        seen += 1;
    }
    assert_eq!(seen, 5);
}
