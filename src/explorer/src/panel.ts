// What is known of the chosen thing: facts, and every claim with its source.

import { copies } from "./copies";
import { addressOf, type Claim, type Data } from "./data";
import { byId, element } from "./dom";
import type { Shown, State } from "./state";
import { say, stratumWord } from "./words";

export interface Acts {
  select: (place: number) => void;
  toggleFold: (place: number) => void;
}

export function nameOf(place: number, data: Data, state: State): string {
  const node = data.nodes[place];
  if (!node) return "";
  return state.lang === "zh" && node.zh ? node.zh : node.label;
}

export function link(address: string, text: string, data: Data, state: State): HTMLElement {
  const href = addressOf(address, data, state.lang);
  return href ? element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text) : element("span", {}, text);
}

export function statusOf(edge: Claim, data: Data, state: State): string {
  return data.statuses[edge.status]?.[state.lang === "zh" ? 1 : 0] ?? edge.status;
}

export function thingButton(place: number, data: Data, state: State, acts: Acts): HTMLElement {
  return element("button", { type: "button", class: "thing", click: () => acts.select(place) }, nameOf(place, data, state));
}

export function drawPanel(state: State, shown: Shown, data: Data, acts: Acts): void {
  const { lang } = state;
  const body = byId("panel-body");
  const node = data.nodes[state.selected];
  byId("panel").classList.toggle("empty", !node);
  if (!node) {
    body.replaceChildren(element("p", { class: "hint" }, say("choose", lang)), drawCopies(state, data));
    return;
  }
  const facts: (HTMLElement | string)[] = [];
  const kind = data.kinds[node.kind]?.[lang === "zh" ? 1 : 0] ?? node.kind;
  const line = [kind, node.date || say("undated", lang), node.organizationLabel].filter(Boolean).join(" · ");
  facts.push(element("p", {}, line));
  const shownAs = nameOf(state.selected, data, state);
  const other = [node.label, node.zh, ...node.aliases].filter((name) => name && name !== shownAs);
  if (other.length) facts.push(element("p", {}, `${say("aliases", lang)}: ${other.join(", ")}`));
  if (node.sizes.length) {
    facts.push(element("details", {}, element("summary", {}, `${say("members", lang)} (${node.sizes.length})`),
      element("ul", {}, ...node.sizes.map(([label, id]) => element("li", {}, label, " ", element("code", {}, id))))));
  }
  const folded = data.nodes.filter((one) => one.under === state.selected).length;
  if (folded) {
    const isOpen = state.opened.has(state.selected);
    facts.push(element("p", {}, isOpen ? "" : `${say("folded", lang, folded)} `,
      element("button", { type: "button", id: "unfold", click: () => acts.toggleFold(state.selected) }, say(isOpen ? "fold" : "open", lang))));
  }
  body.replaceChildren(
    element("h2", { id: "panel-title", tabindex: "-1" }, nameOf(state.selected, data, state)),
    ...facts,
    element("p", {}, link(node.iri, `${say("page", lang)}: ${node.id}`, data, state)),
    side("cameFrom", shown.edges.filter((place) => data.edges[place]?.child === state.selected), "parent", state, data, acts),
    side("ledTo", shown.edges.filter((place) => data.edges[place]?.parent === state.selected), "child", state, data, acts),
    drawCopies(state, data),
  );
}

function side(title: "cameFrom" | "ledTo", edges: number[], end: "parent" | "child", state: State, data: Data, acts: Acts): HTMLElement {
  if (!edges.length) return element("div");
  const items = edges.flatMap((place) => {
    const edge = data.edges[place];
    return edge ? [element("li", { class: edge.accepted ? "" : "unsure" },
      thingButton(edge[end], data, state, acts), " ",
      element("span", { class: `stratum ${edge.stratum || "other"}` }, `${state.lang === "zh" && edge.zh ? edge.zh : edge.label} · ${stratumWord(edge.stratum, state.lang)}`),
      edge.sizes ? element("div", { class: "evidence" }, edge.sizes) : "", evidence(edge, data, state))] : [];
  });
  return element("section", {}, element("h3", {}, `${say(title, state.lang)} (${items.length})`), element("ul", { class: "claims" }, ...items));
}

export function evidence(edge: Claim, data: Data, state: State): HTMLElement {
  const where = [edge.locator, edge.date].filter(Boolean).join(", ");
  return element("div", { class: "evidence" },
    link(edge.url || edge.sourceIri, edge.source, data, state), where ? `, ${where} ` : " ",
    element("em", {}, `[${statusOf(edge, data, state)}]`), " ", link(edge.claim, say("claim", state.lang), data, state));
}

function drawCopies(state: State, data: Data): HTMLElement {
  const told = element("span", { role: "status", class: "told" });
  const holder = element("textarea", { readonly: "", hidden: "", rows: "5", "aria-label": say("copy", state.lang) });
  const buttons = Object.entries(copies(state, data)).map(([kind, text]) =>
    element("button", { type: "button", "data-copy": text, click: () => void copy(text) }, kind === "command" ? say("command", state.lang) : kind));
  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      told.textContent = say("copied", state.lang);
      holder.hidden = true;
    } catch {
      told.textContent = say("notCopied", state.lang);
      holder.hidden = false;
      holder.value = text;
      holder.select();
    }
  }
  return element("div", { class: "copies" }, element("span", {}, `${say("copy", state.lang)} `), ...buttons, told, holder);
}
