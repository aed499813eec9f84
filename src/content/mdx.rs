//! Removes from MDX everything that is not Markdown: imports and exports, JSX, expressions.
//!
//! The words of a page stay: the text between tags, texts in braces (`{'…'}`), and the attributes of components that show
//! words, such as the label of a tab. Markdown between tags is Markdown however far it is indented. Code keeps
//! everything, and every newline stays, so that lines keep their numbers. Works in one pass; what does not end within a
//! limit is text.

use std::borrow::Cow;

use super::html::Tokens;

/// Upper bounds, in bytes, on the length of a tag or expression, and of a block of imports and exports.
const MAX_LENGTH: usize = 4_000;
const MAX_BLOCK: usize = 100_000;

/// The attributes of components whose value is shown.
const SHOWN: [&str; 3] = ["label", "title", "summary"];

/// Returns the Markdown of a source. `math` says whether text between `$` is a formula, in which braces mean nothing.
pub(super) fn strip(source: &str, math: bool) -> Cow<'_, str> {
    let signs = ["{", "<", "import", "export", "    "];
    if !signs.iter().any(|sign| source.contains(sign)) {
        return Cow::Borrowed(source);
    }
    let mut strip = Strip {
        rest: source,
        math,
        out: String::with_capacity(source.len()),
        left: source.len().saturating_mul(16).saturating_add(1 << 18),
    };
    strip.run();
    Cow::Owned(strip.out)
}

struct Strip<'a> {
    rest: &'a str,
    math: bool,
    out: String,
    /// Number of bytes that searches for ends may still go through, so that hostile openings cost linear time.
    left: usize,
}

impl<'a> Strip<'a> {
    fn run(&mut self) {
        let mut fence: Option<(char, usize)> = None;
        let mut after_blank = true;
        let mut in_list = false;
        while !self.rest.is_empty() {
            let line = self.rest.split_inclusive('\n').next().unwrap_or_default();
            let bare = line.trim_start_matches([' ', '\t']);
            let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
            let marks = mark.map_or(0, |mark| bare.len() - bare.trim_start_matches(mark).len());
            if let Some((open, length)) = fence {
                let closes = mark == Some(open) && marks >= length && bare.trim_start_matches(open).trim().is_empty();
                if closes {
                    fence = None;
                }
                if closes && !in_list {
                    self.copy_bare(line, bare)
                } else {
                    self.copy(line.len())
                }
                continue;
            }
            let is_blank = bare.trim().is_empty();
            if after_blank && is_module(line) {
                self.module();
                continue;
            }
            let is_item = bare.starts_with(['-', '*', '+'])
                && bare.get(1..).is_some_and(|rest| rest.starts_with([' ', '\t']))
                || bare.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with([')', '.'])
                    && bare.starts_with(|c: char| c.is_ascii_digit());
            if is_item {
                in_list = true;
            } else if !is_blank && bare.len() == line.len() {
                in_list = false;
            }
            after_blank = is_blank;
            if let Some(mark) = mark
                && marks >= 3
                && !(mark == '`' && bare.get(marks..).is_some_and(|info| info.contains('`')))
            {
                fence = Some((mark, marks));
                if in_list {
                    self.copy(line.len())
                } else {
                    self.copy_bare(line, bare)
                }
                continue;
            }
            if !in_list {
                let indent = line.len() - bare.len();
                self.rest = self.rest.get(indent..).unwrap_or_default();
            }
            self.line();
        }
    }

    /// Writes a line without its indentation.
    fn copy_bare(&mut self, line: &str, bare: &str) {
        self.rest = self.rest.get(line.len() - bare.len()..).unwrap_or_default();
        self.copy(bare.len());
    }

