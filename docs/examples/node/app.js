// The app under test: it labels series by a private tag, and tries again while the server is busy.

const ATTEMPTS = 3;

export async function label(url, series, text) {
  const request = { Replace: { MyLabel: text }, PrivateCreator: "MYLAB" };
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(`${url}/series/${series}/modify`, { method: "POST", body: JSON.stringify(request) });
    if (answer.ok) return answer.json();
    if (answer.status !== 503 || attempt === ATTEMPTS) throw new Error(`not labelled: ${answer.status}`);
  }
}

/** The series with a label: asked of each study of a patient, so that few files are read. */
export async function labelled(url, patient, text) {
  const query = { Level: "Series", Query: { PatientID: patient, MyLabel: text } };
  const answer = await fetch(`${url}/tools/find`, { method: "POST", body: JSON.stringify(query) });
  return answer.json();
}
