//! Judged questions: questions with their right posts.
//!
//! Two files are read: questions with lines `id TAB question`, and judgements with lines `question 0 post grade`, the
//! format of TREC's qrels. A post with a grade above 0 is right; a higher grade is better. Does not know the index, nor
//! whether the posts exist.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    path::Path,
};

use super::lines::{self, FileError, first, last, lines};
use crate::post::PostId;

/// Upper bound on a grade; each grade doubles the gain.
const HIGHEST: i64 = 100;

/// A question with its right posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Id of the question, without white space.
    pub id: String,
    /// The text that a person would type.
    pub text: String,
    /// The right posts with their grades, from 1; empty if the question is not judged.
    pub right: BTreeMap<PostId, u32>,
}

/// Judged questions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judged {
    /// The questions, in the order of their file.
    pub questions: Vec<Question>,
    /// Ids of judgements that are not among the questions.
    pub unasked: Vec<String>,
}

/// The grades of the posts of each question, including wrong posts.
type Grades = BTreeMap<String, BTreeMap<PostId, u32>>;

impl Judged {
    /// Reads both files.
    ///
    /// # Errors
    /// If a file cannot be read or has an invalid line.
    pub fn read(questions: &Path, judgements: &Path) -> Result<Self, FileError> {
        let asked = read_questions(questions, &lines::read(questions)?)?;
        Ok(Self::of(asked, read_judgements(judgements, &lines::read(judgements)?)?))
    }

    fn of(mut questions: Vec<Question>, mut grades: Grades) -> Self {
        for question in &mut questions {
            question.right = grades.remove(&question.id).unwrap_or_default();
            question.right.retain(|_, grade| *grade > 0);
        }
        Self { questions, unasked: grades.into_keys().collect() }
    }
}

fn read_questions(path: &Path, bytes: &[u8]) -> Result<Vec<Question>, FileError> {
    let mut questions = Vec::new();
    let mut seen = BTreeSet::new();
    for line in lines(path, bytes) {
        let line = line?;
        let Some((id, text)) = line.text.split_once('\t') else {
            // The tab before an empty question was removed with the white space at the end of the line.
            return Err(line.error(format!("found `{}`, expected an id, a tab and a question", line.text)));
        };
        let (id, text) = (id.trim(), text.trim());
        if id.is_empty() {
            return Err(line.error("found no id before the tab, expected an id, a tab and a question"));
        }
        if id.contains(char::is_whitespace) {
            return Err(line.error(format!("the id `{id}` holds white space, expected one word")));
        }
        if text.is_empty() {
            return Err(line.error(format!("found no question after `{id}`, expected an id, a tab and a question")));
        }
        if !seen.insert(id) {
            return Err(line.error(format!("`{id}` is a second question of this id, expected each id once")));
        }
        questions.push(Question { id: id.to_owned(), text: text.to_owned(), right: BTreeMap::new() });
    }
    Ok(questions)
}

