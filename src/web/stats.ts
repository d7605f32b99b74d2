// The little statistics that drawing needs. Verdicts come from the document, never from here.

export function sorted(x: readonly number[]): number[] {
	return [...x].sort((a, b) => a - b);
}

// Hyndman and Fan's type 7, as stats_quantile()
export function quantile(ascending: readonly number[], p: number): number {
	if (!ascending.length) return NaN;
	const at = (ascending.length - 1) * p;
	const below = ascending[Math.floor(at)] ?? NaN;
	const above = ascending[Math.ceil(at)] ?? NaN;
	return below + (above - below) * (at - Math.floor(at));
}

export const median = (x: readonly number[]): number => quantile(sorted(x), 0.5);

export interface Interval {
	value: number;
	lo: number | null;
	hi: number | null;
}

// The median and its distribution-free interval of at least 95 % between two order statistics
// (Conover, Practical Nonparametric Statistics, 3rd edition, 3.2); five values have none.
export function medianInterval(x: readonly number[]): Interval {
	const s = sorted(x);
	const n = s.length;
	let tail = 0;
	let k = 0;
	for (let p = 2 ** -n; k < n / 2 && 2 * (tail + p) <= 0.05; k++) {
		tail += p;
		p *= (n - k) / (k + 1);
	}
	if (n > 1000) k = Math.floor(n / 2 - 0.98 * Math.sqrt(n));
	const value = quantile(s, 0.5);
	return k ? { value, lo: s[k - 1] ?? null, hi: s[n - k] ?? null } : { value, lo: null, hi: null };
}

export interface Fit {
	slope: number;
	intercept: number;
	r2: number;
	n: number;
}

// Least squares; null with fewer than three points or one x only. Of logarithms, slope is the
// exponent of a power law.
export function fit(x: readonly number[], y: readonly number[]): Fit | null {
	const n = x.length;
	const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / n;
	const mx = mean(x);
	const my = mean(y);
	let xx = 0, xy = 0, yy = 0;
	for (let i = 0; i < n; i++) {
		const dx = (x[i] ?? 0) - mx;
		const dy = (y[i] ?? 0) - my;
		xx += dx * dx;
		xy += dx * dy;
		yy += dy * dy;
	}
	if (n < 3 || xx === 0) return null;
	return { slope: xy / xx, intercept: my - (xy / xx) * mx, r2: yy === 0 ? 1 : (xy * xy) / (xx * yy), n };
}
