// Watches a sweep that is being measured, as its user does: live.mjs URL. Prints "ok WHAT" or "not ok WHAT:
// WHY" a line.
import { browser, check, finish } from "./browser.mjs";

const url = new URL(process.argv[2]);
const page = await browser.newPage();
const faults = [];

const get = (path) => page.evaluate(async (p) => (await fetch(p)).json(), path);
const until = async (what, test, ms = 60000) => {
	for (const end = Date.now() + ms; Date.now() < end;) {
		const value = await test();
		if (value) return value;
		await new Promise((done) => setTimeout(done, 100));
	}
	check(what, false, "it did not happen");
	return null;
};

page.on("pageerror", (e) => faults.push(e.message));
await page.goto(url.href);
const running = await until("a sweep is going on", async () => (await get("/api/v1/sweeps")).sweeps.find((s) => s.status === "running" && s.launches > 3));
await page.goto(`${url.origin}/sweep/${running.sweep}/charts`);
await page.waitForSelector("html[data-ready]", { timeout: 30000 });
// Whoever loads the page anew forgets this.
await page.evaluate(() => { window.same = true; });
check("what is unfinished says so", (await page.locator("header").innerText()).includes("not finished"));
const pairs = () => page.locator("tbody tr").first().locator("td").last().innerText().then(Number);
const before = await pairs();
await until("more launches appear by themselves", async () => (await pairs()) > before);
check("more launches appear by themselves", (await pairs()) > before);
await until("and the end", async () => !(await page.locator("header").innerText()).includes("not finished"));
const state = await get(`/api/v1/sweep/${running.sweep}/state`);
check("and the end, when it has come", state.status === "done", JSON.stringify(state));
check("on the same page", await page.evaluate(() => window.same === true));
check("without a fault", !faults.length, faults.join("; "));
await finish();
