"""The parts of src/harness/revsweep_pytest.py that need no pytest; run with its path."""
import importlib.util
import math
import os
import sys
import tempfile
import types
import unittest

spec = importlib.util.spec_from_file_location("revsweep_pytest", sys.argv.pop(1))
plugin = importlib.util.module_from_spec(spec)
spec.loader.exec_module(plugin)
os.environ["REVSWEEP_MODULES"] = "glass,other,space.own"

glass = types.ModuleType("glass")
exec("def broken(): import nosuch\ndef deeper(): return 5 .nope\nclass Field: pass", glass.__dict__)
glass.Field.__module__ = "glass.fields"
lazy = types.ModuleType("other")
exec("def __getattr__(name): raise AttributeError(\"module 'other' has no attribute 'x'\")", lazy.__dict__)
sys.modules.update(glass=glass, other=lazy)


def raised(code):
    try:
        exec(code, {"__name__": "test_suite", "glass": glass, "other": lazy})
    except Exception as error:
        return error
    raise AssertionError("nothing was raised by " + code)


space = types.ModuleType("space")
space.__path__ = []
sys.modules["space"] = space


class Lacks(unittest.TestCase):
    def test_what_the_revision_does_not_have(self):
        for code in ("import glass.rng", "from glass import rng", "glass.rng", "other.x", "import space.own.x"):
            self.assertTrue(plugin.lacks(raised(code)), code)

    @unittest.skipIf(sys.version_info < (3, 10), "AttributeError has no obj")
    def test_a_method_it_does_not_have(self):
        self.assertTrue(plugin.lacks(raised("glass.Field().fill")))
        self.assertTrue(plugin.lacks(raised("glass.Field.fill")))

    def test_what_is_a_failure(self):
        for code in (
            "import nosuch",
            "import glassy",
            "import space.others",
            "glass.broken()",
            "glass.deeper()",
            "undefined_name",
            "glass.Field(1)",
            "'text'.nope",
            "None.nope",
            "raise ImportError('no name given')",
            "raise AttributeError('glass')",
        ):
            self.assertFalse(plugin.lacks(raised(code)), code)

    def test_reasons_of_skips(self):
        for reason in (
            "could not import 'glass.rng': No module named 'glass.rng'",
            "glass.new is not available",
            "requires glass >= 2026.3",
            "not in this release",
        ):
            self.assertTrue(plugin.reason_lacks(reason), reason)
        for reason in (
            "slow",
            "could not import 'jax': No module named 'jax'",
            "could not import 'glass.jax': No module named 'jax'",
            "needs a GPU",
            "glass is slow here",
            "fiberglass is not available",
        ):
            self.assertFalse(plugin.reason_lacks(reason), reason)


class Small(unittest.TestCase):
    def test_quantile(self):
        # R: quantile(c(3, 1, 2, 10), 0.25, type = 7) is 1.75
        self.assertEqual(plugin.quantile([3, 1, 2, 10], 0.25), 1.75)
        self.assertEqual(plugin.quantile([7], 0.25), 7)

    def test_thin(self):
        bench = {
            "stats": {"data": list(range(plugin.DATA_MAX + 1)), "mean": 1},
            "params": {"n": 3, "f": len, "s": "x" * 1000, "ok": "y"},
        }
        plugin.thin(bench)
        self.assertEqual(bench["stats"], {"mean": 1, "revsweep_q25": plugin.DATA_MAX / 4})
        self.assertEqual(
            bench["params"], {"n": 3, "f": "builtin_function_or_method", "s": "str", "ok": "y"}
        )
        bench = {"stats": {"data": [1, 2]}, "params": None}
        plugin.thin(bench)
        self.assertEqual(bench, {"stats": {"data": [1, 2]}, "params": None})

    def test_configuration_stays_inside_the_suite(self):
        with tempfile.TemporaryDirectory() as top:
            suite = os.path.join(top, "suite")
            tests = os.path.join(suite, "tests")
            os.makedirs(tests)
            plugin.OUT = top
            os.environ["REVSWEEP_SUITE"] = suite
            os.chdir(suite)
            with open(os.path.join(top, "tox.ini"), "w") as out:
                out.write("[pytest]\naddopts = --above\n")
            made = ["-c", os.path.join(top, "pytest.ini")]
            self.assertEqual(plugin.config_arguments([tests + "::test_x"]), made)
            with open(os.path.join(suite, "pyproject.toml"), "w") as out:
                out.write("[project]\n")
            self.assertEqual(plugin.config_arguments([tests]), made)
            with open(os.path.join(tests, "setup.cfg"), "w") as out:
                out.write("[tool:pytest]\n")
            self.assertEqual(plugin.config_arguments(["-v"]), made)
            self.assertEqual(plugin.config_arguments([tests]), [])
            os.chdir(top)

    def test_wanted(self):
        with tempfile.TemporaryDirectory() as top:
            plugin.OUT = top
            self.assertIsNone(plugin.wanted())
            with open(os.path.join(top, "only"), "wb") as out:
                out.write(b"a::b\0c[d e]\0")
            self.assertEqual(plugin.wanted(), {"a::b", "c[d e]"})


