// One benchmark: every launch, their distribution, its history, and what was decided.

import { Chart, SERIES, axisStyle, tip, tooltip, whiskers } from "../chart";
import { h } from "../dom";
import * as f from "../format";
import type { Model } from "../model";
import type { Page, View } from "../page";
import { benchPath, kindOf } from "../page";
import { median, medianInterval } from "../stats";
import { badge, effectWords, empty, facts, panel, table, toolbar } from "../widgets";
import { historyChart } from "./history";
import { profilePanel } from "./profile";

const REVS_DRAWN = 8;

export function findBench(model: Model, path: string[]): number {
	const [, suite, name, metric] = path;
	return model.doc.benches.findIndex((b) => b.suite === suite && b.name === name && b.metric === metric);
}

interface Series {
	rev: number;
	label: string;
	colour: string;
	points: [number, number][]; // block, value
}

function seriesOf(page: Page, bench: number): Series[] {
	const { model } = page;
	const wanted = new Set([page.base, page.rev]);
	const order = [page.base, page.rev, ...model.doc.revs.map((_, i) => i).filter((i) => !wanted.has(i))];
	const list: Series[] = [];
	for (const rev of new Set(order)) {
		if (list.length >= REVS_DRAWN || model.measured(rev) !== rev) continue;
		const points = model.cell(bench, rev).samples().flatMap((v, i): [number, number][] => (v === null ? [] : [[i + 1, v]]));
		if (points.length) list.push({ rev, label: model.label(rev), colour: SERIES[list.length] ?? "#888", points });
	}
	return list;
}

function launches(list: Series[], unit: string): HTMLElement {
	return new Chart({
		label: `Launch by launch: ${list.map((s) => `${s.label}, ${s.points.length} launches, median ${f.value(median(s.points.map((p) => p[1])), unit)}`).join("; ")}`,
		height: 320, marks: list.reduce((n, s) => n + s.points.length, 0),
		option: (c) => ({
			grid: { left: 8, right: 16, top: 36, bottom: 36, containLabel: true },
			legend: { top: 0, textStyle: { color: c.text }, type: "scroll" },
			tooltip: tooltip(c, ((p: { seriesName: string; value: [number, number] }) => tip(p.seriesName, [["block", String(p.value[0])], ["value", f.value(p.value[1], unit)]])) as never),
			xAxis: { type: "value", name: "block", nameLocation: "middle", nameGap: 24, minInterval: 1, min: 1, max: Math.max(2, ...list.map((s) => s.points[s.points.length - 1]?.[0] ?? 1)), ...axisStyle(c) },
			yAxis: { type: "value", scale: true, ...axisStyle(c), axisLabel: { color: c.dim, formatter: f.ticks(list.flatMap((s) => s.points.map((p) => p[1])), unit) } },
			series: list.map((s) => ({
				type: "line", name: s.label, data: s.points, symbolSize: 5, symbol: "circle", lineStyle: { width: 1, opacity: 0.35 }, itemStyle: { color: s.colour }, color: s.colour,
				markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: s.colour, type: "dashed", opacity: 0.9 }, data: [{ yAxis: median(s.points.map((p) => p[1])) }] },
			})),
		}),
	}).element;
}

// Where the launches lie, spread by how many are near; the bar is the median with its interval.
function distribution(list: Series[], unit: string): HTMLElement {
	const spread = (values: number[]): [number, number][] => {
		const all = [...values].sort((a, b) => a - b);
		const lo = all[0] ?? 0, hi = all[all.length - 1] ?? 0;
		const step = (hi - lo) / 24 || 1;
		const seen = new Map<number, number>();
		return values.map((v) => {
			const bin = Math.round((v - lo) / step);
			const k = seen.get(bin) ?? 0;
			seen.set(bin, k + 1);
			return [v, (k % 2 ? -1 : 1) * Math.ceil(k / 2)];
		});
	};
	return new Chart({
		label: `Distribution of launches: ${list.map((s) => {
			const m = medianInterval(s.points.map((p) => p[1]));
			return `${s.label}, median ${f.value(m.value, unit)} between ${f.value(m.lo, unit)} and ${f.value(m.hi, unit)}`;
		}).join("; ")}`,
		height: 40 + 64 * list.length, marks: list.reduce((n, s) => n + s.points.length, 0),
		option: (c) => {
			const data = list.map((s, row) => spread(s.points.map((p) => p[1])).map(([v, k]) => [v, list.length - 1 - row + Math.max(-0.38, Math.min(0.38, k * 0.07))]));
			const medians = list.map((s, row) => ({ ...medianInterval(s.points.map((p) => p[1])), y: list.length - 1 - row }));
			return {
				grid: { left: 8, right: 16, top: 8, bottom: 8, containLabel: true },
				tooltip: tooltip(c, ((p: { seriesName: string; value: number[] }) => tip(p.seriesName, [["launch", f.value(p.value[0] ?? null, unit)]])) as never),
				xAxis: { type: "value", scale: true, ...axisStyle(c), axisLabel: { color: c.dim, hideOverlap: true, formatter: f.ticks(list.flatMap((s) => s.points.map((p) => p[1])), unit, 10) } },
				yAxis: {
					type: "value", min: -0.5, max: list.length - 0.5, interval: 1, ...axisStyle(c), splitLine: { show: false },
					axisLabel: { color: c.text, customValues: list.map((_, i) => i), formatter: (v: number) => list[list.length - 1 - Math.round(v)]?.label.slice(0, 14) ?? "" },
				},
				series: [
					...list.map((s, i) => ({ type: "scatter", name: s.label, data: data[i], symbolSize: 5, itemStyle: { color: s.colour, opacity: 0.65 } })),
					whiskers(medians.map((m) => [m.y, m.lo, m.hi]), c.text, true),
					{ type: "scatter", silent: true, symbol: "rect", symbolSize: [2, 18], itemStyle: { color: c.text }, data: medians.map((m) => [m.value, m.y]), z: 4 },
				],
			};
		},
	}).element;
}

