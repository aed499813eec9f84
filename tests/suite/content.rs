//! Whatever bytes an author's tools write, the post in them is found.

use crate::harness::Blog;

const TEXT: &str = "---\ntitle: 冒充客服的電話\ntags: [退款]\n---\n對方說包裹丟了，要她轉帳。\n";

/// A file with these bytes is found by its title, its tag and its body.
#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expected: &[&str]) {
    let blog = Blog::new().file("a.md", bytes).refresh();
    for query in ["冒充客服", "退款", "包裹"] {
        blog.search(query).finds(&["a"]);
    }
    assert_eq!(blog.search("包裹").first().title.text.chars().next(), Some('冒'));
    codes(&blog, expected);
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    let mark = if big { [0xFE, 0xFF] } else { [0xFF, 0xFE] };
    mark.into_iter().chain(units).collect()
}

#[track_caller]
fn codes(blog: &Blog, expected: &[&str]) {
    let found: Vec<&str> = blog.status().findings.first.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(found, expected);
}

#[test]
fn utf_8_is_found_with_and_without_a_mark() {
    check(TEXT, &[]);
    check(format!("\u{feff}{TEXT}"), &[]);
}

#[test]
fn line_ends_of_every_system_are_understood() {
    check(TEXT.replace('\n', "\r\n"), &[]);
    check(TEXT.replace('\n', "\r"), &[]);
}

#[test]
fn encodings_of_older_systems_are_understood_and_noted() {
    let simplified =
        "---\ntitle: 冒充客服的电话\ntags: [退款]\n---\n对方说包裹丢了，要她转账，损失两万元，随后报警。\n";
    check(encoding_rs::GB18030.encode(simplified).0, &["encoding-converted"]);
    check(utf16(TEXT, true), &["encoding-converted"]);
    check(utf16(TEXT, false), &["encoding-converted"]);
}

#[test]
fn a_stray_byte_does_not_lose_the_post() {
    let mut bytes = TEXT.as_bytes().to_vec();
    bytes.extend(b"\xE5\x8C\n");
    check(bytes, &["encoding-invalid"]);
}

#[test]
fn front_matter_of_every_generator_is_read() {
    check("+++\ntitle = '冒充客服的电话'\ntags = ['退款']\n+++\n包裹丢了。\n", &[]);
    check("{\n\"title\": \"冒充客服的电话\",\n\"tags\": [\"退款\"]\n}\n\n包裹丢了。\n", &[]);
    check("title: 冒充客服的电话\ntags: 退款\n---\n包裹丢了。\n", &[]);
}

#[test]
fn a_post_without_front_matter_takes_its_title_from_a_heading_or_the_name() {
    let blog = Blog::new().post("2023-04-05-tuikuan.md", "# 退款陷阱\n\n正文。").post("提醒.md", "正文。").refresh();
    assert_eq!(blog.search("退款陷阱").first().title.text, "退款陷阱");
    assert_eq!(blog.search("提醒").first().title.text, "提醒");
}

#[test]
fn broken_front_matter_costs_a_finding_not_the_body() {
    let text = "---\ntitle: \"没有写完\ntags: [甲\n---\n包裹丢了，先交押金。\n";
    let blog = Blog::new().post("broken.md", text).refresh();
    blog.search("押金").finds(&["broken"]);
    let status = blog.status();
    let finding = status.findings.first.iter().find(|finding| finding.code.as_str() == "front-matter-invalid").unwrap();
    let place = finding.place.as_ref().unwrap();
    assert_eq!(finding.path, "broken.md");
    assert!((2..=4).contains(&place.line) && place.column >= 1, "{finding}");
}

#[test]
fn one_mistake_gives_one_finding() {
    for line in ["title: [甲", "tags: {a: b", "title: 甲: 乙", "title: \"甲", "date: [2022"] {
        let blog = Blog::new().post("a.md", &format!("---\n{line}\nlayout: post\n---\n押金。\n")).refresh();
        blog.search("押金").finds(&["a"]);
        codes(&blog, &["front-matter-invalid"]);
    }
}

