import type { Driver } from "./driver.ts";

/**
 * What a package exports, as `backend`, to be a backend: a name and a way to make drivers. Nothing is opened before
 * `createStore` calls the driver's `open`.
 */
export interface Backend {
  /** As it stands in `Store.backend` and in front of the first colon of a URL. */
  readonly name: string;
  /** Checks the URL, whole as the user gave it; throws INVALID_CONFIG where it cannot be one. */
  driver(url: string): Driver;
}
