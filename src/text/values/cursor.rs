//! A position in a text that only moves forward, by whole characters.

use crate::chinese::Class;

/// A position in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// Byte offset of the position.
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the text after the position.
    pub(super) fn rest(self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Returns the text before the position.
    pub(super) fn passed(self) -> &'a str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// Returns the next character.
    pub(super) fn peek(self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Returns the position after the next character.
    pub(super) fn step(self) -> Self {
        self.by(self.peek().map_or(0, char::len_utf8))
    }

    /// Returns the position `bytes` further, which must be a character boundary.
    pub(super) fn by(self, bytes: usize) -> Self {
        Self { at: self.at + bytes, ..self }
    }

    /// Moves past `text` if it follows. Returns whether it does.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let stands = self.rest().starts_with(text);
        if stands {
            self.at += text.len();
        }
        stands
    }

    /// Moves past the next character if it is one of `of`, and returns the character.
    pub(super) fn eat_one(&mut self, of: &[char]) -> Option<char> {
        let found = self.peek().filter(|c| of.contains(c))?;
        self.at += found.len_utf8();
        Some(found)
    }

    /// Returns the position after one space, which many people write between Han characters and digits.
    pub(super) fn skip_blank(self) -> Self {
        let mut after = self;
        after.eat(" ");
        after
    }

    /// Moves past ASCII digits, and returns their number.
    pub(super) fn eat_digits(&mut self) -> usize {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        count
    }

    /// Reads a number of exactly two ASCII digits, and returns it with the position after it.
    pub(super) fn two_digits(self) -> Option<(u8, Self)> {
        let mut end = self;
        let digits = end.eat_digits();
        Some((self.rest().get(..digits).filter(|_| digits == 2)?.parse().ok()?, end))
    }

    /// Returns whether an ASCII digit follows.
    pub(super) fn is_digit(self) -> bool {
        self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_digit)
    }

    /// Returns whether a letter follows.
    pub(super) fn is_letter(self) -> bool {
        self.peek().is_some_and(|c| Class::of(c) == Class::Letter)
    }

    /// Returns whether a letter precedes.
    pub(super) fn is_after_letter(self) -> bool {
        self.passed().chars().next_back().is_some_and(|c| Class::of(c) == Class::Letter)
    }

    /// Returns the position after a name of letters and digits, such as the rest of `v8.5.0-rc1`.
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
