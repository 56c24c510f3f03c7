// Whole working sessions in one way only: by keyboard alone, by touch alone on a phone, and without script, each from making a record
// over finding and changing it to going on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contactsFile, newPage, setUp, startBrowser, startProgram } from "./app.js";

let program, browser, state;
const TABS_MAX = 120;
const at = (path) => program.url + path;
const path = (p) => new URL(p.url()).pathname;
const cell = (label, p) => p.locator(".details .detail", { has: p.locator(`dt:text-is("${label}")`) }).locator("[data-cell]");
const value = (label, text, p) => cell(label, p).locator(`a.value:has-text("${text}")`).waitFor();
const focused = (selector, p) => p.waitForFunction((s) => document.activeElement?.matches(s), selector);
const clean = (p) => assert.deepEqual(p.complaints, []);

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  const page = await newPage(browser);
  await setUp(page, program);
  program.command("import", program.file("people.csv", contactsFile(120)), "--object", "contacts");
  state = await page.context().storageState();
  await page.context().close();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** A page that notes with what it was pointed at. */
async function watched(kinds, options) {
  const p = await newPage(browser, { state, ...options });
  await p.addInitScript((names) => {
    for (const name of names) addEventListener(name, (event) => { if (event.isTrusted) sessionStorage.setItem("pointed", `${sessionStorage.getItem("pointed") ?? ""} ${event.pointerType ?? name}`); }, true);
  }, kinds);
  return p;
}
const pointed = (p) => p.evaluate(() => sessionStorage.getItem("pointed"));

