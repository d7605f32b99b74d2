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

# ---- what was used before is carried over

# project DIR: a package that pip could install, with one benchmark.
project() {
	mkdir -p "$top/$1/tests/regression"
	cd "$top/$1" || exit 99
	git init -q -b main
	printf '[project]\nname = "thing"\nversion = "1"\n' >pyproject.toml
	printf 'def test_speed(benchmark):\n    benchmark(sum, [1])\n' >tests/regression/test_speed.py
}

# has DESCRIPTION FILE LINE... : the file holds these whole lines.
has() {
	what=$1 file=$2
	shift 2
	for line in "$@"; do
		if ! grep -qxF -- "$line" "$file"; then
			cp "$file" "$out"
			not_ok "$what" "expected the line: $line"
			return
		fi
	done
	ok "$what"
}

# Two revisions in one nox session: flags that are shared, a limit in percent for benchmarks that
# hold still and one in seconds for the others.
project nox
cat >>pyproject.toml <<'TOML'
[dependency-groups]
types = ["mypy", "pytest-benchmark"]
test = [
    "scipy",
    "Pytest_Benchmark>=4",  # a comment
]
[tool.pytest.ini_options]
addopts = ["-ra", "--benchmark-max-time=9", "--benchmark-min-rounds=7"]
TOML
cat >noxfile.py <<'PY'
"""Sessions. Not to be run: pytest --benchmark-max-time=77."""
import pathlib

import nox

raise SystemExit("this file is read and not run")

SUITE = pathlib.Path("tests/regression")
COMMON = [
    "--benchmark-calibration-precision=1000",
    "--benchmark-columns=mean,rounds",
    "--benchmark-max-time=5.0",
    "--benchmark-timer=time.process_time",
]


@nox.session
def speed(session: nox.Session) -> None:
    old, new = session.posargs[:2]
    session.install(f"git+https://example.org/thing@{old}")
    session.run("pytest", SUITE, "--benchmark-autosave", *COMMON, *session.posargs[2:])
    session.install("--force-reinstall", f"git+https://example.org/thing@{new}")
    # --benchmark-min-rounds=99 in a comment
    session.run(
        "pytest", SUITE, "-m", "steady",
        "--benchmark-compare=0001", "--benchmark-compare-fail=mean:5%",
        *COMMON, *session.posargs[2:], success_codes=[0, 5],
    )
    session.run(
        "pytest", SUITE, "-m", "shaky",
        "--benchmark-compare=0001", "--benchmark-compare-fail=mean:0.0005",
        *COMMON, *session.posargs[2:],
    )
PY
commit one
try revsweep init
expect 'a nox session is carried over' 0 'carried over from noxfile.py:21: pytest-benchmark' \
	'noxfile.py:25' 'noxfile.py:30' 'pyproject.toml:11: max_time 9s is left out: noxfile.py:12 says 5s'
has 'with its settings, its gates and where they come from' revsweep.yml \
	'  timer: process_time # noxfile.py:13' '  calibration_precision: 1000 # noxfile.py:10' \
	'  max_time: 5s # noxfile.py:12' '  min_rounds: 7 # pyproject.toml:11' \
	'    paths: ["tests/regression"]' '  groups: ["test"]' \
	'  - {where: "mark=steady", fail: "mean:5%"} # noxfile.py:26' \
	'  - {where: "mark=shaky", fail: "mean:0.0005"} # noxfile.py:31'
expect_true 'and what has no place is named' grep -q \
	'^#   noxfile.py:11: --benchmark-columns=mean,rounds: .*diff --table stats --columns' revsweep.yml
try revsweep compare HEAD HEAD --dry-run
expect 'the configuration is read' 0 python-venv
try revsweep init --from 'pytest tests --benchmark-timer=time.thread_time' --output -
expect 'a command line instead of the files' 0 'timer: thread_time # --from' 'paths: ["tests"]' \
	'carried over from --from'
expect_true 'which are not looked at then' sh -c "! grep -q noxfile '$out'"
try revsweep init --from 'make all' --output -
expect 'one that is none' 2 "--from 'make all': no command line that we know"

project workflow
mkdir -p .github/workflows perf/deep
printf 'def test_x(benchmark):\n    benchmark(sum, [1])\n' >perf/deep/test_x.py
cat >.github/workflows/speed.yml <<'YML'
on: push
jobs:
  speed:
    steps:
      - run: pip install .
      - name: measure
        working-directory: perf
        run: |
          cd deep
          OMP_NUM_THREADS=1 uv run pytest test_x.py -m "fast and not io" -n auto \
            --benchmark-min-time=0.001 --benchmark-warmup=on --benchmark-disable-gc \
            --benchmark-json ${{ runner.temp }}/out.json
YML
printf 'FLAGS = --benchmark-min-time=0.002\nbench:\n\tpytest $(FLAGS) -m "fast and not io"\n' >Makefile
printf '[tox]\n[testenv:bench]\ncommands =\n  pytest --benchmark-skip {posargs}\n' >tox.ini
commit one
try revsweep init
expect 'a workflow and a makefile' 0 'Makefile:3: pytest-benchmark' \
	'.github/workflows/speed.yml:11: min_time 1ms is left out: Makefile:3 says 2ms'
