"""How a database fails, in words for people.

Must not: mend anything.
"""

from sqlalchemy.exc import DBAPIError, OperationalError


class StoreTrouble(Exception):
    """The database cannot be used now. The message says why and what to do; nothing was half done."""


class StoreClosed(StoreTrouble):
    """This process is done with the database: trying again is of no use."""


class ServerAway(StoreTrouble):
    """The connection to the database server ended, or none can be made."""


def trouble_of(error: Exception) -> Exception:
    """What spoils a whole transaction (disk, lock, server) as StoreTrouble in words; others as they are."""
    if is_connection_trouble(error):
        return error if isinstance(error, StoreTrouble) else ServerAway(_AWAY)
    if isinstance(error, MemoryError):
        return StoreTrouble("This PC is out of memory. Close other programs; mcdesk goes on by itself then.")
    if not isinstance(error, DBAPIError):
        return error
    if state := _state(error):
        sentence = _OF_STATES.get(state) or _OF_STATES.get(state[:2])
        return StoreTrouble(sentence) if sentence else error
    words = str(error.orig).lower()
    for sign, sentence in _OF_WORDS.items():
        if sign in words:
            return StoreTrouble(sentence)
    if isinstance(error, OperationalError) and not any(sign in words for sign in _OUR_MISTAKES):
        return StoreTrouble(f"The database cannot be used now ({words}). mcdesk goes on once it can.")
    return error


def is_connection_trouble(error: Exception) -> bool:
    """Whether there is no connection to the server (any more)."""
    if isinstance(error, ServerAway):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = _state(error)
    if error.connection_invalidated or state in _GONE or state[:2] == "08":
        return True
    # Said by the client, not by a server: only those of servers have states.
    return isinstance(error, OperationalError) and hasattr(error.orig, "sqlstate") and not state


def _state(error: DBAPIError) -> str:
    """PostgreSQL's five characters for what is wrong (appendix A of its manual); SQLite has none."""
    return str(getattr(error.orig, "sqlstate", None) or "")


#: Shut down, crashed, starting up, its idle session or idle transaction ended.
_GONE = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
_AWAY = (
    "The database server does not answer. mcdesk goes on by itself once it does. "
    "See that the server runs and that this PC reaches it."
)
_HELD = (
    "Another program holds the database. mcdesk goes on by itself; if this stays, close other programs on it."
)
_OF_STATES = {
    "53100": "The database server's disk is full; nothing can be saved. Free some space there.",
    "53200": "The database server is out of memory. Close other programs there.",
    "53300": "The database server has no connection left for this PC. Raise its max_connections.",
    "55P03": _HELD,
    "57014": _HELD,
    "40001": _HELD,
    "40P01": _HELD,
    "25006": "The database may not be written: it is a copy or set to read only. Connect to the main server.",
    "28": "The database server refuses this user. Check the name and password in MCDESK_DATABASE_URL.",
    "3D000": "The database server has no database of this name. Make it, or correct MCDESK_DATABASE_URL.",
    "42501": "This user may not use mcdesk's tables. Make it their owner on the database server.",
    "58": "The database server's disk reports an error. Check it, then restore its last backup.",
    "XX001": "The database is damaged. Restore the server's last backup.",
    "XX002": "The database is damaged. Restore the server's last backup.",
}
#: What SQLite says of a statement that is wrong, rather than of its file or the PC.
_OUR_MISTAKES = ("no such", "syntax error", "has no column", "too many", "misuse", "ambiguous")
_OF_WORDS = {
    "full": "The disk is full; nothing can be saved. Free some space; mcdesk goes on by itself then.",
    "locked": "Another program holds the database. Close other copies of mcdesk or a backup tool reading it.",
    "readonly": "The database file may not be written. Give this user the right to write the data folder.",
    "disk i/o": "The disk reports an error. Check it, then restore the last backup: mcdesk restore FILE.",
    "malformed": "The database is damaged. Restore the last backup: mcdesk restore FILE.",
    "not a database": "The database is damaged. Restore the last backup: mcdesk restore FILE.",
}
