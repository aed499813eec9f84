//! Files that cannot be posts are counted and told, and stop nothing.

use anli::{
    content::panics::{self, Step},
    text::Dictionary,
};

use crate::harness::Blog;

/// Of these two files one is found; the other is a finding of this code.
#[track_caller]
fn check(blog: Blog, path: &str, code: &str) {
    let blog = blog.titled("good.md", "好", "湖边野餐。").refresh();
    blog.search("").finds(&["good"]);
    let status = blog.status();
    let told: Vec<_> =
        status.findings.first.iter().map(|finding| (finding.path.as_str(), finding.code.as_str())).collect();
    assert_eq!(told, [(path, code)]);
    assert_eq!((status.totals.indexed, status.totals.failed, status.totals.files), (1, 1, 2), "{:?}", status.totals);
    // Nothing is done about it again and again.
    let blog = blog.refresh();
    assert!(!blog.report().changed(), "{:?}", blog.report());
}

#[test]
fn a_file_over_the_limit_is_told() {
    let blog = Blog::new().site_config(|options| options.max_file_bytes = 1000).file("large.md", "字".repeat(400));
    check(blog, "large.md", "file-too-large");
}

#[test]
fn a_file_at_the_limit_is_read() {
    let blog = Blog::new().site_config(|options| options.max_file_bytes = 300).file("edge.md", "字".repeat(100));
    blog.refresh().search("字").finds(&["edge"]);
}

#[test]
fn a_file_that_is_no_text_is_told() {
    check(Blog::new().file("noise.md", [0, 159, 146, 150, 0, 7].repeat(99)), "noise.md", "file-binary");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let blog = Blog::new();
    std::fs::write(blog.path("").join(std::ffi::OsStr::from_bytes(b"\xB0\xB8.md")), "正文。").unwrap();
    check(blog, "\u{fffd}\u{fffd}.md", "file-name-invalid");
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_are_left_out() {
    let blog = Blog::new()
        .titled("good.md", "好", "湖边野餐。")
        .link("nowhere.md", "gone.md")
        .link("circle.md", "circle.md")
        .link("circle", ".")
        .link("passwd.md", "/etc/passwd")
        .refresh();
    blog.search("").finds(&["good"]);
    let status = blog.status();
    assert_eq!(status.totals.failed, 0);
    assert_eq!(*status.totals.left_out, ["circle.md", "nowhere.md", "passwd.md"]);
}

#[test]
fn a_folder_with_the_name_of_a_post_is_a_folder() {
    let blog = Blog::new().titled("a.md/b.md", "好", "湖边野餐。").refresh();
    blog.search("野餐").finds(&["a.md/b"]);
    assert_eq!(blog.status().findings.first, []);
}

#[test]
fn a_post_that_turns_into_a_folder_is_gone() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").refresh().delete("a.md");
    blog.titled("a.md/b.md", "好", "包裹。").refresh().search("包裹").finds(&["a.md/b"]);
}

#[test]
fn a_post_that_becomes_too_large_keeps_its_last_good_version() {
    let blog = Blog::new()
        .site_config(|options| options.max_file_bytes = 1000)
        .titled("a.md", "甲", "包裹丢了。")
        .refresh()
        .file("a.md", "字".repeat(400))
        .refresh();
    assert!(blog.search("包裹").finds(&["a"]).first().stale);
    assert_eq!(blog.status().totals.stale, 1);
}

#[test]
fn deep_and_long_markup_takes_no_ages() {
    let blog = Blog::new()
        .file("brackets.md", "[".repeat(100_000))
        .file("quotes.md", "> ".repeat(50_000))
        .file("stars.md", "*a_".repeat(40_000))
        .file("html.md", "<div>".repeat(50_000))
        .file("lists.md", "- ".repeat(20_000))
        .file("front.md", format!("---\na: {}\n---\n正文。", "[".repeat(100_000)))
        .titled("good.md", "好", "湖边野餐。");
    let blog = blog.refresh();
    blog.search("野餐").finds(&["good"]);
    let totals = &blog.status().totals;
    assert_eq!(totals.indexed + totals.failed, 7, "{totals:?}");
}

