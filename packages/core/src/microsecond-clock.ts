/** What a clock of microseconds is made of. Both give milliseconds. */
export interface ClockParts {
  /** The time since the epoch. It may be set forward and back. */
  readonly wall: () => number;
  /** The time since some moment, with its fractions, which goes on evenly. */
  readonly even: () => number;
}

const systemParts: ClockParts = { wall: () => Date.now(), even: () => performance.now() };

/** Of a millisecond. */
const lastMicrosecond = 0.999;

/**
 * A clock that tells microseconds since the epoch, always of the millisecond that the wall clock tells. Within it the even
 * one goes on: how far the two lie apart is corrected at each reading by what the wall clock's millisecond proves.
 */
export function microsecondClock({ wall, even }: ClockParts = systemParts): () => number {
  let apart = wall() - even();
  return () => {
    const millisecond = wall();
    const found = even() + apart;
    const within = Math.min(Math.max(found, millisecond), millisecond + lastMicrosecond);
    apart += within - found;
    return Math.floor(within * 1000);
  };
}
