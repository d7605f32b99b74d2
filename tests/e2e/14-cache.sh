#!/bin/sh
# The builds' cache: what lies there, what goes, and what must stay.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
builds() {
	find "$REVSWEEP_CACHE/builds" -mindepth 1 -maxdepth 1 | wc -l
}

# key LABEL: of the build of that revision.
key() {
	revsweep cache --format json | python3 -c "
import json, sys
print([b['key'] for b in json.load(sys.stdin)['builds'] if b['label'] == '$1'][0])"
}

# aged LABEL DAYS: its last use was that long ago.
aged() {
	touch -d "$2 days ago" "$REVSWEEP_CACHE/locks/$(key "$1")"
}

try revsweep cache
expect 'an empty cache' 0 '0 builds, 0 B; and suites, 0 B, archives, 0 B, and what builds share, 0 B'
revsweep build v1 v2 >"$top/built" 2>&1
try revsweep cache
expect 'a list' 0 'toy v1' 'toy v2' '2 builds, ' 'used     now ago'
aged v1 40
aged v2 3
try revsweep cache list
expect 'tells the last use' 0 'used    40 d ago' 'used     3 d ago'
expect_true 'the latest first' sh -c "head -n 1 '$out' | grep -q 'toy v2'"
try revsweep cache --format json
expect 'for programs' 0 '"project": "toy"' '"pinned": null' '"suites_bytes"'

# ---- prune
try revsweep cache prune
expect 'how much is to stay must be said' 2 'needs --max-size, --max-age or both'
try revsweep cache prune --max-age 30d --dry-run
expect 'a dry run says what would go' 0 'toy v1' 'would remove 1 of 2 builds'
expect_true 'and removes nothing' [ "$(builds)" -eq 2 ]
try revsweep cache prune --max-age 30d
expect 'by age' 0 'toy v1' 'removed 1 of 2 builds'
expect_true 'one is left' [ "$(builds)" -eq 1 ]
try revsweep build v1
expect 'what is gone is built again' 0 ok
expect_true 'not taken from the cache' sh -c "! grep -q cached '$out'"
try revsweep cache prune --max-size 1 --format json
expect 'by size' 0 '"removed_bytes"' '"label": "v1"' '"label": "v2"'
expect_true 'nothing is left' [ "$(builds)" -eq 0 ]
try revsweep cache prune --max-size lots
expect 'a size that is none' 2 '--max-size'
try revsweep cache purge
expect 'an unknown word' 2 "cache knows no 'purge' (did you mean 'prune'?)"

# ---- an unfinished sweep keeps what it needs
cat >slow.yml <<Y
version: 1
recipe: none
suite:
  - {name: toy, harness: lines, run: ': >"$top/measuring"; sleep 0.2; sh "\$PREFIX/bench.sh"'}
measure: {blocks: 10..10}
isolation: none
gates: ["mean:5%"]
Y
env --default-signal=INT "$REVSWEEP" compare v1 v2 --config slow.yml >"$out" 2>"$err" &
pid=$!
for _ in $(seq 400); do
	[ -e "$top/measuring" ] && break
	sleep 0.05
done
try revsweep cache
expect 'a running sweep is named' 0 "needed by sweep #1 of '$top/toy/.revsweep'"
kill -KILL $pid
wait $pid
revsweep build v1 --isolation none --config "$top/toy/revsweep.yml" >"$top/built" 2>&1
try revsweep cache prune --max-size 0
expect 'a killed one keeps its builds' 0 'removed 0 of 2 builds' 'of which 2 builds are in use'
expect_true 'they are there' [ "$(builds)" -eq 2 ]
try revsweep compare v1 v2 --config slow.yml
expect 'and goes on with them' 1 regressed
try revsweep cache prune --max-size 0
expect 'a finished one needs none' 0 'removed 2 of 2 builds'
expect_true 'its pins are gone' [ -z "$(ls "$REVSWEEP_CACHE/pins")" ]

# ---- a store that is gone
env --default-signal=INT "$REVSWEEP" compare v1 v2 --config slow.yml --store "$top/gone" >"$out" 2>"$err" &
pid=$!
for _ in $(seq 400); do
	grep -q 'block 1 ' "$err" && break
	sleep 0.05
done
kill -INT $pid
wait $pid
expect_true 'pins stay after ^C' [ -n "$(ls "$REVSWEEP_CACHE/pins")" ]
rm -r "$top/gone"
try revsweep cache prune --max-size 0
expect 'needs nothing' 0 'removed 2 of 2 builds'

# ---- a build that is under way
cat >held.yml <<Y
version: 1
build:
  steps:
    - {name: hold, run: ': >"$top/building"; until [ -e "$top/go" ]; do sleep 0.05; done'}
isolation: none
Y
"$REVSWEEP" build v1 --config held.yml >"$top/held" 2>&1 &
pid=$!
for _ in $(seq 400); do
	[ -e "$top/building" ] && break
	sleep 0.05
done
try revsweep cache prune --max-size 0 --max-age 1s
expect 'a build under way stays' 0 'removed 0 of 1 builds' 'of which 1 build is in use'
: >"$top/go"
wait $pid
expect_true 'and ends well' grep -q '  ok  ' "$top/held"

# ---- verify
revsweep build v1 v2 >"$top/built" 2>&1
try revsweep cache verify
expect 'all is as it was' 0 '3 builds are sound, 0 broken'
broken=$(key v2)
sed -i 's/13/14/' "$REVSWEEP_CACHE/builds/$broken/prefix/numbers"
try revsweep cache verify
expect 'a byte that changed is found' 5 "$(printf %.10s "$broken")" 'the contents of its files changed' '--repair'
try revsweep cache verify --format json
expect 'for programs' 5 '"health": "broken"' '"health": "sound"'
try revsweep cache verify --repair
expect 'and put aside' 5 'put aside'
try revsweep cache verify
expect 'what is left is sound' 0 '2 builds are sound, 0 broken'
try revsweep build v2
expect_true 'it is built anew' grep -q '  ok  ' "$out"
try revsweep cache prune --max-size 0
expect 'what was put aside goes, too' 0 'damaged' 'removed 4 of 4 builds'

try revsweep completion words -- cache
expect 'completion knows its words' 0 prune verify --max-size
done_testing
