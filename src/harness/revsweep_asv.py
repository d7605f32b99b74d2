"""revsweep's side of a launch of an asv suite.

`python3 OUT/revsweep_asv.py` runs the benchmarks that OUT/request.json names by means of asv_runner,
without asv and its environments: in the interpreter that it is started with, each benchmark and each
combination of its parameters in a forked process of its own. It writes OUT/result.json.

Runs on Python 3.7 and later, asv_runner 0.1 to 0.3. OUT/only and OUT/fixed, the duet and the
environment are as in revsweep_pytest.py, which must lie beside this file: half of it is about
Python revisions in general.
"""
import gc
import importlib
import inspect
import itertools
import json
import math
import os
import pickle
import pkgutil
import platform
import re
import select
import signal
import sys
import time
import timeit

OUT = os.path.dirname(os.path.abspath(__file__))
if OUT not in sys.path:  # PYTHONSAFEPATH
    sys.path.insert(0, OUT)
sys.modules["pytest"] = None  # the plugin's own part is not wanted, nor the time to import pytest
import revsweep_pytest as common  # noqa: E402

del sys.modules["pytest"]

DEFAULT_TIMEOUT = 60.0  # asv's own, seconds
MEM_NAME = re.compile("^(Mem[A-Z_].+)|(mem_.+)$")
METRICS = {
    "time": ("time", "s"),
    "memory": ("size", "B"),
    "peakmemory": ("peak", "B"),
}

notes = []


# ---- the suite ----


def without_comments(text):
    """asv.conf.json may have // comments and a comma too many."""
    text = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*', lambda m: m.group(1) or "", text)
    return re.sub(r'("(?:[^"\\]|\\.)*")|,(\s*[\]}])', lambda m: m.group(1) or m.group(2), text)


def suite_at(path):
    """(directory, its benchmarks' limit in seconds): path is asv's configuration, a directory with
    one, or the directory of the benchmarks, with or without a configuration beside it."""
    places = [path] if os.path.isfile(path) else [path, os.path.dirname(path)]
    for place in places:
        names = [""] if os.path.isfile(place) else ["asv.conf.json", "asv.conf.jsonc"]
        for conf in (os.path.join(place, name).rstrip("/") for name in names):
            if not os.path.isfile(conf):
                continue
            with open(conf, encoding="utf-8") as text:
                config = json.loads(without_comments(text.read()))
            root = os.path.join(os.path.dirname(conf), config.get("benchmark_dir", "benchmarks"))
            root = os.path.normpath(root)
            if place is path or root == os.path.normpath(path):
                return root, float(config.get("default_benchmark_timeout", DEFAULT_TIMEOUT))
    return os.path.normpath(path), DEFAULT_TIMEOUT


def import_modules(name, failed):
    """The module of that name and all below it; what cannot be imported goes to failed."""
    try:
        module = importlib.import_module(name)
    except BaseException as error:  # also a module that exits
        failed.append(dict(common.describe(error), id=name.partition(".")[2], outcome="failed"))
        return
    yield module
    for _, child, _ in pkgutil.iter_modules(getattr(module, "__path__", ()), name + "."):
        yield from import_modules(child, failed)


def candidates(module):
    """(attribute, class or None, function) of what asv would look at."""
    for name, value in list(vars(module).items()):
        if name.startswith("_"):
            continue
        if inspect.isclass(value) and not inspect.isabstract(value):
            for attribute, function in inspect.getmembers(value):
                if inspect.isfunction(function) or inspect.ismethod(function):
                    yield attribute, value, function
        elif inspect.isfunction(value):
            yield name, None, value


def discover(root):
    from asv_runner import discovery

    found, failed = {}, []
    discovery.update_sys_path(root)
    kinds = [kind.__name__ for kind in discovery.benchmark_types]
    for module in import_modules(os.path.basename(root), failed):
        for name, owner, function in candidates(module):
            if MEM_NAME.match(name) and "MemBenchmark" not in kinds:
                note("mem_ benchmarks are left out: they need pympler in the prefix")
            try:
                bench = discovery._get_benchmark(name, module, owner, function)
            except Exception as error:
                place = [module.__name__.partition(".")[2], getattr(owner, "__name__", ""), name]
                place = ".".join(part for part in place if part)
                failed.append(dict(common.describe(error), id=place, outcome="failed"))
                continue
            if bench is not None:
                found.setdefault(bench.name, bench)
    return list(found.values()), failed


def note(sentence):
    if sentence not in notes:
        notes.append(sentence)


