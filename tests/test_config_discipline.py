"""The configuration of targets, working time, escalation, permissions, contacts and rotations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from incident_tui.config import Config, ConfigError, check, load, policy_of
from incident_tui.config.discipline import PolicyOverride
from incident_tui.domain.policy import DEFAULTS, ESCALATION, Escalation, Policy, Targets
from incident_tui.domain.working import Calendar, Working
from incident_tui.oncall import Override, Rotation
from incident_tui.oncall.ical import CalendarFile
from incident_tui.times import TimeError

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = 'people = ["Ada", "Ben"]'
ONCALL = f"[oncall]\n{PEOPLE}\n"


def configured(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(f'zone = "Europe/Berlin"\n{text}')
    return load(file, {})


def test_without_a_file_the_policy_is_the_usual_one() -> None:
    policy = policy_of(Config(zone="UTC"))

    may = {"approve.external": ("incident commander",)}
    assert policy == Policy(DEFAULTS, "USD", calendar=Calendar(ZoneInfo("UTC")), may=may, contacts={})


def test_what_the_commander_approves_can_be_left_to_everybody(tmp_path: Path) -> None:
    policy = policy_of(configured(tmp_path, '[may]\n"approve.external" = []'))

    assert policy.may == {"approve.external": ()}


def test_targets_are_replaced_one_by_one(tmp_path: Path) -> None:
    policy = policy_of(
        configured(
            tmp_path,
            """
            [severity.1]
            acknowledge = "5m"
            external = "none"
            notify = ["chat", "phone"]
            [severity.3]
            resolve = "5 Business Days"
            acknowledge = "4 working hours"
            business_hours_only = true
            [severity.4]
            acknowledge = "next business day"
            notify = []
            [policy.sev1]
            resolve = "1h30m"
            """,
        )
    )

    assert policy.of(1) == Targets(
        timedelta(minutes=5), timedelta(minutes=90), timedelta(minutes=10), None, ("chat", "phone")
    )
    assert policy.of(2) == DEFAULTS[2]
    assert (policy.of(3).acknowledge, policy.of(3).resolve) == (Working(hours=4), Working(days=5))
    assert policy.of(4) == Targets(Working(days=1))
    assert policy.business_hours_only == frozenset({3})
    assert policy.calendar == Calendar(BERLIN)


def test_the_working_calendar(tmp_path: Path) -> None:
    config = configured(
        tmp_path,
        """
        [calendar]
        zone = "America/New_York"
        opens = "08:30"
        closes = 18:00:00
        days = ["Mon-Wed", "friday"]
        holidays = [2026-12-24, "2026-12-31"]
        """,
    )

    days = frozenset({date(2026, 12, 24), date(2026, 12, 31)})
    expected = Calendar(ZoneInfo("America/New_York"), time(8, 30), time(18), frozenset({0, 1, 2, 4}), days)
    assert config.calendar == expected
    assert policy_of(config).calendar == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [("Sun-Thu", {6, 0, 1, 2, 3}), ("Sat, Sun", {5, 6}), ("Mon-Mon", {0}), ("mon-sun", set(range(7)))],
)
def test_days_of_the_week(tmp_path: Path, days: str, expected: set[int]) -> None:
    calendar = configured(tmp_path, f'[calendar]\ndays = "{days}"').calendar

    assert calendar is not None
    assert calendar.weekdays == expected


@pytest.mark.parametrize(
    ("holidays", "day", "free"),
    [
        ('"DE"', date(2026, 12, 25), True),
        ('"DE"', date(2026, 1, 6), False),
        ('"DE-BY"', date(2026, 1, 6), True),
        ('["DE", "FR"]', date(2026, 7, 14), True),
        ('["DE", "2026-12-24"]', date(2026, 12, 24), True),
        ('["DE", "2026-12-24"]', date(2026, 12, 23), False),
    ],
)
def test_public_holidays_are_no_working_days(tmp_path: Path, holidays: str, day: date, free: bool) -> None:
    config = configured(tmp_path, f'[calendar]\nholidays = {holidays}\ndays = "Mon-Sun"')
    check(config)

    assert config.calendar is not None
    assert config.calendar.is_working_day(day) is not free


@pytest.mark.parametrize("place", ["XX", "DE-XX", "XX-DE"])
def test_a_place_without_known_holidays_is_told_when_it_is_looked_up(tmp_path: Path, place: str) -> None:
    config = configured(tmp_path, f'[calendar]\nholidays = "{place}"')
    words = f'config.toml: calendar.holidays: no holidays are known for "{place}"; write DE, DE-BY or dates'

    assert config.calendar is not None
    with pytest.raises(ConfigError) as checked:
        check(config)
    with pytest.raises(TimeError) as asked:
        config.calendar.is_working_day(date(2026, 11, 20))
    assert str(checked.value).startswith(words)
    assert str(asked.value).startswith(words)


def test_escalation_permissions_and_contacts(tmp_path: Path) -> None:
    policy = policy_of(
        configured(
            tmp_path,
            """
            [may]
            severity.lower = ["ic", "deputy"]
            "approve.external" = "Incident Commander"
            [contacts]
            "Ada L." = "+49 30 1"
            ben.j = "@ben"
            [[escalation]]
            title = "on-call"
            [[escalation]]
            title = "team lead"
            person = "ada l."
            after = "20m"
            severity = 3
            [[escalation]]
            title = "board"
            after = "on request"
            contact = "red phone"
            reason = "the press calls"
            """,
        )
    )

    commander = "incident commander"
    assert dict(policy.may) == {"severity.lower": (commander, "deputy"), "approve.external": (commander,)}
    assert (policy.contact("ADA L."), policy.contact("ben.j"), policy.contact("cem")) == ("+49 30 1", "@ben", "")
    assert policy.escalation == (
        ESCALATION[0],
        Escalation(2, "team lead", timedelta(minutes=20), "ada l.", "", 3, ESCALATION[1].reason),
        Escalation(3, "board", None, "", "red phone", 1, "the press calls"),
    )


def test_one_rotation(tmp_path: Path) -> None:
    config = configured(
        tmp_path,
        """
        [oncall]
        people = ["Ada", "Ben"]
        handover = "Tue 10:30"
        backup = "Lea"
        hours = "09:00-18:00"
        [[oncall.override]]
        from = 2026-12-24
        until = 2026-12-25T12:00:00
        person = "Cem"
        [[oncall.override]]
        from = "2026-12-30 12:00"
        until = 2026-12-31T12:00:00Z
        person = "Dee"
        backup = "Ada"
        """,
    )

    christmas = Override(
        datetime(2026, 12, 24, 10, 30, tzinfo=BERLIN), datetime(2026, 12, 25, 12, tzinfo=BERLIN), "Cem"
    )
    eve = Override(datetime(2026, 12, 30, 12, tzinfo=BERLIN), datetime(2026, 12, 31, 13, tzinfo=BERLIN), "Dee", "Ada")
    hours = (time(9), time(18))
    first = date(2024, 1, 2)
    assert config.oncall == (
        Rotation("on-call", ("Ada", "Ben"), BERLIN, first, 7, time(10, 30), "Lea", hours, (christmas, eve)),
    )


def test_several_rotations(tmp_path: Path) -> None:
    config = configured(
        tmp_path,
        """
        [oncall.web]
        people = ["Ada", "Ben"]
        days = 3
        starts = 2026-01-07
        zone = "UTC"
        backup = 0
        [oncall.database]
        calendar = "db.ics"
        """,
    )

    assert config.oncall == (
        Rotation("web", ("Ada", "Ben"), ZoneInfo("UTC"), date(2026, 1, 7), 3, time(9), 0),
        CalendarFile("database", tmp_path / "db.ics", BERLIN),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'severity.1.resolve = "2x"',
            'severity.1.resolve: "2x" is not a duration; write 90m, 2h or 1d; 4 business hours',
        ),
        ('severity.1.resolve = "0 business days"', 'severity.1.resolve: "0 business days" is not a limit; write next'),
        (
            'severity.1.internal = "1 business day"',
            'severity.1.internal: "1 business day" is not a duration; write 90m',
        ),
        ("severity.1.notify = 1", 'severity.1.notify: 1 is not a list of texts; write notify = ["…", "…"]'),
        (
            "severity.1.business_hours_only = 1",
            "severity.1.business_hours_only: 1 is not yes or no; write true or false",
        ),
        ("severity.5 = {}", "severity.5: unknown key; "),
        ("severity.1.resolv = 1", "severity.1.resolv: unknown key; did you mean resolve?"),
        ("severity.1.off = []", "severity.1.off: unknown key; "),
        (
            'severity.1.resolve = "1h"\npolicy.sev1.resolve = "1h"',
            "severity.1.resolve: is set as policy.sev1.resolve too; keep one of them",
        ),
        ('calendar.opens = "9"', 'calendar.opens: "9" is not a time of day; write opens = "09:00"'),
        ('calendar.opens = "25:00"', 'calendar.opens: "25:00" is not a time of day; write opens = "09:00"'),
        ('calendar.closes = "08:00"', "calendar.closes: 08:00 is not after opens, 09:00; 24:00 is midnight"),
        ('calendar.days = "Mo-Fr"', 'calendar.days: "Mo-Fr" is not a day of the week; write days = "Mon-Fri"'),
        ('calendar.zone = "Mars"', 'calendar.zone: "Mars" is not a time zone; '),
        ('calendar.holidays = "Germany"', 'calendar.holidays: "Germany" is not a country or a date; write "DE", '),
        (
            "calendar.holidays = [2026-12-24T00:00:00]",
            "calendar.holidays: 2026-12-24 00:00:00 is not a country ",
        ),
        ("calendar.open = 1", "calendar.open: unknown key; did you mean opens?"),
        ("escalation = 1", "escalation: 1 is not a list of tables; write [[escalation]] on a line of its own"),
        ("[[escalation]]", 'escalation[1].title: is missing; write title = "team lead"'),
        ('[[escalation]]\ntitle = "x"\nafter = 3', 'escalation[1].after: 3 is not a duration; write after = "15m"'),
        ('[[escalation]]\ntitle = "x"\nafter = "x"', 'escalation[1].after: "x" is not a duration; write after = "15m"'),
        ('[[escalation]]\ntitle = "x"\nseverity = 5', "escalation[1].severity: 5 is not a number from 1 to 4; "),
        ('[[escalation]]\ntitle = "x"\n' * 4, "escalation[4].title: is one level too many; there are at most 3"),
        ("may.severity.lowr = []", "may.severity.lowr: unknown act; did you mean severity.lower?"),
        ("may.x = []", "may.x: unknown act; known are severity.raise, severity.lower, "),
        ("may.severity.lower = 1", "may.severity.lower: 1 is not a list of texts; "),
        ("contacts.Ada = 1", 'contacts.Ada: 1 is not a text on one line; write Ada = "…"'),
        ("oncall.zone = 1", 'oncall.zone: 1 is not a text on one line; write zone = "…"'),
        ('oncall.zone = "UTC"', 'oncall.people: is missing; write people = ["Ada", "Ben"], or calendar = "oncall.ics"'),
        ("oncall.web.zone = 1", 'oncall.web.zone: 1 is not a text on one line; write zone = "…"'),
        ("oncall.web = {}", 'oncall.web.people: is missing; write people = ["Ada", "Ben"], or calendar = '),
        ("oncall.people = []", 'oncall.people: is missing; write people = ["Ada", "Ben"], or calendar = '),
        ('oncall.people = ["a\\nb"]', 'oncall.people: "a\\nb" is not a text on one line; write people = ["…", "…"]'),
        ('oncall.people = ["a", ""]', 'oncall.people: "" is not a text with something in it; write people = '),
        ("may.severity.lower = [[]]", "may.severity.lower: a list is not a text on one line; "),
        ("escalation = [1]", "escalation: 1 is not a table; write [[escalation]] on a line of its own"),
        ('oncall.calendar = "x.ics"\noncall.people = ["x"]', "oncall.people: unknown key; "),
        (ONCALL + "days = 0", "oncall.days: 0 is not a number from 1 to 366; write days = 7"),
        (ONCALL + 'handover = "nine"', 'oncall.handover: "nine" is not a day of the week; '),
        (ONCALL + 'handover = "9 o\'clock"', 'oncall.handover: "9 o\'clock" is not a time of the week; '),
        (ONCALL + 'handover = "Mon 9:70"', 'oncall.handover: "9:70" is not a time of day; '),
        (ONCALL + 'days = 5\nhandover = "Mon"', "oncall.handover: turns of 5 days begin on no fixed day; "),
        (ONCALL + 'handover = "Mon"\nstarts = 2026-01-06', "oncall.starts: 2026-01-06 is a Tuesday, but handover "),
        (ONCALL + 'starts = "soon"', 'oncall.starts: "soon" is not a date; write starts = 2026-01-05'),
        (ONCALL + "backup = -1", "oncall.backup: -1 is not a number from 0 to 99; write backup = 1"),
        (ONCALL + 'hours = "9-18"', 'oncall.hours: "9-18" is not a span of the day; write hours = "09:00-18:00"'),
        (ONCALL + "[[oncall.override]]", 'oncall.override[1].person: is missing; write person = "Ada"'),
        (ONCALL + '[[oncall.override]]\nperson = "x"', "oncall.override[1].from: "),
        (
            ONCALL + '[[oncall.override]]\nperson = "x"\nfrom = 2026-01-02\nuntil = 2026-01-02',
            "oncall.override[1].until: is not after from; write a later moment",
        ),
    ],
)
def test_mistakes_are_named_with_place_and_cure(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, text)

    assert str(caught.value).startswith(f"config.toml: {message}")
    assert str(caught.value).isprintable()


def test_what_is_configured_compares_and_cannot_be_changed(tmp_path: Path) -> None:
    text = '[contacts]\nAda = "1"\n[severity.1]\nnotify = []\n[calendar]\nholidays = "DE"'

    assert configured(tmp_path, text) == configured(tmp_path, text)
    assert configured(tmp_path, text).policy == {"sev1": PolicyOverride(notify=())}


def test_the_example_of_the_readme_is_read(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    file = tmp_path / "config.toml"
    file.write_text(readme.partition("```toml\n")[2].partition("```")[0])
    config = load(file, {})
    check(config)

    assert policy_of(config).of(1).resolve == timedelta(minutes=90)
    assert [rota.name for rota in config.oncall] == ["on-call"]


def test_who_is_notified_is_understood_by_other_names(tmp_path: Path) -> None:
    text = '[severity.1]\nnotify = ["Slack", "email", "github", "chat", "phone"]'

    assert configured(tmp_path, text).policy["sev1"].notify == ("chat", "e-mail", "issue tracker", "chat", "phone")
