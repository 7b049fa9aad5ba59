//! Hyperlinks of terminals (OSC 8). A target is made of bytes that were percent-encoded here: nothing of a pull request can
//! end the sequence, or begin another one.

use crate::model::RepoPath;
use crate::text::{UNRESERVED, percent_encoded};

/// What may stand in an address besides letters, digits and what is unreserved: no bracket, so that no CI runner takes a
/// part of it for a command.
const OF_ADDRESSES: &[u8] = b"-._~/:?#@!$&'()*+,;=%";
/// Longer targets are not linked: terminals give up at about 2,000 bytes.
const MAX_TARGET: usize = 1_800;

/// `text`, which is clean and may be painted, as a link to `target`, which has been encoded.
pub(super) fn link(target: &str, text: &str) -> String {
    if target.len() > MAX_TARGET {
        return text.to_owned();
    }
    format!("\x1b]8;;{target}\x1b\\{text}\x1b]8;;\x1b\\")
}

/// The address of a file below `folder`, which has been encoded and ends with a slash.
pub(super) fn file(folder: &str, path: &RepoPath) -> String {
    let plain = [UNRESERVED, b"/"].concat();
    format!("{folder}{}", percent_encoded(path.as_bytes(), &plain))
}

/// A web address, made safe.
pub(super) fn web(address: &str) -> String {
    percent_encoded(address, OF_ADDRESSES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_sequence_early() {
        let path = RepoPath::new(
            b"a b/\x1b\\\x07\x1b]8;;https://evil.example\x07::x##[y]\xff\xe2\x80\xae%.yaml".to_vec(),
        );
        let target = file("file:///srv/repo/", &path);
        assert_eq!(
            target,
            "file:///srv/repo/a%20b/%1B%5C%07%1B%5D8%3B%3Bhttps%3A%2F%2Fevil.example%07%3A%3Ax%23%23%5By%5D%FF%E2%80%AE%25.yaml"
                .replace("%2F%2F", "//")
        );
        assert_eq!(
            web("https://x.example/\x1b\\a;b#c[d] e\n"),
            "https://x.example/%1B%5Ca;b#c%5Bd%5D%20e%0A"
        );
        assert_eq!(
            link(&web("https://x.example/a"), "A"),
            "\x1b]8;;https://x.example/a\x1b\\A\x1b]8;;\x1b\\"
        );
        assert_eq!(link(&"x".repeat(2_000), "A"), "A");
    }
}
