"""What is left out when a library is loaded is missed by nobody."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import trustme

from tests.web.test_ways import certified, says_ok

LOADED = """
import sys
from incident_tui.loading import load
load("asyncio", without="ssl")
import asyncio
assert "ssl" not in sys.modules
assert "_ssl" not in sys.modules
"""
ASKED = """
from incident_tui.web import Ask, ask
print(ask(Ask("GET", sys.argv[2], ca=sys.argv[1])).text)
"""


def ran(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.stdout


def test_requests_are_encrypted_although_asyncio_cannot(serving: Any, authority: trustme.CA, ca: str) -> None:
    server = serving(says_ok, context=certified(authority))
    assert ran(LOADED + ASKED, ca, f"https://127.0.0.1:{server.port}/") == "ok\n"


def test_what_is_left_out_is_there_for_who_asks_for_it() -> None:
    assert ran(LOADED + "import ssl; print(ssl.OPENSSL_VERSION != '')") == "True\n"


def test_what_is_loaded_already_stays_as_it_is() -> None:
    code = (
        "import ssl\nfrom incident_tui.loading import load\nload('asyncio', without='ssl')\nimport asyncio.sslproto\n"
    )
    assert ran(code + "print(asyncio.sslproto.ssl is ssl)") == "True\n"
