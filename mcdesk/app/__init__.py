"""The composition root: settings, store, providers, engine, inbound, put together and taken apart in order.

Must not: hold rules, SQL or screens.
"""

from mcdesk.app.connecting import (
    all_loopback,
    hook_address,
    house_of,
    make_connections,
    make_house,
    number_key,
    values_of,
)
from mcdesk.app.offices import (
    NoOffice,
    apply_configuration,
    current_office,
    office_or_starter,
    proofread_office,
    read_office,
    refuse_speed,
    starter,
)
from mcdesk.app.place import Place, is_there, open_place
from mcdesk.app.printing import pdf_of
from mcdesk.app.rehearsing import Rehearsed, rehearse
from mcdesk.app.rules import gives_up, rulebook_of, shipped_rulebook, shipped_version, unusable
from mcdesk.app.running import Running
from mcdesk.app.screen import try_screen
from mcdesk.app.starting import make_desk, run_office, who_sits_here

__all__ = [
    "NoOffice",
    "Place",
    "Rehearsed",
    "Running",
    "all_loopback",
    "apply_configuration",
    "current_office",
    "gives_up",
    "hook_address",
    "house_of",
    "is_there",
    "make_connections",
    "make_desk",
    "make_house",
    "number_key",
    "office_or_starter",
    "open_place",
    "pdf_of",
    "proofread_office",
    "read_office",
    "refuse_speed",
    "rehearse",
    "rulebook_of",
    "run_office",
    "shipped_rulebook",
    "shipped_version",
    "starter",
    "try_screen",
    "unusable",
    "values_of",
    "who_sits_here",
]
