// The same thing asked elsewhere: as SPARQL, as a command, in Python.

import type { Data } from "./data";
import { strataOf, type State } from "./state";

const NS = "https://w3id.org/llmkg/ns/";

export function copies(state: State, data: Data): Record<"SPARQL" | "command" | "Python", string> {
  const node = data.nodes[state.selected];
  const strata = [...state.strata].filter((stratum) => stratum !== "other").sort();
  const some = strata.length > 0 && strata.length < strataOf(data).filter((stratum) => stratum !== "other").length;
  if (!node) return { SPARQL: claims("?claim a llmkg:Claim ."), command: data.command, Python: data.python };
  return {
    SPARQL: claims(`?claim llmkg:isAbout <${node.iri}> .`),
    command: `llmkg lineage ${node.id}${some ? ` --strata ${strata.join(",")}` : ""}`,
    Python: `import llmkg\n\nllmkg.load()["${node.id}"].lineage(${some ? `strata={${strata.map((one) => `"${one}"`).join(", ")}}` : ""})`,
  };
}

function claims(pattern: string): string {
  return [
    `PREFIX llmkg: <${NS}>`,
    "",
    "SELECT DISTINCT ?claim ?status ?source ?locator WHERE {",
    `  ${pattern}`,
    "  ?claim llmkg:status ?status ;",
    "    llmkg:source ?source ;",
    "    llmkg:locator ?locator .",
    "}",
    "ORDER BY ?claim",
  ].join("\n");
}
