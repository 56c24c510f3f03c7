// Making records in the panel: by keyboard, with a draft that survives, warned of duplicates, one after another, linked from a record,
// from inside a picker, and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityProblems, newPage, setUp, shot, startBrowser, startProgram } from "./app.js";

let program, browser, page, state;
const at = (path) => program.url + path;
const panel = (p = page) => p.locator("dialog.panel").last();
const closed = (p = page) => p.waitForFunction(() => !document.querySelector("dialog.panel"));
const toast = (text, p = page) => p.locator(".toast", { hasText: text }).last().waitFor();
const focused = (p = page) => p.evaluate(() => document.activeElement?.getAttribute("name"));

async function openWithKey(p = page) {
  await p.keyboard.press("c");
  await panel(p).locator("form").waitFor();
  await p.waitForFunction(() => document.activeElement?.getAttribute("name") === "first_name");
}

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser);
  page.provoked.add(422);
  await setUp(page, program, "Harbor & Pine");
  state = await page.context().storageState();
  const file = program.file("people.csv", "First Name,Last Name,Email,Phone\r\nDaniel,Marlowe,daniel@marlowe.example,(843) 555-0143\r\nAnnika,Lindqvist,annika@example.com,(843) 555-0117\r\n");
  program.command("import", file, "--object", "contacts");
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

test("C opens the panel over the list, typing and Ctrl+Enter make the record, and one goes on in the list", async () => {
  await page.goto(at("/contacts"));
  await openWithKey();
  assert.match(page.url(), /\?panel=%2Fcontacts%2Fnew$/);
  await page.keyboard.type("Priya");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Raman");
  await page.keyboard.press("Control+Enter");
  await closed();
  await toast("Client created");
  await page.locator("#main tbody", { hasText: "Priya Raman" }).waitFor();
  assert.equal(page.url(), at("/contacts"));
  assert.match(await page.getAttribute(".toast a", "href"), /^\/contacts\/\d+$/);
});

test("all mistakes are told at once beside their fields, and the first has the focus", async () => {
  await openWithKey();
  await page.fill("dialog [name=first_name]", "Priya");
  await page.fill("dialog [name=emails]", "priya@raman");
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog .field-error").waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
  assert.equal(await focused(), "emails");
  assert.equal(await page.inputValue("dialog [name=first_name]"), "Priya");
  for (const mode of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: mode });
    assert.deepEqual(await accessibilityProblems(page), [], mode);
    await shot(page, `panel-${mode}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
});

test("what was typed survives Esc, Back and a reload, until it is discarded", async () => {
  await page.locator("dialog [data-draft-kept]").waitFor();
  await page.keyboard.press("Escape");
  await closed();
  assert.equal(page.url(), at("/contacts"));
  await openWithKey();
  await page.waitForFunction(() => document.querySelector("dialog [name=first_name]")?.value === "Priya");
  await page.reload();
  await page.waitForFunction(() => document.querySelector("dialog [name=emails]")?.value === "priya@raman");
  await page.goBack();
  await closed();
  assert.equal(page.url(), at("/contacts"));
  await page.goForward();
  await page.waitForFunction(() => document.querySelector("dialog [name=emails]")?.value === "priya@raman");
  await page.click("dialog [data-draft-discard]");
  await page.waitForFunction(() => document.querySelector("dialog [name=emails]")?.value === "");
  await page.click("dialog [data-panel-close]");
  await closed();
});

test("a duplicate is told while one types, by e-mail, by phone in any format, and by a name with a typo", async () => {
  const warned = (text) => panel().locator(".duplicates", { hasText: text }).waitFor();
  const calm = () => page.waitForFunction(() => !document.querySelector("dialog .duplicates"));
  await openWithKey();
  await page.fill("dialog [name=emails]", "Daniel@Marlowe.example");
  await warned("Daniel Marlowe has the same e-mail address.");
  await page.fill("dialog [name=emails]", "");
  await calm();
  await page.fill("dialog [name=phones]", "843.555.0143");
  await warned("has the same phone number.");
  for (const mode of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: mode });
    assert.deepEqual(await accessibilityProblems(page), [], mode);
    await shot(page, `duplicate-${mode}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.fill("dialog [name=phones]", "");
  await calm();
  await page.fill("dialog [name=first_name]", "Danile");
  await page.fill("dialog [name=last_name]", "Marlowe");
  await warned("has a similar name.");
  await page.fill("dialog [name=first_name]", "Daniel");
  await warned("has the same name.");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.activeElement?.matches(".duplicates"));
  await page.click("dialog button[name=anyway]");
  await closed();
  await page.waitForFunction(() => [...document.querySelectorAll("#main tbody tr")].filter((r) => r.textContent.includes("Daniel Marlowe")).length === 2);
});

