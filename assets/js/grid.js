// A table as a grid (WAI-ARIA): one tab stop, a focus that walks from cell to cell, and editing in the cell. Without script it is a
// plain table of links.
//   arrows, Home, End, Ctrl+Home, Ctrl+End, Page Up, Page Down: walk, over the heads too; J and K: rows
//   Enter, F2 or a character: edits the cell, the character in place of what it held; on a name Enter and O open the record
//   Ctrl+Enter: opens what the value leads to, a linked record, a mail, a call
//   in an editor: Enter saves and goes down, Tab saves and goes right, Esc restores
// The editors, saving and conflicts are those of edit.js: a cell gets `data-cell` and the form of its field, which saves when it is
// left. Here is no listener on a cell: one of each kind for the whole table.

const PHONE = matchMedia("(max-width: 760px)");
const FREE_PX = 280;
const SIGN_PX = 32;
const name = (row) => row?.querySelector("a[data-row]");
const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;

class Grid extends HTMLElement {
  constructor() {
    super();
    for (const type of ["click", "focusin", "mouseover"]) this.addEventListener(type, (event) => this[type](event));
    this.addEventListener("keydown", (event) => this.keydown(event), true);
    this.addEventListener("scroll", () => this.classList.toggle("scrolled", this.scrollLeft > 0), { passive: true });
    this.watch = new MutationObserver((changes) => this.changed(changes));
  }

  connectedCallback() {
    this.table = this.querySelector("table");
    this.table.setAttribute("role", "grid");
    this.removeAttribute("tabindex");
    // A sort puts a new table in the place of the old one: the columns stay where they are.
    const old = [...document.querySelectorAll("av-grid")].find((grid) => grid !== this);
    if (old) this.scrollLeft = old.scrollLeft;
    this.prepare();
    this.watch.observe(this.table, { childList: true, subtree: true });
  }

  disconnectedCallback() { this.watch.disconnect(); }

  rows() { return [...this.table.rows].slice(0, this.table.rows.length - (this.table.tFoot?.rows.length ?? 0)); }

  // What has the focus when a cell has it: the link where there is one only.
  target(cell) {
    if (cell.matches("thead *")) return cell.querySelector("a") ?? cell;
    return cell.cellIndex === 0 ? name(cell) ?? cell : cell;
  }

  prepare() {
    for (const link of this.table.querySelectorAll("a")) if (!link.closest("form, .conflict")) link.tabIndex = -1;
    if (!this.at?.isConnected) this.at = name(this.table.tBodies[0]?.rows[0])?.closest("th") ?? this.table.tHead.rows[0].cells[0];
    this.target(this.at).tabIndex = 0;
  }

  changed(changes) {
    if (changes.some((change) => change.target === this.table && change.addedNodes.length && this.table.tBodies[0] && !this.at?.isConnected)) this.scrollTop = 0;
    const row = this.at?.isConnected ? null : this.table.tBodies[0]?.rows[0];
    if (row) this.at = row.cells[this.at?.cellIndex ?? 0] ?? row.cells[0];
    this.prepare();
    for (const { target: cell } of changes) {
      // What was refused, or clashes, calls back whoever has gone on, unless they edit something else already.
      const refused = cell.dataset?.was !== undefined && cell.querySelector(":scope > .conflict button, form [aria-invalid=true]");
      if (refused && this.table.contains(document.activeElement) && !document.activeElement.closest("form, .conflict")) refused.focus();
      if (cell.dataset?.was === undefined || cell.querySelector("form, .conflict")) continue;
      if (cell.dataset.was !== cell.textContent) this.sum(cell);
      // A name that was edited leads where it led, with the list one came from.
      if (cell.dataset.to) name(cell)?.setAttribute("href", cell.dataset.to);
      for (const key of ["was", "up", "to"]) delete cell.dataset[key];
      if (this.at === cell && document.activeElement === document.body) this.focusCell(cell);
    }
  }

  // A saved amount changes its column's sum.
  sum(cell) {
    const foot = this.table.tFoot;
    if (foot?.hasAttribute("hx-get") && foot.rows[0].cells[cell.cellIndex]?.matches(".right")) globalThis.htmx.trigger(foot, "refresh");
  }

