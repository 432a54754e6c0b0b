"""The stand-alone verifier: one file that shares no code with the rest, handed out as it is."""

from __future__ import annotations

from importlib import resources

__all__ = ["verifier_source"]


def verifier_source() -> bytes:
    """Return the bytes of the stand-alone verifier, `reba_verify.py`.

    >>> verifier_source().startswith(b'\"\"\"Verify what a reba ledger hands out')
    True
    """
    return (resources.files("reba.standalone") / "reba_verify.py").read_bytes()
