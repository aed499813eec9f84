//! Reads settings that are written as literals in a JavaScript or TypeScript file, without running it.
//!
//! [`Script::read`] splits a file into tokens; [`Script::exported`] follows the exported configuration to its table: through
//! functions such as `defineConfig({…})`, constants of the same file, and files that it imports. What must be computed
//! becomes `null`. Bad input costs linear time: every evaluation has a budget of steps and of depth. Does not know any
//! setting.

use std::{cell::Cell, rc::Rc};

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

/// Upper bounds on the nesting of values, and on the steps of one evaluation.
const MAX_DEPTH: usize = 48;
const MAX_STEPS: usize = 400_000;
/// Upper bound on the number of imported files.
const MAX_FILES: usize = 16;

/// Returns the text of the file that a script imports by a relative name.
pub(super) type Loader<'l> = &'l dyn Fn(&str) -> Option<String>;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Sign(char),
    /// `=>`, `||`, `??`, `...` and other signs of several characters.
    Signs(&'static str),
    Word(String),
    Text(String),
    Number(String),
    /// A regular expression, or a text with parts that are computed.
    Other,
}

/// A file of JavaScript or TypeScript.
pub(super) struct Script<'l> {
    tokens: Vec<Token>,
    /// Where the value of each constant begins.
    constants: FxHashMap<String, usize>,
    /// For each imported name: the file, and the name there; empty for the main value of the file.
    imports: FxHashMap<String, (String, String)>,
    exported: Option<usize>,
    loader: Loader<'l>,
    files: Rc<Cell<usize>>,
    steps: Cell<usize>,
}

/// Signs of several characters, longer ones first.
const SIGNS: [&str; 14] = ["...", "===", "!==", "=>", "||", "&&", "??", "?.", "==", "!=", "<=", ">=", "++", "--"];

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let (token, left) = match first {
            _ if first.is_whitespace() => (None, after),
            '/' if after.starts_with('/') => {
                (None, rest.find('\n').and_then(|end| rest.get(end..)).unwrap_or_default())
            }
            '/' if after.starts_with('*') => {
                (None, after.get(1..).and_then(|inside| inside.split_once("*/")).map_or("", |(_, left)| left))
            }
            '"' | '\'' | '`' => {
                let (text, left) = quoted(after, first);
                (Some(text.map_or(Token::Other, Token::Text)), left)
            }
            '/' if starts_value(tokens.last()) => match regex_end(after) {
                Some(left) => (Some(Token::Other), left),
                None => (Some(Token::Sign('/')), after),
            },
            _ if is_word(first) || first == '@' || first == '#' => {
                let end = after.find(|c| !is_word(c)).unwrap_or(after.len()) + first.len_utf8();
                let (word, left) = rest.split_at_checked(end).unwrap_or((rest, ""));
                let token =
                    if first.is_ascii_digit() { Token::Number(word.to_owned()) } else { Token::Word(word.to_owned()) };
                (Some(token), left)
            }
            _ => match SIGNS.iter().find(|signs| rest.starts_with(**signs)) {
                Some(signs) => (Some(Token::Signs(signs)), rest.get(signs.len()..).unwrap_or_default()),
                None => (Some(Token::Sign(first)), after),
            },
        };
        tokens.extend(token);
        rest = left;
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// Returns whether a value may follow a token, so that `/` begins a regular expression.
fn starts_value(last: Option<&Token>) -> bool {
    match last {
        None | Some(Token::Signs(_)) => true,
        Some(Token::Sign(sign)) => !matches!(sign, ')' | ']' | '}'),
        Some(Token::Word(word)) => word == "return",
        Some(_) => false,
    }
}

