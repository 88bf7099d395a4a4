"""Forms and slips of real post-mortems, one document each."""

import pytest

from incident_tui.pasts import Told, read


def told(body: str, name: str = "2024-03-13-checkout.md") -> Told:
    (found,) = read(body, name)
    return found


def timeline(body: str, above: str = "All times in UTC.", name: str = "2024-03-13-checkout.md") -> Told:
    return told(
        f"# Checkout fails\n\n## Timeline\n\n{above}\n\n{body}\n\n## Lessons\n\n- 10:00 is no time to deploy\n", name
    )


def moments(found: Told) -> list[str | None]:
    return [event.occurred for event in found.events]


@pytest.mark.parametrize(
    ("line", "occurred", "text"),
    [
        ("- **16:58 UTC** - text", "2024-03-13T16:58Z", "text"),
        ("* [09:12] @lee looks", "2024-03-13T09:12Z", "@lee looks"),
        ("- [03-26 23:04] drained", "2024-03-26T23:04Z", "drained"),
        ("- 20:09 UTC: text", "2024-03-13T20:09Z", "text"),
        ("- 13:14 EDT (17:14 UTC): text", "2024-03-13T13:14-04:00", "text"),
        ("- 4:49 AM: text", "2024-03-13T04:49Z", "text"),
        ("- 11:21a text", "2024-03-13T11:21Z", "text"),
        ("- 12:28p text", "2024-03-13T12:28Z", "text"),
        ("- 12:05 am text", "2024-03-13T00:05Z", "text"),
        ("- 3pm text", "2024-03-13T15:00Z", "text"),
        ("- 00:25 - 00:29 AM text", "2024-03-13T00:25Z", "text"),
        ("- 1:05 - 1:30 PM text", "2024-03-13T13:05Z", "text"),
        ("09.36 AC issue found", "2024-03-13T09:36Z", "AC issue found"),
        ("- 2024-04-09 8:40 text", "2024-04-09T08:40Z", "text"),
        ("- {{ 06:10 }} text", "2024-03-13T06:10Z", "text"),
        ("- {{ 2022-01-20 Between 02:00 and 02.30 PM }} text", "2022-01-20T14:00Z", "text"),
        ("- Jan 14, 10:18 AM text", "2024-01-14T10:18Z", "text"),
        ("- 14:17 UTC on Feb 20, 2024: text", "2024-02-20T14:17Z", "text"),
        ("- 20. März, 11:00 text", "2024-03-20T11:00Z", "text"),
        ("- 20.03.2024 11:00 text", "2024-03-20T11:00Z", "text"),
        ("- 3/14/2024 11:00 text", "2024-03-14T11:00Z", "text"),
        ("- 2024-03-13T10:01:05Z text", "2024-03-13T10:01:05Z", "text"),
        ("- 2024-03-13T10:01:05.123+01:00 text", "2024-03-13T10:01:05+01:00", "text"),
        ("- 2024-03-13T10:01-07:00 text", "2024-03-13T10:01-07:00", "text"),
        ("- 10:05:33 text", "2024-03-13T10:05:33Z", "text"),
        ("- 14:32Z text", "2024-03-13T14:32Z", "text"),
        ("- At 10:30, text", "2024-03-13T10:30Z", "text"),
        ("- 10:00 UTC+2 - text", "2024-03-13T10:00+02:00", "text"),
        ("- 10:52 - 2nd attempt", "2024-03-13T10:52Z", "2nd attempt"),
        ("- 10:52 - 2.17 is out", "2024-03-13T10:52Z", "2.17 is out"),
        ("- [10:05](https://chat/p1) text", "2024-03-13T10:05Z", "(https://chat/p1) text"),
        ("- 5:05 PM PT: text", "2024-03-13T17:05-07:00", "text"),
        ("- ca. 10:00 Uhr: text", "2024-03-13T10:00Z", "text"),
        ("10:05 — *text*", "2024-03-13T10:05Z", "text"),
    ],
)
def test_a_line(line: str, occurred: str, text: str) -> None:
    found = timeline(line)

    assert [(event.occurred, event.text) for event in found.events] == [(occurred, text)]


@pytest.mark.parametrize(
    "line", ["- 3 nodes down", "- 10.12.6.136 is down", "- 12 - a thing", "- 10 users", "- 25:61 x"]
)
def test_what_is_no_time(line: str) -> None:
    assert [event.occurred for event in timeline(f"- 10:00 a\n{line}").events] == ["2024-03-13T10:00Z"]


