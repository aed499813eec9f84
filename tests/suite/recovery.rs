//! The index is a cache: whatever happens to it, the next run has everything again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::harness::Blog;

fn posts() -> Blog {
    Blog::new()
        .titled("a.md", "甲", "包裹丢了，先交押金。")
        .titled("b.md", "乙", "湖边野餐。")
        .post("draft.md", "---\ntitle: 丙\ndraft: true\n---\n押金。\n")
}

fn indexed() -> Blog {
    let blog = posts();
    blog.run(&["index"]).ends_with(0).says("2 indexed, 1 skipped");
    blog
}

/// The files of the generation in use.
fn files(blog: &Blog) -> Vec<PathBuf> {
    let found = WalkDir::new(blog.home().join("index")).sort_by_file_name().into_iter().map(Result::unwrap);
    let files: Vec<PathBuf> =
        found.filter(|found| found.file_type().is_file()).map(|found| found.into_path()).collect();
    assert!(files.len() > 5, "{files:?}");
    files.into_iter().filter(|file| file.parent().is_some_and(|folder| !folder.ends_with("index"))).collect()
}

/// After this was done to the index, the next run warns, builds it anew, and everything is there.
#[track_caller]
fn check(damage: impl FnOnce(&Blog)) {
    let blog = indexed();
    damage(&blog);
    blog.run(&["index"]).ends_with(0).tells("warning: ").tells("building it anew").says("2 put");
    whole(blog);
}

/// Nothing is left to be done, and everything is found.
#[track_caller]
fn whole(blog: Blog) {
    let blog = blog.refresh();
    assert_eq!((blog.rebuilt(), blog.report().put), (None, 0));
    blog.search("押金").finds(&["a"]);
    blog.search("野餐").finds(&["b"]);
}

fn garble(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    match bytes.get_mut(middle) {
        Some(byte) => *byte ^= 0x55,
        None => bytes.push(0x55),
    }
    fs::write(file, bytes).unwrap();
}

fn store(blog: &Blog) -> PathBuf {
    files(blog).into_iter().find(|file| file.extension().is_some_and(|extension| extension == "store")).unwrap()
}

#[test]
fn a_garbled_file_is_noticed() {
    check(|blog| garble(&store(blog)));
}

#[test]
fn a_cut_file_is_noticed() {
    check(|blog| {
        let file = store(blog);
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    });
}

#[test]
fn an_emptied_file_is_noticed() {
    check(|blog| fs::write(store(blog), "").unwrap());
}

#[test]
fn a_missing_file_is_noticed() {
    check(|blog| fs::remove_file(store(blog)).unwrap());
}

#[test]
fn a_broken_list_of_segments_is_noticed() {
    for text in ["", "{", "[]", "null", "\u{0}\u{0}"] {
        check(|blog| {
            let meta = files(blog).into_iter().find(|file| file.ends_with("meta.json")).unwrap();
            fs::write(meta, text).unwrap();
        });
    }
}

#[test]
fn a_missing_generation_is_noticed() {
    check(|blog| fs::remove_dir_all(store(blog).parent().unwrap()).unwrap());
}

#[test]
fn an_index_of_another_version_gives_way() {
    check(|blog| {
        let index = blog.home().join("index");
        let name = fs::read_to_string(index.join("current")).unwrap();
        fs::rename(index.join(name.trim()), index.join("gen-0-abcdef-1")).unwrap();
        fs::write(index.join("current"), "gen-0-abcdef-1\n").unwrap();
    });
}

#[test]
fn damage_is_told_though_the_pointer_is_damaged_too() {
    check(|blog| {
        files(blog).iter().chain([&blog.index().join("current")]).for_each(|file| fs::write(file, "x").unwrap())
    });
}

#[test]
fn a_pointer_to_nowhere_is_no_harm() {
    for bytes in [&b""[..], b"garbage", b"../../etc", b"gen-", &[0xFF; 40]] {
        let blog = indexed();
        fs::write(blog.home().join("index/current"), bytes).unwrap();
        // What it pointed to is found again.
        blog.run(&["index"]).ends_with(0).says("0 put");
        whole(blog);
    }
}

