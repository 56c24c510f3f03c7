// Bundles what the pages load into one folder: node build.mjs OUT. Run by build.rs, with this folder copied beside its
// node_modules. The manifest names the files; every name but the manifest's carries a hash of its content.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const out = process.argv[2];
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { metafile } = await build({
  entryPoints: ["js/app.js", "css/app.css"],
  outdir: out,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "none",
  format: "iife",
  target: ["chrome123", "firefox121", "safari17.5"],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  logLevel: "warning",
});

const names = readFileSync("icons.txt", "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
const symbols = names.map((name) => {
  const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").replaceAll("> <", "><").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
});
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
const hash = createHash("sha256").update(sprite).digest("hex").slice(0, 8).toUpperCase();
writeFileSync(join(out, `icons-${hash}.svg`), sprite);

const manifest = { sprite: `icons-${hash}.svg`, icons: names.join(" ") };
for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint === "js/app.js") manifest.script = basename(path);
  if (entryPoint === "css/app.css") manifest.style = basename(path);
  if (path.includes("inter-latin-wght")) manifest.font = basename(path);
}
writeFileSync(join(out, "manifest.txt"), Object.entries(manifest).map(([key, value]) => `${key}=${value}\n`).join(""));
