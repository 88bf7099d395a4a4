"""The one door to HTTP: bounded in time, size, hosts and redirects; its troubles name no secret."""

from incident_tui.web.asking import Ask, Limits, Reply, ask
from incident_tui.web.trouble import Trouble

__all__ = ["Ask", "Limits", "Reply", "Trouble", "ask"]
