// Which work decided how long a sweep took: the chain that leads back from its end, each link begun when
// the one before it was over. To shorten anything else shortens nothing.

import type { Span } from "./data";

const SLACK = 1e-3; // seconds between one span and the next of the same worker

// Nothing else of ours runs beside it, and it begins when all builds are over (report/timeline.h).
const alone = (s: Span): boolean => s.suite !== null || s.phase === "judge";

// Waiting for a worker is no work, and a step lies within its build.
const counts = (s: Span): boolean => s.phase !== "queue" && s.phase !== "step" && s.end > s.start;

function follows(s: Span, before: Span): boolean {
	return alone(s) || alone(before) || s.worker === before.worker || s.rev === before.rev;
}

export function criticalPath(spans: Span[]): Span[] {
	const path: Span[] = [];
	for (const session of new Set(spans.map((s) => s.session))) {
		const list = spans.filter((s) => s.session === session && counts(s)).sort((a, b) => b.end - a.end);
		let now = list[0];
		for (const s of list) {
			if (!now) break;
			if (s === now) path.push(s);
			else if (s.end <= now.start + SLACK && s.start < now.start && follows(now, s)) {
				path.push(s);
				now = s;
			}
		}
	}
	return path.sort((a, b) => a.start - b.start);
}

export interface Link {
	what: string;
	seconds: number;
}

// Neighbours on the path that are one thing to whoever reads it: a build, all measuring.
export function links(path: Span[]): Link[] {
	const list: Link[] = [];
	for (const s of path) {
		const what = alone(s) ? "measuring" : s.phase === "wait" ? "waiting" : `build of ${s.rev ?? "all"}`;
		const last = list[list.length - 1];
		if (last?.what === what) last.seconds += s.end - s.start;
		else list.push({ what, seconds: s.end - s.start });
	}
	return list;
}