/// Reads a text up to its closing quote; returns `None` for a text with computed parts, and what follows.
fn quoted(text: &str, quote: char) -> (Option<String>, &str) {
    let mut read = String::new();
    let mut chars = text.char_indices();
    let mut computed = false;
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => {
                let left = text.get(at + 1..).unwrap_or_default();
                return ((!computed).then_some(read), left);
            }
            '\n' if quote != '`' => return (None, text.get(at..).unwrap_or_default()),
            '$' if quote == '`' && text.get(at + 1..).is_some_and(|rest| rest.starts_with('{')) => computed = true,
            '\\' => match chars.next().map(|(_, escaped)| escaped) {
                Some('n') => read.push('\n'),
                Some('t') => read.push('\t'),
                Some('\n') | None => {}
                Some('u') => {
                    let rest = chars.as_str();
                    let (digits, length) = match rest.strip_prefix('{') {
                        Some(inner) => inner.split_once('}').map_or(("", 0), |(digits, _)| (digits, digits.len() + 2)),
                        None => (rest.get(..4).unwrap_or_default(), 4),
                    };
                    if let Some(c) = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
                        read.push(c);
                        chars.by_ref().take(length).for_each(drop);
                    }
                }
                Some(other) => read.push(other),
            },
            other => read.push(other),
        }
    }
    (None, "")
}

/// Returns what follows a regular expression, if it ends in its line.
fn regex_end(text: &str) -> Option<&str> {
    let mut in_class = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => return None,
            '\\' => drop(chars.next()),
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => {
                let left = text.get(at + 1..)?;
                return Some(left.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
            }
            _ => {}
        }
    }
    None
}

impl<'l> Script<'l> {
    /// Reads the text of a file, whose imports `loader` finds.
    pub(super) fn read(text: &str, loader: Loader<'l>) -> Self {
        Self::with(text, loader, Rc::new(Cell::new(MAX_FILES)))
    }

    fn with(text: &str, loader: Loader<'l>, files: Rc<Cell<usize>>) -> Self {
        let mut script = Self {
            tokens: tokens(text),
            constants: FxHashMap::default(),
            imports: FxHashMap::default(),
            exported: None,
            loader,
            files,
            steps: Cell::new(MAX_STEPS),
        };
        script.declare();
        script
    }

    /// Returns the exported table; `None` if there is none that can be read.
    pub(super) fn exported(&self) -> Option<Map<String, Value>> {
        match self.value_at(self.exported?, MAX_DEPTH) {
            Value::Object(table) => Some(table),
            _ => None,
        }
    }

    fn value_at(&self, at: usize, depth: usize) -> Value {
        Evaluation { script: self, at, depth }.value()
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.tokens.get(at) == Some(&Token::Sign(sign))
    }

