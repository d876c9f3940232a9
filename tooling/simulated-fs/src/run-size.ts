/** How much a check does, and with which seed it begins. */
export interface RunSize {
  readonly images: number;
  readonly seed: number;
}

/** From IMAGES and SEED in the environment: where a check in CI begins is always the same. */
export function runSize(): RunSize {
  const { IMAGES: images = "100000", SEED: seed = "1" } = process.env;
  return { images: Number(images), seed: Number(seed) };
}
