"""revsweep's side of a pytest-benchmark launch.

As a program (`python3 OUT/revsweep_pytest.py ARGS`) it starts pytest with OUT, not the working
directory, at the head of sys.path, so that a checkout does not hide the installed package.

As a plugin (`-p revsweep_pytest`) it writes OUT/revsweep.json: what pytest-benchmark's own JSON
leaves out. It also names the measured revision in commit_info, spares each launch the probing of
CPU and repository, and keeps the JSON small.

Runs on Python 3.7 and later, pytest 6 to 9, pytest-benchmark 3.4 to 5.3.

OUT/only, when it is there, holds the node ids to run, each ended by a NUL. OUT/fixed, likewise, is
a JSON object: node id to [rounds, iterations (0: calibrate), rounds dropped before them].
OUT/pass, likewise, is a JSON object: this launch is not timed. "pass" says what is counted, memory
or instructions; "passes" how often, 0: as often as it takes.
REVSWEEP_DUET, when it is set, is DIR/0 or DIR/1: two launches share one CPU, and wait for each other
before each benchmark by what they write to these files.
Environment: REVSWEEP_REV, REVSWEEP_PREFIX, REVSWEEP_SUITE (the suite's directory) and, if somebody
knows better than we, REVSWEEP_MODULES: names of the measured modules, separated by commas.

PYTEST_DONT_REWRITE
"""
import gc
import json
import os
import platform
import re
import sys
import time

OUT = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(OUT, "revsweep.json")
DATA_MAX = 1000  # rounds; of more, pytest-benchmark's JSON keeps summaries only

# A file with one of these in it configures pytest (None: by being there).
CONFIG_FILES = (
    ("pytest.toml", None),
    (".pytest.toml", None),
    ("pytest.ini", None),
    (".pytest.ini", None),
    ("pyproject.toml", "[tool.pytest"),
    ("tox.ini", "[pytest]"),
    ("setup.cfg", "[tool:pytest]"),
)
# Top-level names that packages install by mistake and that a suite has, too.
NOT_MODULES = set("test tests testing conftest docs doc examples benchmarks setup".split())
NOT_MEASURED = {"pip", "setuptools", "wheel", "uv"}


def write_json(path, value):
    temporary = path + ".tmp"
    with open(temporary, "w") as out:
        json.dump(value, out)
    os.replace(temporary, path)


# ---- what is measured ----


def inside(path, directory):
    return os.path.realpath(path).startswith(os.path.realpath(directory) + os.sep)


def distribution_modules(dist):
    """The top-level names that a distribution installs."""
    text = dist.read_text("top_level.txt")
    if text:
        return set(text.split())
    names = set()
    for path in dist.files or ():
        first = path.parts[0]
        if len(path.parts) > 1 and first.isidentifier():
            names.add(first)
        elif len(path.parts) == 1 and first.endswith(".py"):
            names.add(first[:-3])
    return names


def installed_modules(prefix):
    """The measured modules, told by how they came into the prefix: from a source tree or repository
    (direct_url.json), otherwise because somebody asked for them by name (REQUESTED)."""
    try:
        from importlib import metadata
    except ImportError:  # Python 3.7
        return set()
    by_url, by_name = set(), set()
    for dist in metadata.distributions():
        name = (dist.metadata["Name"] or "").lower().replace("_", "-")
        if name in NOT_MEASURED or name.startswith("pytest"):
            continue
        if not inside(str(dist.locate_file("")), prefix):
            continue
        if dist.read_text("direct_url.json") is not None:
            by_url |= distribution_modules(dist)
        elif dist.read_text("REQUESTED") is not None:
            by_name |= distribution_modules(dist)
    return (by_url or by_name) - NOT_MODULES


_measured = None


def measured_modules():
    global _measured
    if _measured is None:
        named = os.environ.get("REVSWEEP_MODULES", "")
        prefix = os.environ.get("REVSWEEP_PREFIX", "")
        _measured = {name for name in re.split("[,:]", named) if name}
        if not _measured and prefix:
            try:
                _measured = installed_modules(prefix)
            except Exception:  # other people's metadata: without it nothing is claimed
                _measured = set()
    return _measured


def is_measured(name):
    return bool(name) and any((name + ".").startswith(m + ".") for m in measured_modules())


def module_file(module):
    path = getattr(module, "__file__", None)
    if not path:
        path = next(iter(getattr(module, "__path__", ())), None)
    return path


