import type { Dialect } from "./dialect";
import { older } from "./older";
import { DIALECT_NAMES } from "./schema";

/** Seafile speaks as older clouds do. */
export const seafile: Dialect = { ...older, name: DIALECT_NAMES.seafile };
