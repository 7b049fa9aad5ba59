//! Where a rule is documented: the address that its policy names, else the page of the gate's own rules.

use crate::model::Report;

/// The page of the rules of the gate and of its built-in policies.
const RULES: &str = "https://github.com/gitops-gate/gitops-gate/blob/main/docs/rules.md";
/// The checks of the gate itself, by the first part of the ids of their rules.
const OWN: [&str; 2] = ["manifest", "schema"];

/// The address of the documentation of a rule, if there is one: it begins with `https://` and has no control character and
/// no space, but whoever shows it has to encode it for its format.
pub(super) fn of_rule(report: &Report, id: &str) -> Option<String> {
    let own = report.rules.iter().find(|rule| rule.id == id).and_then(|rule| rule.help_url.as_deref());
    match own.filter(|address| is_web(address)) {
        Some(address) => Some(address.to_owned()),
        None => is_built_in(report, id).then(|| format!("{RULES}#{}", anchor(id))),
    }
}

/// True for an address that can be followed without a surprise.
pub(super) fn is_web(address: &str) -> bool {
    let rest = address.strip_prefix("https://");
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()))
}

fn is_built_in(report: &Report, id: &str) -> bool {
    let Some((check, _)) = id.split_once('/') else { return false };
    let of_policy = || report.coverage.policies.get(check).map(|policy| policy.source.as_str());
    OWN.contains(&check) || of_policy().is_some_and(|source| source.strip_prefix("builtin:") == Some(check))
}

/// The anchor that GitHub gives to a heading: letters, digits and hyphens of it.
fn anchor(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_rule_has_the_page_of_its_policy_or_ours() {
        let mut report = sample::report();
        let of = |report: &Report, id: &str| of_rule(report, id);
        assert_eq!(
            of(&report, "image-tags/mutable-image-tag").as_deref(),
            Some("https://example.com/rules#mutable-image-tag")
        );
        // No script; the sample's image-tags is built in.
        let odd = "https://github.com/gitops-gate/gitops-gate/blob/main/docs/rules.md#image-tagsodd";
        assert_eq!(of(&report, "image-tags/odd").as_deref(), Some(odd));
        assert!(of(&report, "schema/unknown-field").unwrap().ends_with("rules.md#schemaunknown-field"));
        // A policy of another source, and one that calls itself like a built-in one.
        assert_eq!(of(&report, "other/rule"), None);
        let policy = report.coverage.policies.get_mut("image-tags").unwrap();
        policy.source = "file:image-tags.wasm".to_owned();
        assert_eq!(of(&report, "image-tags/odd"), None);
    }

    #[test]
    fn only_plain_addresses_are_followed() {
        for bad in [
            "javascript:alert(1)",
            "http://x.example",
            "https://",
            "https://a b",
            "https://a\x1b",
            "https://ü",
        ] {
            assert!(!is_web(bad), "{bad}");
        }
        assert!(is_web("https://example.com/a?b=c#d"));
    }

    /// The anchors are those of the page that is written for them.
    #[test]
    fn the_page_has_the_anchors() {
        let page = include_str!("../../../docs/rules.md");
        let ids: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert!(ids.len() > 20);
        for id in ids {
            assert!(page.contains(&format!("[`{id}`](#{})", anchor(id))), "{id}");
        }
    }
}
