// A new workspace, from the setup page to signing out, the way its first user goes: without console errors and CSP violations, in all
// themes, with script and without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, accessibilityProblems, contactsFile, newPage, shot, startBrowser, startProgram } from "./app.js";

const ROWS = 1_000;
let program, browser, page, state;

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser);
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const at = (path) => program.url + path;
const path = (p = page) => new URL(p.url()).pathname;

async function clean(p, where) {
  assert.deepEqual(p.complaints, [], `the console of ${where} is clean`);
}

test("the setup page makes a workspace and signs its admin in", async () => {
  page.provoked.add(422);
  await page.goto(program.setup);
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.check("input[value=insurance]");
  await page.fill("#workspace", "Harbor & Pine Insurance");
  await page.fill("#name", ADMIN.name);
  await page.fill("#email", ADMIN.email);
  await page.fill("#password", "short");
  await page.click("button[type=submit]");
  assert.equal(await page.inputValue("#workspace"), "Harbor & Pine Insurance", "what was typed is kept");
  assert.equal(await page.getAttribute("#password", "aria-invalid"), "true");
  await shot(page, "setup");
  await page.fill("#password", ADMIN.password);
  await page.click("button[type=submit]");
  await page.waitForURL(at("/"));
  assert.match(await page.title(), /Harbor & Pine Insurance/);
  await clean(page, "setup");
});

test("a file of 1,000 people is brought in while the server runs", () => {
  const file = program.file("people.csv", contactsFile(ROWS));
  program.command("import", file, "--object", "contacts");
});

test("one signs out, is sent to sign in, and comes to the page one wanted", async () => {
  page.provoked.add(422);
  await page.goto(at("/"));
  await page.click(".menu-up > summary");
  await page.click("form[action='/logout'] button");
  await page.waitForURL(at("/login"));
  await page.goto(at("/contacts?sort=name"));
  assert.equal(path(), "/login");
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.fill("#email", ADMIN.email);
  await page.fill("#password", "not the password");
  await page.click("button[type=submit]");
  assert.equal(await page.inputValue("#email"), ADMIN.email);
  await page.locator("[role=alert]").waitFor();
  await page.fill("#password", ADMIN.password);
  await page.click("button[type=submit]");
  await page.waitForURL(at("/contacts?sort=name"));
  state = await page.context().storageState();
  await clean(page, "sign-in");
});

// Waits until the list says which of its records it shows: the address changes a moment before the page does.
const showing = (text) => page.waitForFunction((t) => (document.querySelector(".pagination p")?.textContent ?? "").includes(t), text);

test("the list counts, sorts, pages and filters, and points at a mistake in a filter", async () => {
  await page.goto(at("/contacts"));
  assert.match(await page.textContent(".pagination p"), /1–50 of 1,000/);
  await page.click("thead a:has-text('Email')");
  await page.waitForURL(/sort=emails/);
  const ascending = await page.textContent("tbody tr:first-child td");
  await page.click("thead a:has-text('Email')");
  await page.waitForURL(/sort=-emails/);
  await page.waitForFunction((t) => document.querySelector("tbody tr:first-child td")?.textContent !== t, ascending);
  await page.click("a[rel=last]");
  await page.waitForURL(/page=last/);
  await showing("951–1,000 of 1,000");
  await page.click("a[rel=prev]");
  await page.waitForURL(/before=/);
  await showing("901–950 of 1,000");
  await page.goBack();
  await page.waitForURL(/page=last/);
  await showing("951–1,000 of 1,000");
  await page.waitForLoadState("networkidle");
  await page.fill("[data-filter]", 'last_name : "marlowe" AND city = "Charleston, SC"');
  await page.press("[data-filter]", "Enter");
  await page.waitForURL(/filter=/);
  await showing("of 91");
  page.provoked.add(400);
  await page.fill("[data-filter]", "cty = x");
  await page.press("[data-filter]", "Enter");
  await page.locator(".where mark").waitFor();
  assert.equal(await page.textContent(".where mark"), "cty");
  assert.equal(await page.inputValue("[data-filter]"), "cty = x");
  await clean(page, "the list");
});

test("search finds a person by three letters while one types, and Enter opens them", async () => {
  await page.goto(at("/contacts"));
  await page.keyboard.press("/");
  await page.keyboard.type("person77", { delay: 20 });
  await page.locator("#palette-list [role=option]").first().waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("zoe", { delay: 20 });
  await page.waitForFunction(() => /Zoë/.test(document.querySelector("#palette-list [role=option]")?.textContent ?? ""));
  await page.waitForFunction(() => document.querySelector("#palette-list [aria-selected=true]"));
  await shot(page, "palette");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/contacts\/\d+$/);
  assert.match(await page.textContent("h1#record-title"), /Zoë/);
  await clean(page, "search");
});

const cell = (label, p = page) => p.locator(".right .detail", { has: p.locator(`dt:text-is("${label}")`) }).locator("[data-cell]");

test("a value is edited in place: Enter saves it, Esc restores it, a mistake is told beside it", async () => {
  page.provoked.add(422);
  const city = cell("City");
  await city.locator("a.value").click();
  await city.locator("input.input").fill("Toronto");
  await page.keyboard.press("Enter");
  await city.locator("a.value:has-text('Toronto')").waitFor();
  assert.ok(await city.locator("a.value").evaluate((e) => e === document.activeElement), "the focus stays in the cell");
  await page.keyboard.press("F2");
  await city.locator("input.input").fill("Nowhere");
  await page.keyboard.press("Escape");
  await city.locator("a.value:has-text('Toronto')").waitFor();
  const mail = cell("Email");
  await mail.locator("a.value").click();
  await mail.locator("input.input").first().fill("no address");
  await page.keyboard.press("Enter");
  await mail.locator(".field-error").waitFor();
  await page.keyboard.press("Escape");
  await page.reload();
  assert.match(await cell("City").textContent(), /Toronto/);
  assert.match(await page.textContent(".timeline"), /Charleston, SC.*Toronto/s, "the history tells old and new");
  await clean(page, "editing");
});

