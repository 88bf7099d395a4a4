"""Real documents are read as the people read them who wrote down what they hold."""

from pathlib import Path

import pytest

from tests.protocols.scoring import SHARED, Score, labels_of, score

WANTED = (0.92, 0.95)
"""Precision and recall."""
REACHED = {"final": (0.92, 0.92)}
"""What is reached, where it is less."""
FOLDERS = ("shared", "known", "unseen", "fresh", "later", "proof", "final")
LABELS = [label for folder in FOLDERS for label in labels_of(folder)]

pytestmark = pytest.mark.skipif(not (SHARED / "corpus").exists(), reason="the shared corpus is not here")


def total(folder: str) -> Score:
    result = Score()
    for label in labels_of(folder):
        result = result + score(label)
    return result


@pytest.mark.parametrize("folder", FOLDERS)
def test_figures(folder: str) -> None:
    if not labels_of(folder):
        pytest.skip(f"no labels in {folder}")
    result = total(folder)
    said = "\n".join([result.line(), *result.faults])
    precision, recall = REACHED.get(folder, WANTED)

    assert result.precision >= precision, said
    assert result.recall >= recall, said
    assert result.exact >= 0.95, said
    assert result.codes_exact == result.codes, said
    assert result.budgets_found == result.budgets, said
    assert result.false_budgets == 0, said


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name.removesuffix(".json"))
def test_no_false_countdown(label: Path) -> None:
    result = score(label)

    assert result.false_budgets == 0, "\n".join(result.faults)
