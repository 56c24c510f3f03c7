// Editing a value in place. The contract, for the fields of a record as for the cells of a table:
//   [data-cell] holds either a value, `a.value` (a link to its form with hx-get into "closest [data-cell]"), or that form.
//   form[data-edit] in it is saved by Enter, Tab, leaving it and picking an option; an input that knows it is finished sends the
//     event `picked`. An input that uses Enter, Esc or Tab itself (an open list) prevents their default.
//   The answer takes the cell's place: the new value, the form with what is wrong (422), or a choice between two values (409)
//     whose form and link are [data-choice]. Parts of the page that changed with it come as hx-swap-oob.
//   [data-cells] around cells is where Tab goes from one editor to the next; without it, all of the page.
// Esc puts back what was there. Nothing is sent when nothing was changed. What can't be sent is kept (kept.js). The form carries
// the value it was shown, so a colleague's newer value is never overwritten. A save tells `record:changed` to the document.
import { forget, keep, kept, note, send } from "./kept.js";

const before = new WeakMap();
const EDITOR = "[data-cell] form[data-edit]";
// The value, the form with what is wrong, and the choice between two values.
const ANSWERS = [200, 409, 422];
const CONTROLS = "input:not([type=hidden], [tabindex='-1']), select, textarea, button:not([tabindex='-1']), [contenteditable], [tabindex='0']";

/** The cell around an element. */
export const cellOf = (element) => element?.closest?.("[data-cell]");
const formOf = (cell) => cell.querySelector("form[data-edit]");
const bodyOf = (form) => new URLSearchParams(new FormData(form)).toString();
const addressOf = (form) => form.getAttribute("action");
const controls = (form) => [...form.querySelectorAll(CONTROLS)].filter((e) => !e.closest(".edit-actions") && !e.disabled && e.checkVisibility());
const changed = (form) => bodyOf(form) !== form.dataset.shown;

// What a person would call the content of the form.
function textOf(form) {
  const words = [...new FormData(form)].filter(([name, text]) => !name.startsWith("shown.") && typeof text === "string" && text.trim());
  const labels = words.map(([name, text]) => form.querySelector(`select[name="${CSS.escape(name)}"] option[value="${CSS.escape(text)}"]`)?.textContent ?? text);
  return labels.join(" ");
}

function put(cell, html) {
  return globalThis.htmx.swap({ text: html, target: cell, swap: "innerHTML", sourceElement: cell });
}

function focusValue(cell) {
  // The cell itself may have been put anew.
  const here = cell.isConnected ? cell : document.querySelector(`[data-cell="${CSS.escape(cell.dataset.cell ?? "")}"]`);
  here?.querySelector("a.value")?.focus();
}

function restore(cell, refocus) {
  const form = formOf(cell);
  if (!form) return;
  forget(addressOf(form));
  form.dataset.done = "yes";
  cell.innerHTML = before.get(cell) ?? "";
  globalThis.htmx.process(cell);
  if (refocus) focusValue(cell);
}

function begin(cell, form) {
  const edit = kept()[addressOf(form)];
  form.dataset.shown ??= bodyOf(form);
  if (edit?.why && edit.body !== form.dataset.shown && !form.dataset.again) return again(cell, form, edit);
  // Whoever writes somewhere else by now is not called back.
  if (!cell.contains(document.activeElement) && document.activeElement?.closest("form")) return undefined;
  const all = controls(form);
  const first = all.find((e) => !e.matches("[data-part], button")) ?? all[0];
  first?.focus();
  if (first?.matches("input:not([type=checkbox], [type=radio], [role=combobox])")) first.select();
  return undefined;
}

// The form with what was kept of it, so that one goes on where one was.
async function again(cell, form, edit) {
  const shown = form.dataset.shown;
  const action = addressOf(form);
  try {
    const url = `${action}${action.includes("?") ? "&" : "?"}show=form`;
    const answer = await fetch(url, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(edit.body) });
    if (!answer.ok || !form.isConnected) return;
    await put(cell, (await answer.text()).replace("data-edit", `data-edit data-again="yes"`));
    formOf(cell).dataset.shown = shown;
    formOf(cell).append(note(edit.why));
  } catch { /* Still no connection: the form says what the record has, the note below what was typed. */ }
}

/** Saves an open form; gives whether the value stands now. */
async function save(form, refocus) {
  const cell = cellOf(form);
  if (form.dataset.done) return true;
  const action = addressOf(form);
  if (!changed(form) && !kept()[action]) {
    // What was refused stays until it is mended or given up.
    if (!form.querySelector(".field-error")) restore(cell, refocus);
    return true;
  }
  form.dataset.done = "yes";
  form.classList.add("saving");
  form.querySelector(".kept-note")?.remove();
  const edit = { body: bodyOf(form), text: textOf(form) };
  const answer = await send(action, edit);
  if (answer.why) {
    delete form.dataset.done;
    form.classList.remove("saving");
    form.dataset.tried = edit.body;
    if (form.isConnected) form.append(note(answer.why));
    return false;
  }
  if (!ANSWERS.includes(answer.status)) return refused(form, edit, answer);
  await arrive(cell, answer, refocus);
  return answer.status === 200;
}

