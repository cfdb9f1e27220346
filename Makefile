# Every target sets up what it needs: `make demo` and `make test` work on a fresh checkout.
# The first run builds the servers from source where Docker or their programs are missing.

UV := $(shell command -v uv || echo .tools/bin/uv)
RUN := .venv/bin
READY := .venv/ready
PYTHON_CODE := instrumentation dashboards_py tests examples benches docs

.DEFAULT_GOAL := help
.PHONY: help up demo doctor down test check format generate bench faults lock wheel clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: $(READY) ## start the stack: in Docker when it is there, else as plain processes
	$(RUN)/spansight up

demo: $(READY) ## set everything up, send LLM traffic through the stack, say where to look
	$(RUN)/spansight demo

doctor: $(READY) ## follow one call hop by hop, then run every panel's query
	$(RUN)/spansight doctor

down: $(READY) ## stop the stack; its data stays
	$(RUN)/spansight down

test: $(READY) ## set everything up, then run every test, on the real servers too
	$(RUN)/spansight which
	$(RUN)/pytest

check: $(READY) ## format, lint, types, architecture, generated files
	$(RUN)/ruff format --check $(PYTHON_CODE)
	$(RUN)/ruff check $(PYTHON_CODE)
	$(RUN)/pyright --warnings
	$(RUN)/lint-imports --no-logo
	$(RUN)/pytest --quiet tests/test_architecture.py
	$(RUN)/spansight prices build --check
	$(RUN)/python -m spansight.dialects.collector collector/normalise.yaml --check
	$(RUN)/spansight dashboards check
	$(RUN)/python docs/reference/generate.py --check

format: $(READY) ## rewrite the Python code in the house format
	$(RUN)/ruff format $(PYTHON_CODE)
	$(RUN)/ruff check --fix $(PYTHON_CODE)

generate: $(READY) ## write prices, Collector steps, dashboards, rules and the reference pages
	$(RUN)/spansight prices build
	$(RUN)/python -m spansight.dialects.collector collector/normalise.yaml
	$(RUN)/python -m spansight.privacy.collector collector/privacy.yaml
	$(RUN)/spansight dashboards build
	$(RUN)/python docs/reference/generate.py

bench: $(READY) ## measure what instrumentation, masking and the Collector cost
	$(RUN)/python benches/overhead.py
	$(RUN)/python benches/masking.py
	$(RUN)/python benches/pipeline.py

faults: $(READY) ## break the Collector, its stores and its disk (20 minutes), and write docs/reliability.md
	cd tests && ../$(RUN)/python -m faults

lock: ## resolve the dependencies again, to their newest versions
	$(UV) pip compile --quiet --universal --generate-hashes \
	  --extra cli --extra dashboards --extra prices --extra demo --extra evals --extra judge --extra nli --extra toxicity \
	  --extra review --extra worker --group dev --python-version 3.11 \
	  --custom-compile-command "make lock" --upgrade \
	  pyproject.toml --output-file requirements.lock

wheel: $(READY) ## build the wheel into dist/
	$(UV) build --wheel

clean: ## remove .venv, .tools and dist; the servers' cache stays
	rm -rf .venv .tools dist

$(READY): requirements.lock pyproject.toml instrumentation/spansight.pth | $(UV)
	$(UV) venv --quiet --allow-existing --python ">=3.11" .venv
	$(UV) pip sync --quiet --python .venv --require-hashes requirements.lock
	$(UV) pip install --quiet --python .venv --no-deps --editable .
	touch $@

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/pip install --quiet uv
