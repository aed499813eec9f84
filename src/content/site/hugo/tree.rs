//! The sections and bundles of Hugo's content folder, which the files `_index` and `index` make.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read as _,
    path::Path,
};

use serde_json::Value;
use walkdir::WalkDir;

use super::{
    super::{config::text_at, slashed},
    cascade::Cascade,
};
use crate::content::{encoding, front_matter};

/// Number of bytes read of a section's file; front matter is shorter.
const MAX_HEAD: u64 = 256 * 1024;

/// Endings of the files that Hugo reads as content.
const CONTENT: &str = "md markdown mdown html htm adoc asciidoc ad org rst pandoc pdc";

/// The folders of the content that are sections or bundles. Paths are below the content folder, without a final `/`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ContentTree {
    /// The folders with an `_index` file, each with the front matter of the file by the language in its name.
    sections: BTreeMap<String, BTreeMap<String, Section>>,
    /// The folders with an `index` file.
    leaves: BTreeSet<String>,
}

/// What a section's own file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Section {
    pub(super) slug: Option<String>,
    pub(super) title: Option<String>,
    pub(super) cascades: Vec<Cascade>,
}

/// The role of a file name.
pub(super) enum Role {
    Section,
    Leaf,
}

/// Returns the role of a file by its name, and the language in the name.
pub(super) fn role(name: &str) -> Option<(Role, &str)> {
    let (stem, extension) = name.rsplit_once('.')?;
    if !CONTENT.split(' ').any(|known| extension.eq_ignore_ascii_case(known)) {
        return None;
    }
    let (stem, language) = stem.split_once('.').unwrap_or((stem, ""));
    match stem {
        "_index" => Some((Role::Section, language)),
        "index" => Some((Role::Leaf, language)),
        _ => None,
    }
}

impl ContentTree {
    /// Reads the folder `content`.
    pub(super) fn read(content: &Path) -> Self {
        let mut tree = Self::default();
        let is_visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
        let walk = WalkDir::new(content).follow_links(true).into_iter();
        // An unreadable folder is reported when the posts are read.
        for found in walk.filter_entry(|entry| entry.depth() == 0 || is_visible(entry.file_name())).flatten() {
            let Some((role, language)) = found.file_name().to_str().and_then(role) else { continue };
            let above = found.path().parent().and_then(|above| above.strip_prefix(content).ok());
            let folder = above.map(slashed).unwrap_or_default().trim_end_matches('/').to_owned();
            match role {
                Role::Leaf => {
                    tree.leaves.insert(folder);
                }
                Role::Section => {
                    let section = section(found.path());
                    tree.sections.entry(folder).or_default().insert(language.to_lowercase(), section);
                }
            }
        }
        tree
    }

    /// Returns the section of a folder in a language, if it has a file of its own.
    pub(super) fn section(&self, folder: &str, language: &str) -> Option<&Section> {
        let by_language = self.sections.get(folder)?;
        by_language.get(language).or_else(|| by_language.get("")).or_else(|| by_language.values().next())
    }

    /// Returns whether a file in `folder` belongs to the bundle of another file. `is_index` tells whether the file is
    /// itself the one that makes its folder a bundle.
    pub(super) fn is_in_bundle(&self, folder: &str, is_index: bool) -> bool {
        let mut above = Some(folder);
        while let Some(folder_above) = above {
            if self.leaves.contains(folder_above) && !(is_index && folder_above == folder) {
                return true;
            }
            above = match folder_above.rsplit_once('/') {
                Some((above, _)) => Some(above),
                None if folder_above.is_empty() => None,
                None => Some(""),
            };
        }
        false
    }
}

fn section(path: &Path) -> Section {
    let mut head = Vec::new();
    // An unreadable file is reported when the posts are read.
    if File::open(path).and_then(|file| file.take(MAX_HEAD).read_to_end(&mut head)).is_err() {
        return Section::default();
    }
    let Ok(decoded) = encoding::decode("", &head) else { return Section::default() };
    let lower = front_matter::table(&decoded.text).into_iter().map(|(key, value)| (key.to_lowercase(), value));
    let table = Value::Object(lower.collect());
    Section {
        slug: text_at(&table, "slug"),
        title: text_at(&table, "title"),
        cascades: table.get("cascade").map(|value| Cascade::read(value, |_| ())).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_holds_everything_below_its_folder() {
        let leaves = ["news/flood", "a"].map(str::to_owned);
        let tree = ContentTree { leaves: leaves.into(), ..ContentTree::default() };
        for (folder, is_index, expected) in [
            ("news/flood", true, false),
            ("news/flood", false, true),
            ("news/flood/map", true, true),
            ("news", false, false),
            ("news/floods", false, false),
            ("", false, false),
        ] {
            assert_eq!(tree.is_in_bundle(folder, is_index), expected, "{folder} {is_index}");
        }
        let tree = ContentTree { leaves: [String::new()].into(), ..ContentTree::default() };
        assert!(tree.is_in_bundle("posts", false) && !tree.is_in_bundle("", true));
    }
}
