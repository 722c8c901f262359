# Everything is set up by itself: `make demo` and `make test` need Python 3.11+ and make, nothing else.

SHELL := /bin/bash
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
# Our own modules are compiled once, not in each of the many processes that tests start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: bench-load bench-scale help setup demo test check lint types layers units browser exhaustive docs bench-dedupe bench-dedupe-speed train-dedupe bench-ingest bench-learning bench-ranking bench-ranking-models bench-ranking-speed bench-second-look bench-report bench-stopping fuzz-ingest bench-card screenshots faults clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: $(if $(filter .uv/bin/uv,$(UV)),.uv/bin/uv) ## make .venv with everything in it
	$(UV) sync --locked --all-extras

.uv/bin/uv:
	python3 -m venv .uv
	.uv/bin/python -m pip install --quiet uv

demo: setup ## an invented review of 12,525 entries, from exports to the PRISMA flow
	$(BIN)/thresher demo

test: setup check units browser ## everything that CI runs

check: lint types layers ## style, types and layers; under a minute

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

units:
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not exhaustive and not browser"

browser: # by itself: a browser that has to share two cores answers late
	$(BIN)/python -m pytest -m "browser and not exhaustive" tests

exhaustive: setup .peers/asreview .peers/buscarpy ## the tests that take minutes and are not part of `make test`
	-$(MAKE) .peers/csl-schema # needs npm
	$(BIN)/python -m pytest -m exhaustive

docs: setup ## write the generated tables and pictures of the documentation anew
	$(BIN)/python -m docs.generate

bench-dedupe: setup .peers/bib_dedupe .peers/asreview .peers/srdedupe ## deduplication against its peers, on the same files in one run
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.dedupe

bench-dedupe-speed: setup ## deduplication of 10,000 to 1,000,000 records, and 2,000 new against each
	for size in 10000 100000 1000000; do $(BIN)/python -m benchmarks.dedupe_speed $$size --new 2000; done

train-dedupe: setup ## train the pair model on the labelled sets, with leave-one-set-out scores in its card
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.train_dedupe $(or $(THRESHER_SHARED),../shared)/dedupe

# Each peer in an environment of its own.
.peers/bib_dedupe: PEER = bib-dedupe==0.11.0
.peers/asreview: PEER = asreview==3.0.8
.peers/srdedupe: PEER = srdedupe
.peers/buscarpy: PEER = buscarpy==0.0.2
.peers/%:
	$(UV) venv --quiet $@
	$(UV) pip install --quiet --python $@/bin/python $(PEER) pandas

# The CSL schema is published in no package of its own; this linter carries it, word for word.
.peers/csl-schema:
	mkdir -p $@
	cd $@ && npm pack --silent eipw-lint-js@0.9.0 && tar xzf eipw-lint-js-0.9.0.tgz

bench-ingest: setup .peers/asreview ## reading exports against rispy, nbib, csv and asreview, and 100,000 records in one import
	$(BIN)/python -m benchmarks.ingest

bench-card: setup ## the screening card: from a key to the next title painted, while the model learns
	$(BIN)/python -m benchmarks.card

screenshots: setup ## the pictures of the screening card
	$(BIN)/python -m docs.screenshots

faults: setup ## kill runs and kernels at random moments: what was acknowledged is there, the next run completes
	THRESHER_FAULTS=$(or $(ROUNDS),200) $(BIN)/python -m pytest -m "" tests/widget/test_faults.py tests/review/test_faults.py tests/flows/test_faults.py

bench-learning: setup ## when a model may judge suggested tags
	$(BIN)/python -m benchmarks.learning

bench-ranking: setup .peers/asreview ## ranking against ASReview 3, same priors, one run; SETS=small|all, resumable
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.ranking_peer --sets $(or $(SETS),small) --write

bench-ranking-models: setup ## our ranking models against one another, on one half of the sets
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.ranking

bench-ranking-speed: setup ## learning again and ranking at 10,000 to a million records
	$(BIN)/python -m benchmarks.ranking_speed

bench-second-look: setup ## how many flipped decisions the second look finds
	$(BIN)/python -m benchmarks.second_look

bench-stopping: setup ## what stopping rules keep of their promises, over replays of the labelled sets
	$(BIN)/python -m benchmarks.stopping_orders .stopping-orders
	$(BIN)/python -m benchmarks.stopping .stopping-orders
	$(BIN)/python -m benchmarks.stopping .stopping-orders --hard 0.1

bench-load: setup ## twenty reviewers decide at once while the flow runs, on both stores
	for store in sqlite postgresql; do $(BIN)/python -m benchmarks.load $$store; done

bench-scale: setup ## a review of 10,000 to 1,000,000 records, stage by stage, and its shards on two Dask workers
	for size in 10000 100000 1000000; do $(BIN)/python -m benchmarks.scale $$size; done

bench-report: setup ## the report of a review of 100,000 records
	$(BIN)/python -m benchmarks.report

fuzz-ingest: setup ## ten minutes of coverage-guided fuzzing of the readers
	$(UV) sync --locked --all-extras --group fuzz
	$(BIN)/python -m fuzz.ingest -max_total_time=600 -max_len=4096

clean: ## remove what can be made again
	rm -rf .venv .uv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
