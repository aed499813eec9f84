//! The settings of the program: from options, then the environment, then `anli.yaml`, then defaults.

use std::{
    fs, io,
    net::SocketAddr,
    num::NonZero,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, anyhow};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{
    Common,
    dictionary::WordEntry,
    freshness::Fraction,
    output::{Help as _, NextStep},
    synonyms::Item,
};
use crate::{
    content::{
        Source, SourceError, SourceOptions,
        site::{Site, SiteOptions},
        yaml,
    },
    engine::{Engine, EngineError},
    http::AnswerSettings,
    query::{Rule, Synonyms},
    refresh::RefreshError,
    text::{Analyzer, Dictionary},
    watch::Way,
};

/// Default upper bound on the size of a file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// The contents of `anli.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    posts: Option<PathBuf>,
    index: Option<PathBuf>,
    max_file_bytes: Option<u64>,
    /// The address to listen on.
    pub listen: Option<SocketAddr>,
    /// The other sites whose pages may ask.
    pub cors_origins: Option<Vec<String>>,
    /// The names that the service may be asked by.
    pub hosts: Option<Vec<String>>,
    /// Upper bounds on the number of open connections, in all and of one client.
    pub max_connections: Option<NonZero<usize>>,
    pub max_connections_per_client: Option<NonZero<usize>>,
    /// The way to notice changes.
    #[serde(deserialize_with = "super::typed::way_of_file")]
    pub watch: Option<Way>,
    site: SiteOptions,
    case_headings: Vec<String>,
    words: Vec<WordEntry>,
    field_words: Option<bool>,
    synonyms: Vec<Item>,
    field_synonyms: Option<bool>,
    freshness: Option<Fraction>,
}

/// The settings of the program.
#[derive(Debug)]
pub(super) struct Settings {
    /// The folder of posts.
    pub posts: PathBuf,
    /// The folder of the index.
    pub index: PathBuf,
    /// The configuration file, whether it exists or not.
    pub config: PathBuf,
    /// The other settings of the configuration file.
    pub file: File,
    max_file_bytes: u64,
    /// The synonyms of the configuration file and of the field.
    pub synonyms: Arc<Synonyms>,
    typed: Common,
    /// Keys of the configuration that changed since the program started and take effect at the next start.
    pub for_next_start: Vec<&'static str>,
}

impl Settings {
    /// Reads the configuration; typed options take precedence. Fails if the posts folder does not exist.
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

    /// Reads the settings for a command that needs no posts folder.
    pub(super) fn read_for_search(common: &Common) -> anyhow::Result<Self> {
        let config = common.config.clone().unwrap_or_else(|| PathBuf::from("anli.yaml"));
        let file = read_file(&config, common.config.is_some())?;
        let rules: Vec<Rule> = file.synonyms.iter().map(|Item(rule)| rule.clone()).collect();
        let synonyms = Synonyms::new(&rules, file.field_synonyms.unwrap_or(true))
            .with_context(|| format!("cannot use the `synonyms` of `{}`", config.display()))?;
        // Relative paths in the file are relative to its folder.
        let folder = |typed: &Option<PathBuf>, in_file: &Option<PathBuf>, default| {
            let in_file = || in_file.as_ref().map(|path| config.parent().unwrap_or(Path::new("")).join(path));
            typed.clone().or_else(in_file).unwrap_or_else(|| PathBuf::from(default))
        };
        Ok(Self {
            posts: folder(&common.posts, &file.posts, "posts"),
            index: folder(&common.index, &file.index, "index"),
            max_file_bytes: common.max_file_bytes.or(file.max_file_bytes).unwrap_or(MAX_FILE_BYTES),
            synonyms: Arc::new(synonyms),
            config,
            file,
            typed: common.clone(),
            for_next_start: Vec::new(),
        })
    }

