// The shell: going from page to page keeps it, Back finds one's place again, errors come with a way back, and nothing shifts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, accessibilityProblems, contactsFile, newPage, setUp, startBrowser, startProgram } from "./app.js";

let program, browser, page, state;
const at = (path) => program.url + path;
const path = (p = page) => new URL(p.url()).pathname;

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser);
  await setUp(page, program);
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
  await page.click(".record-head summary");
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
  await p.goto(at("/"));
  await p.click("#nav a[href='/contacts']");
  await p.locator("#main tbody [data-row]").first().click();
  await p.locator("#record-title").waitFor();
  await p.goBack();
  await p.locator("#main tbody [data-row]").first().waitFor();
  assert.deepEqual(await p.evaluate(() => globalThis.shifts), []);
  await p.context().close();
});

test("the sidebar is put away by its key and stays so, its sections fold and stay folded", async () => {
  const p = await newPage(browser, { state });
  await p.goto(at("/contacts"));
  await p.keyboard.press("[");
  await p.waitForFunction(() => !document.getElementById("menu").checkVisibility());
  await p.waitForLoadState("networkidle");
  await p.reload();
  assert.ok(await p.locator("#menu").isHidden(), "put away before anything is painted");
  await p.keyboard.press("[");
  await p.locator("#menu").waitFor();
  await p.locator(".nav-section summary").first().press("Enter");
  await p.waitForLoadState("networkidle");
  await p.click("#nav a[href='/companies']");
  await heading("Employers", p);
  assert.equal(await p.locator("[data-fold]").first().getAttribute("open"), null);
  await p.reload();
  assert.equal(await p.locator("[data-fold]").first().getAttribute("open"), null);
  clean(p);
  await p.context().close();
});

test("the theme is the workspace's: it shows while it is chosen, is kept, and others see it on their next page", async () => {
  const other = await newPage(browser, { state });
  await other.goto(at("/contacts"));
  await page.goto(at("/settings/general"));
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.check("input[value=forest]");
  await page.waitForFunction(() => document.documentElement.classList.contains("theme-forest"));
  await page.waitForFunction(() => document.querySelector("[data-theme-form] [data-note]").textContent !== "");
  await other.click("#nav a[href='/companies']");
  await other.waitForFunction(() => document.documentElement.classList.contains("theme-forest"));
  await page.fill("#workspace", "Harbor Two");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.getElementById("workspace-name").textContent === "Harbor Two");
  await page.reload();
  assert.equal(await page.inputValue("#workspace"), "Harbor Two");
  await other.context().close();
  clean();
});

test("light or dark is one's own and follows to another browser", async () => {
  await page.goto(at("/settings/experience"));
  assert.deepEqual(await accessibilityProblems(page), []);
  const saved = page.waitForResponse((r) => r.url().endsWith("/look"));
  await page.click("button.mode[value=dark]");
  await saved;
  assert.match(await page.getAttribute("html", "class"), /mode-dark/);
  const cookies = state.cookies.filter((c) => c.name !== "aventora_look");
  const other = await newPage(browser, { state: { ...state, cookies } });
  await other.goto(at("/"));
  assert.match(await other.getAttribute("html", "class"), /mode-dark/);
  await other.context().close();
  await page.click(".mode[value=system]");
  await page.waitForLoadState("networkidle");
  clean();
});

test("by keyboard alone one opens the help, the menus and makes a record", async () => {
  const p = await newPage(browser, { state });
  await p.goto(at("/companies"));
  await p.keyboard.press("?");
  await p.locator("dialog#keys[open]").waitFor();
  assert.deepEqual(await accessibilityProblems(p), []);
  await p.keyboard.press("Escape");
  await p.locator("dialog#keys[open]").waitFor({ state: "hidden" });
  await p.locator("#menu .workspace").focus();
  await p.keyboard.press("Enter");
  await p.keyboard.press("ArrowDown");
  await p.keyboard.press("ArrowDown");
  assert.equal(await p.evaluate(() => document.activeElement.getAttribute("href")), "/settings/general");
  assert.deepEqual(await accessibilityProblems(p), []);
  await p.keyboard.press("Enter");
  await heading("General", p);
  await p.locator(".split summary").focus();
  await p.keyboard.press("Enter");
  assert.deepEqual(await accessibilityProblems(p), []);
  await p.keyboard.press("Escape");
  assert.ok(await p.evaluate(() => document.activeElement.matches(".split summary")));
  clean(p);
  await p.context().close();
});

