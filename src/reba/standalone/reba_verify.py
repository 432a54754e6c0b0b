"""Verify what a reba ledger hands out: python3 -I reba_verify.py KIND PLACE [OPTIONS].

KIND is receipt, bundle, ledger or checkpoint. Options, each of which may be repeated: --against
CHECKPOINT (a file that was kept elsewhere), --key VKEY (the public key of who signs), --consistency
PROOF (a file that ties two checkpoints together). Exit status 0: all that was checked holds; 1:
something does not; 2: the command is not usable. Whatever goes wrong makes a check fail.

This file needs Python 3.8 and nothing else. It shares no code with the library that writes what it
reads: it follows docs/reference/events-and-format.md, and "§ 3" below is section 3 of that page.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Generator, NamedTuple, Sequence


def must(holds: object, what: str) -> None:
    if not holds:
        raise ValueError(what)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# ── § 2: canonical JSON ──────────────────────────────────────────────────────────────────────
def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    must(len(found) == len(pairs), "a key stands twice in one object")
    must("".join(found).isascii(), "a key is not ASCII")
    return found


def _integer(text: str) -> int:
    whole = re.fullmatch("0|-?[1-9][0-9]{0,15}", text)
    must(whole and -(2**53) < int(text) < 2**53, "not an integer of 53 bits: " + text[:20])
    return int(text)


_read = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_integer, parse_constant=_integer
).decode
write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(text: str) -> Any:
    """Return the value of a canonical JSON text; refuse what would be written otherwise."""
    value = _read(text)
    must(write(value) == text, "not canonical JSON: it would be written otherwise")
    return value


def record(value: Any, keys: str) -> Any:  # an object that has exactly these keys
    must(getattr(value, "keys", set)() == set(keys.split()), "the keys are not " + keys)
    return value


def unhex(text: str, size: int) -> bytes:
    must(re.fullmatch("[0-9a-f]*", text) and len(text) == 2 * size, f"not {size} bytes in hex")
    return bytes.fromhex(text)


# ── § 5: the tree of RFC 6962 ────────────────────────────────────────────────────────────────
def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def root_over(leaves: bytes, start: int, stop: int) -> bytes:
    """Return the root over joined hashes, by the definition (RFC 9162 2.1.1)."""
    if stop - start < 2:
        return leaves[32 * start : 32 * stop] or sha256(b"")
    middle = start + (1 << (stop - start - 1).bit_length() - 1)  # the largest power of two below
    return node(root_over(leaves, start, middle), root_over(leaves, middle, stop))


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to (RFC 9162 2.1.3.1, read from its end)."""
    must(bool(path) == (size > 1), "a proof of another length")
    if size == 1:
        return leaf
    middle = 1 << (size - 1).bit_length() - 1
    if index < middle:
        return node(root_by_path(leaf, index, middle, path[:-1]), path[-1])
    return node(path[-1], root_by_path(leaf, index - middle, size - middle, path[:-1]))


def roots_by_proof(first: int, second: int, proof: Sequence[bytes], known: bytes | None) -> Any:
    """Return both roots that a consistency proof leads to (RFC 9162 2.1.4.1, read from its end)."""
    must(len(proof) == (known is None) if first == second else proof, "a proof of another length")
    if first == second:
        return (known or proof[0],) * 2
    middle = 1 << (second - 1).bit_length() - 1
    if first <= middle:
        old, new = roots_by_proof(first, middle, proof[:-1], known)
        return old, node(new, proof[-1])
    old, new = roots_by_proof(first - middle, second - middle, proof[:-1], None)
    return node(proof[-1], old), node(proof[-1], new)


# ── § 8: Ed25519 of RFC 8032; a point is (x, y, z, t), as in its section 5.1.4 ───────────────
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def plus(a: Sequence[int], b: Sequence[int]) -> Sequence[int]:
    """Add two points."""
    one, two = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_of(data: bytes) -> Sequence[int]:
    """Decode a point (5.1.3)."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    must(y < P and x * x % P == square and (x or not sign), "the key is no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether an Ed25519 signature is of this message and key (5.1.7): R = s B - k A."""
    a, b = point_of(public), point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    a, s = (P - a[0], a[1], 1, P - a[3]), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    r: Sequence[int] = (0, 1, 1, 0)
    for bit in reversed(range(256)):
        r = plus(r, r)
        for number, point in ((s, b), (k, a)):
            r = plus(r, point) if number >> bit & 1 else r
    z = pow(r[2], P - 2, P)
    encoded = (r[1] * z % P | (r[0] * z % P & 1) << 255).to_bytes(32, "little")
    return len(signature) == 64 and s < L and encoded == signature[:32]


