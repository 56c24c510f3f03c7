// Every kind of field as people fill it in: on a record's Fields tab by keyboard and by mouse, in the full form without script, and
// what axe says about the open editors in light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, accessibilityProblems, contactsFile, newPage, setUp, shot, startBrowser, startProgram } from "./app.js";

let program, browser, page, state;

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser);
  page.provoked.add(422);
  await setUp(page, program);
  state = await page.context().storageState();
  program.command("import", program.file("people.csv", contactsFile(12)), "--object", "contacts");
  await page.goto(`${program.url}/contacts/1?tab=fields`);
});

after(async () => {
  assert.deepEqual(page?.complaints ?? [], [], "the console is clean");
  await browser?.close();
  await program?.stop();
});

const cell = (label, p = page) => p.locator(".fields-tab .detail", { has: p.locator(`dt:text-is("${label}")`) }).locator("[data-cell]");

/** Opens a field's editor with the keyboard and waits for it. */
async function edit(label) {
  const at = cell(label);
  await at.locator("a.value").focus();
  await page.keyboard.press("F2");
  await at.locator("form").waitFor();
  await page.waitForFunction(() => document.activeElement?.closest("form[data-edit]"));
  return at;
}

/** Waits until a field shows a text. */
const shows = (label, text) => cell(label).locator("a.value", { hasText: text }).waitFor();

test("an option is found by typing and chosen with Enter, cleared with Backspace", async () => {
  const status = await edit("Status");
  await page.locator(".combo-list:popover-open [role=option]").first().waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.keyboard.type("not");
  assert.equal(await status.locator("[role=option]:visible").count(), 1);
  await page.keyboard.press("Enter");
  await shows("Status", "Do Not Contact");
  await edit("Marital Status");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await shows("Marital Status", "Widowed");
  await edit("Marital Status");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Escape");
  await shows("Marital Status", "Widowed");
});

test("an option is chosen with the mouse, and the list is not cut off at the window's edge", async () => {
  const smoking = cell("Smoking Status");
  await smoking.locator("a.value").click();
  const list = smoking.locator(".combo-list");
  await list.locator("[role=option]").first().waitFor();
  const box = await list.boundingBox();
  assert.ok(box.y >= 0 && box.y + box.height <= 900, "all of it is in the window");
  await list.locator("[role=option]:has-text('Non-Smoker')").click();
  await shows("Smoking Status", "Non-Smoker");
});

test("a date is typed the way people say it, and the server says what it means", async () => {
  const renewal = await edit("Policy Renewal Date");
  await page.keyboard.type("26 nov 2031");
  await renewal.locator(".calendar-said time").waitFor();
  assert.match(await renewal.locator(".calendar-said").textContent(), /Wed, Nov 26, 2031/);
  assert.equal(await renewal.locator("[aria-selected=true]").getAttribute("data-day"), "2031-11-26");
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.keyboard.press("Enter");
  await shows("Policy Renewal Date", "Nov 26, 2031");
});

test("the calendar is walked with keys and picked with the mouse", async () => {
  const renewal = await edit("Policy Renewal Date");
  await page.keyboard.press("Alt+ArrowDown");
  await page.keyboard.press("PageDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Home");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.day), "2031-12-21");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await shows("Policy Renewal Date", "Dec 28, 2031");
  await renewal.locator("a.value").click();
  await renewal.locator("[data-step='-1']").click();
  await renewal.locator("td[data-day='2031-11-05']").click();
  await shows("Policy Renewal Date", "Nov 5, 2031");
  await edit("Policy Renewal Date");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("30 feb 2031");
  await page.keyboard.press("Enter");
  await renewal.locator(".field-error").waitFor();
  assert.match(await renewal.locator(".field-error").textContent(), /no such day/);
  await page.keyboard.press("Escape");
  await shows("Policy Renewal Date", "Nov 5, 2031");
});

test("an amount is typed with separators and keeps its currency", async () => {
  const premium = await edit("Annual Premium");
  await premium.locator("input.input").fill("1,234.5");
  await premium.locator("select").selectOption("EUR");
  await premium.locator("input.input").focus();
  await page.keyboard.press("Enter");
  await shows("Annual Premium", "€1,234.50");
  await edit("Annual Premium");
  assert.equal(await premium.locator("select").inputValue(), "EUR");
  await premium.locator("input.input").fill("lots");
  await page.keyboard.press("Enter");
  await premium.locator(".field-error").waitFor();
  await page.keyboard.press("Escape");
});

