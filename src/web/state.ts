// Where the reader is, wholly in the address: "#/scatter?q=sort&v=regressed". Links can be sent.

export class Place {
	constructor(readonly path: string[], readonly query: URLSearchParams) {}

	get view(): string {
		return this.path[0] ?? "";
	}

	get(key: string, fallback = ""): string {
		return this.query.get(key) ?? fallback;
	}

	list(key: string): string[] {
		return this.get(key).split(" ").filter(Boolean);
	}

	number(key: string, fallback: number): number {
		const text = this.query.get(key);
		const n = text === null || text === "" ? NaN : Number(text);
		return Number.isFinite(n) ? n : fallback;
	}

	// The same place with some keys changed; an empty value takes one away.
	with(changes: Record<string, string | number | null>, path: string[] = this.path): string {
		const query = new URLSearchParams(this.query);
		for (const [k, v] of Object.entries(changes)) {
			if (v === null || v === "") query.delete(k);
			else query.set(k, String(v));
		}
		const text = query.toString();
		return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
	}
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

export function here(): Place {
	const hash = location.hash.replace(/^#\/?/, "");
	const [path = "", query = ""] = hash.split("?", 2);
	return new Place(path.split("/").filter(Boolean).map(decode), new URLSearchParams(query));
}

export function go(to: string, keepHistory = true): void {
	if (keepHistory) location.hash = to;
	else {
		history.replaceState(null, "", to);
		window.dispatchEvent(new HashChangeEvent("hashchange"));
	}
}

// What filters and views share of the address; the rest belongs to one view.
export const SHARED = ["q", "v", "group", "mark", "suite", "metric", "base", "rev"];

// A tab's address: the same benches, none of the other view's own settings.
export function tab(place: Place, view: string): string {
	const query = new URLSearchParams();
	for (const key of SHARED) {
		const v = place.query.get(key);
		if (v) query.set(key, v);
	}
	return new Place([], query).with({}, view ? [view] : []);
}
