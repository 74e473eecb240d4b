//! The Vietnamese words.

use std::path::Path;

use clap::Command;
use vanthu::batch::Error;
use vanthu::batch::failure::{Failure, FailureKind, plain, shown};
use vanthu::batch::summary::Summary;

/// A class of reasons in words.
fn class(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Missing => "không tìm thấy",
        FailureKind::Permission => "không có quyền đọc",
        FailureKind::Unreadable => "hệ thống không đọc được",
        FailureKind::TooLarge => "lớn hơn giới hạn (--max-bytes)",
        FailureKind::NotText => "không phải văn bản đọc được",
        FailureKind::Changed => {
            "bị thay đổi trong khi đang đọc; hãy chạy lại khi tệp đã hoàn chỉnh"
        }
        FailureKind::Loop => "liên kết quay lại thư mục bên trên; không đi theo",
        FailureKind::Collision => "trùng tên kết quả",
        FailureKind::Exists => "kết quả đã có sẵn hoặc đã được sửa (--force để thay thế)",
        FailureKind::Timeout => "quá thời gian cho phép (--timeout)",
        FailureKind::Tool => "thiếu chương trình cần để đọc",
        FailureKind::Refused => "quyết định không áp dụng được",
        FailureKind::Write => "không ghi được kết quả",
        FailureKind::Internal => "lỗi của chương trình; xin báo lại kèm tệp này",
    }
}

/// The reason of a failure; the English detail follows where it says more than the class.
pub fn reason(f: &Failure) -> String {
    let class = class(f.kind);
    match f.kind {
        FailureKind::Unreadable
        | FailureKind::NotText
        | FailureKind::Collision
        | FailureKind::Tool
        | FailureKind::Refused
        | FailureKind::Write => format!("{class} ({})", f.reason),
        _ => class.to_owned(),
    }
}

pub fn batch_error(e: &Error) -> String {
    match e {
        Error::SameFolder(path) => {
            format!("{}: thư mục vào và thư mục ra là một", shown(path))
        }
        Error::Nothing(why) => format!("không có gì để làm ({why})"),
        Error::Locked(path, pid) => {
            let pid = pid.map_or(String::new(), |p| format!(" (tiến trình {p})"));
            format!("{}: một lần chạy khác đang dùng{pid}", shown(path))
        }
        Error::Occupied(path, why) => format!("{}: không được thay thế ({why})", shown(path)),
        Error::Io(path, e) => format!("{}: {}", shown(path), plain(e)),
        other => other.to_string(),
    }
}

pub fn summary(s: &Summary, out: &Path) -> String {
    let (d, out) = (&s.documents, shown(out));
    let again = match s.run.already_done {
        0 => String::new(),
        n => format!(", {n} văn bản đã xong từ trước"),
    };
    let unreadable: usize = s.unreadable.values().sum();
    let look = format!("mở {out}/review.html bằng trình duyệt, rồi vanthu apply TỆP -o {out}");
    let next = if s.stopped.is_some() {
        "dừng giữa chừng: chạy lại đúng lệnh này để làm tiếp".to_owned()
    } else if d.failed > 0 {
        format!(
            "xem \"failures\" trong {out}/summary.json, sửa những gì sửa được rồi chạy lại đúng lệnh này"
        )
    } else if d.to_check > 0 {
        look
    } else {
        "không có gì cần xem lại".to_owned()
    };
    format!(
        "{} văn bản: {} sạch, {} cần xem, {} lỗi ({:.1} giây{again})\n\
         chữ:      {} đã sửa, {} còn ngờ; trường không đọc được: {unreadable}; nhiệm vụ: {}\n\
         tệp:      {out}/*.txt, {out}/*.json, {out}/records.jsonl\n\
         bảng:     {out}/records.xlsx, {out}/records.csv, {out}/tasks.csv, {out}/tasks.ics\n\
         soát:     {out}/review.html\n\
         tiếp theo: {next}\n",
        d.found, d.clean, d.to_check, d.failed, s.run.seconds, s.edits, s.doubtful, s.tasks
    )
}