test("several e-mails: one is added, made the main one, and the other taken away", async () => {
  const mail = await edit("Email");
  await mail.locator(".line-add").click();
  await page.keyboard.type("main@example.com");
  await mail.locator("[type=radio]").nth(1).check();
  assert.deepEqual(await accessibilityProblems(page), []);
  await mail.locator("input.input").nth(1).focus();
  await page.keyboard.press("Enter");
  await shows("Email", "main@example.com");
  assert.match(await cell("Email").locator("a.value").textContent(), /main@example\.com.*person/s);
  await edit("Email");
  await mail.locator(".line-remove").nth(1).click();
  await page.keyboard.press("Enter");
  await cell("Email").locator("a.value:not(:has-text('person'))").waitFor();
  await edit("Email");
  await mail.locator("input.input").first().fill("jane@example");
  await page.keyboard.press("Enter");
  await mail.locator(".field-error").waitFor();
  assert.match(await mail.locator(".field-error").textContent(), /Add the part after the dot, for example \.com/);
  await page.keyboard.press("Escape");
});

test("a phone number is read in the country that is chosen for it", async () => {
  const phone = await edit("Phone");
  await phone.locator("select").first().selectOption("GB");
  await phone.locator("input[name=phones]").first().fill("020 7946 0018");
  await page.keyboard.press("Enter");
  await shows("Phone", "+44 20 7946 0018");
});

test("yes and no are one click, tags are typed, a person is found", async () => {
  const lapsed = await edit("Policy Lapsed");
  await lapsed.locator("label:has-text('Yes')").click();
  await shows("Policy Lapsed", "Yes");
  const tags = await edit("Tags");
  await page.keyboard.type("Coastal;High value;");
  assert.equal(await tags.locator(".tag").count(), 2);
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Tab");
  await cell("Tags").locator(".tag:has-text('Coastal')").waitFor();
  assert.equal(await cell("Tags").locator(".tag").count(), 1);
  await edit("Owner");
  await page.keyboard.type("dana");
  await page.keyboard.press("Enter");
  await shows("Owner", ADMIN.name);
});

test("a related record is found on the server and taken away again", async () => {
  const firm = await edit("Employer");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("Firm 3");
  await firm.locator("[role=option][data-label='Firm 3']").waitFor();
  await page.keyboard.press("Enter");
  await shows("Employer", "Firm 3");
});

test("a long text grows and Ctrl+Enter saves it; an address has its parts", async () => {
  const text = await edit("Description");
  await text.locator("textarea").fill("one\ntwo\nthree\nfour\nfive\nsix");
  assert.ok((await text.locator("textarea").boundingBox()).height > 110, "it has grown");
  await page.keyboard.press("Control+Enter");
  await shows("Description", "six");
  const address = await edit("Address");
  await address.locator("[name='address.street']").fill("17 Tradd St");
  await address.locator("[name='address.city']").fill("Charleston");
  await page.keyboard.press("Enter");
  await shows("Address", "17 Tradd St");
});

test("open editors are accessible in the dark and on a phone, where dates are the phone's own", async () => {
  const p = await newPage(browser, { dark: true, width: 390, height: 844, state });
  await p.goto(`${program.url}/contacts/1?tab=fields`);
  for (const label of ["Phone", "Status", "Policy Renewal Date", "Policy Lapsed", "Annual Premium"]) {
    await cell(label, p).locator("a.value").click();
    await cell(label, p).locator("form").waitFor();
    assert.deepEqual(await accessibilityProblems(p), [], label);
    await shot(p, `field-${label}`);
    if (label === "Policy Renewal Date") assert.equal(await cell(label, p).locator("input[type=date]").count(), 1);
    await p.keyboard.press("Escape");
    await cell(label, p).locator("a.value").waitFor();
  }
  assert.deepEqual(p.complaints, []);
  await p.context().close();
});

test("without script the full form takes every kind with plain controls", async () => {
  const p = await newPage(browser, { state, script: false });
  await p.goto(`${program.url}/contacts/2/edit`);
  await p.selectOption("select[name=status]", { label: "Inactive" });
  await p.fill("input[name=policy_renewal_date]", "2031-11-26");
  await p.fill("input[name='annual_premium']", "9,876.5");
  await p.check("input[name='policy_lapsed'][value='true']", { force: true });
  await p.fill("input[name=tags]", "One; Two");
  await p.fill(".input-line:nth-child(2) input[name=emails]", "second@example.com");
  await p.check(".input-line:nth-child(2) input[name='emails.primary']", { force: true });
  await p.click("form.form-wrap button.btn-primary[type=submit]");
  await p.goto(`${program.url}/contacts/2?tab=fields`);
  const text = (label) => cell(label, p).textContent();
  assert.match(await text("Status"), /Inactive/);
  assert.match(await text("Policy Renewal Date"), /Nov 26, 2031/);
  assert.match(await text("Annual Premium"), /9,876\.50/);
  assert.match(await text("Policy Lapsed"), /Yes/);
  assert.match(await text("Tags"), /One.*Two/s);
  assert.match(await text("Email"), /second@example\.com.*person1@/s);
  await p.context().close();
});
