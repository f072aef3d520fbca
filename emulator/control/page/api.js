// Requests: `control` to the emulator's own routes, `orthanc` to the server's. Both are relative to the page.

import { tell } from "./dom.js";

async function answered(answer) {
  const text = await answer.text();
  let told = null;
  try {
    told = text ? JSON.parse(text) : null;
  } catch {
    told = text;
  }
  if (answer.ok) return told;
  const message = told?.message ?? (told?.Details ? `${told.Message}: ${told.Details}` : told?.Message) ?? "";
  throw Object.assign(new Error(`${answer.status} ${message}`.trim()), { status: answer.status, told });
}

export async function control(method, path, members) {
  return answered(await fetch(path, { method, ...(members && { body: JSON.stringify(members) }) }));
}

export async function orthanc(method, path, body) {
  return answered(await fetch(`../${path}`, { method, body }));
}

export const get = (path, values = {}) => {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value !== null));
  return control("GET", `${path}?${query}`);
};

/** Runs what a user asked for, and tells what is wrong. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    tell(error.message);
    return undefined;
  }
}

/** The states of private elements as chips: a text and a colour. */
export const CHIPS = {
  known: ["known", "good"],
  unknown: ["unknown", "warn"],
  orphan: ["orphan", "bad"],
  "another-block": ["another block", "warn"],
  "written-as-un": ["written as UN", "bad"],
  creator: ["creator", ""],
};
