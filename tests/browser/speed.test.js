// What keeps pages fast, looked at without a clock: how much is sent and how it is kept, that nothing shifts, and that going to another
// page is one request and no new document.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contactsFile, newPage, setUp, startBrowser, startProgram } from "./app.js";

const HTML_MAX = 60 * 1024;
const PAGES = ["/", "/contacts", "/contacts/1", "/search?q=marlowe"];
let program, browser, state;
const at = (path) => program.url + path;

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  const page = await newPage(browser);
  await setUp(page, program);
  program.command("import", program.file("people.csv", contactsFile(200)), "--object", "contacts");
  state = await page.context().storageState();
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** A page that keeps every layout shift of its document. */
async function watched(options) {
  const p = await newPage(browser, { state, ...options });
  await p.addInitScript(() => {
    globalThis.shifts = [];
    const said = ({ node, previousRect: a, currentRect: b }) => `${node?.nodeName}.${node?.className ?? ""}: ${a.x},${a.y} ${a.width}×${a.height} to ${b.x},${b.y} ${b.width}×${b.height}`;
    globalThis.observer = new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.shifts.push(`${location.pathname} ${entry.sources.map(said).join("; ")}`); });
    globalThis.observer.observe({ type: "layout-shift", buffered: true });
  });
  return p;
}

/** What has shifted, once what was painted last is counted too. */
const shifts = (p) => p.evaluate(async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return globalThis.shifts.concat(globalThis.observer.takeRecords().map((e) => `${location.pathname} ${e.value}`));
});

const CONTENT = { "/": "#main h1", "/contacts": "tbody [data-row]", "/contacts/1": "#record-title", "/search?q=marlowe": ".search-page .hit" };

test("a page is one document, one stylesheet, one script, all compressed, and its own part is small", async () => {
  const p = await newPage(browser, { state });
  for (const where of PAGES) {
    const got = [];
    const note = (response) => got.push(response);
    p.on("response", note);
    const document = await p.goto(at(where));
    await p.locator(CONTENT[where]).first().waitFor();
    p.off("response", note);
    const headers = await document.allHeaders();
    assert.match(headers["content-encoding"] ?? "none", /^(br|gzip|zstd)$/, where);
    assert.match(headers["cache-control"] ?? "", /no-store|no-cache|private/, where);
    const html = await document.text();
    assert.equal(html.match(/<link [^>]*rel="stylesheet"/g)?.length, 1, where);
    assert.equal(html.match(/<script[ >]/g)?.length, 1, where);
    assert.doesNotMatch(html, / style="| on[a-z]+="/, where);
    const before = html.replace(/<tbody[\s\S]*?<\/tbody>/g, "").replace(/<a class="hit"[\s\S]*?<\/a>/g, "");
    assert.ok(before.length < HTML_MAX, `${where}: ${before.length} bytes before rows`);
    const kinds = got.filter((r) => new URL(r.url()).pathname.startsWith("/assets/")).map((r) => r.request().resourceType());
    assert.ok(kinds.every((kind) => ["stylesheet", "script", "font", "image", "other"].includes(kind)), kinds.join(" "));
    for (const kind of ["stylesheet", "script"]) assert.ok(kinds.filter((k) => k === kind).length <= 1, `${where}: ${kinds.join(" ")}`);
  }
  assert.deepEqual(p.complaints, []);
  await p.context().close();
});

test("assets are named by what they hold, kept for ever, and compressed", async () => {
  const p = await newPage(browser, { state });
  const assets = new Map();
  p.on("response", (response) => { if (new URL(response.url()).pathname.startsWith("/assets/")) assets.set(response.url(), response); });
  await p.goto(at("/contacts"), { waitUntil: "networkidle" });
  assert.ok([...assets.keys()].some((url) => url.endsWith(".css")) && [...assets.keys()].some((url) => url.endsWith(".js")));
  for (const [url, response] of assets) {
    const headers = await response.allHeaders();
    assert.match(headers["cache-control"], /public.*max-age=31536000.*immutable/, url);
    assert.match(url, /[.-][0-9a-zA-Z_-]{8,}\.[a-z0-9]+$/, "the name tells the content");
    if (/\.(css|js|svg)$/.test(url)) assert.match(headers["content-encoding"] ?? "none", /^(br|gzip|zstd)$/, url);
  }
  await p.context().close();
});

for (const [name, size] of Object.entries({ desk: {}, phone: { width: 390, height: 844 } })) {
  test(`nothing shifts while a page comes, on a ${name}`, async () => {
    const p = await watched(size);
    for (const where of PAGES) {
      await p.goto(at(where));
      await p.locator(CONTENT[where]).first().waitFor();
      assert.deepEqual(await shifts(p), [], where);
    }
    await p.context().close();
  });
}

test("going to another page is one request, no new document, and shifts nothing", async () => {
  const p = await watched();
  await p.goto(at("/"), { waitUntil: "networkidle" });
  await p.evaluate(() => { globalThis.kept = true; });
  const asked = [];
  p.on("request", (request) => asked.push(request));
  const steps = {
    "#nav a[href='/contacts']": "tbody [data-row]",
    "tbody [data-row]": "#record-title",
    "#nav a[href='/companies']": "tbody [data-row][href^='/companies/']",
  };
  for (const [link, there] of Object.entries(steps)) {
    asked.length = 0;
    await p.locator(link).first().click();
    await p.locator(`#main ${there}`).first().waitFor();
    const pages = asked.filter((r) => r.headers()["hx-request-type"] === "full" || r.isNavigationRequest());
    assert.deepEqual(pages.map((r) => r.isNavigationRequest()), [false], `${link}: ${asked.map((r) => r.url()).join(" ")}`);
    assert.deepEqual(asked.filter((r) => ["stylesheet", "script"].includes(r.resourceType())).map((r) => r.url()), [], link);
    assert.ok(await p.evaluate(() => globalThis.kept === true), "the document stayed");
    assert.deepEqual(await shifts(p), [], link);
  }
  assert.deepEqual(p.complaints, []);
  await p.context().close();
});
