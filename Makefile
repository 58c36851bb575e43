# `make` lists the targets. `make run` and `make test` install what they need on a fresh machine.

PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
.DELETE_ON_ERROR:

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | column -t -s $$'\t'

run: .venv/app.stamp frontend/dist/index.html ## Start Maskloop on this machine; prints the address
	@$(BIN)/maskloop run

test: lint test-python test-frontend test-browser ## Everything CI runs

lint: .venv/dev.stamp frontend/node_modules/.package-lock.json ## Format, lint, types, import directions, API drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd frontend && npm run --silent lint && npm run --silent typecheck
	cd frontend && MASKLOOP_PYTHON=../$(BIN)/python npm run --silent api:check

test-python: .venv/dev.stamp ## Engine and backend, on SQLite and PostgreSQL, embedded queue and Redis
	@tools/need-packages postgresql redis-server
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --durations 10

test-frontend: frontend/node_modules/.package-lock.json ## Pure functions and stores
	cd frontend && npm test

test-browser: .venv/app.stamp frontend/dist/index.html ## A day's work in Chromium against the real server and worker
	@tools/need-packages chromium
	cd frontend && npm run e2e

bench-annotator: .venv/app.stamp frontend/dist/index.html ## Clicks, painting, 1,000 masks, next image, memory in Chromium
	@tools/need-packages chromium
	cd frontend && npm run bench -- annotator.bench.ts

bench: bench-annotator ## The same

bench-decoder: .venv/app.stamp frontend/node_modules/.package-lock.json ## The decoder beside the public layout, in Chromium
	@tools/need-packages chromium
	cd frontend && npm run bench -- decoder.bench.ts

bench-encoder: .venv/app.stamp ## Photos embedded per second, beside the reference's code path
	$(BIN)/python -m tools.bench_encoder

bench-training: .venv/app.stamp ## Photos trained on per second in float32 and bfloat16, and which one a run chooses
	$(BIN)/python -m tools.bench_training

bench-auto: .venv/app.stamp ## Automatic masks beside the reference's algorithm: seconds and memory
	$(BIN)/python -m tools.bench_auto

bench-api: .venv/dev.stamp ## A hundred annotators at once on PostgreSQL and Redis: milliseconds, and nothing lost; the dashboard with a million masks
	@tools/need-packages postgresql redis-server
	$(BIN)/python -m tools.bench_api
	$(BIN)/python -m tools.bench_dashboard

bench-exports: .venv/app.stamp ## 100,000 masks exported in every format, and imported: masks per second and memory
	$(BIN)/python -m tools.bench_exports

prove-nuclei: .venv/app.stamp ## A decoder learns from 60 photos: reports before and after in docs/learning; DATA=folder
	$(BIN)/python -m tools.prove_nuclei --data $(DATA)

prove-detector: .venv/app.stamp ## Objects found by the box detector and by the automatic grid; DATA=folder
	$(BIN)/python -m tools.prove_detector --data $(DATA)

replay: .venv/app.stamp ## The loop closes: simulated annotators, retraining, all stages; table and plot in docs/replay; DATA=folder
	$(BIN)/python -m tools.replay --data $(DATA)

traces: .venv/app.stamp ## The decoder's graphs as PyTorch traces them, after a change of engine/decoder or of PyTorch
	$(BIN)/python -m tools.traces

prove-team: .venv/dev.stamp frontend/dist/index.html ## A team's day on PostgreSQL, Redis and S3, with faults and in the browser; the API asked at random
	@tools/need-packages postgresql redis-server chromium
	$(BIN)/pytest -m long
	cd frontend && npm run proofs -- team.proof.ts

prove-graphics: .venv/app.stamp frontend/dist/index.html ## The decoder on WebGPU gives the processor's masks (Chromium's imitation: minutes)
	@tools/need-packages chromium
	cd frontend && npm run proofs -- graphics.proof.ts

screenshots: .venv/app.stamp frontend/dist/index.html ## Renew the pictures in docs/
	@tools/need-packages chromium
	cd frontend && npm run screenshots

format: .venv/dev.stamp frontend/node_modules/.package-lock.json ## Rewrite sources in the project's style
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	cd frontend && npm run format

# pip finds exact versions in constraints.txt; torch resolves to a CPU or a CUDA build as pip is set up.
.venv/app.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/dev.stamp: .venv/app.stamp
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

frontend/node_modules/.package-lock.json: frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(shell find frontend/src frontend/public frontend/index.html frontend/vite.config.ts -type f 2>/dev/null)
	cd frontend && npm run --silent build

.PHONY: help run test lint test-python test-frontend test-browser bench bench-annotator bench-decoder bench-encoder bench-training bench-auto bench-api bench-exports prove-nuclei prove-detector replay traces prove-team prove-graphics screenshots format
