#!/bin/sh
# Every exit code that a user can meet, one by one, and that the largest problem wins.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
git checkout -q -b same v1
printf '# nothing\nparse=10\nprint=20\n' >numbers
commit 'the same'
git checkout -q main

try revsweep compare v1 same
expect '0: every gate passed' 0 'within the gate'
try revsweep compare v1 v2
expect '1: a regression' 1 regressed
try revsweep compare v1 v2 --fail nonsense
expect '2: usage' 2 'error:'
try revsweep compare v1 same --run 'exit 1'
expect '3: some cells failed' 3 failed
try revsweep compare v1 nowhere
expect '4: a revision that is not there' 4 nowhere
mkdir -p damaged
echo 'this is no database, whatever it is called' >damaged/store.db
try revsweep compare v1 v2 --store damaged
expect '5: a damaged store' 5 damaged
try sh -c '"$REVSWEEP" help >/dev/full'
expect '7: a full device' 7 'standard output'
try revsweep compare v1 v2 --isolation sandbox
expect '8: this machine lacks something' 8 sandbox
try revsweep compare v1 v2 --blocks 5..5
expect 'too few blocks to tell' 0 'cannot tell yet'
try revsweep compare v1 v2 --blocks 5..5 --strict
expect '9: inconclusive under --strict' 9 'cannot tell yet'

cat >slow.yml <<'Y'
version: 1
recipe: none
suite: [{name: toy, harness: lines, run: 'sleep 0.3; sh "$PREFIX/bench.sh"'}]
measure: {blocks: 12..12}
gates: ["mean:5%"]
Y
"$REVSWEEP" compare v1 v2 --config slow.yml >"$top/first" 2>"$top/first.err" &
first=$!
for _ in $(seq 200); do
	if grep -q 'block 2' "$top/first.err"; then
		break
	fi
	sleep 0.1
done
try revsweep compare v1 v2 --config slow.yml
expect '6: the same sweep is running already' 6 'running already' "$first"
kill -TERM $first
code=0
wait $first || code=$?
cp "$top/first.err" "$err"
expect 'a signal is raised again after saving' 143 saved

# The largest problem wins: a regression is said before a failure.
cat >both.yml <<'Y'
version: 1
recipe: none
suite:
  - {name: toy, harness: lines, run: 'sh "$PREFIX/bench.sh"'}
  - {name: bad, harness: lines, run: 'exit 1'}
gates: ["mean:5%"]
Y
try revsweep compare v1 v2 --config both.yml
expect '1 before 3' 1 regressed failed
done_testing
