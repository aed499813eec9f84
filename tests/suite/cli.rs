//! The program's manners: exit codes, words, help texts.

use std::{fs, net::TcpListener};

use serde_json::Value;

use crate::harness::{Blog, program::first_line_only};

fn indexed() -> Blog {
    let blog = Blog::new()
        .post("2022/kefu.md", "---\ntitle: 冒充客服\ndate: 2022-05-05\ntags: [退款]\n---\n## 案例一\n包裹丢了。\n")
        .titled("b.md", "春游", "湖边野餐。");
    blog.run(&["index"]).ends_with(0);
    blog
}

#[test]
fn what_is_found_is_on_stdout_and_the_rest_is_not() {
    let ran = indexed().run(&["search", "包裹"]);
    ran.ends_with(0)
        .says("冒充客服\n")
        .says("2022/kefu · 2022-05-05 · 退款")
        .says("包裹丢了")
        .tells("1 post, 1 to 1 shown");
    assert!(!ran.out.contains('\u{1b}'), "colours where nobody sees them: {}", ran.out);
    assert!(!ran.out.contains(" ms"), "{}", ran.out);
}

#[test]
fn nothing_found_is_a_no() {
    let ran = indexed().run(&["search", "飞碟"]);
    ran.ends_with(1).tells("0 posts");
    assert_eq!(ran.out, "");
    indexed().run(&["search", "--tag", "没有", "包裹"]).ends_with(1);
}

#[test]
fn options_narrow_the_search() {
    let blog = indexed();
    blog.run(&["search", "--tag", "退款"]).ends_with(0).tells("1 post");
    blog.run(&["search"]).ends_with(0).tells("2 posts");
    blog.run(&["search", "--from", "2022-05", "--to", "2022-05-05"]).ends_with(0).tells("1 post");
    blog.run(&["search", "--in", "cases", "包裹"]).ends_with(0).says("案例一").tells("1 case");
    blog.run(&["search", "--limit", "1", "--offset", "1"]).ends_with(0).tells("2 posts, 2 to 2 shown");
    // Several words need no quotes.
    blog.run(&["search", "包裹", "客服"]).ends_with(0).tells("1 post");
}

#[test]
fn a_text_may_begin_with_a_minus_sign() {
    let blog = Blog::new().titled("cold.md", "寒潮", "夜里低至-7度。").titled("warm.md", "回暖", "白天7度。");
    blog.run(&["index"]).ends_with(0);
    blog.run(&["search", "-7度", "--limit", "1"]).ends_with(0).says("寒潮").tells("1 to 1 shown");
    blog.run(&["search", "夜里", "-7度"]).ends_with(0).says("寒潮");
    blog.run(&["analyze", "-7度"]).ends_with(0);
    blog.run(&["search", "-x"]).ends_with(2);
}

#[test]
fn json_is_the_body_of_the_search_route() {
    let blog = indexed();
    let ran = blog.run(&["search", "--format", "json", "包裹"]);
    let mut printed: Value = serde_json::from_str(&ran.ends_with(0).out).unwrap();
    let mut answered = blog.refresh().get("/api/search?q=%E5%8C%85%E8%A3%B9").json();
    for body in [&mut printed, &mut answered] {
        body["took_us"] = Value::Null;
    }
    assert_eq!(printed, answered);
    let ran = indexed().run(&["search", "--format", "json", "飞碟"]);
    let empty: Value = serde_json::from_str(&ran.ends_with(1).out).unwrap();
    assert_eq!(empty["total"], 0);
}

#[test]
fn what_is_typed_wrong_is_refused_with_what_is_expected() {
    let blog = indexed();
    blog.run(&["search", "--colour", "red"]).fails("--colour");
    blog.run(&["serch"]).fails("'search'");
    blog.run(&[]).ends_with(2);
    for limit in ["1000", "abc"] {
        let words = format!("found `{limit}`, expected a whole number from 0 to 100");
        blog.run(&["search", "--limit", limit]).fails(&words);
    }
    blog.run(&["search", "--sort", "best"]).fails("newest");
    blog.run(&["search", "--from", "2022-13-01"]).fails("`--from`: `2022-13-01` is no date, expected one like");
    let words = "found `8080`, expected an address and a port such as `127.0.0.1:8417`";
    blog.run(&["serve", "--listen", "8080"]).fails(words);
}

