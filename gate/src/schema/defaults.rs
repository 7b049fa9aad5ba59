//! The defaults of a table, each read when a rule first asks for it: a run meets a few of them, and a pack has thousands.

use std::sync::OnceLock;

use crate::yaml::{Limits, Parsed, parse};

/// Chains that the defaults are spread over.
const CHAINS: usize = 256;

/// The defaults read so far. Nothing in it ever moves or goes, so that those who ask can hold on to what they got.
#[derive(Debug)]
pub(super) struct Defaults(Box<[Chain]>);

/// Defaults whose numbers have the same remainder.
#[derive(Debug, Default)]
struct Chain(OnceLock<Box<Link>>);

#[derive(Debug)]
struct Link {
    /// The string that holds the default.
    id: u32,
    parsed: Parsed,
    next: Chain,
}

impl Default for Defaults {
    fn default() -> Self {
        Self((0..CHAINS).map(|_| Chain::default()).collect())
    }
}

impl Defaults {
    /// The default that string `id` of the table holds; `text` gives the string.
    pub(super) fn get<'a>(&self, id: u32, text: impl Fn() -> &'a [u8]) -> Option<&Parsed> {
        let read = || parse(text().to_vec(), &Limits::default());
        let mut chain = self.0.get(id as usize % CHAINS)?;
        loop {
            // Another thread may have put another default here in the meantime: then this one comes after it.
            let link = chain.0.get_or_init(|| Box::new(Link { id, parsed: read(), next: Chain::default() }));
            if link.id == id {
                return Some(&link.parsed);
            }
            chain = &link.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_default_is_read_once_and_stays() {
        let defaults = Defaults::default();
        let ids = || (0..2_000u32).step_by(3);
        let text = |id: u32| format!("{{\"number\": {id}}}").into_bytes();
        let texts: Vec<Vec<u8>> = ids().map(text).collect();
        let number = |parsed: &Parsed| {
            let root = parsed.documents[0].root;
            parsed.tape.get(root, "number").map(|n| parsed.tape.text(n).to_owned())
        };
        let all = || -> Vec<*const Parsed> {
            let one = |(id, text): (u32, &Vec<u8>)| {
                let found = defaults.get(id, || text).unwrap();
                assert_eq!(number(found), Some(id.to_string()));
                std::ptr::from_ref(found)
            };
            ids().zip(&texts).map(one).collect()
        };
        let addresses =
            |found: Vec<*const Parsed>| found.into_iter().map(|at| at as usize).collect::<Vec<_>>();
        let (one, other) = std::thread::scope(|scope| {
            let threads = [scope.spawn(|| addresses(all())), scope.spawn(|| addresses(all()))];
            threads.map(|thread| thread.join().unwrap()).into()
        });
        assert_eq!(one, other);
        assert_eq!(one, addresses(all()));
    }
}
