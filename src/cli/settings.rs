//! What was typed, the environment and `anli.yaml` become settings: the first that says something wins.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, anyhow};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{
    Common,
    dictionary::WordEntry,
    freshness::Share,
    output::{self, Help as _},
    synonyms::Item,
};
use crate::{
    content::{
        Source, SourceError, SourceOptions,
        site::{Site, SiteOptions},
        yaml,
    },
    engine::{Engine, EngineError},
    query::{Rule, Synonyms},
    refresh::RefreshError,
    text::{Analyzer, Dictionary},
    watch::Way,
};

/// The largest file that is read unless the user says otherwise, in bytes.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// What `anli.yaml` may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    posts: Option<PathBuf>,
    index: Option<PathBuf>,
    max_file_bytes: Option<u64>,
    listen: Option<SocketAddr>,
    cors_origins: Option<Vec<String>>,
    #[serde(deserialize_with = "super::typed::way_of_file")]
    watch: Option<Way>,
    site: SiteOptions,
    case_headings: Vec<String>,
    words: Vec<WordEntry>,
    field_words: Option<bool>,
    synonyms: Vec<Item>,
    field_synonyms: Option<bool>,
    freshness: Option<Share>,
}

/// How the program runs.
#[derive(Debug)]
pub(super) struct Settings {
    /// The folder of posts.
    pub posts: PathBuf,
    /// The folder of the index.
    pub index: PathBuf,
    /// The configuration file, whether it exists or not.
    pub config: PathBuf,
    /// Where to listen, if the configuration says so.
    pub listen: Option<SocketAddr>,
    /// Which other sites may ask, if the configuration says so.
    pub cors_origins: Option<Vec<String>>,
    /// How to notice changes, if the configuration says so.
    pub watch: Option<Way>,
    max_file_bytes: u64,
    site: SiteOptions,
    case_headings: Vec<String>,
    words: Vec<WordEntry>,
    field_words: bool,
    synonyms: Arc<Synonyms>,
    freshness: Share,
    typed: Common,
    /// What the configuration says otherwise by now than when the program started, and takes a new start.
    pub for_next_start: Vec<&'static str>,
}

impl Settings {
    /// Reads the configuration and lays the typed options over it; the posts folder must be there.
    pub(super) fn read(common: &Common) -> anyhow::Result<Self> {
        let settings = Self::read_for_search(common)?;
        if !settings.posts.is_dir() {
            let shown = settings.posts.display();
            let what = if settings.posts.exists() { "is not a folder" } else { "does not exist" };
            return Err(anyhow!("the posts folder `{shown}` {what}"))
                .help("name the folder of your Markdown files with `--posts DIR`");
        }
        Ok(settings)
    }

    /// The same for what only reads the index.
    pub(super) fn read_for_search(common: &Common) -> anyhow::Result<Self> {
        let config = common.config.clone().unwrap_or_else(|| PathBuf::from("anli.yaml"));
        let file = read_file(&config, common.config.is_some())?;
        let rules: Vec<Rule> = file.synonyms.into_iter().map(|Item(rule)| rule).collect();
        let synonyms = Synonyms::new(&rules, file.field_synonyms.unwrap_or(true))
            .with_context(|| format!("cannot use the `synonyms` of `{}`", config.display()))?;
        // Paths in the file are meant from where the file is.
        let beside = |path: PathBuf| config.parent().map_or_else(|| path.clone(), |folder| folder.join(&path));
        Ok(Self {
            posts: common.posts.clone().or(file.posts.map(beside)).unwrap_or_else(|| PathBuf::from("posts")),
            index: common.index.clone().or(file.index.map(beside)).unwrap_or_else(|| PathBuf::from("index")),
            listen: file.listen,
            cors_origins: file.cors_origins,
            watch: file.watch,
            max_file_bytes: common.max_file_bytes.or(file.max_file_bytes).unwrap_or(MAX_FILE_BYTES),
            site: file.site,
            case_headings: file.case_headings,
            words: file.words,
            field_words: file.field_words.unwrap_or(true),
            synonyms: Arc::new(synonyms),
            freshness: file.freshness.unwrap_or_default(),
            config,
            typed: common.clone(),
            for_next_start: Vec::new(),
        })
    }

