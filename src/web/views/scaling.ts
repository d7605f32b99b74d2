// How the cost grows with a parameter, and by which power.

import { Chart, SERIES, axisStyle, tip, tooltip, whiskers } from "../chart";
import { h } from "../dom";
import * as f from "../format";
import type { Model } from "../model";
import type { Page, View } from "../page";
import { fit } from "../stats";
import type { Fit } from "../stats";
import { choice, empty, panel, table, toolbar } from "../widgets";

const DRAWN = 4 * SERIES.length;

interface Point {
	x: number;
	y: number;
	lo: number | null;
	hi: number | null;
	bench: number;
}

interface Family {
	name: string;
	unit: string;
	dims: Record<string, string>; // but for the axis
	byRev: Map<number, Point[]>;
}

// Parameters whose values are numbers and differ.
export function numericKeys(model: Model): string[] {
	const values = new Map<string, Set<number>>();
	for (const b of model.doc.benches) for (const [k, v] of b.dims) {
		if (typeof v !== "number") continue;
		const set = values.get(k);
		if (set) set.add(v);
		else values.set(k, new Set([v]));
	}
	return [...values].filter(([, set]) => set.size > 1).sort((a, b) => b[1].size - a[1].size).map(([k]) => k);
}

function families(page: Page, key: string, revs: number[]): Family[] {
	const { model } = page;
	const list = new Map<string, Family>();
	for (const bench of page.benches) {
		const b = model.bench(bench);
		const x = b.dims.find(([k]) => k === key)?.[1];
		if (typeof x !== "number") continue;
		const others = b.dims.filter(([k]) => k !== key).map(([k, v]) => `${k}=${v}`).join(" ");
		const metric = model.manyMetrics && b.metric !== "time" ? ` (${b.metric})` : "";
		const name = `${model.manySuites ? `${b.suite}/` : ""}${b.base}${others ? ` ${others}` : ""}${metric}`;
		const dims = Object.fromEntries(b.dims.filter(([k]) => k !== key).map(([k, v]) => [k, String(v)]));
		const family = list.get(name) ?? { name, unit: b.unit, dims: { ...dims, func: b.base }, byRev: new Map<number, Point[]>() };
		list.set(name, family);
		for (const rev of revs) {
			const cell = model.cell(bench, rev);
			if (cell.value === null) continue;
			const points = family.byRev.get(rev) ?? [];
			points.push({ x, y: cell.value, lo: cell.lo, hi: cell.hi, bench });
			family.byRev.set(rev, points);
		}
	}
	for (const family of list.values()) for (const points of family.byRev.values()) points.sort((a, b) => a.x - b.x);
	return [...list.values()].filter((g) => [...g.byRev.values()].some((p) => p.length > 1));
}

function power(points: Point[]): Fit | null {
	const usable = points.filter((p) => p.x > 0 && p.y > 0);
	return fit(usable.map((p) => Math.log(p.x)), usable.map((p) => Math.log(p.y)));
}

interface Look {
	key: string;
	log: string; // auto: each axis on which all is positive
	colours: Map<string, string> | null; // by the value of a parameter; null: a colour a family
	colourBy: string;
	small: boolean; // one of many panels
	shared: Family[] | null; // those that all panels of a unit have their axes by; null: each its own
}

// Where an axis begins and ends that all panels share.
function ends(look: Look, all: number[], log: boolean): object {
	const values = log ? all.filter((v) => v > 0) : all;
	if (!look.shared || !values.length) return {};
	const lo = Math.min(...values), hi = Math.max(...values);
	return log ? { min: 10 ** Math.floor(Math.log10(lo)), max: 10 ** Math.ceil(Math.log10(hi)) } : { max: hi };
}

