//! The little that tasks need of a command line: `--name value` pairs, and whatever follows `--`.

use crate::error::{Error, Result};

/// The arguments behind a command's name.
pub(crate) struct Options {
    command: &'static str,
    pairs: Vec<(String, Option<String>)>,
    rest: Vec<String>,
}

impl Options {
    /// Splits `arguments`; nothing is judged yet.
    pub(crate) fn new(command: &'static str, arguments: Vec<String>) -> Self {
        let mut arguments = arguments.into_iter();
        let mut pairs: Vec<(String, Option<String>)> = Vec::new();
        for argument in arguments.by_ref() {
            if argument == "--" {
                break;
            }
            match (argument.strip_prefix("--"), pairs.last_mut()) {
                (Some(flag), _) => match flag.split_once('=') {
                    Some((name, value)) => pairs.push((name.to_owned(), Some(value.to_owned()))),
                    None => pairs.push((flag.to_owned(), None)),
                },
                (None, Some((_, value @ None))) => *value = Some(argument),
                // A word that belongs to no flag is kept under the empty name, which `accept` refuses.
                (None, _) => pairs.push((String::new(), Some(argument))),
            }
        }
        Self { command, pairs, rest: arguments.collect() }
    }

    /// Refuses every option that is not in `known`, and every option without a value.
    pub(crate) fn accept(&self, known: &[&str]) -> Result<()> {
        for (name, value) in &self.pairs {
            let problem = match value {
                Some(word) if name.is_empty() => format!("`{word}` is not understood here"),
                _ if !known.contains(&name.as_str()) => format!("there is no option `--{name}`"),
                None => format!("`--{name}` needs a value"),
                Some(_) => continue,
            };
            let hint = match known {
                [] => format!("`cargo xtask {}` takes no options", self.command),
                known => format!("`cargo xtask {}` takes --{}", self.command, known.join(", --")),
            };
            return Err(Error::new(problem).hint(hint));
        }
        Ok(())
    }

    /// The last value given for `--name`.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(given, _)| given == name).and_then(|(_, value)| value.as_deref())
    }

    /// A whole number of at least 1 given for `--name`.
    pub(crate) fn count(&self, name: &str, default: usize) -> Result<usize> {
        let Some(word) = self.value(name) else { return Ok(default) };
        match word.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(Error::new(format!("`--{name} {word}`: a whole number of at least 1 is expected"))),
        }
    }

    /// What follows `--`.
    pub(crate) fn rest(&self) -> &[String] {
        &self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(words: &str) -> Options {
        Options::new("bench", words.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn reads_pairs_and_the_rest() {
        let options = options("--runs 3 --corpus=a/b --runs 5 -- --nocapture x");
        assert_eq!(options.value("corpus"), Some("a/b"));
        assert_eq!(options.count("runs", 10).ok(), Some(5));
        assert_eq!(options.count("other", 10).ok(), Some(10));
        assert_eq!(options.rest(), ["--nocapture", "x"]);
        assert!(options.accept(&["runs", "corpus"]).is_ok());
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for (words, part) in [
            ("--run 3", "no option `--run`"),
            ("stray", "`stray` is not understood"),
            ("--runs 3 stray", "`stray` is not understood"),
            ("--runs", "needs a value"),
        ] {
            let message = options(words).accept(&["runs"]).err().map(|error| error.to_string());
            assert!(message.as_deref().is_some_and(|text| text.contains(part)), "{words}: {message:?}");
        }
        assert!(options("--runs 0").count("runs", 1).is_err());
        assert!(options("--runs x").count("runs", 1).is_err());
    }
}