interface Line {
	rev: number;
}

function perRevision(page: Page, bench: number): HTMLElement {
	const { model } = page;
	const unit = model.bench(bench).unit;
	const row = (l: Line) => model.row(bench, l.rev, page.base);
	return table<Line>(page, "By revision", [
		{ key: "rev", title: "revision", cell: (l) => [h("span", { class: "label" }, model.label(l.rev)), " ", h("span", { class: "dim" }, model.doc.revs[l.rev]?.subject ?? "")] },
		{ key: "value", title: "median", numeric: true, cell: (l) => f.value(model.cell(bench, l.rev).value, unit), order: (l) => model.cell(bench, l.rev).value },
		{ key: "within", title: "within (95 %)", numeric: true, wide: true, cell: (l) => {
			const c = model.cell(bench, l.rev);
			return c.lo === null ? "" : `${f.value(c.lo, unit)} \u2013 ${f.value(c.hi, unit)}`;
		} },
		{ key: "n", title: "launches", numeric: true, wide: true, cell: (l) => model.cell(bench, l.rev).samples().filter((v) => v !== null).length, order: (l) => model.cell(bench, l.rev).samples().filter((v) => v !== null).length },
		{ key: "change", title: `against ${model.label(page.base)}`, numeric: true, cell: (l) => (l.rev === page.base ? "" : row(l).status === "ok" ? effectWords(row(l)) : ""), order: (l) => row(l).ratio },
		{ key: "verdict", title: "verdict", cell: (l) => (l.rev === page.base ? "base" : badge(kindOf(row(l)), row(l).words)) },
		{ key: "detail", title: "", wide: true, cell: (l) => [row(l).detail ?? model.trouble(bench, l.rev)?.detail ?? row(l).caution ?? "", logLink(page, model.trouble(bench, l.rev)?.log ?? row(l).log)] },
	], model.doc.revs.map((_, rev) => ({ rev })), "rsort");
}

function logLink(page: Page, path: string | null): HTMLElement | null {
	const i = page.model.doc.logs.findIndex((l) => l.path === path);
	return i < 0 ? null : h("a", { href: page.place.with({ log: i }, ["about"]), class: "log" }, "log");
}

function neighbours(page: Page, bench: number): HTMLElement {
	const at = page.benches.indexOf(bench);
	const link = (i: number | undefined, text: string, key: string): HTMLElement => (i === undefined
		? h("span", { class: "button off" }, text)
		: h("a", { class: "button", href: page.place.with({}, benchPath(page.model, i)), "data-key": key }, text));
	return toolbar(link(page.benches[at - 1], "\u2190 previous", "["), link(at >= 0 ? page.benches[at + 1] : page.benches[0], "next \u2192", "]"),
		h("a", { class: "button", href: page.place.with({}, []) }, "all benchmarks"));
}

function about(page: Page, bench: number): HTMLElement {
	const { model } = page;
	const b = model.bench(bench);
	const row = model.row(bench, page.rev, page.base);
	return facts([
		["suite", b.suite], ["metric", `${b.metric}${b.unit ? ` in ${b.unit}` : ""}, ${b.lower ? "less" : "more"} is better${b.cpu ? ", CPU time" : ""}`],
		["group", b.group], ["marks", b.marks.join(", ")],
		["parameters", b.dims.map(([k, v]) => `${k}=${v}`).join(", ")],
		["gate", row.gate ? `${row.gate}${row.where ? ` where ${row.where}` : ""}` : null],
		["noise of a pair", row.noise === null ? null : f.percent(row.noise)],
		["smallest change that could be shown", row.detectable === null ? null : f.percent(row.detectable)],
		["pairs of launches", row.blocks || null], ["caution", row.caution],
	]);
}

export const benchView: View = {
	id: "bench",
	title: "Benchmark",
	whole: true,
	suits: () => false, // reached by its links
	draw(page) {
		const { model } = page;
		const bench = findBench(model, page.place.path);
		if (bench < 0) return empty("This sweep has no such benchmark. The link may be of another sweep.");
		const b = model.bench(bench);
		const list = seriesOf(page, bench);
		const row = model.row(bench, page.rev, page.base);
		return h("div", {}, neighbours(page, bench),
			h("h2", { class: "bench" }, model.name(bench)),
			h("p", { class: "verdict" }, badge(kindOf(row), row.words), " ", row.status === "ok" && page.rev !== page.base
				? `${model.label(page.rev)} against ${model.label(page.base)}: ${effectWords(row)}` : row.detail ?? ""),
			about(page, bench),
			list.length ? panel("Launch by launch", "Each point is one launch, in the order in which blocks were measured; dashed lines are medians.", launches(list, b.unit)) : empty("No launch gave a number."),
			list.length ? panel("Distribution", "The black bar is the median with its interval of 95 %.", distribution(list, b.unit)) : null,
			model.nRevs > 2 ? panel("History", "Medians in the order of revisions, with their intervals of 95 %. Triangles are confirmed changes.", historyChart(page, bench, 260, false)) : null,
			profilePanel(page, bench),
			panel("By revision", null, perRevision(page, bench)));
	},
};
