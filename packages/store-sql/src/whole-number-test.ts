type Comparison = "eq" | "lt" | "lte" | "gt" | "gte";

/** Above and below all that a column of whole numbers holds. */
const most = 2 ** 53;

export type WholeNumberTest =
  | { readonly operator: Comparison; readonly operand: number; readonly constant?: never }
  | { readonly constant: boolean; readonly operator?: never; readonly operand?: never };

/** A comparison with any double as one with a whole number that a column of 64 bits can be compared with by its index. */
export function wholeNumberTest(operator: Comparison, operand: number): WholeNumberTest {
  switch (operator) {
    case "eq":
      return Number.isSafeInteger(operand) ? { operator, operand } : { constant: false };
    case "lt":
    case "gte":
      return { operator, operand: clamp(Math.ceil(operand)) };
    case "lte":
    case "gt":
      return { operator, operand: clamp(Math.floor(operand)) };
    default:
      return operator satisfies never;
  }
}

function clamp(value: number): number {
  return Math.min(Math.max(value, -most), most);
}
