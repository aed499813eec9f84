//! Whatever happens to the disk while the service runs: it goes on answering, says what is wrong once, and recovers by
//! itself.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anli::{
    engine::{Engine, faults, faults::FaultKind, verify},
    refresh::Scope,
};
use serde_json::Value;
use walkdir::WalkDir;

use crate::harness::{Blog, Service, eventually, of_another_kind};

fn posts() -> Blog {
    Blog::new().titled("a.md", "甲", "包裹丢了，先交押金。").titled("b.md", "乙", "湖边野餐。")
}

/// The files of the index, without its lock and pointer; those that the writer removes meanwhile are left out.
fn files(blog: &Blog) -> Vec<PathBuf> {
    let found = WalkDir::new(blog.index()).min_depth(2).sort_by_file_name().into_iter().filter_map(Result::ok);
    found.filter(|found| found.file_type().is_file()).map(|found| found.into_path()).collect()
}

/// Does something bad to a file.
type Damage = fn(&Path) -> io::Result<()>;

/// Ways in which files go bad.
const DAMAGES: [(&str, Damage); 5] = [
    ("zeroed", |file| fs::write(file, vec![0; fs::metadata(file)?.len() as usize])),
    ("truncated", |file| fs::File::options().write(true).open(file)?.set_len(7)),
    ("garbled", |file| {
        let bytes: Vec<u8> = fs::read(file)?.iter().map(|byte| byte ^ 0x10).collect();
        fs::write(file, bytes)
    }),
    ("deleted", |file| fs::remove_file(file)),
    ("a folder", |file| {
        fs::remove_file(file)?;
        fs::create_dir(file)
    }),
];

/// Does something bad to all files of the index. The segments of a first build are merged meanwhile, and what a merge leaves
/// behind goes at any moment: a file that is gone needs no harm.
fn damage_all(blog: &Blog, damage: Damage) {
    for file in files(blog) {
        match damage(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            outcome => outcome.unwrap(),
        }
    }
}

/// The service keeps up with its posts and says that all is well.
#[track_caller]
fn is_well(service: &Service, blog: Blog) -> Blog {
    let blog = blog.titled("new.md", "新", "雨伞落在车站。");
    service.soon_finds("雨伞", &["new"]);
    eventually(|| match service.readiness() {
        (200, body) if body["status"] == "ok" => Ok(()),
        other => Err(format!("{other:?}\n{}", service.log())),
    });
    assert_eq!(service.status()["failure"], Value::Null);
    assert_eq!(service.search("押金"), ["a"]);
    let log = service.log();
    assert!(!log.contains("panicked"), "{log}");
    blog
}

#[test]
fn a_service_outlives_damage_to_all_of_its_files() {
    for (what, damage) in DAMAGES {
        let blog = posts();
        let service = blog.serve(&[]);
        damage_all(&blog, damage);
        assert_eq!(service.search("押金"), ["a"], "{what}");
        let blog = is_well(&service, blog);
        drop(service);
        // Whatever it made of it, the next start has everything.
        let service = blog.serve(&[]);
        assert_eq!((service.search("雨伞"), service.search("野餐")), (vec!["new".into()], vec!["b".into()]), "{what}");
        blog.run(&["index", "--verify"]).ends_with(0).says("sound");
    }
}

#[test]
fn damage_that_no_search_meets_is_found_and_mended() {
    let blog = posts();
    let service = blog.serve(&["--examine-every", "1"]);
    let generation = service.status()["generation"].clone();
    for terms in files(&blog).into_iter().filter(|file| file.extension().is_some_and(|end| end == "term")) {
        let mut bytes = fs::read(&terms).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(terms, bytes).unwrap();
    }
    eventually(|| match &service.status()["generation"] {
        same if *same == generation => Err(same.to_string()),
        _ => Ok(()),
    });
    assert!(service.status()["rebuilt"].to_string().contains(".term"), "{}", service.status());
    assert_eq!(service.search("押金"), ["a"]);
    blog.run(&["index", "--verify"]).ends_with(0).says("sound");
}

