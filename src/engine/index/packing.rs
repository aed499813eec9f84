//! Compresses stored posts one by one, so that a hit decompresses its own post and no others.
//!
//! Short texts compress badly alone. Therefore the first posts of a generation give a dictionary of what its posts have
//! in common, with which each of them is compressed. Posts compressed without a dictionary are read in any case: a
//! generation that began small has none. Does not know what a stored post consists of: see
//! [`super::stored`].

use std::sync::{Mutex, PoisonError};

use zstd::{
    dict::{self, DecoderDictionary, EncoderDictionary},
    zstd_safe::{self, CCtx, DCtx, SafeResult},
};

use crate::engine::{error::EngineError, store::files::Files};

/// Compression level. Level 9 takes half as long again for a fiftieth of the size, level 5 two thirds for a fiftieth
/// more.
const LEVEL: i32 = 6;
/// Upper bound on the bytes of a dictionary, as the format recommends. One of 64 KiB saves a thirtieth less.
const MAX_DICTIONARY: usize = 112_640;
/// Lower bound on the bytes of the samples of a dictionary. With fewer posts, it would take more room than it saves.
const MIN_SAMPLES: usize = 128 << 10;
/// Upper bound on the contexts of each kind that are kept. A context has its memory allocated, which takes longer than
/// compressing a post.
const MAX_CONTEXTS: usize = 16;
/// Upper bound on the bytes of a post after which its context is kept: the memory of a context grows with its posts.
const MAX_USUAL: usize = 1 << 20;
/// Most bytes of content that a block of the format has, and fewest bytes that such a block takes.
const BLOCK: (u64, u64) = (128 << 10, 4);

/// Returns a dictionary made from samples of stored posts; `None` when there are too few.
pub(in crate::engine) fn train(samples: &[Vec<u8>]) -> Option<Vec<u8>> {
    let enough = samples.iter().map(Vec::len).sum::<usize>() >= MIN_SAMPLES;
    enough.then(|| dict::from_samples(samples, MAX_DICTIONARY).ok())?
}

/// Compresses the stored posts of a generation. Used by many threads.
pub(in crate::engine) struct Packer {
    dictionary: Option<EncoderDictionary<'static>>,
    contexts: Pool<CCtx<'static>>,
}

impl Packer {
    /// Makes a packer with the dictionary that has this checksum, if any.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub(in crate::engine) fn open(files: &Files, dictionary: Option<u64>) -> Result<Self, EngineError> {
        let dictionary = dictionary.map(|checksum| files.dictionary(checksum)).transpose()?;
        Self::new(dictionary.as_deref())
    }

    fn new(dictionary: Option<&[u8]>) -> Result<Self, EngineError> {
        let dictionary = dictionary.map(|bytes| EncoderDictionary::try_copy(bytes, LEVEL)).transpose();
        Ok(Self { dictionary: dictionary.map_err(EngineError::stored)?, contexts: Pool::default() })
    }

    /// Compresses the stored form of a post.
    ///
    /// # Errors
    /// When there is not enough memory.
    pub(in crate::engine) fn pack(&self, bytes: &[u8]) -> Result<Vec<u8>, EngineError> {
        let mut context = self.contexts.take(CCtx::try_create)?;
        let mut packed = with_room(zstd_safe::compress_bound(bytes.len()))?;
        done(match &self.dictionary {
            Some(dictionary) => context.compress_using_cdict(&mut packed, bytes, dictionary.as_cdict()),
            None => context.compress(&mut packed, bytes, LEVEL),
        })?;
        if bytes.len() <= MAX_USUAL {
            self.contexts.keep(context);
        }
        packed.shrink_to_fit();
        Ok(packed)
    }
}

/// Decompresses the stored posts of a generation. Used by many threads.
pub(in crate::engine) struct Unpacker {
    /// The checksum of the dictionary.
    checksum: Option<u64>,
    dictionary: Option<DecoderDictionary<'static>>,
    contexts: Pool<DCtx<'static>>,
}

