// The page's own arithmetic: numbers as the terminal writes them, the little statistics, conditions.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = new URL("../../src/web/", import.meta.url);
const { buildSync } = createRequire(new URL("package.json", web))("esbuild");

const dir = mkdtempSync(join(tmpdir(), "revsweep-web-"));
process.on("exit", () => rmSync(dir, { recursive: true }));

async function load(name) {
	const outfile = join(dir, `${name}.mjs`);
	buildSync({ entryPoints: [fileURLToPath(new URL(name, web))], bundle: true, outfile, format: "esm" });
	return import(pathToFileURL(outfile));
}

const close = (a, b) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.abs(b), `${a} is not ${b}`);
const f = await load("format.ts");

// The table of tests/unit/base/test_base.c, and its neighbours.
for (const [v, unit, text] of [
	[0, "s", "0 s"], [1.234e-9, "s", "1.23 ns"], [9.994e-7, "s", "999 ns"], [9.996e-7, "s", "1.00 us"], [0.045, "s", "45.0 ms"],
	[1.2, "s", "1.20 s"], [119.4, "s", "119 s"], [200, "s", "3m 20s"], [3900, "s", "1h 05m"], [512, "B", "512 B"],
	[1.5 * 2 ** 20, "B", "1.50 MiB"], [1234, "widgets", "1234 widgets"], [12345, "widgets", "12.3k widgets"], [null, "s", "-"],
]) assert.equal(f.value(v, unit), text);
for (const [ratio, text] of [[1.082, "+8.2%"], [1, "0.0%"], [0.5, "-50.0%"], [2.5, "+150%"], [20, "x20"], [1.0005, "+0.05%"], [null, "-"]])
	assert.equal(f.change(ratio), text);
assert.equal(f.interval(1.071, 1.094), "[+7.1%, +9.4%]");
assert.equal(f.fold(1), "2x");
assert.equal(f.fold(-2), "1/4x");
const tick = f.ticks([0.01799, 0.01834], "s");
assert.notEqual(tick(0.01805), tick(0.0181));
assert.match(tick(0.01805), /^18\.05 ms$/);

const s = await load("stats.ts");
// NumPy's default, numpy.quantile([1, 2, 4, 8], q)
for (const [q, v] of [[0, 1], [0.25, 1.75], [0.5, 3], [0.9, 6.8], [1, 8]]) close(s.quantile([1, 2, 4, 8], q), v);
// Anscombe's first quartet: slope 0.5001, intercept 3.0001, R^2 0.6665
const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
const line = s.fit(x, y);
close(line.slope, 0.50009090909090914);
close(line.intercept, 3.000090909090909);
assert.equal(line.r2.toFixed(4), "0.6665");
assert.equal(s.fit([1, 1, 1], [1, 2, 3]), null);
// Order statistics of the binomial with p = 1/2: ranks 1 and 6 of 6 (96.9 %), 2 and 9 of 10 (97.9 %),
// 6 and 15 of 20 (95.9 %)
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);
for (const [n, lo, hi] of [[5, null, null], [6, 1, 6], [10, 2, 9], [20, 6, 15]]) {
	const m = s.medianInterval(upTo(n));
	assert.deepEqual([m.lo, m.hi], [lo, hi]);
}

const { where } = await load("where.ts");
const bench = { suite: "io", name: "read[n=1000-big]", metric: "time", unit: "s", group: "disk", base: "read", marks: ["stable", "slow"], dims: [["n", 1000], ["kind", "big"]] };
for (const [text, wanted] of [
	["", true], ["read", true], ["READ time", true], ["write", false], ["name=read*", true], ["name=rea", false], ["func=read", true], ["n=1e3", true],
	["n=10", false], ["kind=b?g", true], ["mark=stable", true], ["!mark=stable", false], ["group=disk,n=1000", true], ["group=disk,n=1", false],
	["name=read[[]n=1000-big]", true], ["param:n=1000", true], ["unknown=1", false], ["(", false], ["name=[", false],
]) assert.equal(where(text)(bench), wanted, text);

