// What was done when: lanes by worker or by revision, and what it adds up to.

import { Chart, axisStyle, tip, tooltip } from "../chart";
import { criticalPath, links } from "../critical";
import type { Span, Timeline } from "../data";
import { h } from "../dom";
import * as f from "../format";
import type { Page, View } from "../page";
import { choice, empty, facts, panel, table, toolbar } from "../widgets";

// As many hues as phases, alike where the work is alike.
const PHASES: Record<string, string> = {
	queue: "#c8c8c8", wait: "#9a9a9a", "look-up": "#b7d3ea", checkout: "#56b4e9", build: "#0072b2", step: "#004a75",
	verify: "#6a51a3", publish: "#b59ad6", "warm-up": "#f0e442", launch: "#e69f00", judge: "#009e73",
};

interface Bar {
	span: Span;
	lane: number;
	from: number; // seconds; sessions one after the other
	to: number;
}

// A sweep that went on has sessions with any time between them, which is left out.
function shifts(t: Timeline): { of: Map<number, number>; ends: number[] } {
	const of = new Map<number, number>();
	const ends: number[] = [];
	let at = 0;
	for (const s of [...t.sessions].sort((a, b) => a.session - b.session)) {
		const end = Math.max(s.start, ...t.spans.filter((x) => x.session === s.session).map((x) => x.end));
		of.set(s.session, at - s.start);
		at += end - s.start;
		ends.push(at);
	}
	return { of, ends };
}

function barsOf(page: Page, t: Timeline, by: string): { bars: Bar[]; lanes: string[]; ends: number[] } {
	const { of, ends } = shifts(t);
	const lanes: string[] = by === "worker" ? t.workers.map((w) => `worker ${w.worker}`) : page.model.doc.revs.map((_, i) => page.model.label(i));
	const bars: Bar[] = [];
	// A step lies within its build and is drawn after it.
	for (const span of [...t.spans].sort((a, b) => Number(a.phase === "step") - Number(b.phase === "step"))) {
		const shift = of.get(span.session) ?? 0;
		const lane = by === "worker" ? (span.worker ?? 0) - 1 : lanes.indexOf(span.rev ?? "");
		if (lane < 0 || span.end <= span.start) continue;
		bars.push({ span, lane, from: span.start + shift, to: span.end + shift });
	}
	return { bars, lanes, ends };
}

interface RenderApi {
	value(dimension: number): number;
	coord(point: number[]): number[];
	size(size: number[]): number[];
}

function chart(page: Page, t: Timeline, by: string): HTMLElement {
	const { bars, lanes, ends } = barsOf(page, t, by);
	const critical = new Set(criticalPath(t.spans));
	const colour = (b: Bar): string => PHASES[b.span.phase] ?? "#888";
	return new Chart({
		label: `Timeline of ${lanes.length} lanes over ${f.duration(t.wall_s)}`,
		height: Math.min(2400, 90 + lanes.length * (by === "worker" ? 44 : 24)), marks: bars.length,
		option: (c) => ({
			grid: { left: 8, right: 16, top: 12, bottom: 52, containLabel: true },
			tooltip: tooltip(c, ((p: { dataIndex: number }) => {
				const b = bars[p.dataIndex];
				return b ? tip(`${b.span.phase}${b.span.step ? ` ${b.span.step}` : ""}`, [["revision", b.span.rev ?? "all"], ...(b.span.suite ? [["suite", b.span.suite] as [string, string]] : []),
					["took", f.duration(b.to - b.from)], ["from", f.duration(b.from)], ...(critical.has(b.span) ? ["on the critical path"] : []), ["outcome", b.span.outcome],
					...(b.span.cpu_s === null ? [] : [["CPU", f.duration(b.span.cpu_s)] as [string, string]]),
					...(b.span.rss_bytes === null ? [] : [["memory", f.value(b.span.rss_bytes, "B")] as [string, string]])]) : "";
			}) as never),
			dataZoom: [{ type: "slider", height: 18, bottom: 8, filterMode: "weakFilter", borderColor: c.line, textStyle: { color: c.dim }, labelFormatter: (v: number) => f.duration(v) }, { type: "inside", zoomOnMouseWheel: "ctrl", filterMode: "weakFilter" }],
			xAxis: { type: "value", min: 0, max: ends[ends.length - 1] ?? t.wall_s, ...axisStyle(c), axisLabel: { color: c.dim, hideOverlap: true, formatter: (v: number) => f.duration(v) } },
			yAxis: { type: "category", inverse: true, data: lanes, ...axisStyle(c), axisLabel: { color: c.text, width: 160, overflow: "truncate", interval: by === "worker" ? 0 : "auto" } },
			series: [{
				type: "custom", clip: true, encode: { x: [1, 2], y: 0 }, data: bars.map((b) => [b.lane, b.from, b.to]),
				renderItem: (params: { dataIndex: number }, api: RenderApi) => {
					const b = bars[params.dataIndex];
					if (!b) return null;
					const [x = 0, y = 0] = api.coord([b.from, b.lane]);
					const [x2 = 0] = api.coord([b.to, b.lane]);
					const height = (api.size([0, 1])[1] ?? 20) * (b.span.phase === "step" ? 0.3 : 0.72);
					const bad = b.span.outcome !== "ok";
					return { type: "rect", shape: { x, y: y - height / 2, width: Math.max(0.7, x2 - x), height }, style: { fill: colour(b), opacity: critical.has(b.span) || b.span.phase === "step" ? 1 : 0.45, stroke: bad ? c.bad : undefined, lineWidth: bad ? 1.5 : 0 } };
				},
				markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: c.dim, type: "dashed" }, data: ends.slice(0, -1).map((x) => ({ xAxis: x })) },
			}],
		}),
	}).element;
}

