// What the numbers rest on: revisions, settings, the machine, notes and logs.

import { h } from "../dom";
import * as f from "../format";
import type { View } from "../page";
import { badge, empty, facts, panel, table } from "../widgets";

interface Line {
	i: number;
}

export const aboutView: View = {
	id: "about",
	title: "Details",
	whole: true,
	suits: () => true,
	draw(page) {
		const { doc } = page.model;
		const open = page.place.get("log");
		const revs = table<Line>(page, "Revisions", [
			{ key: "label", title: "revision", cell: ({ i }) => h("span", { class: "label" }, page.model.label(i)) },
			{ key: "id", title: "id", cell: ({ i }) => h("code", {}, (doc.revs[i]?.id ?? "").slice(0, 10)) },
			{ key: "date", title: "date", wide: true, cell: ({ i }) => f.date(doc.revs[i]?.date ?? null), order: ({ i }) => doc.revs[i]?.date ?? null },
			{ key: "subject", title: "subject", cell: ({ i }) => doc.revs[i]?.subject ?? "" },
			{ key: "author", title: "author", wide: true, cell: ({ i }) => doc.revs[i]?.author ?? "" },
			{ key: "outcome", title: "build", cell: ({ i }) => {
				const r = doc.revs[i];
				if (!r) return "";
				if (r.outcome !== "ok") return [badge("failed", r.outcome), ` ${r.detail ?? ""}`];
				return r.same_as >= 0 ? `the same as ${page.model.label(r.same_as)}` : "ok";
			} },
		], doc.revs.map((_, i) => ({ i })), "asort");
		return h("div", {},
			panel("What it rests on", null, facts([
				["gates", doc.words.gates], ["measured", doc.words.measured], ["judged", doc.words.judged], ["machine", doc.words.machine],
				["settings", doc.settings.length ? h("ul", {}, doc.settings.map((s) => h("li", {}, s))) : null],
				["order", doc.order], ["measured at", doc.date], ["by", doc.tool], ["exit code", doc.exit],
			])),
			doc.notes.length ? panel("Notes", null, h("ul", {}, doc.notes.map((n) => h("li", {}, n)))) : null,
			doc.profiles?.notes.length ? panel("Notes on profiles", null, h("ul", {}, doc.profiles.notes.map((n) => h("li", {}, n)))) : null,
			panel("Revisions", null, revs),
			doc.host ? panel("Machine", null, facts(Object.entries(doc.host).map(([k, v]): [string, string] => [k.replaceAll("_", " "), v === null ? "" : String(v)]))) : null,
			panel("Logs of what failed", null, doc.logs.length ? doc.logs.map((log, i) => h("details", { open: open === String(i) },
				h("summary", {}, log.path), log.cut ? h("p", { class: "dim" }, "only its end is shown") : null, h("pre", {}, log.text))) : empty("Nothing failed, or no log was kept.")));
	},
};
