// Names in both languages, folded so that case, width, accents and punctuation do not matter.

import type { Data } from "./data";

export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

export interface Hit {
  place: number;
  name: string;
}

export class Names {
  private readonly entries: { place: number; name: string; key: string; rank: number }[] = [];

  constructor(data: Data) {
    data.nodes.forEach((node, place) => {
      [node.label, node.zh, ...node.aliases, ...node.sizes.map(([label]) => label)].filter(Boolean).forEach((name, number) => {
        this.entries.push({ place, name, key: folded(name), rank: number < 2 ? 0 : 1 });
      });
    });
  }

  /** The things called something like a text: exactly so first, then what begins so, then what holds it. */
  find(text: string, limit = 12): Hit[] {
    const wanted = folded(text);
    if (!wanted) return [];
    const scored: { score: number; hit: Hit }[] = [];
    for (const { place, name, key, rank } of this.entries) {
      const at = key.indexOf(wanted);
      if (at < 0) continue;
      const how = key === wanted ? 0 : at === 0 ? 2 : 4;
      scored.push({ score: how + rank + key.length / 1000, hit: { place, name } });
    }
    scored.sort((one, other) => one.score - other.score || one.hit.place - other.hit.place);
    const seen = new Set<number>();
    return scored
      .map(({ hit }) => hit)
      .filter(({ place }) => !seen.has(place) && seen.add(place))
      .slice(0, limit);
  }
}
