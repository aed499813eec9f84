//! The field's own words: what is known as one, and how a new one reaches the old posts.

use std::{collections::BTreeSet, sync::Arc};

use anli::{
    engine::Engine,
    text::{Analyzer, Dictionary, Origin, fold},
};

use crate::harness::{Blog, escaped, eventually};

/// The words of the field and these.
fn words(words: &[&str]) -> Dictionary {
    let mut dictionary = Dictionary::field();
    words.iter().for_each(|word| dictionary.add(word, None).unwrap());
    dictionary
}

fn posts() -> Blog {
    Blog::new()
        .titled("a.md", "新骗局", "对方让他去薅毛房交押金。")
        .titled("b.md", "湖边", "周末去湖边野餐。")
        .titled("c.md", "又见薅毛房", "又有人上当。")
        .post("case.md", "---\ntitle: 通报\n---\n## 案例一\n押金没了。\n\n## 案例二\n又是薅毛房。\n")
        .post("draft.md", "---\ntitle: 丁\ndraft: true\n---\n薅毛房。\n")
}

/// Returns the words of a text as searches segment it.
fn words_of(blog: &Blog, text: &str) -> Vec<String> {
    let (analyzer, folded) = (blog.engine().analyzer(), fold(text));
    analyzer.words(&folded).map(|token| token.term.to_owned()).collect()
}

/// Checks that another refresh changes nothing, also after a restart, and that exactly the files at `paths` have the word
/// 薅毛房.
#[track_caller]
fn check_settled(blog: Blog, paths: &[&str]) -> Blog {
    let blog = blog.refresh();
    assert!(!blog.report().changed(), "{:?}", blog.report());
    let blog = blog.close().refresh();
    assert!(!blog.report().changed(), "after a restart: {:?}", blog.report());
    let found = blog.searcher().with_word("薅毛房").unwrap();
    assert_eq!(found, paths.iter().map(|&path| path.to_owned()).collect::<BTreeSet<_>>());
    blog
}

#[test]
fn a_new_word_reaches_the_old_posts_and_no_others() {
    let blog = check_settled(posts().refresh(), &[]);
    assert_eq!(words_of(&blog, "薅毛房"), ["薅", "毛房"]);
    let blog = blog.words(words(&["薅毛房"]));
    assert_eq!(words_of(&blog, "薅毛房").len(), 2, "searches change with the posts");
    // Nothing of the folder is looked at.
    let blog = blog.refresh_at(&[]);
    let report = blog.report();
    assert_eq!((report.retokenized, report.put, report.same, report.bytes), (3, 0, 0, 0));
    assert_eq!(words_of(&blog, "薅毛房"), ["薅毛房"]);
    blog.search("薅毛房").finds(&["a", "c", "case"]);
    let blog = check_settled(blog, &["a.md", "c.md", "case.md"]);
    let blog = blog.words(words(&[])).refresh();
    assert_eq!((blog.report().retokenized, blog.report().put), (3, 0));
    _ = check_settled(blog, &[]);
}

#[test]
fn words_that_changed_while_nothing_ran_are_noticed_at_the_start() {
    let blog = posts().refresh().close().words(words(&["薅毛房"])).refresh();
    assert_eq!((blog.report().retokenized, blog.report().put), (3, 0));
    _ = check_settled(blog, &["a.md", "c.md", "case.md"]);
}

#[test]
fn a_change_of_words_that_was_cut_short_is_made_up_for() {
    let blog = posts().refresh().close();
    // Another process began to cut with a new word, and was killed.
    let analyzer = Arc::new(Analyzer::with(words(&["薅毛房"])));
    let mut opened = Engine::open_for_writing(&blog.home().join("index"), analyzer, false, "a test").unwrap();
    assert_eq!(opened.indexer.changed_words().words, BTreeSet::from(["薅毛房".to_owned()]));
    opened.indexer.commit().unwrap();
    assert_eq!(opened.engine.analyzer().dictionary(), &words(&[]), "searches stay with the posts");
    drop(opened);
    // Whatever it had cut is cut as before again, though the words are what they were.
    let blog = blog.refresh();
    assert_eq!((blog.report().retokenized, blog.report().put), (3, 0));
    _ = check_settled(blog, &[]);
}

