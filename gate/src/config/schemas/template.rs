//! Templates of addresses with the variables of kubeconform: `{{ .ResourceKind }}` and so on, with or without spaces.
//!
//! What is put into them comes from the objects that are judged, which are hostile: a group, version or kind that is no
//! name is put nowhere, so that nobody climbs out of a folder or reaches another host.

use std::fmt;

/// What kubeconform appends to a location that does not end in `json`.
const USUAL: &str = "/{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json";
const LONGEST: usize = 2_000;
const LONGEST_NAME: usize = 253;

/// A variable of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variable {
    Version,
    Strict,
    Kind,
    ApiVersion,
    Group,
    KindSuffix,
}

impl Variable {
    const ALL: [(&str, Self); 6] = [
        ("NormalizedKubernetesVersion", Self::Version),
        ("StrictSuffix", Self::Strict),
        ("ResourceKind", Self::Kind),
        ("ResourceAPIVersion", Self::ApiVersion),
        ("Group", Self::Group),
        ("KindSuffix", Self::KindSuffix),
    ];
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(Variable),
}

/// The kind that a schema is wanted of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WantedKind<'a> {
    /// `group/version`, or `version` for the core group.
    pub api_version: &'a str,
    /// The kind, as it is written in the object.
    pub kind: &'a str,
    /// Minor version of Kubernetes 1.
    pub minor: u8,
}

impl<'a> WantedKind<'a> {
    /// Group (the version itself for the core group, as in kubeconform) and version; none if these are no names.
    fn parts(&self) -> Option<(&'a str, &'a str)> {
        let (group, version) = match self.api_version.split_once('/') {
            Some((group, version)) => (group, version),
            None => (self.api_version, self.api_version),
        };
        (is_name(group) && is_name(version) && is_name(self.kind)).then_some((group, version))
    }

    fn value(&self, variable: Variable) -> Option<String> {
        let (group, version) = self.parts()?;
        Some(match variable {
            // Schemas are published for the releases x.y.0 and do not change with later ones.
            Variable::Version => format!("v1.{}.0", self.minor),
            Variable::Strict => "-strict".to_owned(),
            Variable::Kind => self.kind.to_ascii_lowercase(),
            Variable::ApiVersion => version.to_owned(),
            Variable::Group => group.to_owned(),
            Variable::KindSuffix => {
                let first = group.split('.').next().unwrap_or_default().to_ascii_lowercase();
                match self.api_version.contains('/') {
                    true => format!("-{first}-{}", version.to_ascii_lowercase()),
                    false => format!("-{first}"),
                }
            }
        })
    }
}

/// A path or URL with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaTemplate {
    pieces: Vec<Piece>,
}

impl SchemaTemplate {
    /// Reads a location as kubeconform does: one that does not end in `json` gets the layout of kubernetes-json-schema
    /// appended.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace() && c != ' ') {
            return Err(format!("a location is one line of at most {LONGEST} characters"));
        }
        let whole = if text.ends_with("json") { text.to_owned() } else { format!("{text}{USUAL}") };
        let template = Self { pieces: pieces(&whole)? };
        match template.has(Variable::Kind) {
            true => Ok(template),
            false => Err("it has no `{{ .ResourceKind }}`: every kind would have the same schema".to_owned()),
        }
    }

    /// The address of the schema of a kind; none if its names are none that an address can hold.
    pub fn expand(&self, kind: &WantedKind<'_>) -> Option<String> {
        kind.parts()?;
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Variable(variable) => text.push_str(&kind.value(*variable)?),
            }
        }
        Some(text)
    }

    /// The text before the first variable.
    pub(super) fn start(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    fn has(&self, wanted: Variable) -> bool {
        self.pieces.contains(&Piece::Variable(wanted))
    }
}

impl fmt::Display for SchemaTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Variable(variable) => {
                    let named = Variable::ALL.iter().find(|(_, known)| known == variable);
                    write!(f, "{{{{.{}}}}}", named.map_or("", |(name, _)| name))?;
                }
            }
        }
        Ok(())
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, behind) =
            after.split_once("}}").ok_or_else(|| format!("`{text}` has `{{{{` without `}}}}`"))?;
        let (inside, before, behind) = trimmed(inside, before, behind);
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Variable(variable(inside)?));
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// `{{-` and `-}}` of Go's templates take the spaces around them away.
fn trimmed<'a>(inside: &'a str, before: &'a str, behind: &'a str) -> (&'a str, &'a str, &'a str) {
    let (inside, before) = match inside.strip_prefix("- ") {
        Some(inside) => (inside, before.trim_end()),
        None => (inside, before),
    };
    match inside.strip_suffix(" -") {
        Some(inside) => (inside, before, behind.trim_start()),
        None => (inside, before, behind),
    }
}

fn variable(inside: &str) -> Result<Variable, String> {
    let name = inside.trim();
    let found =
        name.strip_prefix('.').and_then(|name| Variable::ALL.iter().find(|(known, _)| *known == name));
    found.map(|(_, variable)| *variable).ok_or_else(|| {
        let known: Vec<String> = Variable::ALL.iter().map(|(name, _)| format!(".{name}")).collect();
        format!("`{{{{{inside}}}}}` is no variable of a location: there are {}", known.join(", "))
    })
}

