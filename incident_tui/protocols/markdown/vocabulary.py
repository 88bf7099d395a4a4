"""Words by which a heading or a line tells something to do from something to read."""

from __future__ import annotations

import re
from typing import Final

_VERBS: Final = frozenset(
    ["abort", "accept", "access", "acknowledge", "activate", "add", "address", "adjust", "advise", "agree", "alert", "align", "allocate", "allow", "alter", "analyse", "analyze", "announce", "answer", "apply", "appoint", "approve", "archive", "arrange", "ascertain", "ask", "assemble", "assess", "assign", "assist", "attach", "attempt", "attend", "audit", "authenticate", "authorise", "authorize", "avoid", "await", "back", "backup", "be", "begin", "block", "book", "boot", "bring", "browse", "build", "bump", "bypass", "calculate", "call", "cancel", "capture", "carefully", "catalog", "catch", "cd", "categorize", "categorise", "cease", "challenge", "change", "characterize", "chase", "check", "choose", "clarify", "classify", "clean", "clear", "click", "clone", "close", "collaborate", "collect", "comment", "commit", "communicate", "compare", "compile", "complete", "comply", "compose", "comprehend", "conduct", "configure", "confirm", "connect", "consider", "consolidate", "consult", "contact", "contain", "continue", "contribute", "control", "convene", "convert", "cooperate", "coordinate", "copy", "cordon", "correct", "correlate", "create", "cross-check", "cut", "deactivate", "debug", "decide", "declare", "decode", "decommission", "decrypt", "dedicate", "define", "delegate", "delete", "deliver", "deny", "deploy", "describe", "destroy", "detach", "detect", "determine", "develop", "devise", "diagnose", "dig", "direct", "disable", "discard", "disclose", "disconnect", "discover", "discuss", "disregard", "dispatch", "distribute", "dive", "divert", "do", "document", "don't", "dont", "double-check", "download", "downgrade", "draft", "drain", "drill", "drop", "dump", "duplicate", "edit", "educate", "eject", "elevate", "eliminate", "email", "empower", "enable", "encourage", "encrypt", "end", "enforce", "engage", "enhance", "enrich", "ensure", "enter", "enumerate", "eradicate", "escalate", "establish", "estimate", "evaluate", "evacuate", "examine", "exclude", "execute", "exit", "expand", "expect", "expire", "explain", "explore", "export", "expose", "extend", "extract", "fail", "failover", "familiarize", "fetch", "field", "file", "fill", "filter", "finalize", "find", "finish", "fix", "flag", "flush", "focus", "follow", "force", "forget", "fork", "form", "format", "forward", "freeze", "gather", "generate", "get", "give", "go", "grab", "grant", "group", "guide", "halt", "handle", "harden", "have", "help", "hide", "hold", "identify", "ignore", "image", "immediately", "implement", "import", "improve", "include", "increase", "inform", "initiate", "inject", "inquire", "insert", "inspect", "install", "instruct", "integrate", "interview", "introduce", "inventory", "investigate", "invalidate", "invite", "invoke", "isolate", "issue", "iterate", "join", "jump", "keep", "kick", "kill", "know", "label", "launch", "learn", "leave", "let", "leverage", "limit", "link", "list", "listen", "load", "locate", "lock", "log", "login", "logout", "look", "lookup", "lower", "maintain", "make", "manage", "manually", "map", "mark", "match", "measure", "meet", "merge", "message", "migrate", "minimise", "minimize", "mirror", "mitigate", "modify", "monitor", "mount", "move", "mute", "name", "navigate", "negotiate", "never", "note", "notify", "observe", "obtain", "offer", "offline", "open", "operate", "optimize", "orchestrate", "order", "organise", "organize", "output", "page", "parse", "participate", "paste", "patch", "pause", "perform", "permit", "phone", "pick", "pin", "ping", "place", "plan", "play", "please", "point", "poll", "post", "practice", "prefer", "prepare", "preserve", "press", "prevent", "print", "prioritise", "prioritize", "probe", "proceed", "process", "procure", "produce", "profile", "prohibit", "promote", "prompt", "propose", "protect", "prove", "provide", "provision", "prune", "publish", "pull", "purge", "push", "put", "quarantine", "query", "question", "quit", "raise", "re-apply", "re-create", "re-enable", "re-image", "re-run", "reach", "read", "reapply", "reassign", "reassess", "reassure", "rebalance", "rebase", "reboot", "rebuild", "recalculate", "recall", "recheck", "recognize", "recommend", "reconcile", "reconfigure", "reconnect", "record", "recover", "recreate", "recruit", "recycle", "redeploy", "redirect", "redo", "reduce", "reenable", "reenforce", "refer", "refine", "reformat", "refresh", "regenerate", "register", "reimage", "reinforce", "reinstall", "reject", "release", "reload", "relocate", "remediate", "remember", "remind", "remove", "rename", "renew", "reopen", "repair", "repeat", "replace", "replay", "reply", "report", "reproduce", "request", "require", "reroute", "rerun", "rescan", "research", "reserve", "reset", "resize", "resolve", "respond", "restart", "restore", "restrict", "resubmit", "resume", "resync", "retain", "retrieve", "retry", "return", "review", "revert", "revisit", "revoke", "rewrite", "ring", "roll", "rollback", "rotate", "route", "run", "sanitize", "save", "scale", "scan", "schedule", "scope", "screenshot", "scrub", "search", "secure", "see", "segment", "select", "send", "separate", "sequence", "set", "setup", "sever", "share", "shift", "show", "shut", "shutdown", "sign", "silence", "simulate", "skip", "snapshot", "sort", "speak", "specify", "spin", "split", "ssh", "stabilize", "stage", "stand", "start", "state", "stay", "stop", "store", "stress", "strip", "submit", "subscribe", "suggest", "summarise", "summarize", "supply", "support", "suppress", "survey", "suspend", "swap", "switch", "sync", "synchronise", "synchronize", "tag", "tail", "take", "talk", "tar", "teach", "tear", "tell", "terminate", "test", "then", "think", "throttle", "tick", "tighten", "time-box", "toggle", "track", "train", "transfer", "transition", "translate", "treat", "triage", "trigger", "trim", "troubleshoot", "try", "tune", "turn", "type", "unblock", "uncomment", "uncordon", "understand", "undo", "uninstall", "unlock", "unmount", "unplug", "unpause", "update", "upgrade", "upload", "use", "utilise", "utilize", "vacuum", "validate", "verify", "view", "visit", "wait", "wake", "walk", "warn", "watch", "whitelist", "wipe", "withdraw", "work", "write", "zip"]
)
_GERUNDS: Final = re.compile(
    r"(?:restart|rotat|identify|gett|authenticat|delet|creat|updat|upgrad|deploy|roll|remov|add|install|runn|chang|scal"
    r"|resett|revok|restor|recover|check|verify|drain|migrat|mov|enabl|disabl|stopp|start|find|purg|renew|replac|fix"
    r"|switch|contain|notify|clean|rebuild|retir|reset|config|patch|block|isolat|test|invok|access|assign)\w*ing\b",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"^(?:(?:first|second|third|then|next|now|also|finally|lastly|last|again|immediately|optionally|optional|please|kindly"
    r"|carefully|manually|always|quickly|simply|just|instead|alternatively|otherwise|additionally|once done|if possible"
    r"|if necessary|if needed|where possible|when possible|as needed|step|todo|tip|and|or|do not|don't|never|be sure to"
    r"|you can|you may|you should|you must|you need to|you will need to|you'll need to|you have to|we should|we need to"
    r"|we must|make sure to|remember to|try to|feel free to)\b[\s,:]*)+",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"^(?:if|when|once|after|before|while|whenever|unless|until|in case|in the case|depending|for|to|from|on|in|at|as"
    r"|using|during|upon|via|with|by|where|within)\b[^.!?]{2,200}?(?:,|:|;)\s*(?:then\s+)?",
    re.IGNORECASE,
)
_MODAL: Final = re.compile(
    r"\b(?:must|should(?! (?:see|look|have been|only be|now|then|receive|result|automatically|not be necessary))"
    r"|need(?:s)? to|has to|have to|required to|make sure|ensure|please|remember to|be sure"
    r"|you can (?:use|run|check|query|do|also|find|force|kill|restart|verify|confirm|then)|responsible for)\b",
    re.IGNORECASE,
)
_FOREIGN: Final = re.compile(
    r"\w+(?:en|eln|ern) Sie\b|\b(?:prüfen|sicherstellen|informieren|starten|stoppen|neustarten|ausführen|melden|öffnen"
    r"|schließen|sichern|wiederherstellen|trennen|dokumentieren|benachrichtigen|löschen|anlegen|einspielen|kontaktieren"
    r"|abschalten|einschalten|warten|setzen|ändern|sperren|erstellen)[.!]?$"
    r"|(?:してください|して下さい|します|する|確認|実行|連絡|停止|再起動|通知|報告)[。.]?$"
)
_WORD: Final = re.compile(r"[A-Za-z][\w'’-]*")
_NUMBER: Final = re.compile(
    r"^(?:(?:optional\s+)?(?:step|phase|part|stage|week|day)\s+[\divx]+(?:\.\d+)*\w?|\(?\w\)|\d+(?:\.\d+)*[.)]?|[A-Z][.)])"
    r"[\s:.–—-]+",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?<=[.!?:;])\s+|\n")

