//! Facts of written Chinese, each in one place: kinds of characters, characters that look alike, numerals, measure
//! words, function words, names, word formation and punctuation.
//!
//! Every module above may use these facts. Does not know segmentation libraries, posts or queries.

mod formation;
pub mod marks;
mod measures;
mod names;
pub mod numerals;
mod script;
mod shapes;
mod words;

pub use self::{
    formation::{has_form_of_word, is_word_alone},
    measures::{
        Counts, DEGREE, YUAN, counts, currency_after, currency_before, is_measure, is_share, measures_decimals, unit,
    },
    names::{is_kind_of_place, is_person, is_surname, place_at_start},
    script::{Class, is_currency, is_dot, is_han, is_ideograph},
    shapes::looking_like,
    words::{asks, is_light, is_particle, negates},
};
