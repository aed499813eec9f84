//! Laws, tried with whatever happens to come.

use std::collections::{BTreeMap, BTreeSet};

use anli::{
    engine::faults::{self, FaultKind},
    query::Sort,
    refresh::Scope,
};
use proptest::{prelude::*, test_runner::Config};

use crate::harness::{Blog, of_another_kind};

/// One thing that happens in a folder of posts.
#[derive(Debug, Clone)]
enum Step {
    Write(u8, u8),
    Rename(u8, u8),
    Delete(u8),
    RefreshAll,
    RefreshThere,
    Restart,
    /// The process ends without a word.
    Crash,
    /// The disk fails at a call of a refresh.
    Fail(u8, u8),
    /// The index is made by another version.
    Upgrade,
}

const KINDS: [FaultKind; 4] = [FaultKind::Full, FaultKind::Broken, FaultKind::Short, FaultKind::PowerCut];
const PATHS: [&str; 6] = ["a.md", "a.markdown", "b.md", "deep/a.md", "deep/down/c.md", "_drafts/d.md"];
const TEXTS: [&str; 9] = [
    "---\ntitle: 甲\ntags: [刷单]\n---\n包裹丢了。\n",
    "---\ntitle: 乙\ndate: 2021-02-03\n---\n## 案例一\n包裹与机票。\n\n## 案例二\n转账。\n",
    "---\ntitle: 丙\ndraft: true\n---\n包裹。\n",
    "---\ntitle: [丁\n---\n包裹坏了。\n",
    "---\ntitle: 戊\ntags: [薅毛房]\n---\n转账。\n",
    "---\ntitle: “薅毛房”\n---\n包裹被薅毛房拿走。\n",
    "包裹",
    "",
    "\u{0}\u{1}\u{2}\u{0}\u{fffd}",
];

fn step() -> impl Strategy<Value = Step> {
    let (path, text) = (0..PATHS.len() as u8, 0..TEXTS.len() as u8);
    prop_oneof![
        4 => (path.clone(), text).prop_map(|(path, text)| Step::Write(path, text)),
        2 => (path.clone(), path.clone()).prop_map(|(from, to)| Step::Rename(from, to)),
        2 => path.prop_map(Step::Delete),
        1 => Just(Step::RefreshAll),
        2 => Just(Step::RefreshThere),
        1 => Just(Step::Restart),
        1 => Just(Step::Crash),
        3 => (0..KINDS.len() as u8, 0..90_u8).prop_map(|(kind, at)| Step::Fail(kind, at)),
        1 => Just(Step::Upgrade),
    ]
}

/// Does one step; notes where something changed.
fn take(blog: Blog, step: &Step, touched: &mut BTreeSet<&'static str>) -> Blog {
    let path = |at: &u8| PATHS[usize::from(*at)];
    match step {
        Step::Write(at, text) => {
            touched.insert(path(at));
            blog.file(path(at), TEXTS[usize::from(*text)])
        }
        Step::Rename(from, to) if blog.path(path(from)).is_file() && from != to => {
            touched.extend([path(from), path(to)]);
            blog.rename(path(from), path(to))
        }
        Step::Delete(at) if blog.path(path(at)).is_file() => {
            touched.insert(path(at));
            blog.delete(path(at))
        }
        Step::Rename(..) | Step::Delete(_) => blog,
        Step::RefreshAll => {
            touched.clear();
            blog.refresh()
        }
        Step::RefreshThere => {
            let there: Vec<&str> = std::mem::take(touched).into_iter().collect();
            blog.refresh_at(&there)
        }
        Step::Restart => blog.close(),
        Step::Crash => blog.crash(),
        Step::Fail(kind, at) => fail(blog, KINDS[usize::from(*kind)], usize::from(*at), touched),
        Step::Upgrade if blog.index().join("current").is_file() => {
            // Another generation begins with nothing.
            touched.extend(PATHS);
            of_another_kind(blog.crash())
        }
        Step::Upgrade => blog,
    }
}

/// Refreshes while the disk fails at a call; what others find meanwhile is what they found, or what they are to find.
fn fail(mut blog: Blog, kind: FaultKind, at: usize, touched: &mut BTreeSet<&'static str>) -> Blog {
    std::fs::create_dir_all(blog.index()).unwrap();
    let before = blog.truth_elsewhere();
    let laid = faults::lay(&blog.index(), kind, at);
    let outcome = blog.try_refresh(&Scope::All);
    if outcome.is_ok() {
        touched.clear();
    } else {
        let after = blog.truth_elsewhere();
        assert!(after == before || laid.struck(), "{outcome:?}");
    }
    if kind == FaultKind::PowerCut {
        blog = blog.crash();
        laid.lose_power().unwrap();
        // What was seen may be lost again.
        touched.extend(PATHS);
    }
    blog
}

