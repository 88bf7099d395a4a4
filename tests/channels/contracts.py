"""What services publish about their interfaces, where the folder with it lies next to this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"


def contract(path: str) -> Any:
    """The JSON file `path`, such as "specs/pagerduty-events-v2.json"; the test is skipped where there is none."""
    file = CONTRACTS / path
    if not file.is_file():
        pytest.skip(f"{path} is not there")
    return json.loads(file.read_text("utf-8"))


def agree(spec: Any, pointer: str, body: object, maps: tuple[str, ...] = ()) -> None:
    """Assert that `body` is as the schema at `pointer` of an OpenAPI document says, with nothing it does not name.

    `maps` are places, such as "/incident/components", whose names the document gives as an example only.
    """
    resource: Resource[Any] = Resource.from_contents(spec, default_specification=DRAFT4)
    registry: Registry[Any] = Registry().with_resource("urn:spec", resource)
    errors = [
        f"{list(error.absolute_path)}: {error.message}"
        for error in Draft4Validator({"$ref": f"urn:spec#{pointer}"}, registry=registry).iter_errors(body)
    ]
    assert errors == []
    assert _strangers(spec, {"$ref": f"#{pointer}"}, body, "", maps) == []


def body_of(path: str, method: str = "post") -> str:
    """The pointer to the schema of the JSON body of an operation."""
    return f"/paths/{path.replace('/', '~1')}/{method}/requestBody/content/application~1json/schema"


def _strangers(spec: Any, schema: Any, value: object, place: str, maps: tuple[str, ...]) -> list[str]:
    while "$ref" in schema:
        found: Any = spec
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        schema = found
    known = schema.get("properties")
    if not isinstance(value, dict) or known is None or place in maps:
        return []
    strangers = [f"{place}/{name}" for name in value if name not in known]
    for name in value.keys() & known.keys():
        strangers += _strangers(spec, known[name], value[name], f"{place}/{name}", maps)
    return strangers
