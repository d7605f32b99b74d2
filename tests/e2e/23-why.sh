#!/bin/sh
# What changed inside a culprit: functions by callgrind, installed files, symbols, perf, and what is
# said where one of them is missing.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

mkdir "$top/line" "$top/few" "$top/bin"
cd "$top/line" || exit 99
git init -q -b main .
cat >revsweep.yml <<'Y'
version: 1
project: line
suite:
  - {name: s, harness: lines, run: '"$PREFIX/bench"'}
build:
  steps:
    - {name: compile, run: 'cc -O1 -g -o "$PREFIX/bench" "$SRC/bench.c"'}
    - {name: install, run: 'cp "$SRC"/*.txt "$PREFIX"'}
Y
# rev WORK TEXT: the value is the work that there is, whatever the machine.
n=0
rev() {
	n=$((n + 1))
	cat >bench.c <<C
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#define WORK $1
static int numbers[$1];
__attribute__((noinline)) void steady(void)
{
	for (volatile int i = 0; i < 20000; i++)
		;
}
__attribute__((noinline)) void grinding(void)
{
	for (volatile int i = 0; i < WORK * 1000; i++)
		numbers[i % WORK] += i;
}
/* The same after children that do nothing. */
__attribute__((noinline)) void milling(void)
{
	for (volatile int i = 0; i < WORK * 1000; i++)
		numbers[i % WORK] += i;
}
int main(void)
{
	steady();
	grinding();
	for (int i = 0; i < 3; i++) {
		if (fork() == 0)
			_exit(0);
		wait(NULL);
	}
	milling();
	for (int i = 0; i < 3; i++)
		printf("grind %d ms\n", WORK);
	return 0;
}
C
	echo "$2" >"$n.txt"
	commit "change $n"
	git tag "v$n"
}
for text in a b c d; do
	rev 50 "$text"
done
rev 100 'the culprit brings a file'
rev 100 f

try revsweep bisect v1 v6 --seed 3
expect 'nobody asks, nothing is told' 0 "$(git rev-parse v5)"
expect_true 'of what changed inside' sh -c "! grep -q 'changed inside' $out"

# Where the programs are missing, and everything else is there.
for dir in /usr/local/bin /usr/bin /bin; do
	for program in "$dir"/*; do
		case ${program##*/} in
		valgrind | nm | perf) ;;
		*) [ -e "$top/few/${program##*/}" ] || ln -s "$program" "$top/few" ;;
		esac
	done
done
try env PATH="$top/few" "$REVSWEEP" bisect v1 v6 --seed 3 --reuse --why
expect 'what this machine lacks is said' 0 "$(git rev-parse v5)" 'there is no valgrind on PATH' \
	'there is no nm (binutils) on PATH' 'there is no perf on PATH'
expect 'files need no program' 0 'installed files, in bytes' '5.txt' '+26'

# A machine that counts instructions, or one that says so.
fake_perf() {
	{
		echo '#!/bin/sh'
		cat
	} >"$top/bin/perf"
	chmod +x "$top/bin/perf"
	try env PATH="$top/bin:$top/few" "$REVSWEEP" bisect v1 v6 --seed 3 --reuse --why
}
fake_perf <<'P'
verb=$1
shift
case $verb in
stat) echo '   1234   instructions:u' >&2 ;;
record)
	while [ "$1" != -- ]; do
		[ "$1" != -o ] || data=$2
		shift
	done
	shift
	"$@" || exit
	echo recorded >"$data"
	;;
diff)
	printf '# Event\n#\n\n'
	cat "$1" "$2" >/dev/null || exit
	i=10
	while [ $i -lt 30 ]; do
		echo "    $i.00%   bench   [.] function$i"
		i=$((i + 1))
	done
	;;
esac
P
expect 'perf diff is shown where there is one' 0 'perf diff' '10.00%   bench   [.] function10' 'function19'
expect_true 'but for its last lines' sh -c "! grep -q function20 $out"
echo 'echo "no permission here" >&2; exit 1' | fake_perf
expect 'what perf says when it cannot' 0 'perf cannot count instructions here: no permission here'
echo 'echo "   <not supported>  instructions:u" >&2' | fake_perf
expect 'or that there is no counter' 0 'has no counter of instructions'

if command -v nm >/dev/null; then
	try revsweep bisect v1 v6 --seed 3 --reuse --why
	expect 'symbols are compared' 0 'symbols in them, in bytes' 'numbers in bench' '200            400'
else
	skip 'symbols are compared' 'nm is not installed'
fi

if ! command -v valgrind >/dev/null; then
	for what in 'functions' 'the one that does more' 'without isolation' 'in JSON' 'twice the work' \
		'in Markdown' 'an interpreter' 'a launch that does not end' 'of functions'; do
		skip "$what" 'valgrind is not installed'
	done
	done_testing
	exit
fi
try revsweep bisect v1 v6 --seed 3 --restart --why
expect 'functions are compared' 0 "$(git rev-parse v5)" 'instructions of one launch'
expect_true 'the one that does more comes first' \
	sh -c "grep -A1 ' difference  function' $out | tail -1 | grep -q 'grinding$'"
try revsweep bisect v1 v6 --seed 3 --restart --why --isolation none
expect 'without isolation, too' 0 'grinding'
try revsweep bisect v1 v6 --seed 3 --restart --why --format json
expect 'in JSON' 0 '"why": {' '"name": "grinding"'
cat >"$top/check.py" <<'PY'
import json, sys

why = json.load(open(sys.argv[1]))["culprits"][0]["why"]
functions = why["functions"]
first = functions["largest"][0]
assert first["name"] == "grinding", first
assert 1.9 < first["after"] / first["before"] < 2.1, first
second = functions["largest"][1]
assert second["name"] == "milling" and abs(second["after"] - first["after"]) < 100, functions
assert not any(f["name"] == "steady" for f in functions["largest"]), functions
assert functions["differ"] >= len(functions["largest"])
PY
expect_true 'twice the work is twice the instructions' python3 "$top/check.py" "$out"
try revsweep bisect v1 v6 --seed 3 --reuse --why --format markdown
expect 'in Markdown' 0 '**instructions of one launch**' '| grinding |'

# A launch of an interpreter, and one that does not end.
mkdir "$top/script"
cd "$top/script" || exit 99
git init -q -b main
cat >revsweep.yml <<'Y'
version: 1
project: script
suite:
  - {name: s, harness: lines, run: 'sh "$PREFIX/bench.sh"', timeout: 2s}
build: {steps: [{name: install, run: 'cp "$SRC/bench.sh" "$PREFIX"'}]}
Y
# script TAG TEXT
script() {
	echo "$2" >bench.sh
	commit "$1"
	git tag "$1"
}
script w1 'i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); done; echo "it 5 ms"'
script w2 'i=0; while [ $i -lt 4000 ]; do i=$((i + 1)); done; echo "it 7 ms"'
try revsweep bisect w1 w2 --seed 3 --why
expect 'of an interpreter it is said' 0 "$(git rev-parse w2)" "its functions are an interpreter's" \
	'no program or library (ELF)'
# valgrind's own library is in there while it watches.
script w3 'if grep -q vgpreload /proc/self/maps; then sleep 300; fi; echo "it 9 ms"'
sed -i 's/timeout: 2s/timeout: 0.2s/' revsweep.yml
try revsweep bisect w2 w3 --seed 3 --why
expect 'a launch that does not end is ended' 0 "$(git rev-parse w3)" \
	'did not end within 10.0 s under valgrind'
expect_true 'and tells nothing of functions' sh -c "! grep -q 'difference  function' $out"
done_testing
