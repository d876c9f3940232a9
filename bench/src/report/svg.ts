import { plot } from "@observablehq/plot";
import type { PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom";

const width = 760;

/** What is used here of a page's elements; their own types are a browser's. */
interface Element {
  readonly localName: string;
  readonly outerHTML: string;
  querySelector(selector: string): Element | null;
  setAttribute(name: string, value: string): void;
}

/** A chart as a file of its own, without a browser. It has a white ground, since pages may be dark. */
export function svg(options: PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as { readonly document: object };
  const style = { background: "white", color: "#222222" };
  const drawn = plot({ width, marginLeft: 190, marginRight: 70, style, ...options, document }) as Element;
  const chart = drawn.localName === "svg" ? drawn : drawn.querySelector("svg:last-of-type");
  if (chart === null) throw new Error("nothing was drawn");
  chart.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${chart.outerHTML.replaceAll(/plot-[0-9a-f]{6}/g, "plot")}\n`;
}
