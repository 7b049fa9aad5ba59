"""Write policies for gitops-gate in Python: one class, exact JSON pointers, no records of the contract in sight.

`gate policy build` puts this module and `policy.py` into one WebAssembly component. `policy.py` has a class that
extends `Policy`, and ends with `Validator = export(MyPolicy)`.
"""

import json

try:
    from componentize_py_types import Err
    from wit_world.exports import validator as wit
except ImportError:  # Outside of a component (an editor, a unit test): `evaluate` works, `export` checks only.
    wit = None

INFO, WARNING, ERROR = "info", "warning", "error"
PER_OBJECT, CHANGE_SET = "per-object", "change-set"
SEVERITIES = (INFO, WARNING, ERROR)
ROLES = ("object", "kustomization", "patch", "values", "template", "other", "file")
OPERATIONS = ("create", "update", "delete", "unchanged")


class Rule:
    """A rule: extend it. The docstring of the class is the rule's page, in Markdown."""

    id = ""
    title = ""
    severity = ERROR


class Match:
    """Selects documents. One must match every list that is given; without `roles`, objects only."""

    def __init__(self, roles=(), api_groups=(), kinds=(), operations=()):
        self.roles, self.api_groups = tuple(roles), tuple(api_groups)
        self.kinds, self.operations = tuple(kinds), tuple(operations)


class SettingsError(Exception):
    """Settings that the policy does not accept, beyond what the schema can say."""

    def __init__(self, pointer, message):
        super().__init__(message)
        self.issues = [(pointer, message)]


class Policy:
    """A policy: extend it. It is made once for each settings document and judges any number of documents."""

    id = ""
    version = "0.1.0"
    title = ""
    description = ""
    scope = PER_OBJECT
    #: A document that matches any of these is passed; none: every object.
    matches = ()
    #: JSON Schema (2020-12) of the settings, checked by the gate before the policy sees any.
    settings_schema = {"type": "object", "additionalProperties": False}
    rules = ()
    help_url = None
    tags = ()
    # The values of Secrets, if the operator allows it; without this they are masked.
    reads_secret_values = False

    def __init__(self, settings):
        """Takes the settings, a dict. Raise `SettingsError` for what the schema cannot say."""
        self.settings = settings

    def check(self, document, findings):
        """Judges one document."""

    def check_all(self, documents, findings):
        """Judges all documents of a call; with the scope `CHANGE_SET`, all of the change."""
        for document in documents:
            self.check(document, findings)


class Value:
    """A value of a document that knows its place."""

    def __init__(self, raw, document, pointer):
        self.raw, self._document, self._pointer = raw, document, pointer

    def __repr__(self):
        return f"Value({self._pointer!r})"

    @property
    def pointer(self):
        """RFC 6901, from the root of the document; None in the other side of a change, which has no place here."""
        return self._pointer

    def _child(self, token, raw):
        if self._pointer is None:
            return Value(raw, self._document, None)
        token = str(token).replace("~", "~0").replace("/", "~1")
        return Value(raw, self._document, f"{self._pointer}/{token}")

    def get(self, *path):
        """The value below, by keys of maps and 0-based indexes of lists; None where there is none."""
        value = self
        for step in path:
            raw = value.raw
            if isinstance(raw, dict) and isinstance(step, str) and step in raw:
                value = value._child(step, raw[step])
            elif isinstance(raw, list) and isinstance(step, int) and 0 <= step < len(raw):
                value = value._child(step, raw[step])
            else:
                return None
        return value

    def items(self):
        """The items of a list; nothing for other kinds."""
        return [self._child(at, raw) for at, raw in enumerate(self.raw)] if isinstance(self.raw, list) else []

    def entries(self):
        """Keys and values of a map; nothing for other kinds."""
        return [(key, self._child(key, raw)) for key, raw in self.raw.items()] if isinstance(self.raw, dict) else []

    def walk(self):
        """This value and everything below it, parents first."""
        open_values = [self]
        while open_values:
            value = open_values.pop()
            yield value
            children = value.items() or [child for _, child in value.entries()]
            open_values.extend(reversed(children))

    def as_str(self):
        """The string; None for other kinds."""
        return self.raw if isinstance(self.raw, str) else None

    def as_bool(self):
        """The boolean; None for other kinds."""
        return self.raw if isinstance(self.raw, bool) else None

    def as_int(self):
        """The integer; None for other kinds, booleans among them."""
        return self.raw if isinstance(self.raw, int) and not isinstance(self.raw, bool) else None

    def as_text(self):
        """A string, number or boolean as text; None for null, maps and lists."""
        if isinstance(self.raw, bool):
            return "true" if self.raw else "false"
        return str(self.raw) if isinstance(self.raw, (str, int, float)) else None


