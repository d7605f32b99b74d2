// Benchmarks by revisions: how many times the first value. New and lost benchmarks stay visible.

import { Chart, axisStyle, nameLabels, tip, tooltip } from "../chart";
import * as f from "../format";
import { h } from "../dom";
import type { Page, View } from "../page";
import { benchPath } from "../page";
import { quantile, sorted } from "../stats";
import { choice, empty, panel, toolbar } from "../widgets";

const ROWS = 40;

const GONE: Record<string, string> = {
	absent: "no such benchmark", none: "not measured", unbuilt: "did not build", failed: "failed", crashed: "crashed",
	timeout: "timed out", "bad-output": "unusable output", skipped: "skipped",
};

function ranked(page: Page, order: string): number[] {
	if (order === "name") return [...page.benches].sort((a, b) => page.model.name(a).localeCompare(page.model.name(b), undefined, { numeric: true }));
	const spread = new Map(page.benches.map((b) => {
		const v = page.model.doc.revs.map((_, rev) => page.model.cell(b, rev).value).filter((x): x is number => x !== null && x > 0);
		return [b, v.length ? Math.log(Math.max(...v) / Math.min(...v)) : 0];
	}));
	return [...page.benches].sort((a, b) => (spread.get(b) ?? 0) - (spread.get(a) ?? 0));
}

function draw(page: Page, benches: number[], clip: number): HTMLElement {
	const { model } = page;
	// Plain numbers: ECharts makes a model of its own for each object. The last one is the ratio.
	const cells: [number, number, number, number][] = [];
	const gaps: [number, number][] = [];
	const logs: number[] = [];
	benches.forEach((bench, y) => {
		const first = model.cell(bench, model.first(bench)).value;
		for (let rev = 0; rev < model.nRevs; rev++) {
			const { value } = model.cell(bench, rev);
			if (value === null || !first || value <= 0) {
				gaps.push([rev, y]);
				continue;
			}
			// Positive is worse, whichever way the metric runs.
			const log = Math.log2(value / first) * (model.bench(bench).lower ? 1 : -1);
			logs.push(Math.abs(log));
			cells.push([rev, y, log, value / first]);
		}
	});
	const limit = clip > 0 ? Math.log2(clip) : Math.max(0.02, quantile(sorted(logs), 0.95));
	const roomy = model.nRevs <= 24;
	const many = benches.length > 200;
	const changes = benches.flatMap((bench, y) => (model.changesOf.get(bench) ?? []).filter((c) => c.state === "confirmed").map((c) => ({ c, y })));
	return new Chart({
		label: `Heat map of ${benches.length} benchmarks over ${model.nRevs} revisions; ${changes.slice(0, 20).map(({ c }) => `${model.name(c.bench)} ${f.change(c.ratio)} at ${model.label(c.after)}`).join("; ") || "no confirmed change"}`,
		height: (model.nRevs > 10 ? 140 : 100) + benches.length * (many ? 6 : 22), marks: cells.length,
		click: (e) => {
			const bench = benches[(e.data as number[])[1] ?? -1];
			if (bench !== undefined) page.open(page.place.with({}, benchPath(model, bench)));
		},
		option: (c) => ({
			grid: { left: 8, right: 16, top: 56, bottom: 8, containLabel: true },
			tooltip: tooltip(c, ((p: { data: number[] }) => {
				const [rev = 0, y = 0, log] = p.data;
				const bench = benches[y] ?? 0;
				const cell = model.cell(bench, rev);
				const first = model.first(bench);
				if (log === undefined) return tip(model.name(bench), [model.label(rev), GONE[cell.state] ?? cell.state, model.trouble(bench, rev)?.detail ?? ""]);
				const change = (model.changesOf.get(bench) ?? []).find((x) => x.after === rev);
				return tip(model.name(bench), [[model.label(rev), f.value(cell.value, model.bench(bench).unit)],
					[`against ${model.label(first)}`, f.change((cell.value ?? 0) / (model.cell(bench, first).value ?? 1))],
					...(cell.lo === null ? [] : [["within", `${f.value(cell.lo, model.bench(bench).unit)} \u2013 ${f.value(cell.hi, model.bench(bench).unit)}`] as [string, string]]),
					...(change ? [["change point", `${f.change(change.ratio)} ${f.interval(change.lo, change.hi)} ${change.state}`] as [string, string]] : [])]);
			}) as never),
			visualMap: {
				type: "continuous", min: -limit, max: limit, seriesIndex: 0, dimension: 2, calculable: false, orient: "horizontal", left: "center", top: 0, itemWidth: 12, itemHeight: innerWidth > 700 ? 180 : 90,
				text: [`${f.fold(limit)} worse`, `${f.fold(-limit)} better`], textStyle: { color: c.dim },
				inRange: { color: [c.good, c.surface, c.bad] },
			},
			xAxis: { type: "category", position: "top", data: model.doc.revs.map((_, i) => model.label(i)), ...axisStyle(c), splitLine: { show: false }, axisLabel: { color: c.dim, hideOverlap: true, rotate: model.nRevs > 10 ? 40 : 0, formatter: (s: string) => (s.length > 12 ? `${s.slice(0, 11)}\u2026` : s) } },
			yAxis: { type: "category", inverse: true, data: benches.map((b) => model.name(b)), ...axisStyle(c), splitLine: { show: false }, axisLabel: { ...nameLabels(c, benches.map((b) => model.name(b))), ...(many ? { interval: 2 } : {}) } },
			series: [
				{ type: "heatmap", data: cells, progressive: 1000, progressiveThreshold: 5000, itemStyle: { borderColor: c.surface, borderWidth: 1 }, label: { show: roomy && innerWidth > 700, color: c.text, fontSize: 10, formatter: (p: { data: number[] }) => (p.data[3] ?? 1).toFixed(2) }, emphasis: { disabled: true } },
				{ type: "scatter", data: gaps, symbol: "rect", symbolSize: [10, 3], itemStyle: { color: c.line } },
				{ type: "scatter", silent: true, symbol: "triangle", symbolSize: 8, symbolOffset: [0, -7], data: changes.map(({ c: x, y }) => ({ value: [x.after, y], symbolRotate: (x.ratio ?? 1) > 1 ? 0 : 180, itemStyle: { color: c.text } })) },
			],
		}),
	}).element;
}

export const heatmapView: View = {
	id: "sweep",
	title: "Heat map",
	suits: (model) => model.nRevs > 2 && !model.doc.bisect,
	draw(page) {
		if (!page.benches.length) return empty("No benchmark passes these filters.");
		const order = page.place.get("order", "change");
		const clip = page.place.number("clip", 0);
		const list = ranked(page, order);
		const n = page.place.number("n", ROWS);
		return h("div", {}, h("p", { class: "help" }, "Each cell is the value over that of the first revision that has the benchmark; orange is worse, blue is better. Dashes are revisions without a number, triangles confirmed changes. Press a cell to see its launches."),
			toolbar(choice(page, "order", "first", [["change", "what varied most"], ["name", "name"]], order),
				choice(page, "clip", "colours to", [["0", "95 % of cells"], ["1.02", "1.02x"], ["1.1", "1.1x"], ["1.5", "1.5x"], ["2", "2x"], ["4", "4x"]], String(clip)),
				choice(page, "n", "show", [["40", "40"], ["100", "100"], ["500", "500"], ["2000", "2000"]], String(n))),
			panel("Benchmarks over revisions", list.length > n ? `The first ${n} of ${list.length}.` : null, draw(page, list.slice(0, n), clip)));
	},
};
