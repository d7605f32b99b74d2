// Small things that several views are made of.

import type { Num } from "./data";
import { h, svg } from "./dom";
import type { Child } from "./dom";
import * as f from "./format";
import type { Model, Row } from "./model";
import type { Page } from "./page";
import { MARKS, TONE, WORDS, benchPath, kindOf } from "./page";

export function badge(kind: string, text?: string): HTMLElement {
	const mark = MARKS[kind];
	return h("span", { class: `badge ${TONE[kind] ?? ""}` }, mark ? h("span", { "aria-hidden": "true" }, `${mark} `) : null,
		text ?? WORDS[kind] ?? kind);
}

export function benchLink(page: Page, bench: number, text?: string): HTMLElement {
	return h("a", { href: page.place.with({}, benchPath(page.model, bench)) }, text ?? page.model.name(bench));
}

export function panel(title: string, help: string | null, ...children: Child[]): HTMLElement {
	return h("section", { class: "panel" }, h("h2", {}, title), help ? h("p", { class: "help" }, help) : null, children);
}

// Made when it is nearly in sight.
export function later(make: () => HTMLElement | null): HTMLElement {
	const place = h("div", { class: "later" });
	const observer = new IntersectionObserver((entries) => {
		if (!entries.some((e) => e.isIntersecting)) return;
		observer.disconnect();
		place.replaceChildren(...[make()].filter((e): e is HTMLElement => e !== null));
		place.classList.remove("later");
	}, { rootMargin: "200px" });
	observer.observe(place);
	return place;
}

export function empty(text: string): HTMLElement {
	return h("p", { class: "empty" }, text);
}

// A choice that writes itself into the address; what only went with the one before is forgotten.
export function choice(page: Page, key: string, label: string, options: [string, string][], now: string, forgotten: string[] = []): HTMLElement {
	const without = Object.fromEntries(forgotten.map((k) => [k, null]));
	return h("label", { class: "choice" }, h("span", {}, label),
		h("select", { change: (e: Event) => page.open(page.place.with({ ...without, [key]: (e.target as HTMLSelectElement).value })) },
			options.map(([value, text]) => h("option", { value, selected: value === now }, text))));
}

export function toolbar(...children: Child[]): HTMLElement {
	return h("div", { class: "toolbar" }, children);
}

// The interval of a change on a scale that all rows share, with the line of no change.
export function intervalGlyph(row: Row, reach: number, model: Model): SVGElement | null {
	if (row.ratio === null || row.status !== "ok") return null;
	const width = 120, height = 18, mid = height / 2;
	const x = (ratio: number): number => {
		const t = Math.max(-1, Math.min(1, Math.log(Math.max(ratio, 1e-9)) / reach));
		return width / 2 + t * (width / 2 - 4);
	};
	const tone = TONE[kindOf(row)] ?? (model.worse(row.bench, row.ratio) ? "plain" : "plain");
	const lo = row.lo, hi = row.hi;
	return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, class: `glyph ${tone}`, "aria-hidden": "true" },
		svg("line", { x1: width / 2, x2: width / 2, y1: 1, y2: height - 1, class: "zero" }),
		lo !== null && hi !== null ? svg("line", { x1: x(lo), x2: x(hi), y1: mid, y2: mid, class: "reach" }) : null,
		svg("circle", { cx: x(row.ratio), cy: mid, r: 3.2 }));
}

