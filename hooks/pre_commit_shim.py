"""Builds an empty package that depends on the gate's wheel (PEP 517).

pre-commit installs the repository that its configuration names. From this one, that would compile the gate; so what it
installs is nothing but a dependency on the wheel of the same version at PyPI. Nothing is needed to build it.
"""

import base64
import hashlib
import os
import zipfile

VERSION = "0.1.0"
NAME = "gitops_gate_hook"

METADATA = f"""\
Metadata-Version: 2.1
Name: gitops-gate-hook
Version: {VERSION}
Summary: Brings the gate to pre-commit
License: Apache-2.0
Requires-Dist: gitops-gate=={VERSION}
"""
WHEEL = """\
Wheel-Version: 1.0
Generator: pre_commit_shim
Root-Is-Purelib: true
Tag: py3-none-any
"""


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    folder = f"{NAME}-{VERSION}.dist-info"
    files = {f"{folder}/METADATA": METADATA, f"{folder}/WHEEL": WHEEL}
    record = [f"{path},{digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{folder}/RECORD"] = "\n".join([*record, f"{folder}/RECORD,,", ""])
    wheel = f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("this package is installed from its repository only")


def digest(text):
    hashed = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
