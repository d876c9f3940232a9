import { HoldfastError } from "@holdfast/core";

import { exampleUrls, likelyScheme } from "./known-backends.ts";

const schemePattern = /^([a-z][a-z0-9+.-]+):/i;
/** A path or a word: nothing that a password could stand in, as it can in `user:password@host` or `password=…`. */
const harmless = /^[^@=\s]{1,200}$/;
const secretParameter = /([?&][^=&]*(?:pass|pwd|secret|token|key)[^=&]*=)[^&#]*/gi;

/**
 * A store's URL as it may be shown: without the password between `//` and `@`, and without the values of query
 * parameters that are called like a secret. Rather too much is hidden than too little.
 */
export function shownUrl(url: string): string {
  return url.replace(/(\/\/[^:@]*).*@/s, hideUserInfo).replace(secretParameter, "$1***");
}

function hideUserInfo(userInfo: string, user: string): string {
  return userInfo.length > user.length + 1 ? `${user}:***@` : `${user}@`;
}

/** The scheme of a store's URL, without its colon; INVALID_CONFIG where the text has none. */
export function urlScheme(url: string): string {
  const scheme = schemePattern.exec(url)?.[1];
  if (scheme !== undefined) return scheme;
  throw new HoldfastError(`${complaint(url)} A store's URL begins with its backend's name: ${exampleUrls()}`, {
    code: "INVALID_CONFIG",
  });
}

function complaint(url: string): string {
  if (url.trim() === "") return "the store's URL is empty.";
  if (!harmless.test(url)) return "the text given is not the URL of a store.";
  const scheme = likelyScheme(url);
  const hint = scheme === undefined ? "." : `; did you mean "${scheme}:${url}"?`;
  return `"${url}" is not the URL of a store${hint}`;
}
