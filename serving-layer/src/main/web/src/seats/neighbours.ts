import type { SeatGrid } from './grid';
import type { SeatLayout } from './layout';

export type Step = 'left' | 'right' | 'up' | 'down';

/** The seat one comes to by an arrow key: along the row first, otherwise the nearest one in that direction. */
export function step(layout: SeatLayout, seat: number, direction: Step): number {
  const dx = direction === 'left' ? -1 : direction === 'right' ? 1 : 0;
  const dy = direction === 'up' ? -1 : direction === 'down' ? 1 : 0;
  let best = seat;
  let bestCost = Infinity;
  const x = layout.xs[seat]!;
  const y = layout.ys[seat]!;
  for (let i = 0; i < layout.count; i++) {
    const ahead = (layout.xs[i]! - x) * dx + (layout.ys[i]! - y) * dy;
    if (ahead < 0.3 || i === seat) continue;
    const aside = Math.abs((layout.xs[i]! - x) * dy) + Math.abs((layout.ys[i]! - y) * dx);
    const cost = ahead + aside * 2.5;
    if (cost < bestCost) {
      best = i;
      bestCost = cost;
    }
  }
  return best;
}

/** For each wanted seat a free one close by, best in the same row or beside the seats that are kept. */
export function replacements(
  layout: SeatLayout,
  grid: SeatGrid,
  wanted: number[],
  kept: number[],
  isFree: (seat: number) => boolean,
): number[] {
  const given: number[] = [];
  const open = (seat: number) => isFree(seat) && !kept.includes(seat) && !given.includes(seat);
  for (const seat of wanted) {
    const together = [...kept, ...given];
    const found =
      besideThem(layout, together, open) ?? inRow(layout, seat, open) ?? nearby(layout, grid, seat, open);
    if (found !== null) given.push(found);
  }
  return given;
}

function besideThem(layout: SeatLayout, seats: number[], open: (seat: number) => boolean): number | null {
  for (const seat of seats) {
    for (const next of [seat + 1, seat - 1]) {
      if (next >= 0 && next < layout.count && layout.row[next] === layout.row[seat] && open(next)) return next;
    }
  }
  return null;
}

function inRow(layout: SeatLayout, seat: number, open: (seat: number) => boolean): number | null {
  const row = layout.rows[layout.row[seat]!]!;
  for (let away = 1; away <= 6; away++) {
    for (const next of [seat + away, seat - away]) if (next >= row.from && next <= row.to && open(next)) return next;
  }
  return null;
}

function nearby(layout: SeatLayout, grid: SeatGrid, seat: number, open: (seat: number) => boolean): number | null {
  const tier = layout.tier[seat];
  for (let reach = 4; reach <= 64; reach *= 2) {
    const sameTier = (other: number) => open(other) && layout.tier[other] === tier;
    const found = grid.nearest(layout.xs[seat]!, layout.ys[seat]!, reach, sameTier);
    if (found >= 0) return found;
  }
  return null;
}

/** The best run of free seats side by side: the one whose middle is nearest to a point of the plan. */
export function together(
  layout: SeatLayout,
  quantity: number,
  isFree: (seat: number) => boolean,
  tier: number,
  near: { x: number; y: number },
): number[] | null {
  let best: number[] | null = null;
  let bestDistance = Infinity;
  for (const row of layout.rows) {
    let run = 0;
    for (let i = row.from; i <= row.to; i++) {
      const fits = isFree(i) && (tier < 0 || layout.tier[i] === tier) && !layout.accessible[i];
      run = fits ? run + 1 : 0;
      if (run < quantity) continue;
      const from = i - quantity + 1;
      const x = (layout.xs[from]! + layout.xs[i]!) / 2;
      const y = (layout.ys[from]! + layout.ys[i]!) / 2;
      const distance = Math.hypot(x - near.x, y - near.y);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = Array.from({ length: quantity }, (_, k) => from + k);
      }
    }
  }
  return best;
}

export function areTogether(layout: SeatLayout, seats: number[]): boolean {
  const sorted = [...seats].sort((a, b) => a - b);
  return sorted.every((seat, k) => k === 0 || (seat === sorted[k - 1]! + 1 && layout.row[seat] === layout.row[sorted[0]!]));
}
