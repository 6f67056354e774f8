"""Histories by the seed. The same seed and number draw the same history, on every machine.

Must not: play them.
"""

import random
from collections.abc import Callable

from mcdesk.simulator.plans import USUAL
from tests.faults.acts import (
    Act,
    BadDay,
    Call,
    Company,
    DieAt,
    Disk,
    Glitch,
    History,
    HookTrouble,
    Kill,
    Outage,
    Pause,
    Restart,
    SecondEngine,
    Settle,
    Sleep,
    Staff,
    Text,
    TimePasses,
    WrongAddress,
    WrongClock,
)

#: One zone each, two zones, and zones without summer time.
AREA_CODES = ("415", "212", "312", "303", "602", "808", "907", "850", "270")
#: "" is now. An afternoon, an evening near the end of the window, and the nights before both changes of
#: summer time in New York (2026-11-01 and 2027-03-14, 2 in the morning).
STARTS = (
    "",
    "2026-11-18T19:00:00+00:00",
    "2026-11-19T00:30:00+00:00",
    "2026-10-31T23:30:00+00:00",
    "2026-11-01T05:20:00+00:00",
    "2027-03-13T22:30:00+00:00",
    "2027-03-14T06:40:00+00:00",
)
STOPS = ("STOP", "stop", "Please stop texting me", "Unsubscribe", "Take me off your list", "no more texts")
WRONG_NUMBER = "Sorry, wrong number"
CHATS = (
    "I was in an accident. Can someone call me?",
    "Tomorrow at ten would be good",
    "Who is this?",
    "Thank you!",
    "CALL",
)
KEYWORDS = ("HELP", "START", "HELP", "START", WRONG_NUMBER)
#: What is written at the companies, where a mistake doubles or loses something.
GLITCHES: tuple[tuple[Company, str], ...] = (
    ("twilio", "/Messages.json"),
    ("twilio", "/Messages.json"),
    ("clio", "/contacts.json"),
    ("clio", "/notes.json"),
    ("clio", "/communications.json"),
    ("clio", "/tasks.json"),
)
DISPOSITIONS = ("retained", "spam", "referred", "reached")
#: Most acts of one history.
LONGEST = 14


def draw(seed: int, number: int) -> History:
    """The `number`-th history of a seed."""
    return drawn(random.Random(f"{seed}:{number}"))


def drawn(chance: random.Random) -> History:
    callers = tuple(chance.sample(AREA_CODES, chance.choice((2, 2, 3, 3, 4))))
    acts = [_act(chance, len(callers)) for _ in range(chance.randint(5, LONGEST))]
    if not any(isinstance(act, Call) for act in acts[:2]):
        acts.insert(0, _call(chance, len(callers)))
    return History(
        start=chance.choice(STARTS),
        callers=callers,
        acts=tuple(acts),
        voicemail=chance.random() < 0.3,
        lookup=chance.random() < 0.2,
        hooks=chance.random() < 0.85,
    )


def _act(chance: random.Random, callers: int) -> Act:
    kinds = [kind for kind, _ in _WEIGHTS]
    kind: Callable[[random.Random, int], Act] = chance.choices(kinds, [weight for _, weight in _WEIGHTS])[0]
    return kind(chance, callers)


def _call(chance: random.Random, callers: int) -> Act:
    who = -1 if chance.random() < 0.04 else chance.randrange(callers)
    how = chance.choice(("missed", "missed", "missed", "hangs-up", "voicemail", "answered"))
    return Call(who, how, to_its_end=chance.random() < 0.5)  # type: ignore[arg-type]


def _text(chance: random.Random, callers: int) -> Act:
    words = chance.choice((*CHATS, *STOPS, *KEYWORDS))
    return Text(chance.randrange(callers), words)


def _staff(chance: random.Random, callers: int) -> Act:
    who = chance.randrange(callers)
    verb = chance.choice(("reply", "reply", "note", "claim", "close", "call-back", "asked-to-stop"))
    words = {
        "reply": f"We can talk at {chance.randint(1, 12)}:{chance.randint(10, 59)}. Shall we?",
        "note": f"Conflict check {chance.randint(100, 999)} done",
        "close": chance.choice(DISPOSITIONS),
        "asked-to-stop": "asked on the phone",
    }
    return Staff(verb, who, words.get(verb, ""))  # type: ignore[arg-type]


