// Bringing in a file in the browser: dropped, matched, tried, saved, taken back, with rows that can't be used; and a person's photo.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityProblems, newPage, setUp, shot, startBrowser, startProgram } from "./app.js";

const ROWS = 300;
let program, browser, page, state;

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
  page = await newPage(browser);
  page.provoked.add(422);
  await setUp(page, program, "Harbor");
  state = await page.context().storageState();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** Every 50th row has a date that is none; every 100th names nobody at all. */
function file() {
  const lines = ["First Name,Last Name,Email,Birth Day,Nonsense,Company"];
  for (let i = 1; i <= ROWS; i++) {
    if (i % 100 === 0) lines.push(",,,,x,");
    else lines.push(`Zoë${i},Lee,z${i}@example.com,${i % 50 === 0 ? "soon" : "1980-02-03"},x,Firm ${i % 7}`);
  }
  return lines.join("\r\n");
}

async function drop(p, name, text) {
  const data = await p.evaluateHandle(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type: "text/csv" }));
    return data;
  }, [name, text]);
  await p.dispatchEvent(".drop", "dragover", { dataTransfer: data });
  await p.dispatchEvent(".drop", "drop", { dataTransfer: data });
}

const heading = (p, text) => p.locator(".import-head", { hasText: text }).waitFor();
const clean = (p, where) => assert.deepEqual(p.complaints, [], `the console of ${where} is clean`);

test("a file that can't be used is refused with a sentence", async () => {
  await page.goto(`${program.url}/import/contacts`);
  await drop(page, "bad.csv", "");
  await page.locator("[data-problem]:not([hidden])").waitFor();
  assert.match(await page.textContent("[data-problem]"), /empty/);
  assert.deepEqual(await accessibilityProblems(page), []);
  await shot(page, "import-refused");
});

test("a dropped file is matched, tried, imported and taken back", async () => {
  await page.goto(`${program.url}/import/contacts`);
  await drop(page, "leads.csv", file());
  await heading(page, "Step 2 of 4");
  assert.match(await page.textContent(".import-head"), /300 rows/);
  assert.equal(await page.inputValue("[name=c0]"), "first_name");
  assert.equal(await page.inputValue("[name=c4]"), "");
  await page.selectOption("[name=c3]", "date_of_birth");
  await page.locator("#check-3 .c-amber").waitFor();
  assert.match(await page.textContent("#check-3"), /3 rows to fix/);
  assert.deepEqual(await accessibilityProblems(page), []);
  await shot(page, "import-match");
  await page.click("text=Check all rows");
  await heading(page, "Step 3 of 4");
  await page.locator(".import-reasons").waitFor();
  assert.match(await page.textContent(".import-counts"), /Will be created294/);
  assert.match(await page.textContent(".import-counts"), /Cannot be imported6/);
  assert.match(await page.textContent(".import-reasons"), /51Birth Day: /);
  assert.deepEqual(await accessibilityProblems(page), []);
  await shot(page, "import-checked");
  await page.click("text=Back to the columns");
  await heading(page, "Step 2 of 4");
  assert.equal(await page.inputValue("[name=c3]"), "date_of_birth", "the choice is kept");
  await page.click("text=Check all rows");
  await page.click("text=Import 294 rows");
  await page.locator("text=The import is done").waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
  await shot(page, "import-done");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Download rejected rows")]);
  assert.equal(download.suggestedFilename(), "leads.rejected.csv");
  const here = page.url();
  await page.click("text=Show the newest clients");
  await page.waitForURL((url) => url.pathname === "/contacts");
  await page.locator("text=Zoë1 Lee").first().waitFor();
  await page.goto(here);
  await page.click("text=Undo import");
  await page.locator("text=The import was taken back").waitFor();
  await page.goto(`${program.url}/contacts`);
  assert.equal(await page.locator("text=Zoë1 Lee").count(), 0);
  clean(page, "the import");
});

test("on a phone, in the dark, and without script", async () => {
  const phone = await newPage(browser, { width: 390, height: 844, dark: true, state });
  await phone.goto(`${program.url}/import/contacts`);
  await drop(phone, "leads.csv", file());
  await heading(phone, "Step 2 of 4");
  assert.deepEqual(await accessibilityProblems(phone), []);
  assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth), 390);
  await shot(phone, "import-phone");
  await phone.click("text=Discard");
  await heading(phone, "Step 1 of 4");
  clean(phone, "the phone");
  const plain = await newPage(browser, { state, script: false });
  await plain.goto(`${program.url}/import/contacts`);
  await plain.setInputFiles("[name=file]", { name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("First Name\r\nAda\r\n") });
  await plain.click("text=Continue");
  await plain.click("text=Check all rows");
  await plain.click("text=Import 1 row");
  await plain.locator("text=The import is done").waitFor();
});

test("a person gets a photo, cut in the browser, and loses it again", async () => {
  await page.goto(`${program.url}/contacts?filter=${encodeURIComponent("first_name = Ada")}`);
  await page.click("text=Ada");
  await page.locator("a[data-photo]").waitFor();
  const png = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 300 });
    const to = canvas.getContext("2d");
    ["red", "lime", "blue"].forEach((colour, i) => { to.fillStyle = colour; to.fillRect(i * 300, 0, 300, 300); });
    return canvas.toDataURL("image/png").split(",")[1];
  });
  await page.click("a[data-photo]");
  await page.setInputFiles("dialog [name=file]", { name: "me.png", mimeType: "image/png", buffer: Buffer.from(png, "base64") });
  await page.focus("photo-crop canvas");
  for (let i = 0; i < 30; i++) await page.keyboard.press("ArrowLeft");
  assert.deepEqual(await accessibilityProblems(page), []);
  await shot(page, "photo");
  await page.click("dialog .btn-primary");
  const image = page.locator(".record-head .avatar-photo img");
  await image.waitFor();
  const colour = await image.evaluate(async (img) => {
    await img.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
    canvas.getContext("2d").drawImage(img, 0, 0, 8, 8);
    return [...canvas.getContext("2d").getImageData(4, 4, 1, 1).data];
  });
  assert.ok(colour[0] > 200 && colour[1] < 60, `the left third was picked: ${colour}`);
  await page.goto(`${program.url}/contacts`);
  await page.locator(".avatar-photo img").first().waitFor();
  await page.click("text=Ada");
  await page.click("a[data-photo]");
  await page.click("dialog [formaction]");
  await page.locator("a[data-photo] .avatar:not(.avatar-photo)").waitFor();
  clean(page, "the photo");
});
