#!/bin/sh
# What is counted: memory, instructions and sizes, in launches that are not timed; and ceilings.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

# A program whose header says how many blocks it allocates, and how large they are.
mkdir "$top/c" && cd "$top/c" || exit 99
git init -q -b main
cat >bench.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "n.h"

static void
blocks(int n)
{
	static void *p[100000];

	for (int i = 0; i < n; i++)
		p[i] = malloc(SIZE);
	for (int i = 0; i < n; i++)
		free(p[i]);
}

/* As much of a Google Benchmark program as it takes: two benchmarks, a filter, iterations. */
static int
google(int argc, char **argv)
{
	const char *filter = "", *out = "/dev/null", *names[] = {"alpha", "beta"};
	int times = 1, comma = 0;

	for (int i = 2; i < argc; i++) {
		if (!strncmp(argv[i], "--benchmark_filter=", 19))
			filter = argv[i] + 19;
		if (!strncmp(argv[i], "--benchmark_out=", 16))
			out = argv[i] + 16;
		if (!strncmp(argv[i], "--benchmark_min_time=", 21) && strchr(argv[i], 'x')) {
			if (OLD) {
				fprintf(stderr, "benchmark_min_time is expected to be a double\n");
				return 1;
			}
			times = atoi(argv[i] + 21);
		}
	}
	FILE *f = fopen(out, "w");
	fprintf(f, "{\"context\": {}, \"benchmarks\": [");
	for (int k = 0; k < 2; k++) {
		if (*filter && !strstr(filter, names[k]))
			continue;
		for (int i = 0; i < times; i++)
			blocks(k == 0 ? 100 : N);
		fprintf(f, "%s{\"name\": \"%s\", \"run_name\": \"%s\", \"run_type\": \"iteration\", "
			"\"repetitions\": 1, \"repetition_index\": 0, \"threads\": 1, \"iterations\": %d, "
			"\"real_time\": 5.0, \"cpu_time\": 5.0, \"time_unit\": \"ns\"}",
			comma++ ? "," : "", names[k], names[k], times);
	}
	fprintf(f, "]}\n");
	return fclose(f);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "google"))
		return google(argc, argv);
	if (argc > 1 && !strcmp(argv[1], "fork")) {
		for (int i = 0; i < 3; i++)
			if (fork() == 0) {
				blocks(N);
				_exit(0);
			}
		while (wait(NULL) > 0)
			;
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "sometimes")) {
		/* the third pass takes ten times as much */
		FILE *f = fopen(argv[2], "a+");
		fputc('.', f);
		long n = ftell(f);
		fclose(f);
		blocks(n == 3 ? 10000 : 1000);
		return 0;
	}
	blocks(N);
	return 0;
}
C
cat >revsweep.yml <<'YML'
version: 1
isolation: none
build:
  steps:
    - name: cc
      run: |
        mkdir -p "$PREFIX/bin"
        cc -O0 -o "$PREFIX/bin/bench" "$SRC/bench.c"
        cc -O0 -static -o "$PREFIX/bin/static" "$SRC/bench.c" || true
  provides: {PATH: "${PREFIX}/bin"}
suite:
  - {name: native, harness: command, run: bench}
  - {name: forks, harness: command, run: bench fork}
  - {name: many, harness: google-benchmark, run: bench google}
  - {name: static, harness: command, run: static}
  - {name: shell, harness: command, run: 'static; static'}
  - {name: sometimes, harness: command, run: 'bench sometimes "$COUNTER"'}
pass_env: [COUNTER]
measure: {blocks: 3..8, metrics: [allocations]}
gates: ["allocations:1%"]
YML
printf '#define N 1000\n#define SIZE 100\n#define OLD 0\n' >n.h
commit one
git tag v1
sed -i 's/N 1000/N 1050/' n.h
commit two
git tag v2
sed -i 's/N 1050/N 1000/' n.h
echo '/* the same */' >>bench.c
sed -i 's/"%s{/"%s {/' bench.c
commit same
git tag v3
sed -i 's/OLD 0/OLD 1/' n.h
commit old
git tag v4

# samples BENCH METRIC: how many the newest sweep has.
samples() {
	revsweep show --samples | awk -F, -v b="$1" -v m="$2" '$2 == b && $3 == m { n++ } END { print n + 0 }'
}

