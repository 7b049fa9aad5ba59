//! Credentials that can be told by their form alone.

use crate::text::{self, has};

/// A form of token: a prefix, then so many characters of an alphabet.
struct Form {
    name: &'static str,
    prefix: &'static str,
    alphabet: fn(u8) -> bool,
    /// Characters behind the prefix.
    min: usize,
    max: usize,
}

const fn form(
    name: &'static str,
    prefix: &'static str,
    alphabet: fn(u8) -> bool,
    min: usize,
    max: usize,
) -> Form {
    Form { name, prefix, alphabet, min, max }
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

const FORMS: &[Form] = &[
    form("AWS access key id", "AKIA", upper, 16, 16),
    form("AWS temporary access key id", "ASIA", upper, 16, 16),
    form("GitHub personal access token", "ghp_", word, 36, 251),
    form("GitHub OAuth token", "gho_", word, 36, 251),
    form("GitHub user-to-server token", "ghu_", word, 36, 251),
    form("GitHub server-to-server token", "ghs_", word, 36, 251),
    form("GitHub refresh token", "ghr_", word, 36, 251),
    form("GitHub fine-grained token", "github_pat_", url_safe, 60, 120),
    form("GitLab personal access token", "glpat-", url_safe, 20, 300),
    form("GitLab deploy token", "gldt-", url_safe, 20, 300),
    form("GitLab runner token", "glrt-", url_safe, 20, 300),
    form("GitLab CI job token", "glcbt-", url_safe, 20, 300),
    form("Slack bot token", "xoxb-", url_safe, 24, 255),
    form("Slack user token", "xoxp-", url_safe, 24, 255),
    form("Slack workspace token", "xoxa-", url_safe, 24, 255),
    form("Slack refresh token", "xoxr-", url_safe, 24, 255),
    form("Slack app token", "xapp-", url_safe, 24, 255),
    form("Google API key", "AIza", url_safe, 35, 35),
    form("Google OAuth client secret", "GOCSPX-", url_safe, 28, 28),
    form("Stripe live key", "sk_live_", word, 16, 247),
    form("Stripe restricted key", "rk_live_", word, 16, 247),
    form("Stripe test key", "sk_test_", word, 16, 247),
    form("npm token", "npm_", word, 36, 36),
    form("PyPI token", "pypi-AgE", url_safe, 50, 500),
    form("Hugging Face token", "hf_", word, 34, 40),
    form("OpenAI key", "sk-proj-", url_safe, 40, 300),
    form("Anthropic key", "sk-ant-", url_safe, 40, 300),
    form("SendGrid key", "SG.", |byte| url_safe(byte) || byte == b'.', 60, 70),
    form("Vault token", "hvs.", url_safe, 24, 300),
    form("DigitalOcean token", "dop_v1_", word, 64, 64),
    form("Docker Hub token", "dckr_pat_", url_safe, 27, 40),
    form("age secret key", "AGE-SECRET-KEY-1", upper, 58, 58),
    form("Grafana service account token", "glsa_", url_safe, 32, 60),
    form("Databricks token", "dapi", |byte| byte.is_ascii_hexdigit(), 32, 34),
];

/// The first token of a known form in a text, by the name of its form.
pub(crate) fn find(text: &str) -> Option<&'static str> {
    if text.len() < 16 {
        return None;
    }
    private_key(text).or_else(|| starts(text).find_map(|rest| form_of(rest).or_else(|| jwt(rest))))
}

/// The text from each place where a token may start: behind anything that is no part of a word.
fn starts(text: &str) -> impl Iterator<Item = &str> {
    let mut before = b' ';
    let is_start = move |(_, pair): &(usize, &[u8])| {
        let [first, second] = **pair else { return false };
        let in_word = word(before) || matches!(before, b'_' | b'+');
        before = first;
        !in_word && is_first(first, second)
    };
    text.as_bytes().windows(2).enumerate().filter(is_start).filter_map(|(at, _)| text.get(at..))
}

