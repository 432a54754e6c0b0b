"""No explanation changes without a diff that a lawyer can read (A14, X1)."""

from __future__ import annotations

import pytest

from reba.law.labels import LABELS
from traces.make import TOLD, assessments, files


@pytest.mark.invariant("A14")
def test_every_explanation_is_as_it_was() -> None:
    for path, text in files().items():
        assert path.read_text(encoding="utf-8") == text, path.name


@pytest.mark.invariant("A14")
def test_every_kind_of_step_is_told_somewhere() -> None:
    told = {
        step.id.partition(":")[0]
        for scheme in TOLD
        for _, found in assessments(scheme)
        for step in found.steps
    }
    assert told == set(LABELS)


@pytest.mark.invariant("A14")
@pytest.mark.parametrize("scheme", TOLD)
def test_the_record_of_a_case_holds_its_steps_and_its_rendering_holds_their_labels(
    scheme: str,
) -> None:
    for _, found in assessments(scheme):
        record = found.to_record()
        steps = record["steps"]
        assert isinstance(steps, list)
        assert [step["id"] for step in steps] == [step.id for step in found.steps]
        dutch, english = found.render("nl"), found.render("en")
        assert all(step["label_nl"] in dutch and step["label_en"] in english for step in steps)
