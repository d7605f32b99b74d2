// Benchmarks that exist twice under names with different ends, as pytest-park pairs them: sort_old and
// sort_new are two ways to do one thing.

import type { Bench } from "./data";

export const ORIGINAL = ["original", "reference", "baseline", "orig", "ref", "old"];
export const CANDIDATE = ["new", "candidate", "cand"];

export interface Pair {
	name: string; // without the end
	original: number;
	candidate: number;
}

// "_a, -b" -> ["b", "a"]: longest first, a leading mark does not matter.
export function ends(text: string): string[] {
	return text.split(",").map((t) => t.trim().replace(/^[_-]+/, "")).filter(Boolean).sort((a, b) => b.length - a.length);
}

function strip(base: string, list: string[]): string | null {
	for (const end of list) {
		const at = base.length - end.length - 1;
		if (at > 0 && /[_-]/.test(base[at] ?? "") && base.endsWith(end)) return base.slice(0, at);
	}
	return null;
}

export function pairsOf(benches: Bench[], chosen: number[], original: string[], candidate: string[]): Pair[] {
	const sides = new Map<string, { name: string; original?: number; candidate?: number }>();
	for (const i of chosen) {
		const b = benches[i];
		if (!b) continue;
		const params = b.name.slice(b.base.length);
		for (const [side, list] of [["original", original], ["candidate", candidate]] as const) {
			const stem = strip(b.base, list);
			if (stem === null) continue;
			const key = JSON.stringify([b.suite, stem, params, b.metric]);
			const found = sides.get(key) ?? { name: stem + params };
			found[side] = i;
			sides.set(key, found);
			break;
		}
	}
	return [...sides.values()].flatMap((s): Pair[] => (s.original === undefined || s.candidate === undefined ? []
		: [{ name: s.name, original: s.original, candidate: s.candidate }]));
}
