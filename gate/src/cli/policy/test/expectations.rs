//! The file that says what is to be found in a folder of manifests: read, compared, and written anew.

use std::fmt;

use serde::Deserialize;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// Relative to the folder.
    pub(super) path: String,
    /// `Kind/namespace/name`; none where the document is no object.
    pub(super) object: Option<String>,
    /// `rule@pointer`, or `rule` for the document as a whole.
    pub(super) finding: String,
    /// If it is not the rule's own.
    pub(super) severity: Option<String>,
    /// Expected: a part of the message, or nothing. Found: the whole message.
    pub(super) message: Option<String>,
}

impl Entry {
    fn is_met_by(&self, found: &Self) -> bool {
        let same = |entry: &Self| {
            (entry.path.clone(), entry.object.clone(), entry.finding.clone(), entry.severity.clone())
        };
        let message = self.message.as_deref().unwrap_or_default();
        same(self) == same(found) && found.message.as_deref().unwrap_or_default().contains(message)
    }

    fn is_near(&self, found: &Self) -> bool {
        let rule = |entry: &Self| entry.finding.split('@').next().map(str::to_owned);
        self.path == found.path && rule(self) == rule(found)
    }
}

/// `apps/web.yaml Deployment/shop/web: rule@pointer "message"`
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        self.object.as_ref().map_or(Ok(()), |object| write!(f, " {object}"))?;
        write!(f, ": {}", self.finding)?;
        self.severity.as_ref().map_or(Ok(()), |severity| write!(f, " {severity}"))?;
        self.message.as_ref().map_or(Ok(()), |message| write!(f, " {message:?}"))
    }
}

/// The entries of a file, from its JSON form.
pub(super) fn read(json: &str) -> Result<Vec<Entry>, String> {
    let entries: Option<Vec<Entry>> = serde_json::from_str(json).map_err(|error| {
        // Line and column would be those of the JSON.
        let text = error.to_string();
        text.split(" at line ").next().unwrap_or_default().to_owned()
    })?;
    Ok(entries.unwrap_or_default())
}

/// One or more lines for each difference.
pub(super) fn differences(expected: &[Entry], found: &[Entry]) -> Vec<String> {
    let mut open: Vec<&Entry> = found.iter().collect();
    let mut unmet = Vec::new();
    for entry in expected {
        match open.iter().position(|found| entry.is_met_by(found)) {
            Some(at) => drop(open.remove(at)),
            None => unmet.push(entry),
        }
    }
    let mut lines = Vec::new();
    for entry in unmet {
        match open.iter().position(|found| entry.is_near(found)) {
            Some(at) => {
                lines.push("~ the same rule in the same file, but not as expected:".to_owned());
                lines.push(format!("  - expected  {entry}"));
                lines.push(format!("  + reported  {}", open.remove(at)));
            }
            None => lines.push(format!("- expected  {entry}")),
        }
    }
    lines.extend(open.into_iter().map(|found| format!("+ reported  {found}")));
    lines
}

/// The file with these entries, sorted.
pub(super) fn write(policy: &str, entries: &[Entry]) -> String {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort();
    let mut out =
        format!("# What the policy {policy} finds in these manifests; `--update` writes this file anew.\n");
    if entries.is_empty() {
        out.push_str("[]\n");
    }
    for Entry { path, object, finding, severity, message } in entries {
        // Every JSON string is one of YAML.
        let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
        out.push_str(&format!("- path: {}\n", quoted(path)));
        let rest = [
            ("object", object.as_ref()),
            ("finding", Some(finding)),
            ("severity", severity.as_ref()),
            ("message", message.as_ref()),
        ];
        for (key, text) in rest {
            out.extend(text.map(|text| format!("  {key}: {}\n", quoted(text))));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, finding: &str, message: &str) -> Entry {
        Entry {
            path: path.into(),
            object: Some("Deployment/web".into()),
            finding: finding.into(),
            severity: None,
            message: Some(message.into()),
        }
    }

    #[test]
    fn what_is_written_is_read_back_and_equal() {
        let entries = [entry("b.yaml", "x@/a", "say \"no\"\nthen: '#'"), entry("a.yaml", "x@/a", "m")];
        let text = write("p", &entries);
        let parsed = crate::yaml::parse(text.clone().into_bytes(), &crate::yaml::Limits::default());
        assert_eq!(parsed.problems, [], "{text}");
        let mut json = String::new();
        parsed.tape.write_json(parsed.documents[0].root, &mut json);
        let back = read(&json).unwrap();
        assert_eq!(back, [entries[1].clone(), entries[0].clone()], "sorted by path");
        assert_eq!(differences(&back, &entries), [""; 0]);
        assert_eq!(write("p", &back), text);
    }

    #[test]
    fn nothing_is_a_list_too() {
        assert!(write("p", &[]).ends_with("\n[]\n"));
        assert_eq!(read("[]"), Ok(vec![]));
        assert_eq!(read("null"), Ok(vec![]));
        assert!(read(r#"[{"path": "a", "finding": "x", "mesage": "y"}]"#).unwrap_err().contains("mesage"));
    }

    #[test]
    fn differences_stand_side_by_side() {
        let expected = [entry("a.yaml", "x@/a", "m"), entry("a.yaml", "y@/a", "m")];
        let found = [entry("a.yaml", "x@/b", "m"), entry("c.yaml", "y@/a", "m")];
        assert_eq!(
            differences(&expected, &found),
            [
                "~ the same rule in the same file, but not as expected:",
                "  - expected  a.yaml Deployment/web: x@/a \"m\"",
                "  + reported  a.yaml Deployment/web: x@/b \"m\"",
                "- expected  a.yaml Deployment/web: y@/a \"m\"",
                "+ reported  c.yaml Deployment/web: y@/a \"m\"",
            ]
        );
    }
}
