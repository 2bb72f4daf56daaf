import type { Camera } from './camera';
import type { Palette } from './palette';
import type { Room } from './room';
import { PULSE_MS, type Pulse } from './surface';

interface Marks {
  focus: number;
  hover: number;
  pulses: Pulse[];
  now: number;
}

/** What lies over the plan: rings round the chosen and own seats, the pointer, the keyboard's place, what just changed. */
export function paintMarks(
  ctx: CanvasRenderingContext2D,
  camera: Camera,
  room: Room,
  palette: Palette,
  dpr: number,
  marks: Marks,
): void {
  ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
  ctx.clearRect(0, 0, camera.width, camera.height);
  for (const { seat, since } of marks.pulses) pulse(ctx, camera, room, palette, seat, (marks.now - since) / PULSE_MS);
  if (camera.scale < 14) {
    // From far away one seat is a dot: a pin says where one's own are.
    // Seats side by side make one mark: first all rims, then all faces.
    const own = [...room.chosen, ...room.mine.keys()];
    const radius = Math.max(4.5, camera.scale * 0.6);
    ctx.fillStyle = palette.paper;
    for (const seat of own) {
      ring(ctx, camera, room, seat, radius + 1.5);
      ctx.fill();
    }
    ctx.fillStyle = palette.mine;
    for (const seat of own) {
      ring(ctx, camera, room, seat, radius);
      ctx.fill();
    }
  }
  if (marks.hover >= 0) {
    ring(ctx, camera, room, marks.hover, Math.max(5, camera.scale * 0.62));
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = palette.ink;
    ctx.stroke();
  }
  if (marks.focus >= 0) {
    ring(ctx, camera, room, marks.focus, Math.max(8, camera.scale * 0.72));
    ctx.lineWidth = 6;
    ctx.strokeStyle = palette.paper;
    ctx.stroke();
    ctx.lineWidth = 3;
    ctx.strokeStyle = palette.ink;
    ctx.stroke();
  }
}

function ring(ctx: CanvasRenderingContext2D, camera: Camera, room: Room, seat: number, radius: number): void {
  ctx.beginPath();
  ctx.arc(camera.screenX(room.layout.xs[seat]!), camera.screenY(room.layout.ys[seat]!), radius, 0, Math.PI * 2);
}

function pulse(
  ctx: CanvasRenderingContext2D,
  camera: Camera,
  room: Room,
  palette: Palette,
  seat: number,
  age: number,
): void {
  if (seat >= room.layout.count) return;
  const grown = 1 - (1 - Math.max(0, age)) ** 3;
  ring(ctx, camera, room, seat, Math.max(3, camera.scale * 0.5) + grown * Math.max(7, camera.scale * 0.5));
  ctx.globalAlpha = Math.max(0, 0.7 * (1 - age));
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = palette.ink;
  ctx.stroke();
  ctx.globalAlpha = 1;
}
