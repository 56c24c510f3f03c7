// Choosing by typing, for everything that is chosen: options, people, records, tags. The page holds a plain control (a select, boxes
// to tick, an input) that keeps the value; in front of it this puts chips of what is chosen and an input that filters. The list is in
// the page (`role=listbox`) or comes from the server (`data-search`); answers to old questions are dropped. `data-many` takes several,
// `data-free` takes what is typed. Events: `picked` when one was chosen; `combobox:new` (cancelable) when the list's "New …" was.
import { Store } from "./combostore.js";
import { go } from "./navigate.js";
import { openBeside, placeAgain } from "./place.js";

const WAIT_MS = 120;
const PAGE = 8;
let number = 0;

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

// What a chip shows of an option: its sign and its name, or the pill as it is.
function content(option) {
  const sign = option.querySelector(".avatar")?.cloneNode(true);
  if (!sign) return [...option.cloneNode(true).childNodes];
  sign.classList.remove("avatar-28", "avatar-24");
  return [sign, element("span", {}, option.dataset.label)];
}

class ComboBox extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.many = this.hasAttribute("data-many");
    this.free = this.hasAttribute("data-free");
    this.store = new Store(this);
    const id = `combo-${++number}`;
    this.list = this.querySelector("[role=listbox]") ?? this.appendChild(element("div", { role: "listbox", translate: "no" }));
    Object.assign(this.list, { id, className: "combo-list", popover: "manual" });
    this.list.setAttribute("aria-label", this.dataset.label);
    if (this.many) this.list.setAttribute("aria-multiselectable", "true");
    this.said = element("span", { id: `${id}-now`, class: "hidden-text", translate: "no" });
    this.input = element("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", translate: "no",
      "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": id, "aria-label": this.dataset.label,
      "aria-describedby": `${id}-now ${this.store.element.getAttribute("aria-describedby") ?? ""}`.trim(),
    });
    if (this.hasAttribute("data-invalid")) this.input.setAttribute("aria-invalid", "true");
    if (this.hasAttribute("data-required")) this.input.setAttribute("aria-required", "true");
    this.input.id = this.store.hide();
    const chips = this.chips();
    this.prepend(...chips, this.input, this.said);
    this.classList.add("ready");
    for (const option of this.options()) if (!this.many && option.dataset.id === "" && this.hasAttribute("data-required")) option.remove();
    this.show();
    this.listen();
  }

  disconnectedCallback() { this.stop?.(); this.abort?.abort(); clearTimeout(this.timer); }

  listen() {
    this.addEventListener("click", (event) => this.click(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.input.addEventListener("input", () => { this.typed = true; this.open(); });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => { if (this.closest("form[data-edit]")) this.open(); });
    this.addEventListener("focusout", (event) => { if (!this.contains(event.relatedTarget)) this.leave(); });
  }

  chips() { return [...this.querySelectorAll(":scope > .tag[data-id]")]; }
  options() { return [...this.list.querySelectorAll("[role=option]:not([hidden])")]; }
  active() { return this.options().findIndex((option) => option.hasAttribute("data-active")); }

  // Chips, placeholder and what a screen reader hears follow the value.
  show() {
    const chosen = this.store.get();
    for (const chip of this.chips()) if (!chosen.includes(chip.dataset.id)) chip.remove();
    for (const id of chosen) {
      if (this.chips().some((chip) => chip.dataset.id === id)) continue;
      const option = [...this.list.querySelectorAll("[role=option]")].find((o) => o.dataset.id === id);
      const label = option?.dataset.label ?? id;
      this.input.before(this.chip(id, label, option ? content(option) : [element("span", {}, label)]));
    }
    for (const option of this.list.querySelectorAll("[role=option][data-id]")) option.setAttribute("aria-selected", String(chosen.includes(option.dataset.id)));
    this.said.textContent = this.chips().map((chip) => chip.dataset.label ?? chip.textContent.replace("×", "").trim()).join(", ");
    this.input.placeholder = chosen.length ? "" : this.dataset.placeholder ?? "";
    this.classList.toggle("filled", chosen.length > 0);
  }

  chip(id, label, content) {
    const chip = element("span", { class: "tag", "data-id": id, "data-label": label, translate: "no" }, ...content);
    if (this.many || !this.hasAttribute("data-required")) {
      chip.append(element("button", { type: "button", tabindex: "-1", "aria-label": `${this.dataset.remove} ${label}` }, "×"));
    }
    return chip;
  }

  set(ids) {
    this.store.set(ids);
    this.show();
    this.store.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  open() {
    if (this.dataset.search) this.ask();
    else this.filter();
  }

  filter() {
    const wanted = folded(this.input.value);
    for (const option of this.list.querySelectorAll("[role=option]")) {
      option.hidden = Boolean(wanted) && (!option.dataset.id || !folded(option.dataset.label).includes(wanted));
    }
    for (const group of this.list.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    this.unfold();
  }

  ask() {
    clearTimeout(this.timer);
    this.pending = true;
    this.enter = false;
    this.timer = setTimeout(async () => {
      this.abort?.abort();
      this.abort = new AbortController();
      try {
        const url = `${this.dataset.search}${encodeURIComponent(this.input.value)}`;
        const answer = await fetch(url, { signal: this.abort.signal, headers: { "HX-Request": "true" } });
        if (!answer.ok) return this.close();
        if (!this.isConnected || !this.contains(document.activeElement)) return;
        this.list.innerHTML = await answer.text();
        this.show();
        this.unfold();
        this.pending = false;
        if (this.enter && this.active() >= 0) this.pick(this.options()[this.active()]);
      } catch (error) {
        if (error.name === "AbortError") return;
        this.pending = false;
        this.close();
      }
    }, this.stop ? WAIT_MS : 0);
  }

  unfold() {
    const options = this.options();
    this.list.querySelector(":scope > .none.local")?.remove();
    if (!options.length && !this.list.querySelector(".none")) {
      if (this.free) return this.close();
      this.list.append(element("p", { class: "none local" }, this.dataset.none));
    }
    options.forEach((option, i) => { option.id ||= `${this.list.id}-${i}-${option.dataset.id ?? "new"}`; });
    if (!this.stop) this.stop = openBeside(this, this.list);
    else placeAgain(this, this.list);
    this.input.setAttribute("aria-expanded", "true");
    const chosen = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    this.mark(this.free ? -1 : this.input.value ? 0 : Math.max(0, chosen));
  }

  mark(at) {
    this.input.removeAttribute("aria-activedescendant");
    this.options().forEach((option, i) => {
      option.toggleAttribute("data-active", i === at);
      if (i !== at) return;
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    });
  }

  close() {
    this.pending = this.enter = false;
    clearTimeout(this.timer);
    this.abort?.abort();
    this.stop?.();
    this.stop = null;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  leave() {
    if (this.free) this.take();
    this.close();
    this.input.value = "";
    this.typed = false;
  }

  // What is typed becomes a tag of its own.
  take() {
    const texts = this.input.value.split(/[;,]/).map((text) => text.trim()).filter(Boolean);
    this.input.value = "";
    if (texts.length) this.set([...new Set([...this.store.get(), ...texts])]);
  }

  pick(option) {
    if (option.dataset.newHref) return this.make(option);
    this.choose(option.dataset.id, option.dataset.label, content(option));
  }

  /** Chooses a value that need not be in the list: what "New …" has just made. */
  choose(id, label, shown = [element("span", {}, label)]) {
    const chosen = this.store.get();
    const next = !this.many ? [id].filter(Boolean) : chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id];
    if (next.includes(id) && !chosen.includes(id)) this.input.before(this.chip(id, label, shown));
    this.input.value = "";
    this.typed = false;
    this.set(next);
    this.input.focus();
    if (this.many) return this.open();
    this.close();
    this.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
  }

  make(option) {
    const detail = { href: option.dataset.newHref, text: this.input.value, choose: (id, label) => this.choose(id, label) };
    const event = new CustomEvent("combobox:new", { bubbles: true, cancelable: true, detail });
    this.close();
    if (this.dispatchEvent(event)) go(detail.href);
  }

  click(event) {
    const option = event.target.closest("[role=option]");
    const remove = event.target.closest(".tag button");
    if (remove) {
      this.set(this.store.get().filter((id) => id !== remove.closest(".tag").dataset.id));
      this.input.focus();
      if (!this.many) this.open();
    } else if (option) {
      this.pick(option);
    } else if (!this.list.contains(event.target)) {
      this.input.focus();
      if (!this.stop) this.open();
    }
  }

  key(event) {
    const all = this.options();
    const at = this.active();
    const to = {
      ArrowDown: () => (at + 1) % all.length, ArrowUp: () => (at <= 0 ? all.length : at) - 1,
      PageDown: () => Math.min(all.length - 1, at + PAGE), PageUp: () => Math.max(0, at - PAGE), Home: () => 0, End: () => all.length - 1,
    }[event.key];
    if (to && (this.stop || event.key.startsWith("Arrow"))) {
      event.preventDefault();
      if (!this.stop) this.open();
      else if (event.altKey && event.key === "ArrowUp") this.close();
      else if (all.length) this.mark(to());
    } else if (event.key === "Enter" && this.pending && this.typed && !this.free) {
      // The list is still that of an older text: the choice is made when the answer is there.
      event.preventDefault();
      this.enter = true;
    } else if (event.key === "Enter" && this.stop && at >= 0) {
      event.preventDefault();
      this.pick(all[at]);
    } else if ((event.key === "Enter" || event.key === ";" || event.key === ",") && this.free && this.input.value.trim()) {
      event.preventDefault();
      this.take();
      this.open();
    } else if (event.key === "Tab" && this.stop && at >= 0 && this.typed && !this.many && !all[at].dataset.newHref) {
      this.pick(all[at]);
    } else if (event.key === "Escape" && this.stop) {
      this.close();
      this.input.value = "";
      // In a form the list alone closes; a value that is edited in place is put back as it was.
      if (this.many || !this.closest("form[data-edit]")) {
        event.preventDefault();
        event.stopPropagation();
      }
    } else if (event.key === "Backspace" && !this.input.value && this.chips().length && (this.many || !this.hasAttribute("data-required"))) {
      this.set(this.store.get().slice(0, -1));
      this.open();
    }
  }
}

customElements.define("combo-box", ComboBox);
