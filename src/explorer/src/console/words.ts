// The console's own words, in English and Chinese.

import type { Lang } from "../words";

const WORDS = {
  question: ["A saved question", "已保存的问题"],
  questionHint: ["Type to choose one of {}", "输入文字，从 {} 个问题中选择"],
  values: ["Its values", "参数"],
  optional: ["may be left empty", "可留空"],
  valueHint: ["Type a name, in English or Chinese", "输入名称（中文或英文）"],
  remove: ["Remove {}", "移除 {}"],
  editor: ["Query in SPARQL", "SPARQL 查询"],
  run: ["Run", "运行"],
  stop: ["Stop", "停止"],
  keys: ["Ctrl+Enter runs; Tab leaves the editor; Ctrl+Space completes.", "Ctrl+Enter 运行；Tab 离开编辑器；Ctrl+Space 补全。"],
  limit: ["Time limit", "时间上限"],
  seconds: ["{} s", "{} 秒"],
  waiting: ["The graph ({} MB) is loaded into this browser when you first run a query.", "首次运行查询时，图谱（{} MB）将载入浏览器。"],
  loading: ["The graph ({} MB) is being loaded into this browser …", "正在将图谱（{} MB）载入浏览器……"],
  ready: ["The graph is in this browser: {} statements, loaded in {} s. Nothing you ask leaves it.", "图谱已载入浏览器：{} 条陈述，用时 {} 秒。查询不会离开本机。"],
  failed: ["The graph could not be loaded: {}", "图谱无法载入：{}"],
  again: ["Try again", "重试"],
  offline: ["This page works offline now.", "本页现在可离线使用。"],
  noOffline: ["Offline use needs https or localhost, and a browser with service workers.", "离线使用需要 https 或 localhost，以及支持 Service Worker 的浏览器。"],
  server: ["The server answers.", "由服务器回答。"],
  running: ["Running …", "正在运行……"],
  stopped: ["Stopped.", "已停止。"],
  late: ["Stopped at the time limit of {} s.", "已达到 {} 秒的时间上限，查询已停止。"],
  wrongAt: ["Line {}, column {}: {}", "第 {} 行第 {} 列：{}"],
  wrong: ["No answer: {}", "没有结果：{}"],
  expected: ["not SPARQL here; expected {}", "此处不符合 SPARQL 语法；应为 {}"],
  notHere: ["not SPARQL here", "此处不符合 SPARQL 语法"],
  memory: ["it needs more memory than a page has; the graph is loaded again", "所需内存超出网页可用的范围；正在重新载入图谱"],
  prefix: ["a prefix that is not declared", "前缀未声明"],
  rows: ["{} rows in {} s", "{} 行，用时 {} 秒"],
  statements: ["{} statements in {} s", "{} 条陈述，用时 {} 秒"],
  capped: ["The first {} are shown; downloads have all.", "仅显示前 {} 条；下载的文件包含全部。"],
  none: ["No rows.", "没有结果行。"],
  results: ["Answer", "结果"],
  page: ["Rows {} to {}", "第 {} 至 {} 行"],
  previous: ["Previous", "上一页"],
  next: ["Next", "下一页"],
  pages: ["Pages of the answer", "结果分页"],
  download: ["Download", "下载"],
  share: ["Copy link", "复制链接"],
  copied: ["The link is copied; it holds the query.", "链接已复制，其中包含查询。"],
  notCopied: ["The link is in the address bar.", "链接在地址栏中。"],
  history: ["Asked before, in this browser ({})", "本浏览器中问过的查询（{}）"],
  forget: ["Forget them", "清除"],
  failedNames: ["The names could not be loaded: {}", "名称无法载入：{}"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

export function say(word: Word, lang: Lang, ...values: (string | number)[]): string {
  const texts = values.map(String);
  return WORDS[word][lang === "zh" ? 1 : 0].replace(/\{\}/g, () => texts.shift() ?? "");
}

/** A number with its thousands apart. */
export function grouped(number: number): string {
  return number.toLocaleString("en");
}