// A series of values as one line, gaps left out; as high as their intervals reach, so that noise looks
// like noise.
export function sparkline(cells: { value: Num; lo: Num; hi: Num }[], marks: Map<number, string>, width = 110): SVGElement | null {
	const values = cells.map((c) => c.value);
	if (values.filter((v) => v !== null).length < 2) return null;
	const height = 22;
	const known = cells.flatMap((c) => [c.value, c.lo, c.hi]).filter((v): v is number => v !== null);
	const lo = Math.min(...known), hi = Math.max(...known);
	const x = (i: number): number => 3 + (i / Math.max(1, values.length - 1)) * (width - 6);
	const y = (v: number): number => (hi > lo ? height - 4 - ((v - lo) / (hi - lo)) * (height - 8) : height / 2);
	let path = "";
	let pen = "M";
	values.forEach((v, i) => {
		if (v === null) pen = "M";
		else {
			path += `${pen}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
			pen = "L";
		}
	});
	return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, class: "spark", "aria-hidden": "true" },
		svg("path", { d: path, fill: "none" }),
		[...marks].map(([i, tone]) => {
			const v = values[i];
			return v == null ? null : svg("circle", { cx: x(i), cy: y(v), r: 2.8, class: tone });
		}));
}

// A list of names and texts.
export function facts(pairs: [string, Child][]): HTMLElement {
	return h("dl", { class: "facts" }, pairs.filter(([, v]) => v !== null && v !== "" && v !== undefined)
		.map(([k, v]) => [h("dt", {}, k), h("dd", {}, v)]));
}

export interface Column<T> {
	key: string;
	title: string;
	numeric?: boolean;
	cell: (item: T) => Child;
	raw?: (item: T) => string | number | null; // for files; else what `order` or the cell says
	order?: (item: T) => number | string | null;
	wide?: boolean; // left out where there is little room
}

const AT_ONCE = 150;

// One field as escape_csv() writes it: what a spreadsheet would run gets an apostrophe.
export function csvField(value: string | number | null): string {
	if (value === null) return "";
	const text = typeof value === "string" && /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : String(value);
	return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function rawOf<T>(column: Column<T>, item: T): string | number | null {
	if (column.raw) return column.raw(item);
	if (column.order && column.numeric) return column.order(item);
	return h("span", {}, column.cell(item)).textContent;
}

function download(name: string, text: string): void {
	const link = h("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: name });
	link.click();
	URL.revokeObjectURL(link.href);
}

function csvButton<T>(caption: string, columns: Column<T>[], items: T[]): HTMLElement {
	const write = (): void => {
		const lines = [columns.map((c) => csvField(c.title)), ...items.map((item) => columns.map((c) => csvField(rawOf(c, item))))];
		download(`${caption.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.csv`, `${lines.map((l) => l.join(",")).join("\n")}\n`);
	};
	return h("button", { type: "button", class: "csv", click: write, title: `${caption} as a file for spreadsheets` }, "CSV");
}

// A table that sorts by its headings (the address knows how) and grows while it is scrolled.
export function table<T>(page: Page, caption: string, columns: Column<T>[], items: T[], key = "sort"): HTMLElement {
	const [by = "", direction = ""] = page.place.get(key).split(":");
	const column = columns.find((c) => c.key === by);
	const sign = direction === "down" ? -1 : 1;
	const list = column?.order ? [...items].sort((a, b) => compare(column.order?.(a) ?? null, column.order?.(b) ?? null, sign)) : items;
	const body = h("tbody");
	const heading = (c: Column<T>): HTMLElement => {
		const active = c.key === by;
		const next = active && direction !== "down" ? "down" : "up";
		return h("th", {
			scope: "col", class: `${c.numeric ? "n" : ""} ${c.wide ? "wide" : ""}`,
			"aria-sort": active ? (direction === "down" ? "descending" : "ascending") : null,
		}, c.order ? h("button", { class: "sorter", type: "button", click: () => page.open(page.place.with({ [key]: `${c.key}:${next}` })) },
			c.title, h("span", { "aria-hidden": "true" }, active ? (direction === "down" ? " \u25be" : " \u25b4") : "")) : c.title);
	};
	let shown = 0;
	const more = (): void => {
		for (const item of list.slice(shown, shown + AT_ONCE)) {
			body.append(h("tr", {}, columns.map((c, i) => h(i === 0 ? "th" : "td", {
				scope: i === 0 ? "row" : null, class: `${c.numeric ? "n" : ""} ${c.wide ? "wide" : ""}`,
			}, c.cell(item)))));
		}
		shown = Math.min(list.length, shown + AT_ONCE);
		foot.textContent = shown < list.length ? `${shown} of ${list.length} lines; more while you scroll` : "";
	};
	const foot = h("p", { class: "more" });
	more();
	if (shown < list.length) {
		const observer = new IntersectionObserver((entries) => {
			if (!entries.some((e) => e.isIntersecting)) return;
			more();
			if (shown >= list.length) observer.disconnect();
		}, { rootMargin: "600px" });
		observer.observe(foot);
	}
	return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
		h("table", {}, h("caption", { class: "sr" }, caption), h("thead", {}, h("tr", {}, columns.map(heading))), body), foot,
		csvButton(caption, columns, list));
}

// What has no value stands last either way.
function compare(a: number | string | null, b: number | string | null, sign: number): number {
	if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
	if (typeof a === "number" && typeof b === "number") return sign * (a - b);
	return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
}

export function effectWords(row: Row): string {
	const interval = f.interval(row.lo, row.hi);
	return `${f.change(row.ratio)}${interval ? ` ${interval}` : ""}`;
}
