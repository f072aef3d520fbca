// Studies: the tree of what is stored, and one resource of it.

import { attempt, get, orthanc } from "./api.js";
import { choice, debounced, field, h, pager, tell } from "./dom.js";
import { tagTable } from "./tags.js";

const LIMIT = 50;
const CHILD = { Patient: "study", Study: "series", Series: "instance" };
const PLURAL = { Patient: "patients", Study: "studies", Series: "series", Instance: "instances" };

/** What tells people which resource it is. */
export function words(one) {
  const tags = one.tags;
  const first = {
    Patient: [tags.PatientID, tags.PatientName],
    Study: [one.patient?.PatientID && `${one.patient.PatientID}:`, tags.StudyDate, tags.StudyDescription],
    Series: [tags.Modality, tags.SeriesNumber && `series ${tags.SeriesNumber}`, tags.SeriesDescription],
    Instance: [tags.InstanceNumber ? `instance ${tags.InstanceNumber}` : "instance"],
  }[one.level];
  return first.filter(Boolean).join(" ") || one.level;
}

export async function studies(view, id) {
  const state = { since: 0 };
  const list = h("div", {});
  const detail = h("section", { class: "card", "aria-label": "The resource" }, h("p", { class: "soft" }, "Choose a resource: its tags, labels and metadata are shown here."));
  const search = h("input", { type: "search", placeholder: "name, ID, UID, description, label" });
  const level = choice({ patient: "patients", study: "studies", series: "series", instance: "instances" }, "patient");

  async function draw() {
    const page = await get("resources", { level: level.value, search: search.value, since: state.since, limit: LIMIT });
    const go = (since) => {
      state.since = since;
      attempt(draw);
    };
    list.replaceChildren(
      page.total ? h("ul", { class: "tree" }, page.resources.map((one) => node(one, open))) : nothing(),
      pager(state.since, LIMIT, page.total, go) ?? "");
  }

  const nothing = () => h("p", { class: "soft" }, search.value ? "Nothing has this text." : "Nothing is stored. Drop DICOM files here, or let your app send them.");

  async function open(identifier) {
    if (location.hash !== `#/studies/${identifier}`) history.replaceState(null, "", `#/studies/${identifier}`);
    await attempt(async () => {
      detail.replaceChildren(...(await resource(identifier, () => Promise.all([draw(), open(identifier)]), removed)));
      for (const one of list.querySelectorAll(".name")) {
        if (one.dataset.id === identifier) one.setAttribute("aria-current", "true");
        else one.removeAttribute("aria-current");
      }
    });
  }

  function removed() {
    detail.replaceChildren(h("p", { class: "soft" }, "Deleted."));
    history.replaceState(null, "", "#/studies");
    attempt(draw);
  }

  const again = debounced(() => {
    state.since = 0;
    attempt(draw);
  });
  search.addEventListener("input", again);
  level.addEventListener("change", again);
  view.append(
    h("h2", {}, "Studies"),
    h("div", { class: "two" },
      h("section", { class: "card", "aria-label": "What is stored" },
        h("div", { class: "bar" }, field("Search", search, "wide"), field("Show", level)),
        uploading(() => attempt(draw)), list),
      detail));
  await draw();
  if (id) await open(id);
}

/** A resource in the tree, with what is below it once it is opened. */
function node(one, open) {
  const below = h("ul", { hidden: true });
  const fold = CHILD[one.level] && h("button", {
    type: "button", class: "fold", "aria-expanded": "false", "aria-label": `Open ${words(one)}`, onclick: () => attempt(toggle),
  }, "▸");

  async function toggle(_, since = 0) {
    const opens = below.hidden || since > 0;
    fold.setAttribute("aria-expanded", String(opens));
    fold.textContent = opens ? "▾" : "▸";
    below.hidden = !opens;
    if (!opens) return;
    const page = await get("resources", { level: CHILD[one.level], parent: one.id, since, limit: LIMIT });
    below.replaceChildren(...page.resources.map((child) => node(child, open)));
    const pages = pager(since, LIMIT, page.total, (next) => attempt(() => toggle(null, next)));
    if (pages) below.append(h("li", {}, pages));
  }

  const children = CHILD[one.level] ? ` (${one.children})` : "";
  return h("li", {},
    h("div", { class: "row" }, fold || h("span", { class: "fold" }),
      h("button", { type: "button", class: "name", "data-id": one.id, onclick: () => { if (fold && below.hidden) attempt(toggle); open(one.id); } },
        words(one), h("small", {}, children), one.labels.map((label) => [" ", h("span", { class: "chip" }, label)]))),
    below);
}

/** Where files are dropped. */
function uploading(done) {
  const input = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to upload", onchange: () => send([...input.files]) });
  const place = h("div", { class: "drop" }, "Drop DICOM files here, or ", h("button", { type: "button", class: "link", onclick: () => input.click() }, "choose them"), input);

  async function send(files) {
    let stored = 0;
    const failed = [];
    for (const file of files) {
      try {
        await orthanc("POST", "instances", file);
        stored += 1;
      } catch (error) {
        failed.push(`${file.name}: ${error.message}`);
      }
    }
    tell([`${stored} stored`, ...failed.slice(0, 3)].join("; "));
    done();
  }

  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    send([...event.dataTransfer.files]);
  });
  return place;
}

/** What is shown of one resource. */
async function resource(id, changed, removed) {
  const one = await get(`resources/${id}`);
  const path = `${PLURAL[one.level]}/${id}`;
  const isInstance = one.level === "Instance";
  return [
    h("h3", {}, [...one.above, one].map(words).join(" › ")),
    h("div", { class: "bar" },
      h("a", { class: "button", href: `../${path}/${isInstance ? "file" : "archive"}`, download: isInstance ? `${id}.dcm` : `${id}.zip` }, "Download"),
      h("a", { class: "button", href: `#/modify/${one.level}/${id}` }, "Modify"),
      deletion(path, removed)),
    isInstance ? await tagTable(id) : null,
    h("h3", {}, "Labels"), labels(one, path, changed),
    isInstance ? null : [h("h3", {}, "Main DICOM tags"), pairs(one.tags)],
    h("h3", {}, "Metadata"), pairs(one.metadata),
    h("p", { class: "soft" }, `Orthanc identifier: ${id}`),
  ].flat().filter(Boolean);
}

function pairs(values) {
  const entries = Object.entries(values);
  return entries.length ? h("dl", {}, entries.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])) : h("p", { class: "soft" }, "None");
}

function deletion(path, removed) {
  let sure = false;
  const button = h("button", {
    type: "button", class: "danger", onclick: () => {
      if (!sure) {
        sure = true;
        button.textContent = "Really delete";
        return;
      }
      attempt(async () => {
        await orthanc("DELETE", path);
        removed();
      });
    },
  }, "Delete");
  return button;
}

function labels(one, path, changed) {
  const input = h("input", { required: true, pattern: "[\\-_A-Za-z0-9]+", title: "letters, digits, - and _" });
  const act = (method, label) => attempt(async () => {
    await orthanc(method, `${path}/labels/${encodeURIComponent(label)}`);
    await changed();
  });
  return h("form", { onsubmit: (event) => { event.preventDefault(); act("PUT", input.value); } },
    one.labels.map((label) => h("span", { class: "chip" }, label, h("button", { type: "button", class: "link", "aria-label": `Remove ${label}`, onclick: () => act("DELETE", label) }, "×"))),
    field("New label", input), h("button", {}, "Add"));
}

