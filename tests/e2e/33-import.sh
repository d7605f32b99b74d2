#!/bin/sh
# Result files of other tools become stored runs, whatever state they are in.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

mkdir "$top/w" && cd "$top/w" || exit 99
# check DESCRIPTION FILE... : python reads the script on stdin with the files as arguments.
check() {
	what=$1
	shift
	try python3 - "$@"
	expect "$what" 0
}

# make FILE [MEMBERS [STATS]] : a file of pytest-benchmark's with more members and statistics.
make() {
	python3 - "$@" <<'PY'
import sys
path, members, stats = (sys.argv[1:] + ["", ""])[:3]
open(path, "w").write("""{"machine_info": {"node": "n", "system": "Linux", "machine": "x86_64"}, %s
 "benchmarks": [{"name": "test_a[1]", "fullname": "t.py::test_a[1]", "group": null, "params": {"n": 1},
   "param": "1", "extra_info": {}, "options": {"min_rounds": 5}, "stats": {"min": 1.0, "max": 3.0, "mean": 2.0,
   "stddev": 1.0, "rounds": 3, "median": 2.0, "iqr": 1.0, "q1": 1.25, "q3": 2.75, "outliers": "0;0",
   "iqr_outliers": 0, "stddev_outliers": 0, "ld15iqr": 1.0, "hd15iqr": 3.0, "ops": 0.5, "total": 6.0,
   "iterations": 7 %s}}], "version": "5.2.3"}""" % (members, stats))
PY
}

commit() { printf '"commit_info": {"id": "%s", "time": "%s"},' "$1" "$2"; }
a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
mkdir -p .benchmarks/Linux-CPython-3.11-64bit
storage=.benchmarks/Linux-CPython-3.11-64bit
make "$storage/0001_new.json" "$(commit $a 2026-03-01T00:00:00+00:00)" ', "data": [2.0, 1.0, 3.0]'
make "$storage/0002_old.json" "$(commit $a 2026-01-01T00:00:00+01:00) \"datetime\": \"2026-05-05T00:00:00\","
make "$storage/0003_tagged.json" '"metadata": {"tag": "../v1 \u001b[31m"}, "datetime": "2026-02-01T00:00:00",'
: >"$storage/0004_empty.json"
head -c 400 "$storage/0001_new.json" >"$storage/0005_cut.json"
make nan.json '' ', "mean": NaN, "mean": NaN, "median": Infinity, "min": 1E400'
make twice.json '' ', "mean": 9.0, "data": [9.0]'
echo '{"benchmarks": [{"fullname": "only", "stats": {"mean": 0.5}}], "machine_info": {}}' >few.json
echo '{"name": "package"}' >package.json
echo 'not a result' >README

try revsweep import .benchmarks --dry-run
expect 'a dry run says what would be' 3 'would import' 'aaaaaaaaaa  1 benchmark' '0004_empty.json'
expect_true 'and stores nothing' [ ! -e .revsweep ]
try revsweep import .benchmarks
expect 'bad files are named and skipped' 3 "skipped: '.benchmarks/Linux-CPython-3.11-64bit/0004_empty.json' is empty" \
	'0005_cut.json:'
cp "$out" "$top/listed"
check 'in the order of their commits, under labels that are safe' "$top/listed" <<'PY'
import sys
lines = [l.split()[:2] for l in open(sys.argv[1])]
assert lines == [["#1", "aaaaaaaaaa"], ["#2", "run-.-v1---31m"], ["#3", "aaaaaaaaaa-2"]], lines
PY
try revsweep import .benchmarks
expect 'twice is once' 3 '#3    (was there)'
try revsweep log
expect_true 'and stays three sweeps' [ "$(wc -l <"$out")" -eq 3 ]
try revsweep show 3
expect 'show knows them' 0 't.py::test_a[1]' '2.00 s' 'imported from 0001_new.json (pytest-benchmark 5.2.3)'
try revsweep diff 1 3
expect 'so does diff' 0 'test_a[1]'
try revsweep import nan.json few.json twice.json package.json README
expect 'what is no result is skipped when it was named' 3 "'package.json' is no result" "'README' is no result"
try revsweep import README
expect 'and it is an error when nothing is left' 2 'nothing was imported'
try revsweep import missing.json
expect 'so is a file that is not there' 2 "cannot open 'missing.json'"
try revsweep import .
expect 'in a folder it is passed over' 3 '2 other files: no results'
try revsweep import few.json --format google-benchmark --store other
expect 'a format can be demanded' 2 'nothing was imported'
try revsweep import few.json --label a --label b --store other
expect 'a label for each' 2 '2 labels for 1 files'
try revsweep import few.json --label ../x --store other
expect 'labels are labels' 2 'is no label'
try revsweep import few.json --label 1.5 --store other
expect 'a label of ones own' 0 '#1     1.5  1 benchmark'

# ---- there and back

revsweep export 3 --output back.json
check 'what came in goes out again' "$storage/0001_new.json" back.json <<'PY'
import json, sys
before, after = (json.load(open(p)) for p in sys.argv[1:])
assert before["benchmarks"] == after["benchmarks"], after["benchmarks"]
assert after["commit_info"]["id"] == before["commit_info"]["id"]
assert after["commit_info"]["time"] == before["commit_info"]["time"]
assert after["machine_info"] == dict(before["machine_info"], cpu={}), after["machine_info"]
assert after["version"] == "5.2.3"
PY
python3 - <<'PY'
import json, random
r = random.Random(1)
bench = []
for i in range(20):
    data = [r.random() for _ in range(60000)]
    bench.append({"name": "b%d" % i, "fullname": "b%d" % i, "params": {"n": i}, "group": None,
        "param": str(i), "extra_info": {}, "options": {"timer": "perf_counter"},
        "stats": {"min": min(data), "max": max(data), "mean": 0.5, "stddev": 0.3, "median": 0.5,
        "iqr": 0.5, "q1": 0.25, "q3": 0.75, "rounds": len(data), "outliers": "1;2", "data": data,
        "iqr_outliers": 2, "stddev_outliers": 1, "ld15iqr": 0.1, "hd15iqr": 0.9, "ops": 2.0,
        "total": 3e4, "iterations": 4}})
json.dump({"benchmarks": bench, "machine_info": {"node": "x"}, "version": "5.2.3"}, open("large.json", "w"))
PY
try revsweep import large.json
expect 'a large file' 0 '20 benchmarks'
revsweep export --output small.json
check 'of it the words and statistics stay, but not the rounds' large.json small.json <<'PY'
import json, sys
before, after = (json.load(open(p)) for p in sys.argv[1:])
assert len(after["benchmarks"]) == 20
for old, new in zip(before["benchmarks"], after["benchmarks"]):
    del old["stats"]["data"]
    assert old == new, (old, new)
PY
expect_true 'and it is not kept whole' [ "$(du -sk .revsweep | cut -f1)" -lt 8000 ]

done_testing
