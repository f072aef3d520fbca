// Modify: a modify or an anonymize is composed, tried on a copy of the server, and sent.

import { attempt, control } from "./api.js";
import { choice, copyButton, counted, field, h, table } from "./dom.js";
import { completing } from "./names.js";

const PLURAL = { Patient: "patients", Study: "studies", Series: "series", Instance: "instances" };

export async function modify(view, level = "Study", id = "") {
  const where = choice(Object.fromEntries(Object.keys(PLURAL).map((one) => [one, one.toLowerCase()])), level in PLURAL ? level : "Study");
  const identifier = h("input", { value: id, required: true, size: 44, placeholder: "choose one in Studies, or paste its identifier" });
  const operation = choice({ modify: "modify", anonymize: "anonymize" }, "modify");
  const creator = h("input", { placeholder: "such as MYLAB" });
  const force = h("input", { type: "checkbox" });
  const rows = h("div", {});
  const text = h("textarea", { rows: 9, spellcheck: "false", "aria-label": "The request as JSON" });
  const outcome = h("section", { class: "card", "aria-label": "Before and after" }, h("p", { class: "soft" }, "The preview shows here what would be made, tag by tag. Nothing is stored by it."));
  const names = completing();

  function add(kind = "Replace", tag = "", value = "") {
    const row = h("div", { class: "bar" },
      field("Do", choice({ Replace: "replace", Remove: "remove", Keep: "keep" }, kind, { oninput: compose, "data-part": "kind" })),
      field("Tag", h("input", { value: tag, list: names.id, oninput: compose, "data-part": "tag" }), "wide"),
      field("Value", h("input", { value, oninput: compose, "data-part": "value" }), "wide"),
      h("button", { type: "button", "aria-label": "Leave this line out", onclick: () => { row.remove(); compose(); } }, "×"));
    names.listen(row.querySelector("[data-part=tag]"));
    rows.append(row);
  }

  function compose() {
    const request = {};
    for (const row of rows.children) {
      const [kind, tag, value] = ["kind", "tag", "value"].map((part) => row.querySelector(`[data-part=${part}]`).value);
      if (!tag) continue;
      if (kind === "Replace") request.Replace = { ...request.Replace, [tag]: value };
      else request[kind] = [...(request[kind] ?? []), tag];
    }
    if (creator.value) request.PrivateCreator = creator.value;
    if (force.checked) request.Force = true;
    text.value = JSON.stringify(request, null, 2);
  }

  const read = () => {
    try {
      return JSON.parse(text.value);
    } catch (error) {
      throw new Error(`The request is no JSON: ${error.message}`);
    }
  };

  const preview = () => attempt(async () => {
    outcome.replaceChildren(h("p", { class: "soft" }, "Trying"));
    try {
      const told = await control("POST", "modifications/preview", { id: identifier.value.trim(), operation: operation.value, request: read() });
      outcome.replaceChildren(...sides(told));
    } catch (error) {
      outcome.replaceChildren(h("p", { class: "bad" }, error.message));
    }
  });

  const send = () => attempt(async () => {
    const answer = await fetch(`../${PLURAL[where.value]}/${identifier.value.trim()}/${operation.value}`, { method: "POST", body: JSON.stringify(read()) });
    const data = await answer.blob();
    const told = answer.headers.get("Content-Type")?.startsWith("application/dicom") ? `a file of ${data.size.toLocaleString("en")} bytes, not stored` : await data.text();
    outcome.replaceChildren(h("h3", {}, `Answered ${answer.status}`), h("pre", { tabindex: 0 }, told), h("p", {}, h("a", { href: "#/requests" }, "See it among the requests")));
  });

  creator.addEventListener("input", compose);
  force.addEventListener("input", compose);
  add();
  compose();
  view.append(h("h2", {}, "Modify"), names.list, h("div", { class: "half" },
    h("section", { class: "card", "aria-label": "The request" },
      h("form", { onsubmit: (event) => { event.preventDefault(); preview(); } },
        field("Operation", operation), field("Level", where), field("Identifier", identifier, "wide")),
      rows,
      h("div", { class: "bar" }, h("button", { type: "button", onclick: () => add() }, "Another tag"), field("PrivateCreator", creator), field("Force", force, "check")),
      text,
      h("div", { class: "bar" }, h("button", { type: "button", class: "main", onclick: preview }, "Preview"), h("button", { type: "button", onclick: send }, "Send"), copyButton("Copy", () => text.value))),
    outcome));
}

/** Each file before and after; what is the same is left out unless it is asked for. */
function sides(told) {
  const all = h("input", { type: "checkbox" });
  const place = h("div", {});
  const draw = () => place.replaceChildren(...told.pairs.map((pair) => h("div", {},
    h("h3", {}, pair.copy ? `${pair.source} → ${pair.copy}` : pair.source),
    table(["Tag", "Name", "Before", "After"], pair.elements.filter((one) => all.checked || one.change !== "same").map(line), "stack"))));
  all.addEventListener("change", draw);
  draw();
  return [
    h("div", { class: "bar" }, h("span", {}, `${counted(told.instances, "instance")}; shown: ${told.pairs.length}`), field("Also what stays the same", all, "check")),
    ...told.diagnostics.map((one) => h("div", { class: "why" }, h("p", {}, h("strong", {}, one.Code), one.Tag ? ` ${one.Tag}` : "", `: ${one.Happened}.`), h("p", {}, `What to do: ${one.Advice}.`))),
    place,
  ];
}

function line(one) {
  const side = (row) => (row ? [h("span", { class: "soft" }, `${row.vr} `), row.items === null ? row.value : counted(row.items, "item")] : h("span", { class: "soft" }, "not there"));
  return h("tr", { class: one.change === "same" ? null : one.change }, h("td", { class: "code" }, one.path), h("td", {}, (one.after ?? one.before).name),
    h("td", { class: "value" }, side(one.before)), h("td", { class: "value" }, side(one.after)));
}
