// A form for a new record, in the panel or on its page: what is typed is kept on this device until the record is made or one signs
// out, the warning about duplicates follows what is typed, Ctrl or Cmd with Enter sends it, and the first mistake gets the focus.

import { go } from "./navigate.js";

const WAIT_MS = 300;
const STORE = "draft:";
const SENT = "draft-sent";
const OURS = ["once", "as", "pick", "back", "anyway", "another", "show"];
const MAC = /mac|iphone|ipad/i.test(navigator.platform);

const first = new WeakMap();
const asked = new WeakMap();
let timer;
let asking;

const keyOf = (name) => STORE + name;

function typed(form) {
  const values = new URLSearchParams(new FormData(form));
  for (const name of OURS) values.delete(name);
  return values.toString();
}

function stored(work) {
  // Storage may be full or forbidden; then nothing is kept.
  try { return work(localStorage); } catch { return null; }
}

function tell(form, kept) {
  const note = form.querySelector("[data-draft-kept]");
  if (note) note.hidden = !kept;
}

function keep(form) {
  const now = typed(form);
  const kept = now !== first.get(form);
  stored((store) => (kept ? store.setItem(keyOf(form.dataset.draft), now) : store.removeItem(keyOf(form.dataset.draft))));
  tell(form, kept);
}

const drop = (draft) => draft && stored((store) => store.removeItem(keyOf(draft)));

// Shows the form again with what was kept, made by the server as after a refusal.
async function restore(form) {
  const kept = form.hasAttribute("data-fresh") && stored((store) => store.getItem(keyOf(form.dataset.draft)));
  if (!kept) return false;
  const body = new URLSearchParams(kept);
  for (const [name, text] of new FormData(form)) if (["as", "pick", "back"].includes(name)) body.append(name, text);
  body.set("show", "draft");
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!answer?.ok || !form.isConnected) return false;
  const panel = form.closest(".panel-body");
  const text = await answer.text();
  await window.htmx.swap(panel ? { text, target: panel, sourceElement: panel, swap: "innerHTML settle:0" } : { text, target: form, sourceElement: form, select: "form[data-create]", swap: "outerHTML settle:0" });
  return true;
}

function focus(form) {
  const seen = (selector) => [...form.querySelectorAll(selector)].find((element) => element.checkVisibility());
  const warning = form.hasAttribute("data-asked") && seen(".duplicates");
  (seen("[aria-invalid=true]") || warning || seen("input:not([type=hidden], [disabled]), select, textarea"))?.focus();
}

async function start(form) {
  if (first.has(form)) return;
  first.set(form, typed(form));
  if (MAC) for (const key of form.querySelectorAll("kbd[data-mod]")) key.textContent = "⌘";
  if (await restore(form)) return;
  if (!form.isConnected) return;
  // Behaviours of the inputs may have put theirs in place of what the server sent.
  if (form.hasAttribute("data-fresh")) first.set(form, typed(form));
  tell(form, !form.hasAttribute("data-fresh"));
  focus(form);
  near(form, 0);
}

function startAll() {
  const sent = sessionStorage.getItem(SENT);
  const again = sent && document.querySelector(`form[data-draft="${CSS.escape(sent)}"]`);
  if (sent && (!again || again.hasAttribute("data-fresh"))) drop(sent);
  sessionStorage.removeItem(SENT);
  for (const form of document.querySelectorAll("form[data-create]")) start(form);
  for (const form of document.querySelectorAll("main form[data-guard]")) if (form.querySelector("[aria-invalid=true]")) focus(form);
}

// The warning: asked after a pause, about the fields that tell; an answer that was overtaken is dropped.
function near(form, wait = WAIT_MS) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const names = form.dataset.nearFields.split(" ");
    const told = [...new FormData(form)].filter(([name, text]) => text && (name === "pick" || names.some((n) => name === n || name.startsWith(`${n}.`))));
    const query = new URLSearchParams(told).toString();
    if (query === (asked.get(form) ?? "") || !form.isConnected) return;
    asked.set(form, query);
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.near}?${query}`, { signal: asking.signal, headers: { "HX-Request": "true" } });
      const box = form.querySelector("[data-near-box]");
      if (!answer.ok || !box) return;
      const text = await answer.text();
      if (asked.get(form) === query && !box.contains(document.activeElement)) box.innerHTML = text;
    } catch {
      asked.delete(form);
    }
  }, wait);
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("form[data-create]");
    if (!form || !first.has(form)) return;
    keep(form);
    near(form);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-create], form[data-guard]") ?? event.target.closest?.("dialog.panel")?.querySelector("form");
  if (!form || event.repeat) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-submit]"));
});

document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-draft-discard]")?.closest("form");
  if (!form) return;
  drop(form.dataset.draft);
  const panel = form.closest(".panel-body");
  const url = new URL(form.action);
  if (!panel) return go(url);
  for (const [name, text] of new FormData(form)) if (["as", "pick"].includes(name)) url.searchParams.set(name, text);
  window.htmx.ajax("GET", url.pathname + url.search, { target: panel, source: panel, swap: "innerHTML settle:0" });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  clearTimeout(timer);
  if (form.matches("form[data-create]") && !form.closest("dialog")) sessionStorage.setItem(SENT, form.dataset.draft);
  // Who signs out leaves nothing of what was typed behind.
  if (form.getAttribute("action") === "/logout") {
    stored((store) => Object.keys(store).filter((key) => key.startsWith(STORE)).forEach((key) => store.removeItem(key)));
  }
}, true);

document.addEventListener("record:made", ({ detail }) => drop(detail.draft));
document.addEventListener("DOMContentLoaded", startAll);
document.addEventListener("htmx:after:swap", startAll);