def origins():
    found = []
    prefix = os.environ.get("REVSWEEP_PREFIX", "")
    for name in sorted(measured_modules()):
        path = module_file(sys.modules[name]) if name in sys.modules else None
        if path:
            ours = not prefix or inside(path, prefix)
            found.append({"module": name, "file": path, "inside": ours})
    return found


# ---- what the revision lacks ----


def raised_by_measured(error):
    """Whether the measured modules' own code raised it: then it is their failure. A module's
    __getattr__ only says that there is no such name."""
    tb, last = error.__traceback__, None
    while tb is not None:
        if not tb.tb_frame.f_code.co_filename.startswith("<frozen"):
            last = tb.tb_frame
        tb = tb.tb_next
    return (
        last is not None
        and last.f_code.co_name != "__getattr__"
        and is_measured(last.f_globals.get("__name__"))
    )


SAYS_LACK_ALONE = re.compile(
    r"(no|lacks|missing) attribute|not in this (version|release|revision)", re.I
)
SAYS_LACK = re.compile(
    r"\b(lacks?|missing|unavailable|not available|has no|(does not|doesn't) (have|exist)"
    r"|requires?|needs|too old|predates)\b",
    re.I,
)


def lacks(error):
    """Whether the error says that the measured modules have no such name. Doubtful cases are
    failures: an error from inside the measured code, a missing module of somebody else's, every
    NameError (a suite's own mistake) and TypeError (it is there, but takes other arguments)."""
    if raised_by_measured(error):
        return False
    if isinstance(error, ImportError):
        return is_measured(error.name)
    if not isinstance(error, AttributeError):
        return False
    obj = getattr(error, "obj", None)  # Python 3.10
    if obj is not None:
        owner = obj if isinstance(obj, type) else type(obj)
        return is_measured(obj.__name__ if isinstance(obj, type(sys)) else owner.__module__)
    match = re.match(r"(?:partially initialized )?module '([^']+)' has no attribute ", str(error))
    return bool(match) and is_measured(match.group(1))


def reason_lacks(reason):
    """Whether the reason of a skip says so."""
    match = re.search(r"No module named '([^']+)'", reason) or re.search(
        r"could not import '([^']+)'", reason
    )
    if match:
        return is_measured(match.group(1))
    if SAYS_LACK_ALONE.search(reason):
        return True
    words = "|".join(re.escape(name) for name in sorted(measured_modules()))
    names_it = words and re.search(r"\b(%s)\b" % words, reason)
    return bool(names_it and SAYS_LACK.search(reason))


def first_line(text):
    lines = str(text).strip().splitlines()
    return lines[0][:500] if lines else ""


def cause_of(error):
    """pytest wraps what a module or a conftest raised on import."""
    if type(error).__name__ not in ("CollectError", "ConftestImportFailure"):
        return error
    excinfo = getattr(error, "excinfo", None)  # pytest 6
    inner = excinfo[1] if isinstance(excinfo, tuple) and len(excinfo) == 3 else None
    return error.__cause__ or getattr(error, "cause", None) or inner or error


def describe(error):
    error = cause_of(error)
    try:
        lack = lacks(error)
    except Exception:  # attributes of foreign exceptions can do anything
        lack = False
    return {
        "type": type(error).__name__,
        "reason": first_line(error) or type(error).__name__,
        "lack": lack,
    }


def skip_reason(report):
    longrepr = report.longrepr
    text = longrepr[2] if isinstance(longrepr, tuple) and len(longrepr) == 3 else longrepr
    reason = first_line(text)
    return reason[len("Skipped: "):] if reason.startswith("Skipped: ") else reason


# ---- a duet ----


