// On a phone nothing is wider than the screen, whatever page is open and however long the names in it are.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, setUp, startBrowser, startProgram } from "./app.js";

const LONG = "Bartholomaeusmagnussonvandersteengrootenhuis";
const CONTACTS = `First Name,Last Name,Email,Phone,City\r\nEvelyn,Marlowe,evelyn@example.com,(843) 555-0142,Charleston\r\n${LONG},${LONG},${LONG}@${LONG}.example,(843) 555-0143,${LONG}\r\n`;
const DEALS = `Name,Amount,Stage\r\nHomeowners,123456789.5,Lead\r\n${LONG} ${LONG},1,Lead\r\n`;
let program, browser, page;
const at = (path) => program.url + path;

/** What sticks out of the screen and is in nothing that scrolls by itself. */
const wide = () => page.evaluate(() => {
  const scrolls = (e) => !e.matches("html, body, .app, .main") && getComputedStyle(e).overflowX !== "visible";
  const kept = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (scrolls(p)) return true; return false; };
  const out = [...document.querySelectorAll("body *")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest("svg *") && e.getBoundingClientRect().right > innerWidth + 1 && !kept(e))
    .map((e) => `${e.localName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`);
  // What scrolls sideways on purpose: rows of tabs, tiles and figures.
  for (const e of document.querySelectorAll("html, #main, .table-wrap, .record, .left, .right, .scroll, .panel-body, dialog[open]")) {
    if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).overflowX !== "hidden") out.push(`${e.localName}.${e.className} holds ${e.scrollWidth}`);
  }
  return out.slice(0, 5);
});
const fits = async (name) => assert.deepEqual(await wide(), [], name);

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser, { width: 390, height: 844 });
  await page.goto(program.setup);
  await fits("setup");
  await setUp(page, program, `Harbor ${LONG}`);
  program.command("import", program.file("contacts.csv", CONTACTS), "--object", "contacts");
  program.command("import", program.file("deals.csv", DEALS), "--object", "deals");
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

test("no page is wider than a phone", async () => {
  const found = [];
  for (const path of [
    "/", "/contacts", "/deals", "/companies", "/tasks", "/notes", "/activities", "/attachments", "/contacts?filter=city%20%3D", "/contacts?filter=city%20%3D%20Nowhere",
    "/contacts/1", "/contacts/2", "/contacts/2?tab=fields", "/contacts/2?tab=tasks", "/deals/1", "/deals/2", "/contacts/new", "/deals/new", "/contacts/2/edit", "/contacts/2/fields/phones",
    "/contacts/2/photo", "/search", "/search?q=marlowe", `/search?q=${LONG}`, "/search?q=zzqx", "/import/contacts", "/trash", "/settings/general", "/settings/experience", "/nowhere",
  ]) {
    await page.goto(at(path));
    const problems = await wide();
    if (problems.length) found.push([path, ...problems]);
  }
  assert.deepEqual(found, []);
});

test("what opens over a page is no wider than a phone", async () => {
  await page.goto(at("/contacts"));
  await page.click("[data-drawer-open]");
  await page.locator(".drawer-open .side").waitFor();
  await fits("the drawer");
  await page.goto(at("/contacts"));
  await page.click("a[data-palette-open].only-phone");
  await page.locator("dialog.palette[open]").waitFor();
  await fits("the search before typing");
  await page.keyboard.type(LONG.slice(0, 12));
  await page.locator("dialog.palette mark").first().waitFor();
  await fits("the search");
  await page.goto(at("/contacts/2?tab=fields"));
  for (const field of ["phones", "emails", "owner", "address"]) {
    const value = page.locator(`[data-cell=${field}] a.value`).first();
    if (!(await value.count())) continue;
    await value.click();
    await page.locator(`[data-cell=${field}] form`).first().waitFor();
    await fits(`the editor of ${field}`);
    await page.keyboard.press("Escape");
  }
  await page.goto(at("/contacts/2"));
  await page.click(".record-head details.menu summary");
  await fits("the menu of a record");
});
