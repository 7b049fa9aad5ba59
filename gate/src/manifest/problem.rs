//! The rules of this layer and the problems that break them.

use super::advice::advice;
use crate::model::{RuleInfo, Severity};
use crate::text::ByteSpan;
use crate::yaml::{self, NodeId, ProblemKind};

/// One thing wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// One of [`RULE_IDS`].
    pub rule: &'static str,
    /// One sentence; it may quote the file, so clean it before it is printed.
    pub message: String,
    /// What to do next.
    pub hint: Option<&'static str>,
    /// Where in the file.
    pub span: ByteSpan,
    /// The node, if the document could be read.
    pub node: Option<NodeId>,
    /// 0-based number of the document in the file.
    pub document: u32,
    /// The document could not be read: besides the finding, the check is incomplete.
    pub fatal: bool,
}

pub(super) const SYNTAX: &str = "manifest/yaml-syntax";
pub(super) const INVALID_VALUE: &str = "manifest/invalid-value";
pub(super) const DUPLICATE_KEY: &str = "manifest/duplicate-key";
pub(super) const TOO_COMPLEX: &str = "manifest/too-complex";
pub(super) const INCOMPLETE_OBJECT: &str = "manifest/incomplete-object";

/// The ids of all rules of this layer.
pub const RULE_IDS: [&str; 5] = [SYNTAX, INVALID_VALUE, DUPLICATE_KEY, TOO_COMPLEX, INCOMPLETE_OBJECT];

impl Problem {
    /// A problem that the reader of YAML found in `source`.
    pub fn of_yaml(problem: &yaml::Problem, source: &[u8]) -> Self {
        let rule = match problem.kind {
            ProblemKind::Syntax
            | ProblemKind::NotUtf8
            | ProblemKind::InvalidMerge
            | ProblemKind::InvalidAlias => SYNTAX,
            ProblemKind::InvalidKey | ProblemKind::InvalidValue => INVALID_VALUE,
            ProblemKind::DuplicateKey | ProblemKind::MergeConflict => DUPLICATE_KEY,
            ProblemKind::TooManyAliases | ProblemKind::TooDeep | ProblemKind::TooLarge => TOO_COMPLEX,
        };
        Self {
            rule,
            message: problem.message.clone(),
            hint: advice(rule, &problem.message, problem.span, source),
            span: problem.span,
            node: None,
            document: problem.document,
            fatal: problem.is_fatal(),
        }
    }
}

/// All rules of this layer, for `gate explain` and the reports.
pub fn rules() -> Vec<RuleInfo> {
    let rule = |id: &str, title: &str, help: &str| RuleInfo {
        id: id.to_owned(),
        title: title.to_owned(),
        help: help.to_owned(),
        severity: Severity::Error,
        help_url: None,
    };
    vec![
        rule(SYNTAX, "The file is no valid YAML", SYNTAX_HELP),
        rule(INVALID_VALUE, "A key or value that Kubernetes cannot read", INVALID_VALUE_HELP),
        rule(DUPLICATE_KEY, "A key stands twice in the same mapping", DUPLICATE_KEY_HELP),
        rule(TOO_COMPLEX, "The file is too deep, too large or expands too far", TOO_COMPLEX_HELP),
        rule(INCOMPLETE_OBJECT, "An object without `apiVersion` or `kind`", INCOMPLETE_OBJECT_HELP),
    ]
}

const SYNTAX_HELP: &str = "\
## What it does
Finds files that the YAML reader of Kubernetes cannot read.

## Why is this bad?
Nothing in such a document can be checked, and neither `kubectl`, kustomize, Argo CD nor Flux can apply it. The
verdict is incomplete until it is mended.

## Example
```yaml
metadata:
  name: web
   labels: {}
```

## Use instead
```yaml
metadata:
  name: web
  labels: {}
```";

const INVALID_VALUE_HELP: &str = "\
## What it does
Finds YAML that has no form in JSON, which is what the API server speaks: `.nan` and `.inf`, keys that are null, \
lists or mappings, values that contradict their tag.

## Why is this bad?
The document cannot be applied, and it cannot be checked.

## Example
```yaml
data:
  ? [a, b]
  : value
```

## Use instead
```yaml
data:
  \"a,b\": value
```";

const DUPLICATE_KEY_HELP: &str = "\
## What it does
Finds a key that the same mapping has already.

## Why is this bad?
Only one of the values takes effect, and which one depends on the tool that reads the file. A reviewer sees both.

## Example
```yaml
resources:
  limits: { memory: 1Gi }
  limits: { cpu: \"1\" }
```

## Use instead
```yaml
resources:
  limits: { memory: 1Gi, cpu: \"1\" }
```";

const TOO_COMPLEX_HELP: &str = "\
## What it does
Finds files that are nested too deep, are too large, or whose aliases repeat too much.

## Why is this bad?
Kubernetes' own reader refuses such files, to protect itself. The verdict is incomplete.

## Example
```yaml
a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
g: [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
```

## Use instead
Split the file, and write repeated parts out instead of aliasing aliases.
```yaml
a: &a [x, x, x, x, x, x, x, x, x, x]
b: [*a, *a]
```";

const INCOMPLETE_OBJECT_HELP: &str = "\
## What it does
Finds documents that are meant to be Kubernetes objects and lack `apiVersion` or `kind`: those that a kustomization \
lists under `resources`, those that have `metadata.name` and one of the two, and items of a `List`.

## Why is this bad?
No schema and no policy can be found for such a document, so that it would pass unchecked; applying it fails.

## Example
```yaml
kind: ConfigMap
metadata:
  name: settings
```

## Use instead
```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
```";
