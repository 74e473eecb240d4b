//! Scores of parsed dispatches against gold answers.
//!
//! A scalar field ends as right, wrong, missed (the gold has it, the record does not) or invented (the gold says
//! it is absent). Where the paper's value cannot be read from the OCR text (`readable` false in the gold), to say
//! nothing is right. Lists are scored by F1 over items that are equal after normalisation or similar enough;
//! tasks by F1 over their actions, then assignees and deadline of those that match.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::align::{partial_ratio, ratio};
use super::canon::canonical;

const SCALARS: [&str; 10] = [
    "document_type",
    "parent_agency",
    "number",
    "symbol",
    "place",
    "date",
    "subject",
    "urgency",
    "secrecy",
    "archive_line",
];
const LISTS: [&str; 3] = ["issuers", "recipients", "copies"];
/// Fields whose wrong items are no missed ones too.
const SETS: [&str; 7] = [
    "issuers",
    "recipients",
    "copies",
    "tasks",
    "references",
    "signer name",
    "signer position",
];
/// Abbreviations that a gold and a record may spell out or not.
const ABBREVIATIONS: [(&str, &str); 6] = [
    ("ubnd", "ủy ban nhân dân"),
    ("hđnd", "hội đồng nhân dân"),
    ("ubmttq", "ủy ban mặt trận tổ quốc"),
    ("tp", "thành phố"),
    ("tp.", "thành phố"),
    ("ubbc", "ủy ban bầu cử"),
];

/// How a field's answers ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcomes {
    /// The gold's value.
    pub right: usize,
    /// Another value; of a list, an item that the gold does not have.
    pub wrong: usize,
    /// No value.
    pub missed: usize,
    /// A value where the gold says that there is none.
    pub invented: usize,
}

/// A field's scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldScore {
    /// The field.
    pub field: String,
    /// Its outcomes.
    #[serde(flatten)]
    pub outcomes: Outcomes,
    /// Right of all that were given.
    pub precision: f64,
    /// Right of all that the gold has.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

/// The scores of some documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldReport {
    /// Their document type; empty for all documents together.
    pub document_type: String,
    /// How many documents.
    pub documents: usize,
    /// Each field, in the order in which they came up.
    pub fields: Vec<FieldScore>,
    /// All outcomes together.
    pub micro: FieldScore,
    /// Mean F1 of the fields.
    pub macro_f1: f64,
}

/// Outcomes by field, in the order in which fields come up.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    documents: usize,
    fields: Vec<(String, Outcomes)>,
}

impl Tally {
    fn of(&mut self, field: &str) -> &mut Outcomes {
        let known = self.fields.iter().position(|f| f.0 == field);
        let k = known.unwrap_or_else(|| {
            self.fields.push((field.to_owned(), Outcomes::default()));
            self.fields.len() - 1
        });
        &mut self.fields[k].1
    }

    fn list(&mut self, field: &str, right: usize, gold: usize, out: usize) {
        let o = self.of(field);
        o.right += right;
        o.missed += gold - right;
        o.wrong += out - right;
    }

    /// The scores.
    pub fn report(&self, document_type: &str) -> FieldReport {
        let mut sum = Outcomes::default();
        for (_, o) in &self.fields {
            sum.right += o.right;
            sum.wrong += o.wrong;
            sum.missed += o.missed;
            sum.invented += o.invented;
        }
        let fields: Vec<FieldScore> = self.fields.iter().map(|(f, o)| score(f, *o)).collect();
        let macro_f1 = fields.iter().map(|f| f.f1).sum::<f64>() / fields.len().max(1) as f64;
        FieldReport {
            document_type: document_type.to_owned(),
            documents: self.documents,
            fields,
            micro: score("all (micro)", sum),
            macro_f1,
        }
    }
}

