//! A blog of any size, the same for the same seed: lifelike words in lifelike proportions.

#![allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]
#![expect(clippy::expect_used, reason = "a bench that cannot write its posts has nothing to measure")]

use std::{fmt::Write as _, fs, path::Path, sync::Arc};

use anli::{
    content::{Source, SourceOptions},
    engine::Engine,
    refresh::{Refresher, Scope},
    text::Analyzer,
};
use tempfile::TempDir;

/// Frequent words first: the frequency of a word falls with its place.
const WORDS: &[&str] = &[
    "的",
    "了",
    "在",
    "是",
    "对方",
    "电话",
    "转账",
    "银行卡",
    "诈骗",
    "民警",
    "市民",
    "账户",
    "客服",
    "下载",
    "要求",
    "平台",
    "资金",
    "手机",
    "链接",
    "操作",
    "余额",
    "验证码",
    "微信",
    "退款",
    "贷款",
    "投资",
    "收益",
    "理财",
    "群聊",
    "保证金",
    "解冻",
    "快递",
    "商品",
    "赔付",
    "会员",
    "取消",
    "扣费",
    "征信",
    "注销",
    "校园",
    "游戏",
    "账号",
    "充值",
    "刷单",
    "返利",
    "佣金",
    "任务",
    "垫付",
    "提现",
    "导师",
    "老师",
    "股票",
    "内幕",
    "彩票",
    "军人",
    "网恋",
    "视频",
    "截图",
    "勒索",
    "通讯录",
    "冒充",
    "公检法",
    "通缉令",
    "安全",
    "核查",
    "屏幕",
    "共享",
    "会议",
    "软件",
    "领导",
    "熟人",
    "借钱",
    "机票",
    "改签",
    "航班",
    "延误",
    "医保",
    "停用",
    "社保",
    "补贴",
    "领取",
    "养老",
    "保健品",
    "讲座",
    "专家",
    "虚拟",
    "货币",
    "泰达币",
    "跑分",
    "洗钱",
    "出租",
    "出借",
    "帮信罪",
    "刑事",
    "责任",
    "判处",
    "有期徒刑",
    "罚金",
    "街道",
    "社区",
    "派出所",
    "反诈",
    "中心",
    "宣传",
    "提醒",
    "预警",
    "劝阻",
    "止付",
    "冻结",
    "返还",
    "损失",
    "报警",
    "涪江",
    "临港",
    "青禾",
    "云岭",
    "柳溪",
    "王女士",
    "李先生",
    "张阿姨",
    "小陈",
    "老刘",
    "大学生",
    "会计",
    "退休",
    "宝妈",
];
/// Words that hold a place in few posts.
const RARE: &[&str] = &["琉璃盏", "蓝鲸计划", "乌篷船", "荷兰豆", "白鹭洲", "梧桐岭", "钨丝灯", "麒麟臂"];
const TAGS: &[&str] = &["刷单", "贷款", "客服", "投资", "公检法", "游戏", "养老", "反诈宣传"];

/// Numbers that depend on the seed alone.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Gives a number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn word(&mut self) -> &'static str {
        // The smaller of two throws: small places are frequent.
        let place = self.below(WORDS.len()).min(self.below(WORDS.len())).min(self.below(WORDS.len()));
        WORDS[place]
    }
}

/// Gives a text of about so many sentences.
pub fn text(random: &mut Random, sentences: usize) -> String {
    let mut text = String::new();
    for _ in 0..sentences {
        for clause in 0..2 + random.below(2) {
            text.push_str(if clause == 0 { "" } else { "，" });
            for _ in 0..3 + random.below(5) {
                text.push_str(random.word());
            }
            if random.below(12) == 0 {
                _ = write!(text, "{}.{}万元", random.below(60), random.below(10));
            }
            if random.below(25) == 0 {
                text.push_str("APP");
            }
        }
        text.push('。');
    }
    text
}

/// Gives the file of the post with this number.
pub fn post(number: usize) -> String {
    let mut random = Random::new(number as u64 + 1);
    let mut post = String::from("---\n");
    let title: String = (0..5).map(|_| random.word()).collect();
    let (year, month, day) = (2018 + random.below(8), 1 + random.below(12), 1 + random.below(28));
    let tag = TAGS[random.below(TAGS.len())];
    _ = writeln!(post, "title: {title}第{number}期\ndate: {year}-{month:02}-{day:02}\ntags: [{tag}, 反诈]\n---\n");
    _ = writeln!(post, "{}\n", text(&mut random, 4));
    for case in ["一", "二"] {
        let rare = if random.below(200) == 0 { RARE[random.below(RARE.len())] } else { "" };
        _ = writeln!(post, "**案例{case}**\n\n{}{rare}\n", text(&mut random, 8));
    }
    _ = writeln!(post, "**作案手法：**\n\n{}", text(&mut random, 5));
    post
}

/// Writes so many posts into a folder.
pub fn write(folder: &Path, posts: usize) {
    for number in 0..posts {
        let below = folder.join(format!("{:03}", number / 500));
        if number % 500 == 0 {
            fs::create_dir_all(&below).expect("the temporary folder is writable");
        }
        fs::write(below.join(format!("post-{number}.md")), post(number)).expect("the temporary folder is writable");
    }
}

/// A blog on disk, and its index.
pub struct Blog {
    pub posts: TempDir,
    pub index: TempDir,
    pub engine: Engine,
    pub refresher: Refresher,
}

/// Makes a blog of so many posts and indexes it.
pub fn blog(posts: usize, analyzer: &Arc<Analyzer>) -> Blog {
    let (folder, index) = (tempfile::tempdir().expect("room"), tempfile::tempdir().expect("room"));
    write(folder.path(), posts);
    let (engine, refresher) = open(folder.path(), index.path(), analyzer);
    let mut blog = Blog { posts: folder, index, engine, refresher };
    blog.refresher.refresh(&Scope::All, jiff::Timestamp::now(), &|_, _| {}).expect("the posts are sound");
    blog
}

/// Opens an index for writing.
pub fn open(posts: &Path, index: &Path, analyzer: &Arc<Analyzer>) -> (Engine, Refresher) {
    let options = SourceOptions { max_file_bytes: 1 << 24, ..SourceOptions::default() };
    let source = Source::open(posts, &options).expect("the folder is there");
    let opened = Engine::open_for_writing(index, analyzer.clone(), false, "a bench").expect("nobody else writes");
    let refresher = Refresher::new(source, opened).expect("the index is new");
    (refresher.engine().clone(), refresher)
}
