// Find: a query is composed, and its plan drawn: what the index leaves, what is read, and how long it takes elsewhere.

import { attempt, control } from "./api.js";
import { choice, copy, counted, debounced, field, h } from "./dom.js";
import { completing } from "./names.js";
import { plan } from "./requests.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [560, 260, 104, 40];

export async function find(view) {
  const level = choice({ patient: "patients", study: "studies", series: "series", instance: "instances" }, "study");
  const rows = h("div", {});
  const outcome = h("div", {});
  const names = completing();
  const size = h("input", { type: "range", min: 3, max: 7, step: 0.05, value: 5, "aria-label": "Instances on the server, on a logarithmic scale" });

  function add(tag = "", value = "") {
    const row = h("div", { class: "bar" },
      field("Tag", h("input", { value: tag, list: names.id, "data-part": "tag", oninput: again }), "wide"),
      field("Value, * and ? allowed", h("input", { value, "data-part": "value", oninput: again }), "wide"),
      h("button", { type: "button", "aria-label": "Leave this line out", onclick: () => { row.remove(); again(); } }, "×"));
    names.listen(row.querySelector("[data-part=tag]"));
    rows.append(row);
    return row;
  }

  const query = () => Object.fromEntries([...rows.children].map((row) => ["tag", "value"].map((part) => row.querySelector(`[data-part=${part}]`).value)).filter(([tag]) => tag));

  async function explain() {
    try {
      outcome.replaceChildren(...drawn(await control("POST", "queries/explain", { level: level.value, query: query() })));
    } catch (error) {
      outcome.replaceChildren(h("p", { class: "bad" }, error.message));
    }
  }
  const again = debounced(explain, 350);

  function apply(one) {
    if (one.level) level.value = one.level;
    if (one.keys) add(one.keys[0]).querySelector("[data-part=value]").focus();
    if (one.configuration) copy(one.configuration);
    again();
  }

  function drawn(told) {
    const figures = [["stored", told.plan.StoredInstances, "instance"], ["left by the index", told.plan.Candidates, "candidate"], ["read", told.plan.FilesRead, "file"], ["found", told.plan.Results, "result"]];
    const most = Math.max(1, ...figures.map(([, number]) => number));
    const curve = h("div", {});
    const label = h("p", {});
    const move = () => {
      const instances = 10 ** Number(size.value);
      const seconds = between(told.estimates, instances);
      label.replaceChildren("On a server of ", h("strong", {}, `${round(instances)} instances`), " it takes about ", h("strong", {}, duration(seconds)), ` and reads ${round(between(told.estimates, instances, "files_read"))} files.`);
      curve.replaceChildren(chart(told.estimates, instances, seconds));
    };
    size.oninput = move;
    move();
    return [
      h("h3", {}, "Here"),
      h("div", { class: "bars" }, figures.map(([text, number, noun]) => {
        const amount = h("div", { class: "amount" });
        amount.style.width = `${(100 * number) / most}%`;
        return [h("div", { "aria-hidden": "true" }, amount), h("span", {}, `${counted(number, noun)} ${text}`)];
      })),
      plan({ ...told.plan, Advice: [] }),
      told.advice.length ? h("h3", {}, "How to ask better") : null,
      h("ul", { class: "plain" }, told.advice.map((one) => h("li", { class: "bar" }, h("span", { class: "wide" }, one.text),
        one.level || one.keys ? h("button", { type: "button", onclick: () => apply(one) }, "Apply") : one.configuration ? h("button", { type: "button", onclick: () => apply(one) }, "Copy the configuration") : null))),
      h("h3", {}, "On a larger server"), field("Instances", size, "wide"), label, curve,
      h("p", { class: "soft" }, "An estimate: files take 8 ms each, and a constraint leaves the same share as here."),
    ].filter(Boolean);
  }

  level.addEventListener("change", again);
  add("PatientID", "*");
  view.append(h("h2", {}, "Find"), names.list, h("div", { class: "half" },
    h("section", { class: "card", "aria-label": "The query" },
      h("div", { class: "bar" }, field("Find", level)), rows,
      h("div", { class: "bar" }, h("button", { type: "button", onclick: () => add() }, "Another tag"), h("button", { type: "button", class: "main", onclick: () => attempt(explain) }, "Explain"))),
    h("section", { class: "card", "aria-label": "The plan" }, outcome)));
  await explain();
}

const round = (number) => Number(number.toPrecision(2)).toLocaleString("en");

/** A value between two estimates, on logarithmic scales. */
function between(estimates, instances, name = "seconds") {
  const after = estimates.findIndex((one) => one.instances >= instances);
  if (after <= 0) return estimates[after === 0 ? 0 : estimates.length - 1][name];
  const [low, high] = [estimates[after - 1], estimates[after]];
  const share = Math.log(instances / low.instances) / Math.log(high.instances / low.instances);
  const [first, last] = [Math.max(low[name], 1e-9), Math.max(high[name], 1e-9)];
  return first * (last / first) ** share;
}

function duration(seconds) {
  for (const [length, unit] of [[86400, "days"], [3600, "hours"], [60, "minutes"], [1, "s"]]) {
    if (seconds >= 2 * length) return `${(seconds / length).toFixed(1)} ${unit}`;
  }
  return `${Math.round(seconds * 1000)} ms`;
}

/** Time by instances, both logarithmic, with a dot where the slider is. */
function chart(estimates, instances, seconds) {
  const times = estimates.map((one) => Math.log10(Math.max(one.seconds, 1e-4)));
  const [low, high] = [Math.floor(Math.min(...times)), Math.max(Math.ceil(Math.max(...times)), Math.floor(Math.min(...times)) + 1)];
  const x = (number) => LEFT + ((Math.log10(number) - 3) / 4) * (WIDTH - LEFT - 12);
  const y = (time) => 8 + ((high - Math.log10(Math.max(time, 1e-4))) / (high - low)) * (HEIGHT - BOTTOM - 8);
  const path = estimates.map((one, index) => `${index ? "L" : "M"}${x(one.instances).toFixed(1)} ${y(one.seconds).toFixed(1)}`).join("");
  const across = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return h("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `The time by the number of instances: ${duration(seconds)} for ${round(instances)}` },
    across.map((time) => h("g", {}, h("line", { class: "axis", x1: LEFT, x2: WIDTH - 12, y1: y(time), y2: y(time) }), h("text", { x: LEFT - 8, y: y(time) + 4, "text-anchor": "end" }, duration(time)))),
    [1e3, 1e4, 1e5, 1e6, 1e7].map((number) => h("text", { x: x(number), y: HEIGHT - 12, "text-anchor": number === 1e7 ? "end" : "middle" }, number.toLocaleString("en", { notation: "compact" }))),
    h("path", { class: "curve", d: path }), h("circle", { class: "dot", cx: x(instances), cy: y(seconds), r: 5 }));
}