fn score(field: &str, o: Outcomes) -> FieldScore {
    let share = |of: usize| o.right as f64 / of.max(1) as f64;
    let precision = share(o.right + o.wrong + o.invented);
    let recall = match SETS.contains(&field) {
        true => share(o.right + o.missed),
        false => share(o.right + o.wrong + o.missed),
    };
    let f1 = match precision + recall {
        0.0 => 0.0,
        sum => 2.0 * precision * recall / sum,
    };
    FieldScore {
        field: field.to_owned(),
        outcomes: o,
        precision,
        recall,
        f1,
    }
}

#[allow(clippy::expect_used)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static LEAD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(v/v|về việc|lưu:?)\s*:?\s*"));
static SIGN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*([,;:.()/-])\s*"));
static PURPOSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\s*\((để\s+)?(b/c|báo cáo|p/h|phối hợp|t/h|thực hiện|biết)[^)]*\)\s*;?$")
});
static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{4}/"));

/// A value as text: JSON's strings as they are, other values as they are written.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(s) => Some(s.clone()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        other => Some(other.to_string()),
    }
}

/// The form in which values are compared; none when nothing is left.
fn norm(value: &str) -> Option<String> {
    let s = canonical(value).to_lowercase().replace('"', "");
    let s = LEAD.replace(s.trim(), "");
    let s = SIGN.replace_all(&s, "$1");
    let s = s.trim_matches([' ', ';', '.', ',', ':', '*', '-']);
    let words: Vec<String> = s
        .split(char::is_whitespace)
        .filter(|w| !w.is_empty())
        .map(|w| {
            let long = ABBREVIATIONS.iter().find(|a| a.0 == w);
            canonical(long.map_or(w, |a| a.1))
        })
        .collect();
    let s = words.join(" ").trim().to_owned();
    (!s.is_empty()).then_some(s)
}

fn norm_value(value: &Value) -> Option<String> {
    norm(&text(value)?)
}

/// `hoa_toc`, `Hỏa tốc`, `HOẢ TỐC`: `hoatoc`.
fn slug(s: &str) -> Option<String> {
    let s: String = s
        .to_lowercase()
        .replace('đ', "d")
        .nfd()
        .filter(char::is_ascii_lowercase)
        .collect();
    (!s.is_empty()).then_some(s)
}

/// The value of a field of the record; null where it is marked unreadable or absent.
fn value(field: Option<&Value>) -> &Value {
    match field {
        Some(Value::Object(o)) => match o.get("status").and_then(Value::as_str) {
            Some("unreadable" | "absent") => &Value::Null,
            _ => o.get("value").unwrap_or(&Value::Null),
        },
        Some(v) => v,
        None => &Value::Null,
    }
}

fn items<'v>(record: &'v Value, field: &str) -> &'v [Value] {
    record
        .get(field)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Pairs of similar items, the most similar first, each item once; of equal pairs, the later.
fn pairs(
    gold: &[String],
    out: &[String],
    cut: f64,
    ratio: impl Fn(&str, &str) -> f64,
) -> Vec<(usize, usize)> {
    let mut all: Vec<(f64, usize, usize)> = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        all.extend(out.iter().enumerate().map(|(j, o)| (ratio(g, o), i, j)));
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then((b.1, b.2).cmp(&(a.1, a.2))));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (r, i, j) in all {
        if r >= cut && found.iter().all(|f| f.0 != i && f.1 != j) {
            found.push((i, j));
        }
    }
    found
}

/// Similarity of two passages; one may be a cut of the other (0.4 to 2.5 times its length).
fn passage_ratio(a: &str, b: &str) -> f64 {
    let r = ratio(a, b);
    let (n, m) = (a.chars().count(), b.chars().count());
    let cut = n > 0 && m > 0 && (0.4..=2.5).contains(&(n as f64 / m as f64));
    if cut {
        r.max(partial_ratio(a, b) - 10.0)
    } else {
        r
    }
}

/// A reference's number and symbol, without white space, in capitals.
fn reference_key(r: &Value) -> String {
    let part = |key: &str| r.get(key).and_then(text).filter(|s| !s.is_empty());
    let whole = part("number_symbol").unwrap_or_else(|| {
        let parts: Vec<String> = ["number", "symbol"].into_iter().filter_map(part).collect();
        parts.join("/")
    });
    whole
        .split(char::is_whitespace)
        .collect::<String>()
        .to_uppercase()
}

