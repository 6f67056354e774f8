"""A Clio connection's settings: what is asked for, and what it means.

Must not: make requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from mcdesk.domain.addresses import check_base_address
from mcdesk.ports.provider import Field
from mcdesk.wire.loopback import HOST, PATH

#: Accounts, apps and tokens of one region mean nothing in another: a US token gets 401 in the EU.
HOSTS = {
    "us": "https://app.clio.com",
    "eu": "https://eu.app.clio.com",
    "ca": "https://ca.app.clio.com",
    "au": "https://au.app.clio.com",
}
#: Fixed, because Clio only redirects to addresses registered with the app.
REDIRECT_PORT = 47816


def _check_assignee(text: str) -> None:
    if not text.isdecimal():
        raise ValueError(f"expected the number of a Clio user, not {text!r}")


def _check_port(text: str) -> None:
    if not _is_port(text):
        raise ValueError(f"expected a port from 1 to 65535, not {text!r}")


def _is_port(text: str) -> bool:
    return text.isdecimal() and len(text) <= 5 and 0 < int(text) < 65536


FIELDS = (
    Field(
        "client_id",
        "App key",
        "From the firm's own app at Clio: Settings, Developer Applications, Add. Tick the permissions "
        "Contacts, Communications, Notes, Tasks (read and write) and Users (read).",
        required=True,
    ),
    Field("client_secret", "App secret", "Shown beside the app key.", secret=True, required=True),
    Field("region", "Region", "Where the firm's Clio account lives.", default="us", choices=tuple(HOSTS)),
    Field(
        "assignee",
        "Tasks go to",
        "Clio's number of the user who gets call-back tasks. Empty: whoever signed in.",
        check=_check_assignee,
    ),
    Field(
        "redirect_port",
        "Sign-in port",
        f"Register http://{HOST}:{REDIRECT_PORT}{PATH} with the app at Clio; change both together.",
        default=str(REDIRECT_PORT),
        check=_check_port,
    ),
    Field(
        "base_url",
        "Address",
        "Only for a proxy or a test server. Empty: Clio's address for the region.",
        check=check_base_address,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """The settings, understood. What is wrong with them is in `complaints`, for the self-test."""

    client_id: str
    client_secret: str = field(repr=False)
    host: str
    #: User id for tasks; None for whoever signed in.
    assignee: int | None
    redirect_port: int
    complaints: tuple[str, ...] = ()

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> Self:
        def value(name: str) -> str:
            return settings.get(name, "").strip()

        region, assignee, port = value("region").lower() or "us", value("assignee"), value("redirect_port")
        complaints: list[str] = []
        if region not in HOSTS:
            complaints.append(f"Region must be one of {', '.join(HOSTS)}, not {region}.")
        if assignee and not assignee.isdecimal():
            complaints.append("“Tasks go to” must be the number of a Clio user, or empty.")
        if port and not _is_port(port):
            complaints.append("The sign-in port must be a number below 65536.")
            port = ""
        return cls(
            client_id=value("client_id"),
            client_secret=value("client_secret"),
            host=(value("base_url") or HOSTS.get(region, HOSTS["us"])).rstrip("/"),
            assignee=int(assignee) if assignee.isdecimal() else None,
            redirect_port=int(port) if port else REDIRECT_PORT,
            complaints=tuple(complaints),
        )
