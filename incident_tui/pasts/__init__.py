"""Post-mortems of others, told as incidents that can be replayed."""

from incident_tui.pasts.document import read
from incident_tui.pasts.told import Remark, Told, ToldEvent

__all__ = ["Remark", "Told", "ToldEvent", "read"]
