//! `/api/posts/{id}`: one post with its sections and cases.

use std::{ops::Range, sync::Arc};

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, Uri},
};
use serde::Serialize;

use super::{
    Shared,
    body::one_line,
    fresh::{Answer, Tag},
    parameters::Parameters,
    refusal::Refusal,
    similar,
    waiting::MIN_SEQ,
};
use crate::{
    content::site::with_anchor,
    post::{Post, PostId},
};

/// The end of an address that asks for similar posts.
const SIMILAR: &str = "/similar";

/// Answers with the post of an id, which may contain `/`, or with the similar posts if the path ends with `/similar`.
/// Hidden posts are not in the index, and so are not found.
pub(super) async fn post(
    State(shared): State<Arc<Shared>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Answer, Refusal> {
    let Path(id) = id.map_err(|_| Refusal::invalid_path())?;
    let settings = shared.answers();
    // Whether the path is the id of a post or asks for similar posts is not known yet.
    let engine = match Parameters::read(uri.query(), similar::KNOWN) {
        Ok(parameters) => shared.engine(&parameters).await?,
        Err(_) => shared.app.engine.engine(),
    };
    let work = move |_| {
        let searcher = engine.searcher()?;
        let post = searcher.post(&PostId::from(id.clone()))?;
        let tag = Tag::of_answer(&settings, engine.generation(), &searcher, &uri)?;
        // The id of a post may end with `/similar`.
        if let Some(similar_to) = id.strip_suffix(SIMILAR).filter(|_| post.is_none()) {
            let similar_to = PostId::from(similar_to.to_owned());
            let limit = similar::limit(uri.query())?;
            if searcher.post(&similar_to)?.is_none() {
                return Err(Refusal::unknown_post(similar_to.as_str()).by(searcher.seq()));
            }
            return Answer::tagged(searcher.seq(), tag, &headers, || similar::body(&searcher, &similar_to, limit));
        }
        Parameters::read(uri.query(), &[MIN_SEQ])?;
        let Some(post) = post else { return Err(Refusal::unknown_post(&id).by(searcher.seq())) };
        Answer::tagged(searcher.seq(), tag, &headers, || Ok(PostBody::from(&post)))
    };
    shared.run(work).await
}

/// A post. Other keys of the front matter are left out: they are meant for the generator of the site.
#[derive(Serialize)]
struct PostBody<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    /// Dates are RFC 3339, at the offset of the author.
    date: Option<String>,
    updated: Option<String>,
    author: Option<String>,
    authors: &'a [String],
    tags: &'a [String],
    categories: &'a [String],
    description: Option<&'a str>,
    /// Path below the posts folder.
    path: &'a str,
    /// The text without markup and headings.
    text: &'a str,
    sections: Vec<SectionBody<'a>>,
    cases: Vec<CaseBody<'a>>,
}

impl<'a> From<&'a Post> for PostBody<'a> {
    fn from(post: &'a Post) -> Self {
        let front = &post.front;
        Self {
            id: post.id.as_str(),
            url: &post.url,
            title: &post.title,
            date: front.date.map(|date| date.to_string()),
            updated: front.updated.map(|date| date.to_string()),
            author: one_line(&front.authors),
            authors: &front.authors,
            tags: &front.tags,
            categories: &front.categories,
            description: front.description.as_deref(),
            path: &post.path,
            text: &post.text,
            sections: post
                .sections
                .iter()
                .map(|section| SectionBody {
                    heading: &section.heading,
                    level: section.level,
                    anchor: &section.anchor,
                    url: with_anchor(&post.url, &section.anchor),
                    line: section.line,
                    is_case: section.is_case,
                    text: text(post, section.range.clone()),
                })
                .collect(),
            cases: cases(post),
        }
    }
}

#[derive(Serialize)]
struct SectionBody<'a> {
    heading: &'a str,
    level: u8,
    /// Anchor of the heading on the page; empty if there is none.
    anchor: &'a str,
    url: String,
    /// Line of the heading in the source file, from 1.
    line: u32,
    is_case: bool,
    /// The text without subsections.
    text: &'a str,
}

#[derive(Serialize)]
struct CaseBody<'a> {
    /// Number in the order of the post, from 1.
    number: usize,
    heading: &'a str,
    url: String,
    line: u32,
    /// The text with subsections.
    text: &'a str,
}

/// Returns the cases. A post without a heading that names a case is itself one.
fn cases(post: &Post) -> Vec<CaseBody<'_>> {
    let mut cases: Vec<CaseBody<'_>> = post
        .cases()
        .zip(1..)
        .map(|((section, range), number)| CaseBody {
            number,
            heading: &section.heading,
            url: with_anchor(&post.url, &section.anchor),
            line: section.line,
            text: text(post, range),
        })
        .collect();
    if cases.is_empty() {
        let (url, line) = (post.url.clone(), post.line_at(0));
        cases.push(CaseBody { number: 1, heading: &post.title, url, line, text: &post.text });
    }
    cases
}

fn text(post: &Post, range: Range<usize>) -> &str {
    post.text.get(range).unwrap_or_default()
}
