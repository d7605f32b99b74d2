// ECharts, only the parts that are used, dressed in the page's colours.

import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
	AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent,
	TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import type { ECharts, EChartsCoreOption } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { h } from "./dom";
import { shortNames } from "./format";

use([
	BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart, AriaComponent, DataZoomComponent,
	GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent,
	VisualMapComponent, CanvasRenderer, SVGRenderer,
]);

// Okabe and Ito's colours, which people with any colour vision can tell apart.
export const SERIES = [
	"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d00", "#6a51a3",
];

export interface Colours {
	text: string;
	dim: string;
	line: string;
	surface: string;
	bad: string;
	good: string;
	unsure: string;
	neutral: string;
	accent: string;
}

export function colours(): Colours {
	const style = getComputedStyle(document.documentElement);
	const get = (name: string): string => style.getPropertyValue(`--${name}`).trim();
	return {
		text: get("text"), dim: get("dim"), line: get("line"), surface: get("surface"), bad: get("bad"),
		good: get("good"), unsure: get("unsure"), neutral: get("neutral"), accent: get("accent"),
	};
}

const live = new Set<Chart>();

export interface ChartOptions {
	label: string; // what a screen reader says
	height: number;
	marks: number; // drawn things: many go to a canvas
	option: (c: Colours) => EChartsCoreOption;
	click?: (event: ClickEvent) => void;
}

export interface ClickEvent {
	dataIndex: number;
	seriesId?: string;
	seriesIndex?: number;
	name: string;
	data: unknown;
}

const CANVAS_FROM = 1000;

// Many marks are painted on a canvas over several frames; the next of them would find it gone. One that
// has nothing left to paint is the last.
function discard(chart: ECharts): void {
	if (chart.getZr().painter.type === "canvas") {
		chart.clear();
		chart.getZr().flush();
	}
	chart.dispose();
}

export class Chart {
	readonly element: HTMLElement;
	private chart: ECharts | null = null;
	private readonly resizing: ResizeObserver;
	private readonly coming: IntersectionObserver;

	constructor(private readonly options: ChartOptions) {
		this.element = h("div", { class: "chart", role: "img", "aria-label": options.label, style: `height:${options.height}px` });
		this.resizing = new ResizeObserver(() => this.chart?.resize());
		this.resizing.observe(this.element);
		// A page may hold dozens: drawn when it is in sight, or nearly so and there is time.
		this.coming = new IntersectionObserver((entries) => {
			const near = this.chart ? undefined : entries.find((e) => e.isIntersecting);
			if (!near) return;
			if (near.boundingClientRect.top < innerHeight && near.boundingClientRect.bottom > 0) this.draw();
			else requestIdleCallback(() => this.drawn || this.draw(), { timeout: 500 });
		}, { rootMargin: "200px" });
		this.coming.observe(this.element);
		live.add(this);
	}

	get drawn(): boolean {
		return this.chart !== null;
	}

	draw(): void {
		if (!this.element.isConnected || !this.element.clientWidth) return;
		if (!this.chart) {
			const renderer = this.options.marks > CANVAS_FROM ? "canvas" : "svg";
			this.chart = init(this.element, null, { renderer });
			const { click } = this.options;
			if (click) this.chart.on("click", (e) => click(e as unknown as ClickEvent));
		}
		const c = colours();
		const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
		this.chart.setOption({
			animation: !reduced && this.options.marks < 400,
			animationDuration: 180,
			color: SERIES,
			// Measured as it is drawn: "inherit" means nothing to a canvas.
			textStyle: { color: c.text, fontFamily: getComputedStyle(this.element).fontFamily },
			...this.options.option(c),
		}, true);
	}

	dispose(): void {
		this.resizing.disconnect();
		this.coming.disconnect();
		if (this.chart) discard(this.chart);
		live.delete(this);
	}
}

export function disposeAll(): void {
	for (const chart of [...live]) chart.dispose();
}

// Paper has no sight to come into.
export function drawAll(): void {
	for (const chart of live) chart.draw();
}

export function redrawAll(): void {
	for (const chart of live) if (chart.drawn) chart.draw();
}

