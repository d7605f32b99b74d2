#!/bin/sh
# Both revisions at the same time, compared by CPU time: whatever the machine does, twice the work
# is twice the work.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
# spin BRANCH TURNS PAUSE: a revision that turns so often and sleeps so long
spin() {
	git checkout -q -b "$1" v1
	printf 'sleep %s\ni=0\nwhile [ $i -lt %s ]; do i=$((i + 1)); done\n' "$3" "$2" >spin.sh
	commit "$1"
}
spin once 30000 0
spin twice 60000 0
spin sleepy 30000 0.05
# The first launch of a revision is its warm-up; from the second on this one fails.
git checkout -q -b broken once
cat >spin.sh <<'SH'
echo x >>"$TMPDIR/../../count"
[ "$(wc -l <"$TMPDIR/../../count")" -eq 1 ] || exit 7
SH
commit broken
# Where they ran, one line each: the CPUs allowed.
git checkout -q -b where v1
echo 'grep Cpus_allowed_list /proc/self/status >>"$TMPDIR/../../cpus"' >spin.sh
commit where
git checkout -q main
cat >duet.yml <<'Y'
version: 1
project: toy
recipe: none
suite:
  - {name: spin, harness: command, run: 'sh "$PREFIX/spin.sh"', settings: {min_rounds: 3, max_time: 1ms}}
measure: {blocks: 5..30, order: duet}
gates: ["mean:40%"]
Y

try revsweep compare once twice --config duet.yml
expect 'twice the work is found' 1 regressed contended \
	'a duet: both revisions took turns on one processor, and times are CPU times'
try revsweep show
expect 'a stored duet says that it was one' 0 contended 'a duet: both revisions took turns on one processor'
try revsweep show --format json
expect 'in JSON, too' 0 '"order": "duet"' '"contended": true'
try revsweep show --format markdown
expect 'and in a comment' 0 '| contended |' 'a duet:'
try revsweep replay
expect 'and says the same when it is judged again' 0 'the same to the last bit'
try revsweep compare twice once --config duet.yml --fail auto:40% --improvements
expect 'half of it as well' 0 improved
try revsweep compare once sleepy --config duet.yml
expect 'time that is slept is not compared' 0 'within the gate'

try revsweep compare v1 v2 --duet
expect 'what has no CPU times fails' 3 'its harness reports no CPU time, which a duet is judged by'
try revsweep compare once twice --config duet.yml --order random --dry-run
expect 'the command line goes before the configuration' 0 'on every revision'
expect_true 'and says nothing of a duet then' test -z "$(grep 'same time' "$out")"
try revsweep compare v1 v2 --duet --dry-run
expect 'a plan says that it is a duet' 0 'on every revision, both at the same time'
try revsweep calibrate once --config duet.yml --blocks 5
expect 'a duet can be calibrated' 0 'as a duet'

mkdir -p "$REVSWEEP_CACHE/work"
try revsweep compare once broken --config duet.yml --isolation none
expect 'one that fails beside another is given up' 3 "suite 'spin' failed on 'broken' in block 0 and was given up"
expect_true 'after three blocks' test "$(wc -l <"$REVSWEEP_CACHE/work/count")" -eq 4

try revsweep compare v1 v2 --duet --order sequential
expect 'two orders at once' 2 '--duet is --order duet, not --order sequential'
try revsweep run v1 v2 --duet
expect 'a duet compares' 2 "order duet compares two revisions while both run; 'run' with 2 cannot"
try revsweep compare v1 v2 --order trio
expect 'an order that there is not' 2 "--order is random, sequential or duet, not 'trio'"
cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' /proc/self/status)
try revsweep compare where once --config duet.yml --isolation none --blocks 5..5
expect_true 'a duet is held to one processor' \
	awk 'NR > 3 && !/:\t[0-9]+$/ { n++ } END { exit n > 0 || NR < 18 }' "$REVSWEEP_CACHE/work/cpus"
rm -f "$REVSWEEP_CACHE/work/cpus"
try revsweep compare where once --config duet.yml --isolation none --blocks 5..5 --pin "$cpu" --restart
expect_true 'to the one that is named' \
	test "$(sort -u "$REVSWEEP_CACHE/work/cpus" | cut -f2)" = "$cpu"
expect_true 'nothing is left behind' test -z "$(ls "$TMPDIR")"

done_testing
