// The saved questions as examples: one is chosen by its words, its values by name.

import { combobox, type Choice } from "../combobox";
import { element } from "../dom";
import type { Names } from "../search/names";
import type { Lang } from "../words";
import { expand, shrink, written, type Catalogue, type Parameter, type Question } from "./saved";
import { say } from "./words";

export type Values = Record<string, string[]>;

export class QuestionForm {
  readonly holder = element("div", { class: "question" });
  question: Question | null = null;
  values: Values = {};

  constructor(
    private readonly catalogue: Catalogue,
    private readonly names: () => Promise<Names>,
    private readonly lang: Lang,
    /** Told of a question that was chosen, and of values that were changed. */
    private readonly chosen: (question: Question) => void,
    private readonly changed: (fillings: Record<string, string>) => void,
  ) {
    this.draw();
  }

  /** What stands in the question's VALUES lines. */
  fillings(): Record<string, string> {
    const parameters = this.question?.parameters ?? [];
    return Object.fromEntries(parameters.map((parameter) => [parameter.name, written(parameter, this.values[parameter.name] ?? [])]));
  }

  choose(id: string, values: Values = {}): void {
    const question = this.catalogue.questions.find((one) => one.id === id);
    if (!question) return;
    this.question = question;
    this.values = {};
    for (const parameter of question.parameters) {
      const given = values[parameter.name] ?? (parameter.required ? [parameter.example] : parameter.default ? [parameter.default] : []);
      this.values[parameter.name] = parameter.type === "iri" ? given.map((value) => expand(value, this.catalogue.prefixes)) : given;
    }
    this.draw();
    this.chosen(question);
  }

  /** Values as they stand in an address. */
  short(): Values {
    const parameters = this.question?.parameters ?? [];
    return Object.fromEntries(parameters.map(({ name, type }) => {
      const values = this.values[name] ?? [];
      return [name, type === "iri" ? values.map((value) => shrink(value, this.catalogue.prefixes)) : values];
    }));
  }

  private words(question: Question): string {
    return this.lang === "zh" && question.zh ? question.zh : question.en;
  }

  private draw(): void {
    const { questions } = this.catalogue;
    const picker = combobox({
      label: say("question", this.lang),
      placeholder: say("questionHint", this.lang, questions.length),
      keep: true,
      find: (text) => this.findQuestion(text),
      take: ({ value }) => this.choose(value),
    });
    picker.input.id = "question";
    if (this.question) picker.input.value = this.words(this.question);
    const parameters = this.question?.parameters ?? [];
    this.holder.replaceChildren(
      element("label", { for: "question" }, say("question", this.lang)), picker.holder,
      ...(this.question?.description && this.lang === "en" ? [element("p", { class: "note" }, this.question.description)] : []),
      ...(parameters.length ? [element("fieldset", {}, element("legend", {}, say("values", this.lang)), ...parameters.map((parameter) => this.field(parameter)))] : []),
    );
  }

  private findQuestion(text: string): Choice[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const all = this.question && text === this.words(this.question) ? [] : words;
    return this.catalogue.questions
      .filter(({ id, en, zh }) => all.every((word) => `${id} ${en} ${zh}`.toLowerCase().includes(word)))
      .map((question) => ({ value: question.id, text: this.words(question), note: question.id }));
  }

  private set(parameter: Parameter, values: string[]): void {
    this.values[parameter.name] = values;
    this.changed(this.fillings());
  }

  private field(parameter: Parameter): HTMLElement {
    const optional = parameter.required ? "" : element("small", {}, ` (${say("optional", this.lang)})`);
    const title = element("span", { class: "title" }, parameter.name, optional);
    if (parameter.type === "iri") return element("div", { class: "field" }, title, this.thingField(parameter));
    if (parameter.type === "boolean") {
      const select = element("select", { change: () => this.set(parameter, select.value ? [select.value] : []) },
        ...["", "true", "false"].map((value) => element("option", { value, ...(this.values[parameter.name]?.[0] === value ? { selected: "" } : {}) }, value)));
      return element("label", { class: "field" }, title, select);
    }
    const kind = parameter.type === "date" ? "date" : "text";
    const input = element("input", { type: kind, value: (this.values[parameter.name] ?? []).join(" | "), placeholder: parameter.example, change: () =>
      this.set(parameter, (parameter.multiple ? input.value.split("|") : [input.value]).map((value) => value.trim()).filter(Boolean)) });
    return element("label", { class: "field" }, title, input);
  }

  /** A field for things: looked up by name, several where a question takes several. */
  private thingField(parameter: Parameter): HTMLElement {
    const taken = element("ul", { class: "taken" });
    const drawTaken = async (): Promise<void> => {
      const names = await this.names();
      taken.replaceChildren(...(this.values[parameter.name] ?? []).map((iri) => {
        const text = names.label(iri, this.lang) ?? shrink(iri, this.catalogue.prefixes);
        const remove = (): void => {
          this.set(parameter, (this.values[parameter.name] ?? []).filter((one) => one !== iri));
          void drawTaken();
          box.input.focus();
        };
        return element("li", {}, text, " ", element("button", { type: "button", "aria-label": say("remove", this.lang, text), click: remove }, "×"));
      }));
    };
    const box = combobox({
      label: `${parameter.name}: ${say("valueHint", this.lang)}`,
      placeholder: say("valueHint", this.lang),
      find: async (text) => {
        const names = await this.names();
        const allowed = parameter.choices.length ? new Set(parameter.choices.map((value) => expand(value, this.catalogue.prefixes))) : null;
        const hits = text ? names.find(text, 400, parameter.kinds).map(({ thing }) => thing) : names.things.filter(({ kind }) => parameter.kinds.includes(kind));
        return hits.filter(({ iri }) => !allowed || allowed.has(iri)).slice(0, 50)
          .map(({ iri }) => ({ value: iri, text: names.label(iri, this.lang) ?? iri, note: shrink(iri, this.catalogue.prefixes) }));
      },
      take: ({ value }) => {
        const before = parameter.multiple ? (this.values[parameter.name] ?? []).filter((one) => one !== value) : [];
        this.set(parameter, [...before, value]);
        void drawTaken();
      },
    });
    void drawTaken();
    return element("div", {}, taken, box.holder);
  }
}