impl Unpacker {
    /// Makes an unpacker with the dictionary that has this checksum, if any.
    ///
    /// # Errors
    /// When the dictionary cannot be read.
    pub(in crate::engine) fn open(files: &Files, dictionary: Option<u64>) -> Result<Self, EngineError> {
        let found = dictionary.map(|checksum| files.dictionary(checksum)).transpose()?;
        Ok(Self { checksum: dictionary, ..Self::new(found.as_deref())? })
    }

    fn new(dictionary: Option<&[u8]>) -> Result<Self, EngineError> {
        let dictionary = dictionary.map(DecoderDictionary::try_copy).transpose().map_err(EngineError::stored)?;
        Ok(Self { checksum: None, dictionary, contexts: Pool::default() })
    }

    /// Returns the checksum of the dictionary; `None` without one.
    pub(in crate::engine) const fn dictionary(&self) -> Option<u64> {
        self.checksum
    }

    /// Decompresses what [`Packer::pack`] of the same generation returned.
    ///
    /// # Errors
    /// [`EngineError::Stored`] when the bytes are damaged or were compressed with another dictionary.
    pub(in crate::engine) fn unpack(&self, packed: &[u8]) -> Result<Vec<u8>, EngineError> {
        let length = zstd_safe::get_frame_content_size(packed).ok().flatten();
        // Damage must not claim all memory.
        let (most, least) = BLOCK;
        let possible = (packed.len() as u64 / least).saturating_mul(most);
        let length = length.filter(|&length| length <= possible).and_then(|length| usize::try_from(length).ok());
        let length = length.ok_or_else(|| EngineError::stored("its length is damaged"))?;
        let mut bytes = with_room(length)?;
        let mut context = self.contexts.take(DCtx::try_create)?;
        let read = match (&self.dictionary, zstd_safe::get_dict_id_from_frame(packed)) {
            (_, None) => context.decompress(&mut bytes, packed),
            (Some(dictionary), Some(_)) => context.decompress_using_ddict(&mut bytes, packed, dictionary.as_ddict()),
            (None, Some(_)) => return Err(EngineError::stored("it is compressed with an unknown dictionary")),
        };
        self.contexts.keep(context);
        if done(read)? == length { Ok(bytes) } else { Err(EngineError::stored("it is cut short")) }
    }
}

/// Returns an empty vector with room for so many bytes.
fn with_room(bytes: usize) -> Result<Vec<u8>, EngineError> {
    let mut room = Vec::new();
    room.try_reserve_exact(bytes).map_err(EngineError::stored)?;
    Ok(room)
}

/// Turns the result of the library into ours.
fn done(result: SafeResult) -> Result<usize, EngineError> {
    result.map_err(|code| EngineError::stored(zstd_safe::get_error_name(code)))
}

