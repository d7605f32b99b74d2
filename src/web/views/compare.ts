// Two revisions against each other: who moved, by how much, how sure, and what it adds up to.

import { Chart, axisStyle, nameLabels, tip, tooltip, whiskers } from "../chart";
import type { Colours } from "../chart";
import type { Bench } from "../data";
import { h } from "../dom";
import * as f from "../format";
import type { Row } from "../model";
import type { Page, View } from "../page";
import { TONE, benchPath, kindOf } from "../page";
import { CANDIDATE, ORIGINAL, ends, pairsBy, pairsOf, valuesOf } from "../pairs";
import type { Pair } from "../pairs";
import { median } from "../stats";
import { badge, benchLink, choice, effectWords, empty, later, panel, table, toolbar } from "../widgets";
import { ratioBars } from "./bars";

const BARS = 60;

export function toneColour(c: Colours, kind: string): string {
	const tone = TONE[kind];
	return tone === "bad" ? c.bad : tone === "good" ? c.good : tone === "unsure" ? c.unsure : c.neutral;
}

const known = (rows: Row[]): Row[] => rows.filter((r) => r.status === "ok" && r.ratio !== null && r.ratio > 0);

// > 0 is worse
function loss(page: Page, row: Row): number {
	const log = Math.log(row.ratio ?? 1);
	return page.model.bench(row.bench).lower ? log : -log;
}

function bars(page: Page, rows: Row[], absolute: boolean, clip: number): HTMLElement {
	const { model } = page;
	const ratioToX = (row: Row, ratio: number | null): number | null => (ratio === null ? null
		: absolute ? (row.base_value ?? 0) * (ratio - 1) : Math.max(-clip, Math.min(clip, (ratio - 1) * 100)));
	const unit = absolute ? model.bench(rows[0]?.bench ?? 0).unit : "";
	const show = (v: number): string => (absolute ? f.value(v, unit) : f.points(v));
	return new Chart({
		label: `Change of ${rows.length} benchmarks, largest first: ${rows.slice(0, 5).map((r) => `${model.name(r.bench)} ${f.change(r.ratio)}`).join(", ")}`,
		height: 60 + rows.length * 20, marks: rows.length * 3,
		click: (e) => {
			const row = rows[e.dataIndex];
			if (row) page.open(page.place.with({}, benchPath(model, row.bench)));
		},
		option: (c) => ({
			grid: { left: 8, right: 24, top: 28, bottom: 8, containLabel: true },
			tooltip: tooltip(c, ((p: { dataIndex: number }) => {
				const r = rows[p.dataIndex];
				return r ? tip(model.name(r.bench), [[model.label(page.base), f.value(r.base_value, model.bench(r.bench).unit)], [model.label(page.rev), f.value(r.value, model.bench(r.bench).unit)], ["change", effectWords(r)], ["verdict", r.words]]) : "";
			}) as never),
			xAxis: { type: "value", position: "top", ...axisStyle(c), axisLabel: { color: c.dim, hideOverlap: true, formatter: show } },
			yAxis: { type: "category", inverse: true, data: rows.map((r) => model.name(r.bench)), ...axisStyle(c), splitLine: { show: false }, axisLabel: nameLabels(c, rows.map((r) => model.name(r.bench))) },
			series: [
				{ type: "bar", barWidth: "62%", data: rows.map((r) => ({ value: ratioToX(r, r.ratio), itemStyle: { color: toneColour(c, kindOf(r)), opacity: 0.85 } })) },
				whiskers(rows.map((r, i) => [i, ratioToX(r, r.lo), ratioToX(r, r.hi)]), c.text, true),
			],
		}),
	}).element;
}

// Steps of equal width without gaps, from the least to the greatest change.
function histogram(rows: Row[]): HTMLElement {
	const values = rows.map((r) => ((r.ratio ?? 1) - 1) * 100);
	const lo = Math.min(...values), hi = Math.max(...values);
	const sizes = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000, 10000];
	const step = sizes.find((s) => (hi - lo) / s <= 40) ?? 100000;
	const from = Math.floor(lo / step), to = Math.max(from, Math.ceil(hi / step) - 1);
	const bins = Array.from({ length: to - from + 1 }, () => 0);
	for (const v of values) {
		const i = Math.min(bins.length - 1, Math.floor(v / step) - from);
		bins[i] = (bins[i] ?? 0) + 1;
	}
	const edge = (i: number): string => `${Number(((from + i) * step).toPrecision(6))}%`;
	return new Chart({
		label: `How many benchmarks changed by how much: ${bins.map((n, i) => (n ? `${n} between ${edge(i)} and ${edge(i + 1)}` : "")).filter(Boolean).join("; ")}`,
		height: 220, marks: bins.length,
		option: (c) => ({
			grid: { left: 8, right: 16, top: 12, bottom: 8, containLabel: true },
			tooltip: tooltip(c, ((p: { dataIndex: number }) => tip(`${edge(p.dataIndex)} to ${edge(p.dataIndex + 1)}`, [f.count(bins[p.dataIndex] ?? 0, "benchmark", "benchmarks")])) as never),
			xAxis: { type: "category", data: bins.map((_, i) => edge(i)), ...axisStyle(c), splitLine: { show: false } },
			yAxis: { type: "value", minInterval: 1, ...axisStyle(c) },
			series: [{ type: "bar", barCategoryGap: "8%", data: bins, itemStyle: { color: c.accent } }],
		}),
	}).element;
}

