// The profiles of one benchmark as a table.

import { h } from "../dom";
import * as f from "../format";
import type { Page } from "../page";
import type { Line, Profile } from "../profiles";
import { profileOf, top } from "../profiles";
import type { Column } from "../widgets";
import { empty, panel, table, toolbar } from "../widgets";

const LINES = 20;

const signed = (s: number): string => `${s > 0 ? "+" : ""}${f.value(s, "s")}`;

function ratioOf(page: Page, l: Line): number | null {
	const before = l.seconds[page.base] ?? null;
	return l.delta === null || !before ? null : (before + l.delta) / before;
}

function words(page: Page, l: Line): string {
	if (l.delta === null) return "";
	if ((l.seconds[page.base] ?? null) === null) return "new";
	return (l.seconds[page.rev] ?? null) === null ? "gone" : f.change(ratioOf(page, l));
}

// For files: a number, or the word instead of one.
function percentOf(page: Page, l: Line): number | string {
	const ratio = ratioOf(page, l), text = words(page, l);
	return ratio === null || text === "gone" ? text : Number(((ratio - 1) * 100).toPrecision(6));
}

// The line of all others stands last, however the table is sorted.
function columns(page: Page, profile: Profile): Column<Line>[] {
	const own = <T>(get: (l: Line) => T) => (l: Line): T | null => (l.others ? null : get(l));
	const list: Column<Line>[] = [
		{ key: "function", title: "function", cell: (l) => (l.others ? h("span", { class: "dim" }, l.name) : l.name), raw: (l) => l.name, order: own((l) => l.name) },
		{ key: "where", title: "where", wide: true, cell: (l) => l.where, order: own((l) => l.where) },
		...profile.revs.map((rev): Column<Line> => ({
			key: `rev${rev}`, title: page.model.label(rev), numeric: true, wide: rev !== page.base && rev !== page.rev,
			cell: (l) => f.value(l.seconds[rev] ?? null, "s"), raw: (l) => l.seconds[rev] ?? null, order: own((l) => l.seconds[rev] ?? null),
		})),
	];
	if (profile.lines.every((l) => l.delta === null)) return list;
	return [...list,
		{ key: "delta", title: "change", numeric: true, cell: (l) => (l.delta === null ? "" : signed(l.delta)), raw: (l) => l.delta, order: own((l) => l.delta) },
		{ key: "percent", title: "in percent", numeric: true, cell: (l) => words(page, l), raw: (l) => percentOf(page, l), order: own((l) => ratioOf(page, l)) },
	];
}

// Null where the page has no profiles at all.
export function profilePanel(page: Page, bench: number): HTMLElement | null {
	const { doc } = page.model;
	if (!doc.profiles) return null;
	const title = "Where the time goes";
	const profile = profileOf(doc, bench, page.base, page.rev);
	if (!profile.lines.length) return panel(title, null, empty("No profile is of this benchmark. What was left out stands under Details."));
	const all = page.place.get("functions") === "all";
	const shown = all ? profile.lines : top(profile.lines, LINES);
	return panel(title, `Seconds by function, as a profiler saw them: it slows down what it looks at, and may count what a function calls as its own. The largest change from ${page.model.label(page.base)} to ${page.model.label(page.rev)} stands first; what only one of their profiles names is new or gone.`,
		profile.lines.length > shown.length || all ? toolbar(h("a", { class: "button", href: page.place.with({ functions: all ? null : "all" }) },
			all ? "the largest alone" : `all ${profile.lines.length} functions`)) : null,
		table<Line>(page, title, columns(page, profile), shown, "psort"));
}