function chart(page: Page, list: Family[], look: Look): HTMLElement {
	const { model } = page;
	const { key, log } = look;
	const unit = list[0]?.unit ?? "";
	const all = (look.shared ? look.shared.filter((g) => g.unit === unit) : list).flatMap((g) => [...g.byRev.values()].flat());
	const logX = log === "auto" ? all.every((p) => p.x > 0) : log === "both" || log === "x";
	const logY = log === "auto" ? all.every((p) => p.y > 0) : log === "both" || log === "y";
	const colourOf = (g: Family, i: number): string => look.colours?.get(g.dims[look.colourBy] ?? "") ?? SERIES[i % SERIES.length] ?? "#888";
	const names = list.map((g) => g.name);
	const short = new Map(f.shortNames(names, 60).map((s, i) => [names[i] ?? "", s]));
	const lines = list.flatMap((g, i) => [...g.byRev].map(([rev, points]) => ({ g, rev, points, colour: colourOf(g, i) })));
	return new Chart({
		label: lines.map((l) => {
			const p = power(l.points);
			return `${l.g.name} at ${model.label(l.rev)}: ${p ? `grows with ${key} to the power of ${p.slope.toFixed(2)}` : `${l.points.length} points`}`;
		}).join("; "),
		height: look.small ? 260 : 440, marks: lines.reduce((n, l) => n + l.points.length * 2, 0),
		option: (c) => ({
			grid: { left: 16, right: 20, top: 44, bottom: 40, containLabel: true },
			legend: { top: 0, type: "scroll", textStyle: { color: c.text }, data: list.map((g) => g.name), formatter: (name: string) => short.get(name) ?? name },
			tooltip: tooltip(c, ((p: { data: { point: Point; rev: number; name: string } }) => tip(p.data.name, [[key, String(p.data.point.x)], ["revision", model.label(p.data.rev)], ["value", f.value(p.data.point.y, unit)],
				...(p.data.point.lo === null ? [] : [["within", `${f.value(p.data.point.lo, unit)} \u2013 ${f.value(p.data.point.hi, unit)}`] as [string, string]])])) as never),
			xAxis: { type: logX ? "log" : "value", name: key, nameLocation: "middle", nameGap: 26, scale: logX, ...ends(look, all.map((p) => p.x), logX), ...axisStyle(c), axisLabel: { color: c.dim, hideOverlap: true, formatter: (v: number) => f.value(v, "") } },
			yAxis: { type: logY ? "log" : "value", min: logY ? undefined : 0, ...ends(look, all.map((p) => p.hi ?? p.y), logY), ...axisStyle(c), axisLabel: { color: c.dim, formatter: (v: number) => f.value(v, unit) } },
			series: [
				...lines.map((l) => ({
					type: "line", name: l.g.name, symbol: l.rev === page.rev ? "circle" : "emptyCircle", symbolSize: 7, color: l.colour, itemStyle: { color: l.colour },
					lineStyle: { color: l.colour, width: 1.5, type: l.rev === page.rev ? "solid" : "dashed" },
					data: l.points.map((point) => ({ value: [point.x, point.y], point, rev: l.rev, name: l.g.name })),
				})),
				...lines.map((l) => whiskers(l.points.map((p) => [p.x, p.lo, p.hi]), l.colour)),
			],
		}),
	}).element;
}

function fits(page: Page, list: Family[], revs: number[], key: string): HTMLElement {
	interface Line {
		g: Family;
		rev: number;
		p: Fit | null;
		points: Point[];
	}
	const lines = list.flatMap((g): Line[] => revs.flatMap((rev) => {
		const points = g.byRev.get(rev);
		return points ? [{ g, rev, p: power(points), points }] : [];
	}));
	return table<Line>(page, "Fits", [
		{ key: "name", title: "benchmark", cell: (l) => l.g.name, order: (l) => l.g.name },
		{ key: "rev", title: "revision", cell: (l) => page.model.label(l.rev), order: (l) => l.rev },
		{ key: "exponent", title: `grows with ${key} to the`, numeric: true, cell: (l) => (l.p ? l.p.slope.toFixed(3) : "-"), order: (l) => l.p?.slope ?? null },
		{ key: "r2", title: "R\u00b2", numeric: true, cell: (l) => (l.p ? l.p.r2.toFixed(4) : "-"), order: (l) => l.p?.r2 ?? null },
		{ key: "n", title: "points", numeric: true, cell: (l) => l.points.length, order: (l) => l.points.length },
	], lines, "fsort");
}

