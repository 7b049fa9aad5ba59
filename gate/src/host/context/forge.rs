//! Takes what a URL says of the host into a context: for CIs that sit on any host, and for the remote of the clone.

use super::Context;
use super::fact::{Fact, Source};
use super::link::Link;
use super::reader::Reader;
use crate::host::HostKind;

impl Context {
    /// Fills in what `link` says and nobody has said before. A link to another host than the one that is known
    /// says nothing.
    pub(super) fn adopt(&mut self, link: Fact<Link>) {
        if self.host.as_ref().is_some_and(|host| host.value != link.value.kind) {
            return;
        }
        let same = self.repository.as_ref().is_none_or(|known| known.value == link.value.repository);
        let Fact { value: Link { kind, api, web, repository, number }, source } = link;
        fill(&mut self.host, Some(kind), &source);
        fill(&mut self.api, Some(api), &source);
        fill(&mut self.repository, Some(repository), &source);
        if same {
            fill(&mut self.web, web, &source);
            fill(&mut self.number, number, &source);
        }
    }

    /// [`Context::adopt`] of the URLs in these variables, the first one first.
    pub(super) fn adopt_variables(&mut self, reader: &Reader<'_>, names: &[&'static str]) {
        for name in names {
            let known = self.host.as_ref().map(|host| host.value);
            if let Some(link) = link(reader, name, known.or(reader.host)) {
                self.adopt(link);
            }
        }
    }
}

/// The link in a variable; one that cannot be understood is none, for it may be to anything.
pub(super) fn link(reader: &Reader<'_>, name: &'static str, kind: Option<HostKind>) -> Option<Fact<Link>> {
    let link = Link::parse(&reader.raw(name)?, kind)?;
    Some(Fact::variable(link, name))
}

fn fill<T>(place: &mut Option<Fact<T>>, value: Option<T>, source: &Source) {
    if place.is_none() {
        *place = value.map(|value| Fact { value, source: source.clone() });
    }
}