/// Help texts by command and argument; `""` is the program itself.
const HELP: &[(&str, &str, &str)] = &[
    (
        "",
        "",
        "Sửa lỗi OCR của văn bản hành chính Việt Nam và đọc các trường của văn bản.",
    ),
    ("", "lang", "Ngôn ngữ của thông báo và trợ giúp"),
    (
        "",
        "config",
        "Tệp cấu hình [mặc định: vanthu.toml trong thư mục hiện tại, nếu có]",
    ),
    (
        "run",
        "",
        "Sửa và đọc cả thư mục: văn bản, bản ghi, bảng và tổng kết vào OUT",
    ),
    (
        "run",
        "inputs",
        "Tệp và thư mục; trong thư mục lấy văn bản, hOCR, ALTO, PAGE, DOCX, PDF, ảnh và tệp nén theo đuôi tên",
    ),
    (
        "*",
        "out",
        "Thư mục kết quả; lần chạy bị dừng sẽ làm tiếp ở đó khi chạy lại",
    ),
    (
        "*",
        "force",
        "Thay thế cả những kết quả không do lần chạy trước tạo ra hoặc đã được sửa",
    ),
    (
        "*",
        "threads",
        "Số luồng [mặc định: mỗi lõi một luồng]; kết quả không phụ thuộc vào số này",
    ),
    (
        "*",
        "timeout",
        "Bỏ qua một văn bản, hoặc một trang ảnh, sau ngần này giây; 0 là không bao giờ",
    ),
    (
        "*",
        "encoding",
        "Bảng mã của văn bản: UTF-8, UTF-16LE, UTF-16BE, windows-1258, TCVN3, VNI, VISCII, VIQR \
         [mặc định: tự nhận ra]",
    ),
    (
        "*",
        "format",
        "Định dạng của tệp: text, hocr, alto, page, docx, pdf, image [mặc định: tự nhận ra]",
    ),
    (
        "*",
        "tesseract",
        "Chương trình đọc ảnh và bản quét [mặc định: tesseract trong PATH]",
    ),
    (
        "*",
        "second_reading",
        "Thư mục chứa bản đọc thứ hai của từng văn bản, cùng tên, để đối chiếu \
         [mặc định: x.eng.txt cho x.vie.txt và ngược lại]",
    ),
    (
        "*",
        "keep_hocr",
        "Với ảnh và bản quét: ghi thêm hOCR của tesseract",
    ),
    (
        "*",
        "write_back",
        "Với tệp hOCR, ALTO, PAGE: ghi thêm chính tệp ấy với các từ đã sửa",
    ),
    (
        "*",
        "no_repair",
        "Đọc các trường của văn bản như đang có, không sửa",
    ),
    ("run", "verbose", "Nêu tên từng văn bản khi xong"),
    ("run", "quiet", "Chỉ nói những gì bị lỗi"),
    (
        "*",
        "log_json",
        "Ghi mỗi sự kiện một đối tượng JSON vào FILE",
    ),
    (
        "watch",
        "",
        "Làm như `run` cho những tệp mới vào một thư mục, đến khi bị dừng",
    ),
    ("watch", "folder", "Thư mục theo dõi"),
    ("watch", "every", "Cứ ngần này giây xem có tệp mới không"),
    (
        "watch",
        "settle",
        "Coi một tệp là hoàn chỉnh khi nó không thay đổi trong ngần này giây",
    ),
    (
        "apply",
        "",
        "Thực hiện các quyết định đã lưu từ trang soát: văn bản, bản ghi và bảng trong OUT",
    ),
    (
        "*",
        "export",
        "Chuyển các bản ghi sang OUT/export: `edxml`, `tt02`, `tt05`, cách nhau bằng dấu phẩy",
    ),
    (
        "*",
        "codes",
        "Mã cơ quan, mã loại văn bản mà văn bản không cho biết (docs/codes.toml)",
    ),
    ("apply", "decisions", "Các tệp do trang soát lưu"),
    (
        "apply",
        "out",
        "Thư mục kết quả của lần chạy có trang soát đó",
    ),
    (
        "learn",
        "",
        "Dạy cho một thư mục các quyết định đã lưu từ trang soát, dùng cho những lần chạy sau",
    ),
    ("learn", "decisions", "Các tệp do trang soát lưu"),
    (
        "learn",
        "user",
        "Thư mục những điều đã biết: lexicon.txt, confusions.tsv và các quyết định làm căn cứ",
    ),
    ("repair", "", "Sửa một văn bản: bộ lọc giữ nguyên số dòng"),
    (
        "repair",
        "file",
        "Văn bản; `-` hoặc để trống là đầu vào chuẩn",
    ),
    (
        "repair",
        "edits",
        "Ghi mỗi chỗ sửa, mỗi chữ còn ngờ một đối tượng JSON vào FILE",
    ),
    (
        "parse",
        "",
        "Đọc các trường của một văn bản: bản ghi ra đầu ra chuẩn",
    ),
    (
        "parse",
        "file",
        "Văn bản; `-` hoặc để trống là đầu vào chuẩn",
    ),
    (
        "parse",
        "no_repair",
        "Đọc các trường của văn bản như đang có, không sửa",
    ),
    (
        "parse",
        "explain",
        "Thay vì JSON, cho biết mỗi dòng được hiểu là gì, mỗi giá trị do quy tắc nào đọc ra",
    ),
    (
        "serve-lines",
        "",
        "Mỗi dòng JSON vào, một dòng JSON ra, đúng thứ tự, một tiến trình chạy lâu dài",
    ),
    (
        "train",
        "",
        "Lập một mô hình từ văn bản và từ các cặp trang đúng, trang đọc được",
    ),
    (
        "train",
        "texts",
        "Văn bản để đếm: tệp và thư mục; *.jsonl và *.jsonl.gz có `text` trong mỗi đối tượng, *.txt",
    ),
    (
        "train",
        "vie",
        "Các cặp của máy đọc có mô hình tiếng Việt: *.jsonl(.gz) có `truth` và `ocr` cùng số dòng",
    ),
    (
        "train",
        "eng",
        "Các cặp của máy đọc không có mô hình tiếng Việt",
    ),
    ("train", "out", "Nơi ghi mô hình"),
    ("train", "trigrams", "Số bộ ba âm tiết giữ lại nhiều nhất"),
    ("train", "bigrams", "Số bộ đôi âm tiết giữ lại nhiều nhất"),
    (
        "evaluate",
        "",
        "Đo việc sửa so với văn bản đúng, hoặc đo bản ghi so với đáp án",
    ),
    (
        "evaluate",
        "pairs",
        "Các cặp để sửa: *.jsonl(.gz) có `truth` và `ocr`, có thể có `profile` và `role`",
    ),
    (
        "evaluate",
        "triples",
        "Những văn bản đã sửa: *.jsonl(.gz) có `truth`, `ocr` và `out`",
    ),
    (
        "evaluate",
        "truth",
        "Văn bản đúng; hoặc thư mục có các tệp ID.truth.txt, khi đó --ocr và --out là thư mục có ID.txt",
    ),
    ("evaluate", "ocr", "Văn bản như máy đã đọc"),
    (
        "evaluate",
        "out",
        "Văn bản đã sửa [mặc định: sửa ngay tại đây]",
    ),
    (
        "evaluate",
        "plain",
        "Văn bản sạch phải giữ nguyên: *.jsonl(.gz) có `text`, có thể có `source`",
    ),
    (
        "evaluate",
        "strip",
        "Bỏ hết dấu của văn bản sạch trước, để phục hồi lại",
    ),
    (
        "evaluate",
        "fields",
        "Chấm các bản ghi OUT/ID.json theo đáp án GOLD/ID.gold.json",
    ),
    (
        "evaluate",
        "pages",
        "Các trang đã biết phần đầu: *.jsonl(.gz) có `ocr` và `hdr`; các trường được đọc ngay tại đây rồi chấm",
    ),
    (
        "evaluate",
        "calibrate",
        "Thay vì các tỷ lệ, in những dòng của dictionaries/confidence.tsv làm độ chắc chắn khớp với các văn bản này",
    ),
    ("evaluate", "json", "In JSON"),
    ("schema", "", "In JSON Schema của những gì được ghi ra"),
    ("schema", "of", "Của cái gì"),
    (
        "config",
        "",
        "In các thiết đặt đang có hiệu lực và nguồn của từng thiết đặt",
    ),
    ("completions", "", "In phần tự hoàn thành lệnh cho shell"),
    ("completions", "shell", "Cho shell nào"),
    ("man", "", "In trang hướng dẫn (man)"),
    ("man", "of", "Của lệnh nào [mặc định: của chính vanthu]"),
    (
        "*",
        "min_confidence",
        "Không sửa khi kém chắc chắn hơn mức này (0 đến 1); chữ đó được báo là còn ngờ [mặc định: 0.5 nếu máy đọc có tiếng Việt, 0.25 nếu không]",
    ),
    (
        "*",
        "profile",
        "Loại hỏng dự kiến: `vie` do máy đọc có tiếng Việt, `eng` do máy không có, `stripped` văn bản mất dấu [mặc định: đoán từ văn bản]",
    ),
    ("*", "model", "Tệp mô hình thay cho mô hình có sẵn"),
    (
        "*",
        "lexicon",
        "Tên người, cơ quan, thuật ngữ của riêng đơn vị, mỗi dòng một mục, được giữ nguyên và ưu tiên khi sửa",
    ),
    ("*", "user", "Thư mục đã được dạy bằng `vanthu learn`"),
    ("*", "max_bytes", "Từ chối tệp lớn hơn ngần này byte"),
];

