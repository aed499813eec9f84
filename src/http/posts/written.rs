//! A post as JSON, written piece by piece: three times the length of its text, for a text of megabytes.

use std::{
    convert::Infallible,
    ops::Range,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use hyper::body::{Body as HttpBody, Bytes, Frame};
use serde::Serialize;
use tokio::sync::OnceCell;

use super::HeldPost;
use crate::{
    content::site::section_url,
    http::{body::one_line, outgoing::PIECE},
    post::Post,
};

/// The beginning of the body. Other keys of the front matter are left out: they are meant for the generator of the site.
#[derive(Serialize)]
struct HeadBody<'a> {
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
    // Then `text`, the text without markup and headings, `sections` and `cases`.
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
    // Then `text`, the text without subsections.
}

#[derive(Serialize)]
struct CaseBody<'a> {
    /// Number in the order of the post, from 1.
    number: usize,
    heading: &'a str,
    url: String,
    line: u32,
    // Then `text`, the text with subsections.
}

/// A case: the index of its section, and its range in the text. A post without a heading that names a case is itself one.
pub(super) type Case = (Option<usize>, Range<usize>);

/// Returns the cases of a post.
pub(super) fn cases(post: &Post) -> Vec<Case> {
    let cases: Vec<Case> = post.cases_in_place().map(|(at, _, range)| (Some(at), range)).collect();
    if cases.is_empty() { vec![(None, 0..post.text.len())] } else { cases }
}

/// What is written next.
#[derive(Clone, Copy)]
enum Next {
    Head,
    Section(usize),
    Case(usize),
    Nothing,
}

/// The body of a post that several answers may share.
pub(super) struct WrittenPost {
    place: Arc<OnceCell<HeldPost>>,
    next: Next,
    /// The part of the text that is still to be written before that.
    text: Option<Range<usize>>,
}

impl WrittenPost {
    /// Begins the body. The place has to be filled.
    pub(super) const fn new(place: Arc<OnceCell<HeldPost>>) -> Self {
        Self { place, next: Next::Head, text: None }
    }

    /// Returns the next part of the JSON, of about `length` bytes; nothing at the end.
    pub(super) fn part(&mut self, length: usize) -> Vec<u8> {
        let place = self.place.clone();
        let Some(held) = place.get() else { return Vec::new() };
        // Signs that JSON escapes make a part a little longer.
        let mut part = Vec::with_capacity(length.min(PIECE) + PIECE / 8);
        while part.len() < length {
            if let Some(range) = &mut self.text {
                let piece = first_part(&held.post.text, range, length - part.len());
                part.extend(escaped(piece));
                range.start += piece.len();
                if piece.is_empty() {
                    self.text = None;
                    part.extend(b"\"");
                    part.extend(if matches!(self.next, Next::Section(0)) { &b",\"sections\":["[..] } else { b"}" });
                }
                continue;
            }
            match self.next {
                Next::Nothing => break,
                next => (self.next, self.text) = begin(held, next, &mut part),
            }
        }
        part
    }
}

/// Writes the beginning of a part up to its text, and returns what follows and the range of the text. Writes the end of a
/// list that has no more parts.
fn begin(held: &HeldPost, next: Next, out: &mut Vec<u8>) -> (Next, Option<Range<usize>>) {
    let post = &held.post;
    match next {
        Next::Head => {
            let front = &post.front;
            let body = HeadBody {
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
            };
            open(&body, out);
            (Next::Section(0), Some(0..post.text.len()))
        }
        Next::Section(at) => {
            let Some(section) = post.sections.get(at) else {
                out.extend(b"],\"cases\":[");
                return (Next::Case(0), None);
            };
            let body = SectionBody {
                heading: &section.heading,
                level: section.level,
                anchor: &section.anchor,
                url: section_url(post, section),
                line: section.line,
                is_case: section.is_case,
            };
            separate(at, out);
            open(&body, out);
            (Next::Section(at + 1), Some(section.range.clone()))
        }
        Next::Case(at) => {
            let Some((section, range)) = held.cases.get(at) else {
                out.extend(b"]}");
                return (Next::Nothing, None);
            };
            let number = at + 1;
            let body = match section.and_then(|section| post.sections.get(section)) {
                Some(section) => {
                    CaseBody { number, heading: &section.heading, url: section_url(post, section), line: section.line }
                }
                None => CaseBody { number, heading: &post.title, url: post.url.clone(), line: post.line_at(0) },
            };
            separate(at, out);
            open(&body, out);
            (Next::Case(at + 1), Some(range.clone()))
        }
        Next::Nothing => (Next::Nothing, None),
    }
}

fn separate(at: usize, out: &mut Vec<u8>) {
    if at > 0 {
        out.push(b',');
    }
}

/// Writes an object, and in place of its end the beginning of its last value, `text`.
fn open(body: &impl Serialize, out: &mut Vec<u8>) {
    // Texts and numbers are always written.
    if serde_json::to_writer(&mut *out, body).is_ok() {
        out.pop();
        out.extend(b",\"text\":\"");
    }
}

/// Returns the first characters of a range of a text, of about `length` bytes; nothing at the end or outside of the text.
fn first_part<'a>(text: &'a str, range: &Range<usize>, length: usize) -> &'a str {
    // A character has four bytes at the most.
    let mut end = range.end.min(range.start.saturating_add(length.max(4)));
    while end > range.start && !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(range.start..end).unwrap_or_default()
}

/// Returns a text as it stands between the quotation marks of a JSON text.
fn escaped(text: &str) -> Vec<u8> {
    let quoted = serde_json::to_vec(text).unwrap_or_default();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_vec()
}

impl HttpBody for WrittenPost {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let part = self.get_mut().part(PIECE - PIECE / 8);
        Poll::Ready((!part.is_empty()).then(|| Ok(Frame::data(part.into()))))
    }
}
