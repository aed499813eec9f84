//! Finds and reads the configuration files of generators.
//!
//! YAML, TOML and JSON all become one tree of values. A file that does not parse gives a finding with its place, and an
//! empty tree. The name of a file, its keys and the folders next to it show the generator.

use std::{
    borrow::Cow,
    cmp::Ordering,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::{SiteKind, edn, script::Script};
use crate::content::{
    diagnostic::{Code, Diagnostic, Place},
    value,
};

/// Upper bound on the size of a configuration file, in bytes; far above real ones.
const MAX_BYTES: u64 = 1 << 20;

const SHARED: [&str; 4] = ["_config.yml", "_config.yaml", "_config.toml", "_config.json"];
const HUGO: [&str; 4] = ["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"];
const OLD_HUGO: [&str; 4] = ["config.toml", "config.yaml", "config.yml", "config.json"];
/// The file that names the renderer of a Hexo site.
pub(super) const PACKAGES: &str = "package.json";
/// The file that names the plugins of a Jekyll site.
pub(super) const GEMS: &str = "Gemfile";
/// Tables that Hugo also reads from separate files in the folders of its configuration.
const HUGO_PARTS: [&str; 7] = ["permalinks", "languages", "params", "cascade", "frontmatter", "markup", "module"];
const MKDOCS: [&str; 2] = ["mkdocs.yml", "mkdocs.yaml"];
/// Files that show a folder of notes.
const OBSIDIAN: [&str; 3] =
    [".obsidian/app.json", ".obsidian/templates.json", ".obsidian/plugins/templater-obsidian/data.json"];
const LOGSEQ: &str = "logseq/config.edn";
/// Upper bound on the configurations of which one takes over the next.
const MAX_INHERITED: usize = 5;
const EXTENSIONS: [&str; 4] = ["toml", "yaml", "yml", "json"];
/// Folders of Hugo's configuration; the later one wins.
const HUGO_FOLDERS: [&str; 2] = ["config/_default", "config/production"];

/// Configurations that are scripts: the generator, the folder of the configuration below that of the site, and the names
/// without their extensions.
const SCRIPTS: [(SiteKind, &str, &[&str]); 3] = [
    (SiteKind::VitePress, ".vitepress", &["config", "config/index"]),
    (SiteKind::VuePress, ".vuepress", &["config"]),
    (SiteKind::Docusaurus, "", &["docusaurus.config"]),
];
const SCRIPT_EXTENSIONS: [&str; 9] = ["ts", "mts", "cts", "js", "mjs", "cjs", "yml", "yaml", "toml"];
/// Folders, below that of a project, in which such a site may lie.
const NESTED: [&str; 2] = ["docs", "website"];
/// The file that lists the versions of the documents of a site of Docusaurus.
pub(super) const VERSIONS: &str = "versions.json";
/// The key under which the major version of `VuePress` is kept.
pub(super) const VERSION_KEY: &str = "vuepress version";

/// The key under which it is kept whether a script names a plugin for footnotes.
pub(super) const FOOTNOTES_KEY: &str = "footnotes plugin";

/// The key under which it is kept whether a script names the plugin of Docusaurus for formulas.
pub(super) const MATH_KEY: &str = "math plugin";

/// Keys of Hexo alone among Jekyll and Hexo.
const HEXO_KEYS: &str = "\
    source_dir public_dir new_post_name permalink_defaults default_category post_asset_folder category_map tag_map \
    tag_dir category_dir archive_dir skip_render filename_case pretty_urls titlecase default_layout i18n_dir code_dir \
    render_drafts relative_link root deploy per_page pagination_dir index_generator syntax_highlighter";
/// Keys of Jekyll alone among Jekyll and Hexo.
const JEKYLL_KEYS: &str = "\
    collections baseurl kramdown gems defaults collections_dir layouts_dir includes_dir \
    remote_theme incremental lsi sass paginate paginate_path show_drafts source destination excerpt_separator";
/// Number of signs by which a generator is certain.
const CERTAIN: usize = 2;
/// Keys of Hugo, in lower case.
const HUGO_KEYS: &str = "baseurl languagecode theme permalinks contentdir defaultcontentlanguage taxonomies uglyurls";

/// A configuration file, for findings about it.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    /// Path relative to the posts folder.
    name: String,
    /// The text; empty if the file was not read.
    text: String,
}