/// Letters, digits, `-` and `.`, none of these at an end and no two dots together.
fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= LONGEST_NAME && text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(template: &str, api_version: &str, kind: &str) -> Option<String> {
        SchemaTemplate::parse(template).unwrap().expand(&WantedKind { api_version, kind, minor: 33 })
    }

    /// Held against what kubeconform 0.7.0 makes of the same, with `-strict` and `-kubernetes-version 1.33.0`.
    #[test]
    fn addresses_are_those_of_kubeconform() {
        const CATALOG: &str = "https://x.example/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json";
        const ALL: &str = "s/{{ .NormalizedKubernetesVersion }}{{ .StrictSuffix }}/{{ .Group }}/{{ .ResourceKind }}\
                           {{ .KindSuffix }}_{{ .ResourceAPIVersion }}.json";
        for (template, api_version, kind, expected) in [
            (
                CATALOG,
                "cert-manager.io/v1",
                "Certificate",
                "https://x.example/cert-manager.io/certificate_v1.json",
            ),
            (CATALOG, "apps/v1", "Deployment", "https://x.example/apps/deployment_v1.json"),
            (CATALOG, "v1", "Service", "https://x.example/v1/service_v1.json"),
            (
                CATALOG,
                "a.example.com/v1Beta1",
                "HTTPProxy",
                "https://x.example/a.example.com/httpproxy_v1Beta1.json",
            ),
            (ALL, "v1", "Pod", "s/v1.33.0-strict/v1/pod-v1_v1.json"),
            (ALL, "apps/v1", "Deployment", "s/v1.33.0-strict/apps/deployment-apps-v1_v1.json"),
            (
                ALL,
                "cert-manager.io/v1",
                "Issuer",
                "s/v1.33.0-strict/cert-manager.io/issuer-cert-manager-v1_v1.json",
            ),
            (ALL, "Rbac.X.io/V1", "Role", "s/v1.33.0-strict/Rbac.X.io/role-rbac-v1_V1.json"),
            (
                "https://x.example",
                "apps/v1",
                "Deployment",
                "https://x.example/v1.33.0-standalone-strict/deployment-apps-v1.json",
            ),
            ("dir/", "v1", "Pod", "dir//v1.33.0-standalone-strict/pod-v1.json"),
            ("{{.Group}}", "a.io/v1", "X", "a.io/v1.33.0-standalone-strict/x-a-v1.json"),
            ("s/{{.ResourceKind}}-json", "v1", "Pod", "s/pod-json"),
            ("s/ {{- .ResourceKind -}} .json", "v1", "Pod", "s/pod.json"),
            ("s/{{   .ResourceKind}}.json", "v1", "Pod", "s/pod.json"),
        ] {
            assert_eq!(expand(template, api_version, kind).as_deref(), Some(expected), "{template}");
        }
    }

    #[test]
    fn names_that_are_none_lead_nowhere() {
        for (api_version, kind) in [
            ("../../etc/v1", "Passwd"),
            ("a.io/v1", "../x"),
            ("a.io/..", "X"),
            ("a..io/v1", "X"),
            ("a.io/v1/v2", "X"),
            ("a.io/v1", "X%2f"),
            ("a.io/v1", "X?y"),
            ("evil.example\\x/v1", "X"),
            ("evil@x/v1", "X"),
            ("", "X"),
            ("/v1", "X"),
            ("a.io/v1", ""),
            ("a.io/v1", "Kïnd"),
            ("a.io/v1", "X\n"),
        ] {
            assert_eq!(
                expand("s/{{.Group}}/{{.ResourceKind}}.json", api_version, kind),
                None,
                "{api_version} {kind}"
            );
            assert_eq!(expand("s/{{.ResourceKind}}.json", api_version, kind), None, "{api_version} {kind}");
        }
        assert_eq!(expand("s/{{.ResourceKind}}.json", "a.io/v1", &"x".repeat(254)), None);
    }

    #[test]
    fn mistakes_are_named() {
        for (template, expected) in [
            ("s/{{.ResourceKind.json", "without `}}`"),
            (
                "s/{{.Kind}}.json",
                "`{{.Kind}}` is no variable of a location: there are .NormalizedKubernetesVersion, ",
            ),
            ("s/{{ResourceKind}}.json", "is no variable"),
            ("s/{{ .ResourceKind | lower }}.json", "is no variable"),
            ("s/{{ }}.json", "is no variable"),
            ("s/x.json", "has no `{{ .ResourceKind }}`"),
            ("s/{{.Group}}.json", "has no `{{ .ResourceKind }}`"),
            ("s\n{{.ResourceKind}}.json", "one line"),
        ] {
            let error = SchemaTemplate::parse(template).unwrap_err();
            assert!(error.contains(expected), "{template}: {error}");
        }
        assert!(SchemaTemplate::parse(&"x".repeat(2_001)).is_err());
    }

    #[test]
    fn a_template_is_shown_as_it_was_meant() {
        let template = SchemaTemplate::parse("https://x.example").unwrap();
        let shown = "https://x.example/{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}\
                     {{.KindSuffix}}.json";
        assert_eq!(template.to_string(), shown);
        assert_eq!(SchemaTemplate::parse(shown), Ok(template));
    }
}
