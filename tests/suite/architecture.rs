//! The house stands as ARCHITECTURE.md draws it.
//!
//! Sources are read as words, without comments, texts and test modules, so that a path counts wherever it stands.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

/// A module uses only modules of lower floors.
const FLOORS: &[(&str, usize)] = &[
    ("chinese", 0),
    ("post", 0),
    ("content", 1),
    ("text", 1),
    ("query", 2),
    ("engine", 3),
    ("refresh", 4),
    ("check", 5),
    ("eval", 5),
    ("words", 5),
    ("watch", 5),
    ("http", 5),
    ("cli", 6),
    ("main", 7),
];

/// The rooms of the engine: each uses only rooms of lower floors.
const ROOMS: &[(&str, usize)] = &[
    ("error", 0),
    ("store", 1),
    ("index", 2),
    ("postings", 3),
    ("lexicon", 4),
    ("hit", 4),
    ("search", 5),
    ("searcher", 6),
    ("handle", 7),
    ("verifying", 8),
    ("live", 8),
];

/// The rooms of the engine that may name its library.
const OF_THE_LIBRARY: &[&str] = &["store", "index", "postings"];

/// Each big library has one owner.
const OWNERS: &[(&str, &[&str])] = &[
    ("engine", &["tantivy", "zstd"]),
    ("text", &["jieba_rs"]),
    (
        "content",
        &[
            "pulldown_cmark",
            "serde_yaml",
            "toml",
            "encoding_rs",
            "chardetng",
            "walkdir",
            "html_escape",
            "ammonia",
            "regex",
        ],
    ),
    ("http", &["axum", "tower_http", "hyper", "hyper_util", "socket2"]),
    ("watch", &["notify"]),
    ("cli", &["clap", "anyhow", "indicatif", "anstream", "anstyle", "tracing_subscriber"]),
];

