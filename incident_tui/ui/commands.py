"""The command palette: every key of the screen, and every command of the composer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from incident_tui.ui.keys import key_shown
from incident_tui.ui.screens.own_lines import COMMANDS, ScreenLine
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.verbs.table import VERBS, Verb


class Offer(NamedTuple):
    title: str
    run: IgnoreReturnCallbackType
    help: str


class Commands(Provider):
    """Keys are run as if they were pressed; commands with arguments are put into the composer."""

    async def discover(self) -> Hits:
        """Everything, before a letter is typed."""
        for offer in self._offers():
            yield DiscoveryHit(Content(offer.title), offer.run, text=offer.title, help=offer.help)

    async def search(self, query: str) -> Hits:
        """What fits the letters typed."""
        matcher = self.matcher(query)
        for offer in self._offers():
            score = matcher.match(f"{offer.title} {offer.help}")
            if score > 0:
                yield Hit(score, Content(offer.title), offer.run, text=offer.title, help=offer.help)

    def _offers(self) -> Iterator[Offer]:
        seen: set[str] = set()
        for found in self.screen.active_bindings.values():
            binding = found.binding
            if not binding.id or not found.enabled or binding.action in seen or not binding.description:
                continue
            seen.add(binding.action)
            title = binding.tooltip or binding.description.capitalize()
            yield Offer(title, partial(self.app.simulate_key, binding.key), f"key {key_shown(binding)}")
        if isinstance(self.screen, WarRoom):
            lines: tuple[ScreenLine | Verb, ...] = (*COMMANDS, *VERBS.values())
            for verb in lines:
                entry = "{entry} " if isinstance(verb, Verb) and verb.on_entry else ""
                line = f"/{verb.name} {entry}"
                yield Offer(
                    f"/{verb.usage}", partial(self.screen.action_fill, line), f"{verb.summary} · {verb.example}"
                )
