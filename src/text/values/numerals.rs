//! Numbers in Chinese numerals: `五万八千`, `二十余万`, `壹拾贰万叁仟`, `三点五万`, `百分之十`, `二〇二二`.

use super::{Amount, Cursor, Kind, Reading, cursor::is_han, figures};

/// A longer stretch of numerals is no number.
const LONGEST: usize = 48;

/// More digits than this are a telephone number or an account.
const MOST_DIGITS: usize = 10;

/// What makes `三点五` no time of the day.
const MEASURES: &str = "元块倍米公厘平吨斤折角美港";

/// Numerals that do not follow a banker's numeral.
const PLAIN: &str = "一二三四五六七八九两十百千";

/// What a numeral stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Digit(u8),
    /// `两`, which is two of something larger.
    Both,
    /// Ten to the power of so much.
    Unit(u32),
}

impl Sign {
    fn of(c: char) -> Option<Self> {
        Some(match c {
            '〇' | '零' => Self::Digit(0),
            '一' | '壹' => Self::Digit(1),
            '二' | '贰' => Self::Digit(2),
            '三' | '叁' => Self::Digit(3),
            '四' | '肆' => Self::Digit(4),
            '五' | '伍' => Self::Digit(5),
            '六' | '陆' => Self::Digit(6),
            '七' | '柒' => Self::Digit(7),
            '八' | '捌' => Self::Digit(8),
            '九' | '玖' => Self::Digit(9),
            '两' => Self::Both,
            '十' | '拾' => Self::Unit(1),
            '百' | '佰' => Self::Unit(2),
            '千' | '仟' => Self::Unit(3),
            '万' => Self::Unit(4),
            '亿' => Self::Unit(8),
            _ => return None,
        })
    }
}

/// Says whether a stretch of numerals may begin with a character.
pub(super) fn may_begin(c: char) -> bool {
    match c {
        '0'..='9' => true,
        '\0'..'〇' | '\u{a000}'.. => false,
        c => Sign::of(c).is_some(),
    }
}

/// Gives the digit that a numeral of `〇` to `九` stands for, banker's numerals among them.
pub(super) fn digit(c: char) -> Option<u8> {
    match Sign::of(c) {
        Some(Sign::Digit(digit)) => Some(digit),
        _ => None,
    }
}

/// Says whether the numeral here says nothing by itself and nothing follows that it could begin a value with.
pub(super) fn is_alone(at: Cursor<'_>) -> bool {
    let next = at.step().peek();
    // `大陆十大`, `队伍三千人`: banker's numerals that are words stand among their like.
    let word = at.peek().is_some_and(|c| matches!(c, '陆' | '伍')) && next.is_some_and(|c| PLAIN.contains(c));
    word || !next.is_some_and(|c| {
        matches!(c, '点' | '月' | '年' | '分' | '%' | '余' | '多' | '来' | '几' | '○' | 'o' | '0')
            || Sign::of(c).is_some()
    })
}

/// Gives the number from one to ten that a numeral is which stands alone.
pub(super) fn lone(at: Cursor<'_>) -> Option<Amount> {
    let number = match Sign::of(at.peek()?).filter(|_| is_alone(at))? {
        Sign::Digit(digit) if digit > 0 => digit,
        Sign::Unit(1) => 10,
        _ => return None,
    };
    Amount::new(u128::from(number), 0)
}