#[test]
fn front_matter_without_an_end_costs_a_finding_not_the_body() {
    let blog = Blog::new().post("open.md", "---\ntitle: 没有结尾\n\n包裹丢了，先交押金。\n").refresh();
    blog.search("押金").finds(&["open"]);
    codes(&blog, &["front-matter-unclosed"]);
}

#[test]
fn a_wrong_date_costs_the_date_only() {
    let blog = Blog::new().post("a.md", "---\ntitle: 甲\ndate: 2022-13-05\n---\n押金。\n").refresh();
    assert_eq!(blog.search("押金").first().date, None);
    let status = blog.status();
    let place = status.findings.first[0].place.as_ref().unwrap();
    assert_eq!((status.findings.first[0].code.as_str(), place.line, place.column), ("date-invalid", 3, 7));
}

#[test]
fn all_files_are_accounted_for() {
    let blog = Blog::new()
        .titled("good.md", "甲", "正文。")
        .titled("2022/deep/down.markdown", "乙", "正文。")
        .post("draft.md", "---\ntitle: 丙\ndraft: true\n---\n")
        .post("future.md", "---\ntitle: 丁\ndate: 2999-01-01\n---\n")
        .post("gone.md", "---\ntitle: 戊\nexpiryDate: 2020-01-01\n---\n")
        .file("empty.md", "")
        .file("noise.md", (0..4000_u32).map(|i| (i * 7919 % 251) as u8).collect::<Vec<_>>())
        .file("picture.png", [0x89, b'P', b'N', b'G'])
        .file("large.md", "字".repeat(500_000))
        .post("broken.md", "---\ntitle: [\n---\n正文。\n")
        .titled("twice.md", "己", "正文。")
        .titled("twice.markdown", "庚", "正文。")
        .titled("_drafts/idea.md", "辛", "正文。")
        .titled(".vscode/note.md", "壬", "正文。")
        .file(".DS_Store", "x");
    #[cfg(unix)]
    let blog = blog.link("dangling.md", "nowhere.md").link("loop.md", "loop.md").link("up", "..");
    fs_create(&blog, "folder.md");
    let blog = blog.refresh();
    let totals = blog.status().totals.clone();
    let skipped: usize = totals.skipped.values().sum();
    assert_eq!(totals.indexed + skipped + totals.failed, totals.files, "{totals:?}");
    let (posts, _) = blog.searcher().counts();
    assert_eq!(posts, totals.indexed);
    // good, down, empty, broken, and one of the two that are called twice.
    assert_eq!(totals.indexed, 5, "{totals:?}");
    // The noise, what is too large, the other of the two.
    assert_eq!(totals.failed, 3, "{totals:?}");
}

fn fs_create(blog: &Blog, folder: &str) {
    std::fs::create_dir(blog.path(folder)).unwrap();
}

#[test]
fn a_link_by_name_shows_the_title_as_long_as_its_post_is_shown() {
    let linked = "---\ntitle: 假客服\n---\n正文。\n";
    let blog = Blog::new()
        .post("_config.yml", "permalink: :title/\nsource_dir: .\n")
        .post("_posts/kefu.md", linked)
        .post("_posts/see.md", "---\ntitle: 参见\n---\n详见{% post_link kefu %}。\n")
        .refresh();
    blog.search("\"详见假客服\"").finds(&["_posts/see"]);
    let blog = blog.edit("_posts/kefu.md", "假客服", "冒牌快递员").refresh();
    blog.search("\"详见冒牌快递员\"").finds(&["_posts/see"]);
    let blog = blog.edit("_posts/kefu.md", "title:", "draft: true\ntitle:").refresh();
    blog.search("冒牌快递员").finds_nothing();
}

#[test]
fn a_case_below_a_bold_line_is_opened_by_its_words() {
    let blog = Blog::new()
        .post("a.md", "---\ntitle: 甲\n---\n**案例一**\n\n她信了案例二的话。\n\n**案例二：**\n\n押金没退。\n")
        .refresh();
    let body = blog.get("/api/search?q=%E6%8A%BC%E9%87%91&in=cases").json();
    let url = body["hits"][0]["url"].as_str().unwrap();
    let decoded = percent_encoding::percent_decode_str(url).decode_utf8().unwrap();
    assert_eq!(decoded, "/a/#:~:text=她信了案例二的话。-,案例二", "{body}");
}
