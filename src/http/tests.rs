//! The router over a small index: in process, and over sockets where the wire matters.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed test panics")]

mod answers;
mod frame;
mod state;
mod wire;

use std::sync::{Arc, LazyLock, RwLock};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use http_body_util::BodyExt as _;
use jiff::tz::TimeZone;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{AnswerSettings, App, Settings, Shared, assemble, router, routes};
use crate::{
    engine::{Engine, FileRecord, Fingerprint, Indexer, Live},
    post::{Date, FrontMatter, Post, PostId, Section},
    refresh::Board,
    text::Analyzer,
};

static ANALYZER: LazyLock<Arc<Analyzer>> = LazyLock::new(|| Arc::new(Analyzer::new()));

/// A service in a temporary folder.
struct Site {
    _folder: tempfile::TempDir,
    engine: Engine,
    indexer: Indexer,
    board: Board,
    settings: Settings,
    answers: Arc<RwLock<AnswerSettings>>,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let opened = Engine::open_for_writing(folder.path(), ANALYZER.clone(), false, "a test").unwrap();
        Self {
            _folder: folder,
            engine: opened.engine,
            indexer: opened.indexer,
            board: Board::default(),
            settings: Settings::default(),
            answers: Arc::new(AnswerSettings::new(TimeZone::fixed(jiff::tz::offset(8)), &"as they were").into()),
        }
    }

    /// A site with a few posts about fraud.
    fn of_posts() -> Self {
        Self::new().with(&courier()).with(&visa()).with(&script())
    }

    fn with(mut self, post: &Post) -> Self {
        self.put(post);
        self
    }

    fn put(&mut self, post: &Post) {
        let record = FileRecord {
            path: post.path.clone(),
            fingerprint: Fingerprint::default(),
            due: None,
            reason: None,
            findings: Vec::new(),
        };
        self.indexer.put(&record, Some(post), true, false).unwrap();
        self.indexer.read_with("as a test does");
        self.indexer.commit().unwrap();
    }

    fn app(&self) -> App {
        App {
            engine: Live::new(self.engine.clone()),
            board: self.board.clone(),
            answers: self.answers.clone(),
            settings: self.settings.clone(),
        }
    }

    fn router(&self) -> Router {
        router(self.app())
    }

    /// The router with routes of the test's own.
    fn router_with(&self, more: Router<Arc<Shared>>) -> Router {
        assemble(routes().merge(more), Shared::of(self.app()))
    }

    async fn get(&self, address: &str) -> Answer {
        ask(self.router(), Method::GET, address, &[]).await
    }

    async fn ask(&self, method: Method, address: &str, headers: &[(&str, &str)]) -> Answer {
        ask(self.router(), method, address, headers).await
    }
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    fn good(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.json()
    }

    /// The answer is a refusal of the one shape, with this status and code, and says these words.
    fn refuses(&self, status: u16, code: &str, words: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        let body = self.json();
        let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["code", "message"]);
        assert_eq!(body["code"], code, "{body}");
        assert!(body["message"].as_str().unwrap().contains(words), "{body} does not say `{words}`");
    }
}

async fn ask(router: Router, method: Method, address: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

fn post(id: &str, title: &str, day: &str, tags: &[&str], blocks: &[&str]) -> Post {
    let text = blocks.join("\n");
    let mut lines = Vec::new();
    let mut at = 0;
    for (block, line) in blocks.iter().zip(10..) {
        lines.push((at, line));
        at += block.len() + 1;
    }
    let day: jiff::civil::Date = day.parse().unwrap();
    let seconds = day.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second();
    Post {
        id: PostId::from(id.to_owned()),
        path: format!("{id}.md"),
        title: title.to_owned(),
        front: FrontMatter {
            title: Some(title.to_owned()),
            date: Some(Date { seconds, offset: 8 * 3600 }),
            authors: vec!["小禾".to_owned(), "Lin O'Hara".to_owned()],
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
            categories: vec!["反诈".to_owned()],
            ..FrontMatter::default()
        },
        url: format!("/{id}/"),
        text,
        sections: Vec::new(),
        lines,
    }
}

fn courier() -> Post {
    let blocks = [
        "站长说，包裹丢了会有人赔，可没有人会让您先转账。",
        "去年冬天，住在槐树街的阿萍接到电话，自称快递客服，说她的包裹遗失，要三倍理赔。",
        "她照着对方的话共享了屏幕，半小时里卡上少了两万六千元。",
        "转账之前，先给站点打个电话。",
    ];
    let mut post = post("2023/kuaidi 理赔", "快递丢件的“理赔”", "2023-02-03", &["快递", "客服"], &blocks);
    let starts: Vec<usize> = post.lines.iter().map(|&(start, _)| start).collect();
    let section = |heading: &str, anchor: &str, range, line, is_case| Section {
        heading: heading.to_owned(),
        level: 2,
        anchor: anchor.to_owned(),
        range,
        line,
        is_case,
    };
    post.sections = vec![
        section("案例一 阿萍的包裹", "case-1", starts[1]..starts[3], 11, true),
        section("怎么办", "", starts[3]..post.text.len(), 13, false),
    ];
    post
}

fn visa() -> Post {
    let blocks = ["A caller from the “visa office” wanted a student to move her savings to a safe account."];
    post("2024/visa-office", "The visa office never calls", "2024-06-30", &["students"], &blocks)
}

fn script() -> Post {
    let blocks = ["骗子的网页里写着 <script>alert('客服')</script> 和 <img src=x onerror=\"steal()\"> 这样的代码。"];
    post("sc", "网页里的<script>代码</script> & 陷阱", "2022-05-05", &["<b>网页</b>"], &blocks)
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