/// Reads the number that begins at a numeral.
pub(super) fn read(at: Cursor<'_>) -> Reading<'_> {
    let mut percent = at;
    if percent.eat("百分之") {
        return match share(percent) {
            Some((amount, end)) => Reading::written(Kind::Percent(amount), end),
            None => Reading::nothing(percent),
        };
    }
    let run = Run::read(at);
    if let Some(end) = after_fraction(run.end) {
        return Reading::nothing(end);
    }
    let nothing = Reading::nothing(run.end);
    let uncertain = at.passed().ends_with(['几', '数']) && run.signs().first() == Some(&Sign::Unit(1));
    let Some(whole) = run.amount().filter(|_| !uncertain) else { return nothing };
    if let Some((amount, end)) = with_decimals(whole, run) {
        return Reading::written(Kind::Number(amount), end);
    }
    let mut end = run.end;
    if end.eat("%") {
        return Reading::written(Kind::Percent(whole), end);
    }
    if run.count == 1 && run.signs().first() != Some(&Sign::Unit(1)) {
        return nothing;
    }
    let about = after_about(run.end);
    if about.at > run.end.at
        && let Some((unit, end)) = units(about)
        && let Some(amount) = whole.scaled(unit)
    {
        return Reading::written(Kind::Number(amount), end);
    }
    if run.count == 1 {
        return nothing;
    }
    Reading::written(Kind::Number(whole), run.end)
}

/// Reads the smaller part of a number that began in digits: `3万五千`.
pub(super) fn part(at: Cursor<'_>) -> Option<(u64, Cursor<'_>)> {
    let run = Run::read(at);
    let units = run.signs().iter().any(|sign| matches!(sign, Sign::Unit(_)));
    let first = run.signs().first().is_some_and(|sign| !matches!(sign, Sign::Unit(_)));
    Some((run.amount().filter(|_| units && first)?.whole()?, run.end))
}

/// Reads a unit of one or more numerals, and gives its power of ten: `万`, `百万`, `万亿`.
pub(super) fn units(at: Cursor<'_>) -> Option<(u32, Cursor<'_>)> {
    let (mut power, mut least, mut end) = (0, 0, at);
    while let Some(Sign::Unit(unit)) = end.peek().and_then(Sign::of)
        && unit > least
    {
        (power, least, end) = (power + unit, unit.max(3), end.step());
    }
    (power > 0).then_some((power, end))
}

/// Gives the place behind a word that makes a number less exact, before its unit: `20余万`.
pub(super) fn after_about(at: Cursor<'_>) -> Cursor<'_> {
    let mut after = at;
    after.eat_one(&['余', '多', '来', '几']);
    after
}

/// Gives the place behind a fraction whose lower number ends here: `三分之一`. None when there is no fraction.
pub(super) fn after_fraction(at: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut after = at;
    after.eat("分之").then(|| match after.is_digit() {
        true => figures::amount(after).map_or(after, |(_, end)| end),
        false => Run::read(after).end,
    })
}

/// Reads what stands behind `百分之`.
fn share(at: Cursor<'_>) -> Option<(Amount, Cursor<'_>)> {
    if at.is_digit() {
        return figures::amount(at);
    }
    let run = Run::read(at);
    if run.signs() == [Sign::Unit(2)] {
        return Some((Amount::new(100, 0)?, run.end));
    }
    let whole = run.amount()?;
    Some(decimals(whole, run.end).map_or((whole, run.end), |(amount, _, end)| (amount, end)))
}

/// Reads `三点五万`, and `三点五` where it is no time of the day.
fn with_decimals<'a>(whole: Amount, run: Run<'a>) -> Option<(Amount, Cursor<'a>)> {
    let (amount, digits, end) = decimals(whole, run.end)?;
    if let Some((unit, end)) = units(end) {
        // `三点五十分`
        return amount.scaled(unit).filter(|_| unit > 1).map(|amount| (amount, end));
    }
    let certain =
        digits > 1 || run.signs() == [Sign::Digit(0)] || end.peek().is_none_or(|c| !is_han(c) || MEASURES.contains(c));
    certain.then_some((amount, end))
}

/// Reads the digits behind `点`, and tells how many they are.
fn decimals(whole: Amount, at: Cursor<'_>) -> Option<(Amount, u32, Cursor<'_>)> {
    let mut end = at;
    end.eat("点").then_some(())?;
    let (mut units, mut digits) = (u128::from(whole.whole()?), 0);
    while let Some(next) = end.peek().and_then(digit) {
        (units, digits, end) = (units.checked_mul(10)?.checked_add(u128::from(next))?, digits + 1, end.step());
    }
    Some((Amount::new(units, digits).filter(|_| digits > 0)?, digits, end))
}

/// Numerals that follow each other.
#[derive(Clone, Copy)]
struct Run<'a> {
    signs: [Sign; LONGEST],
    /// How many there are; zero if they are too many for a number.
    count: usize,
    end: Cursor<'a>,
}

