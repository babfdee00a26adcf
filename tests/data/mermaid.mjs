// Reads a Mermaid file with Mermaid's own parser: node mermaid.mjs NODE_MODULES FILE
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [modules, file] = process.argv.slice(2);
const { JSDOM } = createRequire(join(modules, "x.js"))("jsdom");
globalThis.window = new JSDOM("<body></body>").window;
globalThis.document = globalThis.window.document;
const { default: mermaid } = await import(pathToFileURL(join(modules, "mermaid/dist/mermaid.core.mjs")).href);
const text = readFileSync(file, "utf8");
await mermaid.parse(text);
const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
console.log(JSON.stringify({ nodes: db.getVertices().size, edges: db.getEdges().length }));
