// The console: a query is chosen or written, run in this browser or by the server, and its answer shown.

import { byId, element } from "../dom";
import { fetchNames, type Names } from "../search/names";
import { pageOf, setting } from "../site";
import type { Lang } from "../words";
import { LocalBackend, Refusal, RemoteBackend, type Backend, type Loading } from "./backends";
import { Editor, type Term } from "./editor";
import { QuestionForm, type Values } from "./form";
import { forget, past, remember } from "./past";
import { drawTable } from "./results";
import { fill, shrink, type Catalogue } from "./saved";
import { formOf, isTabular, MEDIA_TYPES, MOST_ROWS, type Format } from "./terms";
import { grouped, say, type Word } from "./words";

const LIMITS = [10, 30, 60, 300];
const FIRST_LIMIT = 60;
const FIRST_QUESTION = "lineage/borrowed-techniques";

const holder = byId("console");
const lang: Lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const root = setting(holder, "root");
const isLocal = setting(holder, "backend") === "local";
const megabytes = (Number(setting(holder, "bytes")) / 1e6).toFixed(1);

let names: Names | null = null;
let fetching: Promise<Names> | null = null;

/** The names, fetched once they are needed. */
function withNames(): Promise<Names> {
  fetching ??= fetchNames(setting(holder, "names")).then((found) => (names = found));
  fetching.catch(() => (fetching = null));
  return fetching;
}

const fetchedCatalogue = fetch(setting(holder, "questions")).then(async (response) => (await response.json()) as Catalogue);
const loading = element("p", { class: "loading", role: "status" });
const local = isLocal
  ? new LocalBackend(
      { engine: setting(holder, "engine"), wasm: setting(holder, "wasm"), dump: setting(holder, "dump") },
      async () => (await fetchedCatalogue).prefixes,
      showLoading,
    )
  : null;
const backend: Backend = local ?? new RemoteBackend(setting(holder, "endpoint"));

function showLoading({ state, statements, milliseconds, message }: Loading): void {
  const texts: Record<Loading["state"], () => (Node | string)[]> = {
    waiting: () => [say("waiting", lang, megabytes)],
    loading: () => [say("loading", lang, megabytes)],
    ready: () => [say("ready", lang, grouped(statements), seconds(milliseconds))],
    failed: () => [`${say("failed", lang, message)} `, element("button", { type: "button", click: () => void local?.open().catch(() => undefined) }, say("again", lang))],
  };
  loading.replaceChildren(...texts[state]());
  loading.dataset.state = state;
  if (state === "ready") void keepOffline();
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0);
}

const offline = element("p", { class: "loading", id: "offline", role: "status" });
let kept = false;

/** Let a service worker keep what this page needs, once it has been loaded. */
async function keepOffline(): Promise<void> {
  if (kept) return;
  kept = true;
  if (!("serviceWorker" in navigator)) {
    offline.textContent = say("noOffline", lang);
    return;
  }
  try {
    await navigator.serviceWorker.register(setting(holder, "worker"));
    await navigator.serviceWorker.ready;
    offline.textContent = say("offline", lang);
  } catch {
    offline.textContent = say("noOffline", lang);
  }
}

