//! Puts the files that a page includes into its source.
//!
//! `<!-- @include: ./part.md -->` stands for the text of another file, and `<<< ./code.py` for a block of code. The lines
//! of an included file get the number of the line that includes it. Every limit keeps a page that includes itself small.
//! Reads files through a function of the caller; does not know where they are.

use super::front_matter;

/// Upper bounds on the depth of includes, on their number, and on the size of a page with them, in bytes.
const MAX_DEPTH: usize = 8;
const MAX_INCLUDES: usize = 200;
const MAX_SIZE: usize = 4 << 20;

/// Returns the text of the file with a name that is written in the file at a path, and the path of that file.
pub(super) type Loader<'l> = &'l dyn Fn(&str, &str) -> Option<(String, String)>;

/// Which includes a generator knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Includes {
    /// `<!-- @include: file -->`.
    pub text: bool,
    /// `<<< file`.
    pub code: bool,
}

/// A source with the files that it includes.
pub(super) struct Expanded {
    pub text: String,
    /// For each line of the text, the number of its line in the source, from 0.
    pub lines: Vec<u32>,
}

/// Returns whether a source may include files.
pub(super) fn is_possible(source: &[u8], includes: Includes) -> bool {
    includes.text && memchr::memmem::find(source, b"@include").is_some()
        || includes.code && memchr::memmem::find(source, b"<<<").is_some()
}

/// Returns the source of the page at `path` with the files that it includes.
pub(super) fn expand(source: &str, path: &str, includes: Includes, loader: Loader<'_>) -> Expanded {
    let mut expansion = Expansion {
        includes,
        loader,
        left: MAX_INCLUDES,
        out: String::with_capacity(source.len()),
        lines: Vec::new(),
        line: 0,
    };
    for (number, line) in (0_u32..).zip(source.split_inclusive('\n')) {
        expansion.line = number;
        expansion.add(line, path, MAX_DEPTH);
    }
    Expanded { text: expansion.out, lines: expansion.lines }
}

struct Expansion<'l> {
    includes: Includes,
    loader: Loader<'l>,
    left: usize,
    out: String,
    lines: Vec<u32>,
    line: u32,
}

impl Expansion<'_> {
    fn push(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            if self.out.is_empty() || self.out.ends_with('\n') {
                self.lines.push(self.line);
            }
            self.out.push_str(line);
        }
    }

    /// Adds a line of the file at a path.
    fn add(&mut self, line: &str, path: &str, depth: usize) {
        if self.includes.code
            && let Some(file) = line.trim_start_matches(' ').strip_prefix("<<<")
            && let Some(code) = self.load(file.trim(), path, false).map(|(code, _)| code)
        {
            let marks = "~".repeat(8);
            self.push(&format!("{marks}\n{}\n{marks}\n", code.trim_end()));
            return;
        }
        let mut rest = line;
        while self.includes.text
            && let Some((before, after)) = rest.split_once("<!--")
            && let Some((inside, behind)) = after.split_once("-->")
        {
            let file = inside.trim().strip_prefix("@include:").map(str::trim);
            let found = file.filter(|_| depth > 0).and_then(|file| self.load(file, path, true));
            match found {
                Some((text, inner)) => {
                    self.push(before);
                    for line in text.trim_end_matches('\n').split_inclusive('\n') {
                        self.add(line, &inner, depth - 1);
                    }
                }
                None => {
                    let length = rest.len() - behind.len();
                    self.push(rest.get(..length).unwrap_or_default());
                }
            }
            rest = behind;
        }
        self.push(rest);
    }

    /// Returns the part of a file that is asked for, and the path of the file.
    fn load(&mut self, asked: &str, path: &str, markdown: bool) -> Option<(String, String)> {
        self.left = self.left.checked_sub(1)?;
        if self.out.len() > MAX_SIZE {
            return None;
        }
        // A label in brackets is no part of the name.
        let asked = asked.split(" [").next().unwrap_or(asked).trim();
        let (asked, range) = match asked.strip_suffix('}').and_then(|asked| asked.rsplit_once('{')) {
            Some((asked, range)) => (asked.trim(), Some(range)),
            None => (asked, None),
        };
        let (whole, region) = match asked.rsplit_once('#') {
            Some((name, region)) if !region.is_empty() && !region.contains(['.', '/']) => (name, Some(region)),
            _ => (asked, None),
        };
        let (text, found, region) = match (self.loader)(path, whole) {
            Some((text, found)) => (text, found, region),
            // The sign may be part of the name.
            None => (self.loader)(path, asked).map(|(text, found)| (text, found, None))?,
        };
        let mut text = text.replace("\r\n", "\n");
        if let Some(region) = region {
            text = part(&text, region)?;
        }
        if let Some(range) = range.filter(|_| markdown) {
            let (from, to) = range.split_once([',', '-']).unwrap_or((range, range));
            let from = from.trim().parse::<usize>().unwrap_or(1).max(1);
            let count = to.trim().parse::<usize>().map_or(usize::MAX, |to| (to + 1).saturating_sub(from));
            text = text.split_inclusive('\n').skip(from - 1).take(count).collect();
        } else if markdown && region.is_none() {
            text = front_matter::without(&text).to_owned();
        }
        Some((text, found))
    }
}

