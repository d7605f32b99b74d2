// Bundles main.ts and style.css for embedding, and tells the build what they are made of.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

const [dir, depfile, target] = process.argv.slice(2);
const common = { bundle: true, minify: true, metafile: true, logLevel: "warning", charset: "utf8" };
const script = await build({
	...common,
	entryPoints: ["main.ts"],
	outfile: `${dir}/app.js`,
	format: "iife",
	target: "es2020",
	legalComments: "none",
	banner: { js: "/* revsweep; with Apache ECharts (Apache License 2.0) and zrender (BSD 3-Clause) */" },
	define: { "process.env.NODE_ENV": '"production"' },
});
const style = await build({ ...common, entryPoints: ["style.css"], outfile: `${dir}/app.css` });
// What comes from npm changes with the lock file alone.
const inputs = [script, style].flatMap((r) => Object.keys(r.metafile.inputs)).filter((p) => !p.startsWith("node_modules/"));
const escaped = (p) => p.replaceAll(" ", "\\ ");
writeFileSync(depfile, `${escaped(target)}/app.js ${escaped(target)}/app.css: ${inputs.map((p) => escaped(resolve(p))).join(" ")}\n`);
