// E-mails and phones: a line for each. Without script there is always one empty line; with it a button adds lines and each has
// one that removes it. The radio before a line marks the main one; it counts only where there are several.

class LineList extends HTMLElement {
  connectedCallback() {
    if (this.adder) return;
    const spare = this.querySelector(".input-line.spare");
    this.model = (spare ?? this.lines()[0]).cloneNode(true);
    spare?.remove();
    this.adder = document.createElement("button");
    Object.assign(this.adder, { type: "button", className: "line-add", textContent: this.dataset.textAdd });
    this.append(this.adder);
    this.addEventListener("click", (event) => {
      if (event.target.closest(".line-add")) this.add();
      const remove = event.target.closest(".line-remove");
      if (remove) this.remove_line(remove.closest(".input-line"));
    });
    this.addEventListener("input", () => this.show());
    this.show();
  }

  lines() { return [...this.querySelectorAll(".input-line")]; }

  show() {
    const lines = this.lines();
    lines.forEach((line, i) => {
      line.querySelector("[type=radio]").value = i;
      line.querySelector(".line-remove").hidden = lines.length === 1;
    });
    this.classList.toggle("several", lines.length > 1);
    this.adder.hidden = lines.some((line) => !text(line).value.trim());
  }

  add() {
    const line = this.model.cloneNode(true);
    line.classList.remove("spare");
    line.querySelector("[type=radio]").checked = false;
    const input = text(line);
    input.value = "";
    for (const name of ["id", "placeholder", "aria-invalid"]) input.removeAttribute(name);
    this.adder.before(line);
    this.show();
    input.focus();
  }

  remove_line(line) {
    const lines = this.lines();
    const next = lines[lines.indexOf(line) + 1] ?? lines[lines.indexOf(line) - 1];
    const marked = line.querySelector("[type=radio]").checked;
    const id = text(line).id;
    line.remove();
    if (id) text(this.lines()[0]).id = id;
    if (marked) this.querySelector("[type=radio]").checked = true;
    this.show();
    text(next).focus();
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const text = (line) => line.querySelector("input:not([type=radio])");

customElements.define("line-list", LineList);
