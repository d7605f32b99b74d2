// The conditions of --where: KEY=VALUE joined by commas, `!` in front negates, VALUE is a glob and
// numbers are equal when they mean the same. A text without "=" is looked for in names.

import type { Bench } from "./data";

export type Test = (bench: Bench) => boolean;

function glob(pattern: string): RegExp {
	const source = pattern.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".").replace(/\[!/g, "[^");
	try {
		return new RegExp(`^${source}$`);
	} catch { // an open bracket, which means itself
		return new RegExp(`^${pattern.replace(/[.+^${}()|\\[\]*?]/g, "\\$&")}$`);
	}
}

function same(pattern: string): (value: string) => boolean {
	const number = pattern.trim() === "" ? NaN : Number(pattern);
	const re = glob(pattern);
	return (value) => (Number.isNaN(number) ? re.test(value) : Number(value) === number || re.test(value));
}

function valuesOf(bench: Bench, key: string): string[] {
	switch (key) {
	case "name": return [bench.name];
	case "group": return [bench.group ?? ""];
	case "suite": return [bench.suite];
	case "metric": return [bench.metric];
	case "mark": return bench.marks;
	case "func": return [bench.base];
	}
	const wanted = key.startsWith("param:") ? key.slice("param:".length) : key;
	return bench.dims.filter(([k]) => k === wanted).map(([, v]) => String(v));
}

function condition(text: string): Test {
	const no = text.startsWith("!");
	const body = no ? text.slice(1) : text;
	const at = body.indexOf("=");
	if (at < 0) {
		const words = body.toLowerCase().split(/\s+/).filter(Boolean);
		return (b) => words.every((w) => `${b.suite}/${b.name} ${b.metric}`.toLowerCase().includes(w)) !== no;
	}
	const key = body.slice(0, at).trim();
	const test = same(body.slice(at + 1));
	return (b) => valuesOf(b, key).some(test) !== no;
}

// Commas within brackets of a name do not divide.
export function where(text: string): Test {
	const tests = text.split(/,(?![^[]*\])/).map((t) => t.trim()).filter(Boolean).map(condition);
	return (bench) => tests.every((t) => t(bench));
}
