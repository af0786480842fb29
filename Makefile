# make            builds lethe (artifacts/publish/...), as ./lethe does by itself
# make check      style and unit tests: no root, no machines
# make test       everything CI runs: builds, then runs every test; boots virtual machines
# make soak HOURS=n   the same tests with more cases and other seeds, again and again; goes on where it stopped, see bench/SOAK.md
# make bench      measures; see bench/RESULTS.md
# make format     puts the code into its form

.PHONY: all build check test soak bench format clean

HOURS ?= 1

all: build

build:
	@./lethe --version >/dev/null

check:
	@tests/run check

test:
	@tests/run

soak: build
	@tests/soak $(HOURS)

bench: build
	@bench/run

format:
	dotnet format Lethe.slnx

clean:
	rm -rf artifacts
