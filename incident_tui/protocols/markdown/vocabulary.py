"""Words by which a heading or a line tells something to do from something to read."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

_VERBS: Final = frozenset((files(__package__) / "verbs.txt").read_text(encoding="utf-8").split())
_GERUNDS: Final = re.compile(
    r"(?:restart|rotat|identify|gett|authenticat|delet|creat|updat|upgrad|deploy|roll|remov|add|install|runn|chang|scal"
    r"|resett|revok|restor|recover|check|verify|drain|migrat|mov|enabl|disabl|stopp|start|find|purg|renew|replac|fix"
    r"|switch|contain|notify|clean|rebuild|retir|reset|config|patch|block|isolat|test|invok|access|assign)\w*ing\b",
    re.IGNORECASE,
)
_THIRD: Final = re.compile(r"([A-Z][a-z]+?)(?:es|s)\b")
_LEAD: Final = re.compile(
    r"^(?:(?:(?:the )?(?:first|next|last|second) (?:thing|step)(?: to do)? is(?: to)?"
    r"|first(?:ly)?|second(?:ly)?|third(?:ly)?|then|else|next|now|also|finally|lastly|last|again|immediately"
    r"|optionally|optional|please|kindly"
    r"|carefully|manually|always|quickly|simply|just|instead|alternatively|otherwise|additionally|once done|if possible"
    r"|if necessary|if needed|where possible|when possible|as needed|step|todo|tip|and|or|do not|don't|never|be sure to"
    r"|you can|you could|you might(?: want to)?(?! be\b)|you may(?: want to)?(?! be\b)|you(?:'ll| will)? want to"
    r"|it(?:'s| is) (?:best|recommended|advisable|necessary) to|you should|you must|you need to"
    r"|you will need to|you'll need to|you have to|we should|we need to|we must"
    r"|make sure to|remember to|try to|feel free to)\b[\s,:]*)+",
    re.IGNORECASE,
)
_ORDER_LEAD: Final = re.compile(r"(?:(?:first|then|next|now|also|finally|please|immediately)\b[\s,:]*)+", re.IGNORECASE)
_AHEAD: Final = re.compile(r"\b(?:these|following|below|above|each|every|sections?|one of|either)\b", re.IGNORECASE)
"""Words of an introduction, which points to what comes."""
_CONDITION: Final = re.compile(
    r"^(?:if|when|once|after|before|while|whenever|unless|until|in case|in the case|depending|for|to|from|on|in|at|as"
    r"|using|during|upon|via|with|by|where|within)\b",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(
    r"[,:;—–]\s+(?:(?:then|and)\s+)?|\sthen\s+|\s(?=you(?:'ll| will)? (?:(?:need|have) to|must|should)\b)"
)
_POINTING: Final = re.compile(
    r"(?:see|note|refer|read|remember|keep|view|consult|think|expect|know|look(?! for))\b", re.IGNORECASE
)
_MODAL: Final = re.compile(
    r"\b(?:must|should(?! (?:see|look|have been|only be|now|then|receive|result|automatically|not be necessary))"
    r"|need(?:s)? to|has to|have to|required to|make sure|ensure|please|remember to|be sure"
    r"|you can (?:use|run|check|query|do|also|find|force|kill|restart|verify|confirm|then)|responsible for)\b",
    re.IGNORECASE,
)
_POLITE: Final = re.compile(r"\b[A-ZÄÖÜa-zäöüß]+(?:en|eln|ern) Sie\b")
_INFINITIVE: Final = re.compile(
    r"(?:\b(?:prüfen|sicherstellen|informieren|starten|stoppen|neustarten|ausführen|melden|öffnen|schließen|sichern"
    r"|wiederherstellen|trennen|dokumentieren|benachrichtigen|löschen|anlegen|einspielen|kontaktieren|abschalten"
    r"|einschalten|warten|setzen|ändern|sperren|erstellen|leiten|einberufen|verständigen|umschalten|zurücksetzen)[.!:]?"
    r"|(?:してください|して下さい|します|する|確認|実行|連絡|停止|再起動|通知|報告)[。.]?)$"
)
_CLEARLY: Final = re.compile(
    r"(?:analy[sz]e|apply|appoint|assemble|assess|assign|attach|choose|classify|collect|communicate|conduct|configure|confirm"
    r"|contain|convene|coordinate|create|deactivate|decide|declare|decommission|define|delete|deploy|determine|diagnose"
    r"|disable|disconnect|enable|engage|ensure|eradicate|escalate|establish|evaluate|execute|fill|gather|identify|implement"
    r"|inform|initiate|install|investigate|invite|isolate|locate|make|migrate|mitigate|notify|obtain|perform|prepare"
    r"|preserve|prevent|prioriti[sz]e|provide|purge|rebuild|reconfigure|reduce|reinstall|remediate|remove|rename|renew"
    r"|replace|resize|resolve|restore|retrieve|revoke|rotate|send|stabili[sz]e|terminate|troubleshoot|uninstall|unlock"
    r"|validate|verify|write) \w",
    re.IGNORECASE,
)
_NOUNS: Final = re.compile(
    r"(?:GET|POST|PUT|PATCH|DELETE|HEAD) /|"
    r"(?:access|log|process|query|report|group|list|file|label|state|record|plan|support|note|form|test)"
    r" (?:keys?|files?|lists?|groups?|levels?|of|from|for)\b"
    r"|release (?:notes?|cycles?|managers?|teams?|leads?|branch(?:es)?)\b"
    r"|[\w-]+ (?:is|are|was|were|will|can|cannot|may|might|must|should|would|could|has|had|does)\b",
    re.IGNORECASE,
)
"""What starts like a request and names a thing: "Access keys", "Log files", "Access is"."""
_SIGNS: Final = re.compile(r"^(?:[^\w$#@/<>{}~.|&-]|_)+")
"""Quotes, brackets and pictures that stand before the first word."""
_WITH_OBJECT: Final = re.compile(
    r"([A-Za-z]{3,})(?: (?:up|out|down|off|back|over))?"
    r" (?:the|an?|your|any|all|each|every|these|those|its|their|our|both)\b"
)
"""A word right before an article is a verb, even one that nobody has listed, unless it is one of a few small words."""
_NO_VERBS: Final = frozenset((files(__package__) / "small.txt").read_text(encoding="utf-8").split())
_NO_VERB_ENDING: Final = re.compile(r"(?:ing|ed|ly|[^s]s|tion|ment|ness|ity|er|or|ism|able|ful|al|ous)$", re.IGNORECASE)
_OPENING: Final = "*_\"'“„([ "
_WORD: Final = re.compile(r"[A-Za-z][\w'’-]*")
_NUMBER: Final = re.compile(
    r"^(?:(?:optional\s+)?(?:step|phase|part|stage|week|day)\s+[\divx]+(?:\.\d+)*\w?|\(?\w\)|\d+(?:\.\d+)*[.)]?|[A-Z][.)])"
    r"[\s:.–—-]+",
    re.IGNORECASE,
)
_OF: Final = re.compile(r" (?:of|about|on) ", re.IGNORECASE)
"""What stands behind it does not change what the title announces: "Overview of the recovery"."""
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?![a-z])|(?<=[:;])\s+|\n")

READING: Final = re.compile(
    r"^(?:the )?(?:"
    + "|".join((files(__package__) / "reading.txt").read_text(encoding="utf-8").splitlines())
    + r")[\s:.!?]*$",
    re.IGNORECASE,
)
"""Headings of what is there to be read."""
ALWAYS_READING: Final = re.compile(
    r"(?:(?:must |should |may )?(?:do not|not do)|don'?ts|not (?:responsibilities|expected|allowed)|never|out of scope"
    r"|what not to do|prohibitions|exceptions|description|purpose"
    r"|scope|overview|introduction|intro|summary|background|meaning|impact|disclaimer|references?|resources?"
    r"|see also)\b(?!:.)",
    re.IGNORECASE,
)
"""Headings that no list below them contradicts: what they hold is not to be done, or is about the document."""
_DOING: Final = re.compile(
    r"\b(?:steps?|procedures?|checklist|workflow|playbook|runbook|mitigation|mitigate|diagnosis|diagnose|diagnostics|triage"
    r"|recovery|recover|remediation|remediate|containment|contain|eradication|eradicate|investigation|investigate"
    r"|communicate|rollback|roll-back|resolution|resolve|preparation|identification|verification|validation"
    r"|actions?|tasks?|to-?do|how to|execution|response|escalation|process|instructions|immediate|first response"
    r"|what to do|troubleshooting|cleanup|clean-up|post-incident|post incident|follow-?ups?|handoff|handover|analysis"
    r"|solutions?|workarounds?|maßnahmen|schritte|vorgehen|ablauf|手順|対応)\b",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(r"\b(?:to|will|can|may|could|would|also|automatically)\W*:$", re.IGNORECASE)
CHECKLIST: Final = re.compile(
    r"\b(?:check|checks|verify|confirm|ensure|determine|document|record|collect|gather|make sure|look for"
    r"|things to check"
    r"|following steps|these steps|the steps|steps (?:are|to)|do the following|perform the following"
    r"|take the following|checklist)\b"
    r"[^.:]{0,80}:$",
    re.IGNORECASE,
)
_ROLE_WORD: Final = (
    r"(?:incident|communications?|comms|operations|ops|security|release|technical|tech|planning|logistics|internal|customer"
    r"|external|subject matter|legal|business|executive|on-?call|primary|secondary|deputy"
    r"|engineering|response|is|ir|cert|soc)"
)
_ROLE: Final = re.compile(
    rf"(?:{_ROLE_WORD}\s+){{0,2}}(?:commanders?|deputy|scribes?|liaisons?|incident (?:lead|manager)s?"
    r"|communications? (?:lead|manager)s?"
    r"|(?:ops|operations|release|release team|security|technical|tech|planning|comms|ir|team|response)"
    r" (?:lead|manager)s?"
    r"|subject matter experts?|SMEs?|responders?|(?:on-?call|security|sre|support) engineers?|release managers?"
    r"|release manager associates?|shadows?)",
    re.IGNORECASE,
)
_ROLE_NOUN: Final = re.compile("command|deputy|scribe|liaison|lead|manager|expert|sme|responder|engineer|shadow")
"""One of these is in every role, which is quickly seen."""
_AROUND_ROLE: Final = re.compile(
    r"\b(?:steps|actions|tasks|checklist|responsibilities|duties|remediation|follow-?up|for|of|the|role|by|as|and)\b|[^\w\s]|\d",
    re.IGNORECASE,
)


def bare(title: str) -> str:
    """The title without its number: "Step 2: Check" is "Check"."""
    return _NUMBER.sub("", title).strip()


def is_numbered(title: str) -> bool:
    return _NUMBER.match(title) is not None


@lru_cache(maxsize=4096)
def is_request(text: str) -> bool:
    """Whether the text asks for something to be done: its first words do, or a "must" or "should" in its first line."""
    if asks(text):
        return True
    first = _SENTENCE.split(text.strip(), maxsplit=1)[0]
    return not first.endswith("?") and _MODAL.search(first) is not None


@lru_cache(maxsize=4096)
def asks(text: str) -> bool:
    """Whether the text starts with an imperative, after "If …," or "Optionally,"."""
    text = _LEAD.sub("", _SIGNS.sub("", text), count=1).lstrip(_OPENING)
    if _starts_with_verb(text) or _asks_abroad(text):
        return True
    if not _CONDITION.match(text):
        return False
    clauses = _CLAUSE.split(re.split(r"[.!?]\s", text[:400], maxsplit=1)[0])[1:]
    return any(_starts_with_verb(_LEAD.sub("", clause, count=1)) for clause in clauses)


def orders(text: str) -> bool:
    """Whether the text starts with a plain imperative that stands for itself: no condition, no "follow these steps"."""
    sentence = first_sentence(_ORDER_LEAD.sub("", text.lstrip(_OPENING), count=1))
    return _starts_with_verb(sentence) and not only_points(sentence) and not _AHEAD.search(sentence)


def _asks_abroad(text: str) -> bool:
    """In German and Japanese the verb stands elsewhere."""
    if " Sie" in text and _POLITE.search(text):
        return True
    return _INFINITIVE.search(text[-40:]) is not None


def only_points(text: str) -> bool:
    """Whether the request is but to read: "See …", "Note that …"."""
    words = text.lstrip(_OPENING).replace("’", "'")
    return bool(_POINTING.match(_LEAD.sub("", words, count=1)))


def goes_on_below(intro: str) -> bool:
    """Whether the items below a line are the end of its sentence, which tells what something does: "It is used to:"."""
    return bool(_GOES_ON.search(intro)) and not is_request(intro) and not re.match(r"(?:you|we)\b", intro.lower())


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; a colon ends one too."""
    return [part.strip() for part in _SENTENCE.split(text) if part]


