//! Where a redirect may lead: to encrypted addresses, and not from elsewhere into this machine or its network.

use std::net::{IpAddr, Ipv6Addr};

use reqwest::Url;

/// Why `to` is not followed; none if it is. `from` is the address that redirects.
pub(super) fn refused(from: &Url, to: &Url) -> Option<&'static str> {
    if !to.username().is_empty() || to.password().is_some() {
        return Some("redirects to an address with a user name, which is not followed");
    }
    let same_host = from.host_str() == to.host_str();
    match to.scheme() {
        "https" => {}
        "http" if from.scheme() == "http" && same_host => {}
        _ => return Some("redirects to an address without encryption, which is not followed"),
    }
    if !same_host && is_inside(to) {
        return Some("redirects into this machine or its network, which is not followed");
    }
    None
}

/// An address of this machine, of a private network, or of no network.
fn is_inside(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    if host == "localhost" || host.ends_with(".localhost") {
        return true;
    }
    match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_unspecified()
                || address.is_broadcast()
                || matches!(address.octets(), [100, 64..=127, ..])
        }
        Ok(IpAddr::V6(address)) => is_inside_v6(address),
        Err(_) => false,
    }
}

fn is_inside_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    address.is_loopback()
        || address.is_unspecified()
        || address.to_ipv4_mapped().is_some()
        || first & 0xfe00 == 0xfc00
        || first & 0xffc0 == 0xfe80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_encrypted_and_outside() {
        let may =
            |from: &str, to: &str| refused(&Url::parse(from).unwrap(), &Url::parse(to).unwrap()).is_none();
        for (to, expected) in [
            ("https://schemas.example.com/other.json", true),
            ("https://storage.example.org/x", true),
            ("http://schemas.example.com/x", false),
            ("ftp://schemas.example.com/x", false),
            ("file:///etc/passwd", false),
            ("https://u@storage.example.org/x", false),
            ("https://u:p@schemas.example.com/x", false),
            ("https://localhost/x", false),
            ("https://a.localhost/x", false),
            ("https://127.0.0.1/x", false),
            ("https://10.1.2.3/x", false),
            ("https://192.168.0.1/x", false),
            ("https://172.16.0.1/x", false),
            ("https://169.254.169.254/latest/meta-data", false),
            ("https://100.64.0.1/x", false),
            ("https://0.0.0.0/x", false),
            ("https://[::1]/x", false),
            ("https://[fe80::1]/x", false),
            ("https://[fd00::1]/x", false),
            ("https://[::ffff:127.0.0.1]/x", false),
            ("https://[2001:db8::1]/x", true),
            ("https://2130706433/x", false),
        ] {
            assert_eq!(may("https://schemas.example.com/a.json", to), expected, "{to}");
        }
        assert!(may("http://127.0.0.1:1/a", "http://127.0.0.1:2/b"));
        assert!(!may("http://127.0.0.1:1/a", "http://localhost:1/b"));
        assert!(may("https://10.0.0.1/a", "https://10.0.0.1/b"));
    }
}