#[test]
fn a_missing_folder_is_told_with_the_next_step() {
    let blog = indexed();
    for command in ["index", "check", "serve"] {
        blog.run(&[command, "--posts", "nowhere"]).fails("the posts folder `nowhere` does not exist").tells("help: ");
    }
    blog.run(&["index", "--posts", "posts/b.md"]).fails("the posts folder `posts/b.md` is not a folder");
}

#[test]
fn a_missing_index_is_told_with_the_next_step() {
    Blog::new()
        .run(&["search", "包裹"])
        .fails("there is no index in `index`")
        .tells("help: build it with `anli index`");
}

#[test]
fn a_broken_configuration_is_told_with_its_place() {
    let check = |text: &str, place: &str, words: &str| {
        Blog::new().beside("anli.yaml", text).run(&["index"]).fails(&format!("anli.yaml:{place}: ")).tells(words);
    };
    check("posts: posts\nsite: [\n", "3:1", "");
    check("post: x\n", "1:1", "`posts`");
    check("site:\n  permalnk: /a/\n", "2:3", "`permalink`");
    check("# 说明\nmax_file_bytes: many\n", "2:17", "many");
    let blog = Blog::new();
    std::fs::write(blog.home().join("anli.yaml"), b"# words\nwords:\n- \xc6\xed\n").unwrap();
    blog.run(&["index"]).fails("anli.yaml:3: found bytes that are not UTF-8").tells("help: ");
}

#[test]
fn a_configuration_that_is_named_must_be_there() {
    Blog::new().run(&["index", "--config", "other.yaml"]).fails("other.yaml");
    Blog::new().run(&["index"]).ends_with(0);
}

#[test]
fn the_configuration_counts_less_than_the_environment_and_that_less_than_what_is_typed() {
    let blog = Blog::new().titled("b.md", "春游", "湖边野餐。").beside("anli.yaml", "index: from-file\n");
    blog.run(&["index"]).ends_with(0);
    assert!(blog.home().join("from-file/current").is_file());
    let ran = blog.command(&["index"]).env("ANLI_INDEX", "from-env").output().unwrap();
    assert!(ran.status.success() && blog.home().join("from-env/current").is_file());
    let ran = blog.command(&["index", "--index", "typed"]).env("ANLI_INDEX", "unused").output().unwrap();
    assert!(ran.status.success() && blog.home().join("typed/current").is_file());
    assert!(!blog.home().join("unused").exists() && !blog.home().join("index").exists());
}

#[test]
fn a_variable_that_is_set_to_nothing_is_not_set() {
    let blog = Blog::new().titled("b.md", "春游", "湖边野餐。");
    let mut command = blog.command(&["index"]);
    for name in ["ANLI_POSTS", "ANLI_INDEX", "ANLI_CONFIG", "ANLI_MAX_FILE_BYTES"] {
        command.env(name, "");
    }
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(blog.home().join("index/current").is_file());
    // Both are looked at before the folder is.
    let mut command = blog.command(&["serve", "--posts", "nowhere"]);
    let ran = command.env("ANLI_LISTEN", "").env("ANLI_LOG", "").output().unwrap();
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(told.contains("the posts folder `nowhere` does not exist"), "{told}");
}

#[test]
fn localhost_is_an_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let blog = Blog::new().titled("b.md", "春游", "湖边野餐。");
    let words = format!("cannot listen on `127.0.0.1:{port}`");
    blog.run(&["serve", "--listen", &format!("localhost:{port}")]).fails(&words);
}

