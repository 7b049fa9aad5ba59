//! Addresses, address ranges and URLs as Kubernetes' CEL reads them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address and the length of its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    /// As written; bits behind the prefix may be set.
    pub address: IpAddr,
    /// 0 to 32 or 128.
    pub prefix: u8,
}

/// An absolute URL, or an absolute path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// In lower case; empty for a path.
    pub scheme: String,
    /// With brackets and port; empty if there is none.
    pub host: String,
    /// With its escapes.
    pub path: String,
    /// Behind the `?`.
    pub raw_query: String,
}

/// An address; none with a zone, and none of IPv4 in the form of IPv6.
pub(super) fn parse_ip(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    match address {
        IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => None,
        other => Some(other),
    }
}

impl Cidr {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let address = parse_ip(address)?;
        let plain =
            prefix.bytes().all(|byte| byte.is_ascii_digit()) && (prefix == "0" || !prefix.starts_with('0'));
        let prefix: u8 = plain.then(|| prefix.parse().ok()).flatten()?;
        (prefix <= width(address)).then_some(Self { address, prefix })
    }

    /// The range with the bits behind the prefix unset.
    pub(super) fn masked(self) -> Self {
        let bits = bits(self.address) & mask(self);
        let address = match self.address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(bits as u32)),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(bits)),
        };
        Self { address, ..self }
    }

    pub(super) fn has(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4()
            && bits(address) & mask(self) == bits(self.address) & mask(self)
    }

    pub(super) fn covers(self, other: Self) -> bool {
        self.prefix <= other.prefix && self.has(other.address)
    }

    pub(super) fn text(self) -> String {
        format!("{}/{}", self.address, self.prefix)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn mask(range: Cidr) -> u128 {
    let free = u32::from(width(range.address).saturating_sub(range.prefix));
    u128::MAX.checked_shl(free).unwrap_or(0)
}

impl Url {
    /// As Go's `url.ParseRequestURI` reads it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return None;
        }
        if text == "*" {
            let empty = String::new;
            return Some(Self { scheme: empty(), host: empty(), path: text.to_owned(), raw_query: empty() });
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, raw_query) = rest.split_once('?').unwrap_or((rest, ""));
        if !rest.starts_with('/') {
            // `mailto:someone`: opaque, and only with a scheme.
            let opaque = !scheme.is_empty();
            let url =
                Self { scheme, host: String::new(), path: String::new(), raw_query: raw_query.to_owned() };
            return opaque.then_some(url);
        }
        let (host, path) = match rest.strip_prefix("//").filter(|_| !scheme.is_empty()) {
            Some(after) => after.split_at(after.find('/').unwrap_or(after.len())),
            None => ("", rest),
        };
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        if !is_host(host) || !is_escaped(path) {
            return None;
        }
        let (host, path, raw_query) = (host.to_owned(), escaped(path), raw_query.to_owned());
        Some(Self { scheme, host, path, raw_query })
    }

    /// Without brackets and port.
    pub(super) fn hostname(&self) -> &str {
        match self.host.strip_prefix('[') {
            Some(rest) => rest.split_once(']').map_or(rest, |(host, _)| host),
            None => self.host.rsplit_once(':').map_or(&self.host, |(host, _)| host),
        }
    }

    pub(super) fn port(&self) -> &str {
        let after = self.host.rsplit_once(']').map_or(self.host.as_str(), |(_, after)| after);
        after.rsplit_once(':').map_or("", |(_, port)| port)
    }

    /// Keys with all their values, in the order of the keys' first place.
    pub(super) fn query(&self) -> Vec<(String, Vec<String>)> {
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        for part in self.raw_query.split('&').filter(|part| !part.is_empty() && !part.contains(';')) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let (Some(key), Some(value)) = (unescaped(key), unescaped(value)) else { continue };
            match all.iter_mut().find(|(known, _)| *known == key) {
                Some((_, values)) => values.push(value),
                None => all.push((key, vec![value])),
            }
        }
        all
    }
}

fn split_scheme(text: &str) -> Option<(String, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
        .unwrap_or(text.len());
    match text.get(end..)?.strip_prefix(':') {
        Some(rest) if text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            Some((text[..end].to_ascii_lowercase(), rest))
        }
        Some(_) => None,
        None => Some((String::new(), text)),
    }
}

fn is_host(host: &str) -> bool {
    let after = match host.strip_prefix('[') {
        Some(rest) => {
            let Some((address, after)) = rest.split_once(']') else { return false };
            if address.is_empty()
                || !address.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.' | b'%'))
            {
                return false;
            }
            after
        }
        None => host.split_once(':').map_or("", |(name, _)| &host[name.len()..]),
    };
    let port = after.strip_prefix(':').unwrap_or(after);
    let is_port =
        port.bytes().all(|byte| byte.is_ascii_digit()) && (after.is_empty() || after.starts_with(':'));
    is_port && !host.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}']) && is_escaped(host)
}

/// True if every `%` begins an escape.
fn is_escaped(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next();
    parts.all(|part| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

/// The path with all escaped that has to be.
fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@!'()*%[]".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn unescaped(text: &str) -> Option<String> {
    if !is_escaped(text) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| (byte as char).to_digit(16));
        out.push(match byte {
            b'+' => b' ',
            b'%' => (digit(bytes.next())? * 16 + digit(bytes.next())?) as u8,
            other => other,
        });
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}