#[test]
fn a_file_with_no_end_of_findings_tells_the_first_and_counts_the_others() {
    let blog = Blog::new()
        .file("a.md", format!("---\ntitle: 甲\nauthors: [{}]\n---\n包裹丢了。\n", "[1], ".repeat(9_000)))
        .file("b.md", format!("---\ntitle: 乙\naliases: [{}]\n---\n包裹。\n", "[1], ".repeat(50)))
        .file("c.md", format!("---\ntitle: 丙\naliases: [{}]\n---\n包裹。\n", "[1], ".repeat(51)))
        .refresh();
    blog.search("包裹").finds(&["b", "c", "a"]);
    let findings = &blog.status().findings;
    let counted = findings.by_code.iter().map(|(code, of_code)| (code.as_str(), of_code.count)).collect::<Vec<_>>();
    assert_eq!(counted, [("front-matter-type", 150), ("findings-more", 2)]);
    let more = findings.first.iter().filter(|finding| finding.code.as_str() == "findings-more");
    let told = more.map(|finding| (finding.path.as_str(), finding.message.as_str())).collect::<Vec<_>>();
    assert_eq!(
        told,
        [("a.md", "there are 8950 more findings in this file"), ("c.md", "there is 1 more finding in this file")]
    );
}

/// A panic over one of two files, in this step, costs that file and lasts no longer than its cause.
#[track_caller]
fn check_panic(step: Step) {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").titled("good.md", "好", "湖边野餐。").refresh();
    let planned = ["a.md", "new.md"].map(|path| panics::plan(&blog.path("").join(path), step));
    let blog = blog
        .titled("a.md", "甲", "包裹找到了。")
        .titled("good.md", "好", "湖边野餐，下雨了。")
        .titled("new.md", "新", "包裹。")
        .refresh();
    blog.search("下雨").finds(&["good"]);
    assert!(blog.search("包裹").finds(&["a"]).first().stale, "the last good version is kept");
    let status = blog.status();
    let told = status.findings.first.iter().map(|finding| (finding.path.as_str(), finding.code.as_str()));
    assert_eq!(told.collect::<Vec<_>>(), [("a.md", "reader-panicked"), ("new.md", "reader-panicked")]);
    assert_eq!((status.totals.indexed, status.totals.stale, status.totals.failed), (2, 1, 1), "{:?}", status.totals);
    let blog = blog.refresh();
    assert!(!blog.report().changed(), "{:?}", blog.report());
    drop(planned);
    let blog = blog.refresh();
    blog.search("包裹").finds(&["new", "a"]);
    blog.search("找到").finds(&["a"]);
    assert_eq!(blog.status().findings.first, []);
}

#[test]
fn a_panic_while_a_file_is_parsed_costs_that_file() {
    check_panic(Step::Parsing);
}

#[test]
fn a_panic_while_a_post_is_indexed_costs_that_file() {
    check_panic(Step::Indexing);
}

#[test]
fn a_panic_while_an_old_post_is_tokenized_again_costs_that_file() {
    let blog =
        Blog::new().titled("a.md", "甲", "她在薅毛房交了押金。").titled("b.md", "乙", "薅毛房关门了。").refresh();
    let planned = panics::plan(&blog.path("").join("a.md"), Step::Indexing);
    let mut words = Dictionary::field();
    words.add("薅毛房", None).unwrap();
    let blog = blog.words(words).refresh();
    blog.search("薅毛房").finds(&["a", "b"]);
    let told = |blog: &Blog| {
        blog.status()
            .findings
            .first
            .iter()
            .map(|finding| format!("{} {}", finding.path, finding.code.as_str()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&blog), ["a.md reader-panicked"]);
    drop(planned);
    let blog = blog.refresh();
    assert_eq!(told(&blog), Vec::<String>::new());
    assert_eq!(blog.searcher().with_word("薅毛房").unwrap().len(), 2);
}

#[test]
fn a_first_build_outlives_a_panic() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").titled("good.md", "好", "湖边野餐。");
    let _planned = panics::plan(&blog.path("").join("a.md"), Step::Parsing);
    check(blog, "a.md", "reader-panicked");
}