// Its longest links, in their order.
function chain(t: Timeline): string {
	const list = links(criticalPath(t.spans));
	const total = list.reduce((sum, l) => sum + l.seconds, 0);
	const least = Math.max(0.01 * total, [...list].sort((a, b) => b.seconds - a.seconds)[8]?.seconds ?? 0);
	const long = list.filter((l) => l.seconds > least);
	const rest = list.length - long.length;
	return `${f.duration(total)}: ${long.map((l) => `${l.what} ${f.duration(l.seconds)}`).join(", ")}${rest ? `, and ${rest} shorter` : ""}`;
}

export const timelineView: View = {
	id: "timeline",
	title: "Timeline",
	whole: true,
	suits: (model) => (model.doc.timeline?.spans.length ?? 0) > 0,
	draw(page) {
		const t = page.model.doc.timeline;
		if (!t) return empty("No timeline was recorded.");
		const by = page.place.get("by", "worker") === "revision" ? "revision" : "worker";
		const used = [...new Set(t.spans.map((s) => s.phase))];
		return h("div", {}, toolbar(choice(page, "by", "lanes", [["worker", "workers"], ["revision", "revisions"]], by)),
			h("ul", { class: "legend" }, Object.keys(PHASES).filter((p) => used.includes(p)).map((p) => h("li", {}, h("span", { class: "swatch", style: `background:${PHASES[p]}` }), p))),
			panel("What was done when", "Builds run beside each other; measuring runs alone on the machine. Strong colours are the critical path: to shorten anything else would not have ended the sweep sooner. Dashed lines divide sessions of a sweep that was interrupted.", chart(page, t, by)),
			panel("What it adds up to", null, facts([
				["took", `${f.duration(t.wall_s)}, at least ${f.duration(t.bound_s)} with as many workers`],
				["critical path", chain(t)],
				["work", `${f.duration(t.work_s)}: ${f.duration(t.build_s)} of builds, ${f.duration(t.serial_s)} of measuring`],
				["gained by working beside each other", t.wall_s > 0 ? `${(t.work_s / t.wall_s).toFixed(2)}x, at most ${(t.work_s / Math.max(t.bound_s, 1e-9)).toFixed(2)}x` : null],
				["waited", t.wait_s ? `${f.duration(t.wait_s)} for locks and other revsweeps` : null],
				["held up", t.held_up_by ? `${f.duration(t.held_up_by.alone_s)} by the build of ${t.held_up_by.rev}` : null],
			]), table(page, "Workers", [
				{ key: "worker", title: "worker", cell: (w: Timeline["workers"][number]) => `worker ${w.worker}` },
				{ key: "busy", title: "at work", numeric: true, cell: (w) => f.duration(w.busy_s) },
				{ key: "present", title: "of", numeric: true, cell: (w) => f.duration(w.present_s) },
				{ key: "used", title: "used", numeric: true, cell: (w) => f.percent(w.utilisation) },
			], t.workers, "wsort"), h("p", {}, `All workers: ${f.percent(t.utilisation)}; while there was something to build: ${f.percent(t.utilisation_building)}.`)));
	},
};
