// Everything the pages run. Each file is one behaviour; it listens on the document and finds its elements by data
// attributes, so that it need not be told what htmx has swapped in. Every page works without any of it.
import "htmx.org";
import "./edit.js";
import "./grid.js";
import "./waiting.js";
import "./guard.js";
import "./record.js";
import "./palette.js";
import "./palettekeys.js";
import "./combobox.js";
import "./datepicker.js";
import "./choices.js";
import "./lists.js";
import "./toast.js";
import "./hotkeys.js";
import "./menu.js";
import "./drawer.js";
import "./look.js";
import "./network.js";
import "./photo.js";
import "./drop.js";
import "./navigate.js";
import "./panel.js";
import "./create.js";
