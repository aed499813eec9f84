//! Slips of the finger in typed pinyin: `zhaipian` and `zhapain` for `zhapian`.

use super::table::table;

/// Number of letters from which on a text may contain a slip: shorter ones are near too many syllables.
const MIN_LETTERS: usize = 6;
/// Upper bound on the letters of a text with a slip, since the slips of a text are tried one by one.
const MAX_LETTERS: usize = 24;

/// The neighbours of each letter on a keyboard.
const NEIGHBOURS: [(char, &str); 26] = [
    ('a', "qwsz"),
    ('b', "vghn"),
    ('c', "xdfv"),
    ('d', "serfcx"),
    ('e', "wsdr"),
    ('f', "drtgvc"),
    ('g', "ftyhbv"),
    ('h', "gyujnb"),
    ('i', "ujko"),
    ('j', "huikmn"),
    ('k', "jiolm"),
    ('l', "kop"),
    ('m', "njk"),
    ('n', "bhjm"),
    ('o', "iklp"),
    ('p', "ol"),
    ('q', "wa"),
    ('r', "edft"),
    ('s', "awedxz"),
    ('t', "rfgy"),
    ('u', "yhji"),
    ('v', "cfgb"),
    ('w', "qase"),
    ('x', "zsdc"),
    ('y', "tghu"),
    ('z', "asx"),
];

/// Returns the texts of whole syllables from which a text of lower-case letters differs in one slip, likelier slips
/// first: two neighbours changed places, a letter too many, a letter missing, a neighbouring key. None for fewer than 6
/// or more than 24 letters.
#[must_use]
pub fn slips(letters: &str) -> Vec<String> {
    let typed: Vec<char> = letters.chars().collect();
    if !(MIN_LETTERS..=MAX_LETTERS).contains(&typed.len()) || !typed.iter().all(char::is_ascii_lowercase) {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    let mut add = |change: &dyn Fn(&mut Vec<char>)| {
        let mut other = typed.clone();
        change(&mut other);
        let text: String = other.into_iter().collect();
        if text != letters && !found.contains(&text) && is_whole(&text) {
            found.push(text);
        }
    };
    for at in 1..typed.len() {
        add(&|text| text.swap(at - 1, at));
    }
    for at in 0..typed.len() {
        add(&|text| _ = text.remove(at));
    }
    for at in 0..=typed.len() {
        NEIGHBOURS.iter().for_each(|&(letter, _)| add(&|text| text.insert(at, letter)));
    }
    for (at, c) in typed.iter().enumerate() {
        let near = NEIGHBOURS.iter().filter(|(letter, _)| letter == c).flat_map(|(_, near)| near.chars());
        near.for_each(|letter| add(&|text| text[at] = letter));
    }
    found
}

/// Returns whether a text of ASCII letters can be divided into syllables.
fn is_whole(text: &str) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for from in 0..text.len() {
        for to in (from + 1..=text.len()).filter(|_| reached[from]).take(6).collect::<Vec<_>>() {
            let is_syllable =
                text.get(from..to).and_then(|part| table().spelling(part)).and_then(|found| found.syllable);
            reached[to] |= is_syllable.is_some();
        }
    }
    reached.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_leads_back_to_syllables() {
        for typed in ["zhapain", "zhaipian", "zhapin", "zhapuan", "hzapian", "zhapoan"] {
            assert!(slips(typed).contains(&"zhapian".to_owned()), "{typed}: {:?}", slips(typed));
        }
        assert!(slips("zhapian").iter().all(|text| text != "zhapian"));
    }

    #[test]
    fn likelier_slips_come_first() {
        // `shuadan` with two letters swapped comes before `shuana` with a letter too many.
        let found = slips("shuadna");
        let place = |text: &str| found.iter().position(|slip| slip == text);
        assert!(place("shuadan") < place("shuana") && place("shuadan").is_some(), "{found:?}");
    }

    #[test]
    fn short_and_long_texts_and_other_signs_have_none() {
        for typed in ["zhapi", "zhapian1", "诈骗zhapian", "zhapianzhapianzhapianzhap", ""] {
            assert_eq!(slips(typed), Vec::<String>::new(), "{typed}");
        }
    }
}
