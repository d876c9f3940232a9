/** Imports a package that is installed here, and not where the bench itself is. */
export const load = (name) => import(name);
