"""What the gate answered about Ana's texts, as the real desk gives it: sent, held, and not sent."""

from datetime import datetime

from tests.ui.sample_office import ago, ahead

GREETING = "You have reached Rivera & Cole. If we miss you we may text you back; say no to decline."
HOURS = {"US America/New_York": "08:00-20:59", "NY America/New_York": "08:00-20:59"}


def written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def decision(
    at: datetime, text_class: str, moment: str, answer: str, why: str, *, rule: str, sent: int = 0,
    until: datetime | None = None, template: str = "first/en#3f9a",
) -> dict[str, object]:  # fmt: skip
    return {
        "at": written(at),
        "message": 1,
        "moment": moment,
        "text_class": text_class,
        "answer": answer,
        "until": written(until) if until else None,
        "why": [why],
        "rule": rule,
        "zones": ["America/New_York"],
        "windows": HOURS,
        "counters": {
            "first texts in 24 h": sent,
            "automatic in 24 h": sent,
            "texts in 24 h": sent,
            "automatic in this pursuit": sent,
        },
        "template": template,
        "consent": 1,
        "rules_version": "2026-11-01",
    }


def evidence() -> dict[str, list[dict[str, object]]]:
    """Oldest first."""
    again = "They were texted a short while ago, and another text so soon would be too many."
    replied = "Automatic texts about this call have ended, because the caller replied."
    called = "They called the office and nobody answered."
    return {
        "jobs": [],
        "decisions": [
            decision(ago(22), "ack", "queued", "send", called, rule=""),
            decision(ago(21.8), "ack", "sent", "send", called, rule=""),
            decision(
                ago(20), "followup", "queued", "hold", again,
                rule="cool-down", sent=1, until=ahead(40), template="second/en#77b0",
            ),
            decision(
                ago(17.9), "followup", "sent", "no", replied,
                rule="T-3", sent=1, template="second/en#77b0",
            ),
        ],
        "consents": [
            {
                "id": 1,
                "at": written(ago(22)),
                "kind": "given",
                "source": "call",
                "purpose": "Informational texts in answer to their own call",
                "by": None,
                "evidence": {"call": "CA1"},
                "greeting": GREETING,
            }
        ],
    }  # fmt: skip
