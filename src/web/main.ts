// The page: reads the document, keeps the frame (sentence, tabs, filters) and draws one view.

import { disposeAll, drawAll, redrawAll, warm } from "./chart";
import type { Doc } from "./data";
import { unpack } from "./data";
import { append, clear, h } from "./dom";
import { follow, served, servedAt } from "./live";
import { Model } from "./model";
import type { Page, View } from "./page";
import { MARKS, TONE, pageOf } from "./page";
import { go, here, tab } from "./state";
import { aboutView } from "./views/about";
import { benchView } from "./views/bench";
import { bisectView } from "./views/bisect";
import { compareView } from "./views/compare";
import { heatmapView } from "./views/heatmap";
import { historyView } from "./views/history";
import { scalingView } from "./views/scaling";
import { scatterView } from "./views/scatter";
import { tableView } from "./views/table";
import { timelineView } from "./views/timeline";

// To add a view: a file in views/ and a line here.
const VIEWS: View[] = [
	bisectView, tableView, heatmapView, historyView, compareView, scatterView, scalingView, timelineView, aboutView, benchView,
];

const text = (doc: Doc): string => `${doc.command}${doc.project ? ` ${doc.project}` : ""}`;

function header(doc: Doc): HTMLElement {
	const kind = doc.verdict;
	const at = servedAt();
	return h("header", { class: "top" },
		served() ? h("p", { class: "crumbs" }, h("a", { href: "/" }, "all sweeps"), at ? h("a", { href: at }, "as a plain page") : null, h("a", { href: "/compare" }, "compare any two")) : null,
		h("div", { class: "title" }, h("h1", {}, text(doc)), h("span", { class: "dim" }, [doc.sweep ? `sweep #${doc.sweep}` : null, doc.date].filter(Boolean).join(", "))),
		h("p", { class: `sentence ${TONE[kind] ?? ""}` }, MARKS[kind] ? h("span", { "aria-hidden": "true" }, `${MARKS[kind]} `) : null, doc.sentence),
		doc.unfinished ? h("p", { class: "sentence unsure" }, "This sweep is not finished; what is shown is what was measured so far.") : null);
}

function tabs(page: Page, current: View): HTMLElement {
	return h("nav", { "aria-label": "Views" }, h("ul", { class: "tabs" }, VIEWS.filter((v) => v.suits(page.model)).map((v) =>
		h("li", {}, h("a", { href: tab(page.place, v.id), "aria-current": v === current ? "page" : null }, v.title)))));
}

let typing = 0;

function filters(page: Page): HTMLElement {
	const { model, place } = page;
	const set = (changes: Record<string, string | null>): void => page.open(place.with(changes));
	const select = (key: string, label: string, values: [string, string][], now: string): HTMLElement | null => (values.length < 2 ? null
		: h("label", { class: "choice" }, h("span", {}, label), h("select", { change: (e: Event) => set({ [key]: (e.target as HTMLSelectElement).value }) },
			values.map(([v, t]) => h("option", { value: v, selected: v === now }, t)))));
	const { benches } = model.doc;
	const of = (list: (string | null)[]): [string, string][] => {
		const values = [...new Set(list.filter((v): v is string => Boolean(v)))].sort();
		return values.length > 1 || (values.length === 1 && list.includes(null)) ? [["", "all"], ...values.map((v): [string, string] => [v, v])] : [];
	};
	const revs = model.doc.revs.map((_, i): [string, string] => [model.label(i), model.label(i)]);
	const search = h("input", {
		type: "search", value: place.get("q"), placeholder: "name, or key=value, \u2026", "aria-label": "Search benchmarks", id: "search", autocomplete: "off", spellcheck: "false",
		input: (e: Event) => {
			window.clearTimeout(typing);
			const value = (e.target as HTMLInputElement).value;
			typing = window.setTimeout(() => go(here().with({ q: value }), false), 150);
		},
	});
	const active = ["q", "v", "group", "mark", "suite", "metric"].some((k) => place.get(k));
	return h("form", { class: "filters", role: "search", submit: (e: Event) => e.preventDefault() }, search,
		select("suite", "suite", of(benches.map((b) => b.suite)), place.get("suite")),
		select("group", "group", of(benches.map((b) => b.group)), place.get("group")),
		select("mark", "mark", of([null, ...benches.flatMap((b) => b.marks)]), place.get("mark")),
		select("metric", "metric", of(benches.map((b) => b.metric)), place.get("metric")),
		model.nRevs > 2 ? select("base", "base", revs, model.label(page.base)) : null,
		model.nRevs > 2 ? select("rev", "revision", revs, model.label(page.rev)) : null,
		h("span", { class: "dim", "aria-live": "polite" }, `${page.benches.length} of ${benches.length}`),
		active ? h("button", { type: "button", class: "button", click: () => set({ q: null, v: null, group: null, mark: null, suite: null, metric: null }) }, "clear") : null);
}

