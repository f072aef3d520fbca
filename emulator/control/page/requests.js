// Requests: what was asked lately, as it comes; each opens to its bodies and to what it caused.

import { attempt, get } from "./api.js";
import { choice, copyButton, counted, debounced, field, h, table } from "./dom.js";

const LIMIT = 200;

export async function requests(view, number) {
  const method = choice({ "*": "any", GET: "GET", POST: "POST", PUT: "PUT", DELETE: "DELETE" }, "*");
  const path = h("input", { type: "search", placeholder: "/instances/*" });
  const status = h("input", { size: 4, inputmode: "numeric", placeholder: "any" });
  const live = h("span", { class: "chip" }, "connecting");
  const body = h("tbody", {});
  const list = h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["No.", "Request", "Status", "Caused"].map((one) => h("th", { scope: "col" }, one)))), body));
  const none = h("p", { class: "soft" }, "No request was made yet. They are shown here as they come.");

  const wanted = (one) => (method.value === "*" || one.method === method.value) && (!status.value || String(one.status) === status.value) && (!path.value || matches(one.path, path.value));

  async function draw() {
    const found = await get("requests", { limit: LIMIT, method: method.value, path: path.value || "*", status: status.value });
    body.replaceChildren(...found.reverse().flatMap(row));
    none.hidden = found.length > 0;
  }

  const again = debounced(() => attempt(draw));
  for (const one of [method, path, status]) one.addEventListener("input", again);
  view.append(h("h2", {}, "Requests"), h("section", { class: "card" },
    h("div", { class: "bar" }, field("Method", method), field("Path, * for anything", path, "wide"), field("Status", status), live), list, none));
  await draw();

  const stream = new EventSource("events");
  stream.onopen = () => {
    live.className = "chip good";
    live.textContent = "live";
  };
  stream.onerror = () => {
    live.className = "chip warn";
    live.textContent = "not live";
  };
  stream.addEventListener("request", (event) => {
    const one = JSON.parse(event.data);
    if (!wanted(one)) return;
    none.hidden = true;
    body.prepend(...row(one));
    while (body.children.length > 2 * LIMIT) body.lastElementChild.remove();
  });
  stream.addEventListener("reset", () => attempt(draw));

  if (number) {
    const button = body.querySelector(`[data-number="${CSS.escape(number)}"]`);
    if (button) {
      button.click();
      button.scrollIntoView({ block: "center" });
      button.focus();
    } else {
      const one = await get(`requests/${number}`);
      view.querySelector(".card").append(h("h3", {}, `${one.method} ${one.path}`), detail(one));
    }
  }
  return () => stream.close();
}

function matches(path, pattern) {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(path);
}

function row(one) {
  const target = one.query ? `${one.path}?${one.query}` : one.path;
  const opened = h("tr", { hidden: true }, h("td", { colspan: 4 }));
  const kind = one.status === null || one.status >= 400 ? "bad" : "good";
  const button = h("button", {
    type: "button", class: "link", "aria-expanded": "false", "data-number": one.number,
    onclick: () => attempt(async () => {
      opened.hidden = !opened.hidden;
      button.setAttribute("aria-expanded", String(!opened.hidden));
      if (!opened.hidden) opened.firstElementChild.replaceChildren(detail(await get(`requests/${one.number}`)));
    }),
  }, `${one.method} ${target}`);
  return [
    h("tr", {}, h("td", { class: "number" }, String(one.number)), h("td", {}, button),
      h("td", {}, h("span", { class: `chip ${kind}` }, one.status === null ? "no answer" : String(one.status))),
      h("td", {}, one.caused ? h("span", { class: "chip warn", title: "diagnostics and query plans" }, String(one.caused)) : "")),
    opened,
  ];
}

function detail(one) {
  return h("div", {},
    h("div", { class: "bar" }, copyButton("Copy as curl", () => curl(one)), copyButton("Copy as pytest", () => pytest(one)), copyButton("Copy as scenario", () => scenario(one))),
    one.diagnostics.map((told) => h("div", { class: "why" }, h("p", {}, h("strong", {}, told.Code), told.Tag ? ` ${told.Tag}` : "", `: ${told.Happened}.`), h("p", {}, `What to do: ${told.Advice}.`))),
    one.queries.map(plan),
    h("h3", {}, "Request"), pretty(one.body), h("h3", {}, "Answer"), pretty(one.answer));
}

export function plan(one) {
  return h("div", { class: "why" },
    h("p", {}, `${one.Level} level: ${counted(one.Candidates, "candidate")}, ${counted(one.FilesRead, "file")} read, ${one.Results} found`),
    one.Constraints.length ? table(["Decided by", "Constraint", "Because"], one.Constraints.map((line) => h("tr", {}, h("td", {}, line.DecidedBy), h("td", {}, line.Constraint), h("td", {}, line.Because)))) : null,
    one.Advice.map((text) => h("p", {}, `Advice: ${text}`)));
}

function pretty(text) {
  if (!text) return h("p", { class: "soft" }, "No body");
  try {
    return h("pre", { tabindex: 0 }, JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return h("pre", { tabindex: 0 }, text);
  }
}

const target = (one) => (one.query ? `${one.path}?${one.query}` : one.path);
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const hasText = (one) => one.body && !one.body.startsWith("(");

function curl(one) {
  const base = new URL("..", location.href).href.replace(/\/$/, "");
  return `curl -X ${one.method} ${quoted(base + target(one))}${hasText(one) ? ` -d ${quoted(one.body)}` : ""}`;
}

// JSON as Python writes it, and texts that are none.
const python = (value) =>
  value === null ? "None" : value === true ? "True" : value === false ? "False"
    : Array.isArray(value) ? `[${value.map(python).join(", ")}]`
      : typeof value === "object" ? `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${python(one)}`).join(", ")}}`
        : JSON.stringify(value);

function bodyOf(one, name) {
  if (!hasText(one)) return "";
  try {
    return `, json=${python(JSON.parse(one.body))}`;
  } catch {
    return `, ${name}=${JSON.stringify(one.body)}`;
  }
}

function pytest(one) {
  const call = `orthanc.client().${one.method.toLowerCase()}(${JSON.stringify(target(one))}${bodyOf(one, "data")})`;
  return `def test_it(orthanc):\n    answer = ${call}\n    assert answer.status_code == ${one.status ?? "None"}\n`;
}

function scenario(one) {
  const name = one.method === "DELETE" ? "delete" : one.method.toLowerCase();
  return `@scenario(${JSON.stringify(`${one.method} ${one.path}`)})\ndef what_it_is_for(session: Session) -> None:\n    session.${name}(${JSON.stringify(target(one))}${bodyOf(one, "data")})\n`;
}
