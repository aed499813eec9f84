//! A place in a text that only moves forward, and only over whole characters.

use crate::chinese::Class;

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// The byte offset of the place.
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns what follows.
    pub(super) fn rest(self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Returns what stands before.
    pub(super) fn passed(self) -> &'a str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// Returns the next character.
    pub(super) fn peek(self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Returns the place behind the next character.
    pub(super) fn step(self) -> Self {
        self.by(self.peek().map_or(0, char::len_utf8))
    }

    /// Returns the place some bytes further, which must be a boundary.
    pub(super) fn by(self, bytes: usize) -> Self {
        Self { at: self.at + bytes, ..self }
    }

    /// Passes a text if it stands here.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let stands = self.rest().starts_with(text);
        if stands {
            self.at += text.len();
        }
        stands
    }

    /// Passes a character if it is one of these.
    pub(super) fn eat_one(&mut self, of: &[char]) -> Option<char> {
        let found = self.peek().filter(|c| of.contains(c))?;
        self.at += found.len_utf8();
        Some(found)
    }

    /// Returns the place behind one space, which many write between Han and digits.
    pub(super) fn skip_blank(self) -> Self {
        let mut after = self;
        after.eat(" ");
        after
    }

    /// Passes ASCII digits, and tells how many.
    pub(super) fn eat_digits(&mut self) -> usize {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        count
    }

    /// Returns whether an ASCII digit stands here.
    pub(super) fn is_digit(self) -> bool {
        self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_digit)
    }

    /// Returns whether a letter stands here.
    pub(super) fn is_letter(self) -> bool {
        self.peek().is_some_and(|c| Class::of(c) == Class::Letter)
    }

    /// Returns whether a letter stands just before.
    pub(super) fn is_after_letter(self) -> bool {
        self.passed().chars().next_back().is_some_and(|c| Class::of(c) == Class::Letter)
    }

    /// Returns the place behind a name of letters and digits, such as the rest of `v8.5.0-rc1`.
    pub(super) fn after_name(self) -> Self {
        let mut end = self;
        loop {
            let mut after = end;
            after.eat_one(&['.', '-', '_']);
            match after.peek().map(Class::of) {
                Some(Class::Letter | Class::Digit) => end = after.step(),
                _ => return end,
            }
        }
    }
}