READING: Final = re.compile(
    r"^(?:the )?(?:meaning|impact|overview|background|introduction|intro|summary|abstract|about|scope|out of scope|purpose"
    r"|contacts?|contact (?:information|list|details)|references?|related|related .*|links?|.*\blinks|resources?|.*\bresources"
    r"|further reading|see also|read more|glossary|definitions?|terminology|lingo|acronyms|change ?log|revision history"
    r"|version history|document (?:history|control)|history|revisions|table of contents|contents|toc|index|notes?"
    r"|notes about .*|notes on .*|appendix.*|appendices|faq|frequently asked questions|examples?|some example.*|sample.*"
    r"|architecture|design|how it works|how .* works?|what (?:is|are|does|was|were)\b.*|why\b.*|who\b.*|where (?:is|are|do|does)\b.*"
    r"|when (?:is|are|to|does|do|was)\b.*|how (?:is|are|does)\b.*|assumptions|audience|prior art|tl;?dr|severity.*"
    r"|.*\bseverity (?:levels?|classification|matrix|determination|definitions?)|priority .*|alert priority|.*\bmatrix"
    r"|roles(?: and responsibilities)?|roles & responsibilities|responsibilities|not responsibilities|paging and ownership"
    r"|ownership|escalation (?:matrix|contacts|paths?)|.*\bteam members|response team|.*response team|.*incident types"
    r"|types of .*|.*\bfinding types|causes?|possible causes?|potential causes?|common causes?|likely causes?|root causes?"
    r"|symptoms?|signs|indicators|signals?|failure indicators|success signals|detection rules|alerts?|alert details|alarms?"
    r"|metrics?|dashboards?|monitoring links|info|information|general information|useful .*|additional .*information|additional info"
    r"|do not|don'?ts|what not to do|license|licen[cs]e.*|credits|acknowledgements?|authors?|confidential.*|disclaimer"
    r"|lessons learned from .*|past incidents|previous incidents|old updates|known (?:issues|gaps|limitations|failure modes).*"
    r"|limitations|future work|improvements?|ideas|.*\bcommunication channels|channels|definition of (?:ready|done)|outputs?|inputs?"
    r"|status summary.*|.*\bguidance|regulatory.*|compliance.*|reference:.*|behind the scenes|reasoning|rationale|motivation"
    r"|context|details|description|background details|environments?|diagrams?|discussion|failure modes|quick orientation"
    r"|prohibitions|exceptions|bedeutung|auswirkungen?|überblick|kontakte?|verweise|glossar|hintergrund|概要|背景|参考|連絡先"
    r")[\s:.!?]*$",
    re.IGNORECASE,
)
INHERITED: Final = re.compile(
    r"^(?:appendix.*|appendices|references?|related.*|resources|background.*|overview|introduction|faq|glossary"
    r"|architecture|types of .*|further reading|how it works|examples?|out of scope|diagrams?)[\s:]*$",
    re.IGNORECASE,
)
_DOING: Final = re.compile(
    r"\b(?:steps?|procedures?|checklist|workflow|playbook|runbook|mitigation|mitigate|diagnosis|diagnose|diagnostics|triage"
    r"|recovery|recover|remediation|remediate|containment|contain|eradication|eradicate|investigation|investigate"
    r"|communicate|rollback|roll-back|resolution|resolve|preparation|identification|verification|validation"
    r"|actions?|tasks?|to-?do|how to|execution|response|escalation|process|instructions|immediate|first response"
    r"|what to do|troubleshooting|cleanup|clean-up|post-incident|post incident|follow-?ups?|handoff|handover|analysis"
    r"|maßnahmen|schritte|vorgehen|ablauf|手順|対応)\b",
    re.IGNORECASE,
)
CHECKLIST: Final = re.compile(
    r"\b(?:check|checks|verify|confirm|ensure|determine|document|record|collect|gather|make sure|look for|things to check"
    r"|following steps|these steps|the steps|steps (?:are|to)|do the following|perform the following|take the following|checklist)\b"
    r"[^.:]{0,80}:$",
    re.IGNORECASE,
)
_ROLE_WORD: Final = (
    r"(?:incident|communications?|comms|operations|ops|security|release|technical|tech|planning|logistics|internal|customer"
    r"|external|subject matter|legal|business|executive|on-?call|primary|secondary|deputy|engineering|response|is|ir|cert|soc)"
)
_ROLE: Final = re.compile(
    rf"(?:{_ROLE_WORD}\s+){{0,2}}(?:commanders?|deputy|scribes?|liaisons?|incident (?:lead|manager)s?|communications? (?:lead|manager)s?"
    r"|(?:ops|operations|release|release team|security|technical|tech|planning|comms|ir|team|response) (?:lead|manager)s?"
    r"|subject matter experts?|SMEs?|responders?|(?:on-?call|security|sre|support) engineers?|release managers?"
    r"|release manager associates?|shadows?)",
    re.IGNORECASE,
)
_AROUND_ROLE: Final = re.compile(
    r"\b(?:steps|actions|tasks|checklist|responsibilities|duties|remediation|follow-?up|for|of|the|role|by|as|and)\b|[^\w\s]|\d",
    re.IGNORECASE,
)


