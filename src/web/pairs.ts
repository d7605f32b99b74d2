// Benchmarks that exist twice: under names with different ends, as pytest-park pairs them (sort_old and
// sort_new are two ways to do one thing), or with two values of one parameter.

import type { Bench } from "./data";

export const ORIGINAL = ["original", "reference", "baseline", "orig", "ref", "old"];
export const CANDIDATE = ["new", "candidate", "cand"];

export interface Pair {
	name: string; // without the end
	original: number;
	candidate: number;
}

interface Sides {
	name: string;
	original?: number;
	candidate?: number;
}

const complete = (s: Sides): Pair[] => (s.original === undefined || s.candidate === undefined ? []
	: [{ name: s.name, original: s.original, candidate: s.candidate }]);

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
	const sides = new Map<string, Sides>();
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
	return [...sides.values()].flatMap(complete);
}

// The values of each parameter that has several.
export function valuesOf(benches: Bench[], chosen: number[]): Map<string, string[]> {
	const sets = new Map<string, Set<string>>();
	for (const i of chosen) for (const [k, v] of benches[i]?.dims ?? []) sets.set(k, (sets.get(k) ?? new Set<string>()).add(String(v)));
	return new Map([...sets].filter(([, set]) => set.size > 1)
		.map(([k, set]) => [k, [...set].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))]));
}

// Those that differ in this parameter alone.
export function pairsBy(benches: Bench[], chosen: number[], key: string, original: string, candidate: string): Pair[] {
	const sides = new Map<string, Sides>();
	for (const i of chosen) {
		const b = benches[i];
		const value = b?.dims.find(([k]) => k === key)?.[1];
		if (!b || value === undefined) continue;
		const others = b.dims.filter(([k]) => k !== key).map(([k, v]) => `${k}=${v}`);
		const same = JSON.stringify([b.suite, b.base, others, b.metric]);
		const found = sides.get(same) ?? { name: [b.base, ...others].join(" ") };
		if (String(value) === original) found.original = i;
		else if (String(value) === candidate) found.candidate = i;
		sides.set(same, found);
	}
	return [...sides.values()].flatMap(complete);
}
