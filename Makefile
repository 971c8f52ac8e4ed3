# Everything runs in .venv, which .ci/bootstrap.py makes on the first call and then leaves alone.

PYTHON ?= python3
BASE ?= main
# Hundreds of processes start in the tests, and each would compile all that it imports once more.
export PYTHONDONTWRITEBYTECODE :=
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

# The Python that was named, else the newest that fits; where none does, PYTHON says what is wrong.
FITS = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
define needs
	@for python in $(PYTHON) python3.13 python3.12 python3.11; do \
		$$python -c '$(FITS)' 2>/dev/null && exec $$python .ci/bootstrap.py $(1); done; \
	command -v $(firstword $(PYTHON)) >/dev/null 2>&1 && exec $(PYTHON) .ci/bootstrap.py $(1); \
	echo "There is no $(firstword $(PYTHON)) here: install Python 3.11, 3.12 or 3.13," \
		"or name one, as in make demo PYTHON=/path/to/python3.11." >&2; exit 1
endef

.PHONY: help demo extra .test test check lint bench endurance documents wheel clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    open the program on the demo slices (without a display: into demo-output/)"
	@echo "make extra EXTRA=gpu  add what an extra brings: gpu, train, formats, reports or pretrained"
	@echo "make test    check the style and the types, then run all tests"
	@echo "make check   the same in a minute: only the tests of what changed since BASE=main"
	@echo "make lint    check the style and the types only"
	@echo "make bench   time what has a budget, into bench-output/"
	@echo "make endurance  kill programs and windows, damage files and reviews, and look for losses"
	@echo "make documents  write docs/KEYS.md and docs/SOFTWARE.md anew"
	@echo "make wheel   build the wheel into dist/"
	@echo "make clean   remove what these made, except .venv"
	@echo "PYTHON=/path/to/python3.12 chooses another Python, and a new .venv with it."

demo:
	$(call needs,)
	@$(BIN)/python .ci/demo.py

extra:
	$(call needs,$(EXTRA))

.test:
	$(call needs,test)

test: export QT_QPA_PLATFORM := offscreen
test: lint
	$(BIN)/pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder

check: export QT_QPA_PLATFORM := offscreen
check: lint
	$(BIN)/python -m tests.changed $(BASE)

lint: .test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: export QT_QPA_PLATFORM := offscreen
bench: .test
	$(BIN)/python -m tests.benchmarks.run

endurance: export QT_QPA_PLATFORM := offscreen
endurance: .test
	$(BIN)/python -m tests.endurance.kill --moments 200 --windows 6
	$(BIN)/python -m tests.endurance.kill_export
	$(BIN)/python -m tests.endurance.mutate_files
	$(BIN)/python -m tests.endurance.mutate_volumes
	$(BIN)/python -m tests.endurance.mutate_window
	$(BIN)/python -m tests.endurance.mutate_review

documents: .test
	$(BIN)/python .ci/documents.py

# An old build/ would put files into the wheel that are no longer in the checkout.
wheel: .test
	rm -rf build
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf build dist *.egg-info demo-output bench-output
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find brainseg_gui model_training resources tests .ci -name __pycache__ -prune -exec rm -rf {} +