def bare(title: str) -> str:
    """The title without its number: "Step 2: Check" is "Check"."""
    return _NUMBER.sub("", title).strip()


def is_numbered(title: str) -> bool:
    return _NUMBER.match(title) is not None


def is_request(text: str) -> bool:
    """Whether the text asks for something to be done: its first words do, or a "must" or "should" in its first line."""
    return asks(text) or bool(_MODAL.search(_SENTENCE.split(text.strip(), maxsplit=1)[0]))


def asks(text: str) -> bool:
    """Whether the text starts with an imperative, after "If …," or "Optionally,"."""
    text = text.strip().lstrip("*_\"'“„([ ")
    for _ in range(3):
        if _starts_with_verb(text):
            return True
        shorter = _LEAD.sub("", text, count=1)
        if shorter == text:
            shorter = _CONDITION.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter.lstrip("*_\"'“([ ")
    return _starts_with_verb(text) or bool(_FOREIGN.search(text))


def request_in(text: str) -> str:
    """The first sentence of a paragraph that is an imperative, else the first with a "must"; empty when none is."""
    parts = [part.strip() for part in _SENTENCE.split(text) if part]
    return next((part for part in parts if asks(part)), next((part for part in parts if is_request(part)), ""))


def first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z(\"'“])", text, maxsplit=1)[0]