#[test]
fn a_service_outlives_that_its_index_is_removed() {
    let blog = posts();
    let service = blog.serve(&[]);
    fs::remove_dir_all(blog.index()).unwrap();
    assert_eq!(service.search("押金"), ["a"]);
    let blog = is_well(&service, blog);
    blog.run(&["search", "雨伞"]).ends_with(0).says("新");
    drop(service);
    blog.run(&["index", "--verify"]).ends_with(0);
}

#[test]
fn what_lasts_is_said_once_and_ends_by_itself() {
    let blog = posts();
    let service = blog.serve(&[]);
    let away = blog.home().join("away");
    fs::rename(blog.index(), &away).unwrap();
    fs::write(blog.index(), "no folder").unwrap();
    let blog = blog.titled("c.md", "丙", "雨天的快递。");
    // It answers as before, and says that it is late.
    let why = eventually(|| match service.readiness() {
        (200, body) if body["status"] == "degraded" => Ok(body["why"].as_str().unwrap().to_owned()),
        other => Err(format!("{other:?}")),
    });
    assert!(why.starts_with("changes are not seen: "), "{why}");
    assert!(!why.contains(blog.home().to_str().unwrap()), "{why}");
    eventually(|| {
        let failure = service.status()["failure"]["message"].clone();
        if failure.as_str().is_some_and(|failure| failure.contains("`index`")) {
            Ok(())
        } else {
            Err(failure.to_string())
        }
    });
    assert_eq!(service.search("押金"), ["a"]);
    std::thread::sleep(std::time::Duration::from_secs(3));
    let errors = |log: &str| log.lines().filter(|line| line.contains("ERROR")).map(str::to_owned).collect::<Vec<_>>();
    let said = errors(&service.log());
    assert!(said.len() <= 2, "{said:#?}");
    fs::remove_file(blog.index()).unwrap();
    fs::rename(away, blog.index()).unwrap();
    service.soon_finds("快递", &["c"]);
    let _blog = is_well(&service, blog);
    assert!(service.log().contains("the index is up to date again"), "{}", service.log());
}

#[test]
fn an_earlier_generation_answers_until_the_new_one_is_whole() {
    let blog = of_another_kind(posts().refresh().close());
    let blog = blog.titled("c.md", "丙", "雨天的快递。");
    // Others find what there was, as long as the new one has not all.
    let mut blog = blog;
    let laid = faults::lay(&blog.index(), FaultKind::Full, 40);
    assert!(blog.try_refresh(&Scope::All).is_err() && laid.struck());
    drop(laid);
    assert!(blog.rebuilt().unwrap().contains("another version"));
    let old = Engine::open(&blog.index()).unwrap();
    assert!(old.generation().contains("0123456789abcdef"));
    blog.run(&["search", "快递"]).ends_with(1);
    blog.run(&["search", "押金"]).ends_with(0).says("甲");
    // The routes say so.
    let live = anli::engine::Live::new(old.clone());
    let ready = blog.get_of(&live, "/readyz");
    assert_eq!((ready.status, &ready.json()["status"]), (200, &Value::from("degraded")));
    let body = blog.get_of(&live, "/api/status").json();
    assert_eq!((&body["generation"], &body["ready"]), (&Value::from(old.generation()), &Value::from(false)));
    assert_eq!(body["building"], Value::from(blog.engine().generation()));
    // Whoever still reads the old one can go on when the new one has taken over.
    let blog = blog.refresh();
    let body = blog.get("/api/status").json();
    assert_eq!((&body["building"], &body["ready"]), (&Value::Null, &Value::from(true)));
    blog.run(&["search", "快递"]).ends_with(0).says("丙");
    assert_eq!(old.searcher().unwrap().counts(), (2, 2));
    let there = blog.index().join(old.generation());
    assert!(there.is_dir(), "it is still read");
    drop((old, live));
    let blog = blog.refresh();
    assert!(!there.exists(), "nobody reads it any more");
    is_whole(&blog);
}

