"""What a text without a language looks like: a shell, a query, its output, a message, a configuration."""

from __future__ import annotations

import re

_COMMAND_NAMES = (
    "ansible ansible-playbook apt apt-get argocd aws awk az base64 bash brew bundle bq cat cd certbot chef-client "
    "chmod chown clear cp cqlsh crontab cscli curl cut date dd deployer df dig dmesg docker docker-compose doctl du "
    "echo env etcdctl eval exec exit export fdisk find flux for free fsck fuser gcloud gds gh git gitlab-ctl "
    "gitlab-rails go gpg grep gsutil gunzip gzip head helm helmfile heroku host htop http httpie hub id if ifconfig "
    "iostat ip iptables istioctl java jmap journalctl jq jstack kafka-topics kill killall knife krel ks kubectl "
    "kubectx kubens kustomize last less ln local ls lsblk lsof make mkdir mongo mongosh more mount mtr mv mysql "
    "mysqladmin mysqldump nc netstat nginx nmap node nohup npm npx ns nslookup oc okta openssl patronictl pg_dump "
    "pg_restore pgrep ping pip pkill popd pre-commit printf ps psql pushd python python3 rabbitmqctl rails rake "
    "read redis-cli rm rpm rsync ruby scp screen sed sentry-cli service set sftp sh shutdown sleep snap sort source "
    "sqlite3 ss ssh stat strace su sudo swapoff sync sysctl systemctl tail tar tcpdump tee telnet terraform terragrunt "
    "test tmux top touch tr traceroute trap ufw umount uname uniq unset unzip uptime vault velero vi vim virtctl "
    "vmstat watch wc wget while whoami xargs yarn yq yum zcat zgrep zip pwd reboot"
)
_COMMANDS = frozenset(_COMMAND_NAMES.split())
_ENGLISH_NAMES = (
    "make find test cut sort kill service head host last less more read set time watch date if for while "
    "clear id exec go node top ping id touch split local screen source exit sleep free hub"
)
_ENGLISH = frozenset(_ENGLISH_NAMES.split())
_KEYWORDS = frozenset(
    ("const", "let", "var", "function", "class", "import", "def", "func", "async", "public", "return")
)
_ASSIGNMENT = re.compile(r"(?:export |declare |local |\$env:|\$)?[A-Za-z_][A-Za-z0-9_]*\s{0,4}=(?!=|>)\S?")
_PATH = re.compile(r"(?:\.{1,2}/|~/|/(?:usr|opt|bin|sbin|etc|var|home|root|tmp)/)\S+")
_CMDLET = re.compile(
    r"(?:Get|Set|New|Remove|Add|Invoke|Start|Stop|Restart|Test|Import|Export|Enable|Disable|Update|Connect)-[A-Z]\w+"
)
_OPTION = re.compile(r"\s(?:--?[A-Za-z][\w-]*|\||<[A-Za-z_ -]+>|\[?[A-Z][A-Z_]{2,}\]?|\$\{?\w+)(?:\s|=|$)")
_WORD = re.compile(r"[a-z][a-z0-9._-]*$")
_SIGNS = re.compile(r"[-|/$=<>{}.:'\"*@&;]")
_META = re.compile(r"\\[a-z]{1,4}\+?(?:\s|$)")
_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
_PROSE_END = re.compile(r"[a-z)][.!?…]$")
_QUERY = re.compile(
    r"(?:select\s.{0,2000}?\sfrom\s|select\s+\w+\(|(?:insert\s+into|update\s+\S+\s+set|delete\s+from|alter\s+(?:table|user|role|"
    r"system|database)|create\s+(?:table|index|user|role|database|extension|unique)|drop\s+(?:table|index|user|role|database)|"
    r"show\s+(?:grants|processlist|databases|tables|slave|replica)|explain\s|grant\s+\w+|revoke\s+\w+|vacuum|reindex|truncate)\b|"
    r"[a-z_][a-z0-9_:]{2,80}\{\s?[a-z_]+\s?(?:=|!)|"
    r"fields\s+@|filter\s+@|index\s*=\s*\S+|\(?(?:sum|avg|max|min|rate|increase|histogram_quantile|count|topk|absent)\s*(?:by\s*)?\()",
    re.IGNORECASE | re.DOTALL,
)
_OUTPUT_LINE = re.compile(
    r"\s*(?:\+[-=+]{3,}|[-=]{3,}\+[-=+]+|\|.*\|\s*$|(?:ERROR|FATAL|WARN(?:ING)?|INFO|DEBUG|DETAIL|CONTEXT|HINT|NOTICE|"
    r"Error|panic|Traceback|Exception)\b[: ]|[EWIF]\d{4} \d\d:|\[?\d{4}-\d\d-\d\d[T ]\d\d:|=> |"
    r"NAME\s{2,}\S|NAMESPACE\s{2,}\S|"
    r"\(?\d+ rows?|Empty set|HTTP/[\d.]+ \d{3}|[<>*] (?:HTTP/|[A-Za-z-]{2,40}: |Trying |Connected )|"
    r"total \d+$|- \w+ = |\.\.\.$|(?:error|fatal|warning): |"
    r"[\w-]+\.go:\d+\]|.*\sat \S+\([\w.]+:\d+\)|\w{3} +\d+ \d\d:\d\d:\d\d )"
)
_LOGGED = re.compile(r"(?:ts|time|timestamp|level|lvl|caller|msg)=\S+ +\w+=")
_COLUMNS = re.compile(r"\S {3,}\S.* {2,}\S")
_GREETING = re.compile(
    r"(?:hi|hello|dear|hey|greetings|good (?:morning|afternoon|evening)|team|all),?(?:\s|$)", re.IGNORECASE
)
_FIELD = re.compile(r"(?:\*\*)?(?:subject|to|from|cc|title|summary|headline|betreff)(?:\*\*)?:\s?", re.IGNORECASE)
_BLANK = re.compile(r"[-*•]?\s?(?:\*\*)?[A-Z][A-Za-z /&-]{1,40}(?:\*\*)?:\s?.{0,80}[\[{<][A-Za-z#][^\]}>]{0,200}[\]}>]")
_SPOKEN = re.compile(
    r"(?:we(?:'re| are| have)|i am|i'm|our (?:team|engineers)|please be advised|thank you)\b", re.IGNORECASE
)
_KEY = re.compile(r"\s*(?:- )?[\w.\"'/-]+:(?:\s|$)|\s*- \S|\s*[\[{\]}]|\s*\[[\w. -]+\]$|\s*#")
_LONGEST = 4000