/// Scores one record against its gold.
pub fn tally(gold: &Value, out: &Value, t: &mut Tally) {
    t.documents += 1;
    let scored = |field: &str| {
        let left_out = items(gold, "not_annotated");
        gold.get(field).is_some() && !left_out.iter().any(|f| f == field)
    };
    for field in SCALARS.into_iter().filter(|f| scored(f)) {
        scalar(gold, out, field, t);
    }
    for field in LISTS.into_iter().filter(|f| scored(f)) {
        let bare = |s: String| match field {
            "copies" => PURPOSE.replace(s.trim(), "").into_owned(),
            _ => s,
        };
        // The gold's items count even when nothing is left of them.
        let g: Vec<String> = items(gold, field)
            .iter()
            .filter_map(text)
            .filter(|s| !s.is_empty())
            .map(|s| norm(&bare(s)).unwrap_or_default())
            .collect();
        let o: Vec<String> = items(out, field)
            .iter()
            .filter_map(|v| norm(&bare(text(value(Some(v)))?)))
            .collect();
        let right = pairs(&g, &o, 90.0, ratio).len();
        t.list(field, right, g.len(), o.len());
    }
    if scored("signers") {
        for part in ["position", "name"] {
            signers(gold, out, part, t);
        }
    }
    if scored("references") {
        references(gold, out, t);
    }
    if scored("tasks") {
        tasks(gold, out, t);
    }
}

fn scalar(gold: &Value, out: &Value, field: &str, t: &mut Tally) {
    let mut g = gold.get(field).and_then(norm_value);
    let mut o = norm_value(value(out.get(field)));
    let readable = gold.get("readable").and_then(|r| r.get(field)) != Some(&Value::Bool(false));
    if matches!(field, "urgency" | "secrecy") {
        let plain =
            |s: &String| slug(s).filter(|s| !["normal", "none", "thuong"].contains(&&s[..]));
        (g, o) = (g.as_ref().and_then(plain), o.as_ref().and_then(plain));
    }
    if field == "symbol" {
        let cut = |s: String| YEAR.replace(&s, "").into_owned();
        (g, o) = (g.map(cut), o.map(cut));
    }
    let cut = if field == "subject" { 97.0 } else { 100.0 };
    let outcomes = match (&g, &o) {
        (None, None) => return,
        _ => t.of(field),
    };
    match (g, o) {
        (None, _) => outcomes.invented += 1,
        (Some(_), None) if readable => outcomes.missed += 1,
        (Some(_), None) => outcomes.right += 1,
        (Some(g), Some(o))
            if g == o || (!g.is_empty() && !o.is_empty() && ratio(&g, &o) >= cut) =>
        {
            outcomes.right += 1;
        }
        _ => outcomes.wrong += 1,
    }
}

fn signers(gold: &Value, out: &Value, part: &str, t: &mut Tally) {
    let given = |s: &Value| s.get(part).and_then(text).filter(|s| !s.is_empty());
    // A name that the text does not hold is not counted, on either side.
    let lost: Vec<String> = items(gold, "signers")
        .iter()
        .filter(|s| part == "name" && s.get("readable") == Some(&Value::Bool(false)))
        .filter_map(|s| norm(&given(s)?))
        .collect();
    let g: Vec<String> = items(gold, "signers")
        .iter()
        .filter_map(|s| Some(norm(&given(s)?).unwrap_or_default()))
        .filter(|s| !lost.contains(s))
        .collect();
    let o: Vec<String> = items(out, "signers")
        .iter()
        .filter_map(|s| norm_value(value(s.get(part))))
        .filter(|s| !lost.contains(s))
        .collect();
    let right = pairs(&g, &o, 95.0, ratio).len();
    t.list(&format!("signer {part}"), right, g.len(), o.len());
}

