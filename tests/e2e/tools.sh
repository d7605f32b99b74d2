#!/bin/sh
# The programs that live measurements are made with do what they are asked for, and nothing else.
. "$SOURCE_ROOT/tests/e2e/lib.sh"
: "${SYNTHBENCH:?}" "${HOG:?}"

for tool in "$SYNTHBENCH" "$HOG"; do
	name=$(basename "$tool")
	try "$tool" --help
	expect "$name explains itself" 0 "usage: $name"
	expect_true "$name --help is quiet on stderr" [ ! -s "$err" ]
	try "$tool" --bogus 1
	expect "$name refuses an unknown option" 2 bogus
	try "$tool" extra
	expect "$name refuses an operand" 2 extra
done

try "$SYNTHBENCH" --iters 1000 --rounds 3
expect 'synthbench runs' 0
expect_true 'a line a round, as the lines harness reads them' \
	[ "$(grep -cE '^cpu [0-9]+ ns$' "$out")" = 3 ]
expect_true 'and no other line' [ "$(wc -l <"$out")" = 3 ]
try "$SYNTHBENCH" --kernel memory --iters 1000 --rounds 2 --warmup 0
expect 'the memory kernel has a name of its own' 0 'memory '
for bad in '--iters 0' '--iters x' '--iters -1' '--rounds 0' '--rounds 1e3' '--kernel disk' '--iters'; do
	# shellcheck disable=SC2086 # two words
	try "$SYNTHBENCH" $bad
	expect "synthbench refuses $bad" 2
done

try "$HOG" --seconds 0.2 --load 0.5 --seed 3 --burst 10ms
expect 'hog ends by itself' 0
for bad in '--load 0' '--load 1.5' '--load x' '--seconds -1' '--burst 0' '--seed x'; do
	# shellcheck disable=SC2086 # two words
	try "$HOG" $bad
	expect "hog refuses $bad" 2
done

mkdir "$top/p"
cd "$top/p" || exit 99
printf 'version: 1\nproject: p\nrecipe: none\nsuite:\n  - {name: s, harness: lines, run: "%s --iters 1000 --rounds 4"}\nmeasure: {blocks: 1..1}\n' "$SYNTHBENCH" >revsweep.yml
try revsweep run dir:.
expect 'revsweep measures synthbench' 0 cpu

done_testing
