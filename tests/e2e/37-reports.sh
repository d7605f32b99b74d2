#!/bin/sh
# Reports in several places at once, and for machines that build and test.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
tools=$SOURCE_ROOT/tests/tools

# ---- one report in many forms

try revsweep compare v1 v2 --report junit.xml --report all.json --report x.md --report badge.svg \
	--report rows.csv --report a.txt --report github:annotations --report junit:again \
	--format json --output main.json
expect 'eight reports of one measurement, in spite of a regression' 1
expect_true 'and nothing on standard output' [ ! -s "$out" ]
expect_true 'JUnit as its readers want it' python3 "$tools/junit.py" junit.xml
expect_true 'by name as by suffix' cmp junit.xml again
expect_true 'in JSON the same as --output has' cmp all.json main.json
try cat a.txt
expect 'text without colours' 0 '1 of 2 benchmarks got slower' '+30.0%'
try cat annotations
expect 'annotations' 0 '::error title=parse::regressed: +30.0%25' '::notice title=revsweep compare toy::'
if command -v xmllint >/dev/null; then
	expect_true 'xmllint has nothing to say' xmllint --noout junit.xml badge.svg
else
	skip 'xmllint has nothing to say' 'no xmllint'
fi
try python3 - <<'PY'
import json, xml.etree.ElementTree as ET
root = ET.parse("junit.xml").getroot()
cases = {c.get("name"): c for c in root.iter("testcase")}
assert set(cases) == {"parse", "print"}, cases
assert float(cases["parse"].get("time")) == 0.013 and cases["parse"].find("failure").get("type") == "regression"
assert cases["print"].find("failure") is None and root.get("failures") == "1"
assert "benchmarks: 1 regressed" in ET.parse("badge.svg").getroot()[0].text
assert json.load(open("all.json"))["exit"] == 1
PY
expect 'which say what is so' 0

revsweep show --format junit >shown.xml
revsweep report --report reported.xml >report.txt
expect_true 'show and report write the same' cmp shown.xml reported.xml
expect_true 'as the compare did' cmp shown.xml junit.xml
try revsweep report 1
expect 'report is text unless it is told otherwise' 0 '1 of 2 benchmarks got slower'
try revsweep report --output r.svg
expect_true 'or by the suffix of its output' cmp r.svg badge.svg
try revsweep report 1 2
expect 'of one sweep' 2 'report takes one sweep'
try revsweep report 7
expect 'that is stored' 2 7
try revsweep show --log v1 --report x.md
expect 'a log is no report' 2 '--log prints something else'

# ---- what is wrong is said before anything is measured

# refused DESCRIPTION WORDS OPTION...
refused() {
	what=$1 says=$2
	shift 2
	try revsweep compare v1 v2 --store "$top/none" --report good.json "$@"
	expect "$what" 2 "$says"
	expect_true 'before anything is measured' [ ! -e "$top/none" ]
}
refused 'an unknown suffix' '.xml (junit)' --report x.yaml
refused 'an unknown format' "did you mean 'junit'?" --report jnit:x.xml
refused 'a directory that is not there' "there is no directory 'away/there'" --report away/there/x.md
refused 'a directory in the place of a file' 'it is a directory' --report "json:$top"
refused 'the same of --output' "there is no directory 'away'" --output away/x
refused 'one file for two reports' "'b.md' is named for two reports" --report b.md --report markdown:b.md
refused 'a format without a file' 'names no file' --report junit:
refused 'a marker that ends a comment' 'letters, digits' --marker 'x -->'
refused 'a marker of two dashes' 'without' --marker 'x--y'
refused 'a summary without a place for it' 'GITHUB_STEP_SUMMARY' --summary
try revsweep calibrate v1 --report c.xml --store "$top/none"
expect 'a calibration is text or JSON' 2 'not as junit'
if [ "$(id -u)" -ne 0 ]; then
	mkdir locked && chmod a-w locked
	refused 'a directory that is not ours' 'ermission denied' --report locked/x.md
else
	skip 'a directory that is not ours' 'root may write everywhere'
fi

# ---- files are whole, devices stay

ln -s there.md link.md
printf 'old' >there.md
try revsweep report --report link.md --report text:/dev/null --report csv:-
expect 'a device takes a report, and so does standard output' 0 'status,verdict'
expect_true 'which stays a device' [ -c /dev/null ]
expect_true 'and a file is whole' grep -q '^<!-- revsweep -->' link.md
try revsweep calibrate v1 --blocks 2 --report c.json --report c.txt
expect 'a calibration in two forms' 0 'one build against itself'
expect_true 'of which one is JSON' python3 -c 'import json; assert json.load(open("c.json"))["lines"]'
try revsweep report --report again.json
expect_true 'and again from the store' cmp c.json again.json
try revsweep report --format markdown
expect 'in no other form' 2 'text or json'

# ---- GitHub Actions

