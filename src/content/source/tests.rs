//! Hostile files take linear time and give a bounded number of findings; the head of a file is that of the whole file.
#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

use std::time::{Duration, Instant};

use super::*;

fn parse(text: &str) -> Parsed {
    let folder = tempfile::tempdir().unwrap();
    Source::open(folder.path(), &SourceOptions::default()).unwrap().parse("a.md", text.as_bytes())
}

/// Checks a file of two halves, each a repetition of one piece. Takes a second or two; quadratic time would take many
/// minutes.
#[track_caller]
fn check(first: &str, second: &str, half: usize) {
    check_after("", first, second, half);
}

/// Checks the same after a beginning.
#[track_caller]
fn check_after(beginning: &str, first: &str, second: &str, half: usize) {
    let text = beginning.to_owned() + &first.repeat(half / first.len()) + &second.repeat(half / second.len());
    let start = Instant::now();
    parse(&text);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(60), "{first:?} and {second:?}: {took:?}");
}

#[test]
fn lines_in_deep_lists_and_quotes_take_no_ages() {
    check("- ", "a\n", 1_000_000);
    check("> ", "a\n", 1_500_000);
    check_after("<div>", "- ", "`a`\n", 1_000_000);
}

#[test]
fn openings_without_end_take_no_ages() {
    check("<script ", "<style ", 2_000_000);
}

#[test]
fn bold_lines_below_a_line_of_marks_take_no_ages() {
    check("。", "\n**案例一**\n", 1_000_000);
}

#[test]
fn headings_take_no_ages() {
    check("# 案例一\n", "#案例一\n", 500_000);
    check("# 案例一-1\n# 案例一\n", "案例一\n===\n", 500_000);
}

#[test]
fn findings_end_and_tell_how_many_more_there_are() {
    for (keys, told) in [
        ("authors: [".to_owned() + &"[1],".repeat(16_000) + "]", "there are 15950 more findings in this file"),
        ("tags: [".to_owned() + &"{a: 1, b: 2},".repeat(4_000) + "]", "there are 3950 more findings in this file"),
        ((0..2).flat_map(|_| (0..51).map(|i| format!("a{i}: 1\n"))).collect(), "there is 1 more finding in this file"),
    ] {
        let found = parse(&format!("---\n{keys}\n---\n正文。")).diagnostics;
        assert_eq!(found.len(), 51);
        let (last, first) = found.split_last().unwrap();
        assert_eq!((last.code, last.message.as_str()), (Code::FindingsMore, told));
        assert!(first.iter().all(|finding| finding.code != Code::FindingsMore));
    }
    let bytes = |found: &Diagnostic| found.place.as_ref().map_or(0, |place| place.source.len());
    let far = parse(&format!("---\nauthors: [{}]\ntitle: [1]\n---\n正文。", "[1],".repeat(16_000))).diagnostics;
    assert!(far.iter().map(bytes).sum::<usize>() < 51 * 4_000, "the line is not kept whole with each finding");
}

#[test]
fn a_panic_is_a_finding_without_the_words_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let source = Source::open(folder.path(), &SourceOptions::default()).unwrap();
    let planned = panics::plan(&source.folder().root().join("a.md"), panics::Step::Parsing);
    let parsed = source.parse("a.md", "正文。".as_bytes());
    assert_eq!(parsed.post, None);
    assert_eq!(parsed.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::ReaderPanicked]);
    assert!(source.parse("b.md", "正文。".as_bytes()).post.is_some());
    drop(planned);
    assert!(source.parse("a.md", "正文。".as_bytes()).post.is_some());
}

#[test]
fn the_head_of_a_file_is_that_of_the_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let source = Source::open(folder.path(), &SourceOptions::default()).unwrap();
    for (text, has_text) in [
        ("---\ntitle: 雨伞\ntags: [丢失]\ndate: 2023-02-30\n---\n# 另一个\n落在车上。", false),
        ("---\ntags: [丢失]\ndraft: true\n---\n# 雨伞\n落在车上。", true),
        ("落在车上。", true),
        ("---\ntitle: [雨伞\n---\n落在车上。", true),
    ] {
        let [mut head, mut whole] = [source.parse_head("a.md", text.as_bytes()), source.parse("a.md", text.as_bytes())];
        let posts = [&mut head, &mut whole].map(|parsed| parsed.post.as_mut().unwrap());
        assert_eq!(!posts[0].text.is_empty(), has_text, "{text}");
        for post in posts {
            (post.text, post.sections, post.lines) = Default::default();
        }
        assert_eq!(head, whole, "{text}");
    }
}
