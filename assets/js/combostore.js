// The plain control behind a combobox, which works without script and keeps the value that is sent: a select, boxes to tick or an
// input of ids.

export class Store {
  constructor(root) {
    this.element = root.querySelector("[data-value]");
    this.boxes = [...root.querySelectorAll("[data-value] input[type=checkbox]")];
    this.mark = root.hasAttribute("data-free") ? "; " : ";";
  }

  /** Takes the control out of sight; its id goes to the input in front of it. */
  hide() {
    const control = this.boxes[0] ?? this.element;
    const { id } = control;
    control.removeAttribute("id");
    if (this.element.matches("input")) this.element.type = "hidden";
    else this.element.hidden = true;
    this.element.required = false;
    return id;
  }

  get() {
    if (this.boxes.length) return this.boxes.filter((box) => box.checked).map((box) => box.value);
    return (this.element.matches("select") ? [this.element.value] : this.element.value.split(";")).map((id) => id.trim()).filter(Boolean);
  }

  set(ids) {
    if (this.boxes.length) for (const box of this.boxes) box.checked = ids.includes(box.value);
    else if (this.element.matches("select")) this.element.value = ids[0] ?? "";
    else this.element.value = ids.join(this.mark);
  }
}
