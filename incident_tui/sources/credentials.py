"""How one logs in where a proxy stands before a service: a token, a name with a password, or not at all."""

from __future__ import annotations

import base64

from msgspec import Struct

from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table


class Login(Struct, frozen=True):
    """With a `user` the one secret is the password (Basic), else the token (Bearer); without a secret it is nobody."""

    user: str = ""
    secrets: tuple[Secret, ...] = ()

    def headers(self, revealed: tuple[str, ...]) -> dict[str, str]:
        if not revealed:
            return {}
        if not self.user:
            return {"authorization": f"Bearer {revealed[0]}"}
        packed = base64.b64encode(f"{self.user}:{revealed[0]}".encode()).decode()
        return {"authorization": f"Basic {packed}"}


def login_of(table: Table) -> Login:
    """The login under `token`, or under `user` and `password`. Raises ConfigError."""
    if "token" in table.values:
        if "user" in table.values or "password" in table.values:
            raise table.wrong("token", "is one way to log in, user and password another; choose one of them")
        return Login("", (secret(table, "token"),))
    if "user" not in table.values and "password" not in table.values:
        return Login()
    user = table.text("user", "")
    if not user or ":" in user:
        raise table.expected("user", "a name without a colon", 'user = "reader"')
    return Login(user, (secret(table, "password"),))
