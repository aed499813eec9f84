//! The rules of the folder, tested on real folders.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]
use super::*;

/// Makes files (`name`), folders (`name/`) and links (`name -> target`).
fn folder(what: &[&str]) -> (tempfile::TempDir, Folder) {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("posts");
    fs::create_dir(&root).unwrap();
    for name in what {
        let (name, target) = name.split_once(" -> ").map_or((*name, None), |(name, to)| (name, Some(to)));
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match target {
            #[cfg(unix)]
            Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
            #[cfg(not(unix))]
            Some(_) => {}
            None if name.ends_with('/') => fs::create_dir_all(path).unwrap(),
            None => fs::write(path, "正文").unwrap(),
        }
    }
    let excluded = root.canonicalize().unwrap().join("index");
    let folder = Folder::open(&root, &[excluded], 64).unwrap();
    (home, folder)
}

fn paths(scan: &Scan) -> Vec<&str> {
    scan.entries.iter().map(|entry| entry.path.as_str()).collect()
}

/// Scans the folder, and checks that examining and reading each path follow the same rules.
#[track_caller]
fn check(what: &[&str], expected: &[&str]) -> Scan {
    let (_home, folder) = folder(what);
    let scan = folder.scan().unwrap();
    assert_eq!(paths(&scan), expected);
    assert_eq!(folder.look("").unwrap(), Looked::Folder(scan.clone()));
    for entry in &scan.entries {
        assert_eq!(folder.look(&entry.path).unwrap(), Looked::File(entry.clone()));
        assert_eq!(folder.read(&entry.path).unwrap(), "正文".as_bytes());
        if let Some((parent, _)) = entry.path.rsplit_once('/') {
            let looked = folder.look(parent).unwrap();
            assert!(matches!(&looked, Looked::Folder(below) if below.entries.contains(entry)), "{parent}: {looked:?}");
        }
    }
    for path in scan.left_out.iter().chain(&scan.outside) {
        assert_eq!(folder.look(path).unwrap(), Looked::Nothing, "{path}");
    }
    scan
}

#[test]
fn markdown_files_are_found_in_order() {
    let scan = check(
        &["b.md", "a.MARKDOWN", "2022/案例.md", "photo.jpg", "notes.txt", "empty/"],
        &["2022/案例.md", "a.MARKDOWN", "b.md"],
    );
    assert_eq!(scan.others, 2);
}

#[test]
fn what_is_no_post_is_left_out() {
    let scan = check(
        &["a.md", ".git/x.md", "node_modules/y/readme.md", "blog/_drafts/z.md", "_site/a.md", "index/i.md", ".a.md.md"],
        &["a.md"],
    );
    assert_eq!(scan.left_out, [".git", "_site", "blog/_drafts", "index", "node_modules"]);
}

#[test]
#[cfg(unix)]
fn links_are_followed_inside_only() {
    let scan = check(
        &["a.md", "real/b.md", "c.md -> a.md", "linked -> real", "d.md -> ../../elsewhere.md", "e.md -> nowhere.md"],
        &["a.md", "c.md", "linked/b.md", "real/b.md"],
    );
    assert_eq!(scan.outside, ["d.md", "e.md"]);
}

#[test]
#[cfg(unix)]
fn a_link_does_not_open_what_is_left_out() {
    let scan = check(&["_drafts/secret.md", "open -> _drafts", "one.md -> _drafts/secret.md"], &[]);
    assert_eq!(scan.left_out, ["_drafts", "one.md", "open"]);
}

#[test]
#[cfg(unix)]
fn links_in_a_circle_end() {
    check(
        &["a.md", "up -> .", "x/b.md", "x/back -> ..", "x/y -> ../z", "z/c.md", "z/x -> ../x", "self -> self"],
        &["a.md", "x/b.md", "x/y/c.md", "z/c.md", "z/x/b.md"],
    );
}

