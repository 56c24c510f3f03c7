// The record's page: editing in place by keyboard and touch, two people at once, a lost connection, tabs, notes, neighbours.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityProblems, contactsFile, newPage, setUp, shot, startBrowser, startProgram } from "./app.js";

let program, browser, page, state;
const at = (path) => program.url + path;
const cell = (label, p = page) => p.locator(".details .detail", { has: p.locator(`dt:text-is("${label}")`) }).locator("[data-cell]");
const value = (label, text, p = page) => cell(label, p).locator(`a.value:has-text("${text}")`).waitFor();
const focused = (p = page) => p.evaluate(() => document.activeElement.closest("[data-cell]")?.dataset.cell);
const clean = (p = page) => assert.deepEqual(p.complaints, []);
// What the browser itself says of a failed request.
const forgive = (p = page) => { p.complaints = p.complaints.filter((c) => !/ERR_(INTERNET_DISCONNECTED|FAILED)|Failed to fetch/.test(c)); };

async function fresh(options) {
  const p = await newPage(browser, options);
  p.setDefaultTimeout(30_000);
  return p;
}

async function open(path, p = page) {
  await p.goto(at(path));
  await p.locator("#section").waitFor();
}

async function edit(label, text, p = page) {
  await cell(label, p).locator("a.value").click();
  await cell(label, p).locator("form[data-edit] input:visible").first().fill(text);
}

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await fresh();
  await setUp(page, program);
  program.command("import", program.file("people.csv", contactsFile(60)), "--object", "contacts");
  state = await page.context().storageState();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

test("F2 edits, Enter saves and stays, Tab goes on to the next editor, Esc restores", async () => {
  await open("/contacts/1");
  await cell("City").locator("a.value").focus();
  await page.keyboard.press("F2");
  await cell("City").locator("form[data-edit]").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Ottawa");
  await page.keyboard.press("Enter");
  await value("City", "Ottawa");
  assert.equal(await focused(), "city");
  await cell("First Name").locator("a.value").focus();
  await page.keyboard.press("Enter");
  await cell("First Name").locator("form[data-edit]").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Evangeline");
  await page.keyboard.press("Tab");
  await cell("Last Name").locator("form[data-edit]").waitFor();
  await value("First Name", "Evangeline");
  assert.equal(await focused(), "last_name");
  await page.waitForFunction(() => document.querySelector("#record-title").textContent.includes("Evangeline"));
  await page.keyboard.type("xyz");
  await page.keyboard.press("Escape");
  await cell("Last Name").locator("a.value").waitFor();
  assert.doesNotMatch(await cell("Last Name").textContent(), /xyz/);
  assert.equal(await focused(), "last_name");
  await page.locator(".timeline li", { hasText: "Ottawa" }).first().waitFor();
  clean();
});

test("the name is edited at its place in the head", async () => {
  await open("/contacts/2");
  await page.locator(".record-name a.value").click();
  const form = page.locator(".record-name form[data-edit]");
  await form.locator("input[name=last_name]").fill("Whitfield-Moss");
  await page.keyboard.press("Enter");
  await page.locator("#record-title:has-text('Whitfield-Moss')").waitFor();
  await value("Last Name", "Whitfield-Moss");
  clean();
});

test("what is refused stays with its reason, also when one leaves it", async () => {
  page.provoked.add(422);
  await open("/contacts/3");
  await edit("Email", "nonsense");
  await page.keyboard.press("Enter");
  await cell("Email").locator(".field-error").waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.locator(".record-head").click();
  assert.equal(await cell("Email").locator("input:visible").first().inputValue(), "nonsense");
  await cell("Email").locator("input:visible").first().focus();
  await page.keyboard.press("Escape");
  await cell("Email").locator("a.value").waitFor();
  clean();
});

