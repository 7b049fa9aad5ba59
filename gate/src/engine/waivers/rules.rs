//! The rules about waivers themselves: their ids, severities and pages. No waiver is for them.

use crate::model::{RuleInfo, Severity};

/// What can be wrong with a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum WaiverRule {
    /// Its last day is over.
    Expired,
    /// Nothing needs it.
    Unused,
    /// The rule that it is for does not exist.
    UnknownRule,
    /// An annotation that cannot be read.
    Malformed,
    /// It stands where it cannot hold.
    NoEffect,
}

impl WaiverRule {
    pub(in crate::engine) const ALL: [Self; 5] =
        [Self::Expired, Self::Unused, Self::UnknownRule, Self::Malformed, Self::NoEffect];

    pub(in crate::engine) fn id(self) -> &'static str {
        match self {
            Self::Expired => "waiver/expired",
            Self::Unused => "waiver/unused",
            Self::UnknownRule => "waiver/unknown-rule",
            Self::Malformed => "waiver/malformed",
            Self::NoEffect => "waiver/no-effect",
        }
    }

    /// None blocks by default: what a waiver no longer covers does so by itself.
    pub(in crate::engine) fn severity(self) -> Severity {
        match self {
            Self::Expired | Self::UnknownRule | Self::Malformed => Severity::Warning,
            Self::Unused | Self::NoEffect => Severity::Info,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Expired => "Waiver whose last day is over",
            Self::Unused => "Waiver that nothing needs",
            Self::UnknownRule => "Waiver of a rule that does not exist",
            Self::Malformed => "Annotation that is no waiver",
            Self::NoEffect => "Waiver that has no effect where it stands",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Expired => EXPIRED,
            Self::Unused => UNUSED,
            Self::UnknownRule => UNKNOWN_RULE,
            Self::Malformed => MALFORMED,
            Self::NoEffect => NO_EFFECT,
        }
    }

    pub(in crate::engine) fn info(self) -> RuleInfo {
        RuleInfo {
            id: self.id().to_owned(),
            title: self.title().to_owned(),
            help: self.help().to_owned(),
            severity: self.severity(),
            help_url: None,
        }
    }
}

const EXPIRED: &str = "\
## What it does

Finds waivers whose last day (`expires`) is over. Today is the UTC day of the commit that is judged.

## Why is this bad?

The waiver holds no longer: what it covered counts again, and blocks the next change that touches it.

## Example

```yaml
waivers:
  - rule: image-tags/mutable-image-tag
    object: Deployment/legacy/*
    reason: the vendor ships only latest, OPS-12
    owner: team-legacy
    expires: 2020-01-31
```

## Use instead

Mend what the waiver covered and remove it. If it is still needed, ask its owner for a new last day.";

const UNUSED: &str = "\
## What it does

Finds waivers that nothing needs: the `path` matches no file, or, where the whole tree was judged in full
(`gate check --all`), no finding is covered.

## Why is this bad?

Nobody looks at it any more, and it lets the next violation at its place pass.

## Example

```yaml
waivers:
  - rule: image-tags/*
    path: removed/app/**
    reason: the vendor ships only latest, OPS-12
    owner: team-legacy
    expires: 2099-01-31
```

## Use instead

Remove the waiver.";

const UNKNOWN_RULE: &str = "\
## What it does

Finds waivers whose `rule` fits no rule of the gate or of the policies that the configuration names.

## Why is this bad?

It covers nothing: the rule is misspelt, or its policy does not run any more.

## Example

```yaml
waivers:
  - rule: image-tags/mutable-tag
    object: Deployment/legacy/*
    reason: the vendor ships only latest, OPS-12
    owner: team-legacy
    expires: 2099-01-31
```

## Use instead

```yaml
waivers:
  - rule: image-tags/mutable-image-tag
    object: Deployment/legacy/*
    reason: the vendor ships only latest, OPS-12
    owner: team-legacy
    expires: 2099-01-31
```

`gate explain` lists all rules.";

const MALFORMED: &str = "\
## What it does

Finds annotations `gate.dev/waive` that cannot be read as waivers.

## Why is this bad?

Whoever wrote it believes that a finding is waived, and it counts.

## Example

```yaml
metadata:
  annotations:
    gate.dev/waive: image-tags/mutable-image-tag
```

## Use instead

```yaml
metadata:
  annotations:
    gate.dev/waive: |
      rule: image-tags/mutable-image-tag
      reason: the vendor ships only latest, OPS-12
      owner: team-legacy
      expires: 2099-01-31
```";

const NO_EFFECT: &str = "\
## What it does

Finds annotations `gate.dev/waive` that cannot hold where they stand: the configuration takes no waivers from annotations
(`waivers-by-annotation`), the document is no object, or the rule is one of `not-waivable`.

## Why is this bad?

Whoever wrote it believes that a finding is waived, and it counts.

## Example

```yaml
metadata:
  annotations:
    gate.dev/waive: |
      rule: image-tags/mutable-image-tag
      reason: the vendor ships only latest, OPS-12
      owner: team-legacy
      expires: 2099-01-31
```

## Use instead

Mend what breaks the rule, remove the annotation, or propose a waiver in `gate.yaml`.";
