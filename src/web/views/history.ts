// The value of each benchmark over the revisions, with its interval and change points.

import { Chart, axisStyle, band, tip, tooltip } from "../chart";
import { h } from "../dom";
import * as f from "../format";
import type { Page, View } from "../page";
import { benchLink, choice, empty, toolbar } from "../widgets";

const PER_PAGE = 12;

// relative: to the first revision that has it
export function historyChart(page: Page, bench: number, height: number, relative: boolean): HTMLElement {
	const { model } = page;
	const unit = model.bench(bench).unit;
	const cells = model.doc.revs.map((_, rev) => model.cell(bench, rev));
	const first = cells[model.first(bench)]?.value ?? 1;
	const scale = (v: number | null): number | null => (v === null ? null : relative ? v / first : v);
	const show = relative ? f.change : f.ticks(cells.flatMap((c) => [c.value, c.lo, c.hi]), unit);
	const points = cells.map((c, i) => [i, scale(c.lo), scale(c.hi)]);
	const values = cells.map((c, i) => [i, scale(c.value)]);
	const changes = (model.changesOf.get(bench) ?? []).filter((c) => c.state !== "rejected");
	const failed = cells.flatMap((c, i) => (c.value === null && c.state !== "absent" && c.state !== "none" ? [i] : []));
	const known = cells.filter((c) => c.value !== null);
	return new Chart({
		label: `${model.name(bench)} over ${model.nRevs} revisions: first ${f.value(known[0]?.value ?? null, unit)}, last ${f.value(known[known.length - 1]?.value ?? null, unit)}; ${changes.map((c) => `${c.worse ? "worse" : "better"} by ${f.change(c.ratio)} at ${model.label(c.after)}, ${c.state}`).join("; ") || "no change point"}`,
		height, marks: cells.length * 2,
		click: (e) => page.open(page.place.with({ rev: model.label(e.dataIndex) })),
		option: (c) => ({
			grid: { left: 8, right: 16, top: 16, bottom: model.nRevs > 60 ? 44 : 8, containLabel: true },
			tooltip: tooltip(c, ((list: { dataIndex: number }[]) => {
				const i = list[0]?.dataIndex ?? 0;
				const cell = cells[i];
				const rev = model.doc.revs[i];
				return tip(model.label(i), [
					...(rev?.subject ? [rev.subject] : []), ...(rev?.date ? [f.date(rev.date)] : []),
					["value", cell?.value === null ? cell.state : f.value(cell?.value ?? null, unit)],
					["within", cell?.lo === null ? "unknown" : `${f.value(cell?.lo ?? null, unit)} \u2013 ${f.value(cell?.hi ?? null, unit)}`],
				]);
			}) as never, "axis"),
			...(model.nRevs > 60 ? { dataZoom: [{ type: "slider", height: 18, bottom: 8, borderColor: c.line, textStyle: { color: c.dim } }, { type: "inside", zoomOnMouseWheel: "ctrl" }] } : {}),
			xAxis: { type: "category", data: model.doc.revs.map((_, i) => model.label(i)), ...axisStyle(c), axisLabel: { color: c.dim, hideOverlap: true, formatter: (s: string) => (s.length > 12 ? `${s.slice(0, 11)}\u2026` : s) } },
			yAxis: { type: "value", scale: true, ...axisStyle(c), axisLabel: { color: c.dim, formatter: show } },
			series: [
				band(points, c.accent),
				// The band is one drawing, of which the axis knows nothing.
				{ type: "line", silent: true, symbol: "none", lineStyle: { opacity: 0 }, tooltip: { show: false }, data: points.flatMap(([x, lo, hi]) => [[x, lo], [x, hi]]) },
				{ type: "line", data: values, emphasis: { disabled: true }, connectNulls: false, symbol: "circle", showAllSymbol: true, symbolSize: model.nRevs > 60 ? 3 : 5, lineStyle: { width: 1.5, color: c.accent }, itemStyle: { color: c.accent },
					...(changes.length ? { markLine: { silent: true, symbol: "none", label: { show: false }, data: changes.map((x) => ({ xAxis: x.after, lineStyle: { color: x.worse ? c.bad : c.good, type: x.state === "confirmed" ? "solid" : "dotted" } })) } } : {}) },
				...(!changes.length ? [] : [{ type: "scatter", silent: true, z: 5, symbol: "triangle", symbolSize: 11, data: changes.map((x) => ({ value: [x.after, scale(cells[x.after]?.value ?? null)], symbolRotate: (x.ratio ?? 1) > 1 ? 0 : 180, itemStyle: { color: x.worse ? c.bad : c.good, opacity: x.state === "confirmed" ? 1 : 0.45 } })) }]),
				...(!failed.length ? [] : [{ type: "scatter", silent: true, symbol: "path://M0,0L10,10M10,0L0,10", symbolSize: 7, itemStyle: { color: "none", borderColor: c.bad, borderWidth: 1.5 }, data: failed.map((i) => [i, scale(first)]) }]),
			],
		}),
	}).element;
}

// Those that changed most stand first.
function ranked(page: Page): number[] {
	const { model } = page;
	const weight = (bench: number): number => {
		const sure = (model.changesOf.get(bench) ?? []).filter((c) => c.state === "confirmed");
		const r = model.row(bench, page.rev, page.base).ratio;
		return sure.length * 1e3 + Math.abs(Math.log(r && r > 0 ? r : 1));
	};
	const weights = new Map(page.benches.map((b) => [b, weight(b)]));
	return [...page.benches].sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0));
}

export const historyView: View = {
	id: "history",
	title: "History",
	suits: (model) => model.nRevs > 2 && !model.doc.bisect,
	draw(page) {
		const relative = page.place.get("scale", "value") === "change";
		const list = ranked(page);
		const from = Math.min(page.place.number("from", 0), Math.max(0, list.length - 1));
		const step = (to: number, text: string): HTMLElement => (to < 0 || to >= list.length ? h("span", { class: "button off" }, text)
			: h("a", { class: "button", href: page.place.with({ from: to || null }) }, text));
		if (!list.length) return empty("No benchmark passes these filters.");
		return h("div", {}, h("p", { class: "help" }, "Medians with their intervals of 95 %, in the order of revisions; a solid line and triangle mark a confirmed change, a dotted one a change that is not settled, a cross a revision without a number. Those that changed most stand first."),
			toolbar(choice(page, "scale", "axis", [["value", "value"], ["change", "change since the first"]], relative ? "change" : "value"),
				h("span", { class: "dim" }, `${from + 1} to ${Math.min(list.length, from + PER_PAGE)} of ${list.length}`),
				step(from - PER_PAGE, "\u2190"), step(from + PER_PAGE, "\u2192")),
			h("div", { class: "multiples" }, list.slice(from, from + PER_PAGE).map((bench) => h("section", { class: "panel" }, h("h3", {}, benchLink(page, bench)), historyChart(page, bench, 190, relative)))));
	},
};
