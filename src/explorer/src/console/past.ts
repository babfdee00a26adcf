// What was asked before, kept in this browser alone.

const KEY = "llmkg.asked";
const MOST = 30;

export function past(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text): text is string => typeof text === "string") : [];
  } catch {
    return [];
  }
}

export function remember(text: string): void {
  keep([text, ...past().filter((one) => one !== text)].slice(0, MOST));
}

export function forget(): void {
  keep([]);
}

function keep(texts: string[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(texts));
  } catch {
    // A browser that keeps nothing, or has no more room: the history is a convenience.
  }
}