interface Group {
	name: string;
	rows: Row[];
}

const geometric = (rows: Row[]): number => Math.exp(rows.reduce((sum, r) => sum + Math.log(r.ratio ?? 1), 0) / rows.length);

// What a benchmark is called in a grouping: more than one thing by marks.
function labels(b: Bench, by: string): string[] {
	const list = by === "group" ? [b.group ?? ""] : by === "mark" ? b.marks : by === "suite" ? [b.suite]
		: by === "metric" ? [b.metric] : by === "func" ? [b.base] : b.dims.filter(([k]) => k === by || `param:${k}` === by).map(([k, v]) => `${k}=${v}`);
	const known = list.filter(Boolean);
	return known.length ? known : ["none"];
}

function groupsOf(page: Page, rows: Row[], by: string, and: string): Group[] {
	const groups = new Map<string, Row[]>();
	for (const row of rows) {
		const b = page.model.bench(row.bench);
		for (const one of labels(b, by)) {
			for (const name of and ? labels(b, and).map((two) => `${one} | ${two}`) : [one]) {
				const list = groups.get(name);
				if (list) list.push(row);
				else groups.set(name, [row]);
			}
		}
	}
	return [...groups].map(([name, list]) => ({ name, rows: list }));
}

function groupTable(page: Page, rows: Row[]): HTMLElement {
	const { benches } = page.model.doc;
	const dims = [...new Set(benches.flatMap((b) => b.dims.map(([k]) => k)))];
	const options: [string, string][] = [["func", "function"], ["suite", "suite"], ["metric", "metric"]];
	if (benches.some((b) => b.group)) options.unshift(["group", "group"]);
	if (benches.some((b) => b.marks.length)) options.push(["mark", "mark"]);
	// A parameter may be called as one of these.
	const taken = (d: string): boolean => ["group", "func", "suite", "metric", "mark"].includes(d);
	options.push(...dims.slice(0, 8).map((d): [string, string] => [taken(d) ? `param:${d}` : d, taken(d) ? `param:${d}` : d]));
	const by = page.place.get("by", options[0]?.[0] ?? "func");
	const second = page.place.get("and");
	const and = second !== by && options.some(([k]) => k === second) ? second : "";
	const groups = groupsOf(page, rows, by, and);
	const n = (g: Group, kinds: string[]): number => g.rows.filter((r) => kinds.includes(kindOf(r))).length;
	return h("div", {}, toolbar(choice(page, "by", "group by", options, by), choice(page, "and", "and by", [["", "nothing else"], ...options.filter(([k]) => k !== by)], and)),
		ratioBars("Groups by the geometric mean of their changes", groups.map((g) => ({ name: g.name, ratio: geometric(g.rows), note: f.count(g.rows.length, "benchmark", "benchmarks") }))),
		table<Group>(page, "Groups", [
		{ key: "name", title: "group", cell: (g) => g.name, order: (g) => g.name },
		{ key: "n", title: "benchmarks", numeric: true, cell: (g) => g.rows.length, order: (g) => g.rows.length },
		{ key: "mean", title: "geometric mean", numeric: true, cell: (g) => f.change(geometric(g.rows)), order: (g) => geometric(g.rows) },
		{ key: "median", title: "median", numeric: true, cell: (g) => f.change(median(g.rows.map((r) => r.ratio ?? 1))), order: (g) => median(g.rows.map((r) => r.ratio ?? 1)) },
		{ key: "bad", title: "worse", numeric: true, cell: (g) => n(g, ["regressed", "slower"]) || "", order: (g) => n(g, ["regressed", "slower"]) },
		{ key: "good", title: "better", numeric: true, cell: (g) => n(g, ["improved", "faster"]) || "", order: (g) => n(g, ["improved", "faster"]) },
		{ key: "worst", title: "worst", wide: true, cell: (g) => {
			const worst = [...g.rows].sort((a, b) => loss(page, b) - loss(page, a))[0];
			return worst ? [benchLink(page, worst.bench), ` ${f.change(worst.ratio)}`] : "";
		} },
	], groups, "gsort"));
}

