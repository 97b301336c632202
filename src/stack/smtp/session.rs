//! A mail conversation without its socket: one line in, at most one answer out.

/// Most recipients of one mail.
const RECIPIENTS_MAX: usize = 100;
/// Largest mail; one of a hundred alerts is a tenth of it.
const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// What a line leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing is said in the middle of a mail.
    Listen,
    /// An answer.
    Say(&'static str),
    /// A mail has arrived whole: to whom, and what.
    Mail(Vec<String>, Vec<u8>),
    /// A mail is refused.
    Refuse(&'static str),
    /// An answer, and the end.
    Part(&'static str),
}

pub(super) const GREETING: &str = "220 localhost balise";
pub(super) const TAKEN: &str = "250 OK";

/// Where the conversation stands.
#[derive(Debug, Default)]
pub(super) struct Session {
    refusing: bool,
    sender: bool,
    to: Vec<String>,
    data: Option<Data>,
}

#[derive(Debug, Default)]
struct Data {
    bytes: Vec<u8>,
    too_large: bool,
}

impl Session {
    pub(super) fn new(refusing: bool) -> Self {
        Self { refusing, ..Self::default() }
    }

    /// Takes a line without its end.
    pub(super) fn line(&mut self, line: &[u8]) -> Turn {
        match self.data.take() {
            Some(data) => self.content(data, line),
            None => self.command(line),
        }
    }

    fn content(&mut self, mut data: Data, line: &[u8]) -> Turn {
        if line == b"." {
            let to = std::mem::take(&mut self.to);
            self.sender = false;
            let Data { bytes, too_large } = data;
            return if too_large { Turn::Refuse("552 too large") } else { Turn::Mail(to, bytes) };
        }
        // A line that began with a dot was sent with two.
        let line = line.strip_prefix(b".").unwrap_or(line);
        data.too_large |= data.bytes.len() + line.len() + 2 > MESSAGE_BYTES_MAX;
        if !data.too_large {
            data.bytes.extend_from_slice(line);
            data.bytes.extend_from_slice(b"\r\n");
        }
        self.data = Some(data);
        Turn::Listen
    }

    fn command(&mut self, line: &[u8]) -> Turn {
        let line = String::from_utf8_lossy(line);
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => self.reset("250 localhost"),
            "RSET" => self.reset(TAKEN),
            "NOOP" => Turn::Say(TAKEN),
            "QUIT" => Turn::Part("221 bye"),
            "MAIL" | "RCPT" | "DATA" if self.refusing => Turn::Refuse("451 refused: this server is told to"),
            "MAIL" => self.mail_from(rest),
            "RCPT" => self.rcpt_to(rest),
            "DATA" => self.begin_data(),
            _ => Turn::Say("502 not implemented"),
        }
    }

    fn reset(&mut self, answer: &'static str) -> Turn {
        self.sender = false;
        self.to.clear();
        Turn::Say(answer)
    }

    fn mail_from(&mut self, rest: &str) -> Turn {
        if address(rest, "FROM:").is_none() {
            return Turn::Say("501 MAIL FROM:<address>");
        }
        self.sender = true;
        self.to.clear();
        Turn::Say(TAKEN)
    }

    fn rcpt_to(&mut self, rest: &str) -> Turn {
        let Some(to) = address(rest, "TO:") else { return Turn::Say("501 RCPT TO:<address>") };
        if !self.sender {
            return Turn::Say("503 MAIL first");
        }
        if self.to.len() >= RECIPIENTS_MAX {
            return Turn::Say("452 too many recipients");
        }
        self.to.push(to.to_owned());
        Turn::Say(TAKEN)
    }

    fn begin_data(&mut self) -> Turn {
        if self.to.is_empty() {
            return Turn::Say("503 RCPT first");
        }
        self.data = Some(Data::default());
        Turn::Say("354 end with a line of one dot")
    }
}

/// The address in `FROM:<address> MORE=…`.
fn address<'t>(rest: &'t str, word: &str) -> Option<&'t str> {
    let rest = rest.trim_start();
    let named = rest.get(..word.len())?.eq_ignore_ascii_case(word);
    let path = rest[word.len()..].trim_start().strip_prefix('<')?;
    path.split_once('>').map(|(address, _)| address).filter(|_| named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(session: &mut Session, lines: &[&str]) -> Vec<Turn> {
        lines.iter().map(|line| session.line(line.as_bytes())).collect()
    }

    const OPENING: [&str; 4] =
        ["EHLO localhost", "MAIL FROM:<a@b> BODY=8BITMIME", "RCPT TO:<c@d>", "RCPT to: <e@f>"];

    #[test]
    fn a_mail_is_taken_with_its_recipients_and_its_dots() {
        let mut session = Session::new(false);
        talk(&mut session, &OPENING);
        let turns = talk(&mut session, &["DATA", "Subject: x", "", "..a dot", ".", "QUIT"]);
        let body = b"Subject: x\r\n\r\n.a dot\r\n".to_vec();
        assert_eq!(turns[4], Turn::Mail(vec!["c@d".to_owned(), "e@f".to_owned()], body));
        assert_eq!(turns[5], Turn::Part("221 bye"));
    }

    #[test]
    fn a_command_out_of_turn_is_refused_and_the_next_mail_taken() {
        let mut session = Session::new(false);
        let said: Vec<Turn> =
            talk(&mut session, &["RCPT TO:<c@d>", "DATA", "MAIL <a@b>", "VRFY x", "\u{e9}", "NOOP"]);
        let code = |turn: &Turn| match turn {
            Turn::Say(answer) => answer[..3].to_owned(),
            other => format!("{other:?}"),
        };
        let codes: Vec<String> = said.iter().map(code).collect();
        assert_eq!(codes, ["503", "503", "501", "502", "502", "250"]);
        talk(&mut session, &OPENING);
        talk(&mut session, &["RSET"]);
        assert_eq!(session.line(b"DATA"), Turn::Say("503 RCPT first"));
    }

    #[test]
    fn a_mail_without_end_costs_a_bounded_memory() {
        let mut session = Session::new(false);
        talk(&mut session, &OPENING);
        session.line(b"DATA");
        let line = [b'x'; 998];
        for _ in 0..2 * MESSAGE_BYTES_MAX / line.len() {
            assert_eq!(session.line(&line), Turn::Listen);
        }
        assert!(session.data.as_ref().is_some_and(|data| data.bytes.len() <= MESSAGE_BYTES_MAX));
        assert_eq!(session.line(b"."), Turn::Refuse("552 too large"));
    }

    #[test]
    fn a_refusing_server_takes_no_mail() {
        let turns = talk(&mut Session::new(true), &OPENING);
        assert_eq!(turns[0], Turn::Say("250 localhost"));
        assert!(turns[1..].iter().all(|turn| matches!(turn, Turn::Refuse(said) if said.starts_with("451"))));
    }
}
