//! A real, private Secret Service: gnome-keyring on its own D-Bus with its own folders. The user's keyring is not used.
//! Everything is stopped on drop.
#![expect(clippy::disallowed_methods, reason = "starts programs and waits with a deadline")]

use crate::support::deadline::DEADLINE;
use crate::support::sandbox::Sandbox;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// The bus configuration, without service folders, so that the bus starts no services.
const BUS_CONFIG: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:path=BUS</listen>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"#;

pub(crate) struct SecretService {
    home: TempDir,
    programs: Vec<Child>,
}

impl SecretService {
    /// Starts a service with an unlocked collection.
    pub(crate) fn start() -> Self {
        let mut service = Self::without_service();
        let mut keyring = service.spawn("gnome-keyring-daemon", &["--foreground", "--unlock", "--components=secrets"]);
        // gnome-keyring creates no collection for an empty password.
        keyring.stdin.take().expect("stdin is a pipe").write_all(b"password").expect("the daemon reads its password");
        service.programs.push(keyring);
        service.wait_until("the collection is unlocked", |answer| answer.contains("/collection/login"));
        service
    }

    /// Starts a service without a collection, as after a login without a password.
    pub(crate) fn without_collection() -> Self {
        let mut service = Self::without_service();
        let keyring = service.spawn("gnome-keyring-daemon", &["--foreground", "--components=secrets"]);
        service.programs.push(keyring);
        service.wait_until("the service answers", |answer| answer.trim() == "/");
        service
    }

    /// Starts a bus without a Secret Service.
    pub(crate) fn without_service() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let configuration = home.path().join("bus.conf");
        let text = BUS_CONFIG.replace("BUS", &home.path().join("bus").display().to_string());
        std::fs::write(&configuration, text).expect("the bus's configuration is written");
        let mut service = Self { home, programs: Vec::new() };
        let argument = format!("--config-file={}", configuration.display());
        let mut bus = service.spawn("dbus-daemon", &[&argument, "--nofork", "--print-address"]);
        let mut address = String::new();
        BufReader::new(bus.stdout.as_mut().expect("stdout is a pipe")).read_line(&mut address).expect("the bus prints its address");
        service.programs.push(bus);
        assert!(address.starts_with("unix:path="), "dbus-daemon did not start; run tests/install");
        service
    }

    /// Returns the path of the bus socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.home.path().join("bus")
    }

    /// Returns the variables with which a program finds this service and nothing of the user's.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.home.path().display().to_string();
        let folders = ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"];
        let bus = ("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={home}/bus"));
        folders.into_iter().map(|name| (name, home.clone())).chain([bus]).collect()
    }

    /// Runs libsecret's `secret-tool`, an independent implementation, and returns its output.
    pub(crate) fn run_secret_tool(&self, arguments: &[&str]) -> String {
        let output = self.command("secret-tool", arguments).output().unwrap_or_else(|error| panic_missing("secret-tool", &error));
        let printed = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&printed).into_owned()
    }

    /// Stores a secret as another program would, under these attributes.
    pub(crate) fn store(&self, attributes: &[&str], secret: &str) {
        let mut tool = self.spawn("secret-tool", &[&["store", "--label=kept by another program"], attributes].concat());
        tool.stdin.take().expect("stdin is a pipe").write_all(secret.as_bytes()).expect("secret-tool reads the secret");
        assert!(tool.wait().expect("secret-tool ends").success());
    }

    /// It answers nobody any more, as while its dialog waits for the person.
    pub(crate) fn falls_silent(&self) {
        let keyring = self.programs.last().expect("the keyring runs");
        rustix::process::kill_process(rustix::process::Pid::from_child(keyring), rustix::process::Signal::STOP).expect("it stops");
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        // Without a UTF-8 locale, secret-tool prints question marks.
        command.env("LC_ALL", "C.UTF-8").envs(self.environment()).stdin(Stdio::null());
        command
    }

    fn spawn(&self, program: &str, arguments: &[&str]) -> Child {
        let mut command = self.command(program, arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap_or_else(|error| panic_missing(program, &error))
    }

    /// Queries the default collection until the reply meets the condition.
    fn wait_until(&self, what: &str, arrived: impl Fn(&str) -> bool) {
        let question = ["--print-reply=literal", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"];
        let question = [&question[..], &["org.freedesktop.Secret.Service.ReadAlias", "string:default"]].concat();
        let deadline = Instant::now() + DEADLINE;
        loop {
            let output = self.command("dbus-send", &question).output().unwrap_or_else(|error| panic_missing("dbus-send", &error));
            let answer = String::from_utf8_lossy(&output.stdout).into_owned();
            if output.status.success() && arrived(&answer) {
                return;
            }
            assert!(Instant::now() < deadline, "waited in vain until {what}; last answer: {answer}");
        }
    }
}

impl Drop for SecretService {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

impl Sandbox {
    /// Adds a real keychain that only the binary can reach.
    #[must_use]
    pub(crate) fn with_keychain(self, service: &SecretService) -> Self {
        let bus = service.environment().into_iter().find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS").unwrap().1;
        self.with_variable("DBUS_SESSION_BUS_ADDRESS", bus)
    }
}

fn panic_missing(program: &str, error: &std::io::Error) -> ! {
    assert!(error.kind() != ErrorKind::NotFound, "{program} is not installed; run tests/install");
    panic!("{program}: {error}");
}

/// Repeats what reports on a keychain until `is_slow` is false. The program gives a keychain three seconds to respond, which is too
/// short for a real one on a machine that is busy with other tests.
#[track_caller]
pub(crate) fn with_patience<T>(mut report: impl FnMut() -> T, is_slow: impl Fn(&T) -> bool) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        let reported = report();
        if !is_slow(&reported) {
            return reported;
        }
        assert!(Instant::now() < end, "the keychain did not respond in time, however often it was asked");
    }
}