#[test]
fn a_post_that_changes_with_the_words_is_the_new_one() {
    let blog = posts().refresh().words(words(&["薅毛房"])).edit("a.md", "交押金", "退押金").delete("c.md").refresh();
    assert_eq!((blog.report().retokenized, blog.report().put, blog.report().forgotten), (1, 1, 1));
    blog.search("退押金").finds(&["a"]);
    _ = check_settled(blog, &["a.md", "case.md"]);
}

#[test]
fn the_last_good_version_of_a_broken_file_is_cut_again_too() {
    let blog = posts().refresh().edit("a.md", "title: 新骗局", "title: [新骗局").refresh();
    let blog = blog.words(words(&["薅毛房"])).refresh();
    assert_eq!(blog.report().retokenized, 3);
    let found = blog.search("薅毛房 押金");
    assert!(found.hits.hits.iter().any(|hit| hit.id.as_str() == "a" && hit.stale), "{:?}", found.ids());
    _ = check_settled(blog, &["a.md", "c.md", "case.md"]);
}

#[test]
fn words_of_the_field_can_be_turned_off() {
    let blog = Blog::new().titled("a.md", "甲", "跑分洗钱。").titled("b.md", "乙", "湖边野餐。").refresh();
    assert_eq!(words_of(&blog, "跑分"), ["跑分"]);
    let blog = blog.words(Dictionary::default()).refresh();
    assert_eq!((blog.report().retokenized, blog.report().put), (1, 0));
    assert_eq!(words_of(&blog, "跑分").len(), 2);
    blog.search("跑分").finds(&["a"]);
}

fn tagged(blog: Blog, path: &str, tag: &str) -> Blog {
    blog.post(path, &format!("---\ntitle: 通报{path}\ntags: [{tag}]\n---\n正文。\n"))
}

#[test]
fn tags_give_words_once_two_posts_have_them() {
    let blog = posts().refresh();
    let blog = tagged(blog, "t1.md", "薅毛房").refresh();
    assert_eq!((blog.report().put, blog.report().retokenized), (1, 0));
    assert_eq!(words_of(&blog, "薅毛房").len(), 2);
    let blog = tagged(blog, "t2.md", "薅毛房").refresh_at(&["t2.md"]);
    assert_eq!((blog.report().put, blog.report().retokenized), (1, 5), "the two with the learned word too");
    assert_eq!(words_of(&blog, "薅毛房"), ["薅毛房"]);
    let learned = blog.engine().analyzer().dictionary().words().filter(|word| word.2 == Origin::Learned).count();
    assert_eq!(learned, 1);
    let blog = check_settled(blog, &["a.md", "c.md", "case.md", "t1.md", "t2.md"]);
    let blog = blog.delete("t1.md").refresh();
    assert_eq!((blog.report().forgotten, blog.report().retokenized), (1, 4));
    _ = check_settled(blog, &[]);
}

#[test]
fn hidden_posts_give_no_words_to_the_dictionary() {
    let hidden = "---\ntitle: 丙\nhidden: true\ntags: [薅毛房]\n---\n正文。\n";
    let blog = posts().post("h1.md", hidden).post("h2.md", hidden).refresh();
    _ = check_settled(tagged(blog, "t1.md", "薅毛房").refresh(), &[]);
}

#[test]
fn the_program_follows_the_words_of_its_configuration() {
    let blog = posts();
    blog.run(&["index"]).ends_with(0).says("4 put");
    let blog = blog.beside("anli.yaml", "words:\n  - 薅毛房\n  - {word: 押金条, weight: 2000}\n");
    blog.run(&["index"]).ends_with(0).says("0 put").says("3 segmented again for new words");
    blog.run(&["index"]).ends_with(0).says("0 put").says("the same; 0.0 MB");
    let blog = blog.beside("anli.yaml", "words:\n  - 薅毛房\n  - 跑分2号\n");
    blog.run(&["index"]).fails("anli.yaml:3:5: ").tells("the word is `跑分2号`, expected 2 to 12 Han characters");
    blog.run(&["search", "薅毛房"]).fails("anli.yaml:3:5: ");
}

