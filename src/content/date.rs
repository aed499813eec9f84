//! Reads dates as people write them.
//!
//! Reads the formats of Jekyll, Hexo and Hugo, Chinese dates, the dates of letters, and the dates in file names. A date
//! is a year, month and day in some order, perhaps with a time and a zone; a text with anything else is not a date.
//! Does not know where in a file a date is.

use jiff::{
    SignedDuration, civil,
    tz::{Offset, TimeZone},
};

use crate::{
    chinese::numerals::{self, counted_digit},
    post::Date,
};

/// Upper bound on the length of a date, in bytes.
const MAX_LENGTH: usize = 100;

/// Reads a date; a date without a zone is in `zone`. Returns `None` for a text that is not a date, and for a date that
/// does not exist (`2022-13-05`).
#[must_use]
pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<Date> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let text = in_digits(&normalized(text));
    let mut rest = Rest(text.trim());
    if let Some(date) = rest.unix_time() {
        return Some(date);
    }
    rest.weekday();
    let (date, early_time) = rest.date()?;
    rest.weekday();
    let time = match early_time {
        Some(time) => Some(time),
        None => rest.time()?,
    };
    let offset = rest.zone()?;
    rest.weekday();
    rest.blanks();
    // `Thu May 05 2022 08:30:00 GMT+0800 (China Standard Time)`
    if !(rest.0.is_empty() || rest.0.starts_with('(') && rest.0.ends_with(')')) {
        return None;
    }
    let written = date.to_datetime(civil::Time::midnight()).checked_add(time.unwrap_or_default()).ok()?;
    moment(written, offset.as_ref(), zone)
}

/// The rule by which a generator reads the clock of a date in front matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Clock<'a> {
    /// As written; a date without a zone is in the zone of the site.
    Written,
    /// By Jekyll, whose YAML parser takes a time with seconds for UTC if it has no zone and no quotes.
    Jekyll,
    /// By Hexo, whose YAML parser turns a time with seconds into UTC, and whose result is read as a clock of the site;
    /// any other text is read as a clock of the machine that builds the site, which is in this zone.
    Hexo(&'a TimeZone),
}

/// Reads a date by the rule of a generator; `quoted` tells whether it stands in quotes. A date without a zone is in
/// `zone`. Returns `None` where [`parse`] does.
#[must_use]
pub(super) fn parse_by(clock: Clock<'_>, text: &str, quoted: impl Fn() -> bool, zone: &TimeZone) -> Option<Date> {
    let read_again = |date: Date, builder: &TimeZone| moment(builder.to_datetime(date.timestamp()), None, zone);
    match clock {
        Clock::Written => parse(text, zone),
        Clock::Jekyll => {
            if yaml_timestamp(text).is_some_and(str::is_empty) && !quoted() {
                // The page shows the time of the site.
                let date = parse(text, &TimeZone::UTC)?;
                return Some(Date { offset: zone.to_offset(date.timestamp()).seconds(), ..date });
            }
            // Ruby knows CST of America only.
            match text.trim_end().strip_suffix(" CST") {
                Some(text) => parse(&format!("{text} -0600"), zone),
                None => parse(text, zone),
            }
        }
        Clock::Hexo(builder) => match yaml_timestamp(text) {
            Some(own) if is_js_zone(own) && !quoted() => read_again(parse(text, &TimeZone::UTC)?, &TimeZone::UTC),
            // JavaScript takes a bare ISO date for UTC.
            None if is_iso_date(text) && quoted() => read_again(parse(text, &TimeZone::UTC)?, builder),
            _ => read_again(parse(text, builder)?, builder),
        },
    }
}

