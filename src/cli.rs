//! The command line as clap sees it: every word from Fluent, no stock English left in French help.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};
use fluent_templates::fluent_bundle::FluentValue;

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// The reader's language: `--lang` where given, else what the environment asks for.
#[must_use]
pub fn language(arguments: &[String]) -> Words {
    let named = arguments.iter().zip(arguments.iter().skip(1)).find(|(flag, _)| *flag == "--lang");
    let joined = arguments.iter().find_map(|argument| argument.strip_prefix("--lang="));
    match joined.or(named.map(|(_, value)| value.as_str())) {
        Some(language) => Words::of_locale(language),
        None => Words::of_environment(),
    }
}

/// Parses the command line.
///
/// # Errors
/// Usage errors with exit 2; `--help` and `--version` come back as exit 0 with their text.
pub fn parse(arguments: &[String], words: Words) -> Result<ArgMatches, Failure> {
    command(words).try_get_matches_from(arguments).map_err(|error| failure(&error, words))
}

/// The whole command tree.
#[must_use]
pub fn command(words: Words) -> Command {
    let lang = flag(words, "lang").value_name("fr|en").global(true);
    Command::new("balise")
        .about(words.say("cli-about"))
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_help_heading(words.say("cli-commands"))
        .arg(lang)
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version)
                .help(words.say("cli-version"))
                .help_heading(words.say("cli-options")),
        )
        .subcommands([
            demo(words),
            run(words),
            fleet(words),
            monitor(words),
            emulate(words),
            rig(words),
            record(words),
            decode(words),
            replay(words),
            estimate(words),
            export(words),
            diff(words),
            evaluate(words),
            present(words),
            identify(words),
            explore(words),
            clean(words),
            rules(words),
            late(words),
            load(words),
            doctor(words),
            schema(words),
            completions(words),
        ])
        .mut_subcommands(|sub| dressed(sub, words))
        .disable_help_flag(true)
        .arg(help(words))
        .help_template(template(words))
}

fn demo(words: Words) -> Command {
    Command::new("demo").about(words.say("cli-demo")).args([
        flag(words, "seed").value_name("N").value_parser(clap::value_parser!(u64)),
        flag(words, "break").value_name("rule|estimator|receiver"),
        flag(words, "out").value_name("DIR"),
        switch(words, "json"),
    ])
}

fn run(words: Words) -> Command {
    Command::new("run").about(words.say("cli-run")).args([
        positional(words, "scenario").value_name("SCENARIO").num_args(1..),
        flag(words, "seed").value_name("N").value_parser(clap::value_parser!(u64)),
        flag(words, "seeds").value_name("N").value_parser(clap::value_parser!(u64).range(1..=100_000)),
        flag(words, "jobs").value_name("N").value_parser(clap::value_parser!(u64).range(1..=1024)),
        flag(words, "shard").value_name("I/N"),
        flag(words, "out").value_name("DIR"),
        flag(words, "baseline").value_name("DIR"),
        switch(words, "run-capture").long("capture"),
        switch(words, "force"),
        switch(words, "json"),
    ])
}

fn fleet(words: Words) -> Command {
    let number = |name| flag(words, name).value_name("N").value_parser(clap::value_parser!(u64));
    Command::new("fleet").about(words.say("cli-fleet")).args([
        positional(words, "scenario").value_name("SCENARIO").num_args(1..).required(true),
        flag(words, "sites").value_name("N").value_parser(clap::value_parser!(u64).range(1..=1_000_000)),
        number("seed"),
        flag(words, "seeds").value_name("N").value_parser(clap::value_parser!(u64).range(1..=100_000)),
        flag(words, "jobs").value_name("N").value_parser(clap::value_parser!(u64).range(1..=1024)),
        flag(words, "hold").value_name("SECONDS").value_parser(clap::value_parser!(f64)),
        flag(words, "step").value_name("SECONDS").value_parser(clap::value_parser!(f64)),
        flag(words, "rows-every").value_name("SECONDS").value_parser(clap::value_parser!(f64)),
        flag(words, "format").value_name("csv|parquet|none"),
        flag(words, "out").value_name("DIR"),
        switch(words, "force"),
        switch(words, "json"),
    ])
}

fn monitor(words: Words) -> Command {
    Command::new("monitor").about(words.say("cli-monitor")).args([
        flag(words, "config").value_name("FILE").conflicts_with_all([
            "port",
            "device",
            "profile",
            "capacity-ah",
        ]),
        flag(words, "port").value_name("PATH"),
        flag(words, "device").value_name("KIND"),
        flag(words, "profile").value_name("FILE|NAME"),
        flag(words, "capacity-ah").value_name("AH").value_parser(clap::value_parser!(f64)),
        flag(words, "listen").value_name("ADDRESS"),
        flag(words, "capture").value_name("FILE"),
        note(words).requires("capture"),
        flag(words, "trace").value_name("FILE"),
        flag(words, "state").value_name("DIR"),
        flag(words, "speed").value_name("FACTOR").value_parser(clap::value_parser!(f64)),
        flag(words, "epoch").value_name("UNIX_NANOS").value_parser(clap::value_parser!(i64)).hide(true),
    ])
}

