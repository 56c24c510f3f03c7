// The panel: a form for a new record over the page one is on, from any link with `data-panel`. It is part of the address (`?panel=`),
// so Back closes it and a reload opens it again. A record picker's "New …" (`combobox:new`) opens one over the other and gets the
// record. When a record was made, what lies below is asked for again and keeps its scroll.

const MOST = 3;
const FORM = /^\/[a-z0-9_]+\/new(\?|$)/;
const stack = [];
let left;

const top = () => stack.at(-1);
const textOf = (url) => url.pathname + url.search;

// The form that the address names.
function addressed() {
  const path = new URLSearchParams(location.search).get("panel");
  return path && FORM.test(path) ? path : null;
}

const wanted = () => history.state?.panel ?? (addressed() ? 1 : 0);

function open(href, picked) {
  const path = textOf(new URL(href, location.href));
  if (!FORM.test(path) || stack.length >= MOST) return false;
  const here = new URL(location.href);
  if (!picked && !stack.length) here.searchParams.set("panel", path);
  history.pushState({ ...history.state, panel: stack.length + 1 }, "", here);
  show(path, picked);
  return true;
}

function show(path, picked) {
  const dialog = document.createElement("dialog");
  const body = dialog.appendChild(document.createElement("div"));
  const entry = { dialog, body, picked };
  body.className = "panel-body";
  dialog.className = "panel";
  dialog.setAttribute("aria-labelledby", `panel-title-${stack.length + 1}`);
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    leave();
  });
  // Closed by the browser or by another page.
  dialog.addEventListener("close", () => {
    forget(entry);
    if (wanted() > stack.length) history.back();
  });
  // A press beside it, not a selection of text that ends there.
  dialog.addEventListener("pointerdown", (event) => { if (event.target === dialog && outside(dialog, event)) leave(); });
  stack.push(entry);
  document.body.append(dialog);
  dialog.showModal();
  carryToasts();
  const url = new URL(path, location.href);
  url.searchParams.set("as", stack.length);
  if (picked) url.searchParams.set("pick", "1");
  window.htmx.ajax("GET", textOf(url), { target: body, source: body, swap: "innerHTML settle:0" });
}

function outside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

// News must stand in the top layer too, or nobody sees them.
function carryToasts() {
  const toasts = document.getElementById("toasts");
  if (toasts) (top()?.dialog ?? document.body).append(toasts);
}

function forget(entry) {
  const at = stack.indexOf(entry);
  if (at < 0) return;
  stack.splice(at, 1);
  carryToasts();
  if (entry.dialog.open) entry.dialog.close();
  entry.dialog.remove();
}

// Closes the uppermost panel, the way Back would.
function leave() {
  return new Promise((done) => {
    left = done;
    if (history.state?.panel === stack.length) return history.back();
    const here = new URL(location.href);
    here.searchParams.delete("panel");
    history.replaceState({ ...history.state, panel: 0 }, "", here);
    follow();
  });
}

// As many panels as the entry of the history says.
function follow() {
  while (stack.length > wanted()) forget(top());
  if (!stack.length && wanted() && addressed()) show(addressed());
  left?.();
  left = null;
}

addEventListener("popstate", follow);

// What lies below may show the new record: its parts are asked for again and morphed, so that scroll and focus stay.
async function refresh() {
  const here = new URL(location.href);
  here.searchParams.delete("panel");
  const answer = await fetch(here).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const marked = [...document.querySelectorAll("#list, #main [data-refresh][id]")];
  for (const old of marked.length ? marked : [document.getElementById("main")]) {
    const fresh = old && page.getElementById(old.id);
    // A value that is being written there is not taken away.
    if (fresh && !old.querySelector("form[data-edit]")) await window.htmx.swap({ text: fresh.outerHTML, target: old, sourceElement: old, swap: "outerMorph settle:0" });
  }
  document.dispatchEvent(new CustomEvent("record:changed"));
}

async function made(entry, record) {
  entry.done = true;
  const { made: row, label, object } = record.dataset;
  record.remove();
  const again = entry.dialog.querySelector("form");
  document.dispatchEvent(new CustomEvent("record:made", { detail: { draft: entry.draft } }));
  if (again) entry.done = false;
  else {
    await leave();
    if (entry.picked) return entry.picked({ row, label, object });
  }
  if (!entry.picked) await refresh();
}

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const entry = stack.find((e) => e.body === ctx?.target);
  if (entry) entry.draft = entry.dialog.querySelector("form")?.dataset.draft;
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx?.nav) return follow();
  const entry = stack.find((e) => e.body === ctx?.target);
  const record = entry?.dialog.querySelector("[data-made]");
  if (record) made(entry, record);
});

// A form that can't be had (no permission, signed out) leaves no empty panel behind.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const entry = stack.find((e) => e.body === ctx?.target);
  if (entry && !entry.done && !entry.dialog.querySelector("form")) leave();
});

// Before anything else that follows links.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-panel]");
  if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
    const box = link.closest("dialog:not(.panel)");
    const menu = link.closest("details.menu");
    box?.close();
    if (menu) menu.open = false;
    if (open(link.href)) {
      event.preventDefault();
      event.stopPropagation();
    }
  } else if (event.target.closest?.("[data-panel-close]")) leave();
}, true);

// A record that is there already is taken instead of a new one.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-use]");
  const entry = link && stack.find((e) => e.dialog.contains(link));
  if (!entry?.picked) return;
  event.preventDefault();
  event.stopPropagation();
  const { use: row, label } = link.dataset;
  await leave();
  entry.picked({ row, label });
}, true);

document.addEventListener("combobox:new", (event) => {
  const { href, choose } = event.detail;
  if (open(href, ({ row, label }) => choose(row, label))) event.preventDefault();
});
document.addEventListener("DOMContentLoaded", follow);
