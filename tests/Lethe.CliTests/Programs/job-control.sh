#!/bin/bash
# Stops a run and lets it go on in the background of a terminal, as Ctrl-Z and bg do. Argument: a file to count in.
set -m
count() { wc -l <"$1"; }
"$LETHE" run --no-certificate --quiet -- sh -c 'while :; do echo; sleep 0.05; done' >"$1" &
job=$!
until [ "$(count "$1")" -ge 3 ]; do sleep 0.05; done
kill -TSTP -- -$job
until before=$(count "$1"); sleep 0.5; [ "$before" = "$(count "$1")" ]; do :; done
kill -CONT -- -$job
until [ "$(count "$1")" -ge $((before + 20)) ]; do sleep 0.05; done
kill -TERM $job
wait $job
echo went on