def is_reading(title: str) -> bool:
    """Whether sections with this title are there to be read."""
    return bool(READING.match(bare(title).strip("*_ ")))


def is_doing(title: str) -> bool:
    """Whether the title itself says that something is to be done."""
    words = bare(title)
    return _starts_with_verb(words) or bool(_GERUNDS.match(words)) or bool(_DOING.search(words))


def role_in(title: str) -> str:
    """The role that a heading gives its steps to, in the words of the heading; empty when it names none."""
    found = _ROLE.search(title)
    if found is None:
        return ""
    rest = _AROUND_ROLE.sub(" ", title[: found.start()] + " " + title[found.end() :])
    return "" if rest.strip() else found[0]


def _starts_with_verb(text: str) -> bool:
    word = _WORD.match(text)
    if word is None:
        return False
    found = word[0].lower().replace("’", "'")
    if found not in _VERBS:
        return False
    # "Access keys", "Log files" and "Process list" name things; "Access the keys" asks for something.
    after = text[word.end() :].lstrip().split(" ", 1)[0].lower().strip(".,:;")
    return not (found in _NOUNS and after in _NAMED)


_NOUNS: Final = frozenset(
    ["access", "log", "process", "query", "report", "group", "list", "file", "label", "state", "record", "plan", "support", "access", "note", "form", "test"]
)
_NAMED: Final = frozenset(["keys", "key", "files", "file", "list", "lists", "groups", "levels", "level", "is", "are", "was", "of", "from", "for"])
