//! After a refresh the index is what the folder is, and no more work was done than that takes.

use std::{fs, time::Duration};

use walkdir::WalkDir;

use crate::harness::{Blog, eventually};

fn two() -> Blog {
    Blog::new().titled("a.md", "甲", "包裹丢了。").titled("b.md", "乙", "湖边野餐。").refresh()
}

#[test]
fn nothing_changed_means_nothing_done() {
    let blog = two();
    let commit = blog.searcher().commit();
    let blog = blog.refresh();
    assert_eq!((blog.report().put, blog.report().without_post, blog.report().forgotten), (0, 0, 0));
    assert_eq!(blog.searcher().commit(), commit);
}

#[test]
fn nothing_changed_means_nothing_done_by_another_process_either() {
    let blog = two().close().refresh();
    let commit = blog.searcher().commit();
    let blog = blog.close().refresh();
    assert!(!blog.report().changed(), "{:?}", blog.report());
    assert_eq!(blog.searcher().commit(), commit);
    blog.search("包裹").finds(&["a"]);
}

#[test]
fn a_small_first_build_ends_as_one_segment_and_leaves_no_files_behind() {
    let many = (0..40).fold(Blog::new(), |blog, i| blog.titled(&format!("{i}.md"), &format!("通报{i}"), "包裹丢了。"));
    let mut blog = many.refresh();
    eventually(|| {
        blog.tidy();
        let files = WalkDir::new(blog.index()).into_iter().map(|file| file.unwrap().into_path());
        let segments = files.filter(|file| file.extension().is_some_and(|end| end == "store")).count();
        if segments == 1 { Ok(()) } else { Err(format!("{segments} segments")) }
    });
    assert_eq!(blog.search("包裹").hits.total, 40);
    let blog = blog.edit("7.md", "包裹", "快递").refresh();
    assert_eq!((blog.search("包裹").hits.total, blog.search("快递").hits.total), (39, 1));
}

/// Waits until the times of what was just written tell of any further change.
fn until_times_are_trusted() {
    // Nothing but the clock decides it.
    std::thread::sleep(Duration::from_millis(2_100));
}

#[test]
fn files_that_are_long_unchanged_are_not_even_read() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    until_times_are_trusted();
    let blog = blog.refresh().refresh();
    assert_eq!((blog.report().bytes, blog.report().same), (0, 0));
}

#[test]
fn a_change_that_hides_behind_old_times_is_seen() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let path = blog.path("a.md");
    let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    let set_back = |path: &std::path::Path| {
        fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
    };
    set_back(&path);
    until_times_are_trusted();
    let blog = blog.refresh().edit("a.md", "包裹", "机票");
    // The same length, the same file, the same time: as a copy that keeps times leaves it.
    set_back(&path);
    let blog = blog.refresh();
    blog.search("机票").finds(&["a"]);
    blog.search("包裹").finds_nothing();
}

#[test]
fn a_time_that_lies_ahead_hides_nothing() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let path = blog.path("a.md");
    let ahead = std::time::SystemTime::now() + Duration::from_secs(1_000_000);
    let set_ahead = || fs::File::options().write(true).open(&path).unwrap().set_modified(ahead).unwrap();
    set_ahead();
    let blog = blog.refresh().edit("a.md", "包裹", "机票");
    set_ahead();
    blog.refresh().search("机票").finds(&["a"]);
}

#[test]
fn a_touched_file_is_read_and_not_indexed() {
    let blog = two();
    let commit = blog.searcher().commit();
    let bytes = fs::read(blog.path("a.md")).unwrap();
    let blog = blog.file("a.md", bytes).refresh();
    assert_eq!((blog.report().put, blog.searcher().commit()), (0, commit));
}

#[test]
fn an_edit_replaces_the_post() {
    let blog = two().edit("a.md", "包裹", "机票").refresh();
    assert_eq!(blog.report().put, 1);
    blog.search("包裹").finds_nothing();
    blog.search("机票").finds(&["a"]);
    assert_eq!(blog.searcher().counts(), (2, 2));
}

#[test]
fn an_edit_of_the_same_length_is_seen() {
    let mut blog = two();
    for (from, to) in [("包裹", "机票"), ("机票", "船票"), ("船票", "车票"), ("车票", "包裹")] {
        blog = blog.edit("a.md", from, to).refresh();
        blog.search(to).finds(&["a"]);
        blog.search(from).finds_nothing();
    }
}

#[test]
fn a_renamed_file_is_found_by_its_new_name_only() {
    let blog = two().rename("a.md", "c.md").refresh();
    blog.search("包裹").finds(&["c"]);
    assert_eq!((blog.report().put, blog.report().forgotten), (1, 1));
}

#[test]
fn a_deleted_file_is_gone() {
    let blog = two().delete("a.md").refresh();
    blog.search("包裹").finds_nothing();
    assert_eq!(blog.report().forgotten, 1);
    assert_eq!(blog.status().totals.files, 1);
}

