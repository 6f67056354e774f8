"""Configuration files on disk, and what is wrong in them with the file's name and line.

Must not: know what a configuration means.
"""

import re
from pathlib import Path

from mcdesk import app
from mcdesk.domain.sections import BadConfiguration


def apply(place: app.Place, file: Path) -> bool:
    """Put a file in force; whether another one was before. Raises BadConfiguration with file and line."""
    source = read(file)
    try:
        return app.apply_configuration(place, source, by=app.who_sits_here())
    except BadConfiguration as error:
        raise BadConfiguration(f"{file}: {_with_line(source, str(error))}") from error


def read(file: Path) -> str:
    """The file's text. Raises BadConfiguration where it is none."""
    try:
        # the mark some editors of Windows put first is no part of the text
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        words = f"{file}: this is not a text in UTF-8. Nothing was changed. Save it as UTF-8."
        raise BadConfiguration(words) from error


def _with_line(source: str, words: str) -> str:
    """What is wrong with a connection's settings is found by their provider, which does not see the lines."""
    found = re.match(r"(connections\.[\w-]+)\.(\w+):", words)
    line = _line_of(source, found[1], found[2]) if found else None
    return f"line {line}, {words}" if line else words


def _line_of(source: str, table: str, key: str) -> int | None:
    """Line of a key, or of its table where the key is missing."""
    header, inside = None, False
    for number, text in enumerate(source.splitlines(), start=1):
        bare = text.strip()
        if bare.startswith("["):
            inside = bare.split("#")[0].strip() == f"[{table}]"
            header = number if inside else header
        elif inside and re.match(rf"[\"']?{re.escape(key)}[\"']?\s*=", bare):
            return number
    return header
