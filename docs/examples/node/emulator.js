// A client of the emulator's control routes: plain fetch, no packages.

import { spawn } from "node:child_process";
import { once } from "node:events";

/** One emulated server: Orthanc's own routes by `fetch`, the emulator's by `control`. */
export class Orthanc {
  constructor(url) {
    this.url = url;
  }

  /** A request to Orthanc; it throws for a status of 400 or more. */
  async fetch(path, options = {}) {
    const answer = await fetch(`${this.url}${path}`, options);
    if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status}`), { status: answer.status });
    const text = await answer.text();
    return text ? JSON.parse(text) : null;
  }

  /** A request to the emulator; it throws what was there instead of what was expected, or which member is wrong. */
  async control(method, path, members) {
    const options = { method, ...(members && { body: JSON.stringify(members) }) };
    const answer = await fetch(`${this.url}/emulator/${path}`, options);
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.message), { status: answer.status, told });
    return told;
  }

  post(path, members) {
    return this.control("POST", path, members);
  }

  /** A server of its own, for one test among others that run at once. */
  async session(members) {
    const { id, url } = await this.post("sessions", members);
    return Object.assign(new Orthanc(url), { end: () => this.control("DELETE", `sessions/${id}`) });
  }
}

/** Starts the emulator on a free port; ORTHANC_URL names one that is there already, such as a service of CI. */
export async function start(...options) {
  if (process.env.ORTHANC_URL) return Object.assign(new Orthanc(process.env.ORTHANC_URL), { stop: async () => {} });
  const python = process.env.PYTHON ?? "python3";
  const server = spawn(python, ["-m", "emulator", "serve", "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [first] = await Promise.race([once(server.stdout, "data"), once(server, "exit")]);
  const found = /http:\/\/\S+\d/.exec(String(first));
  if (!found) throw new Error(`The emulator did not start: ${first}`);
  return Object.assign(new Orthanc(found[0]), {
    stop: async () => {
      server.kill();
      await once(server, "exit");
    },
  });
}
