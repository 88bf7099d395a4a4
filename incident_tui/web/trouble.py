"""Why a service could not be asked, in one line without a secret."""

from __future__ import annotations

from datetime import timedelta


class Trouble(Exception):
    """`reason` is one clean line. `status` is the HTTP status, 0 where there was no answer.

    `left` says whether the request may have been carried out: its bytes had begun to leave, and no answer says that it
    was refused. `after` is how long the service asks to be left alone. What is `lasting` is the same next time: the
    address or the request itself is wrong.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int = 0,
        left: bool = False,
        after: timedelta | None = None,
        lasting: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.left = left
        self.after = after
        self.lasting = lasting

    @property
    def passing(self) -> bool:
        """Whether asking again later may help: no answer, too many requests, or a service in trouble."""
        if self.lasting:
            return False
        return self.status in (0, 408, 420, 425, 429) or self.status >= 500
