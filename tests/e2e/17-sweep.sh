#!/bin/sh
# Many revisions: change points where they are, gates, whoever is missing, and going on after kills.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

mkdir "$top/steps"
cd "$top/steps" || exit 99
git init -q -b main .
# Values with a little noise of their own, drawn from the launch's private directory.
cat >bench.sh <<'SH'
[ -z "${SLOW:-}" ] || sleep 0.1
awk -v seed="$(printf %s "$TMPDIR" | cksum | cut -d' ' -f1)" 'BEGIN { srand(seed) }
	{ printf "%s %.6f ms\n", $1, $2 * (1 + 0.002 * (rand() - 0.5)) }' "$PREFIX/values"
SH
cat >revsweep.yml <<'Y'
version: 1
project: steps
suite:
  - {name: s, harness: lines, run: 'sh "$PREFIX/bench.sh"', env: {SLOW: ""}}
build:
  steps:
    - {name: check, run: 'sh "$SRC/build.sh"'}
    - {name: install, run: 'cp "$SRC/bench.sh" "$SRC/values" "$PREFIX"'}
Y
echo : >build.sh
n=0
# rev VALUES BUILD: the next version.
rev() {
	n=$((n + 1))
	printf '%b' "$1" >values
	echo "$2" >build.sh
	echo "$n" >version
	tick=$((tick + 3600))
	git add -A
	GIT_AUTHOR_DATE="$tick +0000" GIT_COMMITTER_DATE="$tick +0000" git commit -qm "change $n"
	git tag "v$n"
}
rev 'sort 10\nhash 5\n' :
rev 'sort 10\nhash 5\n' :
rev 'sort 10.5\nhash 5\n' :
rev 'sort 10.5\nhash 5\n' 'echo broken >&2; exit 1'
rev 'sort 10.5\nhash 5\nnew 2\n' :
rev 'sort 10.5\nhash 4.5\nnew 2\n' :
rev 'sort 10.5\nhash 4.5\nnew 2\n' :
revs='v1 v2 v3 v4 v5 v6 v7'

# shellcheck disable=SC2086 # words
try revsweep sweep $revs --seed 3
expect 'a sweep finds what changed' 3 '2 change points confirmed' 'v4 was not built' \
	'between v2 and v3: change 3' 'between v5 and v6: change 6' '▲ sort' '▼ hash'
expect_true 'and nothing else' test "$(grep -c '^[▲▼?] ' "$out")" -eq 2
expect_true 'a column a revision, relative to the first' \
	grep -Eq '^sort +10.0 ms +same +▲\+5\.[0-9]% +unbuilt +\+[45]\.[0-9]%' "$out"
expect_true 'a bench that came later is relative to its first' \
	grep -Eq '^new +- +- +- +unbuilt +2\.00 ms +[-+]?0\.[0-9]+%' "$out"
try revsweep show --format json
expect 'in JSON, too' 0 '"changes"' '"before": "v2"' '"state": "confirmed"'
revsweep show --samples >"$top/samples.csv"
revsweep show --samples --format json >"$top/samples.json"
cat >"$top/samples.py" <<'PY'
import collections, csv, json, sys

rows = list(csv.DictReader(open(sys.argv[1])))
assert [{k: float(v) for k, v in r.items() if k == "median"} for r in rows] == \
    [{"median": r["median"]} for r in json.load(open(sys.argv[2]))]
places = collections.Counter((r["bench"], r["rev"], r["block"]) for r in rows)
assert places and max(places.values()) == 1
assert {r["rev"] for r in rows} == {"v1", "v3", "v5", "v6"}, "identical builds have none of their own"
assert {r["rev"] for r in rows if r["bench"] == "new"} == {"v5", "v6"}
PY
expect_true 'every sample has its place, in CSV and JSON' \
	python3 "$top/samples.py" "$top/samples.csv" "$top/samples.json"
try revsweep show --samples --format markdown
expect 'samples are for programs' 2 'csv or json, not as markdown'
try revsweep replay
expect 'judged again it is the same' 0 'the same to the last bit'
COLUMNS=60 revsweep show >"$out"
expect_true 'where not all have room, those of one build share a column' \
	grep -q '^2 revisions build the same as the one before' "$out"
COLUMNS=45 revsweep show >"$out"
expect_true 'a narrow terminal has the columns below each other' \
	test "$(grep -c '^benchmark' "$out")" -ge 2
expect_true 'and no line is too long' \
	awk '/log:/ { next } { gsub(/[^ -~]/, "") } length > 45 { n++ } END { exit n > 0 }' "$out"

try revsweep sweep v1 v2 v3 v5 --fail auto:3% --seed 3
expect 'a gate is against the first' 1 '2 of' 'got slower than the gate allows'
try revsweep sweep v1 v2 v3 v5 --fail auto:3% --against previous --seed 3
expect 'or against the one before' 1 '1 of' 'got slower than the gate allows'
try revsweep sweep v1 v2 v3 --fail auto:10% --seed 3
expect 'and passes when nothing is worse' 0 'within the gate'

try revsweep sweep v4 v5 v6 --seed 3
expect 'the base is the first one that was built' 3 '1 change point confirmed' 'v4 was not built'

try revsweep sweep v1
expect 'one revision is no sweep' 2 'needs at least two revisions'
try revsweep sweep v1 v2 --against second
expect 'against what' 2 "--against is first or previous, not 'second'"
try revsweep sweep v1 v2 --order sequential
expect 'no sequential order' 2 'sweep has no sequential order'
try revsweep sweep v1 v2 v3 --duet --seed 3
expect 'duets need CPU times' 0 '0 change points confirmed, 1 more not told yet' \
	'its harness reports no CPU'
try revsweep sweep v1 v2 --duet
expect 'two revisions are for compare' 2 'order duet'

# ---- killed again and again
sed -i 's/SLOW: ""/SLOW: "1"/' revsweep.yml
for i in 1 2 3 4 5; do
	"$REVSWEEP" sweep v1 v2 v3 v5 v6 --seed 5 >"$out" 2>"$err" &
	pid=$!
	sleep "$i.$((i * 137 % 10))"
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
done
try revsweep sweep v1 v2 v3 v5 v6 --seed 5
expect 'it goes on to its end' 0 '2 change points confirmed'
revsweep show --records >"$out"
cat >"$top/once.py" <<'PY'
import collections, json, sys

launches = []
for line in open(sys.argv[1]):
    record = json.loads(line)
    if record["revsweep"] == "launch" and not record["warmup"]:
        launches.append(record)
    elif record["revsweep"] == "discard":
        # All of the block so far: it was cut off.
        launches = [one for one in launches if one["block"] != record["block"]]
places = collections.Counter((one["block"], one["rev"]) for one in launches)
blocks = collections.Counter(one["block"] for one in launches)
assert places and max(places.values()) == 1, places
sizes = collections.Counter(blocks.values())
assert set(sizes) == {2, 4} and sizes[4] == 5, sizes
PY
expect_true 'no launch lost or counted twice' python3 "$top/once.py" "$out"

done_testing
