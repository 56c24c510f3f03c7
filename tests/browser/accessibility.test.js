// Every page there is, in light and dark, on a desk and on a phone: axe finds nothing (WCAG 2.2 AA and best practice), nothing is
// wider than the screen, the console stays silent; and in the pseudo-locale no text comes from anywhere but the catalogue and the data.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityProblems, contactsFile, newPage, setUp, shot, startBrowser, startProgram } from "./app.js";

let program, browser, state, pages;
const at = (path) => program.url + path;
const MODES = ["light", "dark"];
// What depends on the mode: everything else about a page is the same in both, and is looked at once.
const OF_COLOURS = ["color-contrast", "link-in-text-block"];
const ONE_OF_ALL = /^\/($|contacts|import|search|settings)/;
const SIZES = { desk: {}, phone: { width: 390, height: 844 } };

before(async () => {
  program = await startProgram();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

/** Axe in these modes on the page that is open, and whether it is as wide as its screen. */
async function look(p, where, name, modes = MODES) {
  for (const mode of modes) {
    await p.emulateMedia({ colorScheme: mode });
    assert.deepEqual(await accessibilityProblems(p, mode === "dark" ? OF_COLOURS : undefined), [], `${where}, ${name}, ${mode}`);
    await shot(p, `${name}-${mode}${where.replace(/\W+/g, "-")}`);
  }
  const wide = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${where} is ${wide} px too wide (${name})`);
  assert.deepEqual(p.complaints, [], `the console of ${where}`);
}

/** Brings a file to a step of its import and tells the address. */
async function importAt(p, step) {
  await p.goto(at("/import/contacts"));
  await p.setInputFiles("[name=file]", { name: `${step}.csv`, mimeType: "text/csv", buffer: Buffer.from("First Name,Email,Other\r\nAda,ada@example.com,x\r\n,nobody,y\r\n") });
  await p.locator(".import-head", { hasText: "2" }).waitFor();
  await p.waitForURL(/\/import\/contacts\/\d+$/);
  const { pathname } = new URL(p.url());
  if (step === "match") return pathname;
  await p.click(".import-foot .btn-primary");
  await p.locator(".import-counts").waitFor();
  if (step === "checked") return pathname;
  await p.click(".import-foot .btn-primary");
  await p.locator(".import-foot form[action$='/undo']").waitFor();
  return pathname;
}

/** Every family of pages, for every object that has pages. */
async function everyPage(p) {
  await p.goto(at("/"));
  const objects = await p.locator("#nav a").evaluateAll((all) => [...new Set(all.map((a) => new URL(a.href).pathname))].filter((path) => /^\/[a-z_]+$/.test(path) && !["/search", "/trash", "/settings"].includes(path)));
  assert.ok(objects.length >= 5, objects.join(" "));
  const found = ["/", "/search", "/search?q=zoe", "/search?q=qqqqqq", "/trash?object=contacts", "/settings/general", "/settings/experience", "/no-such-page", "/contacts/999999"];
  for (const object of objects) {
    await p.goto(at(object));
    const record = await p.locator("tbody a[data-row]").first().getAttribute("href", { timeout: 5_000 }).catch(() => null);
    found.push(object, `${object}/new`);
    if (record) found.push(...["", "?tab=fields", "/edit"].map((end) => new URL(at(record)).pathname + end));
    else assert.fail(`${object} has no record to look at`);
  }
  found.push("/contacts?filter=city+%3D+nowhere", "/contacts?view=1", "/contacts/1?tab=deals", "/contacts/1/fields/city", "/contacts/1/photo", "/import/contacts");
  for (const step of ["match", "checked", "done"]) found.push(await importAt(p, step));
  return found;
}

test("setting up and signing in keep nobody out", async () => {
  const p = await newPage(browser);
  p.provoked.add(422);
  await p.goto(program.setup);
  await look(p, "/setup", "desk");
  await setUp(p, program);
  state = await p.context().storageState();
  program.command("import", program.file("people.csv", contactsFile(60)), "--object", "contacts");
  await p.context().clearCookies();
  for (const [name, size] of Object.entries(SIZES)) {
    await p.setViewportSize({ width: 1440, height: 900, ...size });
    await p.goto(at("/login"));
    await look(p, "/login", name);
    await p.fill("#email", "nobody@example.com");
    await p.fill("#password", "wrong");
    await p.click("button[type=submit]");
    await p.locator("[role=alert]").waitFor();
    await look(p, "/login refused", name);
  }
  await p.context().close();
});

for (const [name, size] of Object.entries(SIZES)) {
  test(`every page is accessible in light and dark on a ${name}`, async () => {
    const p = await newPage(browser, { ...size, state });
    p.provoked.add(404);
    if (!pages) {
      const made = { "/deals/new": { name: "Roof cover" }, "/tasks/new": { title: "Call Zoë", name: "Call Zoë" }, "/notes/new": { title: "Prefers texts", body: "After 4 PM." }, "/activities/new": { subject: "Renewal call", type: "1", status: "1" }, "/attachments/new": { name: "Policy.pdf" } };
      for (const [path, form] of Object.entries(made)) await p.request.post(at(path), { form, headers: { Origin: program.url } });
      pages = await everyPage(p);
    }
    for (const where of pages) {
      await p.goto(at(where));
      // Colours are the same on a phone: there one object stands for all in the dark.
      await look(p, where, name, name === "desk" || ONE_OF_ALL.test(where) ? MODES : ["light"]);
    }
    await p.context().close();
  });
}

test("in the pseudo-locale every text of ours is in brackets", async () => {
  const p = await newPage(browser, { state });
  p.provoked.add(404);
  await p.context().addCookies([{ name: "aventora_look", value: "light.en-XA..", url: program.url }]);
  for (const where of pages) {
    await p.goto(at(where));
    const loose = await p.evaluate(() => {
      const found = [];
      const kept = (element) => element.matches("textarea") || element.closest("[translate]")?.getAttribute("translate") === "no";
      const ours = (text) => !/\p{Letter}/u.test(text) || text.startsWith("⟦");
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        if (!kept(walker.currentNode.parentElement) && !ours(text)) found.push(text);
      }
      for (const element of document.body.querySelectorAll("[placeholder], [title], [aria-label], [alt]")) {
        for (const name of ["placeholder", "title", "aria-label", "alt"]) {
          const text = element.getAttribute(name);
          if (text && !kept(element) && !text.includes("⟦") && !ours(text)) found.push(`${name}: ${text}`);
        }
      }
      return found;
    });
    assert.deepEqual(loose, [], where);
  }
  await p.context().close();
});
