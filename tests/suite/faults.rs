//! The disk fails at any call, and nothing is lost, doubled or wrong.

use std::fs;

use anli::{
    engine::faults::{self, FaultKind, Laid},
    refresh::Scope,
};

use crate::harness::{Blog, Truth, of_another_kind};

fn first() -> Blog {
    Blog::new()
        .titled("a.md", "甲", "包裹丢了，先交押金。")
        .titled("b.md", "乙", "## 案例一\n田女士收到退款短信。\n\n## 案例二\n有人自称房东，要先付定金。")
        .titled("2022/c.md", "丙", "湖边野餐，顺便取快递。")
        .post("d.md", "---\ntitle: 丁\ndraft: true\n---\n未写完。\n")
        .post("e.md", "---\ntitle: 戊\ntags: [薅毛房]\n---\n转账之后群就解散了。\n")
}

/// All kinds of changes: an edit, a new word, a rename, a deletion, a new file, one that is hidden and one that breaks.
fn second(blog: Blog) -> Blog {
    blog.edit("a.md", "押金", "保证金")
        .post("f.md", "---\ntitle: “薅毛房”\n---\n包裹被薅毛房拿走。\n")
        .rename("2022/c.md", "2023/c.md")
        .delete("d.md")
        .post("e.md", "---\ntitle: 戊\ntags: [薅毛房]\nhidden: true\n---\n转账之后群就解散了。\n")
}

/// What the index may say at some time.
fn truths() -> [Truth; 2] {
    let blog = first();
    let before = blog.truth_anew();
    [before, second(blog).truth_anew()]
}

/// What the index says, to whoever asks, is one of these; or nothing, before there was an index. Opening it elsewhere takes
/// its time, and so is done only where something `failed`.
#[track_caller]
fn is_one_of(blog: &Blog, truths: &[Truth], built: bool, failed: bool, when: &str) {
    let elsewhere = if failed || blog.truth().is_none() { blog.truth_elsewhere() } else { None };
    assert!(elsewhere.is_some() || !built || !failed, "{when}: there is no index any more");
    for truth in [blog.truth(), elsewhere].into_iter().flatten() {
        assert!(truth.is_empty() && !built || truths.contains(&truth), "{when}: {truth:?}");
    }
}

/// Gives files of segments that the last commit does not name: on a full disk nothing but their going makes room.
fn superfluous(blog: &Blog) -> Vec<String> {
    let folders = fs::read_dir(blog.index()).unwrap().map(|entry| entry.unwrap().path());
    let mut found = Vec::new();
    for folder in folders.filter(|folder| folder.is_dir()) {
        let list = fs::read_to_string(folder.join("meta.json")).unwrap_or_default().replace('-', "");
        let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let is_unnamed =
            |name: &String| name.split_once('.').is_some_and(|(id, _)| id.len() == 32 && !list.contains(id));
        found.extend(names.filter(is_unnamed));
    }
    found
}