test("a colleague's newer value is shown beside one's own and never overwritten", async () => {
  page.provoked.add(409);
  const other = await newPage(browser, { state });
  await other.goto(page.url());
  const mine = cell("City");
  await mine.locator("a.value").click();
  await mine.locator("input.input").fill("Ottawa");
  const theirs = cell("City", other);
  await theirs.locator("a.value").click();
  await theirs.locator("input.input").fill("Halifax");
  await other.keyboard.press("Enter");
  await theirs.locator("a.value:has-text('Halifax')").waitFor();
  await mine.locator("input.input").focus();
  await page.keyboard.press("Enter");
  await mine.locator(".conflict").waitFor();
  assert.match(await mine.textContent(), /Ottawa/);
  assert.match(await mine.textContent(), /Halifax/);
  assert.deepEqual(await accessibilityProblems(page), []);
  await shot(page, "conflict");
  await mine.locator(".conflict button").click();
  await mine.locator("a.value:has-text('Ottawa')").waitFor();
  await other.context().close();
});

test("a company and a deal are created, the deal linked by typing", async () => {
  page.provoked.add(422);
  await page.goto(at("/companies/new"));
  await page.click("button.btn-primary[type=submit]");
  await page.locator(".field-error").first().waitFor();
  await page.fill("#f-name", "Kestrel Roofing LLC");
  await page.fill("#f-website", "https://kestrel.example.com");
  await page.click("button.btn-primary[type=submit]");
  await page.waitForURL(/\/companies\/\d+/);
  const company = path();
  await page.goto(at("/deals/new"));
  await page.fill("#f-name", "Roof cover");
  await page.fill("#f-amount", "31940.50");
  const combo = page.locator(".combo", { has: page.locator("input[name=company]") });
  await combo.locator("[role=combobox]").click();
  await combo.locator("[role=combobox]").pressSequentially("kestr", { delay: 20 });
  await combo.locator("[role=option]:has-text('Kestrel')").waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.keyboard.press("Enter");
  await combo.locator(".tag:has-text('Kestrel')").waitFor();
  await page.click("button.btn-primary[type=submit]");
  await page.waitForURL(/\/deals\/\d+/);
  assert.match(await page.textContent(".facts"), /\$31,940\.50/);
  await page.goto(at(`${company}?tab=deals`));
  await page.locator(".related:has-text('Roof cover')").first().waitFor();
  await clean(page, "creating");
});

test("a record goes to the trash and Undo brings it back", async () => {
  await page.goto(at("/contacts/5"));
  await page.click(".record-head summary");
  await page.click("form[action$='/trash'] button");
  await page.locator(".toast button").waitFor();
  assert.equal(path(), "/contacts");
  await page.click(".toast button");
  await page.waitForURL(/\/contacts\/5/);
  assert.equal(await page.locator(".trashed").count(), 0);
  await clean(page, "the trash");
});

test("all seven themes load, light and dark, with enough contrast", async () => {
  const admin = await newPage(browser, { state });
  await admin.goto(at("/settings/general"));
  for (const theme of ["ocean", "forest", "sunset", "violet", "rose", "midnight", "classic"]) {
    await admin.check(`input[value=${theme}]`);
    await admin.waitForFunction(() => document.querySelector("[data-theme-form] [data-note]").textContent !== "");
    const p = await newPage(browser, { state });
    await p.goto(at("/contacts/1"));
    assert.equal(await p.getAttribute("html", "class"), `theme-${theme} mode-system`);
    for (const mode of ["light", "dark"]) {
      await p.emulateMedia({ colorScheme: mode });
      assert.deepEqual(await accessibilityProblems(p, ["color-contrast"]), [], `${theme}, ${mode}`);
      await shot(p, `theme-${theme}-${mode}`);
    }
    await clean(p, theme);
    await p.context().close();
  }
  await admin.context().close();
});

test("without script one signs in, searches, edits and creates with plain forms", async () => {
  const p = await newPage(browser, { script: false });
  await p.goto(at("/login"));
  await p.fill("#email", ADMIN.email);
  await p.fill("#password", ADMIN.password);
  await p.click("button[type=submit]");
  await p.goto(at("/search?q=person12"));
  await p.click(".hit");
  assert.match(path(p), /^\/contacts\/\d+$/);
  await cell("City", p).locator("a.value").click();
  await p.fill("input[name=city]", "Halifax");
  await p.click("form[data-edit] button[type=submit]");
  assert.match(await cell("City", p).textContent(), /Halifax/);
  await p.goto(at("/companies/new"));
  await p.fill("#f-name", "Plain & Simple");
  await p.click("form.form-wrap button.btn-primary[type=submit]");
  assert.equal(await p.textContent("h1#record-title"), "Plain & Simple");
  await p.context().close();
});

test("signing out ends the session", async () => {
  await page.goto(at("/"));
  await page.click(".menu-up > summary");
  await page.click("form[action='/logout'] button");
  await page.waitForURL(at("/login"));
  await page.goto(at("/contacts"));
  assert.equal(path(), "/login");
  await clean(page, "signing out");
});
