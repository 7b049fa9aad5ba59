//! The order in which the sources are asked: the CI, then what people say, then the remote of the clone.

use super::ci::Ci;
use super::fact::{Fact, Source};
use super::link::{Link, is_region};
use super::overrides::Overrides;
use super::reader::Reader;
use super::{Context, Surroundings, token};
use crate::host::{HostError, HostKind};

/// What is known of this run.
///
/// # Errors
/// A flag or a `GATE_*` variable that cannot be used. What a CI says wrongly is left out and told in
/// [`Context::problems`].
pub fn detect(surroundings: &Surroundings<'_>, overrides: &Overrides) -> Result<Context, HostError> {
    let mut reader = Reader::new(surroundings);
    reader.host = overrides.host(&reader)?.map(|host| host.value);
    let ci = Ci::detect(&reader);
    let mut context = ci.as_ref().map_or_else(Context::default, |ci| ci.value.read(&mut reader));
    context.ci = ci;
    let ci_host = context.host.as_ref().map(|host| host.value);
    overrides.apply(&reader, &mut context)?;
    remote(&reader, &mut context);
    defaults(&reader, &mut context);
    token::find(&reader, overrides, ci_host, &mut context)?;
    warn(&mut context);
    context.problems.splice(0..0, reader.into_problems());
    Ok(context)
}

/// What is still missing of the host may be read from the remote of the clone.
fn remote(reader: &Reader<'_>, context: &mut Context) {
    if context.host.is_some() && context.api.is_some() && context.repository.is_some() {
        return;
    }
    let Some(url) = (reader.surroundings().remote)() else { return };
    let kind = context.host.as_ref().map(|host| host.value);
    if let Some(link) = Link::parse(&url, kind) {
        context.adopt(Fact { value: link, source: Source::Remote });
    }
}

/// Hosts whose API lies at one place for everybody.
fn defaults(reader: &Reader<'_>, context: &mut Context) {
    let (Some(host), None) = (&context.host, &context.api) else { return };
    context.api = match host.value {
        HostKind::BitbucketCloud => {
            Some(Fact { value: "https://api.bitbucket.org/2.0".to_owned(), source: host.source.clone() })
        }
        HostKind::CodeCommit => ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(|name| {
            let region = reader.raw(name).filter(|region| is_region(region))?;
            Some(Fact::variable(format!("https://codecommit.{region}.amazonaws.com"), name))
        }),
        _ => None,
    };
}

fn warn(context: &mut Context) {
    let local = |url: &str| {
        let host = url.trim_start_matches("http://");
        host.starts_with("localhost") || host.starts_with("127.0.0.1")
    };
    if let Some(api) =
        context.api.as_ref().filter(|api| api.value.starts_with("http://") && !local(&api.value))
    {
        let problem =
            format!("{} is plain HTTP ({}): the token would travel unencrypted", api.value, api.source);
        context.problems.push(problem);
    }
}
