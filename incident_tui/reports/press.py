"""Our own templates, put into words: the package's folder, the wall, strict about every value."""

from __future__ import annotations

from typing import Final

from incident_tui.reports.typeset import Wall, environment

SUFFIX: Final = ".md.j2"


def press(name: str, wall: Wall, **values: object) -> str:
    """The document that the package's template `name` makes of `values`."""
    from jinja2 import PackageLoader

    made = environment(PackageLoader("incident_tui.reports", "templates"), wall, trusted=True)
    rendered = str(made.get_template(f"{name}{SUFFIX}").render(**values))
    return rendered.rstrip("\n") + "\n"
