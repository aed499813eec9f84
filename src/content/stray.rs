//! Drops emphasis marks that CommonMark leaves in the text.
//!
//! CommonMark requires spaces or punctuation around emphasis, as in Latin scripts. In Chinese, the closing mark of
//! `**注意：**请勿` is between punctuation and a letter; it closes nothing and stays visible. [`Strays`] collects such
//! runs while a line is written, and drops those meant as emphasis: pairs, and single runs that can mean nothing else.
//! Products, powers, masked names and numbers, paths and names with underscores keep their marks. Knows only marks and
//! the characters around them.

use crate::chinese::marks::closes;

/// A run of `*`, `_` or `~` that CommonMark left in the text.
struct Stray {
    at: usize,
    /// Number of marks in the text, and in the source.
    length: usize,
    run: usize,
    mark: u8,
    opens: bool,
    closes: bool,
    /// Whether the run is dropped even without a partner.
    lone: bool,
    dropped: bool,
}

/// The stray runs of the line being written.
#[derive(Default)]
pub(super) struct Strays(Vec<Stray>);

impl Strays {
    /// Records `marks` at byte `at` of the text. They belong to a run of `run` marks in the source; `before` and
    /// `after` are the characters around that run in its line. The pieces of one run are joined. If a piece is missing
    /// at the end, CommonMark used a part of the run, and the rest is a typing error.
    pub(super) fn add(&mut self, at: usize, marks: &str, run: usize, before: Option<char>, after: Option<char>) {
        let mark = marks.as_bytes().first().copied().unwrap_or_default();
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/');
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let closing = |c: Option<char>| c.is_some_and(closes);
        // A run between Latin letters or digits is part of a product, a power, a masked number, a name or a path.
        let inner = latin(before) && latin(after);
        let (opens, closes, lone) = match mark {
            _ if inner => (false, false, false),
            // Whether the run opens, closes, and is dropped alone.
            b'*' if run == 1 => {
                (!blank(after) && !closing(after) && !latin(before), !blank(before) && !latin(after), false)
            }
            b'*' => (
                before.is_none() || !blank(after) && !closing(after),
                after.is_none() || !blank(before),
                before.is_none() && !after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '*'))
                    || after.is_none()
                    || run > 3 && !before.is_some_and(|c| c.is_ascii_digit()) && !latin(after)
                    || !blank(before) && !letter(before) && letter(after) && !latin(after),
            ),
            b'_' if run < 3 => {
                (!letter(before) && !blank(after), !blank(before) && !letter(before) || blank(after), false)
            }
            b'~' if run == 2 => (!blank(after) && !closing(after), !blank(before), false),
            _ => (false, false, false),
        };
        match self.0.last_mut() {
            Some(last) if last.mark == mark && last.at + last.length == at && last.length < last.run => {
                last.length += marks.len();
            }
            _ => self.0.push(Stray { at, length: marks.len(), run, mark, opens, closes, lone, dropped: false }),
        }
    }

    /// Removes from the text the stray runs meant as emphasis, and clears the list.
    pub(super) fn drop_from(&mut self, text: &mut String) {
        let strays = &mut self.0;
        if strays.is_empty() {
            return;
        }
        let mut openers = [None::<usize>; 4];
        for i in 0..strays.len() {
            strays[i].lone |= strays[i].length < strays[i].run;
            let stray = &strays[i];
            let kind = match (stray.mark, stray.run) {
                (b'*', 1) => 0,
                (b'*', _) => 1,
                (b'_', _) => 2,
                _ => 3,
            };
            let (opens, closes) = (stray.opens, stray.closes);
            if closes && let Some(opener) = openers[kind].take() {
                strays[opener].dropped = true;
                strays[i].dropped = true;
            } else if opens {
                openers[kind] = Some(i);
            }
        }
        if let Some(first) = strays.iter().find(|stray| stray.dropped || stray.lone).map(|stray| stray.at)
            && text.is_char_boundary(first)
        {
            let tail = text.split_off(first);
            let mut kept = first;
            for stray in strays.iter().filter(|stray| stray.dropped || stray.lone) {
                text.push_str(tail.get(kept - first..stray.at - first).unwrap_or_default());
                kept = stray.at + stray.length;
                let blank_before = text.is_empty() || text.ends_with([' ', '\n']);
                if blank_before && tail.as_bytes().get(kept - first) == Some(&b' ') {
                    kept += 1;
                }
            }
            text.push_str(tail.get(kept - first..).unwrap_or_default());
        }
        strays.clear();
    }
}
