// The list as a table: the keyboard walks through it and edits in its cells, heads sort, pages turn without losing the place, a phone
// opens a row by a tap, and nobody overwrites a colleague's newer value.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, accessibilityProblems, newPage, setUp, shot, startBrowser, startProgram } from "./app.js";

const ROWS = 120;
const SORTED = "/deals?sort=name";
let program, browser, page, state;
const at = (path) => program.url + path;
const path = (p = page) => new URL(p.url()).pathname;

/** Deals in the order of their names, each 100 more than the one before. */
function dealsFile() {
  const lines = ["Name,Amount,Close Date,Stage"];
  for (let i = 1; i <= ROWS; i++) lines.push(`Policy ${String(i).padStart(3, "0")},${i * 100},2027-01-${String((i % 28) + 1).padStart(2, "0")},Lead`);
  return `${lines.join("\r\n")}\r\n`;
}

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser);
  await setUp(page, program);
  program.command("import", program.file("companies.csv", "Name\r\nKestrel Roofing\r\nJuniper Dental\r\n"), "--object", "companies");
  program.command("import", program.file("deals.csv", dealsFile()), "--object", "deals");
  state = await page.context().storageState();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

const clean = (p = page) => assert.deepEqual(p.complaints, []);
const showing = (text, p = page) => p.waitForFunction((t) => (document.querySelector(".pagination p")?.textContent ?? "").includes(t), text);
/** The cell in a row (from 0) of the column with this field. */
const cell = async (row, field, p = page) => {
  const column = await p.locator("thead th").evaluateAll((heads, f) => heads.findIndex((h) => h.dataset.edit === f), field);
  return p.locator(`tbody tr:nth-child(${row + 1}) > :nth-child(${column + 1})`);
};
const reads = async (row, field, text, p = page) => (await cell(row, field, p)).locator(`:text("${text}")`).first().waitFor();
/** Where the focus is: row and column, from 0, the head being row -1. */
const focus = (p = page) => p.evaluate(() => {
  const cell = document.activeElement.closest("th, td");
  return cell ? [cell.parentElement.rowIndex - 1, cell.cellIndex] : null;
});
const open = async (p = page, to = SORTED) => {
  await p.goto(at(to));
  await p.locator("av-grid [data-row]").first().waitFor();
};
const column = async (field, p = page) => (await cell(0, field, p)).evaluate((c) => c.cellIndex);
const editor = (p = page) => p.locator("av-grid form[data-edit]");
const goTo = async (row, field, p = page) => {
  await p.locator("tbody [data-row]").nth(row).focus();
  for (let i = await column(field, p); i > 0; i--) await p.keyboard.press("ArrowRight");
  assert.deepEqual(await focus(p), [row, await column(field, p)]);
};

test("one tab stop leads into the table, arrows, Home, End and pages walk through it", async () => {
  await open();
  assert.equal(await page.locator("av-grid [tabindex='0']").count(), 1);
  await page.keyboard.press("j");
  assert.deepEqual(await focus(), [0, 0]);
  for (const [key, where] of [["ArrowDown", [1, 0]], ["ArrowRight", [1, 1]], ["Home", [1, 0]], ["ArrowUp", [0, 0]], ["ArrowUp", [-1, 0]], ["ArrowDown", [0, 0]]]) {
    await page.keyboard.press(key);
    assert.deepEqual(await focus(), where, key);
  }
  const last = (await page.locator("thead th").count()) - 1;
  await page.keyboard.press("Control+End");
  assert.deepEqual(await focus(), [49, last]);
  await page.keyboard.press("Home");
  await page.keyboard.press("PageUp");
  assert.ok((await focus())[0] < 45);
  await page.keyboard.press("Control+Home");
  assert.deepEqual(await focus(), [-1, 0]);
  assert.equal(await page.locator("av-grid [tabindex='0']").count(), 1);
  assert.deepEqual(await accessibilityProblems(page), []);
  clean();
});

test("a typed character replaces an amount; Enter saves it and goes down, and the sum follows", async () => {
  await open();
  await goTo(0, "amount");
  assert.match(await page.textContent("tfoot"), /726,000/);
  await page.keyboard.type("1100");
  await page.keyboard.press("Enter");
  await reads(0, "amount", "$1,100");
  assert.deepEqual(await focus(), [1, await column("amount")]);
  await page.waitForFunction(() => /727,000/.test(document.querySelector("tfoot").textContent));
  await reads(1, "amount", "$200");
  clean();
});

