// Who answers: the graph in the browser, or the site's server. Both are asked in the same way.

import type { Asked, Told } from "./engine";
import { formOf, isTabular, MEDIA_TYPES, reasonOf, tableOfJson, tableOfTriples, type Format, type Table } from "./terms";

export interface Answer {
  table: Table;
  milliseconds: number;
}

/** Why there is no answer; line and column are those of the query, 0 where there is none. */
export class Refusal extends Error {
  constructor(
    readonly reason: string,
    readonly line = 0,
    readonly column = 0,
  ) {
    super(reason);
  }
}

export interface Backend {
  /** An answer to be shown. */
  ask(text: string): Promise<Answer>;
  /** An answer in a format, whole. */
  download(text: string, format: Format): Promise<string>;
  /** Give up whatever is being asked. */
  stop(): void;
  /** What is wrong with a query, without asking it; null where nothing is, or nobody knows yet. */
  check(text: string): Promise<Refusal | null>;
}

export interface Loading {
  statements: number;
  state: "waiting" | "loading" | "ready" | "failed";
  message: string;
  milliseconds: number;
}

type Settle = { resolve: (told: Extract<Told, { kind: "answer" }>) => void; reject: (refusal: Refusal) => void };

type Question = { kind: "ask"; text: string; format?: Format } | { kind: "check"; text: string };

export class LocalBackend implements Backend {
  private worker: Worker | null = null;
  private module: Promise<WebAssembly.Module> | null = null;
  private opened: Promise<void> | null = null;
  private readonly waiting = new Map<number, Settle>();
  private last = 0;
  private ready = false;
  private abandon: ((refusal: Refusal) => void) | null = null;

  constructor(
    private readonly addresses: { engine: string; wasm: string; dump: string },
    private readonly prefixes: () => Promise<Record<string, string>>,
    private readonly told: (loading: Loading) => void,
  ) {}

  /** Load the graph, if that has not begun. */
  open(): Promise<void> {
    this.opened ??= this.start();
    return this.opened;
  }

  async ask(text: string): Promise<Answer> {
    const { table, milliseconds } = await this.send({ kind: "ask", text });
    if (!table) throw new Refusal("no table");
    return { table, milliseconds };
  }

  async download(text: string, format: Format): Promise<string> {
    return (await this.send({ kind: "ask", text, format })).text ?? "";
  }

  stop(): void {
    this.restart("stopped");
  }

  /** End the worker, whatever it is doing, and start another. */
  private restart(reason: string): void {
    this.worker?.terminate();
    this.worker = null;
    this.opened = null;
    this.ready = false;
    this.abandon?.(new Refusal("stopped"));
    for (const { reject } of this.waiting.values()) reject(new Refusal(reason));
    this.waiting.clear();
    this.open().catch(() => undefined);
  }

  async check(text: string): Promise<Refusal | null> {
    if (!this.ready || this.waiting.size) return null;
    try {
      await this.send({ kind: "check", text });
      return null;
    } catch (refusal) {
      return refusal instanceof Refusal && refusal.line ? refusal : null;
    }
  }

  private async send(question: Question): Promise<Extract<Told, { kind: "answer" }>> {
    await this.open();
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.post({ ...question, id });
    });
  }

  private post(asked: Asked): void {
    this.worker?.postMessage(asked);
  }

  private async start(): Promise<void> {
    const report = (state: Loading["state"], statements = 0, milliseconds = 0, message = ""): void => this.told({ state, statements, milliseconds, message });
    report("loading");
    const began = performance.now();
    try {
      const worker = new Worker(this.addresses.engine);
      this.worker = worker;
      this.post({ kind: "fetch", dump: new URL(this.addresses.dump, document.baseURI).href });
      this.module ??= compiled(this.addresses.wasm);
      const [module, prefixes] = await Promise.all([this.module, this.prefixes()]);
      if (this.worker !== worker) throw new Refusal("stopped");
      await new Promise<void>((resolve, reject) => {
        this.abandon = reject;
        worker.onerror = (event) => reject(new Refusal(event.message));
        worker.onmessage = ({ data }: MessageEvent<Told>) => {
          if (data.kind === "failed") reject(new Refusal(data.message));
          else if (data.kind === "loaded") {
            this.ready = true;
            report("ready", data.statements, performance.now() - began);
            resolve();
          } else this.settle(data);
        };
        this.post({ kind: "open", module, prefixes });
      });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(error instanceof Error ? error.message : String(error));
      if (refusal.reason !== "stopped") {
        this.opened = null;
        this.module = null;
        report("failed", 0, 0, refusal.reason);
      }
      throw refusal;
    }
  }

  private settle(told: Extract<Told, { id: number }>): void {
    if (told.kind === "wrong" && told.broken) {
      this.restart("memory");
      return;
    }
    const asked = this.waiting.get(told.id);
    this.waiting.delete(told.id);
    if (told.kind === "answer") asked?.resolve(told);
    else asked?.reject(new Refusal(told.reason, told.line, told.column));
  }
}

/** The engine's program; compiled once, so that a new worker starts at once. */
async function compiled(address: string): Promise<WebAssembly.Module> {
  const response = await fetch(address);
  if (!response.ok) throw new Refusal(`${address}: ${response.status}`);
  if (response.headers.get("Content-Type")?.startsWith("application/wasm")) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

interface Problem {
  title?: string;
  detail?: string;
  line?: number;
  column?: number;
}

export class RemoteBackend implements Backend {
  private asking: AbortController | null = null;

  constructor(private readonly endpoint: string) {}

  async ask(text: string): Promise<Answer> {
    const began = performance.now();
    const tabular = isTabular(formOf(text));
    const answer = await this.download(text, tabular ? "json" : "nt");
    return { table: tabular ? tableOfJson(answer) : tableOfTriples(answer), milliseconds: performance.now() - began };
  }

  async download(text: string, format: Format): Promise<string> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    let response: Response;
    try {
      response = await fetch(this.endpoint, {
        method: "POST",
        headers: { "Content-Type": "application/sparql-query", Accept: MEDIA_TYPES[format] },
        body: text,
        signal: asking.signal,
      });
      if (response.ok) return await response.text();
    } catch (error) {
      throw new Refusal(asking.signal.aborted ? "stopped" : error instanceof Error ? error.message : String(error));
    }
    throw await refusalOf(response);
  }

  stop(): void {
    this.asking?.abort();
  }

  check(): Promise<null> {
    return Promise.resolve(null);
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const text = await response.text();
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    return new Refusal(`${response.status} ${response.statusText}`);
  }
  const said = problem.detail ?? problem.title ?? String(response.status);
  const where = /line (\d+)(?:, column (\d+))?/.exec(said);
  const found = reasonOf(said);
  return new Refusal(said, problem.line ?? Number(where?.[1] ?? found.line), problem.column ?? Number(where?.[2] ?? found.column));
}
