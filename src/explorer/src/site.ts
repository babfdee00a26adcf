// Where the site's pages are, seen from the page that runs.

import type { Lang } from "./words";

/** What stands in an element's data- attribute. */
export function setting(holder: HTMLElement, name: string): string {
  const value = holder.dataset[name];
  if (value === undefined) throw new Error(`no data-${name}`);
  return value;
}

const PLACES = /^(?:id|concept|ns|ontology|query|shapes)\//;

/** The page about an IRI: the site's own, relative to its root, or another's on the web; empty where there is none. */
export function pageOf(iri: string, base: string, root: string, lang: Lang): string {
  const path = iri.startsWith(base) ? iri.slice(base.length).replace(/[/#]+$/, "") : "";
  if (PLACES.test(path) && !path.includes("..")) return `${root}${path.split("/").map(encodeURIComponent).join("/")}${lang === "zh" ? ".zh.html" : ".html"}`;
  return /^https?:\/\//i.test(iri) ? iri : "";
}