@pytest.mark.parametrize(
    ("stamp", "occurred", "precision"),
    [
        ("ca. 18:30", "2024-03-13T18:30Z", "minute"),
        ("~18:30", "2024-03-13T18:30Z", "minute"),
        ("around 18:30", "2024-03-13T18:30Z", "minute"),
        ("18:30ish", "2024-03-13T18:30Z", "minute"),
        ("18:30 (maybe earlier?)", "2024-03-13T18:30Z", "minute"),
        ("18:??", "2024-03-13T18:00Z", "hour"),
        ("2X:XX (not sure exact time)", "2024-03-13T20:00Z", "hour"),
        ("2024-03-14", "2024-03-14", "day"),
        ("???", None, "none"),
    ],
)
def test_what_is_approximate_is_kept_as_such(stamp: str, occurred: str | None, precision: str) -> None:
    found = timeline(f"| When | What |\n|---|---|\n| 2024-03-13 17:00 | a |\n| {stamp} | b |")

    event = found.events[1]
    assert (event.occurred, event.precision, event.approximate, event.stamp) == (occurred, precision, True, stamp)
    assert sum(stamp in str(remark) for remark in found.warnings) == 1


def test_a_range_has_an_end() -> None:
    first, second = timeline("- 8:20 - 8:24 a\n- 2024-03-13 23:50 – 00:10 b").events

    assert [str(event.end) for event in (first, second)] == ["2024-03-13 08:24:00+00:00", "2024-03-14 00:10:00+00:00"]


BULLETS = "- 23:58 a\n- 00:40 b"
TABLE = "| Time (UTC) | Who | Event |\n|---|---|---|\n| 23:58 | lee | a |\n| 00:40 | kim | b |"
SPLIT = "| Date | Time | Event |\n|---|---|---|\n| 2024-03-13 | 23:58 | a |\n| | 00:40 | b |"
HEADINGS = "### 23:58\n\na\n\n### 00:40\n\nb"
FENCE = "```\n23:58 UTC - a\n00:40 UTC - b\n```"
LINES = "23:58 a\n00:40 b"
CHAT = "> lee [11:58 PM]\na\n\n> kim [12:40 AM]\nb"
DATED = "2024-03-13\n\n- 23:58 a\n\n2024-03-14\n\n- 00:40 b"
BOLD = "- **2024-03-13**\n  - 23:58 a\n- **2024-03-14**\n  - 00:40 b"
NESTED = "- **Context**\n  - 23:58 a\n  - 00:40 b"
DAYS = "### 2024-03-13 Wednesday\n\n- 23:58 UTC: a\n\n### 2024-03-14 Thursday\n\n- 00:40 UTC: b"


@pytest.mark.parametrize("body", [BULLETS, TABLE, SPLIT, HEADINGS, FENCE, LINES, CHAT, DATED, BOLD, NESTED, DAYS])
def test_every_container_carries_the_day_over_midnight(body: str) -> None:
    found = timeline(body)

    assert moments(found) == ["2024-03-13T23:58Z", "2024-03-14T00:40Z"]
    assert [event.text for event in found.events] == ["a", "b"]
    assert found.timezone == "UTC"


def test_a_column_of_people_is_no_text() -> None:
    assert [event.who for event in timeline(TABLE).events] == ["lee", "kim"]


@pytest.mark.parametrize("zone", ["UTC", "PST", "CET"])
@pytest.mark.parametrize(
    "sentence",
    ["All times in {}", "All times {}.", "*All times are in {}*", "Times are in {}", "Time zone: {}", "(all times {})"],
)
def test_a_zone_stated_once(sentence: str, zone: str) -> None:
    assert timeline("- 10:00 a", sentence.format(zone), "2024-01-13.md").timezone == zone


@pytest.mark.parametrize("above", ["", "It was local time.", "The last time PST users saw it", "See UTC docs"])
def test_no_zone_is_made_up(above: str) -> None:
    found = timeline("- 10:00 a", above)

    assert (found.timezone, moments(found)) == (None, ["2024-03-13T10:00"])
    assert "no time zone is stated anywhere; none is made up" in map(str, found.warnings)


