"""How long the engine waits for machines, in real seconds.

Must not: hold anything people configure (those are `domain/office: Goals`).
"""

from dataclasses import dataclass

#: A sign-in that stays refused is tried ever less often: the longest pause is so many of the first.
MOST_LOGIN_PAUSES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Defaults for an office; tests of crashes use shorter ones."""

    #: An engine that did not renew for so long is taken for gone, and its work taken over.
    lease: float = 8.0
    #: How often the lease is renewed.
    renew: float = 2.0
    #: "Not there" from the provider counts only so long after a doubtful try. Longer than a request may take.
    settled: float = 20.0
    #: Until the first look-up after a doubtful try.
    look_after: float = 3.0
    #: On stopping, what is being written to a CRM may take so long to end; a new configuration waits for it.
    last_write: float = 5.0
    #: Asking what kind of line a number is must not hold a text up for longer.
    line_type: float = 2.0
    #: Longest pause between tries.
    longest_pause: float = 30.0
    #: Longest pause while nobody answers at all: asking costs nothing, and texts wait.
    longest_outage_pause: float = 5.0
    #: After a refused sign-in a person has to act; each try may count against the account.
    login_pause: float = 60.0
    #: Between two tries to write what a disk refused.
    disk: float = 1.0
    #: How often other processes' changes are looked for.
    watch: float = 0.5
    #: An engine that gives no sign of life for so long is taken for stuck.
    stall: float = 60.0

    def after_refused_logins(self, times: int) -> float:
        """Until the next try after so many refused sign-ins in a row."""
        return self.login_pause * min(2.0 ** min(times - 1, 10), MOST_LOGIN_PAUSES)
