"""What the public reads: no severities, references, marks, names or machines of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.channels.public import affected, cautions, status_of, title_of, untagged, words_of
from incident_tui.domain.text import clean
from tests.channels.letters import letter


@pytest.mark.parametrize(
    ("title", "public"),
    [
        ("SEV1: Checkout fails", "Checkout fails"),
        ("[SEV-2] Checkout fails", "Checkout fails"),
        ("Checkout fails (INC-20261121-K7Q)", "Checkout fails"),
        ("Several pages fail in 3 regions", "Several pages fail in 3 regions"),
        ("sev 1", "Service disruption"),
    ],
)
def test_a_title_loses_what_is_ours(title: str, public: str) -> None:
    assert title_of(letter(title=title), "", 255) == (public, "")


def test_a_fixed_title_stands_for_all() -> None:
    assert title_of(letter(title="db-7 is down"), "Service disruption", 255)[0] == "Service disruption"


def test_the_public_has_four_statuses() -> None:
    told = [status_of(letter(status=status)) for status in ("investigating", "identified", "monitoring", "closed")]

    assert told == ["investigating", "identified", "monitoring", "resolved"]


def test_a_mark_stays_here() -> None:
    assert words_of(letter(mark="🔥", text="We look into it."), 100) == ("We look into it.", "")


def test_only_services_with_a_public_name_are_told() -> None:
    given_ = letter(services=("checkout-api", "Payments", "ledger-db"))

    assert affected(given_, {"payments": "p1", "checkout-api": "p1"}) == ("p1",)
    assert cautions(given_, "Checkout fails", {"payments": "p1"}, "components") == (
        "not shown as affected: checkout-api, ledger-db (not in components)",
        "written for the audience internal",
    )


@pytest.mark.parametrize("title", ["Disk of db-7 is full", "10.0.0.7 is down", "a.b.example.com fails", "ns1.internal"])
def test_a_machine_in_the_title_is_warned_of(title: str) -> None:
    assert any("machine" in note for note in cautions(letter(), title, {}, "components"))


@pytest.mark.parametrize("title", ["Checkout fails", "Version 2.1 fails", "Zahlungen, Kasse: 1 von 5 fehlerhaft"])
def test_plain_titles_are_not(title: str) -> None:
    assert not any("machine" in note for note in cautions(letter(), title, {}, "components"))


@given(st.text(alphabet=st.characters() | st.sampled_from("<>/!abc&")).map(clean))
def test_no_text_holds_a_tag(text: str) -> None:
    plain = untagged(text)

    assert not any(f"<{sign}" in plain for sign in ("/", "!", "?", "a", "b", "c"))
    assert len(plain) == len(text)
