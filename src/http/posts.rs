//! `/api/posts/{id}`: one post with its sections and cases.
//!
//! A post may have megabytes of text. Its text is held once for all clients that take the same answer, and becomes JSON
//! (`written.rs`) as they take it.

mod written;

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, Uri},
};

use self::written::{Case, WrittenPost, cases};
use super::{
    Shared,
    fresh::{Answer, Tag},
    memory::Taken,
    parameters::Parameters,
    pool::Abandoned,
    refusal::Refusal,
    shown, similar,
    waiting::MIN_SEQ,
};
use crate::{
    engine::{Budget, Searcher},
    post::{Post, PostId, Section},
};

/// What an address may ask about a post, by the end of the address.
const ASPECTS: &[(&str, Aspect)] = &[("/similar", Aspect::Similar), ("/html", Aspect::Html)];
/// The parameters of all aspects.
const KNOWN: &[&str] = &["limit", "q", "literal", MIN_SEQ];
/// Length of a text in bytes from which on it becomes JSON as it is taken.
const LONG: usize = 16 << 10;
/// How many times the text of a post is in its body: as a whole, by sections and by cases.
const TIMES: usize = 3;

/// A post whose body is being taken.
pub(super) struct HeldPost {
    post: Post,
    cases: Vec<Case>,
    _taken: Taken,
}

/// What was found at an address.
enum Found {
    Answer(Answer),
    /// A post that the client does not have yet.
    Post(Searcher, Tag),
    /// A post about which something is asked.
    About(Searcher, Tag, PostId, Aspect),
}

/// What may be asked about a post.
#[derive(Debug, Clone, Copy)]
enum Aspect {
    /// The posts that are similar to it.
    Similar,
    /// The post as HTML.
    Html,
}

