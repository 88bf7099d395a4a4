"""The limits, cadences and waits of list items, where most durations are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incident_tui.protocols.markdown.limits import NOTHING, Limit, Stated, cadence, stated, within_of
from incident_tui.protocols.markdown.quantities import QUANTITY, amount_of, plain

_VERBS = (
    "acknowledge|activate|alert|announce|appoint|assemble|assess|assign|backup|begin|block|brief|call|capture|close|"
    "collect|communicate|complete|conduct|confirm|contact|contain|convene|coordinate|create|decide|declare|deliver|"
    "disable|disclose|disconnect|document|draft|email|engage|enable|escalate|execute|file|finish|fix|give|hold|inform|"
    "initiate|invoke|isolate|issue|join|kill|launch|lock|meet|message|mitigate|notify|open|page|patch|perform|post|"
    "prepare|preserve|produce|provide|publish|quarantine|reach|rebuild|record|remediate|remove|reply|report|reset|"
    "resolve|respond|restart|restore|revert|review|revoke|roll|rotate|run|schedule|secure|send|shut|share|sign|start|"
    "submit|suspend|take|tell|terminate|triage|update|verify|write|check|investigate|identify|analy[sz]e|determine|"
    "validate|test|monitor|gather|recover|switch|failover|fail|deploy|stop|set|make|get|log|inspect|discuss|gather"
)
_NOUNS = (
    "acknowledg\\w+|assessment|containment|investigation|detection|declaration|mitigation|eradication|recovery|"
    "notification|escalation|communication|resolution|diagnosis|response|analysis|discussion|validation|"
    "verification|remediation|triage|debrief|handover|retrospective|brainstorm\\w*|voting|vote|sort|introduction|"
    "immediate\\w*|initial|first response|actions?|steps?|phase"
)
DOING = re.compile(
    rf"\b(?:{_VERBS}|{_NOUNS}|reported|notified|completed?|done|due|must|respond|tasks?|act|actions?|resolved|contained)\b"
)
"""Words that ask the reader for something."""
_IMPERATIVE = re.compile(rf"(?:immediately |promptly |please |then |also |first,? |and |both )?(?:{_VERBS})\b")
_WORK = re.compile(rf"(?:\W|step \d{{1,3}}\W|\d{{1,3}}[.)] )*(?:{_VERBS}|{_NOUNS})\b")
_LOOKING = re.compile(r"(?:check|look|review|verify|confirm|identify|monitor|inspect|search|test|validate|set|log)\b")
_BROKEN = re.compile(
    r"\b(?:if|when|unless|whether|that|which|who|so|is|are|was|were|has|have|had|happen\w*|should|will|may|can|could|"
    r"not|events?|logs?|entries|changes|logins?|created|occurr\w+|errors?|requests?|older|expires?|fires?)\b"
)
_CASES = re.compile(r"\b(?:p[0-5]|sev(?:erity)?[ -]?\d|s[0-4])\b")
_NOT_WORK = re.compile(
    r"\b(?:retention|ttl|time-?out|rto|rpo|expected|typical\w*|estimated?|lag|average|interval|usually)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;]) |(?<=[。;])")
_LABEL = re.compile(r"^(?:\[[ x]?\] ?)?([^:]{1,120}?)(?:: |:$| [–—] | - )")
_TRAILING = re.compile(r"^([^.:]{3,120}?) ?\(([^()]{1,60})\)\W{0,3}$")
_BRACKETS = re.compile(r"\(([^()]{1,80})\)")
_BOX = re.compile(rf"\btime-?box\w*\b[^.;\d]{{0,40}}?(?P<q>{QUANTITY})|(?P<before>{QUANTITY})[ -]time-?box")
_LATEST = re.compile(rf"(?:no|not) later than (?P<q>{QUANTITY})(?P<rest>.{{0,60}})")
_EVERY = re.compile(
    rf"\bevery (?P<q>~? ?(?:{QUANTITY}|hour))|(?P<de>(?<=alle ){QUANTITY})|(?P<ja>{QUANTITY})(?:ごと|毎|おき)"
)
_REPEATING = re.compile(
    r"(?:status |regular |periodic |further |subsequent )?(?:updates?|post|provide|send|report|communicate|check|re-?check|"
    r"repeat|monitor|brief|notify|share|review|publish|give|hold|conduct|continue|reassess|re-?evaluate|refresh|inform|"
    r"cadence|status|poll|announce|issue|every|call|log|document|record|summari[sz]e|confirm|verify|email|message|ask)\b"
)
_AUTOMATIC = re.compile(
    r"\b(?:cron\w*|runs|job|refresh\w* is|default|scheduled?|configur\w*|interval|will|that|which|is|are|automatic\w*|"
    r"rotat\w*|polls|alerts)\b"
)
_WAIT = re.compile(
    rf"(?:^|then |and |, |\] )(?:please |then )?(?:wait|pause)(?: for)?(?: at least| about| around| another| up to| ~| a further"
    rf"| an additional)? ?(?P<q>{QUANTITY})|(?P<ja>{QUANTITY})(?:待|ほど待)|(?P<de>{QUANTITY}) warten"
)
_TRIGGER = re.compile(
    r"within|time-?box|later than|every|wait|pause|\(|innerhalb|binnen|alle |warten|以内|ごと|毎|おき|待|\d[^:]{0,20}:|first"
)
"""No limit is without one of these: most items are done with after one look."""


def of_item(text: str) -> Limit:
    """The limit, the cadence and the wait that an item asks of the reader; everything else in it states nothing.

    Limits are `(n min)` and `within n` at the label, "within n" after an imperative, a time-box and "no later than".
    """
    line = plain(text).removeprefix("[ ] ").removeprefix("[x] ").removeprefix("☐ ")
    if not _TRIGGER.search(line):
        return NOTHING
    found = _labelled(line) or _sentences(line)
    every, wait = _every(line), _waits(line)
    if wait.wait:
        return wait
    if every.every or (every.doubt and found.budget is None and not found.doubt):
        return Limit(found.budget, found.anchor, every.every, None, found.working, found.doubt or every.doubt)
    return found


def _labelled(line: str) -> Limit | None:
    label = _LABEL.match(line)
    if label is not None:
        name = label[1]
        if (said := stated(name)) and not re.fullmatch(r"[~\d][^-–—]*|next .*", name):
            return _certain(said, name)
        inside = [part for text in _BRACKETS.findall(name) for part in (text, *re.split(r", | / ", text))]
        return _bracketed(name, inside)
    trailing = _TRAILING.match(line)
    if trailing is None or amount_of(trailing[2]) is None and not _at_most(trailing[2]):
        return None
    return _bracketed(trailing[1], [trailing[2]])


def _at_most(text: str) -> bool:
    said = stated(text)
    return said is not None and said.limit.budget is not None


def _bracketed(name: str, inside: list[str]) -> Limit | None:
    said = [each for each in map(stated, inside) if each and each.limit.budget]
    if not said:
        return None
    if not _WORK.match(name) or _NOT_WORK.search(name) or _CASES.search(name):
        return Limit(doubt="a time in brackets, but nothing to do before it")
    amount = said[0].limit.budget
    if amount is None or amount.total_seconds() < 60:
        return None
    if name.startswith(("wait", "monitor")):
        return None
    return said[0].limit


def _certain(said: Stated, name: str) -> Limit | None:
    if said.range is not None:
        return Limit(doubt=f"{name!r} may be a window or an effort")
    return said.limit if said.limit.budget or said.limit.doubt else None


def _sentences(line: str) -> Limit:
    for sentence in _SENTENCE.split(line):
        found = _boxed(sentence) or _latest(sentence) or _within(sentence)
        if found is not None:
            return found
    return NOTHING


def _boxed(sentence: str) -> Limit | None:
    found = _BOX.search(sentence)
    amount = amount_of(found["q"] or found["before"]) if found else None
    return Limit(amount.high, "phase", working=amount.working) if amount else None


def _latest(sentence: str) -> Limit | None:
    found = _LATEST.search(sentence)
    if found is None or re.match(r" (?:before|prior|ahead|old)", found["rest"]):
        return None
    said = within_of(f"within {found['q']}{found['rest']}")
    return said[1].limit if said else None


def _within(sentence: str) -> Limit | None:
    found = within_of(sentence)
    if found is None:
        return None
    before, said = found
    clause = before.rsplit(": ", 1)[-1]
    amounts = {amount.high for text in re.findall(QUANTITY, sentence) if (amount := amount_of(text))}
    asks = _IMPERATIVE.match(clause) and not _LOOKING.match(clause) and not _BROKEN.search(clause)
    if asks and len(amounts) == 1 and not _CASES.search(sentence):
        return said.limit
    if asks or re.search(r"\bmust\b", before):
        return Limit(doubt="a limit by words that are not plain; none is taken")
    return None


def _every(line: str) -> Limit:
    for sentence in _SENTENCE.split(line):
        found = list(_EVERY.finditer(sentence))
        if not found:
            continue
        turns = [turn for each in found if (turn := cadence((each["q"] or each["de"] or each["ja"]).lstrip("~ ")))]
        before = sentence[: found[0].start()]
        label = before.rsplit(": ", 1)[0]
        asks = _REPEATING.match(sentence) or _REPEATING.match(before.rsplit(": ", 1)[-1]) or _REPEATING.match(label)
        if not turns or not asks or _AUTOMATIC.search(before):
            continue
        doubt = "several cadences; the first is taken" if len(set(turns)) > 1 else ""
        return Limit(every=turns[0], doubt=doubt)
    return NOTHING


def _waits(line: str) -> Limit:
    for sentence in _clauses(line):
        found = _WAIT.search(sentence)
        amount = amount_of(found["q"] or found["ja"] or found["de"]) if found else None
        if (
            found is None
            or amount is None
            or re.search(r"n't|\bnot\b|\bwithout\b|\bno need", sentence[: found.start()])
        ):
            continue
        if re.match(r"(?:if|when|unless|once|in case)\b", sentence):
            return Limit(doubt="a wait on a condition; no timer is offered")
        return Limit(wait=amount.high, working=False)
    return NOTHING


def _clauses(line: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(line):
        label = _LABEL.match(sentence)
        yield sentence[label.end() :] if label else sentence
