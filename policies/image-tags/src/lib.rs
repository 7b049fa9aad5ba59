//! `image-tags`: a container image must be named by something that does not move.
//!
//! How strict that is depends on the environment: any tag in development, SemVer in staging, SemVer without a
//! pre-release in production. A digest pins too, and may be required.

mod places;
mod reference;
mod rules;
mod settings;
mod tag;

use gate_sdk::{
    Document, Findings, Match, Metadata, Operation, Policy, Role, SettingsIssue, Severity, Value,
};

use places::{Image, Part};
use reference::Problem;
pub use rules::*;
pub use settings::Settings;
use settings::{Demand, Digest, Require};
use tag::Shape;

/// The policy with its settings.
#[derive(Debug)]
pub struct ImageTags {
    settings: Settings,
}

impl Policy for ImageTags {
    type Settings = Settings;

    const METADATA: Metadata = Metadata {
        description: "Container images must have a tag that does not move, of the form that their environment \
                      demands, or a digest. Looks at every kind of workload, at Tekton tasks, kustomizations, \
                      patches and Helm values.",
        matches: &[Match {
            roles: &[Role::Object, Role::Kustomization, Role::Patch, Role::Values],
            operations: &[Operation::Create, Operation::Update, Operation::Unchanged],
            ..Match::ANY
        }],
        rules: RULES,
        tags: &["images", "supply-chain"],
        ..Metadata::new("image-tags", env!("CARGO_PKG_VERSION"), "Image tags by environment")
    };

    fn new(settings: Settings) -> Result<Self, Vec<SettingsIssue>> {
        Ok(Self { settings })
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        let demand = self.settings.demand(document.environment.as_deref());
        let pinned = document.kustomize_images();
        for image in places::images(document) {
            if !self.settings.excludes(&image.name()) && !image.is_pinned(&pinned) {
                Judge { settings: &self.settings, demand, document, findings }.judge(&image);
            }
        }
    }
}

/// One document's demands, applied to one image after the other.
struct Judge<'a, 'd> {
    settings: &'a Settings,
    demand: Demand,
    document: &'a Document<'d>,
    findings: &'a mut Findings,
}

impl Judge<'_, '_> {
    fn judge(&mut self, image: &Image<'_>) {
        if image.is_placeholder() {
            return;
        }
        let parts = match image.parts() {
            Ok(parts) => parts,
            Err((value, problem)) => return self.malformed(value, problem),
        };
        match (parts.digest, parts.tag) {
            (Some(_), _) => {}
            (None, Part::Unknown) => {}
            (None, Part::Missing(value)) => self.missing(value, image),
            (None, Part::Given(value, tag)) => self.tag(value, tag),
        }
    }

    fn malformed(&mut self, value: Value<'_>, problem: Problem) {
        let message = format!("this image cannot be pulled: {}", problem.as_str());
        self.report(value, &MALFORMED_IMAGE_REFERENCE, message);
    }

    fn missing(&mut self, value: Value<'_>, image: &Image<'_>) {
        let message = format!("`{}` has neither a tag nor a digest, so `latest` is pulled", image.name());
        self.report(value, &MISSING_IMAGE_TAG, message);
        self.no_digest(value);
    }

    fn tag(&mut self, value: Value<'_>, tag: &str) {
        self.no_digest(value);
        if self.settings.moves(tag) {
            let message = format!("the tag `{tag}` moves: what runs can change without a commit");
            return self.report(value, &MUTABLE_IMAGE_TAG, message);
        }
        let shape = tag::shape(tag, self.settings.takes_v(), self.settings.variants());
        let place = self.place();
        match (self.demand.require, shape) {
            (Require::Any, _) | (_, Shape::Release) | (Require::SemverPrerelease, Shape::Prerelease) => {}
            (Require::Semver, Shape::Prerelease) => {
                let message = format!("`{tag}` is a pre-release; {place} takes releases only (`1.2.3`)");
                self.report(value, &PRERELEASE_IMAGE_TAG, message);
            }
            (Require::Semver, Shape::Other) => {
                let message = format!("`{tag}` is no SemVer version; {place} wants one like `1.2.3`");
                self.report(value, &NON_SEMVER_IMAGE_TAG, message);
            }
            (Require::SemverPrerelease, Shape::Other) => {
                let message =
                    format!("`{tag}` is no SemVer version; {place} wants one like `1.2.3` or `1.2.3-rc.1`");
                self.report(value, &NON_SEMVER_IMAGE_TAG, message);
            }
        }
    }

    fn no_digest(&mut self, value: Value<'_>) {
        if self.demand.digest == Digest::Required {
            let message = format!("no digest; {} requires one", self.place());
            self.report(value, &MISSING_IMAGE_DIGEST, message);
        }
    }

    fn place(&self) -> String {
        self.document.environment.as_ref().map_or_else(|| "this place".to_owned(), |name| format!("`{name}`"))
    }

    /// Outside every environment a kustomization may still add what is missing, so that this is not certain there.
    fn report(&mut self, value: Value<'_>, rule: &gate_sdk::Rule, message: String) {
        let finding = self.findings.at(value, rule, message);
        let missing = [MISSING_IMAGE_TAG.id, MISSING_IMAGE_DIGEST.id].contains(&rule.id);
        if self.document.environment.is_none() && missing {
            finding.severity(Severity::Warning);
        }
    }
}

gate_sdk::policy!(ImageTags);