class Duet:
    """Two launches that take turns on one CPU share what happens to it as long as they are at the
    same benchmark. Each tells the other in a file: a line with its process id, a line `+id` for
    each benchmark it has, `.` after the last one, `@id` when it is about to time it, `-id` when
    that is over, `!` at the end."""

    APPEAR = 30.0  # seconds after which a partner that says nothing at all is given up
    NAP = 0.0002

    def __init__(self, path):
        directory, own = os.path.split(path)
        self.own = open(path, "w")
        self.partner_path = os.path.join(directory, "1" if own == "0" else "0")
        self.partner, self.rest, self.pid = None, "", None
        self.listed, self.whole, self.over = set(), False, False
        self.reached, self.waits_at, self.said = set(), None, set()
        self.begin = time.monotonic()
        self.say("%d" % os.getpid())

    def say(self, text):
        self.own.write(text + "\n")
        self.own.flush()

    def have(self, ids):
        for node_id in ids:
            self.say("+" + json.dumps(node_id))
        self.say(".")

    def leave(self, node_id):
        self.said.add(node_id)
        self.say("-" + json.dumps(node_id))

    def hear(self, line):
        kind = line[:1]
        if kind == "+":
            self.listed.add(json.loads(line[1:]))
        elif kind == ".":
            self.whole = True
        elif kind == "@":
            self.waits_at = json.loads(line[1:])
            self.reached.add(self.waits_at)
        elif kind == "-":
            self.waits_at = None
            self.reached.add(json.loads(line[1:]))
        elif kind == "!":
            self.over = True
        else:
            self.pid = int(line)

    def listen(self):
        if self.partner is None:
            try:
                self.partner = open(self.partner_path)
            except FileNotFoundError:
                self.over = time.monotonic() - self.begin > self.APPEAR
                return
        lines = (self.rest + self.partner.read()).split("\n")
        self.rest = lines.pop()
        for line in lines:
            self.hear(line)

    def is_gone(self):
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def may_go(self, node_id):
        """Also when each waits for the other at benchmarks of its own."""
        self.listen()
        return (
            self.over
            or node_id in self.reached
            or (self.whole and node_id not in self.listed)
            or (self.waits_at is not None and self.waits_at not in self.said)
        )

    def meet(self, node_id):
        self.said.add(node_id)
        self.say("@" + json.dumps(node_id))
        naps = 0
        while not self.may_go(node_id):
            naps += 1
            if naps % 500 == 0 and self.pid is not None and self.is_gone():
                self.over = True
            time.sleep(self.NAP)


duet = None

# ---- the plugin ----

tests, collected, notes = {}, [], []
NOT_FIXED = "rounds are not fixed: `benchmark` is not as in pytest-benchmark 3.4 to 5.3"


def is_bench(item):
    fixtures = getattr(item, "fixturenames", ())
    return "benchmark" in fixtures or "benchmark_weave" in fixtures


def new_test(item):
    marker = item.get_closest_marker("benchmark")
    spec = getattr(item, "callspec", None)
    return {
        "id": item.nodeid,
        "outcome": "passed",
        "marks": sorted({mark.name for mark in item.iter_markers()}),
        "param": spec.id if spec is not None else None,
        "group": marker.kwargs.get("group") if marker is not None else None,
    }


def note_report(test, report, error):
    if report.skipped:
        reason = "expected to fail" if hasattr(report, "wasxfail") else skip_reason(report)
        test.update(outcome="skipped", reason=reason, lack=reason_lacks(reason))
    elif report.failed and test["outcome"] != "failed":
        test.update(outcome="failed", when=report.when)
        reason = {"reason": first_line(report.longrepr)}
        test.update(describe(error) if error is not None else reason)


def note_collection(report, error):
    entry = {"id": report.nodeid, "outcome": report.outcome}
    if report.skipped:
        reason = skip_reason(report)
        entry.update(reason=reason, lack=reason_lacks(reason))
    elif error is not None:
        entry.update(describe(error))
    else:
        entry.update(reason=first_line(report.longrepr))
    collected.append(entry)


def wanted():
    try:
        with open(os.path.join(OUT, "only"), "rb") as names:
            return {os.fsdecode(name) for name in names.read().split(b"\0") if name}
    except FileNotFoundError:
        return None


def fixed():
    try:
        with open(os.path.join(OUT, "fixed"), "rb") as text:
            return json.load(text)
    except FileNotFoundError:
        return {}


def fix(bench, rounds, iterations, skip):
    """benchmark(...), also woven, asks _calibrate_timer for a round's time, iterations and loop,
    then runs as many rounds as fit into _max_time, but at least _min_rounds. benchmark.pedantic
    asks for none of these. A fixture without them stays as it is."""
    names = ("_calibrate_timer", "_max_time", "_min_rounds", "_warmup")
    if names[0] in getattr(bench, "__dict__", ()):
        return  # done before: a fixture of the suite's own has handed it on
    if not all(hasattr(bench, name) for name in names):
        if NOT_FIXED not in notes:
            notes.append(NOT_FIXED)
        return
    calibrate = bench._calibrate_timer

    def calibrated(runner):
        loop = range(iterations or calibrate(runner)[1])
        for _ in range(skip):
            runner(loop)
        return 1.0, len(loop), loop

    bench._calibrate_timer = calibrated
    bench._max_time, bench._min_rounds, bench._warmup = 0.0, rounds, 0


