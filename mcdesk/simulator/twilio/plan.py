"""What the people on a call will do: the caller, and whoever's phone the office rings.
Data only; times are seconds of the story, divided by the company's pace when played."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CallPlan:
    """The default caller waits through everything, says nothing and is not answered."""

    hangs_up_after: float | None = None  #: from the first ring; None: stays until the end
    answers_after: float | None = None  #: when the office's phone is picked up; None: never
    talks_for: float = 20.0  #: once connected
    voicemail: float = 0.0  #: seconds spoken after the beep; 0: hangs up at it
    #: how an unanswered office phone ends
    office: Literal["no-answer", "busy", "failed"] = "no-answer"
    presses: str = ""  #: what whoever answers presses when asked
    forwarded_from: str | None = None  #: the line that forwarded the call, when the carrier says
