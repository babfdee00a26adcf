// The page: shows what it was given, and keeps its address true to what is shown.

import type { Data } from "./data";
import { byId, element } from "./dom";
import { drawFilters } from "./filters";
import { drawPanel, nameOf, type Acts } from "./panel";
import { Picture } from "./picture";
import { Names } from "./search";
import { fromHash, shownOf, toHash } from "./state";
import { drawTable } from "./table";
import { say, type Lang } from "./words";

/** Show a view in the page's elements. */
export function explore(data: Data): void {
  const first: Lang = document.documentElement.dataset.lang === "zh" ? "zh" : "en";
  let state = fromHash(location.hash, data, first);
  const names = new Names(data);
  const acts: Acts = { select, toggleFold };
  const picture = startPicture();

  function startPicture(): Picture | null {
    try {
      return new Picture(byId("picture"), byId("axis"), data, select);
    } catch {
      byId("picture").replaceChildren(element("p", { class: "hint" }, say("noPicture", state.lang)));
      return null;
    }
  }

  function select(place: number): void {
    state.selected = place;
    const under = data.nodes[place]?.under ?? -1;
    if (under >= 0) state.opened.add(under);
    show();
    if (place < 0) return;
    picture?.centre(place);
    byId("panel-title").focus({ preventScroll: true });
  }

  function toggleFold(place: number): void {
    if (!state.opened.delete(place)) state.opened.add(place);
    show();
  }

  /** Everything that follows from what is chosen. */
  function show(): void {
    const shown = shownOf(state, data);
    const { lang } = state;
    document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
    document.documentElement.dataset.theme = state.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    document.title = lang === "zh" ? data.titleZh || data.title : data.title;
    byId("title").textContent = document.title;
    byId("lang").textContent = say("lang", lang);
    byId("theme").setAttribute("aria-label", say("theme", lang));
    byId("theme").title = say("theme", lang);
    const box = byId("search");
    box.setAttribute("placeholder", say("search", lang));
    box.setAttribute("aria-label", say("search", lang));
    byId("picture-title").textContent = say("picture", lang);
    byId("table-title").textContent = say("table", lang);
    byId("panel").setAttribute("aria-label", say("details", lang));
    byId("said").textContent = say("pictureOf", lang, shown.nodes.size, shown.edges.length);
    drawPanel(state, shown, data, acts);
    drawTable(state, shown, data, acts);
    picture?.update(state, shown);
    const hash = toHash(state, data);
    if (location.hash.slice(1) !== hash) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function redraw(): void {
    drawFilters(state, data, show);
    show();
  }

  const box = byId("search") as HTMLInputElement;
  const list = byId("hits");
  let active = -1;

  function hits(): void {
    const found = names.find(box.value);
    active = found.length ? 0 : -1;
    list.replaceChildren(...found.map(({ place, name }, number) => {
      const label = nameOf(place, data, state);
      const text = name === label ? label : `${label} (${name})`;
      return element("li", { role: "option", id: `hit-${number}`, "aria-selected": String(number === active), "data-place": String(place), mousedown: (event) => {
        event.preventDefault();
        take(place);
      } }, text);
    }));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(found.length > 0));
    mark();
    byId("found").textContent = box.value ? (found.length ? say("found", state.lang, found.length) : say("nothing", state.lang)) : "";
  }

  function mark(): void {
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === active)));
    if (active >= 0) box.setAttribute("aria-activedescendant", `hit-${active}`);
    else box.removeAttribute("aria-activedescendant");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function take(place: number): void {
    box.value = "";
    hits();
    select(place);
  }

  box.addEventListener("input", hits);
  box.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return;
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      mark();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(Number((list.children[active] as HTMLElement).dataset.place));
    } else if (event.key === "Escape") {
      box.value = "";
      hits();
      box.blur();
    }
  });
  box.addEventListener("blur", () => (list.hidden = true));

  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (target.matches("input:not([type=checkbox], [type=range]), textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape") select(-1);
  });
  byId("lang").addEventListener("click", () => {
    state.lang = state.lang === "zh" ? "en" : "zh";
    redraw();
  });
  byId("theme").addEventListener("click", () => {
    state.theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    show();
  });
  for (const [id, factor] of [["zoom-in", 0.7], ["zoom-out", 1.4], ["zoom-fit", 0]] as const) {
    byId(id).addEventListener("click", () => picture?.zoom(factor));
  }
  window.addEventListener("hashchange", () => {
    state = fromHash(location.hash, data, first);
    redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);

  if (matchMedia("(max-width: 800px)").matches) byId("filters").removeAttribute("open");
  redraw();
  Object.assign(window, { explorerPosition: (id: string) => picture?.position(data.nodes.findIndex((node) => node.id === id)) });
}