impl Source {
    /// Makes the source for a file whose text is not read.
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), text: String::new() }
    }

    /// Returns the path relative to the posts folder; empty if there is no file.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Makes a finding about a value in this file. Its place is that of `part` inside the value, if the value is found
    /// in the text.
    pub(super) fn finding(&self, code: Code, message: String, value: &str, part: &str) -> Diagnostic {
        let finding = Diagnostic::new(&self.name, code, message);
        let found = if value.trim().is_empty() { None } else { self.text.find(value) };
        let Some(start) = found else { return finding };
        let (inner, marked) = value.find(part).map_or((0, value), |inner| (inner, part));
        finding.at(Place::of(&self.text, start + inner, marked.len()))
    }
}

/// Returns a value shortened to one line, for a message.
pub(super) fn shown(value: &str) -> String {
    let mut text: String = value.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if value.chars().nth(80).is_some() {
        text.push('…');
    }
    text
}

/// The configuration found next to the posts.
pub(super) struct FoundConfig {
    pub(super) kind: SiteKind,
    /// Folder of the site, if known.
    pub(super) root: Option<PathBuf>,
    /// A JSON object; empty without a configuration.
    pub(super) tree: Value,
    pub(super) source: Source,
}

/// Returns every file that would be read in these folders.
pub(super) fn candidates(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in folders {
        files
            .extend(SHARED.iter().chain(&HUGO).chain(&OLD_HUGO).chain(&[PACKAGES, GEMS]).map(|name| folder.join(name)));
        files.extend(MKDOCS.iter().chain(&OBSIDIAN).chain(&[LOGSEQ]).map(|name| folder.join(name)));
        for nested in HUGO_FOLDERS.map(|name| folder.join(name)) {
            files.extend(HUGO.iter().chain(&OLD_HUGO).map(|name| nested.join(name)));
            files.extend(HUGO_PARTS.iter().flat_map(|part| EXTENSIONS.map(|ext| nested.join(format!("{part}.{ext}")))));
        }
        for nested in std::iter::once("").chain(NESTED).map(|name| folder.join(name)) {
            files.extend(
                SCRIPTS.iter().flat_map(|(_, inner, names)| scripts(&nested.join(inner), names).collect::<Vec<_>>()),
            );
            files.push(nested.join(VERSIONS));
        }
    }
    files
}

/// Finds the nearest configuration, of the `wanted` kind if one is given. Without a configuration, the names of the
/// folders tell the kind.
pub(super) fn find(
    posts: &Path,
    folders: &[PathBuf],
    wanted: Option<SiteKind>,
    findings: &mut Vec<Diagnostic>,
) -> FoundConfig {
    if wanted != Some(SiteKind::Plain) {
        for folder in folders {
            if matches!(wanted, None | Some(SiteKind::Mkdocs))
                && let Some(found) = mkdocs(posts, folder, findings)
            {
                return found;
            }
            if let Some(found) = scripted(posts, folder, &[""], wanted, findings) {
                return found;
            }
            if matches!(wanted, None | Some(SiteKind::Jekyll | SiteKind::Hexo))
                && let Some(found) = shared(posts, folder, wanted, findings)
            {
                return found;
            }
            if matches!(wanted, None | Some(SiteKind::Hugo))
                && let Some(found) = hugo(posts, folder, wanted, findings)
            {
                return found;
            }
            // A blog may have a site of its own for its documents.
            if let Some(found) = scripted(posts, folder, &NESTED, wanted, findings) {
                return found;
            }
        }
    }
    // A site may be written with these programs, so a generator's configuration comes first.
    let notes = folders.iter().find_map(|folder| notes(posts, folder, wanted, findings));
    if let Some(found) = notes {
        return found;
    }
    let (kind, root) = by_name(posts, folders, wanted);
    FoundConfig { kind, root, tree: Value::Object(Map::new()), source: Source::default() }
}

