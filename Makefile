# The verbs of this repository; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format torture bench clean
PY := .venv/bin/python

help:  ## List the verbs
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup:  ## Set everything up for your own firm; then: .venv/bin/genjin serve
	@sh tools/bootstrap.sh demo
	@$(PY) -m genjin setup

demo:  ## Set everything up, load the demo firm, and start on http://127.0.0.1:8000
	@sh tools/bootstrap.sh demo
	@$(PY) -m genjin demo

test:  ## Set everything up and run all tests on SQLite and on PostgreSQL
	@sh tools/bootstrap.sh test
	@$(PY) -m tools.run_tests

check:  ## Lint, formatting, types, import ladder
	@sh tools/bootstrap.sh test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) -m tools.messages check

format:  ## Rewrite the code in the house format
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

torture:  ## The kill tests by the hundred, on both engines; every payload at hand in the browser
	@sh tools/bootstrap.sh test
	@GENJIN_TORTURE=200 GENJIN_MAIL_TORTURE=1000 $(PY) -m tools.run_tests tests/jobs/test_kill.py tests/followups/test_kill.py tests/mail/test_kill.py tests/live/test_hostile_mail.py

bench:  ## Measure the pages at the embedded size (see bench/README.md for the other one)
	@sh tools/bootstrap.sh test
	@$(PY) -m bench

clean:  ## Remove what was built; data in var/ stay
	rm -rf .venv node_modules genjin/web/assets genjin/locale
