#!/bin/sh
# How long it will take, by what was done before.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
for i in 3 4 5; do
	printf 'parse=1%s\nprint=20\n' "$i" >numbers
	commit "version $i"
	git tag "v$i"
done
cat >built.yml <<'Y'
version: 1
project: foreseen
build:
  steps:
    - {name: compile, run: '. "$SRC/numbers"; sleep 0.2; [ $parse != 14 ]'}
    - {name: install, run: 'cp "$SRC"/numbers "$SRC"/bench.sh "$PREFIX"'}
suite:
  - {name: toy, harness: lines, run: 'sh "$PREFIX/bench.sh"'}
measure: {blocks: 5..8}
isolation: none
gates: ["mean:5%"]
Y

# foreseen EXPRESSION: of the last dry run as JSON.
foreseen() {
	python3 -c "
import json, sys
e = json.load(sys.stdin)['expected']
print($1)" <"$out"
}

# ---- nothing is known
try revsweep sweep v1..v5 v1 --config built.yml --dry-run
expect 'a dry run without a past says that it knows nothing' 0 \
	'expected 5 builds, nothing is known of their time' "was never done like this (suite 'toy')"
expect_true 'and names no time' test -z "$(grep '^expected.* [0-9.]* m\?s' "$out")"
expect_true 'and makes no store' [ ! -e .revsweep ]
try revsweep sweep v1..v5 v1 --config built.yml --dry-run --format json
expect 'nor in JSON' 0 '"build_s": null' '"measure_least_s": null'
try revsweep build v1 v3 --config built.yml --dry-run
expect 'build has a dry run, too' 0 'expected 2 builds, nothing is known' 'build    v3'
expect_true 'that builds nothing' [ ! -e "$REVSWEEP_CACHE/builds" ]
expect_true 'and measures nothing' test -z "$(grep measuring "$out")"

# ---- some builds are
try revsweep build v1 --config built.yml
try revsweep build v1 v3 v5 --config built.yml --dry-run
expect 'what was never built is a guess' 0 'expected 3 builds (1 in the cache), ' \
	'2 builds were never done before: their time is a guess'

# ---- and a sweep
try revsweep compare v1 v3 --config built.yml
expect 'a comparison' 0
try revsweep compare v1 v3 --config built.yml --dry-run
expect 'what is built takes no time' 0 'expected 2 builds (all in the cache); measuring ' \
	' (5 blocks) to ' ' (8)'
try revsweep compare v1 v3 --config built.yml --dry-run --format json
expect_true 'in seconds' [ "$(foreseen "0 < e['measure_least_s']['p50'] <= e['measure_least_s']['p90'] \
	and e['measure_least_s']['p50'] < e['measure_most_s']['p50'] and e['build_s']['p90'] == 0")" = True ]
try revsweep compare v1 v3 --config built.yml --dry-run --run 'echo 1'
expect 'another suite is not known' 0 'measuring was never done like this'
try revsweep sweep v1 v3 v5 --config built.yml --dry-run --budget 1h
expect 'a sweep has its budget after the first blocks' 0 '(5 blocks) to 1h' 'with the budget for what'
try revsweep sweep v1 v3 v5 --config built.yml --dry-run --budget 0
expect 'or no end' 0 'measuring at least '
try revsweep run v1 --config built.yml --dry-run
expect 'without a judge the number of blocks is known' 0 ' (5 blocks)'
expect_true 'and no other is named' test -z "$(grep '5 blocks) to' "$out")"

# ---- the store remembers what the cache does not
rm -r "$REVSWEEP_CACHE"
try revsweep compare v1 v3 --config built.yml
rm -r "$REVSWEEP_CACHE"
try revsweep compare v1 v3 --config built.yml --dry-run
expect 'an evicted build is no guess' 0 'expected 2 builds, '
expect_true 'as it was done before' test -z "$(grep -e guess -e 'nothing is known' "$out")"
try revsweep compare v1 v3 --config built.yml --dry-run --format json
expect_true 'but takes its time again' [ "$(foreseen "e['build_s']['p50'] > 0.15, e['guessed'], e['stored']")" = \
	'True 0 0' ]

# ---- remembered failures
try revsweep build v4 --config built.yml
expect 'one that fails' 3
try revsweep compare v1 v4 --config built.yml --dry-run
expect 'will not be tried again' 0 '(1 failed before)' '1 build failed before and is not tried again'
try revsweep compare v1 v4 --config built.yml --dry-run --rebuild
expect 'unless told' 0 'expected 2 builds, '
try revsweep compare v1 v4 --config built.yml --dry-run --rebuilds 3 --blocks 6..8
expect 'layouts are builds of their own' 0 'expected 6 builds (1 failed before), '
done_testing
