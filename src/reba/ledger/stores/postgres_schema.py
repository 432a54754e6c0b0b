"""The tables of a ledger in PostgreSQL, the guards that keep them append-only, and the roles.

1. A ledger is a schema. Its tables are made by numbered steps, which `migrations` remembers; a
   later release adds steps and never changes one.
2. Triggers refuse every change and removal, to everybody. They are `ENABLE ALWAYS`: a session in
   replication mode would pass others by. The one change that is let through removes body and salt
   of an account that has a later `records.destroyed`; every other column must stay as it is. The
   function that decides it looks up names in `pg_catalog` alone, whatever its caller set.
3. Rights refuse it once more: a writer may insert, a reader may read, an archivist may also null
   body and salt. Roles belong to the server, so nothing here makes them on its own: `script`
   prints what an administrator runs.
4. `actor` and `command_id` are kept as the envelope has them, as JSON strings: PostgreSQL text
   holds no NUL, and JSON escapes it. Documents are the bytes that their digest is of, and the
   database checks the digest.
5. No statistics are gathered of bodies and salts: samples of what was erased would stay in them.
6. They stop accidents. The owner of the tables and a superuser can drop all of it: only a
   checkpoint kept elsewhere shows intent (`docs/threat-model.md`).
"""

from __future__ import annotations

import re
from typing import Final, LiteralString

from reba.errors import StoreError

__all__ = [
    "APPEND_ONLY_STATE",
    "DEFAULT_SCHEMA",
    "GUARDS",
    "STEPS",
    "TABLES",
    "check_name",
    "roles_script",
    "script",
]

DEFAULT_SCHEMA: Final = "reba"
APPEND_ONLY_STATE: Final = "RB001"
TABLES: Final = ("ledger", "migrations", "entries", "tiles", "documents")

_FIRST: Final = """
CREATE TABLE migrations (
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE ledger (
    key text COLLATE "C" PRIMARY KEY,
    value text NOT NULL
);
CREATE TABLE entries (
    seq bigint PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    effective text NOT NULL,
    recorded_at text NOT NULL,
    actor text NOT NULL,
    command_id text NOT NULL,
    supersedes text,
    body text,
    salt bytea,
    body_digest bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    schema integer NOT NULL,
    UNIQUE (account, version)
);
ALTER TABLE entries ALTER COLUMN body SET STATISTICS 0;
ALTER TABLE entries ALTER COLUMN salt SET STATISTICS 0;
CREATE TABLE tiles (
    level integer NOT NULL,
    tile bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, tile)
);
CREATE TABLE documents (
    kind text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL CHECK (digest = encode(sha256(text), 'hex')),
    text bytea NOT NULL,
    PRIMARY KEY (kind, digest)
);
COMMENT ON COLUMN entries.seq IS 'from 0; the leaf index in the tree of RFC 6962';
COMMENT ON COLUMN entries.actor IS 'a JSON string, as in the envelope';
COMMENT ON COLUMN entries.command_id IS 'a JSON string, as in the envelope';
COMMENT ON COLUMN entries.body IS 'canonical JSON; null once the records are destroyed';
COMMENT ON COLUMN documents.text IS 'UTF-8; its SHA-256 is the digest';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'reba: append-only' USING ERRCODE = 'RB001';
END $$;
CREATE FUNCTION allow_erasing() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    erased record := OLD;
    destroyed boolean := false;
BEGIN
    erased.body := NULL;
    erased.salt := NULL;
    IF NEW IS NOT DISTINCT FROM erased THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT 1 FROM %s WHERE account = $1 AND version > $2 AND kind = $3)',
            TG_RELID::regclass
        ) INTO destroyed USING OLD.account, OLD.version, 'records.destroyed';
    END IF;
    IF NOT destroyed THEN
        RAISE EXCEPTION 'reba: append-only' USING ERRCODE = 'RB001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entries_erase_only BEFORE UPDATE ON entries
    FOR EACH ROW EXECUTE FUNCTION allow_erasing();
CREATE TRIGGER entries_keep BEFORE DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tiles_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON tiles
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER documents_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON documents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER migrations_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON migrations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_erase_only;
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_keep;
ALTER TABLE tiles ENABLE ALWAYS TRIGGER tiles_keep;
ALTER TABLE documents ENABLE ALWAYS TRIGGER documents_keep;
ALTER TABLE ledger ENABLE ALWAYS TRIGGER ledger_keep;
ALTER TABLE migrations ENABLE ALWAYS TRIGGER migrations_keep;
"""