# ---- a launch that is not timed ----


class Allocations:
    """What malloc was asked for, by revsweep-alloc.so, which is preloaded (sys/alloc_wire.h). Python
    itself must allocate by malloc: PYTHONMALLOC."""

    name = "malloc"

    def __init__(self):
        import ctypes

        class Counts(ctypes.Structure):
            names = ("allocations", "allocated", "live", "peak")
            _fields_ = [(name, ctypes.c_uint64) for name in names]

        process = ctypes.CDLL(None)
        self.reset, self.read = process.revsweep_alloc_reset, process.revsweep_alloc_read
        self.reset.argtypes, self.reset.restype = (), None
        self.read.argtypes, self.read.restype = (ctypes.c_void_p,), None
        self.counts = Counts()
        self.place = ctypes.addressof(self.counts)
        for _ in range(3):  # what it takes to ask
            self.own = self.count(lambda: None)

    def count(self, call):
        """The figures of one call, and what it returned. The garbage of others is none of it."""
        own, read, place = getattr(self, "own", None), self.read, self.place
        gc.collect()
        self.reset()
        call()
        read(place)
        counts = self.counts
        figures = {
            "peak": counts.peak, "allocated": counts.allocated, "allocations": counts.allocations,
        }
        if own:
            figures = {name: max(0, figures[name] - own[name]) for name in figures}
        return figures


# What can count, the best first: each says by an exception that it is not there.
COUNTERS = (Allocations,)
PASSES_MAX, PATIENCE = 10, 2

counted = {}  # node id to what was counted, pass by pass
_counter = None


def counter():
    global _counter
    for make in COUNTERS:
        if _counter is None:
            try:
                _counter = make()
            except (ImportError, AttributeError, OSError):
                continue
    if _counter is None:
        raise RuntimeError("nothing here can count allocations: is revsweep-alloc.so preloaded?")
    return _counter


def why_enough(peaks, passes):
    """Caches fill in the first passes; what is needed at least shows once nothing gets less."""
    since = len(peaks) - 1 - peaks.index(min(peaks)) if peaks else 0
    if passes:
        return "as many as asked for" if len(peaks) >= passes else None
    if since >= PATIENCE:
        return "no new minimum in %d passes" % PATIENCE
    return "%d passes" % PASSES_MAX if len(peaks) >= PASSES_MAX else None


def note_pass(node_id, figures, by):
    entry = counted.setdefault(node_id, {"counter": by, "stop": "its own rounds"})
    for name, value in figures.items():
        entry.setdefault(name, []).append(value)
    return entry


def count_memory(node_id, call):
    return note_pass(node_id, counter().count(call), counter().name)


class Within:
    """Callgrind writes down what was executed in each call of revsweep_alloc_call(): the number of
    the call is all that is known here."""

    def __init__(self):
        import ctypes

        self.kind, self.calls = ctypes.CFUNCTYPE(None), 0
        self.within = ctypes.CDLL(None).revsweep_alloc_call
        self.within.argtypes, self.within.restype = (self.kind,), None
        self.run(lambda: None)

    def run(self, call):
        raised = []

        def guarded():
            try:
                call()
            except BaseException as error:  # none may pass through C
                raised.append(error)

        gc.collect()
        self.calls += 1
        self.within(self.kind(guarded))
        if raised:
            raise raised[0]
        return self.calls


_within = None


def count_instructions(node_id, call):
    global _within
    if _within is None:
        _within = Within()
    return note_pass(node_id, {"instructions": _within.run(call)}, "callgrind")


def count_all(node_id, call, plan):
    """The first call is none of the passes."""
    memory = plan["pass"] == "memory"
    count_pass = count_memory if memory else count_instructions
    if memory:
        counter()
    call()
    stop = None
    while stop is None:
        entry = count_pass(node_id, call)
        stop = why_enough(entry["peak"], plan["passes"]) if memory else "exact"
    entry["stop"] = stop