def test_a_label_out_of_season_is_kept_with_a_warning() -> None:
    found = timeline("- 10:00 a\n- 11:00 b", "All times in PST", "2017-10-17.md")

    assert moments(found) == ["2017-10-17T10:00-08:00", "2017-10-17T11:00-08:00"]
    assert "PST is not in force on these days; it is kept as it is written" in map(str, found.warnings)


def test_a_label_in_season_means_the_clock_on_the_wall_also_in_the_other_season() -> None:
    found = timeline(
        "- [12-05 16:21] a\n- [03-26 02:50] b\n- [03-26 08:10] c", "Times in PDT (UTC-7).", "2019-03-26.md"
    )

    assert moments(found) == ["2018-12-05T16:21-08:00", "2019-03-26T02:50-07:00", "2019-03-26T08:10-07:00"]


def test_two_zones_on_a_line_are_checked_against_each_other() -> None:
    right = timeline("- 2024-07-01 23:14 EDT (03:14 UTC): a", "")
    wrong = timeline("- 2024-07-01 13:14 EDT (18:14 UTC): a", "")

    assert not right.warnings
    assert "line 7: 13:14 EDT is not 18:14 UTC, it differs by 1 h 00 min; EDT is kept" in map(str, wrong.warnings)


def test_different_zones_keep_their_own() -> None:
    found = timeline("- 10:00 CET a\n- 10:30 UTC b\n- 11:00 c", "")

    assert moments(found) == ["2024-03-13T10:00+01:00", "2024-03-13T10:30Z", "2024-03-13T11:00"]
    assert any("several zones are stated" in str(remark) for remark in found.warnings)


def test_the_order_of_the_document_stays_when_the_clock_runs_backwards() -> None:
    found = timeline("- [03-13 23:04] a\n- [03-13 02:50] b\n- [03-13 02:45] c")

    assert [event.text for event in found.events] == ["a", "b", "c"]
    assert sum("the clock runs backwards" in str(remark) for remark in found.warnings) == 2


def test_a_slip_of_minutes_is_no_midnight() -> None:
    assert moments(timeline("- 14:49 a\n- 14:43 b")) == ["2024-03-13T14:49Z", "2024-03-13T14:43Z"]


def test_a_form_to_fill_in_is_left_out_with_a_notice() -> None:
    found = timeline("| Time | Event |\n|---|---|\n| 2024-03-13 HH:mm | Short event description. |\n| 10:01 | a |")

    assert [event.text for event in found.events] == ["a"]
    assert any("is a form to fill in" in str(remark) for remark in found.warnings)


def test_what_stands_below_a_time_belongs_to_it() -> None:
    found = timeline(
        "### 10:00\n\nFirst\nline.\n\n- 10:05 in a list\n\n```\n2018-07-07 18:32:27 log\n```\n\n### 11:00\n\nb"
    )

    assert [event.text for event in found.events] == [
        "First line.\n- 10:05 in a list\n2018-07-07 18:32:27 log",
        "b",
    ]


def test_a_heading_that_is_a_time_ends_no_section() -> None:
    assert len(timeline("### 10:00\n\na\n\n## Mar 14, 13:00\n\nb\n\n### 15:00\n\nc").events) == 3


@pytest.mark.parametrize(
    ("title", "name", "front", "day"),
    [
        ("February 5th, 2019 Outage", "x.md", "", "2019-02-05"),
        ("2019-02-05, outage", "2020-01-01.md", "", "2019-02-05"),
        ("Outage", "posts/2019-02-05-outage.md", "", "2019-02-05"),
        ("Outage", "20190205_outage.md", "", "2019-02-05"),
        ("Outage", "x.md", "date: 2019-02-05T10:00:00Z", "2019-02-05"),
        ("Outage", "posts/2019/02/05/outage.md", "", "2019-02-05"),
    ],
)
def test_the_day_comes_from_the_document(title: str, name: str, front: str, day: str) -> None:
    found = told(f"---\ntitle: x\n{front}\n---\n\n# {title}\n\n## Timeline (UTC)\n\n- 10:00 a\n", name)

    assert moments(found) == [f"{day}T10:00Z"]


def test_a_day_without_a_year_is_near_to_the_one_before_it() -> None:
    found = timeline("### Monday, 20 December 2021\n\n- 10:00 a\n\n### 4 January\n\n- 10:00 b")

    assert moments(found) == ["2021-12-20T10:00Z", "2022-01-04T10:00Z"]


