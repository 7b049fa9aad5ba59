//! Whether a value is a secret, or only stands for one.

use gate_sdk::glob;

use crate::text;

/// Words that stand for a secret without being one, in any case and with any separators.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "changeit",
    "changethis",
    "replaceme",
    "replacethis",
    "replace",
    "placeholder",
    "todo",
    "tbd",
    "fixme",
    "example",
    "dummy",
    "redacted",
    "masked",
    "hidden",
    "none",
    "null",
    "nil",
    "empty",
    "unset",
    "undefined",
    "unused",
    "true",
    "false",
    "yes",
    "no",
    "secret",
    "password",
    "token",
    "apikey",
    "value",
    "string",
    "default",
    "notset",
    "yourpassword",
    "yourtoken",
    "yoursecret",
    "yourapikey",
    "mysecret",
    "fake",
    "notasecret",
    "notsecret",
    "required",
    "optional",
    "enabled",
    "disabled",
    "insecure",
];
const PARTS: &[&str] = &[
    "changeme",
    "replaceme",
    "placeholder",
    "redacted",
    "example",
    "dummy",
    "yourpassword",
    "yourtoken",
    "yoursecret",
    "yourapi",
    "insertyour",
    "fillin",
    "setme",
    "notarealsecret",
];
/// Starts of references to where the secret is kept.
const REFERENCES: &[&str] = &[
    "vault:",
    "ref+",
    "op://",
    "arn:",
    "projects/",
    "secret/",
    "secretref:",
    "secretref+",
    "awssm:",
    "gcpsm:",
    "azurekv:",
    "akv:",
    "ssm:",
    "sops:",
    "enc[",
    "env:",
    "file:",
    "bao:",
    "keyvault:",
    "@microsoft.keyvault",
    "valuefrom:",
    "!vault",
    "pass:",
    "doppler:",
    "infisical:",
    "passwordstore:",
];

/// True if the value only stands for a secret: empty, a gap to be filled in, a reference, a word for it.
pub(crate) fn is_placeholder(value: &str, more: &[String]) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    is_gap(value)
        || is_reference(&lower)
        || is_stand_in(&lower)
        || more.iter().any(|p| glob::matches(&p.to_ascii_lowercase(), &lower))
}

/// True if the value is a longer text with gaps: something else than the gaps may be a secret.
pub(crate) fn is_template(value: &str) -> bool {
    value.trim().contains('\n') && is_gap(value)
}

/// `${X}`, `$X`, `$(X)`, `{{ x }}`, `<x>`, `%X%`, `[x]`, `__X__`
fn is_gap(value: &str) -> bool {
    let wrapped = |start: &str, end: &str| value.starts_with(start) && value.ends_with(end);
    let variable = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    ["${", "{{", "$(", "<path:"].iter().any(|mark| text::has(value, mark))
        || wrapped("<", ">")
        || wrapped("%", "%")
        || wrapped("[", "]")
        || wrapped("__", "__")
        || wrapped("@", "@")
        || value.strip_prefix('$').is_some_and(variable)
}

fn is_reference(lower: &str) -> bool {
    let lower = text::trim_start(lower, "\"'");
    REFERENCES.iter().any(|start| lower.starts_with(start)) || text::has(lower, "enc[aes256_gcm,")
}

fn is_stand_in(lower: &str) -> bool {
    let mut plain = String::with_capacity(lower.len());
    for c in lower.chars().filter(|c| c.is_ascii_alphanumeric() || !c.is_ascii()) {
        plain.push(c);
    }
    let mut chars = plain.chars();
    let first = chars.next();
    let is_word = lower.len() <= 48 && !lower.contains([' ', '\n', '@', '/']);
    first.is_none()
        || chars.all(|c| Some(c) == first)
        || PLACEHOLDERS.contains(&plain.as_str())
        || (is_word && PARTS.iter().any(|part| text::has(&plain, part)))
}

/// True if a value under the name of a password is one: whatever is no placeholder, number, path or prose.
pub(crate) fn is_password(value: &str) -> bool {
    let value = value.trim();
    (3..=256).contains(&value.chars().count())
        && !value.contains([' ', '\t', '\n'])
        && !is_code(value)
        && !is_path(value)
        && !is_public_url(value)
        && !names_a_secret(value)
}

/// True if a value looks like it was made by a generator: long, without structure, letters and digits mixed.
pub(crate) fn is_random(value: &str) -> bool {
    let value = value.trim();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-.~!#%&*^".contains(&byte);
    if !(16..=4096).contains(&value.len()) || !value.bytes().all(known) || is_path(value) || is_code(value) {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    digits >= 2 && letters >= 2 && entropy(value) >= 3.0 && !is_dictionary_like(value)
}

/// Bits for each byte.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[byte as usize] += 1);
    let len = text.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / len).map(|p| -p * log2(p)).sum()
}

/// Good to three digits, without the C library's `log2`.
fn log2(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as f64 - 1023.0;
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    let t = (m - 1.0) / (m + 1.0);
    let t2 = t * t;
    exponent + 2.885_390_082 * t * (1.0 + t2 / 3.0 + t2 * t2 / 5.0 + t2 * t2 * t2 / 7.0)
}

/// `kflux-prd-rh02-ssh-key`: short words and numbers with separators, as names of objects are.
fn is_dictionary_like(value: &str) -> bool {
    let parts = || value.split(['-', '_', '.', '/']);
    let wordy = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let mixed = part.bytes().any(|byte| byte.is_ascii_lowercase())
            && part.bytes().any(|byte| byte.is_ascii_uppercase());
        part.len() <= 16 && digits <= 3 && !mixed && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    !is_uuid(value) && parts().nth(1).is_some() && parts().all(wordy)
}

