/** Bytes as they come, in pieces of any size. */
export type Bytes = AsyncIterable<Uint8Array>;

export interface Head {
  /** The first bytes: fewer than were asked for where there are no more. */
  readonly head: Buffer;
  /** Everything, the head included. To be read once. */
  readonly all: Bytes;
}

/** Looks at the first bytes. */
export async function peek(bytes: Bytes, count: number): Promise<Head> {
  const pieces = bytes[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let length = 0;
  while (length < count) {
    const step = await pieces.next();
    if (step.done === true) break;
    read.push(step.value);
    length += step.value.byteLength;
  }
  const first = Buffer.concat(read);
  return { head: first.subarray(0, count), all: rejoined(first, pieces) };
}

async function* rejoined(first: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    if (first.byteLength > 0) yield first;
    for (let step = await rest.next(); step.done !== true; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}

export interface Block {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/** The same bytes in blocks of one size; the last one may be shorter, and is empty only where there is nothing at all. */
export async function* blocksOf(bytes: Bytes, size: number): AsyncGenerator<Block, void> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const piece of bytes) {
    held.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    length += piece.byteLength;
    if (length <= size) continue;
    const joined = Buffer.concat(held);
    let at = 0;
    // What could be the last block waits until it is known whether more follows.
    for (; joined.byteLength - at > size; at += size) yield { bytes: joined.subarray(at, at + size), isLast: false };
    held = [joined.subarray(at)];
    length = joined.byteLength - at;
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}
