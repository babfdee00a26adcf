// Terms of answers, and what the parts of a query are called.

export interface Cell {
  type: "uri" | "literal" | "bnode" | "typed-literal";
  value: string;
  "xml:lang"?: string;
  datatype?: string;
}

/** An answer, as much of it as is shown. */
export interface Table {
  columns: string[];
  rows: (Cell | undefined)[][];
  total: number;
  /** Whether these are statements, of a CONSTRUCT or DESCRIBE. */
  statements: boolean;
}

export type Form = "SELECT" | "ASK" | "CONSTRUCT" | "DESCRIBE";

export type Format = "json" | "csv" | "tsv" | "ttl" | "nt";

export const MEDIA_TYPES: Record<Format, string> = {
  json: "application/sparql-results+json",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  ttl: "text/turtle",
  nt: "application/n-triples",
};

/** More rows than these are counted and can be downloaded, and are not shown. */
export const MOST_ROWS = 10_000;

/** A query's tokens that hold other words: comments, IRIs, strings. */
const HOLDERS = /#[^\n]*|<[^<>\s]*>|"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/gs;

/** Which kind of answer a query asks for; a text that is no query passes as SELECT, and is refused when it is run. */
export function formOf(text: string): Form {
  const bare = text.replace(HOLDERS, " ");
  const word = /(?<![?$:\w-])(select|ask|construct|describe)(?![:\w-])/i.exec(bare);
  return (word?.[1]?.toUpperCase() as Form | undefined) ?? "SELECT";
}

export function isTabular(form: Form): boolean {
  return form === "SELECT" || form === "ASK";
}

/** The declarations of the known prefixes that a query uses and does not declare. */
export function missingPrefixes(text: string, known: Record<string, string>): string {
  const bare = text.replace(HOLDERS, (held) => (held.startsWith("<") ? "<>" : " "));
  const declared = new Set([...bare.matchAll(/\bprefix\s+([\w.-]*):/gi)].map((match) => match[1] ?? ""));
  const used = new Set([...bare.matchAll(/(?<![?$:\w-])([A-Za-z][\w-]*):/g)].map((match) => match[1] ?? ""));
  return [...used]
    .filter((prefix) => !declared.has(prefix) && Object.hasOwn(known, prefix))
    .map((prefix) => `PREFIX ${prefix}: <${known[prefix]}> `)
    .join("");
}

/** A table from the SPARQL JSON results. */
export function tableOfJson(text: string): Table {
  const answer = JSON.parse(text) as { head: { vars?: string[] }; boolean?: boolean; results?: { bindings: Record<string, Cell>[] } };
  if (answer.boolean !== undefined) {
    const cell: Cell = { type: "literal", value: String(answer.boolean) };
    return { columns: ["answer"], rows: [[cell]], total: 1, statements: false };
  }
  const columns = answer.head.vars ?? [];
  const bindings = answer.results?.bindings ?? [];
  const rows = bindings.slice(0, MOST_ROWS).map((binding) => columns.map((column) => binding[column]));
  return { columns, rows, total: bindings.length, statements: false };
}

const TRIPLE = /^(\S+) <([^>]*)> (.*) \.$/;
const LITERAL = /^"((?:\\.|[^"\\])*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?$/s;

/** A table from N-Triples, each statement once. */
export function tableOfTriples(text: string): Table {
  const lines = new Set(text.split("\n").filter(Boolean));
  const rows: Table["rows"] = [];
  for (const line of lines) {
    if (rows.length === MOST_ROWS) break;
    const match = TRIPLE.exec(line);
    if (match) rows.push([cellOf(match[1] ?? ""), { type: "uri", value: unescaped(match[2] ?? "") }, cellOf(match[3] ?? "")]);
  }
  return { columns: ["subject", "predicate", "object"], rows, total: lines.size, statements: true };
}

function cellOf(term: string): Cell {
  if (term.startsWith("<") && !term.startsWith("<<")) return { type: "uri", value: unescaped(term.slice(1, -1)) };
  if (term.startsWith("_:")) return { type: "bnode", value: term.slice(2) };
  const match = LITERAL.exec(term);
  if (!match) return { type: "literal", value: term };
  const cell: Cell = { type: "literal", value: unescaped(match[1] ?? "") };
  if (match[2]) cell["xml:lang"] = match[2];
  if (match[3]) cell.datatype = match[3];
  return cell;
}

const SIGNS: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gs, (_, four?: string, eight?: string, sign?: string) =>
    sign === undefined ? String.fromCodePoint(parseInt(four ?? eight ?? "", 16)) : (SIGNS[sign] ?? sign));
}

/** An error of the engine in words: where it is, and what was expected, without the names of characters. */
export function reasonOf(message: string, shift = 0): { reason: string; line: number; column: number } {
  const match = /error at (\d+):(\d+): (.*)/s.exec(message);
  if (!match) return { reason: message, line: 0, column: 0 };
  const line = Number(match[1]);
  const column = Number(match[2]) - (line === 1 ? shift : 0);
  const text = (match[3] ?? "").replace(/\s+/g, " ");
  if (text.includes("Prefix not found")) return { reason: "prefix", line, column };
  const wanted = text.replace(/^expected (one of )?/, "").replace(/\[(?:'[^']*'|[^\]'])*\](?:, )?/g, "").replace(/, $/, "").split(", ").filter(Boolean);
  return { reason: wanted.length > 6 ? `${wanted.slice(0, 6).join(", ")} …` : wanted.join(", "), line, column };
}