fn references(gold: &Value, out: &Value, t: &mut Tally) {
    let keyed = |record| -> Vec<(&Value, String)> {
        items(record, "references")
            .iter()
            .map(|r| (r, reference_key(r)))
            .filter(|r| !r.1.is_empty())
            .collect()
    };
    let (g, o) = (keyed(gold), keyed(out));
    let keys = |list: &[(&Value, String)]| list.iter().map(|r| r.1.clone()).collect::<Vec<_>>();
    let found = pairs(&keys(&g), &keys(&o), 100.0, ratio);
    t.list("references", found.len(), g.len(), o.len());
    for (i, j) in found {
        let given = g[i]
            .0
            .get("date")
            .filter(|d| text(d).is_some_and(|s| !s.is_empty()));
        if let Some(date) = given {
            let read = value(o[j].0.get("date"));
            let outcomes = t.of("reference date");
            match read {
                d if d == date => outcomes.right += 1,
                Value::Null => outcomes.missed += 1,
                _ => outcomes.wrong += 1,
            }
        }
    }
}

fn tasks(gold: &Value, out: &Value, t: &mut Tally) {
    let (g, o) = (items(gold, "tasks"), items(out, "tasks"));
    let action = |task: &Value| task.get("action").and_then(norm_value).unwrap_or_default();
    let actions = |list: &[Value]| list.iter().map(action).collect::<Vec<_>>();
    let found = pairs(&actions(g), &actions(o), 70.0, passage_ratio);
    t.list("tasks", found.len(), g.len(), o.len());
    for (i, j) in found {
        let assignees = |task: &Value| {
            let list = items(task, "assignees").iter();
            let mut list: Vec<String> = list.filter_map(|v| norm_value(value(Some(v)))).collect();
            list.sort();
            list
        };
        let (ga, oa) = (assignees(&g[i]), assignees(&o[j]));
        if !ga.is_empty() {
            let same = pairs(&ga, &oa, 85.0, ratio).len() == ga.len() && ga.len() == oa.len();
            let outcomes = t.of("task assignees");
            match same {
                true => outcomes.right += 1,
                false if oa.is_empty() => outcomes.missed += 1,
                false => outcomes.wrong += 1,
            }
        }
        let deadline = |task: &Value| {
            let iso = task.get("deadline").and_then(|d| d.get("iso"));
            iso.and_then(text).filter(|s| !s.is_empty())
        };
        let outcome = |o: &mut Outcomes, gd: &Option<String>, od: &Option<String>| match (gd, od) {
            _ if gd == od => o.right += 1,
            (_, None) => o.missed += 1,
            (None, _) => o.invented += 1,
            _ => o.wrong += 1,
        };
        let (gd, od) = (deadline(&g[i]), deadline(&o[j]));
        if gd.is_some() || od.is_some() {
            outcome(t.of("task deadline"), &gd, &od);
        }
    }
}

/// Scores pairs of gold and record: all of them together first, then by the gold's document type.
pub fn reports(documents: &[(Value, Value)]) -> Vec<FieldReport> {
    let mut all = Tally::default();
    let mut types: BTreeMap<String, Tally> = BTreeMap::new();
    for (gold, out) in documents {
        tally(gold, out, &mut all);
        let kind = gold.get("document_type").and_then(norm_value);
        tally(
            gold,
            out,
            types
                .entry(kind.unwrap_or_else(|| "none".to_owned()))
                .or_default(),
        );
    }
    let mut out = vec![all.report("")];
    // Where no gold names a type there is nothing to tell apart.
    types.retain(|kind, t| kind != "none" || t.documents < documents.len());
    out.extend(types.iter().map(|(kind, t)| t.report(kind)));
    out
}

