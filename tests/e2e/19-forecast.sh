#!/bin/sh
# How long it will take, by what was done before, and what a terminal shows meanwhile.
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

# ---- on a terminal
# Builds that wait until $top/go is there, or for a minute.
sed "s|sleep 0.2|for i in \$(seq 600); do [ -e $top/go ] \|\| sleep 0.1; done|" built.yml >held.yml
terminal() {
	try python3 "$SOURCE_ROOT/tests/tools/terminal.py" "$@"
	sed -n 's/^left //p' "$out" >"$top/left"
}
number() {
	sed -n "s/^$1 //p" "$out"
}

terminal 80 24 --interrupt 'worker 1,worker 2,worker 3,compile' "$REVSWEEP" run v1 v3 v4 v5 -j3 --config held.yml
expect 'a line for each worker, and what there is to do' 0 'seen worker 3  ' '  compile  00:0' \
	'seen 0 of 4 built'
expect '^C ends it' 0 'exit 130'
expect_true 'the lines of the workers are taken away' test -z "$(grep -e worker -e built "$top/left")"
expect_true 'nor does ^C stay' test -z "$(grep -F '^C' "$top/left")"
expect_true 'and what is left is told in whole lines' grep -q '^revsweep: stopped' "$top/left"
expect_true 'three workers and the summary move' [ "$(number rows)" -eq 4 ]

terminal 80 24 --twice 'worker 3' "$REVSWEEP" run v1 v3 v4 v5 -j3 --config held.yml
expect 'a second ^C ends it as well' 0 'exit 130'
try revsweep log
expect 'and the sweep can go on' 0 open

terminal 30 24 --interrupt 'worker 3' "$REVSWEEP" run v1 v3 v4 LONG-NAME-OF-A-RELEASE=v5 -j4 --config held.yml
expect_true 'lines are cut to the terminal' [ "$(number widest)" -le 29 ]
terminal 80 5 --interrupt 'more workers' "$REVSWEEP" run v1 v3 v4 v5 -j4 --config held.yml
expect 'a low terminal has a line for the rest' 0 'seen worker 1' 'seen and 3 more workers' 'exit 130'
expect_true 'and no more lines than it can show' [ "$(number rows)" -le 3 ]

: >"$top/go"
terminal 80 24 "$REVSWEEP" run v1 v3 v4 v5 -j3 --config held.yml
expect 'it goes on to the end' 0 'exit 3' 'block 5/5'
expect_true 'a failed build stays in sight' grep -q "^revsweep: build .*: step 'compile' exited with 1" "$top/left"
expect_true 'and nothing else that moved' test -z "$(grep -e worker -e 'block ' "$top/left")"
expect_true 'no line is torn' test -z "$(sed -n 's/^seen //p' "$out" | grep '[^ ]revsweep: ')"
rm -r "$REVSWEEP_CACHE"
terminal 80 24 "$REVSWEEP" build v1 v3 v4 v5 -j1 --config held.yml
expect 'build shows the same' 0 'exit 3' 'seen worker 1  ' 'seen 2 of 4 built, 1 failed'
expect_true 'and then the result' grep -q '  ok  ' "$top/left"
terminal 80 24 "$REVSWEEP" build v1 v4 --quiet --config held.yml
expect_true 'quiet is quiet' [ "$(number rows)" -eq 0 ]
rm -r "$REVSWEEP_CACHE"
try revsweep run v1 v3 v4 v5 -j3 --config held.yml
expect_true 'off a terminal there is one line a step' [ "$(grep -c '^revsweep: build .*: compile$' "$err")" -eq 4 ]
expect_true 'and nothing moves' test -z "$(tr -dc '\033\r' <"$err")"
done_testing
