// Choosing records by typing. The plain form has one text input with ids; this puts chips and a search input in its place
// and keeps the ids in the hidden input. The list comes from the server; answers to old questions are dropped.

const WAIT_MS = 120;
let number = 0;

class Combobox {
  constructor(root) {
    this.root = root;
    this.many = root.hasAttribute("data-many");
    this.value = root.querySelector("input[data-value]");
    this.value.type = "hidden";
    this.id = `combo-${++number}`;
    this.input = document.createElement("input");
    Object.assign(this.input, { type: "text", autocomplete: "off", spellcheck: false, id: this.value.id });
    this.value.removeAttribute("id");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": this.id })) this.input.setAttribute(name, value);
    for (const name of ["aria-label", "aria-describedby", "aria-invalid", "translate"]) {
      if (this.value.hasAttribute(name)) this.input.setAttribute(name, this.value.getAttribute(name));
    }
    this.input.placeholder = root.dataset.placeholder ?? "";
    root.append(this.input);
    root.addEventListener("click", (event) => this.click(event));
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => { if (!root.contains(document.activeElement)) this.close(); }, 100));
    this.hide();
  }

  chips() { return [...this.root.querySelectorAll(".tag[data-id]")]; }

  hide() { this.input.placeholder = this.chips().length && !this.many ? "" : this.root.dataset.placeholder ?? ""; }

  sync() {
    this.value.value = this.chips().map((chip) => chip.dataset.id).join(";");
    this.hide();
    this.value.dispatchEvent(new Event("input", { bubbles: true }));
  }

  ask() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      this.abort?.abort();
      this.abort = new AbortController();
      try {
        const url = `${this.root.dataset.search}${encodeURIComponent(this.input.value)}`;
        const answer = await fetch(url, { signal: this.abort.signal, headers: { "HX-Request": "true" } });
        if (answer.ok) this.show(await answer.text());
      } catch (error) {
        if (error.name !== "AbortError") this.close();
      }
    }, WAIT_MS);
  }

  show(html) {
    this.close();
    this.list = document.createElement("div");
    Object.assign(this.list, { id: this.id, className: "combo-list", tabIndex: -1 });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.getAttribute("aria-label") ?? this.root.dataset.label ?? "");
    this.list.innerHTML = html;
    this.root.append(this.list);
    this.input.setAttribute("aria-expanded", "true");
    this.options().forEach((option, i) => { option.id = `${this.id}-${i}`; });
    this.mark(0);
  }

  options() { return [...(this.list?.querySelectorAll("[role=option]") ?? [])]; }

  mark(at) {
    this.options().forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === at));
      if (i === at) {
        this.input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
  }

  close() {
    this.list?.remove();
    this.list = null;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  pick(option) {
    if (!this.many) this.chips().forEach((chip) => chip.remove());
    if (!this.chips().some((chip) => chip.dataset.id === option.dataset.id)) {
      const chip = document.createElement("span");
      chip.className = "tag";
      chip.dataset.id = option.dataset.id;
      const text = document.createElement("span");
      text.textContent = option.dataset.label;
      chip.append(text, this.remover(option.dataset.label));
      this.root.insertBefore(chip, this.input);
    }
    this.input.value = "";
    this.close();
    this.sync();
    this.input.focus();
  }

  remover(label) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `${this.root.dataset.remove} ${label}`);
    button.textContent = "×";
    return button;
  }

  click(event) {
    const option = event.target.closest("[role=option]");
    const remove = event.target.closest(".tag button");
    if (option) this.pick(option);
    else if (remove) {
      remove.closest(".tag").remove();
      this.sync();
      this.input.focus();
    } else {
      this.input.focus();
      if (!this.list) this.ask();
    }
  }

  key(event) {
    const all = this.options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.list) this.ask();
      else if (all.length) this.mark((at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length);
    } else if (event.key === "Enter" && this.list && at >= 0) {
      event.preventDefault();
      this.pick(all[at]);
    } else if (event.key === "Escape" && this.list) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.input.value && this.chips().length) {
      this.chips().at(-1).remove();
      this.sync();
    }
  }
}

function start(root) {
  for (const element of root.querySelectorAll("[data-combo]:not([data-ready])")) {
    element.setAttribute("data-ready", "");
    new Combobox(element);
  }
}

document.addEventListener("DOMContentLoaded", () => start(document));
// Before edit.js looks for the first input of what was swapped in.
document.addEventListener("htmx:after:swap", () => start(document), true);
