#!/bin/sh
# Several builds of each revision, each with its code at other addresses. Values are printed, never
# timed: no verdict depends on the speed of a machine.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

toy "$top/toy"
if ! command -v cc >/dev/null || ! command -v make >/dev/null; then
	skip 'programs in several layouts' 'no compiler or no make'
	done_testing
	exit 0
fi

# prog BRANCH MS: a program that takes so long, as it says, and knows where its code lies.
prog() {
	git checkout -q -b "$1" v1
	cat >prog.c <<C
#include <stdio.h>
int add(int a, int b);
int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		printf("%x\n", (unsigned)(unsigned long)main & 4095);
	else
		printf("work %d ms\n", add($2, 0));
	return 0;
}
C
	echo 'int add(int a, int b) { return a + b; }' >add.c
	cat >Makefile <<'M'
CC = cc
CFLAGS = -O2 -falign-functions=16 -Wall -Wextra -Werror
prog: prog.o add.o
	$(CC) $(LDFLAGS) -o $@ prog.o add.o
install: prog
	mkdir -p $(PREFIX)/bin
	cp prog $(PREFIX)/bin/
M
	commit "$1"
}
prog slow 13
prog quick 10
git checkout -q main
cat >prog.yml <<'Y'
version: 1
recipe: make
suite:
  - {name: prog, harness: lines, run: 'sleep 0.2; "$PREFIX/bin/prog"'}
gates: ["mean:5%"]
Y
builds() {
	find "$REVSWEEP_CACHE/builds" -name MANIFEST.json | wc -l
}

# layouts SWEEP K: each launch that counts says the layout that its block has.
layouts() {
	revsweep show --all "$1" | awk -v k="$2" '
		/^block/ && !/discarded/ {
			n++
			layout = match($0, /layout [0-9]+/) ? substr($0, RSTART + 7, RLENGTH - 7) : 0
			if (layout != $2 % k) bad++
		}
		END { exit !n || bad }'
}

try revsweep compare quick slow --config prog.yml --rebuilds 3 --blocks 6..6 --dry-run
expect 'a plan says how many builds there are' 0 '3 builds a revision, each with its code at other addresses'
expect_true 'and makes none of them' [ ! -e "$REVSWEEP_CACHE/builds" ]

# stop SIGNAL: starts a compare and stops it in the middle.
env --default-signal=INT "$REVSWEEP" compare quick slow --config prog.yml --rebuilds 3 --blocks 6..6 \
	>"$out" 2>"$err" &
pid=$!
for _ in $(seq 300); do
	if grep -q 'block 4' "$err"; then
		break
	fi
	sleep 0.1
done
kill -KILL "$pid"
code=0
wait "$pid" || code=$?
expect 'it can be killed' 137 'layout 2: built in'
expect_true 'after six builds' [ "$(builds)" -eq 6 ]
try revsweep compare quick slow --config prog.yml --rebuilds 3 --blocks 6..6
expect 'and goes on' 0 '13.0 ms' 'layout 2: built before'
expect_true 'as the same sweep' [ "$(revsweep log | wc -l)" -eq 1 ]
expect_true 'with each block in its own layout' layouts 1 3
expect_true 'twelve launches count' sh -c \
	'"$REVSWEEP" show --all 1 | grep -v discarded | grep -c "^block" | grep -qx 12'