class Document:
    """A document of the change. Its texts are parsed when they are read."""

    def __init__(self, record, context):
        self.context = context
        self.index, self.path, self.old_path = record.index, record.path, record.old_path
        self.environment, self.reaches = record.environment, record.reaches
        self.cluster_versions = record.cluster_versions
        self.api_version, self.kind = record.api_version, record.kind
        self.namespace, self.name = record.namespace, record.name
        self.operation, self.role = _word(record.operation), _word(record.role)
        self._record, self._roots = record, {}

    def _root(self, name, has_place):
        if name not in self._roots:
            text = getattr(self._record, name)
            pointer = "" if has_place else None
            self._roots[name] = None if text is None else Value(json.loads(text), self.index, pointer)
        return self._roots[name]

    @property
    def object(self):
        """The document; None when it is deleted."""
        return self._root("object", True)

    @property
    def old_object(self):
        """The document at the base; None when it is created."""
        return self._root("old_object", self.operation == "delete")

    @property
    def extensions(self):
        """More facts of the document, a dict: `kustomize-images` names images whose tag kustomizations set."""
        return json.loads(self._record.extensions or "{}")

    @property
    def promoted_from(self):
        """The same document in the environment before this one in the promotion order; None if there is none."""
        return self._root("promoted_from", False)

    def pod_specs(self):
        """Every pod spec, in workloads of any kind: wherever a map has a list of containers."""
        if self.object is None or self.kind == "CustomResourceDefinition":
            return []
        return [value for value in self.object.walk() if _containers(value)]

    def containers(self):
        """Containers, init containers and ephemeral containers of all pods of the document."""
        return [container for spec in self.pod_specs() for container in _containers(spec)]


class Findings:
    """Collects the findings of a call."""

    def __init__(self):
        self.list = []

    def at(self, value, rule, message, **more):
        """Reports a value. `more`: severity, sensitive, fix (description and JSON patch), properties (a dict), and related
        (pairs of a value and what is there: further places that explain the finding)."""
        self._add(value._document, value.pointer, rule, message, **more)

    def on(self, document, rule, message, **more):
        """Reports a document as a whole."""
        self._add(document.index, None, rule, message, **more)

    def _add(self, document, pointer, rule, message, severity=None, sensitive=False, fix=None, properties=None, related=()):
        finding = {"document": document, "rule": rule.id, "message": message, "pointer": pointer}
        finding |= {"severity": severity, "sensitive": sensitive, "fix": fix, "properties": dict(properties or {})}
        finding["related"] = [(value._document, value.pointer, what) for value, what in related]
        self.list.append(finding)


def evaluate(policy, settings, documents):
    """Judges documents; gives a list of dicts. `documents` are `Document`s."""
    findings = Findings()
    policy(settings).check_all(documents, findings)
    return findings.list


