"""Instants and Amsterdam calendar dates: what was known when, and which day it is there.

An instant of recording is UTC text with microseconds, so that texts sort as time does. A date is a
calendar date in Amsterdam, as in the regulations: a day there ends one or two hours before UTC's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from dateutil import tz

from reba.errors import MonthError

__all__ = ["amsterdam_date", "instant_text", "known_until", "recorded_day", "utc_now"]

_FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


@lru_cache(maxsize=1)
def _amsterdam() -> tzinfo:
    zone = tz.gettz("Europe/Amsterdam")  # falls back on the copy that dateutil carries
    if zone is None:  # pragma: no cover (dateutil always carries it)
        msg = "dateutil carries no time zones"
        raise RuntimeError(msg)
    return zone


def utc_now() -> datetime:
    """Return this moment, aware of its time zone."""
    return datetime.now(UTC)


def instant_text(moment: datetime) -> str:
    """Write an instant of recording (registratietijdstip).

    >>> instant_text(datetime(2015, 4, 1, 8, tzinfo=UTC))
    '2015-04-01T08:00:00.000000Z'
    """
    return moment.astimezone(UTC).strftime(_FORMAT)


def amsterdam_date(moment: datetime | str) -> date:
    """Return the calendar date in Amsterdam at an instant.

    >>> amsterdam_date("2015-03-31T22:30:00.000000Z")
    datetime.date(2015, 4, 1)
    """
    if isinstance(moment, str):
        moment = datetime.strptime(moment, _FORMAT).replace(tzinfo=UTC)
    return moment.astimezone(_amsterdam()).date()


@lru_cache(maxsize=1024)
def _day_of_hour(hour: str) -> date:
    return amsterdam_date(f"{hour}:00:00.000000Z")


def recorded_day(recorded_at: str) -> date:
    """Return the calendar date in Amsterdam on which an entry was recorded.

    Days begin there on a whole hour of UTC, so that entries of one hour are of one day: asked of
    each entry of a ledger, that is told once an hour.

    >>> recorded_day("2015-03-31T22:30:00.000000Z")
    datetime.date(2015, 4, 1)
    """
    return _day_of_hour(recorded_at[:13])


def known_until(known_on: date | datetime | str) -> str:
    """Return the last instant that belongs to what was known on a day, or at an instant.

    Args:
        known_on: an Amsterdam calendar date (its whole day counts), "2015-04-01" for one, or an
            instant: aware of its zone, or UTC text as entries carry it.

    Raises:
        MonthError: month.date_format.

    >>> known_until(date(2015, 4, 1)), known_until("2015-04-01T08:00:00Z")
    ('2015-04-01T21:59:59.999999Z', '2015-04-01T08:00:00.000000Z')
    """
    if isinstance(known_on, str):
        try:
            known_on = (
                datetime.fromisoformat(known_on)
                if "T" in known_on
                else date.fromisoformat(known_on)
            )
        except ValueError as error:
            raise MonthError("month.date_format", value=str(known_on)[:40]) from error
    if isinstance(known_on, datetime):
        if known_on.tzinfo is None:
            raise MonthError("month.date_format", value=known_on.isoformat())
        return instant_text(known_on)
    midnight = datetime.combine(known_on + timedelta(days=1), time(), _amsterdam())
    return instant_text(midnight - timedelta(microseconds=1))
