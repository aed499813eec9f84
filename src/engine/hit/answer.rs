//! Makes a hit of a document that was found: its post, the parts of it that matched, and where to open them.

use std::ops::Range;

use crate::{
    content::site::section_url,
    engine::{
        error::EngineError,
        hit::snippet::{Marker, Match, SECTION_WIDTH, WIDTH, coverage, cut, whole},
        postings::{commit::Commit, sets::DocId},
    },
    post::Post,
    query::{CaseHit, Grain, Hit, Match as Class, Position, SectionHit, Snippet},
};

/// Bytes of a text that are always searched for matches. After this many bytes, and again after each further piece of
/// this size, the search ends if every clause has a match.
const ALWAYS_SEARCHED: usize = 12 << 10;
/// After this many bytes, the search ends even if clauses have no match yet, provided that there is a match at all.
const MAX_SEARCHED: usize = 64 << 10;
/// Upper bound on the sections of a hit that are shown.
const MAX_SECTIONS: usize = 3;

/// A document that may become a hit.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Candidate {
    pub score: f32,
    /// The match class that is shown.
    pub class: Class,
    /// The match class in which the document was ranked.
    pub ranked: Class,
    /// The reading of the query that found the document, by number.
    pub reading: usize,
    pub segment: usize,
    pub doc: DocId,
    /// Whether the typed text spells the beginning of the title: then the document is most likely meant, whatever its
    /// score.
    pub opens: bool,
}

/// The content that a candidate shows: a post, or one of its cases.
pub(in crate::engine) struct Shown {
    pub(in crate::engine) post: Post,
    /// The byte range in the text of the post.
    pub(in crate::engine) range: Range<usize>,
    /// The number of the case, counted from 1; `None` for the whole post.
    number: Option<usize>,
}

/// Returns the content that a candidate shows.
pub(in crate::engine) fn shown(commit: &Commit, candidate: &Candidate) -> Result<Option<Shown>, EngineError> {
    let (segment, doc) = (candidate.segment, candidate.doc);
    let Some(place) = commit.case_of(segment, doc)? else {
        let post = commit.stored(segment, doc)?;
        return Ok(post.map(|post| Shown { range: 0..post.text.len(), post, number: None }));
    };
    let Some(id) = commit.id_of(segment, doc)? else { return Ok(None) };
    let Some(post) = commit.post(&id)? else { return Ok(None) };
    let number = post.sections.iter().take(place + 1).filter(|section| section.is_case).count().max(1);
    let range = post.cases().nth(number - 1).map_or(0..post.text.len(), |(_, range)| range);
    Ok(Some(Shown { post, range, number: Some(number) }))
}

/// Makes the hit of a candidate.
pub(in crate::engine) fn hit(
    commit: &Commit,
    candidate: &Candidate,
    grain: Grain,
    marker: &Marker<'_>,
) -> Result<Option<Hit>, EngineError> {
    let Some(Shown { post, range, number }) = shown(commit, candidate)? else { return Ok(None) };
    let hit = match number {
        Some(number) => case_hit(commit, &post, number, range, candidate, marker)?,
        None => post_hit(commit, post, candidate, grain, marker)?,
    };
    Ok(Some(hit))
}

fn post_hit(
    commit: &Commit,
    post: Post,
    candidate: &Candidate,
    grain: Grain,
    marker: &Marker<'_>,
) -> Result<Hit, EngineError> {
    let range = 0..post.text.len();
    let matches = matches_of(&post, range, marker);
    let title = whole(&post.title, marker);
    let snippet = placed(cut(&post.text, &matches, WIDTH), &post, 0);
    let Position { heading, line } = place_of(&post, first_mark(&snippet));
    let case = (grain == Grain::Cases).then(|| CaseHit { heading: title.clone(), number: 1, line: post.line_at(0) });
    Ok(Hit {
        url: post.url.clone(),
        title,
        date: post.front.date,
        score: candidate.score,
        matched: candidate.class,
        snippet,
        heading,
        line,
        explanation: Vec::new(),
        sections: sections(&post, &matches, marker),
        case,
        stale: commit.is_stale(&post.path)?,
        authors: post.front.authors,
        tags: post.front.tags,
        categories: post.front.categories,
        id: post.id,
    })
}