def request_in(text: str) -> str:
    """The first sentence of a paragraph that is an imperative, else the first with a "must"; empty when none is."""
    parts = sentences(text)
    return next((part for part in parts if asks(part)), next((part for part in parts if is_request(part)), ""))


def first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z(\"'“])", text, maxsplit=1)[0]


def is_reading(title: str) -> bool:
    """Whether sections with this title are there to be read."""
    words = bare(title).strip("*_ ")
    head = _OF.split(words, maxsplit=1)[0]
    return bool(READING.match(words) or READING.match(head)) and not asks_clearly(words)


def is_always_reading(title: str) -> bool:
    """Whether the title announces reading so plainly that imperatives below it are still only to be read."""
    return bool(ALWAYS_READING.match(bare(title).strip("*_ ")))


def asks_clearly(title: str) -> bool:
    """Whether the title is an imperative that names no thing as well, as "Test environments" does."""
    return bool(_CLEARLY.match(title))


def is_doing(title: str) -> bool:
    """Whether the title itself says that something is to be done."""
    words = bare(title)
    return _starts_with_verb(words) or bool(_GERUNDS.match(words)) or bool(_DOING.search(words))


def tells_what_happens(text: str) -> bool:
    """Whether the text starts with a verb in the third person: "Lowers the threshold"."""
    found = _THIRD.match(text)
    if found is None or text.partition(" ")[0].lower() in _VERBS:
        return False
    return not _VERBS.isdisjoint((found[1].lower(), found[1].lower() + "e", found[0][:-1].lower()))


def role_in(title: str) -> str:
    """The role that a heading gives its steps to, in the words of the heading; empty when it names none."""
    found = _ROLE.search(title) if _ROLE_NOUN.search(title.lower()) else None
    if found is None:
        return ""
    rest = _AROUND_ROLE.sub(" ", title[: found.start()] + " " + title[found.end() :])
    return "" if rest.strip() else found[0]


def _starts_with_verb(text: str) -> bool:
    word = _WORD.match(text)
    if word is None:
        return False
    if word[0].lower().replace("’", "'") in _VERBS:
        return not _NOUNS.match(text)
    found = _WITH_OBJECT.match(text)
    return found is not None and found[1].lower() not in _NO_VERBS and not _NO_VERB_ENDING.search(found[1])
