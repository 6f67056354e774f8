"""Places: the zones and states a number may be in, as far as its area code and people tell.

Must not: know hours (`quiet_hours` does).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from mcdesk.domain.numbers import Number
from mcdesk.domain.tables import BadTable, rows_of

#: Where a number's place is unknown, every one of these must be open (rule Z-3).
UNKNOWN_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
#: The row of the quiet-hours table for a number nobody can place.
UNKNOWN_STATE = "UNKNOWN"
#: Area codes of no place at all: they follow people from phone to phone.
PERSONAL_CODES = frozenset(
    {"500", *(str(code) for code in range(521, 530)), "533", "544", "566", "577", "588"}
)
COLUMNS = ("area_code", "state", "zones_conservative_union")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number may be: all zones and states its area code is used in."""

    zones: tuple[str, ...]
    states: tuple[str, ...]


UNKNOWN_PLACE = Place(UNKNOWN_ZONES, (UNKNOWN_STATE,))


class AreaCodes:
    """US area codes → safe union of zones, from ``us_area_code_zones.csv``."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        zones: dict[str, set[str]] = {}
        for place in places.values():
            for state in place.states:
                zones.setdefault(state, set()).update(place.zones)
        self._zones_of = {state: tuple(sorted(found)) for state, found in zones.items()}

    @classmethod
    def read(cls, lines: Iterable[str]) -> "AreaCodes":
        """Raises BadTable."""
        places: dict[str, Place] = {}
        for line, row in rows_of(lines, COLUMNS):
            if row["area_code"] in places:
                raise BadTable(line, f"area code {row['area_code']} is there already")
            places[row["area_code"]] = _place(row, line)
        return cls(places)

    def place(self, number: Number, *, state: str | None = None) -> Place:
        """Every zone and state the number may be in (rules S-1, Z-1); all of the mainland if nobody can say.

        `state`: where people said the person is; it adds to what the area code says, and never takes away.
        """
        by_code = self._places.get(number.area_code or "", UNKNOWN_PLACE)
        if state is None or state not in self._zones_of:
            return by_code
        said = Place(self._zones_of[state], (state,))
        return Place(_both(by_code.zones, said.zones), _both(by_code.states, said.states))

    def has(self, number: Number) -> bool:
        """Whether the number's area code is one of the United States, or of no place (rules S-2 and S-3)."""
        return number.area_code in PERSONAL_CODES or number.area_code in self._places

    @property
    def states(self) -> frozenset[str]:
        """Every state and territory with an area code."""
        return frozenset(self._zones_of)


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _place(row: Mapping[str, str], line: int) -> Place:
    code, zones = row["area_code"], tuple(row["zones_conservative_union"].split("|"))
    if not (len(code) == 3 and code.isdecimal()):
        raise BadTable(line, f"{code!r} is not an area code of three digits")
    for name in zones:
        try:
            zone(name)
        except (OSError, ValueError, KeyError) as error:
            raise BadTable(line, f"{name!r} is not a time zone") from error
    states = tuple(row["state"].split("|"))
    if not all(len(state) == 2 and state.isupper() for state in states):
        raise BadTable(line, f"state {row['state']!r}: expected two letters, several parted by |")
    return Place(zones, states)


@lru_cache(maxsize=128)
def zone(name: str) -> ZoneInfo:
    """A zone by its IANA name. Raises OSError, ValueError or KeyError where there is none."""
    return ZoneInfo(name)
