#!/bin/sh
# A stored sweep as files of other programs, and back.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
try revsweep run v1 v2 --blocks 5..5
expect 'a sweep to export' 0 'measured in 2 revisions'

# check DESCRIPTION FILE... : python reads the script on stdin with the files as arguments.
check() {
	what=$1
	shift
	try python3 - "$@"
	expect "$what" 0
}

try revsweep export
expect 'a file for each revision' 0 .benchmarks/Linux- /0001_v1.json /0002_v2.json
storage=$(dirname "$(head -1 "$out")")
check 'its numbers, and Python would write the same bytes' "$storage"/000*.json <<PY
import json, re, subprocess, sys
for path, tag, parse in zip(sys.argv[1:], ("v1", "v2"), (0.01, 13 * 0.001)):
    raw = open(path).read()
    doc = json.loads(raw)
    assert json.dumps(doc, ensure_ascii=True, indent=4) == raw
    commit = subprocess.check_output(["git", "rev-parse", tag], text=True).strip()
    assert doc["commit_info"]["id"] == commit, doc["commit_info"]
    assert doc["commit_info"]["project"] == "toy"
    assert doc["metadata"]["tag"] == tag
    assert re.search(r":\d\d\.00000[01]\+00:00$", doc["datetime"]), doc["datetime"]
    stats = {b["fullname"]: b["stats"] for b in doc["benchmarks"]}
    assert stats["parse"]["mean"] == parse and stats["parse"]["rounds"] == 5, stats
    assert stats["parse"]["data"] == [parse] * 5 and stats["parse"]["iterations"] == 3
    assert stats["print"]["max"] == 0.02
PY
echo '{}' >"$storage/0041_theirs.json"
echo '{}' >"$storage/00420_no_number.json"
try revsweep export 1 --rev v2
expect 'numbers go on after the highest' 0 /0042_v2.json
echo '{}' >"$storage/9999_last.json"
try revsweep export
expect 'and end where pytest-benchmark would find nothing' 2 'number 9999'
expect_true 'nothing was written then' [ ! -e "$storage/10000_v1.json" ]

try revsweep export --output both.json
expect 'two revisions are no single file' 2 'one file, and these are 2 revisions'
try revsweep export --rev v3
expect 'an unknown revision' 2 "no revision 'v3' in that sweep"
try revsweep export --format hyperfin
expect 'an unknown format' 2 "did you mean 'hyperfine'?"
try revsweep export --rev v1 --output -
expect 'one revision on standard output' 0 '"fullname": "parse"'

revsweep export --format hyperfine --output h.json
revsweep export --format google-benchmark --rev v1 --output g.json
revsweep export --format csv --output u.csv
revsweep export --format csv-benchmem --output m.csv
revsweep export --format openmetrics --output o.txt
check 'the other formats say the same' <<'PY'
import csv, json
results = json.load(open("h.json"))["results"]
assert [(r["command"], r["parameters"]["revision"], r["mean"]) for r in results] == [
    ("parse", "v1", 0.01), ("print", "v1", 0.02), ("parse", "v2", 13 * 0.001), ("print", "v2", 0.02)]
assert results[0]["times"] == [0.01] * 5
rows = json.load(open("g.json"))["benchmarks"]
mean = [r for r in rows if r["name"] == "parse_mean"]
assert mean[0]["real_time"] == 1e7 and mean[0]["time_unit"] == "ns", mean
assert sum(r["run_type"] == "iteration" for r in rows) == 10
rows = list(csv.DictReader(open("u.csv", newline="")))
assert rows[2]["name"] == "parse (v2)" and float(rows[2]["mean"]) == 13 * 0.001, rows
assert open("u.csv", newline="").readline().endswith("\r\n")
rows = list(csv.DictReader(open("m.csv")))
assert float(rows[0]["time:mean:v2"]) == 13 * 0.001 and rows[0]["id"] == "parse", rows
text = open("o.txt").read()
assert text.endswith("\n# EOF\n") and text.count("# TYPE revsweep_time_seconds gauge\n") == 1
PY
try revsweep export --format google-benchmark
expect 'a file for each needs a directory' 2 'name a directory with --output'
try revsweep export --format google-benchmark --output gb
expect 'which is made' 0 gb/v1.json gb/v2.json

# ---- a bundle

revsweep export 1 --rev v1 --output - >here.json
try revsweep export 1 --bundle sweep.rsb
expect 'the sweep as one file' 0
try revsweep import sweep.rsb --store "$top/elsewhere"
expect 'goes into another store' 0 '#1     sweep.rsb'
try revsweep import sweep.rsb --store "$top/elsewhere"
expect 'twice is once' 0 '#1    (was there)'
revsweep export --store "$top/elsewhere" --rev v1 --output - >there.json
expect_true 'where it says the same' cmp here.json there.json
# Seals are over records with the number of the sweep in them, and paths of the store.
plain() { sed -E 's/"(host|raw)":"[0-9a-f]*"//g; s/"sweep":[0-9]+//' "$1"; }
revsweep show 1 --records >here.jsonl
revsweep show --records --store "$top/elsewhere" >there.jsonl
expect_true 'record for record' [ "$(plain here.jsonl | sha256sum)" = "$(plain there.jsonl | sha256sum)" ]
raw() { revsweep show --records "$@" | grep -o '"raw":"[0-9a-f]*"'; }
expect_true 'with what each launch printed' [ "$(raw 1)" = "$(raw --store "$top/elsewhere")" ]
expect_true 'which are there' [ "$(raw 1 | wc -l)" -ge 10 ]
try revsweep import sweep.rsb
expect 'at home it is known, too' 0 '#1    (was there)'
head -c 2000 sweep.rsb >cut.rsb
try revsweep import cut.rsb
expect 'half of one is none' 2 'cut short'
tar --zstd -cf odd.rsb g.json 2>/dev/null || cp cut.rsb odd.rsb
try revsweep import odd.rsb
expect 'nor is another archive' 2 'nothing was imported'
try revsweep export --bundle x.rsb --rev v1
expect 'a bundle is whole' 2 'a bundle is the whole sweep'

done_testing
