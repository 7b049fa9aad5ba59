//! Runs cases against a subject.

use std::path::PathBuf;

use super::difference::{self, Difference};
use super::{Case, CaseFile, Found, Input, Subject};

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// Nothing if it went as it says.
    pub differences: Vec<Difference>,
    /// What was reported.
    pub found: Vec<Found>,
}

/// A case and what became of it.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Its file.
    pub path: PathBuf,
    /// Its number in the file, from 1.
    pub number: usize,
    /// The case.
    pub case: Case,
    /// What became of it.
    pub result: CaseResult,
}

/// Runs every case of `files` that can be read, in their order.
pub fn run_files(subject: &dyn Subject, files: &[CaseFile]) -> Vec<Ran> {
    let mut all = Vec::new();
    for CaseFile { path, cases } in files {
        for (number, case) in (1..).zip(cases.iter().flatten()) {
            let result = run_case(subject, case);
            all.push(Ran { path: path.clone(), number, case: case.clone(), result });
        }
    }
    all
}

/// Runs one case.
pub fn run_case(subject: &dyn Subject, case: &Case) -> CaseResult {
    let settings = case.settings_json();
    if !case.refused.is_empty() {
        let differences = match subject.check_settings(&settings) {
            Ok(issues) => difference::refusals(&case.refused, &issues),
            Err(failure) => vec![failed(&failure)],
        };
        return CaseResult { differences, found: Vec::new() };
    }
    let inputs: Vec<Input> = case.inputs().into_iter().filter(|input| subject.wants(input)).collect();
    if inputs.is_empty() {
        let nothing = "nothing ran: the policy asks for none of these documents".to_owned();
        return CaseResult { differences: vec![Difference::Failed(nothing)], found: Vec::new() };
    }
    let answer = subject.judge(&settings, &case.context(), &inputs);
    let mut differences: Vec<Difference> = answer.issues.into_iter().map(Difference::Refused).collect();
    differences.extend(answer.failures.iter().map(|failure| failed(failure)));
    // What was not judged is not missing.
    if differences.is_empty() || !answer.found.is_empty() {
        differences.extend(difference::findings(&case.expect, &answer.found));
    }
    let rules = subject.rules();
    let broken = answer.found.iter().filter_map(|found| breach(found, &rules, &inputs));
    differences.extend(broken.map(Difference::Failed));
    CaseResult { differences, found: answer.found }
}

fn failed(message: &str) -> Difference {
    Difference::Failed(format!("the policy failed: {message}"))
}

/// What the gate would refuse in an answer: undeclared rules, pointers that lead nowhere.
fn breach(found: &Found, rules: &[String], inputs: &[Input]) -> Option<String> {
    if !rules.contains(&found.rule) {
        return Some(format!("{} is not declared in the metadata", found.rule));
    }
    let input = inputs.iter().find(|input| input.index == found.document);
    let Some(input) = input else { return Some(format!("there is no document {}", found.document)) };
    let pointer = found.pointer.as_deref()?;
    (!input.has(pointer)).then(|| format!("pointer {pointer} leads nowhere"))
}
