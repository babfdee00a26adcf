// What is shown, and its address after the #.

import type { Data } from "./data";
import type { Lang } from "./words";

export interface State {
  selected: number;
  strata: Set<string>;
  statuses: Set<string>;
  organization: string;
  until: string;
  opened: Set<number>;
  lang: Lang;
  theme: "" | "light" | "dark";
}

/** The strata of the view; "other" stands for relations that are no lineage. */
export function strataOf(data: Data): string[] {
  return [...new Set(data.edges.map((edge) => edge.stratum || "other"))].sort();
}

export function statusesOf(data: Data): string[] {
  return [...new Set(data.edges.map((edge) => edge.status))].sort();
}

export function startingState(data: Data, lang: Lang): State {
  return {
    selected: data.root,
    strata: new Set(strataOf(data)),
    statuses: new Set(statusesOf(data)),
    organization: "",
    until: "",
    opened: new Set(),
    lang,
    theme: "",
  };
}

export function toHash(state: State, data: Data): string {
  const parts = new URLSearchParams();
  const node = data.nodes[state.selected];
  if (node) parts.set("node", node.id);
  if (state.strata.size < strataOf(data).length) parts.set("strata", [...state.strata].sort().join(","));
  if (state.statuses.size < statusesOf(data).length) parts.set("status", [...state.statuses].sort().join(","));
  if (state.organization) parts.set("organization", state.organization);
  if (state.until) parts.set("until", state.until);
  if (state.opened.size) parts.set("open", [...state.opened].map((place) => data.nodes[place]?.id ?? "").sort().join(","));
  if (state.lang !== document.documentElement.dataset.lang) parts.set("lang", state.lang);
  if (state.theme) parts.set("theme", state.theme);
  return parts.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
}

export function fromHash(hash: string, data: Data, lang: Lang): State {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const state = startingState(data, lang);
  const places = new Map(data.nodes.map((node, place) => [node.id, place]));
  const listed = (name: string): string[] => (parts.get(name) ?? "").split(",").filter(Boolean);
  if (parts.has("node")) state.selected = places.get(parts.get("node") ?? "") ?? -1;
  if (parts.has("strata")) state.strata = new Set(listed("strata"));
  if (parts.has("status")) state.statuses = new Set(listed("status"));
  state.organization = parts.get("organization") ?? "";
  state.until = parts.get("until") ?? "";
  state.opened = new Set(listed("open").map((id) => places.get(id) ?? -1).filter((place) => place >= 0));
  const wanted = parts.get("lang");
  if (wanted === "en" || wanted === "zh") state.lang = wanted;
  const theme = parts.get("theme");
  if (theme === "light" || theme === "dark") state.theme = theme;
  return state;
}

export interface Shown {
  nodes: Set<number>;
  edges: number[];
}

/** What the filters leave. */
export function shownOf(state: State, data: Data): Shown {
  const hidden = (place: number): boolean => {
    const node = data.nodes[place];
    return !node || (node.under >= 0 && !state.opened.has(node.under)) || Boolean(state.until && node.date && node.date > state.until + "~");
  };
  const edges: number[] = [];
  const nodes = new Set<number>();
  data.edges.forEach((edge, place) => {
    if (!state.strata.has(edge.stratum || "other") || !state.statuses.has(edge.status)) return;
    if (hidden(edge.child) || hidden(edge.parent)) return;
    if (state.organization) {
      const ends = [data.nodes[edge.child]?.organization, data.nodes[edge.parent]?.organization];
      if (!ends.includes(state.organization)) return;
    }
    edges.push(place);
    nodes.add(edge.child).add(edge.parent);
  });
  if (state.selected >= 0) nodes.add(state.selected);
  return { nodes, edges };
}
