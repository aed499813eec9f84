//! Runs: the rankings of all questions, in the format of TREC's run files, which other tools use too.
//!
//! A line is `question Q0 post rank score tag`. A question with an empty ranking has no line. Does not know the right
//! posts.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use super::{
    Answer,
    lines::{self, FileError, first, last, lines},
    measures::Placed,
};
use crate::post::PostId;

/// An earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The posts found for each question, best first.
    rankings: BTreeMap<String, Vec<PostId>>,
}

/// Writes the rankings in the order of the questions; `tag`, one word, names the run.
///
/// # Errors
/// If `out` cannot be written to.
pub fn write(out: &mut impl io::Write, answers: &[Answer], tag: &str) -> io::Result<()> {
    for answer in answers {
        for (found, rank) in answer.ranking.iter().zip(1..) {
            writeln!(out, "{} Q0 {} {rank} {} {tag}", answer.id, found.post, found.score)?;
        }
    }
    out.flush()
}

impl Run {
    /// Reads a run file. Posts are ordered by rank; posts of equal rank, which some tools write, by score.
    ///
    /// # Errors
    /// If the file cannot be read or has an invalid line.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        parse(path, &lines::read(path)?)
    }

    /// Returns whether the run has a ranking for a question.
    #[must_use]
    pub fn answers(&self, question: &str) -> bool {
        self.rankings.contains_key(question)
    }

    /// Returns the length of the longest ranking.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.rankings.values().map(Vec::len).max().unwrap_or(0)
    }

    /// Returns grades and ranks of the right posts of an answer in the run.
    pub(super) fn places(&self, answer: &Answer) -> Vec<Placed> {
        let ranking = self.rankings.get(&answer.id).map(Vec::as_slice).unwrap_or_default();
        let rank = |post: &PostId| ranking.iter().position(|found| found == post).map(|before| before + 1);
        answer.right.iter().map(|right| Placed { rank: rank(&right.post), ..right.placed }).collect()
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Run, FileError> {
    let mut read: BTreeMap<String, Vec<(i64, f64, PostId)>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for line in lines(path, bytes) {
        let line = line?;
        let Some((question, post, rank, score)) = fields(line.text) else {
            let expected = "expected a question, Q0, a post, a rank, a score and a tag";
            return Err(line.error(format!("found `{}`, {expected}", line.text)));
        };
        let rank = rank.parse().map_err(|_| line.error(format!("the rank is `{rank}`, expected a whole number")))?;
        let Some(score) = score.parse().ok().filter(|score: &f64| score.is_finite()) else {
            return Err(line.error(format!("the score is `{score}`, expected a number")));
        };
        if !seen.insert((question, post)) {
            return Err(line.error(format!("`{post}` is found again for `{question}`, expected each post once")));
        }
        read.entry(question.to_owned()).or_default().push((rank, score, PostId::from(post.to_owned())));
    }
    let rankings = read.into_iter().map(|(question, mut found)| {
        found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        (question, found.into_iter().map(|(_, _, post)| post).collect())
    });
    Ok(Run { rankings: rankings.collect() })
}

/// Splits a line into question, post, rank and score. The post is the rest in the middle, since it may contain spaces.
fn fields(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (question, rest) = first(text)?;
    let (_, rest) = first(rest)?;
    let (rest, _) = last(rest)?;
    let (rest, score) = last(rest)?;
    let (post, rank) = last(rest)?;
    Some((question, post, rank, score))
}

#[cfg(test)]
mod tests {
    use super::{super::Ranked, *};

    /// Reads a run and writes what it says in a few words.
    fn read(text: &str) -> Result<String, String> {
        let run = parse(Path::new("a.run"), text.as_bytes()).map_err(|error| error.to_string())?;
        let shown = run.rankings.iter().map(|(question, found)| {
            let found: Vec<&str> = found.iter().map(PostId::as_str).collect();
            format!("{question}: {};", found.join(", "))
        });
        Ok(shown.collect())
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(read(text).as_deref(), Ok(expected));
    }

    #[track_caller]
    fn fails(text: &str, expected: &str) {
        assert_eq!(read(text), Err(expected.to_owned()));
    }

    #[test]
    fn ranks_give_the_order_and_scores_where_they_are_equal() {
        check("a Q0 x 2 9 t\na Q0 y 1 1 t\nb Q0 x 1 1 t\n", "a: y, x;b: x;");
        check("a Q0 x 0 1.5 t\r\na Q0 y 0 2e1 t\r\na Q0 z 0 1.5 t\r\n", "a: y, x, z;");
    }

    #[test]
    fn what_was_written_is_read_again() {
        let ranked = |post: &str, score| Ranked { post: PostId::from(post.to_owned()), score };
        let answer = |id: &str, ranking| Answer { id: id.to_owned(), ranking, ..Answer::default() };
        let answers = [
            answer("q2", vec![ranked("2022/客服", 12.5), ranked("my first post", 0.1)]),
            answer("q3", Vec::new()),
            answer("q1", vec![ranked("a", 1.0)]),
        ];
        let mut written = Vec::new();
        assert!(write(&mut written, &answers, "anli").is_ok());
        let written = String::from_utf8(written).unwrap_or_default();
        assert_eq!(written, "q2 Q0 2022/客服 1 12.5 anli\nq2 Q0 my first post 2 0.1 anli\nq1 Q0 a 1 1 anli\n");
        check(&written, "q1: a;q2: 2022/客服, my first post;");
    }

    #[test]
    fn a_bad_line_is_told_with_its_number() {
        let expected = "expected a question, Q0, a post, a rank, a score and a tag";
        fails("\na Q0 x 1 2", &format!("a.run:2: found `a Q0 x 1 2`, {expected}"));
        fails("a Q0 x one 2 t", "a.run:1: the rank is `one`, expected a whole number");
        fails("a Q0 x 1 two t", "a.run:1: the score is `two`, expected a number");
        fails("a Q0 x 1 NaN t", "a.run:1: the score is `NaN`, expected a number");
        fails("a Q0 x 1 2 t\na Q0 x 2 1 t", "a.run:2: `x` is found again for `a`, expected each post once");
    }
}