test("two people edit two fields of one record: both are kept", async () => {
  const other = await fresh({ state });
  await open("/contacts/4");
  await open("/contacts/4", other);
  await edit("City", "Halifax");
  await edit("First Name", "Graham", other);
  await page.keyboard.press("Enter");
  await value("City", "Halifax");
  await other.keyboard.press("Enter");
  await value("First Name", "Graham", other);
  await page.reload();
  await value("City", "Halifax");
  await value("First Name", "Graham");
  clean(other);
  await other.context().close();
});

test("the same field in two browsers: both values are shown, and one is chosen", async () => {
  const other = await fresh({ state });
  for (const choice of ["mine", "theirs"]) {
    page.provoked.add(409);
    await open("/contacts/5");
    await open("/contacts/5", other);
    await edit("City", `Ottawa ${choice}`);
    await edit("City", `Regina ${choice}`, other);
    await other.keyboard.press("Enter");
    await value("City", `Regina ${choice}`, other);
    await page.keyboard.press("Enter");
    const conflict = cell("City").locator(".conflict");
    await conflict.waitFor();
    assert.match(await conflict.textContent(), /Ottawa.*Regina/);
    if (choice === "mine") {
      assert.deepEqual(await accessibilityProblems(page), []);
      await shot(page, "record-conflict");
      await conflict.locator("button").click();
      await value("City", "Ottawa mine");
    } else {
      await conflict.locator("a").click();
      await value("City", "Regina theirs");
    }
    await page.reload();
    await value("City", choice === "mine" ? "Ottawa mine" : "Regina theirs");
  }
  clean();
  await other.context().close();
});

test("what is typed into a record that a colleague puts into the trash stays, with the reason", async () => {
  page.provoked.add(403);
  await open("/contacts/5");
  await edit("City", "Moose Jaw");
  await page.evaluate(() => fetch("/contacts/5/trash", { method: "POST" }));
  await page.keyboard.press("Enter");
  await cell("City").locator(".field-error", { hasText: "trash" }).waitFor();
  assert.equal(await cell("City").locator("input:not([type=hidden])").inputValue(), "Moose Jaw");
  await page.keyboard.press("Escape");
  await cell("City").locator("a.value").waitFor();
  await page.evaluate(() => fetch("/contacts/5/restore", { method: "POST" }));
  clean();
});

test("without script a conflict in the full form asks, field by field", async () => {
  const p = await fresh({ state, script: false });
  await p.goto(at("/contacts/6/edit"));
  await p.fill("input[name=city]", "Moncton");
  await open("/contacts/6");
  await edit("City", "Gander");
  await page.keyboard.press("Enter");
  await value("City", "Gander");
  await p.click(".form-foot button[type=submit]");
  await p.locator("fieldset.conflict").waitFor();
  assert.equal(await p.inputValue("input[name=city]"), "Moncton");
  assert.match(await p.textContent("fieldset.conflict"), /Gander/);
  await p.click(".form-foot button[type=submit]");
  await p.locator("fieldset.conflict").waitFor();
  await p.check("input[name='keep.city'][value=mine]");
  await p.click(".form-foot button[type=submit]");
  assert.match(await cell("City", p).textContent(), /Moncton/);
  await p.context().close();
});

test("an edit made offline is kept, through a reload too, and saved when the connection is back", async () => {
  const p = await fresh({ state });
  await open("/contacts/7", p);
  await cell("City", p).locator("a.value").click();
  await cell("City", p).locator("form[data-edit] input:visible").first().fill("Sudbury");
  await p.context().setOffline(true);
  await p.keyboard.press("Enter");
  await cell("City", p).locator(".kept-note").waitFor();
  await p.locator(".kept:has-text('1 edit is kept')").waitFor();
  assert.equal(await cell("City", p).locator("form[data-edit] input:visible").first().inputValue(), "Sudbury");
  assert.deepEqual(await accessibilityProblems(p), []);
  await shot(p, "record-offline");
  await p.context().setOffline(false);
  await value("City", "Sudbury", p);
  assert.equal(await p.locator(".kept").count(), 0);
  // The page can be read again, but nothing can be sent yet.
  const block = (route) => (route.request().method() === "POST" ? route.abort("internetdisconnected") : route.continue());
  await p.route("**/fields/**", block);
  await edit("City", "Timmins", p);
  await p.keyboard.press("Enter");
  await cell("City", p).locator(".kept-note").waitFor();
  await p.reload();
  await cell("City", p).locator(".kept-note:has-text('Timmins')").waitFor();
  // As soon as the server answers again it is sent, though the browser never told that it was offline.
  await p.unroute("**/fields/**", block);
  await value("City", "Timmins", p);
  await p.reload();
  await value("City", "Timmins", p);
  assert.equal(await p.locator(".kept").count(), 0);
  forgive(p);
  clean(p);
  await p.context().close();
});

