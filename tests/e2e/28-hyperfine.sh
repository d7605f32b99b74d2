#!/bin/sh
# A script that calls hyperfine. How long its commands take is not asked here.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

if ! command -v hyperfine >/dev/null; then
	skip 'scripts with hyperfine' 'no hyperfine'
	done_testing
	exit 0
fi

toy "$top/toy"
cat >speed.sh <<'SH'
#!/bin/sh
set -e
hyperfine --style none --runs 50 -n count "cat $PREFIX/numbers" --export-json "$TMPDIR/own.json"
hyperfine --style none -L n 1,2 "sh $PREFIX/bench.sh {n}"
grep -q '"count"' "$TMPDIR/own.json"
SH
cat >revsweep.yml <<'YML'
version: 1
project: toy
recipe: none
suite:
  - {name: speed, harness: hyperfine, run: sh speed.sh, settings: {min_rounds: 2}}
measure: {blocks: 5}
gates: ["mean:5%"]
YML
commit 'calls hyperfine'
cat >"$top/rows.py" <<'P'
import json, sys
for row in json.load(open(sys.argv[1]))["rows"]:
    print(row["bench"], row["metric"], row["status"])
P
"$REVSWEEP" compare --format json v2 HEAD >"$top/json" 2>"$err"
try python3 "$top/rows.py" "$top/json"
expect 'each command of each call is a benchmark, by one name in all builds' 0 'count time ok' \
	'sh $PREFIX/bench.sh 1 time ok' 'sh $PREFIX/bench.sh 2 time ok'
expect_true 'and nothing else is' [ "$(wc -l <"$out")" -eq 3 ]

sed -i 's/^hyperfine.*{n}.*/hyperfine false/' speed.sh
commit 'fails'
try revsweep compare v2 HEAD
expect 'what hyperfine says of a failure is passed on' 3 'ommand terminated with non-zero exit code'
echo true >speed.sh
commit 'calls nothing'
try revsweep compare v2 HEAD
expect 'a script without hyperfine is told' 3 'did not call hyperfine'
done_testing