# ── § 7, 8: checkpoints, their signatures, verifier keys ─────────────────────────────────────
_BASE64 = {64: "[A-Za-z0-9+/]", 35: "[AEIMQUYcgkosw048]", 37: "[AQgw]"}  # "@", "#", "%"
_NOTE = re.compile(
    "(([^\x00-\x1f]+)\n(0|[1-9][0-9]{0,15})\n(@{42}#=)\n(?:[^\x00-\x1f]+\n)*)(?:\n((?:— [^\\s+"
    "\x00-\x1f]+ @{4}(?:@{2}#=|(?:@{4})+(?:@{2}#=|@%==)?)\n){0,100}))?".translate(_BASE64)
)


class Checkpoint(NamedTuple):  # the text is what is signed; a signature has a name
    origin: str
    size: int
    root: bytes
    text: str
    signatures: list[tuple[str, bytes]]


def checkpoint_of(text: str) -> Checkpoint:
    match: Any = _NOTE.fullmatch(text)
    must(match and int(match[3]) < 2**53, "not a checkpoint: origin, size, root, signatures")
    note, origin, size, root, lines = match.groups()
    parts = [line.split(" ") for line in (lines or "").split("\n")[:-1]]
    signatures = [(name, base64.b64decode(data)) for _, name, data in parts]
    return Checkpoint(origin, int(size), base64.b64decode(root), note, signatures)


def key_of(text: str) -> tuple[str, bytes, bytes]:  # its name, its id, the public key
    name, key_id, data = text.strip().split("+", 2)
    key = base64.b64decode(data, validate=True)
    must(len(key) == 33 and key[0] == 1, "not an Ed25519 verifier key")
    must(unhex(key_id, 4) == sha256(name.encode() + b"\n" + key)[:4], "not the id of this key")
    return name, unhex(key_id, 4), key[1:]


# ── § 3, 4: entries ──────────────────────────────────────────────────────────────────────────
_ENVELOPE = re.compile(
    r"""{"account":"(?P<account>[A-Za-z0-9][A-Za-z0-9._-]{0,63})","actor":TEXT,"body_digest":"
    (?P<digest>[0-9a-f]{64})","command_id":TEXT,"effective":"DAY?","entry_id":"(?P=account)/
    (?P<version>[1-9][0-9]{0,15})","kind":"(?P<kind>account\.(?:opened|closed|reopened)|
    contribution\.(?:assessed|revised|collected)|savings\.(?:reserved|adjusted|set_off)|
    receivable\.(?:invoiced|reminded|written_off)|procedure\.(?:recorded|revoked)|
    release\.(?:requested|approved|rejected|paid|returned)|balance\.transferred|
    overpaid\.recovered|records\.destroyed)","recorded_at":"DAYT[0-2][0-9]:[0-5][0-9]:
    [0-5][0-9]\.[0-9]{6}Z","schema":1,"seq":(?P<seq>0|[1-9][0-9]{0,15}),"supersedes":
    (?:null|"(?P=account)/(?P<before>[1-9][0-9]{0,15})"),"version":(?P=version)}"""
    .replace("\n    ", "").replace("TEXT", r'"(?:[^"\\]|\\.)*"')
    .replace("DAY", "[0-9]{4}-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])")
)  # fmt: skip


def entry_of(envelope: Any, body: Any, salt: Any) -> tuple[bytes, Any]:
    """Check an entry by itself; return the hash of its leaf, and what the envelope says."""
    text = write(envelope)
    match: Any = _ENVELOPE.fullmatch(text)
    must(match, "the envelope is not well formed, or of a schema that is not known here")
    must(int(match["before"] or 0) < int(match["version"]), "it supersedes no earlier entry")
    if body is not None or salt is not None:
        must(isinstance(body, dict), "the body is no object")
        digest = sha256(unhex(salt, 16) + write(body).encode()).hex()
        must(digest == match["digest"], "body_digest is of another body or salt")
    return sha256(b"\x00" + text.encode()), match


# ── § 9 to 12: the files, and what ties them together ────────────────────────────────────────
_ROWS = """SELECT body, salt, leaf_hash, account, actor, lower(hex(body_digest)) AS body_digest,
    command_id, effective, account || '/' || version AS entry_id, kind, recorded_at, schema, seq,
    supersedes, version FROM entries ORDER BY seq"""


def line_of(line: bytes, keys: str) -> Any:
    text, end, more = line.decode().partition("\n")
    must(end and not more, "it is not one line, with a newline at its end")
    return record(canonical(text), keys)


def link_of(place: Path) -> set[Any]:
    """Check a consistency proof (§ 12); return origin, size and root of both its ends."""
    proof = line_of(place.read_bytes(), "first format proof second")
    first, second = checkpoint_of(proof["first"]), checkpoint_of(proof["second"])
    must(proof["format"] == "reba-consistency/1", "its format is not known")
    must(0 < first.size <= second.size, "it does not start with the earlier checkpoint")
    path = [unhex(each, 32) for each in proof["proof"]]
    roots = roots_by_proof(first.size, second.size, path, first.root)
    must(roots == (first.root, second.root), "the proof does not lead to both roots")
    return {first[:3], second[:3]}


