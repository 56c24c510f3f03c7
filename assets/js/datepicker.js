// A date, or a date with a time: a text that takes what people say, with a line that tells what the server makes of it, and a
// calendar. On touch screens the browser's own control stays, and without script everywhere. Keys of the calendar: arrows, Home and
// End for the week, PageUp and PageDown for the month (with Shift the year), Enter chooses, Esc goes back to the text.
import { Calendar } from "./calendar.js";
import { openBeside, placeAgain } from "./place.js";

const WAIT_MS = 140;
const MORNING = "09:00";

class DatePicker extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    if (this.box || matchMedia("(pointer: coarse)").matches) return;
    this.timed = this.dataset.kind === "datetime-local";
    const exact = this.input.value;
    [this.day, this.time] = [exact.slice(0, 10), exact.slice(11, 16)];
    if (!/^\d{4}-\d\d-\d\d$/.test(this.day)) this.day = this.time = "";
    Object.assign(this.input, { type: "text", value: this.dataset.shown || exact, placeholder: this.dataset.textHint });
    this.button = Object.assign(document.createElement("button"), { type: "button", className: "date-open", tabIndex: -1 });
    this.button.setAttribute("aria-label", this.dataset.textOpen);
    this.button.setAttribute("aria-haspopup", "dialog");
    this.button.append(...this.querySelector(".date-icon").childNodes);
    this.box = this.make();
    this.append(this.button, this.box);
    this.classList.add("ready");
    this.listen();
  }

  disconnectedCallback() { this.close(); this.abort?.abort(); clearTimeout(this.timer); }

  make() {
    const box = Object.assign(document.createElement("div"), { className: "calendar", popover: "manual" });
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", `${this.dataset.name}: ${this.dataset.textOpen}`);
    box.dataset.width = "own";
    this.said = Object.assign(document.createElement("p"), { className: "calendar-said", hidden: true });
    this.said.setAttribute("role", "status");
    this.calendar = new Calendar(this.dataset, (day) => this.pick(day));
    const foot = Object.assign(document.createElement("div"), { className: "calendar-foot" });
    const button = (text, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-ghost", textContent: text });
      made.addEventListener("click", act);
      return made;
    };
    if (this.timed) {
      this.clock = Object.assign(document.createElement("input"), { type: "time", className: "input" });
      this.clock.setAttribute("aria-label", this.dataset.textTime);
      this.clock.setAttribute("data-part", "");
      this.clock.addEventListener("input", () => { this.time = this.clock.value; if (this.day) this.write(); });
      foot.append(this.clock);
    }
    foot.append(button(this.dataset.textToday, () => this.pick(this.dataset.today)));
    if (!this.input.required) foot.append(button(this.dataset.textClear, () => this.clear()));
    box.append(this.said, this.calendar.element, foot);
    return box;
  }

  listen() {
    this.button.addEventListener("click", () => (this.stop ? this.close() : this.open(true)));
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("focus", () => { if (this.closest("form[data-edit]")) this.open(); });
    this.input.addEventListener("input", () => this.ask());
    this.box.addEventListener("mousedown", (event) => { if (!event.target.closest("input")) event.preventDefault(); });
    this.addEventListener("focusout", (event) => { if (!this.contains(event.relatedTarget)) this.leave(); });
    this.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.key === "ArrowDown" && event.target === this.input) {
      event.preventDefault();
      this.open(true);
    } else if (event.key === "Escape" && this.stop) {
      const inside = event.target !== this.input;
      this.close();
      if (inside) this.input.focus();
      // In a form the calendar alone closes; a value that is edited in place is put back as it was.
      if (inside || !this.closest("form[data-edit]")) {
        event.preventDefault();
        event.stopPropagation();
      }
    } else if (event.key === "Enter" && event.target === this.clock) {
      event.preventDefault();
      this.finish();
    }
  }

  open(into = false) {
    if (!this.stop) {
      this.calendar.show(this.day || this.dataset.today, this.day);
      if (this.clock) this.clock.value = this.time;
      this.stop = openBeside(this, this.box);
    }
    if (into) this.calendar.focus();
  }

  close() {
    this.stop?.();
    this.stop = null;
  }

  leave() {
    this.close();
    // What was said becomes the date it means, where the server has told that already.
    if (this.means && this.means.text === this.input.value && !this.closest("form[data-edit]")) this.input.value = this.means.shown;
  }

  // Asks the server what the text means; the answer to an older text is dropped.
  ask() {
    clearTimeout(this.timer);
    this.open();
    this.timer = setTimeout(async () => {
      this.abort?.abort();
      this.abort = new AbortController();
      const text = this.input.value;
      try {
        const answer = text.trim() && this.dataset.preview && await fetch(this.dataset.preview + encodeURIComponent(text), { signal: this.abort.signal, headers: { "HX-Request": "true" } });
        this.said.innerHTML = answer?.ok ? await answer.text() : "";
        this.said.hidden = !this.said.innerHTML;
        const time = this.said.querySelector("time");
        [this.day, this.time] = time ? [time.dateTime.slice(0, 10), time.dateTime.slice(11, 16)] : ["", ""];
        this.means = time && { text, shown: time.dataset.shown };
        if (this.clock) this.clock.value = this.time;
        if (this.stop) {
          this.calendar.show(this.day || this.dataset.today, this.day);
          placeAgain(this, this.box);
        }
      } catch (error) {
        if (error.name !== "AbortError") this.said.hidden = true;
      }
    }, WAIT_MS);
  }

  pick(day) {
    this.day = day;
    if (this.timed) this.time ||= MORNING;
    this.write();
    if (!this.timed) return this.finish();
    this.calendar.show(day, day);
    this.clock.value = this.time;
    this.clock.focus();
  }

  finish() {
    this.close();
    this.input.focus();
    this.close();
    this.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
  }

  clear() {
    this.day = this.time = "";
    this.put("");
    this.finish();
  }

  write() {
    const [year, month, date] = this.day.split("-").map(Number);
    // The server reads the written-out form; a year of fewer digits is told exactly.
    const day = year < 1000 ? this.day : new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" }).format(Date.UTC(year, month - 1, date));
    this.put(this.timed ? (year < 1000 ? `${day}T${this.time}` : `${day}, ${clockText(this.time)}`) : day);
  }

  put(text) {
    this.input.value = text;
    this.said.hidden = true;
    this.means = null;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** `14:30` as `2:30 PM`. */
function clockText(time) {
  const [hour, minute] = time.split(":").map(Number);
  return `${(hour + 11) % 12 + 1}:${String(minute).padStart(2, "0")} ${hour < 12 ? "AM" : "PM"}`;
}

customElements.define("date-picker", DatePicker);
