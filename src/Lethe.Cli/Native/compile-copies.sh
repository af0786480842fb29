#!/bin/sh
# Compiles both copies of the program side by side, which takes less time than one after the other (bench/RESULTS.md).
#
#   compile-copies.sh COMPILER ARGUMENTS-FILE ARGUMENTS-FILE
set -eu
"$1" "@$2" &
first=$!
failed=0
"$1" "@$3" || failed=$?
wait "$first" || failed=$?
exit "$failed"