/// Returns the zone after a time with seconds, if the text is one by YAML.
fn yaml_timestamp(text: &str) -> Option<&str> {
    let mut rest = Rest(text.trim());
    let digits = |rest: &mut Rest<'_>, most: usize, end: &str| {
        let (_, count) = rest.number()?;
        (count <= most && rest.eat(end)).then_some(())
    };
    digits(&mut rest, 4, "-")?;
    digits(&mut rest, 2, "-")?;
    let (_, 1 | 2) = rest.number()? else { return None };
    if rest.one_of("Tt").is_none() {
        let blank = rest.run(|c| c == ' ' || c == '\t');
        if blank.is_empty() {
            return None;
        }
    }
    digits(&mut rest, 2, ":")?;
    digits(&mut rest, 2, ":")?;
    let (_, 2) = rest.number()? else { return None };
    if rest.eat(".") {
        rest.run(|c| c.is_ascii_digit());
    }
    Some(rest.0.trim_start())
}

/// Returns whether a zone is one in the timestamps of YAML for JavaScript: empty, `Z`, `+8` or `+08:00`, but not `+0800`.
fn is_js_zone(zone: &str) -> bool {
    let Some(offset) = zone.strip_prefix(['+', '-']) else { return zone.is_empty() || zone == "Z" };
    let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "00"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    matches!(hours.len(), 1 | 2) && minutes.len() == 2 && digits(hours) && digits(minutes)
}

/// Returns whether a text is a date such as `2022-05-05`.
fn is_iso_date(text: &str) -> bool {
    let text = text.trim().as_bytes();
    text.len() == 10
        && text.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
}

/// Replaces the Chinese numerals before units of dates and times by digits: `二〇二二年十月五日两点一刻`.
fn in_digits(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if c == '十' || counted_digit(c).is_some() {
            run.push(c);
            continue;
        }
        let spelt = || run.chars().map(|c| Some(char::from(b'0' + counted_digit(c)?))).collect();
        let counted = numerals::small(&run).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number.to_string());
        let number: Option<String> =
            if "年月日号號时時点點分秒刻".contains(c) { counted.or_else(spelt) } else { None };
        written.push_str(number.as_deref().unwrap_or(&run));
        run.clear();
        written.push(c);
    }
    written.push_str(&run);
    written
}

/// Reads the date in the file name of a post: `2022-05-05-title.md`, `20220505 标题.md`, `2022-05-05-title/index.md`,
/// `2022/05/05/title.md` or `2022/05-05-title.md`. The time is midnight in `zone`.
#[must_use]
pub(super) fn of_file_name(path: &str, zone: &TimeZone) -> Option<Date> {
    let mut parts = path.rsplit('/');
    let name = parts.next()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let parents: Vec<&str> = parts.take(3).collect();
    let parent = |up: usize| parents.get(up).copied().unwrap_or_default();
    let date =
        leading_date(stem)
            .or_else(|| {
                if matches!(stem, "index" | "_index" | "README" | "readme") { leading_date(parent(0)) } else { None }
            })
            .or_else(|| leading_date(&format!("{}-{stem}", parent(0))))
            .or_else(|| leading_date(&format!("{}-{}-{stem}", parent(1), parent(0))))
            .or_else(|| leading_date(&format!("{}-{}-{}", parent(2), parent(1), parent(0))))?;
    moment(date.to_datetime(civil::Time::midnight()), None, zone)
}

/// Reads the date such as `2022-05-05` at the start of a name, at midnight in `zone`. Returns it and the rest of the
/// name, without the marks and blanks around the rest.
pub(super) fn before_name<'a>(name: &'a str, zone: &TimeZone) -> Option<(Date, &'a str)> {
    let (date, rest) = name.split_at_checked(10).filter(|(date, _)| is_iso_date(date))?;
    let date = moment(leading_date(date)?.to_datetime(civil::Time::midnight()), None, zone)?;
    Some((date, rest.trim_matches([' ', '-', '_'])))
}