try revsweep compare v1 v2 --suite native
expect 'five more allocations in a hundred are found' 1 '1050 allocations' '+5.0%' regressed
expect_true 'by one launch of each revision' [ "$(samples native allocations)" -eq 2 ]
expect_true 'nothing was timed' [ "$(samples native time)" -eq 0 ]
try revsweep compare v1 v3 --suite native
expect 'as many as before are within the gate' 0 'within the gate'
try revsweep compare v1 v2 --suite native --metrics peak,allocated,allocations --fail 'allocations:5%' \
	--fail 'peak:4KiB' --fail 'allocated:10KB'
expect 'five in a hundred are not more than five percent' 1 'peak:4KiB' 'within the gate' regressed
expect_true 'of calls' grep -q 'allocations).*within' "$out"
expect_true 'a peak is counted twice' [ "$(samples native peak)" -eq 4 ]
try revsweep compare v1 v3 --suite native --metrics peak --fail peak:1% --passes 4
expect 'a number of passes' 0 'within the gate'
expect_true 'is kept to' [ "$(samples native peak)" -eq 8 ]
try revsweep run v1 --suite native --metrics peak
expect 'without a judge' 0 '97.7 KiB'
expect_true 'two passes in a row must bring nothing less' [ "$(samples native peak)" -eq 3 ]

try revsweep compare v1 v2 --suite native --metrics allocations,time,rss,cpu,size --fail allocations:1%
expect 'beside time' 1 'allocations)' 'rss)' 'cpu)' 'build/size'
expect_true 'each revision has one size' [ "$(samples size size)" -eq 2 ]
try revsweep show --timeline --format json
expect 'what is counted comes before what is timed' 0 'native (memory)'
try revsweep show --all
expect 'page faults and switches are told of each launch' 0 faults switches

try revsweep compare v1 v2 --suite forks --metrics peak,allocations --fail allocations:1%
expect 'processes count together' 1 'regressed' '+5.0%'
expect_true 'a peak is that of one of them' sh -c "'$REVSWEEP' show --samples | grep -q 'forks,peak,B,v1,[^,]*,0,1,1,100000,'"
expect_true 'and calls are those of all' sh -c "'$REVSWEEP' show --samples | grep -q 'forks,allocations,allocations,v1,[^,]*,0,1,1,3000,'"

try revsweep compare v1 v2 --suite many
expect 'a benchmark of several is counted by itself' 1 'alpha' 'within the gate' 'beta' 'regressed'
expect_true 'ten times each' sh -c "'$REVSWEEP' show --samples | grep -q 'alpha,allocations,allocations,v1,[^,]*,[0-9]*,1,1,100[0-9],'"
try revsweep compare v3 v4 --suite many
expect 'an old Google Benchmark' 3 'Google Benchmark 1.8 or later'

if echo 'int main(void) { return 0; }' | cc -static -x c - -o "$top/static" 2>/dev/null; then
	try revsweep compare v1 v2 --suite static
	expect 'a static program says why it cannot be counted' 3 'bin/static' 'statically linked: its allocations cannot be counted'
	try revsweep compare v1 v2 --suite shell
	expect 'also below a shell' 3 'statically linked'
else
	skip 'a static program says why it cannot be counted' 'programs cannot be linked statically here'
	skip 'also below a shell' 'programs cannot be linked statically here'
fi

# ---- ceilings
try revsweep compare v1 v2 --suite native --fail 'allocations <= 1049'
expect 'above a ceiling' 1 'above the ceiling' 'allocations <= 1049' 'at worst it took 1050 allocations'
try revsweep compare v1 v2 --suite native --fail 'allocations <= 1050'
expect 'at a ceiling' 0 'within the gate'
export COUNTER="$top/passes"
try revsweep run v1 --suite sometimes --metrics peak --passes 5
expect 'one pass of five takes more' 0 'sometimes'
rm -f "$COUNTER"
: >"$top/one-side"
cat >ceiling.yml <<'YML'
version: 1
isolation: none
build:
  steps: [{name: cc, run: 'mkdir -p "$PREFIX/bin"; cc -O0 -o "$PREFIX/bin/bench" "$SRC/bench.c"'}]
  provides: {PATH: "${PREFIX}/bin"}
suite:
  - {name: sometimes, harness: command, run: 'bench sometimes "$COUNTER.$(basename "$(dirname "$PREFIX")")"'}
pass_env: [COUNTER]
measure: {metrics: [peak], passes: 5}
gates: ["peak <= 200KiB"]
YML
try revsweep compare v1 v3 --config ceiling.yml
expect 'one breaching pass of five is enough' 1 'above the ceiling' '977 KiB'
try revsweep compare v1 v1 --suite native --fail 'allocations <= 10'
expect 'a ceiling needs nothing to compare with' 1 'above the ceiling'

