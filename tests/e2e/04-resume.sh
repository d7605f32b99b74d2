#!/bin/sh
# Whatever stops a sweep, running it again goes on: no block is lost, none is counted twice.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
cat >slow.yml <<'Y'
version: 1
recipe: none
suite:
  - {name: toy, harness: lines, run: 'sleep 0.2; sh "$PREFIX/bench.sh"'}
measure: {blocks: 10..10}
gates: ["mean:5%"]
Y

# stop SIGNAL SECONDS: starts a compare and stops it in the middle.
stop() {
	# A shell without job control starts what is in the background with SIGINT ignored.
	env --default-signal=INT "$REVSWEEP" compare v1 v2 --config slow.yml >"$out" 2>"$err" &
	pid=$!
	for _ in $(seq 200); do
		if grep -q 'block 3' "$err"; then
			break
		fi
		sleep 0.1
	done
	kill "-$1" "$pid"
	code=0
	wait "$pid" || code=$?
}

no_children() {
	! pgrep -f "$REVSWEEP_CACHE/builds"
}

stop INT
expect '^C says what is saved and how to go on' 130 saved 'same command again'
expect_true 'no child is left' no_children
try revsweep log
expect 'it is listed as open' 0 open
try revsweep compare v1 v2 --config slow.yml
expect 'the same command goes on' 1 regressed
expect_true 'it is one sweep' [ "$(revsweep log | wc -l)" -eq 1 ]
expect_true 'ten blocks, each counted once' sh -c \
	'"$REVSWEEP" show --all 1 | grep -v discarded | grep -c "^block" | grep -qx 20'

stop KILL
expect 'kill -9' 137
sleep 1
expect_true 'its children die with it' no_children
try revsweep compare v1 v2 --config slow.yml
expect 'goes on as well' 1 regressed
expect_true 'that was the second sweep' [ "$(revsweep log | wc -l)" -eq 2 ]

# Two at once on one store and one machine.
"$REVSWEEP" compare v1 v2 --config slow.yml >"$top/one" 2>&1 &
first=$!
sleep 0.7
try revsweep compare v1 v2 --config slow.yml
second=$code
code=0
wait $first || code=$?
expect_true 'the first of two ends well' [ "$code" -eq 1 ]
expect_true 'the second says busy, or waited' [ "$second" -eq 6 -o "$second" -eq 1 ]
done_testing
