"""The program's front door: `mcdesk` and `python -m mcdesk`.

Must not: do anything itself (`commands` does).
"""

from mcdesk.commands.line import mcdesk


def main() -> None:
    """Run what the command line asks for."""
    mcdesk(prog_name="mcdesk")


if __name__ == "__main__":
    main()