test("Tab saves and goes right, Esc restores, F2 edits a name, and only that field is sent", async () => {
  await open();
  const sent = [];
  page.on("request", (r) => { if (r.method() === "POST") sent.push(`${new URL(r.url()).pathname} ${[...new URLSearchParams(r.postData() ?? "").keys()].join(" ")}`); });
  await goTo(1, "amount");
  await page.keyboard.type("250");
  await page.keyboard.press("Tab");
  await reads(1, "amount", "$250");
  assert.deepEqual(await focus(), [1, (await column("amount")) + 1]);
  await goTo(2, "amount");
  await page.keyboard.press("F2");
  await editor().locator("input.input").first().fill("999");
  await page.keyboard.press("Escape");
  await editor().waitFor({ state: "detached" });
  await reads(2, "amount", "$300");
  assert.deepEqual(await focus(), [2, await column("amount")]);
  await page.locator("tbody [data-row]").nth(3).focus();
  await page.keyboard.press("F2");
  await editor().locator("input.input").first().fill("Policy 004, renamed");
  await page.keyboard.press("Enter");
  await page.locator("[data-row]:has-text('004, renamed')").waitFor();
  assert.deepEqual(await focus(), [4, 0]);
  await page.waitForFunction(() => !document.querySelector("av-grid form"));
  assert.equal(sent.length, 2, sent.join("\n"));
  assert.ok(sent.every((s) => /\/fields\/(amount|name) [^ ]*shown[^ ]* (amount|name)/.test(s)), sent.join("\n"));
  clean();
});

test("a select, a day and a linked record are edited by keyboard", async () => {
  await open();
  await goTo(5, "status");
  await page.keyboard.press("F2");
  await editor().locator("select, [role=combobox]").first().waitFor();
  await page.keyboard.type("On H");
  await page.keyboard.press("Enter");
  await editor().waitFor({ state: "detached" });
  await reads(5, "status", "On Hold");
  assert.deepEqual(await focus(), [5, await column("status")], "who picks an option stays in the cell");
  await goTo(5, "close_date");
  await page.keyboard.press("F2");
  const day = editor().locator("input:not([type=hidden])").first();
  await day.waitFor();
  await day.fill((await day.getAttribute("type")) === "date" ? "2027-03-09" : "March 9, 2027");
  await page.keyboard.press("Enter");
  await reads(5, "close_date", "Mar 9, 2027");
  await goTo(5, "company");
  await page.keyboard.type("kest");
  await page.locator("[role=option]:has-text('Kestrel Roofing')").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await reads(5, "company", "Kestrel Roofing");
  assert.deepEqual(await focus(), [5, (await column("company")) + 1]);
  clean();
});

test("a click on a value edits it, a click on a name opens the record, a mistake is told in the cell", async () => {
  page.provoked.add(422);
  await open();
  await (await cell(6, "amount")).locator("a.value").click();
  await editor().locator("input.input").first().fill("lots");
  await page.keyboard.press("Enter");
  await page.locator("av-grid .field-error").waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.keyboard.press("Escape");
  await reads(6, "amount", "$700");
  await page.locator("[data-row]").nth(6).click();
  await page.waitForURL(/\/deals\/\d+/);
  clean();
});

test("a head sorts up, down and not at all, says so, and keeps the focus", async () => {
  await open(page, "/deals");
  const head = page.locator("thead th[data-edit=amount]");
  for (const [address, sort, first] of [["sort=amount", "ascending", "$250"], ["sort=-amount", "descending", "$12,000"]]) {
    await head.locator("a").click();
    await page.waitForURL((url) => url.search.endsWith(address));
    await page.waitForFunction((s) => document.querySelector("thead th[data-edit=amount]").ariaSort === s, sort);
    await reads(0, "amount", first);
    assert.equal(await page.evaluate(() => document.activeElement.id), "sort-amount");
  }
  await head.locator("a").click();
  await page.waitForURL((url) => url.search === "");
  await page.waitForFunction(() => !document.querySelector("thead th[data-edit=amount]").ariaSort);
  clean();
});