/// `0b0e2c1c-7f2d-4f7e-9f1a-1d2e3f4a5b6c`
fn is_uuid(value: &str) -> bool {
    let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, u8)| if is_dash(at) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    value.len() == 36 && value.bytes().enumerate().all(fits)
}

/// `/mnt/secrets/token`, `./x.pem`, `certs/tls.key`
fn is_path(value: &str) -> bool {
    let file = value.rsplit('/').next().unwrap_or("");
    value.starts_with(['/', '.', '~']) && value.contains('/')
        || value.contains('/')
            && [".key", ".pem", ".crt", ".txt", ".json", ".yaml", ".yml"]
                .iter()
                .any(|end| file.ends_with(end))
}

/// `f(x)`, `a.b.c()`, `!env_var`, `&anchor`: an expression of a program or of a template.
fn is_code(value: &str) -> bool {
    value.contains(['(', '{', '`', ';'])
        || value.starts_with(['!', '&', '|', '>']) && value.len() < 3
        || value.starts_with("os.")
}

fn is_public_url(value: &str) -> bool {
    text::has(value, "://")
}

/// `db-password`, `postgres.password`, `shop-database-secret`: the name of a key or of a Secret.
fn names_a_secret(value: &str) -> bool {
    let lower = value.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '_' | '.'))
        || value.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        || value.chars().all(|c| c.is_ascii_alphabetic());
    let ends = ["password", "secret", "token", "key", "passwd", "credentials", "creds", "pass", "pwd"];
    let folded = value.to_ascii_lowercase();
    lower && value.contains(['-', '_', '.']) && ends.iter().any(|end| folded.ends_with(end))
}

/// The text that base64 stands for; none if this is no base64, none if it is binary.
pub(crate) fn decode_base64(value: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(value.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    let body = text::trim_end(value.trim(), "=");
    for byte in body.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count) as u8);
        }
    }
    (count < 6).then_some(decoded)
}

/// True for what may be public although it stands in a Secret: certificates, public keys, known hosts.
pub(crate) fn is_public(key: &str, value: &str) -> bool {
    let value = value.trim();
    let pem = text::has(value, "-----BEGIN ") && !text::has(value, "PRIVATE KEY");
    let ssh = ["ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-"].iter().any(|start| value.starts_with(start));
    let hosts = text::has(&key.to_ascii_lowercase(), "known_hosts");
    pem || ssh || hosts
}

/// The password of the first URL in a text that carries one.
pub(crate) fn url_password(value: &str) -> Option<&str> {
    let mut rest = value;
    while let Some(at) = text::find(rest, "://") {
        rest = rest.get(at + 3..)?;
        let end = rest
            .bytes()
            .position(|byte| byte.is_ascii_whitespace() || b"/\"'<>,;?#|\\`)]".contains(&byte))
            .unwrap_or(rest.len());
        // A password may hold a slash that nobody escaped, but then the host is not where this looks.
        let authority = rest.get(..end)?;
        if let Some((user_info, host)) = authority.rsplit_once('@')
            && let Some((_, password)) = user_info.split_once(':')
            && !password.is_empty()
            && !host.is_empty()
        {
            return Some(password);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded() {
        assert_eq!(decode_base64("aHVudGVyMg==").as_deref(), Some(&b"hunter2"[..]));
        assert_eq!(decode_base64("aHVu\ndGVyMg").as_deref(), Some(&b"hunter2"[..]));
        assert_eq!(decode_base64("not base64!"), None);
    }

    #[test]
    fn entropy_is_close_enough() {
        assert!((entropy("aabb") - 1.0).abs() < 0.01);
        assert!((entropy("0123456789abcdef") - 4.0).abs() < 0.01);
    }

    #[test]
    fn stand_ins_are_known() {
        for value in [
            "",
            "***",
            "xxxxx",
            "<password>",
            "${PW}",
            "$PW",
            "CHANGE_ME",
            "change-me",
            "REPLACE_ME",
            "$(PW)",
            "<path:secret/data/x#y>",
            "vault:secret/data/x#y",
            "ENC[AES256_GCM,data:x]",
            "{{ .x }}",
            "your-password-here",
        ] {
            assert!(is_placeholder(value, &[]), "{value}");
        }
        for value in ["hunter2", "admin", "p4$$word", "Tr0ub4dor&3"] {
            assert!(!is_placeholder(value, &[]), "{value}");
        }
    }

    #[test]
    fn random_is_told_from_names() {
        for value in [
            "k3Vq82hdkPq01zzT",
            "8f14e45fceea167a5a36dedd4bea2543",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY1",
            "0b0e2c1c-7f2d-4f7e-9f1a-1d2e3f4a5b6c",
        ] {
            assert!(is_random(value), "{value}");
        }
        for value in [
            "kflux-prd-rh02-ssh-key",
            "/mnt/secrets/token1/x2",
            "my-very-long-secret-name",
            "short1",
            "aaaaaaaaaaaaaaaa11",
        ] {
            assert!(!is_random(value), "{value}");
        }
    }

    #[test]
    fn urls_with_passwords() {
        assert_eq!(url_password("see postgres://u:p4ss@db:5432/x"), Some("p4ss"));
        assert_eq!(url_password("https://user@host/x:y@z"), None);
        assert_eq!(url_password("https://host:8080/a@b"), None);
        assert_eq!(url_password("http://a http://:redis@h"), Some("redis"));
    }
}