  focusCell(cell) {
    if (!cell) return;
    const target = this.target(cell);
    this.mark(cell);
    target.focus({ preventScroll: true });
    if (cell.cellIndex === 0) this.scrollLeft = 0;
    if (cell.matches("tbody *")) cell.scrollIntoView({ block: "nearest", inline: cell.cellIndex === 0 ? "start" : "nearest" });
  }

  mark(cell) {
    // Whoever has gone on is not called back by an editor that was saved meanwhile.
    for (const other of this.table.querySelectorAll("[data-refocus]")) if (other !== cell) delete other.dataset.refocus;
    if (this.at?.isConnected) this.target(this.at).tabIndex = -1;
    this.at = cell;
    this.target(cell).tabIndex = 0;
  }

  near(cell, down, right) {
    const rows = this.rows();
    const row = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(cell.parentElement) + down))];
    return row.cells[Math.min(row.cells.length - 1, Math.max(0, cell.cellIndex + right))];
  }

  focusin({ target }) {
    const cell = target.closest("th, td");
    if (!cell || target.closest("form, .conflict")) return;
    if (target.matches("a.value")) this.focusCell(cell);
    else this.mark(cell);
  }

  click(event) {
    if (event.defaultPrevented || !plain(event) || event.shiftKey || PHONE.matches) return;
    const cell = event.target.closest("tbody > tr > *");
    const link = event.target.closest("a");
    if (!cell || event.target.closest("form, .conflict")) return;
    // A linked record is opened by its name; an address acts by its sign at the end of the cell, and is edited by its text.
    if (link && !link.matches("a.value, [href^='mailto:'], [href^='tel:'], [target]")) return;
    if (link && !link.matches("a.value") && (event.clientX > cell.getBoundingClientRect().right - SIGN_PX || !this.editable(cell))) return;
    event.preventDefault();
    if (cell.cellIndex === 0 || !this.edit(cell)) this.focusCell(cell);
  }

  // What does not fit is told by a title, once somebody asks.
  mouseover({ target }) {
    const cell = target.closest("th, td");
    if (!cell || cell.title || cell.querySelector("form, .conflict")) return;
    const cut = [cell, ...cell.querySelectorAll("a, span")].some((e) => e.scrollWidth > e.clientWidth && e.clientWidth > 0);
    if (cut) cell.title = cell.textContent.trim();
  }

  // The field's form in its cell; false where there is nothing to edit. Keys that come before it are put into it.
  edit(cell, text) {
    const row = cell.parentElement;
    const field = this.table.tHead.rows[0].cells[cell.cellIndex]?.dataset.edit;
    if (!field || "settled" in row.dataset || cell.querySelector("form, .conflict")) return false;
    this.mark(cell);
    cell.dataset.cell = "";
    cell.dataset.was = cell.textContent;
    cell.removeAttribute("title");
    const box = this.getBoundingClientRect();
    const place = cell.getBoundingClientRect();
    if (box.bottom - place.bottom < FREE_PX && place.top - box.top > FREE_PX) cell.dataset.up = "";
    this.coming = { cell, text };
    const to = name(row).getAttribute("href");
    if (cell.cellIndex === 0) cell.dataset.to = to;
    this.open(cell, `${to.split("?")[0]}/fields/${field}?in=table`);
    return true;
  }

  async open(cell, path) {
    const coming = this.coming;
    await globalThis.htmx.ajax("GET", path, { source: cell, target: cell, swap: "innerHTML" });
    if (this.coming === coming) this.coming = null;
    const form = cell.querySelector("form");
    if (!form) return this.focusCell(cell);
    if (coming.text !== undefined) fill(form, coming.text);
    if (coming.leave) this.focusCell(this.near(cell, ...coming.leave));
  }

  keydown(event) {
    if (event.defaultPrevented || event.isComposing) return;
    const cell = event.target.closest("th, td");
    if (!cell) return;
    if (event.target.closest("form, .conflict")) return this.inEditor(event, cell);
    if (this.coming?.cell === cell && this.early(event)) return event.preventDefault();
    if (this.walk(event, cell) || this.act(event, cell)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  walk(event, cell) {
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.altKey || event.shiftKey) return false;
    const page = Math.max(1, Math.floor(this.clientHeight / (this.table.tBodies[0]?.rows[0]?.offsetHeight || 36)) - 2);
    const end = this.table.rows.length;
    const steps = {
      ArrowUp: [ctrl ? -end : -1, 0], ArrowDown: [ctrl ? end : 1, 0], ArrowLeft: [0, ctrl ? -end : -1], ArrowRight: [0, ctrl ? end : 1],
      Home: [ctrl ? -end : 0, -Infinity], End: [ctrl ? end : 0, Infinity], PageUp: [-page, 0], PageDown: [page, 0],
    };
    const letter = !ctrl && !this.editable(cell) && { j: [1, 0], k: [-1, 0] }[event.key.toLowerCase()];
    const step = letter || steps[event.key];
    if (step) this.focusCell(this.near(cell, ...step));
    return Boolean(step);
  }

  // A letter is typed into an editor, except on names, where letters are commands.
  editable(cell) {
    return cell.cellIndex > 0 && cell.matches("tbody *") && Boolean(this.table.tHead.rows[0].cells[cell.cellIndex].dataset.edit) && !("settled" in cell.parentElement.dataset);
  }

  act(event, cell) {
    const { key } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) return this.follow(cell);
    if (!plain(event) || !cell.matches("tbody *")) return false;
    if (cell.cellIndex === 0 && (key === "o" || key === "Enter")) return this.follow(cell);
    if (key === "F2") return this.edit(cell);
    if (key === "Enter" && event.target === cell) return this.edit(cell) || this.follow(cell);
    return key.length === 1 && key !== " " && this.editable(cell) && this.edit(cell, key);
  }

  // Opens what a cell leads to.
  follow(cell) {
    const link = cell.querySelector("a:not(.value)");
    link?.click();
    return Boolean(link);
  }

  // Keys of a fast hand, before the editor is there.
  early(event) {
    const { coming } = this;
    if (event.key === "Enter") coming.leave = [1, 0];
    else if (event.key === "Tab") coming.leave = [0, event.shiftKey ? -1 : 1];
    else if (event.key === "Backspace") coming.text = (coming.text ?? "").slice(0, -1);
    else if (event.key.length === 1 && plain(event)) coming.text = (coming.text ?? "") + event.key;
    else return false;
    return true;
  }

  inEditor(event, cell) {
    const form = event.target.closest("form");
    if (event.key === "Escape") {
      // Once the editor is gone, the cell has the focus again.
      setTimeout(() => { if (!cell.querySelector("form, .conflict")) this.focusCell(cell); });
      return;
    }
    if (!form?.matches("[data-edit]") || !plain(event)) return;
    const back = event.shiftKey ? -1 : 1;
    if (event.key === "Enter" && !event.target.matches("textarea, button, a, [aria-expanded=true]") && !event.target.closest("[role=dialog]")) {
      event.preventDefault();
      event.stopPropagation();
      this.leave(cell, back, 0);
    } else if (event.key === "Tab" && lastControl(form, event.target, event.shiftKey)) {
      event.preventDefault();
      // A list that is open takes its option first.
      setTimeout(() => this.leave(cell, 0, back));
    }
  }

  // An editor that is left saves itself.
  leave(cell, down, right) {
    delete cell.dataset.refocus;
    this.focusCell(this.near(cell, down, right));
  }
}

function lastControl(form, control, first) {
  const all = [...form.querySelectorAll("input:not([type=hidden], .currency, [tabindex='-1']), select, textarea, button:not([hidden], [tabindex='-1']), a[href]")]
    .filter((e) => e.checkVisibility() && !e.matches(".edit-actions *, .currency"));
  return control === all.at(first ? 0 : -1) || !all.includes(control);
}

function fill(form, text) {
  const active = form.contains(document.activeElement) ? document.activeElement : form.querySelector("input:not([type=hidden]), select, textarea");
  if (active?.matches("select")) {
    const option = [...active.options].find((o) => o.text.trim().toLowerCase().startsWith(text.toLowerCase()));
    if (option) active.value = option.value;
  } else if (active?.matches("textarea, input:not([type=checkbox], [type=radio])")) {
    active.value = text;
    active.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("av-grid", Grid);
