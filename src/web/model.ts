// The document, ready to be asked.

import type { Bench, Change, Doc, Num, State, Status, Verdict } from "./data";
import { medianInterval } from "./stats";

export interface Cell {
	state: State;
	value: Num;
	lo: Num;
	hi: Num;
	samples: () => Num[]; // by block; null where nothing was launched
}

export interface Row {
	bench: number;
	rev: number;
	base: number;
	status: Status;
	verdict: Verdict;
	words: string;
	value: Num;
	base_value: Num;
	ratio: Num;
	lo: Num;
	hi: Num;
	blocks: number;
	noise: Num;
	detectable: Num;
	slower: boolean;
	faster: boolean;
	gate: string | null;
	where: string | null;
	detail: string | null;
	caution: string | null;
	log: string | null;
	judged: boolean; // by revsweep; otherwise the page computed it for a pair that nobody judged
}

const failures = new Set<string>(["failed", "crashed", "timeout", "bad-output", "unbuilt"]);
export const isFailure = (status: string): boolean => failures.has(status);

export class Model {
	private readonly byPlace = new Map<number, number>(); // bench * revs + rev -> row
	private readonly troubles = new Map<number, Doc["cells"]["troubles"][number]>();
	readonly changesOf = new Map<number, Change[]>();
	readonly manySuites: boolean;
	readonly manyMetrics: boolean;
	readonly metrics: string[];

	constructor(readonly doc: Doc) {
		const { rows, benches } = doc;
		if (doc.cells.value.every((v) => v === null)) this.valuesOfRows();
		rows.bench.forEach((bench, i) => {
			const place = this.place(bench, rows.rev[i] ?? 0);
			// Of several gates the worst row stands first.
			if (!this.byPlace.has(place)) this.byPlace.set(place, i);
		});
		for (const t of doc.cells.troubles) this.troubles.set(t.cell, t);
		for (const c of doc.changes) {
			const list = this.changesOf.get(c.bench);
			if (list) list.push(c);
			else this.changesOf.set(c.bench, [c]);
		}
		this.metrics = [...new Set(benches.map((b) => b.metric))];
		this.manySuites = new Set(benches.map((b) => b.suite)).size > 1;
		this.manyMetrics = this.metrics.length > 1;
	}

	// Reports about files have no launches: what is known of a cell stands in its row.
	private valuesOfRows(): void {
		const { rows, cells } = this.doc;
		rows.bench.forEach((bench, i) => {
			for (const [rev, value] of [[rows.rev[i], rows.value[i]], [rows.base[i], rows.base_value[i]]]) {
				if (rev == null || value == null) continue;
				cells.value[this.place(bench, rev)] = value;
				cells.state[this.place(bench, rev)] = "ok";
			}
		});
	}

	get nRevs(): number {
		return this.doc.revs.length;
	}

	place(bench: number, rev: number): number {
		return bench * this.nRevs + rev;
	}

	bench(bench: number): Bench {
		const b = this.doc.benches[bench];
		if (!b) throw new Error(`no bench ${bench}`);
		return b;
	}

	name(bench: number): string {
		const b = this.bench(bench);
		const metric = this.manyMetrics && b.metric !== "time" ? ` (${b.metric})` : "";
		return `${this.manySuites ? `${b.suite}/` : ""}${b.name}${metric}`;
	}

	label(rev: number): string {
		return this.doc.revs[rev]?.label ?? "?";
	}

	// Of revisions with the same build one was measured.
	measured(rev: number): number {
		const same = this.doc.revs[rev]?.same_as ?? -1;
		return same >= 0 ? same : rev;
	}

	cell(bench: number, rev: number): Cell {
		const i = this.place(bench, rev);
		const { state, value, lo, hi } = this.doc.cells;
		return {
			state: state[i] ?? "none",
			value: value[i] ?? null,
			lo: lo[i] ?? null,
			hi: hi[i] ?? null,
			// Made when somebody asks: most ask for the value alone.
			samples: () => this.byBlock(this.place(bench, this.measured(rev))),
		};
	}

	private byBlock(place: number): Num[] {
		const values = this.doc.samples[place] ?? [];
		const runs = this.doc.runs[place] ?? [];
		const list: Num[] = [];
		let next = 0;
		for (let i = 0; i + 1 < runs.length; i += 2) {
			const from = runs[i] ?? 0;
			while (list.length < from) list.push(null);
			for (let k = 0; k < (runs[i + 1] ?? 0); k++) list.push(values[next++] ?? null);
		}
		return list;
	}

