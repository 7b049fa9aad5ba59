use clap::ValueEnum;

use super::*;

/// The words of every command that is shown: `policy new`.
fn commands(command: &Command, words: &str) -> Vec<String> {
    let below = command.get_subcommands().flat_map(|sub| {
        let words = format!("{words} {}", sub.get_name()).trim().to_owned();
        std::iter::once(words.clone()).chain(commands(sub, &words)).collect::<Vec<_>>()
    });
    below.collect()
}

#[test]
fn only_the_top_hides_commands() {
    for command in Cli::command().get_subcommands() {
        let hidden: Vec<&str> =
            command.get_subcommands().filter(|sub| sub.is_hide_set()).map(Command::get_name).collect();
        assert!(hidden.is_empty(), "`{}` hides {hidden:?}: `definition` would show them", command.get_name());
    }
}

#[test]
fn what_is_shown_is_what_the_parser_takes() {
    let (whole, shown) = (commands(&Cli::command(), ""), commands(&definition(), ""));
    let hidden: Vec<&String> = whole.iter().filter(|words| !shown.contains(words)).collect();
    assert_eq!(hidden, [super::super::compile_child::COMMAND]);
    assert!(shown.iter().all(|words| whole.contains(words)), "{shown:?}");
    assert!(shown.contains(&"policy new".to_owned()), "{shown:?}");
    let arguments = |command: &Command| {
        command.get_arguments().map(|argument| argument.get_id().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(arguments(&Cli::command()), arguments(&definition()));
}

#[test]
fn every_command_has_a_page() {
    let pages = pages(&built());
    let mut names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let mut expected = vec!["gate.1".to_owned()];
    expected.extend(
        commands(&definition(), "").iter().map(|words| format!("gate-{}.1", words.replace(' ', "-"))),
    );
    expected.sort_unstable();
    assert_eq!(names, expected);
    for (name, text) in &pages {
        let text = String::from_utf8_lossy(text);
        assert!(text.contains("\n.SH NAME\n") && text.contains("\n.SH SYNOPSIS\n"), "{name}: {text}");
        assert!(!text.contains("compile\\-policy"), "{name} tells of the child that compiles");
    }
}

#[test]
fn every_shell_has_a_script_with_every_command() {
    for shell in Shell::value_variants() {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut definition(), "gate", &mut script);
        let script = String::from_utf8(script).unwrap();
        for words in commands(&definition(), "") {
            let last = words.rsplit(' ').next().unwrap_or_default();
            assert!(script.contains(last), "{shell}: no `{words}`");
        }
        assert!(!script.contains("compile-policy"), "{shell}: tells of the child that compiles");
    }
}
