// The path from GOOD to BAD: how likely each commit is the one, and what was seen there.

import { Chart, SERIES, axisStyle, tip, tooltip } from "../chart";
import type { Culprit } from "../data";
import { h } from "../dom";
import * as f from "../format";
import type { Page, View } from "../page";
import { benchPath } from "../page";
import { badge, choice, empty, facts, panel, table, toolbar } from "../widgets";

const STATES: Record<string, string> = {
	found: "found", "not-shown": "no difference could be shown between both ends", "passed-by": "not looked into",
	searching: "the search is not over", confirming: "being confirmed", spread: "no single commit has a fair share of it", verifying: "being verified",
};

const size = (s: Culprit["whole"] | undefined): string => (s && s.ratio !== null ? `${f.change(s.ratio)} ${f.interval(s.ratio_lo, s.ratio_hi)}` : "");

function chart(page: Page, c: Culprit): HTMLElement {
	const { model } = page;
	const path = model.doc.bisect?.path ?? [];
	const posterior = c.posterior ?? [];
	const levels = c.levels ?? [];
	const looks = c.looks_at ?? [];
	const at = path.indexOf(c.to ?? "");
	return new Chart({
		label: `Probability of each of ${path.length - 1} commits; the likeliest is ${c.to ?? "unknown"} with ${f.percent(c.probability ?? null)}`,
		height: 380, marks: path.length * 2,
		option: (k) => ({
			grid: [{ left: 64, right: 16, top: 28, height: 120 }, { left: 64, right: 16, top: 190, height: 150 }],
			tooltip: tooltip(k, ((list: { dataIndex: number }[]) => {
				const i = list[0]?.dataIndex ?? 0;
				return tip(path[i] ?? "", [model.doc.revs[i]?.subject ?? "", ["probability", f.percent(posterior[i] ?? null)],
					["over GOOD", levels[i] == null ? "not looked at" : f.change(Math.exp(levels[i] ?? 0))], ["looks", String(looks[i] ?? 0)]]);
			}) as never, "axis"),
			axisPointer: { link: [{ xAxisIndex: "all" }] },
			xAxis: [0, 1].map((i) => ({ type: "category", gridIndex: i, data: path, ...axisStyle(k), splitLine: { show: false }, axisLabel: { show: i === 1, color: k.dim, hideOverlap: true, formatter: (s: string) => s.slice(0, 10) } })),
			yAxis: [
				{ type: "value", name: "probability", gridIndex: 0, min: 0, max: 1, ...axisStyle(k), axisLabel: { color: k.dim, formatter: (v: number) => `${v * 100}%` } },
				{ type: "value", name: "over GOOD", gridIndex: 1, scale: true, ...axisStyle(k), axisLabel: { color: k.dim, formatter: (v: number) => f.change(Math.exp(v)) } },
			],
			series: [
				{ type: "bar", xAxisIndex: 0, yAxisIndex: 0, data: posterior.map((p, i) => ({ value: p, itemStyle: { color: i === at ? k.bad : k.neutral } })) },
				{
					type: "scatter", xAxisIndex: 1, yAxisIndex: 1, color: SERIES[0],
					data: levels.map((v, i) => ({ value: [i, v], symbolSize: 6 + 2 * Math.sqrt(looks[i] ?? 0) })),
					...(at > 0 ? { markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: k.bad }, data: [{ xAxis: at }] } } : {}),
				},
			],
		}),
	}).element;
}

interface Commit {
	rev: number;
}

function commits(page: Page, c: Culprit): HTMLElement {
	const { model } = page;
	return table<Commit>(page, "Commits", [
		{ key: "label", title: "commit", cell: (x) => [h("span", { class: "label" }, model.label(x.rev)), model.label(x.rev) === c.to ? h("span", { class: "badge bad" }, "culprit") : null] },
		{ key: "subject", title: "subject", wide: true, cell: (x) => model.doc.revs[x.rev]?.subject ?? "" },
		{ key: "author", title: "author", wide: true, cell: (x) => model.doc.revs[x.rev]?.author ?? "" },
		{ key: "level", title: "over GOOD", numeric: true, cell: (x) => (c.levels?.[x.rev] == null ? "" : f.change(Math.exp(c.levels[x.rev] ?? 0))), order: (x) => c.levels?.[x.rev] ?? null },
		{ key: "looks", title: "looks", numeric: true, cell: (x) => c.looks_at?.[x.rev] || "", order: (x) => c.looks_at?.[x.rev] ?? 0 },
		{ key: "p", title: "probability", numeric: true, cell: (x) => f.percent(c.posterior?.[x.rev] ?? null), order: (x) => c.posterior?.[x.rev] ?? null },
		{ key: "build", title: "build", wide: true, cell: (x) => {
			const r = model.doc.revs[x.rev];
			// Those that nobody needed were skipped.
			return !r || r.outcome === "skipped" ? "" : r.outcome === "ok" ? "ok" : [badge("failed", r.outcome), ` ${r.detail ?? ""}`];
		} },
	], model.doc.revs.map((_, rev) => ({ rev })), "csort");
}

export const bisectView: View = {
	id: "bisect",
	title: "Bisect",
	whole: true,
	suits: (model) => model.doc.bisect !== undefined,
	draw(page) {
		const list = page.model.doc.bisect?.culprits ?? [];
		const at = Math.min(page.place.number("of", 0), list.length - 1);
		const c = list[at];
		if (!c) return empty("No benchmark was looked into.");
		const bench = page.model.doc.benches.findIndex((b) => b.suite === c.suite && b.name === c.bench && b.metric === c.metric);
		return h("div", {}, list.length > 1 ? toolbar(choice(page, "of", "benchmark", list.map((x, i): [string, string] => [String(i), `${x.suite}/${x.bench} (${x.metric})`]), String(at))) : null,
			h("h2", { class: "bench" }, bench >= 0 ? h("a", { href: page.place.with({}, benchPath(page.model, bench)) }, page.model.name(bench)) : c.bench),
			facts([["state", STATES[c.state] ?? c.state], ["culprit", c.state === "found" ? c.to ?? "" : null], ["probability", c.probability === undefined ? null : f.percent(c.probability)],
				["BAD over GOOD", size(c.whole)], ["the commit over its parent", size(c.own)], ["99 % lie in", c.set?.join(", ")], ["it changes", c.files?.join(", ")], ["obstacle", c.obstacle]]),
			c.posterior ? panel("Where it lies", "Above: how likely each commit is the one. Below: what launches showed there, larger for more looks.", chart(page, c)) : null,
			panel("Commits", null, commits(page, c)));
	},
};
