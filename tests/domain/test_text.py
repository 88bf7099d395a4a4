"""No control survives the door, and what was to be read does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.domain.text import clean, clean_line, first_line, has_controls

PAYLOADS = {
    "clipboard": ("\x1b]52;c;ZXZpbA==\x07", "^[]52;c;ZXZpbA==^G"),
    "title": ("\x1b]0;pwn\x07", "^[]0;pwn^G"),
    "window title": ("\x1b]2;pwn\x1b\\", "^[]2;pwn^[\\"),
    "link": ("\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "^[]8;;http://evil^[\\click^[]8;;^[\\"),
    "file": ("\x1b]1337;File=name=eA==:AAAA\x07", "^[]1337;File=name=eA==:AAAA^G"),
    "device control": ("\x1bP1$r0m\x1b\\", "^[P1$r0m^[\\"),
    "application command": ("\x1b_Gf=24;AAAA\x1b\\", "^[_Gf=24;AAAA^[\\"),
    "clear": ("\x1b[2J\x1b[H", "^[[2J^[[H"),
    "keyboard mode that ends like a colour": ("\x1b[>4;2m", "^[[>4;2m"),
    "colour": ("\x1b[1;31mred\x1b[0m", "red"),
    "colour with colons": ("\x1b[38:2::255:0:0mred\x1b[m", "red"),
    "colour in one byte": ("\x9b31mRED\x9bm", "RED"),
    "hidden": ("a\x1b[8mb\x1b[28mc", "abc"),
    "colour in a sequence": ("\x1b[\x1b[m2J", "^[[2J"),
    "colour in a colour": ("\x1b[\x1b[m31mred", "^[[31mred"),
    "unfinished colour": ("\x1b[31", "^[[31"),
    "clear in one byte": ("\x9b2J", "\ufffd2J"),
    "system command in one byte": ("\x9d0;pwn\x9c", "\ufffd0;pwn\ufffd"),
    "next line": ("a\x85b", "a\ufffdb"),
    "bell": ("\a", "^G"),
    "backspace": ("abc\b\b\bxyz", "abc^H^H^Hxyz"),
    "overwrite": ("good\rEVIL", "good\nEVIL"),
    "newline of another system": ("a\r\nb", "a\nb"),
    "newline behind a colour": ("a\r\x1b[m\nb", "a\n\nb"),
    "vertical tab": ("a\x0bb", "a^Kb"),
    "form feed": ("a\x0cb", "a^Lb"),
    "separators": ("a\x1c\x1d\x1e\x1fb", "a^\\^]^^^_b"),
    "null": ("a\x00b", "a^@b"),
    "delete": ("a\x7fb", "a^?b"),
    "right to left": ("\u202egnp.exe", "\ufffdgnp.exe"),
    "isolate": ("\u2066a\u2069", "\ufffda\ufffd"),
    "direction marks": ("\u061c\u200e\u200fa", "\ufffd\ufffd\ufffda"),
    "invisible space": ("a\u200bb\u2060c\ufeff", "a\ufffdb\ufffdc\ufffd"),
    "tag": ("a\U000e0041\U000e007f", "a\ufffd\ufffd"),
    "line separator": ("a\u2028b\u2029c", "a\ufffdb\ufffdc"),
    "annotation": ("\ufff9a\ufffab\ufffb", "\ufffda\ufffdb\ufffd"),
    "lone surrogate": ("a\ud800b\udc1b", "a\ufffdb\ufffd"),
}
HARMLESS = (
    "",
    "p99 is 2.4 s → checkout fails; rolled back",
    "two\nlines\tand a tab",
    "日本語 العربية עברית हिन्दी ไทย",
    "👩\u200d🚒 ❤\ufe0f 葛\U000e0100 می\u200cخواهم",
    "[/] [bold]x[/bold] [@click=app.quit()]x[/]",
    "already cleaned: ^[[31m ^G \ufffd",
)
pieces = st.sampled_from([text for text, _ in PAYLOADS.values()]) | st.text(max_size=4)
texts = st.lists(pieces | st.sampled_from("\x1b\x9b[]m;1\r\n\t "), max_size=12).map("".join)


@pytest.mark.parametrize(("text", "seen"), PAYLOADS.values(), ids=PAYLOADS)
def test_shows_what_a_terminal_would_obey(text: str, seen: str) -> None:
    assert has_controls(text)
    assert clean(text) == seen


@pytest.mark.parametrize("text", HARMLESS)
def test_keeps_what_people_write(text: str) -> None:
    assert not has_controls(text)
    assert clean(text) == text


@given(texts)
@settings(derandomize=True, max_examples=500)
def test_leaves_nothing_to_clean(text: str) -> None:
    cleaned = clean(text)
    assert not has_controls(cleaned)
    assert clean(cleaned) == cleaned
    assert all(char.isprintable() or char in "\n\t" or not char.isascii() for char in cleaned)
    assert cleaned.encode().decode() == cleaned


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn"])))
@settings(derandomize=True, max_examples=200)
def test_changes_no_visible_text(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "one_line"),
    [
        ("  Checkout\n\t\ndown ", "Checkout down"),
        ("a\r\nb\rc", "a b c"),
        ("\x1b[31mred\x1b[0m\n", "red"),
        ("a  b", "a  b"),
        ("\n", ""),
    ],
)
def test_fits_on_one_line(text: str, one_line: str) -> None:
    assert clean_line(text) == one_line


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Checkout down\nsince 14:05", 20, "Checkout down"),
        ("\n \n\tCheckout down", 20, "Checkout down"),
        ("Checkout down", 13, "Checkout down"),
        ("Checkout down", 12, "Checkout do…"),
        ("Checkout down", 10, "Checkout…"),
        ("good\rEVIL", 20, "good"),
        ("Checkout", 1, "…"),
        ("Checkout", 0, ""),
        ("", 5, ""),
    ],
)
def test_cuts_the_first_line(text: str, width: int, shown: str) -> None:
    assert first_line(text, width) == shown
