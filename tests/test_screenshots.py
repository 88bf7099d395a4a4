"""The pictures of the README are what the program draws today."""

import asyncio
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / "screenshots" / "make.py"
SPEC = importlib.util.spec_from_file_location("make_screenshots", SCRIPT)
assert SPEC is not None
assert SPEC.loader is not None
make = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = make
SPEC.loader.exec_module(make)


@pytest.mark.parametrize("picture", make.PICTURES, ids=lambda picture: picture.name)
def test_a_picture_shows_the_program_as_it_is(picture: Any) -> None:
    """`make screenshots` draws them anew after a change that is meant."""
    drawn = asyncio.run(make.draw(picture))

    assert drawn == (SCRIPT.parent / f"{picture.name}.svg").read_text(encoding="utf-8")


def test_the_readme_shows_no_picture_that_is_not_made() -> None:
    readme = (SCRIPT.parents[1] / "README.md").read_text(encoding="utf-8")
    shown = {line.split("(screenshots/")[1].split(".svg")[0] for line in readme.splitlines() if "(screenshots/" in line}

    assert shown <= {picture.name for picture in make.PICTURES}
    assert shown
