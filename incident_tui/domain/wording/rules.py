"""The phrases that a message had better not have, for whom, and what to say instead."""

from __future__ import annotations

from typing import Final, NamedTuple

from incident_tui.domain.incident import AUDIENCES


class Rule(NamedTuple):
    """`words` and `advice` speak of what `pattern` finds.

    It is harmless where `unless` is found in its clause up to its end, or `not_after` in the clause before it.
    """

    kind: str
    audiences: tuple[str, ...]
    pattern: str
    words: str
    advice: str
    unless: str = ""
    not_after: str = ""


_INTERNAL, _MANAGEMENT, _EXTERNAL = AUDIENCES
_UPWARD: Final = (_MANAGEMENT, _EXTERNAL)
_OUTWARD: Final = (_EXTERNAL,)

_TIME: Final = (
    r"(?:(?:about|around|roughly|approximately|at most|the next|another|less than|under|the) )*"
    r"(?:\d{1,2}[:.h]\d{2}(?!\d)|\d{1,2} ?(?:am|pm|o.clock)\b"
    r"|(?:\d{1,4}|a few|a couple of|an?|one|two|three|five|ten|fifteen|twenty|thirty|half an|next)[ -]?"
    r"(?:s|m|h|d|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?)\b"
    r"|noon\b|midnight\b|tonight\b|tomorrow\b|today\b|this (?:morning|afternoon|evening)\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|end of (?:the )?(?:day|hour|week|morning|shift)\b|eod\b|no time\b)"
)
_SOON: Final = r"(?:soon|shortly|momentarily|any (?:minute|moment|second)(?: now)?)\b"
_OVER: Final = (
    r"(?:resol(?:ved?|ution)|fix(?:ed)?|restor(?:ed?|ation)|repair(?:ed)?|solved?|recover(?:ed|y)?|mitigated|completed?"
    r"|back(?: up| online| to normal| in service)?|up and running|online|operational|available again|over|done"
    r"|work(?:s|ing)? (?:again|normally|as usual)|usable)"
)
_WILL: Final = (
    r"(?:will|shall|should|going to|expect(?:ed|s|ing)?|aim(?:ing)?|plan(?:ned|ning)?|hop(?:e|ing)|ought to|promise"
    r"|['’]ll|anticipat\w+|estimat\w+|can be|(?:is|are) to be|must be)"
)
_NEWS: Final = (
    r"(?i)\b(?:updates?|hear from us|let you know|keep you (?:posted|informed)|inform|report|post again|write again"
    r"|news|tell you|get back to you|checks? again|look again|keep (?:working|watching))\b"
)
_PAST: Final = (
    r"\b(?:was|were|been|had|took|since|ago|yesterday|earlier)\b"
    r"|^(?:Resolved|Fixed|Done|Restored) (?:in|within|until)\b"
)
_PEOPLE: Final = (
    r"(?:engineer|developer|operator|colleague|administrator|admin|employee|intern|contractor|technician|person"
    r"|commander|manager|dba|on-call|team member|member of staff)"
)
_PERSON: Final = (
    r"(?:he|she|they|somebody|someone|(?:an?|the|our|one of our|another|some) (?:\w+ ){0,2}?" + _PEOPLE + r"s?)"
)
_NO_NAME: Final = (
    r"(?!(?:The|This|That|It|Its|We|Our|You|Your|Today|Yesterday|Last|One|No|A|An|All|Each|Some|Most|Here|There|What"
    r"|Release|Deploy|Deployment|Migration|Script|Job|Server|Service|Database|Cache|System|Query|Checkout|Alert"
    r"|Monitor|Monitoring|Clients|Users|Pods|Nodes|Workers|Requests|Week|Month|Year|Night|Morning|Tonight"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b)"
)
_NAME: Final = _NO_NAME + r"[A-Z][a-zà-ÿ]{1,20}"
_MACHINE: Final = (
    r"(?:db|database|web|app|api|cache|redis|kafka|node|worker|master|replica|primary|proxy|lb|es|pg|mysql|postgres"
    r"|mongo|rabbit(?:mq)?|nginx|haproxy|queue|search|host|srv|server|vm|k8s|etcd|zk|bastion|gw|router|switch|ip)"
)
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"

_PROMISES: Final = ("promises an end", "promise the next update")
_CERTAIN: Final = ("is too certain", "say what was done")
_BLAMES: Final = ("blames a person", "say what let it happen")
ELSEWHERE: Final = ("names a machine", "name the service")
_FOR_ENGINEERS: Final = ("is for engineers", "say what readers notice")
_OURS: Final = ("is a word of ours", "say what readers notice")
_LEFT: Final = ("is still to be filled in", "say what belongs there")