fn emulate(words: Words) -> Command {
    Command::new("emulate").about(words.say("cli-emulate")).args([
        flag(words, "device")
            .value_name("KIND[@ADDRESS]")
            .help(words.say("cli-flag-emulated-device"))
            .num_args(1)
            .action(ArgAction::Append),
        flag(words, "link").value_name("PATH"),
        flag(words, "port").value_name("PATH").conflicts_with("link"),
        flag(words, "set").value_name("NAME=VALUE").num_args(1).action(ArgAction::Append),
        flag(words, "scenario").value_name("FILE").conflicts_with_all(["set", "data"]),
        flag(words, "data").value_name("FILE").conflicts_with_all(["set", "every"]),
        flag(words, "fault").value_name("KIND[=N][@FROM..UNTIL]").num_args(1).action(ArgAction::Append),
        flag(words, "fault-log").value_name("FILE"),
        flag(words, "recorded").value_name("FILE").conflicts_with_all([
            "set",
            "scenario",
            "data",
            "every",
            "address",
            "picky",
            "current-reversed",
        ]),
        flag(words, "source").value_name("NAME").requires("recorded"),
        flag(words, "capture").value_name("FILE"),
        note(words).requires("capture"),
        flag(words, "seed").value_name("N").value_parser(clap::value_parser!(u64)),
        flag(words, "speed").value_name("FACTOR").value_parser(clap::value_parser!(f64)),
        flag(words, "every").value_name("SECONDS").value_parser(clap::value_parser!(f64)),
        flag(words, "truth").value_name("FILE"),
        flag(words, "address").value_name("N").value_parser(clap::value_parser!(u8).range(1..)),
        switch(words, "picky"),
        switch(words, "current-reversed"),
        flag(words, "epoch").value_name("UNIX_NANOS").value_parser(clap::value_parser!(i64)).hide(true),
    ])
}

fn rig(words: Words) -> Command {
    Command::new("rig").about(words.say("cli-rig")).args([
        positional(words, "manifest").value_name("RIG.toml"),
        switch(words, "emulate"),
        flag(words, "out").value_name("DIR"),
        switch(words, "force"),
        switch(words, "json"),
    ])
}

fn rules(words: Words) -> Command {
    Command::new("rules").about(words.say("cli-rules")).args([
        positional(words, "parameters").value_name("ALERTS.toml").required(false),
        flag(words, "out").value_name("DIR").required(true),
        flag(words, "speed")
            .value_name("FACTOR")
            .help(words.say("cli-flag-rules-speed"))
            .value_parser(clap::value_parser!(f64)),
    ])
}

fn late(words: Words) -> Command {
    Command::new("late").about(words.say("cli-late")).args([
        flag(words, "late-prometheus").long("prometheus").value_name("URL"),
        flag(words, "alertmanager").value_name("URL"),
        flag(words, "late-from").long("from").value_name("TIME").requires("until"),
        flag(words, "until").value_name("TIME").requires("late-from"),
        switch(words, "watch").conflicts_with("late-from"),
        flag(words, "alive").value_name("FILE").requires("watch"),
        flag(words, "rules-file")
            .long("rules")
            .value_name("ALERTS.toml")
            .help(words.say("cli-argument-parameters")),
    ])
}

fn decode(words: Words) -> Command {
    Command::new("decode")
        .about(words.say("cli-decode"))
        .args([flag(words, "device").value_name("KIND"), positional(words, "file").value_name("FILE")])
}

fn record(words: Words) -> Command {
    Command::new("record").about(words.say("cli-record")).args([
        positional(words, "recording").value_name("CAPTURE"),
        flag(words, "config").value_name("FILE").conflicts_with_all(["port", "device", "address"]),
        flag(words, "port").value_name("PATH"),
        flag(words, "device").value_name("KIND"),
        flag(words, "address").value_name("N").value_parser(clap::value_parser!(u8).range(1..)),
        note(words),
        flag(words, "for").value_name("SECONDS").value_parser(clap::value_parser!(f64)),
        switch(words, "only-listen"),
        switch(words, "json"),
    ])
}

fn export(words: Words) -> Command {
    Command::new("export").about(words.say("cli-export")).args([
        positional(words, "capture").value_name("CAPTURE"),
        flag(words, "as").value_name("dump|pcapng"),
        flag(words, "export-out").long("out").value_name("FILE"),
    ])
}

