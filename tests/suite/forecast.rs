//! `anli index --dry-run` says what would be done, and does nothing.

use std::{collections::BTreeSet, fs, time::SystemTime};

use anli::{
    refresh::{Action, foresee},
    text::Dictionary,
};
use walkdir::WalkDir;

use crate::harness::{Blog, author::Author, dice::Dice};

/// Every file of the index with its size and time.
fn files(blog: &Blog) -> BTreeSet<(String, u64, SystemTime)> {
    let found = WalkDir::new(blog.home().join("index")).into_iter().map(Result::unwrap);
    let about = found.map(|found| {
        let about = found.metadata().unwrap();
        (found.path().display().to_string(), about.len(), about.modified().unwrap())
    });
    about.collect()
}

#[track_caller]
fn check(blog: &Blog, lines: &[&str]) {
    let before = files(blog);
    let ran = blog.run(&["index", "--dry-run"]);
    let told: Vec<&str> = ran.ends_with(0).out.lines().collect();
    assert_eq!(told, lines);
    assert_eq!(files(blog), before, "it has written");
}

#[test]
fn without_an_index_everything_is_new_and_none_is_made() {
    let blog = Blog::new()
        .titled("甲.md", "甲", "包裹丢了。")
        .post("b.md", "---\ntitle: 乙\ndraft: true\n---\n押金。\n")
        .file("c.md", [0, 1, 2, 0, 255, 254, 0, 3].repeat(40));
    let ran = blog.run(&["index", "--dry-run"]);
    ran.ends_with(0).tells("there is no index of this version; it would be built");
    ran.says("no post  b.md  (new, draft)\nno post  c.md  (new, failed)\nput      甲.md  (new)\n");
    ran.says("would be: 1 put, 2 without a post, 0 forgotten, 0 read again but the same; 0 unchanged\n");
    assert!(!blog.home().join("index").exists());
}

#[test]
fn what_changed_is_told_with_the_reason() {
    let blog = Blog::new()
        .titled("a.md", "甲", "包裹丢了。")
        .titled("b.md", "乙", "湖边野餐。")
        .titled("c.md", "丙", "山顶野餐。")
        .titled("d.md", "丁", "机票退款。");
    blog.run(&["index"]).ends_with(0);
    let blog = blog
        .edit("a.md", "丢了", "找到了")
        .delete("b.md")
        .edit("c.md", "title: 丙", "title: 丙\ndraft: true")
        .titled("a.markdown", "甲", "另一篇。")
        .titled("e.md", "戊", "包裹。");
    let lines = [
        "put      a.markdown  (new)",
        "no post  a.md  (`a.markdown` has the same post id)",
        "forget   b.md  (gone)",
        "no post  c.md  (changed, draft)",
        "read     d.md  (perhaps changed, but has the same content)",
        "put      e.md  (new)",
        "would be: 2 put, 2 without a post, 1 forgotten, 1 read again but the same; 0 unchanged",
    ];
    check(&blog, &lines);
    // It is what then happens.
    blog.run(&["index"]).ends_with(0).says("2 put, 2 without a post, 1 forgotten, 1 read again but the same");
}

#[test]
fn new_words_and_settings_are_told() {
    let blog = Blog::new().titled("a.md", "甲", "薅毛房骗局。").titled("b.md", "乙", "湖边野餐。");
    blog.run(&["index"]).ends_with(0);
    let blog = blog.beside("anli.yaml", "words: [薅毛房]\n");
    let ran = blog.run(&["index", "--dry-run"]);
    ran.ends_with(0).says("would be: 1 segmented again for new words: 薅毛房\n");
    let blog = blog.beside("anli.yaml", "site:\n  permalink: /x/:title/\n");
    blog.run(&["index", "--dry-run"]).ends_with(0).says("put      b.md  (the settings have changed)\n");
}

#[test]
fn a_writer_is_not_needed_and_not_disturbed() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let service = blog.serve(&[]);
    blog.run(&["index", "--dry-run"]).ends_with(0).says("0 put");
    blog.run(&["index", "--dry-run", "--rebuild"]).ends_with(0).says("1 put").tells("would be built anew");
    let _blog = blog.titled("b.md", "乙", "包裹到了。");
    service.soon_finds("包裹", &["a", "b"]);
}

#[test]
fn a_damaged_index_would_be_built_anew() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    blog.run(&["index"]).ends_with(0);
    let name = fs::read_to_string(blog.home().join("index/current")).unwrap();
    fs::write(blog.home().join("index").join(name.trim()).join("meta.json"), "{").unwrap();
    let before = files(&blog);
    let ran = blog.run(&["index", "--dry-run"]);
    ran.ends_with(0).tells("warning: ").tells("damaged").tells("it would be built anew").says("put      a.md  (new)");
    assert_eq!(files(&blog), before);
}

#[test]
fn whatever_an_author_did_the_refresh_does_what_was_foreseen() {
    let mut dice = Dice::new(20_240_601);
    let blog = Blog::new();
    let mut author = Author::new(blog.path(""), 40, &mut dice);
    let mut blog = blog.refresh();
    for _ in 0..25 {
        for _ in 0..dice.below(8) {
            author.act(&mut dice);
        }
        let (source, engine) = (blog.refresher().source(), Some(blog.engine()));
        let foreseen = foresee(source, engine, &Dictionary::field(), jiff::Timestamp::now(), &|_, _| {}).unwrap();
        blog = blog.refresh();
        let report = blog.report();
        let counts = [Action::Put, Action::Note, Action::Forget, Action::Read].map(|action| foreseen.count(action));
        assert_eq!(counts, [report.put, report.without_post, report.forgotten, report.same], "{foreseen:?}");
    }
}
