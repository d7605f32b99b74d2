#!/bin/sh
# A sweep with more rows than are kept with it: it ends, and all of it can be judged and seen again.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

git init -q "$top/large"
cd "$top/large" || exit 99
cat >bench.sh <<'S'
awk -v base="$(cat "$PREFIX/base")" 'BEGIN {
	for (i = 0; i < 17; i++) text = text "0123456789abcdef0123456789"
	for (i = 0; i < 5000; i++) printf "bench_%d_%s %d ms\n", i, text, base + i
}'
S
cat >revsweep.yml <<'Y'
version: 1
recipe: none
suite: [{name: s, harness: lines, run: 'sh "$PREFIX/bench.sh"'}]
measure: {blocks: 2..2}
Y
for i in 1 2 3 4; do
	echo "${i}00" >base
	commit "$i"
	git tag "v$i"
done

try revsweep run v1 v2 v3 v4
expect 'a sweep with sixteen megabytes of rows ends' 0
try revsweep log
expect 'and is finished' 0 '5000 benchmarks were measured in 4 revisions'
try revsweep show --format json
expect 'its rows are judged once more' 0 '"rows"'
expect_true 'all of them' [ "$(jq '.rows | length' "$out")" -eq 20000 ]
try revsweep show --records 1
expect_true 'the store has how many they are' [ "$(jq -c 'select(.revsweep == "finish") | .report | fromjson | [.rows_left_out, (.rows | length)]' "$out")" = '[20000,0]' ]
try revsweep replay
expect 'there is nothing to compare with' 2 'more rows than are kept'
try revsweep run v1 v2 v3 v4 --only-missing
expect 'nothing is missing' 0 'nothing is missing in sweep 1'
done_testing