    /// Finds the constants, the imports and the exported value.
    fn declare(&mut self) {
        for at in 0..self.tokens.len() {
            let Some(word) = self.word(at) else { continue };
            match word {
                "const" | "let" | "var" => self.constant(at + 1),
                "function" => {
                    if let Some(name) = self.word(at + 1).map(str::to_owned) {
                        self.constants.entry(name).or_insert(at);
                    }
                }
                "import" => self.import(at + 1),
                "export" if self.word(at + 1) == Some("default") => self.exported = Some(at + 2),
                "exports" if self.is_sign(at + 1, '=') => self.exported = Some(at + 2),
                "exports" if self.word(at + 2) == Some("default") && self.is_sign(at + 3, '=') => {
                    self.exported = Some(at + 4);
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, at: usize) {
        let Some(name) = self.word(at).map(str::to_owned) else { return };
        // A type may stand between the name and its value.
        let end = self.tokens.iter().skip(at + 1).take(200).position(|token| {
            matches!(token, Token::Sign('=' | ';')) || matches!(token, Token::Word(word) if word == "const")
        });
        let Some(end) = end.map(|end| at + 1 + end).filter(|end| self.is_sign(*end, '=')) else { return };
        if self.word(end + 1) == Some("require")
            && let Some(Token::Text(file)) = self.tokens.get(end + 3)
        {
            self.imports.entry(name).or_insert((file.clone(), String::new()));
        } else {
            self.constants.entry(name).or_insert(end + 1);
        }
    }

    fn import(&mut self, at: usize) {
        let from = self
            .tokens
            .iter()
            .skip(at)
            .take(200)
            .position(|token| matches!(token, Token::Word(word) if word == "from"));
        let Some(from) = from.map(|from| at + from) else { return };
        let Some(Token::Text(file)) = self.tokens.get(from + 1).cloned() else { return };
        let mut inside = false;
        let mut place = at;
        while place < from {
            match self.tokens.get(place) {
                Some(Token::Sign('{')) => inside = true,
                Some(Token::Word(name)) if name != "type" => {
                    let own = if self.word(place + 1) == Some("as") { self.word(place + 2) } else { None };
                    let outer = if inside { name.clone() } else { String::new() };
                    let known = own.unwrap_or(name).to_owned();
                    place += if own.is_some() { 2 } else { 0 };
                    self.imports.insert(known, (file.clone(), outer));
                }
                _ => {}
            }
            place += 1;
        }
    }

    /// Returns the value of a name of an imported file.
    fn imported(&self, file: &str, name: &str, depth: usize) -> Value {
        if !file.starts_with('.') || self.files.get() == 0 {
            return Value::Null;
        }
        self.files.set(self.files.get() - 1);
        let Some(text) = (self.loader)(file) else { return Value::Null };
        let script = Script::with(&text, self.loader, Rc::clone(&self.files));
        let at =
            if name.is_empty() || name == "default" { script.exported } else { script.constants.get(name).copied() };
        at.map_or(Value::Null, |at| script.value_at(at, depth))
    }
}

/// The evaluation of one expression.
struct Evaluation<'s, 'l> {
    script: &'s Script<'l>,
    at: usize,
    depth: usize,
}

impl Evaluation<'_, '_> {
    fn token(&self) -> Option<&Token> {
        self.script.tokens.get(self.at)
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.script.is_sign(self.at, sign);
        self.at += usize::from(found);
        found
    }

    fn takes(&mut self, signs: &str) -> bool {
        let found = matches!(self.token(), Some(Token::Signs(found)) if *found == signs);
        self.at += usize::from(found);
        found
    }

    /// Reads an expression; `null` if it must be computed.
    fn value(&mut self) -> Value {
        let left = self.script.steps.get().saturating_sub(1);
        self.script.steps.set(left);
        if self.depth == 0 || left == 0 {
            return Value::Null;
        }
        self.depth -= 1;
        let mut value = self.primary();
        loop {
            match self.token() {
                Some(Token::Signs("||" | "??")) => {
                    self.at += 1;
                    let other = self.primary();
                    if value.is_null() {
                        value = other;
                    }
                }
                Some(Token::Sign('+')) => {
                    self.at += 1;
                    value = match (value, self.primary()) {
                        (Value::String(start), Value::String(end)) => (start + &end).into(),
                        _ => Value::Null,
                    };
                }
                Some(Token::Sign('?')) => {
                    self.at += 1;
                    let yes = self.value();
                    self.take(':');
                    let no = self.value();
                    value = if yes == no { yes } else { Value::Null };
                }
                Some(
                    Token::Sign('-' | '*' | '/' | '%' | '<' | '>')
                    | Token::Signs("===" | "!==" | "==" | "!=" | "&&" | "<=" | ">="),
                ) => {
                    self.at += 1;
                    self.primary();
                    value = Value::Null;
                }
                Some(Token::Word(word)) if word == "as" || word == "satisfies" => {
                    self.skip_type();
                }
                _ => break,
            }
        }
        self.depth += 1;
        value
    }

    /// Skips a type, up to the end of the expression.
    fn skip_type(&mut self) {
        while let Some(token) = self.token() {
            match token {
                Token::Sign(',' | ';' | ')' | ']' | '}') | Token::Signs("||" | "??") => break,
                Token::Sign('(' | '[' | '{') => self.skip_group(),
                Token::Word(word) if self.at > 0 && matches!(word.as_str(), "export" | "const" | "import") => break,
                _ => self.at += 1,
            }
        }
    }

    /// Skips a group of brackets.
    fn skip_group(&mut self) {
        let mut open = 0_usize;
        while let Some(token) = self.token() {
            match token {
                Token::Sign('(' | '[' | '{') => open += 1,
                Token::Sign(')' | ']' | '}') => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                break;
            }
        }
    }

    fn primary(&mut self) -> Value {
        let mut is_negated = false;
        loop {
            match self.token() {
                Some(Token::Word(word)) if matches!(word.as_str(), "async" | "await" | "new") => {}
                Some(Token::Sign('!' | '-' | '+')) => is_negated = true,
                _ => break,
            }
            self.at += 1;
        }
        let value = self.operand();
        if is_negated { Value::Null } else { value }
    }

    fn operand(&mut self) -> Value {
        let Some(token) = self.token().cloned() else { return Value::Null };
        let callee = if let Token::Word(word) = &token { word.clone() } else { String::new() };
        let name = callee.as_str();
        let mut value = match token {
            Token::Text(text) => {
                self.at += 1;
                text.into()
            }
            Token::Number(digits) => {
                self.at += 1;
                digits.parse::<i64>().map_or(Value::Null, Value::from)
            }
            Token::Other => {
                self.at += 1;
                Value::Null
            }
            Token::Sign('{') => self.table(),
            Token::Sign('[') => self.list(),
            Token::Sign('(') => {
                let start = self.at;
                self.skip_group();
                if self.is_arrow() {
                    return self.function();
                }
                let end = self.at;
                self.at = start + 1;
                let value = self.value();
                self.at = end;
                value
            }
            Token::Word(word) => match word.as_str() {
                "true" | "false" => {
                    self.at += 1;
                    return (word == "true").into();
                }
                "function" => return self.function(),
                _ if matches!(self.script.tokens.get(self.at + 1), Some(Token::Signs("=>"))) => {
                    self.at += 1;
                    return self.function();
                }
                _ => {
                    self.at += 1;
                    self.named(&word)
                }
            },
            Token::Sign(_) | Token::Signs(_) => return Value::Null,
        };
        loop {
            if self.script.is_sign(self.at, '.') || matches!(self.token(), Some(Token::Signs("?."))) {
                let inner = self.script.word(self.at + 1).and_then(|name| value.get(name)).cloned();
                self.at += 2;
                value = inner.unwrap_or(Value::Null);
            } else if self.script.is_sign(self.at, '(') {
                // A function without such an argument has a value of its own.
                let table = self.call(name);
                value = if table.is_object() || !value.is_object() { table } else { value };
            } else if self.script.is_sign(self.at, '[') {
                self.skip_group();
                value = Value::Null;
            } else if self.script.is_sign(self.at, '<') && self.is_generic() {
                // `defineConfig<Theme>({…})`.
                while !self.script.is_sign(self.at, '(') {
                    self.at += 1;
                }
            } else if self.script.is_sign(self.at, '!') {
                self.at += 1;
            } else {
                return value;
            }
        }
    }

    /// Returns whether types in angle brackets and then a call follow.
    fn is_generic(&self) -> bool {
        let ahead = self.script.tokens.iter().skip(self.at).take(40);
        let mut before = &Token::Other;
        for token in ahead {
            match token {
                Token::Sign('(') => return *before == Token::Sign('>'),
                Token::Sign('<' | '>' | '.' | ',' | '[' | ']') | Token::Word(_) => before = token,
                _ => return false,
            }
        }
        false
    }

    /// Returns whether `=>` follows, after the type of the result.
    fn is_arrow(&self) -> bool {
        if matches!(self.token(), Some(Token::Signs("=>"))) {
            return true;
        }
        self.script.is_sign(self.at, ':')
            && self.script.tokens.iter().skip(self.at).take(12).find_map(|token| match token {
                Token::Signs("=>") => Some(true),
                Token::Sign(',' | ';' | '{' | '}' | '(' | ')') | Token::Text(_) => Some(false),
                _ => None,
            }) == Some(true)
    }

    /// Returns whether a function follows.
    fn is_function(&mut self) -> bool {
        let start = self.at;
        if self.script.word(self.at) == Some("async") {
            self.at += 1;
        }
        let found = if self.script.is_sign(self.at, '(') {
            self.skip_group();
            self.is_arrow()
        } else {
            self.script.word(self.at) == Some("function")
                || matches!(self.script.tokens.get(self.at + 1), Some(Token::Signs("=>")))
        };
        self.at = start;
        found
    }

    /// Returns the value of a function: that of its only expression, or of its `return`.
    fn function(&mut self) -> Value {
        if self.script.word(self.at) == Some("function") {
            while self.token().is_some() && !self.script.is_sign(self.at, '(') {
                self.at += 1;
            }
            self.skip_group();
        }
        while let Some(token) = self.token()
            && !matches!(token, Token::Signs("=>") | Token::Sign('{' | ')' | '}' | ';'))
        {
            self.at += 1;
        }
        self.takes("=>");
        if !self.script.is_sign(self.at, '{') {
            return self.value();
        }
        let start = self.at;
        self.skip_group();
        let end = self.at;
        // The last one that belongs to no function inside.
        let mut open = 0_usize;
        let mut found = None;
        for (place, token) in self.script.tokens.iter().enumerate().take(end).skip(start) {
            match token {
                Token::Sign('(' | '[' | '{') => open += 1,
                Token::Sign(')' | ']' | '}') => open = open.saturating_sub(1),
                Token::Word(word) if word == "return" && open == 1 => found = Some(place),
                _ => {}
            }
        }
        let Some(found) = found else { return Value::Null };
        self.at = found + 1;
        let value = self.value();
        self.at = end;
        value
    }

    /// Returns the table among the arguments of a call, which functions such as `defineConfig` return; of `require`, the
    /// name of the module.
    fn call(&mut self, callee: &str) -> Value {
        self.at += 1;
        let mut found = Value::Null;
        while self.token().is_some() && !self.take(')') {
            let before = self.at;
            let value = self.value();
            if found.is_null() && (value.is_object() || callee == "require" && value.is_string()) {
                found = value;
            }
            self.recover(before);
        }
        found
    }

    /// Moves behind the next comma of this level.
    fn recover(&mut self, before: usize) {
        while let Some(token) = self.token() {
            match token {
                Token::Sign(',') => {
                    self.at += 1;
                    return;
                }
                Token::Sign(')' | ']' | '}') => return,
                Token::Sign('(' | '[' | '{') => self.skip_group(),
                _ => self.at += 1,
            }
        }
        self.at = self.at.max(before + 1);
    }

    fn list(&mut self) -> Value {
        self.at += 1;
        let mut list = Vec::new();
        while self.token().is_some() && !self.take(']') {
            let before = self.at;
            if self.takes("...") {
                if let Value::Array(more) = self.value() {
                    list.extend(more);
                }
            } else {
                list.push(self.value());
            }
            self.recover(before);
            if self.script.is_sign(self.at, ')') || self.script.is_sign(self.at, '}') {
                break;
            }
        }
        Value::Array(list)
    }

    fn table(&mut self) -> Value {
        self.at += 1;
        let mut table = Map::new();
        while self.token().is_some() && !self.take('}') {
            let before = self.at;
            self.entry(&mut table);
            self.recover(before);
            if self.script.is_sign(self.at, ')') || self.script.is_sign(self.at, ']') {
                break;
            }
        }
        Value::Object(table)
    }

    fn entry(&mut self, table: &mut Map<String, Value>) {
        if self.takes("...") {
            if let Value::Object(more) = self.value() {
                table.extend(more);
            }
            return;
        }
        while self.script.word(self.at).is_some_and(|word| matches!(word, "async" | "get" | "set"))
            && matches!(self.script.tokens.get(self.at + 1), Some(Token::Word(_) | Token::Text(_)))
        {
            self.at += 1;
        }
        let key = match self.token() {
            Some(Token::Word(key) | Token::Text(key) | Token::Number(key)) => key.clone(),
            _ => {
                // A computed name.
                if self.script.is_sign(self.at, '[') {
                    self.skip_group();
                }
                return;
            }
        };
        self.at += 1;
        if self.take(':') {
            let is_absent = self.script.word(self.at).is_some_and(|word| matches!(word, "undefined" | "null"));
            let is_function = self.is_function();
            let value = self.value();
            if !is_absent {
                table.insert(key, if is_function { Value::Null } else { value });
            }
        } else if self.script.is_sign(self.at, '(') {
            // A method.
            table.insert(key, Value::Null);
        } else {
            let value = self.named(&key);
            table.insert(key, value);
        }
    }

    /// Returns the value of a constant or an imported name.
    fn named(&mut self, name: &str) -> Value {
        let Some(depth) = self.depth.checked_sub(1) else { return Value::Null };
        if let Some(&at) = self.script.constants.get(name) {
            return self.script.value_at(at, depth);
        }
        match self.script.imports.get(name) {
            Some((file, outer)) => self.script.imported(file, outer, depth),
            None => Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Value) {
        let loader = |name: &str| (name == "./shared").then(|| "export const shared = { base: '/s/' }".to_owned());
        let table = Script::read(text, &loader).exported().map(Value::Object);
        assert_eq!(table.unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn literals_of_an_exported_table_are_read() {
        check(
            "// 注 {\nimport { defineConfig } from 'vitepress'\nexport default defineConfig({\n  base: '/a/', /* } */\n  \
             cleanUrls: true, title: \"它\\'的\", n: 2, list: ['a', `b`,], re: /[/}]'/g, })",
            json!({"base": "/a/", "cleanUrls": true, "title": "它'的", "n": 2, "list": ["a", "b"], "re": null}),
        );
        check("module.exports = { base: '/b/' }", json!({"base": "/b/"}));
        check("/** @type {X} */\nconst config = { a: { b: 1 } };\nexport default config;", json!({"a": {"b": 1}}));
        check("const config: Config<A, B> = { a: true } satisfies X;\nexport default config", json!({"a": true}));
        check("export default withA(defineConfig<T>({ a: 1 }), b)", json!({"a": 1}));
        check("export default async () => ({ a: 1 })", json!({"a": 1}));
        check(
            "export default () => {\n const x = 1;\n return { a: 'y', b: (c) => { return 1 } }\n}",
            json!({"a": "y", "b": null}),
        );
        check("module.exports = { a: [[require.resolve('m'), { b: 1 }]] }", json!({"a": [["m", {"b": 1}]]}));
        check("async function make(): Promise<X> { return { a: 'y' } }\nmodule.exports = make", json!({"a": "y"}));
    }

    #[test]
    fn names_are_followed() {
        check(
            "import { shared as s } from './shared'\nconst dir = 'docs';\nconst more = { x: [dir] }\n\
             export default { ...s, dir, srcDir: dir + '/zh', ...more }",
            json!({"base": "/s/", "dir": "docs", "srcDir": "docs/zh", "x": ["docs"]}),
        );
        check("const a = a; export default { a, b: { ...b } }", json!({"a": null, "b": {}}));
    }

    #[test]
    fn what_is_computed_is_null() {
        check(
            "export default { base: process.env.BASE ?? '/x/', a: p ? '/1/' : '/2/', b: `${x}/`, c() { return 1 },\n\
             d: (p) => p.replace(/a/, ''), e: !x, f: undefined, async g(a) {}, h: x === 'y' ? 1 : 1, i: '/end/' }",
            json!({"base": "/x/", "a": null, "b": null, "c": null, "d": null, "e": null, "g": null, "h": 1, "i": "/end/"}),
        );
        check("export default makeConfig(a, b)", json!(null));
        check("console.log(1)", json!(null));
    }

    #[test]
    fn bad_input_ends() {
        for piece in [
            "{", "[", "(", "{a:", "a=>", "`${", "...", "/", "'", "x?", "const a=", "import {", "!", "new ", "a||",
            "a=>({b:",
        ] {
            let text = format!("export default {}", piece.repeat(60_000 / piece.len()));
            Script::read(&text, &|_| None).exported();
        }
        // Each name doubles the work.
        let mut text = String::from("const a0 = [1, 1];\n");
        for i in 1..200 {
            text.push_str(&format!("const a{i} = [a{0}, a{0}];\n", i - 1));
        }
        Script::read(&(text + "export default { a: a199 }"), &|_| None).exported();
    }
}
