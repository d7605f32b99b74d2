#!/bin/sh
# A bisect: the culprit by its bench, its symptom or a predicate, merges, islands, nothing there,
# and going on after kills.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

mkdir "$top/line"
cd "$top/line" || exit 99
git init -q -b main .
# Values with a little noise of their own, drawn from the launch's private directory.
cat >bench.sh <<'SH'
[ ! -e "$PREFIX/hang" ] || sleep 60
[ -z "${SLOW:-}" ] || sleep 0.05
awk -v seed="$(printf %s "$TMPDIR" | cksum | cut -d' ' -f1)" 'BEGIN { srand(seed) }
	{ printf "%s %.6f ms\n", $1, $2 * (1 + 0.002 * (rand() - 0.5)) }' "$PREFIX/values"
SH
cat >revsweep.yml <<'Y'
version: 1
project: line
suite:
  - {name: s, harness: lines, run: 'sh "$PREFIX/bench.sh"', env: {SLOW: ""}}
build:
  steps:
    - {name: check, run: 'sh "$SRC/build.sh"'}
    - {name: install, run: 'cp "$SRC/bench.sh" "$SRC/values" "$SRC/version" "$PREFIX"; cp "$SRC"/hang* "$PREFIX" 2>/dev/null || :'}
Y
n=0
commit() {
	tick=$((tick + 3600))
	git add -A
	GIT_AUTHOR_DATE="$tick +0000" GIT_COMMITTER_DATE="$tick +0000" git commit -qm "$1"
}
# rev VALUES BUILD: the next version.
rev() {
	n=$((n + 1))
	printf '%b' "$1" >values
	echo "$2" >build.sh
	echo "$n" >version
	commit "change $n"
	git tag "v$n"
}
values='sort 10\nhash 5\n'
while [ $n -lt 20 ]; do
	broken=:
	case $n in
	5 | 11) broken='echo broken >&2; exit 1' ;;
	14) values='sort 10.5\nhash 5\n' ;;
	esac
	rev "$values" "$broken"
done

try revsweep bisect v1 v20 --seed 3
expect 'a bisect names the culprit' 0 "$(git rev-parse v15)" 'is the culprit: sort' 'change 15' 'values' \
	'bad     ' 'good    ' 'revsweep compare'
expect_true 'and builds few of the commits' \
	test "$(grep -c ': built in' "$err")" -le 9
first=$(git rev-parse v15)
try revsweep show --format json
expect 'in JSON, too' 0 "\"culprit\": \"$first\"" '"state": "found"' '"posterior"' '"path"'
try revsweep replay
expect 'judged again it is the same' 0 'the same to the last bit'
try revsweep show --format markdown
expect 'and in Markdown' 0 "$first" '| **bad** |'
try revsweep bisect v1 v20 --seed 3 --reuse
expect 'a stored one is printed at once' 0 'is the culprit: sort'

try revsweep bisect v1 v14 --seed 3
expect 'nothing changed is an answer' 9 'no regression shown' 'could have been'
expect_true 'for which both ends are enough' test "$(grep -c 'build v' "$err")" -eq 2
try revsweep bisect v1 v20 --find improvement
expect 'an improvement is not there either' 9 'no improvement shown'
try revsweep bisect v20 v1
expect 'the other way round is refused' 2 'ancestor' 'swap'
try revsweep bisect
expect 'both ends are needed' 2 'bisect takes GOOD and BAD'

try revsweep bisect v1 v20 --skip v15 --paths values --seed 4
expect 'commits are skipped on request, and paths make some likelier' 0 \
	'one of the 2 commits' '> skip'
try revsweep bisect v1 v20 --paths nowhere --seed 4
expect 'paths that nobody touched are told' 0 'touches nowhere' 'is the culprit: sort'

# An island that cannot be built, with the culprit in it.
git checkout -q v10
rev 'sort 10\nhash 5\n' :
rev 'sort 10\nhash 6\n' 'exit 1'
rev 'sort 10\nhash 6\n' 'exit 1'
rev 'sort 10\nhash 6\n' :
git tag island
try revsweep bisect v1 island --bench hash
expect 'commits that nobody can tell apart are named together' 0 'one of the 3 commits' \
	'those between cannot be'

