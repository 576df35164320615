import fs from "node:fs";
import path from "node:path";
import { context } from "esbuild";
import { ROOT } from "./paths.mjs";
import { bundleOptions } from "./prepare.mjs";
import { step } from "./progress.mjs";

/** Bundles the Node side, and again whenever one of its files changes; then `onChange` is called. */
export async function watchBundle(outdir, onChange) {
  let isFirst = true;
  let onFirst;
  const firstBuild = new Promise((resolve) => {
    onFirst = resolve;
  });
  const watcher = {
    name: "watcher",
    setup(build) {
      build.onEnd(({ errors }) => {
        for (const { text, location } of errors) step(`${location?.file}:${location?.line}: ${text}`);
        if (errors.length > 0) return;
        if (isFirst) onFirst();
        else onChange();
        isFirst = false;
      });
    },
  };
  const bundle = await context({ ...bundleOptions(outdir), plugins: [watcher] });
  await bundle.watch();
  await firstBuild;
}

/** Makes the tsconfig that Next's development server of one cloud fills in for itself; see next.config.ts. */
export function makeDevConfig(outdir, name) {
  const settings = { extends: "../../tsconfig.json", include: ["../../**/*.ts", "../../**/*.tsx"] };
  fs.writeFileSync(path.join(ROOT, outdir, `tsconfig.${name}.json`), JSON.stringify(settings));
}