def count(bench, node_id, plan):
    """benchmark(...) asks _make_runner for what runs a round: instead the function is called as
    often as it takes. benchmark.pedantic asks anew in each of its rounds, when it has set up what
    the function is called with: there a round is a pass."""
    if not all(hasattr(bench, name) for name in ("_make_runner", "_calibrate_timer", "_warmup")):
        notes.append("nothing is counted: `benchmark` is not as in pytest-benchmark 3.4 to 5.3")
        return
    if "_make_runner" in vars(bench):
        return  # done before: a fixture of the suite's own has handed it on
    fix(bench, 1, 1, 0)

    def make_runner(function, args, kwargs):
        returned = []

        def call():
            returned[:] = [None]
            returned[0] = function(*args, **kwargs)

        def runner(loops_range, *_):
            if pedantic and plan["pass"] == "memory":
                count_memory(node_id, call)
            elif pedantic:
                count_instructions(node_id, call)
            return 1e-6 if loops_range else (1e-6, returned[0] if returned else None)

        pedantic = "pedantic" in str(getattr(bench, "_mode", ""))
        if not pedantic:
            count_all(node_id, call, plan)
        return runner

    bench._make_runner = make_runner


def untimed():
    try:
        with open(os.path.join(OUT, "pass"), "rb") as text:
            return json.load(text)
    except FileNotFoundError:
        return None


cpu_rounds = {}  # node id to the CPU times of all rounds so far, calibration and warm-up included
CPU_TIMERS = ("process_time", "thread_time", "clock")


def watch(timer, cpu):
    """A timer that is read before and after each round, and the CPU clock with it: outside of what
    is timed, so that the harness's own figures stay what they were."""
    started = []

    def clock():
        if started:
            end = timer()
            cpu.append(time.process_time() - started.pop())
            return end
        started.append(time.process_time())
        return timer()

    return clock


def before_rounds(bench, node_id):
    """Each round is timed by what _make_runner returns, which keeps the _timer it finds."""
    if not all(hasattr(bench, name) for name in ("_make_runner", "_timer")):
        return
    if "_make_runner" in vars(bench):
        return  # done before: a fixture of the suite's own has handed it on
    make, cpu, met = bench._make_runner, [], []

    def make_runner(*args, **kwargs):
        timer = bench._timer
        if duet and not met:
            met.append(True)
            duet.meet(node_id)
        if getattr(timer, "__name__", "") in CPU_TIMERS:
            return make(*args, **kwargs)
        cpu_rounds[node_id] = cpu
        bench._timer = watch(timer, cpu)
        try:
            return make(*args, **kwargs)
        finally:
            bench._timer = timer

    bench._make_runner = make_runner


def add_cpu(bench):
    """The rounds that count come last."""
    cpu, stats = cpu_rounds.get(bench.get("fullname")), bench.get("stats")
    rounds = stats.get("rounds") if isinstance(stats, dict) else None
    if not cpu or not isinstance(rounds, int) or not 0 < rounds <= len(cpu):
        return
    iterations = stats.get("iterations") or 1
    stats["revsweep_cpu"] = [round_cpu / iterations for round_cpu in cpu[-rounds:]]


def quantile(data, q):
    """Linear interpolation between order statistics (Hyndman and Fan, type 7)."""
    data = sorted(data)
    at = (len(data) - 1) * q
    low = int(at)
    high = min(low + 1, len(data) - 1)
    return data[low] + (at - low) * (data[high] - data[low])


def small(value):
    """A parameter can be an array of a gigabyte; what it is called stands in the test's id."""
    plain = isinstance(value, (int, float, type(None)))
    short = isinstance(value, str) and len(value) <= 200
    return value if plain or short else type(value).__name__


def thin(bench):
    stats = bench.get("stats")
    data = stats.get("data") if isinstance(stats, dict) else None
    if isinstance(data, list) and len(data) > DATA_MAX:
        stats["revsweep_q25"] = quantile(data, 0.25)
        del stats["data"]
        cpu = stats.pop("revsweep_cpu", None)
        if cpu:
            stats["revsweep_cpu_q25"] = quantile(cpu, 0.25)
            stats["revsweep_cpu_median"] = quantile(cpu, 0.5)
            stats["revsweep_cpu_mean"] = sum(cpu) / len(cpu)
    params = bench.get("params")
    if isinstance(params, dict):
        bench["params"] = {str(key): small(value) for key, value in params.items()}


try:
    import pytest
except ImportError:  # main() says so
    pytest = None

