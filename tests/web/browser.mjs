// What the scripts in a browser share: the browser, and a line for each thing they look at.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../src/web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

export const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync"],
});
let failed = 0;

// "ok WHAT" or "not ok WHAT: WHY"
export function check(what, good, why = "") {
	if (!good) failed++;
	console.log(good ? `ok ${what}` : `not ok ${what}: ${String(why).replace(/\s+/g, " ")}`);
}

export async function finish() {
	await browser.close();
	process.exitCode = failed ? 1 : 0;
}
