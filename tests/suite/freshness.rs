//! One writes, others read.

use crate::harness::{Blog, eventually};

#[test]
fn a_second_writer_is_told_who_the_first_is_and_a_reader_is_not_disturbed() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let service = blog.serve(&[]);
    let holder = format!("process {} (anli serve)", service.process());
    blog.run(&["index"]).fails("is being written by").tells(&holder).tells("help: ");
    blog.run(&["index", "--rebuild"]).fails(&holder);
    blog.run(&["serve", "--listen", "127.0.0.1:0"]).ends_with(2);
    blog.run(&["search", "包裹"]).ends_with(0).says("甲");
    assert_eq!(service.search("包裹"), ["a"]);
}

#[test]
fn another_process_sees_what_the_service_has_committed() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let service = blog.serve(&[]);
    let blog = blog.titled("b.md", "乙", "包裹到了。");
    service.soon_finds("包裹", &["a", "b"]);
    blog.run(&["search", "包裹"]).ends_with(0).tells("2 posts");
}

#[test]
fn a_check_needs_no_lock() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let _service = blog.serve(&[]);
    blog.run(&["check"]).ends_with(0).says("sound: 0 errors, 0 warnings");
}

#[test]
fn a_service_takes_over_an_index_without_reading_it_again() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    blog.run(&["index"]).ends_with(0).says("1 put");
    let service = blog.serve(&[]);
    assert_eq!(service.status()["last_refresh"]["put"], 0);
    assert_eq!(service.search("包裹"), ["a"]);
}

#[test]
fn a_service_sees_what_happened_while_it_was_away() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").titled("b.md", "乙", "包裹到了。");
    drop(blog.serve(&[]));
    let blog = blog.delete("b.md").edit("a.md", "丢了", "找到了").titled("c.md", "丙", "包裹。");
    let service = blog.serve(&[]);
    assert_eq!(service.search("找到了"), ["a"]);
    service.soon_finds("包裹", &["a", "c"]);
}

#[test]
fn a_post_of_the_near_future_appears_by_itself() {
    let soon = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() + 3).unwrap();
    let blog = Blog::new().post("soon.md", &format!("---\ntitle: 预告\ndate: {soon}\n---\n正文。\n"));
    let service = blog.serve(&[]);
    // However long a start takes, it is never there too early.
    eventually(|| {
        let found = service.search("预告");
        assert!(found.is_empty() || jiff::Timestamp::now() >= soon, "it is there before its time");
        if found == ["soon"] { Ok(()) } else { Err(format!("{found:?}")) }
    });
}

#[test]
fn a_damaged_index_is_built_anew_by_the_service_and_the_status_says_so() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    blog.run(&["index"]).ends_with(0);
    let name = std::fs::read_to_string(blog.home().join("index/current")).unwrap();
    std::fs::write(blog.home().join("index").join(name.trim()).join("meta.json"), "{").unwrap();
    let service = blog.serve(&[]);
    service.soon_finds("包裹", &["a"]);
    eventually(|| match &service.status()["rebuilt"] {
        serde_json::Value::String(why) if why.contains("damaged") => Ok(()),
        other => Err(other.to_string()),
    });
}
