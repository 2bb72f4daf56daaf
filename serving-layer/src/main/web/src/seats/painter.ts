import type { Camera } from './camera';
import type { SeatLayout, SectionShape } from './layout';
import { mixed, type Palette } from './palette';

/** How a seat looks; one value is one look, whatever the tier. */
export const enum Look {
  Free,
  Held,
  Sold,
  Chosen,
  MineHeld,
  MineBooked,
}

export interface Scene {
  layout: SeatLayout;
  looks: Uint8Array;
  /** Seats of other tiers step back; -1 shows all alike. */
  onlyTier: number;
  /** A picture of the place rather than a map to read: without names. */
  bare?: boolean;
}

/** Pixels of the device per seat width below which single seats are no longer drawn. */
const DOTS_FROM = 2;
const SEATS_FROM = 9;
const NUMBERS_FROM = 21;

const SIZES: Record<Look, number> = {
  [Look.Free]: 0.74,
  [Look.Held]: 0.46,
  [Look.Sold]: 0.34,
  [Look.Chosen]: 1,
  [Look.MineHeld]: 1,
  [Look.MineBooked]: 1,
};

/** Draws the plan: blocks from far away, dots nearer, seats with their numbers close up. Only what is in view. */
export class Painter {
  /** By tier and look: tier * 8 + look. */
  private readonly buckets: number[][] = Array.from({ length: 256 * 8 }, () => []);

  paint(ctx: CanvasRenderingContext2D, camera: Camera, scene: Scene, palette: Palette, dpr: number): void {
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.fillStyle = palette.paper;
    ctx.fillRect(0, 0, camera.width, camera.height);
    const plan = () =>
      ctx.setTransform(
        camera.scale * dpr,
        0,
        0,
        camera.scale * dpr,
        (camera.width / 2 - camera.x * camera.scale) * dpr,
        (camera.height / 2 - camera.y * camera.scale) * dpr,
      );
    plan();
    this.paintStage(ctx, scene, palette);
    const visible = sectionsInView(camera, scene.layout);
    const blocks = camera.scale * dpr < (scene.bare ? 1 : DOTS_FROM);
    for (const section of visible) this.paintBlock(ctx, section, scene, palette, blocks);
    if (!blocks) {
      this.sort(visible, camera, scene);
      if (camera.scale < SEATS_FROM) this.paintDots(ctx, scene, palette);
      else this.paintSeats(ctx, camera, scene, palette);
    }
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    if (camera.scale >= NUMBERS_FROM) this.paintNumbers(ctx, camera, scene, palette, dpr);
    if (!scene.bare) this.paintNames(ctx, camera, visible, scene, palette);
  }

  private paintStage(ctx: CanvasRenderingContext2D, { layout }: Scene, palette: Palette): void {
    const { stage } = layout;
    if (!stage) return;
    ctx.fillStyle = palette.stage;
    ctx.beginPath();
    ctx.roundRect(stage.left, stage.top, stage.right - stage.left, stage.bottom - stage.top, 1.2);
    ctx.fill();
  }

  private paintBlock(
    ctx: CanvasRenderingContext2D,
    section: SectionShape,
    scene: Scene,
    palette: Palette,
    solid: boolean,
  ): void {
    const { outline } = section;
    ctx.beginPath();
    ctx.moveTo(outline[0]!, outline[1]!);
    for (let k = 2; k < outline.length; k += 2) ctx.lineTo(outline[k]!, outline[k + 1]!);
    ctx.closePath();
    const back = scene.onlyTier >= 0 && section.tier !== scene.onlyTier;
    const tier = section.tier % palette.tiers.length;
    const share = 0.2 + 0.75 * (solid ? freeShare(scene, section) : 0);
    ctx.fillStyle = solid ? mixed(palette.tiers[tier]!, palette.paper, back ? 0.15 : share) : palette.grounds[tier]!;
    ctx.strokeStyle = ctx.fillStyle;
    // The ground reaches beyond the middles of the outer seats.
    ctx.lineWidth = 1.5;
    ctx.lineJoin = 'round';
    ctx.fill();
    ctx.stroke();
  }

