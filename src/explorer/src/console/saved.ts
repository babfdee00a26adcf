// The saved questions: what they ask for, and their text with other values.

export interface Parameter {
  name: string;
  type: string;
  kinds: string[];
  example: string;
  required: boolean;
  default: string;
  multiple: boolean;
  choices: string[];
}

export interface Question {
  id: string;
  en: string;
  zh: string;
  description: string;
  text: string;
  parameters: Parameter[];
}

export interface Catalogue {
  base: string;
  prefixes: Record<string, string>;
  questions: Question[];
}

const XSD = "http://www.w3.org/2001/XMLSchema#";

/** As in llmkg.queries: a VALUES line, or what may hold words that look like one. */
const VALUES =
  /#[^\n]*|<[^<>\s]*>|"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(\bVALUES\s*\?(\w+)\s*)\{(?:<[^<>\s]*>|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[^}"'<])*\}/gis;

/** A query with what its VALUES lines hold replaced. */
export function fill(text: string, fillings: Record<string, string>): string {
  return text.replace(VALUES, (whole: string, head?: string, name?: string) =>
    head !== undefined && name !== undefined && Object.hasOwn(fillings, name) ? `${head}{ ${fillings[name]} }` : whole);
}

/** Values as SPARQL has them; UNDEF, which restricts nothing, where there is none. */
export function written(parameter: Parameter, values: string[]): string {
  return values.map((value) => term(parameter, value)).join(" ") || "UNDEF";
}

function term(parameter: Parameter, value: string): string {
  if (parameter.type === "iri") return `<${value.replace(/[\u0000-\u0020<>"{}|^`\\]/g, (sign) => encodeURIComponent(sign))}>`;
  if (parameter.type === "string") return quoted(value);
  if (parameter.type === "langString") {
    const match = /^(.*)@([A-Za-z]+(?:-[A-Za-z0-9]+)*)$/s.exec(value);
    return match ? `${quoted(match[1] ?? "")}@${match[2]}` : quoted(value);
  }
  return `${quoted(value)}^^<${XSD}${parameter.type}>`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r")}"`;
}

/** The IRI of a prefixed name with a known prefix; else the text as it is. */
export function expand(text: string, prefixes: Record<string, string>): string {
  const match = /^([a-z]+):([A-Za-z0-9_/-]*)$/.exec(text);
  const namespace = match ? prefixes[match[1] ?? ""] : undefined;
  return match && namespace ? namespace + (match[2] ?? "") : text;
}

/** The prefixed name of an IRI; the IRI where no prefix fits. */
export function shrink(iri: string, prefixes: Record<string, string>): string {
  const cut = Math.max(iri.lastIndexOf("/"), iri.lastIndexOf("#")) + 1;
  const prefix = Object.keys(prefixes).find((one) => prefixes[one] === iri.slice(0, cut));
  return prefix ? `${prefix}:${iri.slice(cut)}` : iri;
}
