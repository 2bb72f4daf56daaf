import type { EventDetails, Ticket } from '../api/types';

/** Neighbouring seats of one row: their indexes run from `from` to `to`, both included. */
export interface RowSpan {
  section: number;
  label: string;
  from: number;
  to: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface SectionShape extends Box {
  id: string;
  name: string;
  /** Most of its seats are of this tier. */
  tier: number;
  rowsFrom: number;
  rowsTo: number;
  /** Corners of the block, x and y in turn. */
  outline: Float32Array;
  labelX: number;
  labelY: number;
}

/** Where the seats of an event are; a seat is its index in the catalogue's order. Lengths are seat widths. */
export interface SeatLayout extends Box {
  count: number;
  tickets: Ticket[];
  xs: Float32Array;
  ys: Float32Array;
  /** Direction of the row at this seat, as cosine and sine. */
  cos: Float32Array;
  sin: Float32Array;
  tier: Uint8Array;
  accessible: Uint8Array;
  row: Uint32Array;
  rows: RowSpan[];
  sections: SectionShape[];
  byTicket: Map<string, number>;
  stage: Box | null;
}

export function layOut(event: EventDetails): SeatLayout {
  const { tickets } = event;
  const count = tickets.length;
  const tierIndex = new Map(event.tiers.map((tier, i) => [tier.tierId, i]));
  const names = new Map(event.sections.map((section) => [section.sectionId, section.name]));
  const layout: SeatLayout = {
    count,
    tickets,
    xs: new Float32Array(count),
    ys: new Float32Array(count),
    cos: new Float32Array(count),
    sin: new Float32Array(count),
    tier: new Uint8Array(count),
    accessible: new Uint8Array(count),
    row: new Uint32Array(count),
    rows: [],
    sections: [],
    byTicket: new Map(),
    stage: null,
    left: Infinity,
    top: Infinity,
    right: -Infinity,
    bottom: -Infinity,
  };
  let section: SectionShape | undefined;
  let row: RowSpan | undefined;
  tickets.forEach((ticket, i) => {
    if (!section || section.id !== ticket.section) {
      section = newSection(ticket.section, names.get(ticket.section) ?? `Section ${ticket.section}`, layout.rows.length);
      layout.sections.push(section);
      row = undefined;
    }
    if (!row || row.label !== ticket.row) {
      row = { section: layout.sections.length - 1, label: ticket.row, from: i, to: i };
      layout.rows.push(row);
      section.rowsTo = layout.rows.length - 1;
    }
    row.to = i;
    layout.xs[i] = ticket.x;
    layout.ys[i] = ticket.y;
    layout.tier[i] = tierIndex.get(ticket.tier) ?? 0;
    layout.accessible[i] = ticket.accessible ? 1 : 0;
    layout.row[i] = layout.rows.length - 1;
    layout.byTicket.set(ticket.ticketId, i);
    grow(section, ticket.x, ticket.y);
    grow(layout, ticket.x, ticket.y);
  });
  layout.rows.forEach((span) => turnSeats(layout, span));
  layout.sections.forEach((shape) => outlineSection(layout, shape));
  layout.stage = stageBox(layout);
  if (layout.stage) {
    grow(layout, layout.stage.left, layout.stage.top);
    grow(layout, layout.stage.right, layout.stage.bottom);
  }
  return layout;
}

function newSection(id: string, name: string, rowsFrom: number): SectionShape {
  return {
    id,
    name,
    tier: 0,
    rowsFrom,
    rowsTo: rowsFrom,
    outline: new Float32Array(0),
    labelX: 0,
    labelY: 0,
    left: Infinity,
    top: Infinity,
    right: -Infinity,
    bottom: -Infinity,
  };
}

function grow(box: Box, x: number, y: number): void {
  box.left = Math.min(box.left, x);
  box.right = Math.max(box.right, x);
  box.top = Math.min(box.top, y);
  box.bottom = Math.max(box.bottom, y);
}

/** Seats stand along their row, which may be bent. */
function turnSeats(layout: SeatLayout, { from, to }: RowSpan): void {
  for (let i = from; i <= to; i++) {
    const before = Math.max(from, i - 1);
    const after = Math.min(to, i + 1);
    const dx = layout.xs[after]! - layout.xs[before]!;
    const dy = layout.ys[after]! - layout.ys[before]!;
    const length = Math.hypot(dx, dy) || 1;
    layout.cos[i] = before === after ? 1 : dx / length;
    layout.sin[i] = before === after ? 0 : dy / length;
  }
}

/** Along the front row, down the right ends, back along the last row and up the left ends. */
function outlineSection(layout: SeatLayout, shape: SectionShape): void {
  const rows = layout.rows.slice(shape.rowsFrom, shape.rowsTo + 1);
  const first = rows[0]!;
  const last = rows[rows.length - 1]!;
  const corners: number[] = [];
  const add = (i: number) => corners.push(layout.xs[i]!, layout.ys[i]!);
  for (let i = first.from; i <= first.to; i++) add(i);
  for (const row of rows.slice(1, -1)) add(row.to);
  for (let i = last.to; i >= last.from; i--) add(i);
  for (const row of rows.slice(1, -1).reverse()) add(row.from);
  shape.outline = new Float32Array(corners);
  const middle = rows[Math.floor(rows.length / 2)]!;
  const seat = Math.floor((middle.from + middle.to) / 2);
  shape.labelX = layout.xs[seat]!;
  shape.labelY = layout.ys[seat]!;
  const tiers = new Map<number, number>();
  for (const row of rows) {
    const tier = layout.tier[row.from]!;
    tiers.set(tier, (tiers.get(tier) ?? 0) + row.to - row.from + 1);
  }
  shape.tier = [...tiers].sort((a, b) => b[1] - a[1])[0]![0];
}

/**
 * The free space about the origin, which by the venue's definition is the middle of the stage's front edge. Nothing is
 * drawn where seats stand there.
 */
function stageBox(layout: SeatLayout): Box | null {
  const clearance = 3;
  const halfWidthMax = Math.min(24, (layout.right - layout.left) / 5);
  let halfWidth = halfWidthMax;
  let depth = Math.min(16, halfWidthMax * 0.7);
  for (let i = 0; i < layout.count; i++) {
    const x = Math.abs(layout.xs[i]!);
    const y = layout.ys[i]!;
    if (y > -depth - clearance && y < 1) {
      if (x < halfWidth + clearance) {
        if (x - clearance >= 8) halfWidth = x - clearance;
        else if (-y - clearance >= 3 && y < 0) depth = -y - clearance;
        else return null;
      }
    }
  }
  return halfWidth >= 5 && depth >= 3 ? { left: -halfWidth, right: halfWidth, top: -depth, bottom: -1 } : null;
}