    /// Reads the configuration again. What a running service cannot change stays as it was.
    pub(super) fn reread(&self) -> anyhow::Result<Self> {
        let mut again = Self::read_for_search(&self.typed)?;
        let mut stays = Vec::new();
        let mut keep = |name, differs: bool| stays.extend(differs.then_some(name));
        keep("posts", again.posts != self.posts);
        keep("index", again.index != self.index);
        keep("listen", again.listen != self.listen);
        keep("cors_origins", again.cors_origins != self.cors_origins);
        keep("watch", again.watch != self.watch);
        again.posts.clone_from(&self.posts);
        again.index.clone_from(&self.index);
        again.cors_origins.clone_from(&self.cors_origins);
        Ok(Self { listen: self.listen, watch: self.watch, for_next_start: stays, ..again })
    }

    /// Gives the time zone of the site, in which dates without one are meant.
    pub(super) fn zone(&self) -> TimeZone {
        Site::detect(&self.posts, &self.site).0.zone
    }

    /// Makes what reads the posts.
    pub(super) fn source(&self) -> anyhow::Result<Source> {
        let options = SourceOptions {
            excluded: vec![self.index.clone()],
            max_file_bytes: self.max_file_bytes,
            site: self.site.clone(),
            case_headings: self.case_headings.clone(),
        };
        let cannot = || format!("cannot use the posts folder `{}`", self.posts.display());
        match Source::open(&self.posts, &options) {
            Err(error @ SourceError::LeftOut { .. }) => {
                Err(error).context("the index folder must not hold the posts").help("choose another with `--index DIR`")
            }
            opened => opened.with_context(cannot),
        }
    }

    /// Gives what has several names.
    pub(super) fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// Has an engine answer as the configuration says.
    pub(super) fn put_to(&self, engine: &Engine) {
        engine.set_synonyms(self.synonyms.clone());
        let Share(share) = self.freshness;
        engine.set_freshness(share);
    }

    /// Gives the words beside the general dictionary.
    pub(super) fn dictionary(&self) -> Dictionary {
        let mut dictionary = if self.field_words { Dictionary::field() } else { Dictionary::default() };
        for entry in &self.words {
            // Each was found to be a word when it was read.
            _ = entry.add_to(&mut dictionary);
        }
        dictionary
    }

    /// Makes the analyzer.
    pub(super) fn analyzer(&self) -> Arc<Analyzer> {
        Arc::new(Analyzer::with(self.dictionary()))
    }
}

fn read_file(path: &Path, named: bool) -> anyhow::Result<File> {
    let shown = path.display();
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !named => return Ok(File::default()),
        Err(error) => return Err(error).with_context(|| format!("cannot read the configuration `{shown}`")),
    };
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
            return Err(anyhow!("{shown}:{line}: found bytes that are not UTF-8, expected UTF-8 text"))
                .help("save the file as UTF-8");
        }
    };
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(File::default());
    }
    yaml::from_str(text)
        .map_err(|error| anyhow!("{shown}:{}:{}: {}", error.line, error.column, error.message))
        .help("`anli.yaml` in the repository is a commented example with every key")
}

/// The same for a refresh.
pub(super) fn explain_refresh(error: RefreshError) -> anyhow::Error {
    match error {
        RefreshError::Engine(error) => explain(error),
        other => other.into(),
    }
}

/// Adds the next step to what the engine could not do.
pub(super) fn explain(error: EngineError) -> anyhow::Error {
    let help = match &error {
        EngineError::Missing { .. } => Some("build it with `anli index`, or run `anli serve`"),
        EngineError::Locked { .. } => Some("it keeps the index up to date; `anli search` works meanwhile"),
        EngineError::NoRoom { .. } => Some("make room, or choose a folder on another disk with `--index DIR`"),
        EngineError::Damaged { .. } | EngineError::Read(_) => Some("build it anew with `anli index --rebuild`"),
        _ => None,
    };
    match help {
        Some(help) => output::with_help(error.into(), help),
        None => error.into(),
    }
}