    fn copy(&mut self, length: usize) {
        let (text, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.out.push_str(text);
        self.rest = rest;
    }

    /// Drops text except its newlines.
    fn drop(&mut self, length: usize) {
        let (text, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.out.extend(text.bytes().filter(|&b| b == b'\n').map(char::from));
        self.rest = rest;
    }

    /// Drops a block of imports and exports: up to a blank line outside of brackets.
    fn module(&mut self) {
        let mut open = 0_i32;
        let mut length = 0;
        let mut first_blank = None;
        for line in self.rest.split_inclusive('\n') {
            if line.trim().is_empty() {
                if open <= 0 {
                    break;
                }
                first_blank = first_blank.or(Some(length));
            }
            if length > MAX_BLOCK {
                length = first_blank.unwrap_or(length);
                break;
            }
            for b in line.bytes() {
                open += i32::from(matches!(b, b'{' | b'(' | b'[')) - i32::from(matches!(b, b'}' | b')' | b']'));
            }
            length += line.len();
        }
        // Brackets that do not close were in a text.
        let end = if open > 0 { first_blank.unwrap_or(length) } else { length };
        self.drop(end);
    }

    /// Writes a line, and what it opens beyond its end.
    fn line(&mut self) {
        let start = self.out.len();
        while let Some(found) = self.rest.find(['{', '<', '`', '\\', '\n', '$']) {
            self.copy(found);
            match self.rest.as_bytes().first() {
                Some(b'\n') => return self.copy(1),
                Some(b'\\') => {
                    let length = self.rest.chars().take(2).map(char::len_utf8).sum();
                    if self.rest.starts_with("\\\n") { self.copy(1) } else { self.copy(length) }
                }
                Some(b'`') => self.code('`'),
                Some(b'$') if self.math => self.code('$'),
                Some(b'$') => self.copy(1),
                Some(b'{') => self.braces(start),
                _ => self.tag(start),
            }
        }
        self.copy(self.rest.len());
    }

    /// Writes a code span or a formula, or the marks of none.
    fn code(&mut self, mark: char) {
        let marks = self.rest.len() - self.rest.trim_start_matches(mark).len();
        let mut at = marks;
        let limit = self.window(MAX_LENGTH);
        let text = limit.split("\n\n").next().unwrap_or(limit);
        while let Some(found) = text.get(at..).and_then(|ahead| ahead.find(mark)) {
            let start = at + found;
            let run = text.get(start..).map_or(0, |ahead| ahead.len() - ahead.trim_start_matches(mark).len());
            at = start + run;
            if run == marks {
                return self.copy(at);
            }
        }
        self.failed(text, marks);
    }

    /// Returns the next bytes, at most `length` of them.
    fn window(&mut self, length: usize) -> &'a str {
        let mut end = length.min(self.rest.len()).min(self.left);
        while !self.rest.is_char_boundary(end) {
            end -= 1;
        }
        self.rest.get(..end).unwrap_or_default()
    }

    /// Writes a sign that opens nothing, although `searched` was searched for its end.
    fn failed(&mut self, searched: &str, length: usize) {
        self.left = self.left.saturating_sub(searched.len());
        self.copy(length);
    }

    /// Drops an expression in braces, and keeps a text. The id of a heading stays.
    fn braces(&mut self, start: usize) {
        let window = self.window(MAX_LENGTH);
        let Some(length) = group_end(window) else { return self.failed(window, 1) };
        let inside = window.get(1..length - 1).unwrap_or_default().trim();
        let is_heading = self.out.get(start..).is_some_and(|line| line.starts_with('#'));
        if is_heading && inside.starts_with('#') {
            return self.copy(length);
        }
        let comment = inside.strip_prefix("/*").and_then(|inside| inside.strip_suffix("*/")).map(str::trim);
        if let Some(id) = comment.and_then(|comment| comment.split(' ').next()?.strip_prefix('#'))
            && is_heading
            && !id.is_empty()
        {
            self.out.push_str(&format!("{{#{id}}}"));
            return self.drop(length);
        }
        let quote = inside.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let text = quote.and_then(|quote| inside.strip_prefix(quote)?.strip_suffix(quote));
        if let Some(text) = text.filter(|text| !text.contains(['\n', '\\', '$'])) {
            self.out.push_str(text);
        }
        self.drop(length);
    }

    /// Drops a tag, and keeps the words that it shows.
    fn tag(&mut self, start: usize) {
        let window = self.window(MAX_LENGTH);
        if window.starts_with("<!--") {
            // Comments are removed later.
            return match window.find("-->") {
                Some(end) => self.copy(end + 3),
                None => self.failed(window, 1),
            };
        }
        let Some(length) = tag_end(window) else { return self.failed(window, 1) };
        let source = window.get(..length).unwrap_or_default();
        let name = source.trim_start_matches(['<', '/']);
        let name: String = name.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        let is_component = name.starts_with(|c: char| c.is_ascii_uppercase());
        let attribute = |wanted: &str| {
            let found = Tokens::new(source).find_map(|token| match token {
                super::html::Token::Tag(tag) => tag.attribute(wanted).map(Cow::into_owned),
                super::html::Token::Text(_) => None,
            });
            found.filter(|text| !text.starts_with('{') && !text.contains('\n'))
        };
        let in_line = self.out.get(start..).is_some_and(|before| !before.trim().is_empty());
        match name.as_str() {
            "head" | "style" | "script" if !source.starts_with("</") => {
                // What is inside is no part of the text.
                let end = window.find(&format!("</{name}>"));
                return self.drop(end.map_or(length, |end| end + name.len() + 3));
            }
            "Tabs" => {
                for (at, label) in source.match_indices("label:") {
                    let value = source.get(at + label.len()..).unwrap_or_default().trim_start();
                    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                    if let Some((text, _)) = quote.and_then(|quote| value.get(1..)?.split_once(quote)) {
                        self.out.push_str(text);
                        self.out.push_str("<br>");
                    }
                }
            }
            "br" => self.out.push_str("<br>"),
            "img" => {
                if let Some(text) = attribute("alt") {
                    self.out.push_str(&text);
                }
            }
            _ if is_component => {
                let words: Vec<String> = SHOWN.iter().filter_map(|name| attribute(name)).collect();
                if !words.is_empty() {
                    self.out.push_str(&words.join(" "));
                    self.out.push_str("<br>");
                }
            }
            // Two of these one after the other are two lines.
            "p" | "div" | "li" | "tr" | "summary" | "section" | "td" | "th" | "dd" | "dt" if in_line => {
                self.out.push(' ')
            }
            _ => {}
        }
        self.drop(length);
    }
}

/// Returns whether a line begins a block of imports and exports.
fn is_module(line: &str) -> bool {
    ["import", "export"].iter().any(|word| {
        line.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with(['{', '"', '\'', '*']) || {
                let rest = rest.strip_prefix(' ').map(str::trim_start);
                rest.is_some_and(|rest| {
                    let first = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                    rest.starts_with(['{', '"', '\'', '*'])
                        || *word == "import" && rest.contains(" from ")
                        || ["const", "let", "var", "function", "default", "async", "class", "type"].contains(&first)
                })
            }
        })
    })
}

