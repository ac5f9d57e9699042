// Draws the marks of a plot: a vertical line where workers were replaced or ended, and what each kind is called.

import type uPlot from "uplot";
import type { Mark } from "../series";

export const markTones: Readonly<Record<Mark["kind"], { tone: string; dash: number[]; word: string }>> = {
  restart: { tone: "busy", dash: [4, 3], word: "restart" },
  reload: { tone: "accent", dash: [1, 3], word: "reload" },
  end: { tone: "bad", dash: [], word: "worker ended" },
};

export function drawMarks(plot: uPlot, marks: readonly Mark[], colour: (tone: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.time, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const { tone, dash } = markTones[mark.kind];
    ctx.strokeStyle = colour(tone);
    ctx.setLineDash(dash.map((n) => n * devicePixelRatio));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
