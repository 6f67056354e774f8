"""What must be so after every history, whatever happened: each check answers with the violations it found.

Must not: go by what the office says where a company's own record can be asked.
"""

from collections.abc import Callable, Iterable

from tests.faults import crm_checks, people_checks, text_checks, work_checks
from tests.faults.evidence import Evidence

Check = Callable[[Evidence], Iterable[str]]

CHECKS: tuple[Check, ...] = (
    text_checks.no_text_is_sent_twice,
    text_checks.no_text_is_lost,
    text_checks.one_first_text_a_day,
    text_checks.no_follow_up_at_night,
    text_checks.no_first_text_too_late,
    people_checks.no_text_after_an_opt_out,
    people_checks.no_automatic_text_after_a_person_acted,
    people_checks.no_automatic_text_after_they_wrote,
    work_checks.every_call_is_known,
    work_checks.every_text_is_known,
    work_checks.every_job_is_over_or_waits,
    work_checks.every_lead_goes_on,
    work_checks.every_hook_is_understood,
    work_checks.no_engine_ended_by_itself,
    crm_checks.one_contact_for_each_caller,
    crm_checks.everything_is_written_once,
    crm_checks.nothing_is_missing,
)


def violations(evidence: Evidence) -> list[str]:
    """All of them, each beginning with the name of what was broken."""
    return [f"{check.__name__.replace('_', ' ')}: {found}" for check in CHECKS for found in check(evidence)]
