// Opens the dashboard as its user does, in headless Chromium: serve.mjs URL. Prints "ok WHAT" or "not ok
// WHAT: WHY" a line.
import { browser, check, finish } from "./browser.mjs";

const url = new URL(process.argv[2]);
const context = await browser.newContext({ reducedMotion: "reduce" });
const page = await context.newPage();
const faults = [];

page.on("console", (m) => ["error", "warning"].includes(m.type()) && faults.push(`console: ${m.text()}`));
page.on("pageerror", (e) => faults.push(e.message));
page.on("dialog", (d) => { faults.push(`dialog ${d.message()}`); void d.dismiss(); });
page.on("request", (r) => r.url().startsWith(url.origin) || /^(data|blob):/.test(r.url()) || faults.push(`asked for ${r.url()}`));

await page.goto(url.href);
check("the printed address leads to the list, without its token", page.url() === `${url.origin}/`, page.url());
check("the style is applied", await page.evaluate(() => getComputedStyle(document.querySelector("nav")).display === "flex"));
await page.goto(`${url.origin}/sweep/1`);
const sweep = page.url();
for (const [link, end] of [["launches", "/launches"], ["timeline", "/timeline"]]) {
	await page.goto(sweep);
	await page.click(`.turns >> text=${link}`);
	check(`its ${link} are a click away`, page.url() === sweep + end, page.url());
}
await page.goto(`${sweep}/charts`);
await page.waitForSelector("html[data-ready]", { timeout: 30000 });
const tabs = await page.locator(".tabs a").count();
check("its charts are drawn", tabs > 2, `${tabs} tabs`);
for (let i = 0; i < tabs; i++) {
	await page.locator(".tabs a").nth(i).click();
	await page.waitForTimeout(200);
}
await page.goto(`${url.origin}/compare`);
await page.fill("input[name=base]", "1:v1");
await page.fill("input[name=candidate]", "1:v2");
await page.click("button");
check("the form compares", (await page.locator("tbody tr").count()) > 0 && page.url().includes("candidate=1%3Av2"), page.url());
check("nothing was refused, failed or asked of others", !faults.length, faults.join("; "));

// Another site's page, in the same browser.
const other = await context.newPage();
const answers = [];
await other.route("http://evil.example/**", (route) => route.fulfill({ contentType: "text/html",
	body: `<iframe src="${sweep}"></iframe><img src="${sweep}"><a href="${sweep}">x</a>` }));
// The page that refuses may have its style: it is ours, and comes from us.
other.on("response", (r) => r.url().startsWith(url.origin) && !r.url().endsWith("/style.css") && answers.push(r.status()));
await other.goto("http://evil.example/");
await other.waitForTimeout(500);
await other.click("a");
await other.waitForTimeout(500);
check("another site's page gets nothing", answers.length > 0 && answers.every((s) => s === 403), answers.join(" "));
await finish();
