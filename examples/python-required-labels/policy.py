"""`required-labels`: dashboards, bills and network policies select by labels, so the labels that a platform agreed on must be
there, with values that make sense. An example of a policy in Python.
"""

from fnmatch import fnmatchcase

from gate_sdk import Match, Policy, Rule, SettingsError, export


class MissingLabel(Rule):
    """
    ### What it does
    Finds objects without one of the labels that the setting `labels` names. Templates of pods are looked at, too, where the
    setting `pods` is true: the labels of a Deployment are not those of its pods.

    ### Why is this bad
    What has no `team` label is in nobody's dashboard and on nobody's bill.

    ### Example
    ```yaml
    metadata:
      name: web
    ```

    ### Use instead
    ```yaml
    metadata:
      name: web
      labels: { team: shop }
    ```
    """

    id = "missing-label"
    title = "Object without a required label"


class WrongLabelValue(Rule):
    """
    ### What it does
    Finds required labels whose value matches none of the patterns that the setting `labels` has for it.

    ### Why is this bad
    A misspelt team is as good as none.

    ### Example
    ```yaml
    # with `labels: { team: [shop, "platform-*"] }`
    labels: { team: shpo }
    ```

    ### Use instead
    ```yaml
    labels: { team: shop }
    ```
    """

    id = "wrong-label-value"
    title = "Required label with an unknown value"


class RequiredLabels(Policy):
    id = "required-labels"
    version = "0.1.0"
    title = "Objects have the labels that were agreed on"
    description = "Every object has the labels that the settings name, with a value that the settings accept."
    rules = [MissingLabel, WrongLabelValue]
    matches = [Match(operations=["create", "update", "unchanged"])]
    tags = ["ownership"]
    settings_schema = {
        "type": "object",
        "properties": {
            "labels": {
                "description": "Patterns of accepted values by label: `team: [shop, platform-*]`.",
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                "default": {"app.kubernetes.io/name": ["*"]},
            },
            "kinds": {
                "description": "Kinds that need the labels.",
                "type": "array",
                "items": {"type": "string"},
                "default": ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Service"],
            },
            "pods": {"description": "Whether templates of pods need them, too.", "type": "boolean", "default": False},
        },
        "additionalProperties": False,
    }

    def __init__(self, settings):
        defaults = {name: about["default"] for name, about in self.settings_schema["properties"].items()}
        settings = defaults | settings
        self.labels, self.kinds, self.pods = settings["labels"], settings["kinds"], settings["pods"]
        if not self.labels:
            raise SettingsError("/labels", "no label is named, so nothing would be checked")

    def check(self, document, findings):
        if document.kind not in self.kinds:
            return
        self.check_metadata(document.object, findings)
        template = document.object.get("spec", "template")
        if self.pods and template:
            self.check_metadata(template, findings)

    def check_metadata(self, value, findings):
        for label, patterns in self.labels.items():
            found = value.get("metadata", "labels", label)
            if found is None:
                # What is missing has no place: the nearest thing above it stands in.
                place = value.get("metadata", "labels") or value.get("metadata", "name") or value.get("metadata") or value
                findings.at(place, MissingLabel, f"there is no label `{label}`")
            elif not any(fnmatchcase(found.as_text() or "", pattern) for pattern in patterns):
                accepted = "`, `".join(patterns)
                findings.at(found, WrongLabelValue, f"`{found.as_text()}` is none of `{accepted}`")


Validator = export(RequiredLabels)
