// Dictionary: what the server knows, which creator reserves which block, and a configuration that is checked.

import { attempt, control, get } from "./api.js";
import { copyButton, counted, debounced, field, h, pager, table } from "./dom.js";

const LIMIT = 50;
const EXAMPLE = '{\n  "Dictionary": {\n    "0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]\n  }\n}\n';

export async function dictionary(view) {
  view.append(h("h2", {}, "Dictionary"), h("div", { class: "half" }, h("div", {}, await Promise.all([entries(), blocks()])), checking()));
}

async function entries() {
  const search = h("input", { type: "search", placeholder: "0029,10 or a name" });
  const creator = h("input", { placeholder: "any" });
  const group = h("input", { size: 5, maxlength: 4, placeholder: "any" });
  const onlyPrivate = h("input", { type: "checkbox", checked: true });
  const place = h("div", {});

  async function draw(since = 0) {
    const page = await get("dictionary", { search: search.value, creator: creator.value, group: group.value, private: onlyPrivate.checked, since, limit: LIMIT });
    const rows = page.entries.map((one) => h("tr", {}, h("td", { class: "code" }, one.tag), h("td", { class: "code" }, one.vr), h("td", {}, one.name), h("td", {}, one.creator ?? ""),
      h("td", {}, h("span", { class: `chip ${one.source === "configuration" ? "good" : ""}` }, one.source))));
    place.replaceChildren(h("p", { class: "soft" }, counted(page.total, "entry", "entries")), page.total ? table(["Tag", "VR", "Name", "Creator", "From"], rows, "stack") : "", pager(since, LIMIT, page.total, (next) => attempt(() => draw(next))) ?? "");
  }

  const again = debounced(() => attempt(draw));
  for (const one of [search, creator, group, onlyPrivate]) one.addEventListener("input", again);
  await draw();
  return h("section", { class: "card", "aria-label": "Entries" }, h("h3", {}, "Entries"),
    h("div", { class: "bar" }, field("Search", search, "wide"), field("Creator", creator), field("Group", group), field("Private only", onlyPrivate, "check")), place);
}

async function blocks() {
  const group = h("input", { size: 5, maxlength: 4, placeholder: "any" });
  const place = h("div", {});

  async function draw() {
    const told = await get("blocks", { group: group.value });
    const rows = told.blocks.map((one) => h("tr", {}, h("td", { class: "code" }, `${one.group},00${one.block}`), h("td", { class: "code" }, `${one.group},${one.block}00 to ${one.group},${one.block}ff`), h("td", {}, one.creator), h("td", { class: "number" }, String(one.instances))));
    place.replaceChildren(rows.length ? table(["Reserved by", "Block", "Creator", "Files"], rows, "stack") : h("p", { class: "soft" }, "No file reserves a block."),
      h("p", { class: "soft" }, `In the last ${counted(told.instances, "file")}.`));
  }

  group.addEventListener("input", debounced(() => attempt(draw)));
  await draw();
  return h("section", { class: "card", "aria-label": "Blocks" }, h("h3", {}, "Blocks of the stored files"), h("div", { class: "bar" }, field("Group", group)), place);
}

function checking() {
  const text = h("textarea", { rows: 12, spellcheck: "false", "aria-label": "orthanc.json", value: EXAMPLE });
  const place = h("div", {});

  const check = () => attempt(async () => {
    const told = await control("POST", "dictionary/check", { configuration: text.value });
    const lines = text.value.split("\n");
    const errors = counted(told.errors, "error");
    const others = counted(told.problems.length - told.errors, "warning or note", "warnings and notes");
    const summary = told.problems.length ? `Orthanc ${told.release} ${told.errors ? "does not start" : "starts"} with it: ${errors}, ${others}` : `Orthanc ${told.release} starts with it, and there is nothing to tell.`;
    place.replaceChildren(h("p", { role: "status" }, h("span", { class: `chip long ${told.errors ? "bad" : told.problems.length ? "warn" : "good"}` }, summary)),
      h("ol", { class: "lines" }, lines.map((line, index) => h("li", {}, h("div", { class: "line" }, h("span", {}, String(index + 1)), h("span", {}, line)),
        told.problems.filter((one) => one.line === index + 1).map((one) => problem(one, index))))),
      ...told.problems.filter((one) => !one.line).map((one) => problem(one, null)));
  });

  function problem(one, index) {
    const whole = index !== null && /\],?\s*$/.test(text.value.split("\n")[index]);
    return h("div", { class: "why" },
      h("p", {}, h("span", { class: `chip ${one.severity === "error" ? "bad" : "warn"}` }, `${one.severity} ${one.code}`), ` ${one.message}`), h("p", {}, `What to do: ${one.advice}`),
      one.instead && [h("pre", { tabindex: 0 }, one.instead), h("div", { class: "bar" }, copyButton("Copy", () => one.instead), whole && h("button", { type: "button", onclick: () => mend(one, index) }, "Write it"))]);
  }

  function mend(one, index) {
    const lines = text.value.split("\n");
    const indent = /^\s*/.exec(lines[index])[0];
    const comma = /,\s*$/.test(lines[index]) ? "," : "";
    lines[index] = one.instead.replace(/,\s*$/, "").split("\n").map((line) => indent + line.trim()).join("\n") + comma;
    text.value = lines.join("\n");
    check();
  }

  return h("section", { class: "card", "aria-label": "Check a configuration" }, h("h3", {}, "Check a configuration"),
    h("p", { class: "soft" }, "Paste an orthanc.json: what the server refuses, and what you would regret, is told beside its lines."),
    text, h("div", { class: "bar" }, h("button", { type: "button", class: "main", onclick: check }, "Check")), place);
}