	trouble(bench: number, rev: number): Doc["cells"]["troubles"][number] | undefined {
		return this.troubles.get(this.place(bench, rev));
	}

	// The judged row, as far as there is one for that base.
	judged(bench: number, rev: number, base: number): Row | null {
		const i = this.byPlace.get(this.place(bench, rev));
		const r = this.doc.rows;
		if (i === undefined || (r.base[i] !== base && r.rev[i] !== r.base[i])) return null;
		return {
			bench, rev, base,
			status: r.status[i] ?? "ok",
			verdict: r.verdict[i] ?? "ungated",
			words: r.words[i] ?? "",
			value: r.value[i] ?? null,
			base_value: r.base_value[i] ?? null,
			ratio: r.ratio[i] ?? null,
			lo: r.lo[i] ?? null,
			hi: r.hi[i] ?? null,
			blocks: r.blocks[i] ?? 0,
			noise: r.noise[i] ?? null,
			detectable: r.detectable[i] ?? null,
			slower: Boolean(r.slower[i]),
			faster: Boolean(r.faster[i]),
			gate: r.gate[i] ?? null,
			where: r.where[i] ?? null,
			detail: r.detail[i] ?? null,
			caution: r.caution[i] ?? null,
			log: r.log[i] ?? null,
			judged: true,
		};
	}

	// The base of the rows, when they agree on one.
	get judgedBase(): number | null {
		const first = this.doc.rows.base[0];
		return first !== undefined && this.doc.rows.base.every((b) => b === first) ? first : null;
	}

	// Medians of blocks that both have, paired; without any, medians alone.
	ratio(bench: number, rev: number, base: number): { ratio: Num; lo: Num; hi: Num; pairs: number } {
		const a = this.cell(bench, base);
		const b = this.cell(bench, rev);
		const pairs: number[] = [];
		const after = b.samples();
		a.samples().forEach((x, i) => {
			const y = after[i];
			if (x && y && x > 0 && y > 0) pairs.push(y / x);
		});
		if (pairs.length) {
			const m = medianInterval(pairs);
			return { ratio: m.value, lo: m.lo, hi: m.hi, pairs: pairs.length };
		}
		const ratio = a.value && b.value !== null && a.value > 0 ? b.value / a.value : null;
		return { ratio, lo: null, hi: null, pairs: 0 };
	}

	// A row for any pair of revisions: judged, or looked at.
	row(bench: number, rev: number, base: number): Row {
		const judged = this.judged(bench, rev, base);
		if (judged) return judged;
		const a = this.cell(bench, base);
		const b = this.cell(bench, rev);
		const { ratio, lo, hi, pairs } = this.ratio(bench, rev, base);
		const status = this.statusOf(a.state, b.state);
		const lower = this.bench(bench).lower;
		const up = lo !== null && lo > 1;
		const down = hi !== null && hi < 1;
		return {
			bench, rev, base, status,
			verdict: "ungated",
			words: status !== "ok" ? status : up || down ? ((up === lower) ? "slower" : "faster") : "not judged",
			value: b.value, base_value: a.value, ratio, lo, hi, blocks: pairs,
			noise: null, detectable: null,
			slower: lower ? up : down, faster: lower ? down : up,
			gate: null, where: null,
			detail: this.trouble(bench, rev)?.detail ?? null, caution: null,
			log: this.trouble(bench, rev)?.log ?? null,
			judged: false,
		};
	}

	private statusOf(base: State, head: State): Status {
		if (head === "ok") return base === "ok" ? "ok" : "new";
		if (head === "absent" || head === "none") return base === "ok" ? "removed" : "skipped";
		return head === "bad-output" ? "failed" : head;
	}

	// Ratio > 1 is worse for these.
	worse(bench: number, ratio: number): boolean {
		return this.bench(bench).lower ? ratio > 1 : ratio < 1;
	}

	// The first revision that has the bench: what series are relative to.
	first(bench: number): number {
		for (let rev = 0; rev < this.nRevs; rev++) if (this.cell(bench, rev).value !== null) return rev;
		return 0;
	}
}
