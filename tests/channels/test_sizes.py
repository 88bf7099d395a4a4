from hypothesis import given
from hypothesis import strategies as st

from incident_tui.channels.sizes import fitted, utf8, utf16
from incident_tui.channels.slack_blocks import escaped
from tests.channels import hostile


def test_an_emoji_is_one_character_two_units_and_four_bytes() -> None:
    assert (len("😀"), utf16("😀"), utf8("😀")) == (1, 2, 4)


def test_what_fits_is_left_alone() -> None:
    assert fitted("abc", 3) == ("abc", "")


def test_what_does_not_fit_is_cut_and_counted() -> None:
    assert fitted("abcdef", 4) == ("abc…", "the last 3 characters")


def test_no_entity_is_cut_in_two() -> None:
    assert fitted("a<<<", 9, len, escaped) == ("a&lt;…", "the last 2 characters")


@given(hostile.texts(), st.integers(10, 300), st.sampled_from([len, utf8, utf16]))
def test_a_limit_holds_as_it_is_counted(text: str, limit: int, size: object) -> None:
    assert callable(size)
    shown, cut = fitted(text, limit, size, escaped)
    assert size(shown) <= limit
    assert bool(cut) == (size(escaped(text)) > limit)