    /// Reads the configuration again. Settings that a running service cannot change stay as they were.
    pub(super) fn reread(&self) -> anyhow::Result<Self> {
        let mut again = Self::read_for_search(&self.typed)?;
        let changed = [
            ("posts", again.posts != self.posts),
            ("index", again.index != self.index),
            ("listen", again.file.listen != self.file.listen),
            ("cors_origins", again.file.cors_origins != self.file.cors_origins),
            ("hosts", again.file.hosts != self.file.hosts),
            ("max_connections", again.file.max_connections != self.file.max_connections),
            (
                "max_connections_per_client",
                again.file.max_connections_per_client != self.file.max_connections_per_client,
            ),
            ("watch", again.file.watch != self.file.watch),
        ];
        again.for_next_start = changed.into_iter().filter_map(|(name, changed)| changed.then_some(name)).collect();
        again.posts.clone_from(&self.posts);
        again.index.clone_from(&self.index);
        again.file.cors_origins.clone_from(&self.file.cors_origins);
        again.file.hosts.clone_from(&self.file.hosts);
        (again.file.listen, again.file.watch) = (self.file.listen, self.file.watch);
        again.file.max_connections = self.file.max_connections;
        again.file.max_connections_per_client = self.file.max_connections_per_client;
        Ok(again)
    }

    /// Returns the time zone of the site, for dates without a zone.
    pub(super) fn zone(&self) -> TimeZone {
        Site::detect(&self.posts, &self.file.site).0.zone
    }

    /// Returns the settings that answers depend on.
    pub(super) fn answers(&self, source: &Source) -> AnswerSettings {
        let site = source.site();
        // All of them, so that a new one cannot be forgotten.
        AnswerSettings::new(site.zone.clone(), &(&self.file, self.max_file_bytes, site)).with_source(source.clone())
    }

    /// Makes the reader of the posts.
    pub(super) fn source(&self) -> anyhow::Result<Source> {
        let options = SourceOptions {
            excluded: vec![self.index.clone()],
            max_file_bytes: self.max_file_bytes,
            site: self.file.site.clone(),
            case_headings: self.file.case_headings.clone(),
        };
        match Source::open(&self.posts, &options) {
            Err(error @ SourceError::LeftOut { .. }) => {
                Err(error).context("the index folder must not hold the posts").help("choose another with `--index DIR`")
            }
            opened => opened.with_context(|| format!("cannot use the posts folder `{}`", self.posts.display())),
        }
    }

    /// Applies the settings of searches to an engine.
    pub(super) fn apply_to(&self, engine: &Engine) {
        engine.set_synonyms(self.synonyms.clone());
        let Fraction(freshness) = self.file.freshness.unwrap_or_default();
        engine.set_recency(freshness);
    }

    /// Returns the words added to the general dictionary.
    pub(super) fn dictionary(&self) -> Dictionary {
        let field_words = self.file.field_words.unwrap_or(true);
        let mut dictionary = if field_words { Dictionary::field() } else { Dictionary::default() };
        for entry in &self.file.words {
            // Each entry was checked while the file was read.
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
    let not_text = |error: std::str::Utf8Error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        anyhow!("{shown}:{line}: found bytes that are not UTF-8, expected UTF-8 text")
    };
    let text = std::str::from_utf8(&bytes).map_err(not_text).help("save the file as UTF-8")?;
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(File::default());
    }
    yaml::from_str(text)
        .map_err(|error| anyhow!("{shown}:{}:{}: {}", error.line, error.column, error.message))
        .help("`anli.yaml` in the repository is a commented example with every key")
}

/// Adds the next step to an error of the engine or of a refresh.
pub(super) fn explain(error: impl Into<RefreshError>) -> anyhow::Error {
    let error = error.into();
    let RefreshError::Engine(failure) = &error else { return error.into() };
    let help = match failure {
        EngineError::Missing { .. } => "build it with `anli index`, or run `anli serve`",
        EngineError::OtherFormat { .. } => "build it anew with `anli index`, or run `anli serve`",
        EngineError::Locked { .. } => "it keeps the index up to date; `anli search` works meanwhile",
        EngineError::NoRoom { .. } => "make room, or choose a folder on another disk with `--index DIR`",
        EngineError::Damaged { .. } | EngineError::Read(_) => "build it anew with `anli index --rebuild`",
        _ => return error.into(),
    };
    anyhow::Error::from(error).context(NextStep(help))
}
