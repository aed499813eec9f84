//! Files that cannot be posts are counted and told, and stop nothing.

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