// It can't be saved at all, whatever stands in it: the record is in the trash or closed by now, or one may not. What was typed stays,
// to be copied, until it is given up.
function refused(form, edit, answer) {
  delete form.dataset.done;
  form.classList.remove("saving");
  form.dataset.tried = edit.body;
  const told = new DOMParser().parseFromString(answer.text, "text/html").querySelector(".field-error");
  form.querySelector(".field-error")?.remove();
  if (told) form.append(told);
  return false;
}

/** Puts a save's answer into its cell. */
export async function arrive(cell, answer, refocus) {
  if (!cell.isConnected) return;
  if (refocus) cell.dataset.refocus = "yes";
  await put(cell, answer.text);
  if (answer.status === 200) document.dispatchEvent(new CustomEvent("record:changed"));
}

// The cells after this one, or before it, whose editor can be opened.
function neighbour(cell, step) {
  const all = [...(cell.closest("[data-cells]") ?? document).querySelectorAll("[data-cell]")];
  const rest = step > 0 ? all.slice(all.indexOf(cell) + 1) : all.slice(0, all.indexOf(cell)).reverse();
  return rest.map((c) => c.querySelector("a.value")).find((link) => link?.checkVisibility());
}

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const cell = ctx.target;
  if (cell?.matches?.("[data-cell]") && !formOf(cell) && !cell.querySelector(".conflict")) before.set(cell, cell.innerHTML);
  // What is put right elsewhere on the page must not take away an editor that is open there.
  const open = (task) => task.type === "oob" && task.target?.querySelector?.("form[data-edit]:not([data-done])");
  for (const task of tasks.filter(open)) tasks.splice(tasks.indexOf(task), 1);
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const cell = ctx.target;
  if (!cell?.matches?.("[data-cell]")) return;
  const form = formOf(cell);
  const refocus = cell.dataset.refocus;
  delete cell.dataset.refocus;
  if (form) begin(cell, form);
  else if (refocus && cell.querySelector(".conflict")) cell.querySelector(".conflict button")?.focus();
  else if (refocus) focusValue(cell);
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if ((key === "F2" || (key === "e" && !event.ctrlKey && !event.metaKey && !event.altKey)) && target.matches?.("a.value")) {
    event.preventDefault();
    target.click();
    return;
  }
  const form = target.closest?.(EDITOR);
  if (!form || event.defaultPrevented || event.isComposing) return;
  const cell = cellOf(form);
  if (key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    restore(cell, true);
  } else if (key === "Enter" && !event.shiftKey && !target.matches("button, a")) {
    if (target.matches("textarea") && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    save(form, true);
  } else if (key === "Tab") {
    const all = controls(form);
    const edge = event.shiftKey ? all[0] : all[all.length - 1];
    const next = target === edge && neighbour(cell, event.shiftKey ? -1 : 1);
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  }
});

document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.(EDITOR);
  // A click on a combobox's list or a change of window is no leaving; what was tried in vain waits for the connection.
  if (!form || form.dataset.done || form.contains(event.relatedTarget) || !document.hasFocus()) return;
  setTimeout(() => {
    if (form.isConnected && !form.contains(document.activeElement) && form.dataset.tried !== bodyOf(form)) save(form, false);
  }, 0);
});

document.addEventListener("click", (event) => {
  const cell = cellOf(event.target.closest?.("[data-edit-cancel]"));
  if (cell && before.has(cell)) {
    event.preventDefault();
    restore(cell, true);
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const cell = cellOf(form);
  if (!cell || !form.matches("[data-edit], [data-choice]")) return;
  event.preventDefault();
  if (form.matches("[data-edit]")) return save(form, true);
  const answer = await send(addressOf(form), { body: bodyOf(form), text: textOf(form) });
  if (!answer.why) await arrive(cell, answer, true);
});

// A picked option is a finished edit.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.(EDITOR);
  if (form && event.target.matches("select:not([data-part])")) save(form, true);
});
document.addEventListener("picked", (event) => {
  const form = event.target.closest?.(EDITOR);
  if (form) save(form, true);
});

const open = () => [...document.querySelectorAll(EDITOR)].filter((form) => !form.dataset.done && form.dataset.shown && changed(form));

// Going to another page saves what is open; closing the window does too, as far as the browser lets it.
document.addEventListener("nav:leave", (event) => open().forEach((form) => event.detail.wait(save(form, false))));
addEventListener("pagehide", () => {
  for (const form of open()) {
    keep(addressOf(form), { body: bodyOf(form), text: textOf(form), why: "" });
    fetch(form.action, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(bodyOf(form)), keepalive: true });
  }
});
