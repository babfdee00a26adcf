// The page's own words, in English and Chinese.

export type Lang = "en" | "zh";

const WORDS = {
  search: ["Search by name, in English or Chinese", "按名称搜索（中文或英文）"],
  found: ["{} found", "找到 {} 个"],
  nothing: ["Nothing is called that here", "此处没有这个名称"],
  filters: ["Filters", "筛选"],
  strata: ["Kind of lineage", "谱系类型"],
  statuses: ["How sure", "可信程度"],
  organization: ["Organisation", "机构"],
  all: ["all", "全部"],
  until: ["Until", "截至"],
  undated: ["no date known", "日期不详"],
  reset: ["Reset", "重置"],
  theme: ["Dark or light", "深色或浅色"],
  lang: ["中文", "English"],
  picture: ["Picture", "图"],
  pictureOf: ["{} things and {} claims shown; the table below has the same.", "显示 {} 个条目、{} 条陈述；下表内容相同。"],
  noPicture: ["This browser draws no pictures (WebGL is off). The table has everything.", "此浏览器无法绘图（WebGL 已关闭）。表格包含全部内容。"],
  table: ["Claims", "陈述"],
  younger: ["What came later", "较晚者"],
  what: ["What was taken", "内容"],
  older: ["From what", "来自"],
  stratum: ["Kind", "类型"],
  status: ["How sure", "可信程度"],
  source: ["Source", "来源"],
  date: ["Date", "日期"],
  more: ["Show all {} rows", "显示全部 {} 行"],
  details: ["Details", "详情"],
  choose: ["Choose a thing in the picture, in the table, or by search.", "请在图、表或搜索中选择一个条目。"],
  close: ["Close", "关闭"],
  cameFrom: ["Came from", "来自"],
  ledTo: ["Led to", "影响了"],
  members: ["Sizes and checkpoints", "规模与检查点"],
  aliases: ["Also called", "又名"],
  page: ["Its page", "条目页面"],
  claim: ["claim", "陈述"],
  folded: ["{} that came from it alone are folded.", "仅由它而来的 {} 个条目已折叠。"],
  open: ["Open them", "展开"],
  fold: ["Fold them", "折叠"],
  copy: ["Copy as", "复制为"],
  copied: ["Copied", "已复制"],
  notCopied: ["Could not copy; select the text:", "无法复制，请选取文本："],
  command: ["command", "命令"],
  other: ["other", "其他"],
  idea: ["idea", "思想"],
  weights: ["weights", "权重"],
  architecture: ["architecture", "架构"],
  product: ["product", "产品"],
  code: ["code", "代码"],
  data: ["data", "数据"],
  unsure: ["not accepted as sure", "未被采信"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

export function say(word: Word, lang: Lang, ...values: (string | number)[]): string {
  let text: string = WORDS[word][lang === "zh" ? 1 : 0];
  for (const value of values) text = text.replace("{}", String(value));
  return text;
}

export function stratumWord(stratum: string, lang: Lang): string {
  return stratum in WORDS ? say(stratum as Word, lang) : say("other", lang);
}