/// The first two bytes of the forms, and of a JSON web token.
fn is_first(first: u8, second: u8) -> bool {
    match first {
        b'A' => matches!(second, b'G' | b'I' | b'K' | b'S'),
        b'G' => second == b'O',
        b'S' => second == b'G',
        b'd' => matches!(second, b'a' | b'c' | b'o'),
        b'e' => second == b'y',
        b'g' => matches!(second, b'h' | b'i' | b'l'),
        b'h' => matches!(second, b'f' | b'v'),
        b'n' => second == b'p',
        b'p' => second == b'y',
        b'r' => second == b'k',
        b's' => second == b'k',
        b'x' => matches!(second, b'a' | b'o'),
        _ => false,
    }
}

fn form_of(rest: &str) -> Option<&'static str> {
    FORMS.iter().find(|form| is_form(rest, form)).map(|form| form.name)
}

fn is_form(rest: &str, form: &Form) -> bool {
    let Some(body) = rest.strip_prefix(form.prefix) else { return false };
    let len = body.bytes().take_while(|byte| (form.alphabet)(*byte)).count();
    let body = body.get(..len).unwrap_or("");
    let next = rest.as_bytes().get(form.prefix.len() + len).copied();
    let ends = !next.is_some_and(|byte| byte.is_ascii_alphanumeric());
    ends && (form.min..=form.max).contains(&len) && is_varied(body)
}

/// False for what documentation writes instead of a token: `xxxxxxxx`, `AKIAIOSFODNN7EXAMPLE`.
fn is_varied(body: &str) -> bool {
    let mut seen = [false; 256];
    body.bytes().for_each(|byte| seen[byte as usize] = true);
    let marks = ["EXAMPLE", "XXXX", "0123456789", "ABCDEFGH", "YOUR", "....", "REDACTED", "PLACEHOLDER"];
    let upper = body.to_ascii_uppercase();
    seen.iter().filter(|seen| **seen).count() >= 8 && !marks.iter().any(|mark| has(&upper, mark))
}

/// `eyJ….eyJ….signature`
fn jwt(rest: &str) -> Option<&'static str> {
    let mut parts = rest.strip_prefix("eyJ")?.split('.');
    let whole = |part: &str| part.len() >= 10 && part.bytes().all(url_safe);
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let len = signature.bytes().take_while(|byte| url_safe(*byte)).count();
    (whole(header) && claims.starts_with("eyJ") && whole(claims) && len >= 20).then_some("JSON web token")
}

/// A PEM block with something in it; the mere words of the header are no key.
fn private_key(text: &str) -> Option<&'static str> {
    let mut rest = text;
    while let Some(at) = text::find(rest, "-----BEGIN ") {
        rest = rest.get(at + 11..)?;
        let header = rest.get(..text::find(rest, "-----")?)?;
        let body = rest.get(header.len() + 5..)?;
        if (header.ends_with("PRIVATE KEY") || header.ends_with("PRIVATE KEY BLOCK"))
            && has_key_material(body)
        {
            return Some("private key");
        }
    }
    None
}

fn has_key_material(body: &str) -> bool {
    let body = body.get(..text::find(body, "-----").unwrap_or(body.len())).unwrap_or("");
    // In JSON inside of YAML a line may end in a written `\n`.
    let mut material = String::new();
    for part in body.split(['\n', '\\']) {
        let part = part.strip_prefix('n').unwrap_or(part).trim();
        if !part.contains([':', ' ']) {
            material.push_str(part);
        }
    }
    let known = material.bytes().all(|byte| word(byte) || matches!(byte, b'+' | b'/' | b'='));
    material.len() >= 40 && known && is_varied(&material)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_and_none_is_shorter_than_its_run() {
        for form in FORMS {
            let body: String = "q7Rw2Kx9Lm4Tz8Vb1Ns6"
                .chars()
                .cycle()
                .filter(|c| (form.alphabet)(*c as u8))
                .take(form.min)
                .collect();
            // An alphabet without capitals or small letters leaves too few different characters of the above.
            let body = if is_varied(&body) {
                body
            } else {
                "A1B2C3D4E5F67".chars().cycle().take(form.min).collect()
            };
            let token = format!("{}{body}", form.prefix);
            assert!(
                token.len() >= text::SHORTEST_TOKEN
                    && is_first(form.prefix.as_bytes()[0], form.prefix.as_bytes()[1]),
                "{token}"
            );
            assert_eq!(find(&format!("x {token}")), Some(form.name), "{token}");
            assert!(text::marks(&token).may_have_a_form, "{token}");
        }
    }
}
