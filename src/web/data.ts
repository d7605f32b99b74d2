// The contract with src/report/view.c: what a page shows of one sweep. Wide tables are columns; the
// arrays of `cells`, `samples` and `runs` have a place for each bench and revision, bench * revs.length + rev.

export type Num = number | null;

export interface Rev {
	label: string;
	id: string | null;
	spec: string | null;
	subject: string | null;
	author: string | null;
	date: number | null; // seconds since 1970
	outcome: string; // of its build: "ok", "failed", ...
	detail: string | null;
	log: string | null;
	build: string | null;
	same_as: number; // the revision with the same build that was measured for both, or -1
}

export interface Bench {
	suite: string;
	name: string;
	metric: string;
	unit: string;
	lower: boolean; // less is better
	cpu: boolean;
	group: string | null;
	base: string; // its name without parameters
	dims: [string, string | number][];
	marks: string[];
}

export type State =
	| "ok" | "none" | "absent" | "unbuilt"
	| "failed" | "crashed" | "timeout" | "bad-output" | "skipped";

export interface Cells {
	state: State[];
	value: Num[]; // median over launches
	lo: Num[]; // where it lies with 95 %
	hi: Num[];
	troubles: { cell: number; detail: string | null; log: string | null }[];
}

export type Verdict = "regressed" | "improved" | "pass" | "inconclusive" | "identical" | "ungated";
export type Status =
	| "ok" | "new" | "removed" | "failed" | "crashed" | "timeout" | "unbuilt" | "skipped";

export interface Rows {
	bench: number[];
	rev: number[];
	base: number[];
	status: Status[];
	verdict: Verdict[];
	words: string[]; // the verdict for people
	value: Num[];
	base_value: Num[];
	ratio: Num[];
	lo: Num[];
	hi: Num[];
	blocks: number[];
	noise: Num[];
	detectable: Num[];
	slower: number[];
	faster: number[];
	gate: (string | null)[];
	where: (string | null)[];
	detail: (string | null)[];
	caution: (string | null)[];
	log: (string | null)[];
}

export interface Change {
	bench: number;
	before: number;
	after: number;
	state: "open" | "confirmed" | "rejected";
	worse: boolean;
	probability: Num;
	ratio: Num;
	lo: Num;
	hi: Num;
	blocks: number;
	obstacle: string | null;
}

export interface Size {
	ratio: Num;
	ratio_lo: Num;
	ratio_hi: Num;
	pairs: number;
}

export interface Culprit {
	suite: string;
	bench: string;
	metric: string;
	state: string;
	obstacle: string | null;
	exact: boolean;
	detectable: Num;
	whole: Size;
	from?: string;
	to?: string;
	probability?: Num;
	set?: string[];
	several?: boolean;
	files?: string[];
	posterior?: Num[];
	levels?: Num[];
	looks_at?: number[];
	own?: Size;
}

export interface Bisect {
	culprit: string | null;
	find: "regression" | "improvement";
	culprits: Culprit[];
	path: string[];
}

export interface Span {
	phase: string;
	session: number;
	worker: number | null;
	rev: string | null;
	layout: number;
	suite: string | null;
	step: string | null;
	start: number; // seconds since 1970
	end: number;
	outcome: string;
	cpu_s: Num;
	rss_bytes: Num;
}

export interface Timeline {
	wall_s: number;
	work_s: number;
	build_s: number;
	longest_build_s: number;
	serial_s: number;
	wait_s: number;
	bound_s: number;
	utilisation: number;
	utilisation_building: number;
	held_up_by: { rev: string; layout: number; alone_s: number } | null;
	workers: { worker: number; busy_s: number; present_s: number; utilisation: number }[];
	sessions: { session: number; workers: number; start: number }[];
	spans: Span[];
}

// Where the time of benchmarks goes, as a profiler saw it: `--profiles`. Four columns, a place for each
// function of a benchmark in a revision; a profile is of a benchmark and none of its metrics, so that
// `bench` is the first of that suite and name. Names are foreign texts.
export interface Profiles {
	functions: { name: string; file: string | null; line: Num }[];
	bench: number[];
	rev: number[];
	function: number[]; // which of the above
	seconds: number[];
	notes: string[]; // what was left out, and what is of no benchmark or revision here
}

export interface Doc {
	format: 1;
	tool: string;
	sweep: string | null;
	command: string;
	project: string | null;
	date: string | null;
	verdict: Verdict;
	exit: number;
	sentence: string;
	unfinished: boolean;
	series: boolean;
	judge: string;
	order: string;
	contended: boolean;
	blocks: number;
	words: { gates: string | null; measured: string | null; judged: string | null; machine: string | null };
	settings: string[];
	notes: string[];
	host: Record<string, string | number | boolean | null> | null;
	revs: Rev[];
	benches: Bench[];
	cells: Cells;
	samples: Num[][]; // launch by launch
	runs: number[][]; // in which blocks: where each run of them begins, and how many they are
	rows: Rows;
	changes: Change[];
	bisect?: Bisect;
	timeline?: Timeline;
	profiles?: Profiles;
	logs: { path: string; text: string; cut: boolean }[];
}

// The document that the page carries: JSON, gzip, base 64.
export async function unpack(packed: string): Promise<Doc> {
	const text = atob(packed);
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
	const doc = (await new Response(stream).json()) as Doc;
	if (doc.format !== 1) throw new Error(`this page cannot read format ${String(doc.format)}`);
	return doc;
}
