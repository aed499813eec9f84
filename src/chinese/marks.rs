//! Punctuation: quotation marks, commas, and the marks that end sentences and clauses.

/// Pairs of marks that set a name or a title apart from the sentence around it.
pub const NAMING: [(char, char); 5] = [('“', '”'), ('《', '》'), ('〈', '〉'), ('「', '」'), ('『', '』')];

/// Quotation marks around a whole value, Chinese and Western.
pub const QUOTES: [char; 6] = ['"', '\'', '“', '”', '‘', '’'];

/// Commas, Western and Chinese.
pub const COMMAS: [char; 2] = [',', '，'];

/// Marks between the items of a list.
pub const SEPARATORS: [char; 5] = [',', '，', '、', ';', '；'];

/// Colons, Western and Chinese.
pub const COLONS: [char; 2] = [':', '：'];

/// Returns whether a character is common Chinese punctuation.
#[must_use]
pub const fn is_everyday(c: char) -> bool {
    matches!(c, '，' | '。' | '、' | '！' | '？' | '；' | '：' | '（' | '）' | '《'..='》' | '【'..='】' | '‘'..='’' | '“'..='”' | '…' | '—')
}

/// Returns whether a character is punctuation of full width, which needs no space beside it.
#[must_use]
pub const fn is_wide(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}' | '\u{FF01}'..='\u{FF0F}'
        | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF3D}' | '\u{FF5B}'..='\u{FF65}' | '“' | '”' | '…')
}

/// Returns whether a character ends a sentence.
#[must_use]
pub const fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '…')
}

/// Returns whether a sentence may be broken after a character: the end of a clause, a quotation or a bracket.
#[must_use]
pub const fn ends_clause(c: char) -> bool {
    matches!(c, '，' | '、' | '：' | '”' | '）' | ',' | ':' | ')')
}

/// Returns whether a sign may join two words to one name, as in `收入/支出`: any sign but those of sentences, quotations
/// and brackets.
#[must_use]
pub fn joins(c: char) -> bool {
    !(c.is_alphanumeric() || c.is_whitespace() || is_everyday(c) || is_wide(c) || ",.;:!?\"'()[]{}".contains(c))
}

/// Returns whether a character closes the text before it: the end of a sentence, a clause, a quotation or a bracket.
#[must_use]
pub fn closes(c: char) -> bool {
    "，。、；：！？）】》」』”’,.;:!?)".contains(c)
}
