"""`my-policy`: a rolling update must not take a service down. Deployments have enough replicas, and their containers say
when they are ready. It is a beginning: rename the rules, read other fields, and change the cases in `cases` with them.

There are no files, no network, no clock and no randomness here; the standard library is there as far as it needs none.
"""

from fnmatch import fnmatchcase

from gate_sdk import WARNING, Match, Policy, Rule, SettingsError, export


# The docstring of a rule is its page for users, in Markdown. An id names the bad thing.
class TooFewReplicas(Rule):
    """
    ### What it does
    Finds Deployments with fewer replicas than the setting `minimum`.

    ### Why is this bad
    With one replica, the service is down while its node is drained.

    ### Example
    ```yaml
    spec:
      replicas: 1
    ```

    ### Use instead
    ```yaml
    spec:
      replicas: 2
    ```
    """

    id = "too-few-replicas"
    title = "Deployment with too few replicas"


class MissingReadinessProbe(Rule):
    """
    ### What it does
    Finds containers of Deployments without a `readinessProbe`.

    ### Why is this bad
    A pod gets traffic as soon as its containers run, although the program in it may still be starting.

    ### Example
    ```yaml
    containers:
      - name: web
        image: web:1.2.3
    ```

    ### Use instead
    ```yaml
    containers:
      - name: web
        image: web:1.2.3
        readinessProbe: { httpGet: { path: /ready, port: 8080 } }
    ```
    """

    id = "missing-readiness-probe"
    title = "Container without a readiness probe"
    severity = WARNING


class MyPolicy(Policy):
    """The policy with its settings. It is made once for a batch of documents."""

    id = "my-policy"
    version = "0.1.0"
    title = "Updates without downtime"
    description = "Deployments have enough replicas, and their containers say when they are ready."
    rules = [TooFewReplicas, MissingReadinessProbe]
    # The gate passes what matches and nothing else: here Deployments, unless the change deletes them.
    matches = [Match(api_groups=["apps"], kinds=["Deployment"], operations=["create", "update", "unchanged"])]
    # The gate checks the settings with this JSON Schema before the policy sees them.
    settings_schema = {
        "type": "object",
        "properties": {
            "minimum": {"description": "Fewest replicas of a Deployment.", "type": "integer", "default": 2},
            "exempt-namespaces": {
                "description": "Patterns of namespaces that are not looked at: `dev-*`.",
                "type": "array",
                "items": {"type": "string"},
                "default": [],
            },
        },
        "additionalProperties": False,
    }

    def __init__(self, settings):
        self.minimum = settings.get("minimum", 2)
        self.exempt = settings.get("exempt-namespaces", [])
        # What the schema cannot say is checked here. An issue names the setting by its JSON pointer.
        if self.minimum < 1:
            raise SettingsError("/minimum", "a Deployment needs at least one replica")

    def check(self, document, findings):
        if any(fnmatchcase(document.namespace or "default", pattern) for pattern in self.exempt):
            return
        replicas = document.object.get("spec", "replicas")
        # Kubernetes makes one where nothing is said.
        number = 1 if replicas is None else replicas.as_int()
        if number is not None and number < self.minimum:
            # A finding is reported with the value that was read: the gate makes file, line and column of it. What is
            # missing has no place, so the name stands in for it.
            place = replicas or document.object.get("metadata", "name") or document.object
            findings.at(place, TooFewReplicas, f"at least {self.minimum} replicas are needed")
        for spec in document.pod_specs():
            containers = spec.get("containers")
            for container in containers.items() if containers else []:
                if container.get("readinessProbe") is None:
                    name = container.get("name").as_text() if container.get("name") else ""
                    findings.at(container, MissingReadinessProbe, f"container `{name}` has no readiness probe")


# What the component exports; the line has to stay.
Validator = export(MyPolicy)