def looks_like_shell(text: str, *, asked: bool = False) -> bool:
    """Whether its first line that is no comment starts with a command; `asked`: the words above speak of running it."""
    line = _first_line(text)
    if not line or line.startswith(("http://", "https://")) or _LOGGED.match(line):
        return False
    if _ASSIGNMENT.match(line) or _PATH.match(line) or _CMDLET.match(line):
        return True
    words = line.split()
    first = words[0]
    if first in _KEYWORDS or looks_like_output(line):
        return False
    if first in {"[", "[[", "{", "("}:
        return first in {"[[", "("} and len(words) > 1
    if first in _COMMANDS:
        return first not in _ENGLISH or not _is_prose(line)
    if first.startswith("<") and first.endswith(">") and len(words) > 1:
        return _OPTION.search(line) is not None
    if _WORD.match(first) is None or _is_prose(line):
        return False
    return asked or (len(words) > 1 and _OPTION.search(line) is not None and not looks_like_output(text))


def looks_like_query(text: str) -> bool:
    """Whether it starts like SQL, PromQL, LogQL, or a search of logs."""
    bare = "\n".join(line for line in text[:_LONGEST].splitlines() if not line.lstrip().startswith(("#", "--", "//")))
    return _QUERY.match(bare.strip()) is not None or _META.match(bare) is not None


def looks_like_output(text: str) -> bool:
    """Whether at least half of its lines are those of tables, logs and errors."""
    lines = [line[:400] for line in text[:_LONGEST].splitlines() if line.strip()]
    hits = sum(bool(_OUTPUT_LINE.match(line) or _LOGGED.match(line)) or _is_columns(line) for line in lines)
    return bool(lines) and hits * 2 >= len(lines)


def greets(text: str) -> bool:
    """Whether it begins as a letter to somebody does."""
    return _GREETING.match(text[:_LONGEST].lstrip()) is not None


def looks_like_message(text: str) -> bool:
    """Whether it greets somebody, has a subject, speaks as "we" or is a form with blanks to fill in."""
    lines = [line.strip() for line in text[:_LONGEST].splitlines() if line.strip()]
    if not lines:
        return False
    if re.match(r"/[a-z-]{2,30} [A-Z~@]", lines[0]):
        return True
    if (
        _GREETING.match(lines[0])
        or _FIELD.match(lines[0])
        or lines[0].startswith(("@here", "@channel", ":rotating_light:"))
    ):
        return True
    blanks = sum(_BLANK.match(line) is not None for line in lines)
    return blanks * 3 >= len(lines) > 1 or any(_SPOKEN.match(line) for line in lines[:6])


def has_sentences(text: str) -> bool:
    """Whether a line of it reads as a sentence."""
    lines = [line.split() for line in text[:_LONGEST].splitlines() if "│" not in line]
    return any(sum(word.isalpha() for word in words) > 4 for words in lines)


def looks_configured(text: str) -> bool:
    """Whether most lines are keys with values, as in YAML, JSON and INI."""
    lines = [line[:400] for line in text[:_LONGEST].splitlines() if line.strip()]
    return bool(lines) and sum(_KEY.match(line) is not None for line in lines) * 3 > len(lines) * 2


def _first_line(text: str) -> str:
    for line in text[:_LONGEST].splitlines():
        if line.strip() and not line.lstrip().startswith(("#", "//")):
            return line.strip()[:400]
    return ""


def _is_prose(line: str) -> bool:
    plain_words = sum(word.isalpha() for word in line.split())
    return _PROSE_END.search(line) is not None or (
        plain_words >= 4 and _CAPITALS.search(line) is None and _SIGNS.search(line) is None
    )


def _is_columns(line: str) -> bool:
    return _COLUMNS.search(line) is not None and not line.lstrip().startswith(("-", "|", "#"))
