import { context } from "esbuild";
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