test("“Create another” makes one after the other", async () => {
  await openWithKey();
  for (const name of ["Zora", "Yusuf"]) {
    await page.fill("dialog [name=first_name]", name);
    await page.click("dialog button[name=another]");
    await toast("Client created");
    await page.waitForFunction(() => document.querySelector("dialog [name=first_name]")?.value === "" && document.activeElement?.getAttribute("name") === "first_name");
  }
  await page.keyboard.press("Escape");
  await closed();
  for (const name of ["Zora", "Yusuf"]) await page.locator("#main tbody", { hasText: name }).waitFor();
});

test("a form sent twice makes one record", async () => {
  await openWithKey();
  await page.fill("dialog [name=first_name]", "Oncelia");
  const body = await page.evaluate(() => new URLSearchParams(new FormData(document.querySelector("dialog.panel form"))).toString());
  const made = await page.evaluate((text) => Promise.all([0, 1].map(() => fetch("/contacts/new", { method: "POST", body: new URLSearchParams(text) }).then((r) => r.text()))), body);
  assert.equal(made[0].match(/data-made="(\d+)"/)[1], made[1].match(/data-made="(\d+)"/)[1]);
  await page.click("dialog [data-draft-discard]");
  await page.keyboard.press("Escape");
  await closed();
});

test("a picker's “New …” opens a panel over the first, and what it makes is picked", async () => {
  await openWithKey();
  await page.fill("dialog [name=first_name]", "Picked");
  const picker = panel().locator("combo-box", { has: page.locator("[name=company]") }).locator("input[role=combobox]");
  await picker.fill("Kestrel Roofing");
  await page.locator("dialog [data-new-href]:visible", { hasText: "Kestrel Roofing" }).click();
  await page.waitForFunction(() => document.querySelectorAll("dialog.panel form").length === 2);
  assert.equal(await panel().locator("[name=name]").inputValue(), "Kestrel Roofing");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.querySelectorAll("dialog.panel").length === 1);
  await panel().locator(".tag", { hasText: "Kestrel Roofing" }).waitFor();
  assert.equal(await page.inputValue("dialog [name=first_name]"), "Picked");
  await page.keyboard.press("Control+Enter");
  await closed();
  await page.locator("#main tbody tr", { hasText: "Picked" }).locator("text=Kestrel Roofing").waitFor();
});

test("a link that fills a field makes a linked record, and the record below shows it", async () => {
  await page.click("#main tbody a:has-text('Annika')");
  await page.waitForURL(/\/contacts\/\d+/);
  await page.goto(`${page.url().split("?")[0]}?tab=deals`);
  await page.locator("#section a[data-panel][href^='/deals/new']").first().click();
  await panel().locator("form").waitFor();
  await panel().locator(".tag", { hasText: "Annika Lindqvist" }).first().waitFor();
  await panel().locator("[name=name]").fill("Umbrella quote");
  await page.keyboard.press("Control+Enter");
  await closed();
  await page.locator("#section", { hasText: "Umbrella quote" }).waitFor();
  await page.locator("#related", { hasText: "Umbrella quote" }).waitFor();
  await page.locator("#record-tabs [aria-current] .count", { hasText: "1" }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test("on a phone the panel is the whole screen and works by touch", async () => {
  const phone = await newPage(browser, { width: 390, height: 844, state });
  await phone.goto(at("/contacts"));
  await phone.tap(".bottom-nav a.plus");
  await panel(phone).locator("form").waitFor();
  const box = await panel(phone).boundingBox();
  assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, 390, 844]);
  await panel(phone).locator("[name=first_name]").fill("Tessa");
  assert.deepEqual(await accessibilityProblems(phone), []);
  for (const button of await panel(phone).locator("button:visible").all()) assert.ok((await button.boundingBox()).height >= 44, await button.innerText());
  await shot(phone, "panel-phone");
  await panel(phone).locator("[data-submit]").tap();
  await closed(phone);
  await phone.locator("#main tbody", { hasText: "Tessa" }).waitFor();
  assert.deepEqual(phone.complaints, []);
  await phone.context().close();
});

test("without script the first try asks back, and “Create anyway” makes it", async () => {
  const plain = await newPage(browser, { state, script: false });
  plain.provoked.add(422);
  await plain.goto(at("/contacts/new"));
  await plain.fill("[name=emails]", "annika@example.com");
  await plain.click("[data-submit]");
  assert.match(await plain.textContent(".duplicates"), /Annika Lindqvist has the same e-mail address/);
  await plain.click("button[name=anyway]");
  await plain.waitForURL(/\/contacts\/\d+\?done=created/);
  await plain.context().close();
});

test("signing out leaves nothing of what was typed", async () => {
  await page.goto(at("/contacts"));
  await openWithKey();
  await page.fill("dialog [name=first_name]", "Secret");
  await page.locator("dialog [data-draft-kept]").waitFor();
  await page.keyboard.press("Escape");
  await closed();
  await page.evaluate(() => document.querySelector("form[action='/logout']").requestSubmit());
  await page.waitForURL(at("/login"));
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("draft:")).length), 0);
});
