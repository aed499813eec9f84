//! Several writers at once, and a queue of events that is far too small: the index is the folder soon after they rest.
//!
//! `ANLI_STORM` is how often each writer does something, `ANLI_SEED` repeats a run.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    thread,
};

use anli::{
    engine::{Engine, Searcher},
    post::{Post, PostId},
};

use crate::harness::{Blog, eventually};

const WRITERS: usize = 4;
const PLOTS: [&str; 6] = [
    "接到自称客服的电话，说包裹丢了要理赔",
    "在群里看见刷单的广告，前三单返了佣金",
    "对方要求下载会议软件，共享了屏幕",
    "荐股的老师说明天必涨，她充值了两次",
    "被告知卡号填错，要先交解冻费",
    "民警上门劝阻，拦下了这笔转账",
];

/// Chance that can be had again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// One of several who write at once, each in a folder of its own; what is moved goes to one that all share.
struct Writer {
    root: PathBuf,
    own: PathBuf,
    number: usize,
    written: usize,
    chance: Chance,
}

impl Writer {
    fn new(root: &Path, number: usize, seed: u64) -> Self {
        let own = root.join(format!("作者{number}"));
        fs::create_dir_all(root.join("共有")).unwrap();
        fs::create_dir_all(own.join("一月")).unwrap();
        let chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number as u64) | 1);
        Self { root: root.to_owned(), own, number, written: 0, chance }
    }

    fn text(&mut self) -> String {
        self.written += 1;
        let plot = PLOTS[self.chance.below(PLOTS.len())];
        format!("---\ntitle: 通报{}之{}\n---\n{plot}。\n\n## 案例一\n{plot}。\n", self.number, self.written)
    }

    fn files(&self) -> Vec<PathBuf> {
        posts_in(&self.own)
    }

    fn folder(&mut self) -> PathBuf {
        let folders =
            [&self.own, &self.own.join("一月"), &self.own.join("二月/上旬"), &self.own.join("案例")].map(Clone::clone);
        folders[self.chance.below(folders.len())].clone()
    }

    fn fresh(&mut self) -> PathBuf {
        self.written += 1;
        let folder = self.folder();
        fs::create_dir_all(&folder).unwrap();
        folder.join(format!("第{}篇.md", self.written))
    }

    fn act(&mut self) {
        let files = self.files();
        let choice = if files.len() < 4 { 0 } else { self.chance.below(20) };
        let at = self.chance.below(files.len().max(1));
        let text = self.text();
        match choice {
            0..5 => fs::write(self.fresh(), text).unwrap(),
            5..9 => fs::write(&files[at], text).unwrap(),
            // Bit by bit.
            9 => {
                let mut file = fs::File::create(&files[at]).unwrap();
                for piece in text.as_bytes().chunks(40) {
                    file.write_all(piece).unwrap();
                }
            }
            // As editors save.
            10..13 => {
                let beside = files[at].with_extension("md.tmp");
                fs::write(&beside, text).unwrap();
                fs::rename(beside, &files[at]).unwrap();
            }
            13 | 14 => fs::rename(&files[at], self.fresh()).unwrap(),
            15 => {
                let to = self.root.join("共有").join(format!("{}-{}.md", self.number, self.written));
                fs::rename(&files[at], to).unwrap();
            }
            16 | 17 => fs::remove_file(&files[at]).unwrap(),
            18 => {
                let (from, to) = (self.own.join("一月"), self.own.join(format!("旧{}", self.written)));
                if from.is_dir() {
                    fs::rename(from, to).unwrap();
                }
            }
            _ => {
                let old = fs::read_dir(&self.own).unwrap().flatten().map(|entry| entry.path());
                if let Some(old) = old.into_iter().find(|path| path.to_string_lossy().contains("旧")) {
                    fs::remove_dir_all(old).unwrap();
                }
            }
        }
    }
}

/// Gives all posts in a folder, in the order of their paths.
fn posts_in(folder: &Path) -> Vec<PathBuf> {
    let mut posts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                posts.push(path);
            }
        }
    }
    posts.sort();
    posts
}

/// Gives what is in an index of the posts of a folder, and how many posts and cases there are in all.
fn held(searcher: &Searcher, paths: &[String]) -> (BTreeMap<String, Option<Post>>, (usize, usize)) {
    let posts = paths.iter().map(|path| (path.clone(), searcher.post(&PostId::of_path(path)).unwrap()));
    (posts.collect(), searcher.counts())
}

/// Has all writers write, and sees to it that the index becomes what the folder is.
fn check(options: &[&str]) {
    let seed = number("ANLI_SEED").unwrap_or_else(|| jiff::Timestamp::now().as_millisecond() as u64);
    let each = number("ANLI_STORM").unwrap_or(400);
    let run = format!("ANLI_SEED={seed} ANLI_STORM={each} {options:?}");
    let blog = Blog::new().titled("a.md", "甲", "包裹丢了。").titled("old/b.md", "乙", "湖边野餐。");
    let service = blog.serve(options);
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let mut writer = Writer::new(&blog.path(""), number, seed);
            thread::spawn(move || (0..each).for_each(|_| writer.act()))
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap_or_else(|_| panic!("{run}: a writer failed")));
    let mut anew = Blog::new();
    let mut paths = Vec::new();
    for file in posts_in(&blog.path("")) {
        let path = file.strip_prefix(blog.path("")).unwrap().to_str().unwrap().to_owned();
        anew = anew.file(&path, fs::read(&file).unwrap());
        paths.push(path);
    }
    let anew = anew.refresh();
    let expected = held(&anew.searcher(), &paths);
    assert_eq!(expected.1.0, paths.len(), "{run}");
    let engine = Engine::open(&blog.home().join("index")).unwrap();
    eventually(|| {
        // The service may be sweeping files away that an older list names.
        engine.reload().map_err(|error| error.to_string())?;
        let found = held(&engine.searcher().map_err(|error| error.to_string())?, &paths);
        if found == expected {
            return Ok(());
        }
        let differ: Vec<&String> = paths.iter().filter(|path| found.0[*path] != expected.0[*path]).collect();
        Err(format!(
            "{run}: {:?}, expected {:?}; {} of {} differ: {differ:?}",
            found.1,
            expected.1,
            differ.len(),
            paths.len()
        ))
    });
    // What is answered over HTTP is that index.
    let total = |text: &str| anew.search_with(text, |query| query.page.limit = 0).hits.total;
    for text in ["包裹", "佣金", "共享屏幕", "充值"] {
        eventually(|| {
            let path = format!("/api/search?limit=0&q={}", crate::harness::escaped(text));
            let found = service.get(&path).json()["total"].as_u64();
            if found == Some(total(text) as u64) { Ok(()) } else { Err(format!("{run}: {text}: {found:?}")) }
        });
    }
    let status = service.status();
    assert_eq!(status["files"]["failed"], 0, "{run}: {status}");
}

#[test]
fn a_storm_is_seen_whole() {
    check(&[]);
}

#[test]
fn a_storm_is_seen_whole_though_most_events_are_lost() {
    check(&["--event-queue", "4"]);
}

#[test]
fn a_storm_is_seen_whole_without_events() {
    check(&["--watch", "polling"]);
}