// Parameters, beside the one along the axis, that families differ in.
function sharedKeys(list: Family[]): string[] {
	const keys = [...new Set(list.flatMap((g) => Object.keys(g.dims)))];
	return keys.filter((k) => new Set(list.map((g) => g.dims[k])).size > 1);
}

function coloursOf(list: Family[], by: string): Map<string, string> {
	const values = [...new Set(list.map((g) => g.dims[by] ?? ""))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
	return new Map(values.map((v, i) => [v, SERIES[i % SERIES.length] ?? "#888"]));
}

// A panel for each unit and each value of the facet.
function panels(page: Page, all: Family[], facet: string, look: Look): HTMLElement[] {
	const groups = new Map<string, Family[]>();
	for (const g of all) {
		const title = [`Cost along ${look.key}`, facet ? (g.dims[facet] === undefined ? `no ${facet}` : `${facet}=${g.dims[facet]}`) : "", new Set(all.map((x) => x.unit)).size > 1 ? `in ${g.unit || "counts"}` : ""].filter(Boolean).join(", ");
		const list = groups.get(title);
		if (list) list.push(g);
		else groups.set(title, [g]);
	}
	return [...groups].map(([title, list]) => {
		const parts: HTMLElement[] = [];
		for (let i = 0; i < Math.min(list.length, DRAWN); i += SERIES.length) parts.push(chart(page, list.slice(i, i + SERIES.length), look));
		return panel(title, list.length > DRAWN ? `The first ${DRAWN} of ${list.length}; the search above chooses others.` : null, parts);
	});
}

export const scalingView: View = {
	id: "scaling",
	title: "Scaling",
	suits: (model) => numericKeys(model).length > 0,
	draw(page) {
		const keys = numericKeys(page.model);
		const key = keys.includes(page.place.get("x")) ? page.place.get("x") : keys[0] ?? "";
		const revs = [...new Set(page.place.get("both", "yes") === "yes" ? [page.base, page.rev] : [page.rev])];
		const all = families(page, key, revs);
		if (!all.length) return empty("No benchmark that passes the filters has two values of this parameter.");
		const log = page.place.get("log", "auto");
		const shared = sharedKeys(all);
		const facet = shared.includes(page.place.get("facet")) ? page.place.get("facet") : "";
		const colourBy = shared.includes(page.place.get("colour")) ? page.place.get("colour") : "";
		const look: Look = { key, log, colours: colourBy ? coloursOf(all, colourBy) : null, colourBy, small: facet !== "", shared: facet && page.place.get("axes") === "shared" ? all : null };
		return h("div", {}, h("p", { class: "help" }, "Solid lines are the newer revision, dashed ones the base; whiskers are intervals of 95 %. The exponent is the slope of a straight line through the logarithms, by least squares."),
			look.colours ? h("ul", { class: "legend" }, [...look.colours].map(([v, c]) => h("li", {}, h("span", { class: "swatch", style: `background:${c}` }), v || "none"))) : null,
			toolbar(choice(page, "x", "along", keys.map((k): [string, string] => [k, k]), key),
				choice(page, "log", "logarithmic", [["auto", "where all is positive"], ["both", "both axes"], ["x", "x"], ["y", "y"], ["none", "neither"]], log),
				shared.length ? choice(page, "facet", "panels by", [["", "none"], ...shared.map((k): [string, string] => [k, k])], facet) : null,
				facet ? choice(page, "axes", "axes", [["", "each its own"], ["shared", "the same"]], look.shared ? "shared" : "") : null,
				shared.length ? choice(page, "colour", "colour by", [["", "line"], ...shared.map((k): [string, string] => [k, k])], colourBy) : null,
				page.base !== page.rev ? choice(page, "both", "revisions", [["yes", "both"], ["no", page.model.label(page.rev)]], revs.length > 1 ? "yes" : "no") : null),
			facet ? h("div", { class: "multiples" }, panels(page, all, facet, look)) : panels(page, all, facet, look),
			panel("Fits", null, fits(page, all, revs, key)));
	},
};
