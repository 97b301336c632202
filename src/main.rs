//! The one binary: arguments in, exit code out.

use std::io::Write;
use std::process::ExitCode;

use balise::failure::Exit;
use balise::{cli, command, speech};

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let words = cli::language(&arguments);
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("BALISE_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .init();
    let ended = cli::parse(&arguments, words).and_then(|matches| command::execute(&matches, words));
    let exit = match ended {
        Ok(exit) => exit,
        // Help and version come this way too, with exit 0: they belong to standard output.
        Err(failure) if failure.exit == Exit::Ok => {
            let _ = write!(std::io::stdout(), "{failure}");
            Exit::Ok
        }
        Err(failure) => {
            speech::tell(&failure.message);
            failure.exit
        }
    };
    ExitCode::from(exit.code())
}
