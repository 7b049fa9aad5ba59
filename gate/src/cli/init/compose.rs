//! The text of a `gate.yaml`, with a comment beside each value that says what it is from.

use std::collections::BTreeMap;

use super::baseline::Waivers;
use super::judged::OF_CHANGES;
use super::kubernetes::Versions;
use super::quoted::{comment, in_quotes, scalar};
use crate::config::GuessedEnvironment;

const HEAD: &str = "\
# What the gate does in this repository. Written by `gate init`, and yours to change.
# yaml-language-server: $schema=https://raw.githubusercontent.com/gitops-gate/gitops-gate/main/docs/gate.schema.json
# All keys: https://github.com/gitops-gate/gitops-gate/blob/main/docs/config.md
";
const NO_ENVIRONMENTS: &str = "
# No folder or file says which environment it belongs to. If you have some:
# environments:
#   prod:
#     paths: [\"clusters/production/**\"]
";
const KINDS: &str = "
# Kinds that the gate knows no schema of: only policies judge their objects. `gate schema add FILE` adds a
# CustomResourceDefinition; then take the line out.
allow-missing-schemas:
";
const WAIVERS: &str = "
# What was there before the gate. Each holds for one rule at one place; on the day after, it blocks again.
waivers:
";

/// All that goes into the file.
#[derive(Default)]
pub(super) struct Setup {
    pub(super) versions: Versions,
    pub(super) environments: Vec<GuessedEnvironment>,
    pub(super) branch: Option<String>,
    /// Id and comment of each policy; none for the default ones without a word.
    pub(super) policies: Vec<(String, String)>,
    /// Globs and comments.
    pub(super) exclude: Vec<(String, String)>,
    /// Globs and comments of what may be excluded.
    pub(super) perhaps: Vec<(String, String)>,
    /// Globs and comments.
    pub(super) schemas: Vec<(String, String)>,
    /// Kinds that may lack a schema, with how many objects and patches.
    pub(super) kinds: BTreeMap<String, u64>,
    pub(super) waivers: Waivers,
}

impl Setup {
    /// The file.
    pub(super) fn text(&self) -> String {
        let mut out = HEAD.to_owned();
        self.kubernetes(&mut out);
        self.environments(&mut out);
        self.policies(&mut out);
        self.exclude(&mut out);
        list(&mut out, "\n# Schemas of kinds, in files of this repository.\nschemas:\n", &self.schemas);
        let count = |(kind, number): (&String, &u64)| (kind.clone(), documents(*number));
        list(&mut out, KINDS, &self.kinds.iter().map(count).collect::<Vec<_>>());
        if !self.waivers.entries.is_empty() {
            out.push_str(WAIVERS);
            out.push_str(&self.waivers.entries.concat());
        }
        out
    }

    fn kubernetes(&self, out: &mut String) {
        out.push('\n');
        for sign in &self.versions.from {
            out.push_str(&format!(
                "# {}:{}: {}\n",
                comment(&sign.path.to_string()),
                sign.line,
                comment(&sign.text)
            ));
        }
        if self.versions.from.is_empty() {
            out.push_str("# Nothing here says it: the newest that the gate knows. Write the version of your clusters.\n");
        }
        out.push_str(&format!("kubernetes: {}\n", versions(&self.versions.minors)));
    }

    fn environments(&self, out: &mut String) {
        if self.environments.is_empty() {
            return out.push_str(NO_ENVIRONMENTS);
        }
        out.push_str("\n# From the names of folders and files.\nenvironments:\n");
        for environment in &self.environments {
            out.push_str(&format!(
                "  {}: # {}\n    paths:\n",
                scalar(&environment.name),
                files(environment.files)
            ));
            for glob in &environment.globs {
                out.push_str(&format!("      - {}\n", in_quotes(glob)));
            }
            if let Some(from) = &environment.promotes_from {
                out.push_str(&format!("    promotes-from: {}\n", scalar(from)));
            }
            if let Some(branch) = &self.branch {
                out.push_str(&format!("    branches: [{}]\n", scalar(branch)));
            }
            if let Some(minors) = self.versions.by_environment.get(&environment.name) {
                out.push_str(&format!("    kubernetes: {}\n", versions(minors)));
            }
        }
    }

    fn policies(&self, out: &mut String) {
        if self.policies.is_empty() {
            return;
        }
        out.push_str(
            "\n# What is there today does not block a pull request; what it adds does.\npolicies:\n",
        );
        for (id, comment) in &self.policies {
            out.push_str(&format!("  - use: builtin:{id} # {comment}\n"));
            if id == OF_CHANGES && self.lacks_production() {
                out.push_str("    settings: { production: [prod] } # there is none yet\n");
            }
        }
    }

    /// The last environment of the promotion order counts as production, if none is called so.
    fn lacks_production(&self) -> bool {
        let names = ["dev", "stage"];
        self.environments.iter().any(|found| names.contains(&found.name.as_str()))
            && !self.environments.iter().any(|found| found.name == "prod")
    }

    fn exclude(&self, out: &mut String) {
        list(out, "\n# Files that the gate does not look at.\nexclude:\n", &self.exclude);
        if self.perhaps.is_empty() {
            return;
        }
        out.push_str("\n# Is this deployed? If not, the gate need not look at it:\n");
        out.push_str(if self.exclude.is_empty() { "# exclude:\n" } else { "" });
        for (glob, comment) in &self.perhaps {
            out.push_str(&format!("#   - {} # {comment}\n", in_quotes(glob)));
        }
    }
}

fn list(out: &mut String, head: &str, entries: &[(String, String)]) {
    if entries.is_empty() {
        return;
    }
    out.push_str(head);
    for (value, comment) in entries {
        out.push_str(&format!("  - {} # {comment}\n", scalar(value)));
    }
}

/// `"1.33"`, or a list of such.
fn versions(minors: &[u16]) -> String {
    let all: Vec<String> = minors.iter().map(|minor| format!("\"1.{minor}\"")).collect();
    match all.as_slice() {
        [one] => one.clone(),
        _ => format!("[{}]", all.join(", ")),
    }
}

/// `1 file`, `3 files`.
pub(super) fn files(number: usize) -> String {
    if number == 1 { "1 file".to_owned() } else { format!("{number} files") }
}

/// `1 document`, `3 documents`.
pub(super) fn documents(number: u64) -> String {
    if number == 1 { "1 document".to_owned() } else { format!("{number} documents") }
}

/// `1 object`, `3 objects`.
pub(super) fn objects(number: u64) -> String {
    if number == 1 { "1 object".to_owned() } else { format!("{number} objects") }
}