def export(policy):
    """The class that the component exports. Mistakes of the policy's description are raised here, when it is built."""
    _check(policy)
    if wit is None:
        return None
    metadata = _metadata(policy)

    class Validator:
        """The functions of the contract. No exception leaves them: its message would be lost in a trap."""

        def describe(self):
            return metadata

        def check_settings(self, settings):
            try:
                policy(json.loads(settings))
                return []
            except SettingsError as error:
                return _issues(error)
            except Exception as error:
                return [wit.SettingsIssue("", _told(error))]

        def validate(self, settings, ctx, documents):
            try:
                given = [Document(record, ctx) for record in documents]
                return [_finding(found) for found in evaluate(policy, json.loads(settings), given)]
            except SettingsError as error:
                raise Err(wit.PolicyError_Settings(_issues(error)))
            except Exception as error:
                raise Err(wit.PolicyError_Other(_told(error)))

    return Validator


def _told(error):
    """What happened and where: `KeyError: 'spec' (policy.py, line 12, in check)`."""
    place, step = None, error.__traceback__
    # Not by the module `traceback`: it reads source files, and there are no files here.
    while step is not None:
        code = step.tb_frame.f_code
        if place is None or not code.co_filename.endswith("gate_sdk.py"):
            place = f"{code.co_filename.rpartition('/')[2]}, line {step.tb_lineno}, in {code.co_name}"
        step = step.tb_next
    return f"{type(error).__name__}: {error} ({place})"


def _containers(spec):
    lists = [spec.get(name) for name in ("containers", "initContainers", "ephemeralContainers")]
    items = [item for found in lists if found is not None for item in found.items()]
    return [item for item in items if item.get("name") is not None or item.get("image") is not None]


def _word(member):
    return member if isinstance(member, str) else member.name.lower().replace("_", "-")


def _member(enum, word):
    return enum[word.upper().replace("-", "_")]


def _check(policy):
    problems = [f"`{name}` is missing" for name in ("id", "title", "description", "rules") if not getattr(policy, name)]
    for rule in policy.rules:
        if not rule.id or not rule.title or not (rule.__doc__ or "").strip():
            problems.append(f"the rule {rule.__name__} needs an id, a title and a docstring")
        if rule.severity not in SEVERITIES:
            problems.append(f"the rule {rule.__name__} has the severity {rule.severity!r}")
    for match in policy.matches:
        problems += [f"unknown role {role!r}" for role in match.roles if role not in ROLES]
        problems += [f"unknown operation {name!r}" for name in match.operations if name not in OPERATIONS]
    if problems:
        raise ValueError(f"{policy.__name__}: {'; '.join(problems)}")


def _page(rule):
    """The docstring without the indentation of all its lines but the first."""
    first, *rest = rule.__doc__.expandtabs().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first.strip(), *(line[margin:].rstrip() for line in rest)]).strip() + "\n"


def _metadata(policy):
    matches = [
        wit.MatchRule(
            [_member(wit.Role, role) for role in match.roles],
            list(match.api_groups),
            list(match.kinds),
            [_member(wit.Operation, name) for name in match.operations],
        )
        for match in policy.matches
    ]
    rules = [wit.Rule(rule.id, rule.title, _page(rule), _member(wit.Severity, rule.severity), []) for rule in policy.rules]
    return wit.Metadata(
        id=policy.id,
        version=policy.version,
        title=policy.title,
        description=policy.description,
        scope=_member(wit.Scope, policy.scope),
        matches=matches,
        reads_secret_values=policy.reads_secret_values,
        settings_schema=json.dumps(policy.settings_schema),
        rules=rules,
        help_url=policy.help_url,
        tags=list(policy.tags),
        properties=[],
    )


def _issues(error):
    return [wit.SettingsIssue(pointer, message) for pointer, message in error.issues]


def _finding(found):
    severity = None if found["severity"] is None else _member(wit.Severity, found["severity"])
    fix = None if found["fix"] is None else wit.SuggestedFix(found["fix"][0], json.dumps(found["fix"][1]))
    return wit.Finding(
        document=found["document"],
        rule=found["rule"],
        message=found["message"],
        severity=severity,
        pointer=found["pointer"],
        sensitive=found["sensitive"],
        fix=fix,
        related=[wit.Related(*place) for place in found["related"]],
        properties=list(found["properties"].items()),
    )
