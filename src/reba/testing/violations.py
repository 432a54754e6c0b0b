"""What an invariant that does not hold is raised as: its id, and what was seen."""

from __future__ import annotations

__all__ = ["Violation", "expect"]


class Violation(AssertionError):  # noqa: N818 (it names what was violated)
    """An invariant that does not hold.

    >>> str(Violation("C1", "reserved + remitted", 30000, 29999))
    'C1: reserved + remitted: expected 30000, found 29999'
    """

    def __init__(self, invariant: str, what: str, expected: object, actual: object) -> None:
        super().__init__(f"{invariant}: {what}: expected {expected!r}, found {actual!r}")
        self.invariant = invariant
        self.what = what
        self.expected = expected
        self.actual = actual

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.invariant, self.what, self.expected, self.actual)


def expect(invariant: str, what: str, expected: object, actual: object) -> None:
    """Raise a violation of an invariant where two values differ."""
    if expected != actual:
        raise Violation(invariant, what, expected, actual)
