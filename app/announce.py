"""What `make run` prints: where the demo is, who one can be, and a warning where it is public."""

import ipaddress
import socket
from urllib.parse import urlencode

import click
import segno

ACCOUNTS = (
    ("sara@demo.example", "participant with four rounds behind her"),
    ("nils@demo.example", "new, has not joined"),
    ("johan@demo.example", "manager of Ekonomi"),
    ("aisha@demo.example", "programme lead, can close the round"),
)
ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


def announce(host: str, port: int, code: str) -> str:
    """Returns the address. `code` is what one-click sign-in asks for; empty where only this
    computer can reach it."""
    address = f"http://{_shown(host)}:{port}"
    click.echo(f"\n  Fikaligan runs on {address}\n")
    click.echo("  One click signs you in on /login as:")
    for email, who in ACCOUNTS:
        click.echo(f"    {email:<20} {who}")
    if code:
        _announce_to_network(f"{address}/login?{urlencode({'code': code})}", code)
    click.echo("\n  Ctrl+C stops it.")
    return address


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _announce_to_network(url: str, code: str) -> None:
    click.secho("\n  Warning: everybody on this network can open this page.", fg="yellow")
    click.echo(f"  The one-click accounts ask for this code: {code}")
    click.echo(f"  On a phone: {url}\n")
    segno.make(url, micro=False).terminal(compact=True)


def _shown(host: str) -> str:
    if host in ANY_ADDRESS:
        return _own_address()
    return f"[{host}]" if ":" in host else host


def _own_address() -> str:
    """This computer's address in its network, or its name where that is not known."""
    name = socket.gethostname()
    try:
        found = socket.getaddrinfo(name, None, socket.AF_INET)
    except OSError:
        return name
    addresses = [str(info[4][0]) for info in found]
    return next((each for each in addresses if not is_loopback(each)), name)
