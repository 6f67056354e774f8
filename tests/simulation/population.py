"""Callers of every area code, state and zone over a year, with all that happens to them, by seed and number.

Must not: import anything of the program.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from tests.simulation.hours import MAINLAND, codes, rows, states
from tests.simulation.story import Act, Caller, Does, Hindrance, Office, Reach, Spell

FIRST_DAY, LAST_DAY = date(2026, 10, 25), date(2027, 11, 10)
CLOCK_CHANGES = (date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7))
#: Area codes of no place: personal numbers.
NOWHERE = ("500", "521")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: From the call until it counts as missed.
SETTLE = timedelta(seconds=8)
#: From an opt-out until they think better of it.
SOON = (MINUTE, 4 * MINUTE, 10 * MINUTE, 3 * HOUR)
USUAL = (4 * HOUR, DAY, 2 * DAY)
WEEKDAYS = ((9 * 60, 17 * 60),) * 5 + (None, None)
OFFICES = (
    Office(name="at any hour", steps=USUAL),
    Office(name="holds", steps=USUAL, holds=True),
    Office(name="every hour", steps=(HOUR,) * 6, cooldown=10 * MINUTE),
    Office(name="every week", steps=(6 * DAY,) * 3, holds=True),
    Office(name="late twice", steps=(13 * DAY, 20 * HOUR, 2 * HOUR)),
    Office(name="weekdays", steps=USUAL, holds=True, hours=WEEKDAYS),
    Office(name="evenings", steps=(2 * HOUR, DAY, DAY), hours=((17 * 60 + 30, 20 * 60 + 15),) * 7),
    Office(name="Saturdays", steps=(DAY, DAY), holds=True, hours=(None,) * 5 + ((600, 960), None)),
    Office(name="first hour", steps=USUAL, holds=True, hours=((8 * 60, 9 * 60),) * 7),
    Office(name="long days", steps=(3 * HOUR, 3 * HOUR, DAY), holds=True, hours=((300, 1380),) * 7),
    Office(name="an hour to answer", steps=(5 * HOUR, 19 * HOUR), within=HOUR, cooldown=3 * HOUR),
    Office(name="half a day to answer", steps=USUAL, within=12 * HOUR, cooldown=20 * MINUTE),
    Office(
        name="blocks",
        steps=USUAL,
        holds=True,
        blocked={"LA": date(2027, 9, 9), "FL": date(2027, 2, 1), "TX": date(2026, 11, 20)},
    ),
    Office(
        name="blocks at any hour",
        steps=USUAL,
        blocked={"CA": date(2027, 9, 9), "TX": date(2027, 3, 14), "NY": date(2026, 12, 24)},
    ),
    Office(name="short breaks", steps=(2 * HOUR, DAY), within=HOUR, cooldown=20 * MINUTE),
    Office(
        name="holds for short breaks", steps=(2 * HOUR, DAY), holds=True, within=HOUR, cooldown=40 * MINUTE
    ),
)
UNREACHABLE: tuple[tuple[Reach, str], ...] = (
    ("landline", ""), ("forged", ""), ("abroad", "416"), ("abroad", "876"), ("abroad", "232"),
    ("abroad", "387"), ("toll-free", "800"),
    ("toll-free", "888"), ("premium", "900"), ("never", ""), ("by hand", ""), ("spam", ""), ("machine", ""),
)  # fmt: skip
#: What may happen after the call, and how often.
AFTERWARDS: dict[Does, int] = {
    "calls": 8, "asks for help": 4, "writes": 2, "typed": 8, "gets through": 1, "stops": 1, "opts in": 1,
    "closed": 1,
}  # fmt: skip
HINDRANCES: tuple[Hindrance, ...] = ("clock wrong", "unread", "on the line")
#: How far a wrong clock is ahead.
OFF = tuple(
    timedelta(seconds=seconds) for seconds in (-259_200, -3600, -1200, -301, 301, 700, 1200, 3600, 1_300_000)
)


def callers(seed: int, numbers: range) -> Iterator[Caller]:
    """Each by its number alone: the same for every run of a seed."""
    for number in numbers:
        yield caller(seed, number)


def caller(seed: int, number: int) -> Caller:
    draw = Random(f"{seed}:{number}")
    everywhere = sorted(codes())
    code = everywhere[number % len(everywhere)]
    reach: Reach = "texts"
    match draw.randrange(100):
        case chance if chance < 6:
            code = draw.choice(NOWHERE)
        case chance if chance < 12:
            reach, other = draw.choice(UNREACHABLE)
            code = other or code
    said = draw.choice(sorted(states())) if draw.random() < 0.15 else ""
    zones = codes().get(code, (frozenset(MAINLAND), ()))[0] | states().get(said, frozenset())
    office = draw.choice(OFFICES)
    acts = tuple(_acts(draw, draw.choice(sorted(zones))))
    return Caller(
        number=f"+1{code}55501{draw.randrange(100):02}",
        said=said,
        reach=reach,
        office=office,
        acts=acts,
        spells=tuple(_spells(draw, acts, office)) if draw.random() < 0.4 else (),
    )


def _acts(draw: Random, zone: str) -> Iterator[Act]:
    """A call, and what comes after it; no two in the same second."""
    at = _moment(draw, zone)
    taken = {at}
    yield Act(at=at, does="calls", delay=_noticed(draw))
    for does in draw.choices(
        list(AFTERWARDS), list(AFTERWARDS.values()), k=draw.choice((0, 0, 1, 2, 3, 6, 9))
    ):
        then = at + _while(draw)
        if then not in taken:
            taken.add(then)
            yield Act(
                at=then,
                does=does,
                delay=_delay(draw, does),
                insists=draw.random() < 0.7,
                twice=draw.random() < 0.3,
            )
            if does == "stops" and draw.random() < 0.3 and (back := then + draw.choice(SOON)) not in taken:
                taken.add(back)
                yield Act(at=back, does="opts in")


def _spells(draw: Random, acts: Sequence[Act], office: Office) -> Iterator[Spell]:
    """Near the time at which a text is wanted."""
    for _ in range(draw.choice((1, 1, 2))):
        act = draw.choice(acts)
        wanted = act.at + act.delay + draw.choice((timedelta(0), timedelta(0), *office.steps))
        start = wanted - draw.choice((0, 1, 15, 16, 60, 300)) * timedelta(seconds=1)
        length = timedelta(seconds=draw.choice((1, 15, 16, draw.randrange(1, 1500))))
        yield Spell(what=draw.choice(HINDRANCES), start=start, end=start + length, off=draw.choice(OFF))


def _delay(draw: Random, does: Does) -> timedelta:
    match does:
        case "calls":
            return _noticed(draw)
        case "asks for help" | "stops":
            return draw.choice((2, 30, 299, 300, 301, 599, 600, 601, 3000)) * timedelta(seconds=1)
        case _:
            return timedelta(0)


def _noticed(draw: Random) -> timedelta:
    """How long after the call the office wants to answer it; the PC may have slept."""
    return SETTLE if draw.random() < 0.9 else timedelta(seconds=draw.randrange(8, 90 * 60))


def _while(draw: Random) -> timedelta:
    """From a minute to twelve days, short ones as likely as long ones; often a whole number of hours."""
    if draw.random() < 0.3:
        return draw.choice((1, 4, 18, 23, 24, 25, 48)) * HOUR + timedelta(seconds=draw.choice((-1, 0, 1, 9)))
    return timedelta(seconds=int(60 * 17_280 ** draw.random()))


def _moment(draw: Random, zone: str) -> datetime:
    """Often near a full hour of that zone, or near a clock change or a holiday."""
    match draw.randrange(4):
        case 0:
            day = draw.choice(CLOCK_CHANGES)
        case 1:
            day = draw.choice(holidays())
        case _:
            day = FIRST_DAY + draw.randrange((LAST_DAY - FIRST_DAY).days) * DAY
    day += draw.choice((-1, 0, 0, 1)) * DAY
    midnight = datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if draw.random() < 0.5:
        return midnight + timedelta(seconds=draw.randrange(86_400))
    near = draw.choice((-599, -540, -300, -68, -61, -60, -9, -8, -7, -1, 0, 1, 52))
    return midnight + draw.randrange(1, 24) * HOUR + timedelta(seconds=near)


@cache
def holidays() -> tuple[date, ...]:
    """Every day of the time that is one anywhere."""
    days = {date.fromisoformat(row["date"]) for row in rows("holidays_us.csv")}
    return tuple(sorted(day for day in days if FIRST_DAY < day < LAST_DAY))