impl<'a> Run<'a> {
    /// Reads all numerals that stand here, but not a last one that counts something else.
    fn read(at: Cursor<'a>) -> Self {
        let mut run = Self { signs: [Sign::Both; LONGEST], count: 0, end: at };
        let (mut length, mut last) = (0, at);
        while let Some(sign) = run.end.peek().and_then(Sign::of) {
            if let Some(slot) = run.signs.get_mut(length) {
                *slot = sign;
            }
            (length, last, run.end) = (length + 1, run.end, run.end.step());
        }
        if length > LONGEST {
            return run;
        }
        run.count = length;
        let counts_itself = match run.signs() {
            // `五百两`
            [.., _, Sign::Both] => true,
            [.., Sign::Unit(2..), Sign::Digit(digit @ 1..)] => !figures::is_rest(*digit, run.end),
            _ => false,
        };
        if counts_itself {
            (run.count, run.end) = (length - 1, last);
        }
        run
    }

    fn signs(&self) -> &[Sign] {
        self.signs.get(..self.count).unwrap_or_default()
    }

    /// Gives what they say; none if that is not one number.
    fn amount(&self) -> Option<Amount> {
        let signs = self.signs();
        let number = if signs.iter().any(|sign| matches!(sign, Sign::Unit(_))) { counted(signs) } else { spelt(signs) };
        Amount::new(number?, 0)
    }
}

/// Gives the number whose digits are `signs`. Two are as often one *or* the other.
fn spelt(signs: &[Sign]) -> Option<u128> {
    if signs == [Sign::Both] {
        return Some(2);
    }
    let one_number = signs.len() == 1 || signs.len() > 2 && signs.first() != Some(&Sign::Digit(0));
    let mut number = Some(0).filter(|_| one_number && signs.len() <= MOST_DIGITS);
    for sign in signs {
        let Sign::Digit(digit) = *sign else { return None };
        number = number.map(|number| number * 10 + u128::from(digit));
    }
    number
}

/// Gives the number that digits and units make.
fn counted(signs: &[Sign]) -> Option<u128> {
    // What is complete up to the last 亿, up to the last 万, and since.
    let (mut billions, mut myriads, mut rest) = (0_u128, 0_u128, 0_u128);
    let mut digit: Option<u128> = None;
    // The unit before, and whether zeros stand since.
    let (mut unit, mut zero) = (9, false);
    let mut first = true;
    for sign in signs {
        match *sign {
            Sign::Digit(0) if first || digit.is_some() || zero => return None,
            Sign::Digit(0) => zero = true,
            Sign::Digit(_) | Sign::Both if digit.is_some() => return None,
            Sign::Digit(next) => digit = Some(next.into()),
            Sign::Both => digit = Some(2),
            Sign::Unit(own @ 1..=3) => {
                // 十五, 一百十五
                let implied = (own == 1 && (first || matches!(unit, 2 | 3))).then_some(1);
                if own >= unit && unit < 4 {
                    return None;
                }
                rest += digit.take().or(implied)? * 10_u128.pow(own);
                (unit, zero) = (own, false);
            }
            Sign::Unit(4) => {
                rest += digit.take().unwrap_or(0);
                if rest == 0 || myriads > 0 {
                    return None;
                }
                (myriads, rest, unit, zero) = (rest * 10_000, 0, 4, false);
            }
            Sign::Unit(_) => {
                let below = myriads + rest + digit.take().unwrap_or(0);
                if below == 0 || billions > 0 {
                    return None;
                }
                (billions, myriads, rest, unit, zero) = (below * 100_000_000, 0, 0, 8, false);
            }
        }
        first = false;
    }
    let last = match digit {
        // 五万八
        Some(digit) if !zero && unit >= 2 => digit * 10_u128.pow(unit - 1),
        Some(digit) => digit,
        None if zero => return None,
        None => 0,
    };
    Some(billions + myriads + rest + last)
}
