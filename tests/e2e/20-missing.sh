#!/bin/sh
# What failed is remembered and tried again when somebody asks for it; what is missing is measured
# without measuring the rest again.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
for i in 3 4 5; do
	printf 'parse=1%s\nprint=20\n' "$i" >numbers
	commit "version $i"
	git tag "v$i"
done
# v4 (14) needs $top/tool to be built; with $top/ill, v5 (15) fails in the second suite.
cat >built.yml <<Y
version: 1
project: missing
build:
  steps:
    - {name: compile, run: '. "\$SRC/numbers"; [ \$parse != 14 ] || [ -e "$top/tool" ]'}
    - {name: install, run: 'cp "\$SRC"/numbers "\$SRC"/bench.sh "\$PREFIX"'}
suite:
  - {name: toy, harness: lines, run: 'sh "\$PREFIX/bench.sh"'}
  - {name: odd, harness: lines, run: '. "\$PREFIX/numbers"; [ \$parse != 15 ] || [ ! -e "$top/ill" ]; echo "odd \$parse ms"'}
measure: {blocks: 5..6}
isolation: none
gates: ["mean:50%"]
Y

# blocks SWEEP REV SUITE: how many hold a launch that counts. What a block held when ^C ended it is
# measured again with the same number; it stays in the records, but warm-ups are of no block.
blocks() {
	revsweep show --records "$1" | python3 -c "
import json, sys
records = [json.loads(line) for line in sys.stdin]
labels = {}
for r in records:
	if r['revsweep'] == 'rev':
		labels[r['index']] = r['label']
print(len({r['block'] for r in records if r['revsweep'] == 'launch' and not r['warmup']
	and labels[r['rev']] == '$2' and r['suite_name'] == '$3'}))"
}
revs='v1 v3 v4 v5'
run() {
	# shellcheck disable=SC2086 # several revisions
	try revsweep run $revs --config built.yml "$@"
}

# ---- builds
: >"$top/ill"
run
expect 'a sweep with failures' 3 'not built v4' "build v4: step 'compile' exited with 1"
expect_true 'the others are measured' [ "$(blocks 1 v1 toy),$(blocks 1 v3 odd)" = 5,5 ]
: >"$top/tool"
run --only-missing
expect 'what failed before is not tried again' 3 "step 'compile' exited with 1 (failed before; --retry-failed" \
	'1 build and 1 suite failed before and were not tried again (--retry-failed does)' 'not built v4'
expect_true 'in the same sweep' [ "$(revsweep log | wc -l)" -eq 1 ]
expect_true 'and nothing was measured' [ "$(blocks 1 v1 toy),$(blocks 1 v4 toy)" = 5,0 ]
try revsweep build v4 --config built.yml
expect 'build says how to try again, too' 3 '(--retry-failed tries again)'
try revsweep run v4 --config built.yml --dry-run
expect 'and a dry run' 0 '(1 failed before)' '--retry-failed'
try revsweep run v1 v4 --config built.yml --dry-run --only-missing
expect "a dry run says what missing means" 0 "blocks   5 for each revision and suite of which none is stored" "expected 2 builds"

# ---- what is missing
run --only-missing --retry-failed
expect 'asked for, it is' 3 'v4: built in'
expect_true 'the revision is measured' [ "$(blocks 1 v4 toy),$(blocks 1 v4 odd)" = 5,5 ]
expect_true 'nothing else is' [ "$(blocks 1 v1 toy),$(blocks 1 v5 toy)" = 5,5 ]
rm "$top/ill"
run --only-missing
expect 'a suite that was given up stays so' 3 '1 suite failed before and was not tried again'
run --only-missing --retry-failed
expect 'until somebody asks' 0
expect_true 'then it is measured where it was missing' [ "$(blocks 1 v5 odd),$(blocks 1 v3 odd),$(blocks 1 v5 toy)" = 5,5,5 ]
run --only-missing
expect 'nothing is missing any more' 0 'nothing is missing in sweep 1'
expect_true 'all of it in one sweep' [ "$(revsweep log | wc -l)" -eq 1 ]
try revsweep show
expect 'which has it all' 0 v4 v5 odd
try revsweep replay
expect 'and is the same when judged again' 0 'the same to the last bit'
run
expect_true 'without the option a finished sweep is measured anew' [ "$(revsweep log | wc -l)" -eq 2 ]

# ---- an interrupted one
rm -r .revsweep
sed "s|run: '|&sleep 0.3; |" built.yml >slow.yml
# interrupt WHAT COMMAND...: ^C when WHAT was told.
interrupt() {
	what=$1
	shift
	: >"$err"
	env --default-signal=INT "$REVSWEEP" "$@" >"$out" 2>"$err" &
	pid=$!
	for _ in $(seq 600); do
		grep -q "$what" "$err" && break
		sleep 0.05
	done
	kill -INT "$pid"
	code=0
	wait "$pid" || code=$?
}
: >"$top/ill"
interrupt 'block 3' run v1 v3 v5 --config slow.yml
expect '^C in the third block' 130 saved
try revsweep run v1 v3 v5 --config slow.yml
expect 'it goes on without what was given up' 3 '1 suite failed before and was not tried again (--retry-failed does)'
expect_true 'to the end' [ "$(blocks 1 v1 toy),$(blocks 1 v5 toy),$(blocks 1 v5 odd)" = 5,5,0 ]
rm "$top/ill"
interrupt 'block 3 of 5, odd' run v1 v3 v5 --config slow.yml --only-missing --retry-failed
expect '^C while what is missing is measured' 130 saved
some=$(blocks 1 v5 odd)
expect_true 'some of it is there' [ "$some" -ge 1 -a "$some" -lt 5 ]
try revsweep run v1 v3 v5 --config slow.yml --only-missing
expect 'it goes on with the rest of it' 0
expect_true 'and with nothing else' [ "$(blocks 1 v5 odd),$(blocks 1 v1 odd),$(blocks 1 v5 toy)" = 5,5,5 ]

# ---- with a judge, beside the base
rm -r .revsweep "$REVSWEEP_CACHE" "$top/tool"
try revsweep sweep v1 v3 v4 v5 --config built.yml
expect 'a sweep without one of its revisions' 3 'not built v4'
before=$(blocks 1 v3 toy)
: >"$top/tool"
try revsweep sweep v1 v3 v4 v5 --config built.yml --only-missing --retry-failed
expect 'takes it in' 0 v4
expect_true 'with its blocks' [ "$(blocks 1 v4 toy)" -eq 5 ]
expect_true 'and a third one, so that they are evidence' [ "$(blocks 1 v3 toy)" -eq $((before + 5)) ]
try revsweep replay
expect 'and is judged again the same' 0 'the same to the last bit'

try revsweep compare v1 v3 --config built.yml --only-missing
expect 'without a past everything is missing' 0 v3
try revsweep run v1 --config built.yml --only-missing --restart
expect 'it adds to what is there' 2 'goes with neither --restart nor --reuse'
try revsweep compare v1 v3 --config built.yml --only-missing --order sequential
expect 'in blocks' 2 'the sequential order has none'

# ---- a suite that has nothing to say about one of them
rm -r .revsweep
cat >mute.yml <<'Y'
version: 1
recipe: none
suite:
  - {name: mute, harness: lines, run: '. "$PREFIX/numbers"; echo "x $parse ms"', select: [y]}
measure: {blocks: 2..3}
Y
try revsweep run v1 v3 --config mute.yml --only-missing
expect_true "is asked no more often than others" [ "$(blocks 1 v1 mute)" -eq 2 ]
done_testing
