"""Where log records go, and what is taken out of them first: numbers, bodies, secrets.

Must not: be configured by anything but the start of a command.
"""

import json
import logging
import logging.handlers
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog
from structlog.typing import EventDict, WrappedLogger

FILE_NAME = "mcdesk.log"
#: One file a day.
DAYS_KEPT = 14
#: Libraries that tell every request.
TALKATIVE = ("httpx", "httpcore", "alembic", "asyncio", "qasync", "desktop_notifier", "twilio", "uvicorn")

#: Seven to fifteen digits with the usual signs between them, and not part of a word (ids of companies are).
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:\+|%2B)?[0-9](?:[\s().\u00a0\u2010-\u2015/-]{0,3}[0-9]){6,14}(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_DATE_OR_ADDRESS = re.compile(r"(\d{4}-\d{2}-\d{2}\b.*|\d{1,3}(\.\d{1,3}){3})", re.DOTALL)
_HOOK = re.compile(r"(/hooks/[^/\s\"']+/)[^/\s\"'?]+")
#: A database error repeats the row it could not write, words of callers included.
_ROW = re.compile(r"\[parameters: .*?\](?=\s*(?:\(Background on this error|\Z|\n))", re.DOTALL)
#: Put into records by other handlers' formatters.
_REPEATED = frozenset({"message", "asctime"})
_KEPT_OUT = frozenset(
    {"body", "text", "words", "secret", "token", "password", "auth_token", "client_secret", "hook_secret"}
)


def begin(folder: Path, *, spoken: int | None = None) -> Path:
    """Write records to a file in `folder`, and those of level `spoken` and above to standard error too."""
    # the first start makes the data folder here; parents made on the way would be open to all
    for each in (folder.parent, folder):
        each.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / FILE_NAME
    written = logging.handlers.TimedRotatingFileHandler(
        file, when="midnight", backupCount=DAYS_KEPT, encoding="utf-8", delay=True
    )
    written.setFormatter(_formatter(_as_json))
    handlers: list[logging.Handler] = [written]
    if spoken is not None:
        heard = logging.StreamHandler(sys.stderr)
        heard.setLevel(spoken)
        heard.setFormatter(_formatter(_as_line))
        handlers.append(heard)
    end()
    root = logging.getLogger()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    return file


def end() -> None:
    """Write no more, let go of the file, and leave logging as Python starts it."""
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    logging.captureWarnings(False)
    for handler in list(root.handlers):
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(handler)
            handler.close()


def masked(words: str) -> str:
    """The words with every phone number's digits hidden but its last four, and no hook's secret."""
    return _NUMBER.sub(_hide, _HOOK.sub(r"\1…", _ROW.sub("[parameters left out]", words)))


def without_private(_logger: WrappedLogger, _method: str, record: EventDict) -> EventDict:
    """A record with every value masked, and none that holds what people wrote or a secret."""
    return {key: _clean(key, value) for key, value in record.items() if key not in _REPEATED}


def _clean(key: str, value: object) -> object:
    if key in _KEPT_OUT:
        return "…"
    match value:
        case bool() | float() | None:
            return value
        case int():
            return value if len(str(abs(value))) < 7 else masked(str(value))
        case Mapping():
            return {str(name): _clean(str(name), each) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean("", each) for each in value]
        case _:
            return masked(str(value))


def _hide(found: re.Match[str]) -> str:
    text = found[0]
    if _DATE_OR_ADDRESS.fullmatch(text):
        return text
    # the 2B of an escaped plus is no digit of the number
    plus, number = (text[:3], text[3:]) if text[0] == "%" else ("", text)
    hidden = sum(sign.isdigit() for sign in number) - 4
    shown = []
    for sign in number:
        shown.append("*" if sign.isdigit() and hidden > 0 else sign)
        hidden -= sign.isdigit()
    return plus + "".join(shown)


def _formatter(render: structlog.typing.Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.format_exc_info,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_private,
            # after the masking, which would take a time for a number
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            render,
        ],
        # the traceback is in the record, masked
        keep_exc_info=False,
        keep_stack_info=False,
    )


def _as_json(_logger: WrappedLogger, _method: str, record: EventDict) -> str:
    return json.dumps(record, ensure_ascii=False, default=str)


def _as_line(_logger: WrappedLogger, _method: str, record: EventDict) -> str:
    """For people at a terminal: time, level, sentence, and what else is known."""
    rest = {key: value for key, value in record.items() if key not in _IN_THE_LINE}
    details = " ".join(f"{key}={value}" for key, value in rest.items())
    line = f"{str(record['at'])[11:19]} {record.get('level', ''):<7} {record.get('event', '')}"
    line += f"  [{details}]" if details else ""
    return f"{line}\n{record['exception']}" if "exception" in record else line


_IN_THE_LINE = frozenset({"at", "level", "event", "logger", "exception"})