fn case_hit(
    commit: &Commit,
    post: &Post,
    number: usize,
    range: Range<usize>,
    candidate: &Candidate,
    marker: &Marker<'_>,
) -> Result<Hit, EngineError> {
    let (heading, url, line) = match post.cases().nth(number - 1) {
        Some((section, _)) => (section.heading.as_str(), section_url(post, section), section.line),
        None => (post.title.as_str(), post.url.clone(), 1),
    };
    let matches = matches_of(post, range.clone(), marker);
    let text = post.text.get(range.clone()).unwrap_or_default();
    let inside: Vec<Match> = matches
        .iter()
        .map(|each| Match { clause: each.clause, range: each.range.start - range.start..each.range.end - range.start })
        .collect();
    let snippet = placed(cut(text, &inside, WIDTH), post, range.start);
    let Position { heading: above, line: snippet_line } = place_of(post, range.start + first_mark(&snippet));
    Ok(Hit {
        id: post.id.clone(),
        url,
        title: whole(&post.title, marker),
        date: post.front.date,
        authors: post.front.authors.clone(),
        tags: post.front.tags.clone(),
        categories: post.front.categories.clone(),
        score: candidate.score,
        matched: candidate.class,
        snippet,
        heading: above,
        line: snippet_line,
        explanation: Vec::new(),
        sections: Vec::new(),
        case: Some(CaseHit { heading: whole(heading, marker), number, line }),
        stale: commit.is_stale(&post.path)?,
    })
}

/// Returns the byte offset of the first mark, in the text that the snippet was taken from; the start of the snippet
/// when there is no mark.
fn first_mark(snippet: &Snippet) -> usize {
    snippet.start + snippet.marks.first().map_or(0, |mark| mark.start)
}

/// Adds the position of each mark to a snippet, which was taken from the text of a post from byte `from` on.
fn placed(snippet: Snippet, post: &Post, from: usize) -> Snippet {
    let place = |mark: &Range<usize>| place_of(post, from + snippet.start + mark.start);
    let places = snippet.marks.iter().map(place).collect();
    Snippet { places, ..snippet }
}

/// Returns the heading above byte `offset` of the text of a post, and the line of that byte in the source file.
fn place_of(post: &Post, offset: usize) -> Position {
    let after = post.sections.partition_point(|section| section.range.start <= offset);
    let section = after.checked_sub(1).map(|i| &post.sections[i]).filter(|section| offset <= section.range.end);
    Position { heading: section.map(|section| section.heading.clone()), line: post.line_at(offset) }
}

/// Returns the matches in the byte range `range` of the text of a post, in order. No match crosses the end of a block.
fn matches_of(post: &Post, range: Range<usize>, marker: &Marker<'_>) -> Vec<Match> {
    let start = range.start;
    let mut from = start;
    let mut matches: Vec<Match> = Vec::new();
    let mut enough = range.start + ALWAYS_SEARCHED;
    for block in post.text.get(range).unwrap_or_default().split('\n') {
        if from > enough {
            let is_far = !matches.is_empty() && from > start + MAX_SEARCHED;
            if is_far || coverage(&matches) >= marker.clauses() {
                break;
            }
            enough = from + ALWAYS_SEARCHED;
        }
        let moved = |each: Match| Match { range: each.range.start + from..each.range.end + from, ..each };
        matches.extend(marker.find(block).into_iter().map(moved));
        from += block.len() + 1;
    }
    matches
}