def combinations(bench):
    """(name, names and values of its parameters or None, place in their product or None)."""
    if not bench.params:
        yield bench.name, None, None
        return
    names = list(getattr(bench, "param_names", None) or [])
    names += ["param%d" % (i + 1) for i in range(len(names), len(bench.params))]
    for at, values in enumerate(itertools.product(*bench.params)):
        yield "%s(%s)" % (bench.name, ", ".join(values)), list(zip(names, values)), at


# ---- a process of its own ----


class Died(Exception):
    """Of a process: it gave no answer."""

    def __init__(self, outcome, reason):
        Exception.__init__(self, reason)
        self.outcome = outcome


def child_main(answer, function):
    os.setpgid(0, 0)
    try:
        result = function()
    except BaseException as error:
        if isinstance(error, NotImplementedError):
            result = {"outcome": "skipped", "reason": "%s: %s" % (type(error).__name__, error)}
        else:
            import traceback

            traceback.print_exc()
            result = dict(common.describe(error), outcome="failed")
    sys.stdout.flush()
    sys.stderr.flush()
    with os.fdopen(answer, "w") as out:
        json.dump(result, out)


def in_a_child(function, timeout):
    """What function returns, from a fork of this process; Died when it does not."""
    sys.stdout.flush()
    sys.stderr.flush()
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(ours)
            child_main(theirs, function)
        finally:
            os._exit(0)
    os.close(theirs)
    end, text = time.monotonic() + timeout, b""
    try:
        while True:
            ready, _, _ = select.select([ours], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise Died("timeout", "timed out after %g s" % timeout)
            part = os.read(ours, 65536)
            if not part:
                break
            text += part
    finally:
        os.close(ours)
        if not (text and text.endswith(b"}")):
            stop(pid, bool(text) or time.monotonic() >= end)
        _, status = os.waitpid(pid, 0)
    if not text:
        if os.WIFSIGNALED(status):
            name = signal.Signals(os.WTERMSIG(status)).name
            raise Died("crashed", "killed by %s" % name)
        raise Died("failed", "it ended its process")
    return json.loads(text.decode())


def stop(pid, at_once):
    """Its group, too, as soon as it has one."""
    if not at_once:
        return
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


# ---- caches ----

caches = {}  # setup_cache_key to a path, or to what became of it


def make_cache(bench):
    key = bench.setup_cache_key
    if key is None:
        return None
    if key not in caches:
        path = os.path.join(OUT, "cache-%d.pickle" % len(caches))

        def fill():
            with open(path, "wb") as out:
                pickle.dump(bench.do_setup_cache(), out)
            return {}

        try:
            failure = in_a_child(fill, bench.setup_cache_timeout or bench.timeout)
        except Died as died:
            failure = {"outcome": died.outcome, "reason": str(died)}
        if failure:
            failure["reason"] = "setup_cache: %s" % failure.get("reason")
        caches[key] = failure or path
    return caches[key]


# ---- one benchmark ----


class Attributes:
    """A source of attributes, as a benchmark's class and module are."""

    def __init__(self, **values):
        self.__dict__.update(values)


def timer_of(name):
    name = {"wall": "perf_counter", "cpu": "process_time"}.get(name, name)
    name = name.rpartition(".")[2]
    return getattr(time, name)


def set_amount(bench, request, plan):
    """Ours goes first where it must be the same in every revision, and last where the suite may
    know better."""
    sources = bench._attr_sources
    if request["quick"]:
        sources.insert(0, Attributes(number=1, repeat=1, warmup_time=0))
    elif plan:
        rounds, iterations, skip = plan
        ours = Attributes(repeat=rounds + skip)
        if iterations:
            ours.number, ours.warmup_time = iterations, 0
        sources.insert(0, ours)
    defaults = Attributes(repeat=(request["rounds"], max(10, request["rounds"]), request["max_time"]))
    if request.get("warmup") == 0:
        defaults.warmup_time = 0
    if request.get("min_time") is not None:
        defaults.sample_time = request["min_time"]
    if request.get("timer"):
        defaults.timer = timer_of(request["timer"])
    sources.append(defaults)


def watch_cpu(bench, cpu):
    """Notes the CPU time beside what the timer says; True when that is a CPU clock itself."""
    timer = timeit.default_timer
    for source in bench._attr_sources:
        if hasattr(source, "timer"):
            timer = source.timer
            break
    if getattr(timer, "__name__", "") in common.CPU_TIMERS:
        return True
    bench._attr_sources.insert(0, Attributes(timer=common.watch(timer, cpu)))
    return False


def rounds_of(bench, result, cpu, skip):
    samples, number = result["samples"], result["number"]
    answer = {"values": samples[skip:], "iterations": number}
    # With setup hooks each call is timed by itself.
    one_by_one = number > 1 and bench._setups and hasattr(bench, "_get_interleaved_timer")
    share = number if one_by_one else 1
    if len(cpu) >= len(samples) * share:
        cpu = cpu[len(cpu) - len(samples) * share:]
        sums = [sum(cpu[i:i + share]) / number for i in range(0, len(cpu), share)]
        answer["cpu"] = sums[skip:]
    return answer


def value_of(result):
    if isinstance(result, bool) or not isinstance(result, (int, float)):
        try:
            result = float(result)
        except (TypeError, ValueError):
            reason = "it returned no number, but %s" % type(result).__name__
            return {"outcome": "failed", "reason": reason}
    if math.isnan(result):
        return {"outcome": "skipped", "reason": "it returned NaN"}
    return {"values": [float(result)], "iterations": 1}


def set_cache(bench, path):
    if path is None:
        return
    with open(path, "rb") as text:
        cache = pickle.load(text)
    if hasattr(bench, "set_cache"):
        bench.set_cache(cache)
    elif cache is not None:
        bench.insert_param(cache)


def measure(bench, at, path, request, plan):
    """In a process of its own."""
    cpu, by_cpu = [], False
    place = os.path.join(OUT, "work")
    os.makedirs(place, exist_ok=True)
    os.chdir(place)
    if bench.type == "time":
        set_amount(bench, request, plan)
        if not type(bench).__name__.startswith("Timeraw"):
            by_cpu = watch_cpu(bench, cpu)
    if at is not None:
        bench.set_param_idx(at)
    set_cache(bench, path)
    try:
        if bench.do_setup():
            return {"outcome": "skipped", "reason": "its setup says so"}
        result = bench.do_run()
    finally:
        bench.do_teardown()
    if bench.type != "time":
        return value_of(result)
    if not isinstance(result, dict):
        return {"outcome": "skipped", "reason": "its parameters are among those to be skipped"}
    skip = plan[2] if plan and not request["quick"] else 0
    return dict(rounds_of(bench, result, cpu, skip), clock="cpu" if by_cpu else "wall")


def run_one(bench, name, params, at, request, plan):
    metric, unit = METRICS.get(bench.type, ("value", str(bench.unit)))
    entry = {"name": name, "params": params, "metric": metric, "unit": unit, "outcome": "ok"}
    path = make_cache(bench)
    if isinstance(path, dict):
        return dict(entry, **path)
    try:
        answer = in_a_child(lambda: measure(bench, at, path, request, plan), bench.timeout)
    except Died as died:
        answer = {"outcome": died.outcome, "reason": str(died)}
    return dict(entry, **answer)


def run_all(request):
    root, limit = suite_at(request["path"])
    benches, failed = discover(root)
    for bench in benches:
        bench.timeout = float(bench.timeout or limit)
    only, plans, results = common.wanted(), common.fixed(), []
    todo = [
        (bench,) + combination
        for bench in benches
        for combination in combinations(bench)
        if only is None or combination[0] in only
    ]
    duet = common.Duet(os.environ["REVSWEEP_DUET"]) if "REVSWEEP_DUET" in os.environ else None
    if duet:
        duet.have([name for _, name, _, _ in todo])
    gc.collect()
    gc.freeze()  # what the processes share is not to be looked through by each
    for bench, name, params, at in todo:
        if duet:
            make_cache(bench)
            duet.meet(name)
        results.append(run_one(bench, name, params, at, request, plans.get(name)))
        if duet:
            duet.leave(name)
    if duet:
        duet.say("!")
    return results, failed


def runner_version():
    try:
        from importlib import metadata

        return metadata.version("asv_runner")
    except Exception:  # Python 3.7; without a version nothing is lost
        return "?"


def main():
    record = {"format": 1, "python": platform.python_version()}
    try:
        import asv_runner.discovery  # noqa: F401
    except ImportError as error:
        advice = "the recipe must install asv_runner into the prefix"
        record["error"] = "%s: %s (%s)" % (sys.executable, error, advice)
        common.write_json(os.path.join(OUT, "result.json"), record)
        return 4
    with open(os.path.join(OUT, "request.json"), encoding="utf-8") as text:
        request = json.load(text)
    results, failed = run_all(request)
    record.update(
        asv_runner=runner_version(),
        origins=common.origins(),
        benches=results,
        collected=failed,
        notes=notes,
    )
    common.write_json(os.path.join(OUT, "result.json"), record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
