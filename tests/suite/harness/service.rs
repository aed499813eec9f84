//! The real program as a service, and waiting for what it will soon see.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::Blog;

/// What takes longer than this does not happen.
const DEADLINE: Duration = Duration::from_secs(20);
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until the condition gives `Ok`, and fails with its last words when the deadline passes.
#[track_caller]
pub(crate) fn eventually<T>(mut look: impl FnMut() -> Result<T, String>) -> T {
    let begun = Instant::now();
    loop {
        match look() {
            Ok(value) => return value,
            Err(last) if begun.elapsed() > DEADLINE => panic!("not within {} s: {last}", DEADLINE.as_secs()),
            Err(_) => thread::sleep(PAUSE),
        }
    }
}

/// A running `anli serve`; killed when dropped.
pub(crate) struct Service {
    child: Child,
    address: String,
    agent: ureq::Agent,
    log: Arc<Mutex<String>>,
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The `ETag` header.
    pub(crate) etag: Option<String>,
    /// The content type.
    pub(crate) kind: String,
    /// The body.
    pub(crate) text: String,
}

impl Blog {
    /// Starts the service, and waits until it is ready.
    pub(crate) fn serve(&self, more: &[&str]) -> Service {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        let mut child = self.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (to, from) = (log.clone(), child.stderr.take().unwrap());
        // An unread pipe would stop the service when it is full.
        thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                to.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(DEADLINE))
            .build()
            .new_agent();
        let service = Service { child, address: line.trim().to_owned(), agent, log };
        assert!(service.address.starts_with("http://127.0.0.1:"), "no address: {}", service.log());
        eventually(|| match service.get("/readyz") {
            Answer { status: 200, .. } => Ok(()),
            other => Err(other.text),
        });
        service
    }
}

impl Service {
    /// Asks for a path, query included, that is already escaped.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    /// The same with headers.
    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.call().unwrap_or_else(|error| panic!("{path}: {error}\n{}", self.log()));
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (etag, kind) = (header("etag"), header("content-type").unwrap_or_default());
        let mut text = String::new();
        response.body_mut().as_reader().read_to_string(&mut text).unwrap();
        Answer { status: response.status().as_u16(), etag, kind, text }
    }

    /// Gives what asks for a path on another thread, and tells the status code.
    pub(crate) fn visitor(&self) -> impl Fn(&str) -> u16 + Send + 'static {
        let (agent, address) = (self.agent.clone(), self.address.clone());
        move |path| {
            let mut response = agent.get(format!("{address}{path}")).call().unwrap();
            response.body_mut().read_to_vec().unwrap();
            response.status().as_u16()
        }
    }

    /// Gives the ids that a search finds, best first.
    pub(crate) fn search(&self, text: &str) -> Vec<String> {
        let answer = self.get(&format!("/api/search?limit=100&q={}", escaped(text)));
        assert_eq!(answer.status, 200, "{}", answer.text);
        let body = answer.json();
        let hits = body["hits"].as_array().unwrap();
        hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Says that a search will soon find exactly these posts, in whatever order.
    #[track_caller]
    pub(crate) fn soon_finds(&self, text: &str, expected: &[&str]) {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        eventually(|| {
            let mut found = self.search(text);
            found.sort_unstable();
            if found == expected { Ok(()) } else { Err(format!("`{text}` finds {found:?}, expected {expected:?}")) }
        });
    }

    /// Gives the state of things.
    pub(crate) fn status(&self) -> Value {
        self.get("/api/status").json()
    }

    /// Gives whether it is to be asked, and whether its answers are as they should be.
    pub(crate) fn readiness(&self) -> (u16, Value) {
        let answer = self.get("/readyz");
        (answer.status, answer.json())
    }

    /// Gives the address, such as `127.0.0.1:40123`.
    pub(crate) fn authority(&self) -> &str {
        self.address.strip_prefix("http://").unwrap()
    }

    /// Gives the number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Gives what it has logged.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Sends a signal, such as `TERM`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        let sent = std::process::Command::new("sh").args(["-c", "kill -$0 $1", name, &process]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it has ended, and gives its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let log = self.log.clone();
        let child = &mut self.child;
        eventually(|| match child.try_wait().unwrap() {
            Some(status) => Ok(status.code()),
            None => Err(format!("it still runs\n{}", log.lock().unwrap())),
        })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Answer {
    /// Gives the body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// Gives a text as a part of a query.
pub(crate) fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
