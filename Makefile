# make            builds lethe (artifacts/publish/...), as ./lethe does by itself
# make check      style and unit tests: no root, no machines
# make test       everything CI runs: builds, then runs every test; boots virtual machines
# make soak HOURS=n   the same tests with more cases and other seeds, again and again; goes on where it stopped, see bench/SOAK.md
# make bench      measures; see bench/RESULTS.md
# make manual     writes docs/man anew from the command tree
# make format     puts the code into its form

.PHONY: all build check test soak bench manual format clean

HOURS ?= 1

# What builds the tests or benchmarks beside lethe builds it with the same options: others would compile all of it once more.
soak bench: export LETHE_BUILD_OPTIONS :=

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

manual:
	LETHE_WRITE_MANUAL=1 dotnet run -c Release --project tests/Lethe.Cli.Tests -- --filter-class '*ManualPageTests'

format:
	dotnet format Lethe.slnx

clean:
	rm -rf artifacts
