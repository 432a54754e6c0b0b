"""Pseudonyms: ids for accounts and members, made of a number with a key. Pure.

1. The same key, prefix and number give the same pseudonym, for ever and everywhere. Another key or
   another prefix gives another one, and the two show no relation.
2. Without the key nobody can tell whose it is. A hash without a key would not do: a BSN has nine
   digits, and a computer tries all of them in minutes.
3. A pseudonym is the prefix and 25 letters: 100 bits of HMAC-SHA-256. The chance that any two
   numbers share one stays below one in a thousand million, even if all numbers of ten digits had
   one (10**20 / 2**101).
4. It holds no digit and no vowel: it never looks like a BSN, a V-number or a bank account, and
   spells no word. It always passes as an id (`reba.fact_checks`).
5. Spaces, dots and dashes in a number do not count. A leading zero does: who says how many digits a
   number has gets back the one that a spreadsheet dropped.
6. A pseudonym is personal data still: who has the key and the number finds the account.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from reba.errors import PseudonymError
from reba.fact_checks import identifier_fault

__all__ = ["BSN_DIGITS", "DIGITS_MAX", "KEY_BYTES_MIN", "pseudonym"]

KEY_BYTES_MIN: Final = 32
BSN_DIGITS: Final = 9
DIGITS_MAX: Final = 32
_PURPOSE: Final = "reba-pseudonym/1"
_AS_LETTERS: Final = str.maketrans("0123456789abcdef", "BCDFGHJKLMNPRSTV")
_GROUPS: Final = 5
_GROUP_LETTERS: Final = 5
_PREFIX: Final = re.compile(r"[A-Z]{1,16}", re.ASCII)
_DIGITS: Final = re.compile(rf"[0-9]{{1,{DIGITS_MAX}}}", re.ASCII)
_NOT_COUNTED: Final = dict.fromkeys(map(ord, " \t.-\u00a0\u2009\u2010\u2011\u2013\u202f"))


def _refuse(reason: str) -> PseudonymError:
    # The number itself is never said: errors end up in logs.
    return PseudonymError("pseudonym.number", reason=reason)


def _plain(number: str, digits: int | None) -> str:
    plain = number.translate(_NOT_COUNTED)
    if not plain:
        reason = "there is none"
        raise _refuse(reason)
    if _DIGITS.fullmatch(plain) is None:
        reason = f"it is not written with 1 to {DIGITS_MAX} digits"
        raise _refuse(reason)
    if plain.strip("0") == "":
        reason = "it is zero"
        raise _refuse(reason)
    if digits is not None:
        if len(plain) > digits:
            reason = f"it has {len(plain)} digits, more than {digits}"
            raise _refuse(reason)
        plain = plain.zfill(digits)
    return plain


def pseudonym(
    key: bytes, number: str, *, prefix: str, digits: int | None = None, bsn: bool = False
) -> str:
    """Return the pseudonym (pseudoniem) of a number.

    Args:
        key: at least 32 secret bytes; who has them can make the same pseudonyms.
        number: a BSN, a V-number or a number of your own, in digits.
        prefix: 1 to 16 capitals, such as "H": what it is the pseudonym of.
        digits: how many digits a number has; leading zeros that are missing are put back. None
            takes the number as it is written.
        bsn: the number is a BSN: it has nine digits, and one that fails the eleven-test is refused,
            since a mistyped number would silently be another household.

    Raises:
        PseudonymError: pseudonym.key, pseudonym.prefix, pseudonym.number; the number is never said.

    >>> pseudonym(bytes(32), "123.456.782", prefix="H")
    'H-KPFMB-CVJNP-GNCBM-LMVLD-FKVPM'
    >>> pseudonym(bytes(32), "1234 56 782", prefix="H", bsn=True)
    'H-KPFMB-CVJNP-GNCBM-LMVLD-FKVPM'
    """
    if len(key) < KEY_BYTES_MIN:
        reason = f"it has {len(key)} bytes; {KEY_BYTES_MIN} are the least"
        raise PseudonymError("pseudonym.key", what="This", reason=reason)
    if _PREFIX.fullmatch(prefix) is None:
        raise PseudonymError("pseudonym.prefix", value=prefix[:40])
    plain = _plain(number, BSN_DIGITS if bsn else digits)
    if bsn and identifier_fault(plain) is None:  # what would be refused as an id is a BSN
        reason = "it fails the eleven-test of a BSN"
        raise _refuse(reason)
    message = f"{_PURPOSE}\n{prefix}\n{plain}".encode()
    letters = hmac.new(key, message, hashlib.sha256).hexdigest().translate(_AS_LETTERS)
    starts = range(0, _GROUPS * _GROUP_LETTERS, _GROUP_LETTERS)
    return "-".join([prefix, *(letters[start : start + _GROUP_LETTERS] for start in starts)])
