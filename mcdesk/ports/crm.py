"""What we ask of a CRM or practice management system.

Must not: decide what is worth writing down. Each write has a look-up twin by our key, for after a crash.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime

from mcdesk.domain.numbers import Number
from mcdesk.ports.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmContact:
    """A person as the CRM knows them."""

    id: str
    name: str
    #: Web address of the record, for the "Open" link; None where there is none.
    url: str | None = None
    #: The firm's client already, as far as the CRM says.
    is_client: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """What we know of a caller when the CRM does not know them yet."""

    number: Number
    name: str | None
    #: "Missed call, Main line"
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A note, call record or task to write. `key` is ours, the same at every try; the twin finds it again."""

    key: str
    contact_id: str
    #: One line.
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEntry(Entry):
    """Something a person must do by `due`."""

    due: datetime
    #: The office's zone, for CRMs whose tasks only know days.
    timezone: str
    urgent: bool = False


class Crm(Provider):
    """A system of record for people."""

    @abstractmethod
    async def find_contacts(self, number: Number) -> list[CrmContact]:
        """Everybody with exactly this number, compared digit by digit here, never by the server's word."""

    @abstractmethod
    async def create_contact(self, details: ContactDetails) -> CrmContact:
        """A new record. Look for one with `find_contacts` first."""

    @abstractmethod
    async def rename_contact(self, contact_id: str, name: str) -> None:
        """Give a record that only had a number as its name the person's name."""

    @abstractmethod
    async def log_call(self, entry: Entry) -> str:
        """Record a phone call; the record's id."""

    @abstractmethod
    async def find_call(self, entry: Entry) -> str | None:
        """The id of the call record with this entry's key."""

    @abstractmethod
    async def write_note(self, entry: Entry) -> str:
        """Write a note on the person; its id."""

    @abstractmethod
    async def find_note(self, entry: Entry) -> str | None:
        """The id of the note with this entry's key."""

    @abstractmethod
    async def create_task(self, task: TaskEntry) -> str:
        """Give the coordinator something to do; the task's id."""

    @abstractmethod
    async def find_task(self, task: TaskEntry) -> str | None:
        """The id of the task with this entry's key."""
