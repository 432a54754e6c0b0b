"""What the strategies share: arguments are checked at once, and a strategy shows as its call."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar, cast

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reba.facts import SCHEMES
from reba.law.parameters import Law, load_law
from reba.money import AMOUNT_MAX_CENTS, format_euros

__all__ = [
    "Amounts",
    "Case",
    "amounts_near",
    "check_between",
    "check_bounds",
    "check_flags",
    "check_scheme",
    "check_strategy",
    "check_type",
    "chosen",
    "draws",
    "from_parameters",
    "law_of",
    "plainly",
    "shown_as",
]

Case: TypeAlias = dict[str, Any]
"""A plain JSON object, as a file holds it."""

Amounts: TypeAlias = st.SearchStrategy[str]
"""A strategy of amounts in euros, as a file writes them."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
_KEPT: Final = 128
_USUAL_CENTS: Final = 300_000


def from_parameters(
    make: Callable[_P, st.SearchStrategy[_T]],
) -> Callable[_P, st.SearchStrategy[_T]]:
    """Make a function of our interface: it checks its arguments at once, and shows as its call."""
    kept = functools.lru_cache(maxsize=_KEPT, typed=True)(make)

    def made(*args: _P.args, **kwargs: _P.kwargs) -> st.SearchStrategy[_T]:
        try:
            return kept(*args, **kwargs)  # type: ignore[arg-type]
        except TypeError:  # an argument that cannot be hashed, as a list of entries
            return make(*args, **kwargs)

    def drawn(draw: st.DrawFn, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return draw(made(*args, **kwargs))

    drawn.__name__, drawn.__doc__ = make.__name__, make.__doc__
    composite = st.composite(drawn)

    @functools.wraps(make)
    def strategy(*args: _P.args, **kwargs: _P.kwargs) -> st.SearchStrategy[_T]:
        made(*args, **kwargs)
        return composite(*args, **kwargs)

    return strategy


def draws(drawing: Callable[..., _T]) -> Callable[..., st.SearchStrategy[_T]]:
    """Make a strategy of a drawing function that is ours alone."""
    return st.composite(drawing)


def shown_as(name: str, function: Callable[[Any], _T]) -> Callable[[Any], _T]:
    """Return a function that Hypothesis writes under a name that can be pasted into a test."""

    def shown(value: Any) -> _T:  # noqa: ANN401 (whatever the function takes)
        return function(value)

    shown.__name__ = name
    return shown


def plainly(function: Callable[[Any], _T]) -> Callable[[Any], _T]:
    """Return a function whose results Hypothesis writes by their `repr`, not as a call of it."""
    return shown_as("<value>", function)


# ── arguments ────────────────────────────────────────────────────────────────────────────────────


def check_between(name: str, value: Any, first: Any, last: Any) -> None:  # noqa: ANN401 (of any ordered type)
    """Refuse a value that is not of the type of its bounds, or lies outside them."""
    if type(value) is not type(first) or not first <= value <= last:
        msg = f"{name}={value!r} must be of type {type(first).__name__}, from {first} to {last}"
        raise InvalidArgument(msg)


def check_bounds(least: Any, most: Any, first: Any, last: Any, names: str = "value") -> None:  # noqa: ANN401 (bounds of any ordered type)
    """Refuse bounds that leave nothing, or reach beyond what the library handles."""
    check_between(f"min_{names}", least, first, last)
    check_between(f"max_{names}", most, first, last)
    if least > most:
        msg = f"Cannot have max_{names}={most!r} < min_{names}={least!r}"
        raise InvalidArgument(msg)


def check_type(name: str, value: object, kind: type) -> None:
    """Refuse a value of another type."""
    if not isinstance(value, kind):
        msg = f"{name}={value!r} must be of type {kind.__name__}"
        raise InvalidArgument(msg)


def check_flags(**flags: object) -> None:
    """Refuse what is neither yes nor no."""
    for name, value in flags.items():
        check_type(name, value, bool)


def law_of(law: Law | None) -> Law:
    """Return the law that was given, or else the one that ships with the library."""
    if law is None:
        return load_law()
    check_type("law", law, Law)
    return law


def chosen(name: str, asked: object, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return those that were asked of what is known, or all; refuse others, and none."""
    if asked is None:
        return known
    values: tuple[str, ...] = ()
    if isinstance(asked, Collection) and not isinstance(asked, str):
        values = tuple(cast("Collection[str]", asked))
    if not values or any(value not in known for value in values):
        msg = f"{name}={asked!r} must be some of {', '.join(known)}"
        raise InvalidArgument(msg)
    return values


def check_scheme(scheme: str) -> None:
    """Refuse a scheme that nobody knows."""
    if scheme not in SCHEMES:
        msg = f"scheme={scheme!r} must be one of {', '.join(SCHEMES)}"
        raise InvalidArgument(msg)


def check_strategy(name: str, value: object) -> None:
    """Refuse a plain value where a strategy is asked."""
    if not isinstance(value, st.SearchStrategy):
        msg = f"{name}={value!r} must be a strategy; for one value use just({value!r})"
        raise InvalidArgument(msg)


# ── amounts ──────────────────────────────────────────────────────────────────────────────────────


@functools.lru_cache(maxsize=4096)
def amounts_near(borders: tuple[int, ...] = (), usual_cents: int = _USUAL_CENTS) -> Amounts:
    """Return a strategy of euro texts: usual amounts, often a cent from a border, seldom huge.

    Every alternative is of numbers, so that an example shrinks from one to the other.
    """
    near = {0, 1, 2, 3}
    for border in borders:
        near |= {border - 1, border, border + 1}
    usual = st.integers(0, usual_cents)
    known = st.sampled_from(sorted(cents for cents in near if 0 <= cents <= AMOUNT_MAX_CENTS))
    seldom = st.integers(0, AMOUNT_MAX_CENTS)
    return st.one_of(usual, seldom, known, usual, known).map(format_euros)
