// Where the time of a benchmark goes: functions of its profiles, side by side.

import type { Doc, Num } from "./data";

export interface Line {
	name: string;
	where: string; // "file:line"
	seconds: Num[]; // by revision; null: its profile has no such function, or there is none
	delta: Num; // from base to revision, as far as both have a profile
	others: boolean; // the sum of the lines that are not shown
}

export interface Profile {
	revs: number[]; // that have a profile of this benchmark
	lines: Line[]; // the largest change first
}

// What a profile does not name took no time that it saw.
function deltaOf(seconds: Num[], base: number, rev: number): Num {
	const before = seconds[base] ?? null, after = seconds[rev] ?? null;
	return before === null && after === null ? null : (after ?? 0) - (before ?? 0);
}

const most = (line: Line): number => Math.max(...line.seconds.map((s) => s ?? 0));

export function profileOf(doc: Doc, bench: number, base: number, rev: number): Profile {
	const all = doc.profiles, b = doc.benches[bench];
	const first = doc.benches.findIndex((o) => o.suite === b?.suite && o.name === b.name);
	const lines = new Map<number, Line>();
	const seen = new Set<number>();
	all?.bench.forEach((of, i) => {
		const at = all.function[i] ?? 0, r = all.rev[i] ?? 0, f = all.functions[at];
		if (of !== first || !f) return;
		const where = `${f.file ?? ""}${f.line === null ? "" : `:${f.line}`}`;
		const line = lines.get(at) ?? { name: f.name, where, seconds: doc.revs.map(() => null), delta: null, others: false };
		line.seconds[r] = all.seconds[i] ?? null;
		lines.set(at, line);
		seen.add(r);
	});
	const list = [...lines.values()];
	if (base !== rev && seen.has(base) && seen.has(rev)) for (const line of list) line.delta = deltaOf(line.seconds, base, rev);
	list.sort((x, y) => Math.abs(y.delta ?? 0) - Math.abs(x.delta ?? 0) || most(y) - most(x));
	return { revs: [...seen].sort((x, y) => x - y), lines: list };
}

const sum = (values: Num[]): Num => values.reduce((a, v) => (v === null ? a : (a ?? 0) + v), null);

// The first n, and one line for all others.
export function top(lines: Line[], n: number): Line[] {
	const rest = lines.slice(n);
	if (rest.length < 2) return lines;
	return [...lines.slice(0, n), {
		name: `${rest.length} other functions`, where: "", others: true,
		seconds: (lines[0]?.seconds ?? []).map((_, rev) => sum(rest.map((l) => l.seconds[rev] ?? null))),
		delta: sum(rest.map((l) => l.delta)),
	}];
}
