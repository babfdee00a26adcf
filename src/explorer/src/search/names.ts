// Everything that has a name, found by any of them in either language, misspelt ones too.

import { distance } from "fastest-levenshtein";

/** IRI below the site's base, kind, English and Chinese label, aliases. */
type Row = [path: string, kind: string, en: string, zh: string, ...aliases: string[]];

export interface Index {
  base: string;
  kinds: Record<string, [string, string]>;
  names: Row[];
  /** Traditional characters and, at the same places, the simplified ones for them, as far as names have them. */
  traditional: [string, string];
}

export interface Thing {
  iri: string;
  path: string;
  kind: string;
  en: string;
  zh: string;
  aliases: string[];
}

export interface Hit {
  thing: Thing;
  /** The name that was found. */
  name: string;
  /** Whether it is only like what was looked for. */
  near: boolean;
}

interface Key {
  folded: string;
  name: string;
  thing: Thing;
  /** 0 for labels, 1 for aliases, 2 for the end of the address. */
  tier: number;
}

const SHORTEST_LIKE = 4;

export class Names {
  readonly things: Thing[];
  readonly kinds: Index["kinds"];
  private readonly byIri = new Map<string, Thing>();
  private readonly keys: Key[] = [];
  private readonly simplified = new Map<string, string>();

  constructor(index: Index) {
    this.kinds = index.kinds;
    const [from, to] = index.traditional.map((text) => [...text]);
    from?.forEach((sign, place) => this.simplified.set(sign, to?.[place] ?? sign));
    this.things = index.names.map(([path, kind, en, zh, ...aliases]) => ({ iri: index.base + path, path, kind, en, zh, aliases }));
    for (const thing of this.things) {
      this.byIri.set(thing.iri, thing);
      const slug = thing.path.slice(thing.path.lastIndexOf("/") + 1);
      const names: [number, string][] = [[0, thing.en], [0, thing.zh], ...thing.aliases.map((alias): [number, string] => [1, alias]), [2, slug]];
      for (const [tier, name] of names) if (name) this.keys.push({ folded: this.fold(name), name, thing, tier });
    }
  }

  thing(iri: string): Thing | undefined {
    return this.byIri.get(iri);
  }

  label(iri: string, lang: string): string | undefined {
    const thing = this.byIri.get(iri);
    return thing && (lang === "zh" ? thing.zh || thing.en : thing.en);
  }

  /** A name without case, width, accents, spaces and punctuation, traditional Chinese as simplified. */
  fold(text: string): string {
    const plain = text.normalize("NFKC").toLowerCase();
    const letters = plain.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "") + (plain.trimEnd().endsWith("+") ? "+" : "");
    return [...letters].map((sign) => this.simplified.get(sign) ?? sign).join("");
  }

  /** The things called something like a text, best first: so, beginning so, holding it, and else misspelt. */
  find(text: string, limit = 40, kinds: readonly string[] = []): Hit[] {
    const wanted = this.fold(text);
    if (!wanted) return [];
    const chosen = kinds.length ? this.keys.filter((key) => kinds.includes(key.thing.kind)) : this.keys;
    const found = best(chosen, (key) => {
      const at = key.folded.indexOf(wanted);
      if (at < 0) return Infinity;
      return (key.folded === wanted ? 0 : at === 0 ? 3 : 6) + key.tier + key.folded.length / 1000;
    });
    const near = found.length || wanted.length < SHORTEST_LIKE ? [] : best(chosen, (key) => likeness(key.folded, wanted));
    return [...found.map((key) => hit(key, false)), ...near.map((key) => hit(key, true))].slice(0, limit);
  }
}

function hit({ thing, name, tier }: Key, near: boolean): Hit {
  return { thing, name: tier === 2 ? thing.en : name, near };
}

/** How far a name is from what was typed: a letter in four may be wrong. */
function likeness(folded: string, wanted: string): number {
  const most = Math.max(1, Math.floor(wanted.length / 4));
  if (Math.abs(folded.length - wanted.length) > most) return Infinity;
  const apart = distance(folded, wanted);
  return apart <= most ? apart : Infinity;
}

/** The keys with the smallest scores, each thing once. */
function best(keys: Key[], score: (key: Key) => number): Key[] {
  const scored = keys.map((key, place) => ({ key, place, score: score(key) })).filter((one) => one.score < Infinity);
  scored.sort((one, other) => one.score - other.score || one.place - other.place);
  const seen = new Set<Thing>();
  return scored.map(({ key }) => key).filter(({ thing }) => !seen.has(thing) && seen.add(thing));
}

/** The names of a site, fetched once. */
export async function fetchNames(address: string): Promise<Names> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Names((await response.json()) as Index);
}