/// Returns the best sections that matched, in the order of the post.
fn sections(post: &Post, matches: &[Match], marker: &Marker<'_>) -> Vec<SectionHit> {
    let mut found: Vec<(usize, usize, Vec<Match>)> = Vec::new();
    for (place, section) in post.sections.iter().enumerate() {
        let from = matches.partition_point(|each| each.range.start < section.range.start);
        let to = matches.partition_point(|each| each.range.start < section.range.end);
        let inside = matches.get(from..to.max(from)).unwrap_or_default();
        let heading = marker.find(&section.heading);
        if inside.is_empty() && heading.is_empty() {
            continue;
        }
        let both: Vec<Match> = inside.iter().chain(&heading).cloned().collect();
        let worth = coverage(&both) * 100 + coverage(&heading) * 50 + both.len().min(20);
        found.push((worth, place, inside.to_vec()));
    }
    found.sort_by_key(|&(worth, place, _)| (std::cmp::Reverse(worth), place));
    found.truncate(MAX_SECTIONS);
    found.sort_by_key(|&(_, place, _)| place);
    let hit = |(_, place, inside): (usize, usize, Vec<Match>)| {
        let section = &post.sections[place];
        let start = section.range.start;
        let moved: Vec<Match> = inside
            .into_iter()
            .map(|each| Match { clause: each.clause, range: each.range.start - start..each.range.end - start })
            .collect();
        let text = post.text.get(section.range.clone()).unwrap_or_default();
        let snippet = (!moved.is_empty()).then(|| placed(cut(text, &moved, SECTION_WIDTH), post, start));
        let first = snippet.as_ref().map(|snippet| post.line_at(start + first_mark(snippet)));
        SectionHit {
            heading: whole(&section.heading, marker),
            anchor: section.anchor.clone(),
            url: section_url(post, section),
            line: section.line,
            is_case: section.is_case,
            snippet_line: first.unwrap_or(section.line),
            snippet,
        }
    };
    found.into_iter().map(hit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        post::{FrontMatter, PostId},
        query::Clause,
    };

    /// A post of sections; each has a heading, whether it is a case, and a text.
    fn of_sections(sections: &[(&str, bool, &str)]) -> Post {
        let mut post = Post {
            id: PostId::of_path("a.md"),
            path: "a.md".to_owned(),
            title: "灯笼".to_owned(),
            front: FrontMatter::default(),
            url: "/a/".to_owned(),
            text: "开头。\n".to_owned(),
            sections: Vec::new(),
            lines: vec![(0, 5)],
        };
        for (i, &(heading, is_case, text)) in sections.iter().enumerate() {
            let (start, line) = (post.text.len(), 10 * (i as u32 + 1));
            post.lines.push((start, line + 2));
            post.text.push_str(text);
            post.text.push('\n');
            let range = start..post.text.len() - 1;
            let (heading, anchor) = (heading.to_owned(), format!("s{i}"));
            post.sections.push(crate::post::Section { heading, level: 2, anchor, range, line, is_case });
        }
        post
    }

    /// Expects the sections of a post that match, as `anchor line heading-marks snippet-line`.
    #[track_caller]
    fn check_sections(post: &Post, texts: &[&str], expected: &[&str]) {
        let clauses: Vec<Clause> = texts.iter().copied().filter_map(Clause::of_text).collect();
        let marker = Marker::new(&clauses, &[]);
        let found = sections(post, &matches_of(post, 0..post.text.len(), &marker), &marker);
        let told = |section: &SectionHit| {
            let marked = section.heading.marks.len();
            let snippet = section.snippet.as_ref().map_or("", |snippet| snippet.text.as_str());
            assert_eq!(section.url, format!("/a/#{}", section.anchor));
            format!("{} {} {marked} {} {snippet}", section.anchor, section.line, section.snippet_line)
        };
        assert_eq!(found.iter().map(told).collect::<Vec<_>>(), expected, "{texts:?}");
    }

    #[test]
    fn the_sections_that_cover_most_are_shown_in_the_order_of_the_post() {
        let post = of_sections(&[
            ("骨架", false, "竹篾削匀。"),
            ("糊面", false, "桑皮纸裁成条。"),
            ("竹篾", false, "无关。"),
            ("收尾", true, "竹篾和桑皮纸都有。"),
            ("别的", false, "别的话。"),
            ("竹篾的用处", false, "桑皮纸也行。"),
        ]);
        check_sections(&post, &["竹篾"], &["s0 10 0 12 竹篾削匀。", "s2 30 1 30 ", "s5 60 1 60 "]);
        let both = ["s2 30 1 30 ", "s3 40 0 42 竹篾和桑皮纸都有。", "s5 60 1 62 桑皮纸也行。"];
        check_sections(&post, &["竹篾", "桑皮纸"], &both);
        check_sections(&post, &["没有"], &[]);
    }

    #[test]
    fn the_worth_of_a_section_is_its_clauses_then_its_heading_then_its_matches() {
        let once = ("次要", false, "竹篾。");
        let often = ("主要", false, "竹篾，竹篾，竹篾，竹篾。");
        let both = ("两样", false, "先是竹篾，再是桑皮纸。");
        let check = |sections: &[(&str, bool, &str)], expected: &[&str]| {
            let post = of_sections(sections);
            let clauses: Vec<Clause> = ["竹篾", "桑皮纸"].into_iter().filter_map(Clause::of_text).collect();
            let marker = Marker::new(&clauses, &[]);
            let found = super::sections(&post, &matches_of(&post, 0..post.text.len(), &marker), &marker);
            let told = |section: &SectionHit| {
                let snippet = section.snippet.clone().unwrap_or_default();
                let marks = snippet.marks.iter().filter_map(|mark| snippet.text.get(mark.clone())).collect::<Vec<_>>();
                format!("{} {}", section.anchor, marks.join(" "))
            };
            assert_eq!(found.iter().map(told).collect::<Vec<_>>(), expected);
        };
        check(
            &[once, often, once, often, often],
            &["s1 竹篾 竹篾 竹篾 竹篾", "s3 竹篾 竹篾 竹篾 竹篾", "s4 竹篾 竹篾 竹篾 竹篾"],
        );
        check(&[often, both, often, often], &["s0 竹篾 竹篾 竹篾 竹篾", "s1 竹篾 桑皮纸", "s2 竹篾 竹篾 竹篾 竹篾"]);
        let named = ("竹篾", false, "别的。");
        check(&[often, often, often, named, both], &["s0 竹篾 竹篾 竹篾 竹篾", "s3 ", "s4 竹篾 桑皮纸"]);
    }

    #[test]
    fn a_position_has_the_heading_above_and_the_line_of_its_block() {
        let post = of_sections(&[("骨架", false, "竹篾削匀。"), ("糊面", false, "桑皮纸裁成条。")]);
        let place = |offset| {
            let place = place_of(&post, offset);
            (place.heading.unwrap_or_default(), place.line)
        };
        assert_eq!(place(0), (String::new(), 5));
        let (first, second) = (post.sections[0].range.clone(), post.sections[1].range.clone());
        assert_eq!(place(first.start), ("骨架".to_owned(), 12));
        assert_eq!(place(first.end), ("骨架".to_owned(), 12));
        assert_eq!(place(second.start), ("糊面".to_owned(), 22));
        assert_eq!(place(second.end + 1), (String::new(), 22));
        let clauses: Vec<Clause> = Clause::of_text("裁成").into_iter().collect();
        let marker = Marker::new(&clauses, &[]);
        let matches = matches_of(&post, 0..post.text.len(), &marker);
        let snippet = placed(cut(&post.text, &matches, WIDTH), &post, 0);
        assert_eq!(first_mark(&snippet), post.text.find("裁成").unwrap_or_default());
        assert_eq!(snippet.places, [Position { heading: Some("糊面".to_owned()), line: 22 }]);
    }

    /// The bytes at which matches of 快递 and 押金 begin in a text of these blocks, of which each is put at its byte.
    #[track_caller]
    fn check(blocks: &[(usize, &str)], expected: &[usize]) {
        let mut text = String::new();
        for (at, block) in blocks {
            text.push_str(&"\n".repeat(at - text.len()));
            text.push_str(block);
        }
        let post = Post {
            id: PostId::of_path("a.md"),
            path: "a.md".to_owned(),
            title: String::new(),
            front: FrontMatter::default(),
            url: String::new(),
            text: text + "\n",
            sections: Vec::new(),
            lines: Vec::new(),
        };
        let clauses: Vec<Clause> = ["快递", "押金"].into_iter().filter_map(Clause::of_text).collect();
        let found = matches_of(&post, 0..post.text.len(), &Marker::new(&clauses, &[]));
        assert_eq!(found.iter().map(|each| each.range.start).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_long_text_is_searched_until_every_clause_has_a_match() {
        let far = 3 * ALWAYS_SEARCHED;
        check(&[(0, "快递押金"), (9_000, "快递")], &[0, 6, 9_000]);
        check(&[(0, "快递押金"), (far, "快递")], &[0, 6]);
        check(&[(0, "快递"), (far, "押金")], &[0, far]);
    }

    #[test]
    fn a_very_long_text_is_searched_until_there_is_a_match_at_all() {
        let very_far = 2 * MAX_SEARCHED;
        check(&[(0, "快递"), (very_far, "押金")], &[0]);
        check(&[(very_far, "押金")], &[very_far]);
    }
}
