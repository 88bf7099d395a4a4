"""Verbs that write: what they record, and what they say."""

import re

import pytest

from incident_tui.journal import connection
from tests.cli.conftest import CommandLine
from tests.journal.journals import aged


def test_declare_prints_the_reference_alone(cli: CommandLine) -> None:
    out = cli.ok("declare", "Checkout", "fails", "--severity", "high", "--detected-at", "-10m")

    shown = cli.json("show")
    assert re.fullmatch(r"INC-\d{8}-[0-9A-HJKMNP-TV-Z]{3}\n", out)
    assert (shown["ref"], shown["title"], shown["severity"]) == (out.strip(), "Checkout fails", 2)
    assert shown["commander"] is None
    assert shown["clocks"]["elapsed"]["elapsed_seconds"] in range(600, 660)


def test_log_says_what_it_recorded_and_keeps_both_times(live: CommandLine) -> None:
    out = live.ok("log", "p95", "is 9.8 s", "--at", "-10m", "--tag", "checkout", "--tag", "#p95")

    (hit,) = live.json("search", "p95")
    assert re.fullmatch(r"INC-\S+: finding recorded at (\d+ \w+ )?\d\d:\d\d:\d\d\n", out)
    assert hit["body"]["text"] == "p95 is 9.8 s"
    assert hit["body"]["tags"] == ["checkout", "p95"]
    assert hit["at"] < hit["recorded"]


def test_quiet_says_nothing(live: CommandLine) -> None:
    assert live.ok("log", "-q", "seen") == ""


