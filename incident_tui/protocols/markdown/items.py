"""The limits, cadences and waits of list items, where most durations are none of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from incident_tui.protocols.markdown.limits import (
    NOTHING,
    POST,
    Limit,
    Stated,
    cadence,
    resolved,
    stated,
    window,
    within_of,
)
from incident_tui.protocols.markdown.quantities import QUANTITY, RANGE, Amount, amount_of, plain, range_of, words_of

_VERBS = (
    "acknowledge|activate|alert|announce|appoint|assemble|assess|assign|backup|begin|block|brief|call|capture|close|"
    "collect|communicate|complete|conduct|confirm|contact|contain|convene|coordinate|create|decide|declare|deliver|"
    "disable|disclose|disconnect|document|draft|email|engage|enable|escalate|execute|file|finish|fix|give|hold|inform|"
    "initiate|invoke|isolate|issue|join|kill|launch|lock|meet|message|mitigate|notify|open|page|patch|perform|post|"
    "prepare|preserve|produce|provide|publish|quarantine|reach|rebuild|record|remediate|remove|reply|report|reset|"
    "resolve|respond|restart|restore|revert|review|revoke|roll|rotate|run|schedule|secure|send|shut|share|sign|start|"
    "submit|suspend|take|tell|terminate|triage|update|verify|write|check|investigate|identify|analy[sz]e|determine|"
    "validate|test|gather|recover|switch|failover|fail|deploy|stop|set|make|get|log|inspect|discuss"
)
_NOUNS = (
    r"acknowledg\w+|assessment|containment|investigation|detection|declaration|mitigation|eradication|recovery|"
    r"notification|escalation|communication|resolution|diagnosis|response|analysis|discussion|validation|"
    r"verification|remediation|triage|debrief|handover|retrospective|brainstorm\w*|voting|vote|sort|introduction|"
    r"immediate\w*|initial|first response|actions?|steps?|phase"
)
DOING = re.compile(
    rf"\b(?:{_VERBS}|{_NOUNS}|reported|notified|completed|done|due|must|tasks?|act|resolved|contained)\b"
)
"""Words that ask the reader for something."""
CASES = re.compile(r"\b(?:p[0-5]|sev(?:erity)?[ -]?\d|severity|priority|s[0-4])\b")
"""Levels of severity: their times are service levels."""
WAITING = re.compile(r"(?:step \d{1,2}\W{1,3})?(?:wait|pause)\b")
WATCHING = re.compile(r"(?:step \d{1,2}\W{1,3})?(?:\w{1,30} )?(?:monitor\w*|observ\w+|soak|watch|bake|let)\b")
_IMPERATIVE = re.compile(rf"(?:immediately |promptly |please |then |also |first,? |and |both )?(?:{_VERBS})\b")
_WORK = re.compile(rf"(?:step \d{{1,3}}\W|\d{{1,3}}[.)] )?\W{{0,5}}(?:{_VERBS}|{_NOUNS})\b")
_LOOKING = re.compile(r"(?:check|look|review|verify|confirm|identify|inspect|search|test|validate|set|log)\b")
_BROKEN = re.compile(
    r"\b(?:if|when|unless|whether|that|which|who|so|is|are|was|were|has|have|had|happen\w*|should|will|may|can|could|"
    r"not|events?|logs?|entries|changes|logins?|created|occurr\w+|errors?|requests?|older|expires?|fires?)\b"
)
_NOT_WORK = re.compile(
    r"\b(?:retention|ttl|time-?out|rto|rpo|expected|typical\w*|estimated?|lag|average|avg|interval|usually|rates?|latency|"
    r"load|cpu|usage|metrics?|counts?|graphs?|response times?|window|resolution)$|\b(?:ttl|rto|rpo|retention)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;]) |(?<=[。;])")
_BOLD = re.compile(r"\s{0,8}(?:\[[ xX]?\]\s{0,4})?(?P<mark>\*\*|__)(?P<name>[^*\n]{1,160}?)(?P=mark)(?P<rest>.?)")
_LABEL = re.compile(r"([^:]{1,120}?)(?:: |:$| [–—] | - )")
_TRAILING = re.compile(r"([^.:()]{3,120}) ?\(([^()]{1,60})\)\W{0,3}$")
_BRACKETS = re.compile(r"\(([^()]{1,80})\)")
_BOX = re.compile(
    rf"\btime-?box(?P<adjective>ed)?\b[^.;\d]{{0,25}}?(?P<q>{QUANTITY})|(?P<before>{QUANTITY})[ -]time-?box"
)
_LATEST = re.compile(rf"(?:no|not) later than (?P<q>{QUANTITY})(?P<rest>.{{0,60}})")
_DEMAND = re.compile(r"\b(?:must|shall|should|needs?|due|required?|deadlines?|report\w*|notif\w*|submi\w+)\b")
_EVERY = re.compile(
    rf"\bevery (?P<q>~? ?(?:{QUANTITY}|hour))|(?P<de>(?<=alle ){QUANTITY})|(?P<ja>{QUANTITY})(?:ごと|毎|おき)"
)
_REPEATING = re.compile(
    r"(?:status |regular |periodic |further |subsequent )?(?:updates?|post|provide|send|report|communicate|"
    r"check|re-?check|repeat|monitor|brief|notify|share|review|publish|give|hold|conduct|continue|reassess|re-?evaluate|refresh|inform|"
    r"cadence|poll|announce|issue|every|call|summari[sz]e|email|message|ask|maintain|at least every)\b"
)
_CADENCE_LABEL = re.compile(r"(?:\w{1,20} ){0,2}(?:updates?|status|cadence|communications?|sync|check-?ins?)$")
_AUTOMATIC = re.compile(
    r"\b(?:cron\w*|runs|jobs?|default|scheduled|configur\w*|interval|will|that|which|is|are|automatic\w*|rotat\w*|polls|"
    r"logged|scraped|backups?)\b"
)
_MORE = r"(?: at least| at most| about| around| another| up to| a further| an additional| ?~| approximately)?"
_WAIT = re.compile(
    rf"(?:^|\bthen |\band |[,:—–] )(?:please |then )?(?:wait|pause)(?: for)?{_MORE} ?(?P<q>{RANGE}|{QUANTITY})"
    rf"|(?P<ja>{QUANTITY})(?:待|ほど待)|(?P<de>{QUANTITY}) warten"
)
_TRIGGER = re.compile(
    r"within|time-?box|later than|every|wait|pause|\(|first|\d[^:]{0,20}:|innerhalb|binnen|alle |warten|"
    r"以内|ごと|毎|おき|待"
)
"""No limit is without one of these: most items are done with after one look."""


def of_item(text: str) -> Limit:
    """The limit, the cadence or the wait that an item asks of the reader; everything else in it states nothing.

    Limits are `(n min)`, "first n" and "within n" at the label, "within n" after an imperative, a time-box and
    "no later than". A doubt without a limit names a time that was not taken.
    """
    line = plain(text).removeprefix("[ ] ").removeprefix("[x] ").removeprefix("☐ ")
    if not _TRIGGER.search(line):
        return NOTHING
    wait = _waits(_SENTENCE.split(line))
    if wait.wait:
        return wait
    found = _labelled(text, line) or _sentences(line)
    every = _every(line)
    return Limit(found.budget, found.anchor, every.every, None, found.working, found.doubt or every.doubt or wait.doubt)


def _labelled(text: str, line: str) -> Limit | None:
    bold = _BOLD.match(text)
    label = _LABEL.match(line)
    if bold is not None and bold["rest"] != ":":
        name = plain(bold["name"]).rstrip(" :.")
    elif label is not None:
        name = label[1]
    else:
        trailing = _TRAILING.match(line)
        return _bracketed(trailing[1], [trailing[2]]) if trailing else None
    rest = line.partition(name)[2] if name else ""
    return _whole(name, rest) or _bracketed(
        name, [part for inside in _BRACKETS.findall(name) for part in _parts(inside)]
    )


def _parts(inside: str) -> list[str]:
    return [inside, *re.split(r", | / ", inside)]


def _whole(name: str, rest: str) -> Limit | None:
    """A label that is a limit, such as "within 1 hour", of the work that follows it."""
    said = stated(name)
    if said is None:
        return None
    if not DOING.search(rest):
        return Limit(doubt=f"{name!r} with no clear action behind it")
    if said.range is not None:
        return _of_range(said.range)
    if said.limit.doubt:
        return Limit(doubt=f"{name!r} may be a moment; no clock runs")
    return said.limit if said.limit.budget and said.limit.anchor != "phase" else None


def _of_range(found: Amount) -> Limit:
    if found.low == timedelta():
        return window(found)
    return Limit(doubt=f"{words_of(found.low or timedelta())} to {words_of(found.high)} may be a window or an effort")


def _bracketed(name: str, inside: Sequence[str]) -> Limit | None:
    said = [limit for limit in map(_limit_of, filter(None, map(stated, inside))) if limit.budget or limit.doubt]
    if not said or (said[0].budget and said[0].budget < timedelta(minutes=1)):
        return None
    if not said[0].budget:
        return said[0] if _WORK.match(name) else None
    bare = _BRACKETS.sub(" ", name).strip()
    if not _WORK.match(bare) or _NOT_WORK.search(bare) or CASES.search(bare):
        return Limit(doubt=f"{words_of(said[0].budget)} in brackets, but no clear action before it")
    return said[0]


def _limit_of(said: Stated) -> Limit:
    return _of_range(said.range) if said.range is not None else said.limit


def _sentences(line: str) -> Limit:
    doubt = NOTHING
    for sentence in _SENTENCE.split(line):
        found = _boxed(sentence) or _latest(sentence) or _within(sentence)
        if found is not None and found.budget:
            return resolved(found) if POST.search(sentence) else found
        doubt = found or doubt
    return doubt


def _boxed(sentence: str) -> Limit | None:
    found = _BOX.search(sentence)
    amount = amount_of(found["q"] or found["before"]) if found else None
    if found is None or amount is None:
        return None
    told = found.start() == 0 or _IMPERATIVE.match(sentence) or not (found["adjective"] or found["before"])
    if told and not re.search(r"\b(?:don't|do not|not|was|were)\b", sentence[: found.start()].rsplit(",", 1)[-1]):
        return Limit(amount.high, "phase", working=amount.working)
    return Limit(doubt=f"a time-box of {words_of(amount.high)}, but for whom is not plain")


def _latest(sentence: str) -> Limit | None:
    found = _LATEST.search(sentence)
    if found is None or re.match(r" (?:before|prior|ahead|old|than)", found["rest"]):
        return None
    before = sentence[: found.start()]
    said = within_of(f"within {found['q']}{found['rest']}")
    if said is None:
        return None
    if _IMPERATIVE.match(before.rsplit(": ", 1)[-1]) or _DEMAND.search(before) or not before:
        return said[1].limit
    return Limit(doubt="a latest time, but for whom is not plain")


def _within(sentence: str) -> Limit | None:
    found = within_of(sentence)
    if found is None:
        return None
    before, said = found
    if before.rstrip().endswith(" for"):
        return None
    clause = before.rsplit(": ", 1)[-1]
    asks = _IMPERATIVE.match(clause) and not _LOOKING.match(clause) and not _BROKEN.search(clause)
    amounts = {amount.high for text in re.findall(QUANTITY, sentence) if (amount := amount_of(text))}
    if asks and len(amounts) == 1 and not CASES.search(sentence):
        return said.limit
    if asks or re.search(r"\bmust\b", before):
        return Limit(doubt="a limit in words that are not plain; none is taken")
    return None


def _every(line: str) -> Limit:
    for sentence in _SENTENCE.split(line):
        found = list(_EVERY.finditer(sentence))
        turns = [turn for each in found if (turn := cadence((each["q"] or each["de"] or each["ja"]).lstrip("~ ")))]
        if not turns:
            continue
        before = sentence[: found[0].start()]
        label, _, clause = before.rpartition(": ")
        asks = _REPEATING.match(sentence) or _REPEATING.match(clause) or _CADENCE_LABEL.match(label)
        if (not asks and not found[0]["ja"]) or _AUTOMATIC.search(before):
            continue
        doubt = "several cadences; the first is taken" if len(set(turns)) > 1 else ""
        return Limit(every=turns[0], doubt=doubt)
    return NOTHING


def _waits(sentences: Sequence[str]) -> Limit:
    for sentence in sentences:
        found = _WAIT.search(sentence)
        text = (found["q"] or found["ja"] or found["de"]) if found else ""
        amount = range_of(text) or amount_of(text)
        if (
            found is None
            or amount is None
            or re.search(r"n't|\bnot\b|\bwithout\b|\bno need", sentence[: found.start()])
        ):
            continue
        if re.search(r"\b(?:if|when|unless|once|in case)\b", sentence[: found.start() + 1]):
            return Limit(doubt=f"a wait of {words_of(amount.high)} on a condition; no timer is offered")
        low = f"{words_of(amount.low)} to {words_of(amount.high)}; the longer is taken" if amount.low else ""
        return Limit(wait=amount.high, doubt=low)
    return NOTHING