/// Contexts that are not in use.
struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Pool<T> {
    /// Takes a context, or makes one.
    fn take(&self, make: impl FnOnce() -> Option<T>) -> Result<T, EngineError> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.or_else(make).ok_or_else(|| EngineError::stored("there is not enough memory"))
    }

    /// Keeps a context for the next caller.
    fn keep(&self, context: T) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_CONTEXTS {
            kept.push(context);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use proptest::prelude::*;

    use super::*;

    /// Posts that have much in common: notices of a harbour.
    fn notices(count: usize) -> Vec<Vec<u8>> {
        let ships = ["海安号", "远望轮", "顺丰渡", "金沙艇", "白鹭船"];
        let reasons = ["大雾未散", "风力八级", "潮位过低", "机舱检修", "航道清淤"];
        let notice = |i: usize| {
            let (ship, reason, hour) = (ships[i % 5], reasons[i / 5 % 5], i * 7 % 24);
            let once =
                format!("第{i}号通告：因{reason}，{ship}原定{hour}时离港的班次推迟，乘客可在{}号窗口改签。", i % 9);
            format!("{{\"title\":\"{ship}停航\"}}{}", once.repeat(30)).into_bytes()
        };
        (0..count).map(notice).collect()
    }

    fn trained() -> Vec<u8> {
        train(&notices(200)).unwrap()
    }

    /// A packer and an unpacker of a generation with or without a dictionary.
    fn both(dictionary: Option<&[u8]>) -> (Packer, Unpacker) {
        (Packer::new(dictionary).unwrap(), Unpacker::new(dictionary).unwrap())
    }

    fn comes_back(bytes: &[u8]) {
        let dictionary = trained();
        let (plain, learned) = (both(None), both(Some(&dictionary)));
        for (packer, unpacker) in [&plain, &learned] {
            for _ in 0..2 {
                assert!(unpacker.unpack(&packer.pack(bytes).unwrap()).unwrap() == bytes);
            }
        }
        assert!(
            learned.1.unpack(&plain.0.pack(bytes).unwrap()).unwrap() == bytes,
            "from before there was a dictionary"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..3_000), times in 0_usize..20) {
            comes_back(&bytes.repeat(times));
        }

        #[test]
        fn a_damaged_post_is_an_error_or_another_post(at in any::<prop::sample::Index>(), flip in 1_u8.., end in any::<prop::sample::Index>()) {
            let (dictionary, post) = (trained(), notices(300).remove(271));
            for dictionary in [None, Some(dictionary.as_slice())] {
                let (packer, unpacker) = both(dictionary);
                let whole = packer.pack(&post).unwrap();
                let end = end.index(whole.len());
                prop_assert!(unpacker.unpack(&whole[..end]).unwrap_err().is_damage(), "cut at {end}");
                let mut changed = whole.clone();
                changed[at.index(whole.len())] ^= flip;
                if let Err(error) = unpacker.unpack(&changed) {
                    prop_assert!(error.is_damage());
                }
                // A context is as good as before.
                prop_assert!(unpacker.unpack(&whole).unwrap() == post);
            }
        }
    }

    #[test]
    fn posts_of_five_megabytes_come_back() {
        comes_back("船票改签须知。".repeat(250_000).as_bytes());
    }

    #[test]
    fn a_dictionary_saves_most_of_what_posts_have_in_common() {
        let dictionary = trained();
        assert!(dictionary.len() <= MAX_DICTIONARY);
        let size = |dictionary: Option<&[u8]>| {
            let packer = both(dictionary).0;
            notices(400).split_off(200).iter().map(|post| packer.pack(post).unwrap().len()).sum::<usize>()
        };
        assert!(3 * size(Some(&dictionary)) < 2 * size(None));
    }

    #[test]
    fn few_posts_make_no_dictionary() {
        assert!(train(&[]).is_none());
        assert!(train(&notices(20)).is_none());
        assert!(train(&[vec![7; MIN_SAMPLES]]).is_none(), "one post has nothing in common");
    }

    #[test]
    fn a_post_of_another_dictionary_is_an_error() {
        let (one, other) = (trained(), train(&notices(900).split_off(600)).unwrap());
        let packed = both(Some(&one)).0.pack("停航通告".as_bytes()).unwrap();
        for dictionary in [None, Some(other.as_slice())] {
            assert!(both(dictionary).1.unpack(&packed).unwrap_err().is_damage());
        }
    }

    #[test]
    fn a_length_that_cannot_be_is_not_allocated() {
        let (packer, unpacker) = both(None);
        let mut packed = packer.pack(&[7; 70_000]).unwrap();
        // The length stands in four bytes after the magic number and the descriptor.
        assert_eq!(packed[5..9], 70_000_u32.to_le_bytes());
        packed[5..9].fill(0xFF);
        assert!(unpacker.unpack(&packed).unwrap_err().to_string().contains("length"));
        assert!(unpacker.unpack(b"").is_err());
    }

    #[test]
    fn a_bounded_number_of_contexts_is_kept() {
        let pool = Pool::default();
        (0..2 * MAX_CONTEXTS).for_each(|context| pool.keep(context));
        let taken = std::iter::from_fn(|| pool.take(|| None).ok());
        assert_eq!(taken.count(), MAX_CONTEXTS);
        assert_eq!(pool.take(|| Some(7)).unwrap(), 7);
    }
}
