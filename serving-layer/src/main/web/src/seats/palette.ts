/** Colours of the map, taken from the style sheet so that light, dark and forced colours are decided in one place. */
export interface Palette {
  paper: string;
  ink: string;
  quiet: string;
  line: string;
  sold: string;
  accent: string;
  onAccent: string;
  onTier: string;
  stage: string;
  tiers: string[];
  font: string;
}

export const TIER_COLOURS = 8;

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: colour('--map-paper'),
    ink: colour('--ink'),
    quiet: colour('--ink-quiet'),
    line: colour('--line'),
    sold: colour('--sold'),
    accent: colour('--accent'),
    onAccent: colour('--on-accent'),
    onTier: colour('--on-tier'),
    stage: colour('--stage'),
    tiers: Array.from({ length: TIER_COLOURS }, (_, i) => colour(`--tier-${i + 1}`)),
    font: style.fontFamily,
  };
}
