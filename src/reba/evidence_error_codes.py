"""Error codes of keys, signatures, bundles, receipts, letters, pseudonyms; see `error_codes.py`."""

from __future__ import annotations

from typing import Final

from reba.error_code import EXIT_INTEGRITY, ErrorCode

__all__ = ["EVIDENCE_CODES"]

EVIDENCE_CODES: Final[dict[str, ErrorCode]] = {
    # ── key files ────────────────────────────────────────────────────────────────────────────
    "key.exists": ErrorCode(
        "{file} is there already.", "Choose another name; a key is never overwritten."
    ),
    "key.file": ErrorCode("The key file {file} cannot be used: {reason}.", "Check the path."),
    "key.open_to_others": ErrorCode(
        "Others may read the key file {file} (its mode is {mode}).",
        "Give `chmod 600 {file}`; if someone may have read it, make a new key.",
    ),
    "key.private": ErrorCode(
        "{file} holds no private key that can be used: {reason}.",
        "Make one with `reba key new --out FILE`.",
    ),
    "key.passphrase": ErrorCode(
        "The passphrase does not open {file}: {reason}.",
        "Hand over the file that holds its passphrase with --passphrase-file.",
    ),
    # ── signatures ───────────────────────────────────────────────────────────────────────────
    "signature.note": ErrorCode(
        "This is not a signed note: {reason}.", "Hand over the file as it was published."
    ),
    "signature.name": ErrorCode(
        "{value!r} cannot be the name of a key: {reason}.",
        "Give --name something like example.nl/ledger: no space, no plus.",
    ),
    "signature.verifier_key": ErrorCode(
        "{value!r} is not a verifier key: {reason}.",
        "Copy the whole line that `reba key show` printed.",
    ),
    "signature.invalid": ErrorCode(
        "The signature of {name} (key {key_id}) does not hold: the text was changed, or it was "
        "made with another key.",
        "Do not rely on it; ask its publisher for the original.",
    ),
    "signature.missing": ErrorCode(
        "None of the keys given signed this; it is signed by: {names}.",
        "Check that you have the right file, and the right keys of `reba key show`.",
    ),
    "signature.not_continued": ErrorCode(
        "This checkpoint is not seen to continue the one of {size} entries: {reason}.",
        "Do not sign it; ask for `reba prove LEDGER --from` the checkpoint that you signed last.",
        EXIT_INTEGRITY,
    ),
    # ── export bundles ───────────────────────────────────────────────────────────────────────
    "bundle.exists": ErrorCode(
        "{place} is there already, and is not an empty folder.",
        "Choose another folder; an export is never overwritten.",
    ),
    "bundle.read_only": ErrorCode(
        "{place} is an export; nothing can be booked in it.",
        "Give the command on the ledger itself.",
    ),
    "bundle.ledger_damaged": ErrorCode(
        "{place} cannot be exported as it stands: {reason}.",
        "See what is wrong with `reba audit`, and restore a backup.",
        EXIT_INTEGRITY,
    ),
    "bundle.destroyed_meanwhile": ErrorCode(
        "Records were destroyed while {place} was exported.",
        "Give the same command again; nothing was kept of this one.",
        EXIT_INTEGRITY,
    ),
    "bundle.manifest": ErrorCode(
        "{place}: manifest.json cannot be used: {reason}.",
        "Ask for the bundle again, as it was exported.",
        EXIT_INTEGRITY,
    ),
    "bundle.file_missing": ErrorCode(
        "{place}: {name} is missing.",
        "Ask for the bundle again, as it was exported.",
        EXIT_INTEGRITY,
    ),
    "bundle.file_changed": ErrorCode(
        "{place}: {name} is not the file that the manifest names: {reason}.",
        "Ask for the bundle again, as it was exported.",
        EXIT_INTEGRITY,
    ),
    "bundle.file_unknown": ErrorCode(
        "{place}: {name} does not stand in the manifest.",
        "Keep nothing else in the folder of a bundle.",
        EXIT_INTEGRITY,
    ),
    "bundle.entry": ErrorCode(
        "{place}: line {line} of entries.jsonl is not the entry that belongs there: {reason}.",
        "Ask for the bundle again, as it was exported.",
        EXIT_INTEGRITY,
    ),
    "bundle.root": ErrorCode(
        "{place}: the entries are not those of the checkpoint in the manifest: {reason}.",
        "Ask for the bundle again, as it was exported.",
        EXIT_INTEGRITY,
    ),
    # ── receipts, proofs ─────────────────────────────────────────────────────────────────────
    "receipt.format": ErrorCode(
        "This is not a receipt: {reason}.",
        "Hand over the file that `reba receipt make` wrote, unchanged.",
    ),
    "receipt.proof": ErrorCode(
        "This is not a consistency proof: {reason}.",
        "Hand over the file that `reba prove LEDGER --from CHECKPOINT` wrote, unchanged.",
    ),
    "receipt.checkpoint": ErrorCode(
        "The checkpoint of {size} entries cannot be used for this ledger: {reason}.",
        "Audit the ledger against it: `reba audit LEDGER --against CHECKPOINT`.",
        EXIT_INTEGRITY,
    ),
    "receipt.body_missing": ErrorCode(
        "The body of entry {entry} is gone, and no entry among the first {size} says that it was "
        "destroyed.",
        "Use the present checkpoint; where that is refused too, audit the ledger.",
        EXIT_INTEGRITY,
    ),
    # ── letters ──────────────────────────────────────────────────────────────────────────────
    "decision.differs": ErrorCode(
        "The recorded facts and law of {account!r} for {month} do not give the recorded amounts.",
        "Send no letter; audit the ledger, and revise the month: `reba revise`.",
        EXIT_INTEGRITY,
    ),
    "decision.passages": ErrorCode(
        "{file} cannot be used as the texts of letters: {reason}.",
        "Compare with `docs/how-to/write-decisions.md`.",
    ),
    # ── pseudonyms ───────────────────────────────────────────────────────────────────────────
    "pseudonym.key": ErrorCode(
        "{what} is no key for pseudonyms: {reason}.",
        "Make one with `reba pseudonym new-key --out FILE`.",
    ),
    "pseudonym.prefix": ErrorCode(
        "{value!r} cannot begin a pseudonym.", "Use 1 to 16 capitals from A to Z, such as H."
    ),
    "pseudonym.number": ErrorCode(
        "The number cannot be used: {reason}.",
        "Correct it at its source: another number is another pseudonym.",
    ),
    "pseudonym.input": ErrorCode(
        "The input cannot be read: {reason}.",
        "Give one number a line, or a CSV with a header and --column.",
    ),
    "pseudonym.invalid": ErrorCode(
        "Of {count} number(s) no pseudonym can be made, so nothing was written; first: {first}",
        "Correct each one at its source.",
    ),
}
