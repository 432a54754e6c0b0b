"""Error codes of keys, bundles, receipts, letters, pages, pseudonyms; see `error_codes.py`."""

from __future__ import annotations

from typing import Final

from reba.error_code import EXIT_INTEGRITY, EXIT_USAGE, ErrorCode

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
    # ── translations of what residents read ──────────────────────────────────────────────────
    "catalog.file": ErrorCode(
        "{file} cannot be read as a catalog of translations: {reason}.",
        "Make one from `reba catalog template`, and write it in UTF-8.",
    ),
    "catalog.language": ErrorCode(
        "{file} does not say which language it is in: {language!r} is none that can be used.",
        'Write its header, as "Language: ar": a language that CLDR knows, other than nl and en.',
    ),
    "catalog.incomplete": ErrorCode(
        "{file} lacks {count} text(s). The first: {first}",
        "`reba catalog check` names them all; with --allow-incomplete they stand in Dutch.",
    ),
    "catalog.missing": ErrorCode("It is not translated.", "Translate it."),
    "catalog.fuzzy": ErrorCode(
        "Its translation is marked as fuzzy: nobody has checked it.",
        "Check it, and take the mark away.",
    ),
    "catalog.outdated": ErrorCode(
        "It translates another text than {text!r}.",
        "Bring the catalog up to date from the template, and check the translation.",
    ),
    "catalog.placeholders": ErrorCode(
        "Its blanks are {found}, and must be {wanted}.",
        "Write each blank as it stands in the English text, in braces, and no other.",
    ),
    "catalog.text": ErrorCode(
        "It is longer than {length_max} characters, or holds one that cannot be shown.",
        "Write one line, without control characters and marks that change the direction.",
    ),
    "catalog.unknown": ErrorCode(
        "No document has a text of this name.", "Bring the catalog up to date from the template."
    ),
    # ── pages as PDF ─────────────────────────────────────────────────────────────────────────
    "page.library": ErrorCode(
        "The renderer of PDF does not find its libraries: {reason}.",
        "Install Pango; on Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
        "libharfbuzz-subset0 fonts-liberation.",
        EXIT_USAGE,
    ),
    "page.layout": ErrorCode(
        "'{title}' cannot be laid out as PDF: {reason}.",
        "Write it as HTML, print that from a browser, and report this.",
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