/// Returns the lines between the marks `#region name` and `#endregion`.
fn part(text: &str, name: &str) -> Option<String> {
    let is_mark = |line: &str, mark: &str| {
        line.split_once(mark).is_some_and(|(_, rest)| {
            let word = rest
                .trim_start()
                .split(|c: char| c.is_whitespace() || c == '-' && !name.contains('-') || c == '*')
                .next();
            word.is_some_and(|word| word == name || word.is_empty() && mark == "#endregion")
        })
    };
    let mut lines = text.split_inclusive('\n').skip_while(|line| !is_mark(line, "#region"));
    lines.next()?;
    Some(lines.take_while(|line| !is_mark(line, "#endregion")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Includes = Includes { text: true, code: true };

    fn load(path: &str, name: &str) -> Option<(String, String)> {
        let text = match name {
            "./a.md" => "---\ntitle: 暗\n---\n甲\n## 题\n<!-- @include: ./b.md -->\n",
            "./b.md" if path == "./a.md" => "乙",
            "./c.py" => "# #region x\nprint(1)\n# #endregion x\nprint(2)\n",
            "./loop.md" => "圈<!-- @include: ./loop.md --><!-- @include: ./loop.md -->",
            _ => return None,
        };
        Some((text.to_owned(), name.to_owned()))
    }

    #[test]
    fn files_stand_in_place_of_their_names() {
        let expanded = expand("前\n<!-- @include: ./a.md -->\n后\n", "p.md", BOTH, &load);
        assert_eq!(expanded.text, "前\n甲\n## 题\n乙\n后\n");
        assert_eq!(expanded.lines, [0, 1, 1, 1, 2]);
        let expanded = expand("<<< ./c.py#x{1} [码]\n后", "p.md", BOTH, &load);
        assert_eq!(expanded.text, "~~~~~~~~\nprint(1)\n~~~~~~~~\n后");
        assert_eq!(expanded.lines, [0, 0, 0, 1]);
        let expanded = expand("<!--@include: ./a.md{4,4}-->。", "p.md", BOTH, &load);
        assert_eq!(expanded.text, "甲。");
        let none = "<!-- @include: ./none.md -->\n<<< ./none\n<!-- 注 -->";
        assert_eq!(expand(none, "p.md", BOTH, &load).text, none);
    }

    #[test]
    fn a_file_that_includes_itself_ends() {
        assert!(expand("<!-- @include: ./loop.md -->", "p.md", BOTH, &load).text.len() < 100_000);
    }
}
