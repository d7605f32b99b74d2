#!/bin/sh
# Programs with Google Benchmark, which say themselves how long they took (manual time), so that
# nothing depends on speed.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

mkdir -p "$top/toy"
cd "$top/toy" || exit 99
git init -q -b main
cat >bench.cc <<'CC'
#include <benchmark/benchmark.h>

static void run(benchmark::State &state, double seconds)
{
	for (auto _ : state)
		state.SetIterationTime(seconds);
	state.SetBytesProcessed(state.iterations() * 1000);
	state.counters["widgets"] = seconds;
}
static void BM_sort(benchmark::State &state) { run(state, 1e-6 * state.range(0)); }
BENCHMARK(BM_sort)->Arg(100)->Arg(200)->UseManualTime()->Iterations(10);
static void BM_print(benchmark::State &state) { run(state, 3e-6); }
BENCHMARK(BM_print)->UseManualTime()->Iterations(10);
static void BM_no(benchmark::State &state) { state.SkipWithError("no such device"); for (auto _ : state) { } }
BENCHMARK(BM_no);
BENCHMARK_MAIN();
CC
cat >Makefile <<'MK'
bench: bench.cc
	$(CXX) -O1 -o $@ bench.cc -lbenchmark -lpthread
MK
if ! make -s bench >"$out" 2>&1; then
	skip 'Google Benchmark' 'no C++ compiler with libbenchmark-dev'
	done_testing
	exit 0
fi
rm bench
cat >revsweep.yml <<'YML'
version: 1
project: toy
recipe: make
with: {targets: [bench], install: "no", artefacts: [bench]}
suite:
  - {name: cc, harness: google-benchmark, run: bench}
measure: {blocks: 5..30}
gates: ["mean:5%"]
YML
commit one
sed -i 's/1e-6 \*/1.3e-6 */' bench.cc
commit two

cat >"$top/rows.py" <<'P'
import json, sys
for row in json.load(open(sys.argv[1]))["rows"]:
    print(row["bench"], row["metric"], row["status"], row["verdict"])
P
rows() {
	"$REVSWEEP" compare --format json "$@" >"$top/json" || [ $? -le 3 ] || return
	python3 "$top/rows.py" "$top/json"
}
try rows HEAD~1 HEAD
expect 'benchmarks that got slower are found, and no others' 0 \
	'BM_sort/100/iterations:10/manual_time time ok regressed' \
	'BM_sort/200/iterations:10/manual_time time ok regressed' \
	'BM_print/iterations:10/manual_time time ok pass'
expect 'one that reports an error failed' 0 'BM_no time failed'
expect_true 'what nobody asked for is left out' [ "$(wc -l <"$out")" -eq 4 ]
sed -i 's/5..30/&, metrics: [time, throughput, widgets]/' revsweep.yml
try rows HEAD~1 HEAD
expect 'counters are there for those who ask' 0 'BM_print/iterations:10/manual_time throughput ok' \
	'BM_print/iterations:10/manual_time widgets ok'
done_testing
