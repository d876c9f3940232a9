/** With three digits at least, and no more than are worth anything. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(value >= 10 ? 1 : 2);
}

export function formatRatio(ratio: number): string {
  if (Number.isNaN(ratio)) return "-";
  const digits = ratio > 0 && ratio < 0.01 ? ratio.toPrecision(1) : ratio.toFixed(ratio >= 10 ? 1 : 2);
  return `${digits} x`;
}