#[test]
fn a_new_word_reaches_the_old_posts_while_serving() {
    let blog = posts().beside("anli.yaml", "words: [杀猪盘]\n");
    let service = blog.serve(&[]);
    let last = || service.status()["last_refresh"].clone();
    let soon = |cut: u64| {
        eventually(|| match last() {
            last if last["cut_again"] == cut => Ok(last),
            other => Err(format!("{other}\n{}", service.log())),
        })
    };
    let blog = blog.beside("anli.yaml", "words: [杀猪盘, 薅毛房]\n");
    assert_eq!(soon(3)["put"], 0);
    service.soon_finds("薅毛房", &["a", "c", "case"]);
    // A broken list leaves the old one in use, and says where.
    let blog = blog.beside("anli.yaml", "words: [杀猪盘, 薅毛房, 骗]\n");
    eventually(|| match service.log() {
        log if log.contains("anli.yaml:1:") && log.contains("the word is `骗`") => Ok(()),
        log => Err(log),
    });
    let blog = blog.titled("d.md", "丁", "再说薅毛房。");
    service.soon_finds("薅毛房", &["a", "c", "case", "d"]);
    let _blog = blog.beside("anli.yaml", "words: []\n");
    soon(4);
}

#[test]
fn a_list_is_not_read_before_it_is_written_to_its_end() {
    let list = "words: [杀猪盘, 薅毛房]\n";
    let blog = posts().beside("anli.yaml", list);
    let service = blog.serve(&[]);
    let mut file = std::fs::File::create(blog.home().join("anli.yaml")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(60));
    std::io::Write::write_all(&mut file, list.as_bytes()).unwrap();
    drop(file);
    // What follows is seen later than the list.
    let _blog = blog.titled("d.md", "丁", "雨伞忘在车上。");
    service.soon_finds("雨伞", &["d"]);
    assert!(!service.log().contains("segmented again"), "{}", service.log());
}

#[test]
fn an_analysis_shows_how_a_text_is_cut_and_why() {
    let blog = Blog::new().beside("anli.yaml", "words: [薅毛房]\n");
    insta::assert_snapshot!(blog.run(&["analyze", "警惕薅毛房　ＡＰＰ跑分騙局"]).ends_with(0).out);
    let ran = blog.run(&["analyze", "--format", "json", "跑分APP"]);
    ran.ends_with(0).tells("note: there is no index in `index`");
    insta::assert_snapshot!("analyze_json", ran.out);
    blog.run(&["analyze"]).ends_with(2);
}

#[test]
fn an_analysis_knows_the_words_of_the_posts() {
    let blog = tagged(tagged(Blog::new(), "a.md", "薅毛房"), "b.md", "薅毛房").refresh();
    let answer = blog.get(&format!("/api/analyze?text={}", escaped("薅毛房"))).json();
    assert_eq!(
        answer["words"],
        serde_json::json!([
            {"start": 0, "end": 3, "term": "薅毛房", "dictionary": "learnt", "inside": false}
        ])
    );
    let ran = blog.close().run(&["analyze", "--format", "json", "薅毛房"]).ends_with(0).out.clone();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran).unwrap(), answer);
}

#[test]
fn an_analysis_shows_what_a_search_looks_for() {
    let blog = Blog::new().beside("anli.yaml", "synonyms:\n  - [杀猪盘, 网恋投资诈骗]\n");
    let texts = ["被杀猪盘骗了5.8万元怎么办", "\"涉诈APP\" 5月5日 iph", "，。", "\"客服"];
    let shown: Vec<String> = texts.map(|text| blog.run(&["analyze", text]).ends_with(0).out.clone()).into();
    insta::assert_snapshot!("analyze_reading", shown.join("\n"));
    let ran = blog.run(&["analyze", "--format", "json", "杀猪盘的5.8万元"]);
    let body: serde_json::Value = serde_json::from_str(&ran.ends_with(0).out).unwrap();
    insta::assert_snapshot!("analyze_reading_json", serde_json::to_string_pretty(&body["reading"]).unwrap());
}

#[test]
fn an_analysis_over_http_reads_by_the_synonyms_in_use() {
    let blog = Blog::new().titled("a.md", "甲", "押金。").refresh();
    let names = ["押金", "保证金"].map(str::to_owned).to_vec();
    let blog = blog.synonyms(&[anli::query::Rule::Same(names)]);
    let body = blog.get(&format!("/api/analyze?text={}", escaped("押金"))).json();
    let way = &body["reading"]["needs"][0]["ways"][1];
    assert_eq!((&way["match"], &way["phrases"][0]["text"]), (&"synonym".into(), &"保证金".into()), "{body}");
}

