// Every component in every state, on the page that `--dev` adds: axe in seven themes, light and dark, wide and on a phone; and
// pictures, compared with those kept in `pictures/`. UPDATE_PICTURES=1 keeps new ones. Another Chromium paints letters a little
// differently, so pictures of another version are not compared, and the test says so.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessibilityProblems, newPage, startBrowser, startProgram } from "./app.js";

const THEMES = ["classic", "ocean", "forest", "sunset", "violet", "rose", "midnight"];
const PICTURES = join(import.meta.dirname, "pictures");
const DIFFERENT_SHARE_MAX = 0.001;

let program, browser;

before(async () => {
  program = await startProgram("--dev");
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** The share of pixels that differ, by a canvas of an empty page. */
async function difference(kept, made) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const share = await page.evaluate(async ([a, b]) => {
    const pixels = async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const brush = canvas.getContext("2d");
      brush.drawImage(image, 0, 0);
      return { width: image.width, height: image.height, data: brush.getImageData(0, 0, image.width, image.height).data };
    };
    const [one, two] = [await pixels(a), await pixels(b)];
    if (one.width !== two.width || one.height !== two.height) return 1;
    let different = 0;
    for (let i = 0; i < one.data.length; i += 4) {
      const far = Math.max(Math.abs(one.data[i] - two.data[i]), Math.abs(one.data[i + 1] - two.data[i + 1]), Math.abs(one.data[i + 2] - two.data[i + 2]));
      if (far > 8) different++;
    }
    return different / (one.width * one.height);
  }, [kept.toString("base64"), made.toString("base64")]);
  await context.close();
  return share;
}

for (const dark of [false, true]) {
  const mode = dark ? "dark" : "light";

  test(`axe finds nothing on any component in seven themes, ${mode}`, async () => {
    const page = await newPage(browser, { dark });
    await page.goto(`${program.url}/dev/components`);
    const found = await accessibilityProblems(page);
    // A theme changes colours alone.
    for (const theme of THEMES.slice(1)) {
      await page.evaluate(([theme, mode]) => { document.documentElement.className = `theme-${theme} mode-${mode}`; }, [theme, mode]);
      found.push(...(await accessibilityProblems(page, ["color-contrast"])).map((problem) => `${theme}: ${problem}`));
    }
    assert.deepEqual(found, []);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

for (const [width, dark] of [[1440, false], [390, true]]) {
  const mode = dark ? "dark" : "light";
  test(`components look as they did, ${mode}, ${width} pixels wide`, async (t) => {
    const page = await newPage(browser, { dark, width });
    await page.goto(`${program.url}/dev/components`);
    await page.evaluate(() => document.fonts.ready);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `the page is ${wide} pixels wider than the screen`);
    const made = await page.screenshot({ fullPage: true, animations: "disabled", caret: "hide" });
    await page.context().close();
    const version = join(PICTURES, "chromium.txt");
    const file = join(PICTURES, `components-${width}-${mode}.png`);
    if (process.env.UPDATE_PICTURES) {
      mkdirSync(PICTURES, { recursive: true });
      writeFileSync(version, `${browser.version()}\n`);
      writeFileSync(file, made);
    }
    if (!existsSync(version) || readFileSync(version, "utf8").trim() !== browser.version()) {
      t.diagnostic(`pictures are of another Chromium than ${browser.version()} and are not compared`);
      return;
    }
    const share = await difference(readFileSync(file), made);
    assert.ok(share <= DIFFERENT_SHARE_MAX, `${(share * 100).toFixed(2)} % of the pixels differ from ${file}`);
  });
}

test("without --dev there is no such page", async () => {
  const plain = await startProgram();
  const response = await fetch(`${plain.url}/dev/components`);
  await plain.stop();
  assert.equal(response.status, 404);
});
