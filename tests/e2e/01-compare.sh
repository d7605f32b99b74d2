#!/bin/sh
# The main job: two revisions of a repository, built apart, measured interleaved, judged, stored,
# printed in every format, and the user's repository exactly as it was.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
snapshot() {
	find . -path ./.revsweep -prune -o -type f -exec sha256sum {} + | sort
}
echo dirty >untracked
before=$(snapshot)

try revsweep compare v1 v2
expect 'a 30 % regression is found' 1 parse regressed '+30.0%' print
expect_true 'the sentence names it' grep -q 'parse' "$out"
expect_true 'the repository is byte-identical' [ "$before" = "$(snapshot)" ]
expect_true 'the store hides itself from git' [ -z "$(git status --porcelain | grep -v untracked)" ]

try revsweep compare v2 v1 --blocks 12
expect 'the other way round it is an improvement' 0 improved

try revsweep compare v1 v1
expect 'one revision twice is identical' 0 'builds the same as v1'

try revsweep compare v1 v2 --format json
expect 'json is printed' 1 '"regressed"'
expect_true 'json parses' python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); assert d["exit"] == 1 and len(d["rows"]) == 2, d' "$out"

try revsweep compare v1 v2 --format markdown
expect 'markdown is printed' 1 '| '
try revsweep compare v1 v2 --format csv
expect 'csv is printed' 1 'parse'
try revsweep compare v1 v2 --output report.json
expect 'a report goes to a file, its format by suffix' 1
expect_true 'the file holds it' grep -q '"regressed"' report.json

try revsweep compare v1 v2 --fail mean:50%
expect 'a wide gate passes' 0 'parse'
try revsweep compare v1 v2 --judge classic --blocks 1
expect "pytest-benchmark's rule" 1 regressed

try revsweep compare v1 v2 --dry-run
expect 'a dry run prints the plan' 0 'build' 'none' 'mean:5%'

try revsweep run v1 v2
expect 'run measures without judging' 0 parse print
expect_true 'and gives no verdict' sh -c "! grep -qE 'verdict|regressed' '$out'"
try revsweep run v1
expect 'run takes a single revision' 0 '2 benchmarks were measured'
try revsweep compare dir:. v2
expect 'a directory is compared, without the store in it' 0 'within the gate'
try revsweep compare v1 prefix:"$(revsweep build -q v2 | sed 's/.* //')"
expect 'a prefix is compared' 1 regressed
try revsweep compare old=v1 new=v2
expect 'labels name what is compared' 1 'old' 'new'
printf 'parse=20\nprint=20\n' >numbers
try revsweep compare
expect 'what is checked out, changes included, against the commit' 1 worktree '+53.8%'
git checkout -q numbers
try revsweep log
expect 'log lists sweeps' 0 compare run
try revsweep show
expect 'show prints the newest' 0 parse worktree
try revsweep show 1
expect 'show prints one by number' 0 regressed 'sweep #1'
try revsweep show --all 1
expect 'show lists launches' 0 'block 0' 'warm-up'

try revsweep compare v1 v2 --reuse
expect 'a finished sweep is reused' 1 regressed
sweeps=$(revsweep log | wc -l)
try revsweep compare v1 v2 --reuse
expect_true 'reusing stores nothing new' [ "$sweeps" -eq "$(revsweep log | wc -l)" ]

cd "$top" || exit 99
try revsweep -C toy compare v1 v2 --reuse
expect '-C works' 1 regressed
done_testing
