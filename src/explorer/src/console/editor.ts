// The editor of queries. It lives in a shadow root: only there are CodeMirror's styles sheets that a strict policy permits.

import { autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap, type CompletionContext, type CompletionResult, type Completion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { linter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import type { Refusal } from "./backends";

export interface Term {
  iri: string;
  label: string;
}

export interface Known {
  prefixes: Record<string, string>;
  /** What is in a namespace. */
  within: (namespace: string) => Term[];
}

const KEYWORDS = (
  "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS VALUES BIND GRAPH PREFIX CONSTRUCT DESCRIBE ASK COUNT SUM MIN MAX AVG SAMPLE " +
  "GROUP_CONCAT EXISTS UNDEF LIMIT OFFSET HAVING LANG STR CONTAINS STRSTARTS STRENDS LCASE UCASE REGEX REPLACE COALESCE IF BOUND YEAR xsd:integer"
).split(" ").concat("NOT EXISTS", "GROUP BY", "ORDER BY");

const THEME = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--edge)", borderRadius: "6px", fontSize: "0.9rem" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace", minHeight: "12rem", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--panel) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--console-selection)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--console-selection)", outline: "1px solid var(--muted)" },
  ".cm-selectionMatch": { backgroundColor: "var(--console-selection)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--edge)", borderRadius: "6px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--paper)", backgroundColor: "var(--accent)" },
  ".cm-completionDetail": { fontStyle: "normal" },
  ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--panel)" },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.standard(tags.name)], color: "var(--console-keyword)", fontWeight: "600" },
  { tag: tags.atom, color: "var(--console-name)" },
  { tag: tags.local(tags.variableName), color: "var(--console-variable)" },
  { tag: [tags.string, tags.meta], color: "var(--console-string)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
]);

/**
 * Typing over what is selected. Chromium itself would keep the colours of what is replaced in a style attribute, which a
 * strict policy refuses with a message.
 */
const TYPE_OVER = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const { data } = event;
    if (empty || event.inputType !== "insertText" || data === null || event.isComposing) return false;
    event.preventDefault();
    const insert = (): Transaction => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
    return true;
  },
});

export class Editor {
  private readonly view: EditorView;

  constructor(
    holder: HTMLElement,
    label: string,
    private readonly known: () => Known,
    acts: { run: () => void; check: (text: string) => Promise<Refusal | null>; explain: (refusal: Refusal) => string; changed: () => void },
  ) {
    const root = holder.attachShadow({ mode: "open" });
    this.view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (acts.run(), true) }])),
          lineNumbers(), highlightSpecialChars(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(),
          highlightSelectionMatches(), search({ top: true }), StreamLanguage.define(sparql), syntaxHighlighting(COLOURS), THEME, TYPE_OVER, EditorView.lineWrapping,
          autocompletion({ override: [(context) => this.complete(context)] }),
          linter(async (view) => {
            const refusal = await acts.check(view.state.doc.toString());
            return refusal ? [this.diagnostic(refusal, acts.explain(refusal))] : [];
          }, { delay: 700 }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
          EditorView.updateListener.of((update) => update.docChanged && acts.changed()),
        ],
      }),
    });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    if (text === this.text) return;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** Show where a query is wrong. */
  mark(refusal: Refusal, text: string): void {
    const diagnostic = this.diagnostic(refusal, text);
    this.view.dispatch(setDiagnostics(this.view.state, [diagnostic]));
    this.view.dispatch({ selection: { anchor: diagnostic.from }, scrollIntoView: true });
  }

  focus(): void {
    this.view.focus();
  }

  private diagnostic(refusal: Refusal, message: string): Diagnostic {
    const { doc } = this.view.state;
    const line = doc.line(Math.min(Math.max(refusal.line, 1), doc.lines));
    const from = Math.min(line.from + Math.max(refusal.column - 1, 0), line.to);
    const end = /^\S+/.exec(doc.sliceString(from, line.to))?.[0].length ?? 0;
    return { from, to: from + end, severity: "error", message };
  }

  private complete(context: CompletionContext): CompletionResult | null {
    const { prefixes, within } = this.known();
    const name = context.matchBefore(/[A-Za-z]\w*:[\w-]*/);
    if (name) {
      const colon = name.text.indexOf(":");
      const namespace = prefixes[name.text.slice(0, colon)];
      if (!namespace) return null;
      const options = within(namespace).map(({ iri, label }): Completion => ({ label: iri.slice(namespace.length), detail: label, type: "constant" }));
      return { from: name.from + colon + 1, options, validFor: /^[\w-]*$/ };
    }
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const found = new Set([...this.text.matchAll(/[?$](\w+)/g)].map((match) => `${variable.text[0]}${match[1]}`));
      found.delete(variable.text);
      return { from: variable.from, options: [...found].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    return {
      from: word?.from ?? context.pos,
      options: [
        ...Object.entries(prefixes).map(([prefix, namespace]): Completion => ({ label: `${prefix}:`, detail: namespace, type: "namespace" })),
        ...KEYWORDS.map((label): Completion => ({ label, type: "keyword" })),
      ],
      validFor: /^\w*$/,
    };
  }
}
