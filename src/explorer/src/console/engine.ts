// The worker: Oxigraph with the whole graph in memory, which answers one question after the other.

import { initSync, Store } from "oxigraph/web.js";

import { formOf, isTabular, missingPrefixes, reasonOf, tableOfJson, tableOfTriples, type Format, type Table } from "./terms";

export type Asked =
  | { kind: "fetch"; dump: string }
  | { kind: "open"; module: WebAssembly.Module; prefixes: Record<string, string> }
  | { kind: "ask"; id: number; text: string; format?: Format }
  | { kind: "check"; id: number; text: string };

export type Told =
  | { kind: "loaded"; statements: number }
  | { kind: "failed"; message: string }
  | { kind: "answer"; id: number; table?: Table; text?: string; milliseconds: number }
  | { kind: "wrong"; id: number; reason: string; line: number; column: number; broken: boolean };

interface Worker {
  onmessage: ((event: MessageEvent<Asked>) => void) | null;
  postMessage: (told: Told) => void;
}

const worker = self as unknown as Worker;
let store: Store | undefined;
let empty: Store | undefined;
let prefixes: Record<string, string> = {};

let fetched: Promise<Response> | undefined;

async function open(): Promise<void> {
  const response = await fetched;
  if (!response?.ok || !response.body) throw new Error(`${response?.url}: ${response?.status}`);
  const filled = new Store();
  for await (const lines of wholeLines(await unpacked(response.body))) {
    filled.load(lines, { format: "application/n-quads", no_transaction: true, lenient: true });
  }
  store = filled;
  worker.postMessage({ kind: "loaded", statements: store.size });
}

/** A dump without its gzip; some hosts say that the file is packed, and the browser has unpacked it then. */
async function unpacked(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<ReadableStream<Uint8Array>> {
  const [first, rest] = body.tee();
  const reader = first.getReader();
  const head = (await reader.read()).value;
  void reader.cancel();
  return head?.[0] === 0x1f && head[1] === 0x8b ? rest.pipeThrough(new DecompressionStream("gzip")) : rest;
}

/** How many bytes are loaded at once: the engine takes three times as long for all of them as for pieces of at most 1 MB. */
const CHUNK = 1 << 19;

/** The bytes of a stream in pieces, each of which ends with a line. */
async function* wholeLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let buffer = new Uint8Array(CHUNK);
  let used = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    if (used + value.length > buffer.length) {
      const end = buffer.lastIndexOf(10, used - 1) + 1;
      if (end) yield buffer.subarray(0, end);
      const rest = buffer.slice(end, used);
      if (rest.length + value.length > buffer.length) buffer = new Uint8Array(2 * (rest.length + value.length));
      buffer.set(rest);
      used = rest.length;
    }
    buffer.set(value, used);
    used += value.length;
  }
  if (used) yield buffer.subarray(0, used);
}

function ask(id: number, text: string, format?: Format): void {
  if (!store) throw new Error("The graph is not loaded.");
  const began = performance.now();
  const tabular = isTabular(formOf(text));
  const wanted = format ?? (tabular ? "json" : "nt");
  const answer = asked(store, text, wanted);
  if (format) worker.postMessage({ kind: "answer", id, text: answer, milliseconds: performance.now() - began });
  else worker.postMessage({ kind: "answer", id, table: tabular ? tableOfJson(answer) : tableOfTriples(answer), milliseconds: performance.now() - began });
}

/** What a store answers; the prefixes of the graph need not be declared. */
function asked(where: Store, text: string, format: Format): string {
  return String(where.query(missingPrefixes(text, prefixes) + text, { results_format: format, use_default_graph_as_union: true }));
}

function refuse(id: number, text: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const broken = error instanceof WebAssembly.RuntimeError || error instanceof RangeError; // no heap or no stack is left
  worker.postMessage({ kind: "wrong", id, broken, ...reasonOf(message, missingPrefixes(text, prefixes).length) });
}

worker.onmessage = ({ data }) => {
  if (data.kind === "fetch") {
    fetched = fetch(data.dump);
    fetched.catch(() => undefined); // told when it is opened
    return;
  }
  if (data.kind === "open") {
    prefixes = data.prefixes;
    initSync({ module: data.module });
    open().catch((error: unknown) => worker.postMessage({ kind: "failed", message: error instanceof Error ? error.message : String(error) }));
    return;
  }
  try {
    if (data.kind === "ask") ask(data.id, data.text, data.format);
    else {
      empty ??= new Store();
      asked(empty, data.text, isTabular(formOf(data.text)) ? "json" : "nt");
      worker.postMessage({ kind: "answer", id: data.id, milliseconds: 0 });
    }
  } catch (error) {
    refuse(data.id, data.text, error);
  }
};
