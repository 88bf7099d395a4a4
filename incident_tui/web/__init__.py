"""The one door to HTTP: bounded in time, size, hosts and redirects; its troubles name no secret."""

from incident_tui.web.asking import Ask, Limits, ask
from incident_tui.web.redaction import redacted
from incident_tui.web.reply import Reply
from incident_tui.web.trouble import Trouble

__all__ = ["Ask", "Limits", "Reply", "Trouble", "ask", "redacted"]
