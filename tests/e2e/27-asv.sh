#!/bin/sh
# A suite of asv's, run by asv_runner: parameters, caches, skips, failures and rounds that are fixed.
# Of the interpreters that have asv_runner the first is taken; PATH decides.
. "$SOURCE_ROOT/tests/e2e/lib.sh"

python=
for candidate in python3 /usr/bin/python3; do
	if "$candidate" -c 'import asv_runner.discovery' 2>/dev/null; then
		python=$candidate
		break
	fi
done
if [ -z "$python" ]; then
	skip "an asv suite is run" 'no python3 with asv_runner'
	done_testing
	exit 0
fi

mkdir -p "$top/toy/bench"
cd "$top/toy" || exit 99
git init -q
cat >asv.conf.json <<'J'
{
    // As asv writes it, with comments: "//" and a comma too many.
    "version": 1,
    "benchmark_dir": "bench",
    "default_benchmark_timeout": 3,
}
J
: >bench/__init__.py
cat >bench/suite.py <<'P'
import os
import signal
import time

from asv_runner.benchmarks.mark import skip_for_params

SOURCES = os.path.join(os.path.dirname(__file__), "..")
with open(os.path.join(os.environ.get("REVSWEEP_PREFIX", SOURCES), "numbers")) as text:
    NUMBER = float(text.read())


class Params:
    params = [[1, 2], ["a", "b c"]]
    param_names = ["n", "kind"]

    def setup(self, n, kind):
        if (n, kind) == (2, "b c"):
            raise NotImplementedError("not here")
        self.data = list(range(1000 * n))

    def time_sum(self, n, kind):
        sum(self.data)

    def track_number(self, n, kind):
        return NUMBER * n

    track_number.unit = "items"


class Cached:
    def setup_cache(self):
        return {"n": 100}

    def time_cached(self, cache):
        sum(range(cache["n"]))

    def track_cached(self, cache):
        return cache["n"]


class Broken:
    def setup_cache(self):
        raise ValueError("no cache")

    def time_broken(self, cache):
        pass


class Skipping:
    params = [1, 2]

    @skip_for_params([(1,)])
    def time_skipping(self, n):
        pass


def time_fails():
    raise ValueError("no device")


def time_dies():
    os.kill(os.getpid(), signal.SIGKILL)


def time_exits():
    os._exit(0)


def time_hangs():
    time.sleep(60)


time_hangs.timeout = 0.5


def timeraw_import():
    return "import json"


def peakmem_bytes():
    return bytes(1000000)


def track_text():
    return "a word"


def track_nan():
    return float("nan")
P
cat >bench/broken.py <<'P'
import no_such_module_at_all
P
cat >revsweep.yml <<'Y'
version: 1
project: toy
recipe: none
suite:
  - {name: asv, harness: asv, paths: [bench]}
measure: {blocks: 5..40}
settings: {max_time: 0.05, warmup: off}
gates: ["value:5%"]
Y
echo 10 >numbers
commit one
git tag v1
echo 13 >numbers
commit two
git tag v2

# run NAME: a launch with OUT/request.json from stdin.
run() {
	mkdir -p "$top/$1"
	cp "$SOURCE_ROOT"/src/harness/revsweep_*.py "$top/$1"
	cat >"$top/$1/request.json"
	REVSWEEP_SUITE=$top/toy "$python" "$top/$1/revsweep_asv.py" >"$top/$1.log" 2>&1
}

# Each line: a benchmark, its metric, its outcome, its number of rounds and iterations, its reason.
show() {
	"$python" - "$top/$1/result.json" <<'P'
import json, sys
record = json.load(open(sys.argv[1]))
for b in record["benches"]:
    values = b.get("values", [])
    if b["metric"] == "time" and "timeraw" not in b["name"] and values:
        assert len(b["cpu"]) == len(values), b
    print("%s|%s %s|%s|%d x %s|%s" % (b["name"], b["metric"], b["unit"], b["outcome"], len(values),
                                    b.get("iterations"), b.get("reason", "")))
for f in record["collected"]:
    print("%s|%s|%s" % (f["id"], f["type"], f["reason"]))
P
}

mkdir -p "$top/fixed"
printf '%s' '{"suite.Params.time_sum(1, '"'b c'"')": [3, 7, 2], "suite.Cached.time_cached": [4, 0, 1]}' \
	>"$top/fixed/fixed"
try run fixed <<J
{"path": "$top/toy", "quick": false, "rounds": 2, "max_time": 0.01, "warmup": 0, "timer": null}
J
expect 'the script ends well' 0
try show fixed
expect 'every combination is a benchmark, its rounds and iterations are exact' 0 \
	"suite.Params.time_sum(1, 'b c')|time s|ok|3 x 7|"
expect_true 'iterations that are left open are calibrated' \
	grep -Eq "^suite.Cached.time_cached\|time s\|ok\|4 x [0-9]{1,}\|" "$out"
expect 'a setup may skip' 0 "suite.Params.time_sum(2, 'b c')|time s|skipped|0 x None|its setup says so"
expect 'and so may parameters' 0 'suite.Skipping.time_skipping(1)|time s|skipped' \
	'suite.Skipping.time_skipping(2)|time s|ok'
expect 'a cache is made once and handed on' 0 'suite.Cached.track_cached|value unit|ok|1 x 1|' \
	'suite.Broken.time_broken|time s|failed|0 x None|setup_cache: no cache'
expect 'a failure is its own' 0 'suite.time_fails|time s|failed|0 x None|no device'
expect 'and so are a crash, a hang and an exit' 0 'suite.time_dies|time s|crashed|0 x None|killed by SIGKILL' \
	'suite.time_hangs|time s|timeout|0 x None|timed out after 0.5 s' \
	'suite.time_exits|time s|failed|0 x None|it ended its process'
expect 'what asv measures otherwise' 0 'suite.timeraw_import|time s|ok|' \
	'suite.peakmem_bytes|peak B|ok|1 x 1|' "suite.Params.track_number(2, 'a')|value items|ok|1 x 1|"
expect 'numbers that are none' 0 'suite.track_text|value unit|failed|0 x None|it returned no number' \
	'suite.track_nan|value unit|skipped|0 x None|it returned NaN'
expect 'a module that cannot be imported' 0 'broken|ModuleNotFoundError|No module named'

printf "suite.Params.track_number(1, 'a')\0" >"$top/only"
mkdir "$top/chosen"
cp "$top/only" "$top/chosen"
try run chosen <<J
{"path": "$top/toy/bench", "quick": true, "rounds": 1, "max_time": 0.01, "timer": "cpu"}
J
try show chosen
expect_true 'only what is asked for runs' [ "$(grep -c '|value ' "$out")" = 1 ]

# A whole comparison.
cd "$top/toy" || exit 99
rm bench/broken.py
sed -i '/^class Broken/,$d' bench/suite.py
git add -A
git commit -q --amend -m two
git tag -f v2 >/dev/null
echo "env: {PATH: '$(dirname "$(command -v "$python")"):$PATH'}" >>revsweep.yml
try revsweep compare v1 v2 --bench '*track*'
expect 'a comparison with what the suite tracks' 1 'suite.Params.track_number' '+30.0%'
try revsweep plot --view scaling --where kind="'a'"
expect 'its parameters have the names that the suite gives them' 0 'cost along n' "kind='a'"
done_testing