/** Presses Tab until this element has the focus. */
async function tabTo(selector, p, key = "Tab") {
  for (let i = 0; i < TABS_MAX; i++) {
    if (await p.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    await p.keyboard.press(key);
  }
  assert.fail(`${selector} is not reached by ${key}`);
}

test("by keyboard alone: create, search, edit, walk through the list, come back, and see the keys", async () => {
  const p = await watched(["pointerdown", "mousedown", "touchstart"]);
  const { keyboard } = p;
  await p.goto(at("/contacts"));

  await keyboard.press("c");
  await focused("dialog.panel [name=first_name]", p);
  await keyboard.type("Quillon");
  await keyboard.press("Tab");
  await keyboard.type("Marsh");
  await keyboard.press("Control+Enter");
  await p.waitForFunction(() => !document.querySelector("dialog.panel"));
  await p.locator("#main tbody", { hasText: "Quillon Marsh" }).waitFor();

  await keyboard.press("/");
  await focused("#palette input[name=q]", p);
  await keyboard.type("qui");
  await p.locator("#palette-list [aria-selected=true]", { hasText: "Quillon" }).waitFor();
  await keyboard.press("Enter");
  await p.waitForURL(/\/contacts\/\d+$/);
  await p.locator("#record-title:has-text('Quillon Marsh')").waitFor();
  const made = path(p);

  await keyboard.press("e");
  await p.waitForURL(at(`${made}/edit`));
  await tabTo("[name=city]", p);
  await keyboard.type("Halifax");
  await keyboard.press("Enter");
  await p.waitForURL((url) => url.pathname === made);
  await value("City", "Halifax", p);

  await tabTo(".details [data-cell=first_name] a.value", p);
  await keyboard.press("F2");
  await focused(".details [data-cell=first_name] input", p);
  await keyboard.press("Control+a");
  await keyboard.type("Quentin");
  await keyboard.press("Tab");
  await value("First Name", "Quentin", p);
  await focused(".details [data-cell=last_name] input", p);
  await keyboard.press("Control+a");
  await keyboard.type("Moss");
  await keyboard.press("Enter");
  await value("Last Name", "Moss", p);
  await p.locator("#record-title:has-text('Quentin Moss')").waitFor();

  await tabTo("#nav a[href='/contacts']", p, "Shift+Tab");
  await keyboard.press("Enter");
  await p.locator("#main tbody [data-row]").nth(5).waitFor();
  const row = () => p.evaluate(() => [...document.querySelectorAll("#main tbody tr")].indexOf(document.activeElement.closest("tr")));
  for (const [key, where] of [["j", 0], ["j", 1], ["j", 2], ["k", 1]]) {
    await keyboard.press(key);
    assert.equal(await row(), where);
  }
  const href = await p.evaluate(() => document.activeElement.getAttribute("href"));
  await keyboard.press("Enter");
  await p.waitForURL(at(href));
  await p.locator("#record-title").waitFor();
  await keyboard.press("j");
  await p.waitForURL((url) => /^\/contacts\/\d+$/.test(url.pathname) && !at(href).includes(url.pathname));
  await p.goBack();
  await p.waitForURL(at(href));
  await p.locator("#record-title").waitFor();
  await p.goBack();
  await p.waitForURL(at("/contacts"));
  await p.waitForFunction((h) => document.activeElement?.getAttribute("href") === h, href);

  await keyboard.press("?");
  await p.locator("dialog#keys[open]").waitFor();
  await keyboard.press("Escape");
  await p.locator("dialog#keys[open]").waitFor({ state: "hidden" });
  assert.equal(await pointed(p), null, "no pointer touched anything");
  clean(p);
  await p.context().close();
});

test("by touch alone on a phone: create, search, edit, and go around", async () => {
  const p = await watched(["pointerdown"], { width: 390, height: 844 });
  await p.goto(at("/contacts"));

  await p.tap(".bottom-nav a.plus");
  const panel = p.locator("dialog.panel");
  await panel.locator("[name=first_name]").tap();
  await p.keyboard.insertText("Tessa");
  await panel.locator("[name=last_name]").tap();
  await p.keyboard.insertText("Underhill");
  await panel.locator("[data-submit]").tap();
  await p.waitForFunction(() => !document.querySelector("dialog.panel"));
  await p.locator("#main tbody", { hasText: "Tessa Underhill" }).waitFor();

  await p.tap("header [data-palette-open]");
  await p.locator("#palette[open]").waitFor();
  await p.keyboard.insertText("underh");
  await p.locator("#palette-list [role=option]", { hasText: "Underhill" }).first().tap();
  await p.waitForURL(/\/contacts\/\d+$/);
  await p.locator("#record-title:has-text('Tessa Underhill')").waitFor();
  const made = path(p);

  await p.tap(".more-fields summary");
  await cell("City", p).locator("a.value").tap();
  await cell("City", p).locator("form[data-edit] input:visible").first().tap();
  await p.keyboard.insertText("Kelowna");
  await p.locator(".section-head h2").first().tap();
  await value("City", "Kelowna", p);

  await p.locator("[data-tabs] a", { hasText: "Fields" }).tap();
  await p.locator(".fields-tab").waitFor();
  await p.tap(".bottom-nav a[href='/contacts']");
  await p.waitForURL(at("/contacts"));
  await p.locator("#main tbody [data-row]").first().waitFor();
  await p.tap("[data-drawer-open]");
  await p.tap("#menu a[href='/companies']");
  await p.locator("#menu").waitFor({ state: "hidden" });
  await p.waitForURL(at("/companies"));
  await p.locator("tbody tr").first().tap();
  await p.waitForURL(/\/companies\/\d+/);
  await p.locator("#record-title").waitFor();
  await p.tap(".bottom-nav a[href='/contacts']");
  await p.waitForURL(at("/contacts"));
  await p.locator("#main tbody tr", { hasText: "Tessa Underhill" }).tap();
  await p.waitForURL((url) => url.pathname === made);
  await value("City", "Kelowna", p);
  assert.ok(await p.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.deepEqual([...new Set((await pointed(p)).trim().split(" "))], ["touch"], "nothing but fingers");
  clean(p);
  await p.context().close();
});

test("without script: a client and a deal are made, found, read and changed with plain forms", async () => {
  const p = await newPage(browser, { state, script: false });
  p.provoked.add(422);
  await p.goto(at("/contacts"));
  await p.click("header a[href='/contacts/new'], #main a[href='/contacts/new']");
  await p.fill("[name=first_name]", "Una");
  await p.fill("[name=last_name]", "Script");
  await p.click("form.form-wrap button.btn-primary[type=submit]");
  await p.waitForURL(/\/contacts\/\d+/);
  const contact = path(p);
  assert.match(await p.textContent("#record-title"), /Una Script/);

  await p.goto(at(`${contact}/edit`));
  await p.fill("[name=first_name]", "");
  await p.fill("[name=last_name]", "");
  await p.fill("[name=emails] >> nth=0", "nonsense");
  await p.fill("[name=policy_renewal_date]", "2031-11-26");
  await p.click("form button.btn-primary[type=submit]");
  await p.locator(".field-error").first().waitFor();
  assert.equal(await p.inputValue("[name=policy_renewal_date]"), "2031-11-26", "what was typed is kept");
  await p.fill("[name=first_name]", "Una");
  await p.fill("[name=last_name]", "Plain");
  await p.fill("[name=emails] >> nth=0", "una@example.com");
  await p.selectOption("select[name=status]", { index: 1 });
  const status = await p.locator("select[name=status] option:checked").textContent();
  await p.fill("[name=annual_premium]", "1,234.50");
  await p.click("form button.btn-primary[type=submit]");
  await p.waitForURL((url) => url.pathname === contact);
  assert.match(await p.textContent("#record-title"), /Una Plain/);
  await p.goto(at(`${contact}?tab=fields`));
  const fields = await p.textContent(".fields-tab");
  for (const text of ["Nov 26, 2031", "1,234.50", status.trim(), "una@example.com"]) assert.ok(fields.includes(text), `${text} is shown`);

  // The button of the related list fills the client in; a relation is taken along by the form without a picker.
  await p.goto(at(`${contact}?tab=deals`));
  await p.click("#section a[href^='/deals/new?']");
  await p.fill("[name=name]", "Umbrella quote");
  await p.fill("[name=amount]", "31,940.5");
  await p.fill("[name=close_date]", "2027-03-09");
  await p.click("form.form-wrap button.btn-primary[type=submit]");
  await p.waitForURL(/\/deals\/\d+/);
  const deal = path(p);
  assert.match(await p.textContent(".facts"), /\$31,940\.50/);
  await p.goto(at(`${deal}?tab=fields`));
  assert.match(await p.textContent(".fields-tab"), /Una Plain/);
  await p.goto(at(`${deal}/fields/close_date`));
  await p.fill("[name=close_date]", "2027-04-01");
  await p.click("form[data-edit] button[type=submit]");
  await p.goto(at(`${deal}?tab=fields`));
  assert.match(await p.textContent(".fields-tab"), /Apr 1, 2027/);
  await p.goto(at(`${contact}?tab=deals`));
  assert.match(await p.textContent("#section"), /Umbrella quote/);
  await p.goto(at("/search?q=plain"));
  await p.locator(".hit", { hasText: "Una Plain" }).first().click();
  assert.equal(path(p), contact);
  clean(p);
  await p.context().close();
});