if pytest is not None:
    optional = pytest.hookimpl(optionalhook=True, tryfirst=True)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_cmdline_main(config):
        # pytest-xdist disables benchmarks; a project's addopts may ask for it.
        option = config.option
        if getattr(option, "numprocesses", None) or getattr(option, "tx", None):
            option.numprocesses, option.tx, option.dist = None, [], "no"
            notes.append("pytest-xdist was switched off: it disables benchmarks")
        yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(collector):
        outcome = yield
        report = outcome.get_result()
        if not report.passed:
            call = getattr(report, "call", None)
            excinfo = getattr(call, "excinfo", None)
            note_collection(report, excinfo.value if excinfo is not None else None)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(config):
        global duet
        path = os.environ.get("REVSWEEP_DUET")
        duet = Duet(path) if path else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(config, items):
        only = wanted()
        dropped = [item for item in items if only is not None and item.nodeid not in only]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
            items[:] = [item for item in items if item.nodeid in only]
        if duet:
            duet.have([item.nodeid for item in items if is_bench(item)])

    def pytest_runtest_logfinish(nodeid):
        if duet:
            duet.leave(nodeid)

    plans, counting = fixed(), untimed()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(fixturedef, request):
        outcome = yield
        if fixturedef.argname != "benchmark" or outcome.excinfo is not None:
            return
        bench, plan = outcome.get_result(), plans.get(request.node.nodeid)
        if counting:
            count(bench, request.node.nodeid, counting)
            return
        before_rounds(bench, request.node.nodeid)
        if plan:
            fix(bench, *plan)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(item, call):
        outcome = yield
        report = outcome.get_result()
        if not is_bench(item):
            return
        if report.when == "setup":
            tests[item.nodeid] = new_test(item)
        error = call.excinfo.value if call.excinfo is not None else None
        note_report(tests[item.nodeid], report, error)

    @optional
    def pytest_benchmark_generate_machine_info():
        return {
            "node": platform.node(),
            "processor": platform.processor(),
            "machine": platform.machine(),
            "python_compiler": platform.python_compiler(),
            "python_implementation": platform.python_implementation(),
            "python_implementation_version": platform.python_version(),
            "python_version": platform.python_version(),
            "python_build": platform.python_build(),
            "release": platform.release(),
            "system": platform.system(),
            "cpu": {},
        }

    @optional
    def pytest_benchmark_generate_commit_info(config):
        return {
            "id": os.environ.get("REVSWEEP_REV", "unknown"),
            "time": None,
            "author_time": None,
            "dirty": False,
            "project": os.path.basename(os.environ.get("REVSWEEP_SUITE", "")),
            "branch": "(unknown)",
        }

    @pytest.hookimpl(optionalhook=True, trylast=True)
    def pytest_benchmark_update_commit_info(config, commit_info):
        commit_info["id"] = os.environ.get("REVSWEEP_REV", "unknown")

    @pytest.hookimpl(optionalhook=True, trylast=True)
    def pytest_benchmark_update_json(config, benchmarks, output_json):
        for bench in output_json.get("benchmarks", ()):
            add_cpu(bench)
            thin(bench)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(config):
        if duet:
            duet.say("!")
        write_json(RECORD, {
            "format": 1,
            "python": platform.python_version(),
            "pytest": pytest.__version__,
            "pytest_benchmark": benchmark_version(),
            "origins": origins(),
            "tests": list(tests.values()),
            "collected": collected,
            "notes": notes,
            "counted": counted,
        })


# ---- the program ----


def benchmark_version():
    import pytest_benchmark

    return getattr(pytest_benchmark, "__version__", None)


def has_config(directory):
    for name, mark in CONFIG_FILES:
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            if mark is None:
                return True
            with open(path, errors="replace") as text:
                if mark in text.read():
                    return True
    return False


def config_arguments(arguments):
    """Without one of the suite's own, pytest would take one of any directory above it."""
    suite = os.path.realpath(os.environ.get("REVSWEEP_SUITE", os.getcwd()))
    starts = [os.path.realpath(a.split("::")[0]) for a in arguments if not a.startswith("-")]
    for at in [os.getcwd()] + starts:
        at = os.path.realpath(at)
        while inside(at, suite) or at == suite:
            if os.path.isdir(at) and has_config(at):
                return []
            at = os.path.dirname(at)
    path = os.path.join(OUT, "pytest.ini")
    with open(path, "w") as out:
        out.write("[pytest]\n")
    return ["-c", path]


def main(arguments):
    if OUT not in sys.path:  # PYTHONSAFEPATH
        sys.path.insert(0, OUT)
    try:
        if pytest is None:
            import pytest as missing  # noqa: F401
        benchmark_version()
    except ImportError as error:
        advice = "the recipe must install pytest and pytest-benchmark into the prefix"
        message = "%s: %s (%s)" % (sys.executable, error, advice)
        write_json(RECORD, {"format": 1, "error": message})
        return 4
    return pytest.main(config_arguments(arguments) + arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