try revsweep replay
expect 'judged again it is the same' 0 'the same to the last bit'
try revsweep show --records
expect 'records say the layout' 0 '"layout":1' '"layout":2'
for prefix in "$REVSWEEP_CACHE"/builds/*/prefix; do
	if [ "$("$prefix/bin/prog")" = 'work 10 ms' ]; then
		"$prefix/bin/prog" where
	fi
done >"$top/places"
expect_true 'the builds do the same at three places' [ "$(sort -u "$top/places" | wc -l)" -eq 3 ]

try revsweep compare quick slow --config prog.yml --blocks 5..5
expect 'the plain build is one of them' 0 'built before'
expect_true 'and is not made again' [ "$(builds)" -eq 6 ]
expect_true 'nothing is said of layouts then' test -z "$(grep -i layout "$out" "$err")"

# A recipe of one's own, which makes the head slower by 1 % and 2 % in two of three layouts.
git checkout -q -b one v1
commit one
git checkout -q -b other v1
echo steeper=1 >steeper
commit other
git checkout -q main
cat >own.yml <<'Y'
version: 1
build:
  steps:
    - name: write
      run: |
        ms=100
        if [ -e "$SRC/steeper" ]; then ms=$((100 + LAYOUT)); fi
        echo "$LAYOUT" >"$PREFIX/layout"
        echo "echo work $ms ms" >"$PREFIX/bench.sh"
suite:
  - {name: own, harness: lines, run: 'sh "$PREFIX/bench.sh"'}
measure: {blocks: 6..6, rebuilds: 3}
gates: ["mean:2%"]
Y
try revsweep compare one other --config own.yml
# The standard deviation of log(1), log(1.01), log(1.02) is 0.0099.
expect 'the noise of the layout is told' 0 'noise between 3 builds: 1.0% (work)'
expect 'and what it means for a gate' 0 'caution' 'the gate is 2%, and a change below 2.5% may be' \
	'luck of the layout rather than'
try revsweep show --format json
expect 'in JSON, too' 0 '"rebuilds": 3' '"layout_noise": 0.0099'
try revsweep show --format markdown
expect 'and in a comment' 0 'noise between 3 builds: 1.0%'
try revsweep replay
expect 'and is the same when it is judged again' 0 'the same to the last bit'
try revsweep compare one other --config own.yml --fail mean:5%
expect 'a wide gate needs no warning' 0 'noise between 3 builds'
expect_true 'and has none' test -z "$(grep caution "$out")"
try revsweep compare one other --config own.yml --rebuilds 1
expect 'the command line goes before the configuration' 0
expect_true 'with one build' test -z "$(grep -i layout "$out" "$err")"
try revsweep calibrate other --config own.yml
expect 'a calibration measures builds against each other' 0 'in different builds' 'noise between 3 builds'
try revsweep run one --config own.yml
expect 'who does not judge builds once' 0
expect_true 'and says nothing of it' test -z "$(grep -i layout "$out" "$err")"

# Two suites take turns in blocks, and both see every layout.
sed 's/^  - {name: own.*/&\n  - {name: more, harness: lines, run: '"'"'sh "$PREFIX\/bench.sh"'"'"'}/' own.yml >two.yml
try revsweep compare one other --config two.yml
expect 'two suites' 0 'noise between 3 builds: up to 1.0%'

try revsweep compare v1 v2 --rebuilds 4 --blocks 9..9
expect 'a recipe without layouts is no error' 1 regressed \
	"the recipe does not vary the layout: all 4 builds of 'v1' hold the same files"
expect_true 'and there is no noise to tell' test -z "$(grep 'noise between' "$out")"
try revsweep compare v1 v1 --rebuilds 3
expect 'identical builds are still found' 0 'identical'

cat >bad.yml <<'Y'
version: 1
build: {steps: [{name: never, run: 'test "$LAYOUT" -lt 2; echo x >"$PREFIX/x"'}]}
suite:
  - {name: own, harness: lines, run: 'echo work 1 ms'}
Y
try revsweep compare one other --config bad.yml --rebuilds 3
expect 'a layout that cannot be built' 3 "layout 2: step 'never' exited with 1"

for k in 0 2 17 -3 1.5 many; do
	try revsweep compare v1 v2 "--rebuilds=$k"
	expect "--rebuilds $k" 2 '--rebuilds: takes a number of builds from 3 to 16, or 1 for none but the first'
done
try revsweep compare v1 v2 --rebuilds 8 --blocks 5..15
expect 'too few blocks for so many' 2 '8 builds of each revision need at least 16 blocks'
try revsweep run v1 --rebuilds 3
expect 'run does not know it' 2 'rebuilds'
sed 's/rebuilds: 3/rebuilds: 2/' own.yml >two.yml
try revsweep compare one other --config two.yml
expect 'nor two in the configuration' 2 "two.yml:12:35: 'rebuilds'" 'from 3 to 16'

done_testing