function summary(page: Page, rows: Row[]): HTMLElement {
	const tile = (title: string, text: string, detail: string | HTMLElement | null = null): HTMLElement =>
		h("div", { class: "kpi" }, h("span", {}, title), h("strong", {}, text), detail);
	const sorted = [...rows].sort((a, b) => loss(page, b) - loss(page, a));
	const worst = sorted[0], best = sorted[sorted.length - 1];
	const lost = page.rows.filter((r) => r.status !== "ok").length;
	return h("div", { class: "kpis" },
		tile("compared", f.count(rows.length, "benchmark", "benchmarks"), lost ? `${lost} in one of them only` : null),
		tile("geometric mean", f.change(geometric(rows))),
		tile("median", f.change(median(rows.map((r) => r.ratio ?? 1)))),
		worst ? tile("worst", f.change(worst.ratio), benchLink(page, worst.bench)) : null,
		best && best !== worst ? tile("best", f.change(best.ratio), benchLink(page, best.bench)) : null);
}

interface Earlier {
	rev: number;
	rows: Row[];
}

// The revision against every one before it.
function earlier(page: Page): HTMLElement | null {
	const list: Earlier[] = [];
	for (let rev = page.rev - 1; rev >= 0; rev--) {
		const rows = known(page.benches.map((b) => page.model.row(b, page.rev, rev)));
		if (rows.length) list.push({ rev, rows });
	}
	if (list.length < 2) return null;
	const count = (e: Earlier, worse: boolean): number => e.rows.filter((r) => (worse ? r.slower : r.faster)).length;
	return panel(`${page.model.label(page.rev)} against every earlier revision`, "Worse and better are those whose interval leaves no change out.",
		ratioBars("Geometric mean of all changes since", list.map((e) => ({ name: page.model.label(e.rev), ratio: geometric(e.rows), note: f.count(e.rows.length, "benchmark", "benchmarks") }))),
		table<Earlier>(page, "Against every earlier revision", [
		{ key: "rev", title: "revision", cell: (e) => h("a", { href: page.place.with({ base: page.model.label(e.rev) }) }, page.model.label(e.rev)), order: (e) => e.rev },
		{ key: "subject", title: "subject", wide: true, cell: (e) => page.model.doc.revs[e.rev]?.subject ?? "" },
		{ key: "n", title: "compared", numeric: true, cell: (e) => e.rows.length, order: (e) => e.rows.length },
		{ key: "mean", title: "geometric mean", numeric: true, cell: (e) => f.change(geometric(e.rows)), order: (e) => geometric(e.rows) },
		{ key: "median", title: "median", numeric: true, cell: (e) => f.change(median(e.rows.map((r) => r.ratio ?? 1))), order: (e) => median(e.rows.map((r) => r.ratio ?? 1)) },
		{ key: "worse", title: "worse", numeric: true, cell: (e) => count(e, true) || "", order: (e) => count(e, true) },
		{ key: "better", title: "better", numeric: true, cell: (e) => count(e, false) || "", order: (e) => count(e, false) },
	], list, "esort"));
}

// Two ways to do one thing, within the newer revision: told by the ends of names, or by a parameter.
function twins(page: Page): HTMLElement | null {
	const { model } = page;
	const values = valuesOf(model.doc.benches, page.benches);
	const key = values.has(page.place.get("pairs")) ? page.place.get("pairs") : "";
	const original = page.place.get("original", key ? values.get(key)?.[0] ?? "" : ORIGINAL.join(","));
	const candidate = page.place.get("candidate", key ? values.get(key)?.[1] ?? "" : CANDIDATE.join(","));
	const list = key ? pairsBy(model.doc.benches, page.benches, key, original, candidate)
		: pairsOf(model.doc.benches, page.benches, ends(original), ends(candidate));
	if (!list.length && !values.size && !page.place.get("original") && !page.place.get("candidate")) return null;
	const side = (name: string, now: string): HTMLElement => (key ? choice(page, name, name, (values.get(key) ?? []).map((v): [string, string] => [v, v]), now)
		: h("label", { class: "choice" }, h("span", {}, name),
			h("input", { value: now, size: 28, change: (e: Event) => page.open(page.place.with({ [name]: (e.target as HTMLInputElement).value })) })));
	const by = choice(page, "pairs", "told apart by", [["", "the ends of names"], ...[...values.keys()].map((k): [string, string] => [k, k])], key, ["original", "candidate"]);
	return panel("Pairs", `Two ways to do one thing: medians at ${model.label(page.rev)}.`,
		toolbar(by, side("original", original), side("candidate", candidate)),
		list.length ? pairTable(page, list) : empty(key ? "No two benchmarks differ in these values alone." : "No two names differ by these ends alone."));
}