fn diff(words: Words) -> Command {
    Command::new("diff").about(words.say("cli-diff")).args([
        positional(words, "first").value_name("A"),
        positional(words, "second").value_name("B"),
        flag(words, "device").value_name("KIND"),
        flag(words, "tolerance").value_name("VALUE|NAME=VALUE").num_args(1).action(ArgAction::Append),
        switch(words, "json"),
    ])
}

fn replay(words: Words) -> Command {
    Command::new("replay").about(words.say("cli-replay")).args([
        positional(words, "capture").value_name("CAPTURE"),
        flag(words, "device").value_name("KIND"),
        flag(words, "config").value_name("FILE"),
        flag(words, "profile").value_name("FILE|NAME"),
        flag(words, "capacity-ah").value_name("AH").value_parser(clap::value_parser!(f64)),
        flag(words, "trace").value_name("FILE"),
        flag(words, "replay-speed").long("speed").value_name("FACTOR|max"),
        flag(words, "replay-listen").long("listen").value_name("ADDRESS"),
        switch(words, "json"),
    ])
}

fn estimate(words: Words) -> Command {
    Command::new("estimate").about(words.say("cli-estimate")).args(crate::estimate::arguments(words))
}

fn evaluate(words: Words) -> Command {
    let number = |name| flag(words, name).value_parser(clap::value_parser!(f64)).allow_negative_numbers(true);
    Command::new("evaluate").about(words.say("cli-evaluate")).args([
        flag(words, "data")
            .value_name("F.csv.gz|DIR")
            .help(words.say("cli-flag-evaluation-data"))
            .required_unless_present_any(["matrix", "nights"]),
        flag(words, "profile")
            .long("battery")
            .value_name("PROFILE.toml")
            .required_unless_present_any(["matrix", "nights"]),
        flag(words, "cuts")
            .value_name("N")
            .value_parser(clap::value_parser!(u64).range(1..=10_000))
            .conflicts_with_all(["predictions", "through", "initial-soc"]),
        flag(words, "matrix").value_name("DIR").conflicts_with_all([
            "data",
            "predictions",
            "through",
            "initial-soc",
        ]),
        switch(words, "study").requires("cuts").conflicts_with("matrix"),
        flag(words, "nights")
            .value_name("N")
            .value_parser(clap::value_parser!(u64).range(1..=100_000))
            .conflicts_with_all([
                "data",
                "profile",
                "cuts",
                "matrix",
                "predictions",
                "through",
                "initial-soc",
            ]),
        flag(words, "seed").value_name("S").value_parser(clap::value_parser!(u64)),
        flag(words, "jobs").value_name("N").value_parser(clap::value_parser!(u64).range(1..=1024)),
        flag(words, "through").value_name("KIND"),
        number("initial-soc").value_name("RATIO"),
        number("current-offset-a").value_name("A"),
        number("voltage-offset-v").value_name("V"),
        number("current-gain").value_name("FACTOR"),
        flag(words, "predictions").value_name("FILE"),
        flag(words, "evaluation-out").long("out").value_name("DIR"),
        switch(words, "json"),
    ])
}

fn present(words: Words) -> Command {
    Command::new("present").about(words.say("cli-present")).args([
        positional(words, "results").value_name("DIR").num_args(1..),
        flag(words, "present-out").long("out").value_name("FILE.html").required(true),
        flag(words, "title").value_name("TEXT"),
    ])
}

fn identify(words: Words) -> Command {
    let files = |name| flag(words, name).value_name("F.csv.gz").num_args(1..).action(ArgAction::Append);
    Command::new("identify").about(words.say("cli-identify")).args([
        files("identify-data").long("data"),
        files("ocv"),
        files("pulse"),
        files("drive"),
        files("check"),
        flag(words, "base").value_name("NAME|PROFILE").required(true),
        flag(words, "name").value_name("NAME"),
        flag(words, "capacity-ah").value_name("AH").value_parser(clap::value_parser!(f64)),
        flag(words, "identify-out").long("out").value_name("PROFILE.toml").required(true),
        flag(words, "report").value_name("DIR"),
        flag(words, "identify-seed").long("seed").value_name("N").value_parser(clap::value_parser!(u64)),
        switch(words, "json"),
    ])
}

fn explore(words: Words) -> Command {
    Command::new("explore").about(words.say("cli-explore")).args([
        positional(words, "log").value_name("FILE").num_args(1..),
        flag(words, "explore-out").long("out").value_name("DIR"),
        flag(words, "suggest").value_name("RULES.toml"),
        flag(words, "time-zone").value_name("ZONE"),
        flag(words, "capture-device").long("device").value_name("KIND"),
        switch(words, "force"),
        switch(words, "json"),
    ])
}

