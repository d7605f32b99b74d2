#!/bin/sh
# Ways to measure and to judge: order, pinning, improvements, what cannot be told.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
git checkout -q -b better v1
printf '# faster\nparse=5\nprint=20\n' >numbers
commit 'faster'
git checkout -q main

try revsweep compare v1 better --blocks 14
expect 'an improvement beyond a gate is said' 0 improved
try revsweep compare v1 better --blocks 14 --fail median:5% --improvements --format json
expect 'gates hold improvements when asked to' 0 '"improved"' '"family": 4'

try revsweep compare v1 v2 --order sequential --blocks 14
expect 'sequential order warns and still tells a clear regression' 1 regressed \
	'order sequential: from the first to the second half'
try revsweep show
expect 'a stored sweep says so too' 0 'regressed'
try revsweep compare v1 v2 --order backwards
expect 'an order that there is not' 2 "--order is random, sequential or duet, not 'backwards'"

try revsweep compare v1 v2 --pin 0 --restart --blocks 5
expect 'launches can be pinned' 0 'cannot tell yet'
try revsweep compare v1 v2 --pin 1023
expect 'not to a processor that there is not' 8 'there is no processor 1023'
try revsweep compare v1 v2 --pin x
expect 'nor to a word' 2 --pin

try revsweep compare v1 v2 --restart --blocks 5
expect 'what cannot be told is a warning' 0 'warning: not every verdict can be told'
try revsweep compare v1 v2 --restart --blocks 5 --inconclusive fail
expect 'or a failure' 9 'cannot tell yet'
try revsweep compare v1 v2 --restart --blocks 5 --inconclusive pass
expect 'or nothing to speak of' 0 'cannot tell yet'
expect_true 'without a warning then' test -z "$(grep warning "$err")"
try revsweep compare v1 v2 --inconclusive maybe
expect 'but nothing else' 2 "--inconclusive is warn, fail or pass, not 'maybe'"

cat >seq.yml <<'Y'
version: 1
recipe: none
suite: [{name: toy, harness: lines, run: 'sh "$PREFIX/bench.sh"'}]
measure: {blocks: 6..6, order: sequential, inconclusive: fail, pin: 0, improvements: true}
gates: ["mean:5%"]
Y
try revsweep compare v1 v2 --config seq.yml
expect 'all of it can stand in the configuration' 9 'order sequential'

# The toy's times never vary, but those of this suite do, which reads another one each time.
try revsweep calibrate v1
expect 'a machine without noise answers every gate' 0 'calibrate toy' \
	'every gate can be answered within the 30 blocks there are'
try revsweep show
expect 'a stored calibration is shown as one' 0 'calibrate toy' 'in about 7 blocks'
cat >noisy.yml <<'Y'
version: 1
project: toy
recipe: none
suite:
  - {name: toy, harness: lines, run: 'n=$(cksum <"$TMPDIR/../../noise" | cut -c1-2); echo $n >>"$TMPDIR/../../noise"; echo "parse $((100 + n)) ms"'}
measure: {blocks: 5..8}
isolation: none
gates: ["mean:1%"]
Y
REVSWEEP_CACHE="$top/cache"
mkdir -p "$REVSWEEP_CACHE/work"
echo 1 >"$REVSWEEP_CACHE/work/noise"
try revsweep calibrate v1 --config noisy.yml --blocks 12 --seed 1
expect 'one with much noise does not' 0 'out of reach: about' '0 of 1 gates can be answered within the 8 blocks'
try revsweep compare v1 v2 --config noisy.yml --seed 1
expect 'and later comparisons say so' 0 'the gate is below the noise of this machine' 'calibrated 2'
try revsweep calibrate v1 --format csv
expect 'a calibration is text or json' 2 'text or json, not as csv'
try revsweep calibrate v1 v2
expect 'of one revision' 2 'calibrate takes one revision, not 2'
try revsweep calibrate v1 --blocks 5..9
expect 'and a number of blocks' 2 '--blocks takes a number'

try revsweep compare v1 v2 --restart
expect 'a sweep to be judged again' 1 regressed
try revsweep replay
expect 'says the same from the store' 0 '2 rows, the same to the last bit'
try revsweep show --records --output "$top/sweep.jsonl"
expect 'its records are one JSON object a line' 0
try revsweep replay "$top/sweep.jsonl"
expect 'which say the same without the store' 0 '2 rows, the same to the last bit'
sed '10,$s/"mean":0\.013[0-9]*/"mean":0.0131/' "$top/sweep.jsonl" >"$top/flipped.jsonl"
try revsweep replay "$top/flipped.jsonl"
expect 'unless samples are others' 1 'parse on v2:' '1 of 2 rows came out differently'
sed 's/"mean":0\.013[0-9]*/"mean":0.01/' "$top/sweep.jsonl" >"$top/flipped.jsonl"
try revsweep replay "$top/flipped.jsonl"
expect 'or all of them are, and then verdicts change' 1 'verdict was "regressed", is "pass"'
head -c 1000 "$top/sweep.jsonl" >"$top/cut.jsonl"
try revsweep replay "$top/cut.jsonl"
expect 'a file that was cut' 2 "is not what 'show --records' writes: line 1"
sed -n 2,3p "$top/sweep.jsonl" >"$top/headless.jsonl"
try revsweep replay "$top/headless.jsonl"
expect 'one without its head' 2 'line 1: the sweep must come first'
sed 's/"rev":1,/"rev":7,/' "$top/sweep.jsonl" >"$top/wild.jsonl"
try revsweep replay "$top/wild.jsonl"
expect_true 'one that speaks of a revision that is not there' test "$code" -eq 2 -o "$code" -eq 5
grep -v '"finish"' "$top/sweep.jsonl" >"$top/unfinished.jsonl"
try revsweep replay "$top/unfinished.jsonl"
expect 'one that never came to its end' 2 'is not finished'
expect_true 'nothing is left behind' test -z "$(ls "$TMPDIR")"

cat >counts.yml <<'Y'
version: 1
recipe: none
suite: [{name: toy, harness: lines, run: '. "$PREFIX/numbers"; echo "parse $((parse * 1000)) instructions"; echo "print 7 allocs"'}]
Y
try revsweep compare v1 v2 --config counts.yml
expect 'counts need one block' 1 'parse' '+30.0%' 'in 1 block' 'auto:0.1%'

# A command's executions are fixed after two blocks, and that is a fact of the sweep.
try revsweep compare v1 v2 --run 'sh "$PREFIX/bench.sh" >/dev/null' --blocks 4..4 --fail mean:300%
expect 'rounds are fixed by a pilot' 0 'in 4 blocks'
revsweep show --records >"$top/records"
expect_true 'and stored' grep -q '"key":"rounds:run","text":"\[{.*rounds.*skip.*}\]"' "$top/records"
try revsweep replay "$top/records"
expect 'and part of the records' 0 'the same to the last bit'

done_testing
