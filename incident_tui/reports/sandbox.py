"""Where templates of the user are rendered: what they can reach, and that nothing gets out of them unfiltered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST: Final = 1_000_000
"""So long is the longest text, or list, that a template may multiply; and so large the largest power."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's own sandbox, without what it puts out past `finalize`, and without products that fill the memory."""

    intercepted_binops = frozenset({"*", "**"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template; raises TemplateSyntaxError for blocks whose result is put out as it is."""
        tree = super()._parse(source, name, filename)
        for kind, word in ((nodes.FilterBlock, "filter"), (nodes.CallBlock, "call")):
            found = tree.find(kind)
            if found is not None:
                reason = f"{{% {word} %}} blocks are not possible here, filter the values themselves"
                raise TemplateSyntaxError(reason, found.lineno, name, filename)
        return tree

    def wrap_str_format(self, value: object) -> Callable[..., str] | None:
        """A formatted text is text like any other, also when what it was made from had been filtered."""
        made = super().wrap_str_format(value)
        return None if made is None else lambda *words, **named: str(made(*words, **named))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """A product or a power of a harmless size. Raises OverflowError."""
        if operator == "*" and _length(left, right) > LARGEST:
            raise OverflowError("the product is too long")
        if operator == "**" and not (abs(left) <= LARGEST and abs(right) <= 64):
            raise OverflowError("the power is too large")
        return super().call_binop(context, operator, left, right)


def _length(left: object, right: object) -> int:
    """How long the product of a sequence and a number is; 0 where it is a number itself."""
    match left, right:
        case (str() | list() | tuple(), int()):
            return len(left) * right
        case (int(), str() | list() | tuple()):
            return left * len(right)
        case _:
            return 0
