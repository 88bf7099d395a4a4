"""Which proxy a request goes through: the environment's, but never for this machine itself."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


def proxy_for(scheme: str, host: str, port: int) -> str:
    """The address of the proxy, or "" for none.

    `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` of the environment, in capitals or not. `no_proxy` lists
    hosts, domains, both with or without a port, addresses, networks such as 10.0.0.0/8, or is `*`. The proxies that a
    desktop keeps elsewhere are not asked.
    """
    from urllib.request import getproxies_environment

    proxies = getproxies_environment()
    proxy = proxies.get(scheme) or proxies.get("all") or ""
    if not proxy or is_here(host) or any(_covers(word, host, port) for word in proxies.get("no", "").split(",")):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def is_here(host: str) -> bool:
    """Whether the host is this machine itself by its name or address."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and (address.is_loopback or address.is_unspecified)


def _covers(word: str, host: str, port: int) -> bool:
    """Whether one word of `no_proxy` is about the host."""
    word, name = word.strip().lower(), host.rstrip(".").lower()
    if word in ("", "*"):
        return word == "*"
    address = _address(name)
    if address is None:
        return f".{name}".endswith(f".{word.removesuffix(f':{port}').lstrip('*').lstrip('.')}")
    try:
        return address in ip_network(word.removesuffix(f"]:{port}").strip("[]"), strict=False)
    except ValueError:
        return word == f"{name}:{port}"


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