/// Reads the `_config.*` of a folder, a name shared by Jekyll and Hexo.
fn shared(
    posts: &Path,
    folder: &Path,
    wanted: Option<SiteKind>,
    findings: &mut Vec<Diagnostic>,
) -> Option<FoundConfig> {
    let (tree, source) = SHARED.iter().find_map(|name| read(posts, &folder.join(name), findings))?;
    let signs = |kind: SiteKind, keys: &str| {
        keys.split(' ').filter(|key| tree.get(key).is_some()).count() + signs_of_files(folder, kind, &tree)
    };
    let (hexo, jekyll) = (signs(SiteKind::Hexo, HEXO_KEYS), signs(SiteKind::Jekyll, JEKYLL_KEYS));
    let guess = match hexo.cmp(&jekyll) {
        Ordering::Greater => SiteKind::Hexo,
        Ordering::Less => SiteKind::Jekyll,
        Ordering::Equal if folder.join("_posts").is_dir() => SiteKind::Jekyll,
        Ordering::Equal => {
            let has_hexo_files = ["source", "scaffolds", PACKAGES].iter().any(|name| folder.join(name).exists());
            // The manual of Hexo writes patterns without the first slash, the manual of Jekyll with it.
            let has_hexo_pattern = text_at(&tree, "permalink").is_some_and(|text| text.starts_with(':'));
            if has_hexo_files || has_hexo_pattern { SiteKind::Hexo } else { SiteKind::Jekyll }
        }
    };
    let kind = wanted.unwrap_or(guess);
    if kind != guess && hexo.abs_diff(jekyll) >= CERTAIN {
        let message = format!("the configuration is one of {}, expected one of {}", guess.name(), kind.name());
        let finding = Diagnostic::new(&source.name, Code::SiteConfigInvalid, message);
        findings
            .push(finding.help(format!("correct `site.kind` in `anli.yaml`; {} has its defaults now", kind.name())));
        let tree = Value::Object(Map::new());
        return Some(FoundConfig { kind, root: Some(folder.to_owned()), tree, source });
    }
    Some(FoundConfig { kind, root: Some(folder.to_owned()), tree, source })
}

/// Counts the signs of a generator among the files next to a configuration. Each is worth several keys, since the
/// generators borrow keys from each other.
fn signs_of_files(folder: &Path, kind: SiteKind, tree: &Value) -> usize {
    const SIGN: usize = 4;
    let names = |file: &str, word: &str| load(&folder.join(file)).is_ok_and(|text| text.contains(word));
    let has_sign = if kind == SiteKind::Hexo {
        // A Jekyll site with this folder has a key for it.
        names(PACKAGES, "\"hexo\"")
            || tree.get("source").is_none() && folder.join("source/_posts").is_dir() && !folder.join("_posts").is_dir()
    } else {
        names(GEMS, "jekyll") || names(GEMS, "github-pages")
    };
    if has_sign { SIGN } else { 0 }
}

/// Reads Hugo's configuration in a folder: the main file, overridden by the files of `config`. Keys are in lower case in
/// the result, since Hugo ignores their case.
fn hugo(posts: &Path, folder: &Path, wanted: Option<SiteKind>, findings: &mut Vec<Diagnostic>) -> Option<FoundConfig> {
    let has_hugo_folder = ["content", "archetypes", "themes", "layouts"].iter().any(|name| folder.join(name).is_dir());
    let certain = wanted.is_some() || has_hugo_folder;
    let mut reported = Vec::new();
    let mut main = HUGO.iter().find_map(|name| read(posts, &folder.join(name), &mut reported));
    if main.is_none() {
        // Any tool may use the name `config.*`, so something else must indicate Hugo.
        main = OLD_HUGO
            .iter()
            .find_map(|name| read(posts, &folder.join(name), &mut reported))
            .map(|(tree, source)| (lower_keys(tree), source));
        if let Some((tree, _)) = &main
            && !certain
            && !HUGO_KEYS.split(' ').any(|key| tree.get(key).is_some())
        {
            return None;
        }
    }
    let folders = HUGO_FOLDERS.map(|name| folder.join(name));
    let over = folders.iter().filter_map(|nested| {
        HUGO.iter().chain(&OLD_HUGO).find_map(|name| read(posts, &nested.join(name), &mut reported))
    });
    let over: Vec<_> = over.collect();
    if main.is_none() && over.is_empty() {
        return None;
    }
    findings.append(&mut reported);
    let (mut tree, mut source) = main.map_or_else(Default::default, |(tree, source)| (lower_keys(tree), source));
    for (more, its_source) in over {
        merge(&mut tree, lower_keys(more));
        source = its_source;
    }
    for (nested, part) in folders.iter().flat_map(|nested| HUGO_PARTS.map(|part| (nested, part))) {
        let more = EXTENSIONS.iter().find_map(|ext| read(posts, &nested.join(format!("{part}.{ext}")), findings));
        if let Some((more, _)) = more {
            merge(&mut tree, serde_json::json!({ part: lower_keys(more) }));
        }
    }
    Some(FoundConfig { kind: SiteKind::Hugo, root: Some(folder.to_owned()), tree, source })
}