const { pairsBy, pairsOf, valuesOf, ends, ORIGINAL, CANDIDATE } = await load("pairs.ts");
const made = (name, base = name.replace(/\[.*/, "")) => ({ ...bench, suite: "s", name, base, dims: [] });
const list = ["sort_old[1]", "sort_new[1]", "sort_old[2]", "hash_ref", "hash_cand", "new", "_old", "get_ref", "plain"].map((n) => made(n));
assert.deepEqual(pairsOf(list, list.map((_, i) => i), ends(ORIGINAL.join()), ends(CANDIDATE.join())),
	[{ name: "sort[1]", original: 0, candidate: 1 }, { name: "hash", original: 3, candidate: 4 }]);
const np = ["f_np", "f_pt", "g-np", "g-pt"].map((n) => made(n));
assert.equal(pairsOf(np, [0, 1, 2, 3], ends("_np"), ends("-pt")).length, 2);
assert.deepEqual(ends(" _a , bb,"), ["bb", "a"]);

const sized = [["a", 1], ["b", 1], ["a", 2], ["b", 2], ["c", 2], ["b", 3]].map(([how, n]) => ({ ...made(`sort[${how}-${n}]`, "sort"), dims: [["how", how], ["n", n]] }));
assert.deepEqual([...valuesOf(sized, [0, 1, 2, 5])], [["how", ["a", "b"]], ["n", ["1", "2", "3"]]]);
assert.deepEqual(valuesOf(sized, [0]).size, 0);
assert.deepEqual(pairsBy(sized, [0, 1, 2, 3, 4, 5], "how", "a", "b"), [{ name: "sort n=1", original: 0, candidate: 1 }, { name: "sort n=2", original: 2, candidate: 3 }]);
assert.deepEqual(pairsBy(sized, [1, 3, 5], "n", "3", "1"), [{ name: "sort how=b", original: 5, candidate: 1 }]);

const { shortNames } = await load("format.ts");
assert.deepEqual(shortNames(["a/b.py::test_x[1]", "a/b.py::test_y"], 20), ["test_x[1]", "test_y"]);
assert.deepEqual(shortNames(["a/b.py::test_x", "a/c.py::test_y"], 20), ["b.py::test_x", "c.py::test_y"]);
assert.deepEqual(shortNames(["a/b.py::test_x"], 20), ["a/b.py::test_x"]);
assert.deepEqual(shortNames(["sort", "sort_new"], 20), ["sort", "sort_new"]);
assert.deepEqual(shortNames(["abcdefghijklmnop", "b"], 10), ["abc\u2026klmnop", "b"]);
assert.deepEqual(shortNames([], 10), []);

const { criticalPath, links } = await load("critical.ts");
const span = (phase, worker, rev, start, end, more = {}) => ({ phase, session: 1, worker, rev, suite: null, step: null, start, end, ...more });
// Two workers: a takes 1 and then c 4 on the first, b 3 on the second; then a launch, and judging.
const a = span("build", 1, "a", 0, 1), b = span("build", 2, "b", 0, 3), queued = span("queue", null, "c", 0, 1), c = span("build", 1, "c", 1, 5);
const step = span("step", 1, "c", 1, 4, { step: "make" }), measured = span("launch", 1, "a", 5, 7, { suite: "s" }), judged = span("judge", 1, null, 7, 7.5);
assert.deepEqual(criticalPath([judged, queued, b, step, c, a, measured]), [a, c, measured, judged]);
assert.deepEqual(links([a, c, measured, judged]), [{ what: "build of a", seconds: 1 }, { what: "build of c", seconds: 4 }, { what: "measuring", seconds: 2.5 }]);
const later = span("build", 1, "d", 100, 101, { session: 2 });
assert.deepEqual(criticalPath([a, b, later]), [b, later]);
assert.deepEqual(criticalPath([]), []);

// Functions side by side: the largest change first, then what takes most; all others as one line.
const { profileOf, top } = await load("profiles.ts");
const profiled = {
	revs: [{}, {}, {}], benches: [{ suite: "s", name: "a" }, { suite: "s", name: "a" }, { suite: "t", name: "a" }],
	profiles: {
		functions: ["small", "grows", "gone", "big"].map((name, i) => ({ name, file: i ? "f.py" : null, line: i || null })),
		bench: [0, 0, 0, 0, 0, 0, 2], rev: [0, 2, 0, 2, 0, 0, 0], function: [0, 0, 1, 1, 2, 3, 0], seconds: [1, 1, 2, 3, 0.5, 0.1, 9],
		notes: [],
	},
};
const two = profileOf(profiled, 1, 0, 2);
assert.deepEqual(two.revs, [0, 2]);
assert.deepEqual(two.lines.map((l) => [l.name, l.where, l.seconds, l.delta]), [
	["grows", "f.py:1", [2, null, 3], 1], ["gone", "f.py:2", [0.5, null, null], -0.5], ["big", "f.py:3", [0.1, null, null], -0.1], ["small", "", [1, null, 1], 0]]);
assert.deepEqual(profileOf(profiled, 0, 0, 1).lines.map((l) => [l.name, l.delta]), [["grows", null], ["small", null], ["gone", null], ["big", null]]);
assert.deepEqual(profileOf(profiled, 2, 0, 2).lines.map((l) => l.seconds), [[9, null, null]]);
assert.deepEqual(profileOf({ ...profiled, profiles: undefined }, 0, 0, 2), { revs: [], lines: [] });
assert.equal(top(two.lines, 3), two.lines);
const [, rest] = top(two.lines, 1);
assert.deepEqual([rest.name, rest.seconds, rest.delta, rest.others], ["3 other functions", [1.6, null, 1], -0.6, true]);

const { csvField } = await load("widgets.ts");
for (const [value, text] of [["a", "a"], ["a,b", '"a,b"'], ['"', '""""'], ["=1+1", "'=1+1"], ["@x", "'@x"], ["''=1", "'''=1"], ["'a", "'a"], ["\n=1", '"\'\n=1"'], ["\uff1d1", "'\uff1d1"], [-1.5, "-1.5"], [null, ""]])
	assert.equal(csvField(value), text);
console.log("the page's arithmetic is right");
