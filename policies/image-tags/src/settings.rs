//! What the operator may set, and which demand follows from it for an environment.

use std::fmt;

use gate_sdk::{SettingsSchema, glob};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// What a tag must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, SettingsSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Require {
    /// It is there, and does not move.
    Any,
    /// SemVer, a pre-release too.
    SemverPrerelease,
    /// SemVer without a pre-release.
    Semver,
}

/// Whether an image needs a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, SettingsSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Digest {
    /// It may have one instead of a tag; the tag beside a digest is not judged.
    Allowed,
    /// It must have one.
    Required,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, SettingsSchema)]
#[serde(rename_all = "kebab-case")]
enum VPrefix {
    Allowed,
    Forbidden,
}

/// What an environment demands, as far as it is set.
#[derive(Debug, Clone, Copy, Default, Deserialize, SettingsSchema)]
#[serde(deny_unknown_fields)]
struct Choice {
    /// What a tag must look like.
    require: Option<Require>,
    /// Whether an image needs a digest.
    digest: Option<Digest>,
}

/// What an environment demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Demand {
    pub(crate) require: Require,
    pub(crate) digest: Digest,
}

/// Every key that is no option is the name of an environment.
// Serde's own way to take the keys that are left would make the policy larger by a third: `Keys` reads this type.
#[derive(Debug, Clone, SettingsSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct Settings {
    /// Documents outside every environment, and environments with neither a setting nor a usual name.
    default: Choice,
    #[serde(flatten)]
    environments: Vec<(String, Choice)>,
    /// Tags that are refused everywhere because they move. `*` and `?` are wildcards.
    moving_tags: Vec<String>,
    /// Images that are not judged, without tag and digest: `registry.example.com/team/**`.
    exclude_images: Vec<String>,
    /// Whether `v1.2.3` is as good as `1.2.3`.
    v_prefix: VPrefix,
    /// Suffixes that name a variant and no pre-release, without the dash: `alpine`, `ubi*`.
    variants: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            default: Choice::default(),
            environments: Vec::new(),
            moving_tags: ["latest", "latest-*", "*-latest"].map(str::to_owned).to_vec(),
            exclude_images: Vec::new(),
            v_prefix: VPrefix::Allowed,
            variants: Vec::new(),
        }
    }
}

impl Settings {
    /// The environment's own setting, else that of another name for the same thing, else the usual demand.
    pub(crate) fn demand(&self, environment: Option<&str>) -> Demand {
        let class = environment.and_then(class);
        let exact = self.environments.iter().find(|(name, _)| Some(name.as_str()) == environment);
        let chosen = exact.or_else(|| {
            let mut all = self.environments.iter();
            all.find(|(name, _)| class.is_some() && self::class(name) == class)
        });
        let chosen = chosen.map(|(_, choice)| *choice).unwrap_or(if class.is_none() {
            self.default
        } else {
            Choice::default()
        });
        Demand {
            require: chosen.require.unwrap_or(class.unwrap_or(Require::Any)),
            digest: chosen.digest.or(self.default.digest).unwrap_or(Digest::Allowed),
        }
    }

    pub(crate) fn excludes(&self, image: &str) -> bool {
        glob::any(&self.exclude_images, image)
    }

    pub(crate) fn moves(&self, tag: &str) -> bool {
        glob::any(&self.moving_tags, tag)
    }

    pub(crate) fn takes_v(&self) -> bool {
        self.v_prefix == VPrefix::Allowed
    }

    pub(crate) fn variants(&self) -> &[String] {
        &self.variants
    }
}

const USUAL: &[(&str, Require)] = &[
    ("prod", Require::Semver),
    ("production", Require::Semver),
    ("prd", Require::Semver),
    ("live", Require::Semver),
    ("stage", Require::SemverPrerelease),
    ("staging", Require::SemverPrerelease),
    ("stg", Require::SemverPrerelease),
    ("preprod", Require::SemverPrerelease),
    ("uat", Require::SemverPrerelease),
    ("dev", Require::Any),
    ("develop", Require::Any),
    ("development", Require::Any),
    ("test", Require::Any),
    ("testing", Require::Any),
];

/// What an environment of this name usually demands; none for names that say nothing. Of `prod-test`, what the
/// first of the words above demands.
fn class(name: &str) -> Option<Require> {
    let has = |word: &str| {
        name.split(|c: char| !c.is_ascii_alphabetic()).any(|part| part.eq_ignore_ascii_case(word))
    };
    USUAL.iter().find(|(word, _)| has(word)).map(|(_, require)| *require)
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Settings;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of options and environments")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Settings, A::Error> {
        let mut settings = Settings::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "default" => settings.default = map.next_value()?,
                "moving-tags" => settings.moving_tags = map.next_value()?,
                "exclude-images" => settings.exclude_images = map.next_value()?,
                "v-prefix" => settings.v_prefix = map.next_value()?,
                "variants" => settings.variants = map.next_value()?,
                _ => settings.environments.push((key, map.next_value()?)),
            }
        }
        Ok(settings)
    }
}