PROMISES: Final = (
    Rule(
        "promise",
        _UPWARD,
        rf"(?i)(?:\b|(?=['’])){_WILL}\b[^.!?;\n]{{0,70}}\b{_OVER}\b[^.!?;\n]{{0,30}}?\b(?:{_TIME}|{_SOON})",
        *_PROMISES,
        _NEWS,
    ),
    Rule(
        "promise",
        _UPWARD,
        rf"(?i)\b{_OVER}(?:(?: again)?,? (?:by|within|before|in|no later than|not later than|until)"
        rf"|,? (?:is|are) (?:expected|planned|estimated|scheduled) (?:for|at|by|in|within|before)) {_TIME}",
        *_PROMISES,
        f"{_NEWS}|{_PAST}",
    ),
    Rule(
        "promise",
        _UPWARD,
        r"(?i)\b(?:et[ar]|(?:expected|estimated) (?:time (?:of|to|until) )?"
        r"(?:resolution|fix|recovery|repair|restoration)"
        rf"(?: time)?|time to (?:resolution|fix|recovery))\b[ :=–-]{{0,4}}(?:(?:is|at|by|in|of) )*{_TIME}",
        *_PROMISES,
        _NEWS,
    ),
    Rule(
        "promise",
        _UPWARD,
        rf"(?i)\b(?:within|in|by|before) {_TIME},? (?:it|everything|all|this|(?:the )?\w+) "
        rf"(?:will|should|is going to|are going to)\b[^.!?;\n]{{0,30}}\b{_OVER}\b",
        *_PROMISES,
        _NEWS,
    ),
    Rule(
        "certainty",
        _UPWARD,
        r"(?i)\bguarantee(?:s|d|ing)?\b|\bnever (?:again|happens?(?: again)?|recur)\b"
        r"|\b(?:won['’]t|will not|cannot|can['’]t|can not) (?:ever )?"
        r"(?:happen|occur|recur|come back|return)(?: again)?\b"
        r"|\b(?:definitely|certainly|undoubtedly|absolutely) "
        r"(?:fixed|resolved|solved|over|safe|secure|not|no|will|works?)\b"
        r"|\b100 ?% (?:sure|certain|fixed|resolved|safe|secure|reliable)\b|\bwithout (?:a |any )?doubt\b|\bfor sure\b"
        r"|\bonce and for all\b|\bpermanently (?:fixed|resolved|solved)\b|\bno risk (?:at all|whatsoever)\b"
        r"|\bwe (?:can )?(?:promise|assure)(?: you)?(?: that)?\b",
        *_CERTAIN,
        not_after=r"(?i)\b(?:not|no|cannot|can['’]t|nobody can) (?:\w+ )?$",
    ),
)

BLAME: Final = (
    Rule(
        "blame",
        AUDIENCES,
        r"(?i)\b(?:human|operator|user|pilot) error\b|\bcareless(?:ly|ness)?\b|\bnegligen(?:t|ce|tly)\b"
        r"|\bincompeten(?:t|ce|tly)\b|\b(?:stupid|sloppy|lazy|reckless|idiot\w*|clueless|dumb)(?:ly|ness)?\b"
        r"|\b(?:screwed|messed) (?:it |this |things )?up\b|\bbotched\b"
        r"|\bshould(?:['’]ve| have|n['’]t have| not have) (?:known|checked|tested|noticed|seen|caught|asked|reviewed"
        r"|read|told|escalated|thought|been more careful)\b"
        r"|\b(?:is|was|are|were) to blame\b|\bwhose fault\b|\bfinger[- ]?pointing\b",
        *_BLAMES,
        not_after=r"(?i)\b(?:not|no|without|never|nobody) (?:\w+ ){0,3}$",
    ),
    Rule(
        "blame",
        AUDIENCES,
        rf"\b(?:{_NAME}['’]s|[Hh]is|[Hh]er|[Tt]heir|[Yy]our|(?:[Tt]he|[Oo]ur) {_PEOPLE}s?['’]s?) "
        r"(?:own )?(?:mistake|fault|negligence|oversight|blunder|carelessness|failure to|wrong decision)\b",
        *_BLAMES,
    ),
    Rule(
        "blame",
        AUDIENCES,
        rf"\b(?i:blamed?(?: on)?|fault of|mistake (?:of|by)|error (?:of|by)) (?:{_NAME}\b|(?i:{_PERSON})\b)",
        *_BLAMES,
        not_after=r"(?i)\b(?:not|no|without|never|nobody) (?:\w+ ){0,3}$",
    ),
    Rule(
        "blame",
        AUDIENCES,
        rf"\b(?:{_NAME}|(?i:{_PERSON})|[Ww]ho) (?:again |simply |just |had |has |have |obviously )*"
        r"(?:forgot(?:ten)?\b|neglected\b|ignored the (?:warning|alarm|alert|rule|procedure)s?\b"
        r"|did(?: not|n['’]t) bother\b|(?:accidentally|mistakenly|wrongly|erroneously) \w+|fat-fingered\b"
        r"|misconfigured (?:the|our|it)\b"
        r"|failed to (?:check|test|notice|follow|review|escalate|tell|inform)\b)",
        *_BLAMES,
    ),
    Rule(
        "blame",
        AUDIENCES,
        rf"(?i)\b{_PERSON} (?:accidentally |again )?(?:broke|crashed|killed|deleted|dropped|wiped|ruined|destroyed"
        r"|leaked|caused|pushed a bad|deployed a bad|took down)\b",
        *_BLAMES,
    ),
)