#[test]
fn a_moved_folder_takes_its_posts_along() {
    let blog = Blog::new()
        .titled("2022/05/a.md", "甲", "包裹丢了。")
        .titled("2022/06/b.md", "乙", "包裹到了。")
        .refresh()
        .rename("2022", "archive/2022")
        .refresh();
    blog.search("包裹").finds(&["archive/2022/05/a", "archive/2022/06/b"]);
    blog.delete("archive").refresh().search("包裹").finds_nothing();
}

#[test]
fn a_folder_moved_among_the_drafts_is_gone() {
    let blog = Blog::new().titled("2022/a.md", "甲", "包裹丢了。").refresh();
    blog.rename("2022", "_drafts/2022").refresh().search("包裹").finds_nothing();
}

#[test]
fn a_hint_is_enough_to_see_a_change() {
    let blog = two().edit("a.md", "包裹", "机票").refresh_at(&["a.md"]);
    blog.search("机票").finds(&["a"]);
    let blog = blog.titled("deep/down/c.md", "丙", "机票退了。").refresh_at(&["deep"]);
    blog.search("机票").finds(&["a", "deep/down/c"]);
    let blog = blog.rename("deep", "other").refresh_at(&["deep", "other"]);
    blog.search("机票").finds(&["a", "other/down/c"]);
    blog.delete("other").refresh_at(&["other"]).search("机票").finds(&["a"]);
}

#[test]
fn a_wrong_hint_costs_nothing_but_time() {
    let blog = two();
    let commit = blog.searcher().commit();
    let hints = ["nothing.md", "a.md", "../b.md", "", "_drafts/x.md", "a.md/b.md", "\u{0}", "//"];
    let blog = blog.refresh_at(&hints);
    assert!(!blog.report().changed(), "{:?}", blog.report());
    assert_eq!(blog.searcher().commit(), commit);
    assert_eq!(blog.status().totals.files, 2);
}

#[test]
fn of_two_files_with_one_id_the_first_gives_the_post_until_it_is_deleted() {
    let blog = Blog::new().titled("a.markdown", "早", "第一份包裹。").titled("a.md", "晚", "第二份包裹。").refresh();
    assert_eq!(blog.search("包裹").finds(&["a"]).first().title.text, "早");
    let told = blog.status().findings.first.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>();
    assert_eq!(told, ["id-duplicate"]);
    let blog = blog.delete("a.markdown").refresh();
    assert_eq!(blog.search("包裹").finds(&["a"]).first().title.text, "晚");
    assert_eq!(blog.status().findings.first, []);
    // The first comes back.
    let blog = blog.titled("a.markdown", "又早", "第三份包裹。").refresh();
    assert_eq!(blog.search("包裹").finds(&["a"]).first().title.text, "又早");
}

#[test]
fn the_second_of_two_files_with_one_id_gives_the_post_also_when_settings_change_with_the_deletion() {
    let blog = Blog::new()
        .titled("a.markdown", "早", "第一份包裹。")
        .titled("a.md", "晚", "第二份包裹。")
        .refresh()
        .delete("a.markdown")
        .site_config(|options| options.case_headings.push("案.*".to_owned()))
        .refresh();
    assert_eq!(blog.search("包裹").finds(&["a"]).first().title.text, "晚");
}

#[test]
fn a_hint_about_one_of_two_files_with_one_id_is_enough_for_both() {
    let blog = Blog::new()
        .titled("a.markdown", "早", "第一份包裹。")
        .titled("a.md", "晚", "第二份包裹。")
        .refresh()
        .delete("a.markdown")
        .refresh_at(&["a.markdown"]);
    assert_eq!(blog.search("包裹").finds(&["a"]).first().title.text, "晚");
    let blog = blog.titled("a.markdown", "又早", "第三份包裹。").refresh_at(&["a.markdown"]);
    assert_eq!(blog.search("包裹").finds(&["a"]).first().title.text, "又早");
}

#[test]
fn a_post_that_breaks_keeps_its_last_good_version_and_says_so() {
    let blog = two().edit("a.md", "title: 甲", "title: [甲").edit("a.md", "包裹", "机票").refresh();
    let found = blog.search("包裹");
    assert!(found.finds(&["a"]).first().stale);
    let status = blog.status();
    assert_eq!((status.totals.indexed, status.totals.stale, status.totals.failed), (2, 1, 0));
    assert!(status.findings.first.iter().any(|finding| finding.path == "a.md"));
    // Also for a process that comes later.
    let blog = blog.close().refresh();
    assert!(blog.search("包裹").finds(&["a"]).first().stale);
    assert_eq!(blog.status().totals.stale, 1);
    let blog = blog.edit("a.md", "title: [甲", "title: 甲").refresh();
    assert!(!blog.search("机票").finds(&["a"]).first().stale);
    blog.search("包裹").finds_nothing();
}

#[test]
fn a_broken_post_that_is_deleted_leaves_nothing() {
    let blog = two().edit("a.md", "title: 甲", "title: [甲").refresh().delete("a.md").refresh();
    blog.search("包裹").finds_nothing();
    assert_eq!(blog.status().findings.first, []);
    assert_eq!(blog.searcher().counts(), (1, 1));
}

