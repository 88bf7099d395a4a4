"""Lines as they stand in logs, documents and tools, none of which holds a secret; the same in every run."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from random import Random

from tests.domain.scrubbing.fakes import HEX, LETTERS, LOWER, Maker

SERVICES = ("checkout", "orders", "search", "payments", "inventory", "mail", "auth", "token-service")
WORDS = (
    *("error", "rate", "climbs", "after", "the", "deploy", "pool", "is", "full", "rolled", "back", "to", "password"),
    *("reset", "token", "expired", "secret", "rotated", "key", "of", "cache", "missing", "login", "fails", "users"),
)
PEOPLE = ("mara", "ken", "lee", "dana", "jo")
HOSTS = ("example.com", "grafana.example.com", "status.example.org", "10.0.3.17", "db-1.internal")


class Lines:
    """Makes lines of every form in turn."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.make = Maker(seed)

    def every(self) -> Iterator[str]:
        """Without end, each form as often as any other."""
        forms: tuple[Callable[[], str], ...] = (
            *(self.access, self.logged, self.traced, self.as_json, self.said, self.stack, self.query, self.queried),
            *(self.commit, self.stat, self.ref, self.hunk, self.digest, self.image, self.checksum, self.picture),
            *(self.uuids, self.address, self.pod, self.measured, self.lockfile, self.setting, self.placeholder),
            *(self.command, self.certificate, self.header, self.row, self.time, self.arn, self.path),
        )
        for form in cycle(forms):
            yield form()

    def number(self, most: int) -> int:
        return self.dice.randrange(1, most)

    def one(self, words: tuple[str, ...]) -> str:
        return self.dice.choice(words)

    def words(self, count: int) -> str:
        return " ".join(self.dice.choices(WORDS, k=count))

    def moment(self) -> str:
        hour, minute, second = self.number(24), self.number(60), self.number(60)
        return f"2026-11-{self.number(30):02}T{hour:02}:{minute:02}:{second:02}.{self.number(999):03}Z"

    def access(self) -> str:
        way = f"/{self.one(SERVICES)}/{self.number(90_000)}?page={self.number(90)}&sort=-created_at"
        return f'10.0.3.{self.number(255)} - - [{self.moment()}] "GET {way} HTTP/1.1" 200 {self.number(9999)}'

    def logged(self) -> str:
        level = self.one(("INFO", "WARN", "ERROR", "DEBUG"))
        return f"{self.moment()} {level} [{self.one(SERVICES)}-{self.number(9)}] {self.words(8)}"

    def traced(self) -> str:
        return f"level=warn trace_id={self.make.of(HEX, 32)} span_id={self.make.of(HEX, 16)} msg={self.words(1)}"

    def as_json(self) -> str:
        return f'{{"id":"{self.make.uuid()}","by":"{self.one(PEOPLE)}","text":"{self.words(5)}"}}'

    def said(self) -> str:
        return f"{self.one(PEOPLE)}: {self.words(self.number(14))}, see {self.one(SERVICES)}"

    def stack(self) -> str:
        return f'  File "/srv/{self.one(SERVICES)}/views.py", line {self.number(900)}, in read_token'

    def query(self) -> str:
        return f"select id, total from {self.one(SERVICES)} where id = '{self.make.uuid()}' limit {self.number(99)}"

    def queried(self) -> str:
        return f"LOG:  duration: {self.number(9999)}.{self.number(999)} ms  update users set password_hash = $1"

    def commit(self) -> str:
        return f"commit {self.make.of(HEX, 40)}"

    def stat(self) -> str:
        return f" src/{self.one(SERVICES)}/{self.make.of(string.ascii_lowercase, 9)}.py | {self.number(99)} ++++----"

    def ref(self) -> str:
        return f"   {self.make.of(HEX, 10)}..{self.make.of(HEX, 10)}  main -> origin/main"

    def hunk(self) -> str:
        return f"index {self.make.of(HEX, 7)}..{self.make.of(HEX, 7)} 100644"

    def digest(self) -> str:
        return f"{self.make.of(HEX, 64)}  {self.one(SERVICES)}-{self.number(9)}.{self.number(30)}.tar.gz"

    def image(self) -> str:
        return f"Pulled ghcr.io/acme/{self.one(SERVICES)}@sha256:{self.make.of(HEX, 64)}"

    def checksum(self) -> str:
        return f"integrity sha512-{self.make.base64(64)}"

    def picture(self) -> str:
        return f"![graph](data:image/png;base64,iVBORw0KGgo{self.make.base64(self.number(300))})"

    def uuids(self) -> str:
        return f"request {self.make.uuid()} of session {self.make.uuid()} {self.words(4)}"

    def address(self) -> str:
        board = f"{self.make.of(LETTERS, 9)}/{self.one(SERVICES)}"
        return f"see https://{self.one(HOSTS)}/d/{board}?from={self.number(10**9)}"

    def pod(self) -> str:
        return f"{self.one(SERVICES)}-{self.make.of(HEX, 10)}-{self.make.of(LOWER, 5)}   1/1   Running   0   4h"

    def measured(self) -> str:
        return f'http_requests_total{{service="{self.one(SERVICES)}",code="500"}} {self.number(10**9)}'

    def lockfile(self) -> str:
        return f'    {{ file = "{self.one(SERVICES)}-1.2.whl", hash = "sha256:{self.make.of(HEX, 64)}" }},'

    def setting(self) -> str:
        days = self.number(90)
        return f"max_tokens={self.number(9999)} token_type=opaque key_count={days} secret_rotation_days={days}"

    def placeholder(self) -> str:
        name = f"{self.one(SERVICES).replace('-', '_').upper()}_TOKEN"
        return self.one(
            (f"export {name}=${{{name}}}", f"{name}=<your token>", f"password: ${name}", f"--token ${name}")
        )

    def command(self) -> str:
        return f"$ kubectl rollout undo deployment/{self.one(SERVICES)} --to-revision={self.number(9)}"

    def certificate(self) -> str:
        return "        Serial Number: " + ":".join(self.make.of(HEX, 2) for _ in range(16))

    def header(self) -> str:
        made = (f'etag: W/"{self.make.of(HEX, 32)}"', f"x-request-id: {self.make.uuid()}")
        return self.one((*made, "authorization: <token>"))

    def row(self) -> str:
        return f"| {self.one(SERVICES)} | {self.number(100)} % | {self.one(PEOPLE)} | {self.words(3)} |"

    def time(self) -> str:
        return f"- {self.number(24):02}:{self.number(60):02} {self.one(PEOPLE)} {self.words(6)}"

    def arn(self) -> str:
        return f"arn:aws:iam::{self.number(10**12):012}:role/{self.one(SERVICES)}-{self.make.of(HEX, 6)}"

    def path(self) -> str:
        return f"/var/lib/docker/overlay2/{self.make.of(HEX, 64)}/merged/etc/{self.one(SERVICES)}/secret.yaml"


def clean_lines(count: int, seed: int = 7) -> list[str]:
    """So many lines, all different forms among them."""
    return list(islice(Lines(seed).every(), count))
