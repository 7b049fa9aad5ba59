//! What `gate init` says on standard output: what it found and where, how that judges, what it wrote, what to do next.

use super::baseline::Waivers;
use super::ci::Ci;
use super::compose::{Setup, documents, files, objects};
use super::judged::Judged;
use super::kinds;
use super::quoted::comment;
use super::repository::Repository;
use super::write::Planned;
use crate::config::FILE_NAME;
use crate::engine::Survey;

/// Width of the names on the left.
const LEFT: usize = 14;
/// Lines of one list.
const MOST: usize = 12;

/// The lines so far.
#[derive(Default)]
pub(super) struct Told {
    out: String,
}

impl Told {
    /// All of it.
    pub(super) fn text(self) -> String {
        self.out
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn title(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line(text);
    }

    /// `name  value`; the name only once.
    fn rows(&mut self, name: &str, values: &[String]) {
        for (number, value) in values.iter().take(MOST).enumerate() {
            let name = if number == 0 { name } else { "" };
            self.line(&format!("  {name:LEFT$}{value}"));
        }
        if values.len() > MOST {
            self.line(&format!("  {:LEFT$}… and {} more", "", values.len() - MOST));
        }
    }

    /// What was looked at.
    pub(super) fn look(&mut self, repository: &Repository) {
        let all = files(repository.change.files.len());
        self.line(&format!(
            "Looked at {all} of the work tree, {} of them YAML or JSON.",
            repository.manifests.len()
        ));
        if let Some(way_up) = &repository.way_up {
            self.line(&format!("The root of the repository is {way_up}: files are written there."));
        }
    }

    /// What was guessed, and from what.
    pub(super) fn found(
        &mut self,
        repository: &Repository,
        setup: &Setup,
        survey: &Survey,
        left_out: usize,
        ci: &Ci,
    ) {
        self.title("Found");
        self.rows("kubernetes", &kubernetes(setup));
        self.rows("environments", &environments(setup, left_out));
        if let Some((branch, why)) = &repository.branch {
            self.rows("branch", &[format!("{}: {why}", comment(branch))]);
        }
        self.rows("definitions", &definitions(survey));
        let pairs = |list: &[(String, String)]| -> Vec<String> {
            list.iter().map(|(glob, why)| format!("{}: {why}", comment(glob))).collect()
        };
        self.rows("schemas", &pairs(&setup.schemas));
        self.rows("no schema", &no_schema(setup));
        self.rows("exclude", &pairs(&setup.exclude));
        let perhaps: Vec<String> =
            pairs(&setup.perhaps).iter().map(|line| format!("perhaps {line}")).collect();
        self.rows(if setup.exclude.is_empty() { "exclude" } else { "" }, &perhaps);
        self.ci(ci);
    }

    fn ci(&mut self, ci: &Ci) {
        let title = ci.file.as_ref().map_or(String::new(), |file| format!("{}: ", file.title));
        self.rows("ci", &[format!("{title}{}", ci.why)]);
        let running: Vec<String> =
            ci.running.iter().map(|path| format!("{path} runs the gate already")).collect();
        self.rows("", &running);
    }

    /// How the whole tree is judged by it.
    pub(super) fn judged(&mut self, judged: &Judged, setup: &Setup, baseline: bool) {
        self.title(&format!("Judged by it, as a whole: {}", objects(judged.report.coverage.objects)));
        let sums = judged.sums();
        let width = sums.keys().map(String::len).max().unwrap_or(0) + 2;
        for (check, sum) in &sums {
            let words = Some(sum.words()).filter(|words| !words.is_empty());
            let words = words.unwrap_or_else(|| judged.holds(check));
            self.line(&format!("  {check:width$}{words}"));
        }
        self.unfinished(judged, setup);
        let blocking = judged.blocking().count();
        if baseline {
            self.waived(&setup.waivers);
        } else if blocking > 0 {
            self.line("  What is there today does not block a pull request; what it adds does.");
            self.line("  `gate check --all` does count it; `gate init --baseline` waives it until a day.");
        }
    }

    /// Checks that cannot finish, whatever is written.
    fn unfinished(&mut self, judged: &Judged, setup: &Setup) {
        let open = judged.failures().filter(|failure| !kinds::is_about(&setup.kinds, failure));
        let lines: Vec<String> = open.map(|failure| comment(&place_and_message(failure))).collect();
        if !lines.is_empty() {
            self.line(&format!(
                "  {} cannot be judged, which makes a verdict on the whole incomplete:",
                places(lines.len())
            ));
            lines.iter().take(MOST).for_each(|line| self.line(&format!("    {line}")));
        }
        if lines.len() > MOST {
            self.line(&format!("    … and {} more", lines.len() - MOST));
        }
    }

    fn waived(&mut self, waivers: &Waivers) {
        match waivers.entries.len() {
            0 => self.line("  Nothing blocks today: the baseline is empty."),
            entries => self.line(&format!(
                "  Waived until {}: {} by {} in {FILE_NAME}.",
                waivers.expires,
                number(waivers.findings, "finding"),
                number(entries, "waiver")
            )),
        }
    }

    /// Waivers for a `gate.yaml` that is there already.
    pub(super) fn lines_for_waivers(&mut self, waivers: &Waivers) {
        match waivers.entries.as_slice() {
            [] => self.title("Nothing blocks today: the baseline is empty."),
            entries => {
                let findings = number(waivers.findings, "finding");
                self.title(&format!("Add to {FILE_NAME}, which is there already, for {findings} of today:"));
                self.out.push_str("\nwaivers:\n");
                self.out.push_str(&entries.concat());
            }
        }
    }

    /// What was written and what was not, and the next commands.
    pub(super) fn ending(
        &mut self,
        repository: &Repository,
        ci: &Ci,
        planned: &[Planned],
        left: &[String],
        dry_run: bool,
    ) {
        if !planned.is_empty() {
            self.title(if dry_run { "Would write" } else { "Wrote" });
            planned.iter().for_each(|file| self.line(&format!("  {}", file.path)));
        }
        if !left.is_empty() {
            self.title("Left as it is");
            left.iter().for_each(|path| self.line(&format!("  {path} is there already")));
        }
        if dry_run {
            for file in planned {
                self.title(&format!("{}:", file.path));
                self.out.push('\n');
                self.out.push_str(&file.text);
            }
        }
        let to_add = ci.file.as_ref().filter(|file| left.iter().any(|path| path == file.path));
        if let Some(file) = to_add {
            self.title(&format!("Add to {}:", file.path));
            self.out.push('\n');
            file.text
                .lines()
                .filter(|line| !line.starts_with("# Written by"))
                .for_each(|line| self.line(&format!("  {line}")));
        }
        if !dry_run {
            self.next(repository, planned);
        }
    }

    fn next(&mut self, repository: &Repository, planned: &[Planned]) {
        self.title("Next");
        if let Some(way_up) = &repository.way_up {
            self.line(&format!("  cd {way_up}"));
        }
        if !planned.is_empty() {
            let paths: Vec<&str> = planned.iter().map(|file| file.path.as_str()).collect();
            let all = if repository.has_commit { paths.join(" ") } else { "--all".to_owned() };
            self.line(&format!("  git add {all} && git commit -m \"Run gitops-gate\""));
        }
        self.line("  gate check --all");
    }
}

fn place_and_message(failure: &crate::model::CheckFailure) -> String {
    match &failure.location {
        Some(location) => format!("{}:{}: {}", location.path, location.start.line, failure.message),
        None => failure.message.clone(),
    }
}

fn places(number: usize) -> String {
    if number == 1 { "1 place".to_owned() } else { format!("{number} places") }
}

fn number(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn kubernetes(setup: &Setup) -> Vec<String> {
    let versions = &setup.versions;
    let mut lines: Vec<String> = versions
        .from
        .iter()
        .map(|sign| format!("1.{}: {}:{}: {}", sign.minor, sign.path, sign.line, comment(&sign.text)))
        .collect();
    if lines.is_empty() {
        let newest = versions.minors.iter().map(|minor| format!("1.{minor}")).collect::<String>();
        lines.push(format!(
            "{newest}: a guess, the newest that the gate knows; write the version of your clusters"
        ));
    }
    let unknown =
        versions.unknown.iter().map(|minor| format!("1.{minor} is named, and the gate has no schemas of it"));
    lines.extend(unknown);
    lines
}

fn environments(setup: &Setup, left_out: usize) -> Vec<String> {
    let width = setup.environments.iter().map(|found| found.name.len()).max().unwrap_or(0);
    let line = |found: &crate::config::GuessedEnvironment| {
        let globs: Vec<String> = found.globs.iter().take(3).map(|glob| comment(glob)).collect();
        let more = match found.globs.len().saturating_sub(3) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{:width$}  {}: {}{more}", found.name, files(found.files), globs.join(" "))
    };
    let mut lines: Vec<String> = setup.environments.iter().map(line).collect();
    if left_out > 0 {
        lines.push(format!(
            "{left_out} clusters or overlays are too many to name: none of them is an environment"
        ));
    }
    if lines.is_empty() {
        lines.push("none: no folder or file has the name of one".to_owned());
    }
    lines
}

fn definitions(survey: &Survey) -> Vec<String> {
    let kinds: usize = survey.definitions.iter().map(|(_, number)| number).sum();
    let Some((first, _)) = survey.definitions.first() else { return Vec::new() };
    let where_ = match survey.definitions.len() {
        1 => first.to_string(),
        several => format!("{several} files, the first {first}"),
    };
    vec![format!("{} in {where_}: used as they are", number(kinds, "CustomResourceDefinition"))]
}

fn no_schema(setup: &Setup) -> Vec<String> {
    if setup.kinds.is_empty() {
        return Vec::new();
    }
    let total = documents(setup.kinds.values().sum());
    let head = format!("{}, {total}: only policies judge them", number(setup.kinds.len(), "kind"));
    let each = setup.kinds.iter().map(|(kind, number)| format!("  {kind}: {}", documents(*number)));
    std::iter::once(head).chain(each).collect()
}