async function start(): Promise<void> {
  const catalogue = await fetchedCatalogue;
  const status = element("p", { id: "status", role: "status" });
  const answer = element("div", { id: "answer" });
  const downloads = element("div", { class: "downloads" });
  const asked = element("details", { class: "past" });
  const box = element("div", { class: "editor" });
  const run = element("button", { type: "button", id: "run", class: "run", click: () => void runQuery() }, say("run", lang));
  const stop = element("button", { type: "button", id: "stop", disabled: "", click: () => give("stopped") }, say("stop", lang));
  const limit = element("select", { id: "limit" }, ...LIMITS.map((value) =>
    element("option", { value: String(value), ...(value === FIRST_LIMIT ? { selected: "" } : {}) }, say("seconds", lang, value))));
  const share = element("button", { type: "button", id: "share", click: () => void copyLink() }, say("share", lang));
  let ended: { word: Word; values: number[] } | null = null;

  const editor = new Editor(box, say("editor", lang), () => ({ prefixes: catalogue.prefixes, within }), {
    run: () => void runQuery(),
    check: (text) => backend.check(text),
    explain,
    changed: () => undefined,
  });
  const form = new QuestionForm(catalogue, withNames, lang, (question) => {
    editor.text = fill(question.text, form.fillings());
  }, (fillings) => {
    editor.text = fill(editor.text, fillings);
  });

  function within(namespace: string): Term[] {
    const things = names?.things.filter(({ iri }) => iri.startsWith(namespace) && !/[/#]/.test(iri.slice(namespace.length))) ?? [];
    return things.map(({ iri, en, zh }) => ({ iri, label: lang === "zh" ? zh || en : en }));
  }

  function explain({ reason, line }: Refusal): string {
    if (reason === "prefix" || reason === "memory") return say(reason, lang);
    return line ? (reason ? say("expected", lang, reason) : say("notHere", lang)) : reason;
  }

  function give(word: Word, ...values: number[]): void {
    ended = { word, values };
    backend.stop();
  }

  function showRefusal(error: unknown): void {
    const refusal = error instanceof Refusal ? error : new Refusal(error instanceof Error ? error.message : String(error));
    answer.replaceChildren();
    downloads.replaceChildren();
    status.classList.toggle("wrong", refusal.reason !== "stopped");
    if (refusal.reason === "stopped") status.textContent = say(ended?.word ?? "stopped", lang, ...(ended?.values ?? []));
    else if (refusal.line) {
      const text = isLocal ? explain(refusal) : refusal.reason;
      status.textContent = say("wrongAt", lang, refusal.line, refusal.column, text);
      editor.mark(refusal, text);
      editor.focus();
    } else status.textContent = say("wrong", lang, explain(refusal));
  }

  /** Ask, within the time limit, with the buttons as they are to be meanwhile. */
  async function limited<Given>(asking: () => Promise<Given>): Promise<Given | null> {
    if (!stop.disabled) return null;
    ended = null;
    status.classList.remove("wrong");
    status.textContent = say("running", lang);
    stop.disabled = false;
    let timer = 0;
    try {
      await local?.open();
      const most = Number(limit.value);
      timer = window.setTimeout(() => give("late", most), most * 1000);
      return await asking();
    } catch (error) {
      showRefusal(error);
      return null;
    } finally {
      window.clearTimeout(timer);
      stop.disabled = true;
    }
  }

  async function runQuery(): Promise<void> {
    const text = editor.text;
    const began = performance.now();
    const given = await limited(() => backend.ask(text));
    if (!given) return;
    const { table, milliseconds } = given;
    remember(text);
    drawPast();
    names ??= await withNames().catch(() => null);
    drawTable(answer, table, {
      lang,
      label: (iri) => names?.label(iri, lang) ?? shrink(iri, catalogue.prefixes),
      page: (iri) => pageOf(iri, catalogue.base, root, lang),
      own: (iri) => iri.startsWith(catalogue.base),
    });
    const told = say(table.statements ? "statements" : "rows", lang, grouped(table.total), seconds(milliseconds));
    status.textContent = table.total > table.rows.length ? `${told}. ${say("capped", lang, grouped(MOST_ROWS))}` : told;
    drawDownloads(text);
    performance.measure("llmkg.answer", { start: began, end: performance.now() });
  }

  function drawDownloads(text: string): void {
    const kind = formOf(text);
    const formats: Format[] = !isTabular(kind) ? ["ttl", "nt"] : kind === "ASK" ? ["json"] : ["csv", "tsv", "json"];
    downloads.replaceChildren(element("span", {}, say("download", lang)), ...formats.map((format) =>
      element("button", { type: "button", "data-format": format, click: () => void save(text, format) }, format === "ttl" ? "Turtle" : format === "nt" ? "N-Triples" : format.toUpperCase())));
  }

  async function save(text: string, format: Format): Promise<void> {
    const before = status.textContent;
    const content = await limited(() => backend.download(text, format));
    if (content === null) return;
    status.textContent = before;
    const href = URL.createObjectURL(new Blob([content], { type: MEDIA_TYPES[format] }));
    element("a", { href, download: `answer.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  /** The address that shows this query again: as a saved question where it is one, else the text itself. */
  function linkHash(): string {
    const { question } = form;
    if (question && fill(question.text, form.fillings()) === editor.text) {
      const parts = new URLSearchParams({ question: question.id });
      for (const [name, values] of Object.entries(form.short())) values.forEach((value) => parts.append(`value.${name}`, value));
      return parts.toString().replaceAll("%2F", "/").replaceAll("%3A", ":");
    }
    return new URLSearchParams({ query: editor.text }).toString();
  }

  async function copyLink(): Promise<void> {
    history.replaceState(null, "", `#${linkHash()}`);
    try {
      await navigator.clipboard.writeText(location.href);
      status.textContent = say("copied", lang);
    } catch {
      status.textContent = say("notCopied", lang);
    }
  }

  /** Show what an address names; it is not run before somebody says so. */
  function follow(): boolean {
    const parts = new URLSearchParams(location.hash.slice(1) || location.search.slice(1));
    const text = parts.get("query");
    const id = parts.get("question");
    if (text !== null) editor.text = text;
    else if (id !== null) {
      const values: Values = {};
      for (const [name, value] of parts) if (name.startsWith("value.")) (values[name.slice(6)] ??= []).push(value);
      form.choose(id, values);
    }
    return text !== null || id !== null;
  }

  function drawPast(): void {
    const texts = past();
    const shown = (text: string): string => (/^(?!\s*(?:prefix|base|#))\s*\S.*$/im.exec(text)?.[0] ?? text).trim().slice(0, 160);
    asked.hidden = !texts.length;
    asked.replaceChildren(element("summary", {}, say("history", lang, texts.length)),
      element("ol", {}, ...texts.map((text) => element("li", {}, element("button", { type: "button", title: text, click: () => {
        editor.text = text;
        editor.focus();
      } }, shown(text))))),
      element("button", { type: "button", id: "forget", click: () => {
        forget();
        drawPast();
      } }, say("forget", lang)));
  }

  holder.replaceChildren(
    form.holder, box, element("p", { class: "note" }, say("keys", lang)),
    element("div", { class: "bar" }, run, stop, element("label", {}, `${say("limit", lang)} `, limit), share),
    loading, offline, status, downloads, answer, asked);
  if (!local) loading.textContent = say("server", lang);
  drawPast();
  if (!follow()) form.choose(catalogue.questions.some(({ id }) => id === FIRST_QUESTION) ? FIRST_QUESTION : (catalogue.questions[0]?.id ?? ""));
  window.addEventListener("hashchange", follow);
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[hreflang]")) link.addEventListener("click", () => (link.hash = linkHash()));
  holder.dataset.started = "";
}

/** Whether the reader asks to be sent little; the graph is then loaded when it is first needed. */
function isSparing(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

if (local && isSparing()) showLoading({ state: "waiting", statements: 0, milliseconds: 0, message: "" });
else void local?.open().catch(() => undefined);
start().catch((error: unknown) => holder.replaceChildren(element("p", { class: "wrong", role: "alert" }, String(error))));
withNames().catch(() => undefined);
