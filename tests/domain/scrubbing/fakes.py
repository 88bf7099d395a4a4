"""Tokens that nobody has ever had, made when the tests run, so that no scanner takes this file for a leak."""

from __future__ import annotations

import base64
import random
import string
from typing import NamedTuple

LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
URL = LETTERS + "-_"


class Fake(NamedTuple):
    """A line as somebody logs it, and the part of it that must not be kept."""

    name: str
    line: str
    secret: str


class Maker:
    """Makes the same tokens for the same seed."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def of(self, signs: str, size: int) -> str:
        """Random signs, letters and digits among them wherever `signs` has both."""
        while True:
            made = "".join(self._dice.choices(signs, k=size))
            if size < 8 or sum(sign.isdigit() for sign in made) >= 2 or not any(sign.isdigit() for sign in signs):
                return "a" + made[1:-1] + "7" if "-" in signs else made

    def uuid(self) -> str:
        return "-".join(self.of(HEX, size) for size in (8, 4, 4, 4, 12))

    def base64(self, size: int) -> str:
        return base64.b64encode(self._dice.randbytes(size)).decode()

    def json64(self, start: str, size: int) -> str:
        text = start + self.of(LETTERS, size)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def tokens(make: Maker) -> dict[str, str]:
    """Tokens that are secrets wherever they stand, by what they are."""
    of = make.of
    return {
        "aws access key": "AK" + "IA" + of(string.ascii_uppercase + "234567", 16),
        "aws temporary key": "AS" + "IA" + of(string.ascii_uppercase + "234567", 16),
        "google api key": "AI" + "za" + of(URL, 35),
        "google oauth token": "ya" + "29." + of(URL, 120),
        "google client secret": "GOC" + "SPX-" + of(URL, 28),
        "github classic": "gh" + "p_" + of(LETTERS, 36),
        "github oauth": "gh" + "o_" + of(LETTERS, 36),
        "github user": "gh" + "u_" + of(LETTERS, 36),
        "github server": "gh" + "s_" + of(LETTERS, 36),
        "github refresh": "gh" + "r_" + of(LETTERS, 36),
        "github fine-grained": "github" + "_pat_" + of(LETTERS, 22) + "_" + of(LETTERS, 59),
        "gitlab personal": "gl" + "pat-" + of(URL, 20),
        "gitlab deploy": "gl" + "dt-" + of(URL, 20),
        "gitlab runner": "gl" + "rt-" + of(URL, 20),
        "gitlab trigger": "gl" + "ptt-" + of(HEX, 40),
        "slack bot": "xo" + "xb-" + of(string.digits, 12) + "-" + of(string.digits, 12) + "-" + of(LETTERS, 24),
        "slack user": "xo" + "xp-" + "-".join(of(string.digits, 12) for _ in range(3)) + "-" + of(HEX, 32),
        "slack app": "xa" + "pp-1-" + of(UPPER, 11) + "-" + of(string.digits, 13) + "-" + of(HEX, 64),
        "slack refresh": "xo" + "xe-1-" + of(LETTERS, 146),
        "discord bot": "M" + of(LETTERS, 23) + "." + of(LETTERS, 6) + "." + of(URL, 38),
        "stripe live": "sk" + "_live_" + of(LETTERS, 24),
        "stripe restricted": "rk" + "_live_" + of(LETTERS, 99),
        "stripe webhook": "wh" + "sec_" + of(LETTERS, 32),
        "twilio key": "S" + "K" + of(HEX, 32),
        "sendgrid": "S" + "G." + of(URL, 22) + "." + of(URL, 43),
        "mailgun": "key" + "-" + of(HEX, 32),
        "mailgun new": of(HEX, 32) + "-" + of(HEX, 8) + "-" + of(HEX, 8),
        "mailchimp": of(HEX, 32) + "-us" + "14",
        "npm": "np" + "m_" + of(LETTERS, 36),
        "pypi": "py" + "pi-AgEIcHlwaS5vcmc" + of(URL, 150),
        "docker hub": "dckr" + "_pat_" + of(URL, 27),
        "new relic user": "NR" + "AK-" + of(UPPER, 27),
        "new relic licence": of(HEX, 36) + "NR" + "AL",
        "grafana service account": "gl" + "sa_" + of(LETTERS, 32) + "_" + of(HEX, 8),
        "grafana cloud": "gl" + "c_" + make.json64('{"o":"', 60),
        "heroku": "HR" + "KU-AA" + of(URL, 58),
        "digitalocean": "do" + "p_v1_" + of(HEX, 64),
        "cloudflare origin": "v1" + ".0-" + of(HEX, 24) + "-" + of(HEX, 146),
        "openai project": "sk" + "-proj-" + of(URL, 74) + "T3Blbk" + "FJ" + of(URL, 74),
        "openai old": "sk" + "-" + of(LETTERS, 20) + "T3Blbk" + "FJ" + of(LETTERS, 20),
        "anthropic": "sk" + "-ant-api03-" + of(URL, 93) + "AA",
        "hugging face": "h" + "f_" + of(string.ascii_letters, 34),
        "telegram": of(string.digits, 10).replace("0", "1") + ":A" + "A" + of(URL, 33),
        "square": "sq0" + "atp-" + of(URL, 22),
        "square access": "EA" + "AA" + of(URL, 60),
        "shopify": "shp" + "at_" + of(HEX, 32),
        "vault": "hv" + "s." + of(URL, 92),
        "vault old": "s" + "." + of(LETTERS, 24),
        "jwt": ".".join((make.json64('{"alg":"HS256","x":"', 20), make.json64('{"sub":"', 60), of(URL, 43))),
        "sentry organisation": "sntr" + "ys_" + make.json64('{"iat":1', 90) + "_" + of(LETTERS, 43),
        "sentry user": "sntr" + "yu_" + of(HEX, 64),
        "ntfy": "t" + "k_" + of(LOWER, 29),
        "atlassian": "ATA" + "TT3xFfGF0" + of(URL, 183),
        "bitbucket": "AT" + "BB" + of(LETTERS, 32),
        "uptimerobot": "u1234567" + "-" + of(HEX, 24),
        "uptimerobot monitor": "m798765432" + "-" + of(HEX, 24),
        "pagerduty": "pd" + "us+_0XBPWQQ_" + make.uuid(),
        "tailscale": "tskey" + "-auth-" + of(LETTERS, 12) + "-" + of(LETTERS, 32),
        "terraform": of(LETTERS, 14) + ".atlas" + "v1." + of(URL, 67),
        "databricks": "dap" + "i" + of(HEX, 32),
        "notion": "nt" + "n_" + of(string.digits, 11) + of(LETTERS, 35),
        "linear": "lin" + "_api_" + of(LETTERS, 40),
        "postman": "PM" + "AK-" + of(HEX, 24) + "-" + of(HEX, 34),
        "pulumi": "pu" + "l-" + of(HEX, 40),
        "rubygems": "ruby" + "gems_" + of(HEX, 48),
        "dynatrace": "dt0" + "c01." + of(UPPER, 24) + "." + of(UPPER, 64),
        "doppler": "dp" + ".pt." + of(LETTERS, 43),
        "azure client secret": of(LETTERS, 3) + "8Q" + "~" + of(LETTERS, 34),
        "age": "AGE-SECRET" + "-KEY-1" + of(UPPER, 58),
        "openshift": "sha" + "256~" + of(URL, 43),
    }


def places(make: Maker) -> list[Fake]:
    """Secrets that are seen by where they stand."""
    of = make.of
    hook = f"B{of(UPPER, 10)}/{of(LETTERS, 24)}"
    made = {
        "slack webhook": (
            "curl -d @m.json https://hooks.slack" + f".com/services/T{of(UPPER, 10)}" + "/{}",
            hook,
        ),
        "discord webhook": ("POST https://discord" + ".com/api/webhooks/123456789012345678/{} gave 401", of(URL, 68)),
        "teams workflow": (
            "https://prod-12.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/run?api-version=1&sig={}",
            of(URL, 43),
        ),
        "teams webhook": (
            "https://acme.webhook.office" + ".com/webhookb2/{}",
            f"{make.uuid()}@{make.uuid()}/IncomingWebhook/{of(HEX, 32)}",
        ),
        "mattermost webhook": ("posting to https://chat.example.com/hooks/{} fails", of(LOWER, 26)),
        "healthchecks": ("curl -fsS https://hc-ping.com/{}", make.uuid()),
        "aws secret": ("aws_secret_access_key = {}", of(LETTERS + "/+", 40)),
        "aws secret in json": ('"SecretAccessKey": "{}",', of(LETTERS + "/+", 40)),
        "aws presigned": ("GET /backup.sql?X-Amz-Expires=300&X-Amz-Signature={}", of(HEX, 64)),
        "azure storage": ("AccountName=prod;AccountKey={};EndpointSuffix=core.windows.net", make.base64(64)),
        "azure sas": ("https://x.blob.core.windows.net/b?sv=2024-11-04&sig={}", of(LETTERS, 40) + "%3D"),
        "azure bus": ("SharedAccessKeyName=Root;SharedAccessKey={}", make.base64(32)),
        "datadog api": ("DD_API_KEY={} datadog-agent run", of(HEX, 32)),
        "datadog application": ("curl -H 'DD-APPLICATION-KEY: {}' https://api.datadoghq.com", of(HEX, 40)),
        "pagerduty routing": ('{{"routing_key": "{}", "event_action": "trigger"}}', of(LOWER, 32)),
        "pagerduty rest": ("Authorization: Token token={}", "u+" + of(LETTERS, 18)),
        "heroku old": ("HEROKU_API_KEY={} heroku ps", make.uuid()),
        "cloudflare": ("CLOUDFLARE_API_TOKEN={}", of(LETTERS, 40)),
        "cloudflare global": ("X-Auth-Key: {}", of(HEX, 37)),
        "sentry dsn": ("dsn https://{}@o123.ingest.sentry.io/4501", of(HEX, 32)),
        "url password": ("DATABASE_URL=postgres://app:{}@db:5432/shop", of(LETTERS, 12)),
        "url without user": ("redis://:{}@cache:6379/0", of(LETTERS, 20)),
        "mongo": ("mongodb+srv://svc:{}@cluster0.mongodb.net/x", of(LETTERS, 9) + "!"),
        "ado connection": ("Server=db;User Id=sa;Password={};Encrypt=true", "Tr0ub4dor" + "&3x"),
        "bearer": ("curl -H 'Authorization: Bearer {}' https://api", of(LETTERS, 40)),
        "basic": ("Authorization: Basic {}", make.base64(18)),
        "bearer alone": ("it sends bearer {} to the old host", of(LETTERS, 32)),
        "curl user": ("curl -s -u admin:{} https://jira.example.com", of(LETTERS, 12)),
        "mysql": ("mysql -h db -u root -p{} -e 'show processlist'", of(LETTERS, 10)),
        "pgpassword": ("PGPASSWORD={} psql -h db", of(LETTERS, 10)),
        "password": ("password={}", "hunt" + "er2"),
        "password in yaml": ("  password: '{}'", "S0mmer" + "2026!"),
        "secret": ("client_secret: {}", of(LETTERS, 32)),
        "api key": ("?api_key={}&q=1", of(HEX, 32)),
        "token in log": ('level=debug msg="login" token={}', of(LETTERS, 24)),
        "vault header": ("X-Vault-Token: {}", of(LETTERS, 26)),
        "docker config": ('{{"auths": {{"x": {{"auth": "{}"}}}}}}', make.base64(24)),
        "npmrc": ("//registry.npmjs.org/:_auth" + "Token={}", make.uuid()),
        "option": ("deploy --api-token {} --now", of(LETTERS, 32)),
        "grafana old": ("Authorization: Bearer {}", make.json64('{"k":"', 60)),
        "opsgenie": ("Authorization: GenieKey {}", make.uuid()),
        "statuspage": ("Authorization: OAuth {}", make.uuid()),
    }
    return [Fake(name, line.format(secret), secret) for name, (line, secret) in made.items()]


def private_key(make: Maker, name: str = "RSA ") -> str:
    """A private key of several lines."""
    body = make.base64(600)
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN {name}PRIVATE" + f" KEY-----\n{lines}\n-----END {name}PRIVATE" + " KEY-----"


def fakes(seed: int = 7) -> list[Fake]:
    """One of each format, tokens within a sentence."""
    make = Maker(seed)
    return [
        *(Fake(name, f"the deploy used {token} and failed", token) for name, token in tokens(make).items()),
        *places(make),
    ]