def _time(chance: random.Random, callers: int) -> Act:
    return TimePasses(chance.choice((0.05, 0.25, 1.0, 3.9, 4.2, 9.0, 15.0, 24.1, 73.0)))


def _sleep(chance: random.Random, callers: int) -> Act:
    caller = chance.choice((None, chance.randrange(callers)))
    words = chance.choice(("", "", chance.choice(STOPS), chance.choice(CHATS))) if caller is not None else ""
    return Sleep(chance.choice((0.1, 0.5, 9.0)), caller, words)


def _clock(chance: random.Random, callers: int) -> Act:
    return WrongClock(chance.choice((-3_600.0, -90.0, -5.0, 0.0, 5.0, 45.0, 90.0, 3_600.0)))


def _day(chance: random.Random, callers: int) -> Act:
    company: Company = chance.choice(("twilio", "twilio", "clio"))
    return BadDay(company, chance.choice((0.0, 0.15, 0.35, 0.6)), chance.randrange(10_000))


def _glitch(chance: random.Random, callers: int) -> Act:
    company, path = chance.choice(GLITCHES)
    kind = chance.choice(USUAL)
    return Glitch(
        company, kind, path, count=chance.choice((1, 1, 2, 4)), seconds=round(chance.uniform(0.1, 1.0), 2),
        status=chance.choice((429, 500, 503)) if kind == "status" else chance.choice((500, 503)),
    )  # fmt: skip


def _hooks(chance: random.Random, callers: int) -> Act:
    return HookTrouble(chance.choice((0.0, 0.3, 0.7, 1.0)), chance.randrange(10_000))


def _outage(chance: random.Random, callers: int) -> Act:
    company: Company = chance.choice(("twilio", "twilio", "clio"))
    how = chance.choice(("refuse", "drop", "error", "hang-up"))
    return Outage(company, how, chance.choice((0.1, 0.3, 0.8)))  # type: ignore[arg-type]


def _address(chance: random.Random, callers: int) -> Act:
    return WrongAddress(chance.choice(("dns", "tls")), chance.choice((0.2, 0.5)))


def _kill(chance: random.Random, callers: int) -> Act:
    if chance.random() < 0.2:
        return Kill("second")
    return Kill("first", chance.choice((0.0, 0.0, 0.1, 0.6, 1.5)))


def _die(chance: random.Random, callers: int) -> Act:
    kind = chance.choice(("commit", "before", "after"))
    return DieAt(kind, chance.randint(1, 12))  # type: ignore[arg-type]


def _restart(chance: random.Random, callers: int) -> Act:
    return Restart()


def _second(chance: random.Random, callers: int) -> Act:
    return SecondEngine()


def _disk(chance: random.Random, callers: int) -> Act:
    kind = chance.choice(("full", "readonly", "locked"))
    return Disk(kind, chance.choice((0.1, 0.4, 1.2)))  # type: ignore[arg-type]


def _pause(chance: random.Random, callers: int) -> Act:
    return Pause(chance.choice((0.02, 0.1, 0.3)))


def _settle(chance: random.Random, callers: int) -> Act:
    return Settle(chance.choice((0.3, 1.5)))


_WEIGHTS: tuple[tuple[Callable[[random.Random, int], Act], float], ...] = (
    (_call, 6),
    (_text, 4),
    (_staff, 3),
    (_time, 2.5),
    (_sleep, 1),
    (_clock, 0.6),
    (_day, 1.6),
    (_glitch, 1.6),
    (_hooks, 1),
    (_outage, 1),
    (_address, 0.4),
    (_kill, 1.6),
    (_die, 1.6),
    (_restart, 0.5),
    (_second, 0.8),
    (_disk, 0.8),
    (_pause, 2),
    (_settle, 1.5),
)
