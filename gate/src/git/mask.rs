//! What another program wrote to standard error, made fit for a message: no credentials, few lines, clean.

use crate::text::{clean_line, shorten};

/// Lines that are kept at most.
const LINES: usize = 4;
/// Code points of the result at most.
const LENGTH: usize = 400;
/// Names of parameters of a URL whose value is a secret.
const SECRETS: [&str; 5] = ["token=", "private_token=", "access_token=", "password=", "secret="];

/// The lines of `stderr` that tell most, on one line.
pub(super) fn told(stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let tells = |line: &&&str| {
        ["fatal:", "error:", "remote:", "ERROR:", "ssh:"].iter().any(|start| line.starts_with(start))
            || line.contains("denied")
            || line.contains("refused")
            || line.contains("failed")
            || line.contains("rejected]")
    };
    let telling: Vec<&str> = lines.iter().filter(tells).copied().collect();
    let chosen = if telling.is_empty() { lines } else { telling };
    let last = chosen.len().saturating_sub(LINES);
    let text = masked(&chosen[last..].join("; "));
    let text = clean_line(&text);
    if text.is_empty() { "it said nothing".to_owned() } else { shorten(&text, LENGTH).into_owned() }
}

/// `text` with `***` in place of credentials in URLs and headers.
pub(super) fn masked(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    let mut masked = String::with_capacity(text.len());
    let mut after_scheme = false;
    for word in words {
        let bare = word.trim_end();
        if after_scheme && !bare.is_empty() {
            masked.push_str("***");
            masked.push_str(&word[bare.len()..]);
        } else {
            masked.push_str(&url(word));
        }
        after_scheme = ["basic", "bearer"].iter().any(|scheme| bare.eq_ignore_ascii_case(scheme));
    }
    masked
}

/// One word, of which any number may be URLs.
fn url(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(['/', '\'', '"', '?', '#', '<', '>']).unwrap_or(after.len());
        let (authority, next) = after.split_at(end);
        match authority.rsplit_once('@') {
            // The user of ssh is no secret; of https it may be a token.
            Some((user, host)) if before.ends_with("ssh://") && !user.contains(':') => {
                out.push_str(&format!("{user}@{host}"));
            }
            Some((_, host)) => out.push_str(&format!("***@{host}")),
            None => out.push_str(authority),
        }
        rest = next;
    }
    out.push_str(rest);
    parameters(out)
}

fn parameters(mut word: String) -> String {
    for name in SECRETS {
        let mut from = 0;
        while let Some(at) = word.get(from..).and_then(|rest| rest.find(name)) {
            let start = from + at + name.len();
            let end = word[start..].find(['&', '\'', '"', ' ']).map_or(word.len(), |end| start + end);
            word.replace_range(start..end, "***");
            from = start + 3;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked() {
        for (text, expected) in [
            ("fatal: https://user:pass@host/x.git/ not found", "fatal: https://***@host/x.git/ not found"),
            ("'https://x-access-token:ghs_1@github.com/o/r/'", "'https://***@github.com/o/r/'"),
            ("https://ghp_token@github.com/o/r", "https://***@github.com/o/r"),
            ("a https://u:p@ss@h/x b http://t@h2", "a https://***@h/x b http://***@h2"),
            ("ssh://git@host/x", "ssh://git@host/x"),
            ("ssh://git:pw@host/x", "ssh://***@host/x"),
            ("git@host:o/r.git", "git@host:o/r.git"),
            ("AUTHORIZATION: basic eDp5 end", "AUTHORIZATION: basic *** end"),
            ("Authorization: Bearer abc", "Authorization: Bearer ***"),
            ("https://h/x?private_token=abc&y=1", "https://h/x?private_token=***&y=1"),
            ("no secret here", "no secret here"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn only_what_tells_is_kept() {
        let stderr =
            "Cloning…\nremote: counting\nwarning: x\nfatal: remote error: upload-pack: not our ref 1\n";
        assert_eq!(told(stderr), "remote: counting; fatal: remote error: upload-pack: not our ref 1");
        let stderr =
            " ! [rejected]  a -> b (fetch first)\nerror: failed to push some refs\nhint: Updates were\n";
        assert_eq!(told(stderr), "! [rejected]  a -> b (fetch first); error: failed to push some refs");
        assert_eq!(told("  \n"), "it said nothing");
        assert_eq!(told("a\nb\u{1b}[31m\n"), "a; b\u{fffd}[31m");
        assert!(told(&"fatal: x\n".repeat(1000)).chars().count() <= LENGTH);
    }
}