/// The gold answers of a page whose header is known: `hdr` of the pages beside the OCR pairs, with `agency_up`,
/// `agency` and `addressee` (lines), `number`, `place_date` and `subject` as printed. Digits that the text does not
/// hold (`hand`) count as missed all the same.
pub fn page_gold(hdr: &Value) -> Value {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^Số:?\s*(\d+[a-z]?)?\s*/\s*(?:\d{4}/)?(.*)$"));
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^(.*?),?\s*ngày\s*(\d{1,2})?\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})")
    });
    let text = |key: &str| hdr.get(key).and_then(Value::as_str).unwrap_or_default();
    let lines = |key: &str| -> Vec<&str> {
        let list = hdr.get(key).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    let joined = |lines: Vec<&str>| (!lines.is_empty()).then(|| lines.join(" "));
    let number = NUMBER.captures(text("number"));
    let part = |k: usize| number.as_ref().and_then(|c| Some(c.get(k)?.as_str()));
    let date = DATE.captures(text("place_date"));
    let place = date.as_ref().and_then(|c| Some(c.get(1)?.as_str()));
    let of = |k: usize| {
        date.as_ref()
            .and_then(|c| c.get(k)?.as_str().parse::<u16>().ok())
    };
    let iso = of(4).zip(of(3)).map(|(y, m)| match of(2) {
        Some(d) => format!("{y:04}-{m:02}-{d:02}"),
        None => format!("{y:04}-{m:02}"),
    });
    let recipients: Vec<&str> = lines("addressee")
        .into_iter()
        .map(|l| l.trim_end_matches([';', '.', ' ']))
        .collect();
    serde_json::json!({
        "issuers": joined(lines("agency")).into_iter().collect::<Vec<_>>(),
        "parent_agency": joined(lines("agency_up")),
        "number": part(1),
        "symbol": part(2),
        "place": place,
        "date": iso,
        "subject": text("subject"),
        "recipients": recipients,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcomes(gold: Value, out: Value) -> Vec<(String, [usize; 4])> {
        let mut t = Tally::default();
        tally(&gold, &out, &mut t);
        let flat = |o: &Outcomes| [o.right, o.wrong, o.missed, o.invented];
        t.fields.iter().map(|(f, o)| (f.clone(), flat(o))).collect()
    }

    #[test]
    fn scalars() {
        let gold = json!({"number": "12", "symbol": "QĐ-UBND", "place": null, "subject": "V/v họp giao ban",
            "date": "2021-03-01", "readable": {"date": false}, "urgency": "hoa_toc",
            "secrecy": "x", "not_annotated": ["secrecy"]});
        let out = json!({"number": {"value": "13", "status": "read"}, "symbol": {"value": "2020/QĐ-UBND"},
            "place": {"value": "Huế"}, "subject": {"value": "Họp giao ban."},
            "date": {"value": "2021-03-02", "status": "unreadable"}, "urgency": {"value": "HOẢ TỐC"}});
        let found = outcomes(gold, out);
        let of = |f: &str| found.iter().find(|x| x.0 == f).map(|x| x.1);
        assert_eq!(of("number"), Some([0, 1, 0, 0]));
        assert_eq!(of("symbol"), Some([1, 0, 0, 0]));
        assert_eq!(of("place"), Some([0, 0, 0, 1]));
        assert_eq!(of("subject"), Some([1, 0, 0, 0]));
        assert_eq!(of("date"), Some([1, 0, 0, 0]));
        assert_eq!(of("urgency"), Some([1, 0, 0, 0]));
        assert_eq!(of("secrecy"), None);
    }

    #[test]
    fn lists_and_tasks() {
        let gold = json!({"copies": ["Như trên", "UBND tỉnh (để b/c)"],
            "tasks": [{"action": "rà soát, báo cáo kết quả thực hiện", "assignees": ["Sở Y tế"],
                       "deadline": {"iso": "2021-04-01"}}]});
        let out = json!({"copies": [{"value": "Như trên;"}, {"value": "Ủy ban nhân dân tỉnh"}, {"value": "Lưu: VT"}],
            "tasks": [{"action": "rà soát, báo cáo kết quả thực hiện nhiệm vụ", "assignees": []}]});
        let found = outcomes(gold, out);
        assert_eq!(
            found,
            [
                ("copies".to_owned(), [2, 1, 0, 0]),
                ("tasks".to_owned(), [1, 0, 0, 0]),
                ("task assignees".to_owned(), [0, 0, 1, 0]),
                ("task deadline".to_owned(), [0, 0, 1, 0]),
            ]
        );
    }
}