  /** Visible seats by tier and look, so that each colour is set once. */
  private sort(visible: SectionShape[], camera: Camera, { layout, looks }: Scene): void {
    for (const bucket of this.buckets) bucket.length = 0;
    const view = camera.view;
    for (const section of visible) {
      const inside =
        section.left > view.left && section.right < view.right && section.top > view.top && section.bottom < view.bottom;
      const from = layout.rows[section.rowsFrom]!.from;
      const to = layout.rows[section.rowsTo]!.to;
      for (let i = from; i <= to; i++) {
        if (!inside) {
          const x = layout.xs[i]!;
          const y = layout.ys[i]!;
          if (x < view.left - 1 || x > view.right + 1 || y < view.top - 1 || y > view.bottom + 1) continue;
        }
        this.buckets[layout.tier[i]! * 8 + looks[i]!]!.push(i);
      }
    }
  }

  private eachBucket(scene: Scene, draw: (seats: number[], look: Look, tier: number, back: boolean) => void): void {
    this.buckets.forEach((seats, key) => {
      const tier = key >> 3;
      if (seats.length > 0) draw(seats, key & 7, tier, scene.onlyTier >= 0 && tier !== scene.onlyTier);
    });
  }

  private paintDots(ctx: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
    const { xs, ys } = scene.layout;
    this.eachBucket(scene, (seats, look, tier, back) => {
      const size = SIZES[look];
      ctx.fillStyle = fillOf(look, tier, palette);
      ctx.globalAlpha = back ? 0.22 : look === Look.Held ? 0.75 : 1;
      ctx.beginPath();
      for (const i of seats) ctx.rect(xs[i]! - size / 2, ys[i]! - size / 2, size, size);
      ctx.fill();
    });
    ctx.globalAlpha = 1;
  }

  private paintSeats(ctx: CanvasRenderingContext2D, camera: Camera, scene: Scene, palette: Palette): void {
    const { xs, ys, cos, sin, accessible } = scene.layout;
    const rounded = camera.scale >= 14;
    this.eachBucket(scene, (seats, look, tier, back) => {
      const hollow = look === Look.Held;
      const half = look === Look.Sold ? 0.16 : hollow ? 0.35 : 0.41;
      ctx.globalAlpha = back ? 0.22 : 1;
      ctx.fillStyle = ctx.strokeStyle = fillOf(look, tier, palette);
      ctx.lineWidth = 0.09;
      ctx.beginPath();
      for (const i of seats) {
        const x = xs[i]!;
        const y = ys[i]!;
        if (accessible[i]) {
          ctx.moveTo(x + half * 1.1, y);
          ctx.arc(x, y, half * 1.1, 0, 7);
          continue;
        }
        const c = cos[i]! * half;
        const s = sin[i]! * half;
        if (rounded) roundedQuad(ctx, x, y, c, s, 0.3);
        else quad(ctx, x, y, c, s);
        if (hollow) {
          ctx.moveTo(x - c + s, y - s - c);
          ctx.lineTo(x + c - s, y + s + c);
        }
      }
      if (hollow) ctx.stroke();
      else ctx.fill();
    });
    ctx.globalAlpha = 1;
  }

  private paintNumbers(
    ctx: CanvasRenderingContext2D,
    camera: Camera,
    scene: Scene,
    palette: Palette,
    dpr: number,
  ): void {
    const { layout } = scene;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.font = `600 ${Math.round(camera.scale * 0.36 * dpr) / dpr}px ${palette.font}`;
    const mark = camera.scale;
    this.eachBucket(scene, (seats, look, _tier, back) => {
      if (look === Look.Sold || look === Look.Held) return;
      ctx.globalAlpha = back ? 0.3 : 1;
      ctx.fillStyle = ctx.strokeStyle = look === Look.Free ? palette.onTier : palette.onMine;
      for (const i of seats) {
        const x = camera.screenX(layout.xs[i]!);
        const y = camera.screenY(layout.ys[i]!);
        if (look === Look.Free) ctx.fillText(String(layout.tickets[i]!.seat), x, y + 0.5);
        else tick(ctx, x, y, mark);
      }
    });
    ctx.globalAlpha = 1;
  }