# ---- what cannot be
try revsweep compare v1 v2 --suite native --metrics time --fail rss:10%
expect 'a gate about what is not measured' 2 "the gate 'rss:10%' is about rss, which is not measured: add it to measure.metrics or --metrics"
try revsweep compare v1 v2 --suite native --metrics time,peek
expect 'an unknown metric' 2 "unknown metric 'peek': did you mean 'peak'?"
try revsweep compare v1 v2 --suite native --passes none
expect 'a number of passes that is none' 2 "--passes: takes a number of passes from 1 to 1000, or auto, not 'none'"
try env PATH=/nowhere "$REVSWEEP" compare v1 v2 --suite native --metrics instructions --fail instructions:1%
expect 'no valgrind' 8 'apt install valgrind'

if command -v valgrind >/dev/null; then
	try revsweep compare v1 v2 --suite native --metrics instructions --fail instructions:1%
	expect 'more instructions' 1 regressed
	expect_true 'by one launch of each revision' [ "$(samples native instructions)" -eq 2 ]
	try revsweep compare v1 v3 --suite native --metrics instructions --fail instructions:0.1%
	expect 'as many instructions' 0 'within the gate'
else
	skip 'more instructions' 'no valgrind'
	skip 'as many instructions' 'no valgrind'
fi

# ---- Python
python=
for candidate in /usr/bin/python3 python3; do
	if "$candidate" -c 'import pytest, pytest_benchmark' 2>/dev/null; then
		python=$(command -v "$candidate")
		break
	fi
done
if [ -z "$python" ]; then
	skip 'a Python package' 'no python3 with pytest-benchmark'
	done_testing
	exit 0
fi
mkdir -p "$top/py/pkg" "$top/py/tests" && cd "$top/py" || exit 99
git init -q -b main
printf 'N = 1000\n\n\ndef build(n=N):\n    return [str(i) * 3 for i in range(n)]\n' >pkg/__init__.py
cat >tests/test_pkg.py <<'PY'
import pytest
import pkg


@pytest.mark.stable
def test_build(benchmark):
    assert len(benchmark(pkg.build)) >= 1000


def test_small(benchmark):
    benchmark(pkg.build, 100)


def test_pedantic(benchmark):
    benchmark.pedantic(sorted, setup=lambda: (([3, 2, 1] * 100,), {}), rounds=4)


def test_fails(benchmark):
    benchmark(lambda: 1 // 0)
PY
cat >revsweep.yml <<YML
version: 1
build:
  steps:
    - {name: copy, run: 'mkdir -p "\$PREFIX/lib"; cp -r "\$SRC/pkg" "\$PREFIX/lib"'}
  provides: {PYTHONPATH: "\${PREFIX}/lib", PATH: "$(dirname "$python")"}
suite:
  - {name: py, harness: pytest-benchmark, paths: [tests], select: ['*build', '*small', '*pedantic']}
measure: {blocks: 2..6, metrics: [allocations]}
gates: [{fail: "allocations:1%", where: "mark=stable"}]
YML
commit one
git tag v1
sed -i 's/N = 1000/N = 1050/' pkg/__init__.py
commit two
git tag v2
echo '# the same' >>pkg/__init__.py
commit same
git tag v3
try revsweep compare v1 v2
expect 'five more allocations in a hundred of a Python package' 1 test_build regressed '+5.'
expect_true 'by one launch' [ "$(samples tests/test_pkg.py::test_build allocations)" -eq 2 ]
expect_true 'the rounds of benchmark.pedantic are passes' sh -c \
	"'$REVSWEEP' show --samples | grep -q 'test_pedantic,allocations,allocations,v1,[^,]*,0,4,'"
try revsweep compare v2 v3 --metrics peak,allocated,allocations --fail peak:1% --fail allocated:1% --fail allocations:1%
expect 'the same code counts the same' 0 'within the gate'
try revsweep compare v2 v3 --metrics allocations --passes 5 --fail allocations:1%
expect 'a number of passes inside of one launch' 0 'within the gate'
expect_true 'is kept to' sh -c "'$REVSWEEP' show --samples | grep -q 'test_build,allocations,allocations,v2,[^,]*,0,5,'"
sed -i "s/, select.*]}/}/" revsweep.yml
try revsweep compare v2 v3
expect 'a benchmark that fails says why' 3 test_fails 'ZeroDivisionError'
done_testing
