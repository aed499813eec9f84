//! Sites are read as their generators publish them.
//!
//! `tests/sites` has small sites of every kind, each with what its real generator made of it: see `tests/sites/generate`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use anli::{content::site::SiteKind, post::Post};
use serde::Deserialize;

use crate::harness::Blog;

/// What a generator made of a site: `published.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    /// Name and version of the generator and its parts.
    generator: String,
    /// The kind of the site.
    kind: String,
    /// The folder of posts, below the folder of `published.json`.
    posts: String,
    /// The zone of the machine that built the site.
    zone: String,
    /// A word that stands only in texts that nobody may find.
    secret: String,
    /// The pages that readers may find.
    pages: Vec<Page>,
    /// Sources whose pages are in no search of their site, or which show their text to nobody.
    hidden: Vec<String>,
    /// Sources without a page.
    unpublished: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    /// Path below the folder of posts.
    source: String,
    /// Path of the page on its host, decoded.
    url: String,
    /// Title of the page; `None` if its generator gives it none.
    title: Option<String>,
    /// The headings that have an id.
    headings: Vec<Heading>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    id: String,
    text: String,
}

/// The pages whose titles or ids are not read as their generators make them, each with the reason. The list is exact.
const DIFFERENT: [&str; 4] = [
    // Liquid in a heading is not run.
    "hexo-dated | _posts/anchor-alias.md",
    // Hexo's `titlecase` is not applied.
    "hexo-dated | _posts/2024-01-05-first-five-km.md",
    // `:smile:` is a pictograph to a plugin alone.
    "hexo-markdown-it | _posts/Headings.md",
    // Markdown inside of HTML has ids of its own.
    "jekyll-blog | _posts/2021-08-09-comments.md",
];

/// What can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aspect {
    /// A page is missing, or something is found that its author does not show.
    Found,
    Address,
    Title,
    Anchors,
}

/// A difference, with the line that tells it.
type Difference = (Aspect, String);

static DIFFERENCES: LazyLock<Vec<Difference>> =
    LazyLock::new(|| sites().into_iter().flat_map(|(folder, published)| differences(&folder, &published)).collect());

/// Gives the folder and the published pages of each site.
fn sites() -> Vec<(PathBuf, Published)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|found| found.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let read = |folder: PathBuf| {
        let json = fs::read_to_string(folder.join("published.json")).unwrap();
        let published = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        (folder, published)
    };
    folders.into_iter().map(read).collect()
}

/// Decodes the path of an address, without a web host; the address of an index is that of its folder.
fn path_of(url: &str) -> String {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let path = host.map_or_else(|| url.to_owned(), |host| format!("/{}", host.split_once('/').unwrap_or_default().1));
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    let path = String::from_utf8(bytes).unwrap();
    path.strip_suffix("/index.html").map_or(path.clone(), |folder| format!("{folder}/"))
}

