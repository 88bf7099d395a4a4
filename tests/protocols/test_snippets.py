"""Commands, their output, messages and configuration of code blocks, told apart."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.protocol import Block
from incident_tui.protocols.markdown.snippets import blocks_of


def kind_of(text: str, language: str = "", before: str = "") -> str:
    commands, blocks = blocks_of(text, language, before)
    return "command" if commands else blocks[0].kind


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("$ kubectl get pods\n", "kubectl get pods"),
        ("   $ kubectl logs x \\\n       | grep -iE 'a|b'\n", "kubectl logs x \\\n    | grep -iE 'a|b'"),
        ("ops@web-1:~$ uptime", "uptime"),
        ("[root@db ~]# systemctl restart postgresql", "systemctl restart postgresql"),
        ("(venv) user@host:/srv/app$ ./run.sh", "./run.sh"),
        ("PS C:\\Users\\ops> Get-Service sshd", "Get-Service sshd"),
        ("C:\\> ipconfig /all", "ipconfig /all"),
        ("> config get slowlog-max-len", "config get slowlog-max-len"),
        ("mysql> SELECT 1;", "SELECT 1;"),
        ("ckan_production=> SELECT 1;", "SELECT 1;"),
        (">>> for x in y:\n...     print(x)", "for x in y:\n    print(x)"),
        ("$ cat <<EOF > a.yaml\nkind: Pod\nEOF", "cat <<EOF > a.yaml\nkind: Pod\nEOF"),
        ("$ cat <<'EOF' > a\n> one\n> EOF", "cat <<'EOF' > a\none\nEOF"),
        ("$ echo 'one\ntwo'", "echo 'one\ntwo'"),
        ("$ export POD=<POD_NAME>", "export POD=<POD_NAME>"),
        ("$ a |\n  b", "a |\n  b"),
        ("$ long \\\n    > out.txt", "long \\\n    > out.txt"),
    ],
)
def test_prompts_go_and_continuations_stay(text: str, command: str) -> None:
    assert blocks_of(text, "console", "") == ((command,), ())


def test_output_below_a_command_is_told_apart() -> None:
    text = "$ dig +short a\n10.0.0.1\n\n# the other\n$ dig +short b\n10.0.0.2\n"

    assert blocks_of(text, "shell", "") == (
        ("dig +short a", "# the other\ndig +short b"),
        (Block("output", "10.0.0.1", "shell"), Block("output", "10.0.0.2", "shell")),
    )


def test_a_quotation_that_never_ends_is_output() -> None:
    commands, blocks = blocks_of("$ fortune\nyou can't win", "console", "")

    assert commands == ("fortune",)
    assert blocks == (Block("output", "you can't win", "console"),)


def test_root_prompts_count_only_where_prompts_are_expected() -> None:
    text = "# systemctl stop nginx\n# rm -rf /var/cache/nginx"

    assert blocks_of(text, "console", "")[0] == ("systemctl stop nginx", "rm -rf /var/cache/nginx")
    assert blocks_of(f"{text}\nls", "bash", "")[0] == (f"{text}\nls",)


def test_lines_without_prompts_are_one_command() -> None:
    text = "export NS=x\n# restart\nkubectl -n $NS rollout restart deploy/a\n\nkubectl -n $NS get pods"

    assert blocks_of(text, "bash", "") == ((text,), ())


def test_common_indentation_goes() -> None:
    assert blocks_of("    a=1\n      b=2\n", "sh", "")[0] == ("a=1\n  b=2",)


@pytest.mark.parametrize(
    "language", ["bash", "sh", "shell", "powershell", "sql", "promql", "logql", "kql", "ruby", "python"]
)
def test_shells_and_queries_are_commands(language: str) -> None:
    assert kind_of("do something --now", language) == "command"


@pytest.mark.parametrize("language", ["bash {linenos=true}", "{code-block} bash", "BASH", "bash,ignore"])
def test_the_language_is_found_among_its_attributes(language: str) -> None:
    assert kind_of("ls -l", language) == "command"


@pytest.mark.parametrize("language", ["yaml", "json", "toml", "ini", "mermaid", "diff", "go", "html", "{note}"])
def test_configuration_diagrams_and_sources_are_text(language: str) -> None:
    assert kind_of("a: kubectl get pods", language) == "text"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("kubectl exec -it deploy/ckan -n x -- bash", "You must exec onto a pod:"),
        ("sudo systemctl restart nginx", ""),
        ("FOO=$(git rev-parse HEAD)", ""),
        ("./cloud_sql_proxy -instances=<instance ID>", ""),
        ("while read p; do curl $p; done < file", "run the following:"),
        ("ckan user show USERNAME", "Viewing a user"),
        ("ckan search-index -o rebuild", ""),
        ('<psql_command> -c "SELECT 1"', ""),
        ("SELECT count(*)\nFROM pg_stat_activity;", ""),
        ("fields @timestamp\n| filter x = 1", "Insights query"),
        ("sum(rate(http_requests_total[5m])) by (job)", ""),
        ('kube_pod_info{namespace="x"}', "Use the query:"),
        ("(sum(rate(a[5m])) / sum(rate(b[5m])))", "The query returns a result when it failed."),
        ("\\c production\n\\dt", ""),
        ("Get-EventLog -LogName Security", ""),
        ("# look first\nls /var/log", ""),
    ],
)
def test_a_block_without_a_language_may_be_a_command(text: str, before: str) -> None:
    assert blocks_of(text, "", before) == ((text,), ())


@pytest.mark.parametrize(
    ("text", "language", "before"),
    [
        ("Empty set (0.00 sec)", "text", "If the command returns..."),
        ("+---+---+\n| a | b |\n+---+---+", "", ""),
        ("NAME   READY   STATUS\nweb-1  1/1     Running", "", ""),
        ("ERROR: duplicate key value violates unique constraint", "", "You'll see something like:"),
        ("Saved!\nAsset id: 65", "sh", "The output will look like the following:"),
        ("illegal_argument_exception", "", "Example error message:"),
        ("I1130 12:15:18.635452  1 leaderelection.go:243] lost", "text", "Leader pod example:"),
        ('=> {"a"=>1}', "rb", ""),
        (" - alertname = KubeNodeUnreachable\n...\n - node = a", "console", "The alert describes it:"),
        ("error: Transaction in progress: (null)", "console", "It cannot finish the transaction."),
        ('kube_pod_info{namespace="x"} 1', "", "Example output:"),
        ("role:slave\nmaster_port:6379", "", "You're now expecting the replica to report something like:"),
    ],
)
def test_a_block_may_be_output(text: str, language: str, before: str) -> None:
    assert kind_of(text, language, before) == "output"


@pytest.mark.parametrize(
    ("text", "language", "before"),
    [
        ("Subject: Outage of payments\n\nDear customers,", "text", ""),
        ("Hi team, we are looking into it.", "", ""),
        ("I am the incident lead", "", "the incident lead should post this message on the slack thread:"),
        ("Hello {owner}, this is a reminder", "markdown", "add a comment using this template:"),
        ("/pd-moc We are initiating a rollback of the site", "", "Page the manager"),
        ("INCIDENT: [Brief description]\nStatus: Investigating\nNext update: [Time]", "", "Status Update"),
        ("BRIEFING\nSummary: [what happened]", "text", "C.3 Internal Stakeholder Briefing Template"),
    ],
)
def test_a_block_may_be_a_message(text: str, language: str, before: str) -> None:
    assert kind_of(text, language, before) == "message"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b", "See the following example."),
        ("Detection → Triage → Review\n    │          │\n  Alert      Severity   within 72h", "Incident Lifecycle"),
        ("const job = new Job(x)", "have the processor check it after execution:"),
        ("https://example.org/api/3/action/show?id=1", "via an API call, eg:"),
        ("Is it contained?\n│\n├── YES → go on\n└── NO", "Decide:"),
        ("make sure that everybody knows what happened here.", ""),
        ("client-output-buffer-limit slave 4gb 4gb 0", "Thus for a line in the config like this"),
    ],
)
def test_a_block_may_be_text(text: str, before: str) -> None:
    assert kind_of(text, "", before) == "text"


@pytest.mark.parametrize("text", ["", "\n\n", "   \n"])
def test_an_empty_block_is_nothing(text: str) -> None:
    assert blocks_of(text, "bash", "") == ((), ())


SHELL = (
    "$ ls",
    "$ echo 'a",
    "b'",
    "  | wc",
    "$ cat <<EOF",
    "EOF",
    "# note",
    "> x",
    "user@h:~$ id",
    "$ a \\",
    "\tkubectl",
)
OTHERS = (
    "a: 1",
    "SELECT 1",
    "PS C:\\> dir",
    "mysql> show tables;",
    ">>> 1",
    "... 2",
    "it's",
    "=> {}",
    "NAME  READY  AGE",
    "",
)
LINES = st.sampled_from((*SHELL, *OTHERS))
LANGUAGES = st.sampled_from(["", "bash", "console", "text", "sql", "yaml", "python", "{note}", "powershell", "md"])


def signs(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", text))


@given(st.lists(LINES, max_size=12).map("\n".join), LANGUAGES, st.text(max_size=40))
def test_nothing_but_prompts_is_lost(text: str, language: str, before: str) -> None:
    commands, blocks = blocks_of(text, language, before)
    kept = signs("".join([*commands, *(block.text for block in blocks)]))

    lost = signs(text) - kept
    assert set(lost) <= set("$>#.-PSC:\\mysqluser@h~")
    assert not kept - signs(text)


@given(st.text(max_size=200), st.text(max_size=15), st.text(max_size=60))
def test_any_text_is_kept_when_it_has_no_prompt(text: str, language: str, before: str) -> None:
    plain = re.sub(r"[$>#%❯➜]", "", text)
    commands, blocks = blocks_of(plain, language, before)

    assert signs("".join([*commands, *(block.text for block in blocks)])) == signs(plain)


HOSTILE = [
    "$ 'a\n" * 9_999,
    "a" * 99_999,
    "| " * 50_000,
    "a  " * 33_000,
    "$ cat <<X\n" * 9_999,
    "@" * 99_999,
    "\n" * 99_999,
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", ["", "console"])
def test_hostile_text_is_kept(hostile: str, language: str) -> None:
    commands, blocks = blocks_of(hostile, language, hostile)

    assert not signs("".join([*commands, *(block.text for block in blocks)])) - signs(hostile)
