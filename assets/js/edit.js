// Editing a value in place. The value is a link to its form, which htmx fetches into the same cell; here are the keys and
// the saving: Enter, Tab or leaving saves that one field, Esc puts back what was there, and nothing is sent when nothing
// was changed. The form carries the value it was shown, so a colleague's newer value is never overwritten.

const before = new WeakMap();

const cellOf = (element) => element.closest?.("[data-cell]");
const formOf = (cell) => cell.querySelector("form[data-edit]");
const state = (form) => new URLSearchParams(new FormData(form)).toString();

document.addEventListener("htmx:before:swap", (event) => {
  const cell = event.detail?.ctx?.target;
  if (cell?.matches?.("[data-cell]") && !formOf(cell)) before.set(cell, cell.innerHTML);
});

document.addEventListener("htmx:after:swap", (event) => {
  const cell = event.detail?.ctx?.target;
  if (!cell?.matches?.("[data-cell]")) return;
  const form = formOf(cell);
  if (form) {
    form.dataset.shown = state(form);
    const input = form.querySelector("input:not([type=hidden], [data-part]), select:not([data-part]), textarea");
    input?.focus();
    if (input?.matches("input:not([type=checkbox]):not([type=radio]):not([role=combobox])")) input.select();
  } else if (cell.dataset.refocus) {
    delete cell.dataset.refocus;
    cell.querySelector("a.value")?.focus();
  }
});

function restore(cell) {
  const form = formOf(cell);
  if (!form) return;
  form.dataset.done = "yes";
  cell.innerHTML = before.get(cell) ?? "";
  window.htmx.process(cell);
  cell.querySelector("a.value")?.focus();
}

function save(form, refocus) {
  if (form.dataset.done) return;
  const cell = cellOf(form);
  if (state(form) === form.dataset.shown) {
    if (refocus) restore(cell);
    else {
      form.dataset.done = "yes";
      cell.innerHTML = before.get(cell) ?? "";
      window.htmx.process(cell);
    }
    return;
  }
  form.dataset.done = "yes";
  form.classList.add("saving");
  if (refocus) cell.dataset.refocus = "yes";
  form.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "F2" || (event.key === "e" && !event.ctrlKey && !event.metaKey)) {
    if (event.target.matches?.("a.value")) {
      event.preventDefault();
      event.target.click();
    }
    return;
  }
  const form = event.target.closest?.("form[data-edit]");
  if (!form || event.defaultPrevented) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    restore(cellOf(form));
  } else if (event.key === "Enter" && !event.shiftKey && !event.target.matches("button")) {
    if (event.target.matches("textarea") && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    save(form, true);
  }
});

document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-edit]");
  if (!form || form.dataset.done) return;
  // A click on a combobox's list or a change of window is no leaving.
  if (form.contains(event.relatedTarget) || !document.hasFocus()) return;
  setTimeout(() => {
    if (form.isConnected && !form.contains(document.activeElement)) save(form, false);
  }, 0);
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest?.("[data-edit-cancel]");
  const cell = cancel && cellOf(cancel);
  if (cell && before.has(cell)) {
    event.preventDefault();
    restore(cell);
  }
});

// A picked option is a finished edit; editors of ours say so with an event.
document.addEventListener("picked", (event) => {
  const form = event.target.closest?.("form[data-edit]");
  if (form) save(form, true);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-edit]");
  if (form && event.target.matches("select:not([data-part])")) save(form, true);
});

// Closing the page while a value is open saves it too.
addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-edit]")) {
    if (!form.dataset.done && form.dataset.shown && state(form) !== form.dataset.shown) {
      fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
    }
  }
});

// And going to another page within the shell.
document.addEventListener("nav:leave", ({ detail }) => {
  for (const form of document.querySelectorAll("form[data-edit]")) {
    if (form.dataset.done || !form.dataset.shown || state(form) === form.dataset.shown) continue;
    form.dataset.done = "yes";
    detail.wait(fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }));
  }
});

// Where a form of many fields has unsaved changes, the browser asks before it leaves.
let dirty = false;
document.addEventListener("input", (event) => {
  if (event.target.closest?.("form[data-guard]")) dirty = true;
});
document.addEventListener("submit", () => { dirty = false; });
addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
document.addEventListener("nav:leave", (event) => {
  if (dirty && !confirm(document.body.dataset.textLeave)) event.preventDefault();
  else dirty = false;
});