STEPS: Final[tuple[LiteralString, ...]] = (_FIRST,)
"""Step n turns the tables of version n - 1 into those of version n; step 1 makes them."""

GUARDS: Final = frozenset(
    {
        "entries_erase_only",
        "entries_keep",
        "tiles_keep",
        "documents_keep",
        "ledger_keep",
        "migrations_keep",
    }
)
"""The triggers that must be on before anything is written."""


_NAME: Final = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,52}", re.ASCII)


def check_name(what: str, name: str) -> str:
    """Return the name of a schema, or what the names of roles start with; refuse any other.

    Raises:
        StoreError: store.url.

    >>> check_name("schema", "coa_north")
    'coa_north'
    """
    if _NAME.fullmatch(name) is None:
        raise StoreError(
            "store.url",
            place=f"{what} {name[:80]}",
            reason="a name has 1 to 53 small letters, digits or '_', and starts with no digit and "
            "not with pg_",
        )
    return name


# ── roles ────────────────────────────────────────────────────────────────────────────────────


def _make_roles(prefix: str) -> str:
    roles = ", ".join(f"'{prefix}_{role}'" for role in ("owner", "writer", "reader", "archivist"))
    return f"""-- Roles belong to the server. They cannot log in: grant them to people and systems.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[{roles}] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END $$;
"""


def _grants(schema: str, prefix: str) -> str:
    writer, reader, archivist = (f'"{prefix}_{role}"' for role in ("writer", "reader", "archivist"))
    tables = ", ".join(f'"{schema}".{table}' for table in TABLES)
    growing = ", ".join(f'"{schema}".{table}' for table in ("entries", "tiles", "documents"))
    return f"""REVOKE ALL ON SCHEMA "{schema}" FROM PUBLIC;
GRANT USAGE ON SCHEMA "{schema}" TO {writer}, {reader}, {archivist};
GRANT SELECT ON {tables} TO {writer}, {reader}, {archivist};
GRANT INSERT ON {growing} TO {writer}, {archivist};
-- Destroying records: the triggers let body and salt go, and nothing else.
GRANT UPDATE (body, salt) ON "{schema}".entries TO {archivist};
-- Purging needs the owner, or from PostgreSQL 17 on this right.
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 170000 THEN
        EXECUTE 'GRANT MAINTAIN ON "{schema}".entries TO {archivist}';
    END IF;
END $$;
"""  # noqa: S608 (the names were checked)


def roles_script(schema: str, prefix: str) -> str:
    """Return the SQL that makes the roles, and grants each what it may do and no more.

    Args:
        schema: the schema that is the ledger; it must be there.
        prefix: what the names of the roles start with: one prefix an organisation.
    """
    return f"{_make_roles(prefix)}\n{_grants(schema, prefix)}"


def script(schema: str, prefix: str, origin: str) -> str:
    """Return the SQL that makes an empty ledger with its roles, for an administrator to run.

    The tables come from the same steps by which a ledger is made when it is first opened.

    Args:
        schema: the schema that becomes the ledger.
        prefix: what the names of the roles start with.
        origin: the identity of the ledger.

    >>> 'CREATE SCHEMA "coa" AUTHORIZATION "coa_owner"' in script("coa", "coa", "reba-ledger/1")
    True
    """
    owner = f'"{prefix}_owner"'
    identity = origin.replace("'", "''")
    steps = "".join(
        f"{step}\nINSERT INTO migrations (version) VALUES ({number});\n"
        for number, step in enumerate(STEPS, 1)
    )
    return f"""-- A ledger of reba-ledger. Run it once, in the database that will hold the ledger.
BEGIN;
{_make_roles(prefix)}
GRANT {owner} TO CURRENT_USER;
CREATE SCHEMA "{schema}" AUTHORIZATION {owner};
SET LOCAL ROLE {owner};
SET LOCAL search_path = "{schema}";
{steps}
INSERT INTO ledger VALUES ('origin', '{identity}');
{_grants(schema, prefix)}
COMMIT;
"""  # noqa: S608 (the names were checked, and the origin is quoted)