#[test]
fn the_index_within_the_posts_is_no_post() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    fs::create_dir_all(blog.path("search/index")).unwrap();
    let index = blog.path("search/index");
    let blog = blog
        .site_config(|options| options.excluded.push(index))
        .titled("search/index/README.md", "索引", "包裹。")
        .titled("search/b.md", "乙", "包裹到了。")
        .refresh();
    blog.search("包裹").finds(&["a", "search/b"]);
}

#[test]
fn a_file_that_was_too_fresh_is_read_again_once_and_then_trusted() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").refresh();
    until_times_are_trusted();
    let blog = blog.close().refresh();
    let last = blog.status().last.clone().unwrap().1;
    assert_eq!((last.put, last.same), (0, 1));
    let blog = blog.close().refresh();
    let last = blog.status().last.clone().unwrap().1;
    assert_eq!((last.put, last.same), (0, 0));
    blog.search("包裹").finds(&["a"]);
    // The newer fingerprint goes with the post.
    let blog = blog.edit("a.md", "包裹", "雨伞").refresh();
    blog.search("包裹").finds_nothing();
    blog.delete("a.md").refresh().search("雨伞").finds_nothing();
}

#[test]
fn however_the_extension_is_written_one_id_has_one_post() {
    let blog = Blog::new().titled("a.mD", "早", "第一份包裹。").refresh();
    let blog = blog.titled("a.md", "晚", "第二份包裹。").refresh_at(&["a.md"]);
    assert_eq!(blog.search("包裹").finds(&["a"]).first().title.text, "早");
    let blog = blog.delete("a.mD").refresh_at(&["a.mD"]);
    assert_eq!(blog.search("包裹").finds(&["a"]).first().title.text, "晚");
}

#[test]
fn names_that_look_the_same_are_two_posts() {
    // The same letter, composed and not.
    let (composed, apart) = ("caf\u{e9}.md", "cafe\u{301}.md");
    let blog = Blog::new().titled(composed, "甲", "包裹丢了。").titled(apart, "乙", "包裹到了。").refresh();
    blog.search("包裹").finds(&["caf\u{e9}", "cafe\u{301}"]);
    let blog = blog.delete(composed).refresh_at(&[composed]);
    blog.search("包裹").finds(&["cafe\u{301}"]);
    let blog = blog.rename(apart, composed).refresh_at(&[apart, composed]);
    blog.search("包裹").finds(&["caf\u{e9}"]);
}

#[test]
fn a_name_whose_case_changes_is_another_name() {
    let blog = two().rename("a.md", "A.md").refresh_at(&["a.md", "A.md"]);
    blog.search("包裹").finds(&["A"]);
    blog.rename("A.md", "a.md").refresh().search("包裹").finds(&["a"]);
}

#[test]
fn a_link_that_appears_is_known_at_once() {
    let blog = two().link("l.md", "a.md").refresh_at(&["l.md"]);
    blog.search("包裹").finds(&["a", "l"]);
    let blog = blog.edit("a.md", "包裹", "雨伞").refresh_at(&["a.md"]);
    blog.search("雨伞").finds(&["a", "l"]);
    fs::remove_file(blog.path("l.md")).unwrap();
    blog.refresh_at(&["l.md"]).search("雨伞").finds(&["a"]);
}

/// Posts that teach a word, and one that only has it.
fn teaching() -> Blog {
    Blog::new()
        .post("a.md", "---\ntitle: 戊\ntags: [薅毛房]\n---\n转账。\n")
        .titled("b.md", "己", "薅毛房的人来过。")
        .post("c.md", "---\ntitle: “薅毛房”\n---\n包裹被薅毛房拿走。\n")
}

#[track_caller]
fn is_learned_first(blog: Blog) {
    let blog = blog.refresh();
    assert_eq!((blog.report().put, blog.report().retokenized), (3, 0));
    assert_eq!(blog.searcher().with_word("薅毛房").unwrap().len(), 3);
}

#[test]
fn a_first_build_knows_its_words_before_it_cuts() {
    is_learned_first(teaching());
    // The file is too large to be read, and so are all files to be kept in memory.
    let blog = teaching().post("b2.md", "");
    fs::File::options().write(true).open(blog.path("b2.md")).unwrap().set_len(40 << 20).unwrap();
    is_learned_first(blog);
}

#[test]
fn of_posts_that_are_cut_again_together_none_is_lost() {
    // Threads overtake each other once in some ten times.
    for round in 0..40 {
        let blog = Blog::new()
            .post("a.md", "---\ntitle: 戊\ntags: [薅毛房]\n---\n转账。\n")
            .titled("b.md", "己", "薅毛房的人来过。")
            .refresh()
            .post("c.md", "---\ntitle: “薅毛房”\n---\n包裹被薅毛房拿走。\n")
            .refresh();
        assert_eq!(blog.report().retokenized, 3, "round {round}");
        blog.search("薅毛房").finds(&["a", "b", "c"]);
    }
}
