#!/bin/sh
# The plugin inside a real pytest-benchmark: rounds and iterations that are fixed. Of the
# interpreters that have one the first is taken; PATH decides.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

python=
for candidate in python3 /usr/bin/python3; do
	if "$candidate" -c 'import pytest, pytest_benchmark' 2>/dev/null; then
		python=$candidate
		break
	fi
done
if [ -z "$python" ]; then
	skip 'rounds are fixed in a real launch' 'no python3 with pytest-benchmark'
	done_testing
	exit 0
fi

mkdir "$top/suite"
cat >"$top/suite/test_it.py" <<'PY'
import atexit, json, os
import pytest

calls = {}
atexit.register(lambda: json.dump(calls, open(os.environ["CALLS"], "w")))


@pytest.fixture
def counted(request):
    def function():
        calls[request.node.name] = calls.get(request.node.name, 0) + 1
        return 7

    return function


@pytest.mark.parametrize("x", ["a::b [\u00e9]\n\"q\""])
def test_fixed(benchmark, counted, x):
    assert benchmark(counted) == 7


@pytest.mark.benchmark(min_rounds=11, max_time=0.01, warmup=True, warmup_iterations=50)
def test_marked(benchmark, counted):
    benchmark(counted)


def test_calibrated(benchmark, counted):
    benchmark(counted)


def test_left(benchmark, counted):
    benchmark(counted)


def test_pedantic(benchmark, counted):
    benchmark.pedantic(counted, rounds=4, iterations=2)


class TestOwn:
    @pytest.fixture
    def benchmark(self, benchmark):
        return benchmark

    def test_own(self, benchmark, counted):
        benchmark(counted)
PY

# run NAME: a launch with OUT/fixed from stdin; its results and calls go to $top/NAME.
run() {
	mkdir -p "$top/$1"
	cp "$SOURCE_ROOT/src/harness/revsweep_pytest.py" "$top/$1"
	cat >"$top/$1/fixed"
	REVSWEEP_SUITE=$top/suite CALLS=$top/$1/calls "$python" "$top/$1/revsweep_pytest.py" \
		-p no:cacheprovider -p revsweep_pytest --rootdir="$top/suite" \
		--confcutdir="$top/suite" --benchmark-enable --benchmark-only \
		--benchmark-json="$top/$1/result.json" --benchmark-max-time=0.005 \
		--benchmark-min-rounds=1 "$top/suite"
}

# Each line: a bench, its rounds and iterations, and how often its function was called: once more
# than the rounds say, for what benchmark() returns.
show() {
	"$python" - "$top/$1" <<'PY'
import json, sys
rows = json.load(open(sys.argv[1] + "/result.json"))["benchmarks"]
calls = json.load(open(sys.argv[1] + "/calls"))
for row in rows:
    stats, name = row["stats"], row["name"]
    assert len(stats.get("data", range(stats["rounds"]))) == stats["rounds"], stats
    if "data" in stats:
        assert len(stats["revsweep_cpu"]) == stats["rounds"], stats
        assert sum(stats["revsweep_cpu"]) > 0, stats
    else:
        assert stats["revsweep_cpu_median"] > 0, stats
    print(name.partition("[")[0], stats["rounds"], stats["iterations"], calls[name])
print(json.load(open(sys.argv[1] + "/revsweep.json"))["notes"])
PY
}

cd "$top/suite" || exit 99
try run fixed <<'JSON'
{"test_it.py::test_fixed[a::b [\\xe9]\\n\"q\"]": [5, 7, 2], "test_it.py::test_marked": [3, 4, 0],
 "test_it.py::test_calibrated": [6, 0, 1], "test_it.py::test_pedantic": [9, 9, 9],
 "test_it.py::TestOwn::test_own": [1200, 2, 1], "gone.py::test": [1, 1, 1]}
JSON
expect 'pytest runs' 0 passed
try show fixed
expect 'rounds, iterations and dropped rounds are exact' 0 'test_fixed 5 7 50' '[]'
expect 'the request goes before marks' 0 'test_marked 3 4 13'
expect 'benchmark.pedantic keeps its own' 0 'test_pedantic 4 2 9'
expect "a suite's own fixture may hand on the original" 0 'test_own 1200 2 2403'
# calibration shows as further calls
expect_true 'iterations that are left open are calibrated' \
	awk '$1 == "test_calibrated" && $2 == 6 && $4 > 7 * $3 + 1 { n++ } END { exit n != 1 }' "$out"
expect_true 'what is not named is measured as the settings say' \
	awk '$1 == "test_left" && $4 > $2 * $3 + 1 { n++ } END { exit n != 1 }' "$out"

# Two launches that wait for each other; the second has fewer tests.
mkdir "$top/meet"
both() {
	echo '{}' | REVSWEEP_DUET=$top/meet/0 run first >"$top/first.log" &
	first=$!
	printf 'test_it.py::test_marked\0test_it.py::test_left\0' >"$top/only"
	mkdir "$top/second"
	cp "$top/only" "$top/second/only"
	echo '{}' | REVSWEEP_DUET=$top/meet/1 run second
	wait "$first"
}
try both
expect 'a duet ends' 0 '2 passed'
expect_true 'for both' grep -q '6 passed' "$top/first.log"
expect_true 'they met where both had something to time' \
	awk '/^@/ { n[$0]++ } END { for (id in n) both += n[id] == 2; exit both != 2 }' \
	"$top/meet/0" "$top/meet/1"
done_testing