/// Returns the end of the group of braces that opens a text, outside of quotes and comments.
fn group_end(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut quote: Option<char> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if let Some(mark) = quote {
            match c {
                '\\' => drop(chars.next()),
                '\n' if mark != '`' => quote = None,
                _ if c == mark => quote = None,
                _ => {}
            }
            continue;
        }
        match c {
            '"' | '`' => quote = Some(c),
            // An apostrophe in a word is no quote.
            '\'' if !text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric())) => {
                quote = Some(c);
            }
            '/' if chars.peek().is_some_and(|&(_, next)| next == '*') => {
                let end = text.get(at + 2..)?.find("*/")? + at + 4;
                while chars.peek().is_some_and(|&(place, _)| place < end) {
                    chars.next();
                }
            }
            '{' => open += 1,
            '}' => {
                open = open.checked_sub(1)?;
                if open == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the end of the tag that opens a text; `None` if there is none.
fn tag_end(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let named = inside.strip_prefix('/').unwrap_or(inside);
    if !named.starts_with(|c: char| c.is_ascii_alphabetic() || c == '>') {
        return None;
    }
    // An address in angle brackets is no tag.
    let name_end =
        named.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_')).unwrap_or(named.len());
    if !named.get(name_end..).is_some_and(|rest| rest.starts_with(['>', '/', ' ', '\n', '\t'])) {
        return None;
    }
    if named.get(name_end..).is_some_and(|rest| rest.starts_with('/') && !rest.starts_with("/>")) {
        return None;
    }
    let mut at = 1;
    loop {
        let rest = text.get(at..)?;
        let found = rest.find(['>', '"', '\'', '{', '<'])?;
        at += found;
        match text.as_bytes().get(at)? {
            b'>' => return Some(at + 1),
            b'{' => at += group_end(text.get(at..)?)?,
            b'<' => return None,
            &quote => at += text.get(at + 1..)?.find(char::from(quote))? + 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(strip(source, false), expected, "{source}");
        assert_eq!(strip(source, false).matches('\n').count(), source.matches('\n').count());
    }

    #[test]
    fn modules_go_and_prose_stays() {
        check("import A from '@a';\nimport {\n  B\n} from 'b';\n\n正文", "\n\n\n\n\n正文");
        check("export const f = () => {\n\n  return <b>暗</b>;\n};\n\n正文", "\n\n\n\n\n正文");
        check("export to CSV\n\nimport 的用法", "export to CSV\n\nimport 的用法");
        check("甲\nimport A from 'a'", "甲\nimport A from 'a'");
        check("```js\nimport A from 'a'\n{x}\n```\n{x}", "```js\nimport A from 'a'\n{x}\n```\n");
    }

    #[test]
    fn tags_go_and_their_words_stay() {
        check("<Tabs>\n<TabItem value=\"a\" label=\"手机\">\n\n  ## 题\n\n</TabItem>", "\n手机<br>\n\n## 题\n\n");
        check("<Card style={{ a: '>' }} title='卡' />文", "卡<br>文");
        check("<details><summary>展开</summary>\n甲 <b>乙</b>丙<br/>丁", "展开 \n甲 乙丙<br>丁");
        check("泛型 Vec<T> 1 < 2 <https://a.cn>", "泛型 Vec 1 < 2 <https://a.cn>");
        check("`<T>` 与 ``{a`b}``", "`<T>` 与 ``{a`b}``");
        check("<img src={a} alt=\"图\" />", "图");
        check("<>甲</>", "甲");
        check("<head>\n<title>暗</title>\n</head>\n甲", "\n\n\n甲");
        check("<Tabs values={[\n{label: '甲', value: 'a'}]}>", "甲<br>\n");
        let many = "<A b={1}/>{x}字 ".repeat(500);
        check(&many, &"字 ".repeat(500));
    }

    #[test]
    fn expressions_go_and_texts_stay() {
        check("{'站着'}，等{x.map((a) => ({ b: `}` }))}鱼{/* 暗 } */}", "站着，等鱼");
        check("## 题 {#id}\n## 二 {/* #two */}\n\\{甲\\}", "## 题 {#id}\n## 二 {#two}\n\\{甲\\}");
        check("没有 { 结束", "没有 { 结束");
        check("It{'’'}s {/* don't */}a", "It’s a");
    }

    #[test]
    fn formulas_keep_their_braces() {
        assert_eq!(
            strip("设 $\\frac{a}{b}$ 与 {x}，$$\n{c}\n$$，$5 {y}", true),
            "设 $\\frac{a}{b}$ 与 ，$$\n{c}\n$$，$5 "
        );
    }

    #[test]
    fn lists_keep_their_indentation() {
        check("- 甲\n    - 乙\n\n    丙\n\n    丁", "- 甲\n    - 乙\n\n    丙\n\n    丁");
        check("甲\n\n    乙", "甲\n\n乙");
    }

    #[test]
    fn hostile_repetition_ends() {
        for piece in ["{", "<", "<a ", "<a b=\"", "`a``", "{'", "{/*", "export const a = {\n\n", "<A {"] {
            strip(&piece.repeat(300_000 / piece.len()), true);
        }
    }
}
