//! The routes in process, without a socket.

use std::sync::Arc;

use anli::{
    engine::Live,
    http::{AnswerSettings, App, Settings, router},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use http_body_util::BodyExt as _;
use jiff::tz::{TimeZone, offset};
use tower::ServiceExt as _;

use super::{Answer, Blog};

impl Blog {
    /// Asks the routes for a path, query included, that is already escaped.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_of(&Live::new(self.engine().clone()), path)
    }

    /// The same where another engine answers.
    pub(crate) fn get_of(&self, live: &Live, path: &str) -> Answer {
        let answers =
            AnswerSettings::new(TimeZone::fixed(offset(8)), &()).with_source(self.refresher().source().clone());
        let app = App {
            engine: live.clone(),
            board: self.refresher().board(),
            answers: Arc::new(answers.into()),
            settings: Settings::default(),
        };
        let request = Request::get(path).body(Body::empty()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let response = router(app).oneshot(request).await.unwrap();
            let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let (etag, kind) = (header(header::ETAG), header(header::CONTENT_TYPE).unwrap_or_default());
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            Answer { status, etag, kind, text: String::from_utf8(body.to_vec()).unwrap() }
        })
    }
}
