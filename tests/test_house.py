"""The house rules that no other tool checks."""

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FILES = sorted((HOUSE / "incident_tui").rglob("*.py"))
HEAVY = ("httpx", "jinja2", "keyring", "pendulum", "rich", "sqlite_utils", "textual")


def lines_with(pattern: str, *, but: str = "(?!)") -> list[str]:
    """Every line of the program with `pattern` and without `but`, as `file:line: text`."""
    return [
        f"{file.relative_to(HOUSE)}:{number}: {line.strip()}"
        for file in FILES
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if re.search(pattern, line) and not re.search(but, line)
    ]


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            yield str(file.relative_to(HOUSE)), node


def test_no_file_is_longer_than_350_lines() -> None:
    lengths = {str(file.relative_to(HOUSE)): len(file.read_text().splitlines()) for file in FILES}

    assert {name: length for name, length in lengths.items() if length > 350} == {}


def test_no_class_has_more_than_25_methods() -> None:
    methods = {
        f"{name}:{node.lineno} {node.name}": sum(
            isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body
        )
        for name, node in nodes()
        if isinstance(node, ast.ClassDef)
    }

    assert {name: count for name, count in methods.items() if count > 25} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    lengths = {
        f"{name}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: length for name, length in lengths.items() if length > 60} == {}


def test_styles_stand_in_style_sheets() -> None:
    assert lines_with(r"^\s*(DEFAULT_)?CSS\b\s*(:[^=]+)?=") == []


def test_nothing_is_left_for_later() -> None:
    assert lines_with(r"\b(TODO|FIXME)\b") == []


def test_catching_everything_gives_its_reason() -> None:
    assert lines_with(r"except (Base)?Exception\b|except\s*:", but=r"#\s*(?!noqa)\w") == []


def test_every_room_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(HOUSE))
        for file in FILES
        if (text := file.read_text()) and ast.get_docstring(ast.parse(text)) is None
    ]

    assert silent == []


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "LICENSE"])
def test_the_front_door_is_there(name: str) -> None:
    assert (HOUSE / name).is_file()


def test_the_domain_needs_only_itself_the_standard_library_and_two_libraries() -> None:
    allowed = sys.stdlib_module_names | {"msgspec", "rpds"}
    strangers = [
        f"{name}: {module}"
        for name, node in nodes()
        if name.startswith("incident_tui/domain/")
        for module in imported(node)
        if module.split(".")[0] not in allowed and not module.startswith("incident_tui.domain")
    ]

    assert strangers == []


def imported(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
        case _:
            return []


def test_the_command_line_starts_without_heavy_libraries() -> None:
    if importlib.util.find_spec("incident_tui.cli") is None:
        pytest.skip("incident_tui.cli does not exist yet")
    code = f"import incident_tui.cli, sys; print([name for name in {HEAVY!r} if name in sys.modules])"

    result = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=False)

    assert (result.stdout, result.stderr) == ("[]\n", "")
