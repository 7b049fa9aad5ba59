//! Simple commands in what the docs show of shells: enough of the grammar for pages, none of its meaning.

/// Splits a script into its commands, each a list of words. Comments and redirections are dropped, quotes are undone, and what
/// marks a usage line (`[--ref GLOB]…`) goes, too. A command in `$(…)` is one of its own.
pub(super) fn commands(script: &str) -> Vec<Vec<String>> {
    let mut lexer = Lexer::default();
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        match (lexer.quote, c) {
            (Some(quote), c) if c == quote => lexer.quote = None,
            (Some('"') | None, '\\') => match chars.next() {
                Some('\n') | None => {}
                Some(next) => lexer.push(next),
            },
            (Some(_), c) => lexer.push(c),
            (None, '\'' | '"') => {
                lexer.quote = Some(c);
                lexer.is_word = true;
            }
            (None, '#') if !lexer.is_word => while chars.next_if(|c| *c != '\n').is_some() {},
            (None, '>' | '<') => {
                if lexer.word.bytes().all(|b| b.is_ascii_digit()) {
                    lexer.word.clear();
                    lexer.is_word = false;
                }
                lexer.end_word();
                while chars.next_if(|c| matches!(c, '>' | '&' | ' ')).is_some() {}
                lexer.drops = true;
            }
            (None, '\n' | ';' | '&' | '|' | '(' | ')') => lexer.end_command(),
            (None, '[' | ']' | '…') => {}
            (None, c) if c.is_whitespace() => lexer.end_word(),
            (None, c) => lexer.push(c),
        }
    }
    lexer.end_command();
    lexer.commands
}

#[derive(Default)]
struct Lexer {
    commands: Vec<Vec<String>>,
    words: Vec<String>,
    word: String,
    is_word: bool,
    quote: Option<char>,
    /// The next word is a redirection's file.
    drops: bool,
}

impl Lexer {
    fn push(&mut self, c: char) {
        self.word.push(c);
        self.is_word = true;
    }

    fn end_word(&mut self) {
        if self.is_word {
            let word = std::mem::take(&mut self.word);
            if !self.drops {
                self.words.push(word);
            }
            (self.is_word, self.drops) = (false, false);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.drops = false;
        if !self.words.is_empty() {
            self.commands.push(std::mem::take(&mut self.words));
        }
    }
}

/// The command behind assignments and words that start another program. None: assignments only.
pub(super) fn program(command: &[String]) -> Option<(&str, &[String])> {
    const BEFORE: [&str; 10] = ["exec", "sudo", "time", "if", "then", "else", "do", "!", "{", "}"];
    let is_assignment = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
    };
    let at = command.iter().position(|word| !is_assignment(word) && !BEFORE.contains(&word.as_str()))?;
    let name = command[at].rsplit('/').next().unwrap_or_default();
    Some((name, &command[at + 1..]))
}

#[test]
fn scripts_are_split_into_commands() {
    let script = "gate check -C 'a b' \\\n  --all   # why\nkustomize build . | FOO=1 gate check - 2>&1 >out.txt\n\
                  x=$(/usr/bin/gate hook [--ref GLOB]… \"q#\") && gate explain; code=$?\n";
    let split = commands(script);
    let shown: Vec<String> = split.iter().map(|command| command.join("|")).collect();
    assert_eq!(
        shown,
        [
            "gate|check|-C|a b|--all",
            "kustomize|build|.",
            "FOO=1|gate|check|-",
            "x=$",
            "/usr/bin/gate|hook|--ref|GLOB|q#",
            "gate|explain",
            "code=$?",
        ]
    );
    let programs: Vec<_> = split.iter().map(|command| program(command).map(|(name, _)| name)).collect();
    let gate = Some("gate");
    assert_eq!(programs, [gate, Some("kustomize"), gate, None, gate, gate, None]);
}