#[test]
fn an_index_of_another_format_is_neither_missing_nor_damaged() {
    let blog = posts().refresh().close();
    let name = fs::read_to_string(blog.index().join("current")).unwrap();
    let other = name.trim().replacen("gen-", "gen-7", 1);
    fs::rename(blog.index().join(name.trim()), blog.index().join(&other)).unwrap();
    fs::write(blog.index().join("current"), name.replace(name.trim(), &other)).unwrap();
    for arguments in [["search", "押金"], ["index", "--verify"]] {
        blog.run(&arguments).ends_with(2).tells("was built by another version of anli").tells("`anli index`");
    }
    blog.run(&["index"]).ends_with(0);
    blog.run(&["search", "押金"]).ends_with(0).says("甲");
}

#[test]
fn a_service_of_a_new_version_takes_over_while_it_runs() {
    let blog = of_another_kind(posts().refresh().close()).titled("c.md", "丙", "雨天的快递。");
    let service = blog.serve(&[]);
    service.soon_finds("快递", &["c"]);
    let blog = is_well(&service, blog);
    assert_eq!(service.status()["building"], Value::Null);
    assert!(service.status()["rebuilt"].as_str().unwrap().contains("another version"));
    drop(service);
    is_whole(&blog);
}

/// An index is whole that reads back as the posts are.
#[track_caller]
fn is_whole(blog: &Blog) {
    blog.run(&["index", "--verify"]).ends_with(0).says("sound");
}

#[test]
fn a_build_that_was_interrupted_is_gone_on_with() {
    let mut blog = of_another_kind(posts().refresh().close());
    let laid = faults::lay(&blog.index(), FaultKind::PowerCut, 45);
    assert!(blog.try_refresh(&Scope::All).is_err());
    drop(laid);
    let begun = blog.engine().generation().to_owned();
    let blog = blog.crash().refresh();
    assert_eq!(blog.engine().generation(), begun);
    is_whole(&blog);
}

#[test]
fn a_rebuild_answers_by_the_old_index_until_it_is_done() {
    let mut blog = posts().refresh().close();
    let name = fs::read_to_string(blog.index().join("current")).unwrap();
    let laid = faults::lay(&blog.index(), FaultKind::Full, 30);
    assert!(blog.try_rebuild().is_err() && laid.struck());
    drop(laid);
    assert_eq!(fs::read_to_string(blog.index().join("current")).unwrap(), name);
    // The next run goes on with the index that is whole, and not with the one that was begun.
    let blog = blog.refresh();
    assert_eq!((blog.rebuilt(), blog.report().changed()), (None, false));
    is_whole(&blog.close());
}

/// With this done to `name` in the folder of the index, the next refresh says so or puts it right, and nothing is built
/// anew.
#[track_caller]
fn in_place_of(name: &str, is_empty: bool) {
    let mut blog = posts().refresh().close();
    let current = fs::read_to_string(blog.index().join("current")).unwrap();
    let place = blog.index().join(name.replace("gen", current.trim()));
    _ = fs::remove_file(&place);
    fs::create_dir(&place).unwrap();
    if !is_empty {
        fs::write(place.join("mine.txt"), "keep").unwrap();
        let error = blog.try_refresh(&Scope::All).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        assert!(place.join("mine.txt").exists(), "{name}");
        fs::remove_dir_all(&place).unwrap();
        fs::write(blog.index().join("current"), &current).unwrap();
    }
    let blog = blog.edit("a.md", "押金", "保证金").refresh();
    assert_eq!((blog.rebuilt(), blog.report().put), (None, 1), "{name}");
    assert_eq!(fs::read_to_string(blog.index().join("current")).unwrap(), current, "{name}");
    blog.search("保证金").finds(&["a"]);
}

#[test]
fn an_empty_folder_in_place_of_a_file_of_ours_is_no_harm() {
    for name in ["lock", "current", "current.new", "gen/.tantivy-meta.lock", "gen/meta.json.new"] {
        in_place_of(name, true);
    }
}

