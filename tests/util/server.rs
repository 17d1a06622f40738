//! A real server for a test: started on a free loopback port, killed when the test is over, however that ends.

#[path = "program.rs"]
mod program;

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use self::program::reference_program;

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

/// A running server that says `Listening on` and its address in its log, and answers `/-/ready`.
pub(crate) struct Server {
    child: Child,
    folder: PathBuf,
    address: SocketAddr,
    /// Its version, as it tells it.
    pub(crate) version: String,
}

impl Server {
    /// Starts `program` of `$ALERT_SCHEMAS_SERVERS/usr/bin` in a folder of its own, and waits until it is ready.
    ///
    /// `configuration` is written to a file; `arguments` gets its path and that of the folder.
    pub(crate) fn start(program: &str, name: &str, configuration: &str, arguments: impl FnOnce(&Path, &Path) -> Vec<String>) -> Self {
        let path = reference_program(program);
        let told = Command::new(&path).arg("--version").output().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let told = String::from_utf8_lossy(&[told.stdout, told.stderr].concat()).into_owned();
        let version = told.split_once("version ").and_then(|(_, rest)| rest.split([' ', ',', '\n']).next()).expect("a version").to_owned();

        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("real-{program}-{name}-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let (config, log) = (folder.join("configuration.yml"), folder.join("log"));
        fs::write(&config, configuration).expect("a configuration");
        let child = Command::new(path)
            .args(arguments(&config, &folder))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a log"))
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        // From here on it is killed whatever happens.
        let mut server = Self { child, folder, address: SocketAddr::from(([127, 0, 0, 1], 0)), version };
        server.address = wait_for(&format!("{program} listens"), 20, || {
            let said = fs::read_to_string(&log).unwrap_or_default();
            if let Some(status) = server.child.try_wait().expect("a child") {
                panic!("{program} ended with {status}:\n{said}");
            }
            let line = said.lines().find(|line| line.contains("Listening on"))?;
            line.split_once("address=")?.1.split_whitespace().next()?.trim_matches('"').parse().ok()
        });
        wait_for(&format!("{program} is ready"), 20, || server.get("/-/ready").ok().filter(|(status, _)| *status == 200));
        server
    }

    /// The status and body of the answer.
    pub(crate) fn get(&self, path: &str) -> io::Result<(u16, Vec<u8>)> {
        self.request("GET", path, "application/json", b"")
    }

    /// The status and body of the answer; an error where the connection is closed without one.
    pub(crate) fn request(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        // HTTP/1.0: the answer is not cut in pieces, and ends with the connection.
        let length = body.len();
        let head =
            format!("{method} {path} HTTP/1.0\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let none = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").ok_or_else(none)?;
        let status = String::from_utf8_lossy(&answer[..end]).split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok((status.ok_or_else(none)?, answer.split_off(end + 4)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
