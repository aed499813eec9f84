//! Filters: conditions on a post that do not depend on the typed text.
//!
//! The engine applies a [`Filter`] to every hit. [`Filter::date`] reads the date filters. The module knows no index.

use std::fmt;

use jiff::{Timestamp, ToSpan as _, civil, tz::TimeZone};

/// A condition on a post. Names are compared after folding: `詐騙` equals `诈骗`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// The post has this tag.
    Tag(String),
    /// The post has this author.
    Author(String),
    /// The post has this category.
    Category(String),
    /// The date of the post is this moment or later. A post without a date does not pass.
    From(Timestamp),
    /// The date of the post is before this moment. A post without a date does not pass.
    Before(Timestamp),
}

/// The end of a span of time that a date marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateBound {
    /// The beginning: `from=2022-05` begins with the first moment of May.
    From,
    /// The end: `to=2022-05` ends with the last moment of May.
    To,
}

impl Filter {
    /// Makes the filter for one end of a span of time. `text` is a date (`2022`, `2022-05`, `2022-05-05`) or a full RFC
    /// 3339 time. Days are those of `zone`.
    ///
    /// # Errors
    /// When `text` has another form, or names a day that does not exist.
    pub fn date(bound: DateBound, text: &str, zone: &TimeZone) -> Result<Self, FilterError> {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(match bound {
                DateBound::From => Self::From(moment),
                DateBound::To => Self::Before(moment.saturating_add(1.nanosecond()).unwrap_or(moment)),
            });
        }
        let error = || FilterError::Date { text: text.to_owned() };
        let mut parts = text.split('-');
        let mut next = |digits: usize| match parts.next() {
            None => Ok(None),
            Some(part) if (1..=digits).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()) => {
                part.parse::<i16>().map(Some).map_err(|_| error())
            }
            Some(_) => Err(error()),
        };
        let (year, month, day) = (next(4)?.ok_or_else(error)?, next(2)?, next(2)?);
        if parts.next().is_some() || text.split('-').next().is_some_and(|year| year.len() != 4) {
            return Err(error());
        }
        let part = |number: Option<i16>| i8::try_from(number.unwrap_or(1)).map_err(|_| error());
        let first = civil::Date::new(year, part(month)?, part(day)?).map_err(|_| error())?;
        let wanted = match bound {
            DateBound::From => Ok(first),
            DateBound::To if day.is_some() => first.checked_add(1.day()),
            DateBound::To if month.is_some() => first.checked_add(1.month()),
            DateBound::To => first.checked_add(1.year()),
        };
        let moment = wanted.and_then(|date| date.to_zoned(zone.clone())).map_err(|_| error())?.timestamp();
        Ok(match bound {
            DateBound::From => Self::From(moment),
            DateBound::To => Self::Before(moment),
        })
    }
}

/// The reason why a filter could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterError {
    /// The text is not a date.
    Date {
        /// The text that was given.
        text: String,
    },
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date { text } => {
                let shown: String = text.chars().take(40).collect();
                write!(f, "`{shown}` is no date, expected one like `2022`, `2022-05` or `2022-05-05`")
            }
        }
    }
}

impl std::error::Error for FilterError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bound: DateBound, text: &str, expected: Option<&str>) {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let found = Filter::date(bound, text, &zone).ok().map(|filter| match filter {
            Filter::From(moment) | Filter::Before(moment) => moment.to_string(),
            _ => String::new(),
        });
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_span_of_dates_includes_both_ends() {
        check(DateBound::From, "2022-05-05", Some("2022-05-04T16:00:00Z"));
        check(DateBound::To, "2022-05-05", Some("2022-05-05T16:00:00Z"));
        check(DateBound::From, "2022-05", Some("2022-04-30T16:00:00Z"));
        check(DateBound::To, "2022-02", Some("2022-02-28T16:00:00Z"));
        check(DateBound::To, "2022", Some("2022-12-31T16:00:00Z"));
        check(DateBound::From, "2022-05-05T08:00:00+08:00", Some("2022-05-05T00:00:00Z"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["2022-13-01", "2022-02-30", "", "yesterday", "2022-", "22", "2022-05-05-1", "２０２２", "2022-+5"]
        {
            check(DateBound::From, text, None);
        }
    }
}
