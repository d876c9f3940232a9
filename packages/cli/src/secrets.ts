/** The passwords in stores' URLs, as written and as decoded, so that none is ever printed by mistake. */
export function passwordsIn(urls: readonly string[]): readonly string[] {
  const written = urls.flatMap((url) => [...url.matchAll(userInfoPattern), ...url.matchAll(parameterPattern)]);
  const passwords = written.map((match) => match[1] ?? "").filter((password) => password !== "");
  return [...new Set(passwords.flatMap((password) => [password, decoded(password)]))];
}

const userInfoPattern = /\/\/[^:@/]*:(.*)@/gs;
const parameterPattern = /[?&][^=&]*(?:pass|pwd|secret|token)[^=&]*=([^&#]*)/gi;

/** The text with every password in it replaced. */
export function withoutSecrets(text: string, passwords: readonly string[]): string {
  return passwords.reduce((shown, password) => shown.replaceAll(password, "***"), text);
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
