"""The whole way with the real programs: a rule of Prometheus, Alertmanager, `listen`, an incident, and its end."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from incident_tui.sources.prometheus_api import SPARKS
from tests.channels.server import Answer, Server, serving
from tests.cli.conftest import CommandLine
from tests.cli.test_listen import TOKEN, listening

PATIENCE_SECONDS = 60.0
PROGRAMS = ("prometheus", "prometheus-alertmanager")

RULES = """
groups:
  - name: shop
    rules:
      - alert: CheckoutFails
        expr: shop_errors > 0
        labels: {severity: critical, service: checkout}
        annotations: {summary: "{{ $value }} errors of {{ $labels.job }}"}
"""
PROMETHEUS = """
global: {scrape_interval: 1s, evaluation_interval: 1s, scrape_timeout: 1s}
rule_files: [rules.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["ALERTMANAGER"]}]}]}
scrape_configs: [{job_name: shop, static_configs: [{targets: ["SHOP"]}]}]
"""
ALERTMANAGER = """
route: {receiver: room, group_by: [alertname, service], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers:
  - name: room
    webhook_configs:
      - {url: "LISTEN/alerts", http_config: {authorization: {credentials: "SECRET"}}}
"""


@pytest.fixture
def chain(cli: CommandLine, tmp_path: Path) -> Iterator[tuple[Server, IO[str], str, str]]:
    """The service that fails, what `listen` says line by line, and the addresses of the two programs."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    with contextlib.ExitStack() as stack:
        shop = stack.enter_context(serving())
        listen, process = stack.enter_context(listening(cli, "--declare", "SEV1", "--token", "env:LISTEN_TOKEN"))
        prometheus, alertmanager = (f"127.0.0.1:{_free_port()}" for _ in PROGRAMS)
        (tmp_path / "rules.yml").write_text(RULES)
        scraped = PROMETHEUS.replace("ALERTMANAGER", alertmanager).replace("SHOP", shop.url.removeprefix("http://"))
        (tmp_path / "prometheus.yml").write_text(scraped)
        sent = ALERTMANAGER.replace("LISTEN", listen).replace("SECRET", TOKEN)
        (tmp_path / "alertmanager.yml").write_text(sent)
        one = ["--config.file=alertmanager.yml", "--storage.path=am", "--cluster.listen-address="]
        two = ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb"]
        for name, options, place in ((PROGRAMS[1], one, alertmanager), (PROGRAMS[0], two, prometheus)):
            command = [name, *options, f"--web.listen-address={place}"]
            started = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.callback(started.wait)
            stack.callback(started.kill)
        watchdog = threading.Timer(PATIENCE_SECONDS, process.kill)  # a line that never comes ends with it
        watchdog.start()
        stack.callback(watchdog.cancel)
        assert process.stdout is not None
        yield shop, process.stdout, f"http://{prometheus}", f"http://{alertmanager}"


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port: int = place.getsockname()[1]
        return port


def errors(number: int) -> Answer:
    return Answer(200, f"shop_errors {number}\n", {"content-type": "text/plain; version=0.0.4"})


def test_from_the_rule_to_the_incident_and_back(cli: CommandLine, chain: tuple[Server, IO[str], str, str]) -> None:
    shop, said, prometheus, alertmanager = chain

    shop.answer = errors(7)
    assert "Alertmanager: CheckoutFails: 7 errors of shop: declared INC-" in next(said)

    config = cli.home / "config" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'[sources.metrics]\nkind = "prometheus"\nurl = "{prometheus}"\nplain = true\nqueries = ["shop_errors"]\n'
        f'[sources.alerts]\nkind = "alertmanager"\nurl = "{alertmanager}"\nplain = true\n'
    )
    panels = cli.json("look")["panels"]
    assert not [panel["problem"] for panel in panels if panel["problem"]]
    seen = {f"{panel['source']} · {panel['title']}": [row["text"] for row in panel["rows"]] for panel in panels}
    assert seen["metrics · Alerts that fire"] == ["firing · critical · CheckoutFails · 7 errors of shop"]
    assert seen["metrics · Targets that are down"] == ["the only one is up"]
    course = seen["metrics · Course: shop_errors"][0]
    assert course[0] in f"·{SPARKS}"
    assert course.endswith(f'shop_errors{{instance="{_place(shop)}", job="shop"}}')
    assert seen["alerts · Alerts that fire"] == [
        "group alertname=CheckoutFails, service=checkout · 1 · to room",
        "critical · CheckoutFails · 7 errors of shop",
    ]
    assert "the query is not understood" in cli("look", "metrics{").out

    shop.answer = errors(0)
    assert "Alertmanager: CheckoutFails: 7 errors of shop (over): told in INC-" in next(said)

    shown = cli.json("show")
    assert (shown["title"], shown["severity"], shown["status"]) == (
        "CheckoutFails: 7 errors of shop",
        1,
        "investigating",
    )
    entries = cli.bodies("entry.logged")
    assert [(entry["kind"], entry.get("over", False)) for entry in entries] == [("alert", False), ("health", True)]
    assert entries[0]["alert"] == entries[1]["alert"]
    assert "no alert is left" in entries[1]["text"]


def _place(shop: Server) -> str:
    return shop.url.removeprefix("http://")
