"""The bytes that are hashed: canonical JSON, a subset of RFC 8785, and nothing else decides them.

1. Objects with ASCII keys, sorted; arrays; strings; integers within 53 bits; true, false, null.
2. No floats, no spaces, no duplicate keys; strings escaped as RFC 8785 section 3.2.2.2 asks.
3. Equal values give equal bytes; distinct values give distinct bytes; what is read back and
   written again gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final, TypeAlias, cast

from reba.errors import CanonicalError

__all__ = ["INTEGER_MAX", "Json", "body_digest", "canonical_text", "parse_canonical", "text_digest"]

INTEGER_MAX: Final = 2**53 - 1

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None


def _check(value: object, path: str) -> None:  # noqa: C901 (one branch a type)
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise CanonicalError("canonical.type", type="lone surrogate", path=path)
        return
    if isinstance(value, int):
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise CanonicalError("canonical.integer", path=path)
        return
    if isinstance(value, list | tuple):
        for index, item in enumerate(cast("list[object]", value)):
            _check(item, f"{path}.{index}")
        return
    if isinstance(value, Mapping):
        for key, item in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str) or not key.isascii():
                raise CanonicalError("canonical.type", type="key that is not ASCII", path=path)
            _check(item, f"{path}.{key}")
        return
    raise CanonicalError("canonical.type", type=type(value).__name__, path=path)


def canonical_text(value: object) -> str:
    r"""Write a value as canonical JSON text; its UTF-8 bytes are the canonical bytes.

    Raises:
        CanonicalError: canonical.type, canonical.integer.

    >>> canonical_text({"b": [1, True], "a": "é\n"})
    '{"a":"é\\n","b":[1,true]}'
    """
    _check(value, "$")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _refuse_constant(text: str) -> object:
    raise CanonicalError("canonical.not_canonical", reason=f"{text} is no JSON")


def parse_canonical(data: bytes) -> Json:
    """Read canonical bytes; anything that would be written otherwise is refused.

    Raises:
        CanonicalError: canonical.not_canonical, canonical.type, canonical.integer.

    >>> parse_canonical(b'{"a":[1,null]}')
    {'a': [1, None]}
    """
    try:
        text = data.decode()
        value: object = json.loads(text, parse_constant=_refuse_constant)
        # Floats fail the check; spaces, order, escapes and duplicate keys fail the comparison.
        again = canonical_text(value)
    except (ValueError, RecursionError) as error:
        raise CanonicalError("canonical.not_canonical", reason=str(error)) from error
    if again != text:
        raise CanonicalError("canonical.not_canonical", reason="it is written otherwise")
    return cast("Json", value)


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text as lower-case hex: the address of a kept document.

    >>> text_digest("")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def body_digest(salt: bytes, body_json: str) -> bytes:
    """Return the salted digest of a body: SHA-256(salt || canonical body).

    The salt keeps a destroyed body from being guessed back from its digest.
    """
    return hashlib.sha256(salt + body_json.encode()).digest()
