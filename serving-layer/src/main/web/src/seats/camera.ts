import type { Box } from './layout';

/** Which part of the plan is on the screen: the point in its middle, and screen pixels per seat width. */
export class Camera {
  x = 0;
  y = 0;
  scale = 4;
  width = 1;
  height = 1;
  private scaleMin = 0.5;
  private bounds: Box = { left: -1, top: -1, right: 1, bottom: 1 };
  static readonly SCALE_MAX = 46;

  resize(width: number, height: number): void {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.scaleMin = Math.min(this.fitting(this.bounds) * 0.8, 12);
  }

  over(bounds: Box): void {
    this.bounds = bounds;
    this.scaleMin = Math.min(this.fitting(bounds) * 0.8, 12);
  }

  /** All of a box on the screen. */
  fit(box: Box, scaleMax = Camera.SCALE_MAX): void {
    this.x = (box.left + box.right) / 2;
    this.y = (box.top + box.bottom) / 2;
    this.scale = Math.min(this.fitting(box), scaleMax);
  }

  fitting(box: Box): number {
    const margin = Math.min(28, this.width * 0.045);
    return Math.min(
      (this.width - 2 * margin) / (box.right - box.left + 2),
      (this.height - 2 * margin) / (box.bottom - box.top + 2),
    );
  }

  pan(dxPixels: number, dyPixels: number): void {
    this.x -= dxPixels / this.scale;
    this.y -= dyPixels / this.scale;
    this.keepInSight();
  }

  /** Zooms so that what is under the given pixel stays there. */
  zoom(factor: number, px: number, py: number): void {
    const before = this.toPlan(px, py);
    this.scale = Math.max(this.scaleMin, Math.min(Camera.SCALE_MAX, this.scale * factor));
    const after = this.toPlan(px, py);
    this.x += before.x - after.x;
    this.y += before.y - after.y;
    this.keepInSight();
  }

  toPlan(px: number, py: number): { x: number; y: number } {
    return { x: this.x + (px - this.width / 2) / this.scale, y: this.y + (py - this.height / 2) / this.scale };
  }

  screenX(x: number): number {
    return (x - this.x) * this.scale + this.width / 2;
  }

  screenY(y: number): number {
    return (y - this.y) * this.scale + this.height / 2;
  }

  get view(): Box {
    const halfWidth = this.width / 2 / this.scale;
    const halfHeight = this.height / 2 / this.scale;
    return {
      left: this.x - halfWidth,
      right: this.x + halfWidth,
      top: this.y - halfHeight,
      bottom: this.y + halfHeight,
    };
  }

  private keepInSight(): void {
    this.x = Math.max(this.bounds.left, Math.min(this.bounds.right, this.x));
    this.y = Math.max(this.bounds.top, Math.min(this.bounds.bottom, this.y));
  }
}