  /** Names over the blocks while seats are small; row letters at the rows' ends once they are large. */
  private paintNames(
    ctx: CanvasRenderingContext2D,
    camera: Camera,
    visible: SectionShape[],
    { layout }: Scene,
    palette: Palette,
  ): void {
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.lineJoin = 'round';
    const { stage } = layout;
    if (stage && camera.scale > 1) {
      const size = Math.max(9, Math.min(20, camera.scale * 3.2));
      ctx.font = `600 ${size}px ${palette.font}`;
      ctx.fillStyle = palette.quiet;
      const x = camera.screenX((stage.left + stage.right) / 2);
      ctx.fillText('Stage', x, camera.screenY((stage.top + stage.bottom) / 2));
    }
    if (camera.scale < 16) {
      const size = Math.max(10, Math.min(16, camera.scale * 4.2));
      ctx.font = `650 ${size}px ${palette.font}`;
      ctx.lineWidth = size * 0.32;
      ctx.strokeStyle = palette.paper;
      ctx.fillStyle = palette.ink;
      for (const section of visible) {
        const narrow = Math.min(section.right - section.left, section.bottom - section.top) * camera.scale;
        if (narrow < size * (section.id.length > 2 ? 1.5 : 1)) continue;
        const x = camera.screenX(section.labelX);
        const y = camera.screenY(section.labelY);
        ctx.strokeText(section.id, x, y);
        ctx.fillText(section.id, x, y);
      }
    } else {
      ctx.font = `600 ${Math.min(15, camera.scale * 0.42)}px ${palette.font}`;
      ctx.fillStyle = palette.quiet;
      for (const section of visible) {
        for (let r = section.rowsFrom; r <= section.rowsTo; r++) {
          const { from, to, label } = layout.rows[r]!;
          ctx.fillText(label, ...beside(camera, layout, from, -0.95));
          ctx.fillText(label, ...beside(camera, layout, to, 0.95));
        }
      }
    }
  }
}

function beside(camera: Camera, layout: SeatLayout, seat: number, away: number): [number, number] {
  return [
    camera.screenX(layout.xs[seat]! + layout.cos[seat]! * away),
    camera.screenY(layout.ys[seat]! + layout.sin[seat]! * away),
  ];
}

function sectionsInView(camera: Camera, layout: SeatLayout): SectionShape[] {
  const view = camera.view;
  return layout.sections.filter(
    (s) => s.right > view.left - 2 && s.left < view.right + 2 && s.bottom > view.top - 2 && s.top < view.bottom + 2,
  );
}

function freeShare({ layout, looks }: Scene, section: SectionShape): number {
  const from = layout.rows[section.rowsFrom]!.from;
  const to = layout.rows[section.rowsTo]!.to;
  let free = 0;
  for (let i = from; i <= to; i++) if (looks[i] === Look.Free) free++;
  return free / (to - from + 1);
}

export function fillOf(look: Look, tier: number, palette: Palette): string {
  if (look === Look.Sold) return palette.sold;
  if (look === Look.Free || look === Look.Held) return palette.tiers[tier % palette.tiers.length]!;
  return palette.mine;
}

/** A square turned like its row; (c, s) is half its side along the row. */
export function quad(ctx: CanvasRenderingContext2D, x: number, y: number, c: number, s: number): void {
  ctx.moveTo(x - c + s, y - s - c);
  ctx.lineTo(x + c + s, y + s - c);
  ctx.lineTo(x + c - s, y + s + c);
  ctx.lineTo(x - c - s, y - s + c);
  ctx.closePath();
}

/** The same with corners cut round by the given share of half a side. */
function roundedQuad(ctx: CanvasRenderingContext2D, x: number, y: number, c: number, s: number, cut: number): void {
  const corners: [number, number][] = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ];
  for (let k = 0; k < 4; k++) {
    const [u, v] = corners[k]!;
    const [pu, pv] = corners[(k + 3) % 4]!;
    const [nu, nv] = corners[(k + 1) % 4]!;
    const inU = u + ((pu - u) / 2) * cut;
    const inV = v + ((pv - v) / 2) * cut;
    const outU = u + ((nu - u) / 2) * cut;
    const outV = v + ((nv - v) / 2) * cut;
    const px = x + inU * c - inV * s;
    const py = y + inU * s + inV * c;
    if (k === 0) ctx.moveTo(px, py);
    else ctx.lineTo(px, py);
    ctx.quadraticCurveTo(x + u * c - v * s, y + u * s + v * c, x + outU * c - outV * s, y + outU * s + outV * c);
  }
  ctx.closePath();
}

function tick(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.lineWidth = size * 0.085;
  ctx.lineCap = ctx.lineJoin = 'round';
  ctx.beginPath();
  ctx.moveTo(x - size * 0.15, y + size * 0.01);
  ctx.lineTo(x - size * 0.04, y + size * 0.12);
  ctx.lineTo(x + size * 0.16, y - size * 0.12);
  ctx.stroke();
}