@pytest.mark.parametrize("words", [("log", "seen"), ("search", "seen"), ("doctor",)])
def test_what_takes_long_is_said_before_it_is_done(
    live: CommandLine, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    live.ok("log", "seen")
    monkeypatch.setattr(connection, "MANY", 2)
    said = r"note: bringing (a copy of )?the journal of \d+ events up to date; this takes about ten seconds, \w+.*\n"
    aged(live.home / "data" / "incidents.db", 2)

    assert re.fullmatch(said, live(*words).err)
    if words != ("search", "seen"):
        assert live(*words).err == ""


def test_quiet_says_nothing_of_what_takes_long(live: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MANY", 1)
    aged(live.home / "data" / "incidents.db", 2)

    assert live.ok("log", "-q", "seen") == ""


@pytest.mark.parametrize(
    ("words", "stdin", "kind"),
    [
        (["log"], b"one line\n", "finding"),
        (["log", "-"], b"one line\n", "finding"),
        (["log", "-"], b"Traceback\n  line 2 [/x]\n", "evidence"),
        (["log", "--kind", "theory"], b"leak\nin the pool\n", "theory"),
    ],
)
def test_log_reads_standard_input(live: CommandLine, words: list[str], stdin: bytes, kind: str) -> None:
    live.process_ok(*words, stdin=stdin)

    (body,) = live.bodies("entry.logged")
    assert (body["kind"], body["text"]) == (kind, stdin.decode().rstrip("\n"))


def test_a_text_longer_than_an_entry_is_kept_as_a_file(live: CommandLine) -> None:
    text = b"line of a very long dump\n" * 4000

    assert "kept as a file" in live.ok("log", "-", stdin=text)

    (body,) = live.bodies("file.attached")
    assert (live.home / "data" / "blobs" / body["sha256"]).read_bytes() == text
    assert body["preview"].count("\n") == 39


def test_the_checklist(live: CommandLine) -> None:
    live.ok("step", "done", "1.1", "all red")
    live.ok("step", "skip", "1.2", "not", "safe now")
    live.ok("step", "na", "1.3")
    live.ok("step", "note", "1.4", "Lee is on it")
    live.ok("step", "undo", "1.1")

    steps = live.json("show")["steps"]
    assert [steps[number]["status"] for number in ("1.1", "1.2", "1.3")] == ["open", "skipped", "not applicable"]
    assert steps["1.2"]["reason"] == "not safe now"
    assert [note["text"] for note in steps["1.4"]["notes"]] == ["Lee is on it"]
    assert live("step", "skip", "1.4").code == 1
    assert live("step", "done", "99.9").code == 1


def test_a_reason_may_be_words_or_an_option(live: CommandLine) -> None:
    live.ok("step", "skip", "1.1", "--reason", "not safe now")
    live.ok("step", "na", "--reason", "no cache", "1.2")
    live.ok("status", "identified", "it is", "the pool")
    live.ok("log", "slow")
    live.ok("strike", "last", "--reason", "typo")
    live.ok("resolve", "--reason", "no errors for 30 min")

    steps = live.json("show")["steps"]
    assert [(steps[number]["status"], steps[number]["reason"]) for number in ("1.1", "1.2")] == [
        ("skipped", "not safe now"),
        ("not applicable", "no cache"),
    ]
    assert live.bodies("status.set") == [
        {"status": "identified", "reason": "it is the pool"},
        {"status": "resolved", "reason": "no errors for 30 min"},
    ]
    assert [body["reason"] for body in live.bodies("entry.struck")] == ["typo"]


def test_a_phase_begins_by_number_or_title(live: CommandLine) -> None:
    assert live.ok("begin", "2")
    live.ok("begin", "data", "recovery")

    phases = [phase["title"] for phase in live.json("show")["protocol"]["phases"]]
    assert [phases[body["phase"]] for body in live.bodies("phase.begun")] == ["Emergency actions", "Data recovery"]
    assert live("begin", "99").code == 1
    assert live("begin").code == 2


def test_what_an_incident_is(live: CommandLine) -> None:
    live.ok("severity", "high", "--reason", "one region")
    live.ok("status", "identified")
    live.ok("milestone", "mitigated", "--at", "5m ago")
    live.ok("role", "scribe", "kim")
    live.ok("-i", "INC", "impact", "users", "about", "1,500")
    live.ok("impact", "-i", "inc", "revenue", "€ 5,000")

    shown = live.json("show")
    assert (shown["severity"], shown["status"]) == (2, "identified")
    assert {"mitigated", "identified"} <= shown["milestones"].keys()
    assert {term["person"] for term in shown["terms"].values()} == {"dana", "kim"}
    assert shown["impact"]["users"]["text"] == "about 1,500"


def test_lowering_the_severity_needs_a_reason(live: CommandLine) -> None:
    answer = live("severity", "low")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: lowering to SEV4 needs a reason; ")


def test_messages(live: CommandLine) -> None:
    assert "sent status page, next update by" in live.ok(
        "say", "external", "We are on it", "--promise", "20m", "--sent", "status page"
    )
    live.ok("say", "@internal", "-", stdin=b"Rolling back\n")
    live.ok("approve", "M2")
    live.ok("sent", "M2", "chat")
    live.ok("say", "management", "Later")
    live.ok("discard", "M3", "too late")

    messages = sorted(live.json("show")["messages"].values(), key=lambda message: int(message["number"]))
    assert [(message["state"], message["how"]) for message in messages] == [
        ("sent", "status page"),
        ("sent", "chat"),
        ("discarded", ""),
    ]
    assert messages[0]["promised_at"] is not None


def test_action_items(live: CommandLine) -> None:
    live.ok("action", "add", "Alert on pool use", "--owner", "lee", "--due", "2030-01-02", "--priority", "high")
    live.ok("action", "add", "Write the runbook")
    live.ok("action", "done", "A1")

    first, second = live.json("action", "list")
    assert (first["label"], first["owner"], first["due"], first["priority"]) == ("A1", "lee", "2030-01-02", "high")
    assert first["done_at"] is not None
    assert second["done_at"] is None
    assert "A2  open" in live.ok("action", "list")


def test_the_technical_record(live: CommandLine) -> None:
    for words in (
        ["error", "PoolTimeout"],
        ["state", "pool size", "during", "187"],
        ["config", "pool: 200"],
        ["fixstep", "immediate", "roll back"],
        ["fixstep", "root-cause", "release the connection"],
        ["recovery", "data", "replayed 312 orders"],
        ["cost", "lost revenue", "€ 5,000"],
        ["lesson", "well", "the rollback took 4 min"],
        ["sign", "incident commander", "dana"],
    ):
        live.ok(*words)

    shown = live.json("show")
    records = [
        (r["section"], r["label"], r["text"]) for r in sorted(shown["records"].values(), key=lambda r: r["order"])
    ]
    assert records == [
        ("error", "", "PoolTimeout"),
        ("reading", "pool size", "187"),
        ("configuration", "", "pool: 200"),
        ("fix_step", "immediate", "roll back"),
        ("fix_step", "root cause", "release the connection"),
        ("recovery", "data", "replayed 312 orders"),
        ("cost", "lost revenue", "€ 5,000"),
        ("lesson", "well", "the rollback took 4 min"),
    ]
    assert [sign["person"] for sign in shown["sign_offs"].values()] == ["dana"]


def test_a_record_verb_without_its_words_is_wrong_usage(live: CommandLine) -> None:
    answer = live("lesson", "well")

    assert answer.code == 2
    assert "lesson wrong|well|luck TEXT" in answer.err


def test_amend_strike_and_undo(live: CommandLine) -> None:
    live.ok("log", "p95 is 9.8 s")
    identifier = live.json("search", "p95")[0]["id"]
    live.ok("amend", identifier[-8:], "p95 is 8.9 s")
    live.ok("strike", "last", "typo")

    assert live.json("show")["marks"][identifier]["struck"]["text"] == "typo"
    assert "undone" in live.ok("undo")
    assert live.json("show")["marks"][identifier]["struck"] is None


def test_from_resolved_to_closed_and_back(live: CommandLine) -> None:
    assert "still open: milestone started, milestone identified" in live.ok("resolve", "no errors for 30 min")
    assert live("log", "too late").code == 1
    assert live.ok("log", "-i", live.json("list")[0]["ref"], "post-mortem on Monday")
    reference = live.json("show")["ref"]
    refused = live("close", "-i", reference)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert refused.err.startswith("error: still open: milestone started, milestone identified")
    live.ok("close", "-i", reference, "a drill")
    live.ok("reopen", "-i", reference)

    assert live.json("show")["live"] is True


def test_a_message_is_sent_twice_only_by_force(live: CommandLine) -> None:
    live.ok("say", "external", "We look into it", "--sent")
    again = live("say", "external", "we look  into it", "--sent")

    assert (again.code, again.out) == (1, "")
    assert again.err == "error: the message says what M1 has said; say what is new, or send it anyway\n"
    assert len(live.json("show")["messages"]) == 1
    assert "M2 to external sent" in live.ok("say", "external", "We look into it", "--sent", "--force")
    live.ok("say", "external", "We look into it")
    assert live("sent", "M3", "status page").code == 1
    live.ok("sent", "M3", "status page", "--force")
    assert [body["how"] for body in live.bodies("message.sent")][-1] == "status page"


def test_an_update_begins_with_what_has_changed(live: CommandLine) -> None:
    live.ok("say", "internal", "We look into it", "--sent")
    refused = live("say", "internal", "--template", "update", "--sent")
    assert (refused.code, "leaves something to say" in refused.err) == (1, True)
    live.ok("log", "roll back to 4.11", "--kind", "decision")
    live.ok("say", "internal", "--template", "update", "--sent")

    assert "Decided: roll back to 4.11." in live.bodies("message.drafted")[-1]["text"]
    live.ok("say", "external", "--template", "update")
    assert live.bodies("message.drafted")[-1]["text"].startswith("Investigating: we are looking into it.")


def test_a_role_of_several_words_needs_no_quotes(live: CommandLine) -> None:
    live.ok("role", "customer", "liaison", "@Lee", "Ann")
    live.ok("role", "data lead", "kim")
    live.ok("role", "tech", "lee")

    taken = [(body["role"], body["person"]) for body in live.bodies("role.taken")]
    assert taken[-3:] == [("customer liaison", "Lee Ann"), ("data lead", "kim"), ("technical lead", "lee")]

    live.ok("role", "customer", "liaison", "--leave")
    assert live.bodies("role.left") == [{"role": "customer liaison"}]


@pytest.mark.parametrize("option", ["--for", "--against"])
@pytest.mark.parametrize("theory", ["", " "])
def test_an_entry_for_a_theory_without_a_name_is_refused(live: CommandLine, option: str, theory: str) -> None:
    live.ok("log", "the pool is too small", "--kind", "theory")

    said = live("log", option, theory, "x")

    assert (said.code, said.out) == (1, "")
    assert said.err == f"error: {option} names no theory; name one such as H1, or leave it out\n"
    assert len(live.bodies("entry.logged")) == 1


def test_what_is_empty_of_a_role_is_named(live: CommandLine) -> None:
    assert live("role", "", "kim").err == "error: the role is empty; type some text\n"
    assert live("role", "scribe", "").err == "error: the person's name is empty; type some text\n"
    assert live("role", "", "--leave").err == "error: the role is empty; type some text\n"