#[test]
fn an_analysis_over_http_is_refused_without_a_text_or_with_too_much() {
    let blog = Blog::new().titled("a.md", "甲", "押金。").refresh();
    let refused = |query: &str, words: &str| {
        let answer = blog.get(&format!("/api/analyze?{query}"));
        assert_eq!((answer.status, answer.text.contains(words)), (400, true), "{}", answer.text);
    };
    refused("", "`text`: found 0 characters, expected 1 to 500");
    refused(&format!("text={}", "a".repeat(501)), "found 501 characters");
    refused("text=a&text=b", "`text` is given more than once");
    refused("q=a", "unknown parameter `q`, expected one of `text`");
    assert_eq!(blog.get("/api/analyze?text=%ff").status, 200);
}

/// What each of six posts says before and after a new word, and besides.
const WRITING: [(&str, &str, &str); 6] = [
    (
        "邻居参加",
        "以后",
        "周末天气晴朗，我们全家去湖边野餐，孩子在草地上放风筝，直到傍晚才依依不舍地回来，路上还遇见多年未见的同窗。",
    ),
    (
        "警方通报",
        "案件",
        "图书馆新到一批旧书，管理员逐册登记编号，残破之处用薄纸细心修补，再按年代摆上书架，供读者免费翻阅。",
    ),
    (
        "骗子推荐",
        "项目",
        "山里的茶园正忙着采摘，清晨露水还没干，姑娘们背着竹篓上坡，歌声飘过梯田，惊起几只白鹭掠向溪流对岸。",
    ),
    ("网上出现", "广告", "老街拐角有家面馆，汤底用牛骨熬足八个钟头，撒葱花与香菜，配一碟泡萝卜，冬夜里吃完浑身暖和。"),
    (
        "老人购买",
        "被骗",
        "铁路博物馆展出蒸汽机车，讲解员演示如何添煤、调压、鸣笛，小朋友排队摸方向手柄，快门声此起彼伏。",
    ),
    (
        "公司推销",
        "产品",
        "台风过后码头恢复通航，渔民抢修船网，冷库连夜制冰，批发市场凌晨两点就灯火通明，海鲜陆续运往内地。",
    ),
];

/// Posts that write of 菇粮券, and hidden ones that write of 锵呛镪.
fn writing() -> Blog {
    let mut blog = Blog::new();
    for (i, (before, after, besides)) in WRITING.into_iter().enumerate() {
        let body = |word: &str| format!("{before}{word}{after}。\n\n{besides}\n\n{after}，{before}{word}{after}。");
        blog = blog.titled(&format!("{i}.md"), &format!("第{i}篇"), &body("菇粮券"));
        let hidden = format!("---\ntitle: 内部\nhidden: true\n---\n{}\n", body("锵呛镪"));
        blog = blog.post(&format!("hidden/{i}.md"), &hidden);
    }
    blog
}

#[test]
fn new_words_are_found_and_offered_as_the_dictionary_takes_them() {
    let blog = writing();
    let ran = blog.run(&["words", "--min-count", "5"]);
    insta::assert_snapshot!(ran.ends_with(0).out);
    // Pasted as it is, it is a dictionary; then nothing new is left.
    let blog = blog.beside("anli.yaml", &ran.out);
    blog.run(&["words", "--min-count", "5"]).ends_with(1).tells("no new word occurs 5 times or more");
    let blog = blog.beside("anli.yaml", "");
    let ran = blog.run(&["words", "--min-count", "5", "--limit", "1", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&ran.ends_with(0).out).unwrap();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    assert_eq!((&found[0]["count"], &found[0]["posts"]), (&12.into(), &6.into()), "{found}");
}

#[test]
fn hidden_posts_give_no_words() {
    let blog = writing();
    let ran = blog.run(&["words", "--min-count", "2"]);
    assert!(!ran.out.contains('锵'), "{}", ran.out);
    assert!(!ran.out.contains("hidden/"), "{}", ran.out);
}