/// Answers with the post of an id, which may contain `/`, or with what is asked about it if the path ends so.
/// Hidden posts are not in the index, and so are not found.
pub(super) async fn post(
    State(shared): State<Arc<Shared>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Answer, Refusal> {
    let Path(id) = id.map_err(|_| Refusal::invalid_path())?;
    let settings = shared.answers();
    // Whether the path is the id of a post or asks about one is not known yet.
    let engine = match Parameters::read(uri.query(), KNOWN) {
        Ok(parameters) => shared.engine(&parameters).await?,
        Err(_) => shared.app.engine.engine(),
    };
    let (wanted, query) = (PostId::from(id.clone()), uri.query().map(str::to_owned));
    let held = headers.clone();
    let asked = settings.clone();
    let work = move |_| {
        let searcher = engine.searcher()?;
        let is_post = searcher.contains(&PostId::from(id.clone()))?;
        let tag = Tag::of_answer(&asked, engine.generation(), &searcher, &uri)?;
        // The id of a post may have such an end.
        let about = ASPECTS.iter().find_map(|(end, aspect)| Some((id.strip_suffix(end)?, *aspect)));
        if let Some((about, aspect)) = about.filter(|_| !is_post) {
            let about = PostId::from(about.to_owned());
            if !searcher.contains(&about)? {
                return Err(Refusal::unknown_post(about.as_str()).by(searcher.seq()));
            }
            return Ok(Found::About(searcher, tag, about, aspect));
        }
        Parameters::read(uri.query(), &[MIN_SEQ])?;
        match is_post {
            true if tag.is_held(&held) => Ok(Found::Answer(Answer::held(searcher.seq(), tag))),
            true => Ok(Found::Post(searcher, tag)),
            false => Err(Refusal::unknown_post(&id).by(searcher.seq())),
        }
    };
    // Not where searches run: who asks for many posts keeps no search waiting.
    match shared.examined(shared.post_reader.run(work).await)? {
        Found::Answer(answer) => Ok(answer),
        Found::Post(searcher, tag) => shared.post(searcher, tag, wanted).await,
        Found::About(searcher, tag, id, Aspect::Similar) => {
            let limit = similar::limit(query.as_deref())?;
            let here = shared.clone();
            let work = move |_| {
                let body = || Ok((similar::body(&searcher, &id, limit)?, true));
                Answer::tagged(searcher.seq(), tag, &headers, &here.given, body)
            };
            shared.answer(work).await
        }
        Found::About(searcher, tag, id, Aspect::Html) => {
            let query = shown::query(query.as_deref())?;
            let time = shared.app.settings.request_timeout / 2;
            let here = shared.clone();
            let work = move |abandoned: Abandoned| {
                let budget = Budget::of(time).until(abandoned.flag());
                let body = || shown::body(&searcher, &settings, &id, &query, &budget);
                Answer::tagged(searcher.seq(), tag, &headers, &here.given, body)
            };
            shared.answer(work).await
        }
    }
}

impl Shared {
    /// Answers with a post, which is read unless another client is taking the same answer.
    async fn post(&self, searcher: Searcher, tag: Tag, id: PostId) -> Result<Answer, Refusal> {
        let (seq, place) = (searcher.seq(), self.posts.place(tag.clone()));
        place.get_or_try_init(|| self.read_post(searcher, id)).await?;
        let length = place.get().map_or(0, |held| held.post.text.len());
        let mut written = WrittenPost::new(place);
        if length > LONG {
            return Ok(Answer::streamed(seq, tag, Body::new(written), length.saturating_mul(TIMES)));
        }
        let body = written.part(usize::MAX);
        let taken = self.memory.take(body.len()).await?;
        Ok(Answer::written(seq, tag, body).taking(taken))
    }

    /// Reads a post.
    async fn read_post(&self, searcher: Searcher, id: PostId) -> Result<HeldPost, Refusal> {
        // One is read at a time: a large one takes several times its size for a moment.
        let read = move |_| searcher.post(&id)?.ok_or_else(|| Refusal::unknown_post(id.as_str()));
        let (post, _taken) = self.examined(self.post_reader.run_for(&self.memory, read, size).await)?;
        Ok(HeldPost { cases: cases(&post), post, _taken })
    }
}

/// Returns the size of a post in memory, in bytes, without its small parts.
fn size(post: &Post) -> usize {
    let headings = post.sections.iter().map(|section| section.heading.len() + section.anchor.len()).sum::<usize>();
    let per_section = size_of::<Section>() + size_of::<Case>();
    post.text.len() + headings + post.sections.len() * per_section + size_of_val(post.lines.as_slice())
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use proptest::prelude::*;
    use serde_json::{Value, json};
    use tokio::sync::OnceCell;

    use super::*;
    use crate::post::FrontMatter;

    fn post(text: &str, cuts: &[(usize, bool)]) -> Post {
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut cuts: Vec<(usize, bool)> = cuts.iter().map(|&(cut, case)| (starts[cut % starts.len()], case)).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().skip(1).map(|&(start, _)| start).chain([text.len()]);
        let sections = cuts.iter().zip(ends).zip(1..).map(|((&(start, is_case), end), line)| Section {
            heading: format!("第{line}节 \"{line}\""),
            level: 2,
            anchor: format!("s{line}"),
            range: start..end,
            line,
            is_case,
        });
        Post {
            id: PostId::from("a/甲".to_owned()),
            path: "a/甲.md".to_owned(),
            title: "一封\n信".to_owned(),
            front: FrontMatter { authors: vec!["小禾".to_owned(), "阿萍".to_owned()], ..FrontMatter::default() },
            url: "/a/".to_owned(),
            text: text.to_owned(),
            sections: sections.collect(),
            lines: vec![(0, 7)],
        }
    }

    /// What the body of a post has to be.
    fn expected(post: &Post) -> Value {
        let text = |range: Range<usize>| post.text.get(range).unwrap_or_default();
        let sections = post.sections.iter().map(|section| {
            json!({
                "heading": section.heading, "level": 2, "anchor": section.anchor, "url": format!("/a/#{}", section.anchor),
                "line": section.line, "is_case": section.is_case, "text": text(section.range.clone()),
            })
        });
        let mut cases: Vec<Value> = post
            .cases()
            .zip(1..)
            .map(|((section, range), number)| {
                let url = format!("/a/#{}", section.anchor);
                json!({"number": number, "heading": section.heading, "url": url, "line": section.line, "text": text(range)})
            })
            .collect();
        if cases.is_empty() {
            cases.push(json!({"number": 1, "heading": post.title, "url": "/a/", "line": 7, "text": post.text}));
        }
        json!({
            "id": "a/甲", "url": "/a/", "title": "一封\n信", "date": null, "updated": null, "author": "小禾、阿萍",
            "authors": ["小禾", "阿萍"], "tags": [], "categories": [], "description": null, "path": "a/甲.md",
            "text": post.text, "sections": sections.collect::<Vec<_>>(), "cases": cases,
        })
    }

    proptest! {
        #[test]
        fn a_post_is_the_same_in_parts_of_any_length(
            text in "[转账a\"\\\\\n\u{0}\u{7f}é𠮷]{0,60}",
            cuts in proptest::collection::vec((0..70_usize, any::<bool>()), 0..5),
            length in 1..300_usize,
        ) {
            let post = post(&text, &cuts);
            let expected = expected(&post);
            let held = HeldPost { cases: cases(&post), post, _taken: Taken::default() };
            let mut written = WrittenPost::new(Arc::new(OnceCell::from(held)));
            let mut json = Vec::new();
            loop {
                let part = written.part(length);
                if part.is_empty() {
                    break;
                }
                json.extend(part);
            }
            prop_assert_eq!(serde_json::from_slice::<Value>(&json).ok(), Some(expected), "{}", String::from_utf8_lossy(&json));
        }
    }
}
