/**
 * The numbers from 1 to `count` in the order of their texts: 1, 10, 11, 2. Rows that are numbered so in a file whose keys
 * are sorted as texts stand in their own order.
 */
export function* documentNumbers(count: number): Generator<number, undefined> {
  let number = 1;
  for (let given = 0; given < count; given++) {
    yield number;
    if (number * 10 <= count) number *= 10;
    else {
      while (number % 10 === 9 || number + 1 > count) number = Math.floor(number / 10);
      number++;
    }
  }
  return undefined;
}
