//! What the host answers, as the official samples have it.

use serde_json::{Value, json};

use super::{CodeCommit, PERSON, ROLE};
use crate::contract::{Answer, BASE, NUMBER};

impl CodeCommit {
    pub(super) fn pull_request_page(&self) -> Value {
        let revision = self.revisions.last().unwrap();
        let members = json!([format!("{ROLE}/*")]);
        let statement =
            json!({ "Type": "Approvers", "NumberOfApprovalsNeeded": 1, "ApprovalPoolMembers": members });
        let rule = json!({ "Version": "2018-11-08", "Statements": [statement] });
        json!({
            "pullRequest": {
                "pullRequestId": NUMBER.to_string(),
                "title": "Raise replicas",
                "description": "",
                "lastActivityDate": 1_562_619_583.565,
                "creationDate": 1_508_961_285.0,
                "pullRequestStatus": if self.open { "OPEN" } else { "CLOSED" },
                "authorArn": self.author,
                "pullRequestTargets": [{
                    "repositoryName": self.repository,
                    "sourceReference": "refs/heads/feature",
                    "destinationReference": "refs/heads/main",
                    "destinationCommit": BASE,
                    "sourceCommit": revision.head,
                    "mergeBase": BASE,
                    "mergeMetadata": { "isMerged": !self.open },
                }],
                "clientRequestToken": "",
                "revisionId": revision.id,
                "approvalRules": [{ "approvalRuleName": "gitops-gate", "approvalRuleContent": rule.to_string() }],
            }
        })
    }

    /// A comment with its place; what was deleted stays listed, without its text.
    pub(super) fn place_page(&self, index: usize) -> Value {
        let comment = &self.comments[index];
        let mut page = json!({
            "pullRequestId": NUMBER.to_string(),
            "repositoryName": self.repository,
            "beforeCommitId": comment.before,
            "afterCommitId": comment.after,
            "comments": [self.comment_page(index)],
        });
        if let Some((path, line)) = &comment.place {
            page["location"] =
                json!({ "filePath": path, "filePosition": line, "relativeFileVersion": "AFTER" });
        }
        page
    }

    pub(super) fn posted_page(&self, index: usize) -> Value {
        let mut page = self.place_page(index);
        page["comment"] = page["comments"][0].take();
        page.as_object_mut().unwrap().remove("comments");
        page
    }

    pub(super) fn comment_page(&self, index: usize) -> Value {
        let comment = &self.comments[index];
        let mut page = json!({
            "commentId": format!("comment-{index}"),
            "content": if comment.deleted { "" } else { comment.content.as_str() },
            "creationDate": 1_508_369_622.123 + index as f64,
            "lastModifiedDate": 1_508_369_622.123 + index as f64,
            "authorArn": comment.author,
            "deleted": comment.deleted,
            "clientRequestToken": comment.token,
        });
        if comment.reply {
            page["inReplyTo"] = json!("comment-0");
        }
        page
    }
}

/// The answer of AWS STS.
pub(super) fn identity(arn: &str) -> Answer {
    debug_assert_ne!(arn, PERSON);
    let text = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <UserId>AROAEXAMPLE:run</UserId><Account>111122223333</Account><Arn>{arn}</Arn></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>"
    );
    Answer::text(200, "text/xml", &text)
}
