// What a benchmark costs against how much it changed: are the slow ones slower?

import { Chart, SERIES, axisStyle, tip, tooltip, whiskers } from "../chart";
import { h } from "../dom";
import * as f from "../format";
import type { Row } from "../model";
import type { Page, View } from "../page";
import { benchPath, kindOf } from "../page";
import { choice, effectWords, empty, panel, toolbar } from "../widgets";
import { toneColour } from "./compare";

// Whatever few of the benches share: parameters, groups, suites.
export function colourKeys(page: Page): [string, string][] {
	const { benches } = page.model.doc;
	const options: [string, string][] = [["verdict", "verdict"]];
	if (page.model.manySuites) options.push(["suite", "suite"]);
	if (benches.some((b) => b.group)) options.push(["group", "group"]);
	for (const k of new Set(benches.flatMap((b) => b.dims.map(([key]) => key)))) options.push([k, k]);
	return options;
}

function keyOf(page: Page, bench: number, by: string): string {
	const b = page.model.bench(bench);
	if (by === "suite") return b.suite;
	if (by === "group") return b.group ?? "";
	return String(b.dims.find(([k]) => k === by)?.[1] ?? "");
}

function chart(page: Page, unit: string, rows: Row[], by: string): HTMLElement {
	const { model } = page;
	const log = (ratio: number | null): number => (ratio !== null && ratio > 0 ? Math.abs(Math.log2(ratio)) : 0);
	const most = Math.max(0.02, ...rows.map((r) => log(r.ratio)));
	// Whole intervals where they fit, but never so that points become a line.
	const reach = Math.min(3 * most, Math.max(most, ...rows.map((r) => Math.max(log(r.lo), log(r.hi))))) * 1.08;
	const keys = [...new Set(rows.map((r) => keyOf(page, r.bench, by)))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
	const colourOf = (c: Parameters<typeof toneColour>[0], r: Row): string => (by === "verdict" ? toneColour(c, kindOf(r))
		: SERIES[keys.indexOf(keyOf(page, r.bench, by)) % SERIES.length] ?? c.neutral);
	return new Chart({
		label: `Change against cost of ${rows.length} benchmarks`,
		height: 460, marks: rows.length * 2,
		click: (e) => {
			const row = rows[e.dataIndex];
			if (row) page.open(page.place.with({}, benchPath(model, row.bench)));
		},
		option: (c) => ({
			grid: { left: 16, right: 20, top: 16, bottom: 40, containLabel: true },
			tooltip: tooltip(c, ((p: { dataIndex: number }) => {
				const r = rows[p.dataIndex];
				return r ? tip(model.name(r.bench), [[model.label(page.base), f.value(r.base_value, unit)], [model.label(page.rev), f.value(r.value, unit)], ["change", effectWords(r)], ["verdict", r.words]]) : "";
			}) as never),
			xAxis: { type: "log", name: model.label(page.base), nameLocation: "middle", nameGap: 26, ...axisStyle(c), axisLabel: { color: c.dim, hideOverlap: true, formatter: (v: number) => f.value(v, unit) } },
			yAxis: { type: "value", name: `${model.label(page.rev)} / ${model.label(page.base)}`, nameLocation: "middle", nameGap: 52, min: -reach, max: reach, ...axisStyle(c), axisLabel: { color: c.dim, formatter: (v: number) => (reach < 0.5 ? f.change(2 ** v) : f.fold(v)) } },
			series: [
				{
					type: "scatter", symbolSize: rows.length > 2000 ? 4 : 8, z: 4,
					data: rows.map((r) => ({ value: [r.base_value, Math.log2(r.ratio ?? 1)], itemStyle: { color: colourOf(c, r), opacity: 0.85 } })),
					markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "dashed", color: c.dim }, data: [{ yAxis: 0 }] },
				},
				whiskers(rows.map((r) => [r.base_value, r.lo !== null && r.lo > 0 ? Math.log2(r.lo) : null, r.hi === null ? null : Math.log2(r.hi)]), (i) => {
					const r = rows[i];
					return r ? colourOf(c, r) : c.dim;
				}),
			],
		}),
	}).element;
}

export const scatterView: View = {
	id: "scatter",
	title: "Scatter",
	suits: (model) => model.nRevs > 1 && model.doc.benches.length > 2 && !model.doc.bisect,
	draw(page) {
		const rows = page.rows.filter((r) => r.status === "ok" && r.ratio !== null && r.ratio > 0 && (r.base_value ?? 0) > 0);
		if (!rows.length) return empty("No benchmark has a number in both revisions.");
		const by = page.place.get("colour", "verdict");
		const units = [...new Set(rows.map((r) => page.model.bench(r.bench).unit))];
		const options = colourKeys(page);
		const legend = by === "verdict" ? null : h("ul", { class: "legend" },
			[...new Set(rows.map((r) => keyOf(page, r.bench, by)))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true })).slice(0, 24)
				.map((key, i) => h("li", {}, h("span", { class: "swatch", style: `background:${SERIES[i % SERIES.length]}` }), key || "none")));
		return h("div", {}, h("p", { class: "help" }, "Right is more, up is a growth; the dashed line is no change, whiskers are intervals. Press a point to see its launches."),
			toolbar(choice(page, "colour", "colour", options, by)), legend,
			units.map((unit) => panel(units.length > 1 ? `in ${unit || "counts"}` : "Cost and change", null, chart(page, unit, rows.filter((r) => page.model.bench(r.bench).unit === unit), by))));
	},
};
