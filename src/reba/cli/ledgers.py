"""`reba audit`: check a ledger, against the checkpoints that were kept elsewhere."""

from __future__ import annotations

import os
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Final

import typer

from reba.cli.checkpoints import read_checkpoints
from reba.cli.console import AsJson, Lang, Language, LedgerPlace, out, print_json, progress_bar
from reba.cli.keys import VerifierKeys, verifier_keys
from reba.cli.pages import check_form
from reba.cli.reporting import write_report
from reba.error_codes import EXIT_FINDINGS
from reba.errors import UsageError
from reba.ledger.audit import AuditReport, audit
from reba.ledger.ledger import open_ledger
from reba.ledger.sampling import CONFIDENCE, Sample, SampleFound

__all__ = ["audit_command", "print_audit"]

_ENTRIES_FOR_WORKERS: Final = 50_000  # below that, starting them takes longer than the audit


def print_audit(report: AuditReport) -> None:
    """Print what an audit found, for people; the last line counts the findings."""
    checked = report.checked
    out.print(
        f"checked {checked['entries']} entries of {checked['accounts']} accounts, "
        f"{checked['assessments']} assessments, {checked['splits']} splits and "
        f"{checked['decisions']} decisions on releases made again"
    )
    if report.sample is not None:
        _print_sample(report.sample)
    if checked["amounts"] == "as recorded":
        out.print("every account was replayed as recorded: no amount was computed again")
    if checked["since"]:
        out.print(
            f"taken on trust: the first {checked['since']} entries, of which {checked['proven']} "
            "were held against the checkpoint"
        )
    for finding in report.findings:
        place = "" if finding.seq is None else f" entry {finding.seq} of {finding.account}:"
        out.print(f"{finding.severity} {finding.id}:{place} {finding.statement}", markup=False)
        out.print(f"    expected {finding.expected}", markup=False)
        out.print(f"    found    {finding.actual}", markup=False)
    count = len(report.findings)
    out.print(f"audit: {count} finding{'' if count == 1 else 's'}")


def _print_sample(sample: SampleFound) -> None:
    out.print(
        f"sample: {sample.size} of {sample.population} assessments, drawn with seed '{sample.seed}'"
        f" and root {sample.root}; {sample.wrong} wrong",
        markup=False,
    )
    if sample.size == sample.population:
        out.print("the sample holds every assessment: that number is exact")
    else:
        out.print(
            f"with {sample.percent} % confidence at most {sample.most_wrong} of the "
            f"{sample.population} assessments are wrong"
        )


def _sample_of(
    size: int | None, seed: str | None, confidence: str | None, others: dict[str, bool]
) -> Sample | None:
    """Read the options of a sample, and refuse those that do not go with it."""
    if size is None:
        if seed is not None or confidence is not None:
            raise UsageError("usage.option", reason="--seed and --confidence go with --sample")
        return None
    for name, given in others.items():
        if given:
            reason = f"--sample computes some amounts again, out of all: it excludes {name}"
            raise UsageError("usage.option", reason=reason)
    if seed is None:
        raise UsageError("usage.option", reason="--sample needs --seed: a text that you choose")
    try:
        share = CONFIDENCE if confidence is None else Decimal(confidence)
    except InvalidOperation:
        share = Decimal(0)  # refused as any other that does not lie between 0 and 1
    sample = Sample(size, seed, share)
    sample.check()
    return sample


def _workers_for(entries: int) -> int:
    return (os.cpu_count() or 1) if entries >= _ENTRIES_FOR_WORKERS else 1


def audit_command(
    ledger: LedgerPlace,
    *,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against",
            help="A checkpoint that was kept elsewhere, a folder with many (*.txt), or an export "
            "bundle; may be repeated.",
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since",
            help="A checkpoint of an audit that you trust: what it covers is not checked again, "
            "but for the accounts that go on.",
        ),
    ] = None,
    key: VerifierKeys = None,
    recompute: Annotated[
        bool | None,
        typer.Option(
            "--recompute/--replay",
            help="Compute every amount again, as it does by default; or check and fold all, but "
            "compute no amount again: faster.",
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            min=1,
            metavar="N",
            help="Check and fold all, but compute only N assessments again, with their splits.",
        ),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option("--seed", help="Any text: the same seed draws the same sample, everywhere."),
    ] = None,
    confidence: Annotated[
        str | None,
        typer.Option("--confidence", help="Of what the sample says of all; 0.95 by default."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Processes; by default one a core in a large file."),
    ] = None,
    report_file: Annotated[
        Path | None,
        typer.Option("--report", help="Write a report to file: a page (.html or .pdf), or text."),
    ] = None,
    lang: Language = Lang.nl,
    as_json: AsJson = False,
) -> None:
    """Check every hash and sum, and compute every amount again.

    An export bundle is audited as the ledger that it holds. With --key, each checkpoint must be
    signed by one of the keys at least.

    Exit status 0: nothing found; 1: findings; 3: a checkpoint cannot be used; 4: this is no ledger
    or no whole bundle, or it cannot be read.

    Example: reba audit coa.reba --against checkpoints --key "$(cat ledger.vkey)"
    """
    if key and not against and since is None:
        raise UsageError("usage.option", reason="--key goes with --against or --since")
    others = {
        "--recompute": recompute is True, "--replay": recompute is False,
        "--since": since is not None,
    }  # fmt: skip
    asked = _sample_of(sample, seed, confidence, others)
    if report_file is not None:
        check_form(report_file)
    keys = verifier_keys(key)
    checkpoints = read_checkpoints(against or (), keys)
    trusted = [] if since is None else read_checkpoints([since], keys)
    if len(trusted) > 1:
        raise UsageError("usage.option", reason="--since takes one checkpoint")
    with open_ledger(ledger, create=False, read_only=True) as opened:
        total = opened.size()
        with progress_bar("Auditing", total) as progress:
            report = audit(
                opened,
                against=checkpoints,
                since=trusted[0] if trusted else None,
                recompute=recompute is not False,
                sample=asked,
                workers=workers or _workers_for(total),
                progress=progress,
            )
        if report_file is not None:
            write_report(report_file, opened, report, lang.value)
    if as_json:
        print_json(report.to_record())
    else:
        print_audit(report)
    if report.findings:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FINDINGS)