/// Reads a site and compares it with what its generator published.
fn differences(folder: &Path, published: &Published) -> Vec<Difference> {
    let below = published.posts.strip_prefix("site").unwrap().trim_start_matches('/');
    let site = serde_json::from_value(serde_json::json!({ "build_timezone": published.zone })).unwrap();
    let blog = Blog::of_site(&folder.join("site"), below).site_config(|options| options.site = site).refresh();
    let kind: SiteKind = serde_json::from_value(published.kind.clone().into()).unwrap();
    assert_eq!(blog.refresher().source().site().kind, kind, "{}", folder.display());
    let searcher = blog.searcher();
    let posts = blog.search("").hits.hits.into_iter().map(|hit| searcher.post(&hit.id).unwrap().unwrap());
    let posts: BTreeMap<String, Post> = posts.map(|post| (post.path.clone(), post)).collect();
    let mut found = Vec::new();
    let mut tell = |aspect, source: &str, want: &str, got: &str| {
        let site = folder.file_name().unwrap().to_str().unwrap();
        found.push((aspect, format!("{site} | {source} | want {want} | got {got}")));
    };
    for page in &published.pages {
        let Some(post) = posts.get(&page.source) else {
            tell(Aspect::Found, &page.source, &format!("a page at {}", page.url), "nothing");
            continue;
        };
        let url = path_of(&post.url);
        if url != page.url {
            tell(Aspect::Address, &page.source, &page.url, &url);
        }
        if let Some(title) = page.title.as_ref().filter(|title| **title != post.title) {
            tell(Aspect::Title, &page.source, title, &post.title);
        }
        // A heading without words is no place that a hit could name.
        let headings: Vec<&Heading> = page.headings.iter().filter(|heading| !heading.text.is_empty()).collect();
        let want: Vec<&str> = headings.iter().map(|heading| heading.id.as_str()).collect();
        let got: Vec<&str> = post.sections.iter().map(|section| section.anchor.as_str()).collect();
        let got: Vec<&str> = got.into_iter().filter(|anchor| !anchor.is_empty()).collect();
        for heading in headings.iter().filter(|heading| !got.contains(&heading.id.as_str())) {
            let near = post.sections.iter().find(|section| section.heading == heading.text);
            let near = near.map_or("no such heading", |section| section.anchor.as_str());
            tell(Aspect::Anchors, &page.source, &format!("#{} for `{}`", heading.id, heading.text), near);
        }
        let other = |anchor: &str| !anchor.is_empty() && !want.contains(&anchor);
        for section in post.sections.iter().filter(|section| other(&section.anchor)) {
            let anchor = format!("#{} for `{}`", section.anchor, section.heading);
            tell(Aspect::Anchors, &page.source, "no such id", &anchor);
        }
        if want != got && sorted(&want) == sorted(&got) {
            tell(Aspect::Anchors, &page.source, &want.join(" "), &got.join(" "));
        }
    }
    for source in published.hidden.iter().chain(&published.unpublished).filter(|source| posts.contains_key(*source)) {
        tell(Aspect::Found, source, "not found", "found");
    }
    for hit in blog.search(&format!("\"{}\"", published.secret)).hits.hits {
        tell(Aspect::Found, hit.id.as_str(), &format!("no `{}`", published.secret), &hit.snippet.text);
    }
    found
}

fn sorted<'a>(ids: &[&'a str]) -> Vec<&'a str> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

#[track_caller]
fn none_of(aspect: Aspect) {
    let is_known = |line: &str| DIFFERENT.iter().any(|page| line.starts_with(page));
    let lines = DIFFERENCES.iter().filter(|(other, _)| *other == aspect).map(|(_, line)| line.as_str());
    let lines: Vec<&str> = lines.filter(|line| !is_known(line)).collect();
    assert!(lines.is_empty(), "{} differences:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn every_source_of_a_site_is_accounted_for() {
    for (folder, published) in sites() {
        let named = published.pages.iter().map(|page| &page.source);
        let named: Vec<&String> = named.chain(&published.hidden).chain(&published.unpublished).collect();
        for source in &named {
            assert!(folder.join(&published.posts).join(source).is_file(), "{}: {source}", folder.display());
        }
        assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len(), "{}", folder.display());
        assert!(published.pages.len() >= 7 && !published.generator.is_empty(), "{}", folder.display());
    }
}

#[test]
fn what_is_published_is_found_and_nothing_else() {
    none_of(Aspect::Found);
}

#[test]
fn pages_have_the_addresses_of_their_generator() {
    none_of(Aspect::Address);
}

#[test]
fn pages_have_the_titles_of_their_generator() {
    none_of(Aspect::Title);
}

#[test]
fn headings_have_the_ids_of_their_generator() {
    none_of(Aspect::Anchors);
}

#[test]
fn what_is_known_to_differ_does() {
    for page in DIFFERENT {
        assert!(DIFFERENCES.iter().any(|(_, line)| line.starts_with(page)), "{page} is as published");
    }
}
