// The picture: things on a date axis, drawn by sigma at the places that were computed beforehand.

import Graph from "graphology";
import Sigma from "sigma";
import { EdgeArrowProgram } from "sigma/rendering";

import type { Data } from "./data";
import type { Shown, State } from "./state";

interface Colours {
  ink: string;
  muted: string;
  line: string;
  paper: string;
  accent: string;
  strata: Record<string, string>;
}

function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const strata = ["idea", "weights", "architecture", "product", "code", "data", "other"];
  return {
    ink: colour("ink"),
    muted: colour("muted"),
    line: colour("line"),
    paper: colour("paper"),
    accent: colour("accent"),
    strata: Object.fromEntries(strata.map((stratum) => [stratum, colour(stratum)])),
  };
}

export class Picture {
  private readonly graph = new Graph({ multi: true, type: "directed" });
  private readonly sigma: Sigma;
  private colours = colours();
  private shown: Shown = { nodes: new Set(), edges: [] };
  private drawn = new Set<number>();
  private near = new Set<number>();
  private selected = -1;

  constructor(
    private readonly holder: HTMLElement,
    private readonly axis: HTMLElement,
    private readonly data: Data,
    select: (place: number) => void,
  ) {
    data.nodes.forEach((node, place) => {
      this.graph.addNode(String(place), { x: node.x, y: node.y, size: 4 });
    });
    data.edges.forEach((edge, place) => {
      this.graph.addEdgeWithKey(String(place), String(edge.parent), String(edge.child), { size: 1 });
    });
    this.sigma = new Sigma(this.graph, holder, {
      allowInvalidContainer: true,
      defaultEdgeType: "arrow",
      edgeProgramClasses: { arrow: EdgeArrowProgram },
      labelRenderedSizeThreshold: 3,
      labelDensity: 0.6,
      labelGridCellSize: 90,
      labelFont: "Helvetica, Arial, 'Noto Sans CJK SC', sans-serif",
      labelSize: 12,
      minCameraRatio: 0.02,
      maxCameraRatio: 2,
      stagePadding: 40,
      zIndex: true,
      nodeReducer: (key, attributes) => this.node(Number(key), attributes),
      edgeReducer: (key, attributes) => this.edge(Number(key), attributes),
      defaultDrawNodeHover: (context, node) => this.label(context, node),
      defaultDrawNodeLabel: (context, node) => this.label(context, node),
    });
    this.sigma.on("clickNode", ({ node }) => select(Number(node)));
    this.sigma.on("clickStage", () => select(-1));
    this.sigma.on("enterNode", () => (holder.style.cursor = "pointer"));
    this.sigma.on("leaveNode", () => (holder.style.cursor = ""));
    this.sigma.on("afterRender", () => this.drawAxis());
  }

  update(state: State, shown: Shown): void {
    this.colours = colours();
    this.shown = shown;
    this.drawn = new Set(shown.edges);
    this.selected = state.selected;
    const names = this.data.nodes.map((node) => (state.lang === "zh" && node.zh ? node.zh : node.label));
    const folded = new Map<number, number>();
    this.data.nodes.forEach((node) => {
      if (node.under >= 0 && !state.opened.has(node.under)) folded.set(node.under, (folded.get(node.under) ?? 0) + 1);
    });
    const degrees = new Map<number, number>();
    this.near = new Set();
    for (const place of shown.edges) {
      const edge = this.data.edges[place];
      if (!edge) continue;
      degrees.set(edge.parent, (degrees.get(edge.parent) ?? 0) + 1);
      if (edge.child === state.selected) this.near.add(edge.parent);
      if (edge.parent === state.selected) this.near.add(edge.child);
    }
    names.forEach((name, place) => {
      const more = folded.get(place);
      this.graph.mergeNodeAttributes(String(place), {
        label: more ? `${name} +${more}` : name,
        size: 4 + Math.min(8, Math.sqrt(degrees.get(place) ?? 0)),
      });
    });
    this.sigma.refresh();
  }

  centre(place: number): void {
    const at = this.sigma.getNodeDisplayData(String(place));
    if (!at) return;
    const camera = this.sigma.getCamera();
    const move = { x: at.x, y: at.y, ratio: Math.min(camera.ratio, 0.6) };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) camera.setState(move);
    else void camera.animate(move, { duration: 250 });
  }

  zoom(factor: number): void {
    const camera = this.sigma.getCamera();
    camera.setState({ ratio: factor ? camera.ratio * factor : 1, ...(factor ? {} : { x: 0.5, y: 0.5 }) });
  }

  /** Where a thing stands on the screen, in pixels of the picture. */
  position(place: number): { x: number; y: number } | null {
    const at = this.sigma.getNodeDisplayData(String(place));
    return at ? this.sigma.framedGraphToViewport(at) : null;
  }

  private node(place: number, attributes: Record<string, unknown>): Record<string, unknown> {
    if (!this.shown.nodes.has(place)) return { ...attributes, hidden: true };
    const chosen = place === this.selected;
    const near = this.near.has(place);
    const dim = this.selected >= 0 && !chosen && !near;
    return {
      ...attributes,
      color: chosen ? this.colours.accent : dim ? this.colours.muted : this.colours.ink,
      forceLabel: chosen || (this.holder.clientWidth > 600 && (near || this.data.nodes.length < 40)),
      zIndex: chosen ? 2 : near ? 1 : 0,
    };
  }

  private edge(place: number, attributes: Record<string, unknown>): Record<string, unknown> {
    const edge = this.data.edges[place];
    if (!edge || !this.drawn.has(place)) return { ...attributes, hidden: true };
    const near = edge.child === this.selected || edge.parent === this.selected;
    const colour = this.colours.strata[edge.stratum || "other"] ?? this.colours.muted;
    return {
      ...attributes,
      color: this.selected < 0 || near ? colour : this.colours.line,
      size: edge.accepted ? (edge.stratum === "weights" ? 3 : 1.6) : 0.7,
      zIndex: near ? 1 : 0,
    };
  }

  private label(context: CanvasRenderingContext2D, node: { x: number; y: number; size: number; label?: string | null }): void {
    if (!node.label) return;
    context.font = "12px Helvetica, Arial, 'Noto Sans CJK SC', sans-serif";
    context.lineWidth = 3;
    context.strokeStyle = this.colours.paper;
    context.fillStyle = this.colours.ink;
    context.strokeText(node.label, node.x + node.size + 3, node.y + 4);
    context.fillText(node.label, node.x + node.size + 3, node.y + 4);
  }

  /** Years below the picture, at the places where they begin. */
  private drawAxis(): void {
    this.axis.replaceChildren();
    let last = -60;
    for (const [x, text] of this.data.ticks) {
      const at = this.sigma.graphToViewport({ x, y: 0 }).x;
      if (at < 0 || at > this.holder.clientWidth || at - last < 46) continue;
      const tick = document.createElement("span");
      tick.textContent = text;
      tick.style.left = `${at}px`;
      this.axis.append(tick);
      last = at;
    }
  }
}