class Bench:
    """What pytest-benchmark 3.4 to 5.3 do in benchmark(...)."""

    def __init__(self):
        self._max_time, self._min_rounds, self._warmup = 5.0, 7, 100
        self.calls = 0

    def _calibrate_timer(self, runner):
        assert not self._warmup
        return runner(range(10)), 40, range(40)

    def run(self):
        def runner(loop):
            self.calls += len(loop)
            return 1e-9 * len(loop)

        duration, iterations, loop = self._calibrate_timer(runner)
        rounds = max(math.ceil(self._max_time / duration), self._min_rounds)
        return [runner(loop) for _ in range(rounds)], iterations


class Watched:
    """How pytest-benchmark 3.4 to 5.3 time rounds: the runner keeps the timer it finds."""

    def __init__(self, timer):
        self._timer = timer

    def _make_runner(self, function):
        def runner(loops_range, timer=self._timer):
            start = timer()
            for _ in loops_range:
                function()
            return timer() - start

        return runner


class Cpu(unittest.TestCase):
    def setUp(self):
        plugin.cpu_rounds.clear()
        self.now, self.cpu = 0.0, 0.0
        self.clock, plugin.time = plugin.time, types.SimpleNamespace(process_time=lambda: self.cpu)

    def tearDown(self):
        plugin.time = self.clock

    def wall(self):
        return self.now

    def work(self):
        self.now += 3
        self.cpu += 2

    def test_each_round_by_both_clocks(self):
        bench = Watched(self.wall)
        plugin.before_rounds(bench, "a::b")
        plugin.before_rounds(bench, "a::b")  # handed on by another fixture
        runner = bench._make_runner(self.work)
        self.assertIs(bench._timer.__func__, Cpu.wall)
        self.assertEqual([runner(range(n)) for n in (1, 4, 4)], [3, 12, 12])
        self.assertEqual(plugin.cpu_rounds, {"a::b": [2, 8, 8]})
        row = {"fullname": "a::b", "stats": {"rounds": 2, "iterations": 4, "data": [3, 3]}}
        plugin.add_cpu(row)
        self.assertEqual(row["stats"]["revsweep_cpu"], [2, 2])

    def test_what_was_not_watched_stays_as_it_is(self):
        plugin.cpu_rounds["few"] = [1.0]
        for row in ({}, {"fullname": "few"}, {"fullname": "few", "stats": {"rounds": 2}},
                    {"fullname": "other", "stats": {"rounds": 1}}):
            before = dict(row, stats=dict(row["stats"])) if "stats" in row else dict(row)
            plugin.add_cpu(row)
            self.assertEqual(row, before)

    def test_a_cpu_timer_is_enough(self):
        bench = Watched(self.clock.process_time)
        plugin.before_rounds(bench, "a::b")
        plugin.before_rounds(len, "a::c")
        self.assertEqual(plugin.cpu_rounds, {})

    def test_many_rounds_are_summed_up(self):
        n = plugin.DATA_MAX + 1
        plugin.cpu_rounds["many"] = [4.0 * i for i in range(n)]
        row = {"fullname": "many", "stats": {"rounds": n, "iterations": 4, "data": [1.0] * n}}
        plugin.add_cpu(row)
        plugin.thin(row)
        self.assertEqual(row["stats"]["revsweep_cpu_q25"], (n - 1) / 4)
        self.assertEqual(row["stats"]["revsweep_cpu_median"], (n - 1) / 2)
        self.assertEqual(row["stats"]["revsweep_cpu_mean"], (n - 1) / 2)
        self.assertNotIn("revsweep_cpu", row["stats"])