fn clean(words: Words) -> Command {
    Command::new("clean").about(words.say("cli-clean")).args([
        positional(words, "dirty").value_name("FILE"),
        flag(words, "clean-rules").long("rules").value_name("RULES.toml").required(true),
        flag(words, "clean-out").long("out").value_name("FILE").required(true),
        flag(words, "capture-device").long("device").value_name("KIND"),
        switch(words, "force"),
        switch(words, "json"),
    ])
}

fn schema(words: Words) -> Command {
    Command::new("schema")
        .about(words.say("cli-schema"))
        .arg(positional(words, "format").value_name("FORMAT").required(false))
}

fn completions(words: Words) -> Command {
    Command::new("completions")
        .about(words.say("cli-completions"))
        .arg(positional(words, "shell").value_name("bash|zsh|fish|elvish|powershell"))
}

fn load(words: Words) -> Command {
    Command::new("load").about(words.say("cli-load")).args(crate::load::arguments(words))
}

fn doctor(words: Words) -> Command {
    Command::new("doctor").about(words.say("cli-doctor")).args([
        switch(words, "ports"),
        flag(words, "port").value_name("PATH").requires("ports"),
        switch(words, "json"),
    ])
}

/// A flag that takes a value; its help is the sentence `cli-flag-NAME`.
pub(crate) fn flag(words: Words, name: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .help(words.say(&format!("cli-flag-{name}")))
        .help_heading(words.say("cli-options"))
}

/// What the head of a capture is to say.
fn note(words: Words) -> Arg {
    flag(words, "note").value_name("TEXT").num_args(1).action(ArgAction::Append)
}

pub(crate) fn switch(words: Words, name: &'static str) -> Arg {
    flag(words, name).action(ArgAction::SetTrue)
}

fn positional(words: Words, name: &'static str) -> Arg {
    Arg::new(name)
        .required(true)
        .help(words.say(&format!("cli-argument-{name}")))
        .help_heading(words.say("cli-arguments"))
}

fn help(words: Words) -> Arg {
    Arg::new("help")
        .long("help")
        .short('h')
        .action(ArgAction::Help)
        .help(words.say("cli-help"))
        .help_heading(words.say("cli-options"))
}

fn dressed(sub: Command, words: Words) -> Command {
    let after = format!("cli-{}-after", sub.get_name());
    sub.disable_help_flag(true).arg(help(words)).help_template(template(words)).after_help(words.say(&after))
}

fn template(words: Words) -> String {
    format!("{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}", words.say("cli-usage"))
}

/// clap speaks English only: its errors are said again in the reader's words.
fn failure(error: &clap::Error, words: Words) -> Failure {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Failure::new(Exit::Ok, error.to_string());
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::new(Exit::Usage, error.to_string());
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let key = match error.kind() {
        ErrorKind::UnknownArgument => "cli-error-unknown-argument",
        ErrorKind::InvalidSubcommand => "cli-error-unknown-command",
        ErrorKind::MissingRequiredArgument => "cli-error-missing-argument",
        ErrorKind::ArgumentConflict => "cli-error-conflict",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "cli-error-bad-value",
        _ => "cli-error-other",
    };
    let argument = match context(ContextKind::InvalidArg) {
        empty if empty.is_empty() => context(ContextKind::InvalidSubcommand),
        argument => argument,
    };
    let blanks = [
        ("argument", FluentValue::from(argument)),
        ("value", FluentValue::from(context(ContextKind::InvalidValue))),
        ("other", FluentValue::from(context(ContextKind::PriorArg))),
    ];
    Failure::new(Exit::Usage, words.tell(key, &blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<ArgMatches, Failure> {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        parse(&arguments, Words::French)
    }

    #[test]
    fn the_tree_is_sound_in_both_languages() {
        command(Words::French).debug_assert();
        command(Words::English).debug_assert();
    }

    #[test]
    fn french_help_has_no_stock_english() {
        for sub in [
            "",
            "run ",
            "demo ",
            "monitor ",
            "emulate ",
            "rig ",
            "record ",
            "decode ",
            "replay ",
            "estimate ",
            "load ",
            "export ",
            "diff ",
            "evaluate ",
            "doctor ",
            "fleet ",
            "identify ",
            "explore ",
            "clean ",
            "schema ",
            "completions ",
            "late ",
        ] {
            let text = parsed(&format!("balise {sub}--help"))
                .map_or_else(|failure| failure.message, |_| String::new());
            for stock in ["Usage:", "Options:", "Arguments:", "Commands:", "Print help", "default:", "cli-"] {
                assert!(!text.contains(stock), "`{stock}` in: {text}");
            }
        }
    }

    #[test]
    fn a_wrong_flag_is_a_usage_error_that_names_it() {
        let failure = parsed("balise run --nope x").err();
        assert_eq!(failure.as_ref().map(|failure| failure.exit), Some(Exit::Usage));
        assert!(failure.is_some_and(|failure| failure.message.contains("--nope")));
    }
}
