/** With three digits at least, and no more than are worth anything. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(value >= 10 ? 1 : 2);
}

export function formatRatio(ratio: number): string {
  return Number.isNaN(ratio) ? "-" : `${ratio.toFixed(ratio >= 10 ? 1 : 2)} x`;
}
