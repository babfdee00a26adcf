// The search: everything that is called something like what was typed, by kind.

import { byId, element } from "../dom";
import { pageOf, setting } from "../site";
import type { Lang } from "../words";
import { fetchNames, type Hit, type Names } from "./names";

const WORDS = {
  found: ["{} things found", "找到 {} 个条目"],
  near: ["Nothing is called “{}”. Like it:", "没有名为“{}”的条目。相近的有："],
  nothing: ["Nothing is called “{}”, or like it.", "没有名为“{}”的条目，也没有相近的。"],
  failed: ["The names could not be loaded: {}", "名称无法载入：{}"],
  alias: ["also called {}", "又名 {}"],
  rest: ["{} more", "另有 {} 个"],
  more: ["The first {} are shown; type more letters.", "仅显示前 {} 个，请输入更多文字。"],
} as const;
const MOST = 200;
const MOST_OF_KIND = 18;

const holder = byId("search");
const lang: Lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const box = byId("search-text") as HTMLInputElement;
const status = byId("search-status");
const hits = byId("search-hits");

function say(word: keyof typeof WORDS, value: string | number): string {
  return WORDS[word][lang === "zh" ? 1 : 0].replace("{}", () => String(value));
}

function show(names: Names): void {
  const text = box.value.trim();
  const found = names.find(text, MOST + 1);
  const shown = found.slice(0, MOST);
  if (!text) status.textContent = "";
  else if (!found.length) status.textContent = say("nothing", text);
  else if (found[0]?.near) status.textContent = say("near", text);
  else status.textContent = found.length > MOST ? say("more", MOST) : say("found", found.length);
  const kinds = new Map<string, Hit[]>();
  for (const hit of shown) kinds.set(hit.thing.kind, [...(kinds.get(hit.thing.kind) ?? []), hit]);
  hits.replaceChildren(...[...kinds].map(([kind, members]) => {
    const title = names.kinds[kind]?.[lang === "zh" ? 1 : 0] ?? kind;
    return element("section", {}, element("h2", {}, title, element("small", {}, ` ${members.length}`)), ...drawHits(members));
  }));
  const address = new URL(location.href);
  if (text) address.searchParams.set("q", text);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
}

/** Things of one kind; the many that are less like what was typed are folded. */
function drawHits(members: Hit[]): HTMLElement[] {
  const list = (some: Hit[]): HTMLElement => element("ul", {}, ...some.map((hit) => drawHit(hit)));
  const rest = members.slice(MOST_OF_KIND);
  return [list(members.slice(0, MOST_OF_KIND)), ...(rest.length ? [element("details", {}, element("summary", {}, say("rest", rest.length)), list(rest))] : [])];
}

function drawHit({ thing, name }: Hit): HTMLElement {
  const label = lang === "zh" ? thing.zh || thing.en : thing.en;
  const other = lang === "zh" ? thing.en : thing.zh;
  const href = pageOf(thing.iri, thing.iri.slice(0, -thing.path.length), setting(holder, "root"), lang);
  const also = name !== label && name !== other ? say("alias", name) : "";
  return element("li", {}, element("a", { href }, label), ...[other !== label ? other : "", also].filter(Boolean).map((note) => element("small", {}, ` ${note}`)));
}

/** The arrow keys go from the field to what was found, and on. */
function walk(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops: HTMLElement[] = [box, ...hits.querySelectorAll<HTMLElement>("summary, details[open] a, section > ul a")];
  const place = stops.indexOf(document.activeElement as HTMLElement);
  const next = stops[place + (event.key === "ArrowDown" ? 1 : -1)];
  if (place < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

async function start(): Promise<void> {
  box.value = new URLSearchParams(location.search).get("q") ?? "";
  const names = await fetchNames(setting(holder, "names"));
  box.addEventListener("input", () => show(names));
  holder.addEventListener("keydown", walk);
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    hits.querySelector<HTMLElement>("a")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || (event.target as HTMLElement).matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box.focus();
  });
  show(names);
  holder.dataset.started = "";
}

start().catch((error: unknown) => (status.textContent = say("failed", error instanceof Error ? error.message : String(error))));
