//! Workloads: what their specs say about their templates, and how they are updated.

use crate::schema::walk::Walk;
use crate::yaml::NodeId;

type Field = Option<NodeId>;

/// The longest name of a CronJob: 11 characters are added to it for its Jobs.
const CRON_JOB_NAME: usize = 52;

impl<'a> Walk<'a> {
    /// A workload that keeps its Pods running.
    pub(super) fn workload_spec(&mut self, [selector, template]: [Field; 2]) {
        if let Some(selector) = selector {
            self.selects_its_template(selector, template);
        }
        self.restarts(template, &["Always"], false);
    }

    pub(super) fn deployment_spec(&mut self, [selector, template, ready, progress]: [Field; 4]) {
        self.workload_spec([selector, template]);
        let seconds =
            (self.number(ready).unwrap_or(0), progress.map_or(Some(600), |_| self.number(progress)));
        if let (Some(n), (ready, Some(deadline))) = (progress.or(ready), seconds)
            && deadline <= ready
            && deadline >= 0
        {
            let message = format!(
                "`progressDeadlineSeconds` ({deadline}) must be more than `minReadySeconds` ({ready})"
            );
            self.refuse(n, message, None);
        }
    }

    /// The selector of a ReplicationController is a mapping of labels.
    pub(super) fn replication_controller(&mut self, [selector, template]: [Field; 2]) {
        let labels = self.at(self.at(template, "metadata"), "labels");
        if template.is_some() {
            self.labels_match(selector, labels);
        }
        self.restarts(template, &["Always"], false);
    }

    /// A Job ends, so its Pods must not be restarted for ever.
    pub(super) fn job_spec(
        &mut self,
        n: NodeId,
        [selector, manual, template, mode, completions]: [Field; 5],
    ) {
        self.restarts(template, &["OnFailure", "Never"], true);
        self.name_fits("Job", 63);
        if let (Some(selector), false) = (selector, self.word(manual) == Some("true")) {
            let message = "the selector of a Job is made by the server".to_owned();
            self.refuse(selector, message, Some("remove it, or set `manualSelector: true`"));
        }
        if self.word(mode) == Some("Indexed") && completions.is_none() {
            self.lack(n, "completions", "the completion mode `Indexed` needs `completions`".to_owned());
        }
    }

    /// The restart policy of a template is one of `allowed`.
    fn restarts(&mut self, template: Field, allowed: &[&str], needed: bool) {
        let Some(spec) = self.at(template, "spec") else { return };
        let policy = self.at(Some(spec), "restartPolicy");
        let Some(n) = policy.filter(|_| self.word(policy) != Some("")) else {
            if needed {
                let message = format!(
                    "`restartPolicy` is needed here: the default, Always, is not allowed for a {}",
                    self.root_kind()
                );
                self.lack(spec, "restartPolicy", message);
            }
            return;
        };
        let known = ["Always", "OnFailure", "Never"];
        if let Some(word) = self.word(policy)
            && known.contains(&word)
            && !allowed.contains(&word)
        {
            let all = allowed.join(" or ");
            self.refuse(
                n,
                format!("`restartPolicy` must be {all} in a {}, but is `{word}`", self.root_kind()),
                None,
            );
        }
    }

    /// The server adds 11 characters to the name for each Job.
    pub(super) fn cron_job_name(&mut self) {
        self.name_fits("CronJob", CRON_JOB_NAME);
    }

    /// The name of an object of `kind` has at most `most` bytes.
    fn name_fits(&mut self, kind: &str, most: usize) {
        let metadata = self.root.filter(|_| self.root_kind() == kind);
        let name = self.at(self.at(metadata, "metadata"), "name");
        if let (Some(n), Some(text)) = (name, self.word(name))
            && text.len() > most
        {
            self.invalid_name(
                n,
                &format!("the name of a {kind}"),
                &format!("have no more than {most} characters"),
            );
        }
    }

    /// `Recreate` has no rolling update.
    pub(super) fn deployment_strategy(&mut self, [kind, rolling]: [Field; 2]) {
        if let (Some("Recreate"), Some(rolling)) = (self.word(kind), rolling) {
            let message = "`rollingUpdate` is not allowed when the type is `Recreate`".to_owned();
            self.refuse(rolling, message, Some("remove it, or set it to null in an overlay"));
        }
    }

    /// One of the two has to let a Pod be replaced.
    pub(super) fn rolling_update(&mut self, [unavailable, surge]: [Field; 2]) {
        if let (Some(n), true, true) = (unavailable, self.is_zero(unavailable), self.is_zero(surge)) {
            let message =
                "`maxUnavailable` and `maxSurge` cannot both be 0: no Pod could be replaced".to_owned();
            self.refuse(n, message, None);
        }
        self.at_most_all(unavailable);
    }

    /// A DaemonSet replaces Pods either before or after it starts new ones.
    pub(super) fn daemon_set_update(&mut self, n: NodeId, [unavailable, surge]: [Field; 2]) {
        let surges = surge.is_some() && self.word(surge).is_some() && !self.is_zero(surge);
        let holds = unavailable.is_some() && self.is_zero(unavailable);
        if surges && !holds && (unavailable.is_none() || self.word(unavailable).is_some()) {
            let message = "`maxSurge` needs `maxUnavailable: 0`, whose default is 1".to_owned();
            self.refuse(surge.unwrap_or(n), message, None);
        } else if holds && (surge.is_none() || self.is_zero(surge)) {
            let message =
                "`maxUnavailable` and `maxSurge` cannot both be 0: no Pod could be replaced".to_owned();
            self.refuse(unavailable.unwrap_or(n), message, None);
        }
        self.at_most_all(unavailable);
    }

    /// True for `0` and `0%`.
    fn is_zero(&self, n: Field) -> bool {
        self.word(n).is_some_and(|text| {
            let digits = text.strip_suffix('%').unwrap_or(text);
            !digits.is_empty() && digits.bytes().all(|byte| byte == b'0')
        })
    }

    /// A percentage of Pods ends at 100.
    pub(super) fn at_most_all(&mut self, n: Field) {
        let percent = self.word(n).and_then(|text| text.strip_suffix('%')?.parse::<u32>().ok());
        if let (Some(n), Some(101..)) = (n, percent) {
            self.refuse(n, format!("{} must be at most 100%", self.subject(n)), None);
        }
    }
}