HOSTS: Final = (
    Rule(
        "host",
        _OUTWARD,
        rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?::\d{{2,5}}|/\d{{1,2}})?(?![\w.]*\d)",
        *ELSEWHERE,
        not_after=r"(?i)\b(?:version|release|v|build) ?$",
    ),
    Rule(
        "host",
        _OUTWARD,
        r"(?i)(?<![\w:])(?:(?:[0-9a-f]{1,4}:){5,7}[0-9a-f]{1,4}|f[cde][0-9a-f]{2}(?::[0-9a-f]{0,4}){2,7})(?![\w:])"
        r"|\b(?:[\w-]+\.)+(?:internal|local|lan|corp|intranet|localdomain|svc|consul|private|prod|staging)\b(?!-)"
        r"|\b(?:[\w-]+\.)+(?:rds|elb|cache|ec2|compute)(?:[\w.-]*)\.amazonaws\.com\b|\blocalhost\b(?::\d+)?",
        *ELSEWHERE,
    ),
    Rule(
        "host",
        _OUTWARD,
        r"\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[a-f0-9]{8,10}-[a-z0-9]{5}\b"
        rf"|(?<![\w./-])(?:[a-z]+-)*{_MACHINE}(?:-[a-z0-9]+)*-\d{{1,4}}(?:[a-z]|\.[\w.-]+\w)?(?![\w-])"
        r"|(?<![\w./-])(?:db|web|app|cache|redis|kafka|node|worker|proxy|srv|server|vm|host|mysql|postgres)\d{1,3}"
        r"(?![\w-])",
        *ELSEWHERE,
    ),
)

JARGON: Final = (
    Rule(
        "jargon",
        _OUTWARD,
        r"Traceback \(most recent call last\)|^\s*at [\w$.<>]+\([\w.]+:\d+\)|File \"[^\"\n]+\", line \d+"
        r"|\b[A-Z]\w+(?:Error|Exception)\b|\b(?:ECONN\w+|ETIMEDOUT|ENOSPC|SIG(?:KILL|SEGV|TERM)|OOM(?:Killed)?)\b"
        r"|\bCrashLoopBackOff\b|\b(?i:segfault|segmentation fault|kernel panic|stack trace|core dump|null pointer)\b"
        r"|(?<![\w/])/(?:var|etc|opt|usr|home|srv|tmp|proc)/[\w./-]+"
        r"|\b(?:SELECT|UPDATE|DELETE FROM|INSERT INTO) [\w*]+",
        *_FOR_ENGINEERS,
    ),
    Rule(
        "jargon",
        _OUTWARD,
        r"\bSEV-? ?[1-5]\b|\b[45]xx\b|\bp(?:50|90|95|99|999)\b|\b(?:SLO|MTTR|RCA|TTL|QPS|RPS|CPU|GC)\b|\bwar room\b",
        *_OURS,
    ),
)

GAPS: Final = (
    Rule(
        "gap",
        AUDIENCES,
        r"\{\{[^{}\n]{0,60}\}\}|\$\{[^{}\n]{1,40}\}|(?<![\w$])\{[a-z_][\w .-]{0,30}\}"
        r"|<[a-z][a-z _-]{1,30}>|<[A-Z][A-Z _-]{1,30}>|\[[A-Z][A-Z _-]{2,30}\]"
        r"|\[(?i:insert|your|enter|add|name|time|date|service|company|tbd|todo|placeholder|xx+|number of)\b"
        r"[^\]\n]{0,40}\]"
        r"|\b(?:TBD|TBC|TO[D]O|FIX[M]E|XXX+|HH:MM|YYYY-MM-DD)\b|\?\?\?+|_{3,}|(?i:\blorem ipsum\b)"
        r"|(?i:\bevery) [XYN](?= min| ?h| ?m)|\b[XYN] (?:minutes|hours|users|customers|%)",
        *_LEFT,
    ),
    Rule("gap", AUDIENCES, r"‹[^‹›\n]{1,60} masked›", "stands where a secret was", "say it without"),
)

RULES: Final = (*PROMISES, *BLAME, *HOSTS, *JARGON, *GAPS)
