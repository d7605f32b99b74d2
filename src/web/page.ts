// What every view is given and what all of them look at.

import type { Place } from "./state";
import type { Model, Row } from "./model";
import { isFailure } from "./model";
import type { Test } from "./where";
import { where } from "./where";

export interface Page {
	model: Model;
	place: Place;
	base: number; // revisions that are compared
	rev: number;
	benches: number[]; // that the filters let through
	rows: Row[]; // one a bench, for base and rev
	open(to: string): void;
}

export interface View {
	id: string;
	title: string;
	suits(model: Model): boolean; // whether there is anything to see
	whole?: boolean; // shows the sweep, whatever benchmarks are chosen
	draw(page: Page): HTMLElement;
}

// Words of a row that filters know: its verdict, or what became of it.
export function kindOf(row: Row): string {
	if (row.status === "ok") {
		if (row.verdict !== "ungated") return row.verdict;
		return row.slower ? "slower" : row.faster ? "faster" : "ungated";
	}
	return isFailure(row.status) ? "failed" : row.status;
}

function revOf(model: Model, text: string, fallback: number): number {
	if (text === "") return fallback;
	const i = model.doc.revs.findIndex((r) => r.label === text || (r.id !== null && r.id.startsWith(text) && text.length >= 7));
	return i >= 0 ? i : fallback;
}

function tests(place: Place): Test[] {
	const list: Test[] = [];
	const q = place.get("q");
	if (q) list.push(where(q));
	for (const key of ["group", "suite", "metric"] as const) {
		const value = place.get(key);
		if (value) list.push((b) => (b[key] ?? "") === value);
	}
	const mark = place.get("mark");
	if (mark) list.push((b) => b.marks.includes(mark));
	return list;
}

export function pageOf(model: Model, place: Place, open: (to: string) => void): Page {
	const base = revOf(model, place.get("base"), model.judgedBase ?? 0);
	const rev = revOf(model, place.get("rev"), Math.max(0, model.nRevs - 1));
	const kinds = place.list("v");
	const list = tests(place);
	const benches: number[] = [];
	const rows: Row[] = [];
	model.doc.benches.forEach((bench, i) => {
		if (!list.every((t) => t(bench))) return;
		const row = model.row(i, rev, base);
		if (kinds.length && !kinds.includes(kindOf(row))) return;
		benches.push(i);
		rows.push(row);
	});
	return { model, place, base, rev, benches, rows, open };
}

export function benchPath(model: Model, bench: number): string[] {
	const b = model.bench(bench);
	return ["bench", b.suite, b.name, b.metric];
}

export const MARKS: Record<string, string> = {
	regressed: "\u25b2", slower: "\u25b2", improved: "\u25bc", faster: "\u25bc", inconclusive: "?", failed: "\u2715",
};
export const TONE: Record<string, string> = {
	regressed: "bad", slower: "bad", failed: "bad", improved: "good", faster: "good", inconclusive: "unsure",
};
export const WORDS: Record<string, string> = {
	regressed: "regressed", improved: "improved", pass: "within the gate", inconclusive: "cannot tell yet",
	identical: "identical build", ungated: "no gate", slower: "slower", faster: "faster", failed: "failed",
	new: "new", removed: "removed", skipped: "skipped",
};