/// There is one generation and nothing left to be done.
#[track_caller]
fn is_settled(blog: Blog, when: &str) {
    let blog = blog.close().refresh();
    assert_eq!((blog.rebuilt(), blog.report().changed()), (None, false), "{when}");
    assert_eq!(superfluous(&blog), [""; 0], "{when}");
    let folders = fs::read_dir(blog.index()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(folders.count(), 1, "{when}");
}

/// Ends a fault, every other time with a crash, and says whether its call came.
fn is_over(mut blog: Blog, laid: Laid, kind: FaultKind, at: usize) -> (Blog, bool) {
    if kind == FaultKind::PowerCut {
        blog = blog.crash();
        laid.lose_power().unwrap();
    }
    let struck = laid.struck();
    drop(laid);
    if at.is_multiple_of(2) {
        blog = blog.crash();
    }
    (blog, struck)
}

/// Builds, changes and refreshes with a fault at a call; afterwards everything is as if there had been none. Says whether
/// the call came.
#[track_caller]
fn check(kind: FaultKind, at: usize, truths: &[Truth; 2]) -> bool {
    let when = format!("{kind:?} at {at}");
    let mut blog = first();
    fs::create_dir(blog.index()).unwrap();
    let laid = faults::lay(&blog.index(), kind, at);
    let built = blog.try_refresh(&Scope::All);
    assert!(built.is_ok() || laid.struck(), "{when}: {built:?}");
    is_one_of(&blog, &truths[..1], built.is_ok(), built.is_err(), &when);
    let struck_first = laid.struck();
    blog = second(blog);
    let refreshed = blog.try_refresh(&Scope::All);
    assert!(refreshed.is_ok() || laid.struck(), "{when}: {refreshed:?}");
    is_one_of(&blog, truths, built.is_ok() || refreshed.is_ok(), refreshed.is_err(), &when);
    let (blog, struck) = is_over(blog, laid, kind, at);
    is_one_of(&blog, truths, built.is_ok() || refreshed.is_ok(), kind == FaultKind::PowerCut, &when);
    let blog = blog.refresh();
    assert_eq!(blog.rebuilt(), None, "{when}: nothing is to be built again");
    assert_eq!(blog.truth().as_ref(), Some(&truths[1]), "{when}");
    if !struck_first {
        assert!(blog.report().put <= 3, "{when}: {:?}", blog.report());
    }
    is_settled(blog, &when);
    struck
}

/// The same for a generation that is built since the one in use is of another way of cutting.
#[track_caller]
fn check_switch(kind: FaultKind, at: usize, truths: &[Truth; 2]) -> bool {
    let when = format!("a switch, {kind:?} at {at}");
    let mut blog = second(of_another_kind(first().refresh().close()));
    let laid = faults::lay(&blog.index(), kind, at);
    let switched = blog.try_refresh(&Scope::All);
    assert!(switched.is_ok() || laid.struck(), "{when}: {switched:?}");
    let elsewhere = blog.truth_elsewhere().unwrap();
    assert!(truths.contains(&elsewhere), "{when}: {elsewhere:?}");
    let (blog, struck) = is_over(blog, laid, kind, at);
    let elsewhere = blog.truth_elsewhere().unwrap();
    assert!(truths.contains(&elsewhere), "{when}: {elsewhere:?}");
    let blog = blog.refresh();
    assert_eq!(blog.truth_elsewhere().as_ref(), Some(&truths[1]), "{when}");
    is_settled(blog, &when);
    struck
}

/// Has every call fail once, one after the other, until there are no more.
#[track_caller]
fn every_call(check: impl Fn(FaultKind, usize, &[Truth; 2]) -> bool, kinds: &[FaultKind]) {
    let truths = truths();
    // Neighbouring calls are of one kind, so they take turns in how they fail.
    let calls = (0..).take_while(|&at| check(kinds[at % kinds.len()], at, &truths)).count();
    assert!(calls > 50, "only {calls} calls");
}

#[test]
fn a_failing_disk_at_any_call_costs_nothing() {
    every_call(check, &[FaultKind::Full, FaultKind::Broken, FaultKind::Short]);
}

#[test]
fn a_power_cut_at_any_call_costs_nothing() {
    every_call(check, &[FaultKind::PowerCut]);
}

#[test]
fn a_failing_disk_at_any_call_of_a_switch_costs_nothing() {
    every_call(check_switch, &[FaultKind::Full, FaultKind::Broken, FaultKind::Short]);
}

#[test]
fn a_power_cut_at_any_call_of_a_switch_costs_nothing() {
    every_call(check_switch, &[FaultKind::PowerCut]);
}

#[test]
fn what_a_failed_deletion_left_behind_is_in_nobodys_way() {
    let one = || Blog::new().titled("a.md", "甲", "包裹丢了。");
    let hidden = |blog: Blog| blog.post("a.md", "---\ntitle: 丙\ndraft: true\n---\n包裹。\n");
    let truth = hidden(one()).truth_anew();
    let struck = |kind: FaultKind, at: usize| {
        let when = format!("a deletion, {kind:?} at {at}");
        let mut blog = one().refresh().delete("a.md");
        let laid = faults::lay(&blog.index(), kind, at);
        let refreshed = blog.try_refresh(&Scope::All);
        let struck = laid.struck();
        assert!(refreshed.is_ok() || struck, "{when}: {refreshed:?}");
        drop(laid);
        // What is done next is another thing that begins alike, and so its files get the same names.
        let blog = hidden(blog).refresh();
        assert_eq!((blog.rebuilt(), blog.truth()), (None, Some(truth.clone())), "{when}");
        struck
    };
    for kind in [FaultKind::Full, FaultKind::Broken, FaultKind::Short] {
        let calls = (0..).take_while(|&at| struck(kind, at)).count();
        assert!(calls > 3, "only {calls} calls");
    }
}
