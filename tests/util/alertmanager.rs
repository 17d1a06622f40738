//! A real Alertmanager for a test: started on a free loopback port, killed when the test is over, however that ends; and a sink for its webhooks.

use std::env;
use std::fs;
use std::fs::File;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use alert_schemas::Timestamp;

/// The time of this machine, to the millisecond.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970");
    Timestamp::from_unix_millis(i64::try_from(since.as_millis()).expect("a clock before 9999")).expect("a clock before 9999")
}

/// Asks again until there is an answer; fails after `seconds` with what is missing.
pub(crate) fn wait_for<T>(what: &str, seconds: u64, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what}: not within {seconds} s");
        thread::sleep(Duration::from_millis(30));
    }
}

/// A running Alertmanager.
pub(crate) struct Alertmanager {
    child: Child,
    folder: PathBuf,
    address: SocketAddr,
    /// Its version, as it tells it.
    pub(crate) version: String,
}

impl Alertmanager {
    /// Starts the one of `$ALERT_SCHEMAS_SERVERS/usr/bin` with this configuration, and waits until it is ready.
    pub(crate) fn start(name: &str, configuration: &str) -> Self {
        let servers = env::var_os("ALERT_SCHEMAS_SERVERS");
        let servers = servers.expect("ALERT_SCHEMAS_SERVERS names the folder that .ci/reference-servers has filled");
        let program = PathBuf::from(servers).join("usr/bin/prometheus-alertmanager");
        let told = Command::new(&program).arg("--version").output().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let told = String::from_utf8_lossy(&[told.stdout, told.stderr].concat()).into_owned();
        let version = told.split_once("version ").and_then(|(_, rest)| rest.split([' ', ',', '\n']).next()).expect("a version").to_owned();

        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("real-alertmanager-{name}-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let (config, log) = (folder.join("alertmanager.yml"), folder.join("log"));
        fs::write(&config, configuration).expect("a configuration");
        let child = Command::new(program)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.join("data").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a log"))
            .spawn()
            .expect("Alertmanager starts");
        // From here on it is killed whatever happens.
        let mut server = Self { child, folder, address: SocketAddr::from(([127, 0, 0, 1], 0)), version };
        server.address = wait_for("Alertmanager listens", 20, || {
            let said = fs::read_to_string(&log).unwrap_or_default();
            if let Some(status) = server.child.try_wait().expect("a child") {
                panic!("Alertmanager ended with {status}:\n{said}");
            }
            let line = said.lines().find(|line| line.contains("Listening on"))?;
            line.split_once("address=")?.1.split_whitespace().next()?.trim_matches('"').parse().ok()
        });
        wait_for("Alertmanager is ready", 20, || server.get("/-/ready").ok().filter(|(status, _)| *status == 200));
        server
    }

    /// The status and body of the answer.
    pub(crate) fn get(&self, path: &str) -> io::Result<(u16, Vec<u8>)> {
        self.request("GET", path, b"")
    }

    /// The status and body of the answer; an error where the connection is closed without one.
    pub(crate) fn request(&self, method: &str, path: &str, body: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        // HTTP/1.0: the answer is not cut in pieces, and ends with the connection.
        let length = body.len();
        let head =
            format!("{method} {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let none = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").ok_or_else(none)?;
        let status = String::from_utf8_lossy(&answer[..end]).split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok((status.ok_or_else(none)?, answer.split_off(end + 4)))
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Takes webhooks on a free loopback port and keeps their bodies.
pub(crate) struct Sink {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (bodies, is_over) = (Arc::<Mutex<Vec<Vec<u8>>>>::default(), Arc::<AtomicBool>::default());
        let (kept, over) = (Arc::clone(&bodies), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok).take_while(|_| !over.load(Ordering::SeqCst)) {
                if let Ok(body) = receive(stream) {
                    kept.lock().expect("no panic before").push(body);
                }
            }
        });
        Self { address, bodies, is_over, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// All bodies that have come, in their order.
    pub(crate) fn bodies(&self) -> Vec<Vec<u8>> {
        self.bodies.lock().expect("no panic before").clone()
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
fn receive(stream: TcpStream) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream);
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
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    Ok(body)
}
