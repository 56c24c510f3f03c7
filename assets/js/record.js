// A record's page: its tabs, its menu, the form for a note. The tabs are links that htmx follows into the section; here they tell
// which one is open and the arrow keys go along them.
import { toast } from "./toast.js";

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.nav || ctx.request?.method !== "GET" || ctx.target?.id !== "section") return;
  const open = document.getElementById("section")?.dataset.section ?? "";
  for (const tab of document.querySelectorAll("[data-tabs] a")) {
    const own = new URL(tab.href).searchParams.get("tab") ?? "";
    if (own === open) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  // The neighbours open with the same section.
  for (const link of document.querySelectorAll("a[data-step]")) {
    const url = new URL(link.href);
    if (open) url.searchParams.set("tab", open);
    else url.searchParams.delete("tab");
    link.setAttribute("href", url.pathname + url.search);
  }
});

document.addEventListener("keydown", (event) => {
  const tabs = event.target.closest?.("[data-tabs]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tabs || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const all = [...tabs.querySelectorAll("a")];
  const next = all[(all.indexOf(event.target.closest("a")) + step + all.length) % all.length];
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
});

// J and K lead to the next record and the one before, as they walk through the rows of a list.
document.addEventListener("keydown", (event) => {
  if (!["j", "k"].includes(event.key.toLowerCase()) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]") || document.querySelector("[data-rows]")) return;
  const link = document.querySelector(`a[data-hotkey="${event.key.toLowerCase()}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

// Ctrl or Cmd with Enter sends a note; what it adds to the history is asked for.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-composer]");
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit();
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.matches?.("form[data-composer]") && ctx.response?.status === 200) document.dispatchEvent(new CustomEvent("record:changed"));
});

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without TLS the browser keeps its clipboard to the old way.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  return undefined;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-copy-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await copy(link.href);
  const menu = link.closest("details");
  if (menu) menu.open = false;
  toast(link.dataset.copied);
});
