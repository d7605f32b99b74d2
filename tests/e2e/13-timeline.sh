#!/bin/sh
# Builds beside each other, and what the timeline says about them: also after a kill.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
for i in 3 4 5; do
	printf 'parse=1%s\nprint=20\n' "$i" >numbers
	commit "version $i"
	git tag "v$i"
done
# Builds that wait for their go: $top/go-PARSE.
cat >built.yml <<Y
version: 1
jobs: 3
project: played
build:
  steps:
    - name: compile
      run: |
        . "\$SRC/numbers"
        echo "jobs \$JOBS of \$parse"
        : >"$top/began-\$parse"
        until [ -e "$top/go" ] || [ -e "$top/go-\$parse" ]; do sleep 0.05; done
        [ \$parse != 14 ]
    - {name: install, run: 'cp "\$SRC"/numbers "\$SRC"/bench.sh "\$PREFIX"'}
  verify: 'test -e "\$PREFIX/numbers"'
suite:
  - {name: toy, harness: lines, run: 'sh "\$PREFIX/bench.sh"'}
measure: {blocks: 5..5}
isolation: none
gates: ["mean:5%"]
Y
export LC_ALL=C.UTF-8

# await FILE...
await() {
	for _ in $(seq 600); do
		missing=
		for file; do
			[ -e "$file" ] || missing=$file
		done
		[ -n "$missing" ] || return 0
		sleep 0.05
	done
	return 1
}

# Runs a measurement of all revisions in the background; its process is $pid.
start() {
	env --default-signal=INT "$REVSWEEP" run v1 v3 v4 v5 --config built.yml >"$out" 2>"$err" &
	pid=$!
}

finish() {
	code=0
	wait "$pid" || code=$?
}

lines() {
	revsweep show --timeline --format json | python3 -c "
import json, sys
t = json.load(sys.stdin)
spans = t['spans']
print($1)"
}

# ---- ^C in the middle of three builds
start
expect_true 'three builds begin at once' await "$top/began-10" "$top/began-13" "$top/began-14"
expect_true 'the fourth waits for a worker' [ ! -e "$top/began-15" ]
kill -INT "$pid"
finish
expect '^C while building says how to go on' 130 'same command again'
expect_true 'no build is left half' [ -z "$(ls "$REVSWEEP_CACHE/builds")" ]
expect_true 'cancelled builds are in the timeline' [ "$(lines \
	"sum(s['phase'] == 'build' and s['outcome'] == 'cancelled' for s in spans)")" = 3 ]
expect_true 'there was one session of three workers' [ "$(lines \
	"[(s['session'], s['workers']) for s in t['sessions']]")" = '[(1, 3)]' ]

# ---- kill -9 when one of them is over
rm "$top"/began-*
start
await "$top/began-10" "$top/began-13" "$top/began-14" || not_ok 'builds begin again'
: >"$top/go-10"
expect_true 'whoever is free takes the next' await "$top/began-15"
sleep 1.2
: >"$top/go-13"
for _ in $(seq 200); do
	grep -q 'v3: built in' "$err" && break
	sleep 0.05
done
kill -KILL "$pid"
finish
expect_true 'a killed sweep keeps what it had' [ "$(lines \
	"[s['rev'] for s in spans if s['session'] == 2 and s['phase'] == 'publish'][:1]")" = "['v1']" ]

# ---- to the end
: >"$top/go"
try revsweep run v1 v3 v4 v5 --config built.yml
expect 'it goes on: a failed revision is an outcome' 3 'not built v4'
expect_true 'in a third session' [ "$(lines "t['sessions'][-1]['session']")" = 3 ]
expect_true 'every launch has its span' [ "$(lines \
	"sum(s['phase'] == 'launch' for s in spans)")" = 15 ]
expect_true 'none of them beside a build' [ "$(lines "any(
	b['start'] < m['end'] and m['start'] < b['end']
	for b in spans if b['phase'] == 'build'
	for m in spans if m['phase'] in ('launch', 'warm-up'))")" = False ]
expect_true 'launches know what they used' [ "$(lines \
	"all(s['rss_bytes'] > 0 for s in spans if s['phase'] == 'launch')")" = True ]
expect_true 'no more workers than there were' [ "$(lines \
	"[w['worker'] for w in t['workers']]")" = '[1, 2, 3]' ]
try revsweep show --timeline
expect 'lanes by worker' 0 'worker 3 │' 'launch' 'took ' 'in 3 sessions' 'of 3 workers' 'held up'
try revsweep show --timeline --by revision
expect 'lanes by revision' 0 'v5       │' 'used'
LC_ALL=C
try revsweep show --timeline
expect 'a terminal without UTF-8 gets letters' 0 'worker 1 |'
expect_true 'and nothing else' sh -c "! LC_ALL=C grep -q '[^ -~]' '$out'"
LC_ALL=C.UTF-8
try revsweep show --timeline --by suite
expect 'what lanes there are' 2 "--by is worker or revision, not 'suite'"
try revsweep show --timeline --format csv
expect 'what formats there are' 2 'a timeline is printed as text or json'

# ---- records take it along
revsweep show --records 1 >"$top/records"
expect_true 'records hold the spans' grep -q '^{"revsweep":"spans"' "$top/records"

# ---- two sweeps that need one build
rm -r "$REVSWEEP_CACHE" "$top/go" "$top"/go-* "$top"/began-*
start
await "$top/began-10" || not_ok 'the first builds'
"$REVSWEEP" build v1 --config built.yml >"$top/second" 2>&1 &
second=$!
sleep 0.3
: >"$top/go"
finish
expect 'the first of two' 3
wait "$second"
expect_true 'the second took what the first had built' grep -q cached "$top/second"

# ---- shares of the processors
log=$(revsweep build v1 --config built.yml | sed 's/ *$//; s/.* //; s/prefix$/log/')
cpus=$(nproc)
expect_true 'each of three builds gets its share' \
	grep -qx "jobs $((cpus > 3 ? cpus / 3 : 1)) of 10" "$log"
try revsweep run v1 --config built.yml --jobs 0
expect 'no builds at once is refused' 2 '--jobs must be at least 1'
done_testing
