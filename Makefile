# One command each. On a fresh machine with make and Python 3.11 or newer, any of them sets everything up first.
#   make demo ARGS="--headless --for 40"     make test ARGS="-k shape"     make setup PYTHON=python3.12

PYTHON =
ARGS =

# programs in .venv hold the address they were made at: a checkout that moved makes them anew
MOVED := $(shell [ "$$(cat .venv/.home 2>/dev/null)" = "$$(pwd -P)" ] || rm -f .venv/.ready)

.PHONY: help setup system test-system demo check test screenshots bench build lock clean

help:
	@echo "make setup | demo | test | screenshots | bench | build | lock | clean"

setup: .venv/.ready system

.venv/.ready: requirements.lock pyproject.toml .ci/setup
	@PYTHON="$(PYTHON)" sh .ci/setup
	@touch $@

# without these the program still runs in the terminal, so a person is told and nothing stops
system: .venv/.ready
	@.venv/bin/python .ci/system.py || true

test-system: .venv/.ready
	@.venv/bin/python .ci/system.py --tests

demo: setup
	@.venv/bin/mcdesk demo $(ARGS)

check: setup
	.venv/bin/ruff check .
	.venv/bin/mypy

test: setup test-system check
	.venv/bin/python -m pytest -n 3 $(ARGS)

screenshots: setup test-system
	.venv/bin/python -m tests.screenshots $(ARGS)

bench: setup
	.venv/bin/python -m tests.bench $(ARGS)

build: setup
	.venv/bin/pyinstaller --noconfirm --clean --log-level WARN mcdesk.spec
	sh .ci/check-build

# newest versions that fit pyproject.toml, for every system and Python, with the public registry's hashes
lock:
	sh .ci/lock

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
