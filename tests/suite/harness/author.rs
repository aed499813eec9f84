//! An author who writes, edits, renames and deletes posts as chance has it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::dice::Dice;

const KINDS: [&str; 8] =
    ["冒充客服", "刷单返利", "杀猪盘", "冒充公检法", "裸聊敲诈", "虚假投资", "贷款诈骗", "游戏交易"];
const TAGS: [&str; 7] = ["刷单", "退款", "老年人", "槐树街", "跑分", "荐股群", "网课"];
const PEOPLE: [&str; 6] = ["阿萍", "老周", "小禾", "林老师", "马师傅", "陈阿姨"];
const PLOTS: [&str; 8] = [
    "接到自称快递客服的电话，说包裹遗失，要三倍理赔",
    "在群里看见刷单的广告，前三单都返了本金",
    "被要求把钱转到安全账户，接受清查",
    "下载了对方发来的软件，共享了屏幕",
    "加了一个荐股群，老师说这支股票三天翻番",
    "卖掉游戏账号，买家说钱被平台冻结",
    "申请贷款，被告知卡号填错，要先交解冻费",
    "网上认识的朋友说有内部消息，带着他充值虚拟币",
];
const ENDS: [&str; 4] =
    ["发现被骗后报了警。", "再打过去，已经是空号。", "民警及时赶到，拦下了转账。", "钱没有追回来。"];

/// Writes in one folder.
pub(crate) struct Author {
    folder: PathBuf,
    /// The most posts there are at once.
    most: usize,
    /// How many texts it has written.
    written: usize,
}

impl Author {
    /// One who begins with half of so many posts.
    pub(crate) fn new(folder: PathBuf, most: usize, dice: &mut Dice) -> Self {
        let mut author = Self { folder, most, written: 0 };
        for _ in 0..most / 2 {
            author.create(dice);
        }
        author
    }

    /// Does one thing; gives the paths that are other than before.
    pub(crate) fn act(&mut self, dice: &mut Dice) -> Vec<String> {
        let posts = self.posts();
        if posts.len() < 3 {
            return vec![self.create(dice)];
        }
        let at = dice.below(posts.len());
        let path = posts[at].clone();
        match dice.below(100) {
            0..20 if posts.len() < self.most => vec![self.create(dice)],
            0..60 => {
                let text = self.text(dice);
                fs::write(self.folder.join(&path), text).unwrap();
                vec![path]
            }
            // As editors save: beside, then over it.
            60..75 => {
                let text = self.text(dice);
                let beside = self.folder.join(format!("{path}.tmp"));
                fs::write(&beside, text).unwrap();
                fs::rename(beside, self.folder.join(&path)).unwrap();
                vec![path]
            }
            75..85 => {
                let to = self.fresh(dice);
                self.make_room(&to);
                fs::rename(self.folder.join(&path), self.folder.join(&to)).unwrap();
                vec![path, to]
            }
            _ => {
                fs::remove_file(self.folder.join(&path)).unwrap();
                vec![path]
            }
        }
    }

    fn create(&mut self, dice: &mut Dice) -> String {
        let path = self.fresh(dice);
        self.make_room(&path);
        let text = self.text(dice);
        fs::write(self.folder.join(&path), text).unwrap();
        path
    }

    fn make_room(&self, path: &str) {
        fs::create_dir_all(self.folder.join(path).parent().unwrap()).unwrap();
    }

    /// A path that no post has had.
    fn fresh(&mut self, dice: &mut Dice) -> String {
        self.written += 1;
        let folder = dice.one(&["", "2023/", "2024/05/", "案例/"]);
        format!("{folder}{}-{}.md", dice.one(&KINDS), self.written)
    }

    fn text(&mut self, dice: &mut Dice) -> String {
        self.written += 1;
        let (kind, number) = (dice.one(&KINDS), self.written);
        let mut text = format!("---\ntitle: {kind}“{}”第{number}号\n", dice.one(&TAGS));
        text += &format!("date: 20{}-0{}-1{}\n", 18 + dice.below(7), 1 + dice.below(9), dice.below(10));
        text += &format!("tags: [{}, {}]\n", dice.one(&TAGS), dice.one(&TAGS));
        if dice.happens(8) {
            text += "draft: true\n";
        }
        if dice.happens(8) {
            text += "updated: 昨天\n";
        }
        text += "---\n";
        for case in 1..=1 + dice.below(3) {
            if dice.happens(70) {
                text += &format!("## 案例{case} {}\n\n", dice.one(&PEOPLE));
            }
            for _ in 0..1 + dice.below(4) {
                text += &format!("{}{}，损失{}元。", dice.one(&PEOPLE), dice.one(&PLOTS), 100 * (1 + dice.below(900)));
                text += dice.one(&ENDS);
            }
            text += "\n\n";
        }
        text
    }

    /// The file of a post, by its path.
    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// All posts, by path.
    pub(crate) fn posts(&self) -> Vec<String> {
        let mut posts = BTreeSet::new();
        collect(&self.folder, &self.folder, &mut posts);
        posts.into_iter().collect()
    }
}

fn collect(root: &Path, folder: &Path, posts: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            collect(root, &entry.path(), posts);
        } else if entry.path().extension().is_some_and(|extension| extension == "md") {
            posts.insert(entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}
