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


if __name__ == "__main__":
    unittest.main()
