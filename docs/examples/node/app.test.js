// node --test: reset, faults, expectations, and two sessions in parallel.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { label, labelled } from "./app.js";
import { dicomFile } from "./dicom.js";
import { start } from "./emulator.js";

const configuration = fileURLToPath(new URL("orthanc.json", import.meta.url));

let orthanc;
before(async () => {
  orthanc = await start("--config", configuration);
});
after(() => orthanc.stop());
beforeEach(() => orthanc.post("reset"));

const upload = (server, patient) => server.fetch("/instances", { method: "POST", body: dicomFile(patient) });

test("a label is written under its name", async () => {
  const { ParentSeries } = await upload(orthanc, "P1");
  const { ID } = await label(orthanc.url, ParentSeries, "tumour");
  const [instance] = await orthanc.fetch(`/series/${ID}/instances`);
  const tags = await orthanc.fetch(`/instances/${instance.ID}/simplified-tags`);
  assert.equal(tags.MyLabel, "tumour");
  await orthanc.post("expectations", { no_diagnostics: ["written-as-un"] });
});

test("each test begins with an empty server", async () => {
  assert.deepEqual(await orthanc.fetch("/patients"), []);
  assert.deepEqual(await orthanc.control("GET", "requests?path=/instances"), []);
});

test("the app tries again while the server is busy", async () => {
  const { ParentSeries } = await upload(orthanc, "P1");
  await orthanc.post("faults", { status: 503, method: "POST", path: "/series/*", times: 2 });
  await label(orthanc.url, ParentSeries, "tumour");
  await orthanc.post("requests/expect", { method: "POST", path: "/series/*/modify", times: 3 });
});

test("the app gives up after three attempts", async () => {
  const { ParentSeries } = await upload(orthanc, "P1");
  await orthanc.post("faults", { status: 503, path: "/series/*", times: 3 });
  await assert.rejects(label(orthanc.url, ParentSeries, "tumour"), /503/);
});

test("a search reads no more files than the patient has", async () => {
  for (const patient of ["P1", "P2", "P3"]) await upload(orthanc, patient);
  const { mark } = await orthanc.post("marks");
  await labelled(orthanc.url, "P2", "tumour");
  await orthanc.post("expectations", { files_read_at_most: 1, since: mark });
  const error = await orthanc.post("expectations", { indexed: true, since: mark }).catch((caught) => caught);
  assert.equal(error.status, 409);
  assert.match(error.message, /MyLabel/);
});

test("what was called instead is told", async () => {
  await orthanc.fetch("/patients");
  const error = await orthanc.post("requests/expect", { method: "GET", path: "/studies" }).catch((caught) => caught);
  assert.equal(error.status, 409);
  assert.equal(error.told.requests[0].path, "/patients");
});

test("two sessions at once do not meet", async () => {
  const sessions = await Promise.all([orthanc.session(), orthanc.session({ release: "1.10.1" })]);
  await Promise.all(
    sessions.map(async (server, index) => {
      const number = index + 1;
      await server.post("faults", { status: 507, path: "/instances", times: number });
      for (let failure = 0; failure < number; failure++) {
        await assert.rejects(upload(server, "P"), { status: 507 });
      }
      for (let copy = 0; copy < number; copy++) await upload(server, `S${number}-${copy}`);
      assert.equal((await server.fetch("/patients")).length, number);
      assert.equal((await server.fetch("/system")).Version, ["1.12.7", "1.10.1"][index]);
    }),
  );
  assert.deepEqual(await orthanc.fetch("/patients"), []);
  await Promise.all(sessions.map((server) => server.end()));
  assert.deepEqual(await orthanc.control("GET", "sessions"), []);
});

test("a wrong member is named", async () => {
  const error = await orthanc.post("clock/advance", { second: 1 }).catch((caught) => caught);
  assert.equal(error.status, 400);
  assert.equal(error.told.member, "second");
});