test("signing out takes the kept edits along, and nobody else sees them", async () => {
  const p = await fresh({ state });
  await p.goto(at("/contacts/8"));
  await p.route("**/fields/**", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await edit("City", "Iqaluit", p);
  await p.keyboard.press("Enter");
  await p.locator(".kept").waitFor();
  const keys = () => p.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("aventora.edits.")));
  assert.equal((await keys()).length, 1);
  await p.evaluate(() => {
    const form = document.querySelector("form[action='/logout']");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.requestSubmit();
  });
  assert.deepEqual(await keys(), []);
  await p.context().close();
});

test("a tab puts only the section anew, and arrow keys go along the tabs", async () => {
  await open("/contacts/9?sort=name");
  await page.evaluate(() => { document.getElementById("record-head").dataset.stayed = "yes"; });
  await page.locator("[data-tabs] a").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.locator(".fields-tab").waitFor();
  assert.match(page.url(), /tab=fields/);
  assert.match(page.url(), /sort=name/);
  assert.equal(await page.locator("[data-tabs] [aria-current]").textContent(), "Fields");
  assert.equal(await page.getAttribute("#record-head", "data-stayed"), "yes");
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.keyboard.press("j");
  await page.waitForFunction(() => !location.pathname.endsWith("/9"));
  await page.locator(".fields-tab").waitFor();
  assert.match(page.url(), /sort=name.*tab=fields/);
  await page.goBack();
  await page.waitForURL(/contacts\/9/);
  await page.goBack();
  await page.locator("#history").waitFor();
  clean();
});

test("a note is saved by Ctrl and Enter and stands at the top, in place", async () => {
  await open("/contacts/10");
  await page.evaluate(() => { document.getElementById("record-head").dataset.stayed = "yes"; });
  await page.keyboard.press("n");
  await page.keyboard.type("Prefers texts after 4 PM.");
  await page.keyboard.press("Control+Enter");
  await page.locator(".timeline li:first-child .words:has-text('Prefers texts')").waitFor();
  assert.equal(await page.inputValue("#note"), "");
  assert.equal(await page.getAttribute("#record-head", "data-stayed"), "yes");
  clean();
});

test("on a phone one edits by touch, light and dark, and nothing is too wide or unreachable", async () => {
  for (const dark of [false, true]) {
    const p = await fresh({ width: 390, height: 844, dark, state });
    await open("/contacts/11", p);
    await cell("City", p).locator("a.value").tap();
    await cell("City", p).locator("form[data-edit] input:visible").first().fill(dark ? "Vernon" : "Kelowna");
    await p.locator(".section-head h2").first().tap();
    await value("City", dark ? "Vernon" : "Kelowna", p);
    assert.ok(await p.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    const small = await p.evaluate(() => [...document.querySelectorAll("#record-head .quick-actions a, [data-tabs] a, .details a.value")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).length);
    assert.equal(small, 0);
    for (const tab of ["", "?tab=fields", "?tab=deals"]) {
      await open(`/contacts/11${tab}`, p);
      assert.deepEqual(await accessibilityProblems(p), [], `${tab} ${dark}`);
      await shot(p, `record-phone${dark ? "-dark" : ""}${tab.replace(/\W/g, "-")}`);
    }
    clean(p);
    await p.context().close();
  }
});