/// Words and signs that only `cli` may write: what prints and what ends the process.
const LOUD: &[&[&str]] = &[
    &["println", "!"],
    &["print", "!"],
    &["eprintln", "!"],
    &["eprint", "!"],
    &["dbg", "!"],
    &["process", "::", "exit"],
    &["process", "::", "abort"],
    &["stdout", "("],
    &["stderr", "("],
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// One source file.
struct Source {
    /// Below `src`, with `/` between the parts.
    path: String,
    /// Its words and signs; `::` is one.
    words: Vec<String>,
}

impl Source {
    /// Gives the module at the top of the tree that it belongs to.
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Gives the names below the crate's root that it uses, by `crate::`, by `super::` or as `anli::`.
    fn uses(&self) -> BTreeSet<String> {
        let mut uses = BTreeSet::new();
        for at in 0..self.words.len() {
            let after = match self.words[at].as_str() {
                "crate" | "anli" if self.is(at + 1, "::") => at + 2,
                "super" if at.checked_sub(1).is_none_or(|before| !self.is(before, "::")) => {
                    let mut supers = 1;
                    while self.is(at + 2 * supers, "super") {
                        supers += 1;
                    }
                    if supers != self.depth() {
                        continue;
                    }
                    at + 2 * supers
                }
                _ => continue,
            };
            uses.extend(self.names(after));
        }
        uses
    }

    /// Gives how many modules it lies below the crate's root.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// Gives the name at a place, or those of the group that opens there.
    fn names(&self, at: usize) -> Vec<String> {
        if !self.is(at, "{") {
            return self.words.get(at).cloned().into_iter().collect();
        }
        let (mut names, mut depth, mut first) = (Vec::new(), 0, false);
        for word in &self.words[at..] {
            match word.as_str() {
                "{" => {
                    depth += 1;
                    first = depth == 1;
                }
                "}" => depth -= 1,
                "," => first = depth == 1,
                name if first => {
                    names.push(name.to_owned());
                    first = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        names
    }

    /// Gives the whole paths, from the crate's root, of what its `use` lines and paths in its code name; with each, whether
    /// the line only hands the name on.
    fn paths(&self) -> Vec<(Vec<String>, bool)> {
        let mut own: Vec<String> = self.path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if own.last().is_some_and(|last| last == "mod") {
            own.pop();
        }
        let mut paths = Vec::new();
        let mut at = 0;
        while at < self.words.len() {
            let is_start = matches!(self.words[at].as_str(), "crate" | "super" | "self") && self.is(at + 1, "::");
            if !is_start || at.checked_sub(1).is_some_and(|before| self.is(before, "::")) {
                at += 1;
                continue;
            }
            let hands_on = at >= 2 && self.is(at - 1, "use") && (self.is(at - 2, "pub") || self.is(at - 2, ")"));
            let mut base = own.clone();
            while matches!(self.words[at].as_str(), "crate" | "super" | "self") {
                match self.words[at].as_str() {
                    "crate" => base.clear(),
                    "super" => drop(base.pop()),
                    _ => {}
                }
                at += 2;
            }
            at = self.tree(at, &base, hands_on, &mut paths);
        }
        paths
    }

    /// Reads the tree of names at a place below `base`; gives the place behind it.
    fn tree(&self, mut at: usize, base: &[String], hands_on: bool, paths: &mut Vec<(Vec<String>, bool)>) -> usize {
        if self.is(at, "{") {
            at += 1;
            while at < self.words.len() && !self.is(at, "}") {
                at = if self.is(at, ",") { at + 1 } else { self.tree(at, base, hands_on, paths) };
            }
            return at + 1;
        }
        let mut path = base.to_vec();
        while let Some(word) = self.words.get(at) {
            path.push(word.clone());
            at += 1;
            if !self.is(at, "::") {
                break;
            }
            at += 1;
            if self.is(at, "{") {
                return self.tree(at, &path, hands_on, paths);
            }
        }
        if self.is(at, "as") {
            at += 2;
        }
        paths.push((path, hands_on));
        at
    }

    /// Says whether it names a library.
    fn names_library(&self, library: &str) -> bool {
        (0..self.words.len()).any(|at| {
            let below = at.checked_sub(1).is_some_and(|before| self.is(before, "::") || self.is(before, "."));
            let used = at.checked_sub(1).is_some_and(|before| self.is(before, "use"));
            self.words[at] == library && !below && (used || self.is(at + 1, "::") || self.is(at + 1, "!"))
        })
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.words.get(at).is_some_and(|found| found == word)
    }
}

/// Reads every source file but those of tests.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut sources = Vec::new();
    for found in WalkDir::new(&src).sort_by_file_name().into_iter().map(Result::unwrap) {
        let path = found.path().strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        let is_test = path.split('/').any(|part| part == "tests" || part == "tests.rs");
        if path.ends_with(".rs") && !is_test {
            sources.push(Source { words: words(&fs::read_to_string(found.path()).unwrap()), path });
        }
    }
    assert!(sources.len() > 30, "the sources are not where they should be");
    sources
}

/// Cuts a source into words and signs; leaves out comments, texts, characters and test modules.
fn words(source: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = source.chars().collect();
    let starts = |at: usize, text: &str| text.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if starts(at, "//") {
            at = (at..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len());
        } else if starts(at, "/*") {
            at = (at + 2..chars.len()).find(|&i| starts(i, "*/")).map_or(chars.len(), |i| i + 2);
        } else if c == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if c == 'r' && (starts(at, "r\"") || starts(at, "r#\"") || starts(at, "r##\"")) {
            let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            let body = at + 2 + hashes;
            at = (body..chars.len()).find(|&i| starts(i, &end)).map_or(chars.len(), |i| i + 1 + hashes);
        } else if c == '\'' && chars.get(at + 1) == Some(&'\\') {
            at = (at + 3..chars.len()).find(|&i| chars[i] == '\'').map_or(chars.len(), |i| i + 1);
        } else if c == '\'' && chars.get(at + 2) == Some(&'\'') {
            at += 3;
        } else if c.is_alphanumeric() || c == '_' {
            let end = (at..chars.len()).find(|&i| !chars[i].is_alphanumeric() && chars[i] != '_');
            let end = end.unwrap_or(chars.len());
            words.push(chars[at..end].iter().collect());
            at = end;
        } else if starts(at, "::") {
            words.push("::".to_owned());
            at += 2;
        } else {
            if !c.is_whitespace() {
                words.push(c.to_string());
            }
            at += 1;
        }
    }
    without_tests(words)
}

/// Leaves out modules marked `#[cfg(test)]`.
fn without_tests(words: Vec<String>) -> Vec<String> {
    const MARK: [&str; 8] = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let marked = MARK.iter().enumerate().all(|(i, mark)| words.get(at + i).is_some_and(|word| word == mark));
        if !marked {
            kept.push(words[at].clone());
            at += 1;
            continue;
        }
        at += MARK.len() + 1;
        let mut depth = 0;
        while at < words.len() {
            match words[at].as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            at += 1;
            // `mod tests;` has no body.
            if depth == 0 {
                break;
            }
        }
    }
    kept
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|&(_, floor)| floor)
}

