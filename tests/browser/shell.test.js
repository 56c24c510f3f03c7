// The shell: going from page to page keeps it, Back finds one's place again, errors come with a way back, and nothing shifts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, contactsFile, newPage, shot, startBrowser, startProgram } from "./app.js";

let program, browser, page, state;
const at = (path) => program.url + path;
const path = (p = page) => new URL(p.url()).pathname;

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser);
  await page.goto(program.setup);
  await page.check("input[value=insurance]");
  await page.fill("#workspace", "Harbor & Pine Insurance");
  await page.fill("#name", ADMIN.name);
  await page.fill("#email", ADMIN.email);
  await page.fill("#password", ADMIN.password);
  await page.click("button[type=submit]");
  await page.waitForURL(at("/"));
  program.command("import", program.file("people.csv", contactsFile(300)), "--object", "contacts");
  state = await page.context().storageState();
  await page.goto(at("/"));
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const clean = (p = page) => assert.deepEqual(p.complaints, []);
// A mark that only lives as long as the document: a page load would lose it.
const mark = (p = page) => p.evaluate(() => { globalThis.kept = true; });
const kept = (p = page) => p.evaluate(() => globalThis.kept === true);
const heading = (text, p = page) => p.waitForFunction((t) => document.querySelector("#main h1")?.textContent.includes(t), text);

test("a link swaps the page and keeps the shell, its title, address and focus follow", async () => {
  await mark();
  await page.click("#nav a[href='/contacts']");
  await page.locator("#main tbody [data-row]").first().waitFor();
  assert.equal(path(), "/contacts");
  assert.ok(await kept(), "the document stayed");
  assert.equal(await page.locator("#nav [aria-current=page]").first().getAttribute("href"), "/contacts");
  assert.match(await page.title(), /Harbor & Pine/);
  assert.ok(await page.evaluate(() => document.getElementById("main").contains(document.activeElement)), "the focus is in the page");
  clean();
});

test("Back finds the scroll and the row one came from, Forward the page again", async () => {
  const row = page.locator("#main tbody [data-row]").nth(40);
  const href = await row.getAttribute("href");
  await row.scrollIntoViewIfNeeded();
  const scrolled = () => page.evaluate(() => Math.max(...[...document.querySelectorAll("#main *")].map((e) => e.scrollTop)));
  const before = await scrolled();
  assert.ok(before > 200);
  await row.focus();
  await page.keyboard.press("Enter");
  await page.locator("#record-title").waitFor();
  await page.goBack();
  await page.waitForFunction((h) => document.activeElement?.getAttribute("href") === h, href);
  assert.equal(await scrolled(), before);
  assert.ok(await kept());
  await page.goForward();
  await page.locator("#record-title").waitFor();
  assert.equal(path(), new URL(at(href)).pathname);
  await page.goBack();
  await page.locator("#main tbody [data-row]").first().waitFor();
  clean();
});

test("a form is sent without a page load, its news shows and Undo takes it back", async () => {
  await page.goto(at("/contacts/5"));
  await mark();
  await page.click("form[action$='/trash'] button");
  await page.locator(".toast button").waitFor();
  assert.equal(path(), "/contacts");
  await page.click(".toast button");
  await page.waitForURL(/\/contacts\/5$/);
  assert.ok(await kept());
  clean();
});

test("a page that is not there says so inside the shell", async () => {
  page.provoked.add(404);
  await page.goto(at("/contacts"));
  await mark();
  await page.evaluate(() => { document.querySelector("#main tbody [data-row]").href = "/contacts/999999"; });
  await page.locator("#main tbody [data-row]").first().click();
  await page.locator(".error-page").waitFor();
  assert.ok(await kept());
  assert.ok(await page.locator("#nav").isVisible());
  await page.goBack();
  await page.locator("#main tbody [data-row]").first().waitFor();
  clean();
});

test("a session that has ended leads to signing in, and from there to the page one wanted", async () => {
  const p = await newPage(browser, { state });
  await p.goto(at("/"));
  await p.context().clearCookies();
  await p.click("#nav a[href='/companies']");
  await p.waitForURL(/\/login\?next=/);
  assert.equal(new URL(p.url()).searchParams.get("next"), "/companies");
  await p.context().close();
});

test("nothing shifts while one goes around", async () => {
  const p = await newPage(browser, { state });
  await p.addInitScript(() => {
    globalThis.shifts = [];
    const name = (node) => `${node?.nodeName} ${node?.id ?? ""} ${node?.className ?? ""} in ${node?.parentElement?.className}`;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.shifts.push(`${location.pathname} ${entry.sources.map((s) => `${name(s.node)} ${JSON.stringify(s.previousRect)} ${JSON.stringify(s.currentRect)}`)}`); }).observe({ type: "layout-shift", buffered: true });
  });
  await p.goto(at("/contacts"));
  await p.locator("#main tbody [data-row]").first().click();
  await p.locator("#record-title").waitFor();
  await p.goBack();
  await p.locator("#main tbody [data-row]").first().waitFor();
  assert.deepEqual(await p.evaluate(() => globalThis.shifts), []);
  await p.context().close();
});
