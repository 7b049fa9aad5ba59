//! Few and narrow globs for the files of one environment.

use super::literal::escape;
use crate::config::detect;
use crate::config::globs::{Pattern, Patterns};
use crate::config::problem::Place;
use crate::model::RepoPath;

/// Globs of one group beyond which a wider one is taken.
const MOST: usize = 12;
/// Forms of names beyond which there is no end of them.
const MOST_GROUPS: usize = 64;

/// Files whose paths have a folder or file of the same form, which says the environment.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) environment: usize,
    /// The form of that folder or file, as a glob for one segment.
    shape: String,
    is_file: bool,
    /// The folders above, as globs; none where a name is no UTF-8.
    above: Vec<Option<String>>,
}

impl Group {
    /// Adds `path`, of which the segment of this number says the environment.
    pub(super) fn add(
        groups: &mut Vec<Self>,
        path: &RepoPath,
        environment: usize,
        segment: usize,
        is_whole: bool,
    ) {
        let segments: Vec<&[u8]> = path.as_bytes().split(|byte| *byte == b'/').collect();
        let (Some(name), Some(above)) = (segments.get(segment), segments.get(..segment)) else { return };
        let is_file = segment + 1 == segments.len();
        let Ok(name) = std::str::from_utf8(name) else { return };
        let shape = if is_whole || is_file { escaped(name) } else { shape_of(name, environment) };
        let above = std::str::from_utf8(&above.join(&b'/')).ok().map(escaped);
        let same = |group: &&mut Self| {
            group.environment == environment && group.shape == shape && group.is_file == is_file
        };
        let is_full = is_unwieldy(groups);
        match groups.iter_mut().find(same) {
            Some(group) if group.above.last() == Some(&above) => {}
            Some(group) => group.above.push(above),
            None if is_full => {}
            None => groups.push(Self { environment, shape, is_file, above: vec![above] }),
        }
    }

    fn glob(&self, above: &str) -> String {
        let end = if self.is_file { "" } else { "/**" };
        match (above, self.is_file) {
            ("", true) => format!("./{}", self.shape),
            ("", false) => format!("{}{end}", self.shape),
            (above, _) => format!("{above}/{}{end}", self.shape),
        }
    }

    /// Globs for the group, the wished form first; of the last one nothing is asked.
    fn candidates(&self) -> Vec<Vec<String>> {
        let mut above = self.above.clone();
        above.sort_unstable();
        above.dedup();
        let whole = |list: &[Option<String>]| -> Option<Vec<String>> {
            list.iter().map(|above| above.as_deref().map(|above| self.glob(above))).collect()
        };
        let anywhere = vec![self.glob("**")];
        let parent = |above: &Option<String>| {
            let above = above.as_deref()?;
            Some(format!("**/{}", above.rsplit('/').next().filter(|name| !name.is_empty())?))
        };
        let mut parents: Vec<Option<String>> = above.iter().map(parent).collect();
        parents.sort_unstable();
        parents.dedup();
        let mut found = Vec::new();
        if above.len() == 1 {
            found.extend(whole(&above));
        }
        found.push(anywhere.clone());
        found
            .extend([parents, above].iter().filter(|list| list.len() <= MOST).filter_map(|list| whole(list)));
        found.push(anywhere);
        found
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape(text, &mut out);
    out
}

/// `*-prod-*` of `stone-prod-p01`: the word that says the environment, and stars for the rest.
fn shape_of(name: &str, environment: usize) -> String {
    let is_end = |c: char| matches!(c, '-' | '_' | '.');
    let mut start = 0;
    for word in name.split(is_end) {
        let end = start + word.len();
        if detect::known(word.as_bytes()) == Some(environment) {
            let before = name.get(..start).and_then(|text| text.chars().next_back());
            let after = name.get(end..).and_then(|text| text.chars().next());
            let before = before.map_or(String::new(), |c| format!("*{c}"));
            let after = after.map_or(String::new(), |c| format!("{c}*"));
            return format!("{before}{}{after}", escaped(word));
        }
        start = end + 1;
    }
    escaped(name)
}

/// True if there are more forms than anybody would want to read; forms beyond that are not told apart any more.
pub(super) fn is_unwieldy(groups: &[Group]) -> bool {
    groups.len() >= MOST_GROUPS
}

/// Globs for every file with the words of an environment: too many rather than too few.
pub(super) fn wide(environment: usize) -> Vec<String> {
    let words = detect::KNOWN.get(environment).map(|(_, words)| *words).unwrap_or_default();
    words.iter().flat_map(|word| [format!("**/*{word}*/**"), format!("**/*{word}*")]).collect()
}

/// Globs for all `groups`, which are of one environment: of each group the first candidates that match no file of
/// an earlier environment, or of none.
pub(super) fn narrow(groups: &[&Group], files: &[RepoPath], environments: &[Option<usize>]) -> Vec<String> {
    let mut globs: Vec<(String, Vec<usize>)> = Vec::new();
    for group in groups {
        let candidates = group.candidates();
        let last = candidates.len().saturating_sub(1);
        for (number, list) in candidates.into_iter().enumerate() {
            let matched: Vec<_> = list
                .into_iter()
                .map(|glob| {
                    let hits = hits(&glob, files);
                    (glob, hits)
                })
                .collect();
            let is_pure =
                |at: &usize| environments.get(*at).is_some_and(|found| *found >= Some(group.environment));
            if number == last || matched.iter().all(|(_, hits)| hits.iter().all(is_pure)) {
                globs.extend(matched);
                break;
            }
        }
    }
    without_needless(globs, files.len())
}

/// The globs, those with the most files first, without those that add none.
fn without_needless(mut globs: Vec<(String, Vec<usize>)>, files: usize) -> Vec<String> {
    globs.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let mut covered = vec![false; files];
    globs.retain(|(_, hits)| {
        let mut adds = false;
        for &at in hits {
            adds |= covered.get_mut(at).is_some_and(|place| !std::mem::replace(place, true));
        }
        adds
    });
    globs.into_iter().map(|(glob, _)| glob).collect()
}

/// The numbers of the files that `glob` matches.
fn hits(glob: &str, files: &[RepoPath]) -> Vec<usize> {
    let pattern = Pattern { text: glob.to_owned(), place: Place::NONE };
    let Ok(patterns) = Patterns::new(vec![pattern]) else { return Vec::new() };
    files.iter().enumerate().filter(|(_, path)| patterns.matches(path)).map(|(at, _)| at).collect()
}
