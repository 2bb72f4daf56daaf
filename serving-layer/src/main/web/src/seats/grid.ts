import type { SeatLayout } from './layout';

/** Seats by square of the plan, for finding the one under a pointer among a hundred thousand. */
export class SeatGrid {
  private static readonly SIDE = 4;
  private readonly columns: number;
  private readonly lines: number;
  /** Where each square's seats begin in `seats`; one more at the end. */
  private readonly starts: Uint32Array;
  private readonly seats: Uint32Array;

  constructor(private readonly layout: SeatLayout) {
    this.columns = Math.max(1, Math.ceil((layout.right - layout.left) / SeatGrid.SIDE) + 1);
    this.lines = Math.max(1, Math.ceil((layout.bottom - layout.top) / SeatGrid.SIDE) + 1);
    this.starts = new Uint32Array(this.columns * this.lines + 1);
    for (let i = 0; i < layout.count; i++) this.starts[this.squareOf(i) + 1]!++;
    for (let s = 1; s < this.starts.length; s++) this.starts[s]! += this.starts[s - 1]!;
    const next = this.starts.slice();
    this.seats = new Uint32Array(layout.count);
    for (let i = 0; i < layout.count; i++) this.seats[next[this.squareOf(i)]!++] = i;
  }

  /** The seat nearest to a point among those that qualify, or -1 if none is within reach. */
  nearest(x: number, y: number, reach: number, qualifies: (seat: number) => boolean = () => true): number {
    const { layout } = this;
    const fromColumn = this.column(x - reach);
    const toColumn = this.column(x + reach);
    const fromLine = this.line(y - reach);
    const toLine = this.line(y + reach);
    let best = -1;
    let bestSquared = reach * reach;
    for (let line = fromLine; line <= toLine; line++) {
      for (let column = fromColumn; column <= toColumn; column++) {
        const square = line * this.columns + column;
        for (let k = this.starts[square]!; k < this.starts[square + 1]!; k++) {
          const seat = this.seats[k]!;
          const dx = layout.xs[seat]! - x;
          const dy = layout.ys[seat]! - y;
          const squared = dx * dx + dy * dy;
          if (squared < bestSquared && qualifies(seat)) {
            best = seat;
            bestSquared = squared;
          }
        }
      }
    }
    return best;
  }

  private squareOf(seat: number): number {
    return this.line(this.layout.ys[seat]!) * this.columns + this.column(this.layout.xs[seat]!);
  }

  private column(x: number): number {
    return clamp(Math.floor((x - this.layout.left) / SeatGrid.SIDE), this.columns - 1);
  }

  private line(y: number): number {
    return clamp(Math.floor((y - this.layout.top) / SeatGrid.SIDE), this.lines - 1);
  }
}

function clamp(n: number, max: number): number {
  return n < 0 ? 0 : n > max ? max : n;
}
