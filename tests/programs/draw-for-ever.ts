import { pictureShrinker } from "@/lib/files/thumbnails/picture-shrinker";
import { pageOf } from "@/tests/documents";

// A server whose process for small pictures draws a paper that never ends: a line of dashes, shorter than can be seen.
const program = new URL("../../lib/files/thumbnails/thumbnail-process.mjs", import.meta.url);
const paper = pageOf("1 w [0.00001 0.00001] 0 d 0 0 m 400 200 l 0 200 l 400 0 l S", "0 0 400 200");
void pictureShrinker({ size: 64, seconds: 600, program }).shrink(paper);
process.send?.("drawing");
