//! A real Alertmanager for a test, a sink for its webhooks, and a count of what is compared with it.

#![allow(dead_code, reason = "each test uses a part of this")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::SystemTime;

use alert_schemas::Timestamp;

use crate::server::Server;

/// The time of this machine, to the millisecond.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970");
    Timestamp::from_unix_millis(i64::try_from(since.as_millis()).expect("a clock before 9999")).expect("a clock before 9999")
}

/// A running Alertmanager.
pub(crate) struct Alertmanager {
    server: Server,
    /// Its version, as it tells it.
    pub(crate) version: String,
}

impl Alertmanager {
    /// Starts the one of `$ALERT_SCHEMAS_SERVERS/usr/bin` with this configuration, and waits until it is ready.
    pub(crate) fn start(name: &str, configuration: &str) -> Self {
        let server = Server::start("prometheus-alertmanager", name, configuration, |config, folder| {
            let own = [format!("--config.file={}", config.display()), format!("--storage.path={}", folder.join("data").display())];
            let always = ["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="];
            own.into_iter().chain(always.map(str::to_owned)).collect()
        });
        Self { version: server.version.clone(), server }
    }

    /// The status and body of the answer.
    pub(crate) fn get(&self, path: &str) -> io::Result<(u16, Vec<u8>)> {
        self.server.get(path)
    }

    /// The body of an answer whose status is 200.
    pub(crate) fn body(&self, path: &str) -> Vec<u8> {
        let (status, body) = self.get(path).unwrap_or_else(|error| panic!("GET {path}: {error}"));
        assert_eq!(status, 200, "GET {path}: {}", String::from_utf8_lossy(&body));
        body
    }

    /// The status and body of the answer; an error where the connection is closed without one.
    pub(crate) fn request(&self, method: &str, path: &str, body: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        self.server.request(method, path, "application/json", body)
    }
}

/// A webhook that has come.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    /// When it had come whole.
    pub(crate) at: Timestamp,
    /// What was asked for, such as `/ops/0`.
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// Takes webhooks on a free loopback port and keeps them.
pub(crate) struct Sink {
    address: SocketAddr,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (deliveries, is_over) = (Arc::<Mutex<Vec<Delivery>>>::default(), Arc::<AtomicBool>::default());
        let (kept, over) = (Arc::clone(&deliveries), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok).take_while(|_| !over.load(Ordering::SeqCst)) {
                if let Ok(delivery) = receive(stream) {
                    kept.lock().expect("no panic before").push(delivery);
                }
            }
        });
        Self { address, deliveries, is_over, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// All that has come, in its order.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().expect("no panic before").clone()
    }

    /// All bodies that have come, in their order.
    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        self.deliveries().into_iter().map(|delivery| delivery.body).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread, which waits for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads one request and answers it.
fn receive(stream: TcpStream) -> io::Result<Delivery> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream);
    let mut asked = String::new();
    reader.read_line(&mut asked)?;
    let path = asked.split(' ').nth(1).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let at = now();
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    Ok(Delivery { at, path, body })
}

/// Counts what is compared with a server, and tells all that differs at the end.
pub(crate) struct Tally {
    title: String,
    equal: usize,
    documented: BTreeMap<&'static str, usize>,
    failed: Vec<String>,
}

impl Tally {
    pub(crate) fn new(server: &Alertmanager, what: &str) -> Self {
        let title = format!("real alertmanager {}, {what}", server.version);
        Self { title, equal: 0, documented: BTreeMap::new(), failed: Vec::new() }
    }

    /// A case with the same answer.
    pub(crate) fn equal(&mut self) {
        self.equal += 1;
    }

    /// A case that falls under a documented difference; `rule` names it.
    pub(crate) fn documented(&mut self, rule: &'static str) {
        *self.documented.entry(rule).or_default() += 1;
    }

    /// A case with another answer.
    pub(crate) fn failed(&mut self, why: impl Into<String>) {
        self.failed.push(why.into().chars().take(1_200).collect());
    }

    /// A case that is equal if `ours == theirs`.
    pub(crate) fn compare<T: PartialEq + Debug>(&mut self, input: &dyn Debug, ours: T, theirs: T) {
        if ours == theirs { self.equal() } else { self.failed(format!("{input:?}: ours {ours:?}, Alertmanager's {theirs:?}")) }
    }

    /// Prints what was counted; fails if a case failed, or if there was none.
    pub(crate) fn finish(self) {
        let Self { title, equal, documented, failed } = self;
        let differences: usize = documented.values().sum();
        let cases = equal + differences + failed.len();
        println!("{title}: {cases} cases, {equal} equal, {differences} documented differences");
        for (rule, count) in documented {
            println!("    {count} by rule {rule}");
        }
        let shown = failed.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(failed.is_empty(), "{title}: {} of {cases} differ:\n{shown}", failed.len());
        assert!(equal > 0, "{title}: nothing was compared");
    }
}
