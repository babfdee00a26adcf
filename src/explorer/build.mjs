// Bundles the pages' scripts and styles into ../llmkg/_web/, with the licences of what is bundled.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "llmkg", "_web");
mkdirSync(out, { recursive: true });

/** Bundle files, each under its new name; which packages they needed. */
async function bundle(entryPoints) {
  const result = await build({
    entryPoints: Object.entries(entryPoints).map(([name, path]) => ({ in: join(here, "src", path), out: name })),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    outdir: out,
    mainFields: ["browser", "module", "main"],
    logOverride: { "empty-import-meta": "silent" }, // Oxigraph would look for its program beside a module; it is given it
  });
  const found = Object.keys(result.metafile.inputs).map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  return new Set(found.filter(Boolean));
}

const APACHE = readFileSync(join(here, "..", "..", "LICENSE"), "utf8").trim();

/** Name, version, licence and its text, of each package. */
function licences(packages) {
  const texts = [...packages].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : license.includes("Apache-2.0") ? APACHE : "";
    if (!text) throw new Error(`${name} brings no text of its licence`);
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.join(`\n${"-".repeat(72)}\n\n`);
}

const explorer = await bundle({ explorer: "main.ts" });
await bundle({ explorer: "style.css", console: "console/style.css" });
const site = await bundle({ console: "console/main.ts", engine: "console/engine.ts", search: "search/main.ts", sw: "console/offline.ts" });
copyFileSync(join(here, "node_modules", "oxigraph", "web_bg.wasm"), join(out, "oxigraph.wasm"));

writeFileSync(join(out, "licences.txt"), `What is bundled into explorer.js:\n\n${licences(explorer)}`);
writeFileSync(join(out, "site-licences.txt"), `What is bundled into the site's scripts:\n\n${licences(new Set([...explorer, ...site]))}`);
