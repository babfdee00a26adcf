// The answer as a table: sorted by any column, in pages; things by their names, linked to their pages.

import { element } from "../dom";
import type { Lang } from "../words";
import type { Cell, Table } from "./terms";
import { grouped, say } from "./words";

export interface Naming {
  lang: Lang;
  label: (iri: string) => string;
  page: (iri: string) => string;
  own: (iri: string) => boolean;
}

const ROWS = 100;

export function drawTable(holder: HTMLElement, table: Table, naming: Naming): void {
  const { lang } = naming;
  let sorted = -1;
  let descending = false;
  let start = 0;
  let rows = table.rows;
  const order = new Intl.Collator(lang === "zh" ? "zh" : "en", { numeric: true });

  function sort(column: number): void {
    descending = sorted === column && !descending;
    sorted = column;
    start = 0;
    const keyed = table.rows.map((row, place) => ({ row, place, key: keyOf(row[column], naming) }));
    keyed.sort((one, other) => (descending ? -1 : 1) * compare(one.key, other.key, order) || one.place - other.place);
    rows = keyed.map(({ row }) => row);
    draw();
    holder.querySelectorAll<HTMLElement>("thead button")[column]?.focus();
  }

  function turn(by: number): void {
    start += by;
    draw();
    const buttons = [...holder.querySelectorAll<HTMLButtonElement>(".turning button")];
    (buttons[by < 0 ? 0 : 1]?.disabled ? buttons.find((button) => !button.disabled) : buttons[by < 0 ? 0 : 1])?.focus();
  }

  function draw(): void {
    const head = table.columns.map((column, place) => {
      const direction = sorted === place ? (descending ? "descending" : "ascending") : "none";
      return element("th", { scope: "col", "aria-sort": direction }, element("button", { type: "button", click: () => sort(place) }, column));
    });
    const shown = rows.slice(start, start + ROWS);
    const body = shown.map((row) => element("tr", {}, ...table.columns.map((_, place) => element("td", {}, drawCell(row[place], naming)))));
    const end = start + shown.length;
    const turning = rows.length > ROWS && element("nav", { class: "turning", "aria-label": say("pages", lang) },
      element("button", { type: "button", click: () => turn(-ROWS), ...(start === 0 ? { disabled: "" } : {}) }, say("previous", lang)),
      element("button", { type: "button", click: () => turn(ROWS), ...(end >= rows.length ? { disabled: "" } : {}) }, say("next", lang)),
      element("span", { role: "status" }, say("page", lang, grouped(start + 1), grouped(end))));
    holder.replaceChildren(
      element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("results", lang) },
        element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body))),
      ...(turning ? [turning] : []));
  }

  if (!table.rows.length) holder.replaceChildren(element("p", {}, say("none", lang)));
  else draw();
}

function drawCell(cell: Cell | undefined, { label, page, own }: Naming): Node | string {
  if (!cell) return "";
  if (cell.type === "uri") {
    const href = page(cell.value);
    const text = label(cell.value);
    if (!href) return text;
    return element("a", own(cell.value) ? { href, title: cell.value } : { href, title: cell.value, rel: "noopener noreferrer" }, text);
  }
  if (cell.type === "bnode") return `_:${cell.value}`;
  const language = cell["xml:lang"];
  return language ? element("span", { lang: language }, cell.value, element("small", {}, ` @${language}`)) : cell.value;
}

function keyOf(cell: Cell | undefined, naming: Naming): string | number {
  if (!cell) return "";
  if (cell.type === "uri") return naming.label(cell.value);
  const number = cell.datatype && /#(?:integer|decimal|double|float|int|long|nonNegativeInteger|gYear)$/.test(cell.datatype) ? Number(cell.value) : NaN;
  return Number.isNaN(number) ? cell.value : number;
}

function compare(one: string | number, other: string | number, order: Intl.Collator): number {
  return typeof one === "number" && typeof other === "number" ? one - other : order.compare(String(one), String(other));
}
