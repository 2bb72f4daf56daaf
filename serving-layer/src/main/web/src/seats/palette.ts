/** Colours of the map, taken from the style sheet so that light, dark and forced colours are decided in one place. */
export interface Palette {
  paper: string;
  ink: string;
  quiet: string;
  line: string;
  sold: string;
  /** Chosen, held or booked by whoever looks. */
  mine: string;
  onMine: string;
  onTier: string;
  stage: string;
  tiers: string[];
  /** The ground of a tier's blocks: its colour, thinned with paper. */
  grounds: string[];
  font: string;
}

export const TIER_COLOURS = 8;

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const paper = colour('--map-paper');
  const tiers = Array.from({ length: TIER_COLOURS }, (_, i) => colour(`--tier-${i + 1}`));
  return {
    paper,
    ink: colour('--ink'),
    quiet: colour('--ink-quiet'),
    line: colour('--line'),
    sold: colour('--sold'),
    mine: colour('--ink'),
    onMine: colour('--map-paper'),
    onTier: colour('--on-tier'),
    stage: colour('--stage'),
    tiers,
    grounds: tiers.map((tier) => mixed(tier, paper, 0.1)),
    font: style.fontFamily,
  };
}

/** Some of one colour in another, both as #rrggbb. */
export function mixed(some: string, other: string, share: number): string {
  const channel = (at: number) => {
    const [a, b] = [some, other].map((hex) => parseInt(hex.slice(at, at + 2), 16)) as [number, number];
    return Math.round(a * share + b * (1 - share));
  };
  return `rgb(${channel(1)} ${channel(3)} ${channel(5)})`;
}
