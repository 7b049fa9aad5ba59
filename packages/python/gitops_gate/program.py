"""Where an installer put the program `gate`, and how it is started in place of this one."""

import os
import subprocess
import sys
import sysconfig


def find_gate():
    """The path of the program that this package was installed with."""
    tried = [os.path.join(folder, _name()) for folder in _folders()]
    for path in tried:
        if os.path.isfile(path):
            return path
    raise FileNotFoundError("the program `gate` of this package is in none of: " + ", ".join(tried))


def run():
    """Starts `gate` with the arguments of this process. On Windows, which cannot replace a process, waits for it."""
    try:
        gate = find_gate()
    except FileNotFoundError as error:
        print("gitops-gate: %s; install the package anew" % error, file=sys.stderr)
        return 2
    if sys.platform != "win32":
        os.execv(gate, [gate] + sys.argv[1:])
    return subprocess.call([gate] + sys.argv[1:])


def _name():
    return "gate" + (sysconfig.get_config_var("EXE") or "")


def _folders():
    """An environment's own folder, that of `pip install --user`, and that of `pip install --target`."""
    folders = [sysconfig.get_path("scripts")]
    user = sysconfig.get_preferred_scheme("user") if sys.version_info >= (3, 10) else os.name + "_user"
    if user in sysconfig.get_scheme_names():
        folders.append(sysconfig.get_path("scripts", scheme=user))
    beside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders.append(os.path.join(beside, "bin"))
    return folders
