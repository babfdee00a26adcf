// A field in which something is chosen by typing a part of its name, by mouse or keyboard.

import { element } from "./dom";

export interface Choice {
  value: string;
  text: string;
  /** What stands beside it, smaller. */
  note?: string;
}

export interface Combobox {
  holder: HTMLElement;
  input: HTMLInputElement;
}

let made = 0;

/** A field whose choices are found as one types; with nothing typed, what `find` gives for an empty text. */
export function combobox(options: {
  label: string;
  placeholder?: string;
  /** Whether what was chosen stays in the field. */
  keep?: boolean;
  find: (text: string) => Choice[] | Promise<Choice[]>;
  take: (choice: Choice) => void;
}): Combobox {
  const id = `choices-${++made}`;
  const list = element("ul", { id, role: "listbox", "aria-label": options.label, hidden: "" });
  const input = element("input", {
    type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
    autocomplete: "off", spellcheck: "false", "aria-label": options.label, placeholder: options.placeholder,
  });
  let found: Choice[] = [];
  let active = -1;
  let asked = 0;

  function mark(): void {
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    if (active >= 0) input.setAttribute("aria-activedescendant", `${id}-${active}`);
    else input.removeAttribute("aria-activedescendant");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function close(): void {
    asked++;
    found = [];
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    mark();
  }

  async function open(): Promise<void> {
    const turn = ++asked;
    const hits = await options.find(input.value);
    if (turn !== asked) return;
    found = hits;
    active = found.length && input.value ? 0 : -1;
    list.replaceChildren(...found.map((choice, place) =>
      element("li", { role: "option", id: `${id}-${place}`, "aria-selected": "false", mousedown: (event) => {
        event.preventDefault();
        take(choice);
      } }, choice.text, choice.note ? element("small", {}, ` ${choice.note}`) : "")));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark();
  }

  function take(choice: Choice): void {
    input.value = options.keep ? choice.text : "";
    close();
    options.take(choice);
  }

  input.addEventListener("input", () => void open());
  input.addEventListener("click", () => void open());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) void open();
      else active = (active + (event.key === "ArrowDown" ? 1 : found.length - (active < 0 ? 0 : 1))) % found.length;
      mark();
    } else if (event.key === "Enter") {
      const choice = found[active];
      if (!choice) return;
      event.preventDefault();
      take(choice);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  return { holder: element("div", { class: "combobox" }, input, list), input };
}