// The first chart of a kind takes twice the time of the next one, most of it for code that has not run
// before. So one of each kind is drawn where nobody sees it while the page has nothing else to do.
export function warm(): void {
	const kinds = [
		{ xAxis: { type: "category" }, yAxis: { type: "category" }, visualMap: { min: 0, max: 1, dimension: 2 }, series: [{ type: "heatmap", data: GRID }, { type: "scatter", data: GRID }] },
		{ xAxis: { type: "category" }, yAxis: { scale: true }, tooltip: { trigger: "axis" }, series: [band(GRID, "#000"), { type: "line", data: GRID, markLine: { data: [{ xAxis: 1 }] } }, { type: "scatter", data: GRID }] },
	];
	const element = h("div", { style: "position:fixed;left:-999px;width:300px;height:200px", "aria-hidden": "true" });
	const next = (): void => {
		const kind = kinds.pop();
		if (!kind) return;
		document.body.append(element);
		const chart = init(element, null, { renderer: kinds.length ? "svg" : "canvas" });
		chart.setOption({ animation: false, ...kind });
		discard(chart);
		element.remove();
		requestIdleCallback(next);
	};
	requestIdleCallback(next);
}

const GRID = Array.from({ length: 400 }, (_, i) => [i % 20, Math.floor(i / 20), i / 400]);

// ---- parts of options

export function axisStyle(c: Colours): object {
	return {
		axisLine: { lineStyle: { color: c.line } },
		axisTick: { lineStyle: { color: c.line } },
		axisLabel: { color: c.dim, hideOverlap: true },
		splitLine: { lineStyle: { color: c.line, opacity: 0.6 } },
		nameTextStyle: { color: c.dim },
	};
}

// Beside rows: the whole name is what the tooltip says.
export function nameLabels(c: Colours, names: string[]): object {
	const short = shortNames(names, Math.floor(Math.min(300, innerWidth * 0.35) / 6.8));
	return { color: c.text, interval: 0, formatter: (_: string, i: number) => short[i] ?? "" };
}

export type Line = string | [string, string];

// A tooltip built out of nodes: text stays text.
export function tip(title: string, lines: Line[]): HTMLElement {
	return h("div", { class: "tip" }, h("strong", {}, title),
		lines.map((l) => (typeof l === "string" ? h("div", {}, l)
			: h("div", { class: "pair" }, h("span", {}, l[0]), h("span", {}, l[1])))));
}

export function tooltip(c: Colours, formatter: (p: never) => HTMLElement | string, trigger: "item" | "axis" = "item"): object {
	return {
		trigger, confine: true, formatter, backgroundColor: c.surface, borderColor: c.line, borderWidth: 1,
		padding: 8, textStyle: { color: c.text, fontSize: 12 }, transitionDuration: 0,
	};
}

interface RenderApi {
	value(dimension: number): number;
	coord(point: number[]): number[];
	style(): Record<string, unknown>;
}

// Whiskers for points [x, y, lo, hi] (vertical) or [lo, y, hi] ones (horizontal).
export function whiskers(points: (number | null)[][], colour: string | ((i: number) => string), horizontal = false): object {
	return {
		type: "custom", silent: true, data: points, z: 3, clip: true,
		encode: horizontal ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
		renderItem: (params: { dataIndex: number }, api: RenderApi) => {
			const at = api.value(0), lo = api.value(1), hi = api.value(2);
			if (!Number.isFinite(lo) || !Number.isFinite(hi)) return null;
			const a = horizontal ? api.coord([lo, at]) : api.coord([at, lo]);
			const b = horizontal ? api.coord([hi, at]) : api.coord([at, hi]);
			const stroke = typeof colour === "string" ? colour : colour(params.dataIndex);
			const style = { stroke, lineWidth: 1.2, fill: undefined };
			const line = (p: number[], q: number[]): object => ({
				type: "line", shape: { x1: p[0], y1: p[1], x2: q[0], y2: q[1] }, style,
			});
			const cap = (p: number[]): object => {
				const [x = 0, y = 0] = p;
				return horizontal ? line([x, y - 3], [x, y + 3]) : line([x - 3, y], [x + 3, y]);
			};
			return { type: "group", children: [line(a, b), cap(a), cap(b)] };
		},
	};
}

// The band between lo and hi along x, as one polygon a stretch without gaps.
export function band(points: (number | null)[][], colour: string): object {
	return {
		type: "custom", silent: true, z: 1, clip: true, encode: { x: 0, y: [1, 2] }, data: [points[0] ?? [0, 0, 0]],
		renderItem: (_: unknown, api: RenderApi) => {
			const children: object[] = [];
			let run: number[][] = [];
			const flush = (): void => {
				if (run.length > 1) {
					const upper = run.map((p) => api.coord([p[0] ?? 0, p[2] ?? 0]));
					const lower = run.map((p) => api.coord([p[0] ?? 0, p[1] ?? 0])).reverse();
					children.push({ type: "polygon", shape: { points: [...upper, ...lower] }, style: { fill: colour, opacity: 0.18 } });
				}
				run = [];
			};
			for (const p of points) {
				if (p[1] == null || p[2] == null) flush();
				else run.push(p as number[]);
			}
			flush();
			return { type: "group", children };
		},
	};
}
