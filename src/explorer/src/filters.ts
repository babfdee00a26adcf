// What may be left out: kinds of lineage, statuses, later dates, other organisations.

import type { Data } from "./data";
import { byId, element } from "./dom";
import { startingState, statusesOf, strataOf, type State } from "./state";
import { say, stratumWord } from "./words";

export function drawFilters(state: State, data: Data, changed: () => void): void {
  const { lang } = state;
  const boxes = (title: string, values: string[], chosen: Set<string>, text: (value: string) => string, mark: (value: string) => string): HTMLElement =>
    element("fieldset", {}, element("legend", {}, title), ...values.map((value) => {
      const box = element("input", { type: "checkbox", value, ...(chosen.has(value) ? { checked: "" } : {}), change: () => {
        if (chosen.has(value)) chosen.delete(value);
        else chosen.add(value);
        changed();
      } });
      return element("label", {}, box, mark(value) ? element("span", { class: `swatch ${mark(value)}`, "aria-hidden": "true" }) : "", text(value));
    }));
  const organizations = new Map<string, string>();
  for (const node of data.nodes) if (node.organization) organizations.set(node.organization, node.organizationLabel);
  const sorted = [...organizations].sort((one, other) => one[1].localeCompare(other[1]));
  const choice = element("select", { id: "organization", change: () => {
    state.organization = choice.value;
    changed();
  } }, element("option", { value: "" }, say("all", lang)), ...sorted.map(([iri, label]) =>
    element("option", { value: iri, ...(iri === state.organization ? { selected: "" } : {}) }, label)));
  const dates = [...new Set(data.nodes.map((node) => node.date.slice(0, 7)).filter(Boolean))].sort();
  const told = element("output", { for: "until" });
  const slider = element("input", { type: "range", id: "until", min: "0", max: String(Math.max(dates.length - 1, 0)), step: "1", input: () => {
    const at = Number(slider.value);
    state.until = at >= dates.length - 1 ? "" : (dates[at] ?? "");
    tell();
    changed();
  } });
  const tell = (): void => {
    const at = state.until || (dates[dates.length - 1] ?? "");
    told.textContent = at;
    slider.setAttribute("aria-valuetext", at);
  };
  const place = state.until ? dates.filter((date) => date <= state.until).length - 1 : dates.length - 1;
  slider.value = String(Math.max(place, 0));
  tell();
  const reset = element("button", { type: "button", id: "reset", click: () => {
    const fresh = startingState(data, state.lang);
    Object.assign(state, fresh, { theme: state.theme, selected: state.selected });
    drawFilters(state, data, changed);
    changed();
  } }, say("reset", lang));
  byId("filters-title").textContent = say("filters", lang);
  byId("filters-body").replaceChildren(
    boxes(say("strata", lang), strataOf(data), state.strata, (value) => stratumWord(value, lang), (value) => value),
    boxes(say("statuses", lang), statusesOf(data), state.statuses, (value) => data.statuses[value]?.[lang === "zh" ? 1 : 0] ?? value, () => ""),
    element("label", { class: "field" }, `${say("until", lang)} `, slider, told),
    element("label", { class: "field" }, `${say("organization", lang)} `, choice),
    reset,
  );
}
