"""Secrets are masked before they are kept: those of known formats, and one's own; and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.scrubbing import Scrubbed, finding, scrub, summed_up
from incident_tui.domain.scrubbing.formats import PLACES, TOKENS, Format
from tests.domain.scrubbing.clean import clean_lines
from tests.domain.scrubbing.fakes import HEX, LETTERS, Fake, Maker, fakes, private_key

HOUSE = Path(__file__).resolve().parents[3]
SHARED = HOUSE.parent / "shared"
MAKE = Maker(11)


@pytest.mark.parametrize("fake", fakes(), ids=lambda fake: fake.name)
def test_every_known_format_is_masked_where_it_stands(fake: Fake) -> None:
    scrubbed = scrub(fake.line)

    assert len(scrubbed.found) == 1
    assert fake.secret not in scrubbed.text
    assert scrubbed.found[0].kind in scrubbed.text
    assert fake.line.startswith(scrubbed.text.partition("‹")[0])


def test_hardly_any_token_escapes_whatever_its_signs() -> None:
    made = [fake for seed in range(8) for fake in fakes(seed)]

    escaped = [fake.name for fake in made if fake.secret in scrub(fake.line).text]

    assert len({fake.name for fake in made}) >= 60
    assert len(escaped) <= len(made) * 0.005, escaped


def test_what_is_left_of_a_token_opens_nothing() -> None:
    for fake in fakes():
        left = scrub(fake.line).text
        longest = max((size for size in range(1, len(fake.secret)) if fake.secret[-size:] in left), default=0)
        assert longest <= 5 or len(fake.secret) < 12, fake.name


def test_two_thousand_clean_lines_stay_as_they_are() -> None:
    lines = clean_lines(2_000)

    assert [line for line in lines if scrub(line).found] == []
    assert len(set(lines)) > 1_900


def test_the_test_notices_a_guess_by_how_a_word_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    guess = Format("token", ("a",), r"[A-Za-z0-9+/]{40,}")
    monkeypatch.setattr(finding, "TOKENS", (*TOKENS, guess))
    monkeypatch.setattr(finding, "_TOKEN_MARKS", (*finding._TOKEN_MARKS, ("a", len(TOKENS))))

    with pytest.raises(AssertionError):
        test_two_thousand_clean_lines_stay_as_they_are()


def clean_files() -> list[Path]:
    folders = [SHARED / "design", SHARED / "corpus", SHARED / "reference", HOUSE / "incident_tui"]
    kinds = (".md", ".py", ".erb", ".tsv", ".json", ".j2", ".yaml", ".yml", ".txt", "")
    return [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix in kinds]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder with documents of others is not here")
def test_clean_lines_stay_as_they_are() -> None:
    lines = [line for file in clean_files() for line in file.read_text("utf-8", "replace").splitlines()]

    masked = [line[:200] for line in lines if scrub(line).found]

    assert len(lines) > 5_000
    assert len(masked) <= len(lines) / 2_000, masked


NO_SECRETS = [
    f"deployed {MAKE.of(HEX, 40)} to production",
    f"image ghcr.io/acme/checkout@sha256:{MAKE.of(HEX, 64)}",
    f"trace_id={MAKE.of(HEX, 32)} span_id={MAKE.of(HEX, 16)}",
    f"request {MAKE.uuid()} failed after 30 s",
    f"sha256 {MAKE.of(HEX, 64)}  dump.tar.gz",
    f"![plot](data:image/png;base64,iVBORw0KGgo{MAKE.base64(300)})",
    f'etag: W/"{MAKE.of(HEX, 32)}"',
    f"pod checkout-{MAKE.of(HEX, 10)}-x2x9z was evicted",
    "password resets fail for 3 % of the users",
    "password: it was rotated yesterday at 14:05",
    "token expired; secret rotated by lee",
    "password=${DB_PASSWORD} token=$TOKEN secret=<your secret>",
    "api_key: changeme, client_secret: your-client-secret-1234",
    "token = self.read_token2(path)",
    "secret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-1a2b3c",
    "next_token: 1, max_tokens=4096, token_type: bearer2 ",
    "psql postgres://user:password@localhost/db",
    "curl -H 'Authorization: Bearer $TOKEN' https://api",
    "Authorization: Bearer <token>",
    "export GITHUB_TOKEN=gh" + "p_" + "x" * 36,
    "ssh git@github.com:acme/checkout.git at 14:05",
    "https://user@example.com/path and mailto:ops@example.com",
    "see https://grafana.example.com/d/Zk9Q2x7Vz/checkout?var-key=a&from=1763733600000",
    "Content-Security-Policy: script-src 'sha256-" + MAKE.base64(32) + "'",
    f"kubectl get secret checkout-tls-{MAKE.of(HEX, 8)} -o yaml",
    "-----BEGIN PRIVATE" + " KEY----- is how such a file begins",
]


@pytest.mark.parametrize("line", NO_SECRETS)
def test_hashes_names_and_places_to_fill_stay(line: str) -> None:
    assert scrub(line) == Scrubbed(line, ())


def test_a_mask_says_the_kind_and_of_a_long_token_which_one_it_is() -> None:
    token = "gh" + "p_" + MAKE.of(LETTERS, 32) + "c3f9"

    assert scrub(f"used {token}.").text == "used ‹GitHub token …c3f9 masked›."
    assert scrub("password=hunt" + "er2;").text == "password=‹password masked›;"
    assert scrub("Authorization: Basic " + MAKE.base64(30)).text == "Authorization: Basic ‹authorization masked›"
    assert summed_up(["GitHub token"]) == "1 secret masked (GitHub token)"
    assert summed_up(["password", "password", "key"]) == "3 secrets masked (password ×2, key)"


def test_places_are_those_of_the_text_that_was_given() -> None:
    first, second = "gl" + "pat-" + MAKE.of(LETTERS, 20), "np" + "m_" + MAKE.of(LETTERS, 36)
    text = f"a {first} and {second}."

    found = scrub(text).found

    assert [text[item.start : item.end] for item in found] == [first, second]
    assert [item.kind for item in found] == ["GitLab token", "npm token"]


@pytest.mark.parametrize("name", ["RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "])
def test_a_private_key_goes_with_all_its_lines(name: str) -> None:
    key = private_key(MAKE, name)

    assert scrub(f"it had\n{key}\nin it").text == "it had\n‹private key masked›\nin it"
    assert scrub(key.replace("\n", "\\n")).text == "‹private key masked›"
    assert scrub(f"it had\n{key.partition('-----END')[0]}").text.startswith("it had\n‹private key masked›")
    assert scrub(f"a\n{key.partition(chr(10))[0]}\nb").text == "a\n‹private key masked›\nb"


def test_a_key_without_an_end_does_not_take_the_next_text_with_it() -> None:
    cut = private_key(MAKE).partition("-----END")[0]

    assert scrub(f"{cut}\nthe words after it stay\n{private_key(MAKE)}").text == (
        "‹private key masked›\n\nthe words after it stay\n‹private key masked›"
    )


def test_an_access_key_gives_its_secret_away() -> None:
    key, secret = "AK" + "IA" + "QWERTZUIOP234567", "abcd1234" * 4 + "+/EFgh56"

    assert scrub(f"{key}\n{secret}\n").text == "‹AWS access key masked›\n‹AWS secret key …gh56 masked›\n"
    assert scrub(f"commit {secret}").found == ()


def test_what_is_known_is_masked_wherever_it_is() -> None:
    assert scrub("it said open sesame twice: open sesame", ["open sesame", "abc"]).text == (
        "it said ‹secret of yours masked› twice: ‹secret of yours masked›"
    )
    assert scrub("abc", ["abc"]).found == ()


PIECES = st.sampled_from(
    [fake.line for fake in fakes()]
    + [fake.secret for fake in fakes()]
    + [
        "password=",
        "token: ",
        "Authorization: ",
        "‹",
        "›",
        " masked›",
        "://",
        "@",
        ":",
        "-",
        ".",
        " ",
        "\n",
        '"',
        "x",
        "curl -u ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=12), max_size=8), st.lists(st.text(min_size=6, max_size=10), max_size=2))
def test_scrubbing_twice_changes_nothing(pieces: list[str], known: list[str]) -> None:
    once = scrub("".join(pieces), known).text

    assert scrub(once, known) == Scrubbed(once, ())


@given(st.text())
def test_any_text_can_be_scrubbed(text: str) -> None:
    scrubbed = scrub(text)

    assert (scrubbed.text == text) == (scrubbed.found == ())


REPEATED = [
    *(
        "a",
        "gh" + "p_",
        "ey" + "J",
        "sk-",
        "password=",
        "password = ",
        "-----BEGIN PRIVATE" + " KEY-----\n",
        "http://a:b",
    ),
    *(
        "bearer ",
        "curl -u ",
        "authorization: ",
        "mysql ",
        "aws secret ",
        "cookie: sess ",
        "a:b@",
        "AK" + "IA",
        "--token ",
    ),
    *("gh" + "p_" + "a1B2" * 9, "ey" + "Jaaaaaaaaaaaa.", "0123456789abcdef", "://", "PGPASSWORD=", "\x1b[31m"),
]


@pytest.mark.parametrize("text", REPEATED)
def test_long_texts_of_nothing_but_beginnings_are_looked_through(text: str) -> None:
    """This ends at once because the time grows with the length; if it grew with the square, it would take hours."""
    whole = text * (300_000 // len(text))

    assert len(scrub(whole).text) <= len(whole)


def test_every_format_has_marks_that_its_text_can_have() -> None:
    for known in (*TOKENS, *PLACES):
        assert known.marks, known.kind
        assert all(mark == mark.lower() for mark in known.marks)


def test_the_test_notices_formats_that_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_TOKEN_MARKS", finding._TOKEN_MARKS[::20])

    with pytest.raises(AssertionError):
        test_hardly_any_token_escapes_whatever_its_signs()