test("on a phone the drawer opens by touch, holds the focus, closes by Back and beside it, and leads on", async () => {
  const p = await newPage(browser, { state, width: 390, height: 844 });
  await p.goto(at("/contacts"));
  await mark(p);
  await p.tap("[data-drawer-open]");
  await p.locator("#menu").waitFor();
  assert.deepEqual(await accessibilityProblems(p), []);
  assert.ok(await p.evaluate(() => document.getElementById("menu").contains(document.activeElement)));
  const small = await p.evaluate(() => [...document.querySelectorAll("#menu :is(a, button, summary)")].filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect()).filter((r) => r.width && (r.height < 44 || r.width < 44)).length);
  assert.equal(small, 0, "every target is 44 pixels");
  await p.goBack();
  await p.locator("#menu").waitFor({ state: "hidden" });
  assert.equal(path(p), "/contacts");
  await p.tap("[data-drawer-open]");
  await p.touchscreen.tap(380, 400);
  await p.locator("#menu").waitFor({ state: "hidden" });
  await p.tap("[data-drawer-open]");
  await p.keyboard.press("Escape");
  await p.locator("#menu").waitFor({ state: "hidden" });
  await p.tap("[data-drawer-open]");
  await p.tap("#nav a[href='/companies']");
  await heading("Employers", p);
  await p.locator("#menu").waitFor({ state: "hidden" });
  assert.equal(await p.locator("[inert]").count(), 0, "everything can be touched again");
  await p.goBack();
  await p.waitForURL(/\/contacts$/);
  await p.locator("#main tbody [data-row]").first().waitFor();
  assert.ok(await p.locator("#menu").isHidden());
  assert.ok(await kept(p));
  clean(p);
  await p.context().close();
});

test("being offline is told and goes away by itself", async () => {
  const p = await newPage(browser, { state });
  await p.goto(at("/contacts"));
  await p.context().setOffline(true);
  await p.locator("#offline:not([hidden])").waitFor();
  assert.deepEqual(await accessibilityProblems(p), []);
  await p.context().setOffline(false);
  await p.locator("#offline").waitFor({ state: "hidden" });
  await p.context().close();
});

test("what lies in the trash is restored, or deleted for ever after one more question, on a desk and a phone", async () => {
  const p = await newPage(browser, { state, width: 390, height: 844, dark: true });
  for (const row of [201, 202]) {
    await p.goto(at(`/contacts/${row}`));
    await p.evaluate((to) => document.querySelector(`form[action="${to}"]`).requestSubmit(), `/contacts/${row}/trash`);
    await p.waitForURL(/done=trashed/);
  }
  await p.goto(at("/trash?object=contacts"));
  assert.match(await p.textContent(".trash"), /just now|\d+ s ago/);
  assert.match(await p.textContent(".trash"), new RegExp(ADMIN.name));
  assert.deepEqual(await accessibilityProblems(p), []);
  const [restore, purge] = [p.locator("form[action='/contacts/201/restore'] button"), p.locator("a[href='/contacts/202/purge']")];
  for (const target of [restore, purge]) {
    const box = await target.boundingBox();
    assert.ok(box.width >= 44 && box.height >= 44, "every target is 44 pixels");
  }
  await restore.tap();
  await p.waitForURL(/\/contacts\/201/);
  await p.goto(at("/trash?object=contacts"));
  await purge.tap();
  await p.locator("form[action='/contacts/202/purge']").waitFor();
  assert.deepEqual(await accessibilityProblems(p), []);
  await p.tap("form[action='/contacts/202/purge'] .btn-danger");
  await p.waitForURL(/done=purged/);
  await p.locator(".empty-state").waitFor();
  clean(p);
  await p.context().close();
});

test("an address that leads nowhere keeps the shell without script too, and leads back", async () => {
  const p = await newPage(browser, { state, script: false });
  p.provoked.add(404);
  await p.goto(at("/contacts"));
  const answer = await p.goto(at("/no/such/page"), { referer: at("/contacts") });
  assert.equal(answer.status(), 404);
  assert.ok(await p.locator("#nav a[href='/companies']").isVisible());
  await p.click(".error-page .btn-primary");
  assert.equal(path(p), "/contacts");
  clean(p);
  await p.context().close();
  const seen = await newPage(browser, { state });
  seen.provoked.add(404);
  await seen.goto(at("/no/such/page"));
  assert.deepEqual(await accessibilityProblems(seen), []);
  await seen.context().close();
});

test("a page that is long in coming shows its shape, without moving anything, and goes when it is there", async () => {
  const p = await newPage(browser, { state });
  await p.goto(at("/contacts"));
  await p.evaluate(() => {
    globalThis.shifts = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.shifts += entry.value; }).observe({ type: "layout-shift" });
  });
  let free;
  const held = new Promise((done) => { free = done; });
  await p.route((url) => url.pathname === "/companies", async (route) => { await held; await route.continue(); });
  const shape = (name) => p.evaluate((n) => document.documentElement.dataset.going === n && getComputedStyle(document.getElementById("main"), "::after").content !== "none", name);
  await p.click("#nav a[href='/companies']");
  await p.waitForFunction(() => document.documentElement.dataset.going === "list");
  assert.ok(await shape("list"));
  await p.waitForFunction(() => document.getAnimations().every((a) => a.playState === "finished"));
  assert.deepEqual(await accessibilityProblems(p), []);
  free();
  await heading("Employers", p);
  await p.waitForFunction(() => !document.documentElement.dataset.going);
  assert.equal(await p.evaluate(() => globalThis.shifts), 0);
  clean(p);
  await p.context().close();
});
