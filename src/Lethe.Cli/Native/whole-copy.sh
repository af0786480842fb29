#!/bin/sh
# Makes one object of a compiled program and the runtime it needs, which shows nothing but its own main, so that two of
# them fit into one file.
#
#   whole-copy.sh NAME OBJECT RESULT LIBRARY...
set -eu
name=$1 object=$2 result=$3
shift 3

ld -r --force-group-allocation -u main -o "$result.part" "$object" --start-group "$@" --end-group

# The runtime finds its code and modules by where these sections start and stop; the linker gives each such name one place.
options=
for section in __modules __managedcode __unbox; do
    options="$options --rename-section $section=${section}_$name"
    options="$options --redefine-sym __start_$section=__start_${section}_$name --redefine-sym __stop_$section=__stop_${section}_$name"
done
# The old name and the new one: objcopy looks before it renames, or after, depending on its version.
# shellcheck disable=SC2086 # the options are words
objcopy $options --redefine-sym "main=main_$name" --keep-global-symbol=main --keep-global-symbol="main_$name" "$result.part" "$result"
rm -f "$result.part"