#[test]
#[cfg(unix)]
fn one_file_of_two_names_that_differ_in_case_has_both() {
    // Where case does not matter, only one of them would be listed.
    let (_home, folder) = folder(&["a.md"]);
    fs::hard_link(folder.root().join("a.md"), folder.root().join("A.MD")).unwrap();
    let looked = |path: &str| matches!(folder.look(path).unwrap(), Looked::File(entry) if entry.path == path);
    assert!(looked("a.md") && looked("A.MD"));
    assert_eq!(folder.look("A.md").unwrap(), Looked::Nothing);
}

#[test]
fn the_bytes_of_a_file_come_with_what_it_was_then() {
    let (_home, folder) = folder(&["a.md"]);
    let content = folder.content("a.md").unwrap();
    assert!(content.settled);
    assert_eq!(Looked::File(content.entry), folder.look("a.md").unwrap());
    // A file that is written all the time is returned nevertheless.
    let path = folder.root().join("a.md");
    let end = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !end.load(std::sync::atomic::Ordering::Relaxed) {
                fs::write(&path, "正文").unwrap();
            }
        });
        for _ in 0..200 {
            assert!(folder.content("a.md").is_ok_and(|content| content.bytes.len() <= 6));
        }
        end.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_folder_is_bare_when_nothing_at_all_is_in_it() {
    let (_home, folder) = folder(&[]);
    assert!(folder.is_bare());
    let identity = folder.identity();
    fs::write(folder.root().join(".keep"), "").unwrap();
    assert!(!folder.is_bare() && identity.is_some() && folder.identity() == identity);
    fs::remove_dir_all(folder.root()).unwrap();
    assert!(!folder.is_bare() && folder.identity().is_none());
}

#[test]
fn no_path_leaves_the_folder() {
    let (home, folder) = folder(&["a.md", "x/"]);
    fs::write(home.path().join("secret.md"), "秘密").unwrap();
    for path in ["../secret.md", "x/../../secret.md", "/etc/hosts", "x//", "./a.md", "a.md/", "a\0.md", "..", "x", ""] {
        assert!(folder.read(path).is_err(), "{path}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(home.path(), folder.root().join("out")).unwrap();
        assert!(folder.read("out/secret.md").is_err());
        assert_eq!(folder.look("out").unwrap(), Looked::Nothing);
    }
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let (_home, folder) = folder(&["a.md"]);
    fs::write(folder.root().join("a.md"), [b'a'; 64]).unwrap();
    assert_eq!(folder.read("a.md").unwrap().len(), 64);
    fs::write(folder.root().join("a.md"), [b'a'; 65]).unwrap();
    let found = folder.read("a.md").unwrap_err();
    assert_eq!(
        (found.code, found.message.as_str()),
        (Code::FileTooLarge, "the file is longer than 64 bytes, the limit")
    );
}

#[test]
fn a_folder_that_is_gone_is_an_error_and_a_file_is_not() {
    let (home, folder) = folder(&["a.md"]);
    fs::remove_file(folder.root().join("a.md")).unwrap();
    assert_eq!(folder.look("a.md").unwrap(), Looked::Nothing);
    assert_eq!(folder.read("a.md").unwrap_err().code, Code::FileUnreadable);
    drop(home);
    assert!(folder.scan().is_err() && folder.look("a.md").is_err());
}

#[test]
#[cfg(target_os = "linux")]
fn a_name_that_is_not_text_is_a_finding() {
    use std::os::unix::ffi::OsStrExt;
    let (_home, folder) = folder(&["a.md"]);
    fs::write(folder.root().join(std::ffi::OsStr::from_bytes(b"\xB0\xB8\xC0\xFD.md")), "x").unwrap();
    let scan = folder.scan().unwrap();
    assert_eq!((paths(&scan), scan.failures.len()), (vec!["a.md"], 1));
    assert_eq!(scan.failures[0].code, Code::FileNameInvalid);
}

#[test]
fn a_folder_that_goes_away_during_the_scan_has_lost_no_post() {
    let (_home, folder) = folder(&["a.md", "x/b.md"]);
    let root = folder.root().to_owned();
    fs::remove_dir_all(&root).unwrap();
    assert_eq!(folder.scan_below("", &root, false).failures.len(), 1);
    assert!(folder.scan().is_err());
    // A part of the folder takes its posts along.
    assert!(folder.scan_below("x", &root.join("x"), false).failures.is_empty());
}
