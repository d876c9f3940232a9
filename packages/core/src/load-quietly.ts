/**
 * What `load` gives, without the warning that a feature of Node is experimental, which such a feature gives when it is
 * first loaded. All other warnings are given.
 */
export function loadQuietly<T>(feature: string, load: () => T): T {
  const give = Object.getOwnPropertyDescriptor(process, "emitWarning");
  const giveOthers = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...more: unknown[]): void => {
    const isAboutFeature = more[0] === "ExperimentalWarning" && String(warning).startsWith(`${feature} `);
    if (!isAboutFeature) Reflect.apply(giveOthers, process, [warning, ...more]);
  };
  try {
    return load();
  } finally {
    if (give === undefined) Reflect.deleteProperty(process, "emitWarning");
    else Object.defineProperty(process, "emitWarning", give);
  }
}
