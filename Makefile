# Everything runs in .venv, which .ci/bootstrap.py makes on the first call and then leaves alone.

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.PHONY: help .venv demo test lint bench endurance wheel clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    open the program on the demo slices (without a display: into demo-output/)"
	@echo "make test    check the style and the types, then run all tests"
	@echo "make lint    check the style and the types only"
	@echo "make bench   time what has a budget, into bench-output/"
	@echo "make endurance  kill the program at 200 moments and six windows, and look for losses"
	@echo "make wheel   build the wheel into dist/"
	@echo "make clean   remove what these made, except .venv"
	@echo "PYTHON=/path/to/python3.12 chooses another Python, and a new .venv with it."

.venv:
	@command -v $(firstword $(PYTHON)) >/dev/null 2>&1 || { \
		echo "There is no $(firstword $(PYTHON)) here: install Python 3.11, 3.12 or 3.13," \
			"or name one, as in make demo PYTHON=/path/to/python3.11." >&2; exit 1; }
	@$(PYTHON) .ci/bootstrap.py

demo: .venv
	@$(BIN)/python .ci/demo.py

test: export QT_QPA_PLATFORM := offscreen
test: lint
	$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

lint: .venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: export QT_QPA_PLATFORM := offscreen
bench: .venv
	$(BIN)/python -m tests.benchmarks.run

endurance: export QT_QPA_PLATFORM := offscreen
endurance: .venv
	$(BIN)/python -m tests.endurance.kill --moments 200 --windows 6

# An old build/ would put files into the wheel that are no longer in the checkout.
wheel: .venv
	rm -rf build
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf build dist *.egg-info demo-output bench-output
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find brainseg_gui model_training resources tests .ci -name __pycache__ -prune -exec rm -rf {} +
