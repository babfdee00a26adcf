// The table twin: every claim that the picture shows, in rows that can be sorted.

import type { Data } from "./data";
import { byId, element } from "./dom";
import { link, statusOf, thingButton, nameOf, type Acts } from "./panel";
import type { Shown, State } from "./state";
import { say, stratumWord, type Word } from "./words";

const COLUMNS: Word[] = ["younger", "what", "older", "stratum", "status", "source", "date"];
const FIRST_ROWS = 200;

let sortedBy = 0;
let descending = false;
let all = false;

export function drawTable(state: State, shown: Shown, data: Data, acts: Acts): void {
  const { lang } = state;
  const again = (): void => drawTable(state, shown, data, acts);
  const cells = (place: number): string[] => {
    const edge = data.edges[place];
    if (!edge) return [];
    const what = lang === "zh" && edge.zh ? edge.zh : edge.label;
    return [nameOf(edge.child, data, state), what, nameOf(edge.parent, data, state), stratumWord(edge.stratum, lang), statusOf(edge, data, state), edge.source, edge.date];
  };
  const rows = shown.edges.map((place) => ({ place, texts: cells(place) }));
  const order = new Intl.Collator(lang === "zh" ? "zh" : "en", { numeric: true });
  rows.sort((one, other) => (descending ? -1 : 1) * order.compare(one.texts[sortedBy] ?? "", other.texts[sortedBy] ?? "") || one.place - other.place);
  const shownRows = all ? rows : rows.slice(0, FIRST_ROWS);
  byId("table-head").replaceChildren(element("tr", {}, ...COLUMNS.map((column, number) => {
    const sort = (): void => {
      descending = sortedBy === number && !descending;
      sortedBy = number;
      again();
      byId("table-head").querySelectorAll("button")[number]?.focus();
    };
    const direction = sortedBy === number ? (descending ? "descending" : "ascending") : "none";
    return element("th", { scope: "col", "aria-sort": direction }, element("button", { type: "button", click: sort }, say(column, lang)));
  })));
  byId("table-body").replaceChildren(...shownRows.map(({ place, texts }) => {
    const edge = data.edges[place];
    if (!edge) return element("tr");
    const located = edge.locator ? `, ${edge.locator}` : "";
    return element("tr", { class: edge.accepted ? "" : "unsure" },
      element("td", {}, thingButton(edge.child, data, state, acts)), element("td", {}, texts[1] ?? "", edge.sizes ? element("div", { class: "evidence" }, edge.sizes) : ""),
      element("td", {}, thingButton(edge.parent, data, state, acts)), element("td", {}, texts[3] ?? ""),
      element("td", {}, link(edge.claim, texts[4] ?? "", data, state)), element("td", {}, link(edge.url || edge.sourceIri, edge.source, data, state), located),
      element("td", {}, edge.date));
  }));
  const rest = rows.length - shownRows.length;
  const more = byId("table-more");
  more.replaceChildren(...(rest > 0 ? [element("button", { type: "button", click: () => { all = true; again(); } }, say("more", lang, rows.length))] : []));
}
