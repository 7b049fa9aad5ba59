"""gitops-gate: the program `gate`, as a package. There is nothing to import but its place."""

from gitops_gate.program import find_gate

__all__ = ["find_gate"]