class Meeting(unittest.TestCase):
    """Both sides of a duet in one process; who would wait for ever fails instead."""

    def setUp(self):
        self.top = tempfile.TemporaryDirectory()
        self.addCleanup(self.top.cleanup)
        self.clock, plugin.time = plugin.time, types.SimpleNamespace(
            monotonic=lambda: self.now, sleep=self.sleep)
        self.now, self.naps = 0.0, 0

    def tearDown(self):
        plugin.time = self.clock

    def sleep(self, seconds):
        self.now += seconds
        self.naps += 1
        if self.now > 100:
            raise TimeoutError

    def side(self, own, ids):
        duet = plugin.Duet(os.path.join(self.top.name, own))
        self.addCleanup(lambda: (duet.own.close(), duet.partner and duet.partner.close()))
        duet.have(ids)
        return duet

    def test_waits_until_both_are_there(self):
        a, b = self.side("0", ["x", "y\n"]), self.side("1", ["x", "y\n"])
        self.assertFalse(a.may_go("x"))
        with self.assertRaises(TimeoutError):
            a.meet("x")
        b.meet("x")
        self.assertTrue(a.may_go("x"))
        a.leave("x")
        b.leave("x")
        self.assertFalse(b.may_go("y\n"))
        a.say("@" + plugin.json.dumps("y\n"))
        b.meet("y\n")

    def test_nobody_waits_for_what_the_other_lacks_or_has_done(self):
        a, b = self.side("0", ["x", "y", "z"]), self.side("1", ["y", "z"])
        a.meet("x")
        b.leave("y")  # skipped
        a.meet("y")
        b.say("!")
        a.meet("z")
        self.assertEqual(self.naps, 0)

    def test_nobody_waits_for_somebody_who_waits_for_him(self):
        a, b = self.side("0", ["x", "y"]), self.side("1", ["y", "x"])
        b.say("@" + plugin.json.dumps("y"))
        a.meet("x")
        self.assertEqual(self.naps, 0)

    def test_a_partner_that_is_gone(self):
        a, b = self.side("0", ["x"]), self.side("1", ["x"])
        a.is_gone = lambda: True
        a.meet("x")
        self.assertTrue(0 < self.now < 1)

    def test_a_partner_that_never_comes(self):
        a = self.side("0", ["x"])
        a.meet("x")
        self.assertTrue(plugin.Duet.APPEAR < self.now < plugin.Duet.APPEAR + 1)

    def test_a_line_that_is_only_half_written(self):
        a, b = self.side("0", ["x"]), self.side("1", ["x"])
        b.own.write('@"')
        b.own.flush()
        self.assertFalse(a.may_go("x"))
        b.own.write('x"\n')
        b.own.flush()
        self.assertTrue(a.may_go("x"))