class Check:
    def __init__(self) -> None:
        self.failures: list[str] = []
        self.about, self.leaves = "", bytearray()
        self.accounts: dict[str, Any] = {}  # last version, first one missing, held, destroyed

    @contextmanager
    def at(self, where: object) -> Generator[None, None, None]:
        """Note what fails inside, and where; then go on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 (it fails closed, with a sentence and no trace)
            what = str(error) if isinstance(error, ValueError) else repr(error)
            self.failures.append(f"{where}: {what[:200]}")

    def follow(self, match: Any, *, held: bool) -> None:
        """Check that an entry is the next of its account, and note what is missing of it (§ 4)."""
        account, version = match["account"], int(match["version"])
        last, missing, before, ended = self.accounts.get(account, (0, 0, False, False))
        ends = held and match["kind"] == "records.destroyed"
        missing = 0 if ends else missing or (0 if held else version)
        self.accounts[account] = version, missing, before or (held and not ends), ended or ends
        must(version == last + 1, f"version {version} follows version {last}")
        must(not ended, "it follows the destruction of its account")
        must(not (ends and before), "a body that was destroyed is still there")

    def add(self, envelope: Any, body: Any, salt: Any, kept: Any = None) -> None:
        """Check the next entry of a bundle; or of a ledger, where its leaf is kept beside it."""
        number, leaf = len(self.leaves) // 32, bytes(32)
        with self.at(f"entry {number}"):
            if kept is not None:  # a row has the text of the body, and the bytes of the salt
                body, salt = body and canonical(body), salt and salt.hex()
            leaf, match = entry_of(envelope, body, salt)
            must(int(match["seq"]) == number, f"it says that it is entry {match['seq']}")
            self.follow(match, held=body is not None)
            must(kept in (None, leaf), "the leaf that is kept is of another envelope")
        self.leaves += leaf

    def receipt(self, place: Path) -> Checkpoint:
        """Check a receipt; return its checkpoint (§ 9)."""
        receipt = line_of(place.read_bytes(), "checkpoint digest entries format subject")
        digest, subject, entries = receipt.pop("digest"), receipt["subject"], receipt["entries"]
        mine, last, self.about = checkpoint_of(receipt["checkpoint"]), -1, f" of {subject}"
        one = re.fullmatch("seq:(0|[1-9][0-9]{0,15})", subject)
        must(receipt["format"] == "reba-receipt/1", "its format is not known")
        must(digest == sha256(write(receipt).encode()).hex(), "another digest: it is damaged")
        must(len(entries) == 1 if one else entries, "it does not hold what it says")
        for item in entries:
            record(item, "body envelope proof salt")
            leaf, match = entry_of(item["envelope"], item["body"], item["salt"])
            before, last = last, int(match["seq"])
            must(before < last < mine.size, f"entry {last} is out of order, or beyond the size")
            root = root_by_path(leaf, last, mine.size, [unhex(each, 32) for each in item["proof"]])
            must(root == mine.root, f"entry {last} is not under the root of the checkpoint")
            about = f"seq:{last}" if one else match["account"]
            must(about == subject, f"it holds an entry of {about}")
            if not one:
                self.follow(match, held=item["body"] is not None)
        return mine

    def bundle(self, place: Path) -> Checkpoint:
        """Check an export bundle; return its checkpoint (§ 10)."""
        line = (place / "manifest.json").read_bytes()
        manifest = line_of(line, "checkpoint files format origin size")
        mine, files = checkpoint_of(manifest["checkpoint"]), manifest["files"]
        must(manifest["format"] == "reba-bundle/1", "its format is not known")
        said = [manifest["origin"], manifest["size"]]
        must(write(said) == write(mine[:2]), "it says another origin or size than its checkpoint")
        found = {x.relative_to(place).as_posix() for x in place.rglob("*") if not x.is_dir()}
        others = sorted(found ^ {"manifest.json", *files} | {"entries.jsonl"} - files.keys())
        must(not others, f"missing, or not named by the manifest: {others[:3]}")
        for name in sorted(files):
            digest, size = hashlib.sha256(), 0
            with self.at(name), (place / name).open("rb") as lines:
                for line in lines:
                    digest.update(line)
                    size += len(line)
                    if name == "entries.jsonl":
                        item = line_of(line, "body envelope salt")
                        self.add(item["envelope"], item["body"], item["salt"])
                there = {"bytes": size, "sha256": digest.hexdigest()}
                must(write(files[name]) == write(there), "it is not the file of the manifest")
                right = f"-{there['sha256']}.json" in name or name == "entries.jsonl"
                must(right, "it is not named after its digest")
        must(mine.size * 32 == len(self.leaves), f"it does not hold {mine.size} entries")
        return mine

    def ledger(self, place: Path) -> Checkpoint:
        """Check a ledger in a SQLite file; return the checkpoint that it comes to (§ 11)."""
        mode = "mode=ro" if Path(f"{place}-wal").exists() else "immutable=1"
        uri = f"{place.resolve(strict=True).as_uri()}?{mode}"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as database:
            ask = database.execute
            ask("PRAGMA trusted_schema = OFF")
            ask("BEGIN")  # all that is read is of one moment
            ids = [*ask("PRAGMA application_id"), *ask("PRAGMA user_version")]
            must(ids in ([(0x52454241,), (1,)], [(0x52454241,), (2,)]), "not a ledger known here")
            ((origin,),) = ask("SELECT value FROM ledger WHERE key = 'origin'")
            rows = ask(_ROWS)
            names = [column[0] for column in rows.description[3:]]
            for body, salt, kept, *values in rows:
                self.add(dict(zip(names, values)), body, salt, kept or b"")
            stored = {row[:2]: row[2] for row in ask("SELECT level, tile, hashes FROM tiles")}
            for kind, digest, text in ask("SELECT kind, digest, text FROM documents"):
                with self.at(f"document {kind} {digest}"):
                    must(sha256(text.encode()).hex() == digest, "its text has another digest")
        hashes, level = bytes(self.leaves), 0
        while hashes:
            tiles = [hashes[n : n + 8192] for n in range(0, len(hashes) - 8191, 8192)]
            bad = [n for n, tile in enumerate(tiles) if stored.pop((level, n), None) != tile]
            self.failures += [f"tile {level}/{n}: it is not that of the entries" for n in bad]
            hashes, level = b"".join(root_over(tile, 0, 256) for tile in tiles), level + 1
        must(not stored, "there are tiles of no entries")
        size = len(self.leaves) // 32
        return Checkpoint(origin, size, root_over(bytes(self.leaves), 0, size), "", [])

    def checkpoint(self, place: Path) -> Checkpoint:
        return checkpoint_of(place.read_bytes().decode())

    def compare(self, mine: Checkpoint, options: Any) -> None:
        """Hold a checkpoint against those kept elsewhere, and look who signed (§ 7, 8, 12)."""
        others = [(place, self.checkpoint(Path(place))) for place in options.against]
        mine_too = (f"the checkpoint of the {options.kind}", mine)
        links = [link_of(Path(place)) for place in options.consistency]
        keys = {key[:2]: key[2] for key in map(key_of, options.key)}
        for place, other in [mine_too, *others]:
            with self.at(place):
                must(other.origin == mine.origin, "it is of another ledger")
                same = mine[:3] == other[:3] or any({mine[:3], other[:3]} <= link for link in links)
                if other.size * 32 <= len(self.leaves):
                    same = root_over(bytes(self.leaves), 0, other.size) == other.root
                must(same, f"its {other.size} entries are others, or nothing ties them to these")
        for place, each in (others or [mine_too]) if keys else []:
            with self.at(place):
                signed = [(keys.get((name, data[:4])), data[4:]) for name, data in each.signatures]
                good = [is_signed(key, each.text.encode(), data) for key, data in signed if key]
                must(good and all(good), "it is not signed with the key that was handed over")
        for account, (_, gone, _, _) in self.accounts.items():
            with self.at(f"account {account}"):
                must(not gone, f"the body of version {gone} is missing, and was not destroyed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names, print what was found, and return the exit status."""
    parser = argparse.ArgumentParser(description="Verify what a reba ledger hands out.")
    parser.add_argument("kind", choices=("receipt", "bundle", "ledger", "checkpoint"))
    parser.add_argument("place", type=Path)
    for option in ("--against", "--key", "--consistency"):
        parser.add_argument(option, action="append", default=[])
    options, check, lines = parser.parse_args(arguments), Check(), []
    with check.at(options.place):
        mine = getattr(check, options.kind)(options.place)
        check.compare(mine, options)
        lines = [f"{options.kind}{check.about}: {mine.origin} at {mine.size} entries"]
        lines += [f"root: {mine.root.hex()}"]
    lines += ["not shown: that others see this same ledger"] * (not options.against + options.key)
    lines += ["not shown: that the account has no other entries"] * (options.kind == "receipt")
    lines += ["not shown: that what was booked is right, only that it is what was booked"]
    lines += [f"FAILED: {failure}" for failure in check.failures[:20]]
    lines += [f"failed: {len(check.failures)} found" if check.failures else "verified"]
    print(*(ascii(line)[1:-1] for line in lines), sep="\n")
    return 1 if check.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
