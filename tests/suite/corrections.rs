//! Corrections: what was mistyped is mended, and what is right as it stands is not changed.
//!
//! `tests/corrections/` has mistyped texts with the texts that were meant (`wrong.tsv`), and texts that are right and
//! that no post has (`right.tsv`), over the sample posts and the posts of the judged pairs. A text belongs to the tuned
//! half if the sum of its code points is even; the weights of the search were chosen on that half alone. Precision: of
//! the texts for which another text was searched, the share for which this was meant. Recall: of the mistyped texts, the
//! share for which the text that was meant was searched for. `common.txt` has the 6,000 commonest words of two
//! characters of jieba's dictionary (MIT), commonest first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anli::{
    chinese::numerals::is_numeral,
    query::Correction,
    text::{
        fold,
        pinyin::{self, Syllable},
    },
};
use walkdir::WalkDir;

use crate::harness::{Blog, analyzer, dice::Dice};

/// The least precision and recall of each half.
const LEAST_PRECISION: f64 = 0.97;
const LEAST_RECALL: f64 = 0.93;
/// The least number of texts of each kind.
const FEWEST: usize = 300;

/// The sample posts and the posts of the judged pairs in one index.
fn blog() -> Blog {
    let mut blog = Blog::new();
    for (name, folder) in [("samples", "posts"), ("pairs", "tests/judged/pairs/posts")] {
        let root = root().join(folder);
        let files = WalkDir::new(&root).into_iter().map(Result::unwrap).filter(|found| found.file_type().is_file());
        for found in files {
            let path = found.path().strip_prefix(&root).unwrap().to_str().unwrap();
            blog = blog.file(&format!("{name}/{path}"), fs::read(found.path()).unwrap());
        }
    }
    blog.refresh().field_synonyms()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn file(name: &str) -> PathBuf {
    root().join("tests/corrections").join(name)
}

/// The lines of a file of the set, without comments, each as its fields.
fn lines(name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(file(name)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn is_tuned(text: &str) -> bool {
    text.chars().map(u32::from).sum::<u32>() % 2 == 0
}

/// The texts that were searched for in place of a text, folded; none without a correction.
fn taken_for(blog: &Blog, text: &str) -> Vec<String> {
    let found = blog.search_with(text, |query| query.page.limit = 10);
    let texts = |correction: &Correction| std::iter::once(&correction.text).chain(&correction.also).cloned().collect();
    let texts: Vec<String> = found.hits.correction.as_ref().map(texts).unwrap_or_default();
    texts.iter().map(|text| fold(text).as_str().to_owned()).collect()
}

/// Whether a post has all of a text as it stands.
fn is_there(blog: &Blog, text: &str) -> bool {
    let found = blog.search_with(text, |query| query.literal = true);
    found.hits.hits.iter().any(|hit| matches!(hit.matched.as_str(), "exact" | "variant"))
}

/// Expects that no other text is searched for, and that no hit is said to have all of the text.
#[track_caller]
fn check_right(blog: &Blog, text: &str) {
    let found = blog.search(text);
    assert!(found.hits.correction.is_none(), "{text}: {:?}", found.hits.correction);
    let is_honest = |class: &str| matches!(class, "exact" | "variant" | "synonym" | "partial");
    assert!(found.hits.hits.iter().all(|hit| is_honest(hit.matched.as_str())), "{text}: {:?}", found.ids());
}

#[test]
fn the_set_is_sound() {
    let blog = blog();
    let (wrong, right) = (lines("wrong.tsv"), lines("right.tsv"));
    assert!(wrong.len() >= FEWEST && right.len() >= FEWEST, "{} {}", wrong.len(), right.len());
    let all: Vec<&String> = wrong.iter().chain(&right).map(|fields| &fields[1]).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "a text stands twice");
    let there: Vec<&&String> = all.iter().filter(|text| is_there(&blog, text)).collect();
    assert!(there.is_empty(), "a post has {there:?}");
    let missing: Vec<&String> = wrong.iter().map(|fields| &fields[2]).filter(|text| !is_there(&blog, text)).collect();
    assert!(missing.is_empty(), "no post has {missing:?}");
}

#[test]
fn what_is_mistyped_is_mended_and_what_is_right_is_not() {
    let blog = blog();
    let (wrong, right) = (lines("wrong.tsv"), lines("right.tsv"));
    for tuned in [true, false] {
        let (mut corrected, mut mended, mut typed) = (0_u32, 0_u32, 0_u32);
        let mut told: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for fields in wrong.iter().filter(|fields| is_tuned(&fields[1]) == tuned) {
            let taken = taken_for(&blog, &fields[1]);
            let is_mended = taken.iter().any(|text| text == fold(&fields[2]).as_str());
            typed += 1;
            corrected += u32::from(!taken.is_empty());
            mended += u32::from(is_mended);
            if !is_mended {
                told.entry(&fields[0]).or_default().push(format!("{} for {}: {taken:?}", fields[1], fields[2]));
            }
        }
        for fields in right.iter().filter(|fields| is_tuned(&fields[1]) == tuned) {
            let taken = taken_for(&blog, &fields[1]);
            corrected += u32::from(!taken.is_empty());
            if !taken.is_empty() {
                told.entry(&fields[0]).or_default().push(format!("{}: {taken:?}", fields[1]));
            }
        }
        let (precision, recall) = (f64::from(mended) / f64::from(corrected), f64::from(mended) / f64::from(typed));
        let name = if tuned { "tuned" } else { "kept apart" };
        let figures = format!("the half {name}: precision {precision:.3}, recall {recall:.3}");
        assert!(precision >= LEAST_PRECISION && recall >= LEAST_RECALL, "{figures}\n{told:#?}");
    }
}

#[test]
fn a_common_word_is_taken_for_no_other() {
    let blog = blog();
    let words = fs::read_to_string(file("common.txt")).unwrap();
    let taken = words.split_whitespace().map(|word| (word, taken_for(&blog, word)));
    let taken: Vec<(&str, Vec<String>)> = taken.filter(|(_, texts)| !texts.is_empty()).collect();
    assert!(taken.is_empty(), "{taken:?}");
}

#[test]
fn another_number_ordinal_day_or_date_is_right() {
    let blog = blog();
    let numerals = "一二三四五六七八九十";
    for numeral in numerals.chars() {
        for text in
            ["第N条", "第N章", "第N期", "N十N岁", "N十N斤", "N月三十日", "案例十N", "初N", "十N楼", "N成半", "N折"]
        {
            check_right(&blog, &text.replace('N', &numeral.to_string()));
        }
    }
    for day in "一二三四五六日天".chars() {
        for text in ["星期", "礼拜", "周"] {
            check_right(&blog, &format!("{text}{day}"));
        }
    }
    for year in 1990..2030 {
        check_right(&blog, &format!("{year}年"));
        check_right(&blog, &format!("{year}-03-17"));
    }
    for number in 1..60 {
        for text in ["N人次", "N.5米", "A1N", "iphoneN", "v1.N.2", "QN街", "ABC-N"] {
            check_right(&blog, &text.replace('N', &number.to_string()));
        }
    }
}

#[test]
fn a_short_word_of_letters_is_not_taken_for_another() {
    let blog = blog();
    for first in 'a'..='z' {
        for (second, third) in [('p', 't'), ('s', 's'), ('x', 'q'), ('e', 't'), ('v', 'g'), ('i', 'b')] {
            for text in [format!("{first}{second}"), format!("{first}{second}{third}")] {
                let found = blog.search(&text);
                let correction = found.hits.correction.as_ref();
                assert!(
                    correction.is_none_or(|correction| correction.class.as_str() != "typo"),
                    "{text}: {correction:?}"
                );
            }
        }
    }
}

#[test]
fn a_place_is_not_taken_for_another() {
    let blog = blog();
    for place in
        ["荆州", "泰州", "抚州", "福州", "宜春", "宜昌", "惠州", "徽州", "株洲", "常德", "临海", "白山", "海盐", "枫泾"]
    {
        for kind in ["", "市", "县", "区", "镇", "人", "路", "大学"] {
            check_right(&blog, &format!("{place}{kind}"));
        }
    }
}

#[test]
fn a_homophone_of_a_rare_word_finds_the_word() {
    let blog = blog();
    let (analyzer, searcher) = (analyzer(), blog.searcher());
    let everything = blog.search_with("", |query| query.page.limit = 100);
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for offset in (0..everything.hits.total).step_by(100) {
        let page = blog.search_with("", |query| query.page.offset = offset);
        for hit in page.hits.hits {
            let post = searcher.post(&hit.id).unwrap().unwrap();
            texts.insert(hit.id.to_string(), fold(&format!("{}\n{}", post.title, post.text)).as_str().to_owned());
        }
    }
    let mut posts_with: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (id, text) in &texts {
        for token in analyzer.words(&fold(text)) {
            posts_with.entry(token.term.to_owned()).or_default().insert(id);
        }
    }
    let is_rare = |word: &str, posts: &BTreeSet<&str>| {
        word.chars().count() == 2
            && (1..=5).contains(&posts.len())
            && analyzer.knows(word)
            && !word.contains(is_numeral)
    };
    posts_with.retain(|word, posts| is_rare(word, posts));
    let mut dice = Dice::new(12);
    let (mut asked, mut failed) = (0, Vec::new());
    let everything: String = texts.values().map(String::as_str).collect::<Vec<_>>().join("\n");
    for (word, posts) in posts_with.iter().step_by(4) {
        let place = dice.below(2);
        let reading: Vec<Option<Syllable>> = pinyin::reading(word);
        let homophones: Vec<char> = reading[place].into_iter().flat_map(|own| pinyin::homophones(own, false)).collect();
        let replaced = |other: char| -> String {
            word.chars().enumerate().map(|(i, c)| if i == place { other } else { c }).collect()
        };
        // Of the commoner half, since nobody types characters that nobody knows.
        let other = homophones.get(dice.below(homophones.len().max(2) / 2)).copied().map(replaced);
        let Some(typed) = other.filter(|other| !analyzer.knows(other) && !everything.contains(other.as_str())) else {
            continue;
        };
        asked += 1;
        let found = blog.search_with(&typed, |query| query.page.limit = 10);
        if !found.ids().iter().any(|id| posts.contains(id)) {
            failed.push(format!("{typed} for {word}: {:?}", found.hits.correction.map(|correction| correction.text)));
        }
    }
    assert!(asked >= 400, "{asked}");
    assert!(failed.len() * 200 <= asked, "{} of {asked}: {failed:?}", failed.len());
}

#[test]
fn the_pinyin_of_the_beginning_of_a_title_finds_the_post() {
    let blog = blog();
    let (mut asked, mut failed) = (0, Vec::new());
    for offset in (0..blog.search("").hits.total).step_by(100) {
        for hit in blog.search_with("", |query| query.page.offset = offset).hits.hits {
            let title = fold(&hit.title.text);
            let beginning: String = title.as_str().chars().take(4).collect();
            let spelt: Vec<&str> = pinyin::spoken(title.as_str())
                .take(4)
                .filter_map(|(_, syllable)| syllable.map(Syllable::as_str))
                .collect();
            // A number is searched for by its value.
            if spelt.len() < 4 || beginning.contains(is_numeral) {
                continue;
            }
            asked += 1;
            let typed = spelt.concat();
            let found = blog.search_with(&typed, |query| query.page.limit = 10);
            if !found.ids().contains(&hit.id.as_str()) {
                failed.push(format!("{typed} for {beginning}"));
            }
        }
    }
    assert!(asked >= 300, "{asked}");
    assert!(failed.len() * 200 <= asked, "{} of {asked}: {failed:?}", failed.len());
}
