import { Camera } from './camera';
import { Gestures } from './gestures';
import type { SeatLayout } from './layout';
import { paintMarks } from './marks';
import { Painter, type Scene } from './painter';
import { readPalette, type Palette } from './palette';
import type { Room } from './room';

/** A full drawing dearer than this is not made while the plan moves; its last picture is moved instead. */
const PAINT_BUDGET_MS = 9;
/** Most of the drawing happens after our own part of it, so what counts besides is how long a frame took. */
const FRAME_BUDGET_MS = 26;
const SLOW_FRAMES_MAX = 2;
const SETTLED_AFTER_MS = 90;
/** How far from a seat's middle a pointer means it, in seat widths: rows are somewhat more apart than seats. */
const REACH = 0.9;
export const PICK_SCALE_MIN = 9;
export const PULSE_MS = 900;

export interface Pulse {
  seat: number;
  since: number;
}

/** The two canvases of a seat map: the plan below, marks that move or blink above. Draws only when something changed. */
export class Surface {
  readonly camera = new Camera();
  focus = -1;
  hover = -1;
  keyboard = false;
  private readonly painter = new Painter();
  private readonly base: CanvasRenderingContext2D;
  private readonly marks: CanvasRenderingContext2D;
  private readonly gestures: Gestures;
  private readonly resizing: ResizeObserver;
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');
  private palette: Palette;
  private dpr = 1;
  private frame = 0;
  private settle = 0;
  private planStale = true;
  private paintCost = 0;
  private slowFrames = 0;
  private drawnAt = 0;
  private painted = false;
  private pulses: Pulse[] = [];
  private flight: { from: Camera; to: Camera; since: number } | null = null;
  private shown: SeatLayout | null = null;
  /** What the picture of the plan was taken with, so that it can be moved. */
  private readonly picture = { canvas: document.createElement('canvas'), x: 0, y: 0, scale: 1 };

  constructor(
    private readonly host: HTMLElement,
    baseCanvas: HTMLCanvasElement,
    private readonly markCanvas: HTMLCanvasElement,
    private readonly room: Room,
    private readonly events: {
      picked(seat: number): void;
      hovered(seat: number, x: number, y: number): void;
      moved(): void;
    },
  ) {
    this.base = baseCanvas.getContext('2d', { alpha: false })!;
    this.marks = markCanvas.getContext('2d')!;
    this.palette = readPalette(host);
    this.gestures = new Gestures(markCanvas, {
      pan: (dx, dy) => this.move(() => this.camera.pan(dx, dy)),
      zoom: (factor, x, y) => this.move(() => this.camera.zoom(factor, x, y)),
      tap: (x, y, touch) => this.tap(x, y, touch),
      point: (x, y) => this.point(x, y),
    });
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(host);
    this.dark.addEventListener('change', this.recolour);
    void document.fonts.ready.then(() => this.refresh());
    this.resize();
  }

