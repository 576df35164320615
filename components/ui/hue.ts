/** A hue for a name, the same wherever the name stands. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
}

/** Soft paper and legible ink of one hue, in both themes. */
export function tintOf(name: string): { background: string; color: string } {
  const hue = hueOf(name);
  return {
    background: `light-dark(oklch(0.92 0.045 ${hue}), oklch(0.36 0.05 ${hue}))`,
    color: `light-dark(oklch(0.4 0.085 ${hue}), oklch(0.9 0.05 ${hue}))`,
  };
}