function pairTable(page: Page, list: Pair[]): HTMLElement {
	const { model } = page;
	const value = (bench: number): number | null => model.cell(bench, page.rev).value;
	const ratio = (p: Pair): number | null => {
		const a = value(p.original), b = value(p.candidate);
		return a && b !== null && a > 0 ? b / a : null;
	};
	return h("div", {}, ratioBars("Candidates against originals", list.map((p) => ({ name: p.name, ratio: ratio(p), note: `${f.value(value(p.original), model.bench(p.original).unit)} to ${f.value(value(p.candidate), model.bench(p.candidate).unit)}` }))), table<Pair>(page, "Pairs", [
		{ key: "name", title: "benchmark", cell: (p) => p.name, order: (p) => p.name },
		{ key: "a", title: "original", numeric: true, cell: (p) => f.value(value(p.original), model.bench(p.original).unit), order: (p) => value(p.original) },
		{ key: "b", title: "candidate", numeric: true, cell: (p) => f.value(value(p.candidate), model.bench(p.candidate).unit), order: (p) => value(p.candidate) },
		{ key: "change", title: "change", numeric: true, cell: (p) => f.change(ratio(p)), order: ratio },
		{ key: "speedup", title: "speed-up", numeric: true, cell: (p) => (ratio(p) ? `${(1 / (ratio(p) ?? 1)).toFixed(2)}x` : "-"), order: (p) => 1 / (ratio(p) ?? NaN) },
	], list, "psort"));
}

function lost(page: Page): HTMLElement | null {
	const rows = page.rows.filter((r) => r.status !== "ok");
	return rows.length ? panel("In one revision only, or without a number", null, h("ul", { class: "names" },
		rows.slice(0, 200).map((r) => h("li", {}, badge(kindOf(r)), " ", benchLink(page, r.bench), r.detail ? ` ${r.detail}` : ""))),
		rows.length > 200 ? h("p", { class: "dim" }, `and ${rows.length - 200} more`) : null) : null;
}

export const compareView: View = {
	id: "compare",
	title: "Compare",
	suits: (model) => model.nRevs > 1 && !model.doc.bisect,
	draw(page) {
		const all = known(page.rows);
		if (!all.length) return h("div", {}, empty("No benchmark has a number in both revisions."), lost(page));
		const order = page.place.get("order", "worst");
		const oneUnit = new Set(all.map((r) => page.model.bench(r.bench).unit)).size === 1;
		const absolute = oneUnit && page.place.get("scale") === "absolute";
		const clip = page.place.number("clip", 1000);
		const proven = page.place.get("only") === "proven";
		const rows = all.filter((r) => !proven || r.slower || r.faster).sort((a, b) => (order === "worst" ? loss(page, b) - loss(page, a) : order === "best" ? loss(page, a) - loss(page, b)
			: Math.abs(loss(page, b)) - Math.abs(loss(page, a))));
		const n = page.place.number("n", BARS);
		return h("div", {}, summary(page, all),
			panel("Movers", "Bars are changes, whiskers their intervals; up is more. Press a bar to see its launches.",
				toolbar(choice(page, "order", "first", [["worst", "worst"], ["best", "best"], ["most", "largest change"]], order),
					oneUnit ? choice(page, "scale", "scale", [["relative", "percent"], ["absolute", "absolute"]], absolute ? "absolute" : "relative") : null,
					choice(page, "clip", "clip at", [["1000", "no"], ["100", "100%"], ["20", "20%"], ["5", "5%"]], String(clip)),
					choice(page, "only", "only", [["", "all"], ["proven", "proven changes"]], proven ? "proven" : ""),
					choice(page, "n", "show", [["20", "20"], ["60", "60"], ["200", "200"], ["1000", "1000"]], String(n))),
				rows.length ? bars(page, rows.slice(0, n), absolute, clip) : empty("No change is proven."), rows.length > n ? h("p", { class: "dim" }, `${rows.length - n} more are not drawn`) : null),
			panel("How much changed", "Benchmarks by their change, in steps without gaps.", histogram(all)),
			panel("Groups", null, groupTable(page, all)), lost(page), twins(page), later(() => earlier(page)));
	},
};
