//! GitLab carries out lines of a note that begin with a slash (`/approve`, `/merge`), with the rights of its author. No line
//! of the gate's notes begins so: a backslash stands before the slash, and nobody sees it.

/// `text` with no line that is a command.
pub(super) fn without_commands(text: &str) -> String {
    lines(text, |rest, out| {
        out.push('\\');
        out.push_str(rest);
    })
}

/// The reverse of [`without_commands`].
pub(super) fn with_slashes(text: &str) -> String {
    lines(text, |rest, out| out.push_str(rest.strip_prefix('\\').unwrap_or(rest)))
}

/// Copies `text`, with `act` for the rest of each line that begins with a slash or backslashes and a slash.
fn lines(text: &str, act: impl Fn(&str, &mut String)) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start();
        out.push_str(&line[..line.len() - rest.len()]);
        if rest.trim_start_matches('\\').starts_with('/') {
            act(rest, &mut out);
        } else {
            out.push_str(rest);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_begins_with_a_slash() {
        let text = "/merge\n  /approve now\n\t/close\r\nsee /tmp\n\\/x\n\\\\/y\n<!-- / -->\n\u{a0}/draft";
        let safe = without_commands(text);
        assert!(safe.lines().all(|line| !line.trim_start().starts_with('/')), "{safe}");
        assert_eq!(
            safe,
            "\\/merge\n  \\/approve now\n\t\\/close\r\nsee /tmp\n\\\\/x\n\\\\\\/y\n<!-- / -->\n\u{a0}\\/draft"
        );
        assert_eq!(with_slashes(&safe), text);
    }
}