#[test]
fn a_module_uses_only_lower_floors() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for source in sources().iter().filter(|source| source.path != "lib.rs") {
        let module = source.module();
        let own = floor(module).unwrap_or_else(|| panic!("`{module}` stands on no floor"));
        for used in source.uses() {
            let Some(below) = floor(&used).filter(|_| used != module) else { continue };
            seen += 1;
            if below >= own {
                wrong.push(format!("{} (floor {own}) uses `{used}` (floor {below})", source.path));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen > 40, "too few uses were seen: {seen}");
}

#[test]
fn a_room_of_the_engine_uses_only_lower_rooms() {
    let floor = |room: &str| ROOMS.iter().find(|(name, _)| *name == room).map(|&(_, floor)| floor);
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for source in sources().iter().filter(|source| source.module() == "engine" && source.path != "engine/mod.rs") {
        let room = source.path.split('/').nth(1).unwrap().trim_end_matches(".rs");
        let own = floor(room).unwrap_or_else(|| panic!("`{room}` stands on no floor of the engine"));
        for (path, _) in source.paths().iter().filter(|(path, _)| path.first().is_some_and(|first| first == "engine")) {
            let Some(used) = path.get(1).filter(|used| *used != room) else { continue };
            // A name of the engine's door belongs to a room, too.
            let Some(below) = floor(used) else {
                wrong.push(format!("{} takes `{used}` from the door", source.path));
                continue;
            };
            seen += 1;
            if below >= own {
                wrong.push(format!("{} (floor {own}) uses `{used}` (floor {below})", source.path));
            }
        }
        if source.names_library("tantivy") && !OF_THE_LIBRARY.contains(&room) {
            wrong.push(format!("{} names the library", source.path));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen > 60, "too few uses were seen: {seen}");
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let sources = sources();
    let name = |source: &Source| -> Vec<String> {
        let path = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').map(str::to_owned).collect()
    };
    let files: BTreeMap<Vec<String>, &Source> = sources.iter().map(|source| (name(source), source)).collect();
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (own, source) in &files {
        for (path, hands_on) in source.paths() {
            // The longest part of a path that is a file; a door that only hands on what lies behind it uses nothing.
            let used = (1..=path.len()).rev().find_map(|end| files.get(&path[..end]).map(|file| (&path[..end], file)));
            let Some((at, file)) = used.filter(|(_, file)| file.path != source.path) else { continue };
            // A part in a module's folder may take what its own module defines.
            let is_own_module = own.starts_with(at);
            if !(is_own_module || hands_on && at.starts_with(own)) {
                uses.entry(&source.path).or_default().insert(&file.path);
            }
        }
    }
    // A file of a circle uses another one, and another one uses it.
    loop {
        let used: BTreeSet<&str> = uses.values().flatten().copied().collect();
        let users: BTreeSet<&str> = uses.keys().copied().collect();
        let before = uses.len();
        uses.retain(|file, all| {
            all.retain(|used| users.contains(used));
            used.contains(file) && !all.is_empty()
        });
        if uses.len() == before {
            break;
        }
    }
    assert!(uses.is_empty(), "these use each other: {uses:?}");
}

#[test]
fn each_big_library_has_one_owner() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for source in sources() {
        for (owner, libraries) in OWNERS {
            for library in libraries.iter().filter(|library| source.names_library(library)) {
                seen.insert(*library);
                if source.module() != *owner {
                    wrong.push(format!("{} names `{library}`, which `{owner}` owns", source.path));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let rows = OWNERS.iter().flat_map(|(_, libraries)| libraries.iter().copied());
    let unseen: Vec<&str> = rows.filter(|library| !seen.contains(library)).collect();
    assert_eq!(unseen, Vec::<&str>::new(), "nobody names these");
}

#[test]
fn only_the_command_line_prints_and_ends_the_process() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module() != "cli") {
        for loud in LOUD {
            if source.words.windows(loud.len()).any(|words| words.iter().zip(*loud).all(|(word, sign)| word == sign)) {
                wrong.push(format!("{} has `{}`", source.path, loud.concat()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_list_of_modules_goes_from_the_ground_up() {
    let library = words(&fs::read_to_string(root().join("src/lib.rs")).unwrap());
    let listed: Vec<&str> = library
        .windows(3)
        .filter(|words| words[0] == "pub" && words[1] == "mod")
        .map(|words| words[2].as_str())
        .collect();
    let floors: Vec<usize> = listed.iter().map(|module| floor(module).unwrap()).collect();
    assert!(floors.is_sorted(), "{listed:?} stand on {floors:?}");
    assert_eq!(listed.len(), FLOORS.len() - 1, "{listed:?}: `main` alone is not in the list");
}

/// Reads the first drawing of a page: each path with its remark.
fn drawing(page: &str) -> BTreeMap<String, String> {
    let (_, rest) = page.split_once("```text\n").expect("a drawing");
    let (drawing, _) = rest.split_once("\n```").expect("the end of the drawing");
    let mut above: Vec<&str> = Vec::new();
    let mut drawn = BTreeMap::new();
    for line in drawing.lines().filter(|line| !line.trim().is_empty()) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let (name, remark) = line.trim_start().split_once("  ").unwrap_or((line.trim(), ""));
        above.truncate(depth);
        let folders: String = above.concat();
        drawn.insert(format!("{folders}{name}"), remark.trim().to_owned());
        above.push(name);
    }
    drawn
}

/// Gives the files and folders of `src` and the rooms of the engine; folders end in `/`.
fn on_disk(root: &Path) -> BTreeSet<String> {
    let found = ["src", "src/engine"]
        .into_iter()
        .flat_map(|folder| WalkDir::new(root.join(folder)).min_depth(1).max_depth(1).into_iter().map(Result::unwrap));
    let paths = found.map(|found| {
        let path = found.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        if found.file_type().is_dir() { format!("{path}/") } else { path }
    });
    // A module's parts in a folder of its name are drawn with the module.
    let all: BTreeSet<String> = paths.collect();
    let is_own = |path: &String| path.strip_suffix('/').is_some_and(|name| all.contains(&format!("{name}.rs")));
    all.iter().filter(|path| !is_own(path)).cloned().collect()
}

#[test]
fn the_tree_in_the_page_is_the_tree_on_disk() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let drawn = drawing(&page);
    let drawn_sources: BTreeSet<String> =
        drawn.keys().filter(|path| path.starts_with("src/") && *path != "src/").cloned().collect();
    let on_disk = on_disk(&root());
    let missing: Vec<_> = on_disk.difference(&drawn_sources).collect();
    let invented: Vec<_> = drawn_sources.difference(&on_disk).collect();
    assert_eq!((missing, invented), (Vec::new(), Vec::new()), "(not drawn, not on disk)");
    for (path, remark) in drawn.iter().filter(|(path, _)| *path != "src/") {
        assert!(!remark.is_empty(), "`{path}` has no remark");
    }
}

#[test]
fn the_places_in_the_page_are_on_the_disk() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let (_, table) = page.split_once("## Where a change goes").expect("the table");
    let quoted = table.split('`').skip(1).step_by(2).filter(|text| text.contains('/'));
    let wrong: Vec<&str> = quoted.clone().filter(|path| !root().join("src").join(path).exists()).collect();
    assert_eq!(wrong, Vec::<&str>::new(), "these are not there");
    assert!(quoted.count() > 20);
}

#[test]
fn the_floors_in_the_page_are_the_floors_of_this_test() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let drawn = drawing(&page);
    for (module, floor) in FLOORS.iter().filter(|(module, _)| *module != "main") {
        let remark = drawn.get(&format!("src/{module}.rs")).or_else(|| drawn.get(&format!("src/{module}/"))).unwrap();
        assert!(remark.starts_with(&format!("{floor}  ")), "`{module}` stands on {floor}, the page says `{remark}`");
    }
}

#[test]
fn the_rooms_of_the_engine_are_listed_from_the_ground_up() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let (_, engine) = page.split_once("\n  engine/").expect("the engine");
    let place = |room: &str| {
        let named = [format!("\n    {room}/ "), format!("\n    {room}.rs ")];
        named.iter().find_map(|line| engine.find(line)).unwrap_or_else(|| panic!("`{room}` is not listed"))
    };
    let places: Vec<usize> = ROOMS.iter().map(|(room, _)| place(room)).collect();
    assert!(places.is_sorted() && ROOMS.is_sorted_by_key(|(_, floor)| *floor), "{places:?}");
}

#[test]
fn the_reader_of_sources_sees_what_it_should() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), words: words(text) };
    let uses = |path: &str, text: &str| source(path, text).uses().into_iter().collect::<Vec<_>>();
    assert_eq!(uses("a/b.rs", "use crate::{post::Post, text::{fold, Token}, query};"), ["post", "query", "text"]);
    assert_eq!(uses("a/b.rs", "fn f() { crate::cli::run() } // crate::http"), ["cli"]);
    assert_eq!(uses("a.rs", "use super::engine::Engine;"), ["engine"]);
    assert_eq!(uses("a/mod.rs", "use super::engine::Engine;"), ["engine"]);
    assert_eq!(uses("a/b.rs", "use super::Engine; use super::super::check;"), ["check"]);
    assert_eq!(uses("a.rs", "const A: &str = \"crate::http\"; const B: char = '\"'; use crate::text;"), ["text"]);
    assert_eq!(uses("a.rs", "#[cfg(test)] mod tests { use crate::http; } use crate::post;"), ["post"]);
    assert_eq!(uses("a.rs", "#[cfg(test)]\nmod tests;\nuse crate::post;"), ["post"]);
    let paths = |path: &str, text: &str| {
        let all = source(path, text)
            .paths()
            .into_iter()
            .map(|(path, on)| format!("{}{}", path.join("::"), if on { "+" } else { "" }));
        all.collect::<Vec<_>>()
    };
    assert_eq!(paths("a/b.rs", "use crate::{c::{d, e::F as G}, h};"), ["c::d", "c::e::F", "h"]);
    assert_eq!(paths("a/b.rs", "use super::c::D; fn f() { self::g::h() }"), ["a::c::D", "a::b::g::h"]);
    assert_eq!(paths("a/mod.rs", "pub use self::b::C; pub(crate) use self::d::E;"), ["a::b::C+", "a::d::E+"]);
    assert!(source("a.rs", "let x = tantivy::Index::new();").names_library("tantivy"));
    assert!(source("a.rs", "use notify;").names_library("notify"));
    assert!(!source("a.rs", "self.notify(); crate::text::toml::x();").names_library("toml"));
}
