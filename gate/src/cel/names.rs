//! The forms of names that `format.…()` gives.

use super::{bytes, net, time};

/// A form that texts can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFormat {
    /// RFC 1123 label.
    Dns1123Label,
    /// RFC 1123 subdomain.
    Dns1123Subdomain,
    /// RFC 1035 label.
    Dns1035Label,
    /// The beginning of an RFC 1123 label.
    Dns1123LabelPrefix,
    /// The beginning of an RFC 1123 subdomain.
    Dns1123SubdomainPrefix,
    /// The beginning of an RFC 1035 label.
    Dns1035LabelPrefix,
    /// A name with an optional prefix and a slash.
    QualifiedName,
    /// The value of a label.
    LabelValue,
    /// A URI.
    Uri,
    /// A UUID.
    Uuid,
    /// Base64.
    Byte,
    /// A date.
    Date,
    /// A date and time.
    Datetime,
}

impl NameFormat {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "dns1123Label" => Self::Dns1123Label,
            "dns1123Subdomain" => Self::Dns1123Subdomain,
            "dns1035Label" => Self::Dns1035Label,
            "dns1123LabelPrefix" => Self::Dns1123LabelPrefix,
            "dns1123SubdomainPrefix" => Self::Dns1123SubdomainPrefix,
            "dns1035LabelPrefix" => Self::Dns1035LabelPrefix,
            "qualifiedName" => Self::QualifiedName,
            "labelValue" => Self::LabelValue,
            "uri" => Self::Uri,
            "uuid" => Self::Uuid,
            "byte" => Self::Byte,
            "date" => Self::Date,
            "datetime" => Self::Datetime,
            _ => return None,
        })
    }

    /// What is wrong with `text`, if anything is.
    pub(super) fn broken(self, text: &str) -> Option<String> {
        let prefix = || text.strip_suffix('-').map(|text| format!("{text}a"));
        let fits = match self {
            Self::Dns1123Label => is_label(text),
            Self::Dns1123Subdomain => is_subdomain(text),
            Self::Dns1035Label => is_label_1035(text),
            Self::Dns1123LabelPrefix => is_label(prefix().as_deref().unwrap_or(text)),
            Self::Dns1123SubdomainPrefix => is_subdomain(prefix().as_deref().unwrap_or(text)),
            Self::Dns1035LabelPrefix => is_label_1035(prefix().as_deref().unwrap_or(text)),
            Self::QualifiedName => is_qualified(text),
            Self::LabelValue => text.is_empty() || is_name(text),
            Self::Uri => net::Url::parse(text).is_some(),
            Self::Uuid => is_uuid(text),
            Self::Byte => bytes::decode_base64(text).is_some(),
            Self::Date => text.len() == 10 && time::parse_timestamp(text).is_some(),
            Self::Datetime => text.len() > 10 && time::parse_timestamp(text).is_some(),
        };
        (!fits).then(|| self.demand().to_owned())
    }

    fn demand(self) -> &'static str {
        match self {
            Self::Dns1123Label | Self::Dns1123LabelPrefix => {
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
                 and end with an alphanumeric character"
            }
            Self::Dns1123Subdomain | Self::Dns1123SubdomainPrefix => {
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and \
                 must start and end with an alphanumeric character"
            }
            Self::Dns1035Label | Self::Dns1035LabelPrefix => {
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
                 character, and end with an alphanumeric character"
            }
            Self::QualifiedName => {
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                 alphanumeric character"
            }
            Self::LabelValue => {
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
                 must start and end with an alphanumeric character"
            }
            Self::Uri => "must be a URI",
            Self::Uuid => "does not match the form of a UUID",
            Self::Byte => "invalid base64",
            Self::Date => "must be a date",
            Self::Datetime => "must be a date and time",
        }
    }
}

fn is_label(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_fit)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_label_1035(text: &str) -> bool {
    is_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_subdomain(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(is_fit) && !part.starts_with('-') && !part.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_part)
}

fn is_name(text: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && text.starts_with(ends)
        && text.ends_with(ends)
}

fn is_qualified(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_name(name),
        None => is_name(text),
    }
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(hex) || text.len() == 32 && hex(&text)
}
