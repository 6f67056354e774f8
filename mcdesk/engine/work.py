"""The kinds of work in the outbox and the channels they run in.

Must not: do the work.
"""

#: An automatic text.
SEND_TEXT = "send-text"
#: A text a person typed.
SEND_TYPED = "send-typed"
#: An answer to a keyword: HELP, or the confirmation of an opt-out.
SEND_ANSWER = "send-answer"
TAKE_STEP = "take-step"
#: The first text waits for a CRM to say who calls.
CHOOSE_TRACK = "choose-track"
ESCALATE = "escalate"
#: The time to decide whether a text meant stop is up.
END_REVIEW = "end-review"
LOOK_UP_CALL = "look-up-call"
SAVE_CONTACT = "save-contact"
LOG_CALL = "log-call"
WRITE_NOTE = "write-note"
CREATE_TASK = "create-task"

#: Work that ends with a lead's automation.
AUTOMATION = (SEND_TEXT, TAKE_STEP, CHOOSE_TRACK)
#: Work that ends with an opt-out.
TEXTS = (SEND_TEXT, SEND_TYPED, SEND_ANSWER, TAKE_STEP, CHOOSE_TRACK)
#: ... and with one said again: the first is still to be confirmed.
TEXTS_AGAIN = (SEND_TEXT, SEND_TYPED, TAKE_STEP, CHOOSE_TRACK)
SENDING = (SEND_TEXT, SEND_TYPED, SEND_ANSWER)
#: Work in people's files.
CRM = (SAVE_CONTACT, LOG_CALL, WRITE_NOTE, CREATE_TASK)

#: Work that needs nobody outside.
CLOCK = "clock"


def texts_channel(connection: str) -> str:
    return f"texts:{connection}"


def calls_channel(connection: str) -> str:
    return f"calls:{connection}"


def crm_channel(connection: str) -> str:
    return f"crm:{connection}"
