export { index, model, type, unique } from "./layouts.ts";
export { programsIn } from "./programs-in.ts";
export { oldModel, youngModel } from "./two-models.ts";
