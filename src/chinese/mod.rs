//! Facts of written Chinese, each in one place: kinds of characters, numerals, measure words, function words and marks.
//!
//! Knows no library of segmentation, no post and no query; every floor above may ask.

pub mod marks;
mod measures;
pub mod numerals;
mod script;
mod words;

pub use self::{
    measures::{Counts, counts},
    script::{Class, is_han, is_ideograph},
    words::{asks, is_light, is_particle},
};
