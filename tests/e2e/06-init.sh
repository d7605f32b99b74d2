#!/bin/sh
# init looks at a project and writes a starter that works.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

"$SOURCE_ROOT/ci/demo-history" "$top/demo" >/dev/null
cd "$top/demo" || exit 99
git rm -q revsweep.yml
commit 'no configuration'
try revsweep init
expect 'a make project' 0 wrote
expect_true 'the recipe is found' grep -q '^recipe: make' revsweep.yml
try revsweep init
expect 'nothing is overwritten' 2 exists
try revsweep compare v1.0 v1.1 --dry-run
expect 'the starter is read' 0 make

mkdir -p "$top/py/tests/perf"
cd "$top/py" || exit 99
git init -q -b main
printf '[project]\nname = "thing"\nversion = "1"\n' >pyproject.toml
printf 'def test_speed(benchmark):\n    benchmark(sum, [1])\n' >tests/perf/test_speed.py
commit one
try revsweep init --output -
expect 'a Python project' 0 'recipe: python-venv' 'harness: pytest-benchmark' 'tests/perf'

mkdir -p "$top/cc/bench"
cd "$top/cc" || exit 99
git init -q -b main
printf 'add_subdirectory(bench)\n' >CMakeLists.txt
printf 'add_executable(hash_bench\n  hash.cc)\n' >bench/CMakeLists.txt
printf '#include <benchmark/benchmark.h>\n' >bench/hash.cc
commit one
try revsweep init --output -
expect 'a CMake project' 0 'recipe: cmake' 'harness: google-benchmark' 'run: "hash_bench"'
done_testing