  close(): void {
    this.gestures.close();
    this.resizing.disconnect();
    this.dark.removeEventListener('change', this.recolour);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.settle);
  }

  /** Something about the seats changed. */
  refresh(): void {
    if (this.shown !== this.room.layout) {
      this.shown = this.room.layout;
      this.camera.over(this.room.layout);
      this.camera.fit(this.room.layout);
    }
    const now = performance.now();
    const changed = this.room.justChanged;
    // More than that is a snapshot after an absence, not news.
    if (!this.calm.matches && changed.length < 400) for (const seat of changed) this.pulses.push({ seat, since: now });
    this.room.justChanged = [];
    this.planStale = true;
    this.ask();
  }

  zoomBy(factor: number): void {
    const to = this.copy();
    to.zoom(factor, this.camera.width / 2, this.camera.height / 2);
    this.fly(to);
  }

  fitAll(): void {
    const to = this.copy();
    to.fit(this.room.layout);
    this.fly(to);
  }

  showSection(index: number): void {
    const to = this.copy();
    to.fit(this.room.layout.sections[index]!, 24);
    this.fly(to);
  }

  /** Brings seats into view, near enough to be read. */
  showSeats(seats: number[]): void {
    if (seats.length === 0) return;
    const { xs, ys } = this.room.layout;
    const to = this.copy();
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const seat of seats) {
      box.left = Math.min(box.left, xs[seat]! - 5);
      box.right = Math.max(box.right, xs[seat]! + 5);
      box.top = Math.min(box.top, ys[seat]! - 4);
      box.bottom = Math.max(box.bottom, ys[seat]! + 4);
    }
    to.fit(box, 28);
    this.fly(to);
  }

  /** Keeps the seat under the keyboard in view and large enough. */
  follow(seat: number): void {
    this.focus = seat;
    const { xs, ys } = this.room.layout;
    const { camera } = this;
    const x = camera.screenX(xs[seat]!);
    const y = camera.screenY(ys[seat]!);
    const edge = 70;
    const outside = x < edge || y < edge || x > camera.width - edge || y > camera.height - edge;
    if (camera.scale < 14 || outside) {
      const to = this.copy();
      to.scale = Math.max(camera.scale, 22);
      to.x = xs[seat]!;
      to.y = ys[seat]!;
      this.fly(to);
    } else {
      this.ask();
    }
  }

  ask(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame((now) => this.draw(now));
  }

  private copy(): Camera {
    return Object.assign(new Camera(), this.camera);
  }

  private fly(to: Camera): void {
    if (this.calm.matches) this.move(() => Object.assign(this.camera, to));
    else this.flight = { from: this.copy(), to, since: performance.now() };
    this.ask();
  }

  private move(change: () => void): void {
    this.flight = null;
    change();
    this.moved();
  }

  private moved(): void {
    this.planStale = true;
    clearTimeout(this.settle);
    this.settle = setTimeout(() => {
      this.settle = 0;
      this.planStale = true;
      this.ask();
    }, SETTLED_AFTER_MS) as unknown as number;
    this.events.moved();
    this.ask();
  }

  private tap(x: number, y: number, touch: boolean): void {
    this.keyboard = false;
    const at = this.camera.toPlan(x, y);
    const reach = Math.max(REACH, (touch ? 16 : 6) / this.camera.scale);
    const seat = this.room.grid.nearest(at.x, at.y, reach);
    const scaleMin = touch ? 15 : PICK_SCALE_MIN;
    if (this.camera.scale < scaleMin) {
      const to = this.copy();
      to.scale = seat >= 0 ? 22 : Math.min(22, this.camera.scale * 2.2);
      to.x = at.x;
      to.y = at.y;
      this.fly(to);
    } else if (seat >= 0) {
      this.focus = seat;
      this.events.picked(seat);
    }
  }

  private point(x: number, y: number): void {
    const at = x < 0 ? null : this.camera.toPlan(x, y);
    const seat = at && this.camera.scale >= 5 ? this.room.grid.nearest(at.x, at.y, REACH) : -1;
    if (seat === this.hover && seat < 0) return;
    this.hover = seat;
    this.markCanvas.classList.toggle('over-seat', seat >= 0 && this.camera.scale >= PICK_SCALE_MIN);
    this.events.hovered(seat, x, y);
    this.ask();
  }

  private readonly recolour = () => {
    this.palette = readPalette(this.host);
    this.planStale = true;
    this.ask();
  };

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    this.dpr = Math.min(devicePixelRatio || 1, 3);
    for (const { canvas } of [this.base, this.marks]) {
      canvas.width = Math.round(width * this.dpr);
      canvas.height = Math.round(height * this.dpr);
    }
    const first = this.camera.width === 1;
    const { view } = this.camera;
    this.camera.resize(width, height);
    if (first || this.camera.fitting(this.room.layout) > this.camera.scale) this.camera.fit(this.room.layout);
    else this.camera.x = (view.left + view.right) / 2;
    this.planStale = true;
    this.draw(performance.now());
  }

  private draw(now: number): void {
    this.frame = 0;
    if (this.flight) this.flyOn(now);
    if (this.planStale) {
      const moving = this.settle !== 0 || this.flight !== null;
      const took = now - this.drawnAt;
      if (moving && this.painted && took > FRAME_BUDGET_MS && took < 1000) this.slowFrames++;
      if (!moving) this.slowFrames = Math.max(0, this.slowFrames - 1);
      this.painted = !(moving && this.isDear() && this.pictureServes());
      if (this.painted) this.paintPlan();
      else this.movePicture();
    }
    this.drawnAt = now;
    this.pulses = this.pulses.filter((pulse) => now - pulse.since < PULSE_MS);
    paintMarks(this.marks, this.camera, this.room, this.palette, this.dpr, {
      focus: this.keyboard ? this.focus : -1,
      hover: this.hover,
      pulses: this.pulses,
      now,
    });
    if (this.flight || this.pulses.length > 0) this.ask();
  }

  private flyOn(now: number): void {
    const { from, to, since } = this.flight!;
    const t = Math.min(1, (now - since) / 320);
    const eased = 1 - (1 - t) ** 3;
    this.camera.scale = from.scale * (to.scale / from.scale) ** eased;
    // Positions follow the scale, so that the target grows in place instead of sweeping by.
    const spread = 1 / from.scale - 1 / to.scale;
    const share = Math.abs(spread) < 1e-6 ? eased : (1 / from.scale - 1 / this.camera.scale) / spread;
    this.camera.x = from.x + (to.x - from.x) * share;
    this.camera.y = from.y + (to.y - from.y) * share;
    if (t >= 1) this.flight = null;
    this.moved();
  }

  private paintPlan(): void {
    const started = performance.now();
    const scene: Scene = { layout: this.room.layout, looks: this.room.looks, onlyTier: this.room.onlyTier };
    this.painter.paint(this.base, this.camera, scene, this.palette, this.dpr);
    this.planStale = false;
    this.paintCost = performance.now() - started;
    if (this.isDear()) this.takePicture();
    else this.picture.canvas.width = 0;
  }

  private isDear(): boolean {
    return this.paintCost > PAINT_BUDGET_MS || this.slowFrames >= SLOW_FRAMES_MAX;
  }

  private takePicture(): void {
    const { canvas } = this.picture;
    canvas.width = this.base.canvas.width;
    canvas.height = this.base.canvas.height;
    canvas.getContext('2d')!.drawImage(this.base.canvas, 0, 0);
    this.picture.x = this.camera.x;
    this.picture.y = this.camera.y;
    this.picture.scale = this.camera.scale;
  }

  private pictureServes(): boolean {
    const ratio = this.camera.scale / this.picture.scale;
    return this.picture.canvas.width > 0 && ratio > 0.6 && ratio < 1.8;
  }

  private movePicture(): void {
    const { camera, picture, base, dpr } = this;
    const ratio = camera.scale / picture.scale;
    base.setTransform(1, 0, 0, 1, 0, 0);
    base.fillStyle = this.palette.paper;
    base.fillRect(0, 0, base.canvas.width, base.canvas.height);
    const left = (camera.width / 2) * (1 - ratio) + (picture.x - camera.x) * camera.scale;
    const top = (camera.height / 2) * (1 - ratio) + (picture.y - camera.y) * camera.scale;
    base.drawImage(picture.canvas, left * dpr, top * dpr, base.canvas.width * ratio, base.canvas.height * ratio);
  }
}
