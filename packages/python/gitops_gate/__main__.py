"""`python -m gitops_gate`: the same as `gate`."""

import sys

from gitops_gate.program import run

sys.exit(run())