function draw(root: HTMLElement, model: Model): void {
	const place = here();
	const page = pageOf(model, place, (to) => go(to));
	const first = model.doc.bisect ? bisectView : tableView;
	const view = place.path.length ? VIEWS.find((v) => v.id === place.view) ?? first : first;
	const searching = document.activeElement?.id === "search" ? (document.activeElement as HTMLInputElement) : null;
	const caret = searching?.selectionStart ?? null;
	disposeAll();
	clear(root);
	append(root, [
		h("a", { class: "skip", href: "#main", click: (e: Event) => { e.preventDefault(); document.getElementById("main")?.focus(); } }, "to the content"),
		header(model.doc), tabs(page, view), view.whole ? h("div", { class: "gap" }) : filters(page),
		h("main", { id: "main", tabindex: -1 }, view.draw(page)),
		h("footer", {}, `${model.doc.tool}, exit code ${model.doc.exit}. Keys: / search, [ and ] previous and next benchmark, digits for the tabs.`),
	]);
	if (searching) {
		const again = document.getElementById("search") as HTMLInputElement | null;
		again?.focus();
		if (caret !== null) again?.setSelectionRange(caret, caret);
	}
	document.title = `${text(model.doc)}${view.title ? ` - ${view.id === "bench" ? place.path[2] ?? "" : view.title}` : ""} - revsweep`;
}

function keys(root: HTMLElement): void {
	document.addEventListener("keydown", (e) => {
		const target = e.target as HTMLElement;
		if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
		const link = e.key === "[" || e.key === "]" ? root.querySelector<HTMLAnchorElement>(`a[data-key="${e.key}"]`)
			: /^[1-9]$/.test(e.key) ? root.querySelectorAll<HTMLAnchorElement>(".tabs a")[Number(e.key) - 1] : null;
		if (e.key === "/") document.getElementById("search")?.focus();
		else if (link) link.click();
		else return;
		e.preventDefault();
	});
}

// Why the page does not follow its sweep, on top of what it shows.
function lost(root: HTMLElement, why: string | null): void {
	document.getElementById("lost")?.remove();
	if (why) root.before(h("p", { id: "lost", class: "sentence unsure", role: "status" }, `Not up to date: ${why}. It is tried again.`));
}

async function start(): Promise<void> {
	const root = document.getElementById("app");
	const data = document.getElementById("data");
	if (!root || !data) return;
	let model = new Model(await unpack(data.textContent ?? ""));
	keys(root);
	window.addEventListener("hashchange", () => draw(root, model));
	const at = servedAt();
	if (at) void follow(at, (doc) => {
		const from = scrollY;
		model = new Model(doc);
		draw(root, model);
		scrollTo(0, from);
	}, (why) => lost(root, why));
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
	window.addEventListener("beforeprint", drawAll);
	draw(root, model);
	performance.mark("ready");
	warm();
	document.documentElement.dataset["ready"] = "yes";
}

// The tables that stand there already stay when anything is wrong; the reason comes on top.
start().catch((e: unknown) => {
	document.getElementById("app")?.prepend(h("p", { class: "sentence bad", role: "alert" }, `The page cannot be drawn, the tables below are complete: ${String(e)}`));
});
