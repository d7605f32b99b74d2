// Numbers as the terminal shows them (src/base/format.c): three digits and a unit that fits.

import type { Num } from "./data";

const decimals = (v: number): number => (Math.abs(v) >= 99.95 ? 0 : Math.abs(v) >= 9.995 ? 1 : 2);
const withUnit = (v: number, unit: string): string => `${v.toFixed(decimals(v))} ${unit}`;

// Names for a row of room: what all of them begin with goes, up to a mark that divides them, and then
// the middle of those that are still too long. What tells them apart stands at their ends.
export function shortNames(names: string[], room: number): string[] {
	let shared = names[0] ?? "";
	for (const name of names) while (!name.startsWith(shared)) shared = shared.slice(0, -1);
	const after = (mark: string): number => (shared.includes(mark) ? shared.lastIndexOf(mark) + mark.length : 0);
	const cut = names.length > 1 ? Math.max(after("/"), after("::")) : 0;
	return names.map((name) => {
		const rest = name.slice(cut);
		if (rest.length <= room) return rest;
		const head = Math.floor((room - 1) / 3);
		return `${rest.slice(0, head)}\u2026${rest.slice(rest.length - (room - 1 - head))}`;
	});
}

export function duration(s: number): string {
	const a = Math.abs(s);
	if (!Number.isFinite(s)) return "-";
	if (a === 0) return "0 s";
	if (a < 999.5e-9) return withUnit(s * 1e9, "ns");
	if (a < 999.5e-6) return withUnit(s * 1e6, "us");
	if (a < 999.5e-3) return withUnit(s * 1e3, "ms");
	if (a < 119.5) return withUnit(s, "s");
	const pad = (n: number): string => String(Math.floor(n)).padStart(2, "0");
	if (a < 3570) return `${Math.floor((a + 0.5) / 60)}m ${pad((a + 0.5) % 60)}s`;
	return `${Math.floor((a + 30) / 3600)}h ${pad(((a + 30) / 60) % 60)}m`;
}

function scaled(v: number, unit: string, step: number, names: string[]): string {
	let k = 0;
	while (Math.abs(v) >= (k ? 999.5 : step === 1024 ? 1000 : 9999.5) && k + 1 < names.length) {
		v /= step;
		k++;
	}
	if (step === 1024) return k === 0 ? `${v.toFixed(0)} B` : withUnit(v, names[k] ?? "");
	const digits = String(Number(v.toPrecision(k ? 3 : 4)));
	return `${digits}${names[k] ?? ""}${unit ? " " : ""}${unit}`;
}

export function value(v: Num, unit: string): string {
	if (v === null || !Number.isFinite(v)) return "-";
	if (unit === "s") return duration(v);
	if (unit === "B") return scaled(v, "", 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);
	return scaled(v, unit, 1000, ["", "k", "M", "G", "T"]);
}

// Values along an axis from lo to hi, with as many digits as tell its ticks apart.
export function ticks(values: readonly Num[], unit: string, lines = 6): (v: number) => string {
	const known = values.filter((v): v is number => v !== null && Number.isFinite(v));
	const lo = Math.min(...known), hi = Math.max(...known);
	const most = Math.max(Math.abs(lo), Math.abs(hi));
	const short = value(most, unit);
	// A power of a thousand, or of 1024: the text itself is rounded.
	const step = Math.log(unit === "B" ? 1024 : 1000);
	const factor = Math.exp(Math.round(Math.log(parseFloat(short) / most) / step) * step);
	// A tick is a fifth of a power of ten at least; what is not "number unit" stays as it is.
	const decimals = Math.ceil(-Math.log10(((hi - lo) / lines) * factor) + 0.3);
	const tail = short.replace(/^[-+\d.e]+/, "");
	if (!(hi > lo) || !Number.isFinite(decimals) || decimals <= 0 || /\d/.test(tail)) return (v) => value(v, unit);
	return (v) => (v === 0 ? "0" : `${(v * factor).toFixed(Math.min(9, decimals))}${tail}`);
}

export function change(ratio: Num): string {
	if (ratio === null || !Number.isFinite(ratio)) return "-";
	const p = (ratio - 1) * 100;
	const a = Math.abs(p);
	if (a < 0.005) return "0.0%";
	if (a >= 999.5) return `x${Number(ratio.toPrecision(3))}`;
	return `${p > 0 ? "+" : ""}${p.toFixed(a >= 99.95 ? 0 : a >= 0.095 ? 1 : 2)}%`;
}

export function interval(lo: Num, hi: Num): string {
	if (lo === null && hi === null) return "";
	return `[${lo !== null && lo > 0 ? change(lo) : "?"}, ${hi !== null ? change(hi) : "?"}]`;
}

// Beside an axis of changes, which is in percent.
export const points = (v: number): string => `${v > 0 ? "+" : ""}${Number(v.toPrecision(3))}%`;

export function percent(x: Num): string {
	if (x === null || !Number.isFinite(x)) return "-";
	const p = x * 100;
	return `${p.toFixed(p !== 0 && Math.abs(p) < 0.095 ? 2 : Math.abs(p) < 99.95 ? 1 : 0)}%`;
}

// "2x", "1/4x": of the logarithm to base 2
export function fold(log2: number): string {
	const f = 2 ** Math.abs(log2);
	const digits = f.toFixed(f < 1.995 ? 2 : f < 9.95 ? 1 : 0).replace(/\.?0+$/, "");
	return log2 < 0 && digits !== "1" ? `1/${digits}x` : `${digits}x`;
}

export function date(seconds: number | null): string {
	return seconds === null ? "" : new Date(seconds * 1000).toISOString().slice(0, 10);
}

export const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
