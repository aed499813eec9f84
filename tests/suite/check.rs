//! `anli check`: a person and a CI job both learn what is wrong and where.

use crate::harness::{Blog, Ran};

#[track_caller]
fn check(blog: &Blog, code: i32) -> Ran {
    let ran = blog.run(&["check"]);
    ran.ends_with(code);
    ran
}

#[test]
fn sound_posts_are_sound() {
    let blog =
        Blog::new().titled("a.md", "甲", "## 案例一\n包裹。\n\n## 案例二\n机票。").titled("b.md", "乙", "野餐。");
    let ran = check(&blog, 0);
    assert_eq!(
        ran.out,
        "2 files: 2 indexed, 0 skipped, 0 failed\nindex: 2 posts, 3 cases\nsound: 0 errors, 0 warnings\n"
    );
    assert!(!blog.home().join("index").exists(), "a check leaves no index behind");
}

#[test]
fn a_finding_stands_where_it_is_with_the_next_step() {
    let blog = Blog::new().post("2022/kefu.md", "---\ntitle: 客服\nlayout: post\ndate: 2022-13-05\n---\n押金。\n");
    let ran = check(&blog, 1);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn errors_and_warnings_are_counted_and_make_it_a_no() {
    let blog = Blog::new()
        .post("a.md", "---\ntitle: 甲: 乙\n---\n正文。\n")
        .post("b.md", "---\ntitle: 乙\ndate: 昨天\n---\n正文。\n")
        .file("c.md", [0, 1, 2, 3, 0, 255].repeat(50))
        .titled("d.md", "丁", "正文。");
    check(&blog, 1)
        .says("error[front-matter-invalid]: ")
        .says("  --> a.md:")
        .says("warning[date-invalid]: ")
        .says("error[file-binary]: ")
        .says("  --> c.md\n")
        .says("not sound: 2 errors, 1 warnings\n");
}

#[test]
fn a_note_alone_is_sound() {
    let text = "---\ntitle: 客服来电\n---\n对方说包裹丢失，要她转账，损失两万元，随后报警处理。\n";
    let blog = Blog::new().file("a.md", encoding_rs::GBK.encode(text).0);
    check(&blog, 0).says("note[encoding-converted]: ").says("sound: 0 errors, 0 warnings");
}

#[test]
fn two_files_of_one_id_are_an_error_at_the_second() {
    let blog = Blog::new().titled("a.markdown", "甲", "正文。").titled("a.md", "乙", "正文。");
    check(&blog, 1).says("error[id-duplicate]: ").says("  --> a.md\n").says("`a.markdown`");
}

#[test]
fn a_broken_site_configuration_is_a_finding_with_its_place() {
    let blog = Blog::new().titled("_posts/2022-05-05-a.md", "甲", "正文。").file("_config.yml", "title: 甲\nurl: [\n");
    check(&blog, 1).says("warning[site-config-invalid]: ").says("_config.yml:");
}

#[test]
fn what_cannot_be_checked_is_an_error() {
    Blog::new().run(&["check", "--posts", "nowhere"]).fails("`nowhere` does not exist");
}

#[test]
fn colours_are_for_terminals() {
    let blog = Blog::new().post("a.md", "---\ntitle: [甲\n---\n正文。\n");
    assert!(!check(&blog, 1).out.contains('\u{1b}'));
}
