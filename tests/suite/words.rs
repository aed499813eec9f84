//! Every error says what was found, in the same manner.

use std::{error::Error as _, io, path::PathBuf};

use anli::{
    check::CheckError,
    content::{
        Source, SourceError, SourceOptions,
        diagnostic::Code,
        panics::{self, Step},
    },
    engine::{Engine, EngineError},
    http::Cors,
    query::{DateBound, Filter, Note},
    refresh::RefreshError,
};
use jiff::tz::TimeZone;

use crate::harness::{Blog, analyzer};

/// The message begins in lower case, ends without a full stop, quotes with backticks, and shows no Rust.
#[track_caller]
fn check(message: &str) {
    let first = message.chars().next().unwrap_or_else(|| panic!("an empty message"));
    assert!(!first.is_uppercase(), "begins with a capital: {message}");
    assert!(!message.ends_with(['.', '。', '!', '\n', ' ']), "ends with a stop: {message}");
    assert!(!message.contains('\n'), "more than one line: {message}");
    // What stands between backticks is the author's.
    let own: String = message.split('`').step_by(2).collect();
    for sign in ["Some(", "None", "Err(", "Ok(", "\\u{", " { ", "Error(", "\"", "::"] {
        assert!(!own.contains(sign), "shows `{sign}`: {message}");
    }
    assert_eq!(message.matches('`').count() % 2, 0, "a backtick without a partner: {message}");
}

fn disk() -> io::Error {
    io::Error::from(io::ErrorKind::PermissionDenied)
}

#[test]
fn errors_of_the_engine_speak_plainly() {
    let index = PathBuf::from("index");
    for error in [
        EngineError::Folder { path: index.clone(), source: disk() },
        EngineError::Missing { index: index.clone() },
        EngineError::OtherFormat { index: index.clone() },
        EngineError::Locked { index: index.clone(), holder: "process 7 (anli serve)".to_owned() },
        EngineError::Damaged { index, what: "`meta.json` is not as it was written".to_owned() },
        EngineError::from(disk()),
        EngineError::Stored("its length is wrong".to_owned()),
    ] {
        check(&error.to_string());
    }
    assert!(EngineError::from(disk()).source().is_some(), "the cause is kept");
}

#[test]
fn errors_of_a_refresh_speak_plainly() {
    check(&RefreshError::Folder { path: "posts".to_owned(), source: disk() }.to_string());
    check(&RefreshError::Interrupted.to_string());
    check(&RefreshError::from(EngineError::Missing { index: "index".into() }).to_string());
    check(&CheckError::Temporary(disk()).to_string());
}

#[test]
fn errors_of_reading_posts_speak_plainly() {
    check(&SourceError::from(disk()).to_string());
    let options = SourceOptions { case_headings: vec!["**".to_owned()], ..SourceOptions::default() };
    let blog = Blog::new();
    check(&Source::open(&blog.path(""), &options).unwrap_err().to_string());
    check(&Source::open(&blog.path("nowhere"), &SourceOptions::default()).unwrap_err().to_string());
}

#[test]
fn errors_of_questions_speak_plainly() {
    check(&Filter::date(DateBound::From, "2022-13-01", &TimeZone::UTC).unwrap_err().to_string());
    check(&Cors::only(["example.org"], false).unwrap_err().to_string());
    for note in [Note::Shortened { characters: 500 }, Note::Relaxed, Note::UnbalancedQuote, Note::NothingToSearch] {
        check(&note.message());
    }
}

#[test]
fn an_index_that_cannot_be_used_is_told_plainly() {
    let blog = Blog::new();
    check(&Engine::open(&blog.home().join("index")).unwrap_err().to_string());
    let opened = Engine::open_for_writing(&blog.home().join("index"), analyzer(), false, "a test").unwrap();
    let second = Engine::open_for_writing(&blog.home().join("index"), analyzer(), false, "a test").err().unwrap();
    check(&second.to_string());
    drop(opened);
}

#[test]
fn findings_speak_plainly_and_have_a_next_step() {
    let blog = Blog::new()
        .site_config(|options| options.max_file_bytes = 2000)
        .file("_config.yml", "url: ftp://x\npermalink: /:year/:colour/\ntimezone: Mars/Base\n")
        .post("_posts/2022-05-05-open.md", "---\ntitle: 甲\n\n正文。\n")
        .post("_posts/2022-05-05-broken.md", "---\ntitle: [甲\n---\n正文。\n")
        .post("_posts/2022-05-05-quote.md", "---\ntitle: \"甲\ntags: 'x\n---\n正文。\n")
        .post("_posts/2022-05-05-toml.md", "+++\ntitle = 甲\n+++\n正文。\n")
        .post("_posts/2022-05-05-json.md", "{\"title\": \"甲\",,}\n\n正文。\n")
        .post("_posts/2022-05-05-twice.md", "---\ntitle: 甲\ntitle: 乙\n---\n正文。\n")
        .post("_posts/2022-05-05-kind.md", "---\ntitle: {a: b}\ndate: [1]\ntags: {a: b}\nauthor: 3.5\n---\n正文。\n")
        .file("_posts/2022-05-05-many.md", format!("---\ntitle: 甲\nauthors: [{}]\n---\n正文。\n", "[1], ".repeat(99)))
        .post("_posts/2022-05-05-date.md", "---\ntitle: 甲\ndate: 昨天\nupdated: 2022-02-30\n---\n正文。\n")
        .post("_posts/2022-05-05-id.markdown", "甲")
        .post("_posts/2022-05-05-id.md", "乙")
        .file("_posts/2022-05-05-large.md", "字".repeat(1000))
        .file("_posts/2022-05-05-noise.md", [0, 1, 2, 3, 0, 255].repeat(50))
        .file("_posts/2022-05-05-gbk.md", encoding_rs::GBK.encode("对方说包裹丢失，要她转账，损失两万元，随后报警。").0)
        .file(
            "_posts/2022-05-05-stray.md",
            [&"包裹丢了，先交押金再退款。".repeat(9).into_bytes()[..], b"\xE5\x8C\n"].concat(),
        )
        .post("_posts/2022-05-05-panic.md", "正文。\n");
    let _planned = panics::plan(&blog.path("").join("_posts/2022-05-05-panic.md"), Step::Parsing);
    let blog = blog.refresh();
    let status = blog.status();
    let mut seen = std::collections::BTreeSet::new();
    for finding in &status.findings.first {
        seen.insert(finding.code);
        check(&finding.message);
        if let Some(help) = &finding.help {
            check(help);
        }
        let place = finding.place.as_ref();
        assert!(place.is_none_or(|place| place.line > 0 && place.column > 0 && place.width > 0), "{finding}");
        let grave = finding.severity() == anli::content::diagnostic::Severity::Error;
        assert!(!grave || finding.help.is_some() || finding.code == Code::FileBinary, "no next step: {finding}");
    }
    // What needs a broken disk, a strange name or a check is seen elsewhere.
    let elsewhere = [Code::FileUnreadable, Code::FileNameInvalid, Code::FolderUnreadable, Code::BuildZoneUnknown];
    let missing: Vec<&Code> =
        Code::ALL.iter().filter(|code| !seen.contains(code) && !elsewhere.contains(code)).collect();
    assert_eq!(missing, Vec::<&Code>::new(), "codes that this test does not meet");
}

#[test]
fn codes_are_stable_words() {
    for code in Code::ALL {
        let text = code.as_str();
        assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{text}");
        assert_eq!(serde_json::to_value(code).unwrap(), text);
    }
}