test("a page turns without its head, and Back from a record finds page, scroll and row again", async () => {
  await open();
  await page.evaluate(() => { document.querySelector("thead").kept = true; });
  await page.click("#page-next");
  await showing("51–100 of 120");
  await page.waitForURL(/after=/);
  assert.ok(await page.evaluate(() => document.querySelector("thead").kept === true), "the head stayed");
  assert.equal(await page.evaluate(() => document.querySelector("av-grid").scrollTop), 0);
  assert.equal(await page.evaluate(() => document.activeElement.id), "page-next");
  const row = page.locator("[data-row]").nth(35);
  await row.scrollIntoViewIfNeeded();
  const name = await row.textContent();
  const scroll = await page.evaluate(() => document.querySelector("av-grid").scrollTop);
  await row.click();
  await page.locator("#record-title").waitFor();
  await page.goBack();
  await showing("51–100 of 120");
  await page.waitForFunction((n) => document.activeElement.textContent === n, name);
  assert.equal(await page.evaluate(() => document.querySelector("av-grid").scrollTop), scroll);
  assert.deepEqual(await focus(), [35, 0]);
  await page.click("#page-last");
  await showing("71–120 of 120");
  await page.click("#page-first");
  await showing("1–50 of 120");
  clean();
});

test("a colleague's newer value is shown in the cell with a choice", async () => {
  page.provoked.add(409);
  await open();
  const other = await newPage(browser, { state });
  await open(other);
  await (await cell(8, "amount")).locator("a.value").click();
  await editor().locator("input.input").first().fill("901");
  await goTo(8, "amount", other);
  await other.keyboard.type("902");
  await other.keyboard.press("Enter");
  await reads(8, "amount", "$902", other);
  await editor().locator("input.input").first().focus();
  await page.keyboard.press("Enter");
  const conflict = (await cell(8, "amount")).locator(".conflict");
  await conflict.waitFor();
  assert.match(await conflict.textContent(), /901/);
  assert.match(await conflict.textContent(), /902/);
  assert.deepEqual(await accessibilityProblems(page), []);
  await shot(page, "list-conflict");
  await conflict.locator("button").first().click();
  await reads(8, "amount", "$901");
  await page.waitForFunction(() => !document.querySelector("av-grid .conflict"));
  await other.context().close();
  clean();
});

test("a filter that can't be read is marked under its box, keeps the rows, and can be cleared", async () => {
  page.provoked.add(400);
  await open();
  await page.fill("#filter", "amont > 5");
  await page.keyboard.press("Enter");
  await page.locator(".filter-problem mark:text-is('amont')").waitFor();
  assert.equal(await page.getAttribute("#filter", "aria-invalid"), "true");
  assert.equal(await page.locator("tbody tr").count(), 50);
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.fill("#filter", "amount > 999999");
  await page.keyboard.press("Enter");
  await page.locator(".list :text('amount > 999999')").waitFor();
  await page.locator(".list a.btn:has-text('Clear')").click();
  await showing("1–50 of 120");
  clean();
});

test("the views of the object are in a menu by its name", async () => {
  await page.goto(at("/contacts"));
  await page.click(".views > summary");
  assert.deepEqual(await accessibilityProblems(page), []);
  const view = page.locator(".views .menu-list a").nth(1);
  const name = await view.textContent();
  await view.click();
  await page.waitForURL(/view=\d+/);
  await page.locator(`h1:text-is("${name}")`).waitFor();
  clean();
});

test("on a phone rows are two lines that open by a tap anywhere, in light and dark", async () => {
  for (const dark of [false, true]) {
    const phone = await newPage(browser, { width: 390, height: 844, dark, state });
    await phone.goto(at(SORTED));
    await phone.locator("tbody tr").first().waitFor();
    assert.deepEqual(await accessibilityProblems(phone), []);
    const box = await phone.locator("tbody tr").nth(2).boundingBox();
    assert.ok(box.height >= 44 && box.width === 390);
    await phone.touchscreen.tap(box.x + box.width - 20, box.y + box.height - 12);
    await phone.waitForURL(/\/deals\/\d+/);
    clean(phone);
    await phone.context().close();
  }
  const night = await newPage(browser, { dark: true, state });
  await open(night);
  assert.deepEqual(await accessibilityProblems(night), []);
  await night.context().close();
});

test("somebody who may only read walks through the table and finds no editors", async () => {
  program.command("user", "add", "--name", "Rita Reader", "--role", "read_only", "--password-file", program.file("pw", ADMIN.password), "rita@example.com");
  const reader = await newPage(browser);
  await reader.goto(at("/login"));
  await reader.fill("#email", "rita@example.com");
  await reader.fill("#password", ADMIN.password);
  await reader.click("button[type=submit]");
  await reader.waitForURL(at("/"));
  await open(reader);
  assert.equal(await reader.locator("[data-edit], a.value").count(), 0);
  await reader.keyboard.press("j");
  await reader.keyboard.press("ArrowRight");
  await reader.keyboard.press("F2");
  await reader.keyboard.press("j");
  assert.deepEqual(await focus(reader), [1, 1]);
  assert.equal(await editor(reader).count(), 0);
  clean(reader);
  await reader.context().close();
});