/// Reads a year, month and day at the start of a name; no digit may follow.
fn leading_date(name: &str) -> Option<civil::Date> {
    let mut rest = Rest(name);
    let (year, digits) = rest.number()?;
    let (year, month, day) = match digits {
        8 => (year / 10_000, year / 100 % 100, year % 100),
        4 => {
            let separator = rest.one_of("-_. 年")?;
            let (month, month_digits) = rest.number()?;
            rest.one_of(if separator == '年' { "月" } else { "-_. " })?;
            let (day, day_digits) = rest.number()?;
            if month_digits > 2 || day_digits > 2 {
                return None;
            }
            (year, month, day)
        }
        _ => return None,
    };
    // Eight digits are as often a serial number. With separators, even 2999-12-31 is a date, with the meaning "never".
    let latest = if digits == 8 { 2199 } else { 9_998 };
    if !(1970..=latest).contains(&year) {
        return None;
    }
    calendar(year, month, day)
}

fn calendar(year: u64, month: u64, day: u64) -> Option<civil::Date> {
    // Earlier years are typing errors, or the zero date of a program.
    if !(1_000..=9_998).contains(&year) {
        return None;
    }
    civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn moment(written: civil::DateTime, own: Option<&TimeZone>, site: &TimeZone) -> Option<Date> {
    let zoned = own.unwrap_or(site).to_zoned(written).ok()?;
    Some(Date { seconds: zoned.timestamp().as_second(), offset: zoned.offset().seconds() })
}

/// Converts full-width characters to ASCII and drops quotes around the whole text.
fn normalized(text: &str) -> String {
    let ascii: String = text
        .chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            c if c.is_whitespace() => ' ',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        })
        .collect();
    let trimmed = ascii.trim();
    ['"', '\''].iter().find_map(|&q| trimmed.strip_prefix(q)?.strip_suffix(q)).unwrap_or(trimmed).to_owned()
}