/// Returns the files that may hold a configuration of one of these names.
fn scripts<'a>(folder: &'a Path, names: &'a [&str]) -> impl Iterator<Item = PathBuf> + 'a {
    names.iter().flat_map(move |name| SCRIPT_EXTENSIONS.map(|extension| folder.join(format!("{name}.{extension}"))))
}

/// Finds a site whose configuration is a script in the `nested` folders of a folder.
fn scripted(
    posts: &Path,
    folder: &Path,
    nested: &[&str],
    wanted: Option<SiteKind>,
    findings: &mut Vec<Diagnostic>,
) -> Option<FoundConfig> {
    let related = |root: &Path| posts.starts_with(root) || root.starts_with(posts);
    for nested in nested {
        let root = folder.join(nested);
        for (kind, inner, names) in SCRIPTS.into_iter().filter(|(kind, ..)| wanted.is_none_or(|wanted| wanted == *kind))
        {
            // A site of Docusaurus may publish the folder beside it.
            let near = related(&root) || kind == SiteKind::Docusaurus && related(&folder.join("docs"));
            let place = root.join(inner);
            if !near || !place.is_dir() {
                continue;
            }
            let found = scripts(&place, names).find_map(|path| read(posts, &path, findings));
            let (mut tree, source) = match found {
                Some(found) => found,
                // Its own folder is a sign, too.
                None if !inner.is_empty() => Default::default(),
                None => continue,
            };
            if !tree.is_object() {
                tree = Value::Object(Map::new());
            }
            if kind == SiteKind::VuePress
                && let Some(tree) = tree.as_object_mut()
            {
                tree.insert(VERSION_KEY.to_owned(), vuepress_version(&root, &source.text).into());
            }
            if let Some(tree) = tree.as_object_mut() {
                tree.insert(FOOTNOTES_KEY.to_owned(), source.text.contains("footnote").into());
                let has_math = ["remark-math", "remarkMath"].iter().any(|name| source.text.contains(name));
                tree.insert(MATH_KEY.to_owned(), has_math.into());
            }
            return Some(FoundConfig { kind, root: Some(root), tree, source });
        }
    }
    None
}

/// Reads the configuration of MkDocs in a folder, with those that it takes over.
fn mkdocs(posts: &Path, folder: &Path, findings: &mut Vec<Diagnostic>) -> Option<FoundConfig> {
    let (mut tree, source) = MKDOCS.iter().find_map(|name| read(posts, &folder.join(name), findings))?;
    let mut folder_of_last = folder.to_owned();
    for _ in 0..MAX_INHERITED {
        let Some(path) = text_at(&tree, "INHERIT").map(|name| folder_of_last.join(name)) else { break };
        if let Some(table) = tree.as_object_mut() {
            table.remove("INHERIT");
        }
        let Some((mut under, _)) = read(posts, &path, findings) else { break };
        folder_of_last = path.parent().unwrap_or(folder).to_owned();
        merge(&mut under, tree);
        tree = under;
    }
    Some(FoundConfig { kind: SiteKind::Mkdocs, root: Some(folder.to_owned()), tree, source })
}

