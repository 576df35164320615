import path from "node:path";
import { defineConfig } from "vitest/config";

const alias = { "@": path.resolve(import.meta.dirname) };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["{lib,server,components,cli,tests,app}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.db.test.ts"],
          env: { TZ: "UTC" },
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "db",
          include: ["{lib,server,app,tests}/**/*.db.test.ts"],
          globalSetup: ["tests/db-setup.ts"],
          setupFiles: ["tests/db-worker.ts"],
          env: { TZ: "UTC" },
          testTimeout: 30_000,
          hookTimeout: 60_000,
          pool: "forks",
          maxWorkers: 2,
        },
      },
    ],
  },
});
