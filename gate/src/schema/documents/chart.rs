//! What Helm refuses in a `Chart.yaml` beyond the types of fields, and what it takes although its own `helm lint` does
//! not.

use super::{field, items, word};
use crate::schema::SchemaRule;
use crate::schema::explain::quote;
use crate::schema::walk::Walk;
use crate::yaml::{Kind, NodeId};

const LINT: &str = "Helm loads such a chart, `helm lint` refuses it";

/// Judges the `Chart.yaml` at `root` as a whole.
pub(super) fn check(walk: &mut Walk<'_>, root: NodeId) {
    version_of_api(walk, root);
    if let Some((n, name)) = word(walk, root, "name")
        && name.contains('/')
    {
        walk.invalid(n, "must be a name without `/`", None);
    }
    if let Some((n, version)) = word(walk, root, "version")
        && !is_version(version)
    {
        walk.invalid(n, "must be a version such as 1.2.3", None);
    }
    no_nulls(walk, root, "maintainers");
    dependencies(walk, root);
}

/// Judges the `requirements.yaml` at `root` as a whole.
pub(super) fn check_requirements(walk: &mut Walk<'_>, root: NodeId) {
    if let Some(list) = field(walk, root, "dependencies") {
        let place = walk.tape.key_of(list).unwrap_or(list);
        let message = "`requirements.yaml` is deprecated".to_owned();
        let hint = "write the `dependencies` into `Chart.yaml`, with `apiVersion: v2`".to_owned();
        walk.push(SchemaRule::DeprecatedField, place, message, Some(hint));
    }
    dependencies(walk, root);
}

fn version_of_api(walk: &mut Walk<'_>, root: NodeId) {
    let Some((n, version)) = word(walk, root, "apiVersion") else {
        let message = "the chart has no `apiVersion`".to_owned();
        let hint = format!("write `apiVersion: v2` ({LINT})");
        return walk.warn(SchemaRule::MissingField, root, message, Some(hint));
    };
    match version {
        "v1" => {
            let message = "`apiVersion: v1` is deprecated: it is the form of Helm 2".to_owned();
            let hint = "use `apiVersion: v2`, with the dependencies in `Chart.yaml`".to_owned();
            walk.push(SchemaRule::DeprecatedField, n, message, Some(hint));
            for name in ["type", "dependencies"] {
                if let Some(value) = field(walk, root, name) {
                    let place = walk.tape.key_of(value).unwrap_or(value);
                    let message = format!("`{name}` needs `apiVersion: v2`");
                    walk.warn(SchemaRule::InvalidValue, place, message, Some(LINT.to_owned()));
                }
            }
        }
        "v2" => {}
        _ => {
            let message = "`apiVersion` must be `v1` or `v2`".to_owned();
            walk.warn(SchemaRule::InvalidValue, n, message, Some(LINT.to_owned()));
        }
    }
}

fn dependencies(walk: &mut Walk<'_>, root: NodeId) {
    no_nulls(walk, root, "dependencies");
    let mut known = rustc_hash::FxHashSet::default();
    for item in items(walk, root, "dependencies") {
        let name = word(walk, item, "alias").or_else(|| word(walk, item, "name"));
        let (n, name) = name.unwrap_or((item, ""));
        if walk.tape.kind(item) == Kind::Map && !known.insert(name) {
            let message = format!("an earlier dependency has the same name or alias {}", quote(name));
            let hint = "give one of them an `alias`".to_owned();
            walk.push(SchemaRule::DuplicateListItem, n, message, Some(hint));
        }
    }
}

fn no_nulls(walk: &mut Walk<'_>, root: NodeId, name: &str) {
    for item in items(walk, root, name) {
        if walk.tape.kind(item) == Kind::Null {
            walk.null_value(item);
        }
    }
}

/// True for what Helm takes for a version: one to three numbers, a `v` before and marks behind them allowed.
fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (numbers, mark) = text.split_once('-').map_or((text, None), |(numbers, mark)| (numbers, Some(mark)));
    let is_number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<u64>().is_ok();
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let has_zero = |part: &str| {
        part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    numbers.split('.').count() <= 3
        && numbers.split('.').all(is_number)
        && mark.is_none_or(|mark| mark.split('.').all(|part| is_word(part) && !has_zero(part)))
        && build.is_none_or(|build| build.split('.').all(is_word))
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn versions_as_helm_reads_them() {
        for good in ["1", "1.0", "1.2.3", "v1.2.3", "01.2.3", "1.2-beta", "1.2.3-a.1+b.01", "1.2.3--"] {
            assert!(is_version(good), "{good}");
        }
        for bad in
            ["", "v", "1.2.3.4", "1.2.3-01", "a", "1..2", "1.2.3-", "1.2.3+", "1.2.x", "99999999999999999999"]
        {
            assert!(!is_version(bad), "{bad}");
        }
    }
}