#[test]
fn a_deleted_index_is_built_again() {
    let blog = indexed();
    fs::remove_dir_all(blog.home().join("index")).unwrap();
    blog.run(&["search", "押金"]).fails("there is no index in `index`").tells("help: ");
    blog.run(&["index"]).ends_with(0).says("2 put");
    whole(blog);
}

#[test]
fn every_single_damaged_file_is_survived() {
    for at in 0.. {
        let blog = posts().refresh().close();
        // How many there are depends on how the posts fell to the threads.
        let Some(file) = files(&blog).into_iter().nth(at) else { break };
        garble(&file);
        whole(blog.refresh().close());
    }
}

#[test]
fn any_wrong_byte_is_survived() {
    let len = |file: &PathBuf| fs::metadata(file).unwrap().len() as usize;
    let blog = posts().refresh().close();
    let all: usize = files(&blog).iter().map(len).sum();
    let mut blog = blog;
    for step in 0..60 {
        // Wherever the posts fell, the bytes of all files are gone through in long steps.
        let mut at = all * step / 60;
        let file = files(&blog).into_iter().find(|file| {
            let inside = at < len(file);
            at -= if inside { 0 } else { len(file) };
            inside
        });
        let Some(file) = file else { continue };
        let mut bytes = fs::read(&file).unwrap();
        bytes[at] = !bytes[at];
        fs::write(&file, bytes).unwrap();
        blog = blog.refresh();
        assert!(blog.rebuilt().is_some(), "byte {at} of {} is not missed", file.display());
        blog = blog.close().refresh();
        assert_eq!((blog.rebuilt(), blog.report().put), (None, 0), "the run after the damage left nothing to do");
        blog.search("押金").finds(&["a"]);
        blog = blog.close();
    }
}

#[test]
fn old_generations_are_swept_away() {
    let blog = indexed();
    for _ in 0..3 {
        blog.run(&["index", "--rebuild"]).ends_with(0).says("2 put");
    }
    let generations = fs::read_dir(blog.home().join("index")).unwrap().map(Result::unwrap);
    assert_eq!(generations.filter(|entry| entry.path().is_dir()).count(), 1);
    whole(blog);
}

#[test]
fn nothing_else_in_the_index_folder_is_touched() {
    let blog = indexed().beside("index/notes.txt", "不要删除");
    fs::create_dir(blog.home().join("index/gen_old")).unwrap();
    blog.run(&["index", "--rebuild"]).ends_with(0);
    assert_eq!(fs::read_to_string(blog.home().join("index/notes.txt")).unwrap(), "不要删除");
    assert!(blog.home().join("index/gen_old").is_dir());
}

#[test]
fn a_search_of_a_damaged_index_says_so_and_what_to_do() {
    let damages: [fn(&Path); 2] = [|file| fs::write(file, "").unwrap(), |file| fs::remove_file(file).unwrap()];
    let mut failed = Vec::new();
    for kind in ["store", "term", "idx", "pos", "fast", "json"] {
        for damage in damages {
            let blog = indexed();
            // The list of files is not needed for searching; the posts may lie in several segments.
            let hit = files(&blog).into_iter().filter(|file| !file.ends_with(".managed.json"));
            hit.filter(|file| file.extension().is_some_and(|own| own == kind)).for_each(|file| damage(&file));
            let ran = blog.run(&["search", "押金"]);
            // What a search does not look at may be missing.
            if ran.code != Some(0) {
                ran.fails("the index ").tells("help: build it anew with `anli index --rebuild`");
                failed.push(kind);
            }
            for sign in ["Error", "{", "Some(", "\""] {
                assert!(!ran.err.contains(sign), "shows `{sign}`: {}", ran.err);
            }
        }
    }
    assert!(failed.len() >= 10, "damage goes unseen: {failed:?}");
}
