// Drives the one-file report in headless Chromium: drive.mjs sweep|profiles|bisect|speed|many|shots FILE
// [SHOTS]. Prints "ok WHAT" or "not ok WHAT: WHY" a line; with SHOTS, a folder, it takes pictures of every view.
import { mkdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { browser, check, finish } from "./browser.mjs";

const [kind, file, shots] = process.argv.slice(2);
const url = pathToFileURL(file).href;

// What a page comes to within a while: it follows its address a moment later.
async function equal(what, get, wanted) {
	const w = JSON.stringify(wanted);
	let g;
	for (let i = 0; i < 50; i++) {
		g = JSON.stringify(await get());
		if (g === w) break;
		await new Promise((done) => setTimeout(done, 100));
	}
	check(what, g === w, `${g} is not ${w}`);
}

// A page that notes all that should not be: errors, dialogs, and what it asks of the network.
async function open(options, hash = "") {
	const context = await browser.newContext({ reducedMotion: "reduce", ...options });
	const page = await context.newPage();
	page.faults = [];
	page.on("console", (m) => ["error", "warning"].includes(m.type()) && page.faults.push(`console: ${m.text()}`));
	page.on("pageerror", (e) => page.faults.push(e.message));
	page.on("dialog", (d) => { page.faults.push(`dialog ${d.message()}`); void d.dismiss(); });
	page.on("request", (r) => /^(file|data|blob):/.test(r.url()) || page.faults.push(`asked for ${r.url()}`));
	await page.goto(url + hash);
	if (options.javaScriptEnabled !== false) await page.waitForSelector("html[data-ready]", { timeout: 30000 });
	return page;
}

async function close(page, what) {
	check(`${what}: no error, dialog or request`, !page.faults.length, page.faults.join("; "));
	await page.context().close();
}

const tabNames = (page) => page.locator(".tabs a").allTextContents();
// The table of verdicts; change points have one of their own above it.
const verdicts = (page) => page.locator("main > div > .scroll");
const rows = (page) => verdicts(page).locator("tbody tr");
// Charts are drawn when they come into sight.
const allDrawn = () => [...document.querySelectorAll(".chart")].every((c) => c.getBoundingClientRect().top > innerHeight || c.querySelector("svg, canvas"));
const drawn = (page) => page.waitForFunction(allDrawn, null, { timeout: 15000 });

// Goes to a view and waits until it is there.
async function goTo(page, tab) {
	await page.locator(".tabs a", { hasText: new RegExp(`^${tab}$`) }).click();
	await page.waitForFunction((t) => document.querySelector(".tabs a[aria-current]")?.textContent === t, tab);
	await drawn(page);
}

async function everyView(options, name) {
	const page = await open(options);
	const overflows = [];
	for (const tab of await tabNames(page)) {
		await goTo(page, tab);
		const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		if (over > 0) overflows.push(`${tab} by ${over}`);
		const text = await page.locator("main").innerText();
		if (text.trim().length < 10) page.faults.push(`${tab} is empty`);
		if (shots) {
			mkdirSync(shots, { recursive: true });
			await page.screenshot({ path: `${shots}/${kind}-${tab.toLowerCase().replaceAll(" ", "-")}-${name}.png` });
		}
	}
	check(`${name}: nothing is wider than the window`, !overflows.length, overflows.join(", "));
	await close(page, name);
}

async function everySize() {
	for (const colorScheme of ["light", "dark"])
		for (const width of [320, 375, 1440, 3840])
			if (colorScheme === "light" || width === 375 || width === 1440)
				await everyView({ colorScheme, viewport: { width, height: width < 500 ? 800 : 900 } }, `${width}-${colorScheme}`);
}

async function withoutScript(wanted) {
	const page = await open({ javaScriptEnabled: false });
	const text = await page.locator("main").innerText();
	for (const w of wanted) check(`without JavaScript: ${w}`, text.includes(w), text.slice(0, 300));
	await close(page, "without JavaScript");
}

async function printed() {
	const page = await open({});
	await page.emulateMedia({ media: "print" });
	check("printed: no tabs and filters", !(await page.locator("nav").isVisible()) && !(await page.locator(".filters").isVisible()));
	check("printed: the table", await page.locator("main table").first().isVisible());
	await close(page, "printed");
}

async function sweep() {
	await withoutScript(["sort[n=10]", "v5", "unbuilt"]);
	await everySize();
	await printed();
	const page = await open({ viewport: { width: 1440, height: 900 } });
	await equal("tabs", () => tabNames(page), ["Verdicts", "Heat map", "History", "Compare", "Scatter", "Scaling", "Timeline", "Details"]);
	const found = await page.locator("main section", { hasText: "Change points" }).innerText();
	check("the change points", found.includes("sort[n=1000]") && found.includes("v3") && found.includes("confirmed"), found);
	const all = await rows(page).count();
	check("a line a benchmark", all >= 6, `${all} lines`);
	await page.locator("#search").pressSequentially("func=sort");
	await page.waitForFunction(() => location.hash.includes("q="));
	await equal("search by a condition", () => rows(page).count(), 3);
	check("the field keeps the focus", await page.evaluate(() => document.activeElement?.id === "search"));
	const link = page.url();
	const other = await open({}, link.slice(link.indexOf("#")));
	await equal("a link opens the same place", () => rows(other).count(), 3);
	await close(other, "deep link");
	await page.getByRole("button", { name: "clear" }).click();
	await equal("cleared", () => rows(page).count(), all);
	await verdicts(page).getByRole("button", { name: "benchmark" }).click();
	await equal("sorted by name", () => verdicts(page).locator('th[aria-sort="ascending"]').innerText().then((t) => t.replace(/\W+$/, "")), "benchmark");
	const up = await rows(page).first().innerText();
	await verdicts(page).getByRole("button", { name: "benchmark" }).click();
	await equal("and the other way round", async () => (await rows(page).first().innerText()) !== up, true);
	await page.locator("select").filter({ hasText: "v3" }).last().selectOption("v3");
	await equal("another revision", async () => (await verdicts(page).locator("thead").innerText()).includes("v3"), true);
	await verdicts(page).locator("a", { hasText: "sort[n=100]" }).click();
	await page.waitForSelector("h2.bench");
	await drawn(page);
	await equal("a benchmark's page", () => page.locator("h2.bench").innerText(), "sort[n=100]");
	check("which says where it changed", (await page.locator("main").innerText()).includes("By revision"));
	await equal("and has all revisions", () => page.locator("main table").last().locator("tbody tr").count(), 5);
	await page.keyboard.press("]");
	await page.waitForFunction(() => !document.querySelector("h2.bench")?.textContent?.includes("sort[n=100]"));
	await page.keyboard.press("[");
	await equal("keys go to the next and back", () => page.locator("h2.bench").innerText(), "sort[n=100]");
	await page.keyboard.press("/");
	await page.keyboard.press("1");
	await page.waitForFunction(() => location.hash.startsWith("#/verdicts"));
	await goTo(page, "Scaling");
	const exponent = await page.locator("main table tbody tr", { hasText: "sort" }).first().innerText();
	check("the exponent of a linear benchmark", /\b1\.00\d\b/.test(exponent), exponent);
	await goTo(page, "Compare");
	const pairs = page.locator("section.panel", { hasText: "Two ways to do one thing" });
	await pairs.locator("select").first().selectOption("n");
	await equal("two values of a parameter are a pair", () => pairs.locator("tbody tr", { hasText: "sort" }).count(), 1);
	check("which has a ratio", /[+-][\d.]+%/.test(await pairs.locator("tbody tr", { hasText: "sort" }).innerText()));
	await goTo(page, "Details");
	await page.locator("summary").first().click();
	check("the log of the failed build", (await page.locator("pre").first().innerText()).includes("broken on purpose"));
	await close(page, "sweep");
	const hostile = await open({}, "#/");
	check("a hostile name is text", (await hostile.locator("main").innerText()).includes("<img src=x onerror=alert(1)>"));
	await hostile.locator("main a", { hasText: "onerror" }).first().click();
	await hostile.waitForSelector("h2.bench");
	await drawn(hostile);
	check("and has a page", (await hostile.locator("h2.bench").innerText()).includes("<img src=x onerror=alert(1)>"));
	await goTo(hostile, "Compare");
	await hostile.locator(".chart").first().hover();
	await close(hostile, "hostile name");
}

// Profiles of sort[n=100], of a hostile name, and of no other benchmark.
async function profiles() {
	const at = (name, query = "?base=v1&rev=v3") => `#/bench/s/${encodeURIComponent(name)}/time${query}`;
	const page = await open({ viewport: { width: 1440, height: 900 } }, at("sort[n=100]"));
	const panel = page.locator("section", { has: page.getByRole("heading", { name: "Where the time goes" }) });
	const lines = panel.locator("tbody tr");
	await equal("the largest 20 functions and the others", () => lines.count(), 21);
	check("what grew most stands first", /^f7\s+work.py:8\s+8.00 ms\s+508 ms\s+\+500 ms\s+x63.5$/.test(await lines.first().innerText()), await lines.first().innerText());
	check("all others are one line", /^\d+ other functions\s/.test(await lines.last().innerText()), await lines.last().innerText());
	await equal("revisions with a profile are columns", () => panel.locator("thead th").allTextContents().then((t) => t.map((x) => x.replace(/\W+$/, ""))), ["function", "where", "v1", "v3", "change", "in percent"]);
	for (const [way, first] of [["ascending", "7.00 ms"], ["descending", "25.0 ms"]]) {
		await panel.getByRole("button", { name: "v1" }).click();
		await page.waitForSelector(`th[aria-sort="${way}"]`);
		check(`sorted, ${way}: the others stay last`, (await lines.last().innerText()).includes("other functions"));
		if (way === "descending") check("and the largest first", (await lines.first().innerText()).includes(first), await lines.first().innerText());
	}
	await panel.locator("a", { hasText: /^all \d+ functions$/ }).click();
	await equal("all of them", async () => (await lines.count()) > 70, true);
	check("hostile names are text", (await panel.innerText()).includes("<script>alert(1)</script>"));
	const [file] = await Promise.all([page.waitForEvent("download"), panel.getByRole("button", { name: "CSV" }).click()]);
	const csv = readFileSync(await file.path(), "utf8");
	check("as a file", csv.startsWith("function,where,v1,v3,change,in percent\n") && csv.includes("\nf7,work.py:8,0.008,0.508,0.5,6250\n"), csv.slice(0, 200));
	check("in which no name is a formula", ["'=cmd|' /C calc'!A0,", "'@SUM(1+1),", "'''=1+1,", "'\uff1d1+1,"].every((name) => csv.includes(`\n${name}`)));
	await close(page, "profiles");
	const alone = await open({}, at("sort[n=100]", "?base=v1&rev=v2"));
	await equal("without a second profile there is no change", async () => (await alone.locator("section", { hasText: "Where the time goes" }).locator("thead").innerText()).includes("change"), false);
	await close(alone, "one profile");
	const hostile = await open({ viewport: { width: 375, height: 800 } }, at("<img src=x onerror=alert(1)>"));
	await equal("a hostile benchmark has its profile", () => hostile.locator("section", { hasText: "Where the time goes" }).locator("tbody tr").count(), 21);
	const over = await hostile.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	check("on a small screen nothing is wider", over <= 0, over);
	await close(hostile, "hostile profile");
	const none = await open({}, at("hash"));
	check("a benchmark without says so", (await none.locator("main").innerText()).includes("No profile is of this benchmark"));
	await goTo(none, "Details");
	check("and the notes say what was left out", (await none.locator("main").innerText()).includes("bad.json: left out"));
	await close(none, "no profile");
}

async function bisect() {
	await withoutScript(["culprit", "work"]);
	await everySize();
	const page = await open({});
	await equal("the bisect stands first", () => tabNames(page).then((t) => t[0]), "Bisect");
	check("and names the culprit", (await page.locator("main").innerText()).includes("culprit"));
	check("in the table as well", (await page.locator("tr", { hasText: "culprit" }).count()) === 1);
	await close(page, "bisect");
}

// How long it takes until something is seen, and to go from view to view; for ci/bench.
async function speed() {
	const page = await open({ viewport: { width: 1440, height: 900 } });
	const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
	console.log(`paint ${paint.toFixed(0)}`);
	const ready = await page.evaluate(() => performance.getEntriesByName("ready")[0]?.startTime ?? 0);
	console.log(`ready ${ready.toFixed(0)}`);
	await page.waitForTimeout(1000); // somebody looks at the first view before the next one is asked for
	for (const tab of await tabNames(page)) {
		const took = await page.evaluate(async (name) => {
			const link = [...document.querySelectorAll(".tabs a")].find((a) => a.textContent === name);
			const start = performance.now();
			link.click();
			await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
			while (![...document.querySelectorAll(".chart")].every((c) => c.getBoundingClientRect().top > innerHeight || c.querySelector("svg, canvas")))
				await new Promise((done) => requestAnimationFrame(done));
			await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
			return performance.now() - start;
		}, tab);
		console.log(`switch ${tab.replaceAll(" ", "-")} ${took.toFixed(0)}`);
	}
	await close(page, "speed");
}

// The largest drawing there is, and how long its frames take while somebody points and scrolls.
async function many() {
	const page = await open({ viewport: { width: 1440, height: 900 } });
	await page.waitForTimeout(1000);
	const start = Date.now();
	await page.evaluate(() => { location.hash = "#/sweep?n=2000"; });
	await page.waitForSelector(".chart canvas");
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
	console.log(`switch ${Date.now() - start}`);
	await page.evaluate(() => {
		window.frames_ms = [];
		let last = performance.now();
		const frame = (now) => { window.frames_ms.push(now - last); last = now; requestAnimationFrame(frame); };
		requestAnimationFrame(frame);
	});
	for (let i = 0; i < 60; i++) {
		await page.mouse.move(300 + i * 15, 450 + i * 5);
		if (i % 3 === 0) await page.mouse.wheel(0, 300);
		await page.waitForTimeout(16);
	}
	const frames = await page.evaluate(() => window.frames_ms.slice(2).sort((a, b) => a - b));
	console.log(`frames ${frames[frames.length >> 1].toFixed(0)} ${frames[Math.floor(frames.length * 0.95)].toFixed(0)}`);
	await close(page, "many");
}

await { sweep, profiles, bisect, speed, many, shots: everySize }[kind]();
await finish();
