//! A real Alertmanager for a test, and a sink for its webhooks.

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
