# Every target is a task of tools/tasks.py, which needs nothing but Python; without
# make, type `python tools/tasks.py TARGET`.
.DEFAULT_GOAL := help

TASKS := help env book test check serve lab lint bench clean
.PHONY: $(TASKS) full

# `make book PYTHON=/path/to/python3.12` names the Python of the environment. Any
# Python can run tasks.py, which finds a supported one or says what is missing.
export PYTHON
RUN := $(shell for p in "$(PYTHON)" python3 python; do \
	"$$p" -c pass 2>/dev/null && echo "$$p" && break; done)
ifeq ($(RUN),)
$(error No Python found: install Python 3.11, 3.12 or 3.13)
endif

$(TASKS):
	@"$(RUN)" tools/tasks.py $@

full:
	@"$(RUN)" tools/tasks.py full $(LAB)
