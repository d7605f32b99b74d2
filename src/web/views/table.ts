// The verdicts, a line a benchmark.

import type { Change } from "../data";
import { h } from "../dom";
import * as f from "../format";
import type { Row } from "../model";
import type { Page, View } from "../page";
import { WORDS, kindOf } from "../page";
import { badge, benchLink, empty, intervalGlyph, panel, sparkline, table } from "../widgets";
import type { Column } from "../widgets";

const ORDER = ["regressed", "failed", "slower", "inconclusive", "improved", "faster", "new", "removed", "pass", "ungated", "identical", "skipped"];
const rank = (row: Row): number => ORDER.indexOf(kindOf(row));

function tiles(page: Page): HTMLElement {
	const all = page.model.doc.benches.map((_, i) => kindOf(page.model.row(i, page.rev, page.base)));
	const chosen = page.place.list("v");
	const tile = (kind: string): HTMLElement | null => {
		const n = all.filter((k) => k === kind).length;
		if (!n && !chosen.includes(kind)) return null;
		const on = chosen.includes(kind);
		const next = on ? chosen.filter((k) => k !== kind) : [...chosen, kind];
		return h("button", { type: "button", class: "tile", "aria-pressed": String(on), click: () => page.open(page.place.with({ v: next.join(" ") })) },
			h("strong", {}, n), badge(kind));
	};
	return h("div", { class: "tiles", role: "group", "aria-label": "How many of each verdict; press one to see only those" }, ORDER.map(tile));
}

// What nearly all intervals reach, so that one wild row does not flatten the rest.
function reachOf(rows: Row[]): number {
	const ends = rows.flatMap((r) => (r.status === "ok" ? [r.lo, r.hi, r.ratio] : []))
		.filter((x): x is number => x !== null && x > 0).map((x) => Math.abs(Math.log(x))).sort((a, b) => a - b);
	return Math.max(0.01, ends[Math.floor(ends.length * 0.98)] ?? 0.01);
}

function columns(page: Page): Column<Row>[] {
	const { model } = page;
	const reach = reachOf(page.rows);
	const unit = (r: Row): string => model.bench(r.bench).unit;
	const series = model.nRevs > 2;
	const list: Column<Row>[] = [
		{ key: "name", title: "benchmark", cell: (r) => benchLink(page, r.bench), order: (r) => model.name(r.bench) },
		{ key: "base", title: model.label(page.base), numeric: true, wide: true, cell: (r) => f.value(r.base_value, unit(r)), order: (r) => r.base_value },
		{ key: "value", title: model.label(page.rev), numeric: true, cell: (r) => f.value(r.value, unit(r)), order: (r) => r.value },
		{ key: "change", title: "change", numeric: true, cell: (r) => (r.status === "ok" ? f.change(r.ratio) : ""), order: (r) => (r.status === "ok" ? r.ratio : null) },
		{ key: "interval", title: "interval", numeric: true, wide: true, cell: (r) => (r.status === "ok" ? f.interval(r.lo, r.hi) : ""), order: (r) => (r.lo !== null && r.hi !== null ? r.hi / r.lo : null) },
		{ key: "glyph", title: `\u00b1${f.percent(Math.exp(reach) - 1)}`, wide: true, cell: (r) => intervalGlyph(r, reach, model), raw: (r) => r.lo },
	];
	if (series) list.push({
		key: "series", title: "all revisions", wide: true,
		cell: (r) => sparkline(model.doc.revs.map((_, i) => model.cell(r.bench, i)),
			new Map((model.changesOf.get(r.bench) ?? []).filter((c) => c.state === "confirmed").map((c) => [c.after, c.worse ? "bad" : "good"]))),
	});
	list.push({ key: "verdict", title: "verdict", cell: (r) => badge(kindOf(r), r.words || WORDS[kindOf(r)]), order: rank });
	list.push({ key: "blocks", title: "pairs", numeric: true, wide: true, cell: (r) => r.blocks || "", order: (r) => r.blocks });
	return list;
}

const STATES: Record<Change["state"], string> = { confirmed: "confirmed", open: "not told yet", rejected: "not confirmed" };

// Where benchmarks changed in the series; places that were tried and not confirmed only on demand.
function changes(page: Page): HTMLElement | null {
	const { model } = page;
	const wanted = new Set(page.benches);
	const all = model.doc.changes.filter((c) => wanted.has(c.bench));
	const rejected = all.filter((c) => c.state === "rejected").length;
	const size = (c: Change): number => Math.abs(Math.log(c.ratio && c.ratio > 0 ? c.ratio : 1));
	const list = all.filter((c) => c.state !== "rejected" || page.place.get("tried") === "yes").sort((a, b) => size(b) - size(a));
	if (!all.length) return null;
	const tone = (c: Change): string => (c.state === "confirmed" ? (c.worse ? "slower" : "faster") : c.state === "open" ? "inconclusive" : "ungated");
	return panel("Change points", null,
		rejected ? h("p", {}, h("a", { href: page.place.with({ tried: page.place.get("tried") === "yes" ? null : "yes" }) },
			page.place.get("tried") === "yes" ? "only those that are not refuted" : f.count(rejected, "place was tried and not confirmed", "places were tried and not confirmed"))) : null,
		list.length ? h("div", { class: "short" }, table<Change>(page, "Change points", [
			{ key: "name", title: "benchmark", cell: (c) => benchLink(page, c.bench), order: (c) => model.name(c.bench) },
			{ key: "at", title: "came with", cell: (c) => [h("span", { class: "label" }, model.label(c.after)), " ", h("span", { class: "dim" }, model.doc.revs[c.after]?.subject ?? "")], order: (c) => c.after },
			{ key: "change", title: "change", numeric: true, cell: (c) => f.change(c.ratio), order: (c) => c.ratio },
			{ key: "interval", title: "interval", numeric: true, wide: true, cell: (c) => f.interval(c.lo, c.hi) },
			{ key: "state", title: "state", cell: (c) => badge(tone(c), STATES[c.state]), order: (c) => c.state },
			{ key: "p", title: "by the first blocks", numeric: true, wide: true, cell: (c) => f.percent(c.probability), order: (c) => c.probability },
			{ key: "pairs", title: "fresh pairs", numeric: true, wide: true, cell: (c) => c.blocks || "", order: (c) => c.blocks },
			{ key: "why", title: "", wide: true, cell: (c) => c.obstacle ?? "" },
		], list, "chsort")) : null);
}

export const tableView: View = {
	id: "verdicts",
	title: "Verdicts",
	suits: () => true,
	draw(page) {
		const rows = [...page.rows].sort((a, b) => rank(a) - rank(b) || Math.abs(Math.log(b.ratio ?? 1)) - Math.abs(Math.log(a.ratio ?? 1)));
		const what = page.model.nRevs > 1 ? `${page.model.label(page.rev)} against ${page.model.label(page.base)}` : page.model.label(page.rev);
		const judged = page.rows.some((r) => r.judged) || !page.rows.length;
		return h("div", {}, tiles(page), changes(page),
			judged ? null : h("p", { class: "help" }, "Nobody judged this pair of revisions: changes are medians of paired launches with an interval of 95 %, not verdicts."),
			rows.length ? table(page, `Benchmarks, ${what}`, columns(page), rows) : empty("No benchmark passes these filters."));
	},
};