/// Reads the settings of Obsidian or Logseq in a folder of notes.
fn notes(posts: &Path, folder: &Path, wanted: Option<SiteKind>, findings: &mut Vec<Diagnostic>) -> Option<FoundConfig> {
    let root = Some(folder.to_owned());
    if matches!(wanted, None | Some(SiteKind::Obsidian)) && folder.join(".obsidian").is_dir() {
        let mut files = OBSIDIAN.map(|name| read(posts, &folder.join(name), findings));
        let source = files.iter().flatten().map(|(_, source)| source.clone()).next().unwrap_or_default();
        let [app, templates, templater] =
            files.each_mut().map(|file| file.take().map_or(Value::Null, |(tree, _)| tree));
        let tree = serde_json::json!({ "app": app, "templates": templates, "templater": templater });
        return Some(FoundConfig { kind: SiteKind::Obsidian, root, tree, source });
    }
    if matches!(wanted, None | Some(SiteKind::Logseq)) && folder.join("logseq").is_dir() {
        let path = folder.join(LOGSEQ);
        let named = Source::named(&relative_path(posts, &path));
        let text = load(&path);
        if wanted.is_none() && text.is_err() {
            return None;
        }
        let text = text.unwrap_or_default();
        let tree = edn::parsed(&text);
        return Some(FoundConfig { kind: SiteKind::Logseq, root, tree, source: Source { text, ..named } });
    }
    None
}

/// Returns the major version of `VuePress` of a site: by the configuration, or by the packages of the project.
fn vuepress_version(root: &Path, config: &str) -> u64 {
    let signs = [
        "@vuepress/bundler",
        "defineUserConfig",
        "viteBundler",
        "webpackBundler",
        "from 'vuepress'",
        "from \"vuepress\"",
    ];
    if signs.iter().any(|sign| config.contains(sign)) {
        return 2;
    }
    let packages = root.ancestors().take(3).find_map(|folder| {
        let tree: Value = serde_json::from_str(&load(&folder.join(PACKAGES)).ok()?).ok()?;
        ["dependencies", "devDependencies"].iter().find_map(|key| text_at(tree.get(key)?, "vuepress"))
    });
    match packages {
        Some(version) if version.trim_start_matches(['^', '~', '>', '=', 'v', ' ']).starts_with('1') => 1,
        Some(_) => 2,
        None if config.contains("module.exports") || config.is_empty() => 1,
        None => 2,
    }
}

/// Reads the literals of a script.
fn read_script(path: &Path, text: &str) -> Option<Map<String, Value>> {
    let folder = path.parent()?;
    let loader = |name: &str| {
        let file = folder.join(name);
        // Only files of the site, so that nothing else is read.
        if name.matches("..").count() > 2 || name.contains('\0') {
            return None;
        }
        let named = SCRIPT_EXTENSIONS.iter().take(6).map(|ext| PathBuf::from(format!("{}.{ext}", file.display())));
        let inside = SCRIPT_EXTENSIONS.iter().take(6).map(|ext| file.join(format!("index.{ext}")));
        let paths: Vec<PathBuf> = std::iter::once(file.clone()).chain(named).chain(inside).collect();
        paths.into_iter().find_map(|path| load(&path).ok())
    };
    Script::read(text, &loader).exported()
}

/// Merges one tree over another.
fn merge(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                match under.get_mut(&key) {
                    Some(existing) => merge(existing, value),
                    None => {
                        under.insert(key, value);
                    }
                }
            }
        }
        (under, over) => *under = over,
    }
}

/// Returns the tree with its keys in lower case. Parsers bound the depth.
fn lower_keys(value: Value) -> Value {
    match value {
        Value::Object(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key.to_lowercase(), lower_keys(value))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(lower_keys).collect()),
        other => other,
    }
}

/// Detects the kind and the folder of the site by the folder names of the generators.
fn by_name(posts: &Path, folders: &[PathBuf], wanted: Option<SiteKind>) -> (SiteKind, Option<PathBuf>) {
    let named = |path: &Path, name: &str| path.file_name().is_some_and(|found| found == name);
    let found = folders.iter().find_map(|folder| {
        let above = folder.parent()?;
        if named(folder, "_posts") {
            Some(if named(above, "source") { (SiteKind::Hexo, above.parent()?) } else { (SiteKind::Jekyll, above) })
        } else {
            (wanted == Some(SiteKind::Hugo) && named(folder, "content")).then_some((SiteKind::Hugo, above))
        }
    });
    let found = found.or_else(|| {
        if posts.join("source/_posts").is_dir() {
            Some((SiteKind::Hexo, posts))
        } else if posts.join("_posts").is_dir() {
            Some(if named(posts, "source") { (SiteKind::Hexo, posts.parent()?) } else { (SiteKind::Jekyll, posts) })
        } else {
            (wanted == Some(SiteKind::Hugo) && posts.join("content").is_dir()).then_some((SiteKind::Hugo, posts))
        }
    });
    match found.filter(|&(kind, _)| wanted.is_none_or(|wanted| wanted == kind)) {
        Some((kind, root)) => (kind, Some(root.to_owned())),
        None => (wanted.unwrap_or(SiteKind::Plain), None),
    }
}

