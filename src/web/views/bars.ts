// Changes as a row of bars each: of groups, of pairs, of earlier revisions.

import { Chart, axisStyle, nameLabels, tip, tooltip } from "../chart";
import * as f from "../format";

export interface Bar {
	name: string;
	ratio: number | null;
	note: string; // what it is the change of
}

const DRAWN = 40;

export function ratioBars(what: string, all: Bar[]): HTMLElement | null {
	const list = all.filter((b) => b.ratio !== null).slice(0, DRAWN);
	if (list.length < 2) return null;
	return new Chart({
		label: `${what}: ${list.map((b) => `${b.name} ${f.change(b.ratio)}`).join(", ")}`,
		height: 44 + list.length * 20, marks: list.length,
		option: (c) => ({
			grid: { left: 8, right: 24, top: 24, bottom: 4, containLabel: true },
			tooltip: tooltip(c, ((p: { dataIndex: number }) => {
				const bar = list[p.dataIndex];
				return bar ? tip(bar.name, [["change", f.change(bar.ratio)], bar.note]) : "";
			}) as never),
			xAxis: { type: "value", position: "top", ...axisStyle(c), axisLabel: { color: c.dim, hideOverlap: true, formatter: f.points } },
			yAxis: { type: "category", inverse: true, data: list.map((b) => b.name), ...axisStyle(c), splitLine: { show: false }, axisLabel: nameLabels(c, list.map((b) => b.name)) },
			series: [{ type: "bar", barWidth: "62%", itemStyle: { color: c.accent }, data: list.map((b) => ((b.ratio ?? 1) - 1) * 100) }],
		}),
	}).element;
}
