//! A table with an entry for each character: by index for the two most frequent Unicode blocks of Han characters, by
//! hash for all others.

use rustc_hash::FxHashMap;

/// The characters whose entries are found by index.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;

#[derive(Debug)]
pub(super) struct CharTable<V> {
    common: Vec<V>,
    rare: FxHashMap<char, V>,
}

impl<V: Clone + Default> Default for CharTable<V> {
    fn default() -> Self {
        Self { common: vec![V::default(); (LAST - FIRST + 1) as usize], rare: FxHashMap::default() }
    }
}

impl<V: Copy + Default> CharTable<V> {
    /// Returns the entry of a character; the default entry for a character without one.
    pub(super) fn get(&self, c: char) -> V {
        let common = self.common.get((c as u32).wrapping_sub(FIRST) as usize);
        common.or_else(|| self.rare.get(&c)).copied().unwrap_or_default()
    }

    /// Returns the entry of a character to be changed.
    pub(super) fn entry(&mut self, c: char) -> &mut V {
        match self.common.get_mut((c as u32).wrapping_sub(FIRST) as usize) {
            Some(entry) => entry,
            None => self.rare.entry(c).or_default(),
        }
    }
}