/// The text not yet read.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Reads with `read`; if the result is `None`, nothing counts as read.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = read(&mut ahead)?;
        *self = ahead;
        Some(found)
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches(' ');
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.0.strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn one_of(&mut self, allowed: &str) -> Option<char> {
        let c = self.0.chars().next().filter(|&c| allowed.contains(c))?;
        self.0 = self.0.strip_prefix(c)?;
        Some(c)
    }

    /// Reads the longest prefix of characters with the property `is`.
    fn run(&mut self, is: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !is(c)).unwrap_or(self.0.len());
        let (run, rest) = self.0.split_at(end);
        self.0 = rest;
        run
    }

    /// Reads a number. Returns its value and its number of digits.
    fn number(&mut self) -> Option<(u64, usize)> {
        self.attempt(|rest| {
            let digits = rest.run(|c| c.is_ascii_digit());
            Some((digits.parse().ok()?, digits.len()))
        })
    }

    fn word(&mut self) -> &'a str {
        self.run(|c| c.is_ascii_alphabetic())
    }

    /// Reads ten or thirteen digits, if nothing else is left: seconds or milliseconds since 1970.
    fn unix_time(self) -> Option<Date> {
        let seconds = match self.0.len() {
            10 => self.0.parse::<i64>().ok()?,
            13 => self.0.parse::<i64>().ok()? / 1_000,
            _ => return None,
        };
        self.0.bytes().all(|b| b.is_ascii_digit()).then_some(Date { seconds, offset: 0 })
    }

    /// Skips the day of the week, in Chinese or English, and a comma after it.
    fn weekday(&mut self) {
        const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        self.attempt(|rest| {
            rest.blanks();
            let bracketed = rest.eat("(");
            let chinese = ["星期", "周", "礼拜", "週", "禮拜"].iter().any(|start| rest.eat(start))
                && rest.one_of("一二三四五六日天").is_some();
            if !chinese {
                let word = rest.word().to_ascii_lowercase();
                if word.len() < 3 || !DAYS.iter().any(|day| day.starts_with(&word)) {
                    return None;
                }
                rest.eat(".");
            }
            if bracketed && !rest.eat(")") {
                return None;
            }
            rest.eat(",");
            rest.blanks();
            Some(())
        });
    }

    /// Skips the ending of an English ordinal.
    fn ordinal_ending(&mut self) {
        ["st", "nd", "rd", "th"].iter().any(|ending| self.eat(ending));
    }

    fn month_name(&mut self) -> Option<u64> {
        const MONTHS: &str = "january february march april may june july august september october november december";
        let word = self.word().to_ascii_lowercase();
        if word.len() < 3 {
            return None;
        }
        let is_short_for = |name: &str| name.starts_with(&word) || word == "sept" && name == "september";
        let (month, _) = (1..).zip(MONTHS.split(' ')).find(|&(_, name)| is_short_for(name))?;
        self.eat(".");
        Some(month)
    }

    /// Reads the date, and the time if it comes before the year (`May 5 08:30:00 2022`).
    fn date(&mut self) -> Option<(civil::Date, Option<SignedDuration>)> {
        if self.0.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.month_first();
        }
        let (first, digits) = self.number()?;
        let date = match digits {
            8 => calendar(first / 10_000, first / 100 % 100, first % 100),
            14 => {
                let date = calendar(first / 10_000_000_000, first / 100_000_000 % 100, first / 1_000_000 % 100)?;
                return Some((date, Some(clock(first / 10_000 % 100, first / 100 % 100, first % 100)?)));
            }
            4 => self.after_year(first),
            1 | 2 => self.after_short(first),
            _ => None,
        };
        Some((date?, None))
    }

    /// `2022-05-05`, `2022/5/5`, `2022.05.05`, `2022年5月5日`, `2022-May-05`, `2022-05`, `2022年5月`.
    fn after_year(&mut self, year: u64) -> Option<civil::Date> {
        self.blanks();
        let separator = self.one_of("-/._年").unwrap_or(' ');
        self.blanks();
        let month = match self.number() {
            Some((month, 1 | 2)) => month,
            Some(_) => return None,
            None => self.month_name()?,
        };
        let mut ahead = *self;
        ahead.blanks();
        let joined = ahead.one_of(if separator == '年' { "月" } else { "-/._" });
        if joined.is_none() && separator != ' ' {
            // A month without a day means its first day; `2022 5` is not a date.
            return if separator == '年' { None } else { calendar(year, month, 1) };
        }
        ahead.blanks();
        let Some((day, 1 | 2)) = ahead.number() else {
            *self = ahead;
            return (joined == Some('月')).then(|| calendar(year, month, 1)).flatten();
        };
        *self = ahead;
        if separator == '年' {
            self.attempt(|rest| {
                rest.blanks();
                rest.one_of("日号號")
            });
        }
        calendar(year, month, day)
    }

    /// `05/18/2020`, `18.05.2020`, `5 May 2022`, `05-May-2022`.
    fn after_short(&mut self, first: u64) -> Option<civil::Date> {
        self.ordinal_ending();
        self.blanks();
        let separator = self.one_of("/-.");
        self.blanks();
        if self.0.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let month = self.month_name()?;
            self.run(|c| matches!(c, ' ' | ',' | '-' | '/'));
            let (year, 4) = self.number()? else { return None };
            return calendar(year, month, first);
        }
        let (second, 1 | 2) = self.number()? else { return None };
        if self.one_of("/-.") != Some(separator?) {
            return None;
        }
        let (year, 4) = self.number()? else { return None };
        // The American order, unless only the other order gives a date; with dots, the European order.
        let day_first = separator == Some('.') || first > 12;
        if day_first { calendar(year, second, first) } else { calendar(year, first, second) }
    }

    /// `May 5, 2022`, `May 5th 2022`, `May 5 08:30:00 CST 2022`.
    fn month_first(&mut self) -> Option<(civil::Date, Option<SignedDuration>)> {
        let month = self.month_name()?;
        self.run(|c| matches!(c, ' ' | '-'));
        let (day, 1 | 2) = self.number()? else { return None };
        self.ordinal_ending();
        self.run(|c| matches!(c, ' ' | ',' | '-'));
        if let Some((year, _)) = self.attempt(|rest| rest.number().filter(|&(_, digits)| digits == 4)) {
            self.eat(",");
            return Some((calendar(year, month, day)?, None));
        }
        let time = self.time()??;
        // The zone may come before the year; it is put back for the caller to read.
        let before_year = self.0.trim_start_matches(' ');
        if let Some((zone, year)) = before_year.split_once(' ')
            && let Ok(year) = year.parse()
        {
            self.0 = zone;
            return Some((calendar(year, month, day)?, Some(time)));
        }
        self.blanks();
        let (year, 4) = self.number()? else { return None };
        Some((calendar(year, month, day)?, Some(time)))
    }

    /// Reads the time since midnight, if one follows. The outer `None` means an invalid time, the inner `None` no time.
    fn time(&mut self) -> Option<Option<SignedDuration>> {
        let mut ahead = *self;
        ahead.run(|c| matches!(c, ' ' | ','));
        if ahead.0.starts_with(['T', 't', '-', '_'])
            && ahead.0.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
            && (ahead.0.starts_with(['T', 't']) || ahead.0.contains(':'))
        {
            ahead.0 = ahead.0.trim_start_matches(['T', 't', '-', '_']);
        }
        let part =
            DAY_PARTS.iter().find(|(_, words)| words.split(' ').any(|word| ahead.eat(word))).map(|&(start, _)| start);
        ahead.blanks();
        let Some((first, digits)) = ahead.number() else { return Some(None) };
        let (mut hour, mut minute, mut second) = match digits {
            6 => (first / 10_000, first / 100 % 100, first % 100),
            4 => (first / 100, first % 100, 0),
            _ => (first, 0, 0),
        };
        if digits <= 2 {
            ahead.blanks();
            let mark = ahead.one_of(":时点時點");
            ahead.blanks();
            match ahead.number() {
                Some((quarters @ 1..=3, 1)) if mark.is_some_and(|mark| mark != ':') && ahead.eat("刻") => {
                    minute = 15 * quarters;
                }
                Some((number, 1 | 2)) if mark.is_some() => minute = number,
                None if mark.is_some_and(|mark| mark != ':') => {
                    minute = if ahead.one_of("半整正钟鐘") == Some('半') { 30 } else { 0 };
                }
                _ => return None,
            }
            let seconds = ahead.attempt(|rest| {
                rest.one_of(":分")?;
                rest.number().filter(|&(_, digits)| digits <= 2)
            });
            second = seconds.map_or(second, |(number, _)| number);
            ahead.one_of("分秒");
        } else if digits != 4 && digits != 6 {
            return None;
        }
        // Fractions of a second are skipped.
        ahead.attempt(|rest| {
            rest.one_of(".,")?;
            rest.number()
        });
        let half = ahead.attempt(|rest| {
            rest.blanks();
            match rest.word().to_ascii_lowercase().as_str() {
                "am" => Some(0),
                "pm" => Some(12),
                _ => None,
            }
        });
        let mut days = 0;
        if let Some(start) = half.or(part).filter(|_| hour <= 12) {
            let spoken = hour;
            hour = start + (24 + spoken - start) % 12;
            if hour >= 24 {
                // Twelve o'clock at night ends the day; a time after midnight has the date of the new day.
                days = i64::from(hour == 24 && spoken == 12);
                hour -= 24;
            }
        }
        *self = ahead;
        Some(Some(clock(hour, minute, second)? + SignedDuration::from_hours(24 * days)))
    }

    /// Reads the zone, if one follows. The outer `None` means an invalid zone, the inner `None` no zone.
    fn zone(&mut self) -> Option<Option<TimeZone>> {
        self.blanks();
        if self.eat("北京时间") || self.eat("北京時間") {
            return Some(Some(hours_east(8)));
        }
        let bracketed = self.eat("[");
        let mut ahead = *self;
        let name = ahead.run(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '+' | '-' | ':'));
        let mut zone = match name {
            "" => return Some(None),
            name if name.contains('/') => TimeZone::get(name).ok()?,
            name => Rest(name).offset()?,
        };
        if bracketed && !ahead.eat("]") {
            return None;
        }
        // `2022-05-05T08:30:00+08:00[Asia/Shanghai]`, `2022-05-05 08:30:00 +0800 CST`
        ahead.blanks();
        if ahead.eat("[") {
            let named = ahead.run(|c| c != ']');
            zone = if ahead.eat("]") && TimeZone::get(named).is_ok() { zone } else { return None };
        } else if name.starts_with(['+', '-']) && ahead.0.starts_with(|c: char| c.is_ascii_uppercase()) {
            ahead.attempt(|rest| Rest(rest.word()).offset());
        }
        *self = ahead;
        Some(Some(zone))
    }

    /// Reads the whole text as an offset: `Z`, `UTC+8`, `GMT+0800`, `+08:00`, `-5`, `CST`.
    fn offset(mut self) -> Option<TimeZone> {
        let word = self.word().to_ascii_uppercase();
        let hours = ZONES.iter().find(|(_, names)| names.split(' ').any(|name| name == word)).map(|&(hours, _)| hours);
        if self.0.is_empty() {
            return Some(hours_east(hours?));
        }
        if hours.unwrap_or(0) != 0 || (hours.is_none() && !word.is_empty()) {
            return None;
        }
        let sign = if self.one_of("+-")? == '-' { -1 } else { 1 };
        let (number, digits) = self.number()?;
        let (hours, minutes) = match digits {
            1 | 2 if self.eat(":") => match self.number()? {
                (minutes, 2) => (number, minutes),
                _ => return None,
            },
            1 | 2 => (number, 0),
            3 | 4 => (number / 100, number % 100),
            _ => return None,
        };
        if !self.0.is_empty() || hours > 18 || minutes > 59 {
            return None;
        }
        let seconds = i32::try_from(hours * 3_600 + minutes * 60).ok()?;
        Offset::from_seconds(sign * seconds).ok().map(TimeZone::fixed)
    }
}

