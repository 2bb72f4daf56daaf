export interface GestureEvents {
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  tap(x: number, y: number, touch: boolean): void;
  /** The mouse is there; (-1, -1) when it has left. */
  point(x: number, y: number): void;
}

const TAP_SLACK_PX = 6;

/** Drag, wheel, pinch, tap and two-finger pan, out of pointer events. */
export class Gestures {
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private travelled = 0;
  private readonly ends = new AbortController();

  constructor(
    private readonly element: HTMLElement,
    private readonly events: GestureEvents,
  ) {
    const on = <K extends keyof HTMLElementEventMap>(type: K, handler: (e: HTMLElementEventMap[K]) => void) =>
      element.addEventListener(type, handler, { signal: this.ends.signal, passive: false });
    on('pointerdown', (e) => this.down(e));
    on('pointermove', (e) => this.move(e));
    on('pointerup', (e) => this.up(e));
    on('pointercancel', (e) => this.pointers.delete(e.pointerId));
    on('pointerleave', (e) => e.pointerType === 'mouse' && events.point(-1, -1));
    on('wheel', (e) => this.wheel(e));
  }

  close(): void {
    this.ends.abort();
  }

  private at(e: MouseEvent): { x: number; y: number } {
    const box = this.element.getBoundingClientRect();
    return { x: e.clientX - box.left, y: e.clientY - box.top };
  }

  private down(e: PointerEvent): void {
    if (e.button !== 0) return;
    this.element.setPointerCapture(e.pointerId);
    if (this.pointers.size === 0) this.travelled = 0;
    this.pointers.set(e.pointerId, this.at(e));
    this.element.classList.add('dragging');
  }

  private move(e: PointerEvent): void {
    const now = this.at(e);
    const before = this.pointers.get(e.pointerId);
    if (!before) {
      if (e.pointerType === 'mouse') this.events.point(now.x, now.y);
      return;
    }
    this.travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== e.pointerId)![1];
      const apart = Math.hypot(before.x - other.x, before.y - other.y) || 1;
      const factor = (Math.hypot(now.x - other.x, now.y - other.y) || 1) / apart;
      this.events.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
      this.events.zoom(factor, (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (this.travelled > TAP_SLACK_PX) {
      this.events.pan(now.x - before.x, now.y - before.y);
    }
    this.pointers.set(e.pointerId, now);
  }

  private up(e: PointerEvent): void {
    const known = this.pointers.delete(e.pointerId);
    if (this.pointers.size > 0) return;
    this.element.classList.remove('dragging');
    if (known && this.travelled <= TAP_SLACK_PX) {
      const { x, y } = this.at(e);
      this.events.tap(x, y, e.pointerType !== 'mouse');
    }
  }

  private wheel(e: WheelEvent): void {
    e.preventDefault();
    const { x, y } = this.at(e);
    const lines = e.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    // A pinch on a touchpad comes as a wheel with ctrl, in smaller steps.
    const speed = e.ctrlKey ? 0.01 : 0.0022;
    const delta = Math.max(-240, Math.min(240, e.deltaY * lines));
    this.events.zoom(Math.exp(-delta * speed), x, y);
  }
}
