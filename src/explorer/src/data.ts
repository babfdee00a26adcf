// What the page is given: nodes and edges of one view, with coordinates computed beforehand.

import { byId } from "./dom";
import { pageOf } from "./site";
import type { Lang } from "./words";

export interface Thing {
  iri: string;
  id: string;
  kind: string;
  label: string;
  zh: string;
  aliases: string[];
  date: string;
  organization: string;
  organizationLabel: string;
  sizes: [string, string][];
  under: number;
  x: number;
  y: number;
}

export interface Claim {
  child: number;
  parent: number;
  sizes: string;
  stratum: string;
  label: string;
  zh: string;
  status: string;
  accepted: boolean;
  claim: string;
  source: string;
  sourceIri: string;
  url: string;
  locator: string;
  date: string;
}

export interface Data {
  title: string;
  titleZh: string;
  root: number;
  command: string;
  python: string;
  statuses: Record<string, [string, string]>;
  kinds: Record<string, [string, string]>;
  ticks: [number, string][];
  nodes: Thing[];
  edges: Claim[];
  /** The site that the page is in, if any: what its IRIs begin with, and the way to its root. */
  site?: { base: string; root: string };
}

/** What the page holds, or names: on a site, the view has a file of its own. */
export async function readData(): Promise<Data> {
  const holder = byId("data");
  const { src, base, root } = holder.dataset;
  if (src === undefined) return JSON.parse(holder.textContent ?? "{}") as Data;
  const response = await fetch(src);
  if (!response.ok) throw new Error(`${src}: ${response.status}`);
  return { ...((await response.json()) as Data), site: { base: base ?? "", root: root ?? "" } };
}

/** An address that may be linked to: a page of the site that this one is in, or the web; anything else is text. */
export function addressOf(text: string, data: Data, lang: Lang): string {
  return pageOf(text, data.site?.base ?? NO_SITE, data.site?.root ?? "", lang);
}

const NO_SITE = " ";