git checkout -q v12
try revsweep bisect v1 v12
expect 'an end that does not build is said, with its log' 3 'not built v12: step' 'log: ' \
	'BAD (v12) was not built'

# Two changes on one path.
git checkout -q v4
rev 'sort 10\nhash 5\n' :
rev 'sort 12\nhash 5\n' :
larger=$(git rev-parse HEAD)
rev 'sort 12\nhash 5\n' :
rev 'sort 12\nhash 5\n' :
rev 'sort 13\nhash 5\n' :
smaller=$(git rev-parse HEAD)
rev 'sort 13\nhash 5\n' :
try revsweep bisect v1 "v$n" --all
expect 'the larger of two changes is named, and --all finds the other' 0 "$larger" "$smaller"

# What BAD does instead of ending.
git checkout -q v4
touch hang
rev 'sort 10\nhash 5\n' :
rev 'sort 10\nhash 5\n' :
try revsweep bisect v1 "v$n" --timeout 2s
expect 'a timeout is a symptom' 0 "$(git rev-parse "v$((n - 1))")" 'ends as in BAD since then'

# A predicate, with the exit codes of git bisect run.
cat >"$top/works" <<'SH'
v=$(cat "$PREFIX/version")
[ "$v" -ne 8 ] || exit 125
[ "$v" -lt 13 ]
SH
try revsweep bisect v1 v20 --predicate "sh $top/works"
expect 'a predicate does for a benchmark' 0 "$(git rev-parse --short=10 v13)" \
	'one of the 2 commits' 'says bad since then'
try revsweep bisect v1 v20 --predicate true
expect 'one that is always true has no culprit' 9 'no regression shown'

# A branch that was merged.
git checkout -q -b side v2
rev 'sort 10\nhash 5\n' :
rev 'sort 10\nhash 9\n' :
guilty=$(git rev-parse HEAD)
rev 'sort 10\nhash 9\n' :
git checkout -q -b trunk v4
echo extra >extra.txt
commit 'beside it'
tick=$((tick + 3600))
GIT_AUTHOR_DATE="$tick +0000" GIT_COMMITTER_DATE="$tick +0000" \
	git merge -q --no-ff -m 'merge side' -X theirs side
echo last >last.txt
commit 'after it'
try revsweep bisect v1 trunk --bench hash --report merged.json --report merged.txt
expect 'a merge is looked into' 0 'is a merge' "$guilty"
expect_true 'of which reports for machines tell the end' grep -q "\"culprit\": \"$guilty\"" merged.json
expect_true 'and those for people all of it' sh -c \
	'grep -q "merge side" merged.txt && grep -q "$1" merged.txt' sh "$guilty"
try revsweep bisect v1 trunk --bench hash --first-parent
expect 'or is the answer' 0 "$(git rev-parse trunk~1)" 'merge side'

# Killed again and again it comes to the same answer.
git checkout -q main
sed -i 's/SLOW: ""/SLOW: "1"/' revsweep.yml
commit 'slower launches'
export REVSWEEP_STORE="$top/killed"
kills=0
for after in 0.7 1.1 0.9 1.3; do
	# A group of its own, so that the launches die as well.
	setsid -w timeout -s KILL $after "$REVSWEEP" bisect v1 v20 --seed 5 >/dev/null 2>&1 || kills=$((kills + 1))
done
try revsweep bisect v1 v20 --seed 5
expect "killed $kills times it goes on" 0 "$first" 'is the culprit: sort'
revsweep show --format json >"$top/resumed.json"
export REVSWEEP_STORE="$top/left"
try revsweep bisect v1 v20 --seed 5
revsweep show --format json >"$top/left.json"
cat >"$top/same.py" <<'PY'
import json, sys

a, b = (json.load(open(name)) for name in sys.argv[1:])
for key in ("culprit", "path"):
    assert a[key] == b[key], key
PY
expect_true 'and says what one says that was left alone' \
	python3 "$top/same.py" "$top/resumed.json" "$top/left.json"
unset REVSWEEP_STORE
done_testing
