// What the page is given: nodes and edges of one view, with coordinates computed beforehand.

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
}

export function readData(): Data {
  const holder = document.getElementById("data");
  return JSON.parse(holder?.textContent ?? "{}") as Data;
}

/** An address that may be linked to; anything but the web is text. */
export function webAddress(text: string): string {
  return /^https?:\/\//i.test(text) ? text : "";
}
