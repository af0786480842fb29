# make          builds lethe (artifacts/publish/...), as ./lethe does by itself
# make test     builds, then runs every test; boots virtual machines
# make bench    measures; see bench/RESULTS.md
# make format   puts the code into its form

.PHONY: all build test bench format clean

all: build

build:
	@./lethe --version >/dev/null

test: build
	@tests/run

bench: build
	@bench/run

format:
	dotnet format Lethe.slnx

clean:
	rm -rf artifacts
