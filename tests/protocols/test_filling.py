"""Placeholders: a value from outside stays one word, wherever it is put."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from incident_tui.domain.protocol import Block, Phase, Protocol, Reading, Step
from incident_tui.domain.text import clean_line
from incident_tui.protocols.filling import PLACEHOLDER, PLAIN, command, fill, placeholders

HOSTILE = [
    "x; rm -rf /",
    "'; rm -rf / #",
    '"; rm -rf / #',
    "$(reboot)",
    "`reboot`",
    "a\\",
    "a\\'; reboot; '",
    "a && b || c | d > e",
    "*",
    "~root",
    "$HOME",
    "!!",
    "{{service}}",
    "naïve – ✓",
]
WORDS = [
    "echo {{v}} end",
    "echo x{{v}}y",
    "echo '{{v}}'",
    "echo 'a {{v}} b' c",
    'echo "{{v}}"',
    'echo "a {{v}} b" c',
    "echo 'it'\"'\"'s' {{v}}",
    'echo "say \\"{{v}}\\" aloud"',
    "echo \\' {{v}} \\'",
    "echo '\\' {{v}}",
    "echo \"'{{v}}'\"",
    "echo '\"{{v}}\"'",
    "echo a={{v}}/{{v}}",
    "kubectl -n {{v}} rollout undo \\\n  deployment/{{v}}",
]
READ_TWICE = [
    "ssh host systemctl restart {{v}}",
    "ssh host 'systemctl restart {{v}}'",
    "scp host:{{v}} .",
    "sh -c 'kill {{v}}'",
    "kubectl exec pod -- sh -c \"kill '{{v}}'\"",
    "git -c'alias.x=!{{v}}' x",
    "salt web cmd.run 'kill {{v}}'",
    "echo $[{{v}}]",
    "tcsh -c 'kill {{v}}'",
    "psql -c \"select '{{v}}'\"",
    "psql --command=\"select '{{v}}'\"",
    "eval echo {{v}}",
    "watch kubectl get pods {{v}}",
    "xargs -I% echo {{v}}",
    "python3 -c 'print(\"{{v}}\")'",
    "awk '/{{v}}/' file",
    "sed 's/a/{{v}}/' file",
    "echo $(date {{v}})",
    'echo "$(date {{v}})"',
    "echo `date {{v}}`",
    "echo ${name:-{{v}}}",
    "echo $'{{v}}'",
    "diff <(sort {{v}}) b",
    "echo $(({{v}}))",
    "(({{v}} > 1))",
    "[[ {{v}} -gt 1 ]]",
    "cat <<EOF\n{{v}}\nEOF",
    "echo a # {{v}}",
    "# it's a comment\necho {{v}}",
    "echo \\{{v}}",
    'echo "\\{{v}}"',
    "echo don't {{v}}",
]
LINES = st.text().map(clean_line).filter(lambda value: value != "" and not value.startswith("-"))
VALUES = st.sampled_from(HOSTILE) | st.text(alphabet="ab '\"\\$`;&|(){}#!*\n", min_size=1).map(clean_line).filter(
    lambda value: value != "" and not value.startswith("-")
)


def with_commands(*texts: str) -> Protocol:
    return Protocol("p", "P", (Phase("one", steps=(Step("1.1", "do", commands=texts),)),))


def filled(text: str, value: str) -> str:
    return fill(with_commands(text), {"v": value}).phases[0].steps[0].commands[0]


def meant(template: str, value: str) -> list[str]:
    return [word.replace("{{v}}", value) for word in shlex.split(template)]


@pytest.mark.parametrize("template", WORDS)
@given(value=VALUES | LINES)
def test_a_value_is_one_word_also_inside_quotes(template: str, value: str) -> None:
    assert shlex.split(filled(template, value)) == meant(template, value)


@given(
    template=st.lists(st.sampled_from([*"ab '\"\\;|&\n", "{{v}}", " {{v}} "]), max_size=16).map("".join),
    value=VALUES,
)
@example(template="{{v}}\\", value="x; rm -rf /")
@example(template="\\'{{v}}'", value="'; reboot")
@example(template="'\\'{{v}}", value="'; reboot")
def test_no_template_lets_a_value_out(template: str, value: str) -> None:
    try:
        words = meant(template, value)
    except ValueError:
        # An open quote: nothing but values without meaning may be put in.
        assert filled(template, value) == (template.replace("{{v}}", value) if PLAIN.fullmatch(value) else template)
        return
    result = filled(template, value)
    assert result == template or shlex.split(result) == words


@pytest.mark.parametrize("template", WORDS)
def test_a_real_shell_reads_the_same_words(template: str) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash to ask")
    for value in HOSTILE:
        words = filled(template, value)
        printing = f"say() {{ printf '%s\\0' \"$@\"; }}; say {words}"
        ran = subprocess.run([bash, "-c", printing], capture_output=True, check=True, timeout=300)
        assert ran.stderr == b""
        # A continued line is one line to a shell; shlex takes its end for a word.
        assert ran.stdout.decode().split("\0")[:-1] == meant(template.replace("\\\n", ""), value)


@pytest.mark.parametrize("template", READ_TWICE)
@pytest.mark.parametrize("value", [value for value in HOSTILE if "{{" not in value])
def test_what_is_read_twice_takes_plain_values_only(template: str, value: str) -> None:
    assert filled(template, value) == template
    assert filled(template, "shop-api@2.0.0") == template.replace("{{v}}", "shop-api@2.0.0")


@pytest.mark.parametrize("value", ["", " ", "\n", "-rf", "--output=/etc/passwd", " -x", "\t-x"])
def test_a_value_that_is_nothing_or_an_option_is_not_put_in(value: str) -> None:
    assert filled("git log {{v}}", value) == "git log {{v}}"


def test_controls_never_reach_a_terminal() -> None:
    assert filled("echo {{v}}", "a\x03\x1b[201~b\nc") == "echo 'a^C^[[201~b c'"


@given(value=st.from_regex(PLAIN, fullmatch=True))
def test_plain_values_stand_as_they_are(value: str) -> None:
    assume(not value.startswith("-"))
    assert filled("kubectl logs deployment/{{v}}", value) == f"kubectl logs deployment/{value}"


def test_a_value_is_not_filled_again() -> None:
    commands = fill(with_commands("echo {{a}}"), {"a": "{{b}}", "b": "no"}).phases[0].steps[0].commands
    assert commands == ("echo '{{b}}'",)


@pytest.mark.parametrize("text", ["echo ${{ secrets.KEY }}", "docker ps --format '{{.Names}}'", "echo {{json .}}"])
def test_what_other_programs_write_in_braces_is_theirs(text: str) -> None:
    protocol = with_commands(text)
    assert placeholders(protocol) == ()
    assert fill(protocol, {"secrets": "x", "json": "x"}) == protocol


def test_unknown_placeholders_stay_and_spaces_do_not_matter() -> None:
    assert command("a {{ known }} {{unknown}}", {"known": "x y"}) == "a 'x y' {{unknown}}"


def test_placeholders_are_named_once_in_the_order_of_the_document() -> None:
    child = Step("1.1.1", "child", commands=("{{c}} {{a}}",))
    step = Step("1.1", "{{title}}", commands=("{{b}}",), steps=(child,), blocks=(Block("text", "{{d}}"),))
    phase = Phase("one", steps=(step,), blocks=(Block("message", "{{a}}"),))
    assert placeholders(Protocol("p", "P", (phase,), readings=(Reading("r", blocks=(Block("text", "{{e}}"),)),))) == (
        *("a", "b", "d", "c"),
        "e",
    )


BLOCKS = [
    (Block("command", "echo {{v}}", "bash"), "a b", "echo 'a b'"),
    (Block("command", "echo {{v}}"), "a b", "echo 'a b'"),
    (Block("command", "print('{{v}}')", "python"), "a b", "print('{{v}}')"),
    (Block("command", "print('{{v}}')", "python"), "a", "print('a')"),
    (Block("text", 'transaction:"{{v}}"', "sentry-search"), "POST /api/orders", 'transaction:"POST /api/orders"'),
    (Block("text", 'transaction:"{{v}}"', "sentry-search"), 'a" is:resolved "', 'transaction:"{{v}}"'),
    (Block("text", "where name = '{{v}}'", "sql"), "x' or 'a' = 'a", "where name = '{{v}}'"),
    (Block("text", "where name = '{{v}}'", "sql"), "api", "where name = 'api'"),
    (Block("message", "It began at {{v}}."), "half past two", "It began at half past two."),
]


@pytest.mark.parametrize(("block", "value", "text"), BLOCKS)
def test_blocks_are_filled_as_their_language_bears(block: Block, value: str, text: str) -> None:
    protocol = Protocol(
        "p",
        "P",
        (Phase("one", blocks=(block,), steps=(Step("1.1", "do", blocks=(block,)),)),),
        readings=(Reading("r", blocks=(block,)),),
    )
    done = fill(protocol, {"v": value})
    assert [done.phases[0].blocks[0].text, done.phases[0].steps[0].blocks[0].text] == [text, text]
    assert done.readings[0].blocks[0].text == text


def test_words_to_read_are_left_alone() -> None:
    step = Step("1.1", "Restart {{v}}", detail="See {{v}}.", steps=(Step("1.1.1", "child", commands=("echo {{v}}",)),))
    done = fill(Protocol("p", "P", (Phase("{{v}}", text="{{v}}", steps=(step,)),)), {"v": "api"})
    assert (done.phases[0].title, done.phases[0].text) == ("{{v}}", "{{v}}")
    assert (done.phases[0].steps[0].title, done.phases[0].steps[0].detail) == ("Restart {{v}}", "See {{v}}.")
    assert done.phases[0].steps[0].steps[0].commands == ("echo api",)


@settings(max_examples=200)
@given(text=st.lists(st.sampled_from([*"{}v '\"\\$`#<>\n", "{{v}}"])).map("".join), value=st.text())
def test_filling_never_fails(text: str, value: str) -> None:
    assert filled(text, value) == text or PLACEHOLDER.search(text)
