// Search over everything: by keys alone, by pointer, on a phone; an old answer never overwrites a newer, what was opened comes
// before anything is typed, and the results page is as good without script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityProblems, contactsFile, newPage, setUp, shot, startBrowser, startProgram } from "./app.js";

let program, browser, page, state;
const at = (path) => program.url + path;
const path = (p = page) => new URL(p.url()).pathname;
const option = (p = page) => p.locator("#palette [role=option]");
const chosen = (p = page) => p.locator("#palette [role=option][aria-selected=true]");
const input = (p = page) => p.locator("#palette input[name=q]");
const clean = (p = page) => assert.deepEqual(p.complaints, []);

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser);
  await setUp(page, program);
  program.command("import", program.file("people.csv", contactsFile(300)), "--object", "contacts");
  state = await page.context().storageState();
  const found = async () => /marlowe-297/i.test(await (await page.request.get(at("/search?q=person297"))).text());
  for (let i = 0; i < 600 && !(await found()); i++);
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

// Opens the dialog and waits for what it shows before anything is typed.
async function open(p = page, key = "Control+k") {
  const answer = p.waitForResponse(/\/search\/hits/);
  await p.keyboard.press(key);
  await answer;
  await chosen(p).waitFor();
}

// Types, and waits for the answer to all of it.
async function type(text, p = page) {
  const answer = p.waitForResponse((r) => r.url().includes(`q=${encodeURIComponent(text).replaceAll("%20", "+")}&`));
  await input(p).pressSequentially(text);
  await answer;
  await p.waitForFunction(() => document.querySelector("#palette-list [aria-selected=true]"));
}

const selectedText = (p = page) => chosen(p).locator("b").textContent();

test("by keys alone: open, type, walk, open the record, and the focus comes back", async () => {
  await page.goto(at("/contacts"));
  await page.locator(".side-search").focus();
  await open(page, "/");
  await type("marlowe-11");
  assert.match(await selectedText(), /Marlowe-11/);
  assert.equal(await chosen().locator("mark").first().textContent(), "Marlowe");
  assert.match(await chosen().locator("small").textContent(), /person11\d?@example\.com · .*555-/);
  assert.equal(await input().getAttribute("aria-activedescendant"), await chosen().getAttribute("id"));
  const first = await chosen().getAttribute("id");
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await chosen().getAttribute("id"), first);
  await page.keyboard.press("Home");
  assert.equal(await chosen().getAttribute("id"), first);
  await page.keyboard.press("ArrowUp");
  const last = await option().last().getAttribute("id");
  assert.equal(await chosen().getAttribute("id"), last, "up from the first is the last");
  await page.keyboard.press("End");
  assert.equal(await chosen().getAttribute("id"), last);
  await page.keyboard.press("Home");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement.matches(".side-search"));
  await open();
  await type("marlowe-110");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/contacts\/\d+/);
  assert.equal(await page.locator("#palette").evaluate((box) => box.open), false);
  clean();
});

test("opened again at once after Esc, it still asks and shows", async () => {
  await page.goto(at("/"));
  await open();
  const answer = page.waitForResponse(/\/search\/hits/);
  // Both in one task, so that the first closing is told of after the second opening.
  await page.evaluate(() => {
    document.getElementById("palette").close();
    document.querySelector("[data-palette-open]").click();
    document.getElementById("palette-list").replaceChildren();
  });
  await answer;
  await chosen().waitFor();
  clean();
});

test("one request a keystroke, and an old answer never overwrites a newer", async () => {
  await page.goto(at("/"));
  await open();
  const asked = [];
  let release;
  const held = new Promise((done) => { release = done; });
  await page.route(/\/search\/hits/, async (route) => {
    const q = new URL(route.request().url()).searchParams.get("q");
    asked.push(q);
    if (q === "m") await held;
    await route.continue().catch(() => {});
  });
  await input().pressSequentially("m");
  await input().pressSequentially("a");
  await page.waitForFunction(() => document.querySelector("#palette-list mark")?.textContent.toLowerCase() === "ma");
  const shown = await page.locator("#palette-list").textContent();
  release();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await page.locator("#palette-list").textContent(), shown);
  assert.deepEqual(asked, ["m", "ma"]);
  await page.unroute(/\/search\/hits/);
  clean();
});

test("Enter before the answer is there opens what the answer brings", async () => {
  await page.goto(at("/"));
  await open();
  await input().pressSequentially("whitlock-8");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/contacts\/\d+/);
  await page.waitForFunction(() => /Whitlock-8/.test(document.querySelector("#main h1, #record-title")?.textContent ?? document.title));
  clean();
});

test("what was opened comes before anything is typed, but not the record one is on", async () => {
  for (const row of [5, 6, 7]) await page.goto(at(`/contacts/${row}`));
  await open();
  const ids = await option().evaluateAll((all) => all.map((o) => o.id));
  assert.deepEqual(ids.slice(0, 2), ["o2-6", "o2-5"]);
  assert.ok(!ids.includes("o2-7"));
  await page.keyboard.press("Enter");
  await page.waitForURL(at("/contacts/6"));
  clean();
});