class Fixed(unittest.TestCase):
    def setUp(self):
        del plugin.notes[:]

    def expect(self, plan, rounds, iterations, calls):
        bench = Bench()
        plugin.fix(bench, *plan)
        plugin.fix(bench, *plan)  # handed on by another fixture
        data, said = bench.run()
        self.assertEqual((len(data), said, bench.calls), (rounds, iterations, calls))
        self.assertEqual(plugin.notes, [])

    def test_exactly_so_many(self):
        self.expect([1, 1, 0], 1, 1, 1)
        self.expect([3, 5, 0], 3, 5, 3 * 5)
        self.expect([100, 2, 7], 100, 2, 107 * 2)

    def test_calibrated_when_iterations_are_left_open(self):
        self.expect([3, 0, 2], 3, 40, 10 + 5 * 40)

    def test_other_fixtures_stay_as_they_are(self):
        for name in ("_calibrate_timer", "_max_time", "_min_rounds", "_warmup"):
            left = {k: 1 for k in ("_calibrate_timer", "_max_time", "_min_rounds", "_warmup") if k != name}
            bench = type("Other", (), left)()
            plugin.fix(bench, 3, 5, 1)
            self.assertEqual(vars(bench), {})
        self.assertEqual(plugin.notes, [plugin.NOT_FIXED])
        plugin.fix(len, 3, 5, 1)
        self.assertEqual(plugin.notes, [plugin.NOT_FIXED])

    def test_the_file(self):
        with tempfile.TemporaryDirectory() as top:
            plugin.OUT = top
            self.assertEqual(plugin.fixed(), {})
            with open(os.path.join(top, "fixed"), "wb") as out:
                out.write(b'{"a.py::x[1 \\"z\\"]":[1,1000,2],"\xc3\xa9.py::t\\u000a":[100,0,0]}')
            self.assertEqual(
                plugin.fixed(), {'a.py::x[1 "z"]': [1, 1000, 2], "\u00e9.py::t\n": [100, 0, 0]}
            )


class Counted(unittest.TestCase):
    """A counter that gives what it is told, one figure a call."""

    name = "told"

    def setUp(self):
        plugin.counted.clear()
        plugin.COUNTERS, plugin._counter = (lambda: self,), None
        self.calls = 0

    def count(self, call):
        call()
        peak = self.peaks.pop(0)
        return {"peak": peak, "allocated": 10 * peak, "allocations": 3}

    def call(self):
        self.calls += 1

    def passes(self, peaks, passes=0):
        self.peaks = list(peaks) + [max(peaks)] * 20
        plugin.counted.clear()
        plugin.count_all("t", self.call, {"pass": "memory", "passes": passes})
        return plugin.counted["t"]

    def test_passes_go_on_while_they_bring_less(self):
        entry = self.passes([9, 9, 9])
        self.assertEqual(entry["peak"], [9, 9, 9])
        self.assertEqual(entry["allocated"], [90, 90, 90])
        self.assertEqual(entry["stop"], "no new minimum in 2 passes")
        self.assertEqual(self.calls, 4)  # the first warms up
        self.assertEqual(self.passes([9, 8, 9, 7, 7, 8])["peak"], [9, 8, 9, 7, 7, 8])
        entry = self.passes(range(30, 10, -1))
        self.assertEqual(len(entry["peak"]), 10)
        self.assertEqual(entry["stop"], "10 passes")

    def test_as_many_as_asked_for(self):
        self.assertEqual(self.passes([5, 4, 3, 2], 1)["peak"], [5])
        self.assertEqual(len(self.passes([5] * 12, 12)["peak"]), 12)

    def test_rounds_of_pedantic_are_passes(self):
        class Pedantic:
            _mode = "benchmark.pedantic(...)"

            def _make_runner(self, *_):
                raise AssertionError

            def _calibrate_timer(self, runner):
                raise AssertionError

            _max_time, _min_rounds, _warmup = 1.0, 5, 0

        bench, self.peaks = Pedantic(), [4, 6]
        plugin.count(bench, "t", {"pass": "memory", "passes": 0})
        for _ in range(2):
            runner = bench._make_runner(lambda x: x, (7,), {})
            self.assertEqual(runner(None), (1e-6, 7))
        self.assertEqual(plugin.counted["t"]["peak"], [4, 6])

    def test_the_file(self):
        with tempfile.TemporaryDirectory() as top:
            plugin.OUT = top
            self.assertIsNone(plugin.untimed())
            with open(os.path.join(top, "pass"), "w") as out:
                out.write('{"pass": "memory", "passes": 3}')
            self.assertEqual(plugin.untimed(), {"pass": "memory", "passes": 3})

    def test_nothing_that_counts(self):
        def absent():
            raise AttributeError("revsweep_alloc_reset")

        plugin.COUNTERS = (absent,)
        with self.assertRaisesRegex(RuntimeError, "preloaded"):
            plugin.counter()


if __name__ == "__main__":
    unittest.main()
