// Edits that are kept on this device (kept.js), seen from the page: the cells they belong to say so, and they are sent again when
// the connection comes back, when a page is loaded, and when somebody asks for it.
import { arrive, cellOf } from "./edit.js";
import { keep, kept, note, savedText, send } from "./kept.js";
import { toast } from "./toast.js";

// The cell of an edit: of the fields of a record, or of a table, whose links say nothing of where they stand.
const cellAt = (action) => {
  const form = document.querySelector(`[data-cell] form[data-edit][action="${CSS.escape(action)}"]`);
  if (form) return cellOf(form);
  const inTable = /[?&]in=table/.test(action);
  const link = document.querySelector(`a.value[href="${CSS.escape(inTable ? action.split("?")[0] : action)}"]`);
  return inTable ? link?.closest("td") : cellOf(link);
};

// The cells whose edits are kept say so.
function mark() {
  for (const [action, edit] of Object.entries(kept())) {
    const cell = edit.why && cellAt(action);
    if (cell && !cell.querySelector(".kept-note")) cell.append(note(edit.why, cell.querySelector("form[data-edit]") ? "" : edit.text));
  }
}

let retrying = false;
async function retry() {
  if (retrying) return;
  retrying = true;
  let saved = 0;
  for (const [action, edit] of Object.entries(kept())) {
    const answer = await send(action, edit);
    if (answer.why === "offline") break;
    if (answer.why) continue;
    const cell = cellAt(action);
    if (answer.status === 200) saved += 1;
    if (cell) await arrive(cell, answer, false);
    // A choice or a mistake waits until somebody comes to the record.
    else if (answer.status === 409 || answer.status === 422) keep(action, { ...edit, why: "stuck" });
    else if (answer.status !== 200) toast(document.body.dataset.textFailed);
  }
  retrying = false;
  mark();
  if (saved) toast(savedText());
}

document.addEventListener("click", (event) => { if (event.target.closest?.("[data-retry]")) retry(); });
addEventListener("online", retry);
document.addEventListener("connection:back", retry);
document.addEventListener("DOMContentLoaded", retry);
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!ctx.nav && ctx.target?.id !== "section") return;
  mark();
  if (Object.entries(kept()).some(([action, edit]) => edit.why === "stuck" && cellAt(action))) retry();
});