fn text(command: &str, argument: &str) -> Option<&'static str> {
    let find = |name: &str| {
        HELP.iter()
            .find(|(c, a, _)| *c == name && *a == argument)
            .map(|(_, _, text)| *text)
    };
    find(command).or_else(|| find("*"))
}

/// The command line with Vietnamese help.
pub fn help(command: Command) -> Command {
    let described = |command: Command, name: &str| {
        let about = text(name, "");
        let command = match about {
            Some(about) => command.about(about),
            None => command,
        };
        let name = name.to_owned();
        command.mut_args(move |arg| match text(&name, arg.get_id().as_str()) {
            Some(help) => arg.help(help),
            None => arg,
        })
    };
    described(command, "")
        .after_help(
            "Mã kết thúc: 0 xong hết; 1 một số văn bản bị lỗi, đều được nêu tên; 2 sai cách dùng; 3 không làm được \
             gì; 130 bị dừng bởi tín hiệu.",
        )
        .mut_subcommands(|sub| {
            let name = sub.get_name().to_owned();
            described(sub, &name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_has_its_help() {
        let command = crate::cli::args::command();
        let mut missing = Vec::new();
        for sub in std::iter::once(&command).chain(command.get_subcommands()) {
            let name = if sub.get_name() == "vanthu" {
                ""
            } else {
                sub.get_name()
            };
            if text(name, "").is_none() {
                missing.push(name.to_owned());
            }
            for arg in sub.get_arguments() {
                let id = arg.get_id().as_str();
                if !["help", "version"].contains(&id) && text(name, id).is_none() {
                    missing.push(format!("{name} {id}"));
                }
            }
        }
        assert_eq!(missing, Vec::<String>::new());
    }
}
