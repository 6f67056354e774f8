"""Checks the system libraries and programs Qt and the tests need; installs them where that is possible.

Standard library only: it runs before anything else works. `--tests` adds what only the tests need.
"""

import ctypes
import os
import shutil
import subprocess
import sys

#: Debian package → the library it brings, for drawing at all and for a window on X11
LIBRARIES = {
    "libgl1": "libGL.so.1",
    "libegl1": "libEGL.so.1",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libx11-xcb1": "libX11-xcb.so.1",
}

#: Debian package → the program it brings, for the tests
PROGRAMS = {"xvfb": "Xvfb", "dbus": "dbus-daemon"}


def is_there(library: str) -> bool:
    """Loads the library: the only question that means the same on every Linux."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(*, for_tests: bool) -> list[str]:
    """The Debian names of what is missing here."""
    missing = [package for package, library in LIBRARIES.items() if not is_there(library)]
    if for_tests:
        missing += [package for package, program in PROGRAMS.items() if not shutil.which(program)]
    return missing


def install(packages: list[str]) -> bool:
    """Installs with apt-get, the output shown only by apt-get's own errors."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def main() -> int:
    """0 when all is there; 1 when something is left for a person to install."""
    if not sys.platform.startswith("linux"):
        return 0
    for_tests = "--tests" in sys.argv
    missing = missing_packages(for_tests=for_tests)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing system packages: {' '.join(missing)} ...", flush=True)
        install(missing)
        missing = missing_packages(for_tests=for_tests)
    if not missing:
        return 0
    purpose = "The tests need" if for_tests else "The window needs"
    print(f"{purpose} system packages that are missing here. On Debian or Ubuntu run:", file=sys.stderr)
    print(f"    sudo apt-get install -y {' '.join(missing)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