/// Parts of the day in Chinese, with the hour at which the twelve hours of each begin. One o'clock at noon is 13:00,
/// since the hours of noon begin at nine in the morning; one o'clock at night is 01:00.
const DAY_PARTS: [(u64, &str); 5] = [
    (0, "凌晨 清晨 早晨 早上 上午"),
    (9, "中午 正午"),
    (12, "下午 午后 午後 傍晚"),
    (17, "晚上 晚间 晚間"),
    (18, "夜间 夜間 夜里 夜裡 夜裏 深夜 半夜 午夜"),
];

/// Names of zones in dates, with their hours east of UTC. `CST` means China Standard Time.
const ZONES: [(i32, &str); 10] = [
    (0, "Z UTC GMT"),
    (1, "CET BST"),
    (2, "CEST"),
    (8, "CST HKT SGT"),
    (9, "JST KST"),
    (-4, "EDT"),
    (-5, "EST CDT"),
    (-6, "MDT"),
    (-7, "MST PDT"),
    (-8, "PST"),
];

fn hours_east(hours: i32) -> TimeZone {
    Offset::from_seconds(hours * 3_600).map_or(TimeZone::UTC, TimeZone::fixed)
}

/// Returns the time since midnight.
fn clock(hour: u64, minute: u64, second: u64) -> Option<SignedDuration> {
    // A leap second counts as the last second of its minute.
    let second = if second == 60 { 59 } else { second };
    let time = civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0);
    Some(time.ok()?.duration_since(civil::Time::midnight()))
}

#[cfg(test)]
mod tests;
