//! A hint for those who come from kubeconform, whose options take one dash.

use std::ffi::OsString;

use clap::CommandFactory;

use super::args::Cli;

/// Options of kubeconform that `gate check` has under another name or not at all, and what to write.
const OTHERS: [(&str, &str); 4] = [
    ("n", "RAYON_NUM_THREADS sets the number of threads"),
    ("cache", "nothing has to be kept: the schemas are part of the program"),
    ("debug", "`--verbose` says more"),
    ("insecure-skip-tls-verify", "certificates are always verified"),
];

/// What to write in place of the first option of kubeconform in `arguments` (without the program's name).
pub(super) fn hint(arguments: &[OsString]) -> Option<String> {
    let words: Vec<&str> = arguments.iter().map_while(|word| word.to_str()).collect();
    let ("check", words) = words.split_first().map(|(first, rest)| (*first, rest))? else { return None };
    words.iter().take_while(|word| **word != "--").find_map(|word| one(word))
}

fn one(word: &str) -> Option<String> {
    let name = word.strip_prefix('-')?.split('=').next()?;
    let name = name.strip_prefix('-').unwrap_or(name);
    let is_known = names().iter().any(|known| known == name);
    if is_known {
        let has_one_dash = !word.starts_with("--") && name.len() > 1;
        return has_one_dash.then(|| format!("long options take two dashes: `--{name}`"));
    }
    let (_, what) = OTHERS.iter().find(|(known, _)| *known == name)?;
    Some(format!("`-{name}` of kubeconform has no counterpart: {what}"))
}

/// The long names of the options of `gate check`, with their other names.
pub(super) fn names() -> Vec<String> {
    let cli = Cli::command();
    let Some(check) = cli.find_subcommand("check") else { return Vec::new() };
    let longs = check.get_arguments().chain(cli.get_arguments()).flat_map(|option| {
        option.get_long_and_visible_aliases().unwrap_or_default().into_iter().map(str::to_owned)
    });
    longs.chain(["help".to_owned(), "version".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../docs/kubeconform.md");

    fn hint_of(line: &str) -> Option<String> {
        hint(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn options_with_one_dash_are_told() {
        for (line, expected) in [
            ("check -summary -output json x", Some("long options take two dashes: `--summary`")),
            ("check -output=json", Some("long options take two dashes: `--output`")),
            (
                "check -n 4 x",
                Some("`-n` of kubeconform has no counterpart: RAYON_NUM_THREADS sets the number of threads"),
            ),
            (
                "check --cache x",
                Some(
                    "`-cache` of kubeconform has no counterpart: nothing has to be kept: the schemas are part of the program",
                ),
            ),
            ("check -schema-location x", Some("long options take two dashes: `--schema-location`")),
            ("check -v x", None),
            ("check --nonsense", None),
            ("check -- -summary", None),
            ("post -summary", None),
        ] {
            assert_eq!(hint_of(line).as_deref(), expected, "{line}");
        }
    }

    /// The page names no option that `gate check` does not have.
    #[test]
    fn the_page_for_those_who_move_is_true() {
        let names = names();
        let words = PAGE.split(|c: char| c.is_whitespace() || "`|(),;:=".contains(c));
        let options: Vec<&str> = words.filter_map(|word| word.strip_prefix("--")).collect();
        let options: Vec<&str> =
            options.into_iter().filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).collect();
        assert!(options.len() > 20, "{options:?}");
        for option in options {
            let option = option.trim_end_matches(['.', '…']);
            assert!(names.iter().any(|name| name == option), "--{option} is no option of `gate check`");
        }
    }
}
