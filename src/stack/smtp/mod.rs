//! A loopback mail server that keeps what it is sent: enough of RFC 5321 for Alertmanager.
//!
//! `session` is the conversation without a socket, `message` makes a [`Mail`] of what was sent.

mod message;
mod session;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use self::session::{GREETING, Session, TAKEN, Turn};
use super::StackError;
use super::port::{LOOPBACK, now_unix_nanos};

/// Longest line; RFC 5321 asks for 1,000.
const LINE_BYTES_MAX: u64 = 4096;
/// How long one conversation may take.
const CONVERSATION: Duration = Duration::from_secs(60);
/// Conversations at once; more wait in the system's queue.
const CONVERSATIONS_MAX: usize = 64;
/// Most mails kept.
const MAILS_MAX: usize = 10_000;

/// One mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// When it had arrived whole.
    pub received_unix_nanos: i64,
    /// To whom the sender said it goes (`RCPT TO`).
    pub to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// Every header, decoded; names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The plain text, decoded.
    pub body: String,
}

/// What came so far.
#[derive(Debug, Default)]
struct Heard {
    mails: Vec<Mail>,
    refused: u64,
}

#[derive(Debug, Clone)]
struct Desk {
    heard: Arc<Mutex<Heard>>,
    refusing: bool,
}

/// The server; it listens until it is dropped.
#[derive(Debug)]
pub struct SmtpSink {
    desk: Desk,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl SmtpSink {
    /// Listens on a free loopback port.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn listen() -> Result<Self, StackError> {
        Self::start(false).await
    }

    /// A server that answers 451 to every mail: what a check must notice.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn refusing() -> Result<Self, StackError> {
        Self::start(true).await
    }

    async fn start(refusing: bool) -> Result<Self, StackError> {
        let refused = |source| StackError::Listen { source };
        let listener = TcpListener::bind(LOOPBACK).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let desk = Desk { heard: Arc::default(), refusing };
        Ok(Self { task: tokio::spawn(accept(listener, desk.clone())), desk, address })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every mail so far, in order of arrival.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.desk.lock().mails.clone()
    }

    /// How often a mail was refused.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.desk.lock().refused
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a mail; the answer to its sender.
    fn take(&self, to: Vec<String>, bytes: &[u8]) -> &'static str {
        let received_unix_nanos = now_unix_nanos();
        let (headers, body) = message::read(bytes);
        let subject = headers.get("subject").cloned().unwrap_or_default();
        let mut heard = self.lock();
        if heard.mails.len() >= MAILS_MAX {
            heard.refused += 1;
            return "452 full";
        }
        heard.mails.push(Mail { received_unix_nanos, to, subject, headers, body });
        TAKEN
    }

    fn refuse(&self, answer: &'static str) -> &'static str {
        self.lock().refused += 1;
        answer
    }
}

async fn accept(listener: TcpListener, desk: Desk) {
    // Dropped with this task, and every conversation with it.
    let mut open = JoinSet::new();
    loop {
        while open.len() >= CONVERSATIONS_MAX {
            open.join_next().await;
        }
        tokio::select! {
            Some(_) = open.join_next(), if !open.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    open.spawn(tokio::time::timeout(CONVERSATION, converse(stream, desk.clone())));
                }
                Err(error) => {
                    // Out of descriptors, say: it may pass, and must not become a busy loop.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
}

/// One conversation; a sender that breaks it off loses its own mail and nothing else.
async fn converse(stream: TcpStream, desk: Desk) -> io::Result<()> {
    let (lines, mut answers) = stream.into_split();
    let mut lines = BufReader::new(lines);
    let mut session = Session::new(desk.refusing);
    say(&mut answers, GREETING).await?;
    while let Some(line) = line(&mut lines).await? {
        match session.line(&line) {
            Turn::Listen => {}
            Turn::Say(answer) => say(&mut answers, answer).await?,
            Turn::Mail(to, bytes) => say(&mut answers, desk.take(to, &bytes)).await?,
            Turn::Refuse(answer) => say(&mut answers, desk.refuse(answer)).await?,
            Turn::Part(answer) => return say(&mut answers, answer).await,
        }
    }
    Ok(())
}

async fn say(answers: &mut (impl AsyncWrite + Unpin), answer: &str) -> io::Result<()> {
    answers.write_all(format!("{answer}\r\n").as_bytes()).await
}

/// The next line without its end; `None` at the end of the stream or of our patience.
async fn line(lines: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    lines.take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await?;
    if line.pop() != Some(b'\n') {
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(line))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    const LETTER: &str = "EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n\
        Subject: =?utf-8?q?d=C3=A9j=C3=A0?=\r\n\r\n..one\r\n.\r\nQUIT\r\n";

    async fn send(sink: &SmtpSink, text: &[u8]) -> String {
        let mut stream = TcpStream::connect(sink.address()).await.unwrap();
        stream.write_all(text).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answers = String::new();
        stream.read_to_string(&mut answers).await.unwrap();
        answers
    }

    #[tokio::test]
    async fn a_mail_sent_is_a_mail_kept() {
        let sink = SmtpSink::listen().await.unwrap();
        let answers = send(&sink, LETTER.as_bytes()).await;
        assert!(answers.ends_with("250 OK\r\n221 bye\r\n"), "{answers}");
        let mails = sink.mails();
        assert_eq!((mails[0].subject.as_str(), mails[0].body.as_str()), ("déjà", ".one\n"));
        assert_eq!((mails.len(), mails[0].to[0].as_str(), sink.refused()), (1, "c@d", 0));
    }

    #[tokio::test]
    async fn a_refusing_server_keeps_nothing() {
        let sink = SmtpSink::refusing().await.unwrap();
        assert!(send(&sink, LETTER.as_bytes()).await.contains("451 "));
        assert!(sink.mails().is_empty() && sink.refused() > 0);
    }

    #[tokio::test]
    async fn a_line_without_end_ends_the_conversation_only() {
        let sink = SmtpSink::listen().await.unwrap();
        let mut stream = TcpStream::connect(sink.address()).await.unwrap();
        // The server may hang up while we still write.
        let _ = stream.write_all(&[b'x'; 3 * LINE_BYTES_MAX as usize]).await;
        send(&sink, LETTER.as_bytes()).await;
        assert_eq!(sink.mails().len(), 1);
    }
}