export GITHUB_ACTIONS=true
try revsweep compare v1 v2 --reuse
expect 'annotations by themselves' 1 '::error title=parse::'
expect_true 'on standard error' grep -q '^::error' "$err"
try revsweep compare v1 v2 --reuse --no-annotations
expect_true 'unless somebody wants none' [ "$(cat "$out" "$err" | grep -c '^::')" -eq 0 ]
try revsweep compare v1 v2 --reuse --format github
expect_true 'and not twice' [ "$(cat "$out" "$err" | grep -c '^::error')" -eq 1 ]
try revsweep compare v1 v2 --reuse -q
expect_true 'also of those who say little' grep -q '^::error' "$err"
try revsweep report 1
expect_true 'not from the store' [ "$(cat "$out" "$err" | grep -c '^::')" -eq 0 ]
try revsweep run v1 --blocks 1
expect_true 'nor where nothing is judged' [ "$(cat "$out" "$err" | grep -c '^::')" -eq 0 ]
export GITHUB_STEP_SUMMARY="$top/summary"
echo before >"$GITHUB_STEP_SUMMARY"
try revsweep compare v1 v2 --reuse --summary --marker linux/gcc
try revsweep report 1 --summary
expect 'a summary goes to the end of what is there' 0
expect_true 'with the marker, and without' sh -c 'head -2 "$1" | tail -1 | grep -qx "<!-- revsweep:linux/gcc -->" &&
	grep -qx "<!-- revsweep -->" "$1" && head -1 "$1" | grep -qx before' sh "$GITHUB_STEP_SUMMARY"

# Names that are commands to the runner.
python3 - "$SOURCE_ROOT/tests/data/names/hostile.txt" <<'PY'
import json, sys
names = [line for line in open(sys.argv[1]).read().split("\n") if ":error:" in line or "##[" in line]
names = [n.replace("\\n", "\n").replace("\\r", "\r") for n in names]
for path, time in (("a.json", 1.0), ("b.json", 2.0)):
    stats = {k: time for k in ("min", "max", "mean", "median")} | {"stddev": 0, "rounds": 1, "iterations": 1}
    json.dump({"machine_info": {}, "version": "4.0.0", "datetime": "2026-01-01T00:00:00",
               "benchmarks": [{"name": n, "fullname": n, "stats": stats} for n in names]}, open(path, "w"))
print(len(names))
PY
for format in text github; do
	try revsweep diff a.json b.json --fail mean:5% --format $format
	expect "hostile names in $format" 1
	expect_true 'begin no line of their own' sh -c \
		'! cat "$1" "$2" | grep -vE "^::(error|notice) title=" | grep -E "^[^a-zA-Z0-9]*::|##\[" ' sh "$out" "$err"
done
try revsweep diff a.json b.json --fail mean:5% --output kept.txt --report text:-
expect_true 'nor of a second report' sh -c '! grep -E "^[^a-zA-Z0-9]*::|##\\[" "$1"' sh "$out"
expect_true 'but files have them as they are' grep -q '^::error::pwned' kept.txt
try revsweep diff a.json b.json --table stats --report v.xml
expect 'another table has reports of verdicts beside it' 1 Median
expect_true 'as JUnit, too' python3 "$tools/junit.py" v.xml
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY

# ---- sweeps, bisects, failures, and what cannot be told

printf 'parse=13\nprint=20\n#\n' >numbers
commit three
git tag v3
echo 'exit 1' >bench.sh
commit four
git tag v4
try revsweep sweep v1 v2 v3 --report s.xml --report s.md --report s.svg --report s.json
expect 'a sweep' 1 'change points'
expect_true 'its change point is a test' sh -c \
	'python3 "$1/junit.py" s.xml && grep -q "name=\"parse changes in v2\"" s.xml' sh "$tools"
expect_true 'and a picture in Markdown' grep -q '▁██' s.md
try revsweep compare v3 v4 --report f.xml --report f.svg --report github:f.txt
expect 'a failure' 3
expect_true 'is an error of a test' sh -c 'python3 "$1/junit.py" f.xml && grep -q "<error type=" f.xml' sh "$tools"
try cat f.txt
expect 'and of a step' 0 '::error title='
try revsweep bisect v1 v3 --report b.xml --report b.json --report b.md --report b.svg
expect 'a bisect' 0 'is the culprit'
expect_true 'names the culprit in a test' sh -c \
	'python3 "$1/junit.py" b.xml && grep -q "culprit: $2" b.xml' sh "$tools" "$(git rev-parse v2)"
expect_true 'and in the others' grep -q "$(git rev-parse v2)" b.md b.json
expect_true 'and in two words' grep -q '>culprit ' b.svg
try revsweep bisect v2 v3 --report n.xml
expect 'a bisect without an answer' 9
expect_true 'fails as a test' grep -q '<failure type="inconclusive"' n.xml

done_testing
