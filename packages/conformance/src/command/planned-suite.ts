/** What the file that the test runner loads shall register: it is loaded by name and takes no arguments. */
let planned: () => void = () => {
  throw new Error("this file is loaded by the command only");
};

export function planSuite(register: () => void): void {
  planned = register;
}

export function registerPlannedSuite(): void {
  planned();
}
