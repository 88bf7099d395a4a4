"""What is left out when the program is loaded is there for who wants it, and changes no answer."""

from __future__ import annotations

import subprocess
import sys

import pytest

LEAN = """
import sys
from incident_tui.loading import lean
lean()
"""
LEFT_OUT = ("gettext", "ipaddress", "platform", "typing_extensions")
ADDRESSES = """
from urllib.parse import urlsplit
print(urlsplit("http://[::1]:80/").port, urlsplit("https://192.0.2.1/").hostname)
for wrong in ("http://[::x]/", "http://[v1]/", "http://[192.0.2.1]/"):
    try:
        print(urlsplit(wrong).hostname)
    except ValueError as error:
        print(type(error).__name__, error)
import ipaddress
print(ipaddress.ip_address("::1").is_loopback)
"""
NAMES = """
import platform, uuid
print(platform.system(), uuid._LINUX, uuid._AIX, uuid.UUID(int=uuid.uuid1().int).version)
"""
USAGE = """
import argparse, gettext
parser = argparse.ArgumentParser("tool", exit_on_error=False)
parser.add_argument("--two", nargs=2)
parser.add_argument("--some", nargs="+")
parser.add_argument("--sort", choices=("a", "b"))
for given in (["--two", "1"], ["--some"], ["--sort", "c"]):
    try:
        parser.parse_args(given)
    except argparse.ArgumentError as error:
        print(error)
print(parser.format_help(), gettext.gettext("of"))
"""
TYPES = """
import msgspec, typing_extensions
class Point(msgspec.Struct):
    x: int
print(msgspec.json.decode(b'{"x": 1}', type=Point).x, typing_extensions.Literal["a"])
"""


def said(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("code", [ADDRESSES, NAMES, USAGE, TYPES])
def test_everything_answers_as_if_it_had_been_loaded_as_usual(code: str) -> None:
    assert said(LEAN + code) == said(code) != ""


def test_nobody_needs_what_is_left_out() -> None:
    code = (
        "from incident_tui.cli.console import Console\nfrom incident_tui.cli.parser import parse\nparse(['log', 'x'])\n"
    )
    found = said(LEAN + code + f"print([name for name in {LEFT_OUT} if name in sys.modules])")
    assert found == "[]\n"


def test_one_that_stands_for_a_module_is_imported_like_it() -> None:
    code = """
from incident_tui.loading import Late
sys.modules["fractions"] = Late("fractions")
import fractions
del sys.modules["fractions"]
print(hasattr(fractions, "__spec__"), "fractions" in sys.modules, fractions.Fraction(1, 2), "fractions" in sys.modules)
"""
    assert said("import sys" + code) == "False False 1/2 True\n"


def test_beside_somebody_elses_thread_all_is_loaded_as_usual() -> None:
    code = """
import threading
going = threading.Event()
threading.Thread(target=going.wait, daemon=True).start()
"""
    assert said(code + LEAN + "print('msgspec' in sys.modules, 'gettext' in sys.modules)") == "False False\n"
