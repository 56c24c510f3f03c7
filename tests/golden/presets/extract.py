#!/usr/bin/env python3
"""Makes the golden files of this folder from the source text: names, types and options only, exactly as spelled.

    python3 tests/golden/presets/extract.py ../shared/reference/000_c4f9c00203236a89.txt

Run once; the files are kept, so that the tests need no source text. A line `[Heading]` opens a table; each further line is
a row: its name and, for tables with a Type or Values column, ` | ` and that column.
"""
import pathlib, re, sys

here = pathlib.Path(__file__).parent
lines = pathlib.Path(sys.argv[1]).read_text().splitlines()
PRESETS = {"2.3": "generic", "2.4": "insurance", "2.5": "mortgage", "2.6": "financial-advisor", "2.7": "real-estate"}
SECOND = {"Type", "Range / Values"}
# Rows of the source that have lost their first column.
LOST = {
    "One or more email addresses (primary is used for outreach)": "Email",
    "LinkedIn profile URL": "LinkedIn",
    "Company LinkedIn URL": "LinkedIn",
}


def tables(part):
    """(heading, header cells, rows) of each table, and of each list of widgets, in order."""
    found, plain, i = [], "", 0
    while i < len(part):
        line = part[i]
        if line.startswith("|"):
            header = [c.strip() for c in line.strip("|").split("|")]
            rows, i = [], i + 2
            while i < len(part) and part[i].startswith("|"):
                rows.append([c.strip() for c in part[i].strip().strip("|").split(" | ")])
                i += 1
            found.append((plain, header, rows))
            continue
        if line.startswith("- ") and " — " in line and plain == "Dashboard Widgets":
            rows = []
            while i < len(part) and part[i].startswith("- "):
                rows.append([c.strip() for c in part[i][2:].split(" — ")])
                i += 1
            found.append((plain, ["Widget", ""], rows))
            continue
        if line.strip() and not re.match(r"^(These fields|Your workspace may|Every contact in|Used by teams|The Cockpit|Use this)", line):
            plain = line.strip()
        i += 1
    return found


def write(name, text):
    (here / f"{name}.txt").write_text(text)


def body(found):
    out = []
    for heading, header, rows in found:
        out.append(f"[{heading}]")
        second = len(header) > 1 and header[1] in SECOND
        out += [r[0] + (f" | {r[1]}" if second else "") for r in rows]
        out.append("")
    return "\n".join(out)


start = {n: i for i, l in enumerate(lines) for n in PRESETS if l.startswith(f"{n} ") and l.endswith("Preset")}
end = next(i for i, l in enumerate(lines) if l.startswith("3. Navigating Aventora CRM"))
marks = sorted(start.values()) + [end]
for number, preset in PRESETS.items():
    a = start[number]
    write(preset, body(tables(lines[a : marks[marks.index(a) + 1]])))

# Labels, from the crosswalk: preset | object | singular | plural.
_, header, rows = next(t for t in tables(lines) if t[1][0].startswith("Canonical entity"))
labels = []
for i, preset in enumerate(header[1:], 1):
    for row in rows:
        one, many = row[i].replace(" (menu)", "").split(" / ")
        labels.append(f"{preset} | {row[0].split()[0]} | {one} | {many}")
write("labels", "\n".join(labels) + "\n")

# Standard fields of §4 and the intelligence fields of §6 with their values.
standard, title = [], ""
for i, line in enumerate(lines):
    if re.match(r"^4\.[1-4] ", line):
        title = line.split(" ", 1)[1]
    if line in ("| Field | Description |", "| Field | Range / Values | What it means |") and title:
        name = "Intelligence" if "Range" in line else title
        if f"[{name}]" in standard:
            continue
        standard.append(f"[{name}]")
        for row in lines[i + 2 :]:
            if not row.startswith("|"):
                break
            cells = [c.strip() for c in row.strip().strip("|").split(" | ")]
            if "Range" in line:
                standard.append(f"{cells[0]} | {cells[1]}")
            else:
                standard.append(LOST.get(cells[0], cells[0]))
        standard.append("")
write("standard", "\n".join(standard))