expect_true 'but nothing of a line that measures nothing' sh -c "! grep -q 'tox.ini' '$err' revsweep.yml"
has 'say what they have in common' revsweep.yml '  min_time: 2ms # Makefile:3' \
	'  warmup: on # .github/workflows/speed.yml:11' '    paths: ["perf/deep/test_x.py"]' \
	'    args: ["-m", "fast and not io"]' '  OMP_NUM_THREADS: "1"' \
	'  disable_gc: on # .github/workflows/speed.yml:11'

project asv
mkdir -p ci/speed
cat >ci/asv.conf.json <<'J'
{
    // What asv's own quickstart leaves: "//" and a comma too many.
    "version": 1,
    "project": "the thing",
    "repo": "..",
    "branches": ["main"],
    "benchmark_dir": "speed",
    "environment_type": "conda",
    "pythons": ["9.9", "9.8"],
    "matrix": {
        "req": {"numpy": ["1.26"], "scipy": ["1.10", "1.11"], "cython": []},
        "env": {"OMP_NUM_THREADS": "1", "MODE": ["a", "b"]},
    },
    "install_command": ["python -m pip install {wheel_file}"],
    "install_timeout": 600,
    "results_dir": "results",
}
J
: >ci/speed/__init__.py
printf 'def time_sum():\n    sum([1])\n' >ci/speed/suite.py
rm -r tests
commit one
try revsweep init
expect "asv's configuration" 0 'carried over from ci/asv.conf.json: asv'
has 'becomes a suite' revsweep.yml 'project: "the thing"' 'recipe: python-venv' \
	'  pins: ["numpy==1.26", "cython", "asv_runner"]' '    harness: asv' '    paths: ["ci/speed"]' \
	'    from: head' '  OMP_NUM_THREADS: "1"'
for word in 'matrix: scipy' 'matrix: variable MODE' environment_type 'pythons: python9.9' branches \
	install_command install_timeout results_dir; do
	expect_true "and says what became of $word" grep -q "^#   ci/asv.conf.json: $word" revsweep.yml
done
try revsweep compare HEAD HEAD --dry-run
expect 'which is read' 0 asv
printf '{"project": ' >ci/asv.conf.json
try revsweep init --output -
expect 'a configuration that is none' 0 'cannot be read as JSON'

project benchmem
cat >Makefile <<'MK'
sweep:
	uvx benchmem sweep mypkg 1.2 1.3 main --suite tests/regression --memory \
	  --pytest-arg --benchmark-max-time=2 --pin numpy==1.26 --as-of 2025-01-01 \
	  --import-check mypkg.core --copy-dir tests --out results
MK
commit one
try revsweep init
expect 'a sweep of benchmem' 0 'carried over from Makefile:2: benchmem sweep' \
	'what does the same now: revsweep sweep version:1.2,1.3'
has 'becomes a source of releases' revsweep.yml 'source: {versions: yes}' '  name: "mypkg"' \
	'  as_of: "2025-01-01"' '  module: "mypkg.core"' '  max_time: 2s # Makefile:3' \
	'  pins: ["numpy==1.26", "pytest", "pytest-benchmark"]' '    paths: ["tests/regression"]' \
	'    include: ["tests"]' '  metrics: [time, peak, allocated, allocations]'
expect_true 'and a branch is none' grep -q '^#   Makefile:2: main: no release' revsweep.yml
try revsweep sweep version:1.2,1.3 --dry-run
expect 'the command that it prints is one' 0 'mypkg 1.2'

# What others wrote is never ours to be ashamed of.
project odd
cat >noxfile.py <<'PY'
s.run("pytest", "a\x01\n\"b", "-k", "é\u0085", "--benchmark-name=\"}\n- x: [", "-m", "a\nb", "--benchmark-only")
s.run("A='x: {' pytest --benchmark-storage='#\u202e' --benchmark-compare-fail='mean:5%\"'")
PY
printf '\377\376 = [ --benchmark-only\n' >Makefile
printf '[pytest]\naddopts = --benchmark-only "--benchmark-columns=\303' >pytest.ini
try revsweep init --output -
expect 'odd texts do no harm' 0 'version: 1'

# Each command line in the last column of README's table is one that we have.
sed -n 's/^|.*| `\(revsweep [^`]*\)` |$/\1/p' "$SOURCE_ROOT/README.md" >"$top/now"
: >"$top/unknown"
while read -r _ command rest; do
	revsweep "$command" --help >"$top/help" 2>&1 || echo "$command" >>"$top/unknown"
	for word in $rest; do
		case $word in
		--*) grep -q -e "$word" "$top/help" || echo "$command $word" >>"$top/unknown" ;;
		esac
	done
done <"$top/now"
cp "$top/unknown" "$out"
expect_true "README's table has lines" [ "$(wc -l <"$top/now")" -ge 10 ]
expect_true 'and all of them are ours' [ ! -s "$top/unknown" ]
done_testing