#[test]
fn a_section_without_a_snippet_is_its_heading() {
    let blog = Blog::new().post("a.md", "---\ntitle: 通报\n---\n## 押金\n先别转账。\n\n## 春游\n湖边野餐。\n");
    blog.run(&["index"]).ends_with(0);
    blog.run(&["search", "押金"]).ends_with(0).says("§ 押金\n");
}

#[test]
fn a_port_in_use_is_told_before_any_work() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let blog = Blog::new().titled("b.md", "春游", "湖边野餐。");
    blog.run(&["serve", "--listen", &address]).fails(&format!("cannot listen on `{address}`")).tells("help: ");
    assert!(!blog.home().join("index").exists());
}

#[test]
fn an_index_folder_that_cannot_be_made_is_told() {
    let blog = Blog::new().titled("b.md", "春游", "湖边野餐。").beside("taken", "a file");
    blog.run(&["index", "--index", "taken"]).fails("`taken");
}

#[test]
fn whoever_closes_the_output_early_is_no_failure() {
    let blog = (0..100).fold(Blog::new(), |blog, i| {
        blog.titled(&format!("{i}.md"), &format!("通报{i}"), &"包裹丢了，先交押金再退款。".repeat(200))
    });
    blog.run(&["index"]).ends_with(0);
    for format in ["text", "json"] {
        let arguments = ["search", "包裹", "--limit", "100", "--format", format];
        let (code, told) = first_line_only(blog.command(&arguments));
        assert_eq!(code, Some(0), "{told}");
        assert!(!told.contains("error") && !told.contains("panicked"), "{told}");
    }
    let (code, told) = first_line_only(blog.command(&["--help"]));
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn control_characters_of_a_post_do_not_reach_the_terminal() {
    let blog = Blog::new().file("a.md", "---\ntitle: \"包裹\\e[31m\"\n---\n包裹\u{1b}[2J丢了。\n");
    blog.run(&["index"]).ends_with(0);
    assert!(!blog.run(&["search", "包裹"]).ends_with(0).out.contains('\u{1b}'));
}

#[test]
fn the_version_is_told() {
    Blog::new().run(&["--version"]).ends_with(0).says(&format!("anli {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_index_reports_what_it_did() {
    let blog = Blog::new()
        .titled("a.md", "甲", "包裹丢了。")
        .post("b.md", "---\ntitle: 乙\ndate: 2022-13-05\n---\n押金。\n")
        .post("c.md", "---\ntitle: 丙\ndraft: true\n---\n");
    let ran = blog.run(&["index"]);
    ran.ends_with(0).says("3 files: 2 indexed, 1 skipped (1 draft), 0 failed\n2 put, 1 without a post, 0 forgotten");
    ran.tells("warning[date-invalid]: ");
    // Nothing is said twice of what did not change, but what is wrong is told as long as it is.
    blog.run(&["index"]).ends_with(0).says("0 put, 0 without a post").tells("warning[date-invalid]: ");
}

#[test]
fn help_is_as_it_was_approved() {
    let blog = Blog::new();
    let snapshots = insta::Settings::clone_current();
    snapshots.bind(|| {
        for command in ["", "serve", "index", "search", "check", "eval", "words", "analyze"] {
            let ran = match command {
                "" => blog.run(&["--help"]),
                command => blog.run(&[command, "--help"]),
            };
            assert_eq!(ran.ends_with(0).err, "");
            let name = if command.is_empty() { "anli" } else { command };
            insta::assert_snapshot!(format!("help_{name}"), ran.out);
        }
    });
}

#[test]
fn the_folder_is_never_written() {
    let blog = indexed();
    blog.run(&["check"]);
    let names: Vec<_> = fs::read_dir(blog.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn an_index_folder_that_holds_the_posts_is_refused() {
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。");
    let posts = blog.path("").display().to_string();
    for index in [posts.clone(), blog.home().display().to_string()] {
        let ran = blog.run(&["--index", &index, "index"]);
        ran.ends_with(2).fails("the index folder must not hold the posts").fails("help: ");
    }
}