/// Everything that a reader can see of the posts that are as they should be.
fn seen(blog: &Blog) -> BTreeMap<String, (String, String, String)> {
    let all = blog.search_with("", |query| query.sort = Sort::Oldest);
    let fresh = all.hits.hits.iter().filter(|hit| !hit.stale);
    let posts = fresh.map(|hit| {
        let post = blog.searcher().post(&hit.id).unwrap().unwrap();
        (hit.id.to_string(), (post.title, post.url, post.text))
    });
    posts.collect()
}

/// What some searches find among them.
fn found(blog: &Blog) -> Vec<BTreeSet<String>> {
    let fresh = |text: &str, cases: bool| -> BTreeSet<String> {
        let found = if cases { blog.cases(text) } else { blog.search(text) };
        let named = found.hits.hits.iter().filter(|hit| !hit.stale);
        named.map(|hit| format!("{} {:?}", hit.id, hit.case.as_ref().map(|case| case.number))).collect()
    };
    ["包裹", "机票", "刷单", "转账", "包"].iter().flat_map(|text| [fresh(text, false), fresh(text, true)]).collect()
}

#[test]
fn after_whatever_happened_the_index_equals_one_built_from_nothing() {
    let config = Config { cases: 40, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..24))| {
        let mut touched = BTreeSet::new();
        let mut blog = Blog::new();
        for step in &steps {
            blog = take(blog, step, &mut touched);
        }
        // Half of the time the last changes are seen by hints alone.
        let there: Vec<&str> = touched.into_iter().collect();
        let blog = if steps.len() % 2 == 0 { blog.refresh() } else { blog.refresh_at(&there) };
        let mut anew = Blog::new();
        for path in PATHS {
            if let Ok(bytes) = std::fs::read(blog.path(path)) {
                anew = anew.file(path, bytes);
            }
        }
        let anew = anew.refresh();
        // A broken post shows what it was, or what could be saved of it: both are right.
        let stale: BTreeSet<String> = blog.search("").hits.hits.iter()
            .filter(|hit| hit.stale).map(|hit| hit.id.to_string()).collect();
        let without = |mut seen: BTreeMap<String, (String, String, String)>| {
            seen.retain(|id, _| !stale.contains(id));
            seen
        };
        prop_assert_eq!(without(seen(&blog)), without(seen(&anew)));
        if stale.is_empty() {
            prop_assert_eq!(found(&blog), found(&anew));
            prop_assert_eq!(blog.truth(), anew.truth());
            // The same words are learnt, and the same posts cut by them.
            let (kept, made) = (blog.engine().analyzer(), anew.engine().analyzer());
            prop_assert_eq!(kept.dictionary(), made.dictionary());
            for word in ["薅毛房", "薅", "毛房"] {
                prop_assert_eq!(blog.searcher().with_word(word).unwrap(), anew.searcher().with_word(word).unwrap());
            }
        }
        // And a full comparison has nothing left to do; the first of all writes down that it was one.
        let mut settled = blog.refresh();
        prop_assert!(!settled.report().changed(), "{:?}", settled.report());
        // A file is read again while its timestamps are so young that they may hide a change, and once more after that.
        let is_quiet = (0..100).any(|_| {
            let commit = settled.searcher().commit();
            settled = std::mem::replace(&mut settled, Blog::new()).refresh();
            let is_quiet = settled.searcher().commit() == commit;
            if !is_quiet {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            is_quiet
        });
        prop_assert!(is_quiet);
    });
}

#[test]
fn any_bytes_are_indexed_or_skipped_or_failed() {
    let front = prop_oneof![Just("---\n"), Just("+++\n"), Just("{"), Just(""), Just("\u{feff}---\r\n")];
    let bytes = (front, prop::collection::vec(any::<u8>(), 0..200), "(?s).{0,80}", any::<bool>());
    let files = prop::collection::vec(bytes, 1..12);
    proptest!(Config { cases: 24, failure_persistence: None, ..Config::default() }, |(files in files)| {
        let mut blog = Blog::new();
        for (i, (front, noise, text, noisy)) in files.iter().enumerate() {
            let rest = if *noisy { noise.clone() } else { text.clone().into_bytes() };
            blog = blog.file(&format!("{i}.md"), [front.as_bytes(), &rest].concat());
        }
        let blog = blog.refresh();
        let totals = blog.status().totals.clone();
        let skipped: usize = totals.skipped.values().sum();
        prop_assert_eq!(totals.files, files.len());
        prop_assert_eq!(totals.indexed + skipped + totals.failed, totals.files);
        prop_assert_eq!(blog.searcher().counts().0, totals.indexed);
        prop_assert!(!blog.refresh().report().changed());
    });
}
