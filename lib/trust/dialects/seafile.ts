import type { Dialect } from "./dialect";
import { older } from "./older";

/** Seafile speaks as older clouds do. */
export const seafile: Dialect = { ...older, name: "Seafile" };
