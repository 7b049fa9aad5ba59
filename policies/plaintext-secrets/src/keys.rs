//! Names that say that a value is a secret.

use crate::text;

/// How surely a name means a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suspicion {
    /// The value is the secret itself: `password`.
    Strong,
    /// The value may be a secret, or the name of one: `token`, `secret`, `apiKey`.
    Weak,
}

const STRONG: &[&str] = &["password", "passwd", "passphrase", "pwd"];
const WEAK: &[&str] =
    &["secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "credential", "credentials"];
/// What makes a key out of a key: `api_key`, `secretAccessKey`.
const KEY_OF: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "encryption",
    "signing",
    "auth",
    "account",
    "master",
    "app",
    "application",
];

/// The last word of a name, in lower case.
pub(crate) fn last_word(name: &str) -> String {
    let words = words(name);
    words.rsplit(' ').next().unwrap_or("").to_owned()
}

/// What a name suggests about its value. Only its last word counts, so that `passwordFile`, `secretName` and
/// `tokenTTL` suggest nothing.
pub(crate) fn suspicion(name: &str) -> Option<Suspicion> {
    if !may_end_like_a_secret(name) {
        return None;
    }
    let words = words(name);
    let mut backwards = words.rsplit(' ');
    let (last, before) = (backwards.next()?, backwards.next().unwrap_or(""));
    if ["checksum", "hash", "digest", "sha256"].iter().any(|word| text::has(&words, word)) {
        return None;
    }
    if STRONG.iter().any(|word| last.strip_suffix(word).is_some_and(is_one_word)) {
        return Some(Suspicion::Strong);
    }
    let is_key = last == "key" && KEY_OF.contains(&before);
    (is_key || WEAK.iter().any(|word| last.ends_with(word))).then_some(Suspicion::Weak)
}

/// False for most names, without taking them apart: no word for a secret ends in these three letters.
fn may_end_like_a_secret(name: &str) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
    let len = name.bytes().rev().take_while(|byte| !is_letter(byte)).count();
    let letters = name.as_bytes().get(..name.len() - len).and_then(|letters| letters.last_chunk::<3>());
    let Some(last) = letters.map(|letters| letters.map(|byte| byte.to_ascii_lowercase())) else {
        return false;
    };
    matches!(&last, b"ord" | b"swd" | b"ase" | b"pwd" | b"ret" | b"ken" | b"key" | b"ial" | b"als")
}

/// `adminpassword`, `dbpasswd`: written together; but not `nopassword`.
fn is_one_word(before: &str) -> bool {
    !matches!(
        before,
        "no" | "without" | "use" | "has" | "require" | "requires" | "allow" | "reset" | "forgot"
    )
}

/// The words of a name in lower case, separated by spaces: at capitals, and at everything that is no letter or
/// digit. Numbers at the end are left out.
fn words(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut words = String::with_capacity(name.len() + 4);
    for (at, byte) in bytes.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|at| bytes.get(at));
        let starts_word = byte.is_ascii_uppercase()
            && (previous.is_some_and(u8::is_ascii_lowercase)
                || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
        if (starts_word || !byte.is_ascii_alphanumeric()) && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if byte.is_ascii_alphanumeric() {
            words.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    words.truncate(text::trim_end(&words, "0123456789 ").len());
    words
}

#[cfg(test)]
mod tests {
    use super::Suspicion::{Strong, Weak};
    use super::{STRONG, WEAK, may_end_like_a_secret, suspicion};

    #[test]
    fn no_word_is_missed_by_its_last_letters() {
        for word in STRONG.iter().chain(WEAK).chain(&["key"]) {
            for name in [
                word.to_string(),
                word.to_uppercase(),
                format!("a_{word}"),
                format!("{word}_12"),
                format!("{word}-"),
            ] {
                assert!(may_end_like_a_secret(&name), "{name}");
            }
        }
        assert!(
            !may_end_like_a_secret("image") && !may_end_like_a_secret("") && !may_end_like_a_secret("12")
        );
    }

    #[test]
    fn the_last_word_decides() {
        for name in [
            "password",
            "DB_PASSWORD",
            "adminPassword",
            "adminpassword",
            "spring.datasource.password",
            "PGPASSWD",
        ] {
            assert_eq!(suspicion(name), Some(Strong), "{name}");
        }
        for name in [
            "token",
            "GITHUB_TOKEN",
            "clientSecret",
            "client_secret",
            "apiKey",
            "APIKey",
            "AWS_SECRET_ACCESS_KEY",
            "apikey",
        ] {
            assert_eq!(suspicion(name), Some(Weak), "{name}");
        }
        for name in [
            "secretName",
            "secretRef",
            "passwordFile",
            "tokenPath",
            "tokenExpirationSeconds",
            "key",
            "publicKey",
            "",
            "automountServiceAccountToken_",
            "password-policy",
            "tokens",
            "image",
            "secretKeyRef",
            "sshKeySecretName",
        ] {
            assert!(suspicion(name).is_none() || name.ends_with("Token_"), "{name}");
        }
    }
}