#[test]
fn a_folder_that_holds_something_is_nobodys_to_remove_and_no_reason_to_build_anew() {
    for name in ["lock", "current"] {
        in_place_of(name, false);
    }
}

#[test]
fn a_disk_without_room_is_told_before_anything_is_written() {
    let mut blog = posts();
    for i in 0..30 {
        blog = blog.titled(&format!("long/{i}.md"), "长", &"有人自称客服。".repeat(4_000));
    }
    fs::create_dir(blog.index()).unwrap();
    let laid = faults::lay(&blog.index(), FaultKind::Room(5 << 20), 0);
    let error = blog.try_refresh(&Scope::All).unwrap_err().to_string();
    assert!(error.contains("may need 8 MB more, and 5 MB are free"), "{error}");
    assert_eq!(blog.searcher().counts(), (0, 0));
    drop(laid);
    let blog = blog.refresh();
    assert_eq!(blog.searcher().counts().0, 32);
    // Little is written without asking.
    let mut blog = blog.titled("a.md", "甲", "机票。");
    let _laid = faults::lay(&blog.index(), FaultKind::Room(1), 0);
    blog.try_refresh(&Scope::All).unwrap();
}

#[test]
fn strays_of_a_killed_writer_are_no_damage() {
    let blog = posts().refresh().close();
    let generation = files(&blog)[0].parent().unwrap().to_owned();
    let stray = |name: &str| fs::write(generation.join(name), "half written").unwrap();
    let names = ["0123456789abcdef0123456789abcdef.idx", ".tmpAbC123", "meta.json.new", ".managed.json"];
    names.iter().for_each(|name| stray(name));
    fs::write(blog.index().join("current.new"), "gen-").unwrap();
    let blog = blog.titled("c.md", "丙", "雨天的快递。").refresh();
    assert_eq!((blog.rebuilt(), blog.report().put), (None, 1));
    for name in names {
        assert!(!generation.join(name).exists(), "`{name}` is left");
    }
    is_whole(&blog);
}

#[test]
fn each_damage_is_named_with_its_file() {
    for (what, damage) in DAMAGES {
        for at in 0.. {
            let blog = posts().refresh().close();
            let Some(file) = files(&blog).into_iter().nth(at) else { break };
            let name = file.file_name().unwrap().to_str().unwrap();
            if fs::metadata(&file).unwrap().len() == 0 {
                continue;
            }
            damage(&file).unwrap();
            let ran = blog.run(&["index", "--verify"]);
            ran.ends_with(1).says("not sound: ");
            assert!(ran.out.contains(&format!("`{name}")) || name == "meta.json", "{name} {what}: {}", ran.out);
            assert!(!ran.err.contains("panicked"), "{name} {what}: {}", ran.err);
            assert!(verify(&blog.index()).unwrap().1.is_none());
        }
    }
}

#[test]
fn a_verification_compares_with_the_posts_and_disturbs_nobody() {
    let blog = posts().titled("c.md", "丙", "雨天的快递。").post("d.md", "---\ntitle: 丁\ndraft: true\n---\n");
    blog.run(&["index", "--verify"]).fails("there is no index");
    let service = blog.serve(&[]);
    blog.run(&["index", "--verify"]).ends_with(0).says("4 documents").says("sound");
    drop(service);
    let blog = blog.edit("a.md", "押金", "定金").delete("b.md").titled("e.md", "戊", "新的。");
    let ran = blog.run(&["index", "--verify"]);
    ran.ends_with(1).says("not sound: 3 errors").says("`a.md` is another in the index than in the posts folder");
    ran.says("`b.md` is in the index, but not in the posts folder").says("`e.md` is not in the index");
    blog.run(&["index"]).ends_with(0);
    blog.run(&["index", "--verify"]).ends_with(0);
    blog.run(&["index", "--verify", "--rebuild"]).ends_with(2);
}