def test_a_bold_line_may_be_a_title() -> None:
    found = told("# x\n\n**Timeline (UTC)**\n\n10:00 a\n\n**Root cause**\n\n11:00 was too late\n")

    assert [event.text for event in found.events] == ["a"]


def test_the_year_comes_from_the_path_when_only_that_is_there() -> None:
    found = told("# x\n\n## Timeline\n\n- Jan 14, 10:18 AM a\n", "2021/x.md")

    assert moments(found) == ["2021-01-14T10:18"]


def test_without_any_date_no_moment_is_made_up() -> None:
    found = told("# x\n\n## Timeline (UTC)\n\n- 10:00 a\n", "x.md")

    assert moments(found) == [None]
    assert found.events[0].stamp == "10:00"


def test_milestones_are_matched_by_plain_words_only() -> None:
    found = timeline(
        "- 10:00 Deploy. **Outage begins.**\n- 10:05 Alert triggered\n- 10:07 Investigation starts\n"
        "- 10:09 The incident might be resolved\n- 10:20 @kim: root cause identified\n- 10:30 Incident resolved\n"
        "- 10:40 Believing the issue to be resolved, work resumes\n- 10:50 Incident closed."
    )

    assert {name: f"{at:%H:%M}" for name, at in found.milestones.items()} == {
        "started": "10:00",
        "detected": "10:05",
        "acknowledged": "10:07",
        "identified": "10:20",
        "resolved": "10:50",
    }


def test_stated_and_computed_durations_stand_side_by_side() -> None:
    found = told(
        "## Incident on 2023-09-18 15:12 - Disk full\n\n- **Key events**\n  - First detected: 2023-09-18 13:42\n"
        "  - Incident declared: 2023-09-18 15:12\n  - Repaired: 2023-09-18 17:54\n  - Resolved 2023-09-20 19:18\n\n"
        "- **Time to repair**: 4h 12m\n\n- **Time to resolve**: 35h 36m\n\n"
        "- **Context**:\n  - 2023-09-18 13:42 Team noticed an alert\n  - 2023-09-20 19:18 Closed\n",
        "log.md",
    )

    assert moments(found) == ["2023-09-18T13:42", "2023-09-20T19:18"]
    assert set(found.milestones) == {"detected", "declared", "mitigated", "resolved"}
    assert [str(note) for note in found.notes] == [
        "line 9: “Time to repair” is stated as 4 h 12 min; its own times give 4 h 12 min (detected to mitigated)"
    ]
    assert (
        "line 11: “Time to resolve” is stated as 35 h 36 min; its own times give 53 h 36 min (detected to resolved)"
    ) in map(str, found.warnings)


def test_a_log_of_incidents_is_several() -> None:
    a = "## Incident on 2023-09-18 - a\n\n- 10:00 x\n- 10:05 y\n"
    b = "## Incident on 2023-10-02 - b\n\n- 11:00 z\n- 12:00 z\n"

    first, second = read(f"# Log\n\n{a}\n{b}", "log.md")

    assert (first.title, moments(first)) == ("Incident on 2023-09-18 - a", ["2023-09-18T10:00", "2023-09-18T10:05"])
    assert (second.title, moments(second)) == ("Incident on 2023-10-02 - b", ["2023-10-02T11:00", "2023-10-02T12:00"])
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Severity: SEV1", 1),
        ("**Severity:** 2", 2),
        ("Severity: critical", 1),
        ("| Severity | P1 |\n|---|---|\n| x | y |", 1),
        ("Two teams had other severity 1 work", None),
        ("", None),
    ],
)
def test_a_severity_is_stated_or_unknown(text: str, severity: int | None) -> None:
    assert told(f"# Outage\n\n{text}\n\n## Timeline\n\n- 10:00 a\n").severity == severity


def test_chat_below_a_timeline_is_not_part_of_it() -> None:
    found = timeline("- 10:00 a\n\n## Appendix\n\n> lee [10:01 AM]\nhello")

    assert [event.text for event in found.events] == ["a"]


def test_without_a_timeline_nothing_is_found() -> None:
    found = told("# Notes\n\nWe met and talked.\n")

    assert found.events == ()
    assert "no timeline was found: nothing in it starts with a time" in map(str, found.warnings)
