//! What a word of typed text says about its neighbours and about the question: whether they belong together, whether it
//! says anything by itself.

use std::ops::Range;

use crate::text::{Class, Folded, Token};

/// A word or run of the typed text.
pub(super) struct Cut {
    pub range: Range<usize>,
    pub class: Class,
    pub characters: usize,
}

impl Cut {
    pub(super) fn of(token: &Token<'_>) -> Self {
        let class = token.term.chars().next().map_or(Class::Other, Class::of);
        Self { range: token.range.clone(), class, characters: token.term.chars().count() }
    }

    /// Says whether the two are one need: numbers with their units, names and versions with their
    /// signs, characters that the dictionary leaves single.
    pub(super) fn holds_on_to(&self, next: &Self, after: Option<&Self>, folded: &Folded) -> bool {
        let between = folded.as_str().get(self.range.end..next.range.start).unwrap_or(" ");
        let western = |cut: &Self| matches!(cut.class, Class::Letter | Class::Digit);
        match between {
            "" => match (self.class, next.class) {
                (Class::Digit, Class::Han) => next.characters <= 2,
                (Class::Han, Class::Digit) => (self.characters == 1 || after.is_none()) && !self.is_particle(folded),
                (Class::Han, Class::Han) => {
                    self.characters == 1
                        && next.characters == 1
                        && !self.is_particle(folded)
                        && !next.is_particle(folded)
                }
                (Class::Letter, Class::Han) => self.characters == 1 && next.characters == 1,
                (Class::Han, Class::Letter) => false,
                _ => western(self) && western(next),
            },
            "." | "-" | "_" | "@" | "/" | ":" | "," | "://" | "'" | "&" | "#" => western(self) && western(next),
            _ => false,
        }
    }

    /// Says whether it is one character that says nothing by itself inside a sentence.
    pub(super) fn is_particle(&self, folded: &Folded) -> bool {
        const PARTICLES: &str = "的了在是我你他她它您们被把和与及或对从到给向让就都也还又很最吗呢吧啊呀么着过得地之其这那有个为以于而则但并等所者会能要可不没去来上下里中";
        let mut chars = folded.as_str().get(self.range.clone()).unwrap_or_default().chars();
        chars.next().is_some_and(|c| PARTICLES.contains(c)) && chars.next().is_none()
    }
}

/// Says whether a word (folded) says little by itself in a question: question words, particles, polite phrases.
#[must_use]
pub fn is_light(word: &str) -> bool {
    const LIGHT: &[&str] = &[
        "的",
        "了",
        "吗",
        "呢",
        "吧",
        "啊",
        "呀",
        "么",
        "什么",
        "甚么",
        "怎么",
        "怎样",
        "怎么样",
        "怎么办",
        "如何",
        "为什么",
        "为何",
        "哪",
        "哪个",
        "哪些",
        "哪里",
        "哪儿",
        "哪一",
        "哪种",
        "谁",
        "几",
        "多少",
        "是否",
        "是不是",
        "有没有",
        "能否",
        "能不能",
        "可以",
        "可不可以",
        "请问",
        "请",
        "想问",
        "咨询",
        "求助",
        "谢谢",
        "一下",
        "多久",
        "多长时间",
        "何时",
        "什么时候",
        "何",
        "我",
        "你",
        "您",
        "他",
        "她",
        "它",
        "我们",
        "你们",
        "他们",
        "她们",
        "这",
        "那",
        "这个",
        "那个",
        "这样",
        "那样",
        "是",
        "在",
        "有",
        "和",
        "与",
        "及",
        "或",
        "被",
        "把",
        "对",
        "从",
        "到",
        "给",
        "让",
        "就",
        "都",
        "也",
        "还",
        "又",
        "很",
        "于",
        "以",
        "之",
        "其",
        "为",
        "因",
        "所",
        "而",
        "则",
        "但",
        "但是",
        "如果",
        "因为",
        "所以",
        "一个",
        "没有",
        "不",
        "哪一个",
        "哪一年",
        "哪年",
        "何者",
        "之一",
        "以及",
        "并",
        "等",
        "着",
        "过",
        "得",
        "地",
        "个",
        "啥",
        "咋",
        "咋办",
        "嘛",
    ];
    LIGHT.contains(&word)
}

/// Says whether a word (folded) makes a text a question.
pub(super) fn asks(word: &str) -> bool {
    const ASKING: &[&str] = &[
        "吗",
        "呢",
        "什么",
        "甚么",
        "怎么",
        "怎样",
        "怎么样",
        "怎么办",
        "如何",
        "为什么",
        "为何",
        "哪",
        "哪个",
        "哪些",
        "哪里",
        "哪儿",
        "哪一",
        "哪种",
        "谁",
        "多少",
        "是否",
        "是不是",
        "有没有",
        "能否",
        "能不能",
        "可不可以",
        "请问",
        "多久",
        "多长时间",
        "何时",
        "什么时候",
        "何者",
        "哪一个",
        "哪一年",
        "哪年",
        "几个",
        "几年",
        "几月",
        "几日",
        "几次",
        "几",
    ];
    ASKING.contains(&word)
}