fn read_judgements(path: &Path, bytes: &[u8]) -> Result<Grades, FileError> {
    let mut grades = Grades::new();
    for line in lines(path, bytes) {
        let line = line?;
        // The post is the rest in the middle, since the name of a file may contain spaces.
        let fields = first(line.text)
            .and_then(|(question, rest)| Some((question, first(rest)?.1)))
            .and_then(|(question, rest)| Some((question, last(rest)?)));
        let Some((question, (post, grade))) = fields else {
            return Err(line.error(format!("found `{}`, expected a question, 0, a post and a grade", line.text)));
        };
        let Some(grade) = grade.parse().ok().filter(|grade: &i64| *grade <= HIGHEST) else {
            let expected = format!("expected a whole number, {HIGHEST} at the most");
            return Err(line.error(format!("the grade is `{grade}`, {expected}")));
        };
        let grade = u32::try_from(grade).unwrap_or(0);
        match grades.entry(question.to_owned()).or_default().entry(PostId::from(post.to_owned())) {
            Entry::Vacant(place) => _ = place.insert(grade),
            Entry::Occupied(other) if *other.get() != grade => {
                let twice = format!("`{post}` is judged again for `{question}`, with {grade} after {}", other.get());
                return Err(line.error(format!("{twice}, expected one grade")));
            }
            Entry::Occupied(_) => {}
        }
    }
    Ok(grades)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the two files and writes what came of them in a few words.
    fn read(questions: &str, judgements: &str) -> Result<String, String> {
        let asked = read_questions(Path::new("q.tsv"), questions.as_bytes()).map_err(|error| error.to_string())?;
        let grades = read_judgements(Path::new("q.qrels"), judgements.as_bytes()).map_err(|error| error.to_string())?;
        let judged = Judged::of(asked, grades);
        let shown = judged.questions.iter().map(|question| {
            let right: Vec<_> = question.right.iter().map(|(post, grade)| format!(" {post}={grade}")).collect();
            format!("{}:{}{};", question.id, question.text, right.concat())
        });
        Ok(shown.chain(judged.unasked.iter().map(|id| format!("?{id};"))).collect())
    }

    #[track_caller]
    fn check(questions: &str, judgements: &str, expected: &str) {
        assert_eq!(read(questions, judgements).as_deref(), Ok(expected));
    }

    #[track_caller]
    fn fails(questions: &str, judgements: &str, expected: &str) {
        assert_eq!(read(questions, judgements).as_ref().map_err(String::as_str), Err(expected));
    }

    #[test]
    fn judgements_go_to_their_questions() {
        check(
            "a\t怎么退款？\nb\t快递 丢了",
            "b 0 x 1\na\t0\ty\t2\na  0  z  1\n",
            "a:怎么退款？ y=2 z=1;b:快递 丢了 x=1;",
        );
    }

    #[test]
    fn files_from_windows_and_with_remarks_are_read() {
        check("\u{feff}# 题目\r\n\r\na\t甲\r\n", "\u{feff}# 答案\r\na 0 x 1\r\n\r\n", "a:甲 x=1;");
    }

    #[test]
    fn a_post_is_named_by_its_path_even_with_spaces() {
        check("a\t甲", "a 0 2022/05-05-客服 1\na 0 my first post 2", "a:甲 2022/05-05-客服=1 my first post=2;");
    }

    #[test]
    fn a_grade_of_zero_or_less_is_no_right_post() {
        check("a\t甲\nb\t乙", "a 0 x 0\na 0 y -1\nb 0 x 1", "a:甲;b:乙 x=1;");
    }

    #[test]
    fn what_only_one_file_has_is_kept() {
        check("a\t甲\nb\t乙", "b 0 x 1\nc 0 x 1", "a:甲;b:乙 x=1;?c;");
    }

    #[test]
    fn the_same_judgement_twice_is_one() {
        check("a\t甲", "a 0 x 1\na 0 x 1", "a:甲 x=1;");
        fails(
            "a\t甲",
            "a 0 x 1\na 0 x 2",
            "q.qrels:2: `x` is judged again for `a`, with 2 after 1, expected one grade",
        );
    }

    #[test]
    fn a_bad_question_is_told_with_its_line() {
        fails("a\t甲\nb 乙", "", "q.tsv:2: found `b 乙`, expected an id, a tab and a question");
        fails("\t甲", "", "q.tsv:1: found no id before the tab, expected an id, a tab and a question");
        fails("a b\t甲", "", "q.tsv:1: the id `a b` holds white space, expected one word");
        fails("a\t　", "", "q.tsv:1: found no question after `a`, expected an id, a tab and a question");
        fails("a\t甲\n\na\t乙", "", "q.tsv:3: `a` is a second question of this id, expected each id once");
    }

    #[test]
    fn a_bad_judgement_is_told_with_its_line() {
        fails("a\t甲", "a 0 x", "q.qrels:1: found `a 0 x`, expected a question, 0, a post and a grade");
        fails("a\t甲", "# x\na", "q.qrels:2: found `a`, expected a question, 0, a post and a grade");
        fails("a\t甲", "a 0 x y", "q.qrels:1: the grade is `y`, expected a whole number, 100 at the most");
        fails("a\t甲", "a 0 x 0.5", "q.qrels:1: the grade is `0.5`, expected a whole number, 100 at the most");
        fails("a\t甲", "a 0 x 101", "q.qrels:1: the grade is `101`, expected a whole number, 100 at the most");
    }
}
