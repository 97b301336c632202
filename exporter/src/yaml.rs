//! The little YAML we write: quoted scalars and literal blocks, both safe for any text.

/// `text` as a double-quoted scalar; a JSON string is one.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `text` as a literal block under a key at `indent` spaces.
pub(crate) fn block(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent + 2);
    let lines: Vec<String> = text.lines().map(|line| format!("{margin}{line}")).collect();
    format!("|-\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_keeps_quotes_backslashes_and_accents() {
        assert_eq!(quoted("é \"a\\b\"\n"), r#""é \"a\\b\"\n""#);
    }

    #[test]
    fn a_block_is_indented_below_its_key() {
        assert_eq!(block("a\nb", 4), "|-\n      a\n      b");
    }
}
