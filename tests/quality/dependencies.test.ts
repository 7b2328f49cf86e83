import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../build/repo.ts";

interface Locked {
  version: string;
  license?: string;
  integrity?: string;
  resolved?: string;
  dev?: boolean;
  link?: boolean;
}

const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));
const manifest = read("package.json") as Record<"dependencies" | "devDependencies", Record<string, string>>;
const lock = read("package-lock.json") as { packages: Record<string, Locked & typeof manifest> };
const packages = Object.entries(lock.packages).filter(([path]) => path !== "");

test("package.json names exact versions", () => {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  const loose = Object.entries(wanted).filter(([, version]) => !/^(npm:.+@)?\d+\.\d+\.\d+$/.test(version));
  expect(loose).toEqual([]);
});

test("the lock file is that of package.json, and pins every package by its checksum", () => {
  const own = lock.packages[""];
  expect(own?.dependencies).toEqual(manifest.dependencies);
  expect(own?.devDependencies).toEqual(manifest.devDependencies);
  expect(packages.length).toBeGreaterThan(50);
  const loose = packages.filter(([, { integrity, link }]) => !link && !integrity?.startsWith("sha512-"));
  expect(loose.map(([path]) => path)).toEqual([]);
});

test("what ships may be shipped with MIT code", () => {
  const shipped = packages.filter(([, { dev }]) => !dev);
  const allowed = /^(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0)$/;
  expect(shipped.length).toBeGreaterThan(5);
  expect(shipped.filter(([, { license }]) => !allowed.test(license ?? "")).map(([path]) => path)).toEqual([]);
});

test("the compiled validators need nothing of ajv but its small run-time parts", () => {
  const text = readFileSync(join(root, "ts-core/rpc/validators.generated.cjs"), "utf8");
  const needed = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
  expect(needed.filter((name) => !name?.startsWith("ajv/dist/runtime/"))).toEqual([]);
});