/// Reads one file; returns `None` if it does not exist. An unusable file is reported and gives an empty tree.
fn read(posts: &Path, path: &Path, findings: &mut Vec<Diagnostic>) -> Option<(Value, Source)> {
    let mut source = Source::named(&relative_path(posts, path));
    let (failure, offset) = match load(path) {
        Ok(text) => {
            source.text = text;
            if is_script(path)
                && let Some(table) = read_script(path, &source.text)
            {
                return Some((Value::Object(table), source));
            }
            match parse(path, &source.text) {
                Ok(read) if read.is_table => return Some((Value::Object(read.values), source)),
                Ok(_) => ("is not a table of keys and values".to_owned(), None),
                Err(failure) => (format!("does not parse: {}", shown(&failure.message)), Some(failure.offset)),
            }
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return None,
        Err(error) => (format!("cannot be read: {error}"), None),
    };
    let mut finding =
        Diagnostic::new(&source.name, Code::SiteConfigInvalid, format!("the site's configuration {failure}"))
            .help("correct the file, or set `base_url` and `permalink` in `anli.yaml`");
    // A parser that expects more text reports the end of the file, which may be an empty line.
    finding.place =
        offset.map(|offset| Place::of(&source.text, offset.min(source.text.trim_end_matches('\n').len()), 1));
    findings.push(finding);
    Some((Value::Object(Map::new()), source))
}

/// Returns whether a file is a script.
fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|found| SCRIPT_EXTENSIONS.iter().take(6).any(|extension| found == *extension))
}

fn parse(path: &Path, text: &str) -> Result<value::Read, value::Failure> {
    if is_script(path) {
        let message = "it exports no table of settings that can be read without running it".to_owned();
        return Err(value::Failure { message, offset: 0 });
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => value::toml(text),
        Some("json") => value::whole_json(text),
        _ => value::yaml(&without_tags(text)),
    }
}

/// Makes plain values of the tags of MkDocs: names of Python become texts, and calls become the table of their
/// arguments. The lines stay the same.
fn without_tags(text: &str) -> Cow<'_, str> {
    if !["!!python/", "!ENV", "!relative"].iter().any(|tag| text.contains(tag)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('!') {
        let starts_value = before.ends_with([' ', '\t']);
        out.push_str(before);
        let name_end = after.find([' ', '\n', ',', '}', ']']).unwrap_or(after.len());
        let (name, behind) = after.split_at_checked(name_end).unwrap_or((after, ""));
        rest = behind;
        match name {
            _ if !starts_value => {
                out.push('!');
                rest = after;
            }
            "ENV" | "relative" => {}
            _ if name.starts_with("!python/object") => {}
            _ => match name.strip_prefix("!python/name:") {
                Some(name) => {
                    out.push('"');
                    out.extend(name.chars().filter(|c| !matches!(c, '"' | '\\')));
                    out.push('"');
                    rest = behind.strip_prefix(" ''").or_else(|| behind.strip_prefix(" \"\"")).unwrap_or(behind);
                }
                None => {
                    out.push('!');
                    rest = after;
                }
            },
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the text of a file without a byte order mark. Line ends become `\n`.
pub(super) fn load(path: &Path) -> io::Result<String> {
    let file = fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::from(io::ErrorKind::NotFound));
    }
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n"))
}

/// Returns a path relative to the posts folder.
fn relative_path(posts: &Path, path: &Path) -> String {
    let mut up = String::new();
    for folder in posts.ancestors() {
        if let Ok(rest) = path.strip_prefix(folder) {
            let rest = rest.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            return format!("{up}{rest}");
        }
        up.push_str("../");
    }
    path.display().to_string()
}

/// Returns a scalar as text; `None` for an empty value, a list or a table.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the text at a key, if it exists and is not blank.
pub(super) fn text_at(tree: &Value, key: &str) -> Option<String> {
    tree.get(key).and_then(text_of).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