test("kinds of record narrow the results, by keys and by clicks", async () => {
  await page.goto(at("/"));
  await open();
  await type("firm");
  const tabs = page.locator("#palette [role=tab]");
  assert.match(await tabs.first().textContent(), /All 100\+/);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("#palette [role=tab][aria-selected=true]")?.dataset.scope);
  const scope = await page.locator("#palette [role=tab][aria-selected=true]").getAttribute("data-scope");
  const hrefs = await page.locator("#palette-list > .hits:not([data-actions]) a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  assert.ok(hrefs.length > 5 && hrefs.every((href) => href.startsWith(`/${scope}/`)));
  await page.locator("#palette [role=tab][data-scope=companies]").click();
  await page.waitForFunction(() => document.querySelector("#palette [role=tab][data-scope=companies]")?.getAttribute("aria-selected") === "true");
  assert.match(await page.locator("[data-palette-summary]").textContent(), /^40 results$/);
  assert.ok(await input().evaluate((element) => element === document.activeElement));
  clean();
});

test("Tab goes to the actions, and making a client takes the text along", async () => {
  await page.goto(at("/"));
  await open();
  await type("petrov");
  await page.keyboard.press("Tab");
  assert.equal(await selectedText(), "Create client “petrov”");
  await page.keyboard.press("Shift+Tab");
  assert.match(await selectedText(), /Petrov/);
  await input().fill("");
  await type("Quillon Marsh");
  assert.equal(await selectedText(), "Create client “Quillon Marsh”", "it is all one can do");
  const made = new URL(at(await chosen().getAttribute("href")));
  assert.equal(made.pathname + made.search, "/contacts/new?first_name=Quillon&last_name=Marsh");
  assert.ok(await chosen().evaluate((link) => link.hasAttribute("data-panel")));
  await page.keyboard.press("Escape");
  clean();
});

test("Ctrl+Enter opens a new tab and a pointer selects what it moves over", async () => {
  await page.goto(at("/"));
  await open();
  await type("petrov");
  const tab = page.context().waitForEvent("page");
  await page.keyboard.press("Control+Enter");
  const other = await tab;
  await other.waitForURL(/\/contacts\/\d+/);
  await other.close();
  assert.ok(await page.locator("#palette").evaluate((box) => box.open));
  const third = option().nth(2);
  const box = await third.boundingBox();
  await page.mouse.move(box.x + 30, box.y + 10);
  await page.mouse.move(box.x + 40, box.y + 12);
  assert.equal(await chosen().getAttribute("id"), await third.getAttribute("id"));
  const height = (await page.locator("#palette").boundingBox()).height;
  await input().fill("qqqqzz");
  await page.locator(".palette-notice").waitFor();
  assert.equal((await page.locator("#palette").boundingBox()).height, height, "the dialog does not jump");
  clean();
});

test("a phone shows it on the full screen, with a way back", async () => {
  const phone = await newPage(browser, { width: 390, height: 844, state });
  await phone.goto(at("/contacts"));
  await phone.locator("header [data-palette-open]").first().tap();
  await chosen(phone).waitFor();
  await type("petrov", phone);
  assert.deepEqual(await phone.locator("#palette").boundingBox(), { x: 0, y: 0, width: 390, height: 844 });
  for (const target of [option(phone).first(), phone.locator("#palette [role=tab]").first(), phone.getByRole("button", { name: "Cancel" })]) {
    assert.ok((await target.boundingBox()).height >= 44);
  }
  await shot(phone, "search-phone");
  await phone.getByRole("button", { name: "Cancel" }).tap();
  assert.equal(await phone.locator("#palette").evaluate((box) => box.open), false);
  clean(phone);
  await phone.context().close();
});

test("nobody is kept out, in light and in dark", async () => {
  for (const dark of [false, true]) {
    const p = await newPage(browser, { dark, state });
    await p.goto(at("/contacts"));
    await open(p);
    assert.deepEqual(await accessibilityProblems(p), []);
    await type("petrov", p);
    assert.deepEqual(await accessibilityProblems(p), []);
    await p.goto(at("/search?q=petrov"));
    assert.deepEqual(await accessibilityProblems(p), []);
    await shot(p, `search-${dark ? "dark" : "light"}`);
    clean(p);
    await p.context().close();
  }
});

test("without script the search page has recents, kinds of record and the same rows", async () => {
  const p = await newPage(browser, { script: false, state });
  await p.goto(at("/contacts"));
  await p.locator(".side-search").click();
  assert.equal(path(p), "/search");
  assert.match(await p.locator(".search-page").textContent(), /Recently opened/);
  await p.fill(".search-page input[name=q]", "firm 3");
  await p.click(".search-page button[type=submit]");
  await p.locator(".search-page .small-tabs a", { hasText: "Employers" }).click();
  assert.match(p.url(), /object=companies/);
  await p.locator(".search-page .hit").first().click();
  assert.match(path(p), /^\/companies\/\d+/);
  await p.context().close();
});
